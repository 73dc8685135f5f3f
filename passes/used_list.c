#include "passes/used_list.h"

#include "passes/helper.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stdlib.h>

static const char NAME[] = "llvm.compiler.used";

/* The functions and variables on the list, and room for one more. */
static LLVMValueRef *load(LLVMValueRef list, unsigned *n)
{
    *n = 0;
    LLVMValueRef values = list ? LLVMGetInitializer(list) : NULL;
    const unsigned count = values ? (unsigned)LLVMGetNumOperands(values) : 0;
    LLVMValueRef *const member = xmalloc((count + 1) * sizeof *member);
    for (; *n < count; (*n)++) member[*n] = LLVMGetOperand(values, *n);
    return member;
}

/* The list is a constant of fixed length: a longer one is another. */
static void store(LLVMModuleRef module, LLVMValueRef old, LLVMValueRef *member, unsigned n)
{
    LLVMTypeRef pointer = LLVMPointerTypeInContext(LLVMGetModuleContext(module), 0);
    if (old) LLVMDeleteGlobal(old);
    if (n == 0) return;
    LLVMValueRef list = LLVMAddGlobal(module, LLVMArrayType2(pointer, n), NAME);
    LLVMSetInitializer(list, LLVMConstArray2(pointer, member, n));
    LLVMSetLinkage(list, LLVMAppendingLinkage);
    LLVMSetSection(list, "llvm.metadata");
}

void used_list_add(LLVMModuleRef module, LLVMValueRef function)
{
    LLVMValueRef list = LLVMGetNamedGlobal(module, NAME);
    unsigned n;
    LLVMValueRef *const member = load(list, &n);
    bool is_there = false;
    for (unsigned i = 0; i < n; i++) is_there |= member[i] == function;
    if (!is_there) {
        member[n++] = function;
        store(module, list, member, n);
    }
    free(member);
}

void used_list_drop_helpers(LLVMModuleRef module)
{
    LLVMValueRef list = LLVMGetNamedGlobal(module, NAME);
    unsigned n, kept = 0;
    LLVMValueRef *const member = load(list, &n);
    for (unsigned i = 0; i < n; i++)
        if (!LLVMIsAFunction(member[i]) || !helper_is(member[i])) member[kept++] = member[i];
    if (kept < n) store(module, list, member, kept);
    free(member);
}
