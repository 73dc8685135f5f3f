/* Arithmetic on real constants where it is exact: each returns false, and leaves *out alone, if the
   result is not a Real (too long for 128 bits, a quotient that does not end, infinities, NaN,
   division by zero). A zero sum is +0 unless both terms are -0. */
#ifndef APPROX_PROG_REAL_EXACT_H
#define APPROX_PROG_REAL_EXACT_H

#include "runtime/prog/prog.h"

bool real_add(Real a, Real b, Real *out);
bool real_mul(Real a, Real b, Real *out);
bool real_div(Real a, Real b, Real *out);
Real real_neg(Real a);

#endif
