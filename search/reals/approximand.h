/* The Approximand is the function that a search over the reals fits programs to, as values: on the Goal's
   domain and on ever wider ones about the same anchor. Wide domains are a numerical device: a structure whose error on the domain
   is too small for double arithmetic, or whose good constants are hard to find there, is fitted on a wide domain first and
   followed down (homotopy.h). Read-only once made, so all workers share one. One variable. */
#ifndef APPROX_SEARCH_REALS_APPROXIMAND_H
#define APPROX_SEARCH_REALS_APPROXIMAND_H

#include "runtime/prog/goal.h"
#include "search/fit.h"
#include "search/fit_engine.h"

enum {
    LEVELS_PER_DOUBLING = 8,
    LEVELS_MAX = 4 * LEVELS_PER_DOUBLING + 1, /* up to 16 times as wide */
};

typedef struct {
    double scale;  /* 2^(level/LEVELS_PER_DOUBLING) */
    double lo, hi; /* anchor + scale*(domain - anchor) */
    /* FIT_BLOCK nodes of Chebyshev's kind, inside (lo, hi): what least squares looks at. */
    FitPoints block;
    /* Half of them, both outermost among them: for ranking, and where arithmetic is dear. */
    FitPoints few;
    /* Of level 0 only, else n = 0: rising, dense at the ends, where it comes as near as 2^-30 of the width; ends
       that are not open are included. */
    FitPoints grid;
    double size; /* the largest |weight*f| */
} ApproximandLevel;

typedef struct {
    double anchor;    /* 0 where the domain is about or near it, else its middle */
    bool is_absolute; /* the weight is 1, else 1/|f| */
    int n_levels; /* at least 1: level 0 is the domain itself; the others only while f is smooth, finite and, for
                         relative errors, of one sign on what they add to the domain and a little beyond */
    ApproximandLevel level[LEVELS_MAX];
    bool has_zero; /* for relative errors: f is 0 at an end of the domain or at 0 in it, */
    double zero;   /* here */
} Approximand;

/* Values to ~2^-100 by the oracle. Points where f has no finite value, or is 0 under relative error, are
   left out; ERR_INPUT with one sentence if that is most of them. */
Status approximand_new(Approximand **out, const Goal *goal, Err *err);
void approximand_free(Approximand *approximand);

#endif
