/* Hardware arithmetic with a running error bound: the bound holds. */
#include "frontend/infix.h"
#include "runtime/base/rng.h"
#include "runtime/measure/direct.h"
#include "runtime/oracle/oracle.h"
#include "tests/support/check.h"

#include <math.h>

enum { POINTS = 1500 };

static Prog prog_of(const char *expression)
{
    Prog prog;
    static const char *const VARIABLES[] = {"x", "y"};
    Err err = {0};
    if (infix_parse(&prog, expression, VARIABLES, 2, &err) != OK)
        fail_msg("%s: %s", expression, err.text);
    return prog;
}

/* Small, large, near integers and halves, exact zeros. */
static double draw(Rng *rng)
{
    const double sign = rng_next(rng) & 1 ? -1 : 1;
    switch (rng_below(rng, 6)) {
    case 0: return sign * rng_unit(rng);
    case 1: return sign * 20 * rng_unit(rng);
    case 2: return sign * ldexp(1 + rng_unit(rng), (int)rng_below(rng, 200) - 100);
    case 3: return sign * (double)rng_below(rng, 40) / 2;
    case 4: return sign * ((double)rng_below(rng, 8) / 4 + ldexp(rng_unit(rng), -30));
    default: return sign * (float)(700 * rng_unit(rng));
    }
}

static void check_one(const char *expression, const double *x, long double value, long double bound,
                      double hi, double lo)
{
    /* The oracle's double-double ends with the doubles: it is infinite above, 0 below. */
    if (isinf((double)bound)) return;
    if (isinf((double)value) && bound == 0 && value != hi)
        fail_msg("%s at %a %a: %Lg, but truly %g", expression, x[0], x[1], value, hi);
    if (isinf(hi)) return;
    const bool is_right = isnan(value)
                              ? bound == 0 && isnan(hi)
                              : fabsl(value - hi - lo) <=
                                    bound * (1 + 0x1p-40L) + fabsl(value) * 0x1p-98L + 0x1p-1073L;
    if (!is_right)
        fail_msg("%s at %a %a: %.21Lg +- %.3Lg, but truly %.17g + %.3g", expression, x[0], x[1],
                 value, bound, hi, lo);
}

static void check_expression(const char *expression, double least_share_known, bool has_long)
{
    const Prog prog = prog_of(expression);
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    DirectDouble *in_double = direct_double_new(&prog);
    DirectLong *in_long = direct_long_new(&prog);
    assert_non_null(in_double);
    assert_int_equal(in_long != NULL, has_long);
    Rng rng = rng_new(7, 0);
    int n_known = 0;
    for (int i = 0; i < POINTS; i++) {
        const double x[2] = {draw(&rng), draw(&rng)};
        const double *const arrays[] = {&x[0], &x[1]};
        double value, bound, hi, lo;
        long double long_value, long_bound;
        Err err;
        if (oracle_double_double(oracle, x, &hi, &lo, &err) != OK) continue;
        if (isinf(hi)) lo = 0;
        direct_double_run(in_double, arrays, 1, &value, &bound);
        check_one(expression, x, value, bound, hi, lo);
        if (in_long) {
            direct_long_run(in_long, arrays, 1, &long_value, &long_bound);
            check_one(expression, x, long_value, long_bound, hi, lo);
        }
        n_known += isfinite(bound) && (isnan(value) || bound <= 1e-9 * fabs(value));
    }
    if (n_known < least_share_known * POINTS)
        fail_msg("%s: sharp at %d of %d inputs only", expression, n_known, POINTS);
    direct_double_free(in_double);
    direct_long_free(in_long);
    oracle_free(oracle);
}

