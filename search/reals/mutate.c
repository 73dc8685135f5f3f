#include "search/reals/mutate_change.h"

#include <string.h>

static Op random_op(const DagOps *ops, Rng *rng)
{
    return ops->op[rng_below(rng, (uint64_t)ops->n)];
}

/* The variable, a constant, or a node before `before`, with equal chances for each kind. */
static uint8_t random_arg(Dag *dag, int before, Rng *rng)
{
    const uint64_t kind = rng_below(rng, before > 0 ? 4 : 2);
    if (kind == 0) return DAG_X;
    if (kind == 1) return dag_constant(dag, random_constant(rng));
    return (uint8_t)rng_below(rng, (uint64_t)before);
}

/* An edge: argument k of node i, or the result (i == n). */
typedef struct {
    int i, k;
} Edge;

static Edge random_edge(const Dag *dag, Rng *rng)
{
    int n = 1;
    for (int i = 0; i < dag->n; i++) n += arity_of((Op)dag->node[i].op);
    int at = (int)rng_below(rng, (uint64_t)n);
    for (int i = 0; i < dag->n; i++) {
        const int arity = arity_of((Op)dag->node[i].op);
        if (at < arity) return (Edge){i, at};
        at -= arity;
    }
    return (Edge){dag->n, 0};
}

static uint8_t source_of(const Dag *dag, Edge edge)
{
    if (edge.i < dag->n) return dag->node[edge.i].arg[edge.k];
    return dag->n == 0 ? dag->leaf : (uint8_t)(dag->n - 1);
}

/* -- elementary --------------------------------------------------------------------------------- */

/* A value that leaves u op value what it was, or nearly: with it the child starts as good as its parent. */
static double neutral_constant(Op op) { return op == OP_MUL || op == OP_DIV ? 1 : 1e-3; }

/* A new operation on an edge: its other argument is any, or an operation made for it. */
static bool insert(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (!has_room(dag, 2)) return false;
    const Edge edge = random_edge(dag, rng);
    const bool is_result = edge.i == dag->n;
    const bool is_double = rng_below(rng, 3) == 0;
    const int n_new = is_double ? 2 : 1, at = edge.i;
    uint8_t u = source_of(dag, edge);
    open_gap(dag, at, n_new);
    const Op op = random_op(options->ops, rng);
    uint8_t other;
    if (is_double) {
        const Op inner = random_op(options->ops, rng);
        uint8_t arg[OP_ARITY_MAX] = {0};
        const int own = (int)rng_below(rng, (uint64_t)arity_of(inner));
        for (int k = 0; k < arity_of(inner); k++)
            arg[k] = k == own ? (rng_below(rng, 2) == 0 ? u : random_arg(dag, at, rng))
                     : rng_below(rng, 2) == 0 ? dag_constant(dag, random_constant(rng))
                                              : random_arg(dag, at, rng);
        dag->node[at] = (DagNode){(uint8_t)inner, {arg[0], arg[1], arg[2]}};
        other = (uint8_t)at;
    } else {
        other = random_arg(dag, at, rng);
        if (dag_is_constant(other) && rng_below(rng, 2) == 0)
            dag->c[other - DAG_CONST] = neutral_constant(op);
    }
    uint8_t arg[OP_ARITY_MAX] = {0};
    const int arity = arity_of(op);
    const int own = (int)rng_below(rng, (uint64_t)arity);
    for (int k = 0; k < arity; k++)
        arg[k] = k == own ? u : k == (own + 1) % arity ? other : random_arg(dag, at, rng);
    const int node = at + n_new - 1;
    dag->node[node] = (DagNode){(uint8_t)op, {arg[0], arg[1], arg[2]}};
    if (!is_result) dag->node[edge.i + n_new].arg[edge.k] = (uint8_t)node;
    return true;
}

/* A node goes; its users take one of its arguments. */
static bool drop(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (dag->n == 0) return false;
    const int i = (int)rng_below(rng, dag->n);
    const uint8_t heir = dag->node[i].arg[rng_below(rng, (uint64_t)arity_of((Op)dag->node[i].op))];
    if (i == dag->n - 1) {
        if (!dag_is_node(heir)) return false;
        dag->n = (uint8_t)(heir + 1);
        return true;
    }
    for (int j = i + 1; j < dag->n; j++)
        for (int k = 0; k < arity_of((Op)dag->node[j].op); k++)
            if (dag->node[j].arg[k] == i) dag->node[j].arg[k] = heir;
    return true;
}

