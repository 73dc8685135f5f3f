/* Composed references near their cancellations, exact cases, undecided ones, and how single
   functions that only the oracle knows behave at their ends. */
#include "oracle_support.h"

#include <string.h>
#include <time.h>

/* -- references --------------------------------------------------------------------- */

static Ref one(Prog *p) { return prog_add_const(p, TYPE_REAL, 1); }

static void versine(Prog *p, Ref x) /* (1-cos(x))/(x*x) */
{
    const Ref c = prog_add(p, OP_COS, x, 0, 0);
    const Ref n = prog_add(p, OP_SUB, one(p), c, 0);
    prog_add(p, OP_DIV, n, prog_add(p, OP_MUL, x, x, 0), 0);
}

static void exp_minus_line(Prog *p, Ref x) /* exp(x)-1-x */
{
    const Ref e = prog_add(p, OP_EXP, x, 0, 0);
    const Ref d = prog_add(p, OP_SUB, e, one(p), 0);
    prog_add(p, OP_SUB, d, x, 0);
}

static void log_one_exp(Prog *p, Ref x) /* log(1+exp(x)) */
{
    const Ref e = prog_add(p, OP_EXP, x, 0, 0);
    prog_add(p, OP_LOG, prog_add(p, OP_ADD, one(p), e, 0), 0, 0);
}

static void erf_difference(Prog *p, Ref x) /* erf(x)-erf(x-1e-9) */
{
    const char *end;
    Real shift;
    real_parse("1e-9", &end, &shift);
    const Ref y = prog_add(p, OP_SUB, x, prog_add_real(p, shift), 0);
    const Ref a = prog_add(p, OP_ERF, x, 0, 0), b = prog_add(p, OP_ERF, y, 0, 0);
    prog_add(p, OP_SUB, a, b, 0);
}

/* The same in MPFR with 3000 bits, far more than these lose. */
enum { WIDE = 3000 };
typedef void Wide(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x);

static void versine_wide(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    mpfr_cos(t, x, MPFR_RNDN);
    mpfr_ui_sub(t, 1, t, MPFR_RNDN);
    mpfr_sqr(r, x, MPFR_RNDN);
    mpfr_div(r, t, r, MPFR_RNDN);
}

static void exp_minus_line_wide(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    mpfr_exp(t, x, MPFR_RNDN);
    mpfr_sub_ui(t, t, 1, MPFR_RNDN);
    mpfr_sub(r, t, x, MPFR_RNDN);
}

static void log_one_exp_wide(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    mpfr_exp(t, x, MPFR_RNDN);
    mpfr_log1p(r, t, MPFR_RNDN);
}

static void erf_difference_wide(mpfr_ptr r, mpfr_ptr t, mpfr_srcptr x)
{
    mpfr_set_str(t, "1e-9", 10, MPFR_RNDN);
    mpfr_sub(t, x, t, MPFR_RNDN);
    mpfr_erf(t, t, MPFR_RNDN);
    mpfr_erf(r, x, MPFR_RNDN);
    mpfr_sub(r, r, t, MPFR_RNDN);
}

static int round_wide(mpfr_ptr r, const double *x, const void *context)
{
    Wide *const *wide = context;
    const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
    mpfr_set_emin(-1000000);
    mpfr_set_emax(1000000);
    mpfr_t value, t, at;
    mpfr_inits2(WIDE, value, t, at, (mpfr_ptr)NULL);
    mpfr_set_d(at, *x, MPFR_RNDN);
    (*wide)(value, t, at);
    const int ternary = mpfr_set(r, value, MPFR_RNDN);
    mpfr_clears(value, t, at, (mpfr_ptr)NULL);
    mpfr_set_emin(emin);
    mpfr_set_emax(emax);
    return ternary;
}

