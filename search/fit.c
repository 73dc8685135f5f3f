#include "search/fit.h"

#include "search/fit_engine.h"
#include "search/starts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How it works. Many starts by least squares in double over 64 points find the valleys; what differs in
   its error is kept as a branch. A branch whose error is down in the noise of double goes on in long double, then in
   Quad. Exchange over all points then turns least squares into minimax, which lowers the largest error by
   another 5 to 25 percent. */

enum {
    BRANCHES_MAX = 8,  /* distinct minima kept */
    EXCHANGED_MAX = 3, /* of them tried by exchange, best first */
};

const FitEngine *fit_engine_fastest(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) return &fit_engine_double_avx2;
#endif
    return &fit_engine_double;
}

const FitEngine *fit_ladder(int step)
{
    const FitEngine *const engines[FIT_LADDER] = {fit_engine_fastest(), &fit_engine_extended,
                                                  &fit_engine_quad};
    return engines[step];
}

int fit_ladder_step(double error, double size)
{
    int step = 0;
    while (step + 1 < FIT_LADDER && !(error > fit_ladder(step)->trust * size)) step++;
    return step;
}

/* -- points --------------------------------------------------------------------------------- */

/* Rising points of our own, with what least squares looks at. */
typedef struct {
    double *memory;
    FitPoints all, block;
    double block_values[4][FIT_BLOCK];
    double size; /* the largest |weight*f|: what errors are small against */
} Points;

typedef struct {
    double x;
    int index;
} SortKey;

static int compare_keys(const void *a, const void *b)
{
    const SortKey *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return p->index - q->index;
}

static void points_release(Points *points) { free(points->memory); }

/* Rising, without what cannot be fitted: no finite value or weight, or a pole of the program at an end or at 0. */
static void points_init(Points *points, const FitPoints *given, const Tape *tape)
{
    SortKey *keys = xmalloc(((size_t)given->n + 1) * sizeof *keys);
    int n = 0;
    for (int i = 0; i < given->n; i++) {
        if (!isfinite(given->x[i]) || !isfinite(given->f_hi[i]) || !isfinite(given->f_lo[i]))
            continue;
        if (!isfinite(given->weight[i]) || !(given->weight[i] > 0)) continue;
        if (given->x[i] == 0 && tape_has_pole_at(tape, NULL, 0)) continue;
        keys[n++] = (SortKey){given->x[i], i};
    }
    qsort(keys, (size_t)n, sizeof *keys, compare_keys);
    int first = 0;
    while (first < n && first < 4 && tape_has_pole_at(tape, NULL, keys[first].x)) first++;
    while (n > first && tape_has_pole_at(tape, NULL, keys[n - 1].x)) n--;
    n -= first;

    double *memory = xmalloc(((size_t)n + 1) * 4 * sizeof *memory);
    double *x = memory, *f_hi = x + n, *f_lo = f_hi + n, *weight = f_lo + n;
    points->memory = memory;
    points->size = 0;
    for (int i = 0; i < n; i++) {
        const int from = keys[first + i].index;
        x[i] = given->x[from];
        f_hi[i] = given->f_hi[from];
        f_lo[i] = given->f_lo[from];
        weight[i] = given->weight[from];
        points->size = fmax(points->size, fabs(weight[i] * f_hi[i]));
    }
    free(keys);
    points->all = (FitPoints){n, x, f_hi, f_lo, weight};

    const int n_block = n < FIT_BLOCK ? n : FIT_BLOCK;
    for (int i = 0; i < n_block; i++) {
        const double angle = 3.14159265358979323846 * (i + 0.5) / n_block;
        int from = n_block == n ? i : (int)((1 - cos(angle)) / 2 * n);
        if (from >= n) from = n - 1;
        points->block_values[0][i] = x[from];
        points->block_values[1][i] = f_hi[from];
        points->block_values[2][i] = f_lo[from];
        points->block_values[3][i] = weight[from];
    }
    points->block = (FitPoints){n_block, points->block_values[0], points->block_values[1],
                                points->block_values[2], points->block_values[3]};
}

/* -- branches --------------------------------------------------------------------------------- */

typedef struct {
    Branch branch[BRANCHES_MAX]; /* by rising error: of least squares, after exchange the largest */
    int n;
} Branches;

static void add_branch(Branches *branches, const Branch *branch)
{
    branches->n = branches_add(branches->branch, branches->n, BRANCHES_MAX, branch);
}

/* From the constants as they are, then from random ones. */
static void run_starts(Branches *branches, const Tape *tape, const Points *points, const Quad *c,
                       const FitOptions *options, Rng *rng)
{
    Starts *starts = starts_new();
    starts_aim(starts, tape, &points->block);
    Branch branch = {.n_hits = 1};
    memcpy(branch.c, c, (size_t)tape->n_free * sizeof *c);
    branch.error = starts_descend(starts, branch.c, options->max_iterations, 0);
    add_branch(branches, &branch);
    for (int start = 0; start < options->n_starts; start++) {
        const Quad *best = branches->n > 0 ? branches->branch[0].c : NULL;
        branch.error =
            starts_random(starts, start, best, branch.c, options->max_iterations, 0, rng);
        add_branch(branches, &branch);
    }
    starts_free(starts);
}

