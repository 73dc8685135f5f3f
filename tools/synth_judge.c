#include "tools/synth.h"

#include "runtime/base/pool.h"
#include "runtime/measure/timing.h"
#include "tools/say.h"

#include <math.h>
#include <stdlib.h>

Status synth_judge(Entry *entry, const SynthArguments *a, BadInputs *bad, Err *err)
{
    const VerifyOptions options = {.keep = a->keep,
                                   .stop_early = bad != NULL,
                                   .bad = bad,
                                   .n_threads = (int)a->threads,
                                   .seed = a->seed,
                                   .stop = &say_stop,
                                   .progress =
                                       a->progress == PROGRESS_LINE ? progress_judging : NULL};
    const Status status = verify(&entry->report, &entry->prog, &entry->goal, &options, err);
    progress_clear(a);
    entry->has_report = status == OK;
    return status;
}

static double seconds_left(const SynthArguments *a)
{
    return a->budget - (timing_now() - a->started);
}

double synth_judging_seconds(const Goal *goal, const SynthArguments *a)
{
    static const double PER_FLOAT = 5e-9, PER_RUN = 4; /* bench_verify */
    if (goal->type == TYPE_F64 || goal->n_variables != 1) return PER_RUN;
    if (goal->type != TYPE_F32) return 0.5;
    const int n_threads = a->threads > 0 ? (int)a->threads : pool_processors();
    const double n = (double)(domain_last(&goal->domain[0], goal->type) -
                              domain_first(&goal->domain[0], goal->type));
    return 0.5 + n * PER_FLOAT / fmin(n_threads, pool_processors());
}

SearchOptions synth_search_options(SynthArguments *a, const Goal *goal)
{
    return (SearchOptions){.seed = a->seed,
                           .n_threads = (int)a->threads,
                           .seconds =
                               fmax(a->budget / 2, a->budget - synth_judging_seconds(goal, a)),
                           .max_generations = (int)a->generations,
                           .from_scratch = a->from_scratch,
                           .want_front = a->want_front,
                           .cost_model = type_is_float(goal->type) ? &a->cost_model : NULL,
                           .measurements = a->may_time ? a->measurements : NULL,
                           .stop = &say_stop,
                           .progress = synth_after_generation,
                           .progress_context = a};
}

Status synth_search_and_judge(Entry *entry, Search *search, SynthArguments *a, bool *is_met,
                              Err *err)
{
    Entry *trial = xcalloc(1, sizeof *trial);
    double least = INFINITY;
    Status status;
    bool is_last = false;
    *is_met = false;
    while (!is_last) {
        if ((status = search_run(search, err)) != OK) break;
        progress_clear(a);
        checkpoint_end(a, search);
        if (atomic_load(&say_stop)) {
            status = fail(err, ERR_INTERRUPTED, "interrupted");
            break;
        }
        const SearchState *state = search_state(search);
        /* At the end of the budget safety comes before cost. */
        is_last = !state->best || seconds_left(a) <= 0;
        const Candidate *candidate = is_last ? state->safest : state->best;
        if (!candidate && state->n_front == 0) break;
        /* With nothing believed to meet the bound, the most accurate is judged for the record. */
        for (int i = 0; i < state->n_front && !state->safest; i++)
            if (!candidate || state->front[i].error < candidate->error)
                candidate = &state->front[i];
        *trial = *entry;
        trial->prog = candidate->prog;
        BadInputs bad = {.n = 0};
        if ((status = synth_judge(trial, a, &bad, err)) != OK) break;
        *is_met = report_meets(&trial->report, &trial->goal);
        const double error = report_error(&trial->report, trial->goal.bound.kind);
        if (*is_met || error < least || !entry->has_report) *entry = *trial, least = error;
        if (*is_met || is_last) break;
        if (bad.n > 0)
            search_refute(search, &trial->prog, error, bad.x, bad.n);
        else
            search_refute(search, &trial->prog, error, trial->report.worst_input, 1);
    }
    free(trial);
    return status;
}
