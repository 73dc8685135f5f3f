#include "search/reals/pin.h"

#include <math.h>

enum { SHORT_BITS = 50 }; /* two of them have a product that a Quad holds */

/* The value is to be small against the terms it is made of: what has to be moved is noise. */
static const double NEARLY = 1e-6;

typedef struct {
    Dag *dag;
    Quad x;
    Quad value[DAG_OPS_MAX];
} Pin;

static Quad shortened(Quad v)
{
    int exponent;
    if (v == 0) return 0;
    const double mantissa = frexp((double)v, &exponent);
    return ldexp(rint(ldexp(mantissa, SHORT_BITS)), exponent - SHORT_BITS);
}

static Quad operand(const Pin *pin, uint8_t arg)
{
    if (dag_is_constant(arg)) return pin->dag->c[arg - DAG_CONST];
    return arg == DAG_X ? pin->x : pin->value[arg];
}

static Quad apply(Op op, Quad a, Quad b)
{
    switch (op) {
    case OP_ADD: return a + b;
    case OP_SUB: return a - b;
    case OP_MUL: return a * b;
    case OP_DIV: return a / b;
    default: return NAN;
    }
}

/* The constant of a node with one other operand, or NULL; *is_first tells which operand it is. */
static Quad *constant_of(Pin *pin, const DagNode *node, bool *is_first)
{
    const bool first = dag_is_constant(node->arg[0]), second = dag_is_constant(node->arg[1]);
    *is_first = first;
    if (first == second) return NULL;
    return &pin->dag->c[node->arg[first ? 0 : 1] - DAG_CONST];
}

/* Gives the node this value by its constant, if that takes no rounding. */
static bool set_by_constant(Pin *pin, int k, Quad target)
{
    const DagNode *node = &pin->dag->node[k];
    bool is_first;
    Quad *c = constant_of(pin, node, &is_first);
    if (!c) return false;
    const Quad u = operand(pin, node->arg[is_first ? 1 : 0]);
    switch ((Op)node->op) {
    case OP_ADD: *c = target - u; break;
    case OP_SUB: *c = is_first ? target + u : u - target; break;
    case OP_DIV:
        if (!is_first) return false;
        *c = target * u;
        break;
    default: return false;
    }
    pin->value[k] = target;
    return *c != 0 && quad_is_finite(*c);
}

/* The values of all nodes with short constants: those that may be anything near become short themselves. */
static bool shorten(Pin *pin)
{
    for (int k = 0; k < pin->dag->n; k++) {
        const DagNode *node = &pin->dag->node[k];
        bool is_first;
        Quad *c = constant_of(pin, node, &is_first);
        Quad v = apply((Op)node->op, operand(pin, node->arg[0]), operand(pin, node->arg[1]));
        if (!quad_is_finite(v)) return false;
        if (k == pin->dag->n - 1) {
            pin->value[k] = v;
        } else if (!set_by_constant(pin, k, shortened(v))) {
            if (c) *c = shortened(*c);
            v = apply((Op)node->op, operand(pin, node->arg[0]), operand(pin, node->arg[1]));
            if (!quad_is_finite(v)) return false;
            pin->value[k] = v;
        }
    }
    return true;
}

/* Gives a node a value by a constant of its own, or of one of those that it adds or multiplies. */
static bool set_value(Pin *pin, uint8_t arg, Quad target)
{
    if (!dag_is_node(arg)) return false;
    const DagNode *node = &pin->dag->node[arg];
    if (set_by_constant(pin, arg, target)) return true;
    const Quad a = operand(pin, node->arg[0]), b = operand(pin, node->arg[1]);
    bool is_set = false;
    switch ((Op)node->op) {
    case OP_ADD:
    case OP_SUB: {
        const int sign = node->op == OP_ADD ? 1 : -1;
        /* The later one first: the other may be a part of it. */
        const bool second_first = node->arg[1] > node->arg[0] || !dag_is_node(node->arg[0]);
        for (int i = 0; i < 2 && !is_set; i++) {
            const bool is_second = (i == 0) == second_first;
            is_set = is_second ? set_value(pin, node->arg[1], sign * (target - a))
                               : set_value(pin, node->arg[0], target - sign * b);
        }
        break;
    }
    case OP_MUL:
        if (target == 0)
            is_set = set_value(pin, quad_abs(a) < quad_abs(b) ? node->arg[0] : node->arg[1], 0);
        break;
    case OP_DIV:
        if (target == 0) is_set = set_value(pin, node->arg[0], 0);
        break;
    default: break;
    }
    return is_set;
}

/* What the value is at x, and the largest of the terms that make it. */
static Quad value_at(Pin *pin, double *size)
{
    *size = 0;
    for (int k = 0; k < pin->dag->n; k++) {
        const DagNode *node = &pin->dag->node[k];
        const Quad a = operand(pin, node->arg[0]), b = operand(pin, node->arg[1]);
        pin->value[k] = apply((Op)node->op, a, b);
        if (k == pin->dag->n - 1) *size = fmax(fabs((double)a), fabs((double)b));
    }
    return pin->dag->n > 0 ? pin->value[pin->dag->n - 1] : NAN;
}

/* Is it 0 with other constants as well? */
static bool is_structural(const Dag *dag, double zero)
{
    Dag other = *dag;
    Pin pin = {.dag = &other, .x = zero};
    double size;
    for (int k = 0; k < other.n_constants; k++) other.c[k] *= 1 + 0x1p-20 * (k + 1);
    return value_at(&pin, &size) == 0;
}

bool dag_pin(Dag *dag, double zero)
{
    Pin pin = {.dag = dag, .x = zero};
    double size;
    if (is_structural(dag, zero)) return true;
    const Quad before = value_at(&pin, &size);
    if (!quad_is_finite(before) || fabs((double)before) > NEARLY * size) return false;
    if (!shorten(&pin) || !set_value(&pin, (uint8_t)(dag->n - 1), 0)) return false;
    return value_at(&pin, &size) == 0;
}
