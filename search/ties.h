/* Correct rounding as a goal (0.5 ulp in f16, bf16, f32): programs that compute in a wider type and round once, at
   the end.

   Before that rounding a value may be off as long as no tie lies between it and f. Ties near f are rare, so
   what decides are the few inputs nearest to one, which are found once for the whole domain (near_ties.h): a program
   is right everywhere if it is right at those with a tie within its error. Constants are tuned against
   the distances to the ties: each such input says how far the value may go, and to which side. That is
   the idea of rounding intervals (Lim and Nagarakatte 2021), with a walk on the constants as they are instead of a
   linear program over the reals, so that what the program's own arithmetic adds counts, too. */
#ifndef APPROX_SEARCH_TIES_H
#define APPROX_SEARCH_TIES_H

#include "runtime/base/rng.h"
#include "search/sample.h"

typedef struct {
    Sample *rounded; /* the inputs nearest to ties; errors in ulps, as the bound has them */
    Sample *before;  /* the same for values before the last rounding: see sample_of_ties */
    double needed;   /* what a formula may be off by if tuning is to do the rest, in ulps */
    double hopeless; /* errors that the nearest ties no longer tell apart */
} Ties;

/* Does the goal call for this? Not in f64, for which there is no wider type. */
bool ties_applies(const Goal *goal);

/* Looks at every float of the domain. */
Status ties_init(Ties *ties, const Goal *goal, int n_threads, Err *err);
/* Those of a larger domain that lie in the goal's. */
void ties_within(Ties *ties, const Ties *all, const Goal *goal);
void ties_release(Ties *ties);
Status ties_learn(Ties *ties, const Goal *goal, const double *x, Err *err);

/* The program without its last rounding; false if more follows than a power of two or a sign put in by integers, which
   is done in the wide type then. The nodes keep their numbers. */
bool ties_strip(Prog *before, const Prog *prog);

/* Moves the constants listed until the values at all ties are on the right sides, if they can be brought there:
   true then. `effort` is that of TuneOptions. Gives up at once if too many are wrong. */
bool ties_tune(const Ties *ties, const Goal *goal, Prog *prog, const Ref *free, int n_free,
               int effort, Rng *rng);

/* The results at the few inputs that are still wrong put in by hand: select(x == input, result, ...) for each. False,
   leaving the program alone, if there are none or more than a few. */
bool ties_patch(const Ties *ties, const Goal *goal, Prog *prog);

#endif
