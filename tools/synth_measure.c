#include "tools/synth.h"

#include "tools/cost_cache.h"
#include "tools/timed.h"

#include "runtime/emit/backend.h"
#include "runtime/emit/targets.h"
#include "runtime/measure/mca.h"
#include "tools/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Opens the table: what --measurements holds, if it is there. The search may use it unless the run is to be repeatable and
   has no table that would make it so. */
Status measurements_begin(SynthArguments *a, Err *err)
{
    a->measurements = measurements_new();
    a->may_time = a->generations == 0 || a->measurements_file;
    if (!a->measurements_file || access(a->measurements_file, F_OK) != 0) return OK;
    Text text = {0};
    Status status = text_read_file(&text, a->measurements_file, MEASUREMENTS_FILE_MAX, err);
    if (status == OK)
        status =
            fail_in(err, measurements_parse(a->measurements, text_get(&text), text.length, err),
                    "--measurements");
    text_release(&text);
    return status;
}

Status measurements_choose_model(SynthArguments *a, const char *target, Err *err)
{
    const CostModel *kept = measurements_model(a->measurements, target);
    if (kept) {
        a->cost_model = *kept;
        return OK;
    }
    const Status status = cost_cache_load(&a->cost_model, target, err);
    if (status == OK) measurements_keep_model(a->measurements, &a->cost_model);
    return status;
}

Status measurements_end(const SynthArguments *a, Err *err)
{
    if (!a->measurements_file) return OK;
    Text text = {0};
    measurements_print(&text, a->measurements);
    const Status status = text_write_file(a->measurements_file, text_get(&text), text.length, err);
    text_release(&text);
    return status;
}

void synth_measure(Entry *entries, int n, SynthArguments *a)
{
    static const double SECONDS = 1.5, SECONDS_EACH = 0.5, SECONDS_MAX = 10;
    const Goal *goal = &entries->goal;
    const Target *target = target_find(goal->target);
    const Backend *backend;
    TimingInputs inputs;
    if (!type_is_float(goal->type) || goal->n_variables != 1 || !target) return;
    for (int i = 0; i < n; i++) entries[i].lanes = target->lanes;
    const bool can_be_had = target_is_runnable(target) || mca_is_there() ||
                            measurements_know(a->measurements, goal->target);
    if (!can_be_had || backend_load(&backend, NULL) != OK) return;
    if (timing_inputs(&inputs, goal, NULL) != OK) return;
    const Prog **prog = xcalloc((size_t)n, sizeof *prog);
    Timing *timing = xcalloc((size_t)n, sizeof *timing);
    for (int i = 0; i < n; i++) prog[i] = &entries[i].prog;
    const double seconds = SECONDS + SECONDS_EACH * (n - 1);
    if (measurements_time(a->measurements, timing, prog, n, goal->target, &inputs, true,
                          seconds < SECONDS_MAX ? seconds : SECONDS_MAX, NULL) == OK)
        for (int i = 0; i < n; i++) {
            timed_set(&entries[i], &timing[i], backend);
            a->is_busy = a->is_busy || !timing[i].is_sure;
        }
    free(prog);
    free(timing);
}
