/* The judge where not every input can be looked at: f64, and several variables. */
#include "runtime/measure/verify.h"
#include "runtime/oracle/oracle.h"
#include "tests/support/check.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static Goal goal_of(const char *expression, Type type, int n_variables, double lo, double hi)
{
    return parsed_goal(expression, n_variables, type, (Bound){BOUND_ULP, 1, "1ulp"}, lo, hi);
}

static Report judged(const Prog *prog, const Goal *goal, const VerifyOptions *options)
{
    Report report;
    Err err = {0};
    if (verify(&report, prog, goal, options, &err) != OK) fail_msg("verify: %s", err.text);
    return report;
}

/* What the Report says of the worst input is true. */
static void check_worst(const Report *report, const Goal *goal)
{
    Oracle *oracle = oracle_new(&goal->reference, NULL, 0);
    ErrorAt error;
    uint64_t want;
    Err err;
    assert_int_equal(
        oracle_error(oracle, report->worst_input, goal->type, report->worst_got, 0, &error, &err),
        OK);
    assert_int_equal(oracle_round(oracle, report->worst_input, goal->type, &want, NULL, &err), OK);
    assert_true(error.ulp == report->max_ulp);
    assert_true(value_from_bits(goal->type, want) == report->worst_want);
    oracle_free(oracle);
}

typedef struct {
    double (*f)(double);
    double above, wrong; /* results for inputs above `above` are multiplied by `wrong` */
} Machine;

static void run_machine(void *context, int worker, const void *const *x, void *y, size_t n)
{
    const Machine *machine = context;
    const double *in = x[0];
    double *out = y;
    for (size_t i = 0; i < n; i++)
        out[i] = machine->f(in[i]) * (in[i] > machine->above ? machine->wrong : 1);
}

static void verify_samples_a_double_function(void **state)
{
    const Goal goal = goal_of("exp(x)", TYPE_F64, 1, -1, 1);
    const Prog prog = parsed_prog("f64 x\nreturn x\n");
    Machine machine = {.f = exp, .above = INFINITY};
    const VerifyOptions options = {
        .n_threads = 2, .n_points = 300000, .run = run_machine, .run_context = &machine};
    const Report report = judged(&prog, &goal, &options);
    assert_int_equal(report.method, METHOD_SAMPLED);
    assert_true(report.n_points >= 300000 && report.n_points < 300100);
    assert_true(report.max_ulp > 0.5 && report.max_ulp < 0.52); /* the GNU library's exp */
    check_worst(&report, &goal);
}

static void verify_sees_that_sqrt_is_correctly_rounded(void **state)
{
    const Goal goal = goal_of("sqrt(x)", TYPE_F64, 1, NAN, NAN);
    const Prog prog = parsed_prog("f64 x\nf64 y = sqrt x\nreturn y\n");
    const VerifyOptions options = {.n_threads = 2, .n_points = 200000};
    const Report report = judged(&prog, &goal, &options);
    assert_true(report.max_ulp <= 0.5 && report.max_ulp > 0.49);
    assert_true(report.n_wrong == 0);
}

static void verify_finds_a_fault_in_a_corner_of_the_domain(void **state)
{
    /* Wrong by 3 ulps within 1e-12 of the upper end only. */
    const Goal goal = goal_of("exp(x)", TYPE_F64, 1, -1, 1);
    const Prog prog = parsed_prog("f64 x\nreturn x\n");
    Machine machine = {.f = exp, .above = 1 - 1e-12, .wrong = 1 + 0x3p-52};
    const VerifyOptions options = {
        .n_threads = 2, .n_points = 100000, .run = run_machine, .run_context = &machine};
    const Report report = judged(&prog, &goal, &options);
    assert_true(report.max_ulp > 2 && report.worst_input[0] > machine.above);
    check_worst(&report, &goal);
}

static void verify_samples_around_zeros_of_the_function(void **state)
{
    /* cos(x) by sin(pi/2 - x) with a rounded pi/2: wrong only close to the zero. */
    const Goal goal = goal_of("cos(x)", TYPE_F64, 1, 1, 2);
    const Prog prog = parsed_prog("f64 x\nf64 half = const 0x1.921fb54442d18p+0\n"
                                  "f64 r = sub half x\n"
                                  "f64 s = mul r r\nf64 sixth = const -0x1.5555555555555p-3\n"
                                  "f64 q = mul s sixth\nf64 t = fma q r r\nreturn t\n");
    const VerifyOptions options = {.n_threads = 2, .n_points = 100000};
    const Report report = judged(&prog, &goal, &options);
    /* At the double next to pi/2 the result is 0, the value 6e-17. */
    assert_true(report.max_rel >= 1);
}

