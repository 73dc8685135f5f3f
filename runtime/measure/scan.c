#include "runtime/measure/scan.h"

#include "runtime/measure/scan_pass.h"

#include "runtime/base/pool.h"
#include "runtime/measure/excuse.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

int rank_compare(const void *pa, const void *pb)
{
    const Rank *a = pa, *b = pb;
    if (a->upper != b->upper) return a->upper > b->upper ? -1 : 1;
    return (a->piece > b->piece) - (a->piece < b->piece);
}

enum { WORTH_RANKING = 96 }; /* pieces */

double scan_negligible(Type type) { return type == TYPE_F64 ? 0x1p-7 : 0x1p-13; }

static void buffers_init(Buffers *buffers, const Goal *goal)
{
    const size_t size = (size_t)type_info(goal->type)->size;
    for (int i = 0; i < goal->n_variables; i++) buffers->x[i] = xcalloc(SCAN_BLOCK, size);
    buffers->y = xcalloc(SCAN_BLOCK, size);
    buffers->each = xcalloc(SCAN_BLOCK, sizeof *buffers->each);
    if (!goal->excluded) return;
    for (int i = 0; i < goal->n_variables; i++) buffers->kept_x[i] = xcalloc(SCAN_BLOCK, size);
    buffers->kept_y = xcalloc(SCAN_BLOCK, size);
    buffers->is_excused = xcalloc(SCAN_BLOCK, sizeof *buffers->is_excused);
}

static void buffers_release(Buffers *buffers)
{
    for (int i = 0; i < PROG_INPUTS_MAX; i++) {
        free(buffers->x[i]);
        free(buffers->kept_x[i]);
    }
    free(buffers->y);
    free(buffers->each);
    free(buffers->kept_y);
    free(buffers->is_excused);
}

size_t block_run(Pass *pass, int worker, int piece, int block)
{
    Scan *scan = pass->scan;
    Buffers *buffers = &pass->buffers[worker];
    const size_t n = scan->fill(scan->context, piece, block, buffers->x);
    if (n > 0) judge_run(scan->judge, worker, (const void *const *)buffers->x, buffers->y, n);
    return n;
}

/* Below the error of anything that counts, so that nobody asks the oracle about it. */
static const ErrorAt EXCUSED = {-2, -2, -2};

/* block_bound without what the goal excludes. */
static Status excused_bound(Pass *pass, int worker, int piece, size_t n, Bounds *bounds,
                            ErrorAt *each, Err *err)
{
    const Scan *scan = pass->scan;
    const Goal *goal = scan->judge->goal;
    const size_t size = (size_t)type_info(goal->type)->size;
    const Buffers *buffers = &pass->buffers[worker];
    Status status = scan->excuse(scan->context, worker, piece, (const void *const *)buffers->x, n,
                                 buffers->is_excused, err);
    if (status != OK) return status;
    if (!memchr(buffers->is_excused, true, n))
        return scan->bound(scan->context, worker, piece, (const void *const *)buffers->x,
                           buffers->y, n, bounds, each, err);
    size_t n_kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (buffers->is_excused[i]) continue;
        for (int v = 0; v < goal->n_variables; v++)
            memcpy((char *)buffers->kept_x[v] + n_kept * size,
                   (const char *)buffers->x[v] + i * size, size);
        memcpy((char *)buffers->kept_y + n_kept * size, (const char *)buffers->y + i * size, size);
        n_kept++;
    }
    *bounds = (Bounds){0};
    if (n_kept > 0)
        status = scan->bound(scan->context, worker, piece, (const void *const *)buffers->kept_x,
                             buffers->kept_y, n_kept, bounds, each, err);
    for (size_t i = n; each && status == OK && i-- > 0;)
        each[i] = buffers->is_excused[i] ? EXCUSED : each[--n_kept];
    return status;
}

Status block_bound(Pass *pass, int worker, int piece, size_t n, Bounds *bounds, ErrorAt *each,
                   Err *err)
{
    const Buffers *buffers = &pass->buffers[worker];
    if (buffers->is_excused) return excused_bound(pass, worker, piece, n, bounds, each, err);
    return pass->scan->bound(pass->scan->context, worker, piece, (const void *const *)buffers->x,
                             buffers->y, n, bounds, each, err);
}

static void error_raise(ErrorAt *most, const ErrorAt *error)
{
    most->ulp = fmax(most->ulp, error->ulp);
    most->rel = fmax(most->rel, error->rel);
    most->abs = fmax(most->abs, error->abs);
}

static void note_block(Piece *piece, int block, const ErrorAt *most)
{
    const int group = block / GROUP_BLOCKS;
    if (block % GROUP_BLOCKS == 0) {
        const bool is_full = (group & (group - 1)) == 0; /* there is room for a power of two */
        const size_t room = group > 0 ? 2 * (size_t)group : 1;
        if (is_full) piece->group = xrealloc(piece->group, room * sizeof *piece->group);
        piece->group[group] = *most;
    }
    error_raise(&piece->group[group], most);
    error_raise(&piece->most, most);
    piece->n_blocks = block + 1;
}

