/* sin, cos, tan of radians and of half turns, and sinc; functions at even integers. */
#include "runtime/oracle/span.h"

#include <assert.h>

typedef int (*Mpfr1)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

/* Extremes and poles lie at multiples of a quarter period. is_at(k): quarter points
   k = 0 1 2 3 (mod 4) with value +1, -1, or a pole; 0 for nothing. */
enum { NOTHING = 0, TOP = 1, BOTTOM = -1, POLE = 2 };
typedef struct {
    Mpfr1 f;
    bool is_of_pi; /* sin(pi x) */
    int at[4];
} Row;

static const Row ROWS[OP_COUNT] = {
    [OP_SIN] = {mpfr_sin, false, {NOTHING, TOP, NOTHING, BOTTOM}},
    [OP_COS] = {mpfr_cos, false, {TOP, NOTHING, BOTTOM, NOTHING}},
    [OP_TAN] = {mpfr_tan, false, {NOTHING, POLE, NOTHING, POLE}},
    [OP_SINPI] = {mpfr_sinpi, true, {NOTHING, TOP, NOTHING, BOTTOM}},
    [OP_COSPI] = {mpfr_cospi, true, {TOP, NOTHING, BOTTOM, NOTHING}},
    [OP_TANPI] = {mpfr_tanpi, true, {NOTHING, POLE, NOTHING, POLE}},
};

/* k = the number of quarter periods below x (is_up: not below), or one more to the safe
   side where pi's enclosure leaves it open. x is finite. */
static void quarters(mpz_t k, mpfr_srcptr x, bool is_of_pi, bool is_up)
{
    mpfr_t q, half_pi;
    if (mpfr_zero_p(x)) {
        mpz_set_si(k, is_up ? 0 : -1);
        return;
    }
    if (is_of_pi) {
        mpfr_init2(q, mpfr_get_prec(x));
        mpfr_mul_2ui(q, x, 1, MPFR_RNDN); /* exact */
        mpfr_get_z(k, q, is_up ? MPFR_RNDD : MPFR_RNDU);
        if (!is_up) mpz_sub_ui(k, k, 1);
        mpfr_clear(q);
        return;
    }
    enum { GUARD_BITS = 64 };
    const mpfr_exp_t exponent = mpfr_get_exp(x) > 0 ? mpfr_get_exp(x) : 0;
    mpfr_init2(q, exponent + GUARD_BITS);
    mpfr_init2(half_pi, exponent + GUARD_BITS);
    /* The quotient rounded up (down) needs the smaller (larger) divisor where x > 0. */
    const bool is_small = is_up == (mpfr_sgn(x) > 0);
    mpfr_const_pi(half_pi, is_small ? MPFR_RNDD : MPFR_RNDU);
    mpfr_div_2ui(half_pi, half_pi, 1, MPFR_RNDN);
    mpfr_div(q, x, half_pi, is_up ? MPFR_RNDU : MPFR_RNDD);
    mpfr_get_z(k, q, MPFR_RNDD);
    mpfr_clear(q);
    mpfr_clear(half_pi);
}

/* Sets lo and hi for finite x not wider than a period and a bit. */
static void by_pieces(Spans *s, const Row *row, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *left = spans_take(s), *right = spans_take(s);
    mpz_t first, last;
    mpz_inits(first, last, NULL);
    quarters(first, x->lo, row->is_of_pi, false);
    quarters(last, x->hi, row->is_of_pi, true);
    mpz_sub(last, last, first);
    const unsigned long n = mpz_get_ui(last);
    const unsigned long phase = mpz_fdiv_ui(first, 4);
    mpz_clears(first, last, NULL);

    bool has_top = false, has_bottom = false;
    for (unsigned long i = 1; i <= n; i++) {
        const int at = row->at[(phase + i) % 4];
        if (at == POLE) {
            mpfr_set_inf(r->lo, -1);
            mpfr_set_inf(r->hi, 1);
            r->is_smooth = false;
            s->n_used = mark;
            return;
        }
        has_top |= at == TOP;
        has_bottom |= at == BOTTOM;
    }
    row->f(left->lo, x->lo, MPFR_RNDD);
    row->f(left->hi, x->lo, MPFR_RNDU);
    row->f(right->lo, x->hi, MPFR_RNDD);
    row->f(right->hi, x->hi, MPFR_RNDU);
    span_hull(r, left, right);
    if (has_top) mpfr_set_si(r->hi, 1, MPFR_RNDN);
    if (has_bottom) mpfr_set_si(r->lo, -1, MPFR_RNDN);
    s->n_used = mark;
}

static void point(Spans *s, Op op, Span *r, const Span *x) { span_1(s, op, r, x); }

