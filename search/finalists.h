/* The last word on speed: the operator table ranks the many, the clock decides among the few. */
#ifndef APPROX_SEARCH_FINALISTS_H
#define APPROX_SEARCH_FINALISTS_H

#include "runtime/measure/measurements.h"
#include "search/population.h"

enum { FINALISTS_MAX = 16 };

/* One that may win: the candidate, and what its cost is multiplied by (1, or more where its error is
   near the bound; search/choice.c). */
typedef struct {
    const Candidate *candidate;
    double penalty;
    double ns; /* the measured time that is to be minimised */
} Finalist;

/* Keeps in list[0..n) the at most FINALISTS_MAX whose cost with penalty is within a fifth of the least, by rising cost;
   returns their number. */
int finalists_keep(Finalist *list, int n);

/* Can the goal's programs be timed, here or by what was measured elsewhere, and is it time that is to be minimised? */
bool finalists_can_be_timed(const Goal *goal, const Measurements *measurements);

/* Fills `ns` from the table, which times what it does not know, about `seconds` at most. *is_sure: all of them
   undisturbed. */
Status finalists_time(Finalist *list, int n, const Goal *goal, Measurements *measurements,
                      double seconds, bool *is_sure, Err *err);

/* The one of least time with penalty; among those that the clock cannot tell from it, the one of least cost. */
const Candidate *finalists_fastest(const Finalist *list, int n);

#endif
