/* Calls of the same helper that stand side by side, as the vectoriser leaves them where it interleaves, become one call of a form with more lanes. Such a
   form asks once whether any lane is rare, and computes the rest without a branch in between. */
#ifndef APPROX_PASSES_MERGE_H
#define APPROX_PASSES_MERGE_H

#include "passes/target_of.h"

#include <llvm-c/Core.h>

/* Merges the calls of all helpers in the module that have a rarely taken way, and are not told to stay calls; to be done before they get bodies. */
void merge_calls(LLVMModuleRef module, TargetMemory *memory);

#endif
