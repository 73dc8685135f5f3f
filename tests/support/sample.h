/* A Prog with inputs and the results the interpreter gives for them. */
#ifndef TESTS_SUPPORT_SAMPLE_H
#define TESTS_SUPPORT_SAMPLE_H

#include "runtime/base/rng.h"
#include "runtime/prog/prog.h"

enum { SAMPLE_POINTS = 309 }; /* of most samples; no multiple of any vector */

typedef struct {
    Prog prog;
    size_t n_points;
    uint8_t *x[PROG_INPUTS_MAX], *want; /* packed arrays of n_points */
} Sample;

/* Inputs are the corners of the types against each other, then random values: SAMPLE_POINTS of them, or `n_points`. */
void sample_init(Sample *sample, const Prog *prog, Rng *rng);
void sample_init_of(Sample *sample, const Prog *prog, size_t n_points, Rng *rng);
void sample_release(Sample *sample);
/* Input bits of point `i`. */
void sample_at(const Sample *sample, size_t i, uint64_t *x);
/* The first point where `y` (NaN compared as NaN) is not what is wanted, or n_points;
   prints what it finds, with `what`. */
size_t sample_first_wrong(const Sample *sample, const void *y, const char *what);
/* Calls the compiled functions and compares: every point through the scalar one, all through the array. */
size_t sample_check_functions(const Sample *sample, void *scalar, void *array, const char *what);

#endif
