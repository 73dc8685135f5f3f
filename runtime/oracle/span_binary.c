/* pow, hypot, atan2, fmod, remainder, fdim where not all arguments are exact points. */
#include "runtime/oracle/span.h"

#include <assert.h>

static void set_line(Span *r)
{
    mpfr_set_inf(r->lo, -1);
    mpfr_set_inf(r->hi, 1);
    r->is_smooth = false;
}

/* -- pow ----------------------------------------------------------------------------- */

static bool is_odd(mpfr_srcptr n)
{
    mpfr_t half;
    mpfr_init2(half, mpfr_get_prec(n));
    mpfr_div_2ui(half, n, 1, MPFR_RNDN);
    const bool odd = !mpfr_integer_p(half);
    mpfr_clear(half);
    return odd;
}

/* Is every value between the ends a number, and none an integer? So is 0.3, which no bits hold, once there are some. */
static bool has_no_integer(const Span *y)
{
    if (!mpfr_number_p(y->lo) || !mpfr_number_p(y->hi) || mpfr_integer_p(y->lo)) return false;
    mpfr_t next;
    mpfr_init2(next, mpfr_get_prec(y->lo));
    mpfr_ceil(next, y->lo);
    const bool is_between = mpfr_less_p(y->hi, next);
    mpfr_clear(next);
    return is_between;
}

/* x^n for an exact integer n. */
static void integer_power(Spans *s, Span *r, const Span *x, const Span *n)
{
    const int sign = mpfr_sgn(n->lo);
    if (sign == 0) {
        mpfr_set_ui(r->lo, 1, MPFR_RNDN);
        mpfr_set_ui(r->hi, 1, MPFR_RNDN);
        r->may_be_nan = false;
        r->is_smooth = true;
        return;
    }
    const int mark = s->n_used;
    Span *magnitude = spans_take(s);
    if (!is_odd(n->lo)) {
        span_1(s, OP_ABS, magnitude, x);
        x = magnitude;
    }
    if (sign < 0 && span_may_be_zero(x)) r->is_smooth = false;
    if (sign < 0 && mpfr_signbit(x->lo) && !mpfr_signbit(x->hi))
        set_line(r);
    else
        span_corners(s, mpfr_pow, r, x, n);
    s->n_used = mark;
}

static void power(Spans *s, Span *r, const Span *x, const Span *y)
{
    if (x->is_nan || y->is_nan) {
        /* pow(1, NaN) and pow(NaN, 0) are 1. */
        const bool may_be_one = x->is_nan
                                    ? span_may_be_zero(y)
                                    : mpfr_cmp_ui(x->lo, 1) <= 0 && mpfr_cmp_ui(x->hi, 1) >= 0;
        span_set_nan(r);
        if (!may_be_one) return;
        mpfr_set_ui(r->lo, 1, MPFR_RNDN);
        mpfr_set_ui(r->hi, 1, MPFR_RNDN);
        return;
    }
    if (y->is_point && mpfr_integer_p(y->lo)) {
        integer_power(s, r, x, y);
        return;
    }
    if (mpfr_sgn(x->lo) <= 0) r->is_smooth = false;
    if (!mpfr_signbit(x->lo)) {
        /* x^y = exp(y*log(x)) is monotone in each of x and y. */
        span_corners(s, mpfr_pow, r, x, y);
        return;
    }
    /* For a y that is no integer only x >= 0 counts (and -inf, which C makes +0 or +inf), and
       both zeros give +0 or +inf. */
    if (has_no_integer(y) && x->is_point && mpfr_inf_p(x->lo)) {
        if (mpfr_sgn(y->lo) > 0)
            mpfr_set_inf(r->lo, 1);
        else
            mpfr_set_zero(r->lo, 1);
        mpfr_set(r->hi, r->lo, MPFR_RNDN);
        return;
    }
    if (has_no_integer(y) && mpfr_number_p(x->lo)) {
        if (mpfr_sgn(x->hi) < 0) {
            span_set_nan(r);
            return;
        }
        const int mark = s->n_used;
        Span *clipped = spans_take(s);
        r->may_be_nan |= mpfr_sgn(x->lo) < 0;
        mpfr_set_zero(clipped->lo, 1);
        mpfr_abs(clipped->hi, x->hi, MPFR_RNDU);
        span_corners(s, mpfr_pow, r, clipped, y);
        s->n_used = mark;
        return;
    }
    r->may_be_nan = true;
    set_line(r);
}

/* -- the others ------------------------------------------------------------------------ */

static void hypotenuse(Spans *s, Span *r, const Span *x, const Span *y)
{
    if (x->is_nan || y->is_nan) {
        /* hypot(inf, NaN) is inf. */
        const bool may_be_infinite = span_may_be_infinite(x->is_nan ? y : x);
        span_set_nan(r);
        if (!may_be_infinite) return;
        mpfr_set_inf(r->lo, 1);
        mpfr_set_inf(r->hi, 1);
        return;
    }
    const int mark = s->n_used;
    Span *a = spans_take(s), *b = spans_take(s);
    span_1(s, OP_ABS, a, x);
    span_1(s, OP_ABS, b, y);
    mpfr_hypot(r->lo, a->lo, b->lo, MPFR_RNDD);
    mpfr_hypot(r->hi, a->hi, b->hi, MPFR_RNDU);
    if (mpfr_zero_p(r->lo)) r->is_smooth = false;
    s->n_used = mark;
}