/* Least squares again, in the arithmetic that the errors ask for. */
static void refine(Branches *branches, const Tape *tape, const Points *points)
{
    static const int ITERATIONS[FIT_LADDER] = {0, 200, 60};
    for (int step = 1; step < FIT_LADDER; step++) {
        const double floor = fit_ladder(step - 1)->trust * points->size;
        if (branches->n == 0 || branches->branch[0].error > floor) return;
        const FitEngine *engine = fit_ladder(step);
        FitWork *work = engine->work_new(tape);
        engine->load(work, &points->block);
        Branches refined = {.n = 0};
        for (int i = 0; i < branches->n; i++) {
            Branch *branch = &branches->branch[i];
            if (branch->error <= floor)
                branch->error = engine->least_squares(work, branch->c, ITERATIONS[step]);
            add_branch(&refined, branch);
        }
        engine->work_free(work);
        *branches = refined;
    }
}

static void exchange_on(int step, const Tape *tape, const Points *points, Branch *branch)
{
    const FitEngine *engine = fit_ladder(step);
    FitWork *work = engine->work_new(tape);
    engine->load(work, &points->block);
    int n_alternations, rank;
    branch->error = engine->exchange(work, &points->all, branch->c, &n_alternations, &rank);
    engine->work_free(work);
}

/* The best branches by exchange; the winner once more in Quad if the constants are to have ~113 bits. */
static void exchange_branches(Branches *branches, const Tape *tape, const Points *points,
                              bool is_real)
{
    Branches exchanged = {.n = 0};
    for (int i = 0; i < branches->n && i < EXCHANGED_MAX; i++) {
        Branch branch = branches->branch[i];
        if (branch.error > 3 * branches->branch[0].error) break;
        exchange_on(fit_ladder_step(branch.error / 8, points->size), tape, points, &branch);
        add_branch(&exchanged, &branch);
    }
    if (exchanged.n == 0) return;
    if (is_real) exchange_on(FIT_LADDER - 1, tape, points, &exchanged.branch[0]);
    *branches = exchanged;
}

/* -- the whole ---------------------------------------------------------------------------------- */

static double error_by_ladder(const Tape *tape, const FitPoints *points, int *worst)
{
    Quad c[FIT_CONSTANTS_MAX];
    for (int k = 0; k < tape->n_free; k++) c[k] = tape->constant[tape->free[k]];
    double size = 0;
    for (int i = 0; i < points->n; i++) {
        const double value = fabs(points->weight[i] * points->f_hi[i]);
        if (isfinite(value)) size = fmax(size, value);
    }
    double error = INFINITY;
    for (int step = 0; step < FIT_LADDER; step++) {
        const FitEngine *engine = fit_ladder(step);
        FitWork *work = engine->work_new(tape);
        error = engine->error(work, points, c, false, NULL, worst);
        engine->work_free(work);
        if (error > engine->trust * size) break;
    }
    return error;
}

double fit_error(const Prog *prog, const FitPoints *points, int *worst)
{
    Tape *tape = xmalloc(sizeof *tape);
    const double error =
        tape_make(tape, prog, NULL, 0) ? error_by_ladder(tape, points, worst) : INFINITY;
    free(tape);
    return error;
}

static void write_constants(Prog *prog, const Tape *tape, const Quad *c)
{
    for (int k = 0; k < tape->n_free; k++) {
        Node *node = &prog->node[tape->free_ref[k]];
        if (node->type == TYPE_REAL)
            node->value = real_from_quad(c[k]);
        else
            node->value.lo = bits_from_value((Type)node->type, (double)c[k]);
    }
}

double fit_constants(Prog *prog, const Ref *free_refs, int n_free, const FitPoints *given,
                     const FitOptions *options, Rng *rng)
{
    Tape *tape = xmalloc(sizeof *tape);
    Points *points = xmalloc(sizeof *points);
    Branches *branches = xcalloc(1, sizeof *branches);
    double error = INFINITY;
    if (!tape_make(tape, prog, free_refs, n_free)) goto done;
    error = error_by_ladder(tape, given, NULL);
    if (tape->n_free == 0) goto done;
    points_init(points, given, tape);
    if (points->all.n > 0) {
        Quad start[FIT_CONSTANTS_MAX];
        for (int k = 0; k < tape->n_free; k++) start[k] = tape->constant[tape->free[k]];
        run_starts(branches, tape, points, start, options, rng);
        refine(branches, tape, points);
        if (options->minimax)
            exchange_branches(branches, tape, points,
                              prog->node[tape->free_ref[0]].type == TYPE_REAL);
    }
    points_release(points);
    if (branches->n > 0) {
        Prog *improved = xmalloc(sizeof *improved);
        *improved = *prog;
        write_constants(improved, tape, branches->branch[0].c);
        const double new_error = fit_error(improved, given, NULL);
        if (new_error < error) {
            *prog = *improved;
            error = new_error;
        }
        free(improved);
    }
done:
    free(branches);
    free(points);
    free(tape);
    return error;
}
