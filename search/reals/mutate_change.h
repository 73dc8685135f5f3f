/* What the two tables of changes share. */
#ifndef APPROX_SEARCH_REALS_MUTATE_CHANGE_H
#define APPROX_SEARCH_REALS_MUTATE_CHANGE_H

#include "search/reals/mutate.h"

#include <math.h>

typedef struct {
    const char *name;
    bool (*apply)(Dag *dag, const MutateOptions *options, Rng *rng);
    int weight;
} Change;

/* One of the composing changes. Knowledge: not for searches from nothing. */
const Change *mutate_composing(Rng *rng);

/* From a table that ends in a row without name, by weight. */
static inline const Change *change_pick(const Change *table, Rng *rng)
{
    int total = 0;
    for (const Change *change = table; change->name; change++) total += change->weight;
    int at = (int)rng_below(rng, (uint64_t)total);
    while (at >= table->weight) at -= table++->weight;
    return table;
}

static inline int arity_of(Op op) { return op_info(op)->arity; }

static inline double random_constant(Rng *rng)
{
    const double size = exp(1.5 * rng_normal(rng));
    return rng_below(rng, 2) == 0 ? size : -size;
}

static inline bool has_room(const Dag *dag, int n_nodes)
{
    return dag->n + n_nodes <= DAG_OPS_MAX && dag->n_constants + 4 <= DAG_CONSTANTS_MAX;
}

/* Makes room for n nodes at `at`: what refers to later ones still does. */
static inline void open_gap(Dag *dag, int at, int n)
{
    for (int i = dag->n - 1; i >= at; i--) {
        DagNode node = dag->node[i];
        for (int k = 0; k < OP_ARITY_MAX; k++)
            if (dag_is_node(node.arg[k]) && node.arg[k] >= at && k < arity_of((Op)node.op))
                node.arg[k] = (uint8_t)(node.arg[k] + n);
        dag->node[i + n] = node;
    }
    dag->n = (uint8_t)(dag->n + n);
}

#endif
