/* sin, cos and tan of floats in double, LANES at a time: part of reference_kernel.h.

   The reduction. x 2/pi = n + f with the parts of 2/pi that angle_parts gives, p0 to p3: x p0, x p1 and x p2 are exact, x p0 < 2^26 a
   multiple of 2^-26, x p1 < 2^-2 one of 2^-52, x p2 < 2^-28. n is the integer nearest to their sum, which rounding moves by 2^-27 at
   most, so that |x p0 + x p1 - n| < 1/2 + 2^-26: that has 52 bits at most and is exact. Two additions follow, each with a rounding.
   But for those nearest to 0 no float comes nearer than 2^-30 to a multiple of pi/2, as f counts, so those roundings are relative to f: the first is of
   a number that differs from f by less than 2^-55, the second of f itself. With u = 2^-53 f is off by 2.1 u of itself; for small x, where
   only p3 is not 0, by its rounding and that of the product, the same.

   The functions. sin(f pi/2) = f (a1 + z (a3 + ... + z a15)) and cos(f pi/2) = 1 + z (a2 + ... + z a16) with z = f^2, Taylor's
   coefficients. Their terms alternate and fall, so what is left out is less than its first: with |f| < 1/2 + 2^-25
   f pi/2 < 0.7854, hence 0.54 u of the sine and 0.03 u of the cosine. Errors of f go to the sine with a factor below 1,
   to the cosine with one below pi/4.
     sine:   2.1 u by f, 0.54 u left out, 0.4 u by a1 rounded, 1 u for the last addition, 1 u for the product with f; what is added
             to a1 is a tenth of it and off by 8 u of itself at most, 0.9 u. Less than 6 u.
     cosine: 1.7 u by f, 0.03 u left out, 0.71 u for the last addition, whose result is below 1; what is added to 1 is 0.42 of the
             result at most, and off by 5 u beside what f does, 2.1 u. Less than 5 u.
   tan is their quotient: f counts pi/2 times at most, 3.3 u, the rest is 3.9 u, 2.9 u and 1 u for the division. Less than 12 u.
   An ulp of DIRECT (DBL_EPSILON times the value) is 2 u: so 3, 2.5 and 6 of those. Fused operations have fewer roundings. */
#ifndef APPROX_MEASURE_ANGLE_KERNEL_H
#define APPROX_MEASURE_ANGLE_KERNEL_H

#include "runtime/measure/angle.h"

/* (pi/2)^k / k!, signs alternating: of the odd k, of the even ones. */
static const double SINE[] = {0x1.921fb54442d18p+0,  -0x1.4abbce625be53p-1, 0x1.466bc6775aae2p-4,
                              -0x1.32d2cce62bd86p-8, 0x1.50783487ee782p-13, -0x1.e3074fde8871fp-19,
                              0x1.e8f434d018d63p-25, -0x1.6fadb9f155744p-31};
static const double COSINE[] = {0x1p+0,
                                -0x1.3bd3cc9be45dep+0,
                                0x1.03c1f081b5ac4p-2,
                                -0x1.55d3c7e3cbffap-6,
                                0x1.e1f506891babbp-11,
                                -0x1.a6d1f2a204a8cp-16,
                                0x1.f9d38a3763cc3p-22,
                                -0x1.b6e24f44b128fp-28,
                                0x1.20c62c2f2d7f5p-34};

static inline __attribute__((always_inline)) Doubles horner(const double *coefficient, int n,
                                                            Doubles z)
{
    Doubles value = all(coefficient[n - 1]);
    for (int k = n - 2; k >= 0; k--) value = value * z + coefficient[k];
    return value;
}

static inline __attribute__((always_inline)) Doubles circular(AngleFunction function,
                                                              const AngleParts *p, Doubles x)
{
    /* Adding it rounds to an integer, whose last bits are then those of the sum. */
    const double shift = 0x1.8p52;
    const Doubles s0 = x * p->part[0], s1 = x * p->part[1];
    const Doubles shifted = (s0 + s1) + shift;
    const Doubles f = (((s0 - (shifted - shift)) + s1) + x * p->part[2]) + x * p->part[3];
    const Doubles z = f * f;
    const Doubles sine = f * horner(SINE, sizeof SINE / sizeof *SINE, z);
    const Doubles cosine = horner(COSINE, sizeof COSINE / sizeof *COSINE, z);

    const Masks quadrant = (Masks)shifted;
    const Masks is_odd = (quadrant & 1) != 0, is_second_half = (quadrant & 2) != 0;
    const Masks sign = (Masks){0} + INT64_MIN;
    const Doubles a = pick(is_odd, cosine, sine), b = pick(is_odd, sine, cosine);
    switch (function) {
    case ANGLE_SIN: return (Doubles)((Masks)a ^ (is_second_half & sign));
    case ANGLE_COS: return (Doubles)((Masks)b ^ ((is_second_half ^ is_odd) & sign));
    default: return (Doubles)((Masks)(a / b) ^ (is_odd & sign));
    }
}

static inline __attribute__((always_inline)) void circulars(AngleFunction function,
                                                            const AngleParts *parts,
                                                            const double *x, size_t n, double *out)
{
    size_t i = 0;
    Doubles some;
    for (; i + LANES <= n; i += LANES) {
        memcpy(&some, x + i, sizeof some);
        some = circular(function, parts, some);
        memcpy(out + i, &some, sizeof some);
    }
    if (i == n) return;
    some = (Doubles){0};
    for (size_t lane = 0; i + lane < n; lane++) some[lane] = x[i + lane];
    some = circular(function, parts, some);
    for (size_t lane = 0; i + lane < n; lane++) out[i + lane] = some[lane];
}

static void angles(AngleFunction function, const AngleParts *parts, const double *x, size_t n,
                   double *out)
{
    switch (function) {
    case ANGLE_SIN: circulars(ANGLE_SIN, parts, x, n, out); break;
    case ANGLE_COS: circulars(ANGLE_COS, parts, x, n, out); break;
    case ANGLE_TAN: circulars(ANGLE_TAN, parts, x, n, out); break;
    }
}

#endif
