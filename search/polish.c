#include "search/polish.h"

#include "search/pins.h"
#include "search/score.h"

#include <math.h>
#include <string.h>

const double POLISH_PART = 0.8;

bool polish_is_near(const Problem *problem, double error, double target, double times)
{
    if (problem->is_rounding)
        return error > problem->limit && error <= problem->limit + problem->ties.hopeless;
    return error > target && error < times * problem->limit;
}

static void polish_on(const Problem *problem, Candidate *candidate, const Sample *sample,
                      double target, int effort, Rng *rng)
{
    Ref free[PROG_MAX];
    const int n_free = score_free_constants(&candidate->prog, free, PROG_MAX);
    const TuneOptions options = {.max_evaluations = effort, .target = target};
    tune_constants(&candidate->prog, free, n_free, sample, &problem->goal, &options, rng);
    pins_hit(problem, &candidate->prog);
    score_error(problem, candidate, INFINITY);
}

/* Against the ties; what tuning leaves wrong at a few inputs is put right there. */
static void polish_rounding(const Problem *problem, Candidate *candidate, const Ref *free,
                            int n_free, int effort, Rng *rng)
{
    Prog *prog = &candidate->prog;
    const bool is_right =
        ties_tune(&problem->ties, &problem->goal, prog, free, n_free, effort, rng);
    if (!is_right && ties_patch(&problem->ties, &problem->goal, prog)) {
        score_cost(problem, candidate);
        strncat(candidate->origin, " patched",
                sizeof candidate->origin - strlen(candidate->origin) - 1);
    }
    score_error(problem, candidate, INFINITY);
    if (!problem_allows(problem, prog)) candidate->error = INFINITY;
}

void polish(const Problem *problem, Candidate *candidate, double target, int effort, Rng *rng)
{
    Ref free[PROG_MAX];
    const int n_free = score_free_constants(&candidate->prog, free, PROG_MAX);
    if (n_free == 0) return;
    if (problem->is_rounding) {
        polish_rounding(problem, candidate, free, n_free, effort, rng);
        return;
    }
    const double aim = fmax(problem->floor, target);
    polish_on(problem, candidate, problem->quick, aim, effort, rng);
    if (!polish_is_near(problem, candidate->error, aim, 1.5)) return;
    /* Constants fit the few points they are tuned on, and may miss others. */
    Candidate fine = *candidate;
    polish_on(problem, &fine, problem->full, aim, effort / 3, rng);
    if (fine.error < candidate->error) *candidate = fine;
}

void polish_if_near(const Problem *problem, Candidate *candidate, double target, double times,
                    int effort, Rng *rng)
{
    if (polish_is_near(problem, candidate->error, target, times))
        polish(problem, candidate, target, effort, rng);
}
