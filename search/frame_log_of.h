/* What is seen of logarithms of something, f(x) = F(y(x)): for the frames that reduce them. */
#ifndef APPROX_SEARCH_FRAME_LOG_OF_H
#define APPROX_SEARCH_FRAME_LOG_OF_H

#include "search/frame.h"

/* Which y: a quotient of distances, x + sqrt(x*x + 1), x + sqrt(x*x - 1). */
enum { OF_QUOTIENT, OF_SUM, OF_DIFFERENCE };

typedef struct {
    ProblemValue value;
    const Frame *frame;
} LogOfValue;

/* Puts into the frame which y it is (inner, left, right, shift, step), the domain's ends, mirror and gain; false if none. */
bool log_of_find(Frame *frame, const Problem *problem, Oracle *oracle);
/* F(1 + r), as a CurveValue; context is a LogOfValue. */
bool log_of_outer(void *context, Quad r, Quad *f, double *weight);

#endif