static void oracle_rounds_through_cancellation(void **state)
{
    static const struct {
        void (*build)(Prog *, Ref);
        Wide *wide;
        double lowest, highest; /* exponents of |x| */
    } cases[] = {
        {versine, versine_wide, -500, 3},
        {exp_minus_line, exp_minus_line_wide, -400, 9},
        {log_one_exp, log_one_exp_wide, -400, 9},
        {erf_difference, erf_difference_wide, -400, 2.5},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        Prog prog;
        prog_init(&prog);
        cases[k].build(&prog, prog_add_input(&prog, TYPE_REAL, "x"));
        Oracle *oracle = oracle_new(&prog, NULL, 0);
        Rng rng = rng_new(7, k);
        for (int i = 0; i < 400; i++) {
            const double range = cases[k].highest - cases[k].lowest;
            double x = exp2(cases[k].lowest + range * rng_unit(&rng));
            if (i % 2) x = exp2(cases[k].highest - 20 * rng_unit(&rng));
            if (i % 3 == 0) x = -x;
            for (int t = 0; t < N_FLOAT_TYPES; t++) {
                const double want = round_by_manual(FLOAT_TYPES[t], round_wide, &x, &cases[k].wide);
                const double got = rounded(oracle, &x, FLOAT_TYPES[t]);
                if (!is_same_value(want, got))
                    fail_msg("case %zu %s at %a: %a, not %a", k, type_info(FLOAT_TYPES[t])->name, x,
                             want, got);
            }
        }
        oracle_free(oracle);
    }
}

/* 1/3 is no integer, though no number of bits holds it. */
static void oracle_takes_powers_that_no_bits_hold(void **state)
{
    static const struct {
        double x, third, less_third; /* x^(1/3), x^(-1/3) */
    } cases[] = {{-INFINITY, INFINITY, 0}, {-3, NAN, NAN},          {-0.0, 0, INFINITY},
                 {0, 0, INFINITY},         {INFINITY, INFINITY, 0}, {NAN, NAN, NAN}};
    for (int sign = -1; sign <= 1; sign += 2) {
        Prog p;
        prog_init(&p);
        const Ref x = prog_add_input(&p, TYPE_REAL, "x");
        const Ref three = prog_add_const(&p, TYPE_REAL, sign * 3);
        prog_add(&p, OP_POW, x, prog_add(&p, OP_DIV, one(&p), three, 0), 0);
        Oracle *oracle = oracle_new(&p, NULL, 0);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            const double want = sign > 0 ? cases[i].third : cases[i].less_third;
            const double got = rounded(oracle, &cases[i].x, TYPE_F32);
            if (!is_same_value(got, want)) fail_msg("%g^(%d/3): %g", cases[i].x, sign, got);
        }
        oracle_free(oracle);
    }
}

