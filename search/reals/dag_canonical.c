/* One form for Dags that are the same. In three steps: nodes are made anew from the bottom by rules that fold and gather
   constants; factors and signs that constants further down can take are handed to them; what is left is put in order. Every step keeps the
   function (but for rounding of the constants), so constants found by a fit stay good. */
#include "search/reals/dag.h"

#include <string.h>

/* -- step 1: rules on a node and its arguments ---------------------------------------------- */

typedef struct {
    Dag out;
    const DagOps *ops;
    bool is_bad; /* x - x, x/x, too many of something */
} Rebuild;

static bool is_const(uint8_t arg) { return dag_is_constant(arg); }

static Quad value_of(const Rebuild *r, uint8_t arg) { return r->out.c[arg - DAG_CONST]; }

/* Constants that nobody uses are dropped at the end; there is room for some of them. */
static uint8_t new_constant(Rebuild *r, Quad value)
{
    if (r->out.n_constants >= DAG_CONSTANTS_MAX || !quad_is_finite(value)) {
        r->is_bad = true;
        return DAG_CONST;
    }
    return dag_constant(&r->out, value);
}

static uint8_t append(Rebuild *r, Op op, uint8_t a, uint8_t b, uint8_t c)
{
    for (int i = 0; i < r->out.n; i++) {
        const DagNode *node = &r->out.node[i];
        if (node->op == op && node->arg[0] == a && node->arg[1] == b && node->arg[2] == c)
            return (uint8_t)i;
    }
    if (r->out.n == DAG_OPS_MAX) {
        r->is_bad = true;
        return DAG_X;
    }
    return dag_add(&r->out, op, a, b, c);
}

/* Is `arg` a node op(u, C), or with the constant first where `first` says so? */
static bool is_with_const(const Rebuild *r, uint8_t arg, Op op, bool first, uint8_t *u, Quad *c)
{
    if (!dag_is_node(arg)) return false;
    const DagNode *node = &r->out.node[arg];
    if (node->op != op || !is_const(node->arg[!first]) || is_const(node->arg[first])) return false;
    *u = node->arg[first];
    *c = value_of(r, node->arg[!first]);
    return true;
}

static uint8_t make_add_const(Rebuild *r, uint8_t u, Quad c);
static uint8_t make_mul_const(Rebuild *r, uint8_t u, Quad c);

/* Is `arg` (w + d)*m? */
static bool is_scaled_sum(const Rebuild *r, uint8_t arg, uint8_t *w, Quad *d, Quad *m)
{
    uint8_t sum;
    return is_with_const(r, arg, OP_MUL, false, &sum, m) &&
           is_with_const(r, sum, OP_ADD, false, w, d);
}

/* c - u */
static uint8_t make_const_sub(Rebuild *r, Quad c, uint8_t u)
{
    uint8_t v;
    Quad d, m;
    if (is_scaled_sum(r, u, &v, &d, &m))
        return make_add_const(r, make_mul_const(r, v, -m), c - d * m);
    if (is_with_const(r, u, OP_ADD, false, &v, &d)) return make_const_sub(r, c - d, v);
    if (is_with_const(r, u, OP_SUB, true, &v, &d)) return make_add_const(r, v, c - d);
    return append(r, OP_SUB, new_constant(r, c), u, 0);
}

/* u + c */
static uint8_t make_add_const(Rebuild *r, uint8_t u, Quad c)
{
    uint8_t v;
    Quad d, m;
    if (is_scaled_sum(r, u, &v, &d, &m))
        return make_add_const(r, make_mul_const(r, v, m), c + d * m);
    if (is_with_const(r, u, OP_ADD, false, &v, &d)) return make_add_const(r, v, c + d);
    if (is_with_const(r, u, OP_SUB, true, &v, &d)) return make_const_sub(r, c + d, v);
    if (is_with_const(r, u, OP_SUB, false, &v, &d)) return make_add_const(r, v, c - d);
    if (!r->ops->may[OP_ADD]) return append(r, OP_SUB, u, new_constant(r, -c), 0);
    return append(r, OP_ADD, u, new_constant(r, c), 0);
}

/* c / u */
static uint8_t make_const_div(Rebuild *r, Quad c, uint8_t u)
{
    uint8_t v;
    Quad d;
    if (is_with_const(r, u, OP_MUL, false, &v, &d) && d != 0) return make_const_div(r, c / d, v);
    if (is_with_const(r, u, OP_DIV, true, &v, &d) && d != 0) return make_mul_const(r, v, c / d);
    return append(r, OP_DIV, new_constant(r, c), u, 0);
}

