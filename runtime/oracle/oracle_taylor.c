#include "runtime/oracle/oracle_taylor.h"

#include "runtime/oracle/oracle_internal.h"
#include "runtime/oracle/series_prog.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    ROUNDED_BITS = 128,
    SMALL_BITS = 300,
    /* Terms lost where leading ones cancel exactly, as in (1-cos(x))/x^2. */
    TERMS_SPARE = SERIES_TERMS_MAX - ORACLE_TAYLOR_MAX,
};

/* The nearest Real of 128 bits. */
static Real real_of(mpfr_srcptr x)
{
    Real r = {0};
    if (mpfr_zero_p(x)) return r;
    mpfr_t rounded;
    mpz_t integer;
    mpfr_init2(rounded, ROUNDED_BITS);
    mpz_init(integer);
    mpfr_set(rounded, x, MPFR_RNDN);
    r.exp2 = (int32_t)mpfr_get_z_2exp(integer, rounded);
    r.negative = mpz_sgn(integer) < 0;
    mpz_abs(integer, integer);
    uint64_t words[2] = {0};
    mpz_export(words, NULL, -1, sizeof *words, 0, 0, integer);
    r.lo = words[0];
    r.hi = words[1];
    mpz_clear(integer);
    mpfr_clear(rounded);
    return real_normalize(r);
}

/* Are all coefficients known? Rounds them. */
static bool round_all(const Series *f, int n, Real *coefficient)
{
    mpfr_t width;
    mpfr_init2(width, 64);
    mpfr_exp_t largest = mpfr_get_emin();
    for (int i = 0; i < f->n; i++) {
        mpfi_mag(width, f->c[i]);
        if (mpfr_regular_p(width) && mpfr_get_exp(width) > largest) largest = mpfr_get_exp(width);
    }
    bool is_known = f->valuation + f->n >= n || f->rest == 0;
    for (int k = 0; k < n && is_known; k++) {
        const int i = k - f->valuation;
        coefficient[k] = (Real){0};
        if (i < 0 || i >= f->n) continue;
        const mpfi_srcptr c = f->c[i];
        if (!mpfi_bounded_p(c)) is_known = false;
        mpfr_sub(width, &c->right, &c->left, MPFR_RNDU);
        const bool is_small = mpfr_zero_p(width) || mpfr_get_exp(width) < largest - SMALL_BITS;
        const bool is_tight =
            mpfr_zero_p(width) || (!interval_has_zero(c) &&
                                   mpfr_get_exp(width) < mpfr_get_exp(&c->left) - ROUNDED_BITS - 2);
        is_known &= is_small || is_tight;
        if (is_tight) coefficient[k] = real_of(&c->left);
    }
    mpfr_clear(width);
    return is_known;
}

Status oracle_taylor(Oracle *oracle, double x0, int n, Real *coefficient, Err *err)
{
    assert(n >= 1 && n <= ORACLE_TAYLOR_MAX);
    enum { FIRST_BITS = 320 };
    const Prog *reference = span_prog_prog(oracle->reference);
    if (reference->n_inputs != 1)
        return fail(err, ERR_UNSUPPORTED, "Taylor coefficients are for functions of one variable");
    if (!isfinite(x0)) return fail(err, ERR_INPUT, "there are no Taylor coefficients at %g", x0);
    for (int i = 0; i < reference->n; i++)
        if (!series_has(reference->node[i].op))
            return fail(err, ERR_UNSUPPORTED, "%s has no Taylor coefficients here",
                        op_info(reference->node[i].op)->name);

    Op culprit = OP_INPUT;
    for (int bits = FIRST_BITS; bits <= ORACLE_BITS_MAX; bits *= 2) {
        SeriesSpace *space = series_space_new(bits, n + TERMS_SPARE);
        SeriesProg *prog = series_prog_new(reference, bits);
        Series *x = series_take(space);
        mpfi_set_d(space->a, x0);
        mpfi_set_ui(space->b, 1);
        series_set_variable(x, space->a, space->b, 1);
        Choices choices = {0};
        const Series *f;
        const SeriesResult result = series_prog_run(prog, space, x, &choices, &f, &culprit);
        const bool is_done = result == SERIES_OK && choices.n_open == 0 && f->valuation >= 0 &&
                             round_all(f, n, coefficient);
        series_prog_free(prog);
        series_space_free(space);
        if (is_done) return OK;
        if (bits >= 1000 && result == SERIES_NOT_HERE) break;
    }
    return fail(err, ERR_INPUT, "the reference is not analytic at %.17g (%s)", x0,
                op_info(culprit)->name);
}
