/* What comparisons say of a number. */
#ifndef APPROX_PASSES_RANGE_CONDITION_H
#define APPROX_PASSES_RANGE_CONDITION_H

#include "passes/range.h"

/* What holds for `value` where the i1 (or vector of i1) `condition` is `truth`. */
Range range_by_condition(LLVMValueRef value, LLVMValueRef condition, bool truth);

/* What the branch `end` says where it goes to the block `to`: its condition is `truth`. Leaves them alone if it says nothing. */
void range_branch_to(LLVMValueRef end, LLVMBasicBlockRef to, LLVMValueRef *condition, bool *truth);

/* What branches that lead to the instruction `place`, and llvm.assume on the way there, say of `value`. */
Range range_by_place(LLVMValueRef value, LLVMValueRef place);

#endif