/* u * c */
static uint8_t make_mul_const(Rebuild *r, uint8_t u, Quad c)
{
    uint8_t v;
    Quad d;
    if (is_with_const(r, u, OP_MUL, false, &v, &d)) return make_mul_const(r, v, c * d);
    if (is_with_const(r, u, OP_DIV, true, &v, &d)) return make_const_div(r, c * d, v);
    if (is_with_const(r, u, OP_DIV, false, &v, &d) && d != 0) return make_mul_const(r, v, c / d);
    if (!r->ops->may[OP_MUL]) return append(r, OP_DIV, u, new_constant(r, c == 0 ? 1 : 1 / c), 0);
    return append(r, OP_MUL, u, new_constant(r, c), 0);
}

static uint8_t make_add(Rebuild *r, uint8_t a, uint8_t b)
{
    if (is_const(a) && is_const(b)) return new_constant(r, value_of(r, a) + value_of(r, b));
    if (is_const(a)) return make_add_const(r, b, value_of(r, a));
    if (is_const(b)) return make_add_const(r, a, value_of(r, b));
    if (a == b && r->ops->may[OP_MUL]) return make_mul_const(r, a, 2);
    return a < b ? append(r, OP_ADD, a, b, 0) : append(r, OP_ADD, b, a, 0);
}

static uint8_t make_sub(Rebuild *r, uint8_t a, uint8_t b)
{
    if (is_const(a) && is_const(b)) return new_constant(r, value_of(r, a) - value_of(r, b));
    if (is_const(a)) return make_const_sub(r, value_of(r, a), b);
    if (is_const(b)) return make_add_const(r, a, -value_of(r, b));
    r->is_bad |= a == b;
    return append(r, OP_SUB, a, b, 0);
}

static uint8_t make_mul(Rebuild *r, uint8_t a, uint8_t b)
{
    if (is_const(a) && is_const(b)) return new_constant(r, value_of(r, a) * value_of(r, b));
    if (is_const(a)) return make_mul_const(r, b, value_of(r, a));
    if (is_const(b)) return make_mul_const(r, a, value_of(r, b));
    return a < b ? append(r, OP_MUL, a, b, 0) : append(r, OP_MUL, b, a, 0);
}

static uint8_t make_div(Rebuild *r, uint8_t a, uint8_t b)
{
    if (is_const(b) && value_of(r, b) == 0) r->is_bad = true;
    if (r->is_bad) return DAG_X;
    if (is_const(a) && is_const(b)) return new_constant(r, value_of(r, a) / value_of(r, b));
    if (is_const(a)) return make_const_div(r, value_of(r, a), b);
    if (is_const(b)) return make_mul_const(r, a, 1 / value_of(r, b));
    r->is_bad |= a == b;
    return append(r, OP_DIV, a, b, 0);
}

static uint8_t make_fma(Rebuild *r, uint8_t a, uint8_t b, uint8_t c)
{
    if (is_const(a) && is_const(b)) {
        const Quad product = value_of(r, a) * value_of(r, b);
        return is_const(c) ? new_constant(r, product + value_of(r, c))
                           : make_add_const(r, c, product);
    }
    const bool swap = is_const(a) || (!is_const(b) && b < a);
    return swap ? append(r, OP_FMA, b, a, c) : append(r, OP_FMA, a, b, c);
}

static uint8_t make_other(Rebuild *r, Op op, uint8_t a, uint8_t b)
{
    const bool is_unary = op == OP_NEG || op == OP_ABS || op == OP_SQRT;
    if (!is_unary) {
        if (a == b) return a;
        if (is_const(a) && is_const(b)) return a; /* as good as any other constant */
        const bool swap = is_const(a) || (!is_const(b) && b < a);
        return swap ? append(r, op, b, a, 0) : append(r, op, a, b, 0);
    }
    if (is_const(a)) {
        const Quad v = value_of(r, a);
        return op == OP_NEG    ? new_constant(r, -v)
               : op == OP_SQRT ? new_constant(r, quad_sqrt(quad_abs(v)))
                               : new_constant(r, quad_abs(v));
    }
    if (op == OP_ABS && dag_is_node(a) &&
        (r->out.node[a].op == OP_ABS || r->out.node[a].op == OP_SQRT))
        return a;
    if (op == OP_NEG && r->ops->may[OP_MUL]) return make_mul_const(r, a, -1);
    return append(r, op, a, 0, 0);
}

static uint8_t make(Rebuild *r, Op op, uint8_t a, uint8_t b, uint8_t c)
{
    switch (op) {
    case OP_ADD: return make_add(r, a, b);
    case OP_SUB: return make_sub(r, a, b);
    case OP_MUL: return make_mul(r, a, b);
    case OP_DIV: return make_div(r, a, b);
    case OP_FMA: return make_fma(r, a, b, c);
    default: return make_other(r, op, a, b);
    }
}

