/* Taylor coefficients: their sums are the function beside the point, for every operator that has
   a series, and composed references, removable gaps and refusals do what they should. */
#include "oracle_support.h"

#include "frontend/infix.h"
#include "runtime/oracle/oracle_taylor.h"
#include "runtime/oracle/series_prog.h"

#include <string.h>

static void sum_taylor(mpfr_ptr sum, const Real *c, int n, double h)
{
    mpfr_t term, power;
    mpfr_inits2(400, term, power, (mpfr_ptr)NULL);
    mpfr_set_zero(sum, 1);
    mpfr_set_ui(power, 1, MPFR_RNDN);
    for (int k = 0; k < n; k++) {
        mpfr_set_uj(term, c[k].hi, MPFR_RNDN);
        mpfr_mul_2ui(term, term, 64, MPFR_RNDN);
        mpfr_t low;
        mpfr_init2(low, 64);
        mpfr_set_uj(low, c[k].lo, MPFR_RNDN);
        mpfr_add(term, term, low, MPFR_RNDN);
        mpfr_clear(low);
        mpfr_mul_2si(term, term, c[k].exp2, MPFR_RNDN);
        if (c[k].negative) mpfr_neg(term, term, MPFR_RNDN);
        mpfr_mul(term, term, power, MPFR_RNDN);
        mpfr_add(sum, sum, term, MPFR_RNDN);
        mpfr_mul_d(power, power, h, MPFR_RNDN);
    }
    mpfr_clears(term, power, (mpfr_ptr)NULL);
}

/* The sum of `n` terms at x0 + h against the oracle's value there. */
static void check_sum(const Prog *reference, const char *name, double x0, double h)
{
    enum { N = ORACLE_TAYLOR_MAX };
    Real c[N];
    Err err = {0};
    Oracle *oracle = oracle_new(reference, NULL, 0);
    const Status status = oracle_taylor(oracle, x0, N, c, &err);
    if (status != OK) fail_msg("%s at %a: %s", name, x0, err.text);
    double hi, lo;
    assert_int_equal(oracle_double_double_at(oracle, x0, h, &hi, &lo, &err), OK);
    mpfr_t sum;
    mpfr_init2(sum, 400);
    sum_taylor(sum, c, N, h);
    mpfr_sub_d(sum, sum, hi, MPFR_RNDN);
    mpfr_sub_d(sum, sum, lo, MPFR_RNDN);
    const double error = fabs(mpfr_get_d(sum, MPFR_RNDN)) / fmax(fabs(hi), 1e-30);
    mpfr_clear(sum);
    oracle_free(oracle);
    if (!(error < 0x1p-97)) fail_msg("%s at %a + %a: relative difference %g", name, x0, h, error);
}

static const struct {
    Op op;
    double x[6];
    int n;
} POINTS[] = {
    {OP_EXP, {0, 1, -3, 20, -20}, 5},
    {OP_EXP2, {0, 0.5, -3}, 3},
    {OP_EXP10, {0, 2}, 2},
    {OP_EXPM1, {0, 1, -5}, 3},
    {OP_LOG, {1, 0.5, 10}, 3},
    {OP_LOG2, {1, 3}, 2},
    {OP_LOG10, {1, 3}, 2},
    {OP_LOG1P, {0, -0.5, 4}, 3},
    {OP_SIN, {0, 1, -2, 100}, 4},
    {OP_COS, {0, 1, -2}, 3},
    {OP_TAN, {0, 1, -1.25}, 3},
    {OP_SINPI, {0, 0.25, 1}, 3},
    {OP_COSPI, {0, 0.25}, 2},
    {OP_TANPI, {0, 0.125}, 2},
    {OP_ASIN, {0, 0.5, -0.75}, 3},
    {OP_ACOS, {0, 0.5, -0.75}, 3},
    {OP_ATAN, {0, 1, -8, 1000}, 4},
    {OP_SINH, {0, 1}, 2},
    {OP_COSH, {0, -2}, 2},
    {OP_TANH, {0, 1, -4}, 3},
    {OP_ASINH, {0, 1, -100}, 3},
    {OP_ACOSH, {2, 100}, 2},
    {OP_ATANH, {0, 0.5}, 2},
    {OP_ERF, {0, 1, -2}, 3},
    {OP_ERFC, {0, 3, -1}, 3},
    {OP_GAMMA, {1, 1.5, 4, 0.5, -0.5, -2.25}, 6},
    {OP_LGAMMA, {1, 2, 7.5, 100, -1.5}, 5},
    {OP_J0, {0, 0.25, 1, -3, 20}, 5},
    {OP_J1, {0, 0.25, 1, -3}, 4},
    {OP_JN, {0, 0.5, 6}, 3},
    {OP_Y0, {0.5, 3}, 2},
    {OP_Y1, {0.5, 3}, 2},
    {OP_AI, {0, 1, -5, 4, -0.125}, 5},
    {OP_ZETA, {2, 1.5, 10, 0.5, 0, -2.5}, 6},
    {OP_LI2, {0, 0.5, -1, -6, 0.015625}, 5},
    {OP_SQRT, {1, 2.5}, 2},
    {OP_RSQRT, {1, 2.5}, 2},
    {OP_CBRT, {1, -2.5}, 2},
    {OP_SIGMOID, {0, 3, -30, 10}, 4},
    {OP_SOFTPLUS, {0, 3, -30}, 3},
    {OP_SILU, {0, 3, -1}, 3},
    {OP_GELU, {0, 2, -1}, 3},
    {OP_GELU_TANH, {0, 2, -1}, 3},
    {OP_MISH, {0, 2, -1}, 3},
    {OP_LOGIT, {0.5, 0.25}, 2},
    {OP_SINC, {0, 0.03125, 1, -20}, 4},
    {OP_NORMCDF, {0, 1, -3}, 3},
};

