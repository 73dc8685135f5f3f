/* Accuracy and speed of the hyperbolic tangent that tools/quickstart synthesized, beside libm's. */
#include "tanh.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const float LO = -10, HI = 10; /* beyond, tanh rounds to -1 or 1 */

/* -- accuracy ------------------------------------------------------------------ */

/* |got - want| in units of the spacing of floats at `want`; in double, whose own error is some
   2^-29 of that. */
static double ulps(float got, double want)
{
    int exponent;
    frexp(want, &exponent);
    return fabs(got - want) / ldexp(1, (want == 0 || exponent < -125 ? -125 : exponent) - 24);
}

/* Every `step`-th float of the domain, zero included, from both sides outward. */
static void compare(float *worst_x, double *worst, double *worst_libm, long *n)
{
    const uint32_t step = 193;
    uint32_t last;
    memcpy(&last, &HI, sizeof last);
    *worst = *worst_libm = *n = 0;
    for (uint32_t bits = 0; bits <= last; bits += step)
        for (int sign = 0; sign < 2; sign++, ++*n) {
            float x;
            memcpy(&x, &bits, sizeof x);
            if (sign) x = -x;
            const double want = tanh((double)x);
            const double error = ulps(approx_tanh(x), want), error_libm = ulps(tanhf(x), want);
            if (error > *worst) *worst = error, *worst_x = x;
            if (error_libm > *worst_libm) *worst_libm = error_libm;
        }
}

/* -- speed --------------------------------------------------------------------- */

enum { N = 4096, REPEATS = 100, ROUNDS = 15 };
static float x[N], y[N];

static void by_array(void) { approx_tanh_array(x, y, N); }

static void by_scalar(void)
{
    for (int i = 0; i < N; i++) y[i] = approx_tanh(x[i]);
}

static void by_libm(void)
{
    for (int i = 0; i < N; i++) y[i] = tanhf(x[i]);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The least of several rounds; the three take turns, so that a busy moment of the machine hits all alike. */
static void measure(double ns[3])
{
    void (*const run[3])(void) = {by_array, by_scalar, by_libm};
    ns[0] = ns[1] = ns[2] = INFINITY;
    for (int round = 0; round < ROUNDS; round++)
        for (int k = 0; k < 3; k++) {
            const double start = seconds();
            for (int i = 0; i < REPEATS; i++) run[k]();
            ns[k] = fmin(ns[k], (seconds() - start) * 1e9 / ((double)REPEATS * N));
        }
}

int main(void)
{
    float worst_x = 0;
    double worst, worst_libm, ns[3];
    long n;
    compare(&worst_x, &worst, &worst_libm, &n);
    for (int i = 0; i < N; i++) x[i] = LO + (HI - LO) * (float)i / (N - 1);
    measure(ns);
    printf("tanh, f32, on [-10, 10]         ns per value   largest error at %ld inputs\n", n);
    printf("  approx_tanh_array, %d values %8.3f       %.3f ulp, at %a\n", N, ns[0], worst,
           worst_x);
    printf("  approx_tanh                    %8.3f       the same bits\n", ns[1]);
    printf("  tanhf of libm                  %8.3f       %.3f ulp\n", ns[2], worst_libm);
    return 0;
}
