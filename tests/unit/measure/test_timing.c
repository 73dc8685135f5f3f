/* What is timed, on which inputs. No test here looks at how long anything took. */
#include "runtime/measure/timing.h"

#include "runtime/base/rng.h"
#include "runtime/emit/targets.h"
#include "runtime/measure/timing_kernels.h"
#include "runtime/prog/eval.h"
#include "tests/support/random_prog.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* f over [lo, hi] (lo == hi: all) in a type. */
static Goal goal_of(Op op, Type type, double lo, double hi)
{
    Goal goal = {.type = type, .n_variables = 1, .target = "x86-64"};
    prog_init(&goal.reference);
    const Ref x = prog_add_input(&goal.reference, TYPE_REAL, "x");
    prog_add(&goal.reference, op, x, 0, 0);
    goal.domain[0] = (Domain){.lo = lo, .hi = hi, .is_all = lo == hi};
    return goal;
}

static TimingInputs inputs_of(Op op, Type type, double lo, double hi)
{
    const Goal goal = goal_of(op, type, lo, hi);
    TimingInputs inputs;
    assert_int_equal(timing_inputs(&inputs, &goal, NULL), OK);
    return inputs;
}

static void assert_inside(TimingInputs got, double lo, double hi, double part)
{
    assert_true(got.lo >= lo && got.hi <= hi && got.lo < got.hi);
    assert_true(got.hi - got.lo >= part * (hi - lo));
}

static void inputs_are_where_results_are_normal_and_change(void **state)
{
    assert_inside(inputs_of(OP_EXP, TYPE_F32, 0, 0), -87.4, 88.8, 0.85);
    assert_inside(inputs_of(OP_EXP, TYPE_F64, 0, 0), -708.4, 709.8, 0.85);
    assert_inside(inputs_of(OP_EXP, TYPE_F16, 0, 0), -9.8, 11.1, 0.8);
    assert_inside(inputs_of(OP_TANH, TYPE_F32, 0, 0), -9.1, 9.1, 0.7);
    assert_inside(inputs_of(OP_SIN, TYPE_F32, 0, 0), -4096, 4096, 0.85);
    assert_inside(inputs_of(OP_EXP, TYPE_F32, -10, 0), -10, 0, 0.85);
    const TimingInputs log = inputs_of(OP_LOG, TYPE_F32, 0, 0);
    assert_inside(log, 0, 4096, 0.85);
    assert_true(log.lo < 1e-30 && log.lo > 0);
}

static void narrow_domains_are_left_as_they_are(void **state)
{
    const TimingInputs point = inputs_of(OP_EXP, TYPE_F32, 1, 1 + 0x1p-23);
    assert_true(point.lo >= 1 && point.hi <= 1 + 0x1p-23 && point.lo <= point.hi);
    /* A constant lives nowhere in particular. */
    assert_inside(inputs_of(OP_FLOOR, TYPE_F32, 0.25, 0.5), 0.25, 0.5, 0.6);
    /* Nothing but infinities. */
    const TimingInputs far = inputs_of(OP_EXP, TYPE_F32, 1000, 2000);
    assert_inside(far, 1000, 2000, 0.6);
}

static void inputs_fill_their_interval(void **state)
{
    static const TimingInputs CASES[] = {{-80, 80}, {0.5, 0.75}, {-3, -2},
                                         {0, 8192}, {-5, 0},     {1e-30, 1e30}};
    for (size_t c = 0; c < sizeof CASES / sizeof *CASES; c++) {
        KernelArrays *arrays = kernel_arrays_new(TYPE_F32, &CASES[c], 1);
        double lo = INFINITY, hi = -INFINITY;
        for (int i = 0; i < KERNEL_VALUES; i++) {
            const double x = (double)((const float *)arrays->x)[i];
            lo = fmin(lo, x);
            hi = fmax(hi, x);
        }
        assert_true(lo >= CASES[c].lo && hi <= CASES[c].hi);
        assert_true(hi - lo > 0.95 * (CASES[c].hi - CASES[c].lo));
        kernel_arrays_free(arrays);
    }
}

