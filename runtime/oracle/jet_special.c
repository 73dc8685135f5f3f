/* Taylor coefficients of Bessel functions, Airy's Ai, the dilogarithm and sinc. */
#include "runtime/oracle/jet.h"

#include <math.h>
#include <stdlib.h>

/* r, which encloses a value of at most that size, within `bound` = [-size, size]. */
static void clip(mpfi_ptr r, mpfi_srcptr bound)
{
    if (!mpfi_bounded_p(r))
        mpfi_set(r, bound);
    else
        mpfi_intersect(r, r, bound);
}

static bool is_zero(mpfi_srcptr x) { return mpfr_zero_p(&x->left) && mpfr_zero_p(&x->right); }

/* -- Bessel functions -------------------------------------------------------------------- */

/* u^2 y'' + u y' + (u^2 - order^2) y = 0 from c[0], c[1]:
   u^2 (k+2)(k+1) y[k+2] = -(u (k+1)(2k+1) y[k+1] + (k^2 - order^2 + u^2) y[k] + 2u y[k-1] + y[k-2]). */
static void bessel_next(Jets *j, mpfi_t *c, int k, mpfi_srcptr u, long order)
{
    mpfi_ptr square = j->t[0], term = j->t[1], next = c[k + 2];
    mpfi_sqr(square, u);
    mpfi_mul(next, u, c[k + 1]);
    mpfi_mul_ui(next, next, (unsigned long)(k + 1) * (unsigned)(2 * k + 1));
    mpfi_add_si(term, square, (long)k * k - order * order);
    mpfi_mul(term, term, c[k]);
    mpfi_add(next, next, term);
    if (k >= 1) {
        mpfi_mul(term, u, c[k - 1]);
        mpfi_mul_ui(term, term, 2);
        mpfi_add(next, next, term);
    }
    if (k >= 2) mpfi_add(next, next, c[k - 2]);
    mpfi_div(next, next, square);
    mpfi_div_si(next, next, -(long)(k + 1) * (k + 2));
}

static bool bessel_value(Jets *j, long order, mpfi_ptr r, mpfi_srcptr u)
{
    Spans *s = &j->spans;
    const int mark = s->n_used;
    Span *n = spans_take(s), *x = spans_take(s), *y = spans_take(s);
    span_set_double(n, (double)order);
    if (mpfi_get_prec(u) > s->bits) span_set_bits(x, mpfi_get_prec(u));
    mpfr_set(x->lo, &u->left, MPFR_RNDD);
    mpfr_set(x->hi, &u->right, MPFR_RNDU);
    if (is_zero(u)) mpfr_set_zero(x->lo, 1), mpfr_set_zero(x->hi, 1);
    x->is_smooth = true;
    x->may_be_nan = x->is_open = false;
    span_close(x);
    span_2(s, OP_JN, y, n, x);
    const bool is_known = !y->is_nan && !y->may_be_nan;
    if (is_known) mpfi_interv_fr(r, y->lo, y->hi);
    s->n_used = mark;
    return is_known;
}

/* J_n is an average of cos(n*t - u*sin(t)), so |J_n^(k)| <= 1. Near u = 0, where the recurrence divides by
   almost nothing, that is the enclosure; at 0 itself
   J_n = sum (-1)^i (u/2)^(2i+n)/(i! (i+n)!). */
bool jet_bessel(Jets *j, mpfi_t *c, int n, mpfi_srcptr u, long order)
{
    enum { ORDER_MAX = 1000000 };
    if (labs(order) > ORDER_MAX || !bessel_value(j, order, c[0], u)) return false;
    mpfi_ptr bound = j->t[3], term = j->t[2];
    if (is_zero(u)) {
        const long m = labs(order);
        mpfi_set_ui(term, 1);
        if (order < 0 && m % 2) mpfi_set_si(term, -1);
        for (long i = 1; i <= m; i++) mpfi_div_ui(term, term, 2 * (unsigned long)i);
        for (long k = 0; k <= n; k++) {
            mpfi_set_ui(c[k], 0);
            if (k < m || (k - m) % 2) continue;
            const long i = (k - m) / 2;
            if (i > 0) mpfi_div_si(term, term, -4 * i * (i + m));
            mpfi_set(c[k], term);
        }
        return true;
    }
    const bool has_zero = interval_has_zero(u);
    mpfi_interv_si(bound, -1, 1);
    for (int k = 1; k <= n; k++) {
        mpfi_div_ui(bound, bound, (unsigned)k);
        if (k == 1) {
            if (!bessel_value(j, order - 1, c[1], u) || !bessel_value(j, order + 1, term, u))
                return false;
            mpfi_sub(c[1], c[1], term);
            mpfi_div_ui(c[1], c[1], 2);
        } else if (has_zero) {
            mpfi_set(c[k], bound);
        } else {
            bessel_next(j, c, k - 2, u, order);
        }
        clip(c[k], bound);
    }
    return true;
}

bool jet_bessel_j(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    return jet_bessel(j, c, n, u, op == OP_J0 ? 0 : 1);
}

