/* A run as a whole:

       try      seeds and enumerated structures, while there are any (not from scratch)
       vary     children of the islands' members, by changes to their structure
       deepen   more starts for members that had few for their rank
       polish   the best of each island that are new: followed to the domain, exchanged to minimax

   A generation is a list of tasks, numbered; each has its own random stream and only reads what was there before. Results
   are merged in the order of the numbers, so the answer does not depend on the threads. */
#include "search/reals/reals.h"

#include "runtime/base/pool.h"
#include "search/classical.h"
#include "search/reals/checkpoint.h"
#include "search/reals/exact.h"
#include "search/reals/guard.h"
#include "search/reals/structures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    VARY_LEAST = 1,   /* of each island and generation, */
    VARY_TASKS = 12,  /* and these by their credit */
    CHILDREN = 60,    /* of one of them */
    DEEPEN_TASKS = 1, /* likewise */
    DEEPEN_STARTS = 150,
    SEED_TASKS = 40,
    SEED_STARTS = 2,
    CORES_MAX = 5000,
    LIST_FROM = 12, /* generations: short runs do without, since making the list takes seconds */
    LIST_TASKS = 6,
    LISTED_STARTS = 240, /* of all structures of one of them */
    POLISH_TASKS = 1,
    POLISH_RANKS = 12, /* so many of a shelf are polished */
    OPS_FIRST = 4,     /* programs start small, */
    OPS_EVERY = 8,     /* and may grow by one in so many generations, */
    OPS_FRONT = 20,    /* up to this where a front is wanted, */
    OPS_BOUND = 24,    /* or this to meet a bound */
    PATIENCE = 80,     /* generations without a cheaper program that meets the bound */
};

/* Candidates for a bound keep this much of it for what the grid did not see. */
static const double MARGIN = 1.002;

/* A discovery counts for its island if it lowers the error by a fifth, and half of that is forgotten after some thirty generations. */
static const double WORTH_CREDIT = 0.8, CREDIT_LASTS = 0.98;

typedef enum { TASK_SEED, TASK_LIST, TASK_VARY, TASK_DEEPEN, TASK_POLISH } TaskKind;

typedef struct {
    TaskKind kind;
    int island;
    Member *member; /* to polish: a copy */
    Dag seed;
    uint64_t first; /* of the listed structures, */
    int n_listed;   /* and how many */
    Harvest harvest;
    bool is_polished;
    Polish rough, fine; /* on level 0, before and after exchange */
    Quad rough_c[FIT_CONSTANTS_MAX];
} Task;

struct Reals {
    const Problem *problem;
    SearchOptions options;
    Approximand *approximand;
    DagOps ops;
    RealsState data;
    ClassicalList seeds; /* none from scratch; found when first needed; */
    Structures *listed;  /* likewise */
    bool is_restored;    /* and has not run since */
    /* After a generation that was cut short: the checkpoint of the end of the one before. */
    Text boundary;
    Starts **starts; /* by worker */
    Task *task;
    int n_tasks, task_capacity;
    Deadline deadline;
    double started;
    SearchState state;
    Candidate front[SHELVES];
    Candidate best;
};

/* -- making and freeing ------------------------------------------------------------------------- */

/* Longer programs are not looked for. */
static int ops_most(const Reals *reals)
{
    return reals->options.want_front ? OPS_FRONT : OPS_BOUND;
}

static void allow_ops(DagOps *ops, const Problem *problem)
{
    static const Op KNOWN[] = {OP_ADD, OP_SUB,  OP_MUL, OP_DIV, OP_FMA,
                               OP_ABS, OP_SQRT, OP_MIN, OP_MAX};
    *ops = (DagOps){.n = 0};
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
        const Op op = KNOWN[i];
        if (!problem->may[op]) continue;
        ops->cost[op] = problem->op_cost[op];
        ops->op[ops->n++] = op;
        ops->may[op] = true;
    }
    ops->cost[OP_NEG] = problem->op_cost[OP_NEG];
    double least = INFINITY, sum = 0;
    for (int i = 0; i < ops->n; i++) {
        least = fmin(least, ops->cost[ops->op[i]]);
        sum += ops->cost[ops->op[i]];
    }
    /* The shelves should reach beyond the programs that a front has. */
    ops->unit = ops->n == 0 ? 1 : fmax(least, sum / ops->n * OPS_FRONT * 1.5 / SHELVES);
    ops->may[OP_NEG] = problem->may[OP_NEG];
}

