/* Values beyond MPFR's exponent range, as exp(1e30) is: besides the ordinary enclosure, which
   then reaches to infinity or zero, such a Span keeps an enclosure of log |value|. Enough
   operators compute with it that log(1+exp(x)), exp(x)/(1+exp(x)) or
   (exp(x)-exp(-x))/(exp(x)+exp(-x)) are decided for every double x.

   A far Span (has_log) is never NaN and has one sign, that of lo and hi. */
#include "runtime/oracle/span.h"

#include <math.h>

enum { HUGE_LOG = 1 << 20 };

/* log |x| of a Span that is not zero, far or not. */
static void log_magnitude(Spans *s, Span *r, const Span *x)
{
    const int mark = s->n_used;
    if (x->has_log) {
        mpfr_set(r->lo, x->log_lo, MPFR_RNDD);
        mpfr_set(r->hi, x->log_hi, MPFR_RNDU);
        r->may_be_nan = r->is_open = false;
        r->is_smooth = x->is_smooth;
        span_close(r);
    } else {
        Span *magnitude = spans_take(s);
        span_1(s, OP_ABS, magnitude, x);
        span_1(s, OP_LOG, r, magnitude);
    }
    s->n_used = mark;
}

static void negate(Span *r)
{
    mpfr_neg(r->lo, r->lo, MPFR_RNDN);
    mpfr_neg(r->hi, r->hi, MPFR_RNDN);
    mpfr_swap(r->lo, r->hi);
}

/* r = exp(logarithm), negated if asked for: far where exp is. */
static void set_exp(Spans *s, Span *r, const Span *logarithm, bool is_negative)
{
    span_1(s, OP_EXP, r, logarithm);
    if (is_negative) negate(r);
}

static bool is_negative(const Span *x) { return mpfr_signbit(x->lo); }

/* x + y for far x and y with |y| <= exp(log_y) of known or unknown sign, by
   log(x + y) = log x + log1p(y/x); y/x is enclosed by exp(log_y - log_x). */
static bool add_far(Spans *s, Span *r, const Span *x, const Span *y, bool is_difference)
{
    const int mark = s->n_used;
    Span *log_x = spans_take(s), *log_y = spans_take(s), *d = spans_take(s), *ratio = spans_take(s),
         *t = spans_take(s);
    bool done = false;
    log_magnitude(s, log_x, x);
    if (mpfr_sgn(log_x->lo) <= 0) goto done; /* far below: an ordinary sum knows better */
    if (span_may_be_zero(y)) {
        /* Between -m/x and m/x for m the larger end of y, which is not far. */
        if (mpfr_inf_p(y->lo) || mpfr_inf_p(y->hi)) goto done;
        mpfr_max(t->hi, y->lo, y->hi, MPFR_RNDU);
        mpfr_abs(t->lo, y->lo, MPFR_RNDU);
        mpfr_max(t->hi, t->hi, t->lo, MPFR_RNDU);
        if (mpfr_zero_p(t->hi)) mpfr_set_ui(t->hi, 1, MPFR_RNDN);
        mpfr_log(log_y->hi, t->hi, MPFR_RNDU);
        mpfr_sub(d->hi, log_y->hi, log_x->lo, MPFR_RNDU);
        mpfr_exp(ratio->hi, d->hi, MPFR_RNDU);
        mpfr_neg(ratio->lo, ratio->hi, MPFR_RNDD);
        ratio->may_be_nan = ratio->is_open = false;
        ratio->is_smooth = y->is_smooth;
        span_close(ratio);
    } else {
        log_magnitude(s, log_y, y);
        span_2(s, OP_SUB, d, log_y, log_x);
        if (mpfr_cmp_ui(d->hi, 1) > 0) goto done; /* y is the larger: the caller turns them round */
        span_1(s, OP_EXP, t, d);
        const bool same_sign = (is_negative(x) == is_negative(y)) != is_difference;
        if (same_sign)
            span_copy(ratio, t);
        else
            span_1(s, OP_NEG, ratio, t);
    }
    if (mpfr_cmp_d(ratio->lo, -0.75) < 0) goto done; /* cancels: undecided from here */
    span_1(s, OP_LOG1P, t, ratio);
    span_2(s, OP_ADD, d, log_x, t);
    set_exp(s, r, d, is_negative(x));
    done = true;
done:
    s->n_used = mark;
    return done;
}

static bool add(Spans *s, Op op, Span *r, const Span *x, const Span *y)
{
    const bool is_difference = op == OP_SUB;
    if (x->has_log && add_far(s, r, x, y, is_difference)) return true;
    if (!y->has_log) return false;
    const int mark = s->n_used;
    Span *sum = spans_take(s);
    const bool done = add_far(s, sum, y, x, is_difference);
    if (done && is_difference)
        span_1(s, OP_NEG, r, sum);
    else if (done)
        span_copy(r, sum);
    s->n_used = mark;
    return done;
}

static bool multiply(Spans *s, Op op, Span *r, const Span *x, const Span *y)
{
    if (span_may_be_zero(x) || span_may_be_zero(y)) return false;
    if ((!x->has_log && span_may_be_infinite(x)) || (!y->has_log && span_may_be_infinite(y)))
        return false;
    const int mark = s->n_used;
    Span *log_x = spans_take(s), *log_y = spans_take(s), *sum = spans_take(s);
    log_magnitude(s, log_x, x);
    log_magnitude(s, log_y, y);
    span_2(s, op == OP_MUL ? OP_ADD : OP_SUB, sum, log_x, log_y);
    set_exp(s, r, sum, is_negative(x) != is_negative(y));
    s->n_used = mark;
    return true;
}

