/* Power series of what the classical forms are fitted to, and the approximations that come from them: Taylor
   polynomials and Pade quotients. */
#ifndef APPROX_SEARCH_CLASSICAL_SERIES_H
#define APPROX_SEARCH_CLASSICAL_SERIES_H

#include "runtime/oracle/oracle_taylor.h"
#include "search/classical_target.h"

typedef struct {
    double center; /* in x */
    Quad t_center; /* R(t) = c[0] + c[1]*(t - t_center) + ... */
    int n;         /* coefficients that are known; 0: there is no such series */
    Quad c[ORACLE_TAYLOR_MAX];
} ClassicalSeries;

/* The Taylor coefficients of f about `center`; false if there are none. */
bool classical_series_init(ClassicalSeries *f, Oracle *oracle, double center);

/* From the series of f about the same center that of the target's R. */
void classical_series_of(ClassicalSeries *r, const ClassicalTarget *target,
                         const ClassicalSeries *f);

/* The quotient with n_p and n_q coefficients that agrees with the series in as many as it can (n_q 0: the Taylor
   polynomial), in powers of t. `width` is about how far t moves. False if there is none. */
bool classical_series_fit(Minimax *out, const ClassicalSeries *r, double width, int n_p, int n_q);

#endif
