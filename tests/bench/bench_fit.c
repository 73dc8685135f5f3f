/* Speed of the numerical engines: starts of least squares per second and how many succeed, the polish by exchange,
   minimax fits, tuning. Usage: bench_fit [seconds per line, default 1] */
#include "search/fit.h"
#include "search/fit_engine.h"
#include "search/minimax.h"
#include "search/starts.h"
#include "search/tune.h"
#include "tests/support/structure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { POINTS = 1200, STARTS_MAX = 400000 };

/* Processor time, so that other work on the machine disturbs less. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double x[POINTS], f_hi[POINTS], f_lo[POINTS], weight[POINTS];

static FitPoints exp2_points(double width)
{
    for (int i = 0; i < POINTS; i++) {
        x[i] = (1 - cos(3.14159265358979323846 * (i + 1) / POINTS)) / 2;
        const Quad f = exp2_by_series((Quad)x[i] * width);
        f_hi[i] = (double)f;
        f_lo[i] = (double)(f - (Quad)f_hi[i]);
        weight[i] = 1 / f_hi[i];
    }
    return (FitPoints){POINTS, x, f_hi, f_lo, weight};
}

/* -- structures ---------------------------------------------------------------------------- */

/* c + c/(x + c + c/(x + ...)) */
static void fraction(Structure *s, int levels, int unused)
{
    Ref y = structure_add(s, 0, structure_constant(s));
    for (int i = 0; i < levels - 1; i++)
        y = structure_add(s, structure_add(s, 0, structure_constant(s)),
                          structure_div(s, structure_constant(s), y));
    structure_add(s, structure_constant(s), structure_div(s, structure_constant(s), y));
}

typedef struct {
    const char *name;
    void (*build)(Structure *, int, int);
    int a, b;
    double width;  /* of the interval in units of 1: exp2 on (0, width] */
    double known;  /* the smallest root of the mean square known */
    double factor; /* a start that ends within this of it is a success */
} Row;

static const Row ROWS[] = {
    {"nest 1 (5 ops, 4 constants)", structure_nest, 1, 0, 1, 2.6e-6, 1.5},
    {"horner 5 (10 ops, 6 constants)", structure_horner, 5, 0, 1, 4.5e-8, 1.5},
    {"nest 2 (7 ops, 5 constants)", structure_nest, 2, 0, 1, 3.3e-10, 3},
    {"fraction 3 (9 ops, 7 constants)", fraction, 3, 0, 1, 2e-9, 10},
    {"nest 3 (9 ops, 6 constants), wide", structure_nest, 3, 0, 4, 8e-9, 3},
    {"nest 2, 3 squarings (10 ops, 5 constants), wide", structure_nest, 2, 3, 8, 1e-4, 3},
};

static Structure built(const Row *row)
{
    Structure s;
    prog_init(&s.prog);
    s.n_free = 0;
    prog_add_input(&s.prog, TYPE_REAL, "x");
    row->build(&s, row->a, row->b);
    return s;
}

static void bench_starts(const FitEngine *engine, const Row *row, double seconds)
{
    const Structure s = built(row);
    Tape *tape = malloc(sizeof *tape);
    if (!tape || !tape_make(tape, &s.prog, s.free, s.n_free)) exit(1);
    const FitPoints all = exp2_points(row->width);
    FitPoints block = all;
    double values[4][FIT_BLOCK];
    for (int i = 0; i < FIT_BLOCK; i++) {
        const int from = (int)((i + 0.5) / FIT_BLOCK * POINTS);
        values[0][i] = x[from];
        values[1][i] = f_hi[from];
        values[2][i] = f_lo[from];
        values[3][i] = weight[from];
    }
    block = (FitPoints){FIT_BLOCK, values[0], values[1], values[2], values[3]};
    FitWork *work = engine->work_new(tape);
    engine->load(work, &block);
    Rng rng = rng_new(1, 0);
    int n = 0, n_good = 0;
    double best = INFINITY;
    const double start = now();
    while (now() - start < seconds) {
        for (int batch = 0; batch < 20; batch++) {
            double error = INFINITY;
            for (int draw = 0; draw < 40 && !isfinite(error); draw++) {
                Quad c[FIT_CONSTANTS_MAX];
                for (int k = 0; k < tape->n_free; k++) {
                    const double size = exp((n % 2 ? 2.2 : 1) * rng_normal(&rng));
                    c[k] = rng_next(&rng) >> 63 ? size : -size;
                }
                error = engine->least_squares(work, c, 300);
            }
            best = fmin(best, error);
            n_good += error < row->known * row->factor;
            n++;
        }
    }
    const double spent = now() - start;
    printf("  %-48s %-12s %8.0f starts/s  best %.3g  success %.3g %%  %.3g ms/success\n", row->name,
           engine->name, n / spent, best, 100.0 * n_good / n, 1e3 * spent / (n_good ? n_good : 1));
    engine->work_free(work);
    free(tape);
}

