/* A Goal says what is wanted, never how to get it: a reference function, a
   domain, a number format, an error bound, what to minimise, and for which target.
   Budgets, seeds and threads are options of the command, not of the Goal. */
#ifndef APPROX_PROG_GOAL_H
#define APPROX_PROG_GOAL_H

#include "runtime/prog/prog.h"

enum {
    GOAL_NAME_MAX = 64,         /* of the function, as a C identifier */
    GOAL_EXPRESSION_MAX = 2048, /* of the expression as the user wrote it */
    GOAL_EXACT_MAX = 8,
    GOAL_OPS_TEXT_MAX = 256,
};

/* The values of one variable, both ends included. Ends are exact in the goal's
   type; for `real` they are the stated ends rounded inward to doubles.
   `all` means every value of the type, infinities and NaN too. */
typedef struct {
    double lo, hi;
    bool is_all;
    bool lo_open, hi_open; /* as stated; for floats lo and hi are then already the inner neighbours */
} Domain;

/* What the error is measured in. Digits are relative: 10^-d; bits: 2^-b. */
typedef enum { BOUND_ULP, BOUND_REL, BOUND_ABS } BoundKind;
typedef struct {
    BoundKind kind;
    double limit;    /* in ulp, or as a ratio, or absolute */
    char text[32];   /* as stated: "1ulp", "14digits" */
} Bound;

typedef enum { MINIMIZE_OPS, MINIMIZE_THROUGHPUT, MINIMIZE_LATENCY, MINIMIZE_SIZE } Minimize;

/* A value that must be hit exactly, and the limit of the reference where it has a
   removable gap: f(x) = y. */
typedef struct { double x, y; } ExactPoint;

typedef struct {
    char name[GOAL_NAME_MAX];             /* "exp2"; emitted as approx_exp2 */
    char expression[GOAL_EXPRESSION_MAX]; /* infix, as stated */
    Prog reference;                       /* real inputs, real result */
    Type type;                            /* real or a float type, of all variables and the result */
    int n_variables;
    Domain domain[PROG_INPUTS_MAX];
    Bound bound;
    Minimize minimize;
    char target[32];                      /* a row of targets.def; resolved, never "native" */
    char ops[GOAL_OPS_TEXT_MAX];          /* allowed operators, "+,-,*,/"; empty: all the target has; real: + - * / */
    char op_cost[GOAL_OPS_TEXT_MAX];      /* weights for MINIMIZE_OPS, "/=5,sqrt=8" as in op_list.h; empty: each counts 1 */
    ExactPoint exact[GOAL_EXACT_MAX];
    int n_exact;
    unsigned excluded;                    /* special values that do not count, see specials.h */
} Goal;

/* Checks that the parts agree: reference valid and real, domains non-empty and
   within the type, a bound the format can meet (below 0.5 ulp nothing can). */
Status goal_check(const Goal *goal, Err *err);

/* Does the Goal ask for correct rounding? Half an ulp is asked for by nothing else, and means it to the last
   bit: ties go to even, and below a power of two, whose ulp is that above it, the nearest value counts. */
bool goal_wants_rounding(const Goal *goal);

const char *minimize_name(Minimize minimize);
bool minimize_from_name(const char *name, Minimize *out);

/* The float values of a domain as an ordered range (see bits.h); NaNs excluded. */
int64_t domain_first(const Domain *domain, Type type);
int64_t domain_last(const Domain *domain, Type type);

#endif
