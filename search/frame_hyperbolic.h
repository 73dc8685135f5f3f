/* Sums of an exponential and its reciprocal, as sinh and cosh: what their frames have in common. */
#ifndef APPROX_SEARCH_FRAME_HYPERBOLIC_H
#define APPROX_SEARCH_FRAME_HYPERBOLIC_H

#include "search/frame.h"

/* Is f = a*2^(x/step) + b*2^(-x/step)? Sets step; lo and hi are the ends of the domain. */
bool hyperbolic_find(Frame *frame, const Problem *problem, Oracle *oracle);

#endif
