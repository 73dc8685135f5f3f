/* The candidates alive: no two the same, the best by Pareto order kept. */
#ifndef APPROX_SEARCH_POPULATION_H
#define APPROX_SEARCH_POPULATION_H

#include "runtime/base/rng.h"
#include "search/search.h"

/* A growing list of candidates; also what one piece of work hands back. */
typedef struct {
    Candidate *item;
    int n, capacity;
} CandidateList;

/* Appends a cleared candidate and returns it; valid until the next change. */
Candidate *candidate_list_add(CandidateList *list);
void candidate_list_release(CandidateList *list);

typedef struct {
    CandidateList members;
    uint64_t *hash; /* of each member */
    int n_front;    /* the first so many members are the front, since the last trim */
    int limit;      /* how many survive population_trim */
    double
        target; /* errors at or below this are as good as each other: 0 where the whole front is wanted */
} Population;

void population_init(Population *population, int limit, double target);
void population_release(Population *population);

/* Adds a copy unless the same program, or another of the same cost with no larger error and the same
   operators, is there. Errors that are not finite are refused. True if it came in. */
bool population_add(Population *population, const Candidate *candidate);

/* Keeps the best `limit`, best first. */
void population_trim(Population *population);

/* A parent: half the time any member of the front, else the better of two drawn at random from the
   members in order. */
const Candidate *population_pick(const Population *population, Rng *rng);

/* The cheapest (then most accurate) with error <= limit; NULL if there is none. */
const Candidate *population_best(const Population *population, double limit);

#endif
