#include "search/attack.h"

#include "runtime/measure/verify.h"

#include <math.h>
#include <stdlib.h>

enum {
    STRETCHES = 32, /* of the sorted sample, each with its worst point */
    PEAKS = 3,      /* stretches looked at closely */
    ROUNDS = 2,
    POINTS = 300,          /* of one look */
    PARTS = 8,             /* of a stretch of f32, each looked at for itself */
    PART_POINTS = 1 << 15, /* more than the oracle alone would be asked about */
};

/* Looks at the whole domain: from so much of what the bound leaves above the last rounding on, at so many points. */
typedef struct {
    double doubtful;
    int64_t n_points;
} Sweep;

static const Sweep SWEEPS[] = {{0.4, 1 << 22}, {0.75, 3 << 23}};

typedef struct {
    double x, error;
    double first, last; /* of a stretch: its ends */
} Place;

static int compare_places(const void *left, const void *right)
{
    const Place *a = left, *b = right;
    return a->x < b->x ? -1 : a->x > b->x;
}

static int compare_peaks(const void *left, const void *right)
{
    const Place *a = left, *b = right;
    return a->error > b->error ? -1 : a->error < b->error;
}

/* The worst point of each stretch, worst first; returns their number. */
static int find_peaks(Place *peak, const Goal *goal, const Prog *prog, const Sample *sample)
{
    Place *place = xmalloc((size_t)sample->n * sizeof *place);
    double *error = xmalloc((size_t)sample->n * sizeof *error);
    int n = 0;
    sample_errors(sample, goal, prog, error);
    for (int i = 0; i < sample->n; i++) {
        const double x = sample->x_value[0][i];
        place[i] = (Place){x, error[i], x, x};
    }
    qsort(place, (size_t)sample->n, sizeof *place, compare_places);
    const int length = (sample->n + STRETCHES - 1) / STRETCHES;
    for (int i = 0; i < sample->n; i++) {
        if (i % length == 0) peak[n++] = place[i];
        Place *const top = &peak[n - 1];
        top->last = place[i].x;
        if (place[i].error > top->error) {
            top->x = place[i].x;
            top->error = place[i].error;
        }
    }
    free(error);
    free(place);
    qsort(peak, (size_t)n, sizeof *peak, compare_peaks);
    return n;
}

/* The part of the domain within `reach` of x. */
static Domain neighbourhood(const Domain *domain, double x, double reach)
{
    Domain near = {.lo = x - reach, .hi = x + reach};
    if (domain->is_all) return near;
    near.lo = fmax(near.lo, domain->lo);
    near.hi = fmin(near.hi, domain->hi);
    near.lo_open = near.lo == domain->lo && domain->lo_open;
    near.hi_open = near.hi == domain->hi && domain->hi_open;
    return near;
}

static void note(Attack *out, const Goal *goal, double x, double error)
{
    out->error = fmax(out->error, error);
    if (error > goal->bound.limit && out->n < ATTACK_FOUND_MAX) out->x[out->n++] = x;
}

/* Samples about a peak, each round of a smaller part. */
static Status climb(Attack *out, const Goal *goal, const Prog *prog, Place worst, uint64_t seed,
                    Goal *near, Err *err)
{
    const Domain *domain = &goal->domain[0];
    const double width = domain->is_all ? INFINITY : domain->hi - domain->lo;
    double reach = fmin(width / 32, fabs(worst.x) / 2);
    for (int round = 0; round < ROUNDS && reach > 0; round++) {
        Sample *points;
        int at;
        near->domain[0] = neighbourhood(domain, worst.x, reach);
        if (!(near->domain[0].hi > near->domain[0].lo)) break;
        const Status status = sample_new(&points, near, POINTS, seed + (uint64_t)round, err);
        if (status == ERR_INPUT) return OK; /* no finite value there: nothing to find */
        if (status != OK) return status;
        const double found = sample_error(points, goal, prog, INFINITY, &at);
        if (found > worst.error) {
            worst.x = points->x_value[0][at];
            worst.error = found;
        }
        sample_free(points);
        reach /= 6;
    }
    note(out, goal, worst.x, worst.error);
    return OK;
}

