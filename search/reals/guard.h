/* What a fit on points cannot see: a denominator that vanishes between two of them. A pair of a pole and a zero close together
   leaves the error curve alone at all points but a few. */
#ifndef APPROX_SEARCH_REALS_GUARD_H
#define APPROX_SEARCH_REALS_GUARD_H

#include "search/reals/dag.h"

/* Does every denominator keep its sign, and every root its argument's, inside (lo, hi), as far as a fine grid and a
   look at the least values in between can tell? What happens at the very ends is left out. */
bool guard_is_regular(const Dag *dag, double lo, double hi);

#endif
