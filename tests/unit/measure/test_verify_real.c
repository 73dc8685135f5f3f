/* The judge on --type real: published programs have their published errors. */
#include "runtime/measure/verify.h"
#include "tests/support/check.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <string.h>

static Goal goal_of(const char *expression, double lo, double hi)
{
    return parsed_goal(expression, 1, TYPE_REAL, (Bound){BOUND_REL, 1e-3, "1e-3rel"}, lo, hi);
}

static Report judged(const char *program, const Goal *goal, int n_threads)
{
    Report report;
    Err err = {0};
    const Prog prog = parsed_expression(program, 1);
    const VerifyOptions options = {.n_threads = n_threads};
    if (verify(&report, &prog, goal, &options, &err) != OK) fail_msg("%s: %s", program, err.text);
    return report;
}

static void assert_three_digits(double got, double expected)
{
    if (!(fabs(got - expected) <= 0.0005 * expected))
        fail_msg("%.9g, expected %.9g", got, expected);
}

static void verify_finds_the_errors_of_published_programs(void **state)
{
    /* 2^x on (0, 1]: AutoNumerics-Zero (arXiv 2312.08472v2), Figure 11; the errors are
       measurements in 60-digit arithmetic. */
    static const struct {
        const char *program;
        double max_rel, max_abs;
    } cases[] = {
        {"-2.1258595374472384/(-2.0413845597733418+x)", 0.0413812, 0.0413812},
        {"-8.387819235563974/(-3.4355225277901402+x)-1.4427239805682266", 0.0012266, 0.00122661},
        {"17.746150088734609/(-8.8505996518073289+(x+25.596749740144819/x))+0.99999366143081858",
         6.33857e-6, 6.33863e-6},
        {"u=x+5783.5330096027765/x; v=15141.981176922711/u+u;"
         "y=501.10494991027866/(-250.55247494972059+v)+0.99999999999999956;"
         "s=y*y; t=s*s; t*t",
         3.52e-15, 3.5564e-15},
    };
    Goal goal = goal_of("exp2(x)", 0, 1);
    goal.domain[0].lo_open = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Report report = judged(cases[i].program, &goal, 2);
        assert_three_digits(report.max_rel, cases[i].max_rel);
        assert_three_digits(report.max_abs, cases[i].max_abs);
        assert_true(report.max_ulp == 0);
        assert_int_equal(report.method, METHOD_PROVEN);
    }
}

static void verify_tells_removable_poles_at_the_ends(void **state)
{
    const Goal goal = goal_of("exp2(x)", 0, 1);
    Report report = judged(
        "17.746150088734609/(-8.8505996518073289+(x+25.596749740144819/x))+0.99999366143081858",
        &goal, 1);
    assert_int_equal(report.n_poles, 1);
    assert_true(report.pole[0] == 0);
    assert_int_equal(
        judged("-8.387819235563974/(-3.4355225277901402+x)-1.4427239805682266", &goal, 1).n_poles,
        0);
    /* x - 1 + 2^-70 is 0 in double, not in exact arithmetic. */
    report = judged("1.5+0.000000001/(x-1+0.00000000000000000000084703294725430034)", &goal, 1);
    assert_int_equal(report.n_poles, 0);
}

static void verify_finds_maxima_inside_and_at_the_ends(void **state)
{
    /* |x^2 - x| is 1/4 at 1/2; |exp(x) - (1+x+x^2/2)| is largest at 2. */
    const Goal square = goal_of("x*x", 0, 1);
    Report report = judged("x", &square, 2);
    assert_three_digits(report.max_abs, 0.25);
    const Goal goal = goal_of("exp(x)", -1, 2);
    report = judged("1+x+x*x/2", &goal, 2);
    assert_three_digits(report.max_abs, exp(2) - 5);
    assert_three_digits(report.max_rel, 0.5 * exp(1) - 1);
    assert_true(report.worst_input[0] == -1);
}

static void verify_judges_over_the_reals_what_floats_would_hide(void **state)
{
    /* Off by 1e-30 of the value: no double shows it. */
    const Goal goal = goal_of("x", 1, 2);
    const Report report = judged("x*1.000000000000000000000000000001", &goal, 2);
    assert_three_digits(report.max_rel, 1e-30);
    assert_three_digits(report.max_abs, 2e-30);
}

static void verify_calls_a_pole_infinitely_wrong(void **state)
{
    const Goal goal = goal_of("exp2(x)", -1, 1);
    const Report report = judged("1+1/x", &goal, 2);
    assert_true(isinf(report.max_rel) && isinf(report.max_abs) && report.worst_input[0] == 0);
}

static void verify_gives_a_right_program_no_error(void **state)
{
    const Goal goal = goal_of("x*x-1", -3, 3);
    const Report report = judged("(x-1)*(x+1)", &goal, 2);
    assert_true(report.max_rel == 0 && report.max_abs == 0);
}

static void verify_over_the_reals_is_the_same_with_any_number_of_threads(void **state)
{
    const Goal goal = goal_of("sin(x)", 0.1, 3);
    const Report one = judged("s=x*x; x*(1+s*(s/120-1/6))", &goal, 1);
    const Report three = judged("s=x*x; x*(1+s*(s/120-1/6))", &goal, 3);
    assert_true(one.max_rel == three.max_rel && one.max_abs == three.max_abs &&
                one.worst_input[0] == three.worst_input[0] && one.n_points == three.n_points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_finds_the_errors_of_published_programs),
        cmocka_unit_test(verify_tells_removable_poles_at_the_ends),
        cmocka_unit_test(verify_finds_maxima_inside_and_at_the_ends),
        cmocka_unit_test(verify_judges_over_the_reals_what_floats_would_hide),
        cmocka_unit_test(verify_calls_a_pole_infinitely_wrong),
        cmocka_unit_test(verify_gives_a_right_program_no_error),
        cmocka_unit_test(verify_over_the_reals_is_the_same_with_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
