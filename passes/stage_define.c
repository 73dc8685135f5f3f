/* The end of the pipeline: helpers that are still called get bodies, and go into their callers. */
#include "passes/stages.h"

#include "passes/helper.h"
#include "passes/merge.h"
#include "passes/shim.h"
#include "passes/site.h"
#include "passes/used_list.h"

#include <stdlib.h>
#include <string.h>

/* -- which calls are inlined -------------------------------------------------------------------- */

static int count_calls(LLVMValueRef function)
{
    int n = 0;
    for (LLVMUseRef use = LLVMGetFirstUse(function); use; use = LLVMGetNextUse(use))
        n += LLVMIsACallInst(LLVMGetUser(use)) != NULL;
    return n;
}

/* Where size counts, a body goes in only if that makes the program no larger. */
static bool is_to_be_inlined(LLVMValueRef call, int inlining, int n_calls)
{
    LLVMValueRef caller = LLVMGetBasicBlockParent(LLVMGetInstructionParent(call));
    if (inlining != INLINE_AUTO) return inlining == INLINE_ALWAYS;
    if (function_is(caller, "cold")) return false;
    return n_calls == 1 || !(function_is(caller, "optsize") || function_is(caller, "minsize"));
}

static void mark_calls(LLVMValueRef helper)
{
    const int inlining = helper_inlining(helper), n_calls = count_calls(helper);
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(helper));
    const unsigned place = (unsigned)LLVMAttributeFunctionIndex;
    const unsigned always = LLVMGetEnumAttributeKindForName("alwaysinline", strlen("alwaysinline"));
    const unsigned noinline = LLVMGetEnumAttributeKindForName("noinline", strlen("noinline"));
    if (inlining != INLINE_NEVER) LLVMRemoveEnumAttributeAtIndex(helper, place, noinline);
    for (LLVMUseRef use = LLVMGetFirstUse(helper); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef call = LLVMGetUser(use);
        if (!LLVMIsACallInst(call) || LLVMGetCalledValue(call) != helper) continue;
        if (is_to_be_inlined(call, inlining, n_calls))
            LLVMAddCallSiteAttribute(call, place, LLVMCreateEnumAttribute(context, always, 0));
    }
}

/* -- the stage -------------------------------------------------------------------------------------- */

/* Gives the helper a body, or drops it if nobody needs it. */
static void finish_helper(LLVMModuleRef module, LLVMValueRef helper, bool keeps_forms,
                          TargetMemory *memory)
{
    Err err = {0};
    if (LLVMIsDeclaration(helper)) {
        if (!keeps_forms && !LLVMGetFirstUse(helper)) {
            if (memory->function == helper) memory->function = NULL;
            LLVMDeleteFunction(helper);
            return;
        }
        LLVMValueRef defined = helper_define(module, helper, memory, &err);
        if (!defined) {
            shim_error(module, err.text);
            return;
        }
        helper = defined;
    }
    if (keeps_forms) {
        used_list_add(module, helper);
        return;
    }
    helper_improve(module, helper, memory);
    mark_calls(helper);
}

typedef struct {
    LLVMValueRef *function;
    int *lanes;
    int n;
} Helpers;

static Helpers find_helpers(LLVMModuleRef module)
{
    Helpers h = {0};
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        if (!helper_is(f)) continue;
        const size_t n = (size_t)h.n + 1;
        h.function = xrealloc(h.function, n * sizeof *h.function);
        h.lanes = xrealloc(h.lanes, n * sizeof *h.lanes);
        h.function[h.n] = f;
        h.lanes[h.n++] = helper_lanes(f);
    }
    return h;
}

static void helpers_release(Helpers *h)
{
    free(h->function);
    free(h->lanes);
}

bool stage_define(LLVMModuleRef module, bool keeps_forms)
{
    enum { LANES_MAX = 64 };
    TargetMemory memory = {0};
    Helpers h = find_helpers(module);
    const bool has_helpers = h.n > 0;
    if (has_helpers && !keeps_forms) {
        used_list_drop_helpers(module);
        merge_calls(module, &memory);
        helpers_release(&h);
        h = find_helpers(module); /* merging declares forms */
    }
    for (int lanes = LANES_MAX; lanes >= 1; lanes /= 2)
        for (int i = 0; i < h.n; i++)
            if (h.lanes[i] == lanes) finish_helper(module, h.function[i], keeps_forms, &memory);
    helpers_release(&h);
    return has_helpers;
}

/* Ours have a name that no C function has. */
static bool is_ours(LLVMValueRef function)
{
    size_t length;
    return LLVMGetLinkage(function) == LLVMInternalLinkage &&
           strncmp(LLVMGetValueName2(function, &length), "approx.", 7) == 0;
}

bool stage_sweep(LLVMModuleRef module)
{
    bool has_changed = false, goes_on = true;
    while (goes_on) {
        goes_on = false;
        for (LLVMValueRef f = LLVMGetFirstFunction(module), next; f; f = next) {
            next = LLVMGetNextFunction(f);
            if (!is_ours(f) || LLVMGetFirstUse(f)) continue;
            LLVMDeleteFunction(f);
            goes_on = has_changed = true;
        }
    }
    return has_changed;
}

/* Clang marks what goes to a linker by EnableSplitLTOUnit, and of that what does not go to a thin link by ThinLTO. */
bool stage_is_before_thin_link(LLVMModuleRef module)
{
    static const char SPLIT[] = "EnableSplitLTOUnit", THIN[] = "ThinLTO";
    return LLVMGetModuleFlag(module, SPLIT, sizeof SPLIT - 1) &&
           !LLVMGetModuleFlag(module, THIN, sizeof THIN - 1);
}
