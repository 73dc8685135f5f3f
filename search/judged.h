/* Search and judge in turns: the search proposes, the judge refuses or passes, and what it refuses goes back with the inputs that
   refuted it, until a program stands and none that was refused was clearly cheaper, or the time ends. The judge is the caller's, so that this layer decides nothing. */
#ifndef APPROX_SEARCH_JUDGED_H
#define APPROX_SEARCH_JUDGED_H

#include "runtime/measure/verify.h"
#include "search/search.h"

typedef struct {
    double ends; /* on timing_now's clock: a program that is proposed after that is the last one */
    const atomic_int *stop; /* may be NULL; nonzero: ERR_INTERRUPTED */
    /* Looks at all inputs or, where enough of them break the bound, at some, which it puts into *bad. */
    Status (*judge)(void *context, const Prog *prog, Report *report, BadInputs *bad, Err *err);
    void (*searched)(void *context,
                     const Search *search); /* after each run of the search; may be NULL */
    void *context;
} JudgedOptions;

/* What stands, or (is_met false) the best that was judged; has_report false if nothing was. */
typedef struct {
    Prog prog;
    Report report;
    bool has_report, is_met;
} Judged;

Status judged_run(Judged *out, Search *search, const Goal *goal, const JudgedOptions *options,
                  Err *err);

/* About how many seconds the last, whole look at a program will take; 0 threads: all processors. */
double judged_seconds(const Goal *goal, int n_threads);
/* What is left of a budget for the search: at least half of it. */
double judged_search_budget(const Goal *goal, int n_threads, double budget);

#endif
