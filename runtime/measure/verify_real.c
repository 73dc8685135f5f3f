#include "runtime/measure/verify_kinds.h"

#include "runtime/base/pool.h"
#include "runtime/base/rng.h"
#include "runtime/measure/prove.h"
#include "runtime/oracle/oracle_prog.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    GRID_EVEN = 3072,      /* points as Chebyshev has them: error curves are crowded at the ends */
    GRID_END_OCTAVES = 60, /* at each end and around 0, points at distances 2^-k of the width */
    GRID_PER_OCTAVE = 4,
    GRID_COARSE = 8, /* a proof needs only to know about the maximum: a grid of one in so many */
    GRID_MAX = GRID_EVEN + 4 * GRID_END_OCTAVES * GRID_PER_OCTAVE + 16,
    RANDOM_POINTS = 20000, /* with several variables */
    PIECE = 64,
    PEAKS_MAX = 48,
    REFINE_STEPS = 60,
};

typedef struct {
    double x[PROG_INPUTS_MAX];
    double error[3]; /* magnitudes by BoundKind; no ulp */
    double abs;      /* signed */
} Point;

typedef struct {
    Judge *judge;
    Point *points;
    int n;
    Status *status; /* by piece */
    Err *errors;
} Grid;

/* The ends that count: an open one is replaced by its inner neighbour. */
static double first_of(const Domain *d)
{
    return d->lo_open && d->lo < d->hi ? nextafter(d->lo, INFINITY) : d->lo;
}

static double last_of(const Domain *d)
{
    return d->hi_open && d->lo < d->hi ? nextafter(d->hi, -INFINITY) : d->hi;
}

/* Has the expression itself no value there? Then what --exact says is the limit, to be come near to as to any value. */
static bool is_gap(const Goal *goal, double x)
{
    Oracle *oracle = oracle_new(&goal->reference, NULL, 0);
    double hi, lo;
    const bool has_value = oracle_double_double(oracle, &x, &hi, &lo, NULL) == OK && !isnan(hi);
    oracle_free(oracle);
    return !has_value;
}

static Status look(const Judge *judge, int worker, Point *point, Err *err)
{
    double rel, abs;
    const Status status =
        oracle_prog_error(judge->oracle[worker], judge->prog, point->x, &rel, &abs, err);
    if (status != OK) return status;
    point->abs = abs;
    point->error[BOUND_ULP] = 0;
    point->error[BOUND_ABS] = isnan(abs) ? INFINITY : fabs(abs);
    /* f = 0: right or infinitely wrong. */
    point->error[BOUND_REL] = abs == 0 ? 0 : isnan(rel) ? INFINITY : fabs(rel);
    const Goal *goal = judge->goal;
    for (int i = 0; i < goal->n_exact; i++)
        if (goal->n_variables == 1 && goal->exact[i].x == point->x[0] && abs != 0 &&
            !is_gap(goal, point->x[0]))
            point->error[BOUND_ABS] = point->error[BOUND_REL] = INFINITY;
    return OK;
}

static void grid_piece(void *context, int piece, int worker)
{
    Grid *grid = context;
    for (int i = piece * PIECE; i < grid->n && i < (piece + 1) * PIECE; i++) {
        if (judge_is_stopped(grid->judge)) {
            grid->status[piece] =
                fail(&grid->errors[piece], ERR_INTERRUPTED, "interrupted while verifying");
            return;
        }
        grid->status[piece] = look(grid->judge, worker, &grid->points[i], &grid->errors[piece]);
        if (grid->status[piece] != OK) return;
    }
    const VerifyOptions *options = grid->judge->options;
    if (worker == 0 && options->progress != NULL)
        options->progress(options->progress_context, fmin(1, (double)piece * PIECE / grid->n));
}

static Status grid_look(Grid *grid, Err *err)
{
    const int n_pieces = (grid->n + PIECE - 1) / PIECE;
    grid->status = xcalloc((size_t)n_pieces, sizeof *grid->status);
    grid->errors = xcalloc((size_t)n_pieces, sizeof *grid->errors);
    pool_run(grid->judge->n_threads, n_pieces, grid_piece, grid);
    Status status = OK;
    for (int i = 0; i < n_pieces && status == OK; i++) {
        status = grid->status[i];
        if (status != OK && err != NULL) *err = grid->errors[i];
    }
    free(grid->status);
    free(grid->errors);
    return status;
}