static Status piece_bound(Pass *pass, int piece, int worker, Err *err)
{
    Piece *out = &pass->pieces[piece];
    size_t n;
    for (int block = 0; (n = block_run(pass, worker, piece, block)) > 0; block++) {
        Bounds bounds;
        Status status = OK;
        if (block % COMPARED_BLOCKS == 0)
            status = judge_check_code(pass->scan->judge, worker,
                                      (const void *const *)pass->buffers[worker].x,
                                      pass->buffers[worker].y, n, err);
        if (status == OK) status = block_bound(pass, worker, piece, n, &bounds, NULL, err);
        if (status != OK) return status;
        note_block(out, block, &bounds.most);
        out->n_points += n;
        out->n_wrong += bounds.n_wrong;
        if (judge_is_stopped(pass->scan->judge))
            return fail(err, ERR_INTERRUPTED, "interrupted while verifying");
    }
    return OK;
}

void piece_look(Pass *pass, int piece, int turn, int worker)
{
    if (atomic_load(&pass->is_over)) return;
    const Status status = piece_bound(pass, piece, worker, &pass->errors[worker]);
    if (status != OK) {
        pass->status[worker] = status;
        pass->failed_turn[worker] = turn;
        atomic_store(&pass->is_over, 1);
        return;
    }
    const int n_done = atomic_fetch_add(&pass->n_done, 1) + 1;
    const VerifyOptions *options = pass->scan->judge->options;
    if (worker == 0 && options->progress != NULL)
        options->progress(options->progress_context, (double)n_done / pass->scan->n_pieces);
}

static void piece_work(void *context, int piece, int worker)
{
    piece_look(context, piece, piece, worker);
}

/* Turns are handed out in order, so the first failing one was reached
   whatever the other workers did: its error is the one to report. */
Status first_failure(const Pass *pass, Err *err)
{
    int first = -1;
    for (int i = 0; i < pass->scan->judge->n_threads; i++)
        if (pass->status[i] != OK && (first < 0 || pass->failed_turn[i] < pass->failed_turn[first]))
            first = i;
    if (first < 0) return OK;
    if (err != NULL) *err = pass->errors[first];
    return pass->status[first];
}

/* The input with the largest bound in a piece, in the measure of the goal's bound. */
static Status worst_of_piece(Pass *pass, int piece, double *worst, Err *err)
{
    const Goal *goal = pass->scan->judge->goal;
    const Buffers *buffers = &pass->buffers[0];
    double largest = -1;
    size_t n;
    for (int block = 0; (n = block_run(pass, 0, piece, block)) > 0; block++) {
        Bounds bounds;
        Status status = block_bound(pass, 0, piece, n, &bounds, NULL, err);
        if (status != OK) return status;
        if (error_in(&bounds.most, goal->bound.kind) <= largest) continue;
        if ((status = block_bound(pass, 0, piece, n, &bounds, buffers->each, err)) != OK)
            return status;
        for (size_t i = 0; i < n; i++) {
            const double upper = error_in(&buffers->each[i], goal->bound.kind);
            if (upper <= largest) continue;
            largest = upper;
            *worst = packed_value(goal->type, buffers->x[0], i);
        }
    }
    return OK;
}

/* The inputs of a piece whose results are not correctly rounded. */
static Status collect_wrong(Pass *pass, int piece, BadInputs *bad, Err *err)
{
    const Goal *goal = pass->scan->judge->goal;
    const Buffers *buffers = &pass->buffers[0];
    const size_t size = (size_t)type_info(goal->type)->size;
    size_t n;
    for (int block = 0; (n = block_run(pass, 0, piece, block)) > 0; block++) {
        Bounds bounds;
        Status status = block_bound(pass, 0, piece, n, &bounds, NULL, err);
        if (status != OK) return status;
        for (size_t i = 0; i < n && bounds.n_wrong > 0 && bad->n < VERIFY_BAD_MAX; i++) {
            Bounds here;
            const void *const x[] = {(const char *)buffers->x[0] + i * size};
            status = pass->scan->bound(pass->scan->context, 0, piece, x,
                                       (const char *)buffers->y + i * size, 1, &here, NULL, err);
            if (status != OK) return status;
            if (here.n_wrong > 0) bad->x[bad->n++] = packed_value(goal->type, buffers->x[0], i);
        }
        if (bad->n >= VERIFY_BAD_MAX) return OK;
    }
    return OK;
}

/* Where correct rounding is wanted, the inputs that miss it, of as many pieces as there is room for. */
static Status collect_all_wrong(Pass *pass, BadInputs *bad, Err *err)
{
    Status status = OK;
    bad->n = 0;
    for (int i = 0; i < pass->scan->n_pieces && bad->n < VERIFY_BAD_MAX && status == OK; i++)
        if (pass->pieces[i].n_wrong > 0) status = collect_wrong(pass, i, bad, err);
    return status;
}

