/* gamma, lgamma, Bessel functions, Airy's Ai, zeta and the dilogarithm. */
#include "runtime/oracle/span.h"

#include <assert.h>
#include <math.h>

static void set_line(Span *r)
{
    mpfr_set_inf(r->lo, -1);
    mpfr_set_inf(r->hi, 1);
    r->is_smooth = false;
}

static void point(Spans *s, Op op, Span *r, const Span *x) { span_1(s, op, r, x); }

static void set_pi(Span *r)
{
    r->is_smooth = true;
    span_from_ternary(r, mpfr_const_pi(r->lo, MPFR_RNDN));
}

/* -- gamma and log |gamma| ------------------------------------------------------------ */

static void gamma_point(Spans *s, Op op, Span *r, const Span *x)
{
    int sign;
    span_from_ternary(r, op == OP_GAMMA ? mpfr_gamma(r->lo, x->lo, MPFR_RNDN)
                                        : mpfr_lgamma(r->lo, &sign, x->lo, MPFR_RNDN));
}

/* Both fall on (0, 1.4616...) and rise after it. */
static const Valley GAMMA_VALLEY = {1.46163214, 1.46163215, 0.8856031944, 1};
static const Valley LGAMMA_VALLEY = {1.46163214, 1.46163215, -0.1214862906, 1};

/* gamma(x) = pi/(sin(pi x) gamma(1-x)). */
static void gamma_reflected(Spans *s, Op op, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *one = spans_take(s), *t = spans_take(s), *g = spans_take(s), *sine = spans_take(s),
         *pi = spans_take(s);
    const bool may_be_nan = r->may_be_nan;
    span_set_double(one, 1);
    set_pi(pi);
    span_2(s, OP_SUB, t, one, x);
    span_1(s, op, g, t);
    span_1(s, OP_SINPI, sine, x);
    if (op == OP_GAMMA) {
        span_2(s, OP_MUL, t, sine, g);
        span_2(s, OP_DIV, r, pi, t);
    } else {
        span_1(s, OP_ABS, t, sine);
        span_2(s, OP_DIV, sine, pi, t);
        span_1(s, OP_LOG, t, sine);
        span_2(s, OP_SUB, r, t, g);
    }
    if (r->is_nan) set_line(r);
    r->may_be_nan = may_be_nan;
    s->n_used = mark;
}

static void gamma_of(Spans *s, Op op, Span *r, const Span *x)
{
    const bool is_smooth = r->is_smooth;
    if (x->is_point) {
        gamma_point(s, op, r, x);
        return;
    }
    if (!mpfr_signbit(x->lo)) {
        span_by_valley(s, op, r, x, gamma_point, op == OP_GAMMA ? &GAMMA_VALLEY : &LGAMMA_VALLEY);
        r->is_smooth = is_smooth && mpfr_sgn(x->lo) > 0;
        return;
    }
    /* A pole between or at the ends? */
    const int mark = s->n_used;
    Span *floor = spans_take(s);
    mpfr_rint_floor(floor->hi, x->hi, MPFR_RNDU);
    const bool has_pole = !mpfr_signbit(x->hi) || mpfr_cmp(floor->hi, x->lo) >= 0;
    if (has_pole) {
        set_line(r);
        r->may_be_nan |= op == OP_GAMMA;
    } else {
        gamma_reflected(s, op, r, x);
        r->is_smooth = is_smooth;
    }
    s->n_used = mark;
}

/* -- Bessel functions ------------------------------------------------------------------ */

static double magnitude(Spans *s, Op op, mpfr_srcptr x)
{
    const int mark = s->n_used;
    Span *at = spans_take(s), *value = spans_take(s);
    span_set_bits(at, mpfr_get_prec(x));
    span_set_point(at, x);
    span_1(s, op, value, at);
    const double lo = mpfr_get_d(value->lo, MPFR_RNDA), hi = mpfr_get_d(value->hi, MPFR_RNDA);
    s->n_used = mark;
    return fmax(fabs(lo), fabs(hi));
}

/* J0' = -J1, |J1| < 0.5819; J1' = (J0 - J2)/2, |J1'| <= 1/2. */
static void bessel_j(Spans *s, Op op, Span *r, const Span *x)
{
    const bool is_smooth = r->is_smooth;
    if (!x->is_point)
        span_by_slope(s, op, r, x, point, op == OP_J0 ? 0.5819 : 0.5);
    else
        set_line(r);
    span_clip(r, op == OP_J0 ? -0.4028 : -0.5819, op == OP_J0 ? 1 : 0.5819);
    r->is_smooth = is_smooth && !span_may_be_infinite(x);
}

