#include "tools/library/api_objects.h"

#include "runtime/catalogue/lookup.h"
#include "runtime/emit/backend.h"
#include "runtime/measure/timing.h"
#include "search/judged.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const Goal *goal;
    double budget, started;
    uint64_t seed, threads, generations;
    const char *fresh, *store_name;
    bool is_fresh;
    Text store_file; /* empty: none */
    Store *store;    /* for reading; may be NULL */
    VerifyKeep *keep; /* the judge's, between programs */
    const approx_watch *watch; /* may be NULL */
    double search_seconds;     /* its budget */
} Finding;

enum { THREADS_MAX = 1024 };

static Status read_options(Finding *f, const char *const *options, Err *err)
{
    const ApiOption table[] = {
        {"budget", API_SECONDS, &f->budget}, {"seed", API_COUNT, &f->seed},
        {"threads", API_COUNT, &f->threads}, {"generations", API_COUNT, &f->generations},
        {"fresh", API_TEXT, &f->fresh},      {"store", API_TEXT, &f->store_name},
        {0},
    };
    const Status status = api_options(table, options, err);
    if (status != OK) return status;
    if (f->threads > THREADS_MAX || f->generations > INT_MAX)
        return fail(err, ERR_INPUT, "at most %d threads and %d generations can be asked for", THREADS_MAX, INT_MAX);
    f->is_fresh = f->fresh && strcmp(f->fresh, "yes") == 0;
    if (f->fresh && !f->is_fresh && strcmp(f->fresh, "no") != 0)
        return fail(err, ERR_INPUT, "'fresh=%s': expected yes or no", f->fresh);
    if (!f->store_name) return OK;
    if (strcmp(f->store_name, "user") == 0) return store_path(&f->store_file, err);
    text_add(&f->store_file, "%s", f->store_name);
    return OK;
}

/* -- told -------------------------------------------------------------------------------------- */

static void tell_judging(void *context, double done)
{
    api_tell(((const Finding *)context)->watch, APPROX_JUDGING, done, 0);
}

static void tell_searching(void *context, const SearchState *state)
{
    const Finding *f = context;
    api_tell(f->watch, APPROX_SEARCHING, state->seconds / f->search_seconds, state->n_candidates);
}

static Status judge(void *context, const Prog *prog, Report *report, BadInputs *bad, Err *err)
{
    const Finding *f = context;
    const VerifyOptions options = {.keep = f->keep,
                                   .stop_early = bad != NULL,
                                   .bad = bad,
                                   .n_threads = (int)f->threads,
                                   .seed = f->seed,
                                   .stop = api_stop_flag(f->watch),
                                   .progress = tell_judging,
                                   .progress_context = context};
    return verify(report, prog, f->goal, &options, err);
}

/* -- known --------------------------------------------------------------------------------- */

/* The caller named the store, so what is wrong with it is an error. */
static Status find_known(Entry *entry, bool *is_found, const Finding *f, Serves how, Err *err)
{
    const LookupOptions options = {.how = how, .budget = f->budget};
    Known *known = xmalloc(sizeof *known);
    const Status status = lookup_find(known, is_found, f->store, f->goal, &options, err);
    if (status == OK && *is_found) lookup_take(entry, &known->entry);
    free(known);
    return status;
}

/* Made for more inputs or another bound: judged on this goal. */
static Status try_known(Entry *entry, bool *is_met, const Finding *f, Err *err)
{
    bool is_found;
    Entry *trial = xmalloc(sizeof *trial);
    *trial = *entry;
    Status status = find_known(trial, &is_found, f, SERVES, err);
    if (status == OK && is_found) {
        trial->throughput_ns = trial->latency_ns = 0;
        status = judge((void *)f, &trial->prog, &trial->report, NULL, err);
        *is_met = status == OK && report_meets(&trial->report, f->goal);
        if (*is_met) *entry = *trial;
    }
    free(trial);
    return status;
}

static void offer(void *search, const Entry *entry) { search_offer(search, &entry->prog); }

