/* Discovery over the reals: structures by evolution on islands, constants by least squares on wide domains and followed to the
   Goal's, the best of every operation count polished to minimax. Errors of discoveries are
   the judge's; the caller has what it uses judged all the same. The functions are those of search.h. */
#ifndef APPROX_SEARCH_REALS_REALS_H
#define APPROX_SEARCH_REALS_REALS_H

#include "search/problem.h"
#include "search/reals/homotopy.h"
#include "search/reals/island.h"
#include "search/search.h"

enum { ISLANDS = 4, REFUTED_MAX = 64 };

/* The best program of one operation count, polished. */
typedef struct {
    bool is_there;
    bool
        is_exact; /* it is the function once its constants are the simple numbers near them (exact.h) */
    Dag dag;
    double error; /* as the judge will say, in the measure of the bound; 0 if exact */
    int n_alternations, rank;
    int generation;
    char origin[16];
} Discovery;

/* All that a run knows; plain data but for the archives' members, so that it can be written down and read back
   (checkpoint.h) between generations. */
typedef struct {
    int generation;
    uint64_t n_candidates, n_fits, n_polished;
    int n_islands;
    Island island[ISLANDS];
    Discovery discovery[SHELVES];
    int n_seeds;         /* -1: not counted yet */
    int n_seeded;        /* of the seeds, in order */
    uint64_t n_composed; /* of the enumerated structures */
    int last_improved;   /* the generation in which a discovery last changed */
    int n_refuted;
    uint64_t refuted[REFUTED_MAX]; /* fingerprints of what the judge would not have */
} RealsState;

typedef struct Reals Reals;

/* `problem` is borrowed. */
Status reals_new(Reals **out, const Problem *problem, const SearchOptions *options, Err *err);
void reals_free(Reals *reals);
Status reals_run(Reals *reals, Err *err);
const SearchState *reals_state(const Reals *reals);
void reals_refute(Reals *reals, const Prog *prog);

/* For checkpoint.h: a run as it was at the end of the last whole generation, to be brought back into a new one before it
   runs. */
void reals_save(const Reals *reals, Text *out);
Status reals_restore(Reals *reals, const char *text, size_t length, Err *err);

#endif
