/* The search as a whole:

       seed     candidates from known forms of approximation, a batch of them each generation
       vary     children of good candidates, by moves on their structure
       fit      their constants, by least squares and exchange, then rounded and tuned
       score    error on few points, then on many, in the format's own arithmetic; cost from the table
       prune    to the best by Pareto order
       time     in the end those of nearly the least cost, where time is what counts

   A generation is a list of numbered pieces of work. Each has its own random stream, told by its
   number alone, and the results are merged in the order of the numbers: so the answer does not depend on the threads. The clock is
   looked at between generations only. */
#include "search/floats.h"

#include "runtime/base/pool.h"
#include "runtime/base/rng.h"
#include "search/choice.h"
#include "search/composed.h"
#include "search/deadline.h"
#include "search/literal.h"
#include "search/pareto.h"
#include "search/population.h"
#include "search/problem.h"
#include "search/score.h"
#include "search/seeds.h"
#include "search/variation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    POPULATION_LIMIT = 160,
    SEEDS_PER_GENERATION = 8,
    CHILDREN_PER_GENERATION = 64,
    CHILDREN_PER_PIECE = 4,
    PATIENCE = 12,       /* generations without a better best, after which it is good enough */
    PATIENCE_AGAIN = 36, /* without any best, when something dearer stands already */

    HOPELESS =
        400, /* generations without any that meets the bound, where nothing else ends the search */
};

/* What is cheaper than this share of what stands is worth another look. */
static const double WORTHWHILE = 0.95;

typedef struct {
    uint64_t hash;
    double error;
} Refuted;

struct Floats {
    Problem *problem;
    SearchOptions options;
    Seeds *seeds;
    int n_seeded;
    bool may_compose; /* not tried yet */
    Population population;
    Choice choice;
    Refuted *refuted;
    int n_refuted;
    double refuted_cost; /* of the cheapest that the judge refused; INFINITY: none */
    CandidateList front;
    Candidate best;
    bool has_best;
    int last_improved; /* the generation */
    double improved;   /* on the clock, when */
    SearchState state;
    double
        started; /* on the clock; the budget counts from here, the caller's checks between runs included */
    double proposed; /* on the clock, when last */
    Deadline deadline;
};

static bool is_stopped(const Floats *floats) { return deadline_is_over(&floats->deadline); }

/* -- making and freeing ------------------------------------------------------------------ */

/* What --from-scratch starts with: the variable itself. */
static void add_identity(Floats *floats)
{
    const Problem *problem = floats->problem;
    Candidate identity = {.origin = "identity"};
    prog_init(&identity.prog);
    prog_add_input(&identity.prog, problem->goal.type, "x");
    score_cost(problem, &identity);
    score_error(problem, &identity, INFINITY);
    population_add(&floats->population, &identity);
}

void floats_offer(Floats *floats, const Prog *prog)
{
    const Problem *problem = floats->problem;
    if (!problem_allows(problem, prog)) return;
    Candidate *offered = xcalloc(1, sizeof *offered);
    offered->prog = *prog;
    snprintf(offered->origin, sizeof offered->origin, "offered");
    score_repair(problem, &offered->prog);
    score_cost(problem, offered);
    score_error(problem, offered, INFINITY);
    population_add(&floats->population, offered);
    free(offered);
}

/* The reference as it is written, where a machine can compute that. */
static void add_literals(Floats *floats)
{
    const Problem *problem = floats->problem;
    Prog *prog = xcalloc(LITERALS_MAX, sizeof *prog);
    const int n = literal_make(problem, prog);
    for (int i = 0; i < n; i++) {
        Candidate literal = {.origin = "literal", .prog = prog[i]};
        score_repair(problem, &literal.prog);
        score_cost(problem, &literal);
        score_error(problem, &literal, INFINITY);
        population_add(&floats->population, &literal);
    }
    free(prog);
}

/* The samples take in where reductions join; ways of one frame join at the same places. */
static Status learn_joints(Floats *floats, Err *err)
{
    const Seeds *seeds = floats->seeds;
    Status status = OK;
    for (int f = 0; f < seeds->n_frames && status == OK; f++) {
        const Frame *frame = &seeds->frame[f], *before = f > 0 ? frame - 1 : frame;
        double x[FRAME_JOINTS_MAX];
        bool is_known = frame->table_bits > 0;
        for (; before >= seeds->frame && before != frame && !is_known; before--)
            is_known = before->row == frame->row && before->from == frame->from;
        const int n = is_known ? 0 : frame_joints(frame, floats->problem, x);
        for (int i = 0; i < n && status == OK; i++)
            status = problem_learn(floats->problem, &x[i], err);
    }
    return status;
}

