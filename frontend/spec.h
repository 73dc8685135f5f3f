/* A specification in words, as `approxcc synth` takes it, and the Goal it means. */
#ifndef APPROX_FRONTEND_SPEC_H
#define APPROX_FRONTEND_SPEC_H

#include "runtime/prog/goal.h"

/* What the user said; NULL for what they did not. Everything is borrowed. */
typedef struct {
    const char *what;                    /* a function's name or an infix expression */
    const char *type;                    /* "f32" */
    const char *domain[PROG_INPUTS_MAX]; /* "[lo,hi]", "(lo,hi]", "all"; one per variable */
    int n_domains;
    const char *max_error;             /* "1ulp", "1e-6rel", "1e-6abs", "14digits", "16bits" */
    const char *minimize;              /* "ops", "throughput", ... */
    const char *target;                /* "native" or a row of targets.def */
    const char *specials;              /* "finite", "no-nans,no-zeros", ... as in specials.h */
    const char *ops;                   /* "+,-,*,/,fma" */
    const char *op_cost;               /* "/=5,sqrt=8" */
    const char *exact[GOAL_EXACT_MAX]; /* "x:y" */
    int n_exact;
    const char *name; /* what the function is called; NULL: after `what` */
} SpecText;

/* The Goal of a specification. `what` that is one word is a function: with no type given a C
   function (expf: f32, exp: f64), with a type the mathematical function of that name. A
   function by name has the domain `all` where none is given, an expression needs one.
   Defaults: 1ulp for floats (a real goal needs a bound), throughput (real, or with weights: ops), native.

   A domain where the function is NaN at a finite input is an error naming the input, unless
   the domain is `all` or the point is given a value by `exact`. */
Status spec_to_goal(Goal *out, const SpecText *spec, Err *err);

/* The parts of it, for goals that come from elsewhere (FPCore). `goal` has name, expression,
   reference, type and n_variables; fills the rest from `spec`. Domains that the spec does not give
   are taken from `goal->domain` if `has_domain`. */
Status spec_options(Goal *goal, const SpecText *spec, bool has_domain, Err *err);

/* "real", "f16", "bf16", "f32", "f64"; the nearest is suggested for others. */
Status spec_type(Type *out, const char *text, Err *err);

/* "[lo,hi]" with constant expressions as ends, or "all", to the values of `type` inside. */
Status spec_domain(Domain *out, const char *text, Type type, Err *err);

/* The end of an interval, a number between the neighbouring doubles `down` and `up` (or equal to
   both), moved inward to a value of the type (real: to a double); `sign` is 1 for a lower end, -1 for an
   upper one. NaN if there is none. */
double spec_inner_end(Type type, double down, double up, bool is_open, int sign);

/* --ops and --op-cost, for a goal whose type, target and minimize are set. */
Status spec_ops(Goal *goal, const SpecText *spec, Err *err);

/* "1ulp" and so on. Whether a format can meet it is goal_check's business. */
Status spec_bound(Bound *out, const char *text, Err *err);

/* Finds a finite input in the goal's domain where its reference is NaN and no exact point stands;
   ERR_INPUT naming it, OK if there is none among the inputs looked at (the ends, zero, integers, a
   spread, and what interval arithmetic cannot exclude). */
Status spec_check_domain(const Goal *goal, Err *err);

/* Over the reals, for a search: ERR_INPUT for a domain of a single point, for a pole or a branch point inside it, naming the place,
   and for an end towards which the function grows without bound. Kinks, gaps and jumps pass. */
Status spec_check_singular(const Goal *goal, Err *err);

/* What the text of a program leaves open in its goal: the reference, from the expression in the names of the program's inputs; the
   expression, from the reference; a name. */
Status spec_fill(Goal *goal, const Prog *prog, Err *err);

#endif