static void sums_of_terms_are_the_function_beside_the_point(void **state)
{
    for (size_t i = 0; i < sizeof POINTS / sizeof *POINTS; i++) {
        const Prog reference = reference_of(POINTS[i].op);
        for (int k = 0; k < POINTS[i].n; k++)
            for (int sign = -1; sign <= 1; sign += 2)
                check_sum(&reference, op_info(POINTS[i].op)->name, POINTS[i].x[k], sign * 0x1.8p-5);
    }
}

static Prog parsed(const char *text)
{
    Prog prog;
    Err err = {0};
    if (infix_parse(&prog, text, NULL, 0, &err) != OK) fail_msg("%s: %s", text, err.text);
    return prog;
}

static void composed_references_have_coefficients(void **state)
{
    static const struct {
        const char *text;
        double x;
    } rows[] = {
        {"exp(-x*x)*sin(3*x)/(2+x)", 0.5},
        {"sqrt(2/(pi*x))*sinh(x)", 1},
        {"pow(x, 2.5)+pow(2, x)", 1.5},
        {"x^7-3*x^-2", 1},
        {"atan(exp(sin(x)))", 0.25},
        {"log(1+exp(x))", -1},
        {"ai(-7*x)", 0.5},
        {"abs(x)*max(x, -x)", -1},
        {"hypot(x, 1)", 0.25},
        {"pow(x, x)", 1.25},
        {"fma(x, x, e)", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const Prog reference = parsed(rows[i].text);
        check_sum(&reference, rows[i].text, rows[i].x, 0x1.8p-6);
    }
}

static void removable_gaps_are_no_hindrance(void **state)
{
    static const char *const texts[] = {"sin(x)/x",     "(1-cos(x))/(x*x)",      "x/expm1(x)",
                                        "(exp(x)-1)/x", "(x-sin(x))/(x-tan(x))", "1/sin(x)-1/x"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const Prog reference = parsed(texts[i]);
        check_sum(&reference, texts[i], 0, 0x1.8p-6);
    }
}

static void polynomials_have_exactly_their_coefficients(void **state)
{
    const Prog reference = parsed("3-x+0.5*x*x*x");
    Oracle *oracle = oracle_new(&reference, NULL, 0);
    Real c[8];
    assert_int_equal(oracle_taylor(oracle, 0, 8, c, NULL), OK);
    static const double want[8] = {3, -1, 0, 0.5};
    for (int k = 0; k < 8; k++) assert_true(real_is_equal(c[k], real_from_double(want[k])));
    oracle_free(oracle);
}

static void odd_functions_have_odd_coefficients_only(void **state)
{
    static const Op ops[] = {OP_SIN,  OP_TAN,   OP_ASIN,  OP_ATAN, OP_SINH,
                             OP_TANH, OP_ASINH, OP_ATANH, OP_ERF,  OP_J1};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        const Prog reference = reference_of(ops[i]);
        Oracle *oracle = oracle_new(&reference, NULL, 0);
        Real c[20];
        assert_int_equal(oracle_taylor(oracle, 0, 20, c, NULL), OK);
        for (int k = 0; k < 20; k += 2) assert_true(c[k].hi == 0 && c[k].lo == 0);
        oracle_free(oracle);
    }
}

static void refusals_say_why(void **state)
{
    static const struct {
        const char *text;
        double x;
        Status status;
        const char *says;
    } rows[] = {
        {"rint(x)", 3, ERR_UNSUPPORTED, "rint"},
        {"zeta(x)", 1, ERR_INPUT, "zeta"},
        {"floor(x)", 0.5, ERR_UNSUPPORTED, "floor"},
        {"x*y", 0.5, ERR_UNSUPPORTED, "one variable"},
        {"sqrt(x)", 0, ERR_INPUT, "sqrt"},
        {"log(x)", -1, ERR_INPUT, "log"},
        {"abs(x)", 0, ERR_INPUT, "not analytic at 0"},
        {"1/x", 0, ERR_INPUT, "not analytic at 0"},
        {"gamma(x)", -2, ERR_INPUT, "gamma"},
        {"exp(x)", INFINITY, ERR_INPUT, "inf"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const Prog reference = parsed(rows[i].text);
        Oracle *oracle = oracle_new(&reference, NULL, 0);
        Real c[4];
        Err err = {0};
        assert_int_equal(oracle_taylor(oracle, rows[i].x, 4, c, &err), rows[i].status);
        if (!strstr(err.text, rows[i].says)) fail_msg("%s: %s", rows[i].text, err.text);
        oracle_free(oracle);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_terms_are_the_function_beside_the_point),
        cmocka_unit_test(composed_references_have_coefficients),
        cmocka_unit_test(removable_gaps_are_no_hindrance),
        cmocka_unit_test(polynomials_have_exactly_their_coefficients),
        cmocka_unit_test(odd_functions_have_odd_coefficients_only),
        cmocka_unit_test(refusals_say_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
