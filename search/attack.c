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
enum { N_SWEEPS = sizeof SWEEPS / sizeof *SWEEPS };

typedef struct {
    double x, error;
    double first, last; /* of a stretch: its ends */
} Place;

typedef struct {
    Attack *out;
    const Goal *goal;
    const Prog *prog;
    const AttackOptions *options;
    Goal near; /* the goal on a part of the domain */
} Looking;

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

static void note(const Looking *l, double x, double error)
{
    Attack *out = l->out;
    out->error = fmax(out->error, error);
    if (error > l->goal->bound.limit && out->n < ATTACK_FOUND_MAX) out->x[out->n++] = x;
}

static VerifyOptions verify_options(const Looking *l, uint64_t stride)
{
    const AttackOptions *options = l->options;
    return (VerifyOptions){.n_threads = options->n_threads,
                           .stride = stride | 1,
                           .stop = options->deadline.stop,
                           .until = options->deadline.at};
}

/* What the judge found of `goal`, or nothing where there is nothing to judge or no time left. */
static Status note_verdict(const Looking *l, const Goal *goal, const VerifyOptions *options,
                           Err *err)
{
    Report report;
    const Status status = verify(&report, l->prog, goal, options, err);
    if (status == OK)
        note(l, report.worst_input[0], report_error(&report, l->goal->bound.kind));
    if (status == ERR_INTERRUPTED) l->out->is_broken_off = true;
    const bool is_nothing =
        status == ERR_INPUT || status == ERR_UNDECIDED || status == ERR_INTERRUPTED;
    return is_nothing ? OK : status;
}

/* Samples about a peak, each round of a smaller part. */
static Status climb(Looking *l, Place worst, uint64_t seed, Err *err)
{
    const Domain *domain = &l->goal->domain[0];
    const double width = domain->is_all ? INFINITY : domain->hi - domain->lo;
    double reach = fmin(width / 32, fabs(worst.x) / 2);
    for (int round = 0; round < ROUNDS && reach > 0; round++) {
        Sample *points;
        int at;
        l->near.domain[0] = neighbourhood(domain, worst.x, reach);
        if (!(l->near.domain[0].hi > l->near.domain[0].lo)) break;
        const Status status = sample_new(&points, &l->near, POINTS, seed + (uint64_t)round, err);
        if (status == ERR_INPUT) return OK; /* no finite value there: nothing to find */
        if (status != OK) return status;
        const double found = sample_error(points, l->goal, l->prog, INFINITY, &at);
        if (found > worst.error) {
            worst.x = points->x_value[0][at];
            worst.error = found;
        }
        sample_free(points);
        reach /= 6;
    }
    note(l, worst.x, worst.error);
    return OK;
}

/* Every float of a stretch or, of a long one, floats at equal distances. */
static Status comb(Looking *l, const Place *stretch, Err *err)
{
    const Type type = l->goal->type;
    const int64_t first = ordered_from_value(type, stretch->first);
    const int64_t last = ordered_from_value(type, stretch->last);
    const int64_t length = (last - first) / PARTS + 1;
    const VerifyOptions options = verify_options(l, (uint64_t)(length / PART_POINTS));
    Status status = OK;
    for (int64_t from = first; from <= last && status == OK; from += length) {
        const int64_t to = from + length - 1 < last ? from + length - 1 : last;
        l->near.domain[0] = (Domain){.lo = value_from_ordered(type, from),
                                     .hi = value_from_ordered(type, to)};
        status = note_verdict(l, &l->near, &options, err);
    }
    return status;
}

/* How many floats lie between the ends. */
static int64_t length_of(const Goal *goal)
{
    const Domain *domain = &goal->domain[0];
    return domain_last(domain, goal->type) - domain_first(domain, goal->type);
}

bool attack_sees_all(const Goal *goal)
{
    return goal->n_variables == 1 && goal->type == TYPE_F32 && goal->bound.kind == BOUND_ULP &&
           length_of(goal) < SWEEPS[N_SWEEPS - 1].n_points;
}

/* Where a reduction has thousands of pieces, each with its own roundings, a few stretches tell little of the others: floats at
   equal distances over the whole domain, many enough to meet the unlucky ones. */
static Status sweep(Looking *l, int64_t n_points, Err *err)
{
    BadInputs bad = {.n = 0};
    VerifyOptions options = verify_options(l, (uint64_t)(length_of(l->goal) / n_points));
    options.keep = l->options->keep;
    options.bad = &bad;
    const Status status = note_verdict(l, l->goal, &options, err);
    Attack *out = l->out;
    if (out->n == 0) return status;
    for (int i = 0; i < bad.n && out->n < ATTACK_FOUND_MAX; i++) out->x[out->n++] = bad.x[i];
    return status;
}

/* The further the error found so far is from the bound, the fewer points will do. */
static Status sweep_if_doubtful(Looking *l, Err *err)
{
    const double limit = l->goal->bound.limit;
    const double floor = l->goal->bound.kind == BOUND_ULP ? fmin(0.5, limit) : 0;
    Status status = OK;
    for (int i = 0; i < N_SWEEPS && status == OK; i++)
        if (l->out->n == 0 && l->out->error > floor + SWEEPS[i].doubtful * (limit - floor))
            status = sweep(l, SWEEPS[i].n_points, err);
    return status;
}

Status attack(Attack *out, const Goal *goal, const Prog *prog, const Sample *sample,
              const AttackOptions *options, Err *err)
{
    Place peak[STRETCHES];
    Status status = OK;
    const int n = find_peaks(peak, goal, prog, sample);
    Looking *l = xmalloc(sizeof *l);
    *l = (Looking){.out = out, .goal = goal, .prog = prog, .options = options, .near = *goal};
    *out = (Attack){.error = n > 0 ? peak[0].error : 0};
    /* What is found in one stretch is enough to know better. */
    for (int i = 0; i < n && i < PEAKS && status == OK && out->n == 0; i++) {
        if (goal->type == TYPE_F32)
            status = comb(l, &peak[i], err);
        else
            status = climb(l, peak[i], options->seed + (uint64_t)(2 * i), err);
    }
    if (goal->type == TYPE_F32 && status == OK) status = sweep_if_doubtful(l, err);
    out->is_broken_off |= deadline_is_over(&options->deadline);
    free(l);
    return status;
}