/* Drops nodes and constants the result does not need, and numbers both in order of use. */
static void prune(Dag *dag, uint8_t result)
{
    bool is_needed[DAG_OPS_MAX] = {false};
    uint8_t place[DAG_OPS_MAX];
    const Dag from = *dag;
    *dag = (Dag){.leaf = DAG_X};
    if (!dag_is_node(result)) {
        dag->leaf = result;
        if (dag_is_constant(result)) dag->leaf = dag_constant(dag, from.c[result - DAG_CONST]);
        return;
    }
    is_needed[result] = true;
    for (int i = result; i >= 0; i--)
        for (int k = 0; k < OP_ARITY_MAX && is_needed[i]; k++) {
            const bool is_used = k < op_info((Op)from.node[i].op)->arity;
            if (is_used && dag_is_node(from.node[i].arg[k])) is_needed[from.node[i].arg[k]] = true;
        }
    for (int i = 0; i <= result; i++) {
        if (!is_needed[i]) continue;
        uint8_t arg[OP_ARITY_MAX] = {0};
        for (int k = 0; k < op_info((Op)from.node[i].op)->arity; k++) {
            const uint8_t a = from.node[i].arg[k];
            arg[k] = a == DAG_X       ? a
                     : dag_is_node(a) ? place[a]
                                      : dag_constant(dag, from.c[a - DAG_CONST]);
        }
        place[i] = dag_add(dag, (Op)from.node[i].op, arg[0], arg[1], arg[2]);
    }
}

static bool apply_rules(Dag *dag, const DagOps *ops)
{
    Rebuild r = {.ops = ops, .out = {.leaf = DAG_X}};
    uint8_t place[DAG_OPS_MAX];
    for (int i = 0; i < dag->n && !r.is_bad; i++) {
        uint8_t arg[OP_ARITY_MAX] = {0};
        for (int k = 0; k < op_info((Op)dag->node[i].op)->arity; k++) {
            const uint8_t a = dag->node[i].arg[k];
            arg[k] = a == DAG_X       ? a
                     : dag_is_node(a) ? place[a]
                                      : new_constant(&r, dag->c[a - DAG_CONST]);
        }
        place[i] = make(&r, (Op)dag->node[i].op, arg[0], arg[1], arg[2]);
    }
    if (r.is_bad) return false;
    const uint8_t result = place[dag->n - 1];
    *dag = r.out;
    prune(dag, result);
    return true;
}

/* -- step 2: factors that constants further down can take ------------------------------------- */

typedef struct {
    Dag *dag;
    int n_uses[DAG_OPS_MAX];
} Uses;

static void count_uses(Uses *uses)
{
    memset(uses->n_uses, 0, sizeof uses->n_uses);
    for (int i = 0; i < uses->dag->n; i++)
        for (int k = 0; k < op_info((Op)uses->dag->node[i].op)->arity; k++)
            if (dag_is_node(uses->dag->node[i].arg[k])) uses->n_uses[uses->dag->node[i].arg[k]]++;
}

/* Can the value of this argument be multiplied by any factor through its constants, nobody else noticing? */
static bool can_scale(const Uses *uses, uint8_t arg)
{
    if (dag_is_constant(arg)) return true;
    if (!dag_is_node(arg) || uses->n_uses[arg] != 1) return false;
    const DagNode *node = &uses->dag->node[arg];
    const uint8_t a = node->arg[0], b = node->arg[1];
    switch (node->op) {
    case OP_MUL:
    case OP_DIV: return can_scale(uses, a) || can_scale(uses, b);
    case OP_ADD:
    case OP_SUB: return can_scale(uses, a) && can_scale(uses, b);
    case OP_FMA: return (can_scale(uses, a) || can_scale(uses, b)) && can_scale(uses, node->arg[2]);
    default: return false;
    }
}

static void scale(const Uses *uses, uint8_t arg, Quad factor)
{
    if (dag_is_constant(arg)) {
        uses->dag->c[arg - DAG_CONST] *= factor;
        return;
    }
    const DagNode *node = &uses->dag->node[arg];
    const uint8_t a = node->arg[0], b = node->arg[1];
    switch (node->op) {
    case OP_ADD:
    case OP_SUB:
        scale(uses, a, factor);
        scale(uses, b, factor);
        return;
    case OP_FMA: scale(uses, node->arg[2], factor); /* fall through */
    case OP_MUL:
        if (can_scale(uses, a))
            scale(uses, a, factor);
        else
            scale(uses, b, factor);
        return;
    default: /* DIV */
        if (can_scale(uses, a))
            scale(uses, a, factor);
        else
            scale(uses, b, 1 / factor);
        return;
    }
}

