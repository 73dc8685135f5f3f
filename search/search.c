/* The search as a whole:

       seed     candidates from known forms of approximation, a batch of them each generation
       vary     children of good candidates, by moves on their structure
       fit      their constants, by least squares and exchange, then rounded and tuned
       score    error on few points, then on many, in the format's own arithmetic; cost from the table
       prune    to the best by Pareto order

   A generation is a list of numbered pieces of work. Each has its own random stream, told by its
   number alone, and the results are merged in the order of the numbers: so the answer does not depend on the threads. The clock is
   looked at between generations only. */
#include "search/search.h"

#include "runtime/base/pool.h"
#include "runtime/base/rng.h"
#include "search/attack.h"
#include "search/deadline.h"
#include "search/literal.h"
#include "search/pareto.h"
#include "search/population.h"
#include "search/problem.h"
#include "search/score.h"
#include "search/seeds.h"
#include "search/variation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    POPULATION_LIMIT = 160,
    SEEDS_PER_GENERATION = 8,
    CHILDREN_PER_GENERATION = 64,
    CHILDREN_PER_PIECE = 4,
    PATIENCE_FLOAT = 12, /* generations without a better best, after which it is good enough */
    PATIENCE_REAL = 30,
    HOPELESS =
        400, /* generations without any that meets the bound, where nothing else ends the search */
    DEEP_POINTS = 24000,
    DEEP_POINTS_NARROW = 1 << 16, /* of 16-bit floats: all of them */
    CAUTIOUS =
        8, /* refusals after which only candidates with all the margin there is are proposed */
    CONFIRM_MAX = 12, /* candidates looked at closely after one generation */
};

/* The true maximum is above that of the sample, most for f64, of whose values a sample sees next to nothing. A candidate
   whose belief comes nearer to the bound may be refused by the judge, which costs time: it has to be so much
   cheaper than a safer one. */
typedef struct {
    double part, part_f64; /* of the bound that the belief reaches */
    double penalty;        /* on the cost */
} Margin;

static const Margin MARGINS[] = {{0.93, 0.86, 1}, {0.98, 0.95, 1.1}, {1, 1, 1.3}};
enum { N_MARGINS = 3 };

typedef struct {
    uint64_t hash;
    double error;
} Refuted;

struct Search {
    Problem problem;
    SearchOptions options;
    Seeds *seeds;
    int n_seeded;
    Population population;
    Sample *deep;        /* what a candidate for best must pass too; made when first needed */
    uint64_t *confirmed; /* hashes of those that did */
    int n_confirmed;
    Refuted *refuted;
    int n_refuted;
    CandidateList front;
    Candidate best;
    bool has_best;
    int last_improved; /* the generation */
    SearchState state;
    double
        started; /* on the clock; the budget counts from here, the caller's checks between runs included */
    Deadline deadline;
};

static bool is_stopped(const Search *search) { return deadline_is_over(&search->deadline); }

/* -- making and freeing ------------------------------------------------------------------ */

/* What --from-scratch starts with: the variable itself. */
static void add_identity(Search *search)
{
    const Problem *problem = &search->problem;
    Candidate identity = {.origin = "identity"};
    prog_init(&identity.prog);
    prog_add_input(&identity.prog, problem->goal.type, "x");
    score_cost(problem, &identity);
    score_error(problem, &identity, INFINITY);
    population_add(&search->population, &identity);
}

/* The reference as it is written, where a machine can compute that. */
static void add_literals(Search *search)
{
    const Problem *problem = &search->problem;
    Prog *prog = xcalloc(LITERALS_MAX, sizeof *prog);
    const int n = literal_make(problem, prog);
    for (int i = 0; i < n; i++) {
        Candidate literal = {.origin = "literal", .prog = prog[i]};
        score_cost(problem, &literal);
        score_error(problem, &literal, INFINITY);
        population_add(&search->population, &literal);
    }
    free(prog);
}