/* The islands' levels: the domain itself, and wider ones as far as the function goes. */
static void settle(Reals *reals)
{
    RealsState *data = &reals->data;
    const int last = reals->approximand->n_levels - 1;
    data->n_islands = ISLANDS;
    for (int i = 0; i < ISLANDS; i++) {
        const int wanted = i * LEVELS_PER_DOUBLING;
        data->island[i].level = wanted < last ? wanted : last;
        archive_init(&data->island[i].archive);
        const Dag identity = dag_identity();
        Member member = {.dag = identity,
                         .fingerprint = dag_fingerprint(&identity),
                         .error = 1e300,
                         .sent_error = INFINITY,
                         .origin = "identity"};
        archive_add(&data->island[i].archive, &member, 0);
    }
}

static bool discover_reference(Reals *reals);

/* The classical forms, which a function that is a program itself needs not; without them the search starts from the identity all
   the same. */
static void find_seeds(Reals *reals)
{
    if (discover_reference(reals)) return;
    if (classical_list(&reals->seeds, &reals->problem->goal, ops_most(reals),
                       reals->options.n_threads, NULL) != OK)
        reals->seeds.n = 0;
}

Status reals_new(Reals **out, const Problem *problem, const SearchOptions *options, Err *err)
{
    Reals *reals = xcalloc(1, sizeof *reals);
    reals->problem = problem;
    reals->options = *options;
    if (reals->options.n_threads <= 0) reals->options.n_threads = pool_processors();
    reals->started = clock_seconds();
    reals->deadline.stop = options->stop;
    if (options->seconds > 0) reals->deadline.at = reals->started + options->seconds;
    allow_ops(&reals->ops, problem);
    Status status = OK;
    if (reals->ops.n == 0)
        status = fail(err, ERR_INPUT,
                      "none of the operators in --ops '%s' can make a program over the reals",
                      problem->goal.ops);
    if (status == OK) status = approximand_new(&reals->approximand, &problem->goal, err);
    if (status != OK) {
        reals_free(reals);
        return status;
    }
    settle(reals);
    reals->data.n_seeds = options->from_scratch ? 0 : -1;
    reals->starts = xcalloc((size_t)reals->options.n_threads, sizeof *reals->starts);
    for (int i = 0; i < reals->options.n_threads; i++) reals->starts[i] = starts_new();
    *out = reals;
    return OK;
}

void reals_free(Reals *reals)
{
    if (reals == NULL) return;
    for (int i = 0; i < reals->data.n_islands; i++) archive_release(&reals->data.island[i].archive);
    classical_list_release(&reals->seeds);
    text_release(&reals->boundary);
    structures_free(reals->listed);
    for (int i = 0; reals->starts && i < reals->options.n_threads; i++)
        starts_free(reals->starts[i]);
    free(reals->starts);
    approximand_free(reals->approximand);
    free(reals->task);
    free(reals);
}

const SearchState *reals_state(const Reals *reals) { return &reals->state; }

/* -- tasks -------------------------------------------------------------------------------------- */

static Task *add_task(Reals *reals, TaskKind kind, int island)
{
    if (reals->n_tasks == reals->task_capacity) {
        reals->task_capacity = reals->task_capacity ? 2 * reals->task_capacity : 64;
        reals->task = xrealloc(reals->task, (size_t)reals->task_capacity * sizeof *reals->task);
    }
    Task *task = &reals->task[reals->n_tasks++];
    memset(task, 0, sizeof *task);
    task->kind = kind;
    task->island = island;
    return task;
}

static bool is_refuted(const Reals *reals, uint64_t fingerprint)
{
    for (int i = 0; i < reals->data.n_refuted; i++)
        if (reals->data.refuted[i] == fingerprint) return true;
    return false;
}

/* The least error among the discoveries that cost no more. */
static double least_error(const Reals *reals, double cost)
{
    double least = INFINITY;
    for (int s = 0; s <= archive_shelf(cost); s++)
        if (reals->data.discovery[s].is_there) least = fmin(least, reals->data.discovery[s].error);
    return least;
}

