/* sin, cos and tan in double, quick for large arguments too (the C library's take ten times as long there), for references
   that the judge computes by the million.

   The argument is reduced by a product with 192 digits of 2/pi (Payne and Hanek): |x| = (4 n + q) pi/2 + r. What the product leaves out
   is below 2^-138 of a quarter turn, and no double comes nearer than 2^-62 to a multiple of pi/2, so r has three roundings to 53 bits
   and no other error; the functions are then within 3 ulp, 4 for tan. */
#ifndef APPROX_MEASURE_ANGLE_H
#define APPROX_MEASURE_ANGLE_H

/* x finite and normal: r in [-pi/4, pi/4] and q in 0..3 with x = q pi/2 + r, but for whole turns. */
double angle_reduce(double x, int *quadrant);

double angle_sin(double x);
double angle_cos(double x);
double angle_tan(double x);

#endif