/* Every float of a stretch or, of a long one, floats at equal distances. */
static Status comb(Attack *out, const Goal *goal, const Prog *prog, const Place *stretch,
                   int n_threads, Goal *near, Err *err)
{
    const int64_t first = ordered_from_value(goal->type, stretch->first);
    const int64_t last = ordered_from_value(goal->type, stretch->last);
    const int64_t length = (last - first) / PARTS + 1;
    for (int64_t from = first; from <= last; from += length) {
        const int64_t to = from + length - 1 < last ? from + length - 1 : last;
        Report report;
        const VerifyOptions options = {.n_threads = n_threads,
                                       .stride = (uint64_t)(length / PART_POINTS) | 1};
        near->domain[0] = (Domain){.lo = value_from_ordered(goal->type, from),
                                   .hi = value_from_ordered(goal->type, to)};
        const Status status = verify(&report, prog, near, &options, err);
        if (status == ERR_INPUT || status == ERR_UNDECIDED) continue; /* nothing to judge there */
        if (status != OK) return status;
        note(out, goal, report.worst_input[0], report_error(&report, goal->bound.kind));
    }
    return OK;
}

/* Where a reduction has thousands of pieces, each with its own roundings, a few stretches tell little of the others: floats at
   equal distances over the whole domain, many enough to meet the unlucky ones. */
static Status sweep(Attack *out, const Goal *goal, const Prog *prog, int64_t n_points,
                    VerifyKeep *keep, int n_threads, Err *err)
{
    const Domain *domain = &goal->domain[0];
    const int64_t length = domain_last(domain, goal->type) - domain_first(domain, goal->type);
    BadInputs bad = {.n = 0};
    Report report;
    const VerifyOptions options = {.keep = keep,
                                   .bad = &bad,
                                   .n_threads = n_threads,
                                   .stride = (uint64_t)(length / n_points) | 1};
    const Status status = verify(&report, prog, goal, &options, err);
    if (status == ERR_INPUT || status == ERR_UNDECIDED) return OK;
    if (status != OK) return status;
    note(out, goal, report.worst_input[0], report_error(&report, goal->bound.kind));
    if (out->n == 0) return OK;
    for (int i = 0; i < bad.n && out->n < ATTACK_FOUND_MAX; i++) out->x[out->n++] = bad.x[i];
    return OK;
}

/* The further the error found so far is from the bound, the fewer points will do. */
static Status sweep_if_doubtful(Attack *out, const Goal *goal, const Prog *prog, VerifyKeep *keep,
                                int n_threads, Err *err)
{
    const double limit = goal->bound.limit;
    const double floor = goal->bound.kind == BOUND_ULP ? fmin(0.5, limit) : 0;
    Status status = OK;
    for (size_t i = 0; i < sizeof SWEEPS / sizeof *SWEEPS && status == OK; i++)
        if (out->n == 0 && out->error > floor + SWEEPS[i].doubtful * (limit - floor))
            status = sweep(out, goal, prog, SWEEPS[i].n_points, keep, n_threads, err);
    return status;
}

Status attack(Attack *out, const Goal *goal, const Prog *prog, const Sample *sample,
              VerifyKeep *keep, uint64_t seed, int n_threads, Err *err)
{
    Place peak[STRETCHES];
    Status status = OK;
    const int n = find_peaks(peak, goal, prog, sample);
    Goal *near = xmalloc(sizeof *near);
    *near = *goal;
    *out = (Attack){.error = n > 0 ? peak[0].error : 0};
    /* What is found in one stretch is enough to know better. */
    for (int i = 0; i < n && i < PEAKS && status == OK && out->n == 0; i++) {
        if (goal->type == TYPE_F32)
            status = comb(out, goal, prog, &peak[i], n_threads, near, err);
        else
            status = climb(out, goal, prog, peak[i], seed + (uint64_t)(2 * i), near, err);
    }
    if (goal->type == TYPE_F32 && status == OK)
        status = sweep_if_doubtful(out, goal, prog, keep, n_threads, err);
    free(near);
    return status;
}
