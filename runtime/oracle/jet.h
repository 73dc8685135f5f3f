/* The Taylor coefficients of one operator of one argument, g(u + s) = sum c[k] s^k, in
   interval arithmetic: rigorous whether u is a number (an interval as narrow as the precision) or a
   whole box, where c[k] then holds g^(k)/k! of every point of it. Jets is scratch for one
   precision and one thread. */
#ifndef APPROX_ORACLE_JET_H
#define APPROX_ORACLE_JET_H

#include "runtime/oracle/span.h"

#include <mpfi.h>
#include <stdbool.h>

enum {
    JET_MAX = 64,        /* the highest coefficient */
    BERNOULLI_MAX = 512, /* as many as 3000 bits need */
};

typedef struct {
    mpfr_prec_t bits;
    Spans spans;
    mpfi_t t[4]; /* for the recurrences */
    mpfi_t aux[JET_MAX + 1];
    mpfi_t airy[2];                  /* Ai(0), -Ai'(0), once needed */
    mpfr_prec_t airy_bits;           /* their precision, or 0 */
    mpfi_t bernoulli[BERNOULLI_MAX]; /* B(2m+2)/(2m+2)!, the first n_bernoulli */
    int n_bernoulli;
} Jets;

Jets *jets_new(mpfr_prec_t bits);
void jets_free(Jets *j);

/* Is there a row for this operator? */
bool jet_has(Op op);

/* c[0..n] of op at u. False where op is not known to be analytic on all of u, and where it has
   no row. */
bool jet(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u);

/* c[0..n] of u^a (real, u > 0; or u < 0 for a = 1/3, the real root) with c[0] given. */
void jet_power(Jets *j, mpfi_t *c, int n, mpfi_srcptr u, mpfi_srcptr a);

/* c[0..n] of the Bessel function J of an integer order. */
bool jet_bessel(Jets *j, mpfi_t *c, int n, mpfi_srcptr u, long order);

/* r = op(u), by the Spans; false where op is not known to be analytic on all of u. */
bool jet_value(Jets *j, Op op, mpfi_ptr r, mpfi_srcptr u);

/* The rows that are more than a line, in jet_special.c and jet_gamma.c. */
typedef bool Jet(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u);
Jet jet_gamma, jet_zeta, jet_airy, jet_bessel_j, jet_bessel_y, jet_dilogarithm, jet_sinc;

bool interval_has_zero(mpfi_srcptr x); /* 0 inside or at an end, or unbounded */

#endif
