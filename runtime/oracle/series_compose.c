/* Functions of a Series: g(u0 + step) = sum g[k] step^k, the g[k] being the coefficients of g
   at the number u0 and the rest |g[n]| |step|^n with g[n] enclosed over all values of the
   Series on the box. */
#include "runtime/oracle/series.h"

#include <math.h>
#include <stdlib.h>

/* What is composed: a row of jet.h, a power or a Bessel function. */
typedef struct {
    enum { ROW, POWER, BESSEL } kind;
    Op op;
    Real exponent;
    long order;
} Function;

static bool power_coefficients(const Function *f, Jets *j, mpfi_t *c, int n, mpfi_srcptr u)
{
    if (mpfi_is_strictly_pos(u) <= 0) return false;
    Spans *s = &j->spans;
    const int mark = s->n_used;
    Span *a = spans_take(s);
    mpfi_ptr log = j->t[1], exponent = j->t[2];
    span_set_real(s, a, f->exponent);
    mpfi_interv_fr(exponent, a->lo, a->hi);
    s->n_used = mark;
    mpfi_log(log, u);
    mpfi_mul(log, log, exponent);
    mpfi_exp(c[0], log);
    if (!mpfi_bounded_p(c[0])) return false;
    jet_power(j, c, n, u, exponent);
    return true;
}

static bool coefficients(const Function *f, Jets *j, mpfi_t *c, int n, mpfi_srcptr u)
{
    switch (f->kind) {
    case POWER: return power_coefficients(f, j, c, n, u);
    case BESSEL: return jet_bessel(j, c, n, u, f->order);
    default: return jet(j, f->op, c, n, u);
    }
}

/* An upper bound of |g[n]| over all values of x on the box. */
static bool last_coefficient(SeriesSpace *s, const Function *f, const Series *x, double *last)
{
    mpfi_t values;
    mpfi_init2(values, s->wide->bits);
    const int n = s->n_terms;
    const bool is_known = series_range(s, x, values) && coefficients(f, s->wide, s->box, n, values);
    if (is_known)
        *last = fmax(fabs(mpfr_get_d(&s->box[n]->left, MPFR_RNDA)),
                     fabs(mpfr_get_d(&s->box[n]->right, MPFR_RNDA)));
    mpfi_clear(values);
    return is_known && *last < INFINITY;
}

/* The Series of sum g[k] step^k, k < n_terms. */
static void sum_powers(SeriesSpace *s, Series *r, mpfi_t *g, const Series *step)
{
    const int mark = s->n_used, n = s->n_terms;
    Series *product = series_take(s), *constant = series_take(s);
    series_set_constant(r, g[n - 1]);
    for (int k = n - 2; k >= 0; k--) {
        s->n_terms = n - k; /* it will be multiplied by the step k times more */
        series_mul(s, product, r, step);
        series_set_constant(constant, g[k]);
        series_add(s, r, product, constant);
    }
    s->n_terms = n;
    s->n_used = mark;
}

/* The same for step = c*t. */
static void scale_powers(SeriesSpace *s, Series *r, mpfi_t *g, mpfi_srcptr c)
{
    series_set_zero(r);
    mpfi_set_ui(s->a, 1);
    for (int k = 0; k < s->n_terms; k++) {
        mpfi_mul(r->c[k], g[k], s->a);
        mpfi_mul(s->a, s->a, c);
    }
    r->n = s->n_terms;
}

static bool compose(SeriesSpace *s, const Function *f, Series *r, const Series *x)
{
    if (x->valuation < 0 || (x->n == 0 && x->rest != 0 && x->valuation == 0)) return false;
    const bool has_constant = x->n > 0 && x->valuation == 0;
    if (has_constant)
        mpfi_set(s->b, x->c[0]);
    else
        mpfi_set_ui(s->b, 0);
    const int n = s->n_terms;
    if (!coefficients(f, s->jets, s->middle, series_is_constant(x) ? 0 : n - 1, s->b)) return false;
    if (series_is_constant(x)) {
        series_set_constant(r, s->middle[0]);
        return true;
    }
    double last = INFINITY;
    if (s->has_box && !last_coefficient(s, f, x, &last)) return false;

    const int mark = s->n_used;
    Series *step = series_take(s), *rest = series_take(s), *sum = series_take(s);
    series_copy(step, x);
    if (has_constant) {
        for (int i = 1; i < step->n; i++) mpfi_swap(step->c[i - 1], step->c[i]);
        step->n--;
        step->valuation = 1;
    }
    series_normalize(step);
    if (step->rest == 0 && step->n == 1 && step->valuation == 1)
        scale_powers(s, sum, s->middle, step->c[0]);
    else
        sum_powers(s, sum, s->middle, step);
    /* g[n]*step^n, which begins at t^(n*valuation). */
    series_set_zero(rest);
    rest->valuation = n * step->valuation;
    rest->rest = last;
    const double size = series_magnitude(step);
    for (int k = 0; k < n && s->has_box; k++)
        rest->rest = rest->rest * size * (1 + 0x1p-50) + 0x1p-1060;
    series_add(s, r, sum, rest);
    s->n_used = mark;
    return true;
}

/* x = t^valuation * w ==> x^(p/q) = t^(valuation*p/q) * w^(p/q), for t >= 0. */
static bool root(SeriesSpace *s, const Function *f, int p, int q, Series *r, const Series *x)
{
    if (x->valuation == 0) return compose(s, f, r, x);
    if (series_is_zero(x) && p > 0) {
        series_set_zero(r);
        return true;
    }
    if (!s->is_one_sided || x->valuation * p % q != 0) return false;
    const int mark = s->n_used;
    Series *w = series_take(s);
    series_copy(w, x);
    w->valuation = 0;
    const bool is_done = compose(s, f, r, w);
    r->valuation += x->valuation * p / q;
    s->n_used = mark;
    return is_done;
}

