#include "search/starts.h"

#include "search/fit_core.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How constants are drawn. Good constants of nested and continued forms are far from 1 and go together: with a length L beyond the
   domain, they are about L, L^2, L^3. So a start has a size of its own, the same for all its constants, on a logarithmic
   scale, and each constant differs from it by some more. In half of the starts the constants in which the
   result is linear are then set to what is best, which saves most of the way; in the other half they are not, since
   descents that begin far off pass by poor minima near to where they began. */

enum {
    REDRAWS = 30,
    CHECK = 12, /* iterations of the whole program after those of its core */
};

struct Starts {
    const FitEngine *engine;
    FitWork *whole, *inner;
    const Tape *tape;
    const FitPoints *points;
    FitCore core;
    bool has_core;
    uint32_t linear;  /* of the core, or of the whole */
    double log_reach; /* of x */
};

Starts *starts_new(void)
{
    Starts *starts = xcalloc(1, sizeof *starts);
    starts->engine = fit_engine_fastest();
    return starts;
}

void starts_free(Starts *starts)
{
    if (!starts) return;
    starts->engine->work_free(starts->whole);
    starts->engine->work_free(starts->inner);
    free(starts);
}

static void aim_at(const FitEngine *engine, FitWork **work, const Tape *tape,
                   const FitPoints *points)
{
    if (*work)
        engine->reset(*work, tape);
    else
        *work = engine->work_new(tape);
    engine->load(*work, points);
}

void starts_aim(Starts *starts, const Tape *tape, const FitPoints *points)
{
    starts->tape = tape;
    starts->points = points;
    aim_at(starts->engine, &starts->whole, tape, points);
    starts->has_core = fit_core_make(&starts->core, tape, points);
    if (starts->has_core)
        aim_at(starts->engine, &starts->inner, &starts->core.tape, &starts->core.points);
    starts->linear = tape_linear(starts->has_core ? &starts->core.tape : tape);
    double reach = 0;
    for (int p = 0; p < points->n; p++) reach = fmax(reach, fabs(points->x[p]));
    starts->log_reach = reach > 0 ? log(reach) : 0;
}

double starts_descend(Starts *starts, Quad *c, int max_iterations, double give_up)
{
    return starts->engine->descend(starts->whole, c, max_iterations, give_up);
}

static void draw(const Starts *starts, int start, const Quad *best, Quad *c, Rng *rng)
{
    const bool is_disturbed = start % 4 == 3 && best != NULL;
    const double size = -3 + 13 * rng_unit(rng);
    for (int k = 0; k < starts->tape->n_free; k++) {
        if (is_disturbed) {
            c[k] = best[k] * (Quad)(1 + 0.5 * rng_normal(rng));
            continue;
        }
        const double power = (double)rng_below(rng, 3);
        const double value = exp(size + power * starts->log_reach + 2 * rng_normal(rng));
        c[k] = rng_next(rng) >> 63 ? value : -value;
    }
}

double starts_random(Starts *starts, int start, const Quad *best, Quad *c, int max_iterations,
                     double give_up, Rng *rng)
{
    const FitEngine *engine = starts->engine;
    FitWork *work = starts->has_core ? starts->inner : starts->whole;
    double error = INFINITY;
    for (int i = 0; i < REDRAWS && !isfinite(error); i++) {
        draw(starts, start, best, c, rng);
        if (start % 2 == 0 && starts->linear && !engine->settle(work, c, starts->linear)) continue;
        error = engine->descend(work, c, max_iterations, give_up);
    }
    if (!starts->has_core || !isfinite(error)) return error;
    return engine->descend(starts->whole, c, CHECK, give_up);
}

int branches_add(Branch *branch, int n, int capacity, const Branch *new_branch)
{
    if (!isfinite(new_branch->error)) return n;
    int at = 0;
    while (at < n && branch[at].error < new_branch->error) at++;
    if (at > 0 && branch[at - 1].error > new_branch->error * 0.999) {
        branch[at - 1].n_hits += new_branch->n_hits;
        return n;
    }
    if (at < n && branch[at].error < new_branch->error * 1.001) {
        const int n_hits = branch[at].n_hits + new_branch->n_hits;
        branch[at] = *new_branch;
        branch[at].n_hits = n_hits;
        return n;
    }
    if (at == capacity) return n;
    if (n < capacity) n++;
    memmove(&branch[at + 1], &branch[at], (size_t)(n - 1 - at) * sizeof *branch);
    branch[at] = *new_branch;
    return n;
}

int starts_run(Starts *starts, const Tape *tape, const FitPoints *points,
               const StartsOptions *options, Rng *rng, Branch *branch, int capacity)
{
    int n = 0;
    starts_aim(starts, tape, points);
    for (int start = 0; start < options->n_starts; start++) {
        Branch next = {.n_hits = 1};
        next.error = starts_random(starts, start, n > 0 ? branch[0].c : NULL, next.c,
                                   options->max_iterations, options->give_up, rng);
        n = branches_add(branch, n, capacity, &next);
    }
    return n;
}
