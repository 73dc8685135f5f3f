/* Coefficients in the format: the constants of a float Prog, rounded, then improved by local search against the
   true error in the format's own arithmetic (the interpreter's), at the points of a sample. */
#ifndef APPROX_SEARCH_TUNE_H
#define APPROX_SEARCH_TUNE_H

#include "runtime/base/rng.h"
#include "runtime/prog/goal.h"
#include "runtime/prog/prog.h"

/* Inputs with the function's values there: what the search judges candidates by. The worst inputs that the judge finds are
   added (sample_add), so the sample grows where it matters. Plain memory, may be shared read-only by threads. */
typedef struct {
    int n, capacity, n_variables;
    void *x[PROG_INPUTS_MAX]; /* packed values of the goal's type, as eval_run takes them */
    double *x_value[PROG_INPUTS_MAX]; /* the same as doubles */
    double *f_hi, *f_lo;      /* the function there */
    double *scale;            /* error = |got - f| * scale, in the measure of the bound (ulp, rel, abs) */
} Sample;

/* About n points: ends, zeros, subnormals, powers of two, the exact points, and a spread that is even in the ordered integers
   and even in the value; specials (inf, nan) are left out. Needs the oracle. */
Status sample_new(Sample **out, const Goal *goal, int n, uint64_t seed, Err *err);
void sample_free(Sample *sample);
Status sample_add(Sample *sample, const Goal *goal, const double *x, Err *err);

/* The largest error of `prog` over the sample in the bound's measure; inf if a result is not finite where f is.
   *worst (may be NULL): index of the point. Stops early once the error exceeds `give_up`. */
double sample_error(const Sample *sample, const Goal *goal, const Prog *prog, double give_up, int *worst);

typedef struct {
    int max_evaluations; /* of the whole sample */
    double target;       /* stop as soon as the error is no larger */
} TuneOptions;

/* Rounds nothing (float constants already are) but moves the constants listed, by single steps, pairs of steps and
   lattice-like combinations, accepting what lowers the error (then the mean of the near-worst). Returns the error reached. */
double tune_constants(Prog *prog, const Ref *free, int n_free, const Sample *sample,
                      const Goal *goal, const TuneOptions *options, Rng *rng);

#endif
