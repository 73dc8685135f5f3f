/* Inputs with the function's values there: what the search judges candidates by. The worst inputs that
   the judge finds are added (sample_add), so the sample grows where it matters. Plain memory, may be
   shared read-only by threads. */
#ifndef APPROX_SEARCH_SAMPLE_H
#define APPROX_SEARCH_SAMPLE_H

#include "runtime/prog/goal.h"

/* Points added come first, the others are shuffled: any prefix is a fair sample. */
typedef struct {
    int n, capacity, n_variables, n_added;
    Type type;                /* of the goal */
    void *x[PROG_INPUTS_MAX]; /* packed values of the type, as eval_run takes them; NULL for real */
    double *x_value[PROG_INPUTS_MAX]; /* the same as doubles */
    double *f_hi, *f_lo;              /* the function there */
    double *scale;     /* error = |got - f| * scale, in the measure of the bound (ulp, rel, abs) */
    bool is_one_sided; /* error = max(0, (got - f) * scale): scale has a sign, see sample_of_ties */
} Sample;

/* About n points (all, if the domain has no more): ends, zeros, subnormals, powers of two, the exact points, and
   a spread that is even in the ordered integers and even in the value; specials (inf, nan) and
   inputs where the function has no finite value in the type are left out. For real: even
   in the value, denser at the ends. ERR_INPUT if no point is left. */
Status sample_new(Sample **out, const Goal *goal, int n, uint64_t seed, Err *err);
/* The inputs given, in their order, but for those where f has no finite value. */
Status sample_at_inputs(Sample **out, const Goal *goal, const double *x, int n, Err *err);
/* The inputs of another sample for programs that have the value before it is rounded to the Goal's type, in a wider
   one: errors are one-sided and in units of the distance from f to the nearest tie, so that the rounded value is right if
   the error is below 1. */
Sample *sample_of_ties(const Sample *sample);
/* The points whose numbers are listed, as a sample of its own. */
Sample *sample_part(const Sample *sample, const int *index, int n);
void sample_free(Sample *sample);
/* A point where the function has no finite value is ignored. */
Status sample_add(Sample *sample, const Goal *goal, const double *x, Err *err);

/* The largest error of `prog` over the sample in the bound's measure; inf if a result is not finite where
   f is, or the interpreter cannot run it. *worst (may be NULL): index of the point.
   Stops early once the error exceeds `give_up`. Real programs (one variable): by fit_error. */
double sample_error(const Sample *sample, const Goal *goal, const Prog *prog, double give_up,
                    int *worst);

/* The error at every point, for float goals. */
void sample_errors(const Sample *sample, const Goal *goal, const Prog *prog, double *error);

/* Packed results of eval_run as doubles; `type` is theirs. */
void sample_unpack(Type type, const void *packed, int n, double *value);

#endif
