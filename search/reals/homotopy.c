#include "search/reals/homotopy.h"

#include "search/fit_engine.h"

#include <math.h>
#include <string.h>

/* How it works. As a domain of width s shrinks, the best constants go with powers of s, times a series in s that soon
   hardly changes, and the error goes with a power, too. So in log s the logarithms of both are nearly
   polynomials of low degree, and three points tell where the next one will be so well that a few steps of
   Gauss-Newton do the rest. What must not happen is that the path slips off its valley onto a higher one: there the error
   stops falling with its power, which is seen. */

enum {
    HISTORY = 4,        /* points of the path that predict the next */
    STRIDE_MAX = 4,     /* levels, once predictions are good */
    ITERATIONS = 40,    /* of a correction; it usually takes 3 to 6 */
    ITERATIONS_LM = 300 /* of the damped descent where that fails */
};
static const double SLIP = 3; /* times the error predicted */

typedef struct {
    double t, log_error; /* t = log2 of the scale */
    Quad c[FIT_CONSTANTS_MAX];
} PathPoint;

typedef struct {
    const Approximand *approximand;
    const Tape *tape;
    FitWork *work[FIT_LADDER]; /* made when first needed */
    PathPoint past[HISTORY];   /* the latest first */
    int n_past;
} Path;

/* -- arithmetic ---------------------------------------------------------------------------- */

static FitWork *work_at(Path *path, int step)
{
    if (!path->work[step]) path->work[step] = fit_ladder(step)->work_new(path->tape);
    return path->work[step];
}

static void release(Path *path)
{
    for (int i = 0; i < FIT_LADDER; i++)
        if (path->work[i]) fit_ladder(i)->work_free(path->work[i]);
}

/* Software arithmetic looks at half of the points. */
static void load(Path *path, int step, const ApproximandLevel *level)
{
    const bool is_dear = step == FIT_LADDER - 1 && level->few.n > 2 * path->tape->n_free;
    fit_ladder(step)->load(work_at(path, step), is_dear ? &level->few : &level->block);
}

/* Least squares at a level from c near a minimum, in the arithmetic that its error asks for;
   `expected` decides where to begin. */
static double correct(Path *path, const ApproximandLevel *level, double expected, Quad *c)
{
    double error = INFINITY;
    for (int step = fit_ladder_step(expected, level->size); step < FIT_LADDER; step++) {
        const FitEngine *engine = fit_ladder(step);
        FitWork *work = work_at(path, step);
        load(path, step, level);
        error = engine->refine(work, c, ITERATIONS);
        if (!(error <= 8 * engine->trust * level->size)) break;
    }
    return error;
}

/* The same from c that may be anywhere in the valley. */
static double correct_from_afar(Path *path, const ApproximandLevel *level, Quad *c)
{
    const int exact = FIT_LADDER - 1;
    load(path, exact, level);
    double error = fit_ladder(exact)->refine(work_at(path, exact), c, 0);
    if (!isfinite(error)) return INFINITY;
    const int step = fit_ladder_step(error, level->size);
    if (step < exact) {
        load(path, step, level);
        error = fit_ladder(step)->least_squares(work_at(path, step), c, ITERATIONS_LM);
    }
    return correct(path, level, error, c);
}

/* -- prediction ----------------------------------------------------------------------------- */

/* The value at t of the polynomial through y[i] at past[i].t. */
static double extrapolated(const Path *path, int n, const double *y, double t)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double factor = 1;
        for (int j = 0; j < n; j++)
            if (j != i) factor *= (t - path->past[j].t) / (path->past[i].t - path->past[j].t);
        sum += factor * y[i];
    }
    return sum;
}

/* Constants that keep their sign by their logarithms, others as they are, on a straight line. Moves are added to the last
   value, whose digits beyond double stay. */
static Quad predicted_constant(const Path *path, int k, double t)
{
    const Quad last = path->past[0].c[k];
    double y[HISTORY];
    bool is_power = true;
    for (int i = 0; i < path->n_past; i++) {
        const double value = (double)path->past[i].c[k];
        is_power = is_power && value != 0 && (value < 0) == (last < 0);
        y[i] = value;
    }
    if (!is_power) return last + (extrapolated(path, path->n_past > 1 ? 2 : 1, y, t) - y[0]);
    for (int i = 0; i < path->n_past; i++) y[i] = log(fabs(y[i]));
    return last * exp(extrapolated(path, path->n_past, y, t) - y[0]);
}

static double predicted_error(const Path *path, double t)
{
    const PathPoint *past = path->past;
    if (path->n_past < 2) return exp(past[0].log_error);
    const double slope = (past[0].log_error - past[1].log_error) / (past[0].t - past[1].t);
    return exp(past[0].log_error + fmax(slope, 0) * (t - past[0].t));
}