Status search_new(Search **out, const Goal *goal, const SearchOptions *options, Err *err)
{
    Search *search = xcalloc(1, sizeof *search);
    search->options = *options;
    if (search->options.n_threads <= 0) search->options.n_threads = pool_processors();
    search->started = clock_seconds();
    search->deadline.stop = options->stop;
    if (options->seconds > 0) search->deadline.at = search->started + options->seconds;
    Status status = goal_check(goal, err);
    if (status == OK) status = problem_init(&search->problem, goal, options->seed, err);
    if (status == OK && goal->n_variables != 1)
        status = fail(err, ERR_UNSUPPORTED, "the search takes functions of one variable, not %d",
                      goal->n_variables);
    if (status != OK) {
        search_free(search);
        return status;
    }
    const double target = options->want_front ? 0 : 0.5 * search->problem.limit;
    population_init(&search->population, POPULATION_LIMIT, target);
    search->seeds = xcalloc(1, sizeof *search->seeds);
    if (!options->from_scratch) {
        Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
        seeds_init(search->seeds, &search->problem, oracle);
        oracle_free(oracle);
        add_literals(search);
    }
    if (search->seeds->n == 0) add_identity(search);
    *out = search;
    return OK;
}

void search_free(Search *search)
{
    if (search == NULL) return;
    problem_release(&search->problem);
    population_release(&search->population);
    candidate_list_release(&search->front);
    if (search->deep) sample_free(search->deep);
    free(search->confirmed);
    free(search->refuted);
    free(search->seeds);
    free(search);
}

/* -- one generation ---------------------------------------------------------------------------- */

typedef struct {
    Search *search;
    CandidateList *made; /* of each piece */
    bool is_seeding;
    VariationOptions variation;
} Generation;

static uint64_t stream_of(const Search *search, int piece)
{
    return (uint64_t)search->state.generation << 20 | (uint64_t)piece;
}

static void work(void *context, int piece, int worker)
{
    Generation *generation = context;
    Search *search = generation->search;
    CandidateList *made = &generation->made[piece];
    Rng rng = rng_new(search->options.seed, stream_of(search, piece));
    if (is_stopped(search)) return;
    if (generation->is_seeding) {
        seeds_make(search->seeds, &search->problem, search->n_seeded + piece,
                   search->options.want_front, &rng, &search->deadline, made);
        return;
    }
    Candidate *child = xmalloc(sizeof *child);
    for (int i = 0; i < CHILDREN_PER_PIECE && !is_stopped(search); i++)
        if (variation_make(&search->problem, &search->population, &generation->variation, &rng,
                           child))
            *candidate_list_add(made) = *child;
    free(child);
}

/* A program the judge refused keeps the judge's error. */
static void apply_refutations(const Search *search, Candidate *candidate)
{
    if (search->n_refuted == 0) return;
    const uint64_t hash = prog_hash(&candidate->prog);
    for (int i = 0; i < search->n_refuted; i++)
        if (search->refuted[i].hash == hash)
            candidate->error = fmax(candidate->error, search->refuted[i].error);
}

static void search_breed(Search *search)
{
    Generation generation = {.search = search};
    int n_pieces = search->seeds->n - search->n_seeded;
    generation.is_seeding = n_pieces > 0;
    if (n_pieces > SEEDS_PER_GENERATION) n_pieces = SEEDS_PER_GENERATION;
    if (!generation.is_seeding) n_pieces = CHILDREN_PER_GENERATION / CHILDREN_PER_PIECE;
    generation.variation.best_cost = search->has_best ? search->best.cost : INFINITY;
    generation.variation.want_front = search->options.want_front;
    generation.made = xcalloc((size_t)n_pieces, sizeof *generation.made);
    pool_run(search->options.n_threads, n_pieces, work, &generation);
    for (int i = 0; i < n_pieces; i++) {
        CandidateList *made = &generation.made[i];
        for (int k = 0; k < made->n; k++) {
            apply_refutations(search, &made->item[k]);
            population_add(&search->population, &made->item[k]);
        }
        search->state.n_candidates += (uint64_t)made->n;
        candidate_list_release(made);
    }
    free(generation.made);
    if (generation.is_seeding) search->n_seeded += n_pieces;
}

