/* Constants of vector code as operands in memory. Internal to runtime/emit. */
#ifndef APPROX_EMIT_EMIT_LLVM_CONSTANTS_H
#define APPROX_EMIT_EMIT_LLVM_CONSTANTS_H

#include <llvm-c/Core.h>

/* The constants that `function` computes with are read from memory, where they stand in every lane, instead of being spread over the lanes
   each time. For x86-64 functions of one vector of 256 bits, which have no loop in front of which that could be done: an instruction less
   for each constant (exp of 8 floats: 22 for 31, a call takes 0.86 of the time, Zen 3). For loops over such vectors, too: LLVM takes the
   constants that registers suffice for out of them, and would spread the others each time (a sine with 17 takes 0.84 of the time). Code of
   128 bits has it so already, that of 512 spreads while it computes. */
void emit_llvm_constants_in_memory(LLVMModuleRef module, LLVMValueRef function);

#endif
