/* oracle_error, oracle_double_double, oracle_prog_error: how far a value is from right. */
#include "oracle_support.h"

#include "runtime/oracle/oracle_prog.h"
#include "runtime/prog/prog_text.h"

#include <string.h>

static ErrorAt error_at(Oracle *oracle, double x, Type type, double hi, double lo)
{
    ErrorAt error;
    Err err = {0};
    if (oracle_error(oracle, &x, type, hi, lo, &error, &err) != OK) fail_msg("%s", err.text);
    return error;
}

static bool is_near(double a, double b, double tolerance)
{
    return a == b || fabs(a - b) <= tolerance * fabs(b);
}

/* The error of got against exp(x) by definition, in 500 bits. */
static ErrorAt by_definition(double x, Type type, double got)
{
    mpfr_t f, d;
    mpfr_inits2(500, f, d, (mpfr_ptr)NULL);
    mpfr_set_d(f, x, MPFR_RNDN);
    mpfr_exp(f, f, MPFR_RNDN);
    mpfr_d_sub(d, got, f, MPFR_RNDN);
    mpfr_abs(d, d, MPFR_RNDN);
    ErrorAt error;
    error.abs = mpfr_get_d(d, MPFR_RNDN);
    const double ulp = ulp_of(type, mpfr_get_d(f, MPFR_RNDZ));
    mpfr_t q;
    mpfr_init2(q, 500);
    mpfr_div_d(q, d, ulp, MPFR_RNDN);
    error.ulp = mpfr_get_d(q, MPFR_RNDN);
    mpfr_div(q, d, f, MPFR_RNDN);
    error.rel = mpfr_get_d(q, MPFR_RNDN);
    mpfr_clears(f, d, q, (mpfr_ptr)NULL);
    return error;
}

static void oracle_error_is_the_definition(void **state)
{
    const Prog prog = reference_of(OP_EXP);
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    Rng rng = rng_new(5, 0);
    for (int t = 0; t < N_FLOAT_TYPES; t++) {
        const Type type = FLOAT_TYPES[t];
        const double reach = type == TYPE_F16 ? 9 : type == TYPE_F64 ? 600 : 80;
        for (int i = 0; i < 500; i++) {
            const double x =
                value_from_bits(type, bits_from_value(type, (2 * rng_unit(&rng) - 1) * reach));
            const double right = rounded(oracle, &x, type);
            const int64_t steps = (int64_t)rng_below(&rng, 9) - 4;
            const int64_t ordered = ordered_from_value(type, right) + steps;
            const double got = value_from_ordered(type, ordered);
            const ErrorAt e = error_at(oracle, x, type, got, 0), want = by_definition(x, type, got);
            if (!is_near(e.ulp, want.ulp, 1e-6) || !is_near(e.rel, want.rel, 1e-6) ||
                !is_near(e.abs, want.abs, 1e-6))
                fail_msg("%s exp(%a) against %a: %.9g ulp %.9g rel %.9g abs, not %.9g %.9g %.9g",
                         type_info(type)->name, x, got, want.ulp, want.rel, want.abs, e.ulp, e.rel,
                         e.abs);
        }
    }
    oracle_free(oracle);
}

