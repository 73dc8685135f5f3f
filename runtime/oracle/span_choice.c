/* Comparisons, booleans, select, and what chooses between its arguments. A NaN need not
   spread through these. */
#include "runtime/oracle/span.h"

#include <assert.h>

static void set_truth(Span *r, bool may_be_true, bool may_be_false)
{
    r->may_be_true = may_be_true;
    r->may_be_false = may_be_false;
    r->is_point = may_be_true != may_be_false;
    r->is_nan = r->may_be_nan = r->is_open = false;
    r->is_smooth = true;
}

/* A NaN compares false, so a possible NaN makes false possible. */
static void compare(Op op, Span *r, const Span *x, const Span *y)
{
    const bool is_nan = x->is_nan || y->is_nan, may_be_nan = x->may_be_nan || y->may_be_nan;
    /* Values of Spans that touch are apart if one of the two is open. */
    const bool is_open = x->is_open || y->is_open;
    const bool is_below = mpfr_less_p(x->hi, y->lo) || (is_open && mpfr_equal_p(x->hi, y->lo));
    const bool is_above = mpfr_less_p(y->hi, x->lo) || (is_open && mpfr_equal_p(y->hi, x->lo));
    bool may_be_true, may_be_false;
    if (op == OP_LT) {
        may_be_true = mpfr_less_p(x->lo, y->hi);
        may_be_false = !is_below;
    } else if (op == OP_LE) {
        may_be_true = !is_above;
        may_be_false = !is_below && !mpfr_lessequal_p(x->hi, y->lo);
    } else {
        may_be_true = !is_below && !is_above;
        may_be_false = !(mpfr_equal_p(x->lo, x->hi) && mpfr_equal_p(x->hi, y->lo) &&
                         mpfr_equal_p(y->lo, y->hi));
    }
    may_be_true &= !is_nan;
    may_be_false |= may_be_nan;
    if (op == OP_NE)
        set_truth(r, may_be_false, may_be_true);
    else
        set_truth(r, may_be_true, may_be_false);
}

static void choose(Span *r, const Span *condition, const Span *yes, const Span *no)
{
    if (!condition->may_be_false || !condition->may_be_true) {
        span_copy(r, condition->may_be_true ? yes : no);
        return;
    }
    if (yes->is_nan && no->is_nan) {
        span_set_nan(r);
        return;
    }
    span_hull(r, yes, no); /* which loses a NaN */
    r->may_be_nan = yes->may_be_nan || no->may_be_nan;
    r->is_open = false;
    r->may_be_true = yes->may_be_true || no->may_be_true;
    r->may_be_false = yes->may_be_false || no->may_be_false;
    span_close(r);
    r->is_smooth = false;
}

/* fmin and fmax: a NaN loses against a number. */
static void min_max(Op op, Span *r, const Span *x, const Span *y)
{
    if (x->is_nan || y->is_nan) {
        span_copy(r, x->is_nan ? y : x);
        return;
    }
    int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t) = op == OP_MIN ? mpfr_min : mpfr_max;
    f(r->lo, x->lo, y->lo, MPFR_RNDD);
    f(r->hi, x->hi, y->hi, MPFR_RNDU);
    /* Where one may be NaN the result may be anything of the other. */
    if (x->may_be_nan) {
        mpfr_min(r->lo, r->lo, y->lo, MPFR_RNDD);
        mpfr_max(r->hi, r->hi, y->hi, MPFR_RNDU);
    }
    if (y->may_be_nan) {
        mpfr_min(r->lo, r->lo, x->lo, MPFR_RNDD);
        mpfr_max(r->hi, r->hi, x->hi, MPFR_RNDU);
    }
    r->may_be_nan = x->may_be_nan && y->may_be_nan;
    r->is_open = x->is_open && y->is_open;
    const bool is_apart =
        mpfr_lessequal_p(x->hi, y->lo) || mpfr_lessequal_p(y->hi, x->lo) || x == y;
    span_close(r);
    r->is_smooth &= x->is_smooth && y->is_smooth && !x->may_be_nan && !y->may_be_nan &&
                    (is_apart || (x->is_point && y->is_point));
}

static void copy_sign(Spans *s, Span *r, const Span *x, const Span *y)
{
    const int mark = s->n_used;
    Span *positive = spans_take(s), *negative = spans_take(s);
    span_1(s, OP_ABS, positive, x);
    span_1(s, OP_NEG, negative, positive);
    /* A NaN is the canonical one, which is positive. */
    const bool may_be_negative = !y->is_nan && mpfr_signbit(y->lo);
    const bool may_be_positive = y->may_be_nan || !mpfr_signbit(y->hi);
    if (may_be_negative && may_be_positive && !x->is_nan) {
        span_hull(r, negative, positive);
        r->may_be_nan = x->may_be_nan;
        r->is_open = false;
        span_close(r);
        r->is_smooth = false;
    } else {
        span_copy(r, may_be_negative ? negative : positive);
        r->is_smooth &= y->is_smooth;
    }
    s->n_used = mark;
}

void span_choice(Spans *s, Op op, Span *r, const Span *const *args)
{
    const Span *x = args[0], *y = args[1];
    r->is_smooth = true;
    switch (op) {
    case OP_MIN:
    case OP_MAX: min_max(op, r, x, y); break;
    case OP_COPYSIGN: copy_sign(s, r, x, y); break;
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE: compare(op, r, x, y); break;
    case OP_AND:
        set_truth(r, x->may_be_true && y->may_be_true, x->may_be_false || y->may_be_false);
        break;
    case OP_OR:
        set_truth(r, x->may_be_true || y->may_be_true, x->may_be_false && y->may_be_false);
        break;
    case OP_NOT: set_truth(r, x->may_be_false, x->may_be_true); break;
    case OP_SELECT:
    case OP_LIKELY: choose(r, x, y, args[2]); break;
    default: assert(!"an operator of the reals");
    }
}