static int by_input(const void *pa, const void *pb)
{
    const Point *a = pa, *b = pb;
    return (a->x[0] > b->x[0]) - (a->x[0] < b->x[0]);
}

static void add_point(Grid *grid, double lo, double hi, double x)
{
    if (x >= lo && x <= hi && grid->n < GRID_MAX) grid->points[grid->n++].x[0] = x;
}

/* One in `thinning` of the points of the full grid. */
static void grid_of_one(Grid *grid, int thinning)
{
    const Goal *goal = grid->judge->goal;
    const double lo = first_of(&goal->domain[0]), hi = last_of(&goal->domain[0]);
    const double middle = lo / 2 + hi / 2, radius = hi / 2 - lo / 2;
    grid->n = 0;
    for (int i = 0; i <= GRID_EVEN; i += thinning)
        add_point(grid, lo, hi, middle - radius * cos(i * 3.14159265358979324 / GRID_EVEN));
    add_point(grid, lo, hi, lo);
    add_point(grid, lo, hi, hi);
    add_point(grid, lo, hi, 0);
    for (int i = 0; i < GRID_END_OCTAVES * GRID_PER_OCTAVE; i += thinning) {
        const double distance = 2 * radius * exp2(-(double)(i + 1) / GRID_PER_OCTAVE);
        add_point(grid, lo, hi, lo + distance);
        add_point(grid, lo, hi, hi - distance);
        if (lo < 0) add_point(grid, lo, hi, -distance);
        if (hi > 0) add_point(grid, lo, hi, distance);
    }
    for (int i = 0; i < goal->n_exact; i++) add_point(grid, lo, hi, goal->exact[i].x);
    qsort(grid->points, (size_t)grid->n, sizeof *grid->points, by_input);
    int n = 0;
    for (int i = 0; i < grid->n; i++)
        if (n == 0 || grid->points[i].x[0] != grid->points[n - 1].x[0])
            grid->points[n++] = grid->points[i];
    grid->n = n;
}

static void grid_of_several(Grid *grid)
{
    const Goal *goal = grid->judge->goal;
    Rng rng = rng_new(grid->judge->options->seed, 0);
    for (int i = 0; i < RANDOM_POINTS; i++, grid->n++)
        for (int v = 0; v < goal->n_variables; v++) {
            const double lo = first_of(&goal->domain[v]), hi = last_of(&goal->domain[v]);
            const double u = rng_unit(&rng);
            /* One in three: crowded at the ends; one in eight: an end itself. */
            const uint64_t way = rng_below(&rng, 24);
            const double share = way < 8    ? 0.5 - 0.5 * cos(3.14159265358979324 * u)
                                 : way == 8 ? 0
                                 : way == 9 ? 1
                                            : u;
            grid->points[grid->n].x[v] = fmin(hi, fmax(lo, lo + 2 * share * (hi / 2 - lo / 2)));
        }
}

static void keep_worse(Point *worst, const Point *point, BoundKind kind)
{
    if (point->error[kind] > worst->error[kind] ||
        (point->error[kind] == worst->error[kind] && point->x[0] < worst->x[0]))
        *worst = *point;
}

/* Golden section for the maximum of the error along variable v between lo and hi. */
static Status climb(Judge *judge, Point *start, int v, double lo, double hi, BoundKind kind,
                    Point *worst, uint64_t *n_points, Err *err)
{
    const double ratio = 0.61803398874989485;
    Point a = *start, b = *start;
    double range[2] = {lo, hi};
    Status status;
    a.x[v] = hi - ratio * (hi - lo);
    b.x[v] = lo + ratio * (hi - lo);
    if ((status = look(judge, 0, &a, err)) != OK) return status;
    if ((status = look(judge, 0, &b, err)) != OK) return status;
    *n_points += 2;
    for (int i = 0; i < REFINE_STEPS; i++) {
        keep_worse(start, &a, kind);
        keep_worse(start, &b, kind);
        /* Flat to 9 digits: a maximum to far more than the 3 wanted. */
        const double most = fmax(a.error[kind], b.error[kind]);
        if (i > 6 && fabs(a.error[kind] - b.error[kind]) <= 1e-9 * most) break;
        Point *moved;
        if (a.error[kind] >= b.error[kind]) {
            range[1] = b.x[v];
            b = a;
            moved = &a;
            a.x[v] = range[1] - ratio * (range[1] - range[0]);
        } else {
            range[0] = a.x[v];
            a = b;
            moved = &b;
            b.x[v] = range[0] + ratio * (range[1] - range[0]);
        }
        if (!(range[0] < a.x[v] && a.x[v] < b.x[v] && b.x[v] < range[1])) break;
        if ((status = look(judge, 0, moved, err)) != OK) return status;
        ++*n_points;
    }
    keep_worse(worst, start, kind);
    return OK;
}

