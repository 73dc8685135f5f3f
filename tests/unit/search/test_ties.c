/* Correct rounding as a goal: samples of ties, constants tuned against them, and programs found that the judge
   finds no fault with. */
#include "search/ties.h"

#include "runtime/measure/verify.h"
#include "runtime/prog/eval.h"
#include "search/search.h"
#include "tests/support/check.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static Goal goal_of(const char *expression, Type type, double lo, double hi)
{
    Goal goal = parsed_goal(expression, 1, type, (Bound){BOUND_ULP, 0.5, "0.5ulp"}, lo, hi);
    goal.minimize = MINIMIZE_THROUGHPUT;
    strcpy(goal.name, "f");
    strcpy(goal.target, "x86-64-v3");
    return goal;
}

/* exp on [0, 1/16] in f64, the coefficients a little off those of the Taylor polynomial. */
static const char OFF[] = "f32 x\n"
                          "f64 v1 = convert x\n"
                          "f64 c0 = const 0x1p+0\n"
                          "f64 c1 = const 0x1.0000000004000p+0\n"
                          "f64 c2 = const 0x1.ffffffffff000p-2\n"
                          "f64 c3 = const 0x1.5555555560000p-3\n"
                          "f64 c4 = const 0x1.5555555000000p-5\n"
                          "f64 c5 = const 0x1.1111110000000p-7\n"
                          "f64 c6 = const 0x1.6c16e00000000p-10\n"
                          "f64 c7 = const 0x1.a01a000000000p-13\n"
                          "f64 s6 = fma c7 v1 c6\n"
                          "f64 s5 = fma s6 v1 c5\n"
                          "f64 s4 = fma s5 v1 c4\n"
                          "f64 s3 = fma s4 v1 c3\n"
                          "f64 s2 = fma s3 v1 c2\n"
                          "f64 s1 = fma s2 v1 c1\n"
                          "f64 s0 = fma s1 v1 c0\n"
                          "f32 y = convert s0\n"
                          "return y\n";

static uint64_t wrong_results(const Prog *prog, const Goal *goal)
{
    Report report;
    Err err = {0};
    const VerifyOptions options = {.n_threads = 1};
    if (verify(&report, prog, goal, &options, &err) != OK) fail_msg("%s", err.text);
    assert_true((report.n_wrong == 0) == report_meets(&report, goal));
    return report.n_wrong;
}

