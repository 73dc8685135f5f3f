#include "search/finalists.h"

#include "runtime/emit/targets.h"
#include "runtime/measure/mca.h"

#include <math.h>
#include <stdlib.h>

static const double WITHIN = 1.2; /* of the least cost: the table errs by some 10 % */

static double cost_of_finalist(const Finalist *f) { return f->candidate->cost * f->penalty; }

/* By rising cost, then by error. */
static int by_cost(const void *a, const void *b)
{
    const Finalist *f = a, *g = b;
    const double c = cost_of_finalist(f), d = cost_of_finalist(g);
    if (c != d) return c < d ? -1 : 1;
    return (f->candidate->error > g->candidate->error) -
           (f->candidate->error < g->candidate->error);
}

int finalists_keep(Finalist *list, int n)
{
    if (n == 0) return 0;
    qsort(list, (size_t)n, sizeof *list, by_cost);
    const double most = WITHIN * cost_of_finalist(&list[0]);
    int n_kept = 0;
    while (n_kept < n && n_kept < FINALISTS_MAX && cost_of_finalist(&list[n_kept]) <= most)
        n_kept++;
    return n_kept;
}

bool finalists_can_be_timed(const Goal *goal, const Measurements *measurements)
{
    const Target *target = target_find(goal->target);
    return (goal->minimize == MINIMIZE_THROUGHPUT || goal->minimize == MINIMIZE_LATENCY) &&
           goal->n_variables == 1 && type_is_float(goal->type) && target &&
           (target_is_runnable(target) || mca_is_there() ||
            measurements_know(measurements, goal->target));
}

Status finalists_time(Finalist *list, int n, const Goal *goal, Measurements *measurements,
                      double seconds, bool *is_sure, Err *err)
{
    const bool is_latency = goal->minimize == MINIMIZE_LATENCY;
    const Prog *prog[FINALISTS_MAX];
    Timing timing[FINALISTS_MAX];
    TimingInputs inputs;
    for (int i = 0; i < n; i++) prog[i] = &list[i].candidate->prog;
    Status status = timing_inputs(&inputs, goal, err);
    if (status == OK)
        status = measurements_time(measurements, timing, prog, n, goal->target, &inputs, is_latency,
                                   seconds, err);
    if (status != OK) return status;
    *is_sure = true;
    for (int i = 0; i < n; i++) {
        list[i].ns = is_latency ? timing[i].latency_ns : timing[i].throughput_ns;
        *is_sure = *is_sure && timing[i].is_sure;
    }
    return OK;
}

const Candidate *finalists_fastest(const Finalist *list, int n)
{
    double least = INFINITY;
    for (int i = 0; i < n; i++) least = fmin(least, list[i].ns * list[i].penalty);
    for (int i = 0; i < n; i++)
        if (list[i].ns * list[i].penalty <= least * (1 + TIMING_RESOLUTION))
            return list[i].candidate; /* they are by rising cost */
    return NULL;
}
