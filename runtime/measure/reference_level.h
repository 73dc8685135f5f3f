/* The inner loops of the fast reference: one source (reference_kernel.h), one object for each
   instruction-set level. Unlike the interpreter's, their results may differ in the
   last bits between levels: they are bounds, and all of them hold. Internal. */
#ifndef APPROX_MEASURE_REFERENCE_LEVEL_H
#define APPROX_MEASURE_REFERENCE_LEVEL_H

#include "runtime/measure/angle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POLY_DEGREE_MAX = 16, KERNEL_BLOCK = 1024 };

/* f(x) = sum coefficient[k] * t^k with t = (x - center) * scale, |t| <= 1, off by
   at most `delta`. Unused coefficients are 0; degree is 0, 4, 8 or 16. */
typedef struct {
    double center, scale, delta;
    double coefficient[POLY_DEGREE_MAX + 1];
    int degree;
    bool may_overflow; /* |f| may reach 2^127 */
} Poly;

/* No result has an error above these; see ErrorAt for the measures. */
typedef struct {
    double ulp, rel, abs;
    uint64_t n_wrong; /* certainly not the correctly rounded result */
    uint64_t n_near;  /* cannot tell */
} KernelBounds;

/* Errors up to this many ulps count as none: the bounds are no sharper. */
#define NEGLIGIBLE_ULP 0x1p-13
#define SHARP_ULP (NEGLIGIBLE_ULP / 8)

typedef struct {
    const char *name;
    /* The errors of the f32 results y, f being a Poly, ... */
    void (*poly)(const Poly *poly, const float *x, const float *y, size_t n, KernelBounds *out);
    /* ... or f being ref[i], off by at most delta[i]. n <= KERNEL_BLOCK. */
    void (*values)(const double *ref, const double *delta, const float *y, size_t n,
                   KernelBounds *out);
    /* ref[i] = the Poly at x[i]. n <= KERNEL_BLOCK. */
    void (*evaluate)(const Poly *poly, const float *x, size_t n, double *ref);
    /* Which of the values are within `reach` ulp of a tie between two f32 values: their indices; returns
       how many. n <= KERNEL_BLOCK. */
    size_t (*near_ties)(const double *ref, size_t n, double reach, uint16_t *index);
    /* Are the bounds of all values, which are numbers, a fraction of what counts as an error? May say no of a few. */
    bool (*are_sharp)(const double *ref, const double *delta, size_t n);
    /* out[i] = the function at x[i], floats of one binade with its parts. */
    void (*angles)(AngleFunction function, const AngleParts *parts, const double *x, size_t n,
                   double *out);
} ReferenceLevel;

extern const ReferenceLevel REFERENCE_LEVEL_PORTABLE;
#if defined(__x86_64__)
extern const ReferenceLevel REFERENCE_LEVEL_AVX2;
#endif

/* The best level of this processor. */
const ReferenceLevel *reference_level(void);

#endif