static void oracle_error_counts_specials_as_said(void **state)
{
    const double inf = INFINITY, top = 0x1.fffffep127;
    const Prog exp_prog = reference_of(OP_EXP), log_prog = reference_of(OP_LOG);
    const Prog sin_prog = reference_of(OP_SIN);
    Oracle *exp_oracle = oracle_new(&exp_prog, NULL, 0);
    Oracle *log_oracle = oracle_new(&log_prog, NULL, 0);
    Oracle *sin_oracle = oracle_new(&sin_prog, NULL, 0);
    ErrorAt e;

    e = error_at(log_oracle, -1, TYPE_F32, NAN, 0); /* NaN for NaN */
    assert_true(e.ulp == 0 && e.rel == 0 && e.abs == 0);
    e = error_at(log_oracle, -1, TYPE_F32, 1, 0);
    assert_true(e.ulp == inf && e.rel == inf && e.abs == inf);
    e = error_at(log_oracle, 2, TYPE_F32, NAN, 0);
    assert_true(e.ulp == inf);
    e = error_at(log_oracle, 0, TYPE_F32, -inf, 0); /* the same infinity */
    assert_true(e.ulp == 0);
    e = error_at(log_oracle, 0, TYPE_F32, inf, 0);
    assert_true(e.ulp == inf);
    e = error_at(exp_oracle, 89, TYPE_F32, inf, 0); /* rounds to infinity */
    assert_true(e.ulp == 0 && e.rel == 0 && e.abs == 0);
    e = error_at(exp_oracle, 1e30, TYPE_F32, inf, 0);
    assert_true(e.ulp == 0);
    e = error_at(exp_oracle, 88, TYPE_F32, inf, 0);
    assert_true(e.ulp == inf);
    /* exp(89) = 2^128.4..., in units of 2^104. */
    e = error_at(exp_oracle, 89, TYPE_F32, top, 0);
    assert_true(is_near(e.ulp, (exp(89) - top) / 0x1p104, 1e-6));
    e = error_at(exp_oracle, 1e30, TYPE_F32, top, 0);
    assert_true(e.ulp == inf && e.abs == inf && e.rel == 1);
    e = error_at(exp_oracle, -1e30, TYPE_F32, 0, 0);
    assert_true(e.ulp < 1e-30 && e.abs < 1e-70 && e.rel == 1);
    e = error_at(exp_oracle, -1e30, TYPE_F32, 0x1p-149, 0);
    assert_true(e.ulp == 1 && e.abs == 0x1p-149);
    e = error_at(sin_oracle, 0, TYPE_F32, 0, 0); /* exactly 0 */
    assert_true(e.ulp == 0 && e.rel == 0 && e.abs == 0);
    e = error_at(sin_oracle, 0, TYPE_F32, 0x1p-149, 0);
    assert_true(e.ulp == 1 && e.rel == inf && e.abs == 0x1p-149);
    /* Just below a power of two the ulp is that of the lower binade. */
    e = error_at(exp_oracle, -0x1p-60, TYPE_F32, 1 - 0x1p-24, 0);
    assert_true(is_near(e.ulp, 1, 1e-6));
    e = error_at(exp_oracle, 0, TYPE_F32, 1 - 0x1p-24, 0);
    assert_true(e.ulp == 0.5);
    e = error_at(exp_oracle, -0x1p-60, TYPE_F32, 1, 0);
    assert_true(is_near(e.abs, 0x1p-60, 1e-6));
    oracle_free(exp_oracle);
    oracle_free(log_oracle);
    oracle_free(sin_oracle);
}

static void oracle_error_of_a_double_double_is_seen_below_it(void **state)
{
    const Prog prog = reference_of(OP_EXP);
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    Rng rng = rng_new(8, 0);
    for (int i = 0; i < 300; i++) {
        const double x = (2 * rng_unit(&rng) - 1) * (i % 2 ? 1 : 600);
        double hi, lo;
        Err err;
        assert_int_equal(oracle_double_double(oracle, &x, &hi, &lo, &err), OK);
        assert_true(hi == rounded(oracle, &x, TYPE_F64));
        assert_true(fabs(lo) <= ulp_of(TYPE_F64, hi) / 2);
        ErrorAt e = error_at(oracle, x, TYPE_REAL, hi, lo);
        if (!(e.rel <= 0x1p-100 && e.ulp == 0))
            fail_msg("exp(%a): %a + %a is off by %g", x, hi, lo, e.rel);
        /* A known shift on top is seen as such. */
        const double shift = hi * 0x1p-70;
        e = error_at(oracle, x, TYPE_REAL, hi, lo + shift);
        const double size = fabs((lo + shift) - lo) / hi; /* what the addition really did */
        assert_true(is_near(e.rel, size, 1e-6));
    }
    /* Beyond the doubles. */
    double x = 1e6, hi, lo;
    Err err;
    assert_int_equal(oracle_double_double(oracle, &x, &hi, &lo, &err), OK);
    assert_true(hi == INFINITY);
    x = -1e6;
    assert_int_equal(oracle_double_double(oracle, &x, &hi, &lo, &err), OK);
    assert_true(hi == 0 && lo == 0);
    oracle_free(oracle);
}

