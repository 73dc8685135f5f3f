/* One child: a parent changed by a few moves, its constants fitted again, rounded and tuned, scored. */
#ifndef APPROX_SEARCH_VARIATION_H
#define APPROX_SEARCH_VARIATION_H

#include "search/population.h"
#include "search/problem.h"

typedef struct {
    double best_cost; /* of the cheapest that meets the bound so far; inf if there is none */
    double target;    /* error that is low enough to be proposed: constants are tuned until then */
    bool want_front;
    bool is_timed; /* the clock has the last word on what is cheap */
} VariationOptions;

/* False if the moves found no place, the child is longer than it may be, or it is hopeless. Deterministic
   for an Rng. */
bool variation_make(const Problem *problem, const Population *population,
                    const VariationOptions *options, Rng *rng, Candidate *out);

#endif