static void arc_tangent(Spans *s, Span *r, const Span *y, const Span *x)
{
    const int mark = s->n_used;
    const bool crosses_axis = mpfr_signbit(y->lo) && !mpfr_signbit(y->hi); /* y = 0 */
    if (crosses_axis && mpfr_signbit(x->lo)) {
        /* The cut, or the origin: anything, but in the half plane x >= 0. */
        r->is_smooth = false;
        mpfr_const_pi(r->hi, MPFR_RNDU);
        mpfr_neg(r->lo, r->hi, MPFR_RNDD);
    } else {
        /* The angles of a rectangle off the cut are extreme at its corners. */
        if (span_may_be_zero(y) && mpfr_sgn(x->lo) <= 0) r->is_smooth = false;
        span_corners(s, mpfr_atan2, r, y, x);
        if (span_may_be_zero(y) && span_may_be_zero(x)) {
            Span *t = spans_take(s);
            /* The origin at a corner or on an edge: every angle of the quadrants touched. */
            mpfr_const_pi(t->hi, MPFR_RNDU);
            if (!mpfr_signbit(x->lo)) mpfr_div_2ui(t->hi, t->hi, 1, MPFR_RNDU);
            mpfr_neg(t->lo, t->hi, MPFR_RNDD);
            if (!mpfr_signbit(y->lo)) mpfr_set_zero(t->lo, 1);
            if (mpfr_signbit(y->hi)) mpfr_set_zero(t->hi, -1);
            span_hull(r, r, t);
        }
    }
    s->n_used = mark;
}

/* x - n*y with n = x/y rounded by `rounding`, where that n is the same over both Spans; else
   what the definition says of the size. */
static void rest(Spans *s, Op op, Span *r, const Span *x, const Span *y)
{
    const int mark = s->n_used;
    const Op rounding = op == OP_FMOD ? OP_TRUNC : OP_RINT;
    Span *q = spans_take(s), *n = spans_take(s), *bound = spans_take(s);
    const bool may_be_nan = r->may_be_nan || span_may_be_zero(y) || span_may_be_infinite(x);
    span_2(s, OP_DIV, q, x, y);
    span_1(s, rounding, n, q);
    if (n->is_nan) {
        span_set_nan(r);
    } else if (mpfr_equal_p(n->lo, n->hi) && mpfr_number_p(n->lo)) {
        if (mpfr_zero_p(n->lo)) {
            mpfr_set(r->lo, x->lo, MPFR_RNDD);
            mpfr_set(r->hi, x->hi, MPFR_RNDU);
        } else {
            span_set_point(n, n->lo);
            span_2(s, OP_MUL, q, n, y);
            span_2(s, OP_SUB, r, x, q);
        }
    } else {
        r->is_smooth = false;
        span_1(s, OP_ABS, bound, y);
        if (op == OP_REMAINDER) mpfr_div_2ui(bound->hi, bound->hi, 1, MPFR_RNDU);
        mpfr_set(r->hi, bound->hi, MPFR_RNDU);
        if (op == OP_FMOD) {
            span_1(s, OP_ABS, bound, x);
            mpfr_min(r->hi, r->hi, bound->hi, MPFR_RNDU);
        }
        mpfr_neg(r->lo, r->hi, MPFR_RNDD);
        if (op == OP_FMOD && !mpfr_signbit(x->lo)) mpfr_set_zero(r->lo, 1);
        if (op == OP_FMOD && mpfr_signbit(x->hi)) mpfr_set_zero(r->hi, -1);
    }
    r->may_be_nan = may_be_nan || r->is_nan;
    s->n_used = mark;
}

static void positive_difference(Spans *s, Span *r, const Span *x, const Span *y)
{
    const int mark = s->n_used;
    Span *d = spans_take(s), *zero = spans_take(s);
    span_2(s, OP_SUB, d, x, y);
    span_set_double(zero, 0);
    span_2(s, OP_MAX, r, d, zero);
    r->may_be_nan = x->may_be_nan || y->may_be_nan;
    s->n_used = mark;
}

void span_binary(Spans *s, Op op, Span *r, const Span *x, const Span *y)
{
    switch (op) {
    case OP_POW: power(s, r, x, y); break;
    case OP_HYPOT: hypotenuse(s, r, x, y); break;
    case OP_ATAN2: arc_tangent(s, r, x, y); break;
    case OP_FMOD:
    case OP_REMAINDER: rest(s, op, r, x, y); break;
    case OP_FDIM: positive_difference(s, r, x, y); break;
    default: assert(!"an operator of two arguments");
    }
}
