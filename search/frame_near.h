/* Functions from a zero to a joint, beyond which another formula serves:

       f = h*v + v*R(v^2 - c),   h the power of two nearest to the slope at 0, so that only the last rounding counts,

   or, where the bound is loose, v*P(v^2) alone. The zero is at z, 0 for most; f is odd about it and v = |x - z|; or it goes with a root there,
   and x = z + s*v^2. */
#ifndef APPROX_SEARCH_FRAME_NEAR_H
#define APPROX_SEARCH_FRAME_NEAR_H

#include "search/frame.h"

/* Does the bound leave room for a product's rounding? */
bool near_is_loose(const Problem *problem);

/* Fits R or P up to frame->joint, in v, with z and s from the frame's near_zero and near_square (0: there is no root): sets scale (h), square_center (c), other and n_other. False if none is good enough. */
bool frame_fit_near(Frame *frame, const Problem *problem, ProblemValue *value);

/* Writes the formula for v >= 0. */
Ref frame_build_near(const Frame *frame, Builder *b, Ref v);
/* R(square - c), or P(square), alone. */
Ref frame_build_near_curve(const Frame *frame, Builder *b, Ref square);

#endif
