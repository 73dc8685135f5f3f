/* The judge. It looks at a Prog and a Goal and trusts nothing the search believed.

   f16, bf16, f32 with one variable: every float of the domain, compared with a fast
   reference whose error is far below what matters, then with the oracle on every
   input within reach of the maximum, so that the maximum is exact to three decimals and
   the worst input is the true one. f64, and two or more variables: many points, `sampled`.
   real: a dense grid and local maximisation, then a proof (prove.h) where one is found, else `sampled`. Zeros, infinities, NaN, subnormals and the ends
   of the domain are always looked at; the results are in the Report. */
#ifndef APPROX_MEASURE_VERIFY_H
#define APPROX_MEASURE_VERIFY_H

#include "runtime/emit/backend.h"
#include "runtime/prog/goal.h"
#include "runtime/prog/report.h"

#include <stdatomic.h>

/* Inputs of a one-variable program whose error is above the goal's bound, by an upper bound of the
   error, at most one from each stretch of the domain, the worst stretches first. For a search
   that wants to learn more from a refusal than one point. */
enum { VERIFY_BAD_MAX = 64 };
typedef struct {
    double x[VERIFY_BAD_MAX];
    int n;
} BadInputs;

/* What verify makes for a function and can use again: the fast reference of the last f32 goal. For one caller at a time. */
typedef struct VerifyKeep VerifyKeep;
VerifyKeep *verify_keep_new(void);
void verify_keep_free(VerifyKeep *keep);

typedef struct {
    VerifyKeep *keep; /* may be NULL: everything is made anew */
    /* Look first where a few inputs look worst, and stop there if the goal's bound is broken: the
       Report then covers a part of the inputs only and is `sampled`. */
    bool stop_early;
    BadInputs *bad;         /* may be NULL; filled where every float is looked at */
    int n_threads;          /* 0: all processors */
    uint64_t stride;        /* 0, 1: every float; else every stride-th (then `sampled`) */
    uint64_t n_points;      /* for f64 and several variables; 0: ten million */
    uint64_t seed;          /* of the sampled points */
    const atomic_int *stop; /* may be NULL; nonzero: ERR_INTERRUPTED */
    double until;           /* on timing_now's clock: later is as if stopped; 0: never */
    void (*progress)(void *context, double done); /* may be NULL; done in [0, 1], from one thread */
    void *progress_context;
    /* What computes the Prog; NULL: the interpreter. `run` has eval_run's contract
       and may be called from n_threads threads at once, `worker` telling them apart. */
    void (*run)(void *context, int worker, const void *const *x, void *y, size_t n);
    void *run_context;
    /* Machine code that is said to compute the Prog; NULL: where it pays, and LLVM is there, that of the JIT. Compared with the
       interpreter (judge_code.c): ERR_INTERNAL where they differ. */
    JitArray code;
    bool no_code; /* the interpreter alone */
} VerifyOptions;

Status verify(Report *report, const Prog *prog, const Goal *goal, const VerifyOptions *options,
              Err *err);

#endif