/* One change; false if there is none to make. */
static bool hand_down(Dag *dag, const DagOps *ops)
{
    Uses uses = {.dag = dag};
    count_uses(&uses);
    for (int i = 0; i < dag->n; i++) {
        DagNode *node = &dag->node[i];
        const uint8_t a = node->arg[0], b = node->arg[1];
        /* u*c with the factor taken by u */
        if (node->op == OP_MUL && dag_is_constant(b) && dag_is_node(a) && can_scale(&uses, a)) {
            const Quad factor = dag->c[b - DAG_CONST];
            if (factor == 0) continue;
            scale(&uses, a, factor);
            for (int j = i + 1; j < dag->n; j++)
                for (int k = 0; k < op_info((Op)dag->node[j].op)->arity; k++)
                    if (dag->node[j].arg[k] == i) dag->node[j].arg[k] = a;
            prune(dag, i == dag->n - 1 ? a : (uint8_t)(dag->n - 1));
            return true;
        }
        /* a - b ==> a + b', the sign taken by b */
        if (node->op == OP_SUB && ops->may[OP_ADD] && dag_is_node(b) && can_scale(&uses, b)) {
            scale(&uses, b, -1);
            node->op = OP_ADD;
            return true;
        }
    }
    return false;
}

/* -- step 3: order ---------------------------------------------------------------------------- */

typedef struct {
    const Dag *from;
    Dag out;
    uint64_t key[DAG_OPS_MAX]; /* of the structure below a node */
    uint8_t place[DAG_OPS_MAX];
} Order;

static uint64_t mix(uint64_t h)
{
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

static uint64_t key_of(const Order *order, uint8_t arg)
{
    return arg == DAG_X ? 1 : dag_is_constant(arg) ? 2 : order->key[arg];
}

static bool is_commutative(Op op)
{
    return op == OP_ADD || op == OP_MUL || op == OP_FMA || op == OP_MIN || op == OP_MAX;
}

/* Constants last, then by key. */
static bool is_out_of_order(const Order *order, uint8_t a, uint8_t b)
{
    if (dag_is_constant(a) || dag_is_constant(b)) return dag_is_constant(a) && !dag_is_constant(b);
    return key_of(order, a) > key_of(order, b);
}

/* Children before parents, the first argument's first. */
static uint8_t emit(Order *order, uint8_t arg)
{
    if (arg == DAG_X) return arg;
    if (dag_is_constant(arg)) return dag_constant(&order->out, order->from->c[arg - DAG_CONST]);
    if (order->place[arg] != DAG_X) return order->place[arg];
    const DagNode *node = &order->from->node[arg];
    const int arity = op_info((Op)node->op)->arity;
    uint8_t at[OP_ARITY_MAX] = {0};
    uint8_t given[OP_ARITY_MAX] = {node->arg[0], node->arg[1], node->arg[2]};
    if (is_commutative((Op)node->op) && is_out_of_order(order, given[0], given[1])) {
        const uint8_t swap = given[0];
        given[0] = given[1];
        given[1] = swap;
    }
    /* Nodes first, so that constants are numbered in the order of the nodes that use them. */
    for (int k = 0; k < arity; k++)
        if (!dag_is_constant(given[k])) at[k] = emit(order, given[k]);
    for (int k = 0; k < arity; k++)
        if (dag_is_constant(given[k])) at[k] = emit(order, given[k]);
    return order->place[arg] = dag_add(&order->out, (Op)node->op, at[0], at[1], at[2]);
}

static void put_in_order(Dag *dag)
{
    const Dag from = *dag;
    if (from.n == 0) return;
    Order order = {.from = &from, .out = {.leaf = DAG_X}};
    memset(order.place, DAG_X, sizeof order.place);
    for (int i = 0; i < from.n; i++) {
        const DagNode *node = &from.node[i];
        uint64_t a = key_of(&order, node->arg[0]), b = 0, c = 0;
        const int arity = op_info((Op)node->op)->arity;
        if (arity > 1) b = key_of(&order, node->arg[1]);
        if (arity > 2) c = key_of(&order, node->arg[2]);
        if (is_commutative((Op)node->op) && a > b) {
            const uint64_t swap = a;
            a = b;
            b = swap;
        }
        order.key[i] = mix(mix(mix(a + node->op) ^ (b * 3)) ^ (c * 5));
    }
    emit(&order, (uint8_t)(from.n - 1));
    *dag = order.out;
}

bool dag_canonicalize(Dag *dag, const DagOps *ops)
{
    enum { ROUNDS = 64 };
    for (int round = 0; round < ROUNDS; round++) {
        if (dag->n == 0) return dag->leaf == DAG_X || dag->n_constants > 0;
        if (!apply_rules(dag, ops)) return false;
        if (dag->n == 0 || !hand_down(dag, ops)) break;
    }
    if (dag->n_constants > FIT_CONSTANTS_MAX) return false;
    for (int k = 0; k < dag->n_constants; k++)
        if (!quad_is_finite(dag->c[k])) return false;
    put_in_order(dag);
    return true;
}
