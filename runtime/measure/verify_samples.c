#include "runtime/measure/verify_kinds.h"

#include "runtime/measure/direct.h"
#include "runtime/measure/excuse.h"
#include "runtime/measure/samples.h"
#include "runtime/prog/specials.h"

#include <math.h>
#include <stdlib.h>

enum {
    POINTS_DEFAULT = 10000000,
    ORACLE_POINTS_MAX = 1500000, /* what the oracle gets through in 10 to 20 seconds */
    BLOCKS_PER_PIECE = 8,
    TRIAL_BLOCKS = 32,  /* to find hard points, and how many the oracle must answer */
    NEAR_TIES_MAX = 16, /* of a block, for which the oracle says what the right result is */
    WORST_KEPT = 24,
};

typedef struct {
    Judge *judge;
    Sampler sampler;
    DirectLong **direct; /* by worker; NULL: the oracle does it all */
    uint64_t seed, n_points;
} Samples;

static size_t fill(void *context, int piece, int block, void *const *x)
{
    const Samples *s = context;
    const Goal *goal = s->sampler.goal;
    if (piece == 0) return block == 0 ? sampler_specials(&s->sampler, x, SCAN_BLOCK) : 0;
    const uint64_t stream = (uint64_t)(piece - 1) * BLOCKS_PER_PIECE + (uint64_t)block;
    const uint64_t start = stream * SCAN_BLOCK;
    if (block >= BLOCKS_PER_PIECE || start >= s->n_points) return 0;
    const uint64_t left = s->n_points - start;
    const size_t n = left < SCAN_BLOCK ? (size_t)left : SCAN_BLOCK;
    Rng rng = rng_new(s->seed, stream);
    for (size_t i = 0; i < n; i++) {
        double point[PROG_INPUTS_MAX];
        sampler_draw(&s->sampler, &rng, point);
        for (int v = 0; v < goal->n_variables; v++) packed_set(goal->type, x[v], i, point[v]);
    }
    return n;
}

/* Bounds the error of `got` against f = value +- slack (finite). */
static ErrorAt bound_one(Type type, long double value, long double slack, double got)
{
    if (isnan(got)) return (ErrorAt){INFINITY, INFINITY, INFINITY};
    const TypeInfo *info = type_info(type);
    const long double edge =
        ldexpl(2, info->emax) - ldexpl(1, info->emax - info->precision); /* rounds to inf */
    if (isinf(got) && (got > 0 ? value - slack >= edge : value + slack <= -edge))
        return (ErrorAt){0, 0, 0};
    const long double off = fabsl(got - value) + slack;
    const long double least = fabsl(value) > slack ? fabsl(value) - slack : 0;
    ErrorAt error = {.ulp = (double)(off / ulp_of(type, (double)least)),
                     .abs = (double)off,
                     .rel = off == 0   ? 0
                            : got == 0 ? 1
                                       : (double)(off / least)};
    const double negligible = scan_negligible(type);
    if (error.ulp <= negligible) error.ulp = error.abs = 0;
    if (error.rel <= ldexp(negligible, -info->precision)) error.rel = 0;
    /* Conversion to double above may have rounded down. */
    error.ulp *= 1 + 0x1p-50;
    error.rel *= 1 + 0x1p-50;
    error.abs *= 1 + 0x1p-50;
    return error;
}

/* Input i of the block, f having been found to be value +- slack there. */
static Status bound_input(const Samples *s, int worker, const double *x, double got,
                          long double value, long double slack, int *n_near, ErrorAt *error,
                          bool *is_wrong, Err *err)
{
    const Judge *judge = s->judge;
    const Type type = judge->goal->type;
    if (isnan(value) && slack == 0) {
        *is_wrong = !isnan(got);
        *error = isnan(got) ? (ErrorAt){0, 0, 0} : (ErrorAt){INFINITY, INFINITY, INFINITY};
        return OK;
    }
    const long double least = fabsl(value) > slack ? fabsl(value) - slack : 0;
    const double ulp = ulp_of(type, (double)least);
    if (!(slack <= (long double)scan_negligible(type) / 2 * ulp)) {
        const Status status = judge_error(judge, worker, x, got, error, err);
        return status != OK ? status : judge_is_wrong(judge, worker, x, got, error, is_wrong, err);
    }
    *error = bound_one(type, value, slack, got);
    const long double half = fabsl(got - value) / ulp - 0.5L;
    *is_wrong = error->ulp != 0 && !(half <= 0);
    if (!(fabsl(half) <= slack / ulp)) return OK;
    if (++*n_near > NEAR_TIES_MAX && !goal_wants_rounding(judge->goal)) return OK;
    uint64_t bits;
    const Status status = oracle_round(judge->oracle[worker], x, type, &bits, NULL, err);
    if (status == OK) *is_wrong = value_from_bits(type, bits) != got;
    return status;
}

static bool is_exact_point(const Goal *goal, const double *x)
{
    for (int i = 0; i < goal->n_exact; i++)
        if (goal->n_variables == 1 && goal->exact[i].x == x[0]) return true;
    return false;
}

