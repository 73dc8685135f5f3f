/* Functions that the dynamic linker chooses when a program starts, by what the processor can do: GNU indirect functions. x86-64 only.
   Internal to runtime/emit. */
#ifndef APPROX_EMIT_EMIT_LLVM_DISPATCH_H
#define APPROX_EMIT_EMIT_LLVM_DISPATCH_H

#include "runtime/emit/targets.h"

#include "runtime/base/err.h"

#include <llvm-c/Core.h>

enum { DISPATCH_MAX = 4 }; /* the levels of x86-64 */

typedef struct {
    LLVMValueRef function; /* of the module */
    const Target *level;
} DispatchChoice;

/* Adds `symbol`, which is the last of the choices whose level the processor and the operating system have; the first without
   asking. They go from the least to the most able. The code that asks needs nothing of the C library, which may not be ready then. */
Status emit_llvm_dispatch(LLVMModuleRef module, const char *symbol, const DispatchChoice *choice,
                          int n, Err *err);

#endif
