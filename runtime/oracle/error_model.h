/* The error of an answer over the reals on a box, as a polynomial and what it may be off by:
   Taylor models of answer and reference, subtracted. The arithmetic is rigorous, so a bound of the
   polynomial plus the slack is a bound of the error. Owns its variables: one per thread. */
#ifndef APPROX_ORACLE_ERROR_MODEL_H
#define APPROX_ORACLE_ERROR_MODEL_H

#include "runtime/prog/goal.h"

enum { ERROR_MODEL_TERMS_MAX = 60 };

typedef struct ErrorModels ErrorModels;

/* Models of degree n_terms - 1 with coefficients of `bits`; both Progs have one input. */
ErrorModels *error_models_new(const Prog *reference, const Prog *answer, int bits, int n_terms);
void error_models_free(ErrorModels *m);

/* The x of a box: centre + scale*t^power, for t in [-1, 1], or in [0, 1] if it is one_sided.
   One-sided boxes are for places where a pole, a root or a zero of both is to be divided out; the model
   is then of the limits, and what the Progs compute at the place itself is the caller's business. */
typedef struct {
    double centre, scale;
    bool is_one_sided;
    int power;
} ModelBox;

/* |error - sum c[k] t^k| <= slack on the box; `imprecision` is the part of the slack that more bits would
   take away. is_zero: the error is 0 on the box, exactly. */
typedef struct {
    int n;
    double c[ERROR_MODEL_TERMS_MAX];
    double slack, imprecision;
    bool is_zero;
} ErrorModel;

typedef enum {
    MODEL_OK,
    MODEL_NOT_HERE, /* not on this box; perhaps on narrower ones */
    MODEL_INFINITE, /* the error has a pole at the centre */
    MODEL_NEVER,    /* an operator without a series */
} ModelResult;

/* Evaluates both Progs on the box. Where the box holds kinks of abs, min, max, select, *n_open of
   them were decided by the bits of `sides`; the models for all 2^n_open sides together cover the box.
   models[BOUND_REL] is of answer/f - 1, models[BOUND_ABS] of answer - f; results alike. */
void error_models_on(ErrorModels *m, ModelBox box, unsigned sides, int *n_open,
                     ErrorModel models[3], ModelResult results[3]);

/* Has every operator of the Prog a series? */
bool error_model_has(const Prog *prog);

#endif
