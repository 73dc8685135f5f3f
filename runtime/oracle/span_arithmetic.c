#include "runtime/oracle/span.h"

#include <assert.h>

static void add(Span *r, const Span *x, const Span *y, bool is_subtraction)
{
    if (is_subtraction) {
        mpfr_sub(r->lo, x->lo, y->hi, MPFR_RNDD);
        mpfr_sub(r->hi, x->hi, y->lo, MPFR_RNDU);
    } else {
        mpfr_add(r->lo, x->lo, y->lo, MPFR_RNDD);
        mpfr_add(r->hi, x->hi, y->hi, MPFR_RNDU);
    }
    if (span_may_be_infinite(x) && span_may_be_infinite(y)) r->may_be_nan = true;
    if (mpfr_nan_p(r->lo)) mpfr_set_inf(r->lo, -1);
    if (mpfr_nan_p(r->hi)) mpfr_set_inf(r->hi, 1);
}

void span_corners(Spans *s, Mpfr2 *f, Span *r, const Span *x, const Span *y)
{
    const int mark = s->n_used;
    Span *t = spans_take(s);
    const mpfr_srcptr xs[] = {x->lo, x->hi}, ys[] = {y->lo, y->hi};
    mpfr_set_nan(r->lo);
    mpfr_set_nan(r->hi);
    for (int i = 0; i < (x->is_point ? 1 : 2); i++)
        for (int j = 0; j < (y->is_point ? 1 : 2); j++) {
            f(t->lo, xs[i], ys[j], MPFR_RNDD);
            if (mpfr_nan_p(t->lo)) continue;
            f(t->hi, xs[i], ys[j], MPFR_RNDU);
            mpfr_min(r->lo, r->lo, t->lo, MPFR_RNDD); /* min and max lose a NaN */
            mpfr_max(r->hi, r->hi, t->hi, MPFR_RNDU);
        }
    /* inf/inf or 0*inf in all corners says nothing of what is between them. */
    if (mpfr_nan_p(r->lo) && !(x->is_point && y->is_point)) {
        mpfr_set_inf(r->lo, -1);
        mpfr_set_inf(r->hi, 1);
    }
    s->n_used = mark;
}

static bool is_positive(const Span *x) { return !mpfr_signbit(x->lo); }

static void square(Span *r, const Span *x)
{
    const bool is_left = mpfr_cmpabs(x->lo, x->hi) > 0;
    if (span_may_be_zero(x))
        mpfr_set_zero(r->lo, 1);
    else
        mpfr_sqr(r->lo, is_left ? x->hi : x->lo, MPFR_RNDD);
    mpfr_sqr(r->hi, is_left ? x->lo : x->hi, MPFR_RNDU);
}

static void multiply(Spans *s, Span *r, const Span *x, const Span *y)
{
    if (x == y) {
        square(r, x);
        return;
    }
    const bool is_finite = !span_may_be_infinite(x) && !span_may_be_infinite(y);
    if (is_finite && is_positive(x) && is_positive(y)) {
        mpfr_mul(r->lo, x->lo, y->lo, MPFR_RNDD);
        mpfr_mul(r->hi, x->hi, y->hi, MPFR_RNDU);
        return;
    }
    span_corners(s, mpfr_mul, r, x, y);
    r->may_be_nan |= (span_may_be_zero(x) && span_may_be_infinite(y)) ||
                     (span_may_be_zero(y) && span_may_be_infinite(x));
}

static void divide(Spans *s, Span *r, const Span *x, const Span *y)
{
    r->may_be_nan |= (span_may_be_zero(x) && span_may_be_zero(y)) ||
                     (span_may_be_infinite(x) && span_may_be_infinite(y));
    if (!span_may_be_zero(y)) {
        if (x == y && !span_may_be_infinite(x)) {
            mpfr_set_ui(r->lo, 1, MPFR_RNDN);
            mpfr_set_ui(r->hi, 1, MPFR_RNDN);
            return;
        }
        span_corners(s, mpfr_div, r, x, y);
        return;
    }
    r->is_smooth = false;
    /* A divisor that keeps its sign up to zero leaves a half line, if x keeps its own. */
    const bool y_positive = !mpfr_signbit(y->lo), y_negative = mpfr_signbit(y->hi);
    const bool x_positive = mpfr_sgn(x->lo) > 0, x_negative = mpfr_sgn(x->hi) < 0;
    if ((y_positive || y_negative) && (x_positive || x_negative)) {
        span_corners(s, mpfr_div, r, x, y);
        return;
    }
    mpfr_set_inf(r->lo, -1);
    mpfr_set_inf(r->hi, 1);
}

void span_arithmetic(Spans *s, Op op, Span *r, const Span *const *args)
{
    const Span *x = args[0], *y = args[1];
    switch (op) {
    case OP_ADD: add(r, x, y, false); break;
    case OP_SUB:
        if (x == y && !x->may_be_nan && !span_may_be_infinite(x)) {
            mpfr_set_zero(r->lo, 1);
            mpfr_set_zero(r->hi, 1);
        } else {
            add(r, x, y, true);
        }
        break;
    case OP_MUL: multiply(s, r, x, y); break;
    case OP_DIV: divide(s, r, x, y); break;
    case OP_FMA: {
        const int mark = s->n_used;
        Span *product = spans_take(s);
        span_2(s, OP_MUL, product, x, y);
        r->may_be_nan |= product->may_be_nan;
        if (product->is_nan)
            span_set_nan(r);
        else
            add(r, product, args[2], false);
        s->n_used = mark;
        break;
    }
    case OP_NEG:
        mpfr_neg(r->lo, x->hi, MPFR_RNDD);
        mpfr_neg(r->hi, x->lo, MPFR_RNDU);
        break;
    case OP_ABS:
        if (!mpfr_signbit(x->lo)) {
            mpfr_set(r->lo, x->lo, MPFR_RNDD);
            mpfr_set(r->hi, x->hi, MPFR_RNDU);
        } else if (mpfr_sgn(x->hi) <= 0) {
            mpfr_abs(r->lo, x->hi, MPFR_RNDD);
            mpfr_abs(r->hi, x->lo, MPFR_RNDU);
        } else {
            r->is_smooth &= mpfr_sgn(x->lo) >= 0; /* x->lo is -0 */
            mpfr_abs(r->hi, mpfr_cmpabs(x->lo, x->hi) > 0 ? x->lo : x->hi, MPFR_RNDU);
            mpfr_set_zero(r->lo, 1);
        }
        break;
    default: assert(!"an arithmetic operator");
    }
}
