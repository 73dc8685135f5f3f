/* Inputs that the goal excludes (prog/specials.h) are taken out of a block before their errors are
   bounded. Internal to runtime/measure. */
#ifndef APPROX_MEASURE_EXCUSE_H
#define APPROX_MEASURE_EXCUSE_H

#include "runtime/measure/judge.h"

/* Is the right result excluded, f(x) being in [lo, hi]? False if that cannot be told; else *is_excused says. */
bool excuse_by_range(const Goal *goal, double lo, double hi, bool *is_excused);

/* Is the input excluded? By its arguments, else by the right result, which the oracle knows. */
Status excuse_by_oracle(const Judge *judge, int worker, const double *x, bool *is_excused,
                        Err *err);

#endif
