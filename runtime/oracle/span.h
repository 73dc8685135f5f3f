/* A Span is what is known about one real value at some precision: an interval of the
   extended reals that contains it, and whether it is defined at all. The functions here and
   in span_*.c are the reference operators on Spans, one rigorous enclosure each.

   Ends are ordered with -0 before +0: [+0, 1] says that the value is no -0. Every operator
   keeps  lo <= value <= hi  in that order for every choice of arguments in their Spans,
   whatever the width, so the same code serves a point (Ziv's loop) and a box. Where all
   arguments are exact points an operator gives C's Annex F value. */
#ifndef APPROX_ORACLE_SPAN_H
#define APPROX_ORACLE_SPAN_H

#include "runtime/prog/prog.h"

#include <mpfr.h>
#include <stdbool.h>

typedef struct {
    mpfr_t lo, hi, log_lo, log_hi;
    bool is_point;   /* lo is the value, exactly, and hi the same (or both NaN) */
    bool is_open;    /* the value is neither lo nor hi; a zero end then has the value's sign */
    bool is_nan;     /* undefined whatever the arguments; lo and hi are NaN */
    bool may_be_nan; /* undefined for some arguments, or not excluded: lo and hi are for the rest */
    bool has_log;    /* beyond MPFR's range: log_lo <= log |value| <= log_hi; see span_far.c */
    bool is_smooth;  /* analytic in the inputs on the whole of their box */
    bool
        is_even; /* of all between lo and hi only even integers are meant; see span_on_even */
    bool may_be_true, may_be_false; /* of a comparison; lo and hi mean nothing then */
} Span;

/* Scratch Spans and the working precision of one thread's evaluation. */
enum { SPANS_MAX = 96 }; /* deepest nesting of compound operators, with room */
typedef struct {
    mpfr_prec_t bits;
    int n_used;
    Span scratch[SPANS_MAX];
} Spans;

void spans_init(Spans *s);
void spans_release(Spans *s);
/* Takes a scratch Span of the working precision; it is given back by setting
   s->n_used to what it was before. */
Span *spans_take(Spans *s);

void span_init(Span *span);
void span_release(Span *span);
void span_set_bits(Span *span, mpfr_prec_t bits); /* the value is lost */

/* Makes. */
void span_set_nan(Span *r);
void span_set_point(Span *r, mpfr_srcptr x); /* exact if r's precision allows, else enclosed */
void span_set_double(Span *r, double x);
void span_set_whole(Span *r); /* [-inf, inf], perhaps NaN, not smooth */
void span_set_real(Spans *s, Span *r, Real value);
void span_copy(Span *r, const Span *x);
/* After r->lo was computed from exact points rounded to nearest with MPFR's ternary value. */
void span_from_ternary(Span *r, int ternary);
/* After both ends, is_open and the other flags were set: is_point, and a NaN end makes it NaN. */
void span_close(Span *r);

/* Questions. */
bool span_may_be_zero(const Span *x);
bool span_reaches_zero(const Span *x); /* has no least magnitude: 0 is inside or an end */
bool span_may_be_infinite(const Span *x);

/* r = op(args), for every operator of real and bool type but the leaves. r is none of the
   arguments; args has OP_ARITY_MAX members, the unused ones NULL. Equal pointers in args mean the same value, which x - x, x*x and x/x use. */
void span_apply(Spans *s, Op op, Span *r, const Span *const *args);

/* The pieces of span_apply, by file. */
void span_arithmetic(Spans *s, Op op, Span *r, const Span *const *args);  /* span_arithmetic.c */
void span_choice(Spans *s, Op op, Span *r, const Span *const *args);      /* span_choice.c */
void span_function(Spans *s, Op op, Span *r, const Span *x);              /* span_function.c */
void span_periodic(Spans *s, Op op, Span *r, const Span *x);              /* span_periodic.c */
void span_special(Spans *s, Op op, Span *r, const Span *x);               /* span_special.c */
void span_compound(Spans *s, Op op, Span *r, const Span *x);              /* span_compound.c */
void span_binary(Spans *s, Op op, Span *r, const Span *x, const Span *y); /* span_binary.c */
void span_bessel(Spans *s, Span *r, const Span *order, const Span *x);    /* span_special.c */

bool span_far(Spans *s, Op op, Span *r, const Span *const *args); /* span_far.c; false: not done */
void span_note_far(Spans *s, Op op, Span *r, const Span *x);

/* r = op(x) where x is an input that takes even integers only, which is what large floats are: functions with an integer period or
   with poles there have one value at all of them. false: not done. In span_periodic.c. */
bool span_on_even(Op op, Span *r, const Span *x);

/* Shorthands for operators of one and two arguments. */
void span_1(Spans *s, Op op, Span *r, const Span *x);
void span_2(Spans *s, Op op, Span *r, const Span *x, const Span *y);

/* Helpers for enclosures. A PointEnclosure encloses a function at the exact point x. */
typedef void PointEnclosure(Spans *s, Op op, Span *r, const Span *x);
/* r encloses f over x for f increasing (or decreasing) there. Only lo and hi are set. */
void span_by_ends(Spans *s, Op op, Span *r, const Span *x, PointEnclosure *f, bool is_increasing);
/* f(middle of x) +- slope * half the width of x, for |f'| <= slope on x. Only lo and hi. */
void span_by_slope(Spans *s, Op op, Span *r, const Span *x, PointEnclosure *f, double slope);
/* The hull of f at the four corners of x times y, rounded outward. Corners without a value
   (0*inf, inf/inf) are left out: the limits there lie between the values of the others.
   Only lo and hi. */
typedef int Mpfr2(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);
void span_corners(Spans *s, Mpfr2 *f, Span *r, const Span *x, const Span *y);
/* f over x where f decreases up to a place in [left, right] and increases from there, is at
   least `least`, and has |f'| <= slope within 1/4 of that place. Only lo and hi. */
typedef struct {
    double left, right, least, slope;
} Valley;
void span_by_valley(Spans *s, Op op, Span *r, const Span *x, PointEnclosure *f,
                    const Valley *valley);
/* Narrows r to [lo, hi], which is known to contain the value. */
void span_clip(Span *r, double lo, double hi);
/* The smallest Span with all of x and y, and the common part of two enclosures. Only lo and hi. */
void span_hull(Span *r, const Span *x, const Span *y);
void span_meet(Span *r, const Span *x);

#endif
