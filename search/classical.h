/* The classical forms of approximation for a function over the reals: for each family the best program of every
   number of operations, as a Prog with constants of ~113 bits. They are what a search has to beat, and
   good places for it to start from. */
#ifndef APPROX_SEARCH_CLASSICAL_H
#define APPROX_SEARCH_CLASSICAL_H

#include "runtime/prog/goal.h"
#include "search/classical_target.h"

typedef enum {
    CLASSICAL_POLYNOMIAL, /* minimax, by Horner's rule */
    CLASSICAL_ADAPTED,    /* minimax, with adapted coefficients */
    CLASSICAL_QUOTIENT,   /* minimax rational, a quotient of two Horner sums */
    CLASSICAL_FRACTION,   /* minimax rational, as a continued fraction */
    CLASSICAL_PADE,   /* about 0 or the middle of the domain, in the cheaper of these two ways */
    CLASSICAL_TAYLOR, /* likewise */
    CLASSICAL_KINDS,
} ClassicalKind;

typedef struct {
    ClassicalKind kind;
    ClassicalForm form;
    char name[96]; /* "continued fraction [3/2] in x^2" */
    int ops;       /* operations of the Prog */
    double cost;   /* the same as the Goal weighs them */
    double error;  /* in the measure of the Goal's bound, the largest on a fine set of points */
    Prog prog;
} ClassicalProg;

typedef struct {
    ClassicalProg *item; /* by kind, form, rising cost and falling error */
    int n;
} ClassicalList;

const char *classical_kind_name(ClassicalKind kind); /* "minimax polynomial", ... */

/* Everything with at most ops_max operations, all of them allowed by the Goal (real, one variable), that is
   better than anything cheaper of its kind and form. No denominator changes its sign inside the domain. Deterministic, whatever
   n_threads is. */
Status classical_list(ClassicalList *out, const Goal *goal, int ops_max, int n_threads, Err *err);
void classical_list_release(ClassicalList *list);

/* The one with the least error of those that cost no more, of one kind or (CLASSICAL_KINDS) of any; NULL if
   there is none. */
const ClassicalProg *classical_best(const ClassicalList *list, ClassicalKind kind, double cost);

#endif
