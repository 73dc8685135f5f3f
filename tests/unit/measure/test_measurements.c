/* The table of times: found again, written and read, never timed twice. */
#include "runtime/measure/measurements.h"

#include "runtime/emit/targets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static Prog power(int n_squarings)
{
    Prog prog;
    prog_init(&prog);
    Ref x = prog_add_input(&prog, TYPE_F32, "x");
    for (int i = 0; i < n_squarings; i++) x = prog_add(&prog, OP_MUL, x, x, 0);
    return prog;
}

static const TimingInputs INPUTS = {-1, 1.5};

static void parse(Measurements *measurements, const char *text)
{
    Err err = {0};
    if (measurements_parse(measurements, text, strlen(text), &err) != OK) fail_msg("%s", err.text);
}

static void what_is_in_the_table_needs_no_clock(void **state)
{
    Measurements *measurements = measurements_new();
    const Prog one = power(1), two = power(2);
    const Prog *const both[] = {&two, &one};
    Timing timing[2];
    char text[400];
    /* A target that no machine runs: timing it would fail. */
    snprintf(text, sizeof text,
             "approx-measurements 1\n"
             "program %016llx target far from -1 to 1.5 throughput_ns 0.125 latency_ns 3 vectors 4 sure\n"
             "program %016llx target far from -1 to 1.5 throughput_ns 0.25 latency_ns 0 modelled\n",
             (unsigned long long)prog_hash(&one), (unsigned long long)prog_hash(&two));
    parse(measurements, text);
    assert_int_equal(
        measurements_time(measurements, timing, both, 2, "far", &INPUTS, true, 1, NULL), OK);
    assert_true(timing[1].throughput_ns == 0.125 && timing[1].latency_ns == 3 && timing[1].is_sure);
    assert_int_equal(timing[1].vectors, 4);
    assert_true(timing[0].throughput_ns == 0.25 && timing[0].is_modelled);
    const Prog three = power(3);
    const Prog *const unknown[] = {&three};
    assert_int_equal(
        measurements_time(measurements, timing, unknown, 1, "far", &INPUTS, true, 1, NULL),
        ERR_UNSUPPORTED);
    const TimingInputs others = {0, 1};
    assert_null(measurements_find(measurements, &one, "far", &others));
    assert_null(measurements_find(measurements, &one, "near", &INPUTS));
    measurements_free(measurements);
}

static void a_table_that_is_written_and_read_is_the_same(void **state)
{
    const Target *native = target_native();
    if (!native) skip();
    Measurements *measurements = measurements_new(), *again = measurements_new();
    const Prog one = power(1), two = power(2), three = power(3);
    const Prog *const list[] = {&one, &two, &three, &two};
    Timing timing[4];
    Text text = {0}, text_again = {0};
    assert_int_equal(
        measurements_time(measurements, timing, list, 2, native->name, &INPUTS, false, 0.05, NULL),
        OK);
    const Timing first = timing[1];
    assert_true(first.latency_ns == -1);
    assert_int_equal(
        measurements_time(measurements, timing, list, 4, native->name, &INPUTS, true, 0.05, NULL),
        OK);
    assert_true(timing[1].throughput_ns == first.throughput_ns);
    assert_true(timing[1].latency_ns >= 0 && timing[3].latency_ns == timing[1].latency_ns);
    measurements_print(&text, measurements);
    parse(again, text_get(&text));
    measurements_print(&text_again, again);
    assert_string_equal(text_get(&text), text_get(&text_again));
    text_release(&text);
    text_release(&text_again);
    measurements_free(measurements);
    measurements_free(again);
}

static void cost_models_are_kept_with_the_times(void **state)
{
    (void)state;
    Measurements *measurements = measurements_new(), *again = measurements_new();
    CostModel first, second;
    cost_model_init(&first, "x86-64-v3");
    cost_model_init(&second, "aarch64");
    first.throughput[0] = 0.1;
    second.window = 0.03;
    assert_null(measurements_model(measurements, "x86-64-v3"));
    measurements_keep_model(measurements, &second);
    measurements_keep_model(measurements, &second);
    measurements_keep_model(measurements, &first);
    Text text = {0}, text_again = {0};
    measurements_print(&text, measurements);
    text_add(&text, "program 12 target t from 0 to 1 throughput_ns 1 latency_ns 1 sure\n");
    parse(again, text_get(&text));
    assert_true(measurements_know(again, "t") && !measurements_know(again, "aarch64"));
    const CostModel *found = measurements_model(again, "x86-64-v3");
    assert_true(found && found->throughput[0] == 0.1);
    found = measurements_model(again, "aarch64");
    assert_true(found && found->window == 0.03);
    measurements_print(&text_again, again);
    assert_int_equal(strncmp(text_get(&text_again), text_get(&text), 1000), 0);
    text_release(&text);
    text_release(&text_again);
    measurements_free(measurements);
    measurements_free(again);
}

static void a_damaged_table_is_refused_with_its_line(void **state)
{
    static const char *const LINES[] = {
        "program 12 target t from 0 to 1 throughput_ns 1 latency_ns 1 sure more\n",
        "program 12 target t from 0 to 1 throughput_ns 1 latency_ns 1 perhaps\n",
        "program 12 target t from 0 to 1 throughput_ns 1 latency_ns 1 vectors 9 sure\n",
        "program 12 target t from 0 to 1 throughput_ns 1 latency_ns 1 vectors sure\n",
        "program 12 target t from 0 to 1 throughput_ns nan latency_ns 1 sure\n",
        "program 12 target t from 0 to 1 throughput_ns -1 latency_ns 1 sure\n",
        "program 12 target t from 0 to 1 throughput_ns 1 latency_ns inf sure\n",
        "program 12 target t from 0 to 1 throughput_ns 1 latency_ns 1 sure",
        "program x target t from 0 to 1 throughput_ns 1 latency_ns 1 sure\n",
        "program 12\n",
        "cost approx-cost 1\n",
        "cost approx-cost 1\ncost target nowhere\n",
        "cost approx-cost 1\ncost target aarch64\ncost class NOTHING throughput 1 latency 1\n",
        "cost target aarch64\n",
        "\n",
    };
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        Measurements *measurements = measurements_new();
        Err err = {0};
        char text[300];
        snprintf(text, sizeof text, "approx-measurements 1\n%s", LINES[i]);
        assert_int_equal(measurements_parse(measurements, text, strlen(text), &err), ERR_INPUT);
        assert_int_equal(err.line, 2);
        measurements_free(measurements);
    }
    Err err = {0};
    Measurements *measurements = measurements_new();
    assert_int_equal(measurements_parse(measurements, "approx 1\n", 9, &err), ERR_INPUT);
    assert_int_equal(err.line, 1);
    measurements_free(measurements);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_in_the_table_needs_no_clock),
        cmocka_unit_test(a_table_that_is_written_and_read_is_the_same),
        cmocka_unit_test(cost_models_are_kept_with_the_times),
        cmocka_unit_test(a_damaged_table_is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
