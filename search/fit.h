/* Constants for a given structure. A Prog (real, or f32/f64 read as if exact) with k of its CONST nodes
   free is fitted to points of the function: Levenberg-Marquardt with geodesic
   acceleration on a QR factorisation, gradients by reverse mode through the DAG over all
   points at once; then, if asked, exchange (Newton-Remez) towards equal error peaks. Nodes that
   have no derivative (bit casts, integer, lookup, rounding, compare) make a Prog unfit for this: fit_is_possible. */
#ifndef APPROX_SEARCH_FIT_H
#define APPROX_SEARCH_FIT_H

#include "runtime/base/rng.h"
#include "runtime/prog/prog.h"

enum { FIT_CONSTANTS_MAX = 32, FIT_POINTS_MAX = 4096 };

/* Points (one variable): value f_hi + f_lo, weight 1/|f| for relative error or 1 for absolute. */
typedef struct {
    int n;
    const double *x, *f_hi, *f_lo, *weight;
} FitPoints;

typedef struct {
    int n_starts; /* besides the constants as they stand, random ones: sign * exp(N(0, s)), several s */
    int max_iterations; /* of each start */
    bool minimax;       /* exchange after the best start */
} FitOptions;

bool fit_is_possible(const Prog *prog);

/* The largest weighted error of `prog` as it stands (constants of float types read as exact), in
   arithmetic that is precise enough for its size; inf where it is not finite but f is, or if it
   has an operator that fit_is_possible refuses. *worst (may be NULL): index of the point. */
double fit_error(const Prog *prog, const FitPoints *points, int *worst);

/* Improves the free constants (Refs of CONST nodes) of `prog` in place; returns the largest weighted
   error on the points, in (nearly) exact arithmetic: double for errors above 1e-11, long double or quad below. Constants of
   a real Prog get ~113 bits. Deterministic for an Rng. */
double fit_constants(Prog *prog, const Ref *free, int n_free, const FitPoints *points,
                     const FitOptions *options, Rng *rng);

#endif
