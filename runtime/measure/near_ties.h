/* Where a function is hard to round: the inputs whose values lie nearest to a tie between two neighbouring values of
   the type. An approximation off by e rounds wrongly only at inputs with a tie within e, so
   these inputs, of a whole domain, are all that a search for correctly rounded programs need look at. */
#ifndef APPROX_MEASURE_NEAR_TIES_H
#define APPROX_MEASURE_NEAR_TIES_H

#include "runtime/prog/goal.h"

#include <stdatomic.h>

typedef struct {
    double x;
    double distance; /* from the tie, in ulps */
} NearTie;

typedef struct {
    NearTie *tie; /* nearest first */
    int n;
} NearTies;

/* The `n_wanted` nearest or fewer, of one-variable goals in f16, bf16 or f32, every float of the domain looked at (of a domain
   symmetric about 0, where f is even or odd at all of many places, every positive one); exact ties are among them. Values are known to about 2^-16 ulp at worst, mostly to 2^-22: nearer than that the order is
   one of several. ERR_INTERRUPTED if *stop (may be NULL) is set. */
Status near_ties_find(NearTies *out, const Goal *goal, int n_wanted, int n_threads,
                      const atomic_int *stop, Err *err);
void near_ties_release(NearTies *ties);

#endif
