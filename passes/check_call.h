/* -fapprox-check: behind each replaced call the result is compared with that of the original. */
#ifndef APPROX_PASSES_CHECK_CALL_H
#define APPROX_PASSES_CHECK_CALL_H

#include "passes/choose.h"
#include "passes/site.h"

/* Emits calls of approx_check (runtime/check/check_site.h) at the builder for y, which was computed for x; one per lane. The right value is that of
   libm's function for double, or of the function itself where it is the user's. */
void check_call(LLVMModuleRef module, LLVMBuilderRef builder, const Site *site,
                const Wanted *wanted, const Wish *wish, LLVMValueRef x, LLVMValueRef y);

#endif
