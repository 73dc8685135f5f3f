#include "runtime/measure/verify_kinds.h"

#include "runtime/measure/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Up to so many inputs the oracle is asked about each: that is faster than
   building a reference. */
enum { ORACLE_ALONE_MAX = 1 << 14 };

/* From so many inputs on compiling the program pays. */
enum { CODE_WORTH = 1 << 25 };

typedef struct {
    Judge *judge;
    Reference *reference; /* NULL: the oracle judges every input */
    int64_t first;        /* ordered */
    uint64_t n, stride;   /* inputs first + i * stride, i < n */
    uint64_t piece_size;
    double extra[SPECIALS_MAX]; /* piece 0: what the stride leaves out, and NaN */
    size_t n_extra;
} Every;

static size_t fill(void *context, int piece, int block, void *const *x)
{
    const Every *every = context;
    const Type type = every->judge->goal->type;
    if (piece == 0) {
        if (block > 0) return 0;
        for (size_t i = 0; i < every->n_extra; i++) packed_set(type, x[0], i, every->extra[i]);
        return every->n_extra;
    }
    const uint64_t in_piece = (uint64_t)block * SCAN_BLOCK;
    const uint64_t start = (uint64_t)(piece - 1) * every->piece_size + in_piece;
    if (in_piece >= every->piece_size || start >= every->n) return 0;
    uint64_t n = every->n - start;
    if (n > every->piece_size - in_piece) n = every->piece_size - in_piece;
    if (n > SCAN_BLOCK) n = SCAN_BLOCK;
    const int64_t from = every->first + (int64_t)(start * every->stride);
    if (type == TYPE_F32) {
        /* The ordered integer o < 0 is the float with the bits 2^31 - 1 - o, o with all bits but the
           first flipped. */
        uint32_t *bits = x[0];
        const uint32_t step = (uint32_t)every->stride, base = (uint32_t)from;
        for (uint32_t i = 0; i < n; i++) {
            const uint32_t o = base + i * step;
            bits[i] = o ^ ((0u - (o >> 31)) & 0x7fffffffu);
        }
    } else {
        for (uint64_t i = 0; i < n; i++)
            ((uint16_t *)x[0])[i] =
                (uint16_t)bits_from_ordered(type, from + (int64_t)(i * every->stride));
    }
    return (size_t)n;
}

/* The fast reference does not see the sign of a zero. The inputs of a block are in order. */
static Status bound_zeros(const Every *every, int worker, const float *x, const float *y, size_t n,
                          Bounds *bounds, ErrorAt *each, Err *err)
{
    for (int k = 0; k < ZERO_PLACES; k++) {
        const double place = ZERO_PLACE[k];
        if (n == 0 || !(x[0] <= place && place <= x[n - 1])) continue;
        for (size_t i = 0; i < n; i++) {
            if (x[i] != place || y[i] != 0 || signbit(x[i]) != signbit((float)place)) continue;
            const void *const arrays[] = {&x[i]};
            Bounds here;
            const Status status = scan_bound_by_oracle(every->judge, worker, 0, arrays, &y[i], 1,
                                                       &here, each ? &each[i] : NULL, err);
            if (status != OK) return status;
            bounds->most.ulp = fmax(bounds->most.ulp, here.most.ulp);
            bounds->most.rel = fmax(bounds->most.rel, here.most.rel);
            bounds->most.abs = fmax(bounds->most.abs, here.most.abs);
            bounds->n_wrong += isinf(here.most.ulp);
        }
    }
    return OK;
}

static Status bound(void *context, int worker, int piece, const void *const *x, const void *y,
                    size_t n, Bounds *bounds, ErrorAt *each, Err *err)
{
    const Every *every = context;
    if (every->reference == NULL || piece == 0)
        return scan_bound_by_oracle(every->judge, worker, piece, x, y, n, bounds, each, err);
    const Status status =
        reference_bound(every->reference, every->judge, worker, x[0], y, n, bounds, each, err);
    if (status != OK || every->judge->zero_sign == ZERO_SIGN_FREE) return status;
    return bound_zeros(every, worker, x[0], y, n, bounds, each, err);
}