/* On x > 0, Y0 (Y1) rises from -inf to its greatest value at 2.1971... (3.6830...), then
   swings with falling amplitude, as J^2 + Y^2 falls. Y0' = -Y1 and Y1' = Y0 - Y1/x. */
static void bessel_y(Spans *s, Op op, Span *r, const Span *x)
{
    if (mpfr_sgn(x->hi) < 0) {
        span_set_nan(r);
        return;
    }
    const int mark = s->n_used;
    bool is_smooth = r->is_smooth;
    Span *clipped = spans_take(s), *slope = spans_take(s);
    mpfr_set(clipped->lo, x->lo, MPFR_RNDD);
    mpfr_set(clipped->hi, x->hi, MPFR_RNDU);
    if (mpfr_sgn(x->lo) <= 0) {
        r->may_be_nan |= mpfr_sgn(x->lo) < 0;
        is_smooth = false;
        mpfr_set_zero(clipped->lo, 1);
    }
    const double top = op == OP_Y0 ? 0.5209 : 0.4169, bottom = op == OP_Y0 ? -0.3404 : -0.3032;
    if (x->is_point) { /* beyond what MPFR can do */
        mpfr_set_d(r->lo, bottom, MPFR_RNDD);
        mpfr_set_d(r->hi, top, MPFR_RNDU);
    } else if (mpfr_cmp_d(x->hi, op == OP_Y0 ? 2.19 : 3.68) <= 0) {
        span_by_ends(s, op, r, clipped, point, true);
    } else {
        const double y0 = fmax(magnitude(s, OP_Y0, clipped->lo), 0.5209);
        const double y1 = fmax(magnitude(s, OP_Y1, clipped->lo), 0.4169);
        span_by_ends(s, op, r, clipped, point, true);
        mpfr_set_d(r->hi, top, MPFR_RNDU);
        if (mpfr_cmp_d(r->lo, bottom) > 0) mpfr_set_d(r->lo, bottom, MPFR_RNDD);
        const double lo = mpfr_get_d(clipped->lo, MPFR_RNDD);
        /* 1 + 2^-50 covers the rounding of the bound itself. */
        const double bound = (op == OP_Y0 ? y1 : y0 + y1 / lo) * (1 + 0x1p-50);
        if (isfinite(bound)) {
            span_by_slope(s, op, slope, clipped, point, bound);
            span_meet(r, slope);
        }
    }
    r->is_smooth = is_smooth && !span_may_be_infinite(x);
    s->n_used = mark;
}

void span_bessel(Spans *s, Span *r, const Span *order, const Span *x)
{
    enum { ORDER_MAX = 1000000 }; /* what MPFR's recurrences can do in a second or so */
    const bool is_smooth = r->is_smooth;
    if (order->is_point && !mpfr_integer_p(order->lo)) {
        span_set_nan(r);
        return;
    }
    mpfr_set_si(r->lo, -1, MPFR_RNDN);
    mpfr_set_si(r->hi, 1, MPFR_RNDN);
    if (!order->is_point || mpfr_cmpabs_ui(order->lo, ORDER_MAX) > 0) {
        r->may_be_nan |= !order->is_point;
        return;
    }
    const long n = mpfr_get_si(order->lo, MPFR_RNDN);
    if (x->is_point) {
        if (mpfr_inf_p(x->lo) || mpfr_zero_p(x->lo) || mpfr_get_exp(x->lo) < 4096)
            span_from_ternary(r, mpfr_jn(r->lo, n, x->lo, MPFR_RNDN));
        return;
    }
    /* |Jn'| = |J(n-1) - J(n+1)|/2 <= 1, so f(x) lies within f(left end) +- width. */
    const int mark = s->n_used;
    Span *value = spans_take(s), *width = spans_take(s);
    mpfr_sub(width->hi, x->hi, x->lo, MPFR_RNDU);
    if (mpfr_number_p(width->hi) && mpfr_cmp_ui(width->hi, 2) < 0) {
        value->is_smooth = true;
        span_from_ternary(value, mpfr_jn(value->lo, n, x->lo, MPFR_RNDN));
        mpfr_sub(value->lo, value->lo, width->hi, MPFR_RNDD);
        mpfr_add(value->hi, value->hi, width->hi, MPFR_RNDU);
        span_meet(r, value);
    }
    r->is_smooth = is_smooth && !span_may_be_infinite(x);
    s->n_used = mark;
}

/* -- Airy ------------------------------------------------------------------------------- */

