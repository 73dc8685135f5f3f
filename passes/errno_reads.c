/* errno is `*__errno_location()`. The way from the call ends at a store to errno, and at any call that may set it
   itself: what is read behind that is about that call. */
#include "passes/errno_reads.h"

#include "runtime/base/err.h"

#include <stdlib.h>
#include <string.h>

/* Of several C libraries. */
static const char *const NAMES[] = {"__errno_location", "__errno", "_errno", "__error", "___errno"};
enum { N_NAMES = sizeof NAMES / sizeof *NAMES };

static bool is_errno_location(LLVMValueRef value)
{
    if (!LLVMIsACallInst(value)) return false;
    LLVMValueRef callee = LLVMGetCalledValue(value);
    if (!callee || !LLVMIsAFunction(callee)) return false;
    size_t length;
    const char *const name = LLVMGetValueName2(callee, &length);
    for (size_t i = 0; i < N_NAMES; i++)
        if (strcmp(name, NAMES[i]) == 0) return true;
    return false;
}

/* What an instruction has to do with errno. */
typedef enum { NOTHING, READS, ENDS_THE_WAY } Role;

static Role role_of(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMLoad: return is_errno_location(LLVMGetOperand(instruction, 0)) ? READS : NOTHING;
    case LLVMStore:
        if (is_errno_location(LLVMGetOperand(instruction, 0)))
            return READS; /* its address is kept */
        return is_errno_location(LLVMGetOperand(instruction, 1)) ? ENDS_THE_WAY : NOTHING;
    case LLVMCall:
    case LLVMInvoke: {
        for (unsigned k = 0; k < LLVMGetNumArgOperands(instruction); k++)
            if (is_errno_location(LLVMGetOperand(instruction, k))) return READS;
        LLVMValueRef callee = LLVMGetCalledValue(instruction);
        if (is_errno_location(instruction)) return NOTHING;
        if (callee && LLVMIsAFunction(callee) && LLVMGetIntrinsicID(callee) != 0) return NOTHING;
        /* Other math functions set it only where they fail, like the call itself; everybody else
           may set it, so that nobody can have been waiting for the call's. */
        LLVMTypeKind kind = LLVMGetTypeKind(LLVMTypeOf(instruction));
        return kind == LLVMFloatTypeKind || kind == LLVMDoubleTypeKind ? NOTHING : ENDS_THE_WAY;
    }
    case LLVMPHI:
    case LLVMSelect:
        for (unsigned k = 0; k < (unsigned)LLVMGetNumOperands(instruction); k++)
            if (is_errno_location(LLVMGetOperand(instruction, k))) return READS;
        return NOTHING;
    default: return NOTHING;
    }
}

/* Looks at the instructions from `at` to the end of the block. */
static Role look_along(LLVMValueRef at)
{
    for (; at; at = LLVMGetNextInstruction(at)) {
        const Role role = role_of(at);
        if (role != NOTHING) return role;
    }
    return NOTHING;
}

typedef struct {
    LLVMBasicBlockRef *block;
    unsigned n, capacity;
} Blocks;

static void note_block(Blocks *blocks, LLVMBasicBlockRef block)
{
    for (unsigned i = 0; i < blocks->n; i++)
        if (blocks->block[i] == block) return;
    if (blocks->n == blocks->capacity) {
        blocks->capacity = blocks->capacity ? 2 * blocks->capacity : 16;
        blocks->block = xrealloc(blocks->block, blocks->capacity * sizeof *blocks->block);
    }
    blocks->block[blocks->n++] = block;
}

static void note_successors(Blocks *blocks, LLVMBasicBlockRef block)
{
    LLVMValueRef end = LLVMGetBasicBlockTerminator(block);
    for (unsigned k = 0; end && k < LLVMGetNumSuccessors(end); k++)
        note_block(blocks, LLVMGetSuccessor(end, k));
}

static bool has_errno(LLVMValueRef function)
{
    LLVMModuleRef module = LLVMGetGlobalParent(function);
    for (size_t i = 0; i < N_NAMES; i++)
        if (LLVMGetNamedFunction(module, NAMES[i])) return true;
    return false;
}

bool errno_is_read_after(LLVMValueRef call)
{
    LLVMBasicBlockRef first = LLVMGetInstructionParent(call);
    enum { BLOCKS_MAX = 2000 }; /* longer ways are taken to lead to a read */
    if (!has_errno(LLVMGetBasicBlockParent(first))) return false;
    Role role = look_along(LLVMGetNextInstruction(call));
    Blocks blocks = {0};
    if (role == NOTHING) note_successors(&blocks, first);
    for (unsigned i = 0; role != READS && i < blocks.n; i++) {
        if (i == BLOCKS_MAX) {
            role = READS;
            break;
        }
        role = look_along(LLVMGetFirstInstruction(blocks.block[i]));
        if (role == NOTHING) note_successors(&blocks, blocks.block[i]);
    }
    free(blocks.block);
    return role == READS;
}
