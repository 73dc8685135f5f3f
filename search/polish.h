/* The last touch to a candidate near its bound: its constants, already in the format, moved against the true error. */
#ifndef APPROX_SEARCH_POLISH_H
#define APPROX_SEARCH_POLISH_H

#include "search/problem.h"
#include "search/search.h"

/* Might moving constants be what an error needs to meet the bound? Up to `times` the bound; where correct
   rounding is wanted, as long as the ties are near enough to tell. */
bool polish_is_near(const Problem *problem, double error, double times);

/* Tunes and scores it again; the error may end above `give_up`, see score_error. Deterministic for an Rng. */
void polish(const Problem *problem, Candidate *candidate, int effort, double give_up, Rng *rng);

/* Only if polish_is_near. */
void polish_if_near(const Problem *problem, Candidate *candidate, double times, int effort,
                    Rng *rng);

#endif
