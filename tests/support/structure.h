/* Programs over the reals with open constants, as tests and benchmarks of the fit write them down. */
#ifndef APPROX_TESTS_SUPPORT_STRUCTURE_H
#define APPROX_TESTS_SUPPORT_STRUCTURE_H

#include "search/fit.h"
#include "search/quad.h"

typedef struct {
    Prog prog;
    Ref free[FIT_CONSTANTS_MAX];
    int n_free;
} Structure;

/* An empty one with the variable, which is returned. */
Ref structure_start(Structure *s);
Ref structure_constant(Structure *s);
Ref structure_add(Structure *s, Ref a, Ref b);
Ref structure_mul(Structure *s, Ref a, Ref b);
Ref structure_div(Structure *s, Ref a, Ref b);

/* After structure_start: u = x + c/x, u += c/u, ... so many levels; c/(u + c) + c; squarings. */
void structure_nest(Structure *s, int levels, int squarings);
/* (c*x + c)*x + ... */
void structure_horner(Structure *s, int degree, int unused);

/* 2^x by its series, |x| up to 8 or so, to ~112 bits: from nobody's library. */
Quad exp2_by_series(Quad x);

#endif
