#include "runtime/oracle/jet.h"

#include "runtime/oracle/mpfr_thread.h"

#include <assert.h>
#include <stdlib.h>

Jets *jets_new(mpfr_prec_t bits)
{
    mpfr_thread_prepare();
    Jets *j = xmalloc(sizeof *j);
    j->bits = bits;
    spans_init(&j->spans);
    j->spans.bits = bits;
    for (int i = 0; i < 4; i++) mpfi_init2(j->t[i], bits);
    for (int i = 0; i <= JET_MAX; i++) mpfi_init2(j->aux[i], bits);
    for (int i = 0; i < 2; i++) mpfi_init2(j->airy[i], bits);
    j->airy_bits = 0;
    j->n_bernoulli = 0;
    return j;
}

void jets_free(Jets *j)
{
    if (!j) return;
    spans_release(&j->spans);
    for (int i = 0; i < 4; i++) mpfi_clear(j->t[i]);
    for (int i = 0; i <= JET_MAX; i++) mpfi_clear(j->aux[i]);
    for (int i = 0; i < 2; i++) mpfi_clear(j->airy[i]);
    for (int i = 0; i < j->n_bernoulli; i++) mpfi_clear(j->bernoulli[i]);
    free(j);
}

bool interval_has_zero(mpfi_srcptr x) { return !mpfi_bounded_p(x) || mpfi_has_zero(x) > 0; }

bool jet_value(Jets *j, Op op, mpfi_ptr r, mpfi_srcptr u)
{
    Spans *s = &j->spans;
    const int mark = s->n_used;
    Span *x = spans_take(s), *y = spans_take(s);
    const mpfr_prec_t bits = mpfi_get_prec(u);
    if (bits > s->bits) span_set_bits(x, bits);
    mpfr_set(x->lo, &u->left, MPFR_RNDD);
    mpfr_set(x->hi, &u->right, MPFR_RNDU);
    if (mpfr_zero_p(x->lo)) mpfr_set_zero(x->lo, mpfr_zero_p(x->hi) ? 1 : -1);
    if (mpfr_zero_p(x->hi)) mpfr_set_zero(x->hi, 1);
    x->is_smooth = true;
    x->may_be_nan = x->is_open = false;
    span_close(x);
    span_1(s, op, y, x);
    const bool is_known = !y->is_nan && !y->may_be_nan && !span_may_be_infinite(y) && y->is_smooth;
    if (is_known) mpfi_interv_fr(r, y->lo, y->hi);
    s->n_used = mark;
    return is_known;
}

/* -- rows whose derivatives come round -------------------------------------------------- */

static void set_base(Op op, mpfi_ptr r) /* log of the base of an exponential or a logarithm */
{
    switch (op) {
    case OP_EXP2:
    case OP_LOG2: mpfi_const_log2(r); break;
    case OP_EXP10:
    case OP_LOG10:
        mpfi_set_ui(r, 10);
        mpfi_log(r, r);
        break;
    default: mpfi_set_ui(r, 1);
    }
}

/* y' = y*log(base): c[k] = c[k-1]*log(base)/k; of expm1 only c[0] differs. */
static bool jet_exp(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    mpfi_ptr base = j->t[0];
    set_base(op, base);
    if (!jet_value(j, op == OP_EXPM1 ? OP_EXP : op, c[0], u)) return false;
    for (int k = 1; k <= n; k++) {
        mpfi_mul(c[k], c[k - 1], base);
        mpfi_div_ui(c[k], c[k], (unsigned long)k);
    }
    return op != OP_EXPM1 || jet_value(j, op, c[0], u);
}

/* log: c[k] = -c[k-1]*(k-1)/(k*u), c[1] = 1/(u*log(base)). */
static bool jet_log(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    mpfi_ptr base = j->t[0], inverse = j->t[1];
    if (!jet_value(j, op, c[0], u)) return false;
    mpfi_set(inverse, u);
    if (op == OP_LOG1P) mpfi_add_ui(inverse, inverse, 1);
    if (mpfi_is_strictly_pos(inverse) <= 0) return false;
    mpfi_ui_div(inverse, 1, inverse);
    set_base(op, base);
    for (int k = 1; k <= n; k++) {
        if (k == 1) {
            mpfi_div(c[k], inverse, base);
            continue;
        }
        mpfi_mul(c[k], c[k - 1], inverse);
        mpfi_mul_ui(c[k], c[k], (unsigned long)(k - 1));
        mpfi_div_si(c[k], c[k], -(long)k);
    }
    return true;
}

