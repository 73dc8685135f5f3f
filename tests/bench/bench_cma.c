/* Constants by least squares beside an evolution strategy, the way of AutoNumerics-Zero: processor time per success on
   2^x over (0, 1], relative error. A start is a success if its largest error at 64 nodes is within 1.5 of the
   best known. The strategy is CMA-ES (Hansen 2016, "The CMA evolution strategy: a tutorial") with full covariance, its
   objective the largest error at the nodes; a run ends after 400 generations without gain.
   Usage: bench_cma [seconds per cell, default 10] */
#include "search/starts.h"
#include "tests/support/structure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { K_MAX = 12, POPULATION_MAX = 128, STALL = 400, GENERATIONS_MAX = 10000 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* -- the function --------------------------------------------------------------------------- */

typedef struct {
    double x[FIT_BLOCK], f_hi[FIT_BLOCK], f_lo[FIT_BLOCK], weight[FIT_BLOCK];
    FitPoints points;
} Data;

static void data_init(Data *data)
{
    for (int i = 0; i < FIT_BLOCK; i++) {
        data->x[i] = (1 - cos(3.14159265358979323846 * (i + 0.5) / FIT_BLOCK)) / 2;
        const Quad f = exp2_by_series(data->x[i]);
        data->f_hi[i] = (double)f;
        data->f_lo[i] = (double)(f - data->f_hi[i]);
        data->weight[i] = 1 / data->f_hi[i];
    }
    data->points = (FitPoints){FIT_BLOCK, data->x, data->f_hi, data->f_lo, data->weight};
}

/* -- structures ------------------------------------------------------------------------------ */

/* (x + c)/(x*x*c + x*c + c) */
static void quadratic_below(Structure *s, int unused, int unused_too)
{
    const Ref below = structure_add(
        s,
        structure_mul(
            s, structure_add(s, structure_mul(s, 0, structure_constant(s)), structure_constant(s)),
            0),
        structure_constant(s));
    structure_div(s, structure_add(s, 0, structure_constant(s)), below);
}

typedef struct {
    const char *name;
    void (*build)(Structure *, int, int);
    int a, b;
    double known; /* the least largest error */
} Row;

static const Row ROWS[] = {
    {"nest 1 (5 ops, 4 constants)", structure_nest, 1, 0, 4.341e-6},
    {"quadratic below (6 ops, 4 constants)", quadratic_below, 0, 0, 2.5e-5},
    {"horner 5 (10 ops, 6 constants)", structure_horner, 5, 0, 7.494e-8},
    {"nest 2 (7 ops, 5 constants)", structure_nest, 2, 0, 5.636e-10},
    {"nest 2, squared (8 ops, 5 constants)", structure_nest, 2, 1, 8.937e-12},
    {"nest 3 (9 ops, 6 constants)", structure_nest, 3, 0, 2.328e-14},
};

/* -- CMA-ES ------------------------------------------------------------------------------------ */

typedef struct {
    const FitEngine *engine;
    FitWork *work;
    const FitPoints *points;
    int k;
} Objective;

static double error_at(const Objective *objective, const double *x)
{
    Quad c[FIT_CONSTANTS_MAX];
    for (int i = 0; i < objective->k; i++) c[i] = x[i];
    return objective->engine->error(objective->work, objective->points, c, true, NULL, NULL);
}

/* Eigenvalues d and vectors b (columns) of the symmetric matrix c, by Jacobi rotations; destroys c. */
static void eigen(int k, double (*c)[K_MAX], double (*b)[K_MAX], double *d)
{
    for (int i = 0; i < k; i++)
        for (int j = 0; j < k; j++) b[i][j] = i == j;
    for (int sweep = 0; sweep < 30; sweep++) {
        double off = 0, all = 0;
        for (int i = 0; i < k; i++)
            for (int j = 0; j < k; j++) {
                all += c[i][j] * c[i][j];
                if (i != j) off += c[i][j] * c[i][j];
            }
        if (off <= 1e-26 * all) break;
        for (int p = 0; p < k; p++)
            for (int q = p + 1; q < k; q++) {
                if (c[p][q] == 0) continue;
                const double theta = (c[q][q] - c[p][p]) / (2 * c[p][q]);
                const double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
                const double cosine = 1 / sqrt(t * t + 1), sine = t * cosine;
                for (int i = 0; i < k; i++) {
                    const double left = c[i][p], right = c[i][q];
                    c[i][p] = cosine * left - sine * right;
                    c[i][q] = sine * left + cosine * right;
                }
                for (int i = 0; i < k; i++) {
                    const double left = c[p][i], right = c[q][i];
                    c[p][i] = cosine * left - sine * right;
                    c[q][i] = sine * left + cosine * right;
                    const double old = b[i][p];
                    b[i][p] = cosine * old - sine * b[i][q];
                    b[i][q] = sine * old + cosine * b[i][q];
                }
            }
    }
    for (int i = 0; i < k; i++) d[i] = sqrt(fmax(c[i][i], 1e-300));
}