Status floats_new(Floats **out, Problem *problem, const SearchOptions *options, Err *err)
{
    const Goal *goal = &problem->goal;
    Floats *floats = xcalloc(1, sizeof *floats);
    floats->problem = problem;
    floats->options = *options;
    if (floats->options.n_threads <= 0) floats->options.n_threads = pool_processors();
    floats->started = floats->proposed = clock_seconds();
    floats->refuted_cost = INFINITY;
    choice_init(&floats->choice, problem, &floats->options, floats->started);
    floats->deadline.stop = options->stop;
    if (options->seconds > 0)
        floats->deadline.at =
            floats->started + options->seconds - choice_timing_seconds(&floats->choice);
    const double target = options->want_front ? 0 : 0.5 * floats->problem->limit;
    population_init(&floats->population, POPULATION_LIMIT, target);
    floats->seeds = xcalloc(1, sizeof *floats->seeds);
    if (!options->from_scratch) {
        Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
        seeds_init(floats->seeds, floats->problem, oracle);
        oracle_free(oracle);
        const Status status = learn_joints(floats, err);
        if (status != OK) return floats_free(floats), status;
        add_literals(floats);
        floats->may_compose = composed_applies(problem);
    }
    if (floats->seeds->n == 0 && !floats->may_compose) add_identity(floats);
    *out = floats;
    return OK;
}

void floats_free(Floats *floats)
{
    if (floats == NULL) return;
    population_release(&floats->population);
    candidate_list_release(&floats->front);
    choice_release(&floats->choice);
    free(floats->refuted);
    free(floats->seeds);
    free(floats);
}

/* -- one generation ---------------------------------------------------------------------------- */

typedef enum { BREED_SEEDS, BREED_COMPOSED, BREED_CHILDREN } Breed;

typedef struct {
    Floats *floats;
    CandidateList *made; /* of each piece */
    Breed breed;
    VariationOptions variation;
} Generation;

static uint64_t stream_of(const Floats *floats, int piece)
{
    return (uint64_t)floats->state.generation << 20 | (uint64_t)piece;
}

/* What is composed of programs for the functions in the reference. */
static void compose(const Floats *floats, Rng *rng, CandidateList *made)
{
    const Problem *problem = floats->problem;
    Candidate *candidate = xcalloc(1, sizeof *candidate);
    snprintf(candidate->origin, sizeof candidate->origin, "seed composed");
    if (composed_make(problem, rng, &floats->deadline, &candidate->prog)) {
        score_repair(problem, &candidate->prog);
        score_cost(problem, candidate);
        score_error(problem, candidate, INFINITY);
        *candidate_list_add(made) = *candidate;
    }
    free(candidate);
}

static void work(void *context, int piece, int worker)
{
    Generation *generation = context;
    Floats *floats = generation->floats;
    CandidateList *made = &generation->made[piece];
    Rng rng = rng_new(floats->options.seed, stream_of(floats, piece));
    if (is_stopped(floats)) return;
    if (generation->breed == BREED_COMPOSED) {
        compose(floats, &rng, made);
        return;
    }
    if (generation->breed == BREED_SEEDS) {
        seeds_make(floats->seeds, floats->problem, floats->n_seeded + piece,
                   floats->options.want_front, generation->variation.best_cost, &rng,
                   &floats->deadline, made);
        return;
    }
    Candidate *child = xmalloc(sizeof *child);
    for (int i = 0; i < CHILDREN_PER_PIECE && !is_stopped(floats); i++)
        if (variation_make(floats->problem, &floats->population, &generation->variation, &rng,
                           child))
            *candidate_list_add(made) = *child;
    free(child);
}

/* A program the judge refused keeps the judge's error. */
static void apply_refutations(const Floats *floats, Candidate *candidate)
{
    if (floats->n_refuted == 0) return;
    const uint64_t hash = prog_hash(&candidate->prog);
    for (int i = 0; i < floats->n_refuted; i++)
        if (floats->refuted[i].hash == hash)
            candidate->error = fmax(candidate->error, floats->refuted[i].error);
}

