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
#include "search/attack.h"
#include "search/deadline.h"
#include "search/finalists.h"
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
    PATIENCE = 12, /* generations without a better best, after which it is good enough */

    HOPELESS =
        400, /* generations without any that meets the bound, where nothing else ends the search */
    DEEP_POINTS = 24000,
    DEEP_POINTS_NARROW = 1 << 16, /* of 16-bit floats: all of them */
    CAUTIOUS =
        8, /* refusals after which only candidates with all the margin there is are proposed */
    JUDGINGS = 3,     /* so much time must be left for more than a little risk */
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

struct Floats {
    Problem *problem;
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
    /* What the judge found of refused programs, relative to what was believed of them; both without the error of the last
       rounding. At least 1. */
    double optimism;
    double proposed, judging; /* on the clock: when last; the longest judging so far */
    double
        started; /* on the clock; the budget counts from here, the caller's checks between runs included */
    Deadline deadline;
};

/* How long finalists may be timed: a tenth of the budget, three seconds at most. */
static double timing_seconds(const Floats *floats)
{
    const double budget = floats->options.seconds;
    return budget > 0 ? fmin(3, 0.1 * budget) : 3;
}

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
    floats->optimism = 1;
    floats->deadline.stop = options->stop;
    if (options->seconds > 0) {
        const bool is_timed = options->measurements && finalists_can_be_timed(goal);
        floats->deadline.at =
            floats->started + options->seconds - (is_timed ? timing_seconds(floats) : 0);
    }
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
    }
    if (floats->seeds->n == 0) add_identity(floats);
    *out = floats;
    return OK;
}

void floats_free(Floats *floats)
{
    if (floats == NULL) return;
    population_release(&floats->population);
    candidate_list_release(&floats->front);
    if (floats->deep) sample_free(floats->deep);
    free(floats->confirmed);
    free(floats->refuted);
    free(floats->seeds);
    free(floats);
}

/* -- margins ------------------------------------------------------------------------------------- */

/* From 0 to 1: how much of the margin that there is a proposal should keep, by the number of refusals, and by the time
   that is left for more of them. */
static double caution(const Floats *floats)
{
    if (floats->n_refuted == 0) return 0;
    const double left = floats->options.seconds - (clock_seconds() - floats->started);
    const double haste =
        floats->options.seconds > 0 ? 1 - left / (JUDGINGS * floats->judging + 1e-9) : 0;
    return fmin(1, fmax(floats->n_refuted / (double)CAUTIOUS, haste));
}

/* The largest error that a candidate of margin `i` may have. */
static double margin_error(const Floats *floats, int i)
{
    const double limit = floats->problem->limit, floor = floats->problem->floor;
    /* Correct rounding has no margin: a program is right at all ties or not. */
    if (floats->problem->is_rounding) return limit;
    const double cautious = floor + 0.15 * (limit - floor), share = caution(floats);
    const bool is_f64 = floats->problem->goal.type == TYPE_F64;
    const double part = is_f64 ? MARGINS[i].part_f64 : MARGINS[i].part;
    const double wanted = floor + fmax(0, part * limit - floor) / floats->optimism;
    return wanted * (1 - share) + cautious * share;
}

/* -- one generation ---------------------------------------------------------------------------- */

typedef struct {
    Floats *floats;
    CandidateList *made; /* of each piece */
    bool is_seeding;
    VariationOptions variation;
} Generation;

static uint64_t stream_of(const Floats *floats, int piece)
{
    return (uint64_t)floats->state.generation << 20 | (uint64_t)piece;
}