static Status keep(const Entry *entry, const Finding *f, Err *err)
{
    const Backend *backend;
    Store *store = NULL;
    StoreChange change;
    StoreRow *row = xcalloc(1, sizeof *row);
    row->budget = f->budget, row->is_judged = true, row->entry = *entry;
    Status status = backend_load(&backend, err);
    if (status == OK) {
        snprintf(row->llvm, sizeof row->llvm, "%s", backend->llvm_version());
        status = store_open(&store, text_get(&f->store_file), STORE_WRITE, err);
    }
    if (status == OK) status = store_put(store, row, &change, err);
    store_close(store);
    free(row);
    return status;
}

/* -- searched ------------------------------------------------------------------------------ */

static Status search(Entry *entry, bool *is_met, Finding *f, Err *err)
{
    f->search_seconds = judged_search_budget(f->goal, (int)f->threads, f->budget);
    Search *search = NULL;
    Judged *judged = xcalloc(1, sizeof *judged);
    const SearchOptions options = {.seed = f->seed,
                                   .n_threads = (int)f->threads,
                                   .seconds = f->search_seconds,
                                   .max_generations = (int)f->generations,
                                   .stop = api_stop_flag(f->watch),
                                   .progress = tell_searching,
                                   .progress_context = f};
    const JudgedOptions judging = {.ends = f->started + f->budget,
                                   .stop = options.stop,
                                   .judge = judge,
                                   .context = f};
    Status status = search_new(&search, f->goal, &options, err);
    if (status == OK && !f->is_fresh) status = lookup_each(f->store, f->goal, offer, search, err);
    if (status == OK) status = judged_run(judged, search, f->goal, &judging, err);
    search_free(search);
    entry->prog = judged->prog;
    entry->report = judged->report;
    entry->has_report = judged->has_report;
    *is_met = judged->is_met;
    free(judged);
    return status;
}

static Status find(Entry *entry, bool *is_met, Finding *f, Err *err)
{
    const bool may_answer = !f->is_fresh && !f->generations;
    const atomic_int *stop = api_stop_flag(f->watch);
    Status status = stop && *stop ? fail(err, ERR_INTERRUPTED, "stopped") : OK;
    if (status == OK && f->store_file.length && !f->is_fresh)
        status = store_open(&f->store, text_get(&f->store_file), STORE_READ, err);
    if (status == OK && may_answer) status = find_known(entry, is_met, f, SERVES_AS_ASKED, err);
    if (status != OK || *is_met) return status;
    entry->seed = f->seed;
    snprintf(entry->version, sizeof entry->version, "%s", APPROX_VERSION);
    status = search(entry, is_met, f, err);
    if (status == OK && !*is_met && !f->is_fresh) status = try_known(entry, is_met, f, err);
    if (status == OK && *is_met && f->store_file.length && may_answer) status = keep(entry, f, err);
    return status;
}

static void say_not_met(const Entry *entry, approx_error *error)
{
    if (!error) return;
    const int n = snprintf(error->text, sizeof error->text, "no program found that meets %s within the budget",
                           entry->goal.bound.text);
    if (entry->has_report)
        snprintf(error->text + n, sizeof error->text - (size_t)n,
                 "; the best one has a largest error of %.4g ulp, %.4g relative, %.4g absolute",
                 entry->report.max_ulp, entry->report.max_rel, entry->report.max_abs);
    error->line = error->column = 0;
}

approx_status approx_find(approx_program **out, const approx_goal *goal, const char *const *options,
                          approx_error *error)
{
    return approx_find_watched(out, goal, options, NULL, error);
}

approx_status approx_find_watched(approx_program **out, const approx_goal *goal,
                                  const char *const *options, const approx_watch *watch,
                                  approx_error *error)
{
    Err err = {0};
    bool is_met = false;
    Finding f = {
        .goal = &goal->goal, .budget = 60, .seed = 1, .started = timing_now(), .watch = watch};
    approx_program *program = xcalloc(1, sizeof *program);
    program->entry.goal = goal->goal;
    *out = NULL;
    Status status = read_options(&f, options, &err);
    f.keep = verify_keep_new();
    if (status == OK) status = find(&program->entry, &is_met, &f, &err);
    verify_keep_free(f.keep);
    store_close(f.store);
    text_release(&f.store_file);
    if (status == OK && is_met) {
        *out = program;
        return APPROX_OK;
    }
    if (status == OK) say_not_met(&program->entry, error);
    approx_program_free(program);
    return status == OK ? APPROX_NOT_MET : api_result(status, &err, error);
}
