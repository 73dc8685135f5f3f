/* A function of one value that also tells the C library's errno. Internal to runtime/emit. */
#ifndef APPROX_EMIT_EMIT_LLVM_ERRNO_H
#define APPROX_EMIT_EMIT_LLVM_ERRNO_H

#include "runtime/emit/emit_llvm.h"

/* As emit_llvm_function for one value, with the same results. errno becomes EDOM where the result is a NaN and no argument is, ERANGE
   where it is infinite and all arguments are finite: domain errors, poles and overflow, as C has them. Underflow, of which C leaves
   it open, sets nothing. It calls __errno_location, which glibc and musl have. The value is computed by a function that the module has to have
   inlined (pass always-inline). */
LLVMValueRef emit_llvm_with_errno(LLVMModuleRef module, const Prog *prog, const char *symbol,
                                  const EmitOptions *options);

#endif