/* With z = |x| and t = (2/3)*z^(3/2), u(0) = 1, u(k) = u(k-1)*(6k-5)(6k-3)(6k-1)/(216k(2k-1)):
     Ai(z)  = exp(-t)/(2*sqrt(pi)*z^(1/4)) * sum (-1)^k u(k)/t^k
     Ai(-z) = 1/(sqrt(pi)*z^(1/4)) * (cos(t - pi/4) * sum (-1)^k u(2k)/t^2k
                                    + sin(t - pi/4) * sum (-1)^k u(2k+1)/t^(2k+1))
   and the first term left out bounds the rest of each sum (DLMF 9.7.5, 9.7.9, 9.7(iii)).
   For z >= 256 the smallest term is below exp(-2t) < 2^-7800. */
static void airy_far(Spans *s, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *z = spans_take(s), *t = spans_take(s), *a = spans_take(s), *b = spans_take(s),
         *term = spans_take(s), *sum[2] = {spans_take(s), spans_take(s)}, *root = spans_take(s);
    const bool is_positive = mpfr_sgn(x->lo) > 0;
    span_set_bits(z, mpfr_get_prec(x->lo));
    span_1(s, OP_ABS, z, x);
    span_1(s, OP_SQRT, root, z);
    span_2(s, OP_MUL, a, z, root);
    span_2(s, OP_ADD, b, a, a);
    span_set_double(a, 3);
    span_2(s, OP_DIV, t, b, a);

    /* Positive x uses sum[0] alone, with all terms; negative x the even and the odd ones. */
    span_set_double(term, 1);
    span_set_double(sum[0], 0);
    span_set_double(sum[1], 0);
    for (int k = 0;; k++) {
        if (k > 0) {
            span_set_double(a, (6.0 * k - 5) * (6.0 * k - 3) * (6.0 * k - 1));
            span_2(s, OP_MUL, b, term, a);
            span_set_double(a, 216.0 * k * (2.0 * k - 1));
            span_2(s, OP_DIV, term, b, a);
            span_2(s, OP_DIV, b, term, t);
            span_copy(term, b);
        }
        Span *target = sum[is_positive ? 0 : k % 2];
        if (mpfr_zero_p(term->hi) || mpfr_get_exp(term->hi) < -(mpfr_exp_t)s->bits - 8) {
            for (int i = 0; i < 2; i++) {
                mpfr_sub(sum[i]->lo, sum[i]->lo, term->hi, MPFR_RNDD);
                mpfr_add(sum[i]->hi, sum[i]->hi, term->hi, MPFR_RNDU);
                span_close(sum[i]);
            }
            break;
        }
        const bool is_minus = is_positive ? k % 2 : k / 2 % 2;
        span_2(s, is_minus ? OP_SUB : OP_ADD, b, target, term);
        span_copy(target, b);
    }
    set_pi(a);
    if (is_positive) {
        span_1(s, OP_NEG, b, t);
        span_1(s, OP_EXP, t, b);
        span_2(s, OP_MUL, b, t, sum[0]);
        span_set_double(sum[1], 2);
        span_2(s, OP_DIV, term, b, sum[1]);
    } else {
        span_set_double(term, 4);
        span_2(s, OP_DIV, b, a, term);
        Span *angle = spans_take(s);
        span_2(s, OP_SUB, angle, t, b);
        span_1(s, OP_COS, t, angle);
        span_2(s, OP_MUL, b, t, sum[0]);
        span_1(s, OP_SIN, t, angle);
        span_2(s, OP_MUL, sum[0], t, sum[1]);
        span_2(s, OP_ADD, term, b, sum[0]);
    }
    span_1(s, OP_SQRT, b, a);
    span_1(s, OP_SQRT, a, root);
    span_2(s, OP_MUL, t, a, b);
    span_2(s, OP_DIV, r, term, t);
    s->n_used = mark;
}

/* Ai falls from its greatest value, at -1.01879..., to the right. To the left, with
   E = Ai'^2 + z*Ai^2 at x = -z, dE/dz = Ai^2 <= E/z, so E(z) <= z*E(1) for z >= 1, and on
   [0, 1] E <= E(0) + max Ai^2 < 0.067 + 0.287; hence |Ai'| <= 0.6*sqrt(max(1, z)). */
static void airy(Spans *s, Span *r, const Span *x)
{
    const bool is_smooth = r->is_smooth;
    if (x->is_point) {
        airy_far(s, r, x);
        r->is_smooth = is_smooth;
        return;
    }
    if (mpfr_cmp_d(x->lo, -1.0187) >= 0) {
        span_by_ends(s, OP_AI, r, x, point, false);
    } else {
        const double z = fmax(1, -mpfr_get_d(x->lo, MPFR_RNDD));
        span_by_slope(s, OP_AI, r, x, point, 0.601 * sqrt(z));
    }
    span_clip(r, -0.4191, 0.5357);
    r->is_smooth = is_smooth && !span_may_be_infinite(x);
}