/* Whatever the result before was, a chain gives what the program gives. */
static void a_chain_gives_the_results_of_its_program(void **state)
{
    static const Type TYPES[] = {TYPE_F16, TYPE_BF16, TYPE_F32, TYPE_F64};
    Rng rng = rng_new(3, 0);
    for (int i = 0; i < 200; i++) {
        const RandomProg options = {.type = TYPES[i % 4],
                                    .n_inputs = 1,
                                    .n_ops = 20,
                                    .allow_fma = true,
                                    .allow_tables = true};
        const Prog prog = random_prog(&options, &rng), chain = kernel_chain(&prog);
        Eval *plain, *chained;
        assert_true(prog_is_valid(&chain, NULL));
        assert_int_equal(eval_new(&plain, &prog, NULL, NULL), OK);
        assert_int_equal(eval_new(&chained, &chain, NULL, NULL), OK);
        for (int k = 0; k < 50; k++) {
            const int bits = 8 * type_info(options.type)->size;
            const uint64_t x = rng_next(&rng) >> (64 - bits),
                           before = rng_next(&rng) >> (64 - bits);
            const uint64_t inputs[3] = {x, before, 0};
            const uint64_t a = eval_bits(plain, &x), b = eval_bits(chained, inputs);
            const bool both_nan =
                isnan(value_from_bits(options.type, a)) && isnan(value_from_bits(options.type, b));
            assert_true(a == b || both_nan);
        }
        eval_free(plain);
        eval_free(chained);
    }
}

static void a_program_without_room_has_the_chain_of_the_identity(void **state)
{
    Prog prog;
    prog_init(&prog);
    Ref x = prog_add_input(&prog, TYPE_F32, "x");
    while (prog_has_room(&prog, 1)) x = prog_add(&prog, OP_ADD, x, x, 0);
    assert_false(kernel_has_chain(&prog));
    const Prog identity = kernel_identity(TYPE_F32), chain = kernel_chain(&prog);
    assert_true(prog_is_equal(&chain, &identity));
}

static void timers_are_for_targets_that_run_here(void **state)
{
    for (const Target *target = TARGETS; target->name; target++) {
        Timer *timer = NULL;
        Err err = {0};
        const Status status = timer_new(&timer, target->name, &err);
        assert_int_equal(status, target_is_runnable(target) ? OK : ERR_UNSUPPORTED);
        if (status != OK) assert_non_null(strstr(err.text, target->name));
        timer_free(timer);
    }
}

static void without_time_a_timer_says_so_and_gives_what_it_has(void **state)
{
    const Target *native = target_native();
    Prog prog[70];
    const Prog *list[70];
    Timing timing[70];
    const TimingInputs inputs = {0, 1};
    Timer *timer = NULL;
    Err err = {0};
    if (!native) skip();
    for (int i = 0; i < 70; i++) {
        prog_init(&prog[i]);
        Ref x = prog_add_input(&prog[i], TYPE_F32, "x");
        for (int k = 0; k <= i; k++) x = prog_add(&prog[i], OP_MUL, x, x, 0);
        list[i] = &prog[i];
    }
    assert_int_equal(timer_new(&timer, native->name, &err), OK);
    assert_int_equal(timer_measure(timer, timing, list, 70, &inputs, true, 0, &err), ERR_UNDECIDED);
    assert_non_null(strstr(err.text, "busy"));
    for (int i = 0; i < 70; i++) {
        assert_true(isfinite(timing[i].throughput_ns) && timing[i].throughput_ns > 0);
        assert_true(isfinite(timing[i].latency_ns) && timing[i].latency_ns >= 0);
        assert_false(timing[i].is_sure);
    }
    assert_int_equal(timer_measure(timer, timing, list, 1, &inputs, false, 0, &err), ERR_UNDECIDED);
    assert_true(timing[0].latency_ns == -1);
    timer_free(timer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inputs_are_where_results_are_normal_and_change),
        cmocka_unit_test(narrow_domains_are_left_as_they_are),
        cmocka_unit_test(inputs_fill_their_interval),
        cmocka_unit_test(a_chain_gives_the_results_of_its_program),
        cmocka_unit_test(a_program_without_room_has_the_chain_of_the_identity),
        cmocka_unit_test(timers_are_for_targets_that_run_here),
        cmocka_unit_test(without_time_a_timer_says_so_and_gives_what_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
