#include "runtime/measure/compare.h"

#include "runtime/measure/verify.h"
#include "runtime/measure/wrong_specials.h"
#include "runtime/prog/specials.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void compare_add_peer(Comparison *comparison, const Peer *peer)
{
    CompareRow *row = NULL;
    for (int i = 0; i < comparison->n && !row; i++)
        if (strcmp(comparison->row[i].who, peer->who) == 0) row = &comparison->row[i];
    if (!row) {
        if (comparison->n == COMPARE_ROWS_MAX) return;
        row = &comparison->row[comparison->n++];
        *row = (CompareRow){0};
        memcpy(row->who, peer->who, sizeof row->who);
    }
    if (peer->lanes == 1)
        row->scalar = peer->function;
    else
        row->vector = peer->function, row->lanes = peer->lanes;
}

/* -- times -------------------------------------------------------------------------------------- */

/* What is to be timed, and where the times go. */
typedef struct {
    TimedCall call[4 * COMPARE_ROWS_MAX + 2];
    double *where[4 * COMPARE_ROWS_MAX + 2];
    double factor[4 * COMPARE_ROWS_MAX + 2]; /* of a time per value */
    int n;
} Work;

static void add_call(Work *work, const TimedCall *call, double *where, double factor)
{
    work->call[work->n] = *call;
    work->where[work->n] = where;
    work->factor[work->n++] = factor;
}

/* The array form of ours is a call of its own. */
static void run_array(const void *const *x, void *y, size_t n)
{
    void (*f)(const void *, void *, size_t);
    memcpy(&f, &x[1], sizeof f);
    f(x[0], y, n);
}

/* A function's throughput and latency; `empty` gets that of the empty chain, once for all functions of so many lanes. */
static void add_function(Work *work, const void *function, Type type, int lanes, double *ns,
                         double *latency, double *empty)
{
    PeerLoops loops;
    if (!function || !peer_loops(&loops, function, type, lanes)) return;
    add_call(work, &loops.over_array, ns, 1);
    add_call(work, &loops.chain, latency, lanes);
    if (!isnan(*empty)) return;
    *empty = 0;
    add_call(work, &loops.empty_chain, empty, lanes);
}

static Status time_rows(Comparison *c, Timer *timer, Type type, double seconds, Err *err)
{
    Work *work = xcalloc(1, sizeof *work);
    double scalar_empty = NAN, vector_empty = NAN;
    for (int i = 0; i < c->n; i++) {
        CompareRow *row = &c->row[i];
        CompareTimes *t = &row->times;
        *t = (CompareTimes){NAN, NAN, NAN, NAN, NAN};
        add_function(work, row->scalar, type, 1, &t->scalar_ns, &t->scalar_latency_ns,
                     &scalar_empty);
        add_function(work, row->vector, type, row->lanes, &t->vector_ns, &t->vector_latency_ns,
                     &vector_empty);
        if (!row->array) continue;
        TimedCall call = {run_array, NULL};
        memcpy(&call.context, &row->array, sizeof call.context);
        add_call(work, &call, &t->array_ns, 1);
    }
    double *ns = xcalloc((size_t)work->n + 1, sizeof *ns);
    const Status status =
        timer_measure_calls(timer, ns, work->call, work->n, type, &c->inputs, seconds, err);
    for (int i = 0; i < work->n; i++) *work->where[i] = ns[i] * work->factor[i];
    for (int i = 0; i < c->n; i++) {
        c->row[i].times.scalar_latency_ns -= isnan(scalar_empty) ? 0 : scalar_empty;
        c->row[i].times.vector_latency_ns -= isnan(vector_empty) ? 0 : vector_empty;
    }
    c->empty_latency_ns = scalar_empty;
    free(work);
    free(ns);
    return status;
}

/* -- errors ----------------------------------------------------------------------------------------- */

enum { VECTOR_BYTES_MAX = 64 };

typedef struct {
    const CompareRow *row;
    Type type;
    PeerLoops loops;
    int lanes;
} Judged;