/* -- zeta and li2 ------------------------------------------------------------------------ */

/* zeta(x) = 2^x pi^(x-1) sin(pi x/2) gamma(1-x) zeta(1-x), for x <= -1. */
static void zeta_reflected(Spans *s, Span *r, const Span *x)
{
    const int mark = s->n_used;
    Span *one = spans_take(s), *a = spans_take(s), *b = spans_take(s), *product = spans_take(s),
         *t = spans_take(s);
    span_set_double(one, 1);
    span_1(s, OP_EXP2, product, x);
    set_pi(a);
    span_2(s, OP_SUB, b, x, one);
    span_2(s, OP_POW, t, a, b);
    span_2(s, OP_MUL, b, product, t);
    span_set_double(t, 2);
    span_2(s, OP_DIV, a, x, t);
    span_1(s, OP_SINPI, t, a);
    span_2(s, OP_MUL, product, b, t);
    span_2(s, OP_SUB, a, one, x);
    span_1(s, OP_GAMMA, b, a);
    span_2(s, OP_MUL, t, product, b);
    span_1(s, OP_ZETA, b, a);
    span_2(s, OP_MUL, r, t, b);
    s->n_used = mark;
}

/* zeta falls on (-2.717..., 1) and on (1, inf). */
static void zeta(Spans *s, Span *r, const Span *x)
{
    const int mark = s->n_used;
    const bool is_smooth = r->is_smooth, may_be_nan = r->may_be_nan;
    if (mpfr_cmp_ui(x->lo, 1) <= 0 && mpfr_cmp_ui(x->hi, 1) >= 0) {
        set_line(r);
        return;
    }
    if (mpfr_cmp_d(x->lo, -2.7) >= 0) {
        span_by_ends(s, OP_ZETA, r, x, point, false);
    } else if (mpfr_cmp_d(x->hi, -1) <= 0) {
        zeta_reflected(s, r, x);
    } else {
        Span *part = spans_take(s), *left = spans_take(s), *right = spans_take(s);
        span_copy(part, x);
        mpfr_set_si(part->hi, -2, MPFR_RNDN);
        zeta_reflected(s, left, part);
        span_copy(part, x);
        mpfr_set_si(part->lo, -2, MPFR_RNDN);
        span_by_ends(s, OP_ZETA, right, part, point, false);
        span_hull(r, left, right);
    }
    r->is_smooth = is_smooth && !span_may_be_infinite(x);
    r->may_be_nan = may_be_nan || mpfr_inf_p(x->lo); /* no limit at -inf */
    s->n_used = mark;
}

/* The real part; (Re li2)' = -log|1-x|/x is positive below 2 and negative above. */
static void dilogarithm(Spans *s, Span *r, const Span *x)
{
    const int mark = s->n_used;
    if (mpfr_cmp_ui(x->hi, 2) <= 0) {
        span_by_ends(s, OP_LI2, r, x, point, true);
    } else if (mpfr_cmp_ui(x->lo, 2) >= 0) {
        span_by_ends(s, OP_LI2, r, x, point, false);
    } else {
        Span *two = spans_take(s), *value = spans_take(s);
        span_by_ends(s, OP_LI2, r, x, point, true);
        span_by_ends(s, OP_LI2, value, x, point, false);
        mpfr_min(r->lo, r->lo, value->lo, MPFR_RNDD);
        span_set_double(two, 2);
        span_1(s, OP_LI2, value, two);
        mpfr_set(r->hi, value->hi, MPFR_RNDU);
    }
    if (mpfr_cmp_ui(x->lo, 1) <= 0 && mpfr_cmp_ui(x->hi, 1) >= 0) r->is_smooth = false;
    s->n_used = mark;
}

void span_special(Spans *s, Op op, Span *r, const Span *x)
{
    switch (op) {
    case OP_GAMMA:
    case OP_LGAMMA: gamma_of(s, op, r, x); break;
    case OP_J0:
    case OP_J1: bessel_j(s, op, r, x); break;
    case OP_Y0:
    case OP_Y1: bessel_y(s, op, r, x); break;
    case OP_AI: airy(s, r, x); break;
    case OP_ZETA: zeta(s, r, x); break;
    case OP_LI2: dilogarithm(s, r, x); break;
    default: assert(!"a special function");
    }
}
