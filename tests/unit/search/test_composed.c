/* Programs composed of others for the functions in an expression: which goals have them, and that the judge passes them. */
#include "search/composed.h"
#include "search/score.h"

#include "runtime/measure/verify.h"
#include "tests/support/parsed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static Problem *make_problem(const char *what, const char *type, const char *domain)
{
    Goal *goal = parsed_spec(
        (SpecText){.what = what, .type = type, .domain = {domain}, .minimize = "throughput"});
    Problem *problem = calloc(1, sizeof *problem);
    Err err = {0};
    if (problem_init(problem, goal, 1, &err) != OK) fail_msg("%s: %s", what, err.text);
    free(goal);
    return problem;
}

static void free_problem(Problem *problem)
{
    problem_release(problem);
    free(problem);
}

static bool applies(const char *what, const char *type, const char *domain)
{
    Problem *problem = make_problem(what, type, domain);
    const bool is = composed_applies(problem);
    free_problem(problem);
    return is;
}

static void test_functions_within_other_operations_are_composed(void **state)
{
    assert_true(applies("log(1+x^2)", "f32", "all"));
    assert_true(applies("exp(exp(x))", "f32", "all"));
    assert_true(applies("x^x", "f32", "[0.1,10]"));
    /* One function alone has frames; what a machine has is a literal; and nothing is wider than f64. */
    assert_false(applies("sin(x)", "f32", "all"));
    assert_false(applies("sqrt(1+x^2)", "f32", "all"));
    assert_false(applies("log(1+x^2)", "f64", "[0,1]"));
}

/* Every stride-th input, special ones too. */
static void check_type_by_judge(const char *what, const char *type, const char *domain, int stride)
{
    Problem *problem = make_problem(what, type, domain);
    Candidate *candidate = calloc(1, sizeof *candidate);
    const Deadline never = {0};
    Rng rng = rng_new(1, 1);
    if (!composed_make(problem, &rng, &never, &candidate->prog)) fail_msg("%s: none", what);
    score_repair(problem, &candidate->prog);
    Report report;
    Err err = {0};
    const VerifyOptions options = {.n_threads = 1, .stride = stride};
    if (verify(&report, &candidate->prog, &problem->goal, &options, &err) != OK)
        fail_msg("%s: %s", what, err.text);
    if (!report_meets(&report, &problem->goal)) fail_msg("%s: %g ulp", what, report.max_ulp);
    assert_int_equal(report.method, stride > 1 ? METHOD_SAMPLED : METHOD_EXHAUSTIVE);
    free(candidate);
    free_problem(problem);
}

static void check_by_judge(const char *what, const char *domain)
{
    check_type_by_judge(what, "f16", domain, 1); /* every input */
}

static void test_a_function_of_a_sum(void **state) { check_by_judge("atan(1+x^2)", "all"); }

static void test_sums_that_cancel_at_0(void **state)
{
    check_by_judge("log(1+x^2)", "all");
    check_by_judge("cosh(x)-1", "all");
}

static void test_arguments_without_result_give_nan(void **state)
{
    check_by_judge("sqrt(log(x))", "all");
    check_by_judge("1+asin(x)", "all");
}

static void test_infinite_results(void **state)
{
    check_by_judge("exp(x)/x", "all");
    check_by_judge("1/log(1/x)", "all");
}

static void test_a_gap_is_nan(void **state) { check_by_judge("(exp(x)-1)/x", "all"); }

static void test_a_power_of_two_variables(void **state) { check_by_judge("x^x", "[0.1,5]"); }

static void test_powers(void **state)
{
    check_by_judge("x^0.75", "all");
    check_by_judge("x^0.3", "all");
    check_by_judge("x^-2.2", "all");
    check_by_judge("(1+x)^0.3", "all");
    check_by_judge("((x+0.055)/1.055)^2.4", "[0.04,1]");
}

/* Inputs up to 2^128, which f64, that parts are computed in, cannot reduce. */
static void test_periodic_functions_of_all_inputs(void **state)
{
    check_type_by_judge("sin(x)*exp(cos(x))", "f32", "all", 9973);
    check_type_by_judge("exp(-abs(x))*cos(2*x+1)", "f32", "all", 9973);
}

/* sin and cos look up the same parts of 2^e. */
static void test_reductions_are_shared(void **state)
{
    const Deadline never = {0};
    Prog *both = calloc(1, sizeof *both), *one = calloc(1, sizeof *one);
    Problem *problem = make_problem("sin(x)+cos(x)", "f32", "all");
    Rng rng = rng_new(1, 1);
    assert_true(composed_make(problem, &rng, &never, both));
    free_problem(problem);
    problem = make_problem("sin(x)*x", "f32", "all");
    assert_true(composed_make(problem, &rng, &never, one));
    assert_true(both->n_tables < 2 * one->n_tables);
    assert_true(both->n < 2 * one->n - 8);
    free_problem(problem);
    free(both);
    free(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions_within_other_operations_are_composed),
        cmocka_unit_test(test_a_function_of_a_sum),
        cmocka_unit_test(test_sums_that_cancel_at_0),
        cmocka_unit_test(test_arguments_without_result_give_nan),
        cmocka_unit_test(test_infinite_results),
        cmocka_unit_test(test_a_gap_is_nan),
        cmocka_unit_test(test_a_power_of_two_variables),
        cmocka_unit_test(test_powers),
        cmocka_unit_test(test_periodic_functions_of_all_inputs),
        cmocka_unit_test(test_reductions_are_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
