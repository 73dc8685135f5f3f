/* Whole functions: which inputs are common, the guard that tells, and programs that join a fast side with one for all. */
#include "search/common_range.h"
#include "search/search.h"

#include "runtime/measure/verify.h"
#include "runtime/prog/eval.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static Goal *make_goal(const char *what, const char *type, const char *domain)
{
    return parsed_spec(
        (SpecText){.what = what, .type = type, .domain = {domain}, .minimize = "throughput"});
}

static bool find_range(CommonRange *range, const char *what, const char *type, const char *domain)
{
    Goal *goal = make_goal(what, type, domain);
    Problem *problem = calloc(1, sizeof *problem);
    Err err = {0};
    if (problem_init(problem, goal, 1, &err) != OK) fail_msg("%s", err.text);
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    const bool is_found = common_range_find(range, problem, oracle);
    oracle_free(oracle);
    problem_release(problem);
    free(problem);
    free(goal);
    return is_found;
}

/* -- the common range ------------------------------------------------------------------------------ */

static void test_range_ends_where_results_overflow_or_underflow(void **state)
{
    CommonRange range;
    assert_true(find_range(&range, "exp", "f32", "all"));
    assert_int_equal(range.guard, GUARD_WITHIN);
    assert_true(range.hi > 86.6 && range.hi < 86.7); /* 2^125: a factor of 8 below the end */
    assert_true(range.domain.lo == -range.domain.hi && range.domain.hi < range.hi);
    assert_true(find_range(&range, "1/(1+exp(-x))", "f32", "all"));
    assert_int_equal(range.guard, GUARD_ABOVE);
    /* 2^-125: so that half of it is normal */
    assert_true(range.lo > -86.7 && range.lo < -86.6 && range.domain.hi == INFINITY);
    /* x is a factor: the other is to be normal, too. */
    assert_true(find_range(&range, "x/(1+exp(-x))", "f32", "all"));
    assert_int_equal(range.guard, GUARD_ABOVE);
    assert_true(range.lo > -86.0 && range.lo < -85.9);
    assert_true(find_range(&range, "exp(-x)", "f32", "[-50,200]"));
    assert_int_equal(range.guard, GUARD_BELOW);
    assert_true(range.domain.lo == -50 && range.domain.hi < 86.7);
}

static void test_range_of_a_logarithm_is_the_normal_floats_above_0(void **state)
{
    CommonRange range;
    assert_true(find_range(&range, "log", "f32", "all"));
    assert_int_equal(range.guard, GUARD_POSITIVE);
    assert_true(range.domain.lo == 0x1p-126 && range.domain.hi == 0x1.fffffep127);
}

/* Poles at the whole numbers of a side: what is between them is not common. */
static void test_range_of_a_gamma_function_is_above_0(void **state)
{
    CommonRange range;
    assert_true(find_range(&range, "tgamma", "f32", "all"));
    assert_int_equal(range.guard, GUARD_POSITIVE);
    assert_true(range.domain.lo < 1e-36 && range.domain.hi > 34 && range.domain.hi < 35.1);
    assert_true(find_range(&range, "lgamma", "f32", "all"));
    assert_int_equal(range.guard, GUARD_POSITIVE);
    assert_true(range.domain.lo == 0x1p-126 && range.domain.hi > 1e35);
}

static void test_range_of_a_periodic_function_ends_where_reducing_gets_dear(void **state)
{
    CommonRange range;
    assert_true(find_range(&range, "sin(2*x+1)", "f32", "all"));
    assert_int_equal(range.guard, GUARD_WITHIN);
    assert_true(range.hi > 1e4 && range.hi < 1e6);
    assert_true(find_range(&range, "sin", "f32", "all")); /* which f32 itself can reduce */
    assert_true(range.hi == 4096);
}

/* What has exponents that divide, and no subnormals: on both sides of 0 where the function is. */
static void test_range_of_a_power_is_the_numbers_whose_reciprocals_are_normal(void **state)
{
    CommonRange range;
    assert_true(find_range(&range, "cbrt", "f32", "all"));
    assert_int_equal(range.guard, GUARD_SIZE);
    assert_true(range.lo == 0x1p-126 && range.hi == 0x1p124 && range.domain.lo == -0x1p124);
    assert_true(common_range_has(&range, -1) && !common_range_has(&range, 0x1p-127));
    assert_true(find_range(&range, "3*rsqrt(x)", "f32", "all"));
    assert_int_equal(range.guard, GUARD_POSITIVE);
    assert_true(range.domain.lo == 0x1p-126 && range.domain.hi == 0x1p124);
    assert_true(find_range(&range, "cbrt", "f32", "[-50,200]"));
    assert_true(range.guard == GUARD_SIZE && range.domain.lo == -50 && range.domain.hi == 200);
    assert_false(find_range(&range, "cbrt", "f16", "all")); /* computed in f32 */
    assert_false(find_range(&range, "cbrt(x*x+1)", "f32", "[-9,9]"));
}

