/* llvm.compiler.used: what optimisations must not drop although nobody calls it yet. */
#ifndef APPROX_PASSES_USED_LIST_H
#define APPROX_PASSES_USED_LIST_H

#include <llvm-c/Core.h>

void used_list_add(LLVMModuleRef module, LLVMValueRef function);
/* Takes all helpers (helper.h) off the list. */
void used_list_drop_helpers(LLVMModuleRef module);

#endif