static void errors_before_rounding_are_shares_of_the_way_to_the_tie(void **state)
{
    const Goal goal = goal_of("exp(x)", TYPE_F32, 0.0625, 0.125);
    Err err = {0};
    const double x[] = {0x1.8p-4};
    Sample *plain;
    assert_int_equal(sample_at_inputs(&plain, &goal, x, 1, &err), OK);
    Sample *before = sample_of_ties(plain);
    const double f = plain->f_hi[0], y = (float)f, ulp = ulp_of(TYPE_F32, f);
    const double tie = f > y ? y + ulp / 2 : y - ulp / 2;
    Prog constant;
    prog_init(&constant);
    prog_add_input(&constant, TYPE_F32, "x");
    const Ref value = prog_add_bits(&constant, TYPE_F64, 0);
    const struct {
        double at, error;
    } rows[] = {{f, 0}, {(f + tie) / 2, 0.5}, {tie, 1}, {f - (tie - f), 0}, {2 * tie - f, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        constant.node[value].value.lo = bits_from_value(TYPE_F64, rows[i].at);
        const double error = sample_error(before, &goal, &constant, INFINITY, NULL);
        if (fabs(error - rows[i].error) > 1e-5) fail_msg("%zu: %g", i, error);
    }
    sample_free(before);
    sample_free(plain);
}

static void the_last_rounding_is_taken_off_where_there_is_one(void **state)
{
    const Prog prog = parsed_prog(OFF);
    Prog before;
    assert_true(ties_strip(&before, &prog));
    assert_int_equal(prog_type(&before), TYPE_F64);
    assert_true(prog_is_valid(&before, NULL));
    const Prog narrow = parsed_prog("f32 x\nf32 y = add x x\nreturn y\n");
    assert_false(ties_strip(&before, &narrow));
    const Prog widening = parsed_prog("f32 x\nf64 w = convert x\nf64 y = add w w\nreturn y\n");
    assert_false(ties_strip(&before, &widening));
}

/* exp on [0, 1/16] times a power of two, or turned in sign, by integers on the rounded bits. */
static void check_integer_end(const char *end, double factor)
{
    char text[2048];
    snprintf(text, sizeof text, "%.*s%s", (int)(strstr(OFF, "return") - OFF), OFF, end);
    const Prog prog = parsed_prog(text);
    Prog before;
    assert_true(ties_strip(&before, &prog));
    Err err = {0};
    if (!prog_is_valid(&before, &err)) fail_msg("%s", err.text);
    Eval *whole, *stripped;
    assert_int_equal(eval_new(&whole, &prog, NULL, NULL), OK);
    assert_int_equal(eval_new(&stripped, &before, NULL, NULL), OK);
    for (double x = 0; x < 0.0625; x += 0x1.234p-10) {
        const float in = (float)x;
        float got;
        double wide;
        const void *const arrays[] = {&in};
        eval_run(whole, arrays, &got, 1);
        eval_run(stripped, arrays, &wide, 1);
        assert_true((float)wide == got);
        assert_true(fabs(wide - factor * exp(in)) < 1e-9 * fabs(factor));
    }
    eval_free(whole);
    eval_free(stripped);
}

static void powers_of_two_and_signs_after_the_rounding_are_put_before_it(void **state)
{
    check_integer_end("i32 n = const -3\ni32 s = const 23\ni32 m = shl n s\ni32 b = bitcast y\n"
                      "i32 e = iadd b m\nf32 z = bitcast e\nreturn z\n",
                      0.125);
    check_integer_end("i32 n = const 5\ni32 s = const 31\ni32 m = shl n s\ni32 b = bitcast y\n"
                      "i32 e = ixor m b\nf32 z = bitcast e\nreturn z\n",
                      -1);
    /* Another count changes bits of the significand: not that. */
    char text[2048];
    snprintf(text, sizeof text, "%.*s%s", (int)(strstr(OFF, "return") - OFF), OFF,
             "i32 n = const 1\ni32 s = const 22\ni32 m = shl n s\ni32 b = bitcast y\n"
             "i32 e = iadd b m\nf32 z = bitcast e\nreturn z\n");
    const Prog prog = parsed_prog(text);
    Prog before;
    assert_false(ties_strip(&before, &prog));
}

/* As few wrong results as these are put right one by one. */
static void the_last_wrong_results_are_patched(void **state)
{
    const Goal goal = goal_of("exp(x)", TYPE_F32, 0x1p-5, 0x1p-4);
    Prog prog = parsed_prog(OFF);
    prog.node[3].value.lo = bits_from_value(TYPE_F64, 1 + 0x1p-44); /* c1 */
    const uint64_t n_wrong = wrong_results(&prog, &goal);
    assert_true(n_wrong >= 1 && n_wrong <= 4);
    Ties ties;
    Err err = {0};
    assert_int_equal(ties_init(&ties, &goal, 1, &err), OK);
    assert_true(ties_patch(&ties, &goal, &prog));
    assert_int_equal(wrong_results(&prog, &goal), 0);
    assert_false(ties_patch(&ties, &goal, &prog)); /* none are left */
    prog = parsed_prog(OFF);
    prog.node[3].value.lo = bits_from_value(TYPE_F64, 1 + 0x1p-35);
    assert_false(ties_patch(&ties, &goal, &prog)); /* too many */
    ties_release(&ties);
}

static void constants_that_are_a_little_off_are_put_right(void **state)
{
    enum { EFFORT = 2000 };
    const Goal goal = goal_of("exp(x)", TYPE_F32, 0x1p-8, 0x1p-4);
    Prog prog = parsed_prog(OFF);
    Err err = {0};
    Ties ties;
    assert_int_equal(ties_init(&ties, &goal, 1, &err), OK);
    const uint64_t n_before = wrong_results(&prog, &goal);
    assert_true(n_before > 0);
    Ref free[8];
    int n_free = 0;
    for (int i = 0; i < prog.n; i++)
        if (prog.node[i].op == OP_CONST) free[n_free++] = (Ref)i;
    Rng rng = rng_new(1, 2);
    assert_true(ties_tune(&ties, &goal, &prog, free, n_free, EFFORT, &rng));
    assert_int_equal(wrong_results(&prog, &goal), 0);
    ties_release(&ties);
}

/* Searches for a few generations and lets the judge look at the best. */
static void check_is_found(const char *expression, Type type, double lo, double hi)
{
    const Goal goal = goal_of(expression, type, lo, hi);
    const SearchOptions options = {.seed = 1, .n_threads = 1, .max_generations = 6};
    Search *search;
    Err err = {0};
    if (search_new(&search, &goal, &options, &err) != OK) fail_msg("%s", err.text);
    for (int i = 0; i < 4; i++) {
        if (search_run(search, &err) != OK) fail_msg("%s", err.text);
        const SearchState *s = search_state(search);
        if (s->best == NULL) fail_msg("%s: nothing found", expression);
        const Prog prog = s->best->prog;
        BadInputs bad = {.n = 0};
        Report report;
        const VerifyOptions judging = {.n_threads = 1, .bad = &bad};
        if (verify(&report, &prog, &goal, &judging, &err) != OK) fail_msg("%s", err.text);
        if (report_meets(&report, &goal)) {
            search_free(search);
            return;
        }
        assert_true(bad.n > 0);
        search_refute(search, &prog, report.max_ulp, bad.x, bad.n);
    }
    fail_msg("%s: the judge found wrong results", expression);
}

static void correctly_rounded_programs_are_found(void **state)
{
    check_is_found("exp(x)", TYPE_F32, 0x1p-1, 0x1.4p-1);
    check_is_found("log(x)", TYPE_F32, 0x1p+0, 0x1.2p+0);
    check_is_found("sin(x)", TYPE_BF16, -3, 3);
    check_is_found("exp2(x)", TYPE_F16, -4, 4);
}

static void ties_of_a_part_are_those_of_the_whole_in_it(void **state)
{
    const Goal goal = goal_of("sin(x)", TYPE_F16, -4, 4),
               part = goal_of("sin(x)", TYPE_F16, 0.5, 2);
    Ties all, some;
    Err err = {0};
    assert_int_equal(ties_init(&all, &goal, 1, &err), OK);
    ties_within(&some, &all, &part);
    int n = 0;
    for (int i = 0; i < all.rounded->n; i++) {
        const double x = all.rounded->x_value[0][i];
        if (x < 0.5 || x > 2) continue;
        assert_true(some.rounded->x_value[0][n] == x && some.before->x_value[0][n] == x);
        assert_true(some.before->scale[n] == all.before->scale[i]);
        n++;
    }
    assert_true(n > 100);
    assert_int_equal(some.rounded->n, n);
    assert_int_equal(some.before->n, n);
    ties_release(&some);
    ties_release(&all);
}

static void in_f64_half_an_ulp_has_no_wider_type(void **state)
{
    const Goal wide = goal_of("exp(x)", TYPE_F64, 0, 1), narrow = goal_of("exp(x)", TYPE_F32, 0, 1);
    assert_false(ties_applies(&wide));
    assert_true(ties_applies(&narrow));
    Goal other = narrow;
    other.bound.limit = nextafter(0.5, 1);
    assert_false(ties_applies(&other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_before_rounding_are_shares_of_the_way_to_the_tie),
        cmocka_unit_test(the_last_rounding_is_taken_off_where_there_is_one),
        cmocka_unit_test(powers_of_two_and_signs_after_the_rounding_are_put_before_it),
        cmocka_unit_test(the_last_wrong_results_are_patched),
        cmocka_unit_test(constants_that_are_a_little_off_are_put_right),
        cmocka_unit_test(correctly_rounded_programs_are_found),
        cmocka_unit_test(ties_of_a_part_are_those_of_the_whole_in_it),
        cmocka_unit_test(in_f64_half_an_ulp_has_no_wider_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