static Status bound(void *context, int worker, int piece, const void *const *x, const void *y,
                    size_t n, Bounds *bounds, ErrorAt *each, Err *err)
{
    const Samples *s = context;
    const Goal *goal = s->judge->goal;
    if (piece == 0 || s->direct[worker] == NULL)
        return scan_bound_by_oracle(s->judge, worker, piece, x, y, n, bounds, each, err);
    double inputs[PROG_INPUTS_MAX][DIRECT_BLOCK];
    const double *arrays[PROG_INPUTS_MAX];
    for (int v = 0; v < goal->n_variables; v++) arrays[v] = inputs[v];
    long double value[DIRECT_BLOCK], slack[DIRECT_BLOCK];
    int n_near = 0;
    *bounds = (Bounds){0};
    for (size_t start = 0; start < n; start += DIRECT_BLOCK) {
        const size_t m = n - start < DIRECT_BLOCK ? n - start : DIRECT_BLOCK;
        for (int v = 0; v < goal->n_variables; v++)
            for (size_t i = 0; i < m; i++) inputs[v][i] = packed_value(goal->type, x[v], start + i);
        direct_long_run(s->direct[worker], arrays, m, value, slack);
        for (size_t i = 0; i < m; i++) {
            double at[PROG_INPUTS_MAX];
            for (int v = 0; v < goal->n_variables; v++) at[v] = inputs[v][i];
            if (is_exact_point(goal, at)) slack[i] = INFINITY;
            ErrorAt error;
            bool is_wrong;
            const Status status = bound_input(s, worker, at, packed_value(goal->type, y, start + i),
                                              value[i], slack[i], &n_near, &error, &is_wrong, err);
            if (status != OK) return status;
            bounds->most.ulp = fmax(bounds->most.ulp, error.ulp);
            bounds->most.rel = fmax(bounds->most.rel, error.rel);
            bounds->most.abs = fmax(bounds->most.abs, error.abs);
            bounds->n_wrong += is_wrong;
            if (each != NULL) each[start + i] = error;
        }
    }
    return OK;
}

static Status excuse(void *context, int worker, int piece, const void *const *x, size_t n,
                     bool *is_excused, Err *err)
{
    const Samples *s = context;
    const Goal *goal = s->judge->goal;
    if (piece == 0 || s->direct[worker] == NULL)
        return scan_excuse_by_oracle(s->judge, worker, piece, x, n, is_excused, err);
    for (size_t i = 0; i < n; i++) {
        double at[PROG_INPUTS_MAX];
        const double *arrays[PROG_INPUTS_MAX];
        for (int v = 0; v < goal->n_variables; v++) {
            at[v] = packed_value(goal->type, x[v], i);
            arrays[v] = &at[v];
        }
        long double value, slack;
        is_excused[i] = specials_exclude(goal->excluded, goal->type, at, goal->n_variables, 1);
        if (is_excused[i]) continue;
        direct_long_run(s->direct[worker], arrays, 1, &value, &slack);
        if (isfinite((double)slack) && !is_exact_point(goal, at) &&
            excuse_by_range(goal, (double)(value - slack), (double)(value + slack), &is_excused[i]))
            continue;
        const Status status = excuse_by_oracle(s->judge, worker, at, &is_excused[i], err);
        if (status != OK) return status;
    }
    return OK;
}

/* An input of the trial, its error and f's sign. */
typedef struct {
    double x[PROG_INPUTS_MAX];
    double error, value;
    bool is_known; /* without the oracle */
} Trial;

static int trial_by_error(const void *pa, const void *pb)
{
    const Trial *a = pa, *b = pb;
    return (a->error < b->error) - (a->error > b->error);
}

static int trial_by_input(const void *pa, const void *pb)
{
    const Trial *a = pa, *b = pb;
    return (a->x[0] > b->x[0]) - (a->x[0] < b->x[0]);
}

static void add_hard(Sampler *sampler, const double *x)
{
    if (sampler->n_hard == HARD_POINTS_MAX) return;
    for (int v = 0; v < sampler->goal->n_variables; v++) sampler->hard[sampler->n_hard][v] = x[v];
    sampler->n_hard++;
}

/* Narrows a change of sign of f between two inputs (one variable, direct evaluation) down
   to neighbouring values. */
static double find_zero(const Samples *s, double lo, double hi, double value_lo)
{
    const Type type = s->judge->goal->type;
    int64_t a = ordered_from_value(type, lo), b = ordered_from_value(type, hi);
    while (b - a > 1) {
        const int64_t middle = a + (b - a) / 2;
        const double x = value_from_ordered(type, middle), *const arrays[] = {&x};
        long double value, slack;
        direct_long_run(s->direct[0], arrays, 1, &value, &slack);
        if ((value > 0) == (value_lo > 0))
            a = middle;
        else
            b = middle;
    }
    return value_from_ordered(type, a);
}

