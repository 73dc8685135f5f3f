/* What a candidate is worth: its cost from the operator table, its error over the Problem's points (few
   first, then all). Safe from several threads. */
#ifndef APPROX_SEARCH_SCORE_H
#define APPROX_SEARCH_SCORE_H

#include "search/problem.h"
#include "search/search.h"

/* Moves constants so that values that are to be hit are (pins.h); where f(-0) = -0 counts and `prog` gives 0 there, appends what
   puts that right. */
void score_repair(const Problem *problem, Prog *prog);

/* Fills cost and ops. */
void score_cost(const Problem *problem, Candidate *candidate);

/* Fills error: the largest over all points, or some error above `give_up` as soon as one is met; inf where a special
   input comes out wrong. */
void score_error(const Problem *problem, Candidate *candidate, double give_up);

/* The constants worth moving: not limits of clamps, not centers and small integers. Returns their number. */
int score_free_constants(const Prog *prog, Ref *free, int capacity);

#endif
