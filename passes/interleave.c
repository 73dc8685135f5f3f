#include "passes/interleave.h"

#include "passes/helper.h"
#include "passes/shim.h"

#include <stdbool.h>

/* What is seen of a loop. */
typedef struct {
    TargetMemory *memory;
    int vectors;   /* the least that a helper wants; 0: none is called */
    int lane_bits; /* the least that a lane of a helper takes of a register */
    int wide_bits; /* of the widest number that is read or written: the vectoriser fills registers with those */
} Turn;

static void look_at_call(Turn *turn, LLVMValueRef callee)
{
    const Target *const target = target_of(turn->memory, callee);
    if (!target) return;
    const int vectors = helper_vectors(callee);
    const int lane_bits = target->lanes * 32 / helper_full_lanes(callee, target);
    const bool is_first = turn->vectors == 0;
    if (is_first || vectors < turn->vectors) turn->vectors = vectors;
    if (is_first || lane_bits < turn->lane_bits) turn->lane_bits = lane_bits;
}

static int bits_of(LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMIntegerTypeKind: return (int)LLVMGetIntTypeWidth(type);
    case LLVMPointerTypeKind:
    case LLVMDoubleTypeKind: return 64;
    default: return 32;
    }
}

static void look_at_instruction(Turn *turn, LLVMValueRef i)
{
    int bits = 0;
    if (LLVMIsACallInst(i)) {
        LLVMValueRef callee = LLVMGetCalledValue(i);
        if (callee && LLVMIsAFunction(callee) && helper_is(callee)) look_at_call(turn, callee);
    } else if (LLVMIsALoadInst(i)) {
        bits = bits_of(LLVMTypeOf(i));
    } else if (LLVMIsAStoreInst(i)) {
        bits = bits_of(LLVMTypeOf(LLVMGetOperand(i, 0)));
    }
    if (bits > turn->wide_bits) turn->wide_bits = bits;
}

/* Where the vectoriser will take halves of what a helper could, two of them make a whole (merge.h). */
static unsigned count_vectors(void *context, const LLVMBasicBlockRef *block, size_t n)
{
    Turn turn = {.memory = context};
    for (size_t k = 0; k < n; k++)
        for (LLVMValueRef i = LLVMGetFirstInstruction(block[k]); i; i = LLVMGetNextInstruction(i))
            look_at_instruction(&turn, i);
    return (unsigned)(turn.wide_bits > turn.lane_bits ? 2 * turn.vectors : turn.vectors);
}

void interleave_hint(LLVMValueRef function, TargetMemory *memory)
{
    shim_hint_interleaving(function, count_vectors, memory);
}