static void verify_gives_an_exact_program_no_error(void **state)
{
    const Goal goal = goal_of("x*0.5", TYPE_F64, 1, -4, 4);
    const Prog prog = parsed_prog("f64 x\nf64 half = const 0x1p-1\nf64 y = mul x half\nreturn y\n");
    const VerifyOptions options = {.n_threads = 2, .n_points = 50000};
    const Report report = judged(&prog, &goal, &options);
    assert_true(report.max_ulp <= 0.5 && report.n_wrong == 0); /* 0.5: the subnormals */
}

static void verify_samples_several_variables(void **state)
{
    const Type types[] = {TYPE_F16, TYPE_F32, TYPE_F64};
    for (int t = 0; t < 3; t++) {
        const char *name = type_info(types[t])->name;
        char text[200];
        snprintf(text, sizeof text, "%s x\n%s y\n%s s = mul x y\n%s r = sqrt s\nreturn r\n", name,
                 name, name, name);
        const Goal goal = goal_of("sqrt(x*y)", types[t], 2, 0.5, 8);
        const Prog prog = parsed_prog(text);
        const VerifyOptions options = {.n_threads = 2, .n_points = 50000};
        const Report report = judged(&prog, &goal, &options);
        assert_int_equal(report.method, METHOD_SAMPLED);
        /* Half an ulp of the square root, and what half an ulp of the product leaves of it. */
        assert_true(report.max_ulp > 0.8 && report.max_ulp < 1.21);
        check_worst(&report, &goal);
    }
}

static void verify_combines_the_specials_of_two_variables(void **state)
{
    /* The reference gives NaN for inf - inf; the program 0 where the two are equal. */
    const Goal goal = goal_of("x-y", TYPE_F32, 2, NAN, NAN);
    const Prog prog = parsed_prog("f32 x\nf32 y\nf32 d = sub x y\nf32 zero = const 0x0p+0\n"
                                  "bool same = eq x y\nf32 r = select same zero d\nreturn r\n");
    const VerifyOptions options = {.n_threads = 2, .n_points = 2000};
    const Report report = judged(&prog, &goal, &options);
    assert_true(isinf(report.max_ulp));
    assert_true(isinf(report.worst_input[0]) && report.worst_input[0] == report.worst_input[1]);
}

static void verify_samples_the_same_points_for_a_seed(void **state)
{
    const Goal goal = goal_of("x*x+y", TYPE_F32, 2, -3, 3);
    const Prog prog = parsed_prog("f32 x\nf32 y\nf32 s = mul x x\nf32 r = add s y\nreturn r\n");
    Report reports[4];
    const int threads[4] = {1, 3, 1, 1};
    for (int i = 0; i < 4; i++) {
        const VerifyOptions options = {
            .n_threads = threads[i], .n_points = 30000, .seed = i == 3 ? 2 : 1};
        reports[i] = judged(&prog, &goal, &options);
    }
    for (int i = 1; i < 3; i++)
        assert_true(reports[i].max_ulp == reports[0].max_ulp &&
                    reports[i].worst_input[0] == reports[0].worst_input[0] &&
                    reports[i].worst_input[1] == reports[0].worst_input[1] &&
                    reports[i].n_wrong == reports[0].n_wrong);
    assert_true(reports[3].n_wrong != reports[0].n_wrong);
}

static void verify_asks_the_oracle_where_nothing_else_can_tell(void **state)
{
    const Goal goal = goal_of("x*0+zeta(3)", TYPE_F64, 1, 1, 2);
    const Prog prog = parsed_prog("f64 x\nf64 z = const 0x1.33ba004f00621p+0\nreturn z\n");
    const VerifyOptions options = {.n_threads = 2, .n_points = 3000};
    const Report report = judged(&prog, &goal, &options);
    assert_true(report.n_points >= 3000 && report.max_ulp <= 0.5 && report.n_wrong == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_samples_a_double_function),
        cmocka_unit_test(verify_sees_that_sqrt_is_correctly_rounded),
        cmocka_unit_test(verify_finds_a_fault_in_a_corner_of_the_domain),
        cmocka_unit_test(verify_samples_around_zeros_of_the_function),
        cmocka_unit_test(verify_gives_an_exact_program_no_error),
        cmocka_unit_test(verify_samples_several_variables),
        cmocka_unit_test(verify_combines_the_specials_of_two_variables),
        cmocka_unit_test(verify_samples_the_same_points_for_a_seed),
        cmocka_unit_test(verify_asks_the_oracle_where_nothing_else_can_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