/* c[k] = c[k-2]*sign*scale^2/(k*(k-1)): sine and cosine (sign -1), sinh and cosh (+1). */
static bool jet_wave(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    static const struct {
        Op derivative; /* up to its sign */
        int sign, second;
        bool has_pi;
    } rows[OP_COUNT] = {
        [OP_SIN] = {OP_COS, 1, -1, false},    [OP_COS] = {OP_SIN, -1, -1, false},
        [OP_SINPI] = {OP_COSPI, 1, -1, true}, [OP_COSPI] = {OP_SINPI, -1, -1, true},
        [OP_SINH] = {OP_COSH, 1, 1, false},   [OP_COSH] = {OP_SINH, 1, 1, false},
    };
    mpfi_ptr scale = j->t[0];
    if (!jet_value(j, op, c[0], u)) return false;
    if (n == 0) return true;
    if (!jet_value(j, rows[op].derivative, c[1], u)) return false;
    mpfi_set_si(scale, 1);
    if (rows[op].has_pi) mpfi_const_pi(scale);
    mpfi_mul(c[1], c[1], scale);
    mpfi_mul_si(c[1], c[1], rows[op].sign);
    mpfi_sqr(scale, scale);
    for (int k = 2; k <= n; k++) {
        mpfi_mul(c[k], c[k - 2], scale);
        mpfi_div_si(c[k], c[k], (long)rows[op].second * k * (k - 1));
    }
    return true;
}

/* y' = scale*(one + y*linear + square*y^2), which holds tan, tanh and the logistic function:
   (k+1) c[k+1] = scale*(one*[k = 0] + linear*c[k] + square * sum c[i] c[k-i]). */
static bool jet_riccati(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    const int one = op == OP_SIGMOID ? 0 : 1, linear = 1 - one,
              square = op == OP_TANH || !one ? -1 : 1;
    mpfi_ptr scale = j->t[0], term = j->t[1];
    if (!jet_value(j, op, c[0], u)) return false;
    mpfi_set_ui(scale, 1);
    if (op == OP_TANPI) mpfi_const_pi(scale);
    for (int k = 0; k < n; k++) {
        mpfi_ptr next = c[k + 1];
        mpfi_set_ui(next, 0);
        for (int i = 0; i < k - i; i++) {
            mpfi_mul(term, c[i], c[k - i]);
            mpfi_add(next, next, term);
        }
        mpfi_mul_ui(next, next, 2);
        if (k % 2 == 0) {
            mpfi_sqr(term, c[k / 2]);
            mpfi_add(next, next, term);
        }
        mpfi_mul_si(next, next, square);
        if (linear) mpfi_add(next, next, c[k]);
        if (k == 0) mpfi_add_si(next, next, one);
        mpfi_mul(next, next, scale);
        mpfi_div_ui(next, next, (unsigned long)k + 1);
    }
    return true;
}

/* The slopes w of the inverse functions satisfy a recurrence of two terms, with
   q = one + square*u^2:
     atan, atanh:          w = 1/q:        q w[k+1] = -square*(2u w[k] + w[k-1])
     asin, asinh, acosh:   w = 1/sqrt(q):  q (k+1) w[k+1] = -square*(u (2k+1) w[k] + k w[k-1]) */
