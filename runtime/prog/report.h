/* A Report is what was found out about a Prog: the largest error, where, and how
   it was looked for. It is made by measure/verify only. */
#ifndef APPROX_PROG_REPORT_H
#define APPROX_PROG_REPORT_H

#include "runtime/prog/goal.h"

typedef enum {
    METHOD_SAMPLED,    /* some inputs */
    METHOD_EXHAUSTIVE, /* every float of the domain */
    METHOD_PROVEN,     /* a rigorous bound over every input */
} Method;

const char *method_name(Method method); /* "sampled", "exhaustive", "proven" */
bool method_from_name(const char *name, Method *out);

/* One special input of a one-variable function: what came out, what is right.
   As bit patterns in the goal's type. */
typedef struct {
    char what[24]; /* one word: "zero", "-zero", "inf", "-inf", "nan", "subnormal", "lo", "hi", ... */
    uint64_t x, got, want;
    bool in_domain; /* only those inside the domain count for the errors */
} Special;

enum { REPORT_SPECIALS_MAX = 16 };

/* Errors are maxima over the inputs looked at; where they are proven, upper bounds over all
   inputs, inf in the measure that is not the goal's where there is no bound. For real and where a measure makes no
   sense (relative error where the value is 0 and the result is not) it is inf;
   max_ulp is 0 for real. digits = -log10(max_rel). */
typedef struct {
    double max_ulp, max_rel, max_abs;
    double worst_input[PROG_INPUTS_MAX]; /* where the measure of the Goal's bound is largest; the lowest such in order */
    double worst_got, worst_want;        /* there: the result, and the right value rounded to the type (real: to double) */
    Method method;
    uint64_t n_points; /* inputs looked at */
    uint64_t n_wrong;  /* results that are not the correctly rounded ones, where counted; else 0 */
    Special special[REPORT_SPECIALS_MAX];
    int n_specials;
    double pole[2]; /* ends of a real domain of one variable where the program divides by 0; its limit there counts */
    int n_poles;
    char sliver[80]; /* part of a real domain that a removable pole keeps out of reach, or "" */
} Report;

double report_digits(const Report *report);
/* The largest error in one measure. */
double report_error(const Report *report, BoundKind kind);
/* Does the Report meet the Goal's bound? By the measure the bound is stated in, with no tolerance; 0.5 ulp only
   without a single result that is not correctly rounded. */
bool report_meets(const Report *report, const Goal *goal);

#endif
