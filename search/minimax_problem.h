/* A fit made ready: the family of minimax.h on a grid, in a form in which it is well conditioned, and what a solution gives there.

The family is reduced to P/Q against F = (f - h)/g with the weight W = weight*|g|, on
   points sorted by t. Inside, t is mapped to u in [-1, 1] and P, Q are sums of Chebyshev
   polynomials T_k(u), Q with the coefficient 1 of T_0 (a Q without zeros has a nonzero
   mean, so that is no loss): the systems stay well conditioned whatever the scale of t. */
#ifndef APPROX_SEARCH_MINIMAX_PROBLEM_H
#define APPROX_SEARCH_MINIMAX_PROBLEM_H

#include "search/minimax.h"

typedef struct {
    int n;           /* points */
    int n_p, n_q, k; /* k = n_p + n_q */
    Quad *F, *W;     /* [n] */
    Quad *basis;     /* [n][n_basis] values of T_j(u) */
    int n_basis;
    double *u;          /* [n] in [-1, 1], rising */
    double *error;      /* [n] weighted, of the present solution */
    Quad *q;            /* [n] its denominator */
    Quad middle, slope; /* u = slope*(t - middle) */
    const MinimaxGrid *grid;
} MinimaxProblem;

/* Coefficients in the Chebyshev basis: p[0..n_p), q[1..n_q], q[0] = 1. */
typedef struct {
    Quad p[MINIMAX_COEFFICIENTS_MAX], q[MINIMAX_COEFFICIENTS_MAX + 1];
    double worst; /* largest |error| on the grid; negative: none known yet */
} MinimaxSolution;

/* False if there are too few usable points; then there is nothing to release. */
bool minimax_init(MinimaxProblem *problem, const MinimaxGrid *grid, int n_p, int n_q);
void minimax_release(MinimaxProblem *problem);

/* P and Q at point i. */
Quad minimax_p(const MinimaxProblem *problem, const MinimaxSolution *solution, int i);
Quad minimax_q(const MinimaxProblem *problem, const MinimaxSolution *solution, int i);

/* Fills error and q; false if Q is not positive on the whole grid (Q has mean 1). */
bool minimax_evaluate(MinimaxProblem *problem, MinimaxSolution *solution);

#endif