static void sine_or_tangent(Spans *s, Op op, Span *r, const Span *x)
{
    const Row *row = &ROWS[op];
    const bool is_bounded = op != OP_TAN && op != OP_TANPI;
    const int mark = s->n_used;
    if (span_may_be_infinite(x)) r->may_be_nan = true;
    Span *width = spans_take(s);
    mpfr_sub(width->hi, x->hi, x->lo, MPFR_RNDU);
    const bool is_huge = mpfr_cmp_ui(width->hi, row->is_of_pi ? 2 : 7) >= 0 || x->is_point;
    if (is_huge || !mpfr_number_p(width->hi)) {
        if (is_bounded) {
            mpfr_set_si(r->lo, -1, MPFR_RNDN);
            mpfr_set_si(r->hi, 1, MPFR_RNDN);
        } else {
            mpfr_set_inf(r->lo, -1);
            mpfr_set_inf(r->hi, 1);
            r->is_smooth = false;
        }
        s->n_used = mark;
        return;
    }
    /* One evaluation instead of four for the narrow ones: |sin'| <= 1, and pi < 4. */
    const bool is_narrow = mpfr_zero_p(width->hi) || mpfr_get_exp(width->hi) < -30;
    /* So near its top at zero cosine is much flatter than that. */
    enum { FLAT_EXPONENT = -8 };
    const bool is_flat = (op == OP_COS || op == OP_COSPI) && !mpfr_zero_p(x->lo) &&
                         !mpfr_zero_p(x->hi) && mpfr_get_exp(x->lo) < FLAT_EXPONENT &&
                         mpfr_get_exp(x->hi) < FLAT_EXPONENT;
    if (is_bounded && is_narrow && !is_flat) {
        span_by_slope(s, op, r, x, point, row->is_of_pi ? 4 : 1);
        span_clip(r, -1, 1);
    } else {
        by_pieces(s, row, r, x);
    }
    s->n_used = mark;
}

/* sin(x)/x: 1 at 0, 0 at infinity. */
static void sinc_point(Spans *s, Op op, Span *r, const Span *x)
{
    if (mpfr_zero_p(x->lo) || mpfr_inf_p(x->lo)) {
        span_set_double(r, mpfr_zero_p(x->lo) ? 1 : 0);
        return;
    }
    const int mark = s->n_used;
    Span *sine = spans_take(s);
    span_1(s, OP_SIN, sine, x);
    span_2(s, OP_DIV, r, sine, x);
    s->n_used = mark;
}

static void sinc(Spans *s, Span *r, const Span *x)
{
    if (x->is_point) {
        const bool is_smooth = r->is_smooth;
        sinc_point(s, OP_SINC, r, x);
        r->is_smooth = is_smooth;
        return;
    }
    const int mark = s->n_used;
    const bool is_smooth = r->is_smooth, may_be_nan = r->may_be_nan;
    Span *quotient = spans_take(s), *sine = spans_take(s);
    /* |sinc'| < 0.4362 (at 2.0816), the least value is -0.21723... (at 4.4934). */
    span_by_slope(s, OP_SINC, r, x, sinc_point, 0.4375);
    if (!span_may_be_zero(x)) {
        span_1(s, OP_SIN, sine, x);
        span_2(s, OP_DIV, quotient, sine, x);
        span_meet(r, quotient);
    }
    span_clip(r, -0.2173, 1);
    r->is_smooth = is_smooth && !span_may_be_infinite(x);
    r->may_be_nan = may_be_nan;
    s->n_used = mark;
}

void span_periodic(Spans *s, Op op, Span *r, const Span *x)
{
    if (op == OP_SINC)
        sinc(s, r, x);
    else
        sine_or_tangent(s, op, r, x);
}

/* sin and tan of whole turns and half turns are 0, cos is 1; gamma and log|gamma| have their poles where x <= 0. What holds at those
   points says nothing of the function between them: it is not smooth. */
bool span_on_even(Op op, Span *r, const Span *x)
{
    if (span_may_be_infinite(x)) return false;
    switch (op) {
    case OP_SINPI:
    case OP_TANPI:
        mpfr_set_zero(r->lo, -1);
        mpfr_set_zero(r->hi, 1);
        break;
    case OP_COSPI:
        mpfr_set_ui(r->lo, 1, MPFR_RNDN);
        mpfr_set_ui(r->hi, 1, MPFR_RNDN);
        break;
    case OP_GAMMA:
        if (mpfr_sgn(x->hi) >= 0) return false;
        span_set_nan(r);
        return true;
    case OP_LGAMMA:
        if (mpfr_sgn(x->hi) >= 0) return false;
        mpfr_set_inf(r->lo, 1);
        mpfr_set_inf(r->hi, 1);
        break;
    default: return false;
    }
    r->is_smooth = false;
    span_close(r);
    return true;
}