static void test_what_is_common_everywhere_needs_no_guard(void **state)
{
    CommonRange range;
    assert_false(find_range(&range, "tanh", "f32", "all"));
    assert_false(find_range(&range, "exp", "f32", "[-10,10]"));
    assert_false(find_range(&range, "sin", "f32", "[-100,100]"));
    assert_false(find_range(&range, "sin", "f32", "[-1e5,1e5]")); /* most inputs may be large */
}

static void test_guard_passes_exactly_the_common_inputs(void **state)
{
    const struct {
        const char *what, *type, *domain;
    } cases[] = {
        {"exp", "f16", "all"}, {"log", "f16", "all"},          {"1/(1+exp(-x))", "f16", "all"},
        {"exp2", "f16", "all"}, {"exp(x+3)", "bf16", "[-200,200]"}, {"log2", "bf16", "all"},
        {"cbrt", "bf16", "all"}, {"x^(-1/4)", "bf16", "all"},
        {"cbrt", "bf16", "[-50,200]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CommonRange range;
        assert_true(find_range(&range, cases[i].what, cases[i].type, cases[i].domain));
        Goal *goal = make_goal(cases[i].what, cases[i].type, cases[i].domain);
        Prog prog;
        prog_init(&prog);
        const Ref x = prog_add_input(&prog, goal->type, "x");
        const Ref one = prog_add_const(&prog, goal->type, 1), zero = prog_add_const(&prog, goal->type, 0);
        prog_add(&prog, OP_SELECT, common_range_guard(&range, &prog, x), one, zero);
        Eval *eval;
        assert_int_equal(eval_new(&eval, &prog, NULL, NULL), OK);
        for (uint64_t bits = 0; bits < 1 << 16; bits++) {
            const double value = value_from_bits(goal->type, bits);
            const bool passes = value_from_bits(goal->type, eval_bits(eval, &bits)) == 1;
            if (isnan(value))
                assert_false(passes);
            else if (goal->domain[0].is_all || (value >= goal->domain[0].lo && value <= goal->domain[0].hi))
                assert_int_equal(passes, common_range_has(&range, value));
        }
        eval_free(eval);
        free(goal);
    }
}

/* -- the search ---------------------------------------------------------------------------------------- */

/* As `approxcc synth` does: searched and judged in turns until the judge has nothing against it. */
static Search *search_until_judged(const Goal *goal, SearchOptions options, Report *report)
{
    Search *search;
    Err err = {0};
    if (search_new(&search, goal, &options, &err) != OK) fail_msg("%s", err.text);
    for (int i = 0; i < 20; i++) {
        if (search_run(search, &err) != OK) fail_msg("%s", err.text);
        const SearchState *state = search_state(search);
        assert_non_null(state->best);
        const VerifyOptions verify_options = {.n_threads = 2};
        if (verify(report, &state->best->prog, goal, &verify_options, &err) != OK)
            fail_msg("%s", err.text);
        if (report->max_ulp <= goal->bound.limit) return search;
        search_refute(search, &state->best->prog, report->max_ulp, report->worst_input, 1);
    }
    fail_msg("no program stood");
    return NULL;
}

static void test_whole_function_is_right_on_every_float_and_cheaper_than_one_without_guard(void **state)
{
    const char *const functions[] = {"exp", "log"};
    for (int i = 0; i < 2; i++) {
        Goal *goal = make_goal(functions[i], "bf16", "all");
        const SearchOptions options = {.seed = 2, .n_threads = 2, .max_generations = 12};
        Report report;
        Search *search = search_until_judged(goal, options, &report);
        const SearchState *found = search_state(search);
        assert_int_equal(report.method, METHOD_EXHAUSTIVE);
        assert_true(report.n_points >= 65000);
        const Candidate *most = &found->front[found->n_front - 1];
        assert_true(found->best->cost <= most->cost);
        search_free(search);
        free(goal);
    }
}

static void test_answer_does_not_depend_on_the_threads(void **state)
{
    Goal *goal = make_goal("exp2", "f16", "all");
    SearchOptions options = {.seed = 3, .n_threads = 1, .max_generations = 8};
    Report report;
    Search *one = search_until_judged(goal, options, &report);
    options.n_threads = 2;
    Search *two = search_until_judged(goal, options, &report);
    assert_true(prog_is_equal(&search_state(one)->best->prog, &search_state(two)->best->prog));
    search_free(one);
    search_free(two);
    free(goal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_range_ends_where_results_overflow_or_underflow),
        cmocka_unit_test(test_range_of_a_logarithm_is_the_normal_floats_above_0),
        cmocka_unit_test(test_range_of_a_gamma_function_is_above_0),
        cmocka_unit_test(test_range_of_a_periodic_function_ends_where_reducing_gets_dear),
        cmocka_unit_test(test_range_of_a_power_is_the_numbers_whose_reciprocals_are_normal),
        cmocka_unit_test(test_what_is_common_everywhere_needs_no_guard),
        cmocka_unit_test(test_guard_passes_exactly_the_common_inputs),
        cmocka_unit_test(
            test_whole_function_is_right_on_every_float_and_cheaper_than_one_without_guard),
        cmocka_unit_test(test_answer_does_not_depend_on_the_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