typedef struct {
    double x[K_MAX], error;
} Individual;

static int by_error(const void *left, const void *right)
{
    const double a = ((const Individual *)left)->error, b = ((const Individual *)right)->error;
    return a < b ? -1 : a > b;
}

/* From `mean`, step size 1; returns the least error met. Ends when that is below `target`, or the clock at `deadline`. */
static double cma_es(const Objective *objective, int population, double *mean, double target,
                     double deadline, Rng *rng)
{
    const int k = objective->k, parents = population / 2;
    double weight[POPULATION_MAX], weight_sum = 0, weight_squares = 0;
    for (int i = 0; i < parents; i++) weight_sum += weight[i] = log(parents + 0.5) - log(i + 1.0);
    for (int i = 0; i < parents; i++) {
        weight[i] /= weight_sum;
        weight_squares += weight[i] * weight[i];
    }
    const double mu = 1 / weight_squares, n = k;
    const double cc = (4 + mu / n) / (n + 4 + 2 * mu / n), cs = (mu + 2) / (n + mu + 5);
    const double c1 = 2 / ((n + 1.3) * (n + 1.3) + mu);
    const double c_mu = fmin(1 - c1, 2 * (mu - 2 + 1 / mu) / ((n + 2) * (n + 2) + mu));
    const double damp = 1 + 2 * fmax(0, sqrt((mu - 1) / (n + 1)) - 1) + cs;
    const double chi = sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    double sigma = 1, best = INFINITY, c[K_MAX][K_MAX] = {{0}}, b[K_MAX][K_MAX], d[K_MAX];
    double path_c[K_MAX] = {0}, path_s[K_MAX] = {0};
    for (int i = 0; i < k; i++) c[i][i] = 1;
    Individual individual[POPULATION_MAX];
    int stalled = 0;
    for (int generation = 0; generation < GENERATIONS_MAX && stalled < STALL; generation++) {
        double copy[K_MAX][K_MAX];
        memcpy(copy, c, sizeof c);
        eigen(k, copy, b, d);
        for (int l = 0; l < population; l++) {
            double z[K_MAX];
            for (int i = 0; i < k; i++) z[i] = d[i] * rng_normal(rng);
            for (int i = 0; i < k; i++) {
                double sum = 0;
                for (int j = 0; j < k; j++) sum += b[i][j] * z[j];
                individual[l].x[i] = mean[i] + sigma * sum;
            }
            individual[l].error = error_at(objective, individual[l].x);
        }
        qsort(individual, (size_t)population, sizeof *individual, by_error);
        stalled = individual[0].error < best * (1 - 1e-9) ? 0 : stalled + 1;
        best = fmin(best, individual[0].error);
        if (best < target || now() > deadline || !(sigma > 1e-300) || !(sigma < 1e300)) break;
        double step[K_MAX], turned[K_MAX], white[K_MAX];
        for (int i = 0; i < k; i++) {
            double next = 0;
            for (int l = 0; l < parents; l++) next += weight[l] * individual[l].x[i];
            step[i] = (next - mean[i]) / sigma;
        }
        for (int j = 0; j < k; j++) {
            turned[j] = 0;
            for (int i = 0; i < k; i++) turned[j] += b[i][j] * step[i];
            turned[j] /= d[j];
        }
        double length = 0;
        for (int i = 0; i < k; i++) {
            white[i] = 0;
            for (int j = 0; j < k; j++) white[i] += b[i][j] * turned[j];
            path_s[i] = (1 - cs) * path_s[i] + sqrt(cs * (2 - cs) * mu) * white[i];
            length += path_s[i] * path_s[i];
        }
        length = sqrt(length);
        const double faded = sqrt(1 - pow(1 - cs, 2.0 * (generation + 1)));
        const double is_short = length / faded < (1.4 + 2 / (n + 1)) * chi;
        for (int i = 0; i < k; i++)
            path_c[i] = (1 - cc) * path_c[i] + is_short * sqrt(cc * (2 - cc) * mu) * step[i];
        for (int i = 0; i < k; i++)
            for (int j = 0; j < k; j++) {
                double rank_mu = 0;
                for (int l = 0; l < parents; l++)
                    rank_mu += weight[l] * (individual[l].x[i] - mean[i]) *
                               (individual[l].x[j] - mean[j]) / (sigma * sigma);
                c[i][j] = (1 - c1 - c_mu) * c[i][j] + c_mu * rank_mu +
                          c1 * (path_c[i] * path_c[j] + (1 - is_short) * cc * (2 - cc) * c[i][j]);
            }
        for (int i = 0; i < k; i++) mean[i] += sigma * step[i];
        sigma *= exp(fmin(1, cs / damp * (length / chi - 1)));
    }
    return best;
}