/* Y0' = -Y1, Y1' = Y0 - Y1/u. */
bool jet_bessel_y(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    if (mpfi_is_strictly_pos(u) <= 0 || !jet_value(j, op, c[0], u)) return false;
    if (n == 0) return true;
    if (!jet_value(j, op == OP_Y0 ? OP_Y1 : OP_Y0, c[1], u)) return false;
    if (op == OP_Y0) {
        mpfi_neg(c[1], c[1]);
    } else {
        mpfi_div(j->t[0], c[0], u);
        mpfi_sub(c[1], c[1], j->t[0]);
    }
    for (int k = 0; k + 2 <= n; k++) bessel_next(j, c, k, u, op == OP_Y0 ? 0 : 1);
    return true;
}

/* -- Airy ------------------------------------------------------------------------------------ */

/* Ai(0) = 1/(9^(1/3) gamma(2/3)), -Ai'(0) = 1/(3^(1/3) gamma(1/3)), to `bits`. */
static void airy_constants(Jets *j, mpfr_prec_t bits)
{
    if (j->airy_bits >= bits) return;
    mpfi_t third;
    mpfi_init2(third, bits);
    for (int i = 0; i < 2; i++) {
        mpfi_set_prec(j->airy[i], bits);
        mpfi_set_ui(third, 2 - (unsigned)i);
        mpfi_div_ui(third, third, 3);
        /* gamma falls on (0, 1.46). */
        mpfr_gamma(&j->airy[i]->right, &third->left, MPFR_RNDU);
        mpfr_gamma(&j->airy[i]->left, &third->right, MPFR_RNDD);
        mpfi_set_ui(third, i == 0 ? 9 : 3);
        mpfi_cbrt(third, third);
        mpfi_mul(j->airy[i], j->airy[i], third);
        mpfi_ui_div(j->airy[i], 1, j->airy[i]);
    }
    mpfi_clear(third);
    j->airy_bits = bits;
}

/* Ai'(x) at a point: Ai' = Ai(0) f' + Ai'(0) g' with
     f = 1 + x^3/(2*3) + x^6/(2*3*5*6) + ..., g = x + x^4/(3*4) + x^7/(3*4*6*7) + ...
   The terms grow to exp((2/3)|x|^(3/2)) and for x > 0 cancel to its inverse. */
static bool airy_slope_at(Jets *j, mpfi_ptr r, mpfr_srcptr x)
{
    enum { REACH = 100 };
    const double size = fabs(mpfr_get_d(x, MPFR_RNDA));
    if (!(size <= REACH)) return false;
    const mpfr_prec_t bits = j->bits + (mpfr_prec_t)(2 * size * sqrt(size)) + 32;
    airy_constants(j, bits);
    mpfi_t cube, f, g, sum[2];
    mpfi_ptr all[] = {cube, f, g, sum[0], sum[1]};
    for (int i = 0; i < 5; i++) mpfi_init2(all[i], bits);
    mpfi_set_fr(f, x);
    mpfi_sqr(cube, f);
    mpfi_mul(cube, cube, f);
    /* f and g are the terms of f' and g': f'_k = x^(3k-1)..., from f'_1 = x^2/2 and g'_0 = 1. */
    mpfi_sqr(f, f);
    mpfi_div_ui(f, f, 2);
    mpfi_set_ui(g, 1);
    mpfi_set_ui(sum[0], 0);
    mpfi_set_ui(sum[1], 0);
    for (unsigned long k = 0;; k++) {
        mpfi_add(sum[0], sum[0], f);
        mpfi_add(sum[1], sum[1], g);
        /* f'_(k+2)/f'_(k+1) = x^3/((3k+3)(3k+5)), g'_(k+1)/g'_k = x^3/((3k+1)(3k+3)). */
        mpfi_mul(f, f, cube);
        mpfi_div_ui(f, f, (3 * k + 3) * (3 * k + 5));
        mpfi_mul(g, g, cube);
        mpfi_div_ui(g, g, (3 * k + 1) * (3 * k + 3));
        /* From here on each term is less than half the one before: twice the next bounds the rest. */
        if ((3.0 * (double)k + 3) * (3.0 * (double)k + 4) < 2 * size * size * size) continue;
        mpfr_t most;
        mpfr_init2(most, 32);
        bool is_small = true;
        for (int i = 0; i < 2; i++) {
            mpfi_mag(most, i ? g : f);
            is_small &= mpfr_zero_p(most) || mpfr_get_exp(most) < -(mpfr_exp_t)bits;
        }
        for (int i = 0; i < 2 && is_small; i++) {
            mpfi_mag(most, i ? g : f);
            mpfr_mul_2ui(most, most, 1, MPFR_RNDU);
            mpfi_increase(sum[i], most);
        }
        mpfr_clear(most);
        if (is_small) break;
    }
    mpfi_mul(sum[0], sum[0], j->airy[0]);
    mpfi_mul(sum[1], sum[1], j->airy[1]);
    mpfi_sub(sum[0], sum[0], sum[1]);
    mpfi_set(r, sum[0]);
    for (int i = 0; i < 5; i++) mpfi_clear(all[i]);
    return true;
}

