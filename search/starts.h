/* Starts fits one structure after the other from many random constants, in double, and keeps what differs: a worker owns
   one and uses it for thousands of structures a second. Deterministic for an Rng. */
#ifndef APPROX_SEARCH_STARTS_H
#define APPROX_SEARCH_STARTS_H

#include "runtime/base/rng.h"
#include "search/fit_engine.h"

typedef struct Starts Starts;

Starts *starts_new(void);
void starts_free(Starts *starts);

/* What is fitted from now on; both are borrowed until the next call. At most FIT_BLOCK points. */
void starts_aim(Starts *starts, const Tape *tape, const FitPoints *points);

/* Least squares from c as it is. Returns the root of the mean weighted square, or inf, leaving c alone, as
   FitEngine's least_squares. Ends early if it is not going to get below `give_up` (0: never). */
double starts_descend(Starts *starts, Quad *c, int max_iterations, double give_up);

/* The same from random constants, drawn again (some 30 times) if they are not usable; `best` (may be NULL) is disturbed in
   every fourth start. `start` counts them, since kinds of start take turns. */
double starts_random(Starts *starts, int start, const Quad *best, Quad *c, int max_iterations,
                     double give_up, Rng *rng);

typedef struct {
    int n_starts, max_iterations;
    double give_up;
} StartsOptions;

/* A local minimum. */
typedef struct {
    double error; /* root of the mean weighted square */
    int n_hits;   /* starts that ended there */
    Quad c[FIT_CONSTANTS_MAX];
} Branch;

/* Keeps branch[0..n) by rising error, at most `capacity`; those within a thousandth of each other in their error are the
   same minimum. Returns the new n. */
int branches_add(Branch *branch, int n, int capacity, const Branch *new_branch);

/* Many starts; the best distinct minima, best first. Returns how many. */
int starts_run(Starts *starts, const Tape *tape, const FitPoints *points,
               const StartsOptions *options, Rng *rng, Branch *branch, int capacity);

#endif
