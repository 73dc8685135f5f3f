/* Transforms make a function of another: f = T(g), with T outside, y ==> T(y), or inside, x ==> T(x). All their
   constants are free and are fitted with those of g, so a transform knows nothing of any function;
   it is of use where g can be simpler than f. Mathematical knowledge: not for searches from nothing. */
#ifndef APPROX_SEARCH_REALS_TRANSFORM_H
#define APPROX_SEARCH_REALS_TRANSFORM_H

#include "search/reals/dag.h"
#include "search/reals/enumerate.h"

/* A formula is in postfix notation: x the variable, y what is transformed, c a constant of its own each time, d the value before
   once more, + - * / and q, the square root. */
typedef struct {
    const char *name;
    const char *formula;
    unsigned cores; /* which g it is meant for: a set of 1 << Parity */
} Transform;

extern const Transform TRANSFORM_OUTER[], TRANSFORM_INNER[]; /* the name after the last is NULL */

/* Operations that it adds to a g that it cannot be joined with. */
int transform_cost(const Transform *transform);
bool transform_is_allowed(const Transform *transform, const DagOps *ops);

/* What the transform makes of g, not yet canonical; its constants are 1. False if there is no room. */
bool transform_outer(const Transform *transform, Dag *g);
bool transform_inner(const Transform *transform, Dag *g);

#endif
