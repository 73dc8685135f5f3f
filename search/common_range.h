/* The common range of a function: the inputs for which neither the argument nor the result is special (overflow,
   underflow, arguments outside of where the function is defined, or so large that reducing them takes
   more than a few operations). Programs are fast there, if they need not care for the rest; a guard, a
   comparison or two, tells which inputs those are. Found by looking at values. */
#ifndef APPROX_SEARCH_COMMON_RANGE_H
#define APPROX_SEARCH_COMMON_RANGE_H

#include "search/problem.h"

/* How the guard is written: as few operations as the range allows. NaN never passes. */
typedef enum {
    GUARD_ABOVE,    /* x > lo */
    GUARD_BELOW,    /* x < hi */
    GUARD_WITHIN,   /* |x| < hi */
    GUARD_POSITIVE, /* lo <= x <= hi, both positive: one comparison of integers */
    GUARD_BETWEEN,  /* lo < x and x < hi */
    GUARD_SIZE,     /* lo <= |x| <= hi */
} GuardKind;

typedef struct {
    GuardKind guard;
    double lo, hi; /* values of the goal's type; the guard lets through exactly the domain below */
    Domain domain; /* the floats that pass and belong to the goal's domain, but for: */
    unsigned excluded; /* zeros and subnormals, as in specials.h, where the guard keeps them out */
} CommonRange;

/* False if all of the goal's domain is common, or nothing worth a guard. One-variable float goals. */
bool common_range_find(CommonRange *range, const Problem *problem, Oracle *oracle);

/* Writes the guard for an input of the goal's type; returns the condition. */
Ref common_range_guard(const CommonRange *range, Prog *prog, Ref x);

/* Is x on the common side? */
bool common_range_has(const CommonRange *range, double x);

#endif
