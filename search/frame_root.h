/* What frames have in common whose functions have square-root singularities. */
#ifndef APPROX_SEARCH_FRAME_ROOT_H
#define APPROX_SEARCH_FRAME_ROOT_H

#include "search/frame.h"

/* `end` itself, or the place between 0 and it where finite values end. */
double root_end(ProblemValue *value, double end);
/* Does f - f(e) grow with an odd power of sqrt(h) at the distance h from e, inward? */
bool root_is_singular(ProblemValue *value, double e, double inward);

/* What rounding s = sqrt(z) took off, times `slope`: difference*factor. */
typedef struct {
    Ref difference, factor;
} RootRest;

/* slope*(sqrt(z) - s) = (z - s*s)*slope/(2*s) but for higher powers. The difference is exact. The factor comes from the bits of s,
   which are nearly a logarithm, to within 7 %: an error of half an ulp of s is left of which a fourteenth remains. */
RootRest root_build_rest(Builder *b, Ref z, Ref s, double slope);

#endif
