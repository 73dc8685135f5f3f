/* The search: proposes Progs for a Goal. What it believes about their error is for
   ranking only; the caller verifies what it uses (measure/verify). */
#ifndef APPROX_SEARCH_SEARCH_H
#define APPROX_SEARCH_SEARCH_H

#include "runtime/prog/goal.h"
#include "runtime/prog/prog.h"

#include <stdatomic.h>

struct SearchState;
struct CostModel;    /* runtime/measure/cost.h */
struct Measurements; /* runtime/measure/measurements.h */

typedef struct {
    uint64_t seed;
    int n_threads;       /* 0: all processors. The result does not depend on it. */
    double seconds;      /* wall-clock budget, counted from search_new; 0: none */
    int max_generations; /* 0: none. Runs bounded by this alone are reproducible. */
    bool from_scratch;   /* no seeds, no schemes: start from the identity */
    bool want_front;     /* keep improving the whole front; else stop when `met` says so */
    /* Where minimize is a time and the target runs here, the fastest programs are told by the clock; what it says
       is recorded there, and not asked again. NULL: the operator table alone decides. Kept by the caller. */
    struct Measurements *measurements;
    const struct CostModel *cost_model; /* what operators cost; NULL: as the table says */
    const atomic_int *stop; /* may be NULL; nonzero: finish early with the best so far */
    /* Called by the main thread after each generation; may be NULL. */
    void (*progress)(void *context, const struct SearchState *state);
    void *progress_context;
} SearchOptions;

/* One member of the front. `error` is the search's belief in the measure of the bound. */
typedef struct {
    Prog prog;
    double error, cost;
    int ops;
    char origin[48]; /* how it came to be: "seed horner 6", "move drop_node", ... */
} Candidate;

typedef struct SearchState {
    int generation;
    uint64_t n_candidates; /* scored so far */
    uint64_t n_fits;       /* descents of least squares, over the reals */
    double seconds;
    const Candidate *front; /* by falling error, rising cost */
    int n_front;
    const Candidate *best; /* the cheapest believed to meet the bound, or NULL */
    const Candidate
        *safest; /* the most accurate of those that do, or NULL; until the next run or refusal */
} SearchState;

typedef struct Search Search;

/* Makes a search ready; ERR_INPUT if the goal cannot be searched (says why). */
Status search_new(Search **out, const Goal *goal, const SearchOptions *options, Err *err);
void search_free(Search *search);
/* Runs until the bound is met and patience is spent, the budget ends, or stop. */
Status search_run(Search *search, Err *err);
const SearchState *search_state(const Search *search);

/* The run as it was at the end of its last whole generation, as text, over the reals (elsewhere ERR_UNSUPPORTED); and a new
   search brought there before it runs, which then goes on as that one would have. ERR_INPUT says
   why a text cannot be taken. */
Status search_save(const Search *search, Text *out, Err *err);
Status search_restore(Search *search, const char *text, size_t length, Err *err);

/* A program to start from, in float types (elsewhere it is passed over): one that is known for this function, be it for another bound or
   other inputs. Before the search runs. It is scored like any other; what the target cannot do is passed over. */
void search_offer(Search *search, const Prog *prog);

/* The caller's judge refused `prog` with this true error: the search takes that into account from now
   on, and the `n` inputs (n times as many doubles as there are variables) join its sample. */
void search_refute(Search *search, const Prog *prog, double true_error, const double *inputs,
                   int n);

/* The caller's judge passed the last proposal. True if some that it refused were clearly cheaper: what is found by running again,
   cheaper than what stands, is worth looking at. */
bool search_again(Search *search);

#endif
