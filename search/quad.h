/* Numbers of ~113 bits for the engines of the search, without a library: what
   the compiler does not give (roots, comparisons of size, conversion to and from a Real),
   and dense linear systems over them. */
#ifndef APPROX_SEARCH_QUAD_H
#define APPROX_SEARCH_QUAD_H

#include "runtime/prog/prog.h"

#include <stdbool.h>

#ifdef __SIZEOF_FLOAT128__
typedef __float128 Quad;
#else
typedef long double Quad; /* binary128 where there is no other, as on aarch64 */
#endif

static inline Quad quad_abs(Quad x) { return x < 0 ? -x : x; }
bool quad_is_finite(Quad x);
Quad quad_sqrt(Quad x); /* within an ulp or two; NaN below 0 */

Quad quad_from_real(Real value);
Real real_from_quad(Quad value);

/* Solves a*x = b by elimination with row pivoting after scaling each row to 1; a is n rows of n,
   one after the other. Overwrites a and b, leaving x in b. False if singular to working precision. */
bool quad_solve(int n, Quad *a, Quad *b);

#endif
