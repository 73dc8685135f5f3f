/* The tasks of a generation: which there are, and the work of each. */
#include "runtime/measure/verify.h"
#include "search/reals/guard.h"
#include "search/reals/pin.h"
#include "search/reals/reals_run.h"

#include <math.h>
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
    LIST_TASKS = 6,
    LISTED_STARTS = 240, /* of all structures of one of them */
    POLISH_TASKS = 1,
    POLISH_RANKS = 12, /* so many of a shelf are polished */
    OPS_FIRST = 4,     /* programs start small, */
    OPS_EVERY = 8,     /* and may grow by one in so many generations, */
};

/* Of the share that a shelf has for a discovery, half is forgotten after some thirty generations. */
static const double YIELD_LASTS = 0.98;

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

/* Could this member, by its error on its own level, be an improvement? On level 0 the root mean square is a lower bound
   of the largest error, as far as double can tell. */
static bool is_worth_polishing(const Reals *reals, int island, const Member *member)
{
    if (!(member->error < member->sent_error * 0.98) || member->error >= 1e300) return false;
    if (discovery_is_refuted(reals, member->fingerprint)) return false;
    if (reals->data.island[island].level > 0) return true;
    const double noise = 100 * fit_engine_fastest()->trust * reals->approximand->level[0].size;
    return member->error < noise ||
           member->error < discovery_least_error(reals, dag_units(&member->dag, &reals->ops));
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

/* None of the others is better for as many operations? */
static bool is_best_seed(const Reals *reals, const ClassicalProg *seed)
{
    return classical_best(&reals->seeds, CLASSICAL_KINDS, seed->cost) == seed;
}

static void add_seed_tasks(Reals *reals)
{
    for (int n = 0; n < SEED_TASKS && reals->data.n_seeded < reals->seeds.n; n++) {
        Dag dag;
        const ClassicalProg *seed = &reals->seeds.item[reals->data.n_seeded++];
        if (!dag_from_prog(&dag, &seed->prog) || !dag_canonicalize(&dag, &reals->ops)) continue;
        Task *task = add_task(reals, TASK_SEED, 0);
        task->seed = dag;
        task->seed_error = is_best_seed(reals, seed) ? seed->error : INFINITY;
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

/* By the age of the best program of each shelf. */
static void settle_yield(Reals *reals)
{
    for (int s = 0; s < SHELVES; s++) {
        const Discovery *discovery = &reals->data.discovery[s];
        const int age = reals->data.generation - discovery->generation;
        reals->yield[s] = discovery->is_there ? pow(YIELD_LASTS, age) : 0;
    }
}

void task_list(Reals *reals)
{
    reals->n_tasks = 0;
    settle_yield(reals);
    add_seed_tasks(reals);
    /* What may take long comes first, so that no thread waits for it in the end. */
    for (int i = 0; i < reals->data.n_islands; i++) add_polish_tasks(reals, i);
    add_list_tasks(reals);
    for (int i = 0; i < reals->data.n_islands; i++)
        for (int k = 0; k < DEEPEN_TASKS; k++) add_task(reals, TASK_DEEPEN, i);
    for (int i = 0; i < reals->data.n_islands; i++) {
        const int n_vary = VARY_LEAST + share_of(reals, i, VARY_TASKS);
        for (int k = 0; k < n_vary; k++) add_task(reals, TASK_VARY, i);
    }
}

/* What the judge will say: the grid of the fit does not see all, such as a value of 1e-30 where f is 0. */
static double judged_error(const Reals *reals, const Dag *dag)
{
    const Goal *goal = &reals->problem->goal;
    const VerifyOptions options = {
        .n_threads = 1, .seed = reals->options.seed, .stop = reals->options.stop};
    Prog *prog = xmalloc(sizeof *prog);
    Report *report = xmalloc(sizeof *report);
    dag_to_prog(dag, prog);
    const Status status = verify(report, prog, goal, &options, NULL);
    const double error = goal->bound.kind == BOUND_ABS ? report->max_abs : report->max_rel;
    free(report);
    free(prog);
    return status == OK ? error : INFINITY;
}

/* A classical form, whose error so far is one on points. */
static void try_seed(const Reals *reals, Task *task, const IslandContext *context, Rng *rng)
{
    island_try(context, task->island, &task->seed, "classical", SEED_STARTS, rng, &task->harvest);
    task->fine.error = task->seed_error;
    if (task->fine.error < discovery_least_error(reals, dag_units(&task->seed, &reals->ops)))
        task->fine.error = judged_error(reals, &task->seed);
    else
        task->fine.error = INFINITY;
}

static void polish(const Reals *reals, Task *task)
{
    const Dag *dag = &task->member->dag;
    const double least = discovery_least_error(reals, dag_units(dag, &reals->ops));
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
        if (reals->approximand->has_zero) dag_pin(&task->member->dag, reals->approximand->zero);
        const ApproximandLevel *domain = &reals->approximand->level[0];
        const bool is_good = task->fine.error < least &&
                             guard_is_regular(&task->member->dag, domain->lo, domain->hi);
        task->fine.error = is_good ? judged_error(reals, &task->member->dag) : INFINITY;
    }
done:
    free(tape);
}

static int ops_limit(const Reals *reals)
{
    const int most = reals_ops_most(reals);
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

void task_work(void *context, int piece, int worker)
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
                                  .yield = reals->yield,
                                  .deadline = &reals->deadline,
                                  .starts = reals->starts[worker]};
    switch (task->kind) {
    case TASK_SEED: try_seed(reals, task, &island, &rng); break;
    case TASK_LIST: try_listed(reals, task, &island, &rng); break;
    case TASK_VARY: island_vary(&island, task->island, CHILDREN, &rng, &task->harvest); break;
    case TASK_DEEPEN:
        island_deepen(&island, task->island, DEEPEN_STARTS, &rng, &task->harvest);
        break;
    case TASK_POLISH: polish(reals, task); break;
    }
}
