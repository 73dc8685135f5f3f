/* The search for programs in a float type: whole functions, from known forms of approximation, with constants tuned
   in the format. The functions are those of search.h; `problem` is borrowed, and learns from refusals. */
#ifndef APPROX_SEARCH_FLOATS_H
#define APPROX_SEARCH_FLOATS_H

#include "search/problem.h"
#include "search/search.h"

typedef struct Floats Floats;

Status floats_new(Floats **out, Problem *problem, const SearchOptions *options, Err *err);
void floats_free(Floats *floats);
void floats_offer(Floats *floats, const Prog *prog);
Status floats_run(Floats *floats, Err *err);
/* Another budget in seconds, counted from floats_new as the first one; before or between runs. */
void floats_set_budget(Floats *floats, double seconds);
/* Refusals may come until then, in seconds from floats_new on: where this search is a part of one with another budget. */
void floats_set_end(Floats *floats, double seconds);
/* The judge begins, with what the last run proposed. */
void floats_begin_judging(Floats *floats);
const SearchState *floats_state(const Floats *floats);
void floats_refute(Floats *floats, const Prog *prog, double true_error, const double *inputs,
                   int n);
/* See search_again; `cost` is that of what this search proposed for what stands. */
bool floats_again(Floats *floats, double cost);

#endif
