#include "search/variation.h"

#include "search/fit.h"
#include "search/moves.h"
#include "search/pins.h"
#include "search/polish.h"
#include "search/score.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    MOVES_MAX = 3,
    FIT_POINTS = 120,
    OPS_MAX = 80, /* longer programs are no improvement of anything */
    TUNE_EVALUATIONS = 600,
};

/* Times the cost of the best: what counts as nearly as cheap where the clock has the last word. */
static const double NEARLY_AS_CHEAP = 1.15;

/* An even choice of the sample in the shape the fit takes. */
typedef struct {
    double x[FIT_POINTS_MAX], hi[FIT_POINTS_MAX], lo[FIT_POINTS_MAX], weight[FIT_POINTS_MAX];
    FitPoints points;
} PointStore;

static void store_points(PointStore *store, const Problem *problem)
{
    int n = 0;
    const Sample *sample = problem->quick;
    const int step = sample->n / FIT_POINTS > 0 ? sample->n / FIT_POINTS : 1;
    for (int i = 0; i < sample->n && n < FIT_POINTS_MAX; i += step) {
        if (!isfinite(sample->f_hi[i])) continue;
        store->x[n] = sample->x_value[0][i];
        store->hi[n] = sample->f_hi[i];
        store->lo[n] = sample->f_lo[i];
        store->weight[n++] = sample->scale[i];
    }
    store->points = (FitPoints){n, store->x, store->hi, store->lo, store->weight};
}

/* Fits the constants from where they are: rounding decides in the end, and tuning follows. */
static void fit(const Problem *problem, Prog *prog, Rng *rng)
{
    Ref free[FIT_CONSTANTS_MAX];
    const int n_free = score_free_constants(prog, free, FIT_CONSTANTS_MAX);
    if (n_free == 0 || problem->goal.n_variables != 1 || !fit_is_possible(prog)) return;
    PointStore store;
    store_points(&store, problem);
    const FitOptions options = {.max_iterations = problem->goal.type == TYPE_F64 ? 6 : 20};
    fit_constants(prog, free, n_free, &store.points, &options, rng);
}

/* One to three moves; the name of the last goes into the origin. */
static bool apply_moves(Candidate *child, bool *is_new, Rng *rng)
{
    int n = 1;
    while (n < MOVES_MAX && rng_below(rng, 3) == 0) n++;
    *is_new = false;
    for (int i = 0; i < n; i++) {
        const Prog before = child->prog;
        const Move *move = move_pick(rng);
        if (!move->apply(&child->prog, rng)) {
            child->prog = before;
            continue;
        }
        *is_new |= !move->keeps_value;
        snprintf(child->origin, sizeof child->origin, "move %s", move->name);
    }
    return child->origin[0] != '\0';
}

static bool make_float(const Problem *problem, const VariationOptions *options, Candidate *child,
                       bool is_new, Rng *rng)
{
    /* What the table finds a little dearer may be faster by the clock: every other child may. */
    const bool may_be_dearer = options->is_timed && rng_below(rng, 2) == 0;
    const double most = options->best_cost * (may_be_dearer ? NEARLY_AS_CHEAP : 1);
    if (!(child->cost < most) && !options->want_front) return false;
    score_error(problem, child, 8 * problem->limit);
    /* For f64 the fit needs slow arithmetic, and rarely pays: the seeds come fitted. */
    const bool is_fit_cheap = problem->goal.type != TYPE_F64 || rng_below(rng, 8) == 0;
    if (is_fit_cheap && (is_new || child->error > problem->limit)) {
        Candidate fitted = *child;
        fit(problem, &fitted.prog, rng);
        pins_hit(problem, &fitted.prog);
        score_error(problem, &fitted, 8 * problem->limit);
        if (fitted.error < child->error) *child = fitted;
    }
    if (child->error > 6 * problem->limit) return options->want_front && isfinite(child->error);
    polish_if_near(problem, child, options->target, 6, TUNE_EVALUATIONS, rng);
    return isfinite(child->error);
}

/* A member that would be cheaper than the best but misses the bound, often since the sample has learned of inputs that
   its constants were not made for: they are tuned again. */
static bool tune_again(const Problem *problem, const Population *population,
                       const VariationOptions *options, Rng *rng, Candidate *out)
{
    enum { TRIES = 12 };
    const int n = population->members.n;
    for (int i = 0; i < TRIES && n > 0; i++) {
        const Candidate *member = &population->members.item[rng_below(rng, (uint64_t)n)];
        if (member->cost >= options->best_cost ||
            !polish_is_near(problem, member->error, options->target, 1.5))
            continue;
        *out = *member;
        snprintf(out->origin, sizeof out->origin, "%.40s tuned", member->origin);
        if (strstr(member->origin, " tuned"))
            memcpy(out->origin, member->origin, sizeof out->origin);
        polish(problem, out, options->target, TUNE_EVALUATIONS, rng);
        return isfinite(out->error) && out->error < member->error;
    }
    return false;
}

bool variation_make(const Problem *problem, const Population *population,
                    const VariationOptions *options, Rng *rng, Candidate *out)
{
    enum { TUNED_AGAIN = 6 }; /* one child in so many */
    if (rng_below(rng, TUNED_AGAIN) == 0) return tune_again(problem, population, options, rng, out);
    const Candidate *parent = population_pick(population, rng);
    bool is_new;
    if (parent == NULL) return false;
    *out = *parent;
    out->origin[0] = '\0';
    if (!apply_moves(out, &is_new, rng)) return false;
    if (!problem_allows(problem, &out->prog)) return false;
    score_repair(problem, &out->prog);
    score_cost(problem, out);
    if (out->ops > OPS_MAX) return false;
    return make_float(problem, options, out, is_new, rng);
}
