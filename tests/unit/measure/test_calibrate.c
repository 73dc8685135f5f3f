/* The fit of the cost model, on times made from a model; no clock. */
#include "runtime/measure/calibrate.h"

#include "runtime/emit/targets.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void kernels_are_programs_that_their_target_can_run(void **state)
{
    for (const Target *target = TARGETS; target->name; target++)
        for (int i = 0; i < 200; i++) {
            Err err = {0};
            const Prog prog = calibrate_kernel(target->name, 5, i);
            if (!prog_is_valid(&prog, &err)) fail_msg("%s", err.text);
            assert_true(prog_is_kind(&prog, KIND_MACHINE, &err));
            assert_int_equal(prog_type(&prog), TYPE_F32);
            assert_true(isfinite(cost_estimate(&prog, target->name).throughput));
            const Prog again = calibrate_kernel(target->name, 5, i);
            assert_true(prog_is_equal(&prog, &again));
        }
}

static void every_class_that_searches_use_is_in_many_kernels(void **state)
{
    static const int CLASSES[] = {CLASS_ADD,      CLASS_MUL,     CLASS_FMA,      CLASS_DIV,
                                  CLASS_SQRT,     CLASS_MINMAX,  CLASS_RINT,     CLASS_COMPARE,
                                  CLASS_SELECT,   CLASS_LOGIC,   CLASS_COPYSIGN, CLASS_INT,
                                  CLASS_SHIFT,    CLASS_CONVERT, CLASS_DIV64,    CLASS_TO_I32,
                                  CLASS_FROM_I32, CLASS_PERMUTE, CLASS_PERMUTE4};
    int n_seen[COST_CLASSES] = {0};
    for (int i = 0; i < 320; i++) {
        double count[COST_CLASSES];
        const Prog prog = calibrate_kernel("x86-64-v3", 1, i);
        cost_count(&prog, "x86-64-v3", count);
        for (int c = 0; c < COST_CLASSES; c++) n_seen[c] += count[c] > 0;
    }
    for (size_t k = 0; k < sizeof CLASSES / sizeof *CLASSES; k++)
        assert_true(n_seen[CLASSES[k]] >= 6);
}

static bool has_division(const double *count)
{
    return count[CLASS_DIV] + count[CLASS_DIV64] + count[CLASS_SQRT] + count[CLASS_SQRT64] > 0;
}

/* What is counted and what is estimated are the same thing, but where divisions and roots keep their unit
   busy for longer. */
static void counts_times_costs_are_the_estimate(void **state)
{
    CostModel model;
    cost_model_init(&model, "x86-64-v3");
    model.overhead = 0.75;
    model.window = 0.01;
    int n_sums = 0;
    for (int i = 0; i < 100; i++) {
        double count[COST_CLASSES], path[COST_CLASSES], throughput = model.overhead, latency = 0,
                                                        n = 0;
        const Prog prog = calibrate_kernel("x86-64-v3", 2, i);
        const Cost cost = cost_estimate_by(&model, &prog);
        cost_count(&prog, "x86-64-v3", count);
        cost_count_path(&prog, &model, path);
        for (int c = 0; c < COST_CLASSES; c++) {
            if (count[c] > 0) throughput += count[c] * model.throughput[c];
            if (path[c] > 0) latency += path[c] * model.latency[c];
            n += count[c];
        }
        assert_true(fabs(latency - cost.latency) < 1e-9 * latency);
        throughput += model.window * latency * n;
        const bool is_sum = fabs(throughput - cost.throughput) < 1e-9 * cost.throughput;
        assert_true(is_sum || (has_division(count) && cost.throughput > throughput));
        n_sums += is_sum;
    }
    assert_true(n_sums > 60);
}

/* Is the estimate more than the sum over the classes, by divisions and roots that keep their unit busy? */
static bool is_waiting(const CostModel *model, const Prog *prog)
{
    double count[COST_CLASSES], n = 0, sum = model->overhead;
    const Cost cost = cost_estimate_by(model, prog);
    cost_count(prog, model->target, count);
    for (int c = 0; c < COST_CLASSES; c++) {
        if (count[c] > 0) sum += count[c] * model->throughput[c];
        n += count[c];
    }
    return cost.throughput > 1.001 * (sum + model->window * cost.latency * n);
}