static Status try_block(Samples *s, int block, Trial *trials, size_t *n, Err *err)
{
    Judge *judge = s->judge;
    const Goal *goal = judge->goal;
    const size_t size = (size_t)type_info(goal->type)->size;
    void *x[PROG_INPUTS_MAX] = {0};
    const double *arrays[PROG_INPUTS_MAX];
    double inputs[PROG_INPUTS_MAX];
    for (int v = 0; v < goal->n_variables; v++) x[v] = xcalloc(SCAN_BLOCK, size);
    for (int v = 0; v < goal->n_variables; v++) arrays[v] = &inputs[v];
    void *y = xcalloc(SCAN_BLOCK, size);
    ErrorAt *each = xcalloc(SCAN_BLOCK, sizeof *each);
    Bounds bounds;

    *n = fill(s, 1 + block / BLOCKS_PER_PIECE, block % BLOCKS_PER_PIECE, x);
    judge_run(judge, 0, (const void *const *)x, y, *n);
    const Status status = bound(s, 0, 1, (const void *const *)x, y, *n, &bounds, each, err);
    for (size_t i = 0; i < *n && status == OK; i++) {
        Trial *t = &trials[i];
        for (int v = 0; v < goal->n_variables; v++)
            t->x[v] = inputs[v] = packed_value(goal->type, x[v], i);
        t->error = error_in(&each[i], goal->bound.kind);
        long double value, slack;
        direct_long_run(s->direct[0], arrays, 1, &value, &slack);
        t->value = (double)value;
        const long double least = fabsl(value) > slack ? fabsl(value) - slack : 0;
        t->is_known =
            (isnan(value) && slack == 0) || slack <= (long double)scan_negligible(goal->type) / 2 *
                                                         ulp_of(goal->type, (double)least);
    }
    for (int v = 0; v < goal->n_variables; v++) free(x[v]);
    free(y);
    free(each);
    return status;
}

/* Looks at some thousand inputs: the worst, and the zeros of f, are where the others will be
   thickest; and the points that only the oracle can answer limit how many there can be. */
static Status try_out(Samples *s, Err *err)
{
    const uint64_t n_wanted = s->n_points;
    Trial *trials = xcalloc(TRIAL_BLOCKS * SCAN_BLOCK, sizeof *trials);
    size_t n = 0, n_unknown = 0;
    Status status = OK;
    for (int block = 0; block < TRIAL_BLOCKS && status == OK; block++) {
        size_t n_block;
        status = try_block(s, block, trials + n, &n_block, err);
        n += n_block;
    }
    if (status != OK) goto done;
    for (size_t i = 0; i < n; i++) n_unknown += !trials[i].is_known;
    const uint64_t limit = n_unknown > 0 ? (uint64_t)ORACLE_POINTS_MAX * n / n_unknown : n_wanted;
    s->n_points = n_wanted < limit ? n_wanted : limit;

    qsort(trials, n, sizeof *trials, trial_by_error);
    for (size_t i = 0; i < n && i < WORST_KEPT; i++) add_hard(&s->sampler, trials[i].x);
    if (s->judge->goal->n_variables != 1) goto done;
    qsort(trials, n, sizeof *trials, trial_by_input);
    for (size_t i = 0; i + 1 < n; i++) {
        const Trial *a = &trials[i], *b = &trials[i + 1];
        if (!(a->value < 0 && b->value > 0) && !(a->value > 0 && b->value < 0)) continue;
        const double zero = find_zero(s, a->x[0], b->x[0], a->value);
        add_hard(&s->sampler, &zero);
    }
done:
    free(trials);
    return status;
}

Status verify_samples(Judge *judge, Report *report, Err *err)
{
    const VerifyOptions *options = judge->options;
    Samples s = {.judge = judge,
                 .sampler.goal = judge->goal,
                 .seed = options->seed,
                 .n_points = options->n_points > 0 ? options->n_points : POINTS_DEFAULT};
    s.direct = xcalloc((size_t)judge->n_threads, sizeof(DirectLong *));
    for (int i = 0; i < judge->n_threads; i++)
        s.direct[i] = direct_long_new(&judge->goal->reference);

    Status status = OK;
    if (s.direct[0] != NULL)
        status = try_out(&s, err);
    else if (s.n_points > ORACLE_POINTS_MAX)
        s.n_points = ORACLE_POINTS_MAX;
    const uint64_t per_piece = BLOCKS_PER_PIECE * SCAN_BLOCK;
    Scan scan = {.judge = judge,
                 .n_pieces = 1 + (int)((s.n_points + per_piece - 1) / per_piece),
                 .context = &s,
                 .fill = fill,
                 .bound = bound,
                 .excuse = excuse};
    Found found;
    if (status == OK) status = scan_run(&scan, &found, err);
    if (status == OK) status = report_found(judge, report, &found, err);
    for (int i = 0; i < judge->n_threads; i++) direct_long_free(s.direct[i]);
    free(s.direct);
    return status;
}
