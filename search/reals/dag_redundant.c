#include "search/reals/enumerate.h"

#include "runtime/base/rng.h"

#include <math.h>

enum { POINTS_MAX = FIT_CONSTANTS_MAX + 3, TRIES = 3 };

typedef struct {
    double value, slope[FIT_CONSTANTS_MAX + 1]; /* with respect to the constants and, last, x */
} Jet;

static Jet jet_of(const Dag *dag, uint8_t arg, double x, const double *c, const Jet *node)
{
    if (dag_is_node(arg)) return node[arg];
    Jet jet = {.value = arg == DAG_X ? x : c[arg - DAG_CONST]};
    jet.slope[arg == DAG_X ? dag->n_constants : arg - DAG_CONST] = 1;
    return jet;
}

/* The derivatives of the operation with respect to its arguments. */
static double partials(Op op, double a, double b, double c, double d[OP_ARITY_MAX])
{
    d[0] = d[1] = d[2] = 1;
    switch (op) {
    case OP_ADD: return a + b;
    case OP_SUB: d[1] = -1; return a - b;
    case OP_MUL:
        d[0] = b;
        d[1] = a;
        return a * b;
    case OP_DIV:
        d[0] = 1 / b;
        d[1] = -a / (b * b);
        return a / b;
    case OP_FMA:
        d[0] = b;
        d[1] = a;
        return a * b + c;
    case OP_NEG: d[0] = -1; return -a;
    case OP_ABS: d[0] = a < 0 ? -1 : 1; return fabs(a);
    case OP_SQRT: d[0] = 0.5 / sqrt(a); return sqrt(a);
    case OP_MIN:
        d[0] = a < b;
        d[1] = !(a < b);
        return a < b ? a : b;
    default: /* MAX */
        d[0] = a > b;
        d[1] = !(a > b);
        return a > b ? a : b;
    }
}

/* The derivatives of the result at x, those with respect to the constants scaled to a length of 1; false if they are
   not finite. */
static bool result_slope(const Dag *dag, double x, const double *c, double *slope)
{
    Jet node[DAG_OPS_MAX];
    for (int i = 0; i < dag->n; i++) {
        Jet arg[OP_ARITY_MAX] = {0};
        double d[OP_ARITY_MAX];
        const int arity = op_info((Op)dag->node[i].op)->arity;
        for (int k = 0; k < arity; k++) arg[k] = jet_of(dag, dag->node[i].arg[k], x, c, node);
        node[i].value = partials((Op)dag->node[i].op, arg[0].value, arg[1].value, arg[2].value, d);
        for (int j = 0; j <= dag->n_constants; j++) {
            node[i].slope[j] = 0;
            for (int k = 0; k < arity; k++) node[i].slope[j] += d[k] * arg[k].slope[j];
        }
    }
    double square = 0;
    for (int j = 0; j <= dag->n_constants; j++) slope[j] = node[dag->n - 1].slope[j];
    for (int j = 0; j < dag->n_constants; j++) square += slope[j] * slope[j];
    for (int j = 0; j < dag->n_constants && square > 0; j++) slope[j] /= sqrt(square);
    return isfinite(square + slope[dag->n_constants]);
}

/* Elimination with full pivoting. */
static int rank_of(int n, int k, double row[][FIT_CONSTANTS_MAX + 1])
{
    const double NOISE = 1e-11;
    for (int r = 0; r < k; r++) {
        int at = r, column = r;
        for (int i = r; i < n; i++)
            for (int j = r; j < k; j++)
                if (fabs(row[i][j]) > fabs(row[at][column])) at = i, column = j;
        if (!(fabs(row[at][column]) > NOISE)) return r;
        for (int j = 0; j < k; j++) {
            const double swap = row[r][j];
            row[r][j] = row[at][j];
            row[at][j] = swap;
        }
        for (int i = 0; i < n; i++) {
            const double swap = row[i][r];
            row[i][r] = row[i][column];
            row[i][column] = swap;
        }
        for (int i = r + 1; i < n; i++) {
            const double factor = row[i][r] / row[r][r];
            for (int j = r; j < k; j++) row[i][j] -= factor * row[r][j];
        }
    }
    return k;
}

bool dag_is_redundant(const Dag *dag)
{
    const double NOISE = 1e-11;
    const int k = dag->n_constants;
    if (dag->n == 0) return false;
    Rng rng = rng_new(1, (uint64_t)k);
    bool is_seen = false;
    for (int try = 0; try < TRIES; try++) {
        double row[POINTS_MAX][FIT_CONSTANTS_MAX + 1], c[FIT_CONSTANTS_MAX];
        bool has_x = false;
        int n = 0;
        for (int j = 0; j < k; j++) c[j] = 0.3 + 2 * rng_unit(&rng);
        for (int p = 0; p < 2 * k + 4 && n < k + 2; p++) {
            if (!result_slope(dag, 0.2 + 3 * rng_unit(&rng), c, row[n])) continue;
            has_x |= fabs(row[n++][k]) > NOISE;
        }
        if (n < k + 1) continue;
        if (has_x && rank_of(n, k, row) == k) return false;
        is_seen = true;
    }
    return is_seen;
}
