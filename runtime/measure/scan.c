#include "runtime/measure/scan.h"

#include "runtime/base/pool.h"

#include <limits.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    CANDIDATES_MAX = 1 << 16, /* kept before the oracle is asked about them */
    /* When so many inputs were decided and more are within reach, they are tied for all
       that matters: what cannot be worse by a millionth is left alone from then on. */
    DECIDED_BEFORE_TIES = 20000,
    DECIDED_MAX = 200000,   /* past that the bound itself is reported: too large, never too small */
    LOWEST_LOOKED_AT = 256, /* of tied inputs, to report a low one */
    FIRST_PIECES = 48,      /* looked at whole before all others, where a broken bound ends it */
    GLANCED_BLOCK =
        500, /* of the blocks of a piece, the one that ranks it; the first where there is none such */
};

/* What the first pass knows about a piece. */
typedef struct {
    ErrorAt most;
    uint64_t n_points, n_wrong;
} Piece;

typedef struct {
    double upper;
    int64_t order; /* of the first input */
    int block, index;
} Candidate;

/* Memory for one block; one per worker. */
typedef struct {
    void *x[PROG_INPUTS_MAX];
    void *y;
    ErrorAt *each;
} Buffers;

typedef struct {
    Scan *scan;
    Piece *pieces;
    Buffers *buffers; /* by worker */
    Status *status;   /* by worker; with the piece where it went wrong */
    int *failed_piece;
    Err *errors;
    atomic_int is_over;
    atomic_int n_done;
} Pass;

/* The hunt for the maximum of one measure. */
typedef struct {
    Pass *pass;
    BoundKind kind;
    Worst best;
    int best_piece, best_block; /* where it was found */
    int n_decided;
    Candidate *candidates;
    int n_candidates;
    double given_up; /* the largest bound that was left undecided past DECIDED_MAX */
} Hunt;

double scan_negligible(Type type) { return type == TYPE_F64 ? 0x1p-7 : 0x1p-13; }

static void buffers_init(Buffers *buffers, const Goal *goal)
{
    const size_t size = (size_t)type_info(goal->type)->size;
    for (int i = 0; i < goal->n_variables; i++) buffers->x[i] = xcalloc(SCAN_BLOCK, size);
    buffers->y = xcalloc(SCAN_BLOCK, size);
    buffers->each = xcalloc(SCAN_BLOCK, sizeof *buffers->each);
}

static void buffers_release(Buffers *buffers)
{
    for (int i = 0; i < PROG_INPUTS_MAX; i++) free(buffers->x[i]);
    free(buffers->y);
    free(buffers->each);
}

/* Fills and evaluates a block; 0 behind the last one. */
static size_t block_run(Pass *pass, int worker, int piece, int block)
{
    Scan *scan = pass->scan;
    Buffers *buffers = &pass->buffers[worker];
    const size_t n = scan->fill(scan->context, piece, block, buffers->x);
    if (n > 0) judge_run(scan->judge, worker, (const void *const *)buffers->x, buffers->y, n);
    return n;
}

static Status block_bound(Pass *pass, int worker, int piece, size_t n, Bounds *bounds,
                          ErrorAt *each, Err *err)
{
    const Buffers *buffers = &pass->buffers[worker];
    return pass->scan->bound(pass->scan->context, worker, piece, (const void *const *)buffers->x,
                             buffers->y, n, bounds, each, err);
}

static Status piece_bound(Pass *pass, int piece, int worker, Err *err)
{
    Piece *out = &pass->pieces[piece];
    size_t n;
    for (int block = 0; (n = block_run(pass, worker, piece, block)) > 0; block++) {
        Bounds bounds;
        const Status status = block_bound(pass, worker, piece, n, &bounds, NULL, err);
        if (status != OK) return status;
        out->most.ulp = fmax(out->most.ulp, bounds.most.ulp);
        out->most.rel = fmax(out->most.rel, bounds.most.rel);
        out->most.abs = fmax(out->most.abs, bounds.most.abs);
        out->n_points += n;
        out->n_wrong += bounds.n_wrong;
        if (judge_is_stopped(pass->scan->judge))
            return fail(err, ERR_INTERRUPTED, "interrupted while verifying");
    }
    return OK;
}

static void piece_work(void *context, int piece, int worker)
{
    Pass *pass = context;
    if (atomic_load(&pass->is_over)) return;
    const Status status = piece_bound(pass, piece, worker, &pass->errors[worker]);
    if (status != OK) {
        pass->status[worker] = status;
        pass->failed_piece[worker] = piece;
        atomic_store(&pass->is_over, 1);
        return;
    }
    const int n_done = atomic_fetch_add(&pass->n_done, 1) + 1;
    const VerifyOptions *options = pass->scan->judge->options;
    if (worker == 0 && options->progress != NULL)
        options->progress(options->progress_context, (double)n_done / pass->scan->n_pieces);
}