/* Is so much of the budget gone that something else should have its turn? Runs that are to be repeatable do not ask the clock. */
static bool is_late(const Floats *floats)
{
    static const double SHARE = 0.3;
    const double budget = floats->deadline.at - floats->started;
    if (!(floats->deadline.at > 0) || floats->options.max_generations > 0) return false;
    return clock_seconds() - floats->started > SHARE * budget;
}

/* Composed ones cost more than forms of approximation for the whole: they are for where the likely forms give none, and before
   those that take long to make. */
static Breed next_breed(const Floats *floats)
{
    const bool has_seeds = floats->n_seeded < floats->seeds->n_quick && !is_late(floats);
    if (floats->may_compose && !floats->has_best && !has_seeds) return BREED_COMPOSED;
    return floats->n_seeded < floats->seeds->n ? BREED_SEEDS : BREED_CHILDREN;
}

static void floats_breed(Floats *floats)
{
    Generation generation = {.floats = floats, .breed = next_breed(floats)};
    int n_pieces = floats->seeds->n - floats->n_seeded;
    if (n_pieces > SEEDS_PER_GENERATION) n_pieces = SEEDS_PER_GENERATION;
    if (generation.breed == BREED_COMPOSED) n_pieces = 1;
    if (generation.breed == BREED_CHILDREN) n_pieces = CHILDREN_PER_GENERATION / CHILDREN_PER_PIECE;
    generation.variation.target = choice_target(&floats->choice);
    generation.variation.best_cost = floats->has_best ? floats->best.cost : INFINITY;
    generation.variation.is_timed = choice_timing_seconds(&floats->choice) > 0;
    generation.variation.want_front = floats->options.want_front;
    generation.made = xcalloc((size_t)n_pieces, sizeof *generation.made);
    pool_run(floats->options.n_threads, n_pieces, work, &generation);
    for (int i = 0; i < n_pieces; i++) {
        CandidateList *made = &generation.made[i];
        for (int k = 0; k < made->n; k++) {
            apply_refutations(floats, &made->item[k]);
            population_add(&floats->population, &made->item[k]);
        }
        floats->state.n_candidates += (uint64_t)made->n;
        candidate_list_release(made);
    }
    free(generation.made);
    if (generation.breed == BREED_SEEDS) floats->n_seeded += n_pieces;
    if (generation.breed == BREED_COMPOSED) floats->may_compose = false;
}

/* -- the best ------------------------------------------------------------------------------------ */

static void note_improvement(Floats *floats)
{
    floats->last_improved = floats->state.generation;
    floats->improved = clock_seconds();
}

static Status floats_choose(Floats *floats, Err *err)
{
    const Candidate *best;
    const Status status = choice_best(&floats->choice, &floats->population, &best, err);
    if (status != OK) return status;
    const bool had_best = floats->has_best;
    floats->has_best = best != NULL;
    if (best == NULL) return OK;
    if (!had_best || best->cost != floats->best.cost) note_improvement(floats);
    floats->best = *best;
    return OK;
}

/* Lets the clock choose the best. */
static Status floats_time(Floats *floats, Err *err)
{
    if (!floats->has_best) return OK;
    const Candidate *fastest;
    const Status status = choice_fastest(&floats->choice, &floats->population, &fastest, err);
    if (status == OK && fastest != NULL) floats->best = *fastest;
    return status;
}

static void floats_show(Floats *floats)
{
    SearchState *state = &floats->state;
    const CandidateList *members = &floats->population.members;
    Pair *pair = xmalloc((size_t)(members->n + 1) * sizeof *pair);
    int *front = xmalloc((size_t)(members->n + 1) * sizeof *front);
    for (int i = 0; i < members->n; i++)
        pair[i] = (Pair){members->item[i].error, members->item[i].cost};
    const int n = pareto_front(pair, members->n, front);
    floats->front.n = 0;
    for (int k = 0; k < n; k++) *candidate_list_add(&floats->front) = members->item[front[k]];
    free(front);
    free(pair);
    state->front = floats->front.item;
    state->n_front = floats->front.n;
    state->best = floats->has_best ? &floats->best : NULL;
    state->safest = choice_safest(&floats->choice, &floats->population);
    state->seconds = clock_seconds() - floats->started;
}