/* As the judge calls what computes: any number of inputs. The last vector is filled up. */
static void run_judged(void *context, int worker, const void *const *x, void *y, size_t n)
{
    const Judged *judged = context;
    if (judged->row->array) {
        judged->row->array(x[0], y, n);
        return;
    }
    const size_t size = (size_t)type_info(judged->type)->size, lanes = (size_t)judged->lanes;
    const size_t whole = n - n % lanes;
    const void *const all[] = {x[0], judged->loops.over_array.context, NULL};
    judged->loops.over_array.run(all, y, whole);
    if (whole == n) return;
    char in[VECTOR_BYTES_MAX] = {0}, out[VECTOR_BYTES_MAX];
    memcpy(in, (const char *)x[0] + whole * size, (n - whole) * size);
    const void *const rest[] = {in, judged->loops.over_array.context, NULL};
    judged->loops.over_array.run(rest, out, lanes);
    memcpy((char *)y + whole * size, out, (n - whole) * size);
}

/* The judge takes a Prog beside the code that it judges; what is judged is the code. */
static Prog stand_in(Type type)
{
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, type, "x");
    return prog;
}

Status compare_wrong_specials(int *n_wrong, CompareRun *run, void *context, const Goal *goal,
                              double claimed_ulp, Err *err)
{
    Report report;
    const Prog prog = stand_in(goal->type);
    const VerifyOptions options = {.n_threads = 1,
                                   .stride = UINT32_MAX, /* special inputs are always looked at */
                                   .n_points = 1,
                                   .run = run,
                                   .run_context = context};
    const Status status = verify(&report, &prog, goal, &options, err);
    *n_wrong = status == OK ? wrong_specials(&report, goal, claimed_ulp) : 0;
    return status;
}

static Status judge_normal(CompareRow *row, Judged *judged, const Goal *goal, uint64_t stride,
                           int n_threads, VerifyKeep *keep, Err *err)
{
    const Prog prog = stand_in(goal->type);
    const VerifyOptions options = {.keep = keep,
                                   .n_threads = n_threads,
                                   .stride = stride,
                                   .n_points = ((uint64_t)1 << 32) / stride, /* of f64 */
                                   .run = run_judged,
                                   .run_context = judged};
    Goal *normal = xmalloc(sizeof *normal);
    *normal = *goal;
    normal->excluded = SPECIAL_NANS | SPECIAL_INFINITIES | SPECIAL_ZEROS | SPECIAL_DENORMALS;
    const Status status = verify(&row->report, &prog, normal, &options, err);
    free(normal);
    return status;
}

static Status judge_row(CompareRow *row, const Goal *goal, uint64_t stride, int n_threads,
                        VerifyKeep *keep, Err *err)
{
    Judged judged = {.row = row, .type = goal->type};
    judged.lanes = row->vector ? row->lanes : 1;
    if (!row->array && !peer_loops(&judged.loops, row->vector ? row->vector : row->scalar,
                                   goal->type, judged.lanes))
        return fail(err, ERR_UNSUPPORTED, "no loop calls vectors of %d", judged.lanes);
    if (!row->is_judged) {
        const Status status = judge_normal(row, &judged, goal, stride, n_threads, keep, err);
        if (status != OK) return status;
    }
    const double ulp = row->is_judged ? row->report.max_ulp : wrong_specials_of_others_ulp(goal);
    return compare_wrong_specials(&row->n_specials_wrong, run_judged, &judged, goal, ulp, err);
}

Status compare_measure(Comparison *c, Timer *timer, const Goal *goal, uint64_t stride,
                       int n_threads, double seconds, Err *err)
{
    Status status = timing_inputs(&c->inputs, goal, err);
    if (status != OK) return status;
    const Status timed = time_rows(c, timer, goal->type, seconds, err);
    VerifyKeep *keep = verify_keep_new();
    for (int i = 0; i < c->n && status == OK; i++)
        status = judge_row(&c->row[i], goal, stride, n_threads, keep, err);
    verify_keep_free(keep);
    return status == OK ? timed : status;
}
