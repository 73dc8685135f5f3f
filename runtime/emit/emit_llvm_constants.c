#include "runtime/emit/emit_llvm_constants.h"

#include "runtime/emit/emit_llvm_body.h"

#include <assert.h>
#include <stdbool.h>

/* Shifts are not among them: x86 has those by constants. */
static bool reads_memory(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMFAdd:
    case LLVMFSub:
    case LLVMFMul:
    case LLVMFDiv:
    case LLVMFCmp:
    case LLVMICmp:
    case LLVMSelect: /* with a comparison it is a minimum, if both have the same operands */
    case LLVMAdd:
    case LLVMSub:
    case LLVMAnd:
    case LLVMOr:
    case LLVMXor: return true;
    default: return function_is_call_of(instruction, "llvm.fma.");
    }
}

/* Zeros, which need no memory, are none of these. */
static bool is_constant_vector(LLVMValueRef value)
{
    return LLVMIsAConstantDataVector(value) != NULL;
}

/* Was it made by place_of? */
static bool is_place(LLVMValueRef global)
{
    return LLVMIsGlobalConstant(global) && LLVMGetLinkage(global) == LLVMPrivateLinkage &&
           LLVMGetUnnamedAddress(global) == LLVMGlobalUnnamedAddr && LLVMGetInitializer(global);
}

/* The place of the constant: that of an earlier use, if there is one. New ones are the module's last variables, so that nobody else's are looked at. */
static LLVMValueRef place_of(LLVMModuleRef module, LLVMValueRef constant)
{
    LLVMTypeRef type = LLVMTypeOf(constant);
    for (LLVMValueRef g = LLVMGetLastGlobal(module); g && is_place(g); g = LLVMGetPreviousGlobal(g))
        if (LLVMGetInitializer(g) == constant && LLVMGlobalGetValueType(g) == type) return g;
    LLVMValueRef place = LLVMAddGlobal(module, type, "");
    LLVMSetInitializer(place, constant);
    LLVMSetGlobalConstant(place, 1);
    LLVMSetLinkage(place, LLVMPrivateLinkage);
    LLVMSetUnnamedAddress(place, LLVMGlobalUnnamedAddr);
    LLVMSetExternallyInitialized(place,
                                 1); /* or the inliner would make constants of the readings again */
    return place;
}

enum { REGISTER_BITS = 256, LANES_MAX = 64 };

static unsigned register_lanes(LLVMTypeRef type)
{
    LLVMTypeRef element = LLVMGetElementType(type);
    if (LLVMGetTypeKind(element) == LLVMIntegerTypeKind)
        return REGISTER_BITS / LLVMGetIntTypeWidth(element);
    return REGISTER_BITS / (LLVMGetTypeKind(element) == LLVMDoubleTypeKind ? 64 : 32);
}

/* `lane`, a constant, in as many lanes. */
static LLVMValueRef spread(LLVMValueRef lane, unsigned lanes)
{
    LLVMValueRef all[LANES_MAX];
    assert(lanes <= LANES_MAX);
    for (unsigned i = 0; i < lanes; i++) all[i] = lane;
    return LLVMConstVector(all, lanes);
}

/* The constant, read in the block before `instruction`; one reading a block serves all its uses. */
static LLVMValueRef read_register(LLVMModuleRef module, LLVMBuilderRef builder,
                                  LLVMValueRef instruction, LLVMValueRef constant)
{
    LLVMValueRef place = place_of(module, constant);
    for (LLVMValueRef i = LLVMGetPreviousInstruction(instruction); i;
         i = LLVMGetPreviousInstruction(i))
        if (LLVMIsALoadInst(i) && LLVMGetOperand(i, 0) == place) return i;
    LLVMPositionBuilderBefore(builder, instruction);
    return LLVMBuildLoad2(builder, LLVMTypeOf(constant), place, "");
}

/* Where the vector takes several registers and all its lanes are the same, one is read and taken for each. */
static LLVMValueRef read_constant(LLVMModuleRef module, LLVMBuilderRef builder,
                                  LLVMValueRef instruction, LLVMValueRef constant)
{
    LLVMTypeRef type = LLVMTypeOf(constant);
    const unsigned lanes = LLVMGetVectorSize(type), most = register_lanes(type);
    LLVMValueRef lane = LLVMGetAggregateElement(constant, 0);
    if (lanes <= most || constant != spread(lane, lanes))
        return read_register(module, builder, instruction, constant);
    LLVMValueRef one = read_register(module, builder, instruction, spread(lane, most));
    LLVMValueRef number[LANES_MAX];
    LLVMTypeRef i32 = LLVMInt32TypeInContext(LLVMGetModuleContext(module));
    for (unsigned i = 0; i < lanes; i++) number[i] = LLVMConstInt(i32, i % most, 0);
    LLVMPositionBuilderBefore(builder, instruction);
    return LLVMBuildShuffleVector(builder, one, one, LLVMConstVector(number, lanes), "");
}

static void read_operands(LLVMModuleRef module, LLVMBuilderRef builder, LLVMValueRef instruction)
{
    const unsigned n = (unsigned)LLVMGetNumOperands(instruction);
    for (unsigned i = 0; i < n; i++) {
        LLVMValueRef operand = LLVMGetOperand(instruction, i);
        if (is_constant_vector(operand))
            LLVMSetOperand(instruction, i, read_constant(module, builder, instruction, operand));
    }
}

/* |x| as the bits of x but the sign, which LLVM would have by a constant of its own. */
static void read_mask(LLVMModuleRef module, LLVMBuilderRef builder, LLVMValueRef call)
{
    LLVMValueRef x = LLVMGetOperand(call, 0);
    LLVMTypeRef type = LLVMTypeOf(x);
    if (LLVMGetTypeKind(type) != LLVMVectorTypeKind ||
        LLVMGetTypeKind(LLVMGetElementType(type)) != LLVMFloatTypeKind)
        return;
    LLVMTypeRef integer = LLVMIntTypeInContext(LLVMGetModuleContext(module), 32);
    LLVMValueRef lane = LLVMConstInt(integer, 0x7fffffff, 0);
    LLVMValueRef mask = read_constant(module, builder, call, spread(lane, LLVMGetVectorSize(type)));
    LLVMPositionBuilderBefore(builder, call);
    LLVMValueRef bits = LLVMBuildBitCast(builder, x, LLVMTypeOf(mask), "");
    bits = LLVMBuildAnd(builder, bits, mask, "");
    LLVMReplaceAllUsesWith(call, LLVMBuildBitCast(builder, bits, type, ""));
}

void emit_llvm_constants_in_memory(LLVMModuleRef module, LLVMValueRef function)
{
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(LLVMGetModuleContext(module));
    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(function); block;
         block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
            if (reads_memory(i)) read_operands(module, builder, i);
            if (function_is_call_of(i, "llvm.fabs.")) read_mask(module, builder, i);
        }
    LLVMDisposeBuilder(builder);
}
