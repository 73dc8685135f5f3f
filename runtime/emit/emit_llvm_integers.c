#include "runtime/emit/emit_llvm_integers.h"

#include "runtime/emit/emit_llvm_body.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    BITS =
        32, /* of the integers; those of 64 gain nothing: LLVM's way has more operations, but not of the kind that floats wait for */
    LANES = 128 / BITS,
    DEPTH_MAX = 8 /* deeper ones are not met */
};

static bool is_float(LLVMValueRef value)
{
    return LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMFloatTypeKind;
}

static bool is_integer(LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    return LLVMGetTypeKind(type) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) == BITS;
}

static bool is_cast_of_float(LLVMValueRef value)
{
    return LLVMIsABitCastInst(value) && is_float(LLVMGetOperand(value, 0));
}

/* Does x86 have the operation for vectors, by a constant if it is a shift? */
static bool is_operation(LLVMValueRef value)
{
    if (!LLVMIsABinaryOperator(value)) return false;
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMAdd:
    case LLVMSub:
    case LLVMAnd:
    case LLVMOr:
    case LLVMXor: return true;
    case LLVMShl:
    case LLVMLShr:
    case LLVMAShr: return LLVMIsAConstantInt(LLVMGetOperand(value, 1));
    default: return false;
    }
}

/* Is the integer computed from nothing but bits of floats and constants? */
static bool comes_from_floats(LLVMValueRef value, int depth)
{
    if (!is_integer(value) || depth == DEPTH_MAX) return false;
    if (LLVMIsAConstantInt(value) || is_cast_of_float(value)) return true;
    return is_operation(value) && comes_from_floats(LLVMGetOperand(value, 0), depth + 1) &&
           comes_from_floats(LLVMGetOperand(value, 1), depth + 1);
}

/* The integer as a vector whose first lane it is. */
static LLVMValueRef in_vector(LLVMBuilderRef b, LLVMValueRef value)
{
    if (LLVMIsAConstantInt(value)) {
        LLVMValueRef lane[LANES];
        for (int i = 0; i < LANES; i++) lane[i] = value;
        return LLVMConstVector(lane, LANES);
    }
    if (is_cast_of_float(value)) {
        LLVMValueRef x = LLVMGetOperand(value, 0), first = LLVMConstNull(LLVMTypeOf(value));
        LLVMValueRef nothing = LLVMGetPoison(LLVMVectorType(LLVMTypeOf(x), LANES));
        return LLVMBuildBitCast(b, LLVMBuildInsertElement(b, nothing, x, first, ""),
                                LLVMVectorType(LLVMTypeOf(value), LANES), "");
    }
    LLVMValueRef left = in_vector(b, LLVMGetOperand(value, 0));
    LLVMValueRef right = in_vector(b, LLVMGetOperand(value, 1));
    return LLVMBuildBinOp(b, LLVMGetInstructionOpcode(value), left, right, "");
}

/* Does it make a float of such an integer: of its bits, or of its number? */
static bool makes_float(LLVMValueRef instruction)
{
    if (!is_float(instruction)) return false;
    if (!LLVMIsABitCastInst(instruction) && !LLVMIsASIToFPInst(instruction)) return false;
    LLVMValueRef integer = LLVMGetOperand(instruction, 0);
    return is_operation(integer) && comes_from_floats(integer, 0);
}

static void make_float(LLVMBuilderRef b, LLVMValueRef instruction)
{
    LLVMValueRef integer = LLVMGetOperand(instruction, 0);
    LLVMTypeRef floats = LLVMVectorType(LLVMTypeOf(instruction), LANES);
    LLVMPositionBuilderBefore(b, instruction);
    LLVMValueRef all =
        LLVMBuildCast(b, LLVMGetInstructionOpcode(instruction), in_vector(b, integer), floats, "");
    LLVMValueRef first = LLVMConstNull(LLVMTypeOf(integer));
    LLVMReplaceAllUsesWith(instruction, LLVMBuildExtractElement(b, all, first, ""));
}

/* -- comparisons of magnitudes ----------------------------------------------------------------- */

/* |x| < c and its like for c > 0, as integers are compared; false for all else. A NaN is above every c, as it should be for these. */
static bool compares_magnitude(LLVMValueRef instruction, LLVMIntPredicate *predicate)
{
    LLVMBool is_inexact;
    if (!LLVMIsAFCmpInst(instruction)) return false;
    switch (LLVMGetFCmpPredicate(instruction)) {
    case LLVMRealOLT: *predicate = LLVMIntULT; break;
    case LLVMRealOLE: *predicate = LLVMIntULE; break;
    case LLVMRealUGT: *predicate = LLVMIntUGT; break;
    case LLVMRealUGE: *predicate = LLVMIntUGE; break;
    default: return false;
    }
    LLVMValueRef limit = LLVMGetOperand(instruction, 1);
    return LLVMIsAConstantFP(limit) && is_float(limit) &&
           LLVMConstRealGetDouble(limit, &is_inexact) > 0 &&
           function_is_call_of(LLVMGetOperand(instruction, 0), "llvm.fabs.f32");
}

static void compare_bits(LLVMBuilderRef b, LLVMValueRef instruction, LLVMIntPredicate predicate)
{
    enum { ALL_BUT_SIGN = 0x7fffffff };
    LLVMTypeRef integer = LLVMIntTypeInContext(LLVMGetTypeContext(LLVMTypeOf(instruction)), BITS);
    LLVMValueRef x = LLVMGetOperand(LLVMGetOperand(instruction, 0), 0);
    LLVMPositionBuilderBefore(b, instruction);
    LLVMValueRef bits = LLVMBuildBitCast(b, x, integer, "");
    LLVMValueRef magnitude = LLVMBuildAnd(b, bits, LLVMConstInt(integer, ALL_BUT_SIGN, 0), "");
    LLVMValueRef limit = LLVMConstBitCast(LLVMGetOperand(instruction, 1), integer);
    LLVMReplaceAllUsesWith(instruction, LLVMBuildICmp(b, predicate, magnitude, limit, ""));
}

void emit_llvm_integers_in_vectors(LLVMValueRef function)
{
    LLVMBuilderRef b =
        LLVMCreateBuilderInContext(LLVMGetModuleContext(LLVMGetGlobalParent(function)));
    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(function); block;
         block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
            LLVMIntPredicate predicate;
            if (makes_float(i)) make_float(b, i);
            if (compares_magnitude(i, &predicate)) compare_bits(b, i, predicate);
        }
    LLVMDisposeBuilder(b);
}
