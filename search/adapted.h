/* Polynomials with adapted coefficients: degree n >= 3 in n/2 + 1 multiplications and n + 1 additions
   or so (Motzkin 1955, Eve 1964, Knuth 4.6.4), where Horner's rule takes n and n:

       y = t + shift,  w = y*y,
       z = lead*y + z0 (n odd) or (lead*y + z1)*y + z0 (n even),
       p = (... ((z*(w - alpha_1) + beta_1)*(w - alpha_2) + beta_2) ...)*(w - alpha_m),

   m = ceil(n/2) - 1. The odd part of p(y - shift) is y times a polynomial in w whose roots are the
   alphas. They are real if all roots of p but one lie on one side of the imaginary axis, which the shift brings about;
   and the last beta is 0 because it also puts two roots at +-sqrt(alpha_m). */
#ifndef APPROX_SEARCH_ADAPTED_H
#define APPROX_SEARCH_ADAPTED_H

#include "search/builder.h"

enum { ADAPTED_DEGREE_MIN = 4, ADAPTED_DEGREE_MAX = 16 };

/* Writes p[0] + p[1]*t + ... + p[n]*t^n; false if there is no such form. There are two shifts that serve: that by
   the roots on the left and that by those on the right. */
bool adapted_build(Builder *b, const Quad *p, int n, bool by_left, Ref t, Ref *result);

#endif
