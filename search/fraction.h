/* Continued fractions: P/Q by Euclid's algorithm as

       S(t) + c1/(t + c2 + c3/(t + c4 + ...)),

   the J-fraction where degrees fall by one at each step, with polynomials where they fall by more. Degrees m and k take
   2*|m - k| + 3*min(m, k) operations, the quotient of two Horner sums 2*m + 2*k.

   A denominator inside may have a zero where P/Q has none. A tail of degree d > 1 helps: the innermost fraction of
   that degree is then left as the quotient of two Horner sums, for d - 1 operations more. */
#ifndef APPROX_SEARCH_FRACTION_H
#define APPROX_SEARCH_FRACTION_H

#include "search/builder.h"

enum { FRACTION_DEGREE_MAX = 32 };

/* Writes (p[0] + ... + p[m]*t^m) / (q[0] + ... + q[k]*t^k), k >= 1; false if P or Q is 0. tail >= k with m < k
   leaves the whole a quotient. */
bool fraction_build(Builder *b, const Quad *p, int m, const Quad *q, int k, int tail, Ref t,
                    Ref *result);

/* The quotient itself, Q divided by its leading coefficient, which must not be 0. */
Ref fraction_build_quotient(Builder *b, const Quad *p, int m, const Quad *q, int k, Ref t);

#endif