/* -- the best ------------------------------------------------------------------------------------ */

static bool is_confirmed(const Search *search, uint64_t hash)
{
    for (int i = 0; i < search->n_confirmed; i++)
        if (search->confirmed[i] == hash) return true;
    return false;
}

/* Looks at a candidate on many more points, and closely where they are worst; the worst joins the sample if it breaks
   the bound. */
static Status confirm(Search *search, Candidate *candidate, Err *err)
{
    const Goal *goal = &search->problem.goal;
    const uint64_t hash = prog_hash(&candidate->prog);
    if (goal->type == TYPE_REAL || is_confirmed(search, hash)) return OK;
    if (search->deep == NULL) {
        const int n = type_info(goal->type)->size == 2 ? DEEP_POINTS_NARROW : DEEP_POINTS;
        const Status status = sample_new(&search->deep, goal, n, search->options.seed + 2, err);
        if (status != OK) return status;
    }
    int worst = 0;
    const double error = sample_error(search->deep, goal, &candidate->prog, INFINITY, &worst);
    if (error > candidate->error) candidate->error = error;
    double x[PROG_INPUTS_MAX];
    for (int v = 0; v < goal->n_variables; v++) x[v] = search->deep->x_value[v][worst];
    if (error <= search->problem.limit && goal->n_variables == 1 &&
        type_info(goal->type)->size > 2) {
        double found;
        const Status status = attack(goal, &candidate->prog, search->deep, search->problem.limit,
                                     search->options.seed + 3, &found, x, err);
        if (status != OK) return status;
        if (found > candidate->error) candidate->error = found;
    }
    if (candidate->error > search->problem.limit && isfinite(candidate->error))
        return problem_learn(&search->problem, x, err);
    search->confirmed =
        xrealloc(search->confirmed, (size_t)(search->n_confirmed + 1) * sizeof *search->confirmed);
    search->confirmed[search->n_confirmed++] = hash;
    return OK;
}

/* From 0 to 1: how much of the margin that there is a proposal should keep, by what became of earlier ones, and by
   the time that is left for others. */
static double caution(const Search *search)
{
    if (search->n_refuted == 0) return 0;
    const double budget = search->options.seconds;
    const double spent = budget > 0 ? (clock_seconds() - search->started) / budget : 0;
    return fmin(1, fmax(search->n_refuted / (double)CAUTIOUS, 2 * spent - 0.5));
}

/* The one with the least error, if that meets the bound. */
static const Candidate *find_safest(const Search *search)
{
    const Candidate *safest = NULL;
    double least = search->problem.limit;
    for (int i = 0; i < search->population.members.n; i++) {
        const Candidate *candidate = &search->population.members.item[i];
        if (candidate->error > least) continue;
        least = candidate->error;
        safest = candidate;
    }
    return safest;
}

/* The cheapest that meets the bound, safety weighed in. */
static const Candidate *find_best(const Search *search)
{
    const double limit = search->problem.limit, floor = search->problem.floor;
    const double cautious = floor + 0.15 * (limit - floor), share = caution(search);
    const Type type = search->problem.goal.type;
    const Candidate *best = NULL;
    double best_cost = INFINITY;
    for (int i = 0; i < N_MARGINS; i++) {
        const double part = type == TYPE_F64 ? MARGINS[i].part_f64 : MARGINS[i].part;
        const double penalty = type == TYPE_REAL ? 1 : MARGINS[i].penalty;
        const double most = part * limit * (1 - share) + cautious * share;
        const Candidate *candidate = population_best(&search->population, most);
        if (candidate == NULL || candidate->cost * penalty >= best_cost) continue;
        best = candidate;
        best_cost = candidate->cost * penalty;
    }
    return best != NULL ? best : find_safest(search);
}