/* y'' = u*y: (k+2)(k+1) y[k+2] = u y[k] + y[k-1]. Over a box Ai' is its value in the middle and at most
   |Ai''| = |u Ai(u)| <= 0.5357 |u| times the distance from there. */
bool jet_airy(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    if (!jet_value(j, op, c[0], u)) return false;
    if (n == 0) return true;
    mpfr_t middle, reach;
    mpfr_init2(middle, mpfi_get_prec(u));
    mpfr_init2(reach, 64);
    mpfi_mid(middle, u);
    const bool is_known = airy_slope_at(j, c[1], middle);
    if (is_known) {
        mpfi_diam_abs(reach, u); /* twice what is needed, whatever the rounding of the middle */
        mpfi_mag(middle, u);
        mpfr_mul(reach, reach, middle, MPFR_RNDU);
        mpfr_mul_d(reach, reach, 0.5357, MPFR_RNDU);
        mpfi_increase(c[1], reach);
    }
    mpfr_clears(middle, reach, (mpfr_ptr)NULL);
    for (int k = 0; k + 2 <= n && is_known; k++) {
        mpfi_mul(c[k + 2], u, c[k]);
        if (k > 0) mpfi_add(c[k + 2], c[k + 2], c[k - 1]);
        mpfi_div_ui(c[k + 2], c[k + 2], (unsigned)((k + 1) * (k + 2)));
    }
    return is_known;
}

/* -- li2 and sinc ------------------------------------------------------------------------------- */

/* D = -log|1-u|/u is the slope; (u + s) D = -L gives D[k] = -(L[k] + D[k-1])/u. For u < 1,
   D = integral of 1/(1-ut) over t in [0, 1], so 0 < D[k] <= max(1, 1/(1-u))^(k+1)/(k+1);
   near 0 that is the enclosure. At 0 D[k] = 1/(k+1). */
bool jet_dilogarithm(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    mpfi_ptr away = j->t[0], most = j->t[1], bound = j->t[2], ell = j->t[3];
    if (!jet_value(j, op, c[0], u)) return false;
    mpfi_ui_sub(away, 1, u);
    if (interval_has_zero(away)) return false;
    const bool is_below = mpfi_is_strictly_pos(away) > 0, has_zero = interval_has_zero(u);
    if (is_below) {
        mpfi_ui_div(most, 1, away);
        mpfi_put_ui(most, 0);
        mpfi_put_ui(most, 1);
        mpfi_set(bound, most);
    }
    for (int k = 1; k <= n; k++) { /* c[k] holds D[k-1] */
        if (is_zero(u)) {
            mpfi_set_ui(c[k], 1);
            mpfi_div_ui(c[k], c[k], (unsigned)k);
            continue;
        }
        if (!has_zero) {
            /* L[0] = log|1-u|, L[m] = -1/(m (1-u)^m). */
            if (k == 1) {
                mpfi_abs(ell, away);
                mpfi_log(ell, ell);
                mpfi_neg(c[1], ell);
                mpfi_set_si(ell, -1);
            } else {
                mpfi_div(ell, ell, away);
                mpfi_div_ui(c[k], ell, (unsigned)k - 1);
                mpfi_add(c[k], c[k], c[k - 1]);
                mpfi_neg(c[k], c[k]);
            }
            mpfi_div(c[k], c[k], u);
        }
        if (!is_below) continue;
        mpfi_div_ui(j->aux[k], bound, (unsigned)k);
        if (has_zero)
            mpfi_set(c[k], j->aux[k]);
        else
            clip(c[k], j->aux[k]);
        mpfi_mul(bound, bound, most);
    }
    for (int k = 1; k <= n; k++) mpfi_div_ui(c[k], c[k], (unsigned)k);
    return true;
}

/* u*y = sin(u): y[k] = (sin[k] - y[k-1])/u; y is the average of cos(u*t) over [0, 1], so
   |y[k]| <= 1/((k+1) k!). At 0 the coefficients are 1/(k+1)!, in turn. */
bool jet_sinc(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    if (!jet_value(j, op, c[0], u)) return false;
    if (is_zero(u)) {
        mpfi_set_ui(c[0], 1);
        for (int k = 1; k <= n; k++) {
            mpfi_set_ui(c[k], 0);
            if (k % 2) continue;
            mpfi_div_si(c[k], c[k - 2], -(long)k * (k + 1));
        }
        return true;
    }
    const bool has_zero = interval_has_zero(u);
    if (!has_zero && !jet(j, OP_SIN, j->aux, n, u)) return false;
    mpfi_ptr bound = j->t[2], most = j->t[3];
    mpfi_interv_si(bound, -1, 1);
    for (int k = 1; k <= n; k++) {
        mpfi_div_ui(bound, bound, (unsigned)k);
        mpfi_div_ui(most, bound, (unsigned)k + 1);
        if (has_zero) {
            mpfi_set(c[k], most);
            continue;
        }
        mpfi_sub(c[k], j->aux[k], c[k - 1]);
        mpfi_div(c[k], c[k], u);
        clip(c[k], most);
    }
    return true;
}