/* Could this member, by its error on its own level, be an improvement? On level 0 the root mean square is a lower bound
   of the largest error, as far as double can tell. */
static bool is_worth_polishing(const Reals *reals, int island, const Member *member)
{
    if (!(member->error < member->sent_error * 0.98) || member->error >= 1e300) return false;
    if (is_refuted(reals, member->fingerprint)) return false;
    if (reals->data.island[island].level > 0) return true;
    const double noise = 100 * fit_engine_fastest()->trust * reals->approximand->level[0].size;
    return member->error < noise ||
           member->error < least_error(reals, dag_units(&member->dag, &reals->ops));
}

/* The best ranks first; shelves in turn. */
static void add_polish_tasks(Reals *reals, int island)
{
    Archive *archive = &reals->data.island[island].archive;
    int n = 0;
    for (int rank = 0; rank < POLISH_RANKS; rank++)
        for (int k = 0; k < SHELVES && n < POLISH_TASKS; k++) {
            Shelf *shelf = &archive->shelf[(k + reals->data.generation) % SHELVES];
            if (shelf->n <= rank) continue;
            Member *member = shelf->member[rank];
            if (!is_worth_polishing(reals, island, member)) continue;
            Task *task = add_task(reals, TASK_POLISH, island);
            task->member = xmalloc(sizeof *member);
            *task->member = *member;
            member->sent_error = member->error;
            n++;
        }
}

/* Takes note of a program on the domain itself if none of its cost is better. */
static void discover(Reals *reals, const Dag *dag, const char *origin, const Polish *polish)
{
    const int s = archive_shelf(dag_units(dag, &reals->ops));
    if (s < 0 || !isfinite(polish->error) || is_refuted(reals, dag_fingerprint(dag))) return;
    Discovery *discovery = &reals->data.discovery[s];
    if (discovery->is_there && !(polish->error < discovery->error * (1 - 1e-9))) return;
    *discovery = (Discovery){.is_there = true,
                             .dag = *dag,
                             .error = polish->error,
                             .n_alternations = polish->n_alternations,
                             .rank = polish->rank,
                             .generation = reals->data.generation};
    snprintf(discovery->origin, sizeof discovery->origin, "%s", origin);
    if (polish->error > EXACT_WORTH) return;
    Prog *prog = xmalloc(sizeof *prog);
    dag_to_prog(dag, prog);
    discovery->is_exact = exact_snap(&reals->problem->goal, prog);
    if (discovery->is_exact) discovery->error = 0;
    free(prog);
}

/* No operation at all: the best constant. */
static void discover_constant(Reals *reals)
{
    Dag dag = {.leaf = DAG_CONST, .n_constants = 1};
    const FitPoints *block = &reals->approximand->level[0].block;
    dag.c[0] = block->f_hi[block->n / 2];
    Tape *tape = xmalloc(sizeof *tape);
    Polish polish;
    dag_to_tape(&dag, tape);
    if (homotopy_polish(reals->approximand, tape, dag.c, &polish))
        discover(reals, &dag, "constant", &polish);
    free(tape);
}

/* The reference itself, where it is a program. True if that has no error at all. */
static bool discover_reference(Reals *reals)
{
    bool is_exact = false;
    Prog *prog = xmalloc(sizeof *prog);
    Dag dag;
    if (exact_reference(reals->problem, prog) && dag_from_prog(&dag, prog)) {
        const Polish polish = {.error = exact_error(&reals->problem->goal, prog)};
        discover(reals, &dag, "reference", &polish);
        is_exact = polish.error < 1e-50;
    }
    free(prog);
    return is_exact;
}

static void add_seed_tasks(Reals *reals)
{
    for (int n = 0; n < SEED_TASKS && reals->data.n_seeded < reals->seeds.n; n++) {
        Dag dag;
        const ClassicalProg *seed = &reals->seeds.item[reals->data.n_seeded++];
        if (!dag_from_prog(&dag, &seed->prog) || !dag_canonicalize(&dag, &reals->ops)) continue;
        add_task(reals, TASK_SEED, 0)->seed = dag;
        discover(reals, &dag, "classical", &(Polish){.error = seed->error});
    }
}

