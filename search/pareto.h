/* Pareto order on pairs of numbers, both to be minimised. It knows nothing of programs.

   Pair a dominates b if it is no worse in both and better in one. Rank 0 are the pairs that none
   dominates, rank 1 those that only rank 0 dominates, and so on (non-dominated sorting, Deb et al.
   2002). Errors are compared as they are; crowding is measured on the logarithm of the error, since
   errors span many powers of ten. */
#ifndef APPROX_SEARCH_PARETO_H
#define APPROX_SEARCH_PARETO_H

#include <stdbool.h>

typedef struct {
    double error, cost; /* neither NaN; error may be inf */
} Pair;

bool pareto_dominates(Pair a, Pair b);

/* rank[i] of each pair. Equal pairs: the earlier one keeps the rank, the others rank behind it. */
void pareto_rank(const Pair *pair, int n, int *rank);

/* The distance of each pair to its neighbours within its rank; the ends of a rank are at infinity. */
void pareto_crowding(const Pair *pair, int n, const int *rank, double *crowding);

/* Fills order[0..n) with the indices from best to worst: by rank, then by falling crowding, then by
   index. The first k are whom to keep when there is room for k. */
void pareto_order(const Pair *pair, int n, int *order);

/* Fills front[0..) with the indices of rank 0 by falling error (rising cost); returns their number. */
int pareto_front(const Pair *pair, int n, int *front);

#endif
