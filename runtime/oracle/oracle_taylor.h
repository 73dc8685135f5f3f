/* Taylor coefficients of a reference of one variable. */
#ifndef APPROX_ORACLE_ORACLE_TAYLOR_H
#define APPROX_ORACLE_ORACLE_TAYLOR_H

#include "runtime/oracle/oracle.h"

enum { ORACLE_TAYLOR_MAX = 48 };

/* coefficient[k], k < n, of the oracle's function f(x0 + t) = sum coefficient[k] t^k: each is
   rounded to 128 bits, and 0 where it is exactly 0 or below 2^-300 of the largest. Removable gaps
   ((1-cos(x))/x^2 at 0) are no hindrance. ERR_UNSUPPORTED, naming the operator, where one has no series
   here; ERR_INPUT where f is not analytic at x0. */
Status oracle_taylor(Oracle *oracle, double x0, int n, Real *coefficient, Err *err);

#endif