typedef struct {
    double error;
    int index;
} Peak;

static int by_error(const void *pa, const void *pb)
{
    const Peak *a = pa, *b = pb;
    if (a->error != b->error) return a->error < b->error ? 1 : -1;
    return (a->index > b->index) - (a->index < b->index);
}

/* The highest points of the grid: for one variable those above their neighbours. */
static int find_peaks(const Grid *grid, BoundKind kind, Peak *peaks)
{
    const bool is_line = grid->judge->goal->n_variables == 1;
    int n = 0;
    for (int i = 0; i < grid->n; i++) {
        const double here = grid->points[i].error[kind];
        if (is_line && i > 0 && grid->points[i - 1].error[kind] > here) continue;
        if (is_line && i + 1 < grid->n && grid->points[i + 1].error[kind] > here) continue;
        peaks[n++] = (Peak){here, i};
    }
    qsort(peaks, (size_t)n, sizeof *peaks, by_error);
    return n < PEAKS_MAX ? n : PEAKS_MAX;
}

static Status climb_peak(Grid *grid, int index, BoundKind kind, Point *worst, uint64_t *n_points,
                         Err *err)
{
    const Goal *goal = grid->judge->goal;
    Point start = grid->points[index];
    if (goal->n_variables == 1) {
        const double lo = grid->points[index > 0 ? index - 1 : index].x[0];
        const double hi = grid->points[index + 1 < grid->n ? index + 1 : index].x[0];
        return climb(grid->judge, &start, 0, lo, hi, kind, worst, n_points, err);
    }
    /* Variable by variable, in ever narrower surroundings. */
    for (double share = 0.1; share > 1e-4; share /= 4)
        for (int v = 0; v < goal->n_variables; v++) {
            const double lo = first_of(&goal->domain[v]), hi = last_of(&goal->domain[v]);
            const double reach = share * (hi - lo), x = start.x[v];
            const Status status = climb(grid->judge, &start, v, fmax(lo, x - reach),
                                        fmin(hi, x + reach), kind, worst, n_points, err);
            if (status != OK) return status;
        }
    return OK;
}

static Status find_worst(Grid *grid, BoundKind kind, Point *worst, uint64_t *n_points, Err *err)
{
    *worst = grid->points[0];
    for (int i = 1; i < grid->n; i++) keep_worse(worst, &grid->points[i], kind);
    if (isinf(worst->error[kind])) return OK;
    Peak *peaks = xcalloc((size_t)grid->n, sizeof *peaks);
    const int n_peaks = find_peaks(grid, kind, peaks);
    Status status = OK;
    for (int i = 0; i < n_peaks && status == OK; i++) {
        /* Between close grid points no low peak hides a high one. */
        if (peaks[i].error < worst->error[kind] / 2) break;
        status = climb_peak(grid, peaks[i].index, kind, worst, n_points, err);
    }
    free(peaks);
    return status;
}

/* About the largest |f| on the domain. */
static Status find_largest(Judge *judge, double *largest, Err *err)
{
    enum { LOOKS = 32 };
    const Domain *domain = &judge->goal->domain[0];
    const double lo = first_of(domain), hi = last_of(domain);
    *largest = 0;
    for (int i = 0; i <= LOOKS; i++) {
        const double share = (double)i / LOOKS, x = fmin(hi, lo + 2 * share * (hi / 2 - lo / 2));
        double f, f_lo;
        const Status status = oracle_double_double(judge->oracle[0], &x, &f, &f_lo, err);
        if (status != OK) return status;
        if (isfinite(f) && fabs(f) > *largest) *largest = fabs(f);
    }
    return OK;
}

