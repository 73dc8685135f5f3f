#include "search/whole.h"

#include "search/common_range.h"
#include "search/deadline.h"
#include "search/floats.h"
#include "search/score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRONT_MAX = 64 };

/* Of the budget, for the program that is right everywhere: what it costs hardly matters. */
static const double FULL_SHARE = 0.3;

typedef struct {
    Problem *problem;
    Problem own; /* of the fast side: the goal on the common range */
    Floats *search;
    bool is_due; /* not run since it was made or refuted */
} Side;

struct Whole {
    CommonRange range;
    Side fast, full;
    bool fast_was_refused; /* then what is right everywhere is safer alone */
    Problem *problem;
    SearchOptions options; /* of the sides, which report to relay */
    void (*report)(void *context, const SearchState *state);
    void *report_context;
    double started;
    Candidate best, safest;
    Candidate *front;
    SearchState state;
};

/* -- making and freeing -------------------------------------------------------------------------- */

static bool is_of_use(const Problem *problem, const SearchOptions *options)
{
    const Goal *goal = &problem->goal;
    return goal->n_variables == 1 && type_is_float(goal->type) && !options->from_scratch &&
           problem->may[OP_LIKELY] &&
           (goal->minimize == MINIMIZE_THROUGHPUT || goal->minimize == MINIMIZE_LATENCY);
}

static Status make_fast(Whole *whole, Err *err)
{
    Goal *goal = xmalloc(sizeof *goal);
    *goal = whole->problem->goal;
    goal->domain[0] = whole->range.domain;
    goal->excluded |= whole->range.excluded;
    whole->fast.problem = &whole->fast.own;
    Status status = problem_init(&whole->fast.own, goal, whole->options.seed, err);
    free(goal);
    whole->fast.own.cost_model = whole->problem->cost_model;
    if (status == OK) problem_take_ties(&whole->fast.own, whole->problem);
    if (status == OK) status = problem_take_specials(&whole->fast.own, whole->problem, err);
    if (status == OK)
        status = floats_new(&whole->fast.search, whole->fast.problem, &whole->options, err);
    return status;
}

static Status make_full(Whole *whole, Err *err)
{
    SearchOptions options = whole->options;
    whole->full.problem = whole->problem;
    options.seconds *= FULL_SHARE;
    options.want_front = false;
    const Status status = floats_new(&whole->full.search, whole->problem, &options, err);
    if (status == OK) floats_set_end(whole->full.search, whole->options.seconds);
    return status;
}

static void show(Whole *whole);

/* What both sides report to. */
static void relay(void *context, const SearchState *side)
{
    Whole *whole = context;
    show(whole);
    if (whole->report) whole->report(whole->report_context, &whole->state);
    (void)side;
}

Status whole_new(Whole **out, Problem *problem, const SearchOptions *options, Err *err)
{
    *out = NULL;
    if (!is_of_use(problem, options)) return OK;
    const Goal *goal = &problem->goal;
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    CommonRange range;
    const bool is_found = common_range_find(&range, problem, oracle);
    oracle_free(oracle);
    if (!is_found) return OK;
    Whole *whole = xcalloc(1, sizeof *whole);
    whole->range = range;
    whole->problem = problem;
    whole->options = *options;
    whole->report = options->progress;
    whole->report_context = options->progress_context;
    whole->options.progress = relay;
    whole->options.progress_context = whole;
    whole->started = clock_seconds();
    whole->front = xcalloc(FRONT_MAX, sizeof *whole->front);
    whole->fast.is_due = whole->full.is_due = true;
    Status status = make_fast(whole, err);
    if (status == OK) status = make_full(whole, err);
    if (status != OK) {
        whole_free(whole);
        return status;
    }
    *out = whole;
    return OK;
}

void whole_free(Whole *whole)
{
    if (whole == NULL) return;
    floats_free(whole->fast.search);
    floats_free(whole->full.search);
    if (whole->fast.problem) problem_release(whole->fast.problem);
    free(whole->front);
    free(whole);
}

/* -- joining ---------------------------------------------------------------------------------------- */

/* likely(guard(x), fast(x), full(x)); false if there is no room. */
static bool join(const Whole *whole, const Candidate *fast, const Candidate *full, Candidate *out)
{
    const int n_nodes = fast->prog.n + full->prog.n;
    if (fast->prog.n_tables + full->prog.n_tables > PROG_TABLES_MAX) return false;
    if (fast->prog.n_pool + full->prog.n_pool > PROG_POOL_MAX) return false;
    memset(out, 0, sizeof *out);
    Prog *prog = &out->prog;
    prog_init(prog);
    const Ref x = prog_add_input(prog, whole->problem->goal.type, "x");
    if (!prog_has_room(prog, n_nodes + 8)) return false;
    const Ref is_common = common_range_guard(&whole->range, prog, x);
    const Ref common = prog_append(prog, &fast->prog, &x);
    const Ref rare = prog_append(prog, &full->prog, &x);
    prog_add(prog, OP_LIKELY, is_common, common, rare);
    prog_prune(prog);
    score_repair(whole->problem, prog);
    out->error = fmax(fast->error, full->error);
    snprintf(out->origin, sizeof out->origin, "likely %.40s", fast->origin);
    score_cost(whole->problem, out);
    return true;
}

static void take_if_cheaper(const Whole *whole, const Candidate *fast, const Candidate *full,
                            Candidate *best, bool *has_best)
{
    *has_best = full != NULL;
    if (full == NULL) return;
    *best = *full;
    Candidate *joined = xmalloc(sizeof *joined);
    if (fast != NULL && join(whole, fast, full, joined) && joined->cost < full->cost)
        *best = *joined;
    free(joined);
}

