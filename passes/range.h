/* What is known of a number in somebody's program: an interval that holds it, unless it is NaN. */
#ifndef APPROX_PASSES_RANGE_H
#define APPROX_PASSES_RANGE_H

#include "passes/shim.h"
#include "runtime/catalogue/policy.h"

#include <llvm-c/Core.h>

typedef struct {
    Interval in;
    bool may_be_nan;
} Range;

/* Nothing is known. */
Range range_all(void);
bool range_is_all(const Range *range);
Range range_intersection(Range a, Range b);

/* What holds for `value` at `place`, an instruction: by the operations that made it, by the conditions of branches and choices
   that lead there, by llvm.assume, and by what is known of results (range_function.h). Vectors: for every lane. */
struct Results;
Range range_of(Analyses *analyses, const struct Results *results, LLVMValueRef value,
               LLVMValueRef place);

#endif
