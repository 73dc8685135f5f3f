/* A quick look at a structure: least squares in double on one level of the Approximand, from a few random constants. */
#ifndef APPROX_SEARCH_REALS_PROBE_H
#define APPROX_SEARCH_REALS_PROBE_H

#include "runtime/base/rng.h"
#include "search/reals/approximand.h"
#include "search/reals/dag.h"

/* The least root mean square of the weighted residuals that was met; inf if no start was usable. On a finite result the
   Dag has the constants for it. */
double probe(Dag *dag, const ApproximandLevel *level, int n_starts, Rng *rng);

#endif