static bool jet_inverse(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    static const struct {
        int one, square;
        bool has_root;
        int sign;
    } rows[OP_COUNT] = {
        [OP_ATAN] = {1, 1, false, 1}, [OP_ATANH] = {1, -1, false, 1},
        [OP_ASIN] = {1, -1, true, 1}, [OP_ACOS] = {1, -1, true, -1},
        [OP_ASINH] = {1, 1, true, 1}, [OP_ACOSH] = {-1, 1, true, 1},
    };
    const int square = rows[op].square;
    mpfi_ptr q = j->t[0], term = j->t[1];
    if (!jet_value(j, op, c[0], u)) return false;
    if (n == 0) return true;
    mpfi_sqr(q, u);
    mpfi_mul_si(q, q, square);
    mpfi_add_si(q, q, rows[op].one);
    if (mpfi_is_strictly_pos(q) <= 0) return false;
    /* w[k] stands in c[k+1] until it is divided by k + 1. */
    if (rows[op].has_root) {
        mpfi_sqrt(term, q);
        mpfi_ui_div(c[1], 1, term);
    } else {
        mpfi_ui_div(c[1], 1, q);
    }
    for (int k = 0; k + 2 <= n; k++) {
        mpfi_ptr next = c[k + 2];
        mpfi_mul(next, c[k + 1], u);
        mpfi_mul_ui(next, next, rows[op].has_root ? 2ul * (unsigned)k + 1 : 2);
        if (k > 0) {
            mpfi_mul_ui(term, c[k], rows[op].has_root ? (unsigned long)k : 1);
            mpfi_add(next, next, term);
        }
        mpfi_div(next, next, q);
        mpfi_div_si(next, next, -square * (rows[op].has_root ? (long)k + 1 : 1));
    }
    for (int k = 1; k <= n; k++) mpfi_div_si(c[k], c[k], (long)k * rows[op].sign);
    return true;
}

/* y' = C exp(-a u^2): erf with C = 2/sqrt(pi), a = 1; normcdf with C = 1/sqrt(2 pi), a = 1/2.
   w = y': (k+1) w[k+1] = -2a (u w[k] + w[k-1]). */
static bool jet_erf(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    mpfi_ptr pi = j->t[0], term = j->t[1];
    const bool is_normal = op == OP_NORMCDF;
    if (!jet_value(j, op, c[0], u)) return false;
    if (n == 0) return true;
    mpfi_const_pi(pi);
    mpfi_sqr(term, u);
    mpfi_neg(term, term);
    if (is_normal) mpfi_div_ui(term, term, 2);
    mpfi_exp(term, term);
    if (is_normal) {
        mpfi_mul_ui(pi, pi, 2);
        mpfi_sqrt(pi, pi);
        mpfi_div(c[1], term, pi);
    } else {
        mpfi_sqrt(pi, pi);
        mpfi_div(c[1], term, pi);
        mpfi_mul_si(c[1], c[1], op == OP_ERFC ? -2 : 2);
    }
    for (int k = 0; k + 2 <= n; k++) {
        mpfi_ptr next = c[k + 2];
        mpfi_mul(next, c[k + 1], u);
        if (k > 0) mpfi_add(next, next, c[k]);
        if (!is_normal) mpfi_mul_ui(next, next, 2);
        mpfi_div_si(next, next, -((long)k + 1));
    }
    for (int k = 1; k <= n; k++) mpfi_div_ui(c[k], c[k], (unsigned long)k);
    return true;
}

/* softplus' = sigmoid. */
static bool jet_softplus(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    if (!jet_riccati(j, OP_SIGMOID, j->aux, n, u)) return false;
    for (int k = 1; k <= n; k++) mpfi_div_ui(c[k], j->aux[k - 1], (unsigned long)k);
    return jet_value(j, op, c[0], u);
}

/* log(u) - log(1-u): c[k] = ((1-u)^-k - (-u)^-k)/k. */
static bool jet_logit(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    mpfi_ptr left = j->t[0], right = j->t[1], a = j->t[2], b = j->t[3];
    if (!jet_value(j, op, c[0], u)) return false;
    mpfi_neg(a, u);
    mpfi_ui_sub(b, 1, u);
    if (interval_has_zero(a) || interval_has_zero(b)) return false;
    mpfi_set_ui(left, 1);
    mpfi_set_ui(right, 1);
    for (int k = 1; k <= n; k++) {
        mpfi_div(left, left, a);
        mpfi_div(right, right, b);
        mpfi_sub(c[k], right, left);
        mpfi_div_ui(c[k], c[k], (unsigned long)k);
    }
    return true;
}