/* Looks at the grid and climbs from its highest points. */
static Status sample(Grid *grid, Report *report, Point worst[3], Err *err)
{
    uint64_t n_points = (uint64_t)grid->n;
    Status status = grid_look(grid, err);
    for (BoundKind kind = BOUND_REL; kind <= BOUND_ABS && status == OK; kind++)
        status = find_worst(grid, kind, &worst[kind], &n_points, err);
    if (status != OK) return status;
    report->method = METHOD_SAMPLED;
    report->n_points += n_points;
    report->max_rel = worst[BOUND_REL].error[BOUND_REL];
    report->max_abs = worst[BOUND_ABS].error[BOUND_ABS];
    return OK;
}

/* Looks for a proof that no error is larger than what was found, and replaces that by the bound. Where
   the proof met larger errors on its way, the worst input is one of those. */
static Status prove_report(Judge *judge, Report *report, Point worst[3], Err *err)
{
    const Goal *goal = judge->goal;
    double largest;
    Status status = find_largest(judge, &largest, err);
    if (status != OK) return status;
    const double known[3] = {0, report->max_rel, report->max_abs};
    Proofs proofs;
    prove(&proofs, judge->prog, goal, known, largest, judge->options->stop);
    if (judge_is_stopped(judge)) return fail(err, ERR_INTERRUPTED, "interrupted while verifying");
    for (int kind = BOUND_REL; kind <= BOUND_ABS; kind++) {
        if (!(proofs.proof[kind].least > known[kind])) continue;
        Point point = {.x = {proofs.proof[kind].at}};
        point.x[0] = fmin(last_of(&goal->domain[0]), fmax(first_of(&goal->domain[0]), point.x[0]));
        if ((status = look(judge, 0, &point, err)) != OK) return status;
        keep_worse(&worst[kind], &point, kind);
    }
    const BoundKind first = goal->bound.kind == BOUND_ABS ? BOUND_ABS : BOUND_REL;
    if (!proofs.proof[first].is_proven) return OK;
    report->method = METHOD_PROVEN;
    memcpy(report->sliver, proofs.proof[first].sliver, sizeof report->sliver);
    /* Where the other measure has no bound it has none here either: as a rule f has a zero. */
    for (int kind = BOUND_REL; kind <= BOUND_ABS; kind++) {
        const Proof *proof = &proofs.proof[kind];
        const bool is_whole = strcmp(proof->sliver, report->sliver) == 0;
        const double bound =
            proof->is_proven && is_whole ? fmax(proof->bound, proof->least) : INFINITY;
        *(kind == BOUND_REL ? &report->max_rel : &report->max_abs) = bound;
    }
    return OK;
}

static void note_poles(const Judge *judge, Report *report)
{
    const Domain *domain = &judge->goal->domain[0];
    const double end[2] = {domain->lo, domain->hi};
    for (int i = 0; i < 2 && judge->goal->n_variables == 1; i++)
        if (isfinite(end[i]) && oracle_prog_divides_by_zero(judge->prog, end[i]))
            report->pole[report->n_poles++] = end[i];
}

Status verify_real(Judge *judge, Report *report, Err *err)
{
    const Goal *goal = judge->goal;
    const bool is_line = goal->n_variables == 1;
    Grid grid = {.judge = judge};
    grid.points = xcalloc(is_line ? GRID_MAX : RANDOM_POINTS, sizeof *grid.points);
    Point worst[3];
    Status status = OK;
    note_poles(judge, report);
    if (prove_can(judge->prog, goal)) {
        grid_of_one(&grid, GRID_COARSE);
        status = sample(&grid, report, worst, err);
        if (status == OK) status = prove_report(judge, report, worst, err);
    }
    if (status == OK && report->method != METHOD_PROVEN) {
        if (is_line)
            grid_of_one(&grid, 1);
        else
            grid_of_several(&grid);
        status = sample(&grid, report, worst, err);
    }
    if (status == OK) {
        const Point *point = &worst[goal->bound.kind == BOUND_ABS ? BOUND_ABS : BOUND_REL];
        for (int v = 0; v < goal->n_variables; v++) report->worst_input[v] = point->x[v];
        double hi, lo;
        status = oracle_double_double(judge->oracle[0], point->x, &hi, &lo, err);
        report->worst_want = hi;
        report->worst_got = hi + point->abs;
    }
    free(grid.points);
    return status;
}
