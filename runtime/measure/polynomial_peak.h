/* The largest magnitude of a polynomial on [-1, 1] or [0, 1], bounded from both sides. */
#ifndef APPROX_MEASURE_POLYNOMIAL_PEAK_H
#define APPROX_MEASURE_POLYNOMIAL_PEAK_H

#include <stdbool.h>

typedef struct {
    double below, at; /* |p(at)| >= below: the largest value met */
    double above;     /* |p| <= above everywhere */
} Peak;

/* p(t) = sum c[k] t^k, k < n. Looks closer only where p may be above `enough` and above
   (1 + tolerance) times what is known to be reached; false if that takes too long, with peak->above still
   a bound. */
bool polynomial_peak(const double *c, int n, bool is_one_sided, double enough, double tolerance,
                     Peak *peak);

#endif
