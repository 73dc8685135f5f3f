/* The composing changes: forms that numerical analysts use. */
#include "search/reals/mutate_change.h"

static uint8_t result_of(const Dag *dag) { return dag->n == 0 ? dag->leaf : (uint8_t)(dag->n - 1); }

/* y ==> y*y */
static bool square(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (!has_room(dag, 1) || !options->ops->may[OP_MUL]) return false;
    const uint8_t y = result_of(dag);
    dag_add(dag, OP_MUL, y, y, 0);
    return true;
}

/* y ==> a + b/(y + c): turns tanh- and coth-like functions into exponentials */
static bool moebius(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (!has_room(dag, 3) || !options->ops->may[OP_ADD] || !options->ops->may[OP_DIV]) return false;
    uint8_t y = result_of(dag);
    y = dag_add(dag, OP_ADD, y, dag_constant(dag, random_constant(rng)), 0);
    y = dag_add(dag, OP_DIV, dag_constant(dag, random_constant(rng)), y, 0);
    if (rng_below(rng, 4) > 0) dag_add(dag, OP_ADD, y, dag_constant(dag, random_constant(rng)), 0);
    return true;
}

/* y ==> c/y */
static bool invert(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (!has_room(dag, 1) || !options->ops->may[OP_DIV]) return false;
    const uint8_t y = result_of(dag);
    dag_add(dag, OP_DIV, dag_constant(dag, random_constant(rng)), y, 0);
    return true;
}

/* y ==> x*y or y/x */
static bool times_x(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (!has_room(dag, 1) || !options->ops->may[OP_MUL]) return false;
    dag_add(dag, OP_MUL, result_of(dag), DAG_X, 0);
    return true;
}

/* Every use of x below becomes one of x*x, or only those of some nodes. */
static bool square_x(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (!has_room(dag, 1) || dag->n == 0 || !options->ops->may[OP_MUL]) return false;
    const bool is_all = rng_below(rng, 3) > 0;
    open_gap(dag, 0, 1);
    dag->node[0] = (DagNode){OP_MUL, {DAG_X, DAG_X, 0}};
    for (int i = 1; i < dag->n; i++)
        for (int k = 0; k < arity_of((Op)dag->node[i].op); k++)
            if (dag->node[i].arg[k] == DAG_X && (is_all || rng_below(rng, 2) == 0))
                dag->node[i].arg[k] = 0;
    return true;
}

/* u ==> u + c/v for a node u (or x) and v = u or x: one more level of a nested fraction */
static bool nest(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (!has_room(dag, 2) || !options->ops->may[OP_DIV] || !options->ops->may[OP_ADD]) return false;
    const int u = (int)rng_below(rng, (uint64_t)dag->n + 1) - 1; /* -1: x */
    const uint8_t old = u < 0 ? DAG_X : (uint8_t)u;
    const int at = u + 1;
    open_gap(dag, at, 2);
    const uint8_t v = rng_below(rng, 4) == 0 ? DAG_X : old;
    dag->node[at] = (DagNode){OP_DIV, {dag_constant(dag, random_constant(rng)), v, 0}};
    dag->node[at + 1] = (DagNode){OP_ADD, {old, (uint8_t)at, 0}};
    for (int i = at + 2; i < dag->n; i++)
        for (int k = 0; k < arity_of((Op)dag->node[i].op); k++)
            if (dag->node[i].arg[k] == old) dag->node[i].arg[k] = (uint8_t)(at + 1);
    return true;
}

/* u ==> (u + a)*(w + b) for a node u, mostly the result, and w = u, x or some node before: bends a function once more, as products of
   polynomials and of shifted results do; functions that oscillate consist of such steps. */
static bool fold(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (!has_room(dag, 3) || dag->n == 0 || !options->ops->may[OP_MUL] ||
        !options->ops->may[OP_ADD])
        return false;
    const int last = dag->n - 1;
    const int u = rng_below(rng, 3) > 0 ? last : (int)rng_below(rng, (uint64_t)dag->n);
    const uint64_t kind = rng_below(rng, 3);
    const uint8_t w = kind == 0   ? (uint8_t)u
                      : kind == 1 ? DAG_X
                                  : (uint8_t)rng_below(rng, (uint64_t)u + 1);
    open_gap(dag, u + 1, 3);
    const uint8_t left = (uint8_t)(u + 1), right = (uint8_t)(u + 2), product = (uint8_t)(u + 3);
    dag->node[left] =
        (DagNode){OP_ADD, {(uint8_t)u, dag_constant(dag, random_constant(rng)), 0}};
    dag->node[right] = (DagNode){OP_ADD, {w, dag_constant(dag, random_constant(rng)), 0}};
    dag->node[product] = (DagNode){OP_MUL, {left, right, 0}};
    for (int i = product + 1; i < dag->n; i++)
        for (int k = 0; k < arity_of((Op)dag->node[i].op); k++)
            if (dag->node[i].arg[k] == u) dag->node[i].arg[k] = product;
    return true;
}

/* x ==> x + c, for all uses */
static bool shift_x(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (!has_room(dag, 1) || dag->n == 0 || !options->ops->may[OP_ADD]) return false;
    open_gap(dag, 0, 1);
    dag->node[0] = (DagNode){OP_ADD, {DAG_X, dag_constant(dag, random_constant(rng)), 0}};
    for (int i = 1; i < dag->n; i++)
        for (int k = 0; k < arity_of((Op)dag->node[i].op); k++)
            if (dag->node[i].arg[k] == DAG_X) dag->node[i].arg[k] = 0;
    return true;
}

static const Change COMPOSING[] = {
    {"square", square, 2},     {"moebius", moebius, 2},
    {"invert", invert, 1},     {"times x", times_x, 1},
    {"square x", square_x, 2}, {"nest", nest, 3},
    {"shift x", shift_x, 1},   {"fold", fold, 3},
    {0},
};

const Change *mutate_composing(Rng *rng) { return change_pick(COMPOSING, rng); }
