#include "search/reals/guard.h"

#include <math.h>
#include <stdlib.h>

enum { GRID = 1536, NARROWED = 60 };

/* The node's denominator, or argument of a root, at x; 1 if it has none that varies. */
static double critical(const Dag *dag, int node, double x)
{
    const uint8_t arg = dag->node[node].arg[dag->node[node].op == OP_DIV];
    if (arg == DAG_X) return x;
    if (!dag_is_node(arg)) return 1;
    double value[DAG_OPS_MAX];
    dag_values(dag, x, value);
    return value[arg];
}

/* Between a and b, where the values have one sign and their least size is somewhere inside, is there another sign? */
static bool changes_sign(const Dag *dag, int node, double a, double b, double sign)
{
    const double ratio = 0.61803398874989485;
    double low = b - ratio * (b - a), high = a + ratio * (b - a);
    double at_low = sign * critical(dag, node, low), at_high = sign * critical(dag, node, high);
    for (int i = 0; i < NARROWED; i++) {
        if (!(at_low > 0) || !(at_high > 0)) return true;
        if (at_low < at_high) {
            b = high;
            high = low;
            at_high = at_low;
            low = b - ratio * (b - a);
            at_low = sign * critical(dag, node, low);
        } else {
            a = low;
            low = high;
            at_low = at_high;
            high = a + ratio * (b - a);
            at_high = sign * critical(dag, node, high);
        }
    }
    return false;
}

static bool is_regular_at(const Dag *dag, int node, double lo, double hi)
{
    double x[3] = {0}, d[3] = {0}, sign = 0;
    for (int i = 1; i < GRID; i++) {
        const double at = lo / 2 + hi / 2 - (hi / 2 - lo / 2) * cos(i * 3.14159265358979324 / GRID);
        x[0] = x[1], x[1] = x[2], x[2] = at;
        d[0] = d[1], d[1] = d[2], d[2] = critical(dag, node, at);
        if (sign == 0) sign = d[2] < 0 ? -1 : 1;
        if (!(sign * d[2] > 0)) return false;
        const bool is_low = i > 2 && fabs(d[1]) <= fabs(d[0]) && fabs(d[1]) <= fabs(d[2]);
        if (is_low && changes_sign(dag, node, x[0], x[2], sign)) return false;
    }
    return true;
}

bool guard_is_regular(const Dag *dag, double lo, double hi)
{
    for (int i = 0; i < dag->n; i++) {
        const bool is_critical = dag->node[i].op == OP_DIV || dag->node[i].op == OP_SQRT;
        if (is_critical && !is_regular_at(dag, i, lo, hi)) return false;
    }
    return true;
}
