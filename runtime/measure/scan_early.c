/* The first pass of a Scan that may end early: a search wants to know soon that a program is wrong, and where. */
#include "runtime/base/pool.h"
#include "runtime/measure/scan_pass.h"

#include <math.h>
#include <stdlib.h>

enum {
    FIRST_PIECES = 48, /* are looked at whole before all others, */
    MORE_PIECES = 8,   /* then so many times as many, and so on */
    GLANCES = 16,      /* blocks of a piece that rank it, */
    GLANCE_STEP = 64,  /* so far apart */
};

/* The pieces by what some blocks of each are like. */
typedef struct {
    Pass *pass;
    Rank *ranks;
} FirstLook;

static void glance(void *context, int piece, int worker)
{
    const FirstLook *look = context;
    Pass *pass = look->pass;
    Rank *rank = &look->ranks[piece];
    *rank = (Rank){0, piece};
    for (int i = 0; i < GLANCES; i++) {
        /* Not the same places in all pieces; but the first, which may be the only one. */
        const int block = i == 0 ? 0 : i * GLANCE_STEP + piece % GLANCE_STEP;
        const size_t n = block_run(pass, worker, piece, block);
        if (n == 0) return;
        Bounds bounds = {0};
        /* A failure is not lost: the whole pass meets it again. */
        if (block_bound(pass, worker, piece, n, &bounds, NULL, NULL) != OK) continue;
        rank->upper =
            fmax(rank->upper, error_in(&bounds.most, pass->scan->judge->goal->bound.kind));
    }
}

typedef struct {
    Pass *pass;
    const Rank *ranks;
    int first; /* of the ranks */
} Portion;

static void look_at_ranked(void *context, int index, int worker)
{
    const Portion *portion = context;
    const int turn = portion->first + index;
    piece_look(portion->pass, portion->ranks[turn].piece, turn, worker);
}

/* Near ties every error is about half an ulp: there only the count of wrong results tells. */
static bool breaks_bound(const Goal *goal, const Piece *piece)
{
    if (goal_wants_rounding(goal)) return piece->n_wrong > 0;
    return error_in(&piece->most, goal->bound.kind) > goal->bound.limit;
}

/* Looks at n pieces whole, from the first-th in rank. Where their bounds allow for a broken goal, *found is what all up to now hold. */
static Status look_at_portion(Pass *pass, const Rank *ranks, int first, int n, Found *found,
                              Err *err)
{
    const Goal *goal = pass->scan->judge->goal;
    Portion portion = {pass, ranks, first};
    pool_run(pass->scan->judge->n_threads, n, look_at_ranked, &portion);
    Status status = first_failure(pass, err);
    bool is_suspect = false;
    for (int i = first; i < first + n; i++)
        is_suspect |= breaks_bound(goal, &pass->pieces[ranks[i].piece]);
    if (status != OK || !is_suspect) return status;
    status = hunt_all(pass, found, err);
    found->is_partial = goal_wants_rounding(goal) ||
                        found->worst[goal->bound.kind].error > goal->bound.limit;
    return status;
}

/* The pieces that look worst come first; ends where one breaks the goal's bound. */
Status look_by_rank(Pass *pass, Found *found, Err *err)
{
    const int n_threads = pass->scan->judge->n_threads, n_pieces = pass->scan->n_pieces;
    FirstLook look = {pass, xcalloc((size_t)n_pieces, sizeof *look.ranks)};
    pool_run(n_threads, n_pieces, glance, &look);
    qsort(look.ranks, (size_t)n_pieces, sizeof *look.ranks, rank_compare);
    Status status = OK;
    int portion = FIRST_PIECES;
    for (int at = 0; at < n_pieces && status == OK && !found->is_partial; at += portion) {
        if (at > 0) portion *= MORE_PIECES;
        if (portion > n_pieces - at) portion = n_pieces - at;
        status = look_at_portion(pass, look.ranks, at, portion, found, err);
        if (at + portion == n_pieces) {
            /* All were seen, after all. */
            found->is_partial = false;
            if (status == OK) status = hunt_all(pass, found, err);
        }
    }
    free(look.ranks);
    return status;
}