/* x^y for far x > 0 */
static bool power(Spans *s, Span *r, const Span *x, const Span *y)
{
    if (!x->has_log || is_negative(x) || y->has_log || span_may_be_infinite(y) || span_may_be_zero(y))
        return false;
    const int mark = s->n_used;
    Span *log_x = spans_take(s), *product = spans_take(s);
    log_magnitude(s, log_x, x);
    span_2(s, OP_MUL, product, log_x, y);
    set_exp(s, r, product, false);
    s->n_used = mark;
    return true;
}

/* The operators of one argument, of a far x > 0: scale*log x + shift, then exp if is_exp. */
static bool one_argument(Spans *s, Op op, Span *r, const Span *x)
{
    if (op == OP_NEG || op == OP_ABS) {
        span_copy(r, x);
        if (op == OP_NEG || is_negative(x)) negate(r);
        return true;
    }
    if (is_negative(x)) return false;
    const int mark = s->n_used;
    Span *logarithm = spans_take(s), *a = spans_take(s), *b = spans_take(s);
    bool done = true;
    log_magnitude(s, logarithm, x);
    const bool is_large = mpfr_sgn(logarithm->lo) > 0;
    switch (op) {
    case OP_LOG: span_copy(r, logarithm); break;
    case OP_LOG2:
    case OP_LOG10:
        span_set_double(a, op == OP_LOG2 ? 2 : 10);
        span_1(s, OP_LOG, b, a);
        span_2(s, OP_DIV, r, logarithm, b);
        break;
    case OP_SQRT:
    case OP_CBRT:
    case OP_RSQRT:
        span_set_double(a, op == OP_SQRT ? 2 : op == OP_CBRT ? 3 : -2);
        span_2(s, OP_DIV, b, logarithm, a);
        set_exp(s, r, b, false);
        break;
    case OP_LOG1P: /* log x + log1p(1/x), for large x */
        if (!is_large) {
            done = false;
            break;
        }
        span_1(s, OP_NEG, a, logarithm);
        span_1(s, OP_EXP, b, a);
        span_1(s, OP_LOG1P, a, b);
        span_2(s, OP_ADD, r, logarithm, a);
        break;
    case OP_ASINH:
    case OP_ACOSH: /* log x + log 2, off by less than 1/x^2, which no precision sees */
        if (mpfr_cmp_ui(logarithm->lo, HUGE_LOG) < 0) {
            done = false;
            break;
        }
        span_set_double(a, 2);
        span_1(s, OP_LOG, b, a);
        span_2(s, OP_ADD, r, logarithm, b);
        mpfr_nextbelow(r->lo);
        mpfr_nextabove(r->hi);
        break;
    default: done = false;
    }
    s->n_used = mark;
    return done;
}

bool span_far(Spans *s, Op op, Span *r, const Span *const *args)
{
    for (int i = 0; i < op_info(op)->arity; i++)
        if (args[i]->may_be_nan) return false;
    switch (op) {
    case OP_ADD:
    case OP_SUB: return add(s, op, r, args[0], args[1]);
    case OP_MUL:
    case OP_DIV: return multiply(s, op, r, args[0], args[1]);
    case OP_POW: return power(s, r, args[0], args[1]);
    default: return op_info(op)->arity == 1 && one_argument(s, op, r, args[0]);
    }
}

/* The functions that lead there, with log |f(x)| for |x| so large that f leaves the range. */
void span_note_far(Spans *s, Op op, Span *r, const Span *x)
{
    if (r->is_nan || r->may_be_nan || r->is_point || mpfr_signbit(r->lo) != mpfr_signbit(r->hi))
        return;
    const bool is_far =
        mpfr_inf_p(r->lo) || mpfr_inf_p(r->hi) || mpfr_zero_p(r->lo) || mpfr_zero_p(r->hi);
    if (!is_far || span_may_be_infinite(x) || span_may_be_zero(x)) return;
    const int mark = s->n_used;
    Span *logarithm = spans_take(s), *a = spans_take(s), *b = spans_take(s);
    switch (op) {
    case OP_EXP: span_copy(logarithm, x); break;
    case OP_EXP2:
    case OP_EXP10:
        span_set_double(a, op == OP_EXP2 ? 2 : 10);
        span_1(s, OP_LOG, b, a);
        span_2(s, OP_MUL, logarithm, x, b);
        break;
    case OP_EXPM1:
    case OP_SINH:
    case OP_COSH:
        /* |x| - log 2 (not for expm1), less or more than exp(-|x|). Small values are exact
           enough as they are. */
        if (mpfr_zero_p(r->lo) || mpfr_zero_p(r->hi)) goto done;
        span_1(s, OP_ABS, a, x);
        span_set_double(b, op == OP_EXPM1 ? 1 : 2);
        span_1(s, OP_LOG, logarithm, b);
        span_copy(b, logarithm);
        span_2(s, OP_SUB, logarithm, a, b);
        mpfr_nextbelow(logarithm->lo);
        mpfr_nextabove(logarithm->hi);
        break;
    default: goto done;
    }
    r->has_log = true;
    r->is_smooth = x->is_smooth; /* the infinity is MPFR's */
    mpfr_set_prec(r->log_lo, mpfr_get_prec(logarithm->lo));
    mpfr_set_prec(r->log_hi, mpfr_get_prec(logarithm->hi));
    mpfr_set(r->log_lo, logarithm->lo, MPFR_RNDD);
    mpfr_set(r->log_hi, logarithm->hi, MPFR_RNDU);
done:
    s->n_used = mark;
}