static void work(void *context, int piece, int worker)
{
    Generation *generation = context;
    Floats *floats = generation->floats;
    CandidateList *made = &generation->made[piece];
    Rng rng = rng_new(floats->options.seed, stream_of(floats, piece));
    if (is_stopped(floats)) return;
    if (generation->is_seeding) {
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

static void floats_breed(Floats *floats)
{
    Generation generation = {.floats = floats};
    int n_pieces = floats->seeds->n - floats->n_seeded;
    generation.is_seeding = n_pieces > 0;
    if (n_pieces > SEEDS_PER_GENERATION) n_pieces = SEEDS_PER_GENERATION;
    if (!generation.is_seeding) n_pieces = CHILDREN_PER_GENERATION / CHILDREN_PER_PIECE;
    generation.variation.target = margin_error(floats, 0);
    generation.variation.best_cost = floats->has_best ? floats->best.cost : INFINITY;
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
    if (generation.is_seeding) floats->n_seeded += n_pieces;
}

/* -- the best ------------------------------------------------------------------------------------ */

static bool is_confirmed(const Floats *floats, uint64_t hash)
{
    for (int i = 0; i < floats->n_confirmed; i++)
        if (floats->confirmed[i] == hash) return true;
    return false;
}

/* The sample takes in points of the deep one at which the candidate breaks the bound: the worst of each stretch. */
static Status learn_stretches(Floats *floats, const Prog *prog, Err *err)
{
    enum { STRETCHES = 16 };
    const Goal *goal = &floats->problem->goal;
    const Sample *deep = floats->deep;
    Status status = OK;
    double *error = xmalloc((size_t)(deep->n + 1) * sizeof *error);
    sample_errors(deep, goal, prog, error);
    const int length = deep->n / STRETCHES + 1;
    for (int start = 0; start < deep->n && status == OK; start += length) {
        int worst = start;
        for (int i = start; i < start + length && i < deep->n; i++)
            if (error[i] > error[worst]) worst = i;
        if (!(error[worst] > floats->problem->limit)) continue;
        double x[PROG_INPUTS_MAX];
        for (int v = 0; v < goal->n_variables; v++) x[v] = deep->x_value[v][worst];
        status = problem_learn(floats->problem, x, err);
    }
    free(error);
    return status;
}

/* Looks at a candidate on many more points, and closely where they are worst; the worst join the sample if they break
   the bound. */
static Status confirm(Floats *floats, Candidate *candidate, Err *err)
{
    const Goal *goal = &floats->problem->goal;
    const uint64_t hash = prog_hash(&candidate->prog);
    if (is_confirmed(floats, hash)) return OK;
    if (floats->problem->is_rounding) return OK; /* the ties tell more than any points */
    if (floats->deep == NULL) {
        const int n = type_info(goal->type)->size == 2 ? DEEP_POINTS_NARROW : DEEP_POINTS;
        const Status status = sample_new(&floats->deep, goal, n, floats->options.seed + 2, err);
        if (status != OK) return status;
    }
    int worst = 0;
    const double error = sample_error(floats->deep, goal, &candidate->prog, INFINITY, &worst);
    if (error > candidate->error) candidate->error = error;
    double x[PROG_INPUTS_MAX];
    for (int v = 0; v < goal->n_variables; v++) x[v] = floats->deep->x_value[v][worst];
    if (error <= floats->problem->limit && goal->n_variables == 1 &&
        type_info(goal->type)->size > 2) {
        double found;
        const Status status = attack(goal, &candidate->prog, floats->deep, floats->problem->limit,
                                     floats->options.seed + 3, &found, x, err);
        if (status != OK) return status;
        if (found > candidate->error) candidate->error = found;
    }
    if (candidate->error > floats->problem->limit && isfinite(candidate->error)) {
        const Status status = problem_learn(floats->problem, x, err);
        return status == OK ? learn_stretches(floats, &candidate->prog, err) : status;
    }
    floats->confirmed =
        xrealloc(floats->confirmed, (size_t)(floats->n_confirmed + 1) * sizeof *floats->confirmed);
    floats->confirmed[floats->n_confirmed++] = hash;
    return OK;
}

/* The one with the least error, if that meets the bound. */
static const Candidate *find_safest(const Floats *floats)
{
    const Candidate *safest = NULL;
    double least = floats->problem->limit;
    for (int i = 0; i < floats->population.members.n; i++) {
        const Candidate *candidate = &floats->population.members.item[i];
        if (candidate->error > least) continue;
        least = candidate->error;
        safest = candidate;
    }
    return safest;
}

/* The cheapest that meets the bound, safety weighed in. */
static const Candidate *find_best(const Floats *floats)
{
    const Candidate *best = NULL;
    double best_cost = INFINITY;
    for (int i = 0; i < N_MARGINS; i++) {
        const double penalty = MARGINS[i].penalty;
        const Candidate *candidate = population_best(&floats->population, margin_error(floats, i));
        if (candidate == NULL || candidate->cost * penalty >= best_cost) continue;
        best = candidate;
        best_cost = candidate->cost * penalty;
    }
    return best != NULL ? best : find_safest(floats);
}

static Status floats_choose(Floats *floats, Err *err)
{
    const Candidate *best = find_best(floats);
    for (int i = 0; i < CONFIRM_MAX && best != NULL; i++) {
        const double believed = best->error;
        const Status status = confirm(floats, (Candidate *)best, err);
        if (status != OK) return status;
        if (best->error == believed) break;
        best = find_best(floats);
    }
    const bool had_best = floats->has_best;
    const double old_cost = floats->best.cost;
    floats->has_best = best != NULL;
    if (best == NULL) return OK;
    if (!had_best || best->cost != old_cost) floats->last_improved = floats->state.generation;
    floats->best = *best;
    return OK;
}

/* -- the fastest --------------------------------------------------------------------------------- */

static int find_finalists(const Floats *floats, Finalist *list)
{
    double most[N_MARGINS];
    int n = 0;
    for (int i = 0; i < N_MARGINS; i++) most[i] = margin_error(floats, i);
    for (int k = 0; k < floats->population.members.n; k++) {
        const Candidate *candidate = &floats->population.members.item[k];
        double penalty = INFINITY;
        for (int i = 0; i < N_MARGINS; i++)
            if (candidate->error <= most[i]) penalty = fmin(penalty, MARGINS[i].penalty);
        if (isfinite(penalty)) list[n++] = (Finalist){candidate, penalty, 0};
    }
    return finalists_keep(list, n);
}

/* Lets the clock choose the best. One that a close look finds worse than it was believed to be is chosen again, with
   what comes in its place. */
static Status floats_time(Floats *floats, Err *err)
{
    const Goal *goal = &floats->problem->goal;
    Measurements *measurements = floats->options.measurements;
    if (!measurements || !floats->has_best || !finalists_can_be_timed(goal)) return OK;
    if (floats->options.stop && atomic_load(floats->options.stop)) return OK;
    Finalist *list = xcalloc((size_t)floats->population.members.n + 1, sizeof *list);
    Status status = OK;
    for (int i = 0; i < CONFIRM_MAX && status == OK; i++) {
        const int n = find_finalists(floats, list);
        bool is_sure;
        if (n < 2) break; /* the table's choice stands */
        status = finalists_time(list, n, goal, measurements, timing_seconds(floats), &is_sure, err);
        if (status != OK || !is_sure) break;
        const Candidate *fastest = finalists_fastest(list, n);
        const double believed = fastest->error;
        status = confirm(floats, (Candidate *)fastest, err);
        if (status != OK || fastest->error != believed) continue;
        floats->best = *fastest;
        break;
    }
    free(list);
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
    state->safest = find_safest(floats);
    state->seconds = clock_seconds() - floats->started;
}

/* -- the loop -------------------------------------------------------------------------------------- */

static bool is_done(const Floats *floats)
{
    const SearchOptions *options = &floats->options;
    const SearchState *state = &floats->state;
    if (is_stopped(floats)) return true;
    if (options->max_generations > 0 && state->generation >= options->max_generations) return true;
    if (floats->n_seeded < floats->seeds->n) return false;
    if (floats->population.members.n == 0) return true; /* nothing to vary */
    const int idle = state->generation - floats->last_improved;
    const bool is_bounded = options->seconds > 0 || options->max_generations > 0;
    if (!is_bounded && idle >= HOPELESS) return true;
    if (options->want_front || !floats->has_best) return false;
    return idle >= PATIENCE;
}

Status floats_run(Floats *floats, Err *err)
{
    floats->last_improved = floats->state.generation;
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
    floats_show(floats);
    floats->proposed = clock_seconds();
    return status;
}

void floats_set_budget(Floats *floats, double seconds)
{
    floats->options.seconds = seconds;
    floats->deadline.at = seconds > 0 ? floats->started + seconds : 0;
}

const SearchState *floats_state(const Floats *floats) { return &floats->state; }

/* Programs are believed too good by about the same share, unless the samples missed something altogether. */
static void learn_from_refusal(Floats *floats, uint64_t hash, double true_error)
{
    enum { OPTIMISM_MAX = 2 };
    const double floor = floats->problem->floor;
    floats->judging = fmax(floats->judging, clock_seconds() - floats->proposed);
    if (!floats->has_best || prog_hash(&floats->best.prog) != hash) return;
    const double believed = floats->best.error - floor;
    if (!(believed > 0)) return;
    const double ratio = (true_error - floor) / believed;
    /* Its worst inputs join the samples, so that later beliefs are better. */
    if (ratio <= OPTIMISM_MAX) floats->optimism = fmax(floats->optimism, sqrt(ratio));
}

void floats_refute(Floats *floats, const Prog *prog, double true_error, const double *inputs, int n)
{
    const uint64_t hash = prog_hash(prog);
    learn_from_refusal(floats, hash, true_error);
    /* Not correctly rounded is an error above half an ulp by how little soever. */
    if (floats->problem->is_rounding)
        true_error = fmax(true_error, nextafter(floats->problem->limit, INFINITY));
    floats->refuted =
        xrealloc(floats->refuted, (size_t)(floats->n_refuted + 1) * sizeof *floats->refuted);
    floats->refuted[floats->n_refuted++] = (Refuted){hash, true_error};
    /* A point the oracle cannot decide is no use as a sample; the refutation stands all the same. */
    for (int i = 0; i < n; i++)
        (void)problem_learn(floats->problem, inputs + i * floats->problem->goal.n_variables, NULL);
    CandidateList *members = &floats->population.members;
    for (int i = 0; i < members->n; i++) {
        Candidate *member = &members->item[i];
        if (member->error <= floats->problem->limit) score_error(floats->problem, member, INFINITY);
        apply_refutations(floats, member);
    }
}
