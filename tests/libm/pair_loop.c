/* A loop as users write it over a function of double, or with PAIRS over one of two floats. Says how far its results are from the right ones in ulp of their
   type, and how many are other bits than those of the scalar function. Ends with 1 if there are any, or if one is above 2 ulp. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#ifdef WITH_HEADER
#include "approxm.h"
#endif

#ifdef PAIRS
typedef float Number;
#define CALL(x, y) hypotf(x, y)
#define RIGHT(x, y) hypotl(x, y)
enum { N = 1003, DIGITS = 24 };
#else
typedef double Number;
#define CALL(x, y) exp(x)
#define RIGHT(x, y) expl(x)
enum { N = 1001, DIGITS = 53 }; /* vectors of four and one value: those of two may have another program */
#endif

__attribute__((noinline)) static void apply(Number *restrict r, const Number *restrict x,
                                            const Number *restrict y, int n)
{
#ifdef WITH_PRAGMA
#pragma omp simd
#endif
    for (int i = 0; i < n; i++) r[i] = CALL(x[i], y[i]);
}

/* Compiled to a call of one value: a loop over this is not one of vectors. */
__attribute__((noinline)) static Number one(Number x, Number y) { return CALL(x, y); }

int main(void)
{
    static Number x[N], y[N], r[N];
    volatile int n = N; /* the compiler is not to know */
    double worst = 0;
    int n_other = 0;
    for (int i = 0; i < N; i++) x[i] = (Number)(i - N / 2) * (Number)0.17, y[i] = (Number)(i % 37) * (Number)3.3;
    apply(r, x, y, n);
    for (int i = 0; i < N; i++) {
        int exponent;
        const long double right = RIGHT((long double)x[i], (long double)y[i]);
        const Number scalar = one(x[i], y[i]);
        frexpl(right, &exponent);
        worst = fmax(worst, (double)(fabsl(r[i] - right) / ldexpl(1, exponent - DIGITS)));
        n_other += memcmp(&r[i], &scalar, sizeof scalar) != 0;
    }
    printf("%.3f ulp, %d of other bits\n", worst, n_other);
    return worst > 2 || n_other > 0;
}
