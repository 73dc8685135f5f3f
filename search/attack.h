/* Looks for inputs where a program is worse than a sample shows: near the worst points of the sample, closer
   and closer. The sample tells where the error curve is high; which float there has the most
   unlucky rounding only many points can tell. */
#ifndef APPROX_SEARCH_ATTACK_H
#define APPROX_SEARCH_ATTACK_H

#include "search/sample.h"

/* The largest error found, at least that over the sample, and where. Stops at the first above `enough`. One-variable
   float goals; deterministic for a seed. */
Status attack(const Goal *goal, const Prog *prog, const Sample *sample, double enough,
              uint64_t seed, double *error, double *x, Err *err);

#endif
