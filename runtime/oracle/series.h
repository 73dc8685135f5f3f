/* A Series is a function near a centre, as a truncated power series with a rigorous rest:

     f(t) = t^valuation * (c[0] + c[1] t + ... + c[n-1] t^(n-1) + r(t) t^n),  |r(t)| <= rest

   for all t of the box, which is [-1, 1], or [0, 1] where the box has one side only: the
   variable of a program is centre + scale*t. Where only the coefficients are wanted there is
   no box, and rest is infinite for everything that is not a polynomial. The valuation may be
   negative, so that poles come and go; c[0] is then the first coefficient other than zero,
   as far as that shows: coefficients are intervals, and only exact zeros are taken out.

   rest = 0 means that the Series ends there. Zero is n = 0 with rest = 0. */
#ifndef APPROX_ORACLE_SERIES_H
#define APPROX_ORACLE_SERIES_H

#include "runtime/oracle/jet.h"

enum { SERIES_TERMS_MAX = 60, SERIES_SCRATCH_MAX = 24 };

typedef struct {
    int valuation, n;
    double rest;
    mpfi_t c[SERIES_TERMS_MAX];
} Series;

/* What all Series of one expansion share, and scratch. */
typedef struct {
    int n_terms;        /* at most this many coefficients are kept */
    bool has_box;       /* else: coefficients only */
    bool is_one_sided;  /* t in [0, 1] */
    bool refuses_poles; /* nothing is divided by what is 0 at the centre */
    Jets *jets;         /* of the coefficients' precision */
    Jets *wide;         /* of 64 bits, for bounds over the box */
    mpfi_t a, b, middle[JET_MAX + 1], box[JET_MAX + 1];
    Series scratch[SERIES_SCRATCH_MAX];
    int n_used;
} SeriesSpace;

SeriesSpace *series_space_new(mpfr_prec_t bits, int n_terms);
void series_space_free(SeriesSpace *s);
/* Scratch; given back by setting s->n_used to what it was before. */
Series *series_take(SeriesSpace *s);

void series_init(Series *x, mpfr_prec_t bits);
void series_release(Series *x);

void series_set_zero(Series *r);
void series_set_constant(Series *r, mpfi_srcptr value);
void series_set_si(Series *r, long value);
/* centre + scale*t^power. */
void series_set_variable(Series *r, mpfi_srcptr centre, mpfi_srcptr scale, int power);
void series_copy(Series *r, const Series *x);
void series_normalize(Series *x); /* takes out exact zeros in front */

bool series_is_zero(const Series *x);
/* x is one exactly known number, which is in c[0] (or zero). */
bool series_is_constant(const Series *x);
/* An upper bound of |x| over the box; infinite for a pole. */
double series_magnitude(const Series *x);
/* The values over the box; false for a pole or where there is no box and x is not constant. */
bool series_range(const SeriesSpace *s, const Series *x, mpfi_ptr range);

/* r is none of the arguments. False: not on this box, a narrower one may do. */
void series_add(SeriesSpace *s, Series *r, const Series *x, const Series *y);
void series_sub(SeriesSpace *s, Series *r, const Series *x, const Series *y);
void series_mul(SeriesSpace *s, Series *r, const Series *x, const Series *y);
bool series_div(SeriesSpace *s, Series *r, const Series *x, const Series *y);
void series_neg(Series *r, const Series *x);
/* op(x) for the rows of jet.h; roots also where x vanishes at the centre to a suitable order. */
bool series_apply(SeriesSpace *s, Op op, Series *r, const Series *x);
/* x^a, and the Bessel function J of an integer order. */
bool series_power(SeriesSpace *s, Series *r, const Series *x, Real a);
bool series_bessel(SeriesSpace *s, Series *r, long order, const Series *x);

#endif
