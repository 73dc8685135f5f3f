/* Intervals under the operations of somebody's program. What is computed may be fused with the next operation later: results hold then, too. */
#ifndef APPROX_PASSES_RANGE_ARITHMETIC_H
#define APPROX_PASSES_RANGE_ARITHMETIC_H

#include "passes/range.h"

Range range_union(Range a, Range b);

Range range_negated(Range a);
Range range_absolute(Range a);
Range range_sum(Range a, Range b);
Range range_product(Range a, Range b);
Range range_square(Range a);
Range range_quotient(Range a, Range b);
/* a - b*trunc(a/b), as fmod and frem compute it. */
Range range_remainder(Range a, Range b);
Range range_root(Range a);
/* The magnitude of one number with any sign. */
Range range_of_any_sign(Range a);
/* minnum, maxnum give the other operand for a NaN; minimum, maximum give NaN. */
Range range_extremum(Range a, Range b, bool is_max, bool keeps_nan);
/* A function that does not fall and keeps NaN and infinities. */
Range range_under(double (*rising)(double), Range a);

/* Rounded to the type once. */
Range range_rounded(Range r, Type type);
/* Rounded once or, if a fused operation leaves a rounding out, less often. */
Range range_computed(Range r, Type type);

#endif
