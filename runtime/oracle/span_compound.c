/* The compound functions, in forms without cancellation: every sum is of terms of one sign,
   so an enclosure at a point is tight at any working precision. */
#include "runtime/oracle/span.h"

#include <assert.h>

static void set_one_plus(Spans *s, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *one = spans_take(s);
    span_set_double(one, 1);
    span_2(s, OP_ADD, r, one, x);
    s->n_used = mark;
}

/* exp(-x). */
static void exp_negated(Spans *s, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *t = spans_take(s);
    span_set_bits(t, mpfr_get_prec(x->lo) > s->bits ? mpfr_get_prec(x->lo) : s->bits);
    span_1(s, OP_NEG, t, x);
    span_1(s, OP_EXP, r, t);
    s->n_used = mark;
}

/* x/(1 + exp(-u)). */
static void over_one_plus_exp(Spans *s, Span *r, const Span *x, const Span *u)
{
    const int mark = s->n_used;
    Span *e = spans_take(s), *d = spans_take(s);
    exp_negated(s, e, u);
    set_one_plus(s, d, e);
    span_2(s, OP_DIV, r, x, d);
    s->n_used = mark;
}

static void sigmoid(Spans *s, Op op, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *one = spans_take(s);
    span_set_double(one, 1);
    over_one_plus_exp(s, r, one, x);
    s->n_used = mark;
}

/* log1p(exp(x)), which is x + log1p(exp(-x)): the first for x <= 0, the second above. */
static void softplus(Spans *s, Op op, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *e = spans_take(s), *l = spans_take(s);
    if (mpfr_sgn(x->lo) <= 0) {
        span_1(s, OP_EXP, e, x);
        span_1(s, OP_LOG1P, r, e);
    } else {
        exp_negated(s, e, x);
        span_1(s, OP_LOG1P, l, e);
        span_2(s, OP_ADD, r, x, l);
    }
    s->n_used = mark;
}

/* log(x/(1-x)); near 1/2, where that cancels, log1p((2x-1)/(1-x)) with 2x - 1 exact
   for the arguments of few bits that matter. */
static void logit(Spans *s, Op op, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *one = spans_take(s), *d = spans_take(s), *n = spans_take(s), *q = spans_take(s);
    span_set_double(one, 1);
    span_2(s, OP_SUB, d, one, x);
    if (mpfr_cmp_d(x->lo, 0.25) < 0) {
        span_2(s, OP_DIV, q, x, d);
        span_1(s, OP_LOG, r, q);
    } else {
        Span *twice = spans_take(s);
        span_2(s, OP_ADD, twice, x, x);
        span_2(s, OP_SUB, n, twice, one);
        span_2(s, OP_DIV, q, n, d);
        span_1(s, OP_LOG1P, r, q);
    }
    if (mpfr_cmp_ui(x->lo, 1) > 0) span_set_nan(r);
    s->n_used = mark;
}

/* erfc(-x/sqrt(2))/2. */
static void normcdf(Spans *s, Op op, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *two = spans_take(s), *root = spans_take(s), *q = spans_take(s), *t = spans_take(s);
    span_set_double(two, 2);
    span_1(s, OP_SQRT, root, two);
    span_2(s, OP_DIV, q, x, root);
    span_1(s, OP_NEG, t, q);
    span_1(s, OP_ERFC, q, t);
    span_2(s, OP_DIV, r, q, two);
    s->n_used = mark;
}

static bool is_minus_infinity(const Span *x) { return mpfr_inf_p(x->lo) && mpfr_signbit(x->lo); }

static void silu(Spans *s, Op op, Span *r, const Span *x)
{
    if (is_minus_infinity(x))
        span_set_double(r, -0.0);
    else
        over_one_plus_exp(s, r, x, x);
}

static void gelu(Spans *s, Op op, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *p = spans_take(s);
    normcdf(s, OP_NORMCDF, p, x);
    if (is_minus_infinity(x))
        span_set_double(r, -0.0);
    else
        span_2(s, OP_MUL, r, x, p);
    s->n_used = mark;
}