/* Times by a machine whose operators cost other than the table says: the fit foretells its times for new programs. */
static void a_machine_that_is_linear_is_found(void **state)
{
    enum { N = 300, N_NEW = 100, LANES = 8 };
    static const char TARGET[] = "x86-64-v3";
    CostModel machine, fitted;
    cost_model_init(&machine, TARGET);
    cost_model_init(&fitted, TARGET);
    Rng rng = rng_new(4, 0);
    for (int c = 0; c < COST_CLASSES; c++) {
        machine.throughput[c] *= 0.5 + 1.5 * rng_unit(&rng);
        machine.latency[c] *= 0.5 + 1.5 * rng_unit(&rng);
    }
    machine.overhead = 1.5;
    machine.window = 0.01;
    Prog *prog = calloc(N, sizeof *prog);
    Timing *timing = calloc(N, sizeof *timing);
    for (int i = 0; i < N; i++) {
        prog[i] = calibrate_kernel(TARGET, 1, i);
        const Cost cost = cost_estimate_by(&machine, &prog[i]);
        timing[i] = (Timing){0.3 * cost.throughput / LANES, 0.3 * cost.latency, 1, true, false};
    }
    calibrate_fit(&fitted, prog, timing, N, LANES);
    assert_true(fitted.is_calibrated);
    double ratio[2][N_NEW], sum[2] = {0};
    for (int i = 0, drawn = 0; i < N_NEW; drawn++) {
        const Prog fresh = calibrate_kernel(TARGET, 77, drawn);
        assert_true(drawn < 2 * N_NEW);
        if (is_waiting(&machine, &fresh) || is_waiting(&fitted, &fresh)) continue;
        const Cost want = cost_estimate_by(&machine, &fresh),
                   got = cost_estimate_by(&fitted, &fresh);
        ratio[0][i] = got.throughput / want.throughput;
        ratio[1][i] = got.latency / want.latency;
        for (int k = 0; k < 2; k++) sum[k] += ratio[k][i] / N_NEW;
        i++;
    }
    for (int k = 0; k < 2; k++) {
        int n_near = 0;
        for (int i = 0; i < N_NEW; i++) n_near += fabs(ratio[k][i] / sum[k] - 1) < 0.1;
        assert_true(n_near >= 90);
    }
    free(prog);
    free(timing);
}

static void a_model_that_is_written_and_read_is_the_same(void **state)
{
    for (const Target *target = TARGETS; target->name; target++) {
        CostModel model, again;
        Text text = {0};
        cost_model_init(&model, target->name);
        model.overhead = 0.3;
        model.window = 0.004;
        model.throughput[CLASS_ADD] = 1.0 / 3;
        cost_model_print(&text, &model);
        assert_int_equal(cost_model_parse(&again, target->name, text_get(&text), text.length, NULL),
                         OK);
        assert_true(again.is_calibrated && again.overhead == model.overhead &&
                    again.window == model.window);
        assert_memory_equal(again.throughput, model.throughput, sizeof model.throughput);
        assert_memory_equal(again.latency, model.latency, sizeof model.latency);
        text_release(&text);
    }
}

static void damaged_models_are_refused_with_their_line(void **state)
{
    static const char *const LINES[] = {
        "target x86-64\n",
        "overhead -1 window 0\n",
        "overhead 1\n",
        "overhead 1 window nan\n",
        "class ADD throughput 0 latency 1\n",
        "class ADD throughput 1 latency inf\n",
        "class ADDD throughput 1 latency 1\n",
        "class ADD throughput 1 latency 1 more\n",
        "class ADD throughput 1 latency 1",
        "\n",
    };
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        Text text = {0};
        Err err = {0};
        CostModel model;
        text_add(&text, "approx-cost 1\n%s", LINES[i]);
        assert_int_equal(cost_model_parse(&model, "x86-64-v3", text_get(&text), text.length, &err),
                         ERR_INPUT);
        assert_int_equal(err.line, 2);
        text_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_are_programs_that_their_target_can_run),
        cmocka_unit_test(every_class_that_searches_use_is_in_many_kernels),
        cmocka_unit_test(counts_times_costs_are_the_estimate),
        cmocka_unit_test(a_machine_that_is_linear_is_found),
        cmocka_unit_test(a_model_that_is_written_and_read_is_the_same),
        cmocka_unit_test(damaged_models_are_refused_with_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
