/* Changes to the structure of a Dag. Two tables: the elementary ones know nothing but graphs and the allowed operators, and are
   all that --from-scratch has; the composing ones know forms that numerical analysts use (squaring, Moebius transforms,
   nested fractions, parity). What a change does to the values is repaired by the fit. */
#ifndef APPROX_SEARCH_REALS_MUTATE_H
#define APPROX_SEARCH_REALS_MUTATE_H

#include "runtime/base/rng.h"
#include "search/reals/dag.h"

typedef struct {
    const DagOps *ops;
    const Dag *donor; /* another program whose parts may be grafted; may be NULL */
    bool may_compose; /* the second table too */
    int n_ops_max;
} MutateOptions;

/* A child of `parent` by one to a few changes, canonical, with constants near the parent's where they are
   the same ones. False if nothing sensible came out. *what: the name of the last change. */
bool mutate(const Dag *parent, const MutateOptions *options, Rng *rng, Dag *child,
            const char **what);

/* A program of n random operations, canonical. */
bool mutate_random(int n, const DagOps *ops, Rng *rng, Dag *out);

#endif