/* Pieces are handed out in order, so the lowest failing piece was reached
   whatever the other workers did: its error is the one to report. */
static Status first_failure(const Pass *pass, Err *err)
{
    int first = -1;
    for (int i = 0; i < pass->scan->judge->n_threads; i++)
        if (pass->status[i] != OK &&
            (first < 0 || pass->failed_piece[i] < pass->failed_piece[first]))
            first = i;
    if (first < 0) return OK;
    if (err != NULL) *err = pass->errors[first];
    return pass->status[first];
}

/* Above this a bound still calls for a decision. */
static double cut(const Hunt *hunt)
{
    const double best = hunt->best.error;
    if (hunt->n_decided < DECIDED_BEFORE_TIES || isinf(best)) return best;
    const Type type = hunt->pass->scan->judge->goal->type;
    const double unit = ldexp(1, -type_info(type)->precision);
    const double slack = hunt->kind == BOUND_ABS ? 0 : scan_negligible(type);
    return best * (1 + 1e-6) + slack * (hunt->kind == BOUND_REL ? unit : 1);
}

static bool is_in_reach(const Hunt *hunt, double upper, int64_t order, int64_t best_order)
{
    const double limit = cut(hunt);
    if (upper != limit) return upper > limit;
    return limit == hunt->best.error && order < best_order;
}

static int64_t best_order(const Hunt *hunt)
{
    return input_order(hunt->pass->scan->judge->goal->type, hunt->best.x[0]);
}

static bool is_lower(Type type, int n_variables, const double *x, const double *y)
{
    for (int i = 0; i < n_variables; i++) {
        const int64_t a = input_order(type, x[i]), b = input_order(type, y[i]);
        if (a != b) return a < b;
    }
    return false;
}

/* Asks the oracle about input `index` of the block in the buffers of worker 0. */
static Status decide(Hunt *hunt, int piece, int block, int index, Err *err)
{
    const Judge *judge = hunt->pass->scan->judge;
    const Goal *goal = judge->goal;
    const Buffers *buffers = &hunt->pass->buffers[0];
    Worst here = {0};
    for (int i = 0; i < goal->n_variables; i++)
        here.x[i] = packed_value(goal->type, buffers->x[i], (size_t)index);
    here.got = packed_value(goal->type, buffers->y, (size_t)index);
    ErrorAt error;
    const Status status = judge_error(judge, 0, here.x, here.got, &error, err);
    if (status != OK) return status;
    here.error = error_in(&error, hunt->kind);
    hunt->n_decided++;
    if (here.error > hunt->best.error ||
        (here.error == hunt->best.error &&
         is_lower(goal->type, goal->n_variables, here.x, hunt->best.x))) {
        hunt->best = here;
        hunt->best_piece = piece;
        hunt->best_block = block;
    }
    return OK;
}

