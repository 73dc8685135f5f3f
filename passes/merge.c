#include "passes/merge.h"

#include "passes/helper.h"

#include <assert.h>

enum {
    LANES_MAX = 64,
    WINDOW =
        64, /* instructions to look for a partner among: the vectoriser puts them side by side */
};

/* The most lanes that calls of the helper are to have: those of a register; where a rarely taken way is asked about, those of all vectors of a turn. More of them
   do not stay in registers. */
static int lanes_wanted(LLVMValueRef helper, const Target *target)
{
    const int full = helper_full_lanes(helper, target);
    return helper_has_rare_way(helper) ? helper_vectors(helper) * full : full;
}

/* The lanes of a call of a helper that can be merged with others of its kind; 0: it is none. */
static int lanes_of(LLVMValueRef i, TargetMemory *memory)
{
    if (!LLVMIsACallInst(i)) return 0;
    LLVMValueRef callee = LLVMGetCalledValue(i);
    if (!callee || !LLVMIsAFunction(callee) || !helper_is(callee)) return 0;
    const int lanes = helper_lanes(callee);
    if (lanes == 1 || helper_inlining(callee) == INLINE_NEVER) return 0;
    const Target *const target =
        target_of(memory, LLVMGetBasicBlockParent(LLVMGetInstructionParent(i)));
    return target && 2 * lanes <= lanes_wanted(callee, target) && 2 * lanes <= LANES_MAX ? lanes
                                                                                         : 0;
}

/* The next call behind `first` in its block that does the same and needs nothing from in between. */
static LLVMValueRef partner_of(LLVMValueRef first)
{
    LLVMValueRef callee = LLVMGetCalledValue(first);
    LLVMValueRef i = LLVMGetNextInstruction(first);
    for (int n = 0; i && n < WINDOW; i = LLVMGetNextInstruction(i), n++) {
        if (!LLVMIsACallInst(i) || LLVMGetCalledValue(i) != callee) continue;
        LLVMValueRef x = LLVMGetOperand(i, 0), between = first;
        while (between != i && between != x) between = LLVMGetNextInstruction(between);
        if (between == i) return i;
    }
    return NULL;
}

/* Lanes first, first + 1, ... of a and b, one behind the other. */
static LLVMValueRef take_lanes(LLVMBuilderRef b, LLVMValueRef x, LLVMValueRef y, int first, int n)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(LLVMGetTypeContext(LLVMTypeOf(x)));
    LLVMValueRef number[LANES_MAX];
    assert(n <= LANES_MAX);
    for (int i = 0; i < n; i++) number[i] = LLVMConstInt(i32, (unsigned)(first + i), 0);
    return LLVMBuildShuffleVector(b, x, y, LLVMConstVector(number, (unsigned)n), "");
}

static void merge(LLVMBuilderRef b, LLVMModuleRef module, LLVMValueRef first, LLVMValueRef second,
                  int lanes)
{
    LLVMPositionBuilderBefore(b, first);
    LLVMValueRef form = helper_declare_like(module, LLVMGetCalledValue(first), 2 * lanes);
    LLVMValueRef x =
        take_lanes(b, LLVMGetOperand(first, 0), LLVMGetOperand(second, 0), 0, 2 * lanes);
    LLVMValueRef y = LLVMBuildCall2(b, LLVMGlobalGetValueType(form), form, &x, 1, "");
    LLVMReplaceAllUsesWith(first, take_lanes(b, y, LLVMGetPoison(LLVMTypeOf(y)), 0, lanes));
    LLVMReplaceAllUsesWith(second, take_lanes(b, y, LLVMGetPoison(LLVMTypeOf(y)), lanes, lanes));
    LLVMInstructionEraseFromParent(second);
    LLVMInstructionEraseFromParent(first);
}

/* Narrow forms may be merged twice: what is made stands where the first was, so that one is looked at again. */
static bool merge_in_block(LLVMModuleRef module, LLVMBuilderRef b, LLVMBasicBlockRef block,
                           TargetMemory *memory)
{
    bool has_changed = false;
    for (LLVMValueRef i = LLVMGetFirstInstruction(block), next; i; i = next) {
        next = LLVMGetNextInstruction(i);
        const int lanes = lanes_of(i, memory);
        LLVMValueRef partner = lanes ? partner_of(i) : NULL;
        if (!partner) continue;
        if (next == partner) next = LLVMGetNextInstruction(partner);
        merge(b, module, i, partner, lanes);
        has_changed = true;
    }
    return has_changed;
}

void merge_calls(LLVMModuleRef module, TargetMemory *memory)
{
    LLVMBuilderRef b = LLVMCreateBuilderInContext(LLVMGetModuleContext(module));
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(f); block;
             block = LLVMGetNextBasicBlock(block))
            while (merge_in_block(module, b, block, memory)) continue;
    LLVMDisposeBuilder(b);
}
