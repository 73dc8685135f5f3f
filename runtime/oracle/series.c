#include "runtime/oracle/series.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

/* Bounds of magnitudes are sums and products of nonnegative doubles, rounded to nearest; this
   covers the rounding of up to 2^8 of them in a row, with room. */
static double up(double x) { return x * (1 + 0x1p-40) + 0x1p-1060; }
static double times(double x, double y) { return x == 0 || y == 0 ? 0 : x * y; }

static double magnitude(mpfi_srcptr x)
{
    return fmax(fabs(mpfr_get_d(&x->left, MPFR_RNDA)), fabs(mpfr_get_d(&x->right, MPFR_RNDA)));
}

static double least_magnitude(mpfi_srcptr x)
{
    if (interval_has_zero(x)) return 0;
    return fmin(fabs(mpfr_get_d(&x->left, MPFR_RNDZ)), fabs(mpfr_get_d(&x->right, MPFR_RNDZ)));
}

static bool is_exact_zero(mpfi_srcptr x) { return mpfr_zero_p(&x->left) && mpfr_zero_p(&x->right); }

/* -- make and free ---------------------------------------------------------------------- */

void series_init(Series *x, mpfr_prec_t bits)
{
    x->valuation = x->n = 0;
    x->rest = 0;
    for (int i = 0; i < SERIES_TERMS_MAX; i++) mpfi_init2(x->c[i], bits);
}

void series_release(Series *x)
{
    for (int i = 0; i < SERIES_TERMS_MAX; i++) mpfi_clear(x->c[i]);
}

SeriesSpace *series_space_new(mpfr_prec_t bits, int n_terms)
{
    enum { BOX_BITS = 64 };
    assert(n_terms <= SERIES_TERMS_MAX);
    SeriesSpace *s = xmalloc(sizeof *s);
    s->n_terms = n_terms;
    s->has_box = s->is_one_sided = s->refuses_poles = false;
    s->jets = jets_new(bits);
    s->wide = jets_new(BOX_BITS);
    mpfi_init2(s->a, bits);
    mpfi_init2(s->b, bits);
    for (int i = 0; i <= JET_MAX; i++) {
        mpfi_init2(s->middle[i], bits);
        mpfi_init2(s->box[i], BOX_BITS);
    }
    for (int i = 0; i < SERIES_SCRATCH_MAX; i++) series_init(&s->scratch[i], bits);
    s->n_used = 0;
    return s;
}

void series_space_free(SeriesSpace *s)
{
    if (!s) return;
    jets_free(s->jets);
    jets_free(s->wide);
    mpfi_clear(s->a);
    mpfi_clear(s->b);
    for (int i = 0; i <= JET_MAX; i++) {
        mpfi_clear(s->middle[i]);
        mpfi_clear(s->box[i]);
    }
    for (int i = 0; i < SERIES_SCRATCH_MAX; i++) series_release(&s->scratch[i]);
    free(s);
}

Series *series_take(SeriesSpace *s)
{
    assert(s->n_used < SERIES_SCRATCH_MAX);
    return &s->scratch[s->n_used++];
}

void series_normalize(Series *x)
{
    int n_zeros = 0;
    while (n_zeros < x->n && is_exact_zero(x->c[n_zeros])) n_zeros++;
    if (n_zeros > 0) {
        for (int i = 0; i + n_zeros < x->n; i++) mpfi_swap(x->c[i], x->c[i + n_zeros]);
        x->n -= n_zeros;
        x->valuation += n_zeros;
    }
    if (x->rest == 0)
        while (x->n > 0 && is_exact_zero(x->c[x->n - 1])) x->n--;
    if (series_is_zero(x)) x->valuation = 0;
}

void series_set_zero(Series *r)
{
    r->valuation = r->n = 0;
    r->rest = 0;
}

void series_set_constant(Series *r, mpfi_srcptr value)
{
    series_set_zero(r);
    mpfi_set(r->c[0], value);
    r->n = 1;
    series_normalize(r);
}

void series_set_si(Series *r, long value)
{
    series_set_zero(r);
    mpfi_set_si(r->c[0], value);
    r->n = 1;
    series_normalize(r);
}

void series_set_variable(Series *r, mpfi_srcptr centre, mpfi_srcptr scale, int power)
{
    series_set_zero(r);
    r->n = power + 1;
    mpfi_set(r->c[0], centre);
    for (int i = 1; i < power; i++) mpfi_set_ui(r->c[i], 0);
    mpfi_set(r->c[power], scale);
    series_normalize(r);
}

