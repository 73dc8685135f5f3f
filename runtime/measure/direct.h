/* A reference function in hardware arithmetic and the C library's functions, with a running bound
   of the error: much faster than the oracle, good wherever nothing cancels. In
   double for what is judged in f32, in long double for f64. Internal.

   Trusts libm to a few ulps (the GNU manual lists 1 to 5 for the functions used; the bounds
   here are larger); where it is not known to be good to that, the function is not here. */
#ifndef APPROX_MEASURE_DIRECT_H
#define APPROX_MEASURE_DIRECT_H

#include "runtime/prog/prog.h"

enum { DIRECT_BLOCK = 128 };

typedef struct DirectDouble DirectDouble;
typedef struct DirectLong DirectLong;

/* NULL if the reference has an operator that cannot be had this way. Each owns
   scratch memory: one per thread. */
DirectDouble *direct_double_new(const Prog *reference);
DirectLong *direct_long_new(const Prog *reference);
void direct_double_free(DirectDouble *direct);
void direct_long_free(DirectLong *direct);

/* |value[i] - f(x[0][i], ...)| <= bound[i] for i < n <= DIRECT_BLOCK. A bound of inf: not known.
   NaN or an infinity with a bound of 0: that is f there. */
void direct_double_run(DirectDouble *direct, const double *const *x, size_t n, double *value,
                       double *bound);
void direct_long_run(DirectLong *direct, const double *const *x, size_t n, long double *value,
                     long double *bound);

#endif