/* -- the loop -------------------------------------------------------------------------------------- */

/* Is a good part of the budget gone since the best became better? Runs that are to be repeatable do not
   ask the clock. */
static bool is_patience_over(const Floats *floats)
{
    static const double SHARE = 0.15;
    const SearchOptions *options = &floats->options;
    if (!(options->seconds > 0) || options->max_generations > 0) return true;
    return clock_seconds() - floats->improved >= SHARE * options->seconds;
}

static bool is_done(const Floats *floats)
{
    const SearchOptions *options = &floats->options;
    const SearchState *state = &floats->state;
    if (is_stopped(floats)) return true;
    if (options->max_generations > 0 && state->generation >= options->max_generations) return true;
    if (next_breed(floats) != BREED_CHILDREN) return false;
    if (floats->population.members.n == 0) return true; /* nothing to vary */
    const int idle = state->generation - floats->last_improved;
    const bool is_bounded = options->seconds > 0 || options->max_generations > 0;
    if (!is_bounded && idle >= HOPELESS) return true;
    if (!floats->has_best && floats->choice.ceiling > 0) return idle >= PATIENCE_AGAIN;
    if (options->want_front || !floats->has_best) return false;
    return idle >= PATIENCE && is_patience_over(floats);
}

Status floats_run(Floats *floats, Err *err)
{
    note_improvement(floats);
    Status status = floats_choose(floats, err);
    floats_show(floats);
    while (status == OK && !is_done(floats)) {
        floats_breed(floats);
        population_trim(&floats->population);
        floats->state.generation++;
        status = floats_choose(floats, err);
        floats_show(floats);
        if (floats->options.progress)
            floats->options.progress(floats->options.progress_context, &floats->state);
    }
    if (status == OK && !floats->options.want_front) status = floats_time(floats, err);
    if (status == OK) status = choice_secure(&floats->choice, &floats->population, err);
    floats_show(floats);
    floats->proposed = clock_seconds();
    return status;
}

void floats_set_budget(Floats *floats, double seconds)
{
    floats->options.seconds = seconds;
    floats->deadline.at = seconds > 0 ? floats->started + seconds : 0;
}

void floats_set_end(Floats *floats, double seconds) { floats->choice.seconds = seconds; }

void floats_begin_judging(Floats *floats) { floats->proposed = clock_seconds(); }

const SearchState *floats_state(const Floats *floats) { return &floats->state; }

void floats_refute(Floats *floats, const Prog *prog, double true_error, const double *inputs, int n)
{
    const uint64_t hash = prog_hash(prog);
    const bool is_best = floats->has_best && prog_hash(&floats->best.prog) == hash;
    choice_learn(&floats->choice, prog, is_best ? &floats->best : NULL, true_error,
                 clock_seconds() - floats->proposed);
    /* Not correctly rounded is an error above half an ulp by how little soever. */
    if (floats->problem->is_rounding)
        true_error = fmax(true_error, nextafter(floats->problem->limit, INFINITY));
    floats->refuted =
        xrealloc(floats->refuted, (size_t)(floats->n_refuted + 1) * sizeof *floats->refuted);
    floats->refuted[floats->n_refuted++] = (Refuted){hash, true_error};
    if (is_best) floats->refuted_cost = fmin(floats->refuted_cost, floats->best.cost);
    /* A point the oracle cannot decide is no use as a sample; the refutation stands all the same. */
    for (int i = 0; i < n; i++)
        (void)problem_learn(floats->problem, inputs + i * floats->problem->goal.n_variables, NULL);
    CandidateList *members = &floats->population.members;
    for (int i = 0; i < members->n; i++) {
        Candidate *member = &members->item[i];
        const double believed = member->error; /* close looks among it, which see more */
        if (believed <= floats->problem->limit) {
            score_error(floats->problem, member, INFINITY);
            member->error = fmax(member->error, believed);
        }
        apply_refutations(floats, member);
    }
}

bool floats_again(Floats *floats, double cost)
{
    const double ceiling = WORTHWHILE * cost;
    if (!(floats->refuted_cost < ceiling)) return false;
    choice_dare(&floats->choice, ceiling);
    return true;
}