void series_copy(Series *r, const Series *x)
{
    r->valuation = x->valuation;
    r->n = x->n;
    r->rest = x->rest;
    for (int i = 0; i < x->n; i++) mpfi_set(r->c[i], x->c[i]);
}

/* -- questions ---------------------------------------------------------------------------- */

bool series_is_zero(const Series *x) { return x->n == 0 && x->rest == 0; }

bool series_is_constant(const Series *x)
{
    return x->rest == 0 && (x->n == 0 || (x->n == 1 && x->valuation == 0));
}

static double sum_from(const Series *x, int first)
{
    double sum = 0;
    for (int i = first; i < x->n; i++) sum += magnitude(x->c[i]);
    return up(sum);
}

double series_magnitude(const Series *x)
{
    if (x->valuation < 0) return INFINITY;
    return up(sum_from(x, 0) + x->rest);
}

/* The interval +-size added to x. */
static void widen(mpfi_ptr x, double size)
{
    mpfr_sub_d(&x->left, &x->left, size, MPFR_RNDD);
    mpfr_add_d(&x->right, &x->right, size, MPFR_RNDU);
}

/* The coefficient of t^k, or NULL for zero. */
static mpfi_srcptr coefficient(const Series *x, int k)
{
    const int i = k - x->valuation;
    return i >= 0 && i < x->n ? x->c[i] : NULL;
}

bool series_range(const SeriesSpace *s, const Series *x, mpfi_ptr range)
{
    mpfi_set_ui(range, 0);
    if (x->n == 0 && x->rest == 0) return true;
    if (x->valuation < 0 || !(x->rest < INFINITY)) return false;
    mpfi_srcptr constant = coefficient(x, 0), linear = coefficient(x, 1);
    double rest = x->rest;
    for (int i = x->n - 1; i >= 0 && x->valuation + i >= 2; i--) rest += magnitude(x->c[i]);
    if (!s->has_box && (linear || rest > 0)) return false;
    if (linear) {
        mpfi_t slope;
        mpfi_init2(slope, mpfi_get_prec(range));
        mpfi_interv_si(slope, s->is_one_sided ? 0 : -1, 1);
        mpfi_mul(slope, slope, linear);
        mpfi_add(range, range, slope);
        mpfi_clear(slope);
    }
    if (constant) mpfi_add(range, range, constant);
    if (rest > 0) widen(range, up(rest));
    return true;
}

/* -- arithmetic ----------------------------------------------------------------------------- */

/* The first power of which nothing is known. */
static int end_of(const Series *x) { return x->rest == 0 ? INT_MAX / 2 : x->valuation + x->n; }

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }

void series_neg(Series *r, const Series *x)
{
    r->valuation = x->valuation;
    r->n = x->n;
    r->rest = x->rest;
    for (int i = 0; i < x->n; i++) mpfi_neg(r->c[i], x->c[i]);
}

static void add(SeriesSpace *s, Series *r, const Series *x, const Series *y, bool is_minus)
{
    if (series_is_zero(x)) {
        if (is_minus)
            series_neg(r, y);
        else
            series_copy(r, y);
        return;
    }
    if (series_is_zero(y)) {
        series_copy(r, x);
        return;
    }
    r->valuation = least(x->valuation, y->valuation);
    int end = least(end_of(x), end_of(y));
    end = least(end, most(x->valuation + x->n, y->valuation + y->n));
    end = least(end, r->valuation + s->n_terms);
    r->n = end - r->valuation;
    for (int i = 0; i < r->n; i++) {
        mpfi_srcptr a = coefficient(x, r->valuation + i), b = coefficient(y, r->valuation + i);
        if (a && b && is_minus)
            mpfi_sub(r->c[i], a, b);
        else if (a && b)
            mpfi_add(r->c[i], a, b);
        else if (a)
            mpfi_set(r->c[i], a);
        else if (b && is_minus)
            mpfi_neg(r->c[i], b);
        else if (b)
            mpfi_set(r->c[i], b);
        else
            mpfi_set_ui(r->c[i], 0);
    }
    const double dropped = sum_from(x, most(0, end - x->valuation)) +
                           sum_from(y, most(0, end - y->valuation)) + x->rest + y->rest;
    const bool is_complete =
        x->rest == 0 && y->rest == 0 && x->valuation + x->n <= end && y->valuation + y->n <= end;
    r->rest = is_complete ? 0 : s->has_box ? up(dropped) : INFINITY;
    series_normalize(r);
}

void series_add(SeriesSpace *s, Series *r, const Series *x, const Series *y)
{
    add(s, r, x, y, false);
}

void series_sub(SeriesSpace *s, Series *r, const Series *x, const Series *y)
{
    add(s, r, x, y, true);
}