/* -- cells of the table -------------------------------------------------------------------------- */

static void print_cell(const char *name, double spent, int n, int n_good, double best)
{
    printf("    %-22s %8d starts, %6.2f %% good, best %.3g, ", name, n, 100.0 * n_good / n, best);
    if (n_good)
        printf("%.3g ms per success\n", 1e3 * spent / n_good);
    else
        printf("more than %.3g ms per success\n", 1e3 * spent);
}

static void bench_cma(const char *name, const Row *row, const Tape *tape, const Data *data,
                      int population, double seconds)
{
    const FitEngine *engine = fit_engine_fastest();
    Objective objective = {engine, engine->work_new(tape), &data->points, tape->n_free};
    Rng rng = rng_new(1, 1);
    int n = 0, n_good = 0;
    double best = INFINITY;
    const double start = now();
    while (now() - start < seconds) {
        double mean[K_MAX], error = INFINITY;
        for (int draw = 0; draw < 200 && !isfinite(error); draw++) {
            for (int i = 0; i < objective.k; i++) {
                const double size = exp(rng_normal(&rng));
                mean[i] = rng_next(&rng) >> 63 ? size : -size;
            }
            error = error_at(&objective, mean);
        }
        error = cma_es(&objective, population, mean, 1.5 * row->known, start + seconds, &rng);
        best = fmin(best, error);
        n_good += error < 1.5 * row->known;
        n++;
    }
    print_cell(name, now() - start, n, n_good, best);
    engine->work_free(objective.work);
}

static void bench_starts(const Row *row, const Tape *tape, const Data *data, double seconds)
{
    const FitEngine *engine = fit_engine_fastest();
    FitWork *work = engine->work_new(tape);
    Starts *starts = starts_new();
    starts_aim(starts, tape, &data->points);
    Rng rng = rng_new(1, 2);
    int n = 0, n_good = 0;
    double best = INFINITY;
    const double start = now();
    for (; now() - start < seconds; n++) {
        Quad c[FIT_CONSTANTS_MAX];
        const double rms = starts_random(starts, n % 3, NULL, c, 300, 300 * row->known, &rng);
        if (!(rms < 2 * row->known)) continue;
        const double error = engine->error(work, &data->points, c, true, NULL, NULL);
        best = fmin(best, error);
        n_good += error < 1.5 * row->known;
    }
    print_cell("least squares", now() - start, n, n_good, best);
    starts_free(starts);
    engine->work_free(work);
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? atof(argv[1]) : 10;
    static Data data;
    data_init(&data);
    printf("time per success, 2^x on (0, 1], largest error within 1.5 of the best known\n");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Structure s = {.n_free = 0};
        prog_init(&s.prog);
        prog_add_input(&s.prog, TYPE_REAL, "x");
        ROWS[i].build(&s, ROWS[i].a, ROWS[i].b);
        Tape *tape = malloc(sizeof *tape);
        if (!tape || !tape_make(tape, &s.prog, s.free, s.n_free)) return 1;
        printf("  %s: %.3g\n", ROWS[i].name, ROWS[i].known);
        bench_starts(&ROWS[i], tape, &data, fmin(seconds, 2));
        const int small = 4 + (int)(3 * log(tape->n_free));
        bench_cma("CMA-ES, 4 + 3 ln K", &ROWS[i], tape, &data, small, seconds);
        bench_cma("CMA-ES, 128", &ROWS[i], tape, &data, POPULATION_MAX, seconds);
        free(tape);
    }
    return 0;
}
