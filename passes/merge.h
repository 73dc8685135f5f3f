/* Calls of the same helper that stand side by side, as the vectoriser leaves them where it interleaves, become one call of a form with more lanes: calls that do
   not fill a register, and those of programs with a rarely taken way, which then ask once whether any lane is rare, and compute the rest without a branch in between. */
#ifndef APPROX_PASSES_MERGE_H
#define APPROX_PASSES_MERGE_H

#include "passes/target_of.h"

#include <llvm-c/Core.h>

/* Merges the calls of all helpers in the module that are not told to stay calls; to be done before they get bodies. */
void merge_calls(LLVMModuleRef module, TargetMemory *memory);

#endif