static bool rewire(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (dag->n == 0 || !has_room(dag, 0)) return false;
    const Edge edge = random_edge(dag, rng);
    if (edge.i == dag->n) return false;
    dag->node[edge.i].arg[edge.k] = random_arg(dag, edge.i, rng);
    return true;
}

static bool change_op(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (dag->n == 0 || !has_room(dag, 0)) return false;
    const int i = (int)rng_below(rng, dag->n);
    const Op op = random_op(options->ops, rng);
    DagNode *node = &dag->node[i];
    if (op == node->op) return false;
    for (int k = arity_of((Op)node->op); k < arity_of(op); k++)
        node->arg[k] = random_arg(dag, i, rng);
    for (int k = arity_of(op); k < OP_ARITY_MAX; k++) node->arg[k] = 0;
    node->op = (uint8_t)op;
    return true;
}

static bool swap_args(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (dag->n == 0) return false;
    DagNode *node = &dag->node[rng_below(rng, dag->n)];
    if (node->op != OP_SUB && node->op != OP_DIV && node->op != OP_FMA) return false;
    const int k = node->op == OP_FMA ? 2 : 1;
    const uint8_t first = node->arg[0];
    node->arg[0] = node->arg[k];
    node->arg[k] = first;
    return true;
}

/* What lies under node `root` of the donor, copied in before node `at`; returns the argument to use, with *grown how many
   nodes came. */
static uint8_t copy_part(Dag *dag, int at, const Dag *donor, int root, int *grown)
{
    bool is_needed[DAG_OPS_MAX] = {false};
    uint8_t place[DAG_OPS_MAX];
    int n = 0, n_constants = 0;
    is_needed[root] = true;
    for (int i = root; i >= 0; i--) {
        if (!is_needed[i]) continue;
        n++;
        for (int k = 0; k < arity_of((Op)donor->node[i].op); k++) {
            if (dag_is_node(donor->node[i].arg[k])) is_needed[donor->node[i].arg[k]] = true;
            n_constants += dag_is_constant(donor->node[i].arg[k]);
        }
    }
    *grown = 0;
    if (dag->n + n + 2 > DAG_OPS_MAX || dag->n_constants + n_constants + 4 > DAG_CONSTANTS_MAX)
        return DAG_X;
    open_gap(dag, at, n);
    for (int i = 0; i <= root; i++) {
        if (!is_needed[i]) continue;
        DagNode node = donor->node[i];
        for (int k = 0; k < arity_of((Op)node.op); k++) {
            if (dag_is_node(node.arg[k]))
                node.arg[k] = place[node.arg[k]];
            else if (dag_is_constant(node.arg[k]))
                node.arg[k] = dag_constant(dag, donor->c[node.arg[k] - DAG_CONST]);
        }
        place[i] = (uint8_t)(at + *grown);
        dag->node[at + (*grown)++] = node;
    }
    return place[root];
}

/* A part of the donor comes to an edge: instead of what was there, or joined with it. */
static bool graft(Dag *dag, const MutateOptions *options, Rng *rng)
{
    const Dag *donor = options->donor;
    if (donor == NULL || donor->n == 0 || dag->n == 0) return false;
    const Edge edge = random_edge(dag, rng);
    if (edge.i == dag->n) return false;
    uint8_t u = dag->node[edge.i].arg[edge.k];
    int grown;
    const uint8_t part = copy_part(dag, edge.i, donor, (int)rng_below(rng, donor->n), &grown);
    if (grown == 0) return false;
    int user = edge.i + grown;
    uint8_t new = part;
    if (rng_below(rng, 2) == 0) {
        const Op op = random_op(options->ops, rng);
        if (arity_of(op) == 2) {
            open_gap(dag, user, 1);
            const bool swap = rng_below(rng, 2) == 0;
            dag->node[user] = (DagNode){(uint8_t)op, {swap ? part : u, swap ? u : part, 0}};
            new = (uint8_t)user++;
        }
    }
    dag->node[user].arg[edge.k] = new;
    return true;
}

/* An argument of one node becomes an argument of another: how values come to be shared. */
static bool share(Dag *dag, const MutateOptions *options, Rng *rng)
{
    if (dag->n < 2) return false;
    const Edge to = random_edge(dag, rng);
    if (to.i == dag->n || to.i == 0) return false;
    dag->node[to.i].arg[to.k] = (uint8_t)rng_below(rng, (uint64_t)to.i);
    return true;
}

