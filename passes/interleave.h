/* How many vectors the vectoriser takes in a turn of a loop. */
#ifndef APPROX_PASSES_INTERLEAVE_H
#define APPROX_PASSES_INTERLEAVE_H

#include "passes/target_of.h"

#include <llvm-c/Core.h>

/* Gives the innermost loops of the function that call helpers a hint: as many vectors as their programs are fastest with. Left to itself
   LLVM counts a call as a small instruction and takes up to four, whose values and constants no processor has registers for. A loop that says
   something itself is left alone. */
void interleave_hint(LLVMValueRef function, TargetMemory *memory);

#endif
