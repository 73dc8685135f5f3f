/* A judge of programs that shares nothing with the search, nor with runtime/measure, but the oracle. */
#ifndef APPROX_TESTS_SUPPORT_JUDGE_H
#define APPROX_TESTS_SUPPORT_JUDGE_H

#include "runtime/prog/goal.h"

/* The largest error in ulps over every `stride`-th float of the domain, and at NaN and the infinities if that is `all`;
   *worst: where, unless there is no error at all. One variable. Ends the test program where it cannot tell. */
double judge(const Goal *goal, const Prog *prog, int64_t stride, double *worst);

#endif
