/* Random inputs for a Goal: even in value, even in the ordered integers, and thick near
   the ends of the domain, near zero, near powers of two and near given hard points. Internal. */
#ifndef APPROX_MEASURE_SAMPLES_H
#define APPROX_MEASURE_SAMPLES_H

#include "runtime/base/rng.h"
#include "runtime/measure/judge.h"

enum { HARD_POINTS_MAX = 64 };

typedef struct {
    const Goal *goal;
    double hard[HARD_POINTS_MAX][PROG_INPUTS_MAX];
    int n_hard;
} Sampler;

/* One random input of the domain. */
void sampler_draw(const Sampler *sampler, Rng *rng, double *x);

/* The combinations of special inputs (see special_inputs) inside the domain: all of them, or
   random ones if there are more than `limit`. Writes values of the type, packed; returns
   how many. */
size_t sampler_specials(const Sampler *sampler, void *const *x, size_t limit);

#endif
