/* A loop over a function of the C library, as users write it. Prints the largest distance, in ulp, of its results from the same function in double, and how many
   are other bits than those of the array function, if there is one. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifdef WITH_HEADER
#include "approxm.h"
#endif

enum { N = 1003 }; /* no multiple of any vector */

__attribute__((noinline)) static void apply(float *restrict y, const float *restrict x, int n)
{
#ifdef WITH_PRAGMA
#pragma omp simd
#endif
    for (int i = 0; i < n; i++) y[i] = expf(x[i]);
}

static double distance(float y, double right)
{
    int exponent;
    frexp(right, &exponent);
    return fabs((double)y - right) / ldexp(1, exponent - 24);
}

int main(void)
{
    static float x[N], y[N];
    double worst = 0;
    volatile int n = N; /* the compiler is not to know */
    for (int i = 0; i < N; i++) x[i] = (float)(i - N / 2) * 0.17f;
    apply(y, x, n);
    for (int i = 0; i < N; i++) worst = fmax(worst, distance(y[i], exp((double)x[i])));
#ifdef WITH_HEADER
    static float z[N];
    int n_other = 0;
    approx_expf_array(x, z, N);
    for (int i = 0; i < N; i++) n_other += memcmp(&y[i], &z[i], sizeof(float)) != 0;
    printf("%d of other bits\n", n_other);
#endif
    printf("%.3f ulp\n", worst);
    return worst > 1;
}