/* What happens between a value w and a node r happens once more, to r: w ==> g(w) ==> g(g(w)). */
static bool repeat(Dag *dag, const MutateOptions *options, Rng *rng)
{
    enum { REPEATED_MAX = 5 };
    if (dag->n == 0) return false;
    const int r = (int)rng_below(rng, dag->n);
    const int pick = (int)rng_below(rng, (uint64_t)r + 1) - 1;
    const uint8_t w = pick < 0 ? DAG_X : (uint8_t)pick;
    bool depends[DAG_OPS_MAX] = {false}, is_needed[DAG_OPS_MAX] = {false};
    int n = 0, n_constants = 0;
    is_needed[r] = true;
    for (int i = pick + 1; i <= r; i++)
        for (int k = 0; k < arity_of((Op)dag->node[i].op); k++) {
            const uint8_t a = dag->node[i].arg[k];
            depends[i] |= a == w || (dag_is_node(a) && depends[a]);
        }
    for (int i = r; i > pick; i--)
        for (int k = 0; k < arity_of((Op)dag->node[i].op) && is_needed[i]; k++)
            if (dag_is_node(dag->node[i].arg[k])) is_needed[dag->node[i].arg[k]] = true;
    for (int i = pick + 1; i <= r; i++) {
        if (!depends[i] || !is_needed[i]) continue;
        n++;
        for (int k = 0; k < arity_of((Op)dag->node[i].op); k++)
            n_constants += dag_is_constant(dag->node[i].arg[k]);
    }
    if (!depends[r] || n > REPEATED_MAX || dag->n + n > DAG_OPS_MAX ||
        dag->n_constants + n_constants > DAG_CONSTANTS_MAX)
        return false;
    open_gap(dag, r + 1, n);
    uint8_t place[DAG_OPS_MAX];
    int at = r + 1;
    for (int i = pick + 1; i <= r; i++) {
        if (!depends[i] || !is_needed[i]) continue;
        DagNode node = dag->node[i];
        for (int k = 0; k < arity_of((Op)node.op); k++) {
            const uint8_t a = node.arg[k];
            if (a == w)
                node.arg[k] = (uint8_t)r;
            else if (dag_is_constant(a))
                node.arg[k] = dag_constant(dag, dag->c[a - DAG_CONST]);
            else if (dag_is_node(a) && a > pick && depends[a])
                node.arg[k] = place[a];
        }
        place[i] = (uint8_t)at;
        dag->node[at++] = node;
    }
    for (int i = at; i < dag->n; i++)
        for (int k = 0; k < arity_of((Op)dag->node[i].op); k++)
            if (dag->node[i].arg[k] == r) dag->node[i].arg[k] = (uint8_t)(at - 1);
    return true;
}

/* -- the table ---------------------------------------------------------------------------------------- */

static const Change ELEMENTARY[] = {
    {"insert", insert, 6},       {"drop", drop, 4},      {"rewire", rewire, 4},
    {"change op", change_op, 3}, {"swap", swap_args, 1}, {"graft", graft, 3},
    {"share", share, 2},         {"repeat", repeat, 2},  {0},
};

bool mutate(const Dag *parent, const MutateOptions *options, Rng *rng, Dag *child,
            const char **what)
{
    enum { CHANGES_MAX = 4, TRIES = 8, COMPOSED = 5 /* one change in so many */ };
    int n = 1;
    while (n < CHANGES_MAX && rng_below(rng, 3) == 0) n++;
    *child = *parent;
    *what = NULL;
    for (int i = 0; i < TRIES && n > 0; i++) {
        const bool is_composing = options->may_compose && rng_below(rng, COMPOSED) == 0;
        const Change *change = is_composing ? mutate_composing(rng) : change_pick(ELEMENTARY, rng);
        Dag next = *child;
        if (!change->apply(&next, options, rng)) continue;
        *child = next;
        *what = change->name;
        n--;
    }
    return *what != NULL && dag_canonicalize(child, options->ops) && child->n > 0 &&
           child->n <= options->n_ops_max && !dag_is_same_structure(child, parent);
}

bool mutate_random(int n, const DagOps *ops, Rng *rng, Dag *out)
{
    *out = dag_identity();
    for (int i = 0; i < n; i++) {
        const Op op = random_op(ops, rng);
        uint8_t arg[OP_ARITY_MAX] = {0};
        for (int k = 0; k < arity_of(op); k++) arg[k] = random_arg(out, i, rng);
        if (i > 0 && rng_below(rng, 4) > 0) arg[0] = (uint8_t)(i - 1);
        dag_add(out, op, arg[0], arg[1], arg[2]);
    }
    return dag_canonicalize(out, ops);
}