/* The same by a worker's starts, on half as many points, giving up what ends far above. */
static void bench_worker(const Row *row, double seconds)
{
    const Structure s = built(row);
    Tape *tape = malloc(sizeof *tape);
    if (!tape || !tape_make(tape, &s.prog, s.free, s.n_free)) exit(1);
    exp2_points(row->width);
    enum { FEW = FIT_BLOCK / 2 };
    double values[4][FEW];
    for (int i = 0; i < FEW; i++) {
        const int from = (int)((i + 0.5) / FEW * POINTS);
        values[0][i] = x[from];
        values[1][i] = f_hi[from];
        values[2][i] = f_lo[from];
        values[3][i] = weight[from];
    }
    const FitPoints few = {FEW, values[0], values[1], values[2], values[3]};
    Starts *starts = starts_new();
    starts_aim(starts, tape, &few);
    Rng rng = rng_new(1, 0);
    int n = 0, n_good = 0;
    double best = INFINITY;
    const double start = now();
    for (; now() - start < seconds; n++) {
        Quad c[FIT_CONSTANTS_MAX];
        const double error = starts_random(starts, n % 3, NULL, c, 300, 1000 * row->known, &rng);
        best = fmin(best, error);
        n_good += error < row->known * row->factor;
    }
    const double spent = now() - start;
    printf("  %-48s %-12s %8.0f starts/s  best %.3g  success %.3g %%  %.3g ms/success\n", row->name,
           "worker", n / spent, best, 100.0 * n_good / n, 1e3 * spent / (n_good ? n_good : 1));
    starts_free(starts);
    free(tape);
}

/* A whole fit with exchange, from the constants that many starts found. */
static void bench_polish(const Row *row)
{
    Structure s = built(row);
    const FitPoints points = exp2_points(row->width);
    const FitOptions search = {2000, 300, false}, polish = {0, 300, true};
    Rng rng = rng_new(1, 0);
    double start = now();
    const double found = fit_constants(&s.prog, s.free, s.n_free, &points, &search, &rng);
    const double searching = now() - start;
    start = now();
    const double reached = fit_constants(&s.prog, s.free, s.n_free, &points, &polish, &rng);
    printf("  %-48s 2000 starts %.3f s: %.3g; exchange %.1f ms: %.4g (%.2f digits)\n", row->name,
           searching, found, 1e3 * (now() - start), reached, -log10(reached));
}

static void bench_minimax(int n_p, int n_q, int n)
{
    static Quad t[POINTS], g[POINTS], h[POINTS], f[POINTS];
    exp2_points(1);
    for (int i = 0; i < n; i++) {
        const int from = i * POINTS / n;
        t[i] = x[from];
        g[i] = 1;
        f[i] = (Quad)f_hi[from] + f_lo[from];
        weight[i] = weight[from];
    }
    const MinimaxGrid grid = {n, t, g, h, f, weight};
    Minimax result;
    const double start = now();
    const Status status = minimax_fit(&result, &grid, n_p, n_q, NULL);
    printf("  %2d/%-2d on %4d points: %7.2f ms, error %.3g, %d alternations%s\n", n_p, n_q, n,
           1e3 * (now() - start), result.error, result.n_alternations,
           status == OK ? "" : " FAILED");
}

static void bench_tune(int n_points)
{
    Goal goal = {.type = TYPE_F32, .n_variables = 1, .name = "exp2"};
    prog_init(&goal.reference);
    prog_add(&goal.reference, OP_EXP2, prog_add_input(&goal.reference, TYPE_REAL, "x"), 0, 0);
    goal.domain[0] = (Domain){.lo = 0, .hi = 1};
    goal.bound = (Bound){.kind = BOUND_ULP, .limit = 1};
    Sample *sample;
    double start = now();
    if (sample_new(&sample, &goal, n_points, 1, NULL) != OK) exit(1);
    printf("  sample of %d points: %.1f ms\n", sample->n, 1e3 * (now() - start));
    static const double c[] = {0x1.fffffep-1, 0x1.62e43p-1,   0x1.ebfbep-3,  0x1.c6af84p-5,
                               0x1.3b2c9cp-7, 0x1.5f61ccp-10, 0x1.c81a5ep-13};
    Prog prog;
    Ref free_refs[7];
    prog_init(&prog);
    const Ref input = prog_add_input(&prog, TYPE_F32, "x");
    for (int i = 0; i < 7; i++) free_refs[i] = prog_add_const(&prog, TYPE_F32, c[i]);
    Ref y = free_refs[6];
    for (int i = 5; i >= 0; i--) y = prog_add(&prog, OP_FMA, y, input, free_refs[i]);
    start = now();
    double error = 0;
    for (int i = 0; i < 1000; i++) error = sample_error(sample, &goal, &prog, INFINITY, NULL);
    printf("  sample_error: %.1f us (%.4f ulp)\n", 1e3 * (now() - start), error);
    for (int evaluations = 100; evaluations <= 10000; evaluations *= 10) {
        const TuneOptions options = {evaluations, 0};
        Rng rng = rng_new(1, 0);
        Prog copy = prog;
        start = now();
        error = tune_constants(&copy, free_refs, 7, sample, &goal, &options, &rng);
        printf("  tune, %5d evaluations: %.3f s, %.4f ulp\n", evaluations, now() - start, error);
    }
    sample_free(sample);
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? atof(argv[1]) : 1;
    enum { N_ROWS = sizeof ROWS / sizeof *ROWS };
    printf("least squares from random constants, exp2, 64 points\n");
    for (int i = 0; i < N_ROWS; i++) bench_starts(fit_engine_fastest(), &ROWS[i], seconds);
    for (int i = 0; i < N_ROWS; i++) bench_worker(&ROWS[i], seconds);
    bench_starts(&fit_engine_double, &ROWS[0], seconds);
    bench_starts(&fit_engine_extended, &ROWS[0], seconds);
    bench_starts(&fit_engine_quad, &ROWS[0], seconds);
    printf("whole fits, %d points\n", POINTS);
    for (int i = 0; i < 5; i++) bench_polish(&ROWS[i]);
    printf("minimax of exp2\n");
    bench_minimax(7, 0, 400);
    bench_minimax(16, 0, 1000);
    bench_minimax(4, 4, 400);
    bench_minimax(8, 7, 1000);
    printf("tuning, exp2 in f32, degree 6\n");
    bench_tune(4000);
    return 0;
}