static void remember(Path *path, double scale, double error, const Quad *c)
{
    memmove(path->past + 1, path->past, (HISTORY - 1) * sizeof *path->past);
    path->past[0].t = log2(scale);
    path->past[0].log_error = log(fmax(error, 1e-60));
    memcpy(path->past[0].c, c, sizeof path->past[0].c);
    if (path->n_past < HISTORY) path->n_past++;
}

/* -- the path -------------------------------------------------------------------------------- */

/* One step to `level`. A narrower domain never needs more error, so what it has in the end is at most what it
   had before; what it should have is the prediction. */
static bool step_to(Path *path, const ApproximandLevel *level, bool is_last_resort)
{
    const double t = log2(level->scale), before = exp(path->past[0].log_error);
    const double expected = predicted_error(path, t);
    Quad c[FIT_CONSTANTS_MAX];
    for (int k = 0; k < path->tape->n_free; k++) c[k] = predicted_constant(path, k, t);
    double error = correct(path, level, expected, c);
    if (is_last_resort && !(error <= SLIP * expected)) {
        Quad other[FIT_CONSTANTS_MAX];
        memcpy(other, path->past[0].c, sizeof other);
        const double other_error = correct_from_afar(path, level, other);
        if (other_error < error || !isfinite(error)) {
            error = other_error;
            memcpy(c, other, sizeof c);
        }
        if (!(error <= 1.5 * before)) return false;
    } else if (!(error <= SLIP * expected)) {
        return false;
    }
    remember(path, level->scale, error, c);
    return true;
}

/* The constants that fit best at level 0 in the sense of least squares; false if the path ends. */
static bool descend_levels(Path *path, int level, Quad *c)
{
    const ApproximandLevel *levels = path->approximand->level;
    const double start = correct_from_afar(path, &levels[level], c);
    if (!isfinite(start)) return false;
    remember(path, levels[level].scale, start, c);
    int stride = 1;
    while (level > 0) {
        if (stride > level) stride = level;
        if (step_to(path, &levels[level - stride], stride == 1)) {
            level -= stride;
            if (path->n_past >= 3 && stride < STRIDE_MAX) stride *= 2;
        } else if (stride > 1) {
            stride /= 2;
        } else {
            return false;
        }
    }
    memcpy(c, path->past[0].c, sizeof path->past[0].c);
    return true;
}

/* -- at level 0 -------------------------------------------------------------------------------- */

/* Minimax from least squares: in the arithmetic that the error needs, then in Quad for constants of 113 bits. */
static bool exchange(Path *path, double error, Quad *c, Polish *polish)
{
    const ApproximandLevel *level = &path->approximand->level[0];
    const FitPoints grid = tape_trim_poles(path->tape, c, level->grid);
    const int exact = FIT_LADDER - 1, first = fit_ladder_step(error / 8, level->size);
    for (int step = first; step <= exact; step = step < exact ? exact : exact + 1) {
        FitWork *work = work_at(path, step);
        load(path, step, level);
        polish->error =
            fit_ladder(step)->exchange(work, &grid, c, &polish->n_alternations, &polish->rank);
        if (!isfinite(polish->error)) return false;
    }
    return true;
}

/* Where exchange ends without its certificate, c was not at a minimum but on the long way to one: on with it. */
static bool polish_here(Path *path, double error, Quad *c, Polish *polish)
{
    enum { RETRIES = 3 };
    if (!exchange(path, error, c, polish)) return false;
    for (int i = 0; i < RETRIES && polish->n_alternations <= polish->rank; i++) {
        Quad other[FIT_CONSTANTS_MAX];
        Polish next;
        memcpy(other, c, sizeof other);
        const double least = correct_from_afar(path, &path->approximand->level[0], other);
        if (!isfinite(least) || !exchange(path, least, other, &next)) break;
        if (!(next.error < polish->error * 0.999)) break;
        memcpy(c, other, sizeof other);
        *polish = next;
    }
    return true;
}

bool homotopy_follow(const Approximand *approximand, const Tape *tape, int level, Quad *c,
                     Polish *polish)
{
    Path path = {.approximand = approximand, .tape = tape};
    bool is_good = tape->n_free > 0 && descend_levels(&path, level, c);
    if (is_good) is_good = polish_here(&path, exp(path.past[0].log_error), c, polish);
    release(&path);
    return is_good;
}

bool homotopy_polish(const Approximand *approximand, const Tape *tape, Quad *c, Polish *polish)
{
    return homotopy_follow(approximand, tape, 0, c, polish);
}
