/* Exponentials without fma: f(r) = f(0) + slope*r + q(r), the linear part without an error. */
#ifndef APPROX_SEARCH_FRAME_EXP_CARRIED_H
#define APPROX_SEARCH_FRAME_EXP_CARRIED_H

#include "search/frame.h"

/* The slope of a smooth function at 0, to some 2^-70 with h = 2^-20 of where it is smooth; false if it has no values there. */
bool exp_carried_slope(CurveValue value, void *context, double h, Quad *slope);

/* f(r) from q = q(r). */
Ref exp_carried_sum(const Frame *frame, Builder *b, const FrameState *state, Ref q);

#endif