static void add_list_tasks(Reals *reals)
{
    const uint64_t count = reals->listed ? structures_count(reals->listed) : 0;
    for (int n = 0; n < LIST_TASKS && reals->data.n_composed < count; n++) {
        Task *task = add_task(reals, TASK_LIST, 0);
        const StructuresRun *run = structures_run(reals->listed, reals->data.n_composed);
        const int n_wanted = LISTED_STARTS / run->n_starts;
        task->first = reals->data.n_composed;
        task->n_listed = n_wanted > 1 ? n_wanted : 1;
        reals->data.n_composed += (uint64_t)task->n_listed;
    }
}

/* Of n tasks those for an island: in proportion to its credit, rounded so that no one's part is lost for good. */
static int share_of(const Reals *reals, int island, int n)
{
    double sum = 0, before = 0;
    for (int i = 0; i < reals->data.n_islands; i++) {
        if (i == island) before = sum;
        sum += 0.5 + reals->data.island[i].credit;
    }
    const double own = 0.5 + reals->data.island[island].credit;
    const double phase = 0.37 * (reals->data.generation % 8); /* turns the rounding around */
    return (int)(floor(n * (before + own) / sum + phase) - floor(n * before / sum + phase));
}

static void list_tasks(Reals *reals)
{
    reals->n_tasks = 0;
    add_seed_tasks(reals);
    add_list_tasks(reals);
    for (int i = 0; i < reals->data.n_islands; i++) {
        add_polish_tasks(reals, i);
        for (int k = 0; k < DEEPEN_TASKS; k++) add_task(reals, TASK_DEEPEN, i);
        const int n_vary = VARY_LEAST + share_of(reals, i, VARY_TASKS);
        for (int k = 0; k < n_vary; k++) add_task(reals, TASK_VARY, i);
    }
}

static void polish(const Reals *reals, Task *task)
{
    const Dag *dag = &task->member->dag;
    const double least = least_error(reals, dag_units(dag, &reals->ops));
    Tape *tape = xmalloc(sizeof *tape);
    Quad c[FIT_CONSTANTS_MAX];
    dag_to_tape(dag, tape);
    memcpy(c, dag->c, (size_t)dag->n_constants * sizeof *c);
    const int level = reals->data.island[task->island].level;
    if (!homotopy_follow(reals->approximand, tape, level, c, &task->rough)) goto done;
    memcpy(task->rough_c, c, sizeof c);
    task->is_polished = true;
    task->fine.error = INFINITY;
    if (task->rough.error < least && homotopy_polish(reals->approximand, tape, c, &task->fine)) {
        memcpy(task->member->dag.c, c, (size_t)dag->n_constants * sizeof *c);
        const ApproximandLevel *domain = &reals->approximand->level[0];
        if (!guard_is_regular(&task->member->dag, domain->lo, domain->hi))
            task->fine.error = INFINITY;
    }
done:
    free(tape);
}

static int ops_limit(const Reals *reals)
{
    const int most = ops_most(reals);
    const int now = OPS_FIRST + reals->data.generation / OPS_EVERY;
    return now < most ? now : most;
}

/* On the domain itself where that is wide enough for double to see the errors, which depends on the operations. */
static int island_for(const Reals *reals, const Dag *dag)
{
    enum { OPS_NARROW = 6, OPS_MIDDLE = 8 };
    const int island = dag->n <= OPS_NARROW ? 0 : dag->n <= OPS_MIDDLE ? 1 : 2;
    return island < reals->data.n_islands ? island : reals->data.n_islands - 1;
}

static void try_listed(const Reals *reals, Task *task, const IslandContext *context, Rng *rng)
{
    const uint64_t count = structures_count(reals->listed);
    task->island = -1;
    for (uint64_t i = task->first; i < count && i < task->first + (uint64_t)task->n_listed; i++) {
        Dag dag;
        if (deadline_is_over(&reals->deadline)) break;
        if (!structures_get(reals->listed, i, &dag) || !dag_canonicalize(&dag, &reals->ops))
            continue;
        /* Those of a task are much alike, so they go where the first goes. */
        if (task->island < 0) task->island = island_for(reals, &dag);
        island_try(context, task->island, &dag, "listed",
                   structures_run(reals->listed, i)->n_starts, rng, &task->harvest);
    }
    if (task->island < 0) task->island = 0;
}