/* (1 + tanh(u))/2 = 1/(1 + exp(-2u)), with 2u = sqrt(8/pi)*x*(1 + 0.044715*x^2). */
static void gelu_tanh(Spans *s, Op op, Span *r, const Span *x)
{
    if (is_minus_infinity(x)) {
        span_set_double(r, -0.0);
        return;
    }
    const int mark = s->n_used;
    Span *a = spans_take(s), *b = spans_take(s), *c = spans_take(s), *u = spans_take(s);
    span_set_double(a, 44715);
    span_set_double(b, 1000000);
    span_2(s, OP_DIV, c, a, b);
    span_2(s, OP_MUL, a, x, x);
    span_2(s, OP_MUL, b, c, a);
    set_one_plus(s, c, b);
    span_2(s, OP_MUL, u, x, c);
    span_from_ternary(a, mpfr_const_pi(a->lo, MPFR_RNDN));
    span_set_double(b, 8);
    span_2(s, OP_DIV, c, b, a);
    span_1(s, OP_SQRT, a, c);
    span_2(s, OP_MUL, b, a, u);
    over_one_plus_exp(s, r, x, b);
    s->n_used = mark;
}

/* With e = exp(x), tanh(log(1 + e)) = ((1+e)^2 - 1)/((1+e)^2 + 1) = e(e+2)/(e(e+2) + 2);
   for x > 0, divided through by e^2: with n = exp(-x), (1+2n)/(1+2n + 2n^2). */
static void mish(Spans *s, Op op, Span *r, const Span *x)
{
    if (is_minus_infinity(x)) {
        span_set_double(r, -0.0);
        return;
    }
    const int mark = s->n_used;
    Span *two = spans_take(s), *e = spans_take(s), *t = spans_take(s), *top = spans_take(s),
         *bottom = spans_take(s), *q = spans_take(s);
    span_set_double(two, 2);
    if (mpfr_sgn(x->lo) <= 0) {
        span_1(s, OP_EXP, e, x);
        span_2(s, OP_ADD, t, e, two);
        span_2(s, OP_MUL, top, e, t);
        span_2(s, OP_ADD, bottom, top, two);
    } else {
        exp_negated(s, e, x);
        span_2(s, OP_MUL, t, two, e);
        set_one_plus(s, top, t);
        span_2(s, OP_MUL, q, t, e);
        span_2(s, OP_ADD, bottom, top, q);
    }
    span_2(s, OP_DIV, q, top, bottom);
    span_2(s, OP_MUL, r, x, q);
    s->n_used = mark;
}

/* All but the monotone ones fall to one minimum left of zero and rise from there; their
   slopes are between -0.2 and 1.2. */
typedef struct {
    PointEnclosure *at_point;
    bool is_increasing;
    Valley valley;
} Row;

static const Row ROWS[OP_COUNT] = {
    [OP_SIGMOID] = {sigmoid, true, {0}},
    [OP_SOFTPLUS] = {softplus, true, {0}},
    [OP_LOGIT] = {logit, true, {0}},
    [OP_NORMCDF] = {normcdf, true, {0}},
    [OP_SILU] = {silu, false, {-1.27846455, -1.27846454, -0.27846455, 1.2}},
    [OP_GELU] = {gelu, false, {-0.75179153, -0.75179152, -0.16997121, 1.2}},
    [OP_GELU_TANH] = {gelu_tanh, false, {-0.7524615, -0.7524613, -0.1700408, 1.2}},
    [OP_MISH] = {mish, false, {-1.19243122, -1.19243121, -0.3088435, 1.2}},
};

void span_compound(Spans *s, Op op, Span *r, const Span *x)
{
    const Row *row = &ROWS[op];
    const bool is_smooth = r->is_smooth, may_be_nan = r->may_be_nan;
    assert(row->at_point);
    if (x->is_point) {
        row->at_point(s, op, r, x);
        if (!r->is_nan) r->is_smooth = is_smooth;
        return;
    }
    const int mark = s->n_used;
    if (op == OP_LOGIT) {
        if (mpfr_sgn(x->hi) < 0 || mpfr_cmp_ui(x->lo, 1) > 0) {
            span_set_nan(r);
            return;
        }
        Span *clipped = spans_take(s);
        mpfr_set(clipped->lo, x->lo, MPFR_RNDD);
        mpfr_set(clipped->hi, x->hi, MPFR_RNDU);
        span_clip(clipped, 0, 1);
        r->is_smooth = is_smooth && mpfr_sgn(x->lo) > 0 && mpfr_cmp_ui(x->hi, 1) < 0;
        r->may_be_nan = may_be_nan || mpfr_sgn(x->lo) < 0 || mpfr_cmp_ui(x->hi, 1) > 0;
        span_by_ends(s, op, r, clipped, row->at_point, true);
        s->n_used = mark;
        return;
    }
    if (row->is_increasing)
        span_by_ends(s, op, r, x, row->at_point, true);
    else
        span_by_valley(s, op, r, x, row->at_point, &row->valley);
    r->is_smooth = is_smooth;
    r->may_be_nan = may_be_nan;
    s->n_used = mark;
}
