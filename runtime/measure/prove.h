/* Proofs: an upper bound of the error of a program over the reals that holds for every input of
   the domain, by bisection into boxes with Taylor models (runtime/oracle/error_model.h). The amount of
   work is bounded by a count, not by the clock, so the answer is the same everywhere. Internal to
   runtime/measure. */
#ifndef APPROX_MEASURE_PROVE_H
#define APPROX_MEASURE_PROVE_H

#include "runtime/prog/goal.h"
#include "runtime/prog/report.h"

#include <stdatomic.h>

/* What was shown in one measure. */
typedef struct {
    bool is_proven;
    double bound;     /* no error is larger, where is_proven */
    double least, at; /* some error is at least that large, near `at`; never below what was known */
    char sliver[80];  /* what the bound leaves out, as an interval, or "" */
} Proof;

typedef struct {
    Proof proof[3]; /* by BoundKind; none for ulp */
    int n_boxes, n_terms, bits;
} Proofs;

/* Can it be tried: one variable, a finite domain, operators with series? */
bool prove_can(const Prog *prog, const Goal *goal);

/* Bounds both measures, that of the goal first, to within 0.02 % of the largest error. `known` are
   errors that occur (found by sampling), by BoundKind, those at the ends of the domain, 0 and the goal's exact
   points among them: there a proof is about limits. A measure in which that is infinite is left.
   `largest` is about the largest |f|. Ends early, with nothing proven, when *stop is set (may be
   NULL). */
void prove(Proofs *proofs, const Prog *prog, const Goal *goal, const double known[3],
           double largest, const atomic_int *stop);

#endif
