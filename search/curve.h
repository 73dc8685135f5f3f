/* A Curve is a smooth function on an interval as the seeds see it: values with ~100 bits at a few
   hundred points, weights that turn a difference into the measure of the bound, and what can be told
   from the values alone: parity, zeros, order of the zero at 0. Nothing here knows a function by name. */
#ifndef APPROX_SEARCH_CURVE_H
#define APPROX_SEARCH_CURVE_H

#include "search/minimax.h"

enum { CURVE_POINTS_MAX = 420, CURVE_ZEROS_MAX = 6 };

/* f at x, and the weight there (0 to leave the point out); false if f has no finite value at x. */
typedef bool (*CurveValue)(void *context, Quad x, Quad *f, double *weight);

typedef struct {
    double lo, hi;
    int n; /* points, rising */
    Quad x[CURVE_POINTS_MAX], f[CURVE_POINTS_MAX];
    double weight[CURVE_POINTS_MAX];
    double f_min, f_max; /* over the points */
    int parity;          /* about 0: +1 even, -1 odd, 0 neither */
    int zero_order;      /* f ~ c * x^zero_order at 0, if 0 is within reach; else 0 */
    int root_order;      /* f ~ c * x^(root_order/2) at 0 with an odd one; else 0 */
    double slope;        /* f'(0) if f(0) = 0 and zero_order is 1, else 0 */
    double odd_slope;    /* a if f(x) - a*x is even (and a is not 0), else 0 */
    int n_zeros;         /* simple zeros in [lo, hi] other than 0 */
    int n_zeros_near;    /* and with those a little outside, which come after them */
    Quad zero[CURVE_ZEROS_MAX];
    double zero_slope; /* f' at the first of them */
    double value_at_0; /* NaN if there is none */
} Curve;

/* False if there are too few points with a finite value to call it a curve. */
bool curve_init(Curve *curve, double lo, double hi, CurveValue value, void *context);

/* Is 0 in the interval or so near that a power series about 0 serves as well as one about the middle? */
bool curve_is_near_zero(const Curve *curve);

#endif