/* sum of |a[i]| |b[j]| with i + j >= n. */
static double product_tail(const double *a, int na, const double *b, int nb, int n)
{
    double tail = 0;
    for (int i = 0; i < na; i++) {
        double sum = 0;
        for (int j = most(0, n - i); j < nb; j++) sum += b[j];
        tail += times(a[i], sum);
    }
    return tail;
}

static double magnitudes(const Series *x, double *out)
{
    double sum = 0;
    for (int i = 0; i < x->n; i++) sum += out[i] = magnitude(x->c[i]);
    return sum;
}

/* The first n coefficients of x*y. */
static void multiply(SeriesSpace *s, Series *r, const Series *x, const Series *y, int n)
{
    for (int k = 0; k < n; k++) {
        bool is_first = true;
        for (int i = most(0, k - y->n + 1); i <= k && i < x->n; i++) {
            if (is_exact_zero(x->c[i]) || is_exact_zero(y->c[k - i])) continue;
            mpfi_mul(is_first ? r->c[k] : s->a, x->c[i], y->c[k - i]);
            if (!is_first) mpfi_add(r->c[k], r->c[k], s->a);
            is_first = false;
        }
        if (is_first) mpfi_set_ui(r->c[k], 0);
    }
    r->n = n;
}

void series_mul(SeriesSpace *s, Series *r, const Series *x, const Series *y)
{
    series_set_zero(r);
    if (series_is_zero(x) || series_is_zero(y)) return;
    int n = least(s->n_terms, most(0, x->n + y->n - 1));
    if (x->rest != 0) n = least(n, x->n);
    if (y->rest != 0) n = least(n, y->n);
    multiply(s, r, x, y, n);
    r->valuation = x->valuation + y->valuation;
    const bool is_complete = x->rest == 0 && y->rest == 0 && x->n + y->n - 1 <= n;
    if (is_complete) {
        r->rest = 0;
    } else if (s->has_box) {
        double a[SERIES_TERMS_MAX], b[SERIES_TERMS_MAX];
        const double sum_a = magnitudes(x, a), sum_b = magnitudes(y, b);
        r->rest = up(product_tail(a, x->n, b, y->n, n) + times(x->rest, sum_b + y->rest) +
                     times(y->rest, sum_a));
    } else {
        r->rest = INFINITY;
    }
    series_normalize(r);
}

/* With q the first n coefficients of x/y, x - q*y = t^n * remainder, and the rest is that over y. */
bool series_div(SeriesSpace *s, Series *r, const Series *x, const Series *y)
{
    if (y->n == 0 || interval_has_zero(y->c[0])) return false;
    if (s->refuses_poles && y->valuation > 0) return false;
    const double below = least_magnitude(y->c[0]) * (1 - 0x1p-50) - up(sum_from(y, 1) + y->rest);
    if (s->has_box && !(below > 0)) return false;
    series_set_zero(r);
    if (series_is_zero(x)) return true;
    const bool is_monomial = y->n == 1 && y->rest == 0;
    int n = s->n_terms;
    if (x->rest != 0 || is_monomial) n = least(n, x->n);
    if (y->rest != 0) n = least(n, y->n);
    mpfi_ui_div(s->b, 1, y->c[0]);
    for (int k = 0; k < n; k++) {
        mpfi_ptr q = r->c[k];
        if (k < x->n)
            mpfi_set(q, x->c[k]);
        else
            mpfi_set_ui(q, 0);
        for (int i = 1; i < y->n && i <= k; i++) {
            if (is_exact_zero(y->c[i]) || is_exact_zero(r->c[k - i])) continue;
            mpfi_mul(s->a, y->c[i], r->c[k - i]);
            mpfi_sub(q, q, s->a);
        }
        if (k == 0)
            mpfi_div(q, q, y->c[0]); /* exact where it can be: what cancels then shows */
        else
            mpfi_mul(q, q, s->b);
    }
    r->n = n;
    r->valuation = x->valuation - y->valuation;
    if (is_monomial && x->rest == 0 && x->n <= n) {
        r->rest = 0;
    } else if (s->has_box) {
        double a[SERIES_TERMS_MAX], b[SERIES_TERMS_MAX];
        const double sum_a = magnitudes(r, a);
        magnitudes(y, b);
        const double remainder =
            sum_from(x, n) + x->rest + product_tail(a, n, b, y->n, n) + times(y->rest, sum_a);
        r->rest = up(remainder / (below * (1 - 0x1p-50)));
    } else {
        r->rest = INFINITY;
    }
    series_normalize(r);
    return true;
}
