/* Roots of polynomials c[0] + c[1]*x + ... + c[n]*x^n, c[n] != 0, in ~113 bits. */
#ifndef APPROX_SEARCH_ROOTS_H
#define APPROX_SEARCH_ROOTS_H

#include "search/quad.h"

enum { ROOTS_DEGREE_MAX = 24 };

typedef struct {
    Quad re, im;
} Complex;

/* All n roots, by rising real part; false if the iteration did not settle. */
bool roots_complex(const Quad *c, int n, Complex *root);

/* The real roots, rising, where c changes its sign or touches 0 to working precision; returns how many. */
int roots_real(const Quad *c, int n, Quad *root);

/* c(x) becomes c(x + shift), in place. */
void roots_shift(Quad *c, int n, Quad shift);

#endif