static Status search_choose(Search *search, Err *err)
{
    const Candidate *best = find_best(search);
    for (int i = 0; i < CONFIRM_MAX && best != NULL; i++) {
        const double believed = best->error;
        const Status status = confirm(search, (Candidate *)best, err);
        if (status != OK) return status;
        if (best->error == believed) break;
        best = find_best(search);
    }
    const bool had_best = search->has_best;
    const double old_cost = search->best.cost;
    search->has_best = best != NULL;
    if (best == NULL) return OK;
    if (!had_best || best->cost != old_cost) search->last_improved = search->state.generation;
    search->best = *best;
    return OK;
}

static void search_show(Search *search)
{
    SearchState *state = &search->state;
    const CandidateList *members = &search->population.members;
    Pair *pair = xmalloc((size_t)(members->n + 1) * sizeof *pair);
    int *front = xmalloc((size_t)(members->n + 1) * sizeof *front);
    for (int i = 0; i < members->n; i++)
        pair[i] = (Pair){members->item[i].error, members->item[i].cost};
    const int n = pareto_front(pair, members->n, front);
    search->front.n = 0;
    for (int k = 0; k < n; k++) *candidate_list_add(&search->front) = members->item[front[k]];
    free(front);
    free(pair);
    state->front = search->front.item;
    state->n_front = search->front.n;
    state->best = search->has_best ? &search->best : NULL;
    state->safest = find_safest(search);
    state->seconds = clock_seconds() - search->started;
}

/* -- the loop -------------------------------------------------------------------------------------- */

static bool is_done(const Search *search)
{
    const SearchOptions *options = &search->options;
    const SearchState *state = &search->state;
    if (is_stopped(search)) return true;
    if (options->max_generations > 0 && state->generation >= options->max_generations) return true;
    if (search->n_seeded < search->seeds->n) return false;
    if (search->population.members.n == 0) return true; /* nothing to vary */
    const int idle = state->generation - search->last_improved;
    const bool is_bounded = options->seconds > 0 || options->max_generations > 0;
    if (!is_bounded && idle >= HOPELESS) return true;
    if (options->want_front || !search->has_best) return false;
    return idle >= (search->problem.goal.type == TYPE_REAL ? PATIENCE_REAL : PATIENCE_FLOAT);
}

Status search_run(Search *search, Err *err)
{
    search->last_improved = search->state.generation;
    Status status = search_choose(search, err);
    search_show(search);
    while (status == OK && !is_done(search)) {
        search_breed(search);
        population_trim(&search->population);
        search->state.generation++;
        status = search_choose(search, err);
        search_show(search);
        if (search->options.progress)
            search->options.progress(search->options.progress_context, &search->state);
    }
    return status;
}

const SearchState *search_state(const Search *search) { return &search->state; }

void search_refute(Search *search, const Prog *prog, double true_error, const double *inputs, int n)
{
    const uint64_t hash = prog_hash(prog);
    search->refuted =
        xrealloc(search->refuted, (size_t)(search->n_refuted + 1) * sizeof *search->refuted);
    search->refuted[search->n_refuted++] = (Refuted){hash, true_error};
    /* A point the oracle cannot decide is no use as a sample; the refutation stands all the same. */
    for (int i = 0; i < n; i++)
        (void)problem_learn(&search->problem, inputs + i * search->problem.goal.n_variables, NULL);
    CandidateList *members = &search->population.members;
    for (int i = 0; i < members->n; i++) {
        Candidate *member = &members->item[i];
        if (member->error <= search->problem.limit) score_error(&search->problem, member, INFINITY);
        apply_refutations(search, member);
    }
}
