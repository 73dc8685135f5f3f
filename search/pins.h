/* Values that are to be hit: exp(0) = 1, tanh(inf) = 1. A program within a loose bound may miss them by some ulps. */
#ifndef APPROX_SEARCH_PINS_H
#define APPROX_SEARCH_PINS_H

#include "search/problem.h"

/* Moves constants so that what the problem has pinned is hit, where results miss it by little: one constant for each such value,
   of those that will do the one with which the quick sample's error is least. What cannot be hit is left as it is. */
void pins_hit(const Problem *problem, Prog *prog);

#endif