static void work(void *context, int piece, int worker)
{
    Reals *reals = context;
    Task *task = &reals->task[piece];
    if (deadline_is_over(&reals->deadline)) return;
    Rng rng =
        rng_new(reals->options.seed, (uint64_t)reals->data.generation << 16 | (uint64_t)piece);
    const IslandContext island = {.approximand = reals->approximand,
                                  .ops = &reals->ops,
                                  .islands = reals->data.island,
                                  .n_islands = reals->data.n_islands,
                                  .n_ops_max = ops_limit(reals),
                                  .may_compose = !reals->options.from_scratch,
                                  .deadline = &reals->deadline,
                                  .starts = reals->starts[worker]};
    switch (task->kind) {
    case TASK_SEED:
        island_try(&island, task->island, &task->seed, "classical", SEED_STARTS, &rng,
                   &task->harvest);
        break;
    case TASK_LIST: try_listed(reals, task, &island, &rng); break;
    case TASK_VARY: island_vary(&island, task->island, CHILDREN, &rng, &task->harvest); break;
    case TASK_DEEPEN:
        island_deepen(&island, task->island, DEEPEN_STARTS, &rng, &task->harvest);
        break;
    case TASK_POLISH: polish(reals, task); break;
    }
}

/* -- merging ------------------------------------------------------------------------------------- */

static void merge_polished(Reals *reals, Task *task)
{
    if (!task->is_polished) return;
    reals->data.n_polished++;
    Island *island = &reals->data.island[task->island];
    const double before = least_error(reals, dag_units(&task->member->dag, &reals->ops));
    discover(reals, &task->member->dag, task->member->origin, &task->fine);
    if (task->fine.error < WORTH_CREDIT * before) island->credit += 1;
    /* What was followed down from a wide domain is at home on the narrow one too. */
    if (island->level == 0) return;
    Member member = *task->member;
    member.error = task->rough.error;
    member.sent_error = member.error;
    member.n_starts = 0;
    memcpy(member.dag.c, task->rough_c, sizeof task->rough_c);
    archive_add(&reals->data.island[0].archive, &member, dag_units(&member.dag, &reals->ops));
}

static void merge(Reals *reals)
{
    RealsState *data = &reals->data;
    for (int i = 0; i < data->n_islands; i++) data->island[i].credit *= CREDIT_LASTS;
    for (int i = 0; i < reals->n_tasks; i++) {
        Task *task = &reals->task[i];
        if (task->kind == TASK_POLISH) {
            merge_polished(reals, task);
            free(task->member);
            continue;
        }
        island_merge(&data->island[task->island], &task->harvest);
        data->n_candidates += (uint64_t)task->harvest.n_seen;
        data->n_fits += task->harvest.n_fits;
        harvest_release(&task->harvest);
    }
}

/* -- the front -------------------------------------------------------------------------------------- */

static void to_candidate(const Reals *reals, const Discovery *discovery, Candidate *out)
{
    dag_to_prog(&discovery->dag, &out->prog);
    if (discovery->is_exact) (void)exact_snap(&reals->problem->goal, &out->prog);
    out->error = discovery->error;
    out->cost = dag_cost(&discovery->dag, &reals->ops);
    out->ops = prog_n_ops(&out->prog);
    snprintf(out->origin, sizeof out->origin, "%s, generation %d", discovery->origin,
             discovery->generation);
}

static void show(Reals *reals)
{
    SearchState *state = &reals->state;
    const double old_cost = state->best ? state->best->cost : INFINITY;
    double least = INFINITY;
    int n = 0;
    state->best = NULL;
    for (int s = 0; s < SHELVES; s++) {
        const Discovery *discovery = &reals->data.discovery[s];
        if (!discovery->is_there || !(discovery->error < least)) continue;
        least = discovery->error;
        to_candidate(reals, discovery, &reals->front[n]);
        if (state->best == NULL && least * MARGIN <= reals->problem->limit) {
            reals->best = reals->front[n];
            state->best = &reals->best;
        }
        n++;
    }
    if (state->best != NULL && state->best->cost != old_cost)
        reals->data.last_improved = reals->data.generation;
    state->front = reals->front;
    state->n_front = n;
    state->safest = state->best;
    state->generation = reals->data.generation;
    state->n_candidates = reals->data.n_candidates;
    state->n_fits = reals->data.n_fits;
    state->seconds = clock_seconds() - reals->started;
}

