#include "search/judged.h"

#include "runtime/base/pool.h"
#include "runtime/measure/timing.h"

#include <math.h>
#include <stdlib.h>

double judged_seconds(const Goal *goal, int n_threads)
{
    static const double PER_FLOAT = 5e-9, PER_RUN = 4; /* bench_verify */
    if (goal->type == TYPE_F64 || goal->n_variables != 1) return PER_RUN;
    if (goal->type != TYPE_F32) return 0.5;
    const int n_workers = n_threads > 0 ? n_threads : pool_processors();
    const double n = (double)(domain_last(&goal->domain[0], goal->type) -
                              domain_first(&goal->domain[0], goal->type));
    return 0.5 + n * PER_FLOAT / fmin(n_workers, pool_processors());
}

double judged_search_budget(const Goal *goal, int n_threads, double budget)
{
    return fmax(budget / 2, budget - judged_seconds(goal, n_threads));
}

/* What is to be judged next; NULL: the search has nothing. */
static const Candidate *choose(const SearchState *state, bool is_last)
{
    /* At the end of the budget safety comes before cost. */
    const Candidate *candidate = is_last ? state->safest : state->best;
    /* With nothing believed to meet the bound, the most accurate is judged for the record. */
    for (int i = 0; i < state->n_front && !state->safest; i++)
        if (!candidate || state->front[i].error < candidate->error) candidate = &state->front[i];
    return candidate;
}

/* What breaks the bound goes back to the search, if it is to run again. */
static Status judge_one(Judged *out, Judged *trial, double *least, bool is_last, Search *search,
                        const Goal *goal, const JudgedOptions *options, Err *err)
{
    BadInputs bad = {.n = 0};
    const Status status = options->judge(options->context, &trial->prog, &trial->report, &bad, err);
    if (status != OK) return status;
    trial->has_report = true;
    trial->is_met = report_meets(&trial->report, goal);
    const double error = report_error(&trial->report, goal->bound.kind);
    if (trial->is_met || (!out->is_met && (error < *least || !out->has_report)))
        *out = *trial, *least = error;
    if (trial->is_met || is_last) return OK;
    if (bad.n > 0)
        search_refute(search, &trial->prog, error, bad.x, bad.n);
    else
        search_refute(search, &trial->prog, error, trial->report.worst_input, 1);
    return OK;
}

Status judged_run(Judged *out, Search *search, const Goal *goal, const JudgedOptions *options,
                  Err *err)
{
    Judged *trial = xcalloc(1, sizeof *trial);
    double least = INFINITY, cost = INFINITY; /* of what stands */
    bool is_last = false;
    Status status = OK;
    out->has_report = out->is_met = false;
    while (status == OK && !is_last) {
        if ((status = search_run(search, err)) != OK) break;
        if (options->searched) options->searched(options->context, search);
        if (options->stop && atomic_load(options->stop)) {
            status = fail(err, ERR_INTERRUPTED, "interrupted");
            break;
        }
        const SearchState *state = search_state(search);
        is_last = !state->best || timing_now() >= options->ends;
        const Candidate *candidate = choose(state, is_last);
        if (!candidate || (out->is_met && (is_last || candidate->cost >= cost))) break;
        const double proposed = candidate->cost;
        trial->prog = candidate->prog;
        status = judge_one(out, trial, &least, is_last, search, goal, options, err);
        if (status != OK || !trial->is_met) continue;
        cost = proposed;
        if (!search_again(search)) break;
    }
    free(trial);
    return status;
}
