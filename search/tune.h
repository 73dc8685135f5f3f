/* Coefficients in the format: the constants of a float Prog, already rounded, improved against the true error
   in the format's own arithmetic (the interpreter's), at the points of a sample. */
#ifndef APPROX_SEARCH_TUNE_H
#define APPROX_SEARCH_TUNE_H

#include "runtime/base/rng.h"
#include "search/sample.h"

enum { TUNE_CONSTANTS_MAX = 32 };

typedef struct {
    int max_evaluations; /* of the whole sample; 0 only measures */
    double target;       /* stop as soon as the error is no larger */
} TuneOptions;

/* Moves the constants listed (float CONST nodes; others in the list are left alone): first all
   together, rounding one after the other and correcting the rest by least squares, then by single steps and
   compensated combinations, accepting what lowers the largest error (and the crowd below it).
   Returns the error reached, which is never above that of the start. Deterministic for an Rng. */
double tune_constants(Prog *prog, const Ref *free, int n_free, const Sample *sample,
                      const Goal *goal, const TuneOptions *options, Rng *rng);

#endif
