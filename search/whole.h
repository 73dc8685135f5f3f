/* Whole functions: likely(guard, fast, full). `full` is right on all of the domain and has no branches; `fast` only
   on the common range (common_range.h), where it need not care for overflow, subnormals, infinities or huge
   arguments, and is cheaper by that. Each is found by a search of its own; neither knows of the other. The functions are
   those of search.h; `problem` is borrowed. */
#ifndef APPROX_SEARCH_WHOLE_H
#define APPROX_SEARCH_WHOLE_H

#include "search/problem.h"
#include "search/search.h"

typedef struct Whole Whole;

/* *out is NULL, with OK, for a function that has no use for this: all of its domain is common, or what is minimised counts both
   sides. */
Status whole_new(Whole **out, Problem *problem, const SearchOptions *options, Err *err);
void whole_free(Whole *whole);
void whole_offer(Whole *whole, const Prog *prog);
Status whole_run(Whole *whole, Err *err);
const SearchState *whole_state(const Whole *whole);
void whole_refute(Whole *whole, const Prog *prog, double true_error, const double *inputs, int n);
bool whole_again(Whole *whole);

#endif
