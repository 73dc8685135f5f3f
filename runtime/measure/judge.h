/* What the parts of verify share: the case before the judge, with an oracle and an
   interpreter for each worker, and the true error of one result. Internal to
   runtime/measure. */
#ifndef APPROX_MEASURE_JUDGE_H
#define APPROX_MEASURE_JUDGE_H

#include "runtime/measure/verify.h"
#include "runtime/measure/zero_sign.h"
#include "runtime/oracle/oracle.h"
#include "runtime/prog/eval.h"

typedef struct {
    const Prog *prog;
    const Goal *goal;
    const VerifyOptions *options;
    int n_threads;
    Oracle **oracle; /* by worker */
    ZeroSign zero_sign;
    Eval **eval;   /* by worker; NULL where options->run computes the Prog, and for real */
    JitArray code; /* NULL: the interpreter alone; what it comes from: */
    const Backend *backend;
    Jit *jit;
} Judge;

Status judge_init(Judge *judge, const Prog *prog, const Goal *goal, const VerifyOptions *options,
                  Err *err);
void judge_release(Judge *judge);

/* y[i] = prog(x[0][i], ...), by options->run, by compiled code if there is any, or by the interpreter. */
void judge_run(const Judge *judge, int worker, const void *const *x, void *y, size_t n);

/* Gets compiled code for the Prog, if it can be had, and compares it with the interpreter at some inputs (judge_code.c). */
Status judge_compile(Judge *judge, Err *err);
/* Were the results y of judge_run those of the interpreter? Costs what that costs; nothing where there is no code. */
Status judge_check_code(const Judge *judge, int worker, const void *const *x, const void *y,
                        size_t n, Err *err);
void judge_drop_code(Judge *judge);

/* The true error of the result `got` at x, by the oracle. A value that the goal
   says must be hit exactly, and is not, is an error of inf in every measure; so is a zero of the
   wrong sign where that counts. What the goal excludes is judged like the rest: see excuse.h. */
Status judge_error(const Judge *judge, int worker, const double *x, double got, ErrorAt *error,
                   Err *err);

/* Is `got` not the correctly rounded value at x, given its true error there? */
Status judge_is_wrong(const Judge *judge, int worker, const double *x, double got,
                      const ErrorAt *error, bool *is_wrong, Err *err);

bool judge_is_stopped(const Judge *judge);

/* One of the three measures. */
double error_in(const ErrorAt *error, BoundKind kind);

/* Element i of an array of packed values of a float type, as a double, and back. */
double packed_value(Type type, const void *array, size_t i);
void packed_set(Type type, void *array, size_t i, double value);

/* The order in which the lowest of equally bad inputs is meant: -inf, ..., -0, 0, ..., inf, NaN. */
int64_t input_order(Type type, double x);

/* Is x a value of the domain (by its place in the order; NaN belongs to `all` only)? */
bool domain_has(const Domain *domain, Type type, double x);

/* The inputs that every check looks at: zeros, infinities, NaN, the ends of the subnormals and of
   the normals, and the ends of the domain. Returns how many; what may be NULL. */
enum { SPECIALS_MAX = 20 };
int special_inputs(const Domain *domain, Type type, double x[SPECIALS_MAX],
                   const char *what[SPECIALS_MAX]);

#endif