static int candidate_compare(const void *pa, const void *pb)
{
    const Candidate *a = pa, *b = pb;
    if (a->upper != b->upper) return a->upper > b->upper ? -1 : 1;
    if (a->order != b->order) return a->order < b->order ? -1 : 1;
    if (a->block != b->block) return a->block < b->block ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* Decides the candidates, worst bound first. */
static Status decide_candidates(Hunt *hunt, int piece, Err *err)
{
    qsort(hunt->candidates, (size_t)hunt->n_candidates, sizeof *hunt->candidates,
          candidate_compare);
    int block = -1;
    for (int i = 0; i < hunt->n_candidates; i++) {
        const Candidate *c = &hunt->candidates[i];
        if (c->upper < cut(hunt)) break;
        if (hunt->best.error >= 0 && !is_in_reach(hunt, c->upper, c->order, best_order(hunt)))
            continue;
        if (hunt->n_decided >= DECIDED_MAX) {
            hunt->given_up = fmax(hunt->given_up, c->upper);
            break;
        }
        if (block != c->block) block_run(hunt->pass, 0, piece, block = c->block);
        const Status status = decide(hunt, piece, block, c->index, err);
        if (status != OK) return status;
        if (judge_is_stopped(hunt->pass->scan->judge))
            return fail(err, ERR_INTERRUPTED, "interrupted while verifying");
    }
    hunt->n_candidates = 0;
    return OK;
}

/* May a block hold something worse, or as bad and lower? Behind the worst input known
   nothing as bad is lower (where inputs come in order; else one as bad will do). */
static bool is_block_in_reach(const Hunt *hunt, double upper, int piece, int block)
{
    const double best = hunt->best.error;
    if (upper != best || best < 0) return upper >= cut(hunt);
    return piece != hunt->best_piece ? piece < hunt->best_piece : block <= hunt->best_block;
}

/* Decides every input of the piece within reach of the maximum. */
static Status hunt_piece(Hunt *hunt, int piece, Err *err)
{
    Pass *pass = hunt->pass;
    const Buffers *buffers = &pass->buffers[0];
    const Type type = pass->scan->judge->goal->type;
    Status status;
    size_t n;
    for (int block = 0; (n = block_run(pass, 0, piece, block)) > 0; block++) {
        Bounds bounds;
        if ((status = block_bound(pass, 0, piece, n, &bounds, NULL, err)) != OK) return status;
        if (!is_block_in_reach(hunt, error_in(&bounds.most, hunt->kind), piece, block)) continue;
        if ((status = block_bound(pass, 0, piece, n, &bounds, buffers->each, err)) != OK)
            return status;
        for (size_t i = 0; i < n; i++) {
            const double upper = error_in(&buffers->each[i], hunt->kind);
            const int64_t order = input_order(type, packed_value(type, buffers->x[0], i));
            if (upper < cut(hunt)) continue;
            if (hunt->best.error >= 0 && !is_in_reach(hunt, upper, order, best_order(hunt)))
                continue;
            hunt->candidates[hunt->n_candidates++] =
                (Candidate){.upper = upper, .order = order, .block = block, .index = (int)i};
        }
        const bool is_first = hunt->best.error < 0 && hunt->n_candidates > 0;
        if ((is_first || hunt->n_candidates > CANDIDATES_MAX - SCAN_BLOCK) &&
            (status = decide_candidates(hunt, piece, err)) != OK)
            return status;
    }
    return decide_candidates(hunt, piece, err);
}

/* Among inputs tied beyond counting the lowest is wanted: looks at the first ones. */
static Status hunt_lowest(Hunt *hunt, Err *err)
{
    Pass *pass = hunt->pass;
    const Buffers *buffers = &pass->buffers[0];
    int n_looked_at = 0;
    for (int piece = 0; piece < pass->scan->n_pieces; piece++) {
        if (error_in(&pass->pieces[piece].most, hunt->kind) < hunt->best.error) continue;
        size_t n;
        for (int block = 0; (n = block_run(pass, 0, piece, block)) > 0; block++) {
            Bounds bounds;
            Status status = block_bound(pass, 0, piece, n, &bounds, buffers->each, err);
            if (status != OK) return status;
            for (size_t i = 0; i < n; i++) {
                if (error_in(&buffers->each[i], hunt->kind) < hunt->best.error) continue;
                if (n_looked_at++ >= LOWEST_LOOKED_AT) return OK;
                if ((status = decide(hunt, piece, block, (int)i, err)) != OK) return status;
            }
        }
    }
    return OK;
}

typedef struct {
    double upper;
    int piece;
} Rank;

static int rank_compare(const void *pa, const void *pb)
{
    const Rank *a = pa, *b = pb;
    if (a->upper != b->upper) return a->upper > b->upper ? -1 : 1;
    return (a->piece > b->piece) - (a->piece < b->piece);
}

static Status hunt_run(Hunt *hunt, Err *err)
{
    const Pass *pass = hunt->pass;
    const int n_pieces = pass->scan->n_pieces;
    Status status = OK;
    Rank *ranks = xcalloc((size_t)n_pieces, sizeof *ranks);
    hunt->candidates = xcalloc(CANDIDATES_MAX, sizeof *hunt->candidates);
    for (int i = 0; i < n_pieces; i++)
        ranks[i] = (Rank){error_in(&pass->pieces[i].most, hunt->kind), i};
    qsort(ranks, (size_t)n_pieces, sizeof *ranks, rank_compare);
    for (int i = 0; i < n_pieces && status == OK; i++) {
        const int piece = ranks[i].piece;
        if (pass->pieces[piece].n_points == 0) continue;
        if (hunt->best.error >= 0 && ranks[i].upper < cut(hunt)) break;
        if (!is_block_in_reach(hunt, ranks[i].upper, piece, INT_MAX) && piece != hunt->best_piece)
            continue;
        status = hunt_piece(hunt, piece, err);
    }
    if (status == OK && hunt->n_decided >= DECIDED_BEFORE_TIES) status = hunt_lowest(hunt, err);
    if (hunt->given_up > hunt->best.error) hunt->best.error = hunt->given_up;
    free(ranks);
    free(hunt->candidates);
    return status;
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

/* One input from each of the worst pieces that break the goal's bound. */
static Status collect_bad(Pass *pass, BadInputs *bad, Err *err)
{
    const Goal *goal = pass->scan->judge->goal;
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

/* What a first look at the pieces does: bounds one block in the middle of each, ranks
   the pieces by it, and bounds the worst of them whole. */
typedef struct {
    Pass *pass;
    Rank *ranks;
} FirstLook;

static void glance(void *context, int piece, int worker)
{
    FirstLook *look = context;
    Pass *pass = look->pass;
    static const int BLOCKS[] = {GLANCED_BLOCK, 0};
    Bounds bounds = {0};
    look->ranks[piece] = (Rank){0, piece};
    for (int i = 0; i < 2; i++) {
        const size_t n = block_run(pass, worker, piece, BLOCKS[i]);
        /* A failure is not lost: the whole pass meets it again. */
        if (n == 0 || block_bound(pass, worker, piece, n, &bounds, NULL, NULL) != OK) continue;
        look->ranks[piece].upper = error_in(&bounds.most, pass->scan->judge->goal->bound.kind);
        return;
    }
}

static void look_at_ranked(void *context, int index, int worker)
{
    const FirstLook *look = context;
    piece_work(look->pass, look->ranks[index].piece, worker);
}

/* Finds the maxima among the pieces that were bounded. */
static Status hunt_all(Pass *pass, Found *found, Err *err)
{
    Status status = OK;
    for (int kind = 0; kind < 3 && status == OK; kind++) {
        Hunt hunt = {.pass = pass, .kind = (BoundKind)kind, .best.error = -1};
        status = hunt_run(&hunt, err);
        found->worst[kind] = hunt.best;
    }
    return status;
}

/* Is the goal's bound broken in the pieces that look worst? Then *found is what they hold. */
static Status look_first(Pass *pass, Found *found, Err *err)
{
    const Goal *goal = pass->scan->judge->goal;
    const int n_threads = pass->scan->judge->n_threads, n_pieces = pass->scan->n_pieces;
    FirstLook look = {pass, xcalloc((size_t)n_pieces, sizeof *look.ranks)};
    Status status = OK;
    pool_run(n_threads, n_pieces, glance, &look);
    qsort(look.ranks, (size_t)n_pieces, sizeof *look.ranks, rank_compare);
    pool_run(n_threads, FIRST_PIECES, look_at_ranked, &look);
    bool is_suspect = false;
    for (int i = 0; i < FIRST_PIECES; i++)
        is_suspect |=
            error_in(&pass->pieces[look.ranks[i].piece].most, goal->bound.kind) > goal->bound.limit;
    if (is_suspect && (status = first_failure(pass, err)) == OK)
        status = hunt_all(pass, found, err);
    found->is_partial =
        is_suspect && status == OK && found->worst[goal->bound.kind].error > goal->bound.limit;
    if (!found->is_partial) {
        memset(pass->pieces, 0, (size_t)n_pieces * sizeof *pass->pieces);
        atomic_store(&pass->n_done, 0);
    }
    free(look.ranks);
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
    pass.failed_piece = xcalloc((size_t)n_threads, sizeof *pass.failed_piece);
    pass.errors = xcalloc((size_t)n_threads, sizeof *pass.errors);
    for (int i = 0; i < n_threads; i++) buffers_init(&pass.buffers[i], scan->judge->goal);

    *found = (Found){0};
    Status status = OK;
    if (options->stop_early && scan->n_pieces > 2 * FIRST_PIECES)
        status = look_first(&pass, found, err);
    if (status == OK && !found->is_partial) status = look_everywhere(&pass, found, err);
    for (int i = 0; i < scan->n_pieces; i++) {
        found->n_points += pass.pieces[i].n_points;
        found->n_wrong += pass.pieces[i].n_wrong;
    }
    if (status == OK && options->bad != NULL && scan->judge->goal->n_variables == 1)
        status = collect_bad(&pass, options->bad, err);

    for (int i = 0; i < n_threads; i++) buffers_release(&pass.buffers[i]);
    free(pass.pieces);
    free(pass.buffers);
    free(pass.status);
    free(pass.failed_piece);
    free(pass.errors);
    return status;
}

Status scan_bound_by_oracle(void *context, int worker, int piece, const void *const *x,
                            const void *y, size_t n, Bounds *bounds, ErrorAt *each, Err *err)
{
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
        if ((status = judge_error(judge, worker, at, got, &error, err)) != OK) return status;
        if ((status = judge_is_wrong(judge, worker, at, got, &error, &is_wrong, err)) != OK)
            return status;
        bounds->most.ulp = fmax(bounds->most.ulp, error.ulp);
        bounds->most.rel = fmax(bounds->most.rel, error.rel);
        bounds->most.abs = fmax(bounds->most.abs, error.abs);
        bounds->n_wrong += is_wrong;
        if (each != NULL) each[i] = error;
    }
    return OK;
}