/* c[k] = c[k-1]*(a - k + 1)/(k*u). */
void jet_power(Jets *j, mpfi_t *c, int n, mpfi_srcptr u, mpfi_srcptr a)
{
    mpfi_ptr inverse = j->t[0], factor = j->t[1];
    mpfi_ui_div(inverse, 1, u);
    for (int k = 1; k <= n; k++) {
        mpfi_sub_ui(factor, a, (unsigned long)k - 1);
        mpfi_mul(c[k], c[k - 1], inverse);
        mpfi_mul(c[k], c[k], factor);
        mpfi_div_ui(c[k], c[k], (unsigned long)k);
    }
}

static bool jet_root(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    if (interval_has_zero(u) || !jet_value(j, op, c[0], u)) return false;
    mpfi_ptr a = j->t[2];
    mpfi_set_si(a, op == OP_RSQRT ? -1 : 1);
    mpfi_div_ui(a, a, op == OP_CBRT ? 3 : 2);
    jet_power(j, c, n, u, a);
    return true;
}

/* -- the table ------------------------------------------------------------------------------ */

static Jet *const ROWS[OP_COUNT] = {
    [OP_EXP] = jet_exp,
    [OP_EXP2] = jet_exp, /* y' = y*log(base) */
    [OP_EXP10] = jet_exp,
    [OP_EXPM1] = jet_exp, /**/
    [OP_LOG] = jet_log,
    [OP_LOG2] = jet_log, /* y' = 1/(u*log(base)) */
    [OP_LOG10] = jet_log,
    [OP_LOG1P] = jet_log, /**/
    [OP_SIN] = jet_wave,
    [OP_COS] = jet_wave, /* y'' = -y */
    [OP_SINPI] = jet_wave,
    [OP_COSPI] = jet_wave, /* y'' = -pi^2*y */
    [OP_SINH] = jet_wave,
    [OP_COSH] = jet_wave, /* y'' = y */
    [OP_TAN] = jet_riccati,
    [OP_TANPI] = jet_riccati, /* y' = 1 + y^2, pi*(1 + y^2) */
    [OP_TANH] = jet_riccati,
    [OP_SIGMOID] = jet_riccati, /* y' = 1 - y^2, y - y^2 */
    [OP_ASIN] = jet_inverse,
    [OP_ACOS] = jet_inverse, /* y' = +-(1 - u^2)^(-1/2) */
    [OP_ASINH] = jet_inverse,
    [OP_ACOSH] = jet_inverse, /* y' = (u^2 +- 1)^(-1/2) */
    [OP_ATAN] = jet_inverse,
    [OP_ATANH] = jet_inverse, /* y' = 1/(1 +- u^2) */
    [OP_ERF] = jet_erf,
    [OP_ERFC] = jet_erf, /* y' = +-2/sqrt(pi)*exp(-u^2) */
    [OP_NORMCDF] = jet_erf,
    [OP_SOFTPLUS] = jet_softplus, /* y' = exp(-u^2/2)/sqrt(2pi); sigmoid */
    [OP_LOGIT] = jet_logit,
    [OP_SINC] = jet_sinc, /* y' = 1/u + 1/(1-u); (u*y)' = cos */
    [OP_SQRT] = jet_root,
    [OP_RSQRT] = jet_root, /* u*y' = a*y */
    [OP_CBRT] = jet_root,
    [OP_LI2] = jet_dilogarithm, /* u*y' = -log(1-u) */
    [OP_GAMMA] = jet_gamma,
    [OP_LGAMMA] = jet_gamma, /* log(y)' = psi, psi^(k) = zeta(k+1, u) */
    [OP_J0] = jet_bessel_j,
    [OP_J1] = jet_bessel_j, /* u^2 y'' + u y' + (u^2-n^2) y = 0 */
    [OP_Y0] = jet_bessel_y,
    [OP_Y1] = jet_bessel_y, /* the same */
    [OP_ZETA] = jet_zeta,
    [OP_AI] = jet_airy, /* y'' = u*y */
};

bool jet_has(Op op) { return ROWS[op] != NULL; }

bool jet(Jets *j, Op op, mpfi_t *c, int n, mpfi_srcptr u)
{
    assert(n <= JET_MAX);
    return ROWS[op] != NULL && mpfi_bounded_p(u) && ROWS[op](j, op, c, n, u);
}
