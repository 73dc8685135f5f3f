/* A run as a whole:

       try      seeds and enumerated structures, while there are any (not from scratch)
       vary     children of the islands' members, by changes to their structure
       deepen   more starts for members that had few for their rank
       polish   the best of each island that are new: followed to the domain, exchanged to minimax

   A generation is a list of tasks, numbered; each has its own random stream and only reads what was there before. Results
   are merged in the order of the numbers, so the answer does not depend on the threads. */
#include "search/reals/reals.h"

#include "runtime/base/pool.h"
#include "search/reals/checkpoint.h"
#include "search/reals/reals_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CORES_MAX = 5000,
    LIST_FROM = 12, /* generations: short runs do without, since making the list takes seconds */
    PATIENCE =
        20, /* generations without a cheaper program that meets the bound, times its operations */
};

/* A discovery counts for its island if it lowers the error by a fifth, and half of that is forgotten after some thirty
   generations. */
static const double WORTH_CREDIT = 0.8, CREDIT_LASTS = 0.98;

/* -- making and freeing ------------------------------------------------------------------------- */

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

/* The classical forms, which a function that is a program itself needs not; without them the search starts from the identity all
   the same. */
static void find_seeds(Reals *reals)
{
    if (discovery_of_reference(reals)) return;
    if (classical_list(&reals->seeds, &reals->problem->goal, reals_ops_most(reals),
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

/* -- merging ------------------------------------------------------------------------------------- */

static void merge_polished(Reals *reals, Task *task)
{
    if (!task->is_polished) return;
    reals->data.n_polished++;
    Island *island = &reals->data.island[task->island];
    const double before = discovery_least_error(reals, dag_units(&task->member->dag, &reals->ops));
    discovery_note(reals, &task->member->dag, task->member->origin, &task->fine);
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
        if (task->kind == TASK_SEED) discovery_note(reals, &task->seed, "classical", &task->fine);
        island_merge(&data->island[task->island], &task->harvest);
        data->n_candidates += (uint64_t)task->harvest.n_seen;
        data->n_fits += task->harvest.n_fits;
        harvest_release(&task->harvest);
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
    return generation - reals->data.last_improved >= PATIENCE * reals->best.ops;
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
            archive_find(&reals->data.island[task->island].archive, task->member->fingerprint,
                         dag_units(&task->member->dag, &reals->ops));
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
    discovery_show(reals);
    reals->data.last_improved = last_improved;
    reals->is_restored = true;
    return OK;
}

Status reals_run(Reals *reals, Err *err)
{
    if (!reals->is_restored) reals->data.last_improved = reals->data.generation;
    reals->is_restored = false;
    if (reals->data.generation == 0) discovery_of_constant(reals);
    need_seeds(reals);
    discovery_show(reals);
    while (!is_done(reals)) {
        const int n_seeded = reals->data.n_seeded;
        const uint64_t n_composed = reals->data.n_composed;
        need_listed(reals);
        task_list(reals);
        pool_run(reals->options.n_threads, reals->n_tasks, task_work, reals);
        if (deadline_is_over(&reals->deadline)) keep_boundary(reals, n_seeded, n_composed);
        merge(reals);
        reals->data.generation++;
        discovery_show(reals);
        if (reals->options.progress)
            reals->options.progress(reals->options.progress_context, &reals->state);
    }
    return OK;
}
