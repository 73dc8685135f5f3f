#include "search/reals/probe.h"

#include "search/fit_engine.h"

#include <math.h>
#include <string.h>

/* Sizes around 1, alternately in a narrow and a wide spread; either sign. */
static void draw(Quad *c, int n, double spread, Rng *rng)
{
    for (int k = 0; k < n; k++) {
        const double size = exp(spread * rng_normal(rng));
        c[k] = rng_next(rng) >> 63 ? size : -size;
    }
}

double probe(Dag *dag, const ApproximandLevel *level, int n_starts, Rng *rng)
{
    enum { ITERATIONS = 100, REDRAWS = 12 /* where a denominator changes its sign */ };
    const FitEngine *engine = fit_engine_fastest();
    Tape tape;
    dag_to_tape(dag, &tape);
    FitWork *work = engine->work_new(&tape);
    engine->load(work, &level->block);
    double best = INFINITY;
    if (dag->n_constants == 0) n_starts = 1;
    for (int start = 0; start < n_starts; start++)
        for (int i = 0; i < REDRAWS; i++) {
            Quad c[FIT_CONSTANTS_MAX];
            draw(c, dag->n_constants, start % 2 ? 2.2 : 1, rng);
            const double error = engine->least_squares(work, c, ITERATIONS);
            if (error < best) {
                best = error;
                memcpy(dag->c, c, (size_t)dag->n_constants * sizeof *c);
            }
            if (isfinite(error)) break;
        }
    engine->work_free(work);
    return best;
}