/* x's constant term is exactly `value`. */
static bool begins_with(const Series *x, long value)
{
    if (value == 0) return x->valuation > 0;
    return x->valuation == 0 && x->n > 0 && mpfr_equal_p(&x->c[0]->left, &x->c[0]->right) &&
           mpfr_cmp_si(&x->c[0]->left, value) == 0;
}

/* 2*op(sqrt(sign*(1 - end*x)/2)), which has no branch point at x = end: with op = asin it is acos(x)
   for end = 1 and acos(-x) for end = -1, with asinh and sign = -1 acosh(x). */
static bool from_branch(SeriesSpace *s, Op op, Series *r, const Series *x, int end, int sign)
{
    const int mark = s->n_used;
    Series *one = series_take(s), *half = series_take(s), *distance = series_take(s),
           *root = series_take(s);
    series_set_si(one, end);
    if (end * sign > 0)
        series_sub(s, distance, one, x);
    else
        series_sub(s, distance, x, one);
    mpfi_set_d(s->a, 0.5);
    series_set_constant(half, s->a);
    series_mul(s, root, distance, half);
    series_copy(distance, root);
    bool is_done = series_apply(s, OP_SQRT, root, distance) && series_apply(s, op, distance, root);
    if (is_done) series_add(s, r, distance, distance);
    s->n_used = mark;
    return is_done;
}

/* acos(x) = pi - acos(-x); asin(x) = pi/2 - acos(x) = acos(-x) - pi/2. */
static bool arc_at_end(SeriesSpace *s, Op op, Series *r, const Series *x, int end)
{
    if (op == OP_ACOS && end == 1) return from_branch(s, OP_ASIN, r, x, 1, 1);
    const int mark = s->n_used;
    Series *angle = series_take(s), *constant = series_take(s);
    const bool is_done = from_branch(s, OP_ASIN, angle, x, end, 1);
    mpfi_const_pi(s->a);
    if (op == OP_ASIN) mpfi_div_ui(s->a, s->a, 2);
    series_set_constant(constant, s->a);
    if (is_done && op == OP_ASIN && end == -1)
        series_sub(s, r, angle, constant);
    else if (is_done)
        series_sub(s, r, constant, angle);
    s->n_used = mark;
    return is_done;
}

/* gamma(x) = gamma(x + 1)/x, at its poles. */
static bool gamma_at_pole(SeriesSpace *s, Series *r, const Series *x)
{
    const int mark = s->n_used;
    Series *next = series_take(s), *value = series_take(s);
    series_set_si(value, 1);
    series_add(s, next, x, value);
    const bool is_done = series_apply(s, OP_GAMMA, value, next) && series_div(s, r, value, x);
    s->n_used = mark;
    return is_done;
}

bool series_apply(SeriesSpace *s, Op op, Series *r, const Series *x)
{
    enum { POLES = 4 };
    const Function f = {.kind = ROW, .op = op};
    switch (op) {
    case OP_SQRT: return root(s, &f, 1, 2, r, x);
    case OP_RSQRT: return root(s, &f, -1, 2, r, x);
    case OP_CBRT: return root(s, &f, 1, 3, r, x);
    case OP_ASIN:
    case OP_ACOS:
        if (begins_with(x, 1)) return arc_at_end(s, op, r, x, 1);
        if (begins_with(x, -1)) return arc_at_end(s, op, r, x, -1);
        break;
    case OP_ACOSH:
        if (begins_with(x, 1)) return from_branch(s, OP_ASINH, r, x, 1, -1);
        break;
    case OP_GAMMA:
        for (int i = 0; i < POLES; i++)
            if (begins_with(x, -i)) return gamma_at_pole(s, r, x);
        break;
    default: break;
    }
    return compose(s, &f, r, x);
}

bool series_bessel(SeriesSpace *s, Series *r, long order, const Series *x)
{
    const Function f = {.kind = BESSEL, .order = order};
    return compose(s, &f, r, x);
}

/* x^n by squaring. */
static bool integer_power(SeriesSpace *s, Series *r, const Series *x, long n)
{
    const int mark = s->n_used;
    Series *square = series_take(s), *product = series_take(s), *power = series_take(s);
    series_copy(square, x);
    series_set_si(power, 1);
    for (long left = labs(n); left > 0; left /= 2) {
        if (left % 2) {
            series_mul(s, product, power, square);
            series_copy(power, product);
        }
        if (left > 1) {
            series_mul(s, product, square, square);
            series_copy(square, product);
        }
    }
    bool is_done = true;
    if (n < 0) {
        series_set_si(product, 1);
        is_done = series_div(s, r, product, power);
    } else {
        series_copy(r, power);
    }
    s->n_used = mark;
    return is_done;
}

bool series_power(SeriesSpace *s, Series *r, const Series *x, Real a)
{
    enum { BY_SQUARING = 64, DENOMINATORS = 12 };
    const double value = real_to_double(a);
    if (value == rint(value) && fabs(value) <= BY_SQUARING &&
        real_is_equal(a, real_from_double(value)))
        return integer_power(s, r, x, (long)value);
    const Function f = {.kind = POWER, .exponent = a};
    for (int q = 1; q <= DENOMINATORS; q++)
        if (real_is_equal(a, real_from_double(value)) && q * value == rint(q * value) &&
            fabs(q * value) < 1000)
            return root(s, &f, (int)(q * value), q, r, x);
    return compose(s, &f, r, x);
}