/* One input from each of the worst pieces that break the goal's bound. */
static Status collect_bad(Pass *pass, BadInputs *bad, Err *err)
{
    const Goal *goal = pass->scan->judge->goal;
    if (goal_wants_rounding(goal)) return collect_all_wrong(pass, bad, err);
    const int n_pieces = pass->scan->n_pieces;
    Rank *ranks = xcalloc((size_t)n_pieces, sizeof *ranks);
    Status status = OK;
    for (int i = 0; i < n_pieces; i++)
        ranks[i] = (Rank){error_in(&pass->pieces[i].most, goal->bound.kind), i};
    qsort(ranks, (size_t)n_pieces, sizeof *ranks, rank_compare);
    bad->n = 0;
    for (int i = 0; i < n_pieces && bad->n < VERIFY_BAD_MAX && status == OK; i++) {
        if (ranks[i].upper <= goal->bound.limit) break;
        status = worst_of_piece(pass, ranks[i].piece, &bad->x[bad->n++], err);
    }
    free(ranks);
    return status;
}

static Status look_everywhere(Pass *pass, Found *found, Err *err)
{
    const Scan *scan = pass->scan;
    pool_run(scan->judge->n_threads, scan->n_pieces, piece_work, pass);
    const Status status = first_failure(pass, err);
    return status != OK ? status : hunt_all(pass, found, err);
}

Status scan_run(Scan *scan, Found *found, Err *err)
{
    const int n_threads = scan->judge->n_threads;
    const VerifyOptions *options = scan->judge->options;
    Pass pass = {.scan = scan};
    pass.pieces = xcalloc((size_t)scan->n_pieces, sizeof *pass.pieces);
    pass.buffers = xcalloc((size_t)n_threads, sizeof *pass.buffers);
    pass.status = xcalloc((size_t)n_threads, sizeof *pass.status);
    pass.failed_turn = xcalloc((size_t)n_threads, sizeof *pass.failed_turn);
    pass.errors = xcalloc((size_t)n_threads, sizeof *pass.errors);
    for (int i = 0; i < n_threads; i++) buffers_init(&pass.buffers[i], scan->judge->goal);

    *found = (Found){0};
    Status status = OK;
    if (options->stop_early && scan->n_pieces > WORTH_RANKING)
        status = look_by_rank(&pass, found, err);
    else
        status = look_everywhere(&pass, found, err);
    for (int i = 0; i < scan->n_pieces; i++) {
        found->n_points += pass.pieces[i].n_points;
        found->n_wrong += pass.pieces[i].n_wrong;
    }
    if (status == OK && options->bad != NULL && scan->judge->goal->n_variables == 1)
        status = collect_bad(&pass, options->bad, err);

    for (int i = 0; i < n_threads; i++) buffers_release(&pass.buffers[i]);
    for (int i = 0; i < scan->n_pieces; i++) free(pass.pieces[i].group);
    free(pass.pieces);
    free(pass.buffers);
    free(pass.status);
    free(pass.failed_turn);
    free(pass.errors);
    return status;
}

Status scan_bound_by_oracle(void *context, int worker, int piece, const void *const *x,
                            const void *y, size_t n, Bounds *bounds, ErrorAt *each, Err *err)
{
    enum { LOOKS = 256 };
    const Judge *judge = context;
    const Goal *goal = judge->goal;
    *bounds = (Bounds){0};
    for (size_t i = 0; i < n; i++) {
        double at[PROG_INPUTS_MAX];
        for (int v = 0; v < goal->n_variables; v++) at[v] = packed_value(goal->type, x[v], i);
        const double got = packed_value(goal->type, y, i);
        ErrorAt error;
        bool is_wrong;
        Status status;
        /* A piece may take minutes this way. */
        if (i % LOOKS == 0 && judge_is_stopped(judge))
            return fail(err, ERR_INTERRUPTED, "interrupted while verifying");
        if ((status = judge_error(judge, worker, at, got, &error, err)) != OK) return status;
        if ((status = judge_is_wrong(judge, worker, at, got, &error, &is_wrong, err)) != OK)
            return status;
        error_raise(&bounds->most, &error);
        bounds->n_wrong += is_wrong;
        if (each != NULL) each[i] = error;
    }
    return OK;
}

Status scan_excuse_by_oracle(void *context, int worker, int piece, const void *const *x, size_t n,
                             bool *is_excused, Err *err)
{
    const Judge *judge = context;
    const Goal *goal = judge->goal;
    for (size_t i = 0; i < n; i++) {
        double at[PROG_INPUTS_MAX];
        for (int v = 0; v < goal->n_variables; v++) at[v] = packed_value(goal->type, x[v], i);
        const Status status = excuse_by_oracle(judge, worker, at, &is_excused[i], err);
        if (status != OK) return status;
    }
    return OK;
}
