#include "tools/synth.h"

#include "search/judged.h"
#include "tools/say.h"

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

SearchOptions synth_search_options(SynthArguments *a, const Goal *goal)
{
    return (SearchOptions){.seed = a->seed,
                           .n_threads = (int)a->threads,
                           .seconds = judged_search_budget(goal, (int)a->threads, a->budget),
                           .max_generations = (int)a->generations,
                           .from_scratch = a->from_scratch,
                           .want_front = a->want_front,
                           .cost_model = type_is_float(goal->type) ? &a->cost_model : NULL,
                           .measurements = a->may_time ? a->measurements : NULL,
                           .stop = &say_stop,
                           .progress = synth_after_generation,
                           .progress_context = a};
}

typedef struct {
    Entry *trial;
    SynthArguments *arguments;
} Judging;

static Status judge_prog(void *context, const Prog *prog, Report *report, BadInputs *bad, Err *err)
{
    const Judging *judging = context;
    judging->trial->prog = *prog;
    const Status status = synth_judge(judging->trial, judging->arguments, bad, err);
    *report = judging->trial->report;
    return status;
}

static void searched(void *context, const Search *search)
{
    const Judging *judging = context;
    progress_clear(judging->arguments);
    checkpoint_end(judging->arguments, search);
}

Status synth_search_and_judge(Entry *entry, Search *search, SynthArguments *a, bool *is_met,
                              Err *err)
{
    Judging judging = {xmalloc(sizeof *judging.trial), a};
    Judged *judged = xmalloc(sizeof *judged);
    *judging.trial = *entry;
    const JudgedOptions options = {.ends = a->started + a->budget,
                                   .stop = &say_stop,
                                   .judge = judge_prog,
                                   .searched = searched,
                                   .context = &judging};
    const Status status = judged_run(judged, search, &entry->goal, &options, err);
    if (judged->has_report) {
        entry->prog = judged->prog;
        entry->report = judged->report;
    }
    entry->has_report = judged->has_report;
    *is_met = judged->is_met;
    free(judged);
    free(judging.trial);
    return status;
}
