/* The reference in operations that composed.h can make: functions of one variable each. */
#ifndef APPROX_SEARCH_COMPOSED_REFERENCE_H
#define APPROX_SEARCH_COMPOSED_REFERENCE_H

#include "runtime/prog/prog.h"

/* x^y with both of them variable. */
bool composed_is_power(const Prog *reference, const Node *node);

/* x^a with a constant a that is no integer. */
bool composed_is_fractional_power(const Prog *reference, const Node *node);

/* x^y becomes exp(y*log(x)), x^a for a fraction a that is more than square roots exp2(a*log2(x)), and hypot a square root. Without cancellation, too, for every u:

       log(1 + u)     ==> log1p(u)            exp(u) - 1    ==> expm1(u)
       1 - cos(u)     ==> 2*sin(u/2)^2        cosh(u) - 1   ==> 2*sinh(u/2)^2
       log(cosh(u))   ==> |u| + softplus(-2*|u|) - log(2), which overflows nowhere

   False if there is no room. */
bool composed_rewrite(const Prog *reference, bool without_cancellation, Prog *out);

#endif
