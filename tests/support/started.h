/* Searches at their start: the candidates that single seeds make for a goal, judged by the oracle at inputs the search has not
   seen. */
#ifndef APPROX_TESTS_STARTED_H
#define APPROX_TESTS_STARTED_H

#include "search/seeds.h"

#include "runtime/oracle/oracle.h"
#include "tests/support/judge.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct {
    Goal goal;
    Problem problem;
    Seeds seeds;
} Start;

static inline Start *start_on(const char *target, const char *what, const char *type,
                              const char *domain, const char *bound)
{
    Start *start = calloc(1, sizeof *start);
    Goal *goal = parsed_spec((SpecText){
        .what = what, .type = type, .domain = {domain}, .max_error = bound, .target = target});
    Err err = {0};
    start->goal = *goal;
    free(goal);
    if (problem_init(&start->problem, &start->goal, 1, &err) != OK) fail_msg("%s", err.text);
    Oracle *oracle = oracle_new(&start->goal.reference, start->goal.exact, start->goal.n_exact);
    seeds_init(&start->seeds, &start->problem, oracle);
    oracle_free(oracle);
    return start;
}

static inline void start_free(Start *start)
{
    problem_release(&start->problem);
    free(start);
}

/* The cheapest candidate that meets the bound with some margin, of the seeds that `wanted` selects. */
typedef bool (*Wanted)(const Seeds *seeds, const Seed *seed);

static inline bool find_best(const Start *start, Wanted wanted, Candidate *best)
{
    const double limit = start->problem.limit;
    const Deadline never = {0};
    bool is_found = false;
    for (int i = 0; i < start->seeds.n; i++) {
        if (!wanted(&start->seeds, &start->seeds.seed[i])) continue;
        CandidateList made = {0};
        Rng rng = rng_new(1, (uint64_t)i);
        seeds_make(&start->seeds, &start->problem, i, false, INFINITY, &rng, &never, &made);
        for (int k = 0; k < made.n; k++) {
            const Candidate *candidate = &made.item[k];
            if (candidate->error > 0.85 * limit) continue;
            if (is_found && candidate->cost >= best->cost) continue;
            *best = *candidate;
            is_found = true;
        }
        candidate_list_release(&made);
        if (is_found) break;
    }
    return is_found;
}

typedef struct {
    const char *what, *type, *domain, *bound;
} Row;

static inline int64_t stride_of(Type type)
{
    static const int64_t STRIDES[] = {[2] = 1, [4] = 1753847, [8] = 1844674407370955};
    return STRIDES[type_info(type)->size];
}

static inline bool has_conversion(const Prog *prog)
{
    for (int k = 0; k < prog->n; k++)
        if (prog->node[k].op == OP_CONVERT) return true;
    return false;
}

enum { ANY = 1000 }; /* operations */

/* The best of the seeds `wanted` keeps the bound in at most `ops_max` operations, and without a conversion if it is to be narrow. */
static inline void check_best(const Row *row, const char *target, Wanted wanted, bool is_narrow,
                              int ops_max)
{
    Start *start = start_on(target, row->what, row->type, row->domain, row->bound);
    Candidate *best = calloc(1, sizeof *best);
    if (!find_best(start, wanted, best)) fail_msg("%s: nothing found", row->what);
    if (is_narrow && has_conversion(&best->prog))
        fail_msg("%s: %s is wide", row->what, best->origin);
    double worst = 0;
    const Goal *goal = &start->goal;
    const double error = judge(goal, &best->prog, stride_of(goal->type), &worst);
    if (!(error <= goal->bound.limit))
        fail_msg("%s: %g ulp at %a (%s)", row->what, error, worst, best->origin);
    if (best->ops > ops_max) fail_msg("%s: %d operations (%s)", row->what, best->ops, best->origin);
    free(best);
    start_free(start);
}

/* The best of those wanted for the whole of `what` on `domain`, judged on every `stride`-th float from lo to hi. */
static inline void check_part(const char *what, const char *domain, Wanted wanted, double lo,
                              double hi, int64_t stride)
{
    Start *start = start_on("x86-64-v3", what, "f32", domain, "1ulp");
    Candidate *best = calloc(1, sizeof *best);
    if (!find_best(start, wanted, best)) fail_msg("%s: nothing found", what);
    if (has_conversion(&best->prog)) fail_msg("%s: %s is wide", what, best->origin);
    Goal part = start->goal;
    part.domain[0] = (Domain){.lo = lo, .hi = hi};
    double worst = 0;
    const double error = judge(&part, &best->prog, stride, &worst);
    if (!(error <= 1)) fail_msg("%s: %g ulp at %a (%s)", what, error, worst, best->origin);
    free(best);
    start_free(start);
}

typedef struct {
    Row row;
    int ops_max;
} CountedRow;

/* The best has no conversion, keeps the bound and has no more operations than that. */
static inline void check_counted(const CountedRow *rows, int n, const char *target, Wanted wanted)
{
    for (int i = 0; i < n; i++) check_best(&rows[i].row, target, wanted, true, rows[i].ops_max);
}

typedef struct {
    const char *target;
    Row row;
} TargetRow;

/* The best has no conversion and keeps the bound. */
static inline void check_narrow(const TargetRow *rows, int n, Wanted wanted)
{
    for (int i = 0; i < n; i++) check_best(&rows[i].row, rows[i].target, wanted, true, ANY);
}

#endif
