/* Which inputs a sample is made of, one variable at a time. */
#ifndef APPROX_SEARCH_INPUTS_H
#define APPROX_SEARCH_INPUTS_H

#include "runtime/base/rng.h"
#include "runtime/prog/goal.h"

/* Values of one variable, no two the same. */
typedef struct {
    double *value; /* the owner frees it */
    int n, capacity; /* which is never reached */
} Inputs;

/* About n values of the domain (all, if it has no more) in random order: ends, zeros, subnormals, powers of two, the
   exact points, and a spread that is even in the ordered integers, thick about 1 and even in the value. For real: even in
   the value, denser at the ends. */
Inputs inputs_choose(const Goal *goal, int variable, int n, Rng *rng);

#endif
