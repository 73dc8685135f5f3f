/* Which special inputs of a Report have a wrong result. A result that is not the correctly rounded one is not wrong for that: it may be
   as far off as is claimed of all others. The one definition, for programs of ours and for other libraries. */
#ifndef APPROX_MEASURE_WRONG_SPECIALS_H
#define APPROX_MEASURE_WRONG_SPECIALS_H

#include "runtime/oracle/oracle.h"
#include "runtime/prog/goal.h"
#include "runtime/prog/report.h"

/* The number of special inputs of the domain whose result
   - is of another class than the right one: NaN, infinite or finite; or has the other sign of infinity;
   - is a zero of the wrong sign where that counts (zero_sign.h);
   - is not the value that has to be hit (special_is_pinned), or that the goal asks for by `exact`;
   - or is more than claimed_ulp off. */
int wrong_specials(const Report *report, const Goal *goal, double claimed_ulp);

/* Must f(x) be hit? At 0 and at the infinities, if the function has a finite value of the type there exactly: exp(0) = 1, tanh(inf) = 1.
   That counts for a whole function (the domain is `all`). What the oracle cannot tell has not to be. */
bool special_is_pinned(const Goal *goal, Oracle *oracle, double x);

/* What is claimed of a library that says nothing of its errors: a little more than the goal's bound, and at least 8 ulp, so
   that wrong are results of another order of magnitude. An absolute bound says nothing of small results: infinite then. */
double wrong_specials_of_others_ulp(const Goal *goal);

#endif
