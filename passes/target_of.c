#include "passes/target_of.h"

#include "passes/shim.h"
#include "passes/site.h"
#include "runtime/base/text.h"

#include <string.h>

/* "x86_64" of "x86_64-pc-linux-gnu". */
static bool has_arch(const char *triple, const char *arch)
{
    const size_t length = strlen(arch);
    return strncmp(triple, arch, length) == 0 && triple[length] == '-';
}

static void add_attribute(Text *out, LLVMValueRef function, const char *name)
{
    unsigned length = 0;
    const char *const value = function_attribute(function, name, &length);
    if (value) text_add_bytes(out, value, length);
}

static const Target *look_up(LLVMValueRef function)
{
    const char *const triple = LLVMGetTarget(LLVMGetGlobalParent(function));
    Text cpu = {0}, features = {0};
    add_attribute(&cpu, function, "target-cpu");
    add_attribute(&features, function, "target-features");
    const Target *best = TARGETS; /* from the most able on: asking LLVM takes its time */
    while (best->name) best++;
    while (best > TARGETS) {
        best--;
        if (has_arch(triple, best->arch) &&
            shim_has_features(triple, text_get(&cpu), text_get(&features), best->needs))
            goto done;
    }
    best = NULL;
done:
    text_release(&cpu);
    text_release(&features);
    return best;
}

const Target *target_of(TargetMemory *memory, LLVMValueRef function)
{
    const bool is_known = memory->function &&
                          functions_share(memory->function, function, "target-cpu") &&
                          functions_share(memory->function, function, "target-features");
    if (!is_known) memory->target = look_up(function);
    memory->function = function;
    return memory->target;
}
