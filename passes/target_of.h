/* Which row of targets.def a function's code may be for. */
#ifndef APPROX_PASSES_TARGET_OF_H
#define APPROX_PASSES_TARGET_OF_H

#include "runtime/emit/targets.h"

#include <llvm-c/Core.h>

/* The answer for functions with the same attributes as the one before is known; {0} to begin with. */
typedef struct {
    LLVMValueRef function; /* the one before */
    const Target *target;
} TargetMemory;

/* The most able row whose features the function is compiled with; NULL if there is none. */
const Target *target_of(TargetMemory *memory, LLVMValueRef function);

#endif
