/* What of a Problem must come out right beside its sample: infinite results and none, values that are to be hit, signs of zeros. */
#ifndef APPROX_SEARCH_PROBLEM_SPECIALS_H
#define APPROX_SEARCH_PROBLEM_SPECIALS_H

#include "search/problem.h"

/* Finds them. `stated` is the goal as it was before the Problem narrowed it. */
Status problem_find_specials(Problem *problem, const Goal *stated, Err *err);

/* Takes in what the samples cannot hold: an infinite result, the sign of a zero. */
Status problem_learn_special(Problem *problem, double x, Err *err);

#endif