static void oracle_takes_double_double_inputs_exactly(void **state)
{
    /* log(1 + 2^-90) = 2^-90 - 2^-181 + ..., and the sum is not rounded first. */
    const Prog prog = reference_of(OP_LOG);
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    double hi, lo;
    Err err;
    assert_int_equal(oracle_double_double_at(oracle, 1, 0x1p-90, &hi, &lo, &err), OK);
    assert_true(hi == 0x1p-90 && lo == -0x1p-181);
    assert_int_equal(oracle_double_double_at(oracle, 1, 0x1p-1000, &hi, &lo, &err), OK);
    assert_true(hi == 0x1p-1000 && fabs(lo) <= 0x1p-1053);
    oracle_free(oracle);
}

/* -- answers over the reals ---------------------------------------------------------------- */

static Prog parsed(const char *text)
{
    Prog prog;
    Err err = {0};
    if (prog_parse(&prog, text, strlen(text), 0, NULL, &err) != OK) fail_msg("%s", err.text);
    return prog;
}

static void oracle_prog_error_is_exact_beyond_doubles(void **state)
{
    const Prog reference = reference_of(OP_EXP);
    Oracle *oracle = oracle_new(&reference, NULL, 0);
    const Prog line = parsed("real x\nreal one = const 1\nreal y = add one x\nreturn y\n");
    const Prog cubic =
        parsed("real x\nreal c = const 0.5\nreal one = const 1\nreal a = mul c x\n"
               "real b = add a one\nreal d = mul b x\nreal y = add d one\nreturn y\n");
    double rel, abs;
    Err err;
    /* 1 + x - exp(x) = -x^2/2 - x^3/6 - ... */
    double x = 0x1p-60;
    assert_int_equal(oracle_prog_error(oracle, &line, &x, &rel, &abs, &err), OK);
    assert_true(is_near(abs, -x * x / 2 - x * x * x / 6, 1e-9));
    assert_true(is_near(rel, -x * x / 2, 1e-9));
    assert_int_equal(oracle_prog_error(oracle, &cubic, &x, &rel, &abs, &err), OK);
    assert_true(is_near(abs, -x * x * x / 6, 1e-9));
    x = 0;
    assert_int_equal(oracle_prog_error(oracle, &line, &x, &rel, &abs, &err), OK);
    assert_true(rel == 0 && abs == 0);
    /* c/0 = inf and c/inf = 0: 1 + 1/(1/x) at 0 is 1. */
    const Prog extended =
        parsed("real x\nreal one = const 1\nreal a = div one x\nreal b = div one a\n"
               "real y = add b one\nreturn y\n");
    assert_int_equal(oracle_prog_error(oracle, &extended, &x, &rel, &abs, &err), OK);
    assert_true(rel == 0 && abs == 0);
    const Prog pole = parsed("real x\nreal one = const 1\nreal y = div one x\nreturn y\n");
    assert_int_equal(oracle_prog_error(oracle, &pole, &x, &rel, &abs, &err), OK);
    assert_true(rel == INFINITY && abs == INFINITY);
    oracle_free(oracle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oracle_error_is_the_definition),
        cmocka_unit_test(oracle_error_counts_specials_as_said),
        cmocka_unit_test(oracle_error_of_a_double_double_is_seen_below_it),
        cmocka_unit_test(oracle_takes_double_double_inputs_exactly),
        cmocka_unit_test(oracle_prog_error_is_exact_beyond_doubles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
