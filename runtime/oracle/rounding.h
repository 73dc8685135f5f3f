/* From MPFR numbers to values of a type: one rounding to nearest even, into the subnormals
   and to infinity as well. */
#ifndef APPROX_ORACLE_ROUNDING_H
#define APPROX_ORACLE_ROUNDING_H

#include "runtime/base/bits.h"

#include <mpfr.h>
#include <stdbool.h>

/* The bits of x rounded to `type`. `scratch` is overwritten. */
uint64_t bits_from_mpfr(Type type, mpfr_srcptr x, mpfr_ptr scratch);

/* Whether the value of these bits is x exactly. */
bool is_exact_bits(Type type, uint64_t bits, mpfr_srcptr x);

/* The exponent of ulp_of(type, x): clamped to the type's range. x is not NaN. */
long ulp_exponent(Type type, mpfr_srcptr x);

#endif
