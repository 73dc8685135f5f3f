/* A Prog with inputs and the results the interpreter gives for them. */
#ifndef TESTS_SUPPORT_SAMPLE_H
#define TESTS_SUPPORT_SAMPLE_H

#include "runtime/base/rng.h"
#include "runtime/prog/prog.h"

enum { SAMPLE_POINTS = 309 }; /* no multiple of any vector */

typedef struct {
    Prog prog;
    uint8_t *x[PROG_INPUTS_MAX], *want; /* packed arrays of SAMPLE_POINTS */
} Sample;

/* Inputs are the corners of the types against each other, then random values. */
void sample_init(Sample *sample, const Prog *prog, Rng *rng);
void sample_release(Sample *sample);
/* Input bits of point `i`. */
void sample_at(const Sample *sample, size_t i, uint64_t *x);
/* The first point where `y` (NaN compared as NaN) is not what is wanted, or SAMPLE_POINTS;
   prints what it finds, with `what`. */
size_t sample_first_wrong(const Sample *sample, const void *y, const char *what);
/* Calls the compiled functions and compares: every point through the scalar one, all through the array. */
size_t sample_check_functions(const Sample *sample, void *scalar, void *array, const char *what);

#endif
