/* Minimax approximation by linear and rational families, on a grid of points, by the Remez
   exchange in ~113-bit arithmetic. The family is

       f(x) ~ h + g * P(t) / Q(t),   P of n_p coefficients, Q = 1 + q1 t + ... of n_q free ones

   with per-point t, g, h and weight given by the caller: t = x - c or x*x or 1/x; g = x for an
   odd function; h = x where the first term is kept exact. weight = 1/|f| makes it relative.
   Points where g is 0 or something is not finite cannot be helped by P and Q and are left out. */
#ifndef APPROX_SEARCH_MINIMAX_H
#define APPROX_SEARCH_MINIMAX_H

#include "runtime/base/err.h"
#include "search/quad.h"

enum { MINIMAX_COEFFICIENTS_MAX = 64 };

typedef struct {
    int n; /* points, in rising t order not required; a few hundred to a few thousand */
    const Quad *t, *g, *h, *f;
    const double *weight;
} MinimaxGrid;

typedef struct {
    int n_p, n_q;                                                  /* n_q = 0: a polynomial */
    Quad p[MINIMAX_COEFFICIENTS_MAX], q[MINIMAX_COEFFICIENTS_MAX]; /* q[i] multiplies t^(i+1) */
    double error;       /* largest weighted error on the grid */
    int n_alternations; /* of the error curve within 1 % of the extreme; n_p + n_q + 1 is optimal */
} Minimax;

/* Fills p, q, error, n_alternations for the given n_p, n_q. ERR_UNSUPPORTED if no pole-free
   solution was found. */
Status minimax_fit(Minimax *out, const MinimaxGrid *grid, int n_p, int n_q, Err *err);

/* The polynomial of least degree whose error on the grid is at most `wanted`: puts its coefficients into p and returns
   their number, from n_least to n_most; 0: there is none. */
int minimax_shortest(Quad *p, const MinimaxGrid *grid, int n_least, int n_most, double wanted);

#endif
