/* Does a program look at errno after a math call? A replaced call does not set it. */
#ifndef APPROX_PASSES_ERRNO_READS_H
#define APPROX_PASSES_ERRNO_READS_H

#include <llvm-c/Core.h>
#include <stdbool.h>

/* Is there a way from the call to a read of errno in the same function, on which nobody else can have set it? (What a caller of
   the function reads is not seen: the driver's manual says so.) */
bool errno_is_read_after(LLVMValueRef call);

#endif
