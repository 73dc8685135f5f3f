/* Inside the engine for the reals: the run and its tasks. Shared by reals.c, reals_task.c and reals_discovery.c. */
#ifndef APPROX_SEARCH_REALS_REALS_RUN_H
#define APPROX_SEARCH_REALS_REALS_RUN_H

#include "search/classical.h"
#include "search/reals/reals.h"
#include "search/reals/structures.h"

enum {
    OPS_FRONT = 20, /* operations of the longest program looked for where a front is wanted, */
    OPS_BOUND = 24, /* or one that meets a bound */
};

typedef enum { TASK_SEED, TASK_LIST, TASK_VARY, TASK_DEEPEN, TASK_POLISH } TaskKind;

typedef struct {
    TaskKind kind;
    int island;
    Member *member; /* to polish: a copy */
    Dag seed;
    double seed_error;
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
    double yield[SHELVES]; /* for IslandContext, in this generation */
    Task *task;
    int n_tasks, task_capacity;
    Deadline deadline;
    double started;
    SearchState state;
    Candidate front[SHELVES];
    Candidate best;
};

static inline int reals_ops_most(const Reals *reals)
{
    return reals->options.want_front ? OPS_FRONT : OPS_BOUND;
}

/* reals_task.c: fills reals->task for one generation; does one of them (pool_run's contract). */
void task_list(Reals *reals);
void task_work(void *context, int piece, int worker);

/* reals_discovery.c: takes note of a program on the domain itself if none of its cost is better. */
void discovery_note(Reals *reals, const Dag *dag, const char *origin, const Polish *polish);
/* No operation at all: the best constant. */
void discovery_of_constant(Reals *reals);
/* The reference itself, where it is a program. True if that has no error at all. */
bool discovery_of_reference(Reals *reals);
/* The least error among the discoveries that cost no more. */
double discovery_least_error(const Reals *reals, double cost);
bool discovery_is_refuted(const Reals *reals, uint64_t fingerprint);
/* Brings reals->state up to date. */
void discovery_show(Reals *reals);

#endif
