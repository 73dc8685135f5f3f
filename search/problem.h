/* A Problem is a Goal made ready for the search: what a candidate may use, what it is judged by.
   Read-only once made (but for problem_learn, between generations), so all workers share one. */
#ifndef APPROX_SEARCH_PROBLEM_H
#define APPROX_SEARCH_PROBLEM_H

#include "runtime/measure/cost.h"
#include "runtime/measure/zero_sign.h"
#include "runtime/oracle/oracle.h"
#include "runtime/prog/goal.h"
#include "search/curve.h"
#include "search/ties.h"
#include "search/tune.h"

/* Inputs of a one-variable float Goal that must come out right beside the sample, which holds finite values only: infinities
   and NaN where they belong to the domain, and where the result is infinite or NaN. */
typedef struct {
    uint64_t x, want;
    bool is_signed; /* a zero whose sign counts */
    bool is_pinned; /* to be hit, though it is finite: special_is_pinned */
} ExactResult;

enum { PROBLEM_EXACT_MAX = 64 };

typedef struct {
    Goal goal; /* its domain without the ends where everything is excluded */
    bool may[OP_COUNT];       /* operators a candidate may use */
    double op_cost[OP_COUNT]; /* what each counts in MINIMIZE_OPS; 1 but for --op-cost */
    double limit;             /* of the bound, in its measure */
    CostModel cost_model;     /* the table's, until another is set */
    double floor;             /* what the last rounding alone costs, in the same measure */
    Sample *quick, *full;     /* float goals: a first look, and the sample beliefs rest on */
    ExactResult exact[PROBLEM_EXACT_MAX];
    int n_exact;
    bool keeps_wide;  /* results stay in the type of the arithmetic: a part of a program, which rounds later */
    bool is_rounding; /* correct rounding is wanted, and the ties have been found: */
    Ties ties;
    ZeroSign zero_sign;     /* of the goal as it was stated */
    bool keeps_zero_sign;   /* f(-0) = -0 is to be hit, which sums seldom do */
    bool has_sign_of_input; /* f(x) has the sign of x everywhere, as far as the sample shows */
} Problem;

Status problem_init(Problem *problem, const Goal *goal, uint64_t seed, Err *err);
/* Where the Goal wants correct rounding in a type that has a wider one: looks at the whole domain for the inputs that
   are hard to round. Elsewhere nothing. */
Status problem_find_ties(Problem *problem, int n_threads, Err *err);
/* The same for a part of another Problem's domain, from what is known there. */
void problem_take_ties(Problem *problem, const Problem *whole);
/* Where the sign of a zero counts in the whole, it does in the part; what is to be hit there, too. */
Status problem_take_specials(Problem *problem, const Problem *whole, Err *err);
void problem_release(Problem *problem);

/* A worst input the judge found, or a point of our own: the samples take it in. */
Status problem_learn(Problem *problem, const double *x, Err *err);

/* The reference function of the Goal as a CurveValue: context is a ProblemValue. */
typedef struct {
    const Problem *problem;
    Oracle *oracle; /* the caller's own */
} ProblemValue;
bool problem_value(void *context, Quad x, Quad *f, double *weight);

/* What an error of 1 near the value f counts in the measure of the bound. */
double problem_weight(const Problem *problem, double f);

/* Must f(x) = want be hit? */
bool problem_is_pinned(const Problem *problem, double x);

/* Only operators the Goal's target and --ops allow? */
bool problem_allows(const Problem *problem, const Prog *prog);

#endif
