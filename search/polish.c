#include "search/polish.h"

#include "search/score.h"

#include <math.h>

bool polish_is_near(const Problem *problem, double error, double times)
{
    if (problem->is_rounding)
        return error > problem->limit && error <= problem->limit + problem->ties.hopeless;
    return error > 0.9 * problem->limit && error < times * problem->limit;
}

void polish(const Problem *problem, Candidate *candidate, int effort, double give_up, Rng *rng)
{
    Ref free[PROG_MAX];
    const int n_free = score_free_constants(&candidate->prog, free, PROG_MAX);
    if (n_free == 0) return;
    if (problem->is_rounding) {
        (void)ties_tune(&problem->ties, &problem->goal, &candidate->prog, free, n_free,
                            effort, rng);
    } else {
        const double target = fmax(problem->floor, 0.9 * problem->limit);
        const TuneOptions options = {.max_evaluations = effort, .target = target};
        tune_constants(&candidate->prog, free, n_free, problem->quick, &problem->goal, &options,
                       rng);
    }
    score_error(problem, candidate, give_up);
}

void polish_if_near(const Problem *problem, Candidate *candidate, double times, int effort,
                    Rng *rng)
{
    if (polish_is_near(problem, candidate->error, times))
        polish(problem, candidate, effort, INFINITY, rng);
}
