/* The close look: what a sample can only hint at is found, and what holds everywhere is not suspected. */
#include "search/attack.h"

#include "frontend/spec.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

/* x, but `low` too large above 1.3 and below 1.34, and `high` too large between `at` and `to`. */
static void make_program(Prog *prog, Type type, double low, double high, double at, double to)
{
    const double edge[4] = {1.3, 1.34, at, to};
    prog_init(prog);
    const Ref x = prog_add_input(prog, type, "x");
    Ref error = prog_add_const(prog, type, 0);
    for (int i = 0; i < 2; i++) {
        const Ref size = prog_add_const(prog, type, i == 0 ? low : high);
        const Ref from = prog_add_const(prog, type, edge[2 * i]);
        const Ref end = prog_add_const(prog, type, edge[2 * i + 1]);
        const Ref is_above = prog_add(prog, OP_LT, from, x, 0);
        const Ref is_below = prog_add(prog, OP_LT, x, end, 0);
        const Ref is_inside = prog_add(prog, OP_AND, is_above, is_below, 0);
        error = prog_add(prog, OP_SELECT, is_inside, size, error);
    }
    prog_add(prog, OP_ADD, x, error, 0);
}

static void make_goal(Goal *goal, const char *type_name, const char *domain)
{
    Err err = {0};
    const SpecText spec = {.what = "x",
                           .type = type_name,
                           .domain = {domain},
                           .n_domains = 1,
                           .max_error = "2ulp",
                           .target = "x86-64-v3"};
    if (spec_to_goal(goal, &spec, &err) != OK) fail_msg("%s", err.text);
}

static void check_peak(const char *type_name, double low, double high, double at, double width,
                       double expected)
{
    static Goal goal;
    Err err = {0};
    make_goal(&goal, type_name, "[1,2]");
    const double ulp = ulp_of(goal.type, 1.5);
    Prog prog;
    Sample *sample;
    Attack found;
    make_program(&prog, goal.type, low * ulp, high * ulp, at, at + width);
    if (sample_new(&sample, &goal, 600, 1, &err) != OK) fail_msg("%s", err.text);
    int worst;
    assert_true(sample_error(sample, &goal, &prog, INFINITY, &worst) <= 2);
    const AttackOptions options = {.seed = 1, .n_threads = 1};
    if (attack(&found, &goal, &prog, sample, &options, &err) != OK) fail_msg("%s", err.text);
    assert_true(found.error == expected && !found.is_broken_off);
    assert_int_equal(found.n > 0, expected > 2);
    if (found.n > 0) assert_true(found.x[0] > at && found.x[0] < at + 0.0002);
    sample_free(sample);
}

static void check(const char *type_name, double low, double high, double at, double expected)
{
    check_peak(type_name, low, high, at, ldexp(1, -13), expected);
}

static void a_narrow_peak_beside_sampled_inputs_is_found(void **state)
{
    check("f32", 1, 5, 1.317, 5);
    check("f64", 1, 5, 1.317, 5);
}

static void a_narrow_peak_elsewhere_is_found_where_the_error_comes_near_the_bound(void **state)
{
    check("f32", 2, 5, 1.717, 5);
}

/* One float wide. */
static void a_small_domain_is_seen_whole_where_the_error_comes_near_the_bound(void **state)
{
    static const struct {
        const char *type, *domain;
        bool is_small;
    } ROWS[] = {
        {"f32", "[1,2]", true}, {"f32", "[1,8]", false}, {"f32", "all", false}, {"f64", "[1,2]", false}};
    static Goal goal;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        make_goal(&goal, ROWS[i].type, ROWS[i].domain);
        assert_int_equal(attack_sees_all(&goal), ROWS[i].is_small);
    }
    for (int i = 0; i < 5; i++) {
        const double at = ldexp(rint(ldexp(1.4 + 0.1 * i, 23)), -23);
        check_peak("f32", 2, 3, at, ldexp(1, -22), 3);
    }
}

static void what_meets_the_bound_is_measured_and_not_accused(void **state)
{
    check("f32", 1, 2, 1.317, 2);
    check("f32", 1, 0, 1.317, 1);
    check("f32", 0, 0, 1.317, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_narrow_peak_beside_sampled_inputs_is_found),
        cmocka_unit_test(a_narrow_peak_elsewhere_is_found_where_the_error_comes_near_the_bound),
        cmocka_unit_test(a_small_domain_is_seen_whole_where_the_error_comes_near_the_bound),
        cmocka_unit_test(what_meets_the_bound_is_measured_and_not_accused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