static Status excuse(void *context, int worker, int piece, const void *const *x, size_t n,
                     bool *is_excused, Err *err)
{
    const Every *every = context;
    if (every->reference == NULL || piece == 0)
        return scan_excuse_by_oracle(every->judge, worker, piece, x, n, is_excused, err);
    return reference_excuse(every->reference, every->judge, worker, x[0], n, is_excused, err);
}

/* -- the reference, kept ------------------------------------------------------------------- */

struct VerifyKeep {
    Reference *reference; /* NULL: none yet; of: */
    Prog of;
    ExactPoint exact[GOAL_EXACT_MAX];
    int n_exact, n_threads;
    int64_t first, last;
};

VerifyKeep *verify_keep_new(void) { return xcalloc(1, sizeof(VerifyKeep)); }

void verify_keep_free(VerifyKeep *keep)
{
    if (keep == NULL) return;
    if (keep->reference) reference_free(keep->reference);
    free(keep);
}

static bool has_kept(const VerifyKeep *keep, const Judge *judge, int64_t first, int64_t last)
{
    const Goal *goal = judge->goal;
    return keep->reference && keep->first == first && keep->last == last &&
           keep->n_threads == judge->n_threads && keep->n_exact == goal->n_exact &&
           memcmp(keep->exact, goal->exact, (size_t)goal->n_exact * sizeof *goal->exact) == 0 &&
           prog_is_equal(&keep->of, &goal->reference);
}

/* A reference over [first, last], from the caller's keep or into it. */
static Status get_reference(Reference **out, Judge *judge, int64_t first, int64_t last, Err *err)
{
    VerifyKeep *keep = judge->options->keep;
    if (keep == NULL) return reference_new(out, judge, first, last, err);
    if (!has_kept(keep, judge, first, last)) {
        const Goal *goal = judge->goal;
        Reference *made;
        const Status status = reference_new(&made, judge, first, last, err);
        if (status != OK) return status;
        if (keep->reference) reference_free(keep->reference);
        keep->reference = made;
        keep->of = goal->reference;
        keep->n_exact = goal->n_exact;
        keep->n_threads = judge->n_threads;
        keep->first = first;
        keep->last = last;
        memcpy(keep->exact, goal->exact, sizeof keep->exact);
    }
    *out = keep->reference;
    return OK;
}

/* Inputs beside the regular ones: NaN, and under a stride all specials. */
static void choose_extra(Every *every)
{
    const Goal *goal = every->judge->goal;
    double x[SPECIALS_MAX];
    const int n = special_inputs(&goal->domain[0], goal->type, x, NULL);
    for (int i = 0; i < n; i++) {
        if (!domain_has(&goal->domain[0], goal->type, x[i])) continue;
        if (every->stride == 1 && !isnan(x[i])) continue;
        every->extra[every->n_extra++] = x[i];
    }
}

Status verify_every_float(Judge *judge, Report *report, Err *err)
{
    const Goal *goal = judge->goal;
    const uint64_t stride = judge->options->stride;
    Every every = {.judge = judge, .stride = stride > 1 ? stride : 1};
    every.first = domain_first(&goal->domain[0], goal->type);
    const int64_t last = domain_last(&goal->domain[0], goal->type);
    every.n = (uint64_t)(last - every.first) / every.stride + 1;
    const bool is_fast = goal->type == TYPE_F32 && every.n > ORACLE_ALONE_MAX;
    every.piece_size = is_fast ? (uint64_t)1 << 20 : 256;
    choose_extra(&every);
    const int n_pieces = 1 + (int)((every.n + every.piece_size - 1) / every.piece_size);

    Status status = OK;
    if (is_fast && every.n >= CODE_WORTH) status = judge_compile(judge, err);
    if (is_fast && status == OK)
        status = get_reference(&every.reference, judge, every.first, last, err);
    if (status != OK) return status;
    Scan scan = {.judge = judge,
                 .n_pieces = n_pieces,
                 .context = &every,
                 .fill = fill,
                 .bound = bound,
                 .excuse = excuse};
    Found found = {.is_partial = false};
    if ((status = scan_run(&scan, &found, err)) == OK)
        status = report_found(judge, report, &found, err);
    report->method = every.stride == 1 && !found.is_partial ? METHOD_EXHAUSTIVE : METHOD_SAMPLED;
    if (every.reference != NULL && judge->options->keep == NULL) reference_free(every.reference);
    return status;
}
