/* An island: an evolution of structures on one level of the Approximand, with an archive of its own. Its work comes in numbered
   tasks that only read the archives; what they make is merged in the order of their numbers, so
   the threads do not matter. */
#ifndef APPROX_SEARCH_REALS_ISLAND_H
#define APPROX_SEARCH_REALS_ISLAND_H

#include "search/deadline.h"
#include "search/reals/approximand.h"
#include "search/reals/archive.h"
#include "search/reals/mutate.h"
#include "search/starts.h"

typedef struct {
    int level;
    double credit; /* for discoveries it made lately: it gets more of the work */
    Archive archive;
} Island;

/* What a worker needs, and how far it may go. */
typedef struct {
    const Approximand *approximand;
    const DagOps *ops;
    const Island *islands;
    int n_islands;
    int n_ops_max; /* of programs made now */
    bool may_compose;
    const double *yield; /* by shelf: 1 where the search has just found a better program of that cost, falling to 0 */
    const Deadline *deadline;
    Starts *starts; /* the worker's own */
} IslandContext;

/* Members that one task made. */
typedef struct {
    Member *item;
    double *cost;
    int n, capacity;
    uint64_t *seen; /* fingerprints of all structures that were fitted */
    int n_seen, seen_capacity;
    uint64_t n_fits; /* descents of least squares */
} Harvest;

void harvest_release(Harvest *harvest);

/* `n` children of members picked at random, fitted. */
void island_vary(const IslandContext *context, int island, int n, Rng *rng, Harvest *harvest);

/* More starts from random constants for one member of the archive, one that had few for its rank. */
void island_deepen(const IslandContext *context, int island, int n_starts, Rng *rng,
                   Harvest *harvest);

/* A given structure, from `n_starts` random constants besides its own. */
void island_try(const IslandContext *context, int island, const Dag *dag, const char *origin,
                int n_starts, Rng *rng, Harvest *harvest);

/* Takes in what a task made. */
void island_merge(Island *island, const Harvest *harvest);

#endif
