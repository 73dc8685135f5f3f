/* The second pass of a Scan: the true maximum, asked of the oracle, worst bound first. */
#include "runtime/measure/scan_pass.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CANDIDATES_MAX = 1 << 16, /* kept before the oracle is asked about them */
    /* When so many inputs were decided and more are within reach, they are tied for all
       that matters: what cannot be worse by a millionth is left alone from then on. */
    DECIDED_BEFORE_TIES = 20000,
    DECIDED_MAX = 200000,   /* past that the bound itself is reported: too large, never too small */
    LOWEST_LOOKED_AT = 256, /* of tied inputs, to report a low one */
};

typedef struct {
    double upper;
    int64_t order; /* of the first input */
    int block, index;
} Candidate;

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

/* Above this a bound still calls for a decision. */
static double cut(const Hunt *hunt)
{
    const double best = hunt->best.error;
    if (hunt->n_decided >= DECIDED_MAX) return fmax(best, hunt->given_up);
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
    const size_t size = (size_t)type_info(goal->type)->size, at = (size_t)index * size;
    const void *x[PROG_INPUTS_MAX];
    for (int i = 0; i < goal->n_variables; i++) x[i] = (const char *)buffers->x[i] + at;
    ErrorAt error;
    Status status = judge_check_code(judge, 0, x, (const char *)buffers->y + at, 1, err);
    if (status == OK) status = judge_error(judge, 0, here.x, here.got, &error, err);
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

static Status check_stop(const Hunt *hunt, Err *err)
{
    if (!judge_is_stopped(hunt->pass->scan->judge)) return OK;
    return fail(err, ERR_INTERRUPTED, "interrupted while verifying");
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
        Status status = decide(hunt, piece, block, c->index, err);
        if (status != OK) return status;
        if ((status = check_stop(hunt, err)) != OK) return status;
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

/* The first block from `block` on that may, by what is known of its group; -1 if there is none. */
static int next_in_reach(const Hunt *hunt, int piece, int block)
{
    const Piece *known = &hunt->pass->pieces[piece];
    while (block < known->n_blocks) {
        const ErrorAt *most = &known->group[block / GROUP_BLOCKS];
        if (is_block_in_reach(hunt, error_in(most, hunt->kind), piece, block)) return block;
        block = (block / GROUP_BLOCKS + 1) * GROUP_BLOCKS;
    }
    return -1;
}

/* Decides every input of the piece within reach of the maximum. */
static Status hunt_piece(Hunt *hunt, int piece, Err *err)
{
    Pass *pass = hunt->pass;
    const Buffers *buffers = &pass->buffers[0];
    const Type type = pass->scan->judge->goal->type;
    Status status;
    for (int block = 0; (block = next_in_reach(hunt, piece, block)) >= 0; block++) {
        const size_t n = block_run(pass, 0, piece, block);
        Bounds bounds;
        if ((status = check_stop(hunt, err)) != OK) return status;
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
            if (hunt->n_decided >= DECIDED_MAX) {
                hunt->given_up = upper;
                continue;
            }
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
        const Piece *known = &pass->pieces[piece];
        for (int block = 0; block < known->n_blocks; block++) {
            const ErrorAt *most = &known->group[block / GROUP_BLOCKS];
            if (error_in(most, hunt->kind) < hunt->best.error) continue;
            const size_t n = block_run(pass, 0, piece, block);
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

Status hunt_all(Pass *pass, Found *found, Err *err)
{
    Status status = OK;
    for (int kind = 0; kind < 3 && status == OK; kind++) {
        Hunt hunt = {.pass = pass, .kind = (BoundKind)kind, .best.error = -1, .given_up = -1};
        status = hunt_run(&hunt, err);
        found->worst[kind] = hunt.best;
    }
    return status;
}
