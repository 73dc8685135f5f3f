/* How the judge goes about it: compiled code beside the program, threads, stops, progress, refusals. */
#include "tests/support/judged.h"

/* x + x, but for the floats of [0x1.23p-40, 0x1.24p-40], all of which are off by an ulp: 2^15 of 2^25, none of which the first comparison
   is likely to meet. */
static void faulty_code(const void *const *x, void *y, size_t n)
{
    const float *in = x[0];
    float *out = y;
    for (size_t i = 0; i < n; i++) {
        out[i] = in[i] + in[i];
        if (in[i] >= 0x1.23p-40f && in[i] <= 0x1.24p-40f) out[i] = nextafterf(out[i], INFINITY);
    }
}

static void right_code(const void *const *x, void *y, size_t n)
{
    for (size_t i = 0; i < n; i++) ((float *)y)[i] = 2 * ((const float *)x[0])[i];
}

static void verify_finds_code_that_is_not_the_program(void **state)
{
    (void)state;
    const Goal goal = goal_of("2*x", TYPE_F32, 0x1p-42, 0x1p-38);
    const Prog prog = parsed_prog("f32 x\nf32 y = add x x\nreturn y\n");
    VerifyOptions options = {.n_threads = 2, .code = faulty_code};
    Report report;
    Err err = {0};
    assert_int_equal(verify(&report, &prog, &goal, &options, &err), ERR_INTERNAL);
    if (!strstr(err.text, "where the program gives")) fail_msg("%s", err.text);

    /* With the right code, with none and with the JIT's the Report is the same. */
    for (int i = 0; i < 3; i++) {
        options =
            (VerifyOptions){.n_threads = 1, .code = i == 0 ? right_code : NULL, .no_code = i == 1};
        report = judged(&prog, &goal, &options);
        assert_true(report.max_ulp == 0 && report.n_wrong == 0);
        assert_true(report.n_points == ((uint64_t)4 << 23) + 1);
        assert_int_equal(report.method, METHOD_EXHAUSTIVE);
    }
}

static void verify_finds_the_same_with_any_number_of_threads(void **state)
{
    const Goal goal = goal_of("sin(x)", TYPE_F32, 1, 40);
    const Prog prog = identity(TYPE_F32);
    Machine machine = {.f = sinf, .faulty = NAN};
    Report first = {0};
    for (int n = 1; n <= 3; n++) {
        VerifyOptions options = running(&machine, n);
        options.stride = 3;
        const Report report = judged(&prog, &goal, &options);
        if (n == 1) first = report;
        assert_true(report.max_ulp == first.max_ulp && report.max_rel == first.max_rel &&
                    report.max_abs == first.max_abs && report.n_wrong == first.n_wrong &&
                    report.n_points == first.n_points &&
                    report.worst_input[0] == first.worst_input[0]);
    }
}

static void verify_stops_when_told(void **state)
{
    const Goal goal = goal_on_all("exp(x)", TYPE_F32);
    const Prog prog = identity(TYPE_F32);
    atomic_int stop = 1;
    const VerifyOptions options = {.stop = &stop};
    Report report;
    Err err = {0};
    assert_int_equal(verify(&report, &prog, &goal, &options, &err), ERR_INTERRUPTED);
    assert_true(strlen(err.text) > 0);
}

static void note_progress(void *context, double done)
{
    double *last = context;
    assert_true(done >= 0 && done <= 1);
    if (done > *last) *last = done;
}

static void verify_tells_how_far_it_is(void **state)
{
    const Goal goal = goal_of("exp2(x)", TYPE_F32, 0.5, 1);
    const Prog prog = parsed_prog(EXP2_PROGRAM);
    double last = 0;
    const VerifyOptions options = {
        .n_threads = 1, .progress = note_progress, .progress_context = &last};
    judged(&prog, &goal, &options);
    assert_true(last == 1);
}

static void verify_refuses_what_does_not_fit_the_goal(void **state)
{
    const Goal goal = goal_of("exp(x)", TYPE_F32, 0, 1);
    const Prog progs[] = {identity(TYPE_F64), goal.reference,
                          parsed_prog("f32 x\nf32 y\nf32 s = add x y\nreturn s\n")};
    for (int i = 0; i < 3; i++) {
        Report report;
        Err err = {0};
        assert_int_equal(verify(&report, &progs[i], &goal, NULL, &err), ERR_INPUT);
        assert_true(strlen(err.text) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_finds_code_that_is_not_the_program),
        cmocka_unit_test(verify_finds_the_same_with_any_number_of_threads),
        cmocka_unit_test(verify_stops_when_told),
        cmocka_unit_test(verify_tells_how_far_it_is),
        cmocka_unit_test(verify_refuses_what_does_not_fit_the_goal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
