/* The last touch to a candidate near its bound: its constants, already in the format, moved against the true error. */
#ifndef APPROX_SEARCH_POLISH_H
#define APPROX_SEARCH_POLISH_H

#include "search/problem.h"
#include "search/search.h"

/* The part of the bound that constants are moved to meet before anything is known of how far samples can be trusted. */
extern const double POLISH_PART;

/* Might moving constants be what an error needs to come down to `target`? Up to `times` the bound; where correct
   rounding is wanted, as long as the ties are near enough to tell (target is of no use then). */
bool polish_is_near(const Problem *problem, double error, double target, double times);

/* Tunes it until its error is at most `target`, or as far as `effort` evaluations of a sample go, and scores it again: on the
   quick sample first; then, if that brought it near the bound, on the full one. Deterministic for an Rng. */
void polish(const Problem *problem, Candidate *candidate, double target, int effort, Rng *rng);

/* Only if polish_is_near. */
void polish_if_near(const Problem *problem, Candidate *candidate, double target, double times,
                    int effort, Rng *rng);

#endif