void reals_refute(Reals *reals, const Prog *prog)
{
    Dag dag;
    if (!dag_from_prog(&dag, prog) || !dag_canonicalize(&dag, &reals->ops)) return;
    const uint64_t fingerprint = dag_fingerprint(&dag);
    if (reals->data.n_refuted < REFUTED_MAX)
        reals->data.refuted[reals->data.n_refuted++] = fingerprint;
    for (int s = 0; s < SHELVES; s++) {
        Discovery *discovery = &reals->data.discovery[s];
        if (discovery->is_there && dag_fingerprint(&discovery->dag) == fingerprint)
            discovery->is_there = false;
    }
}

/* -- the loop ---------------------------------------------------------------------------------------- */

static bool is_done(const Reals *reals)
{
    const SearchOptions *options = &reals->options;
    const int generation = reals->data.generation;
    if (deadline_is_over(&reals->deadline)) return true;
    if (options->max_generations > 0 && generation >= options->max_generations) return true;
    if (reals->state.n_front > 0 && reals->front[0].error == 0 && reals->front[0].cost == 0)
        return true; /* nothing is left to find */
    if (options->want_front || reals->state.best == NULL) return false;
    return generation - reals->data.last_improved >= PATIENCE;
}

/* The seeds, unless all have been tried: then they are not even made. */
static void need_seeds(Reals *reals)
{
    RealsState *data = &reals->data;
    if (reals->seeds.n > 0 || data->n_seeds == 0 || data->n_seeded == data->n_seeds) return;
    find_seeds(reals);
    data->n_seeds = reals->seeds.n;
}

/* The enumerated structures, likewise. */
static void need_listed(Reals *reals)
{
    const bool is_time = reals->data.generation >= LIST_FROM;
    if (reals->options.from_scratch || reals->listed || !is_time) return;
    const StructuresOptions options = {
        .n_ops_max = OPS_FRONT, .core_max = CORES_MAX, .n_threads = reals->options.n_threads};
    reals->listed = structures_new(&reals->ops, reals->approximand, &options);
}

/* The deadline fell into a generation: what its threads did depends on the clock. All of it is used for the answer, but a
   checkpoint has to be from before. */
static void keep_boundary(Reals *reals, int n_seeded, uint64_t n_composed)
{
    reals->data.n_seeded = n_seeded;
    reals->data.n_composed = n_composed;
    for (int i = 0; i < reals->n_tasks; i++) {
        const Task *task = &reals->task[i];
        if (task->kind != TASK_POLISH) continue;
        Member *member =
            archive_find(&reals->data.island[task->island].archive, task->member->fingerprint);
        if (member) member->sent_error = task->member->sent_error;
    }
    checkpoint_print(&reals->boundary, &reals->problem->goal, &reals->options, &reals->data);
}

void reals_save(const Reals *reals, Text *out)
{
    if (reals->boundary.length > 0)
        text_add_bytes(out, reals->boundary.data, reals->boundary.length);
    else
        checkpoint_print(out, &reals->problem->goal, &reals->options, &reals->data);
}

Status reals_restore(Reals *reals, const char *text, size_t length, Err *err)
{
    const Status status =
        checkpoint_parse(&reals->data, text, length, &reals->problem->goal, &reals->options, err);
    if (status != OK) return status;
    const int last_improved = reals->data.last_improved;
    show(reals);
    reals->data.last_improved = last_improved;
    reals->is_restored = true;
    return OK;
}

Status reals_run(Reals *reals, Err *err)
{
    if (!reals->is_restored) reals->data.last_improved = reals->data.generation;
    reals->is_restored = false;
    if (reals->data.generation == 0) discover_constant(reals);
    need_seeds(reals);
    show(reals);
    while (!is_done(reals)) {
        const int n_seeded = reals->data.n_seeded;
        const uint64_t n_composed = reals->data.n_composed;
        need_listed(reals);
        list_tasks(reals);
        pool_run(reals->options.n_threads, reals->n_tasks, work, reals);
        if (deadline_is_over(&reals->deadline)) keep_boundary(reals, n_seeded, n_composed);
        merge(reals);
        reals->data.generation++;
        show(reals);
        if (reals->options.progress)
            reals->options.progress(reals->options.progress_context, &reals->state);
    }
    return OK;
}
