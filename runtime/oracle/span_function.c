/* Functions that are monotone on their whole domain (and cosh): a table, and rounding of
   both ends. */
#include "runtime/oracle/span.h"

#include <assert.h>
#include <math.h>

typedef int (*Mpfr1)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

typedef enum { INCREASING = 1, DECREASING, STEPS } Shape;

/* Analytic inside [lo, hi], continuous (perhaps infinite) at the ends, undefined outside. */
typedef struct {
    Mpfr1 f;
    Shape shape;
    double lo, hi;
} Row;

static const Row ROWS[OP_COUNT] = {
    [OP_SQRT] = {mpfr_sqrt, INCREASING, 0, INFINITY},
    [OP_CBRT] = {mpfr_cbrt, INCREASING, -INFINITY, INFINITY},
    [OP_EXP] = {mpfr_exp, INCREASING, -INFINITY, INFINITY},
    [OP_EXP2] = {mpfr_exp2, INCREASING, -INFINITY, INFINITY},
    [OP_EXP10] = {mpfr_exp10, INCREASING, -INFINITY, INFINITY},
    [OP_EXPM1] = {mpfr_expm1, INCREASING, -INFINITY, INFINITY},
    [OP_LOG] = {mpfr_log, INCREASING, 0, INFINITY},
    [OP_LOG2] = {mpfr_log2, INCREASING, 0, INFINITY},
    [OP_LOG10] = {mpfr_log10, INCREASING, 0, INFINITY},
    [OP_LOG1P] = {mpfr_log1p, INCREASING, -1, INFINITY},
    [OP_ASIN] = {mpfr_asin, INCREASING, -1, 1},
    [OP_ACOS] = {mpfr_acos, DECREASING, -1, 1},
    [OP_ATAN] = {mpfr_atan, INCREASING, -INFINITY, INFINITY},
    [OP_SINH] = {mpfr_sinh, INCREASING, -INFINITY, INFINITY},
    [OP_COSH] = {mpfr_cosh, INCREASING, 0, INFINITY}, /* of |x| */
    [OP_TANH] = {mpfr_tanh, INCREASING, -INFINITY, INFINITY},
    [OP_ASINH] = {mpfr_asinh, INCREASING, -INFINITY, INFINITY},
    [OP_ACOSH] = {mpfr_acosh, INCREASING, 1, INFINITY},
    [OP_ATANH] = {mpfr_atanh, INCREASING, -1, 1},
    [OP_ERF] = {mpfr_erf, INCREASING, -INFINITY, INFINITY},
    [OP_ERFC] = {mpfr_erfc, DECREASING, -INFINITY, INFINITY},
    [OP_RINT] = {mpfr_rint_roundeven, STEPS, -INFINITY, INFINITY},
    [OP_FLOOR] = {mpfr_rint_floor, STEPS, -INFINITY, INFINITY},
    [OP_CEIL] = {mpfr_rint_ceil, STEPS, -INFINITY, INFINITY},
    [OP_TRUNC] = {mpfr_rint_trunc, STEPS, -INFINITY, INFINITY},
    [OP_ROUND] = {mpfr_rint_round, STEPS, -INFINITY, INFINITY},
};

/* r = f(x) for a row of the table. */
static void monotone(Spans *s, const Row *row, Span *r, const Span *x)
{
    const int mark = s->n_used;
    const int below = mpfr_cmp_d(x->hi, row->lo), above = mpfr_cmp_d(x->lo, row->hi);
    if (below < 0 || above > 0 || (x->is_open && (below == 0 || above == 0))) {
        span_set_nan(r);
        return;
    }
    mpfr_srcptr lo = x->lo, hi = x->hi;
    if (row->lo != -INFINITY && mpfr_cmp_d(lo, row->lo) <= 0) {
        r->may_be_nan |= mpfr_cmp_d(lo, row->lo) < 0;
        r->is_smooth = false;
        Span *end = spans_take(s);
        mpfr_set_d(end->lo, row->lo, MPFR_RNDN);
        if (row->lo == 0) mpfr_setsign(end->lo, end->lo, mpfr_signbit(x->lo), MPFR_RNDN);
        lo = end->lo;
    }
    if (row->hi != INFINITY && mpfr_cmp_d(hi, row->hi) >= 0) {
        r->may_be_nan |= mpfr_cmp_d(hi, row->hi) > 0;
        r->is_smooth = false;
        Span *end = spans_take(s);
        mpfr_set_d(end->lo, row->hi, MPFR_RNDN);
        hi = end->lo;
    }
    row->f(r->lo, row->shape == DECREASING ? hi : lo, MPFR_RNDD);
    row->f(r->hi, row->shape == DECREASING ? lo : hi, MPFR_RNDU);
    if (row->shape == STEPS && !mpfr_equal_p(r->lo, r->hi)) r->is_smooth = false;
    s->n_used = mark;
}

static void point(Spans *s, Op op, Span *r, const Span *x) { span_1(s, op, r, x); }

/* erf and erfc are slow, so narrow Spans cost one evaluation: |erf'| = 2/sqrt(pi)*exp(-x^2)
   is greatest where |x| is least. False if x is not narrow, or so far out that the
   bound would be subnormal. */
static bool error_function(Spans *s, Op op, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *width = spans_take(s);
    mpfr_sub(width->hi, x->hi, x->lo, MPFR_RNDU);
    const bool is_narrow = mpfr_zero_p(width->hi) || mpfr_get_exp(width->hi) < -30;
    s->n_used = mark;
    const double lo = mpfr_get_d(x->lo, MPFR_RNDZ), hi = mpfr_get_d(x->hi, MPFR_RNDZ);
    const double least = span_may_be_zero(x) ? 0 : fmin(fabs(lo), fabs(hi));
    if (!is_narrow || least > 20) return false;
    /* 2/sqrt(pi) = 1.1283791...; the margin covers the rounding of least and of exp. */
    span_by_slope(s, op, r, x, point, 1.12838 * exp(-least * least));
    span_clip(r, op == OP_ERF ? -1 : 0, op == OP_ERF ? 1 : 2);
    return true;
}

void span_function(Spans *s, Op op, Span *r, const Span *x)
{
    const int mark = s->n_used;
    switch (op) {
    case OP_RSQRT: {
        Span *one = spans_take(s), *root = spans_take(s);
        span_set_double(one, 1);
        span_1(s, OP_SQRT, root, x);
        span_2(s, OP_DIV, r, one, root);
        break;
    }
    case OP_COSH: {
        Span *magnitude = spans_take(s);
        const bool is_smooth = r->is_smooth;
        span_1(s, OP_ABS, magnitude, x);
        monotone(s, &ROWS[op], r, magnitude);
        r->is_smooth = is_smooth;
        break;
    }
    case OP_ERF:
    case OP_ERFC:
        if (!error_function(s, op, r, x)) monotone(s, &ROWS[op], r, x);
        break;
    case OP_CBRT:
        if (span_may_be_zero(x)) r->is_smooth = false;
        monotone(s, &ROWS[op], r, x);
        break;
    default: assert(ROWS[op].f); monotone(s, &ROWS[op], r, x);
    }
    s->n_used = mark;
}
