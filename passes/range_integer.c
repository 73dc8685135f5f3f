#include "passes/range_integer.h"

#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 8 };

typedef struct {
    double lo, hi;
} Bounds; /* exact up to 2^53, and that is all that pays */

static unsigned width_of(LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    if (LLVMGetTypeKind(type) == LLVMVectorTypeKind) type = LLVMGetElementType(type);
    return LLVMGetTypeKind(type) == LLVMIntegerTypeKind ? LLVMGetIntTypeWidth(type) : 64;
}

static Bounds by_width(unsigned width, bool is_signed)
{
    if (is_signed) return (Bounds){-ldexp(1, (int)width - 1), ldexp(1, (int)width - 1)};
    return (Bounds){0, ldexp(1, (int)width)};
}

static Bounds meet(Bounds a, Bounds b)
{
    const Bounds r = {fmax(a.lo, b.lo), fmin(a.hi, b.hi)};
    return r.lo <= r.hi ? r : (Bounds){r.lo, r.lo};
}

static bool is_constant(LLVMValueRef value, double *out, bool is_signed)
{
    if (LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind) {
        if (!LLVMIsConstant(value)) return false;
        LLVMValueRef first = LLVMGetAggregateElement(value, 0);
        for (unsigned i = 1; i < LLVMGetVectorSize(LLVMTypeOf(value)); i++)
            if (LLVMGetAggregateElement(value, i) != first) return false;
        value = first;
    }
    if (!value || !LLVMIsAConstantInt(value) || width_of(value) > 64) return false;
    *out = is_signed ? (double)LLVMConstIntGetSExtValue(value)
                     : (double)LLVMConstIntGetZExtValue(value);
    return true;
}

/* Does the branch that ends the loop's last block go back to `header` only while next < stop, where next grows by 1? */
static bool stops_at(LLVMValueRef branch, LLVMBasicBlockRef header, LLVMValueRef next, double *stop)
{
    if (LLVMGetInstructionOpcode(branch) != LLVMBr || !LLVMIsConditional(branch)) return false;
    LLVMValueRef condition = LLVMGetCondition(branch);
    if (!LLVMIsAInstruction(condition) || LLVMGetInstructionOpcode(condition) != LLVMICmp ||
        LLVMGetOperand(condition, 0) != next ||
        !is_constant(LLVMGetOperand(condition, 1), stop, true))
        return false;
    const LLVMIntPredicate p = LLVMGetICmpPredicate(condition);
    const bool goes_on_if_true = p == LLVMIntNE || p == LLVMIntSLT || p == LLVMIntULT;
    if (!goes_on_if_true && p != LLVMIntEQ) return false;
    return LLVMGetSuccessor(branch, goes_on_if_true ? 0 : 1) == header &&
           LLVMGetSuccessor(branch, goes_on_if_true ? 1 : 0) != header;
}

/* i = phi(start, i + step) that starts at 0 or above and does not wrap only grows; with step 1 it stays below where the loop
   stops. */
static Bounds of_counter(LLVMValueRef phi, bool is_signed)
{
    const Bounds any = by_width(width_of(phi), is_signed);
    if (LLVMCountIncoming(phi) != 2) return any;
    for (unsigned k = 0; k < 2; k++) {
        double start, step, stop;
        LLVMValueRef next = LLVMGetIncomingValue(phi, 1 - k);
        if (!is_constant(LLVMGetIncomingValue(phi, k), &start, true) || start < 0) continue;
        if (!LLVMIsAInstruction(next) || LLVMGetInstructionOpcode(next) != LLVMAdd ||
            LLVMGetOperand(next, 0) != phi || !is_constant(LLVMGetOperand(next, 1), &step, true) ||
            step <= 0 || !(LLVMGetNSW(next) || (!is_signed && LLVMGetNUW(next))))
            continue;
        Bounds b = {start, any.hi};
        LLVMValueRef branch = LLVMGetBasicBlockTerminator(LLVMGetIncomingBlock(phi, 1 - k));
        if (step == 1 && stops_at(branch, LLVMGetInstructionParent(phi), next, &stop) &&
            stop > start)
            b.hi = stop - 1;
        return b;
    }
    return any;
}

static Bounds look_at(LLVMValueRef value, bool is_signed, int depth);

static Bounds of_instruction(LLVMValueRef value, bool is_signed, int depth)
{
    const unsigned width = width_of(value);
    Bounds any = by_width(width, is_signed);
    LLVMValueRef a = LLVMGetNumOperands(value) > 0 ? LLVMGetOperand(value, 0) : NULL;
    double c;
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMZExt: return meet(any, look_at(a, false, depth - 1));
    case LLVMSExt: return is_signed ? meet(any, look_at(a, true, depth - 1)) : any;
    case LLVMAnd:
        if (is_constant(LLVMGetOperand(value, 1), &c, true) && c >= 0) return (Bounds){0, c};
        return any;
    case LLVMURem:
        if (is_constant(LLVMGetOperand(value, 1), &c, true) && c > 0) return (Bounds){0, c - 1};
        return any;
    case LLVMSRem:
        if (is_signed && is_constant(LLVMGetOperand(value, 1), &c, true) && c > 0)
            return (Bounds){-(c - 1), c - 1};
        return any;
    case LLVMLShr:
        if (is_constant(LLVMGetOperand(value, 1), &c, true) && c > 0 && c < width)
            return (Bounds){0, ldexp(1, (int)(width - (unsigned)c)) - 1};
        return any;
    case LLVMPHI: return of_counter(value, is_signed);
    case LLVMSelect: {
        const Bounds yes = look_at(LLVMGetOperand(value, 1), is_signed, depth - 1);
        const Bounds no = look_at(LLVMGetOperand(value, 2), is_signed, depth - 1);
        return (Bounds){fmin(yes.lo, no.lo), fmax(yes.hi, no.hi)};
    }
    default: return any;
    }
}

static Bounds look_at(LLVMValueRef value, bool is_signed, int depth)
{
    double c;
    if (is_constant(value, &c, is_signed)) return (Bounds){c, c};
    if (depth == 0 || !LLVMIsAInstruction(value)) return by_width(width_of(value), is_signed);
    return of_instruction(value, is_signed, depth);
}

Range range_of_integer(LLVMValueRef value, bool is_signed)
{
    const Bounds b = look_at(value, is_signed, DEPTH_MAX);
    return (Range){{b.lo, b.hi}, false};
}
