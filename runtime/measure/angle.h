/* sin, cos and tan in double, quick for large arguments too (the C library's take ten times as long there), for references
   that the judge computes by the million.

   The argument is reduced by a product with 192 digits of 2/pi (Payne and Hanek): |x| = (4 n + q) pi/2 + r. What the product leaves out
   is below 2^-138 of a quarter turn, and no double comes nearer than 2^-62 to a multiple of pi/2, so r has three roundings to 53 bits
   and no other error; the functions are then within 3 ulp, 4 for tan. */
#ifndef APPROX_MEASURE_ANGLE_H
#define APPROX_MEASURE_ANGLE_H

#include <stddef.h>

/* x finite and normal: r in [-pi/4, pi/4] and q in 0..3 with x = q pi/2 + r, but for whole turns. */
double angle_reduce(double x, int *quadrant);

double angle_sin(double x);
double angle_cos(double x);
double angle_tan(double x);

/* The same for many floats, several times as quick: their 24 bits times 28 of 2/pi are exact in double. */
typedef enum { ANGLE_SIN, ANGLE_COS, ANGLE_TAN } AngleFunction;

/* out[i] = the function at x[i], finite values that are floats, quickest where neighbours have the same exponent. Off by less than 3 ulp
   (in the sense of DBL_EPSILON times the value), 6 for tan: the argument is in angle_kernel.h. */
void angle_of_floats(AngleFunction function, const double *x, size_t n, double *out);

/* 2/pi in parts for the floats of one binade: its digits but for those which add a multiple of 4 to x 2/pi. In units of 2^(23-e) for
   x in [2^e, 2^(e+1)), which make x an integer: a multiple of 2^-26, one of 2^-52 below 2^-26, one of 2^-80 below 2^-52,
   and the rest, rounded to double. */
typedef struct {
    double part[4];
} AngleParts;

/* e as above, -126 for subnormal numbers. */
void angle_parts(int e, AngleParts *parts);

#endif