/* The fast side's front, each with the one full side. */
static int join_front(Whole *whole, const SearchState *fast, const Candidate *full)
{
    int n = 0;
    for (int i = 0; full != NULL && i < fast->n_front && n < FRONT_MAX - 1; i++)
        if (join(whole, &fast->front[i], full, &whole->front[n])) n++;
    if (full != NULL && (n == 0 || full->cost < whole->front[n - 1].cost))
        whole->front[n++] = *full;
    return n;
}

/* Brings the state up to date with both sides'. */
static void show(Whole *whole)
{
    const SearchState *fast = floats_state(whole->fast.search);
    const SearchState *full = floats_state(whole->full.search);
    SearchState *state = &whole->state;
    bool has_best, has_safest;
    take_if_cheaper(whole, fast->best, full->best, &whole->best, &has_best);
    take_if_cheaper(whole, whole->fast_was_refused ? NULL : fast->safest, full->safest,
                    &whole->safest, &has_safest);
    state->best = has_best ? &whole->best : NULL;
    state->safest = has_safest ? &whole->safest : NULL;
    state->n_front = join_front(whole, fast, full->best);
    state->front = whole->front;
    if (state->n_front == 0) { /* what there is for the record */
        state->front = full->front;
        state->n_front = full->n_front;
    }
    state->generation = fast->generation + full->generation;
    state->n_candidates = fast->n_candidates + full->n_candidates;
    state->n_fits = fast->n_fits + full->n_fits;
    state->seconds = clock_seconds() - whole->started;
}

/* -- offers ------------------------------------------------------------------------------------------- */

static void offer_part(Floats *side, const Prog *prog, Ref result)
{
    Prog *part = xmalloc(sizeof *part);
    *part = *prog;
    part->n = result + 1;
    prog_prune(part);
    floats_offer(side, part);
    free(part);
}

void whole_offer(Whole *whole, const Prog *prog)
{
    const Node *last = &prog->node[prog_result(prog)];
    if (last->op == OP_LIKELY) {
        offer_part(whole->fast.search, prog, last->arg[1]);
        offer_part(whole->full.search, prog, last->arg[2]);
        return;
    }
    floats_offer(whole->fast.search, prog);
    floats_offer(whole->full.search, prog);
}

/* -- running ------------------------------------------------------------------------------------------ */

static Status run_side(Side *side, Err *err)
{
    if (!side->is_due) return OK;
    side->is_due = false;
    return floats_run(side->search, err);
}

static bool has_best(const Side *side) { return floats_state(side->search)->best != NULL; }

Status whole_run(Whole *whole, Err *err)
{
    const bool was_due = whole->full.is_due;
    Status status = run_side(&whole->full, err);
    /* Without a program that is right everywhere a fast one is of no use: so that gets all the time if it needs it. */
    if (status == OK && was_due && !has_best(&whole->full) && whole->options.seconds > 0) {
        floats_set_budget(whole->full.search, whole->options.seconds);
        status = floats_run(whole->full.search, err);
    }
    if (status == OK && has_best(&whole->full)) status = run_side(&whole->fast, err);
    floats_begin_judging(whole->full.search);
    floats_begin_judging(whole->fast.search);
    show(whole);
    return status;
}

const SearchState *whole_state(const Whole *whole) { return &whole->state; }

/* -- refusals ------------------------------------------------------------------------------------------ */

/* Another share of what is left to find something else. */
static void refute_full(Whole *whole, const Prog *prog, double true_error, const double *inputs,
                        int n)
{
    const double spent = clock_seconds() - whole->started, all = whole->options.seconds;
    if (all > 0) floats_set_budget(whole->full.search, spent + FULL_SHARE * fmax(0, all - spent));
    floats_refute(whole->full.search, prog, true_error, inputs, n);
}

/* A side is to blame if it is responsible for one of the inputs. */
static void refute_side(Whole *whole, bool is_fast, const Candidate *blamed, double true_error,
                        const double *inputs, int n)
{
    Side *side = is_fast ? &whole->fast : &whole->full;
    double *mine = xmalloc((size_t)n * sizeof *mine);
    int n_mine = 0;
    for (int i = 0; i < n; i++)
        if (common_range_has(&whole->range, inputs[i]) == is_fast) mine[n_mine++] = inputs[i];
    if (n_mine > 0 && blamed != NULL) {
        whole->fast_was_refused |= is_fast;
        if (is_fast)
            floats_refute(side->search, &blamed->prog, true_error, mine, n_mine);
        else
            refute_full(whole, &blamed->prog, true_error, mine, n_mine);
        side->is_due = true;
    }
    free(mine);
}

/* What is right everywhere stands, and its cost hardly counts. */
bool whole_again(Whole *whole)
{
    const SearchState *fast = floats_state(whole->fast.search);
    if (!fast->best || !floats_again(whole->fast.search, fast->best->cost)) return false;
    whole->fast.is_due = true;
    return true;
}

void whole_refute(Whole *whole, const Prog *prog, double true_error, const double *inputs, int n)
{
    const SearchState *fast = floats_state(whole->fast.search);
    const SearchState *full = floats_state(whole->full.search);
    const bool is_best = whole->state.best && prog_hash(prog) == prog_hash(&whole->best.prog);
    const Candidate *blamed = is_best ? full->best : full->safest;
    if (blamed != NULL && prog_hash(prog) == prog_hash(&blamed->prog)) {
        refute_full(whole, prog, true_error, inputs, n);
        whole->full.is_due = true;
        return;
    }
    refute_side(whole, false, blamed, true_error, inputs, n);
    refute_side(whole, true, is_best ? fast->best : fast->safest, true_error, inputs, n);
}