static void direct_bounds_hold(void **state)
{
    /* Sharp at a good part of the inputs, so that the bounds do not hold by being infinite. */
    static const struct {
        const char *expression;
        double share;
    } cases[] = {
        {"x+y", 0.9},
        {"x-y", 0.8},
        {"x*y", 0.9},
        {"x/y", 0.8},
        {"sqrt(x)", 0.9},
        {"cbrt(x)", 0.9},
        {"rsqrt(x)", 0.8},
        {"exp(x)", 0.5},
        {"exp2(x)", 0.5},
        {"exp10(x)", 0.5},
        {"expm1(x)", 0.5},
        {"log(x)", 0.9},
        {"log2(x)", 0.9},
        {"log10(x)", 0.9},
        {"log1p(x)", 0.9},
        {"sin(x)", 0.9},
        {"cos(x)", 0.9},
        {"tan(x)", 0.9},
        {"sinpi(x)", 0.99},
        {"cospi(x)", 0.99},
        {"tanpi(x)", 0.99},
        {"sinpi(2*x)", 0.97}, /* all is lost at integers, if the product is not exact */
        {"cospi(x+4)", 0.8},
        {"tanpi(x/8)", 0.97},
        {"asin(x)", 0.9},
        {"acos(x)", 0.9},
        {"atan(x)", 0.9},
        {"sinh(x)", 0.5},
        {"cosh(x)", 0.5},
        {"tanh(x)", 0.9},
        {"asinh(x)", 0.9},
        {"acosh(x)", 0.9},
        {"atanh(x)", 0.9},
        {"erf(x)", 0.9},
        {"erfc(x)", 0.5},
        {"sinc(x)", 0.8},
        {"pow(x,y)", 0.5},
        {"hypot(x,y)", 0.9},
        {"atan2(x,y)", 0.9},
        {"floor(x)", 0.8},
        {"abs(x-y)", 0.8},
        {"max(x,y)", 0.8},
        {"min(x,y)", 0.8},
        {"fmod(x,y)", 0.3},
        {"fdim(x,y)", 0.3},
        {"floor(x+y/3)", 0.3},
        {"exp(-x*x)", 0.2},
        {"log(1+exp(x))", 0.3},
        {"(1-cos(x))/(x*x)", 0.1},
        {"sin(x*y)", 0.3},
        {"x<y?x:exp(y)", 0.5},
        {"asin(x/3)", 0.3},
        {"atanh(x/7)", 0.3},
        {"acosh(x/3)", 0.2},
        {"tan(x/3)", 0.3},
        {"erfc(x/3)", 0.3},
        {"sinh(x/3)", 0.3},
        {"log1p(x/3)", 0.3},
        {"cbrt(x/3)", 0.3},
        {"pow(x/3,y/7)", 0.1},
        {"atan2(x/3,y/7)", 0.3},
        {"log(x/3)", 0.3},
        {"exp10(x/7)", 0.3},
        {"rsqrt(x/3)", 0.3},
        {"sqrt(x/3)", 0.3},
        {"expm1(x/3)", 0.3},
        {"log2(x/3)", 0.3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_expression(cases[i].expression, cases[i].share, true);
    check_expression("gamma(x)", 0.4, false);
    check_expression("lgamma(x)", 0.5, false);
}

/* A block of floats is had in another way than one with something else among them. */
static void blocks_of_floats_and_others_hold(void **state)
{
    static const char *const expressions[] = {"sin(x)", "cos(x)", "tan(x)", "sinc(x)",
                                              "sin(x)/x+cos(x)"};
    for (size_t k = 0; k < sizeof expressions / sizeof *expressions; k++) {
        const Prog prog = prog_of(expressions[k]);
        Oracle *oracle = oracle_new(&prog, NULL, 0);
        DirectDouble *direct = direct_double_new(&prog);
        Rng rng = rng_new(7, k);
        for (int round = 0; round < 24; round++) {
            double x[DIRECT_BLOCK], value[DIRECT_BLOCK], bound[DIRECT_BLOCK], hi, lo;
            const double *const arrays[] = {x, x};
            const int length = 1 + (int)rng_below(&rng, DIRECT_BLOCK);
            for (int i = 0; i < length; i++) x[i] = (float)draw(&rng);
            if (round % 3 == 1) x[length / 2] = 1.0 / 3;
            if (round % 3 == 2) x[length / 2] = INFINITY;
            direct_double_run(direct, arrays, (size_t)length, value, bound);
            for (int i = 0; i < length; i++) {
                Err err;
                const double at[2] = {x[i], 0};
                if (isinf(x[i])) {
                    assert_true(isinf(bound[i]));
                } else if (oracle_double_double(oracle, at, &hi, &lo, &err) == OK) {
                    check_one(expressions[k], at, value[i], bound[i], hi, lo);
                    if (k < 4 && x[i] != 0) assert_true(bound[i] <= 9 * 0x1p-52 * fabs(value[i]));
                }
            }
        }
        direct_double_free(direct);
        oracle_free(oracle);
    }
}

/* Sums that round to floats are off nevertheless, and the bound says so. */
static void inexact_floats_are_not_taken_for_exact(void **state)
{
    const Prog prog = prog_of("sin(x+1e-9)");
    Oracle *oracle = oracle_new(&prog, NULL, 0);
    DirectDouble *direct = direct_double_new(&prog);
    double x[DIRECT_BLOCK], value[DIRECT_BLOCK], bound[DIRECT_BLOCK], hi, lo;
    const double *const arrays[] = {x, x};
    for (int i = 0; i < DIRECT_BLOCK; i++) x[i] = ldexp(1 + i * 0x1p-23, 30);
    direct_double_run(direct, arrays, DIRECT_BLOCK, value, bound);
    for (int i = 0; i < DIRECT_BLOCK; i++) {
        Err err;
        const double at[2] = {x[i], 0};
        assert_int_equal(oracle_double_double(oracle, at, &hi, &lo, &err), OK);
        check_one("sin(x+1e-9)", at, value[i], bound[i], hi, lo);
        assert_true(bound[i] < 1e-6);
    }
    direct_double_free(direct);
    oracle_free(oracle);
}

static void direct_leaves_alone_what_libm_is_not_trusted_with(void **state)
{
    static const char *const expressions[] = {"j0(x)", "zeta(x)", "li2(x)"};
    for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++) {
        const Prog prog = prog_of(expressions[i]);
        assert_null(direct_double_new(&prog));
        assert_null(direct_long_new(&prog));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(direct_bounds_hold),
        cmocka_unit_test(blocks_of_floats_and_others_hold),
        cmocka_unit_test(inexact_floats_are_not_taken_for_exact),
        cmocka_unit_test(direct_leaves_alone_what_libm_is_not_trusted_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