/* exp(x) leaves even MPFR's range where x is large. */
static void oracle_computes_with_values_beyond_any_exponent(void **state)
{
    Prog p;
    const double huge[] = {1e13, 0x1p60, 1e30, 3e38, 1e308}, inf = INFINITY;
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            const double x = sign * huge[i];
            Ref e, n, top, bottom;
            double got;
#define BUILD(result)                                                                              \
    prog_init(&p);                                                                                 \
    const Ref in = prog_add_input(&p, TYPE_REAL, "x");                                             \
    e = prog_add(&p, OP_EXP, in, 0, 0);                                                            \
    n = prog_add(&p, OP_EXP, prog_add(&p, OP_NEG, in, 0, 0), 0, 0);                                \
    result;                                                                                        \
    Oracle *oracle = oracle_new(&p, NULL, 0);                                                      \
    got = rounded(oracle, &x, TYPE_F64);                                                           \
    oracle_free(oracle)
            { /* log(1+exp(x)) is x, or next to 0 */
                BUILD(prog_add(&p, OP_LOG, prog_add(&p, OP_ADD, one(&p), e, 0), 0, 0));
                assert_true(is_same_value(got, x > 0 ? x : 0));
            }
            { /* exp(x)/(1+exp(x)) */
                BUILD(top = prog_add(&p, OP_ADD, one(&p), e, 0); prog_add(&p, OP_DIV, e, top, 0));
                assert_true(is_same_value(got, x > 0 ? 1 : 0));
            }
            { /* (exp(x)-exp(-x))/(exp(x)+exp(-x)) is tanh(x) */
                BUILD(top = prog_add(&p, OP_SUB, e, n, 0); bottom = prog_add(&p, OP_ADD, e, n, 0);
                      prog_add(&p, OP_DIV, top, bottom, 0));
                assert_true(is_same_value(got, sign));
            }
            { /* exp(x)/(1+exp(x))^2 */
                BUILD(top = prog_add(&p, OP_POW, prog_add(&p, OP_ADD, one(&p), e, 0),
                                     prog_add_const(&p, TYPE_REAL, 2), 0);
                      prog_add(&p, OP_DIV, e, top, 0));
                assert_true(is_same_value(got, 0));
            }
            { /* log(1/(1+exp(-x))) */
                BUILD(top = prog_add(&p, OP_ADD, one(&p), n, 0);
                      prog_add(&p, OP_LOG, prog_add(&p, OP_DIV, one(&p), top, 0), 0, 0));
                assert_true(is_same_value(got, x > 0 ? -0.0 : x));
            }
            { /* x*exp(x) */
                BUILD(prog_add(&p, OP_MUL, in, e, 0));
                assert_true(is_same_value(got, x > 0 ? inf : -0.0));
            }
            { /* sqrt(exp(x)*exp(-x)) is 1, and 1 is all that it rounds to */
                BUILD(prog_add(&p, OP_SQRT, prog_add(&p, OP_MUL, e, n, 0), 0, 0));
                assert_true(got == 1);
            }
            { /* log(cosh(x)) is |x| - log(2) */
                BUILD(prog_add(&p, OP_LOG, prog_add(&p, OP_COSH, in, 0, 0), 0, 0); (void)n);
                assert_true(fabs(got / huge[i] - 1) < 1e-12);
            }
            { /* acosh(1+exp(x)) is x + log(2), asinh(exp(x)) too; both next to 0 for x < 0 */
                BUILD(prog_add(&p, OP_ACOSH, prog_add(&p, OP_ADD, one(&p), e, 0), 0, 0); (void)n);
                assert_true(x > 0 ? fabs(got / x - 1) < 1e-12 : got == 0);
            }
            {
                BUILD(prog_add(&p, OP_ASINH, e, 0, 0); (void)n);
                assert_true(x > 0 ? fabs(got / x - 1) < 1e-12 : got == 0);
            }
#undef BUILD
        }
}

/* -- exact and undecided ---------------------------------------------------------------- */

static void oracle_takes_a_limit_where_the_reference_has_a_gap(void **state)
{
    Prog prog;
    prog_init(&prog);
    versine(&prog, prog_add_input(&prog, TYPE_REAL, "x"));
    const double zero = 0;
    Oracle *bare = oracle_new(&prog, NULL, 0);
    assert_true(isnan(rounded(bare, &zero, TYPE_F32)));
    oracle_free(bare);
    Oracle *oracle = oracle_new(&prog, &(ExactPoint){0, 0.5}, 1);
    assert_true(rounded(oracle, &zero, TYPE_F32) == 0.5);
    ErrorAt error;
    Err err;
    assert_int_equal(oracle_error(oracle, &zero, TYPE_F32, 0.5, 0, &error, &err), OK);
    assert_true(error.ulp == 0 && error.rel == 0 && error.abs == 0);
    oracle_free(oracle);
}

static void oracle_names_the_input_it_cannot_decide(void **state)
{
    /* sin(x*pi) at 1 is 0, but no enclosure can show that. */
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_REAL, "x");
    const Ref pi = prog_add(&prog, OP_PI, 0, 0, 0);
    prog_add(&prog, OP_SIN, prog_add(&prog, OP_MUL, x, pi, 0), 0, 0);
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    const double at = 1;
    uint64_t bits;
    Err err = {0};
    const clock_t start = clock();
    assert_int_equal(oracle_round(oracle, &at, TYPE_F32, &bits, NULL, &err), ERR_UNDECIDED);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 0.5);
    assert_non_null(strstr(err.text, "x = 0x1p+0"));
    oracle_free(oracle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oracle_rounds_through_cancellation),
        cmocka_unit_test(oracle_takes_powers_that_no_bits_hold),
        cmocka_unit_test(oracle_computes_with_values_beyond_any_exponent),
        cmocka_unit_test(oracle_takes_a_limit_where_the_reference_has_a_gap),
        cmocka_unit_test(oracle_names_the_input_it_cannot_decide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
