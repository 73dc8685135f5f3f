#include "passes/range.h"

#include "passes/range_condition.h"
#include "passes/range_integer.h"

#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 8 }; /* operations looked through */

Range range_all(void) { return (Range){{-INFINITY, INFINITY}, true}; }

bool range_is_all(const Range *range)
{
    return range->in.lo == -INFINITY && range->in.hi == INFINITY;
}

Range range_intersection(Range a, Range b)
{
    const Range r = {{fmax(a.in.lo, b.in.lo), fmin(a.in.hi, b.in.hi)},
                     a.may_be_nan && b.may_be_nan};
    /* Code that is never reached: what is said about it is true of one value as well. */
    return r.in.lo <= r.in.hi ? r : (Range){{r.in.lo, r.in.lo}, r.may_be_nan};
}

static Range range_union(Range a, Range b)
{
    return (Range){{fmin(a.in.lo, b.in.lo), fmax(a.in.hi, b.in.hi)}, a.may_be_nan || b.may_be_nan};
}

/* -- arithmetic -------------------------------------------------------------------------------- */

/* The element type of a float or vector. */
static Type type_of(LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    if (LLVMGetTypeKind(type) == LLVMVectorTypeKind) type = LLVMGetElementType(type);
    switch (LLVMGetTypeKind(type)) {
    case LLVMHalfTypeKind: return TYPE_F16;
    case LLVMBFloatTypeKind: return TYPE_BF16;
    case LLVMFloatTypeKind: return TYPE_F32;
    default: return TYPE_F64;
    }
}

static double rounded(Type type, double x)
{
    return isfinite(x) ? value_from_bits(type, bits_from_value(type, x)) : x;
}

/* Rounding is monotone, so that rounded ends are ends of what is rounded. */
static Range rounded_range(Range r, Type type)
{
    return (Range){{rounded(type, r.in.lo), rounded(type, r.in.hi)}, r.may_be_nan};
}

static double one_further(Type type, double x, int step)
{
    if (x == 0 || !isfinite(x)) return x;
    return value_from_ordered(type, ordered_from_value(type, x) + step);
}

/* Sums and products may be fused later: then they are rounded once, not twice, which one step outward covers. It does not
   cross 0: signs stay. */
static Range computed(Range r, LLVMValueRef value)
{
    const Type type = type_of(value);
    if (isnan(r.in.lo) || isnan(r.in.hi)) return range_all();
    r = rounded_range(r, type);
    r.in = (Interval){one_further(type, r.in.lo, -1), one_further(type, r.in.hi, 1)};
    return r;
}

static bool is_finite(Interval in) { return isfinite(in.lo) && isfinite(in.hi); }

/* The corners of a product of finite intervals. */
static Range product(Range a, Range b)
{
    if (!is_finite(a.in) || !is_finite(b.in)) return range_all();
    const double corner[4] = {a.in.lo * b.in.lo, a.in.lo * b.in.hi, a.in.hi * b.in.lo,
                              a.in.hi * b.in.hi};
    Range r = {{corner[0], corner[0]}, a.may_be_nan || b.may_be_nan};
    for (int i = 1; i < 4; i++)
        r.in = (Interval){fmin(r.in.lo, corner[i]), fmax(r.in.hi, corner[i])};
    return r;
}

static Range square(Range a)
{
    const double most = fmax(fabs(a.in.lo), fabs(a.in.hi));
    return (Range){{0, most * most}, a.may_be_nan};
}

/* -inf + inf is NaN. */
static Range sum(Range a, Range b)
{
    const bool can_cancel = (a.in.lo == -INFINITY && b.in.hi == INFINITY) ||
                            (a.in.hi == INFINITY && b.in.lo == -INFINITY);
    return (Range){{a.in.lo + b.in.lo, a.in.hi + b.in.hi},
                   a.may_be_nan || b.may_be_nan || can_cancel};
}

static Range negated(Range a) { return (Range){{-a.in.hi, -a.in.lo}, a.may_be_nan}; }

static Range absolute(Range a)
{
    if (a.in.lo >= 0) return a;
    if (a.in.hi <= 0) return negated(a);
    return (Range){{0, fmax(-a.in.lo, a.in.hi)}, a.may_be_nan};
}

/* minnum, maxnum give the other operand for a NaN; minimum, maximum give NaN. */
static Range extremum(Range a, Range b, bool is_max, bool keeps_nan)
{
    Range r;
    r.in.lo = is_max ? fmax(a.in.lo, b.in.lo) : fmin(a.in.lo, b.in.lo);
    r.in.hi = is_max ? fmax(a.in.hi, b.in.hi) : fmin(a.in.hi, b.in.hi);
    if (keeps_nan) {
        r.may_be_nan = a.may_be_nan || b.may_be_nan;
        return r;
    }
    if (a.may_be_nan) r = range_union(r, b);
    if (b.may_be_nan) r = range_union(r, a);
    r.may_be_nan = a.may_be_nan && b.may_be_nan;
    return r;
}

/* -- values ---------------------------------------------------------------------------------------- */

static Range look_at(LLVMValueRef value, LLVMValueRef place, int depth);

static Range of_constant(LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    if (LLVMGetTypeKind(type) == LLVMVectorTypeKind) {
        Range all = of_constant(LLVMGetAggregateElement(value, 0));
        for (unsigned i = 1; i < LLVMGetVectorSize(type); i++)
            all = range_union(all, of_constant(LLVMGetAggregateElement(value, i)));
        return all;
    }
    if (!value || !LLVMIsAConstantFP(value)) return range_all();
    LLVMBool loses;
    const double x = LLVMConstRealGetDouble(value, &loses);
    if (isnan(x)) return range_all();
    return loses ? range_all() : (Range){{x, x}, false};
}

static Range of_intrinsic(LLVMValueRef call, const char *name, LLVMValueRef place, int depth)
{
    static const struct {
        const char *name;
        bool is_max, keeps_nan;
    } EXTREMA[] = {
        {"llvm.minnum.", false, false},
        {"llvm.maxnum.", true, false},
        {"llvm.minimum.", false, true},
        {"llvm.maximum.", true, true},
    };
    const Range a = look_at(LLVMGetOperand(call, 0), place, depth - 1);
    if (strncmp(name, "llvm.fabs.", 10) == 0) return absolute(a);
    if (strncmp(name, "llvm.sqrt.", 10) == 0)
        return (Range){{0, sqrt(fmax(0, a.in.hi)) * 1.001}, a.may_be_nan || a.in.lo < 0};
    for (size_t i = 0; i < sizeof EXTREMA / sizeof *EXTREMA; i++)
        if (strncmp(name, EXTREMA[i].name, strlen(EXTREMA[i].name)) == 0)
            return extremum(a, look_at(LLVMGetOperand(call, 1), place, depth - 1),
                            EXTREMA[i].is_max, EXTREMA[i].keeps_nan);
    return range_all();
}

static Range of_call(LLVMValueRef call, LLVMValueRef place, int depth)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);
    if (!callee || !LLVMIsAFunction(callee) || LLVMGetNumArgOperands(call) == 0) return range_all();
    if (!LLVMIsDeclaration(callee)) return range_all();
    size_t length;
    return of_intrinsic(call, LLVMGetValueName2(callee, &length), place, depth);
}

/* A choice: what its condition says holds of the arm, where the arm is what was compared. */
static Range of_select(LLVMValueRef select, LLVMValueRef place, int depth)
{
    LLVMValueRef condition = LLVMGetOperand(select, 0);
    LLVMValueRef yes = LLVMGetOperand(select, 1), no = LLVMGetOperand(select, 2);
    return range_union(range_intersection(look_at(yes, place, depth - 1),
                                          range_by_condition(yes, condition, true)),
                       range_intersection(look_at(no, place, depth - 1),
                                          range_by_condition(no, condition, false)));
}

static Range of_operation(LLVMValueRef value, LLVMValueRef place, int depth)
{
    LLVMValueRef a = LLVMGetNumOperands(value) > 0 ? LLVMGetOperand(value, 0) : NULL;
    LLVMValueRef b = LLVMGetNumOperands(value) > 1 ? LLVMGetOperand(value, 1) : NULL;
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMFNeg: return negated(look_at(a, place, depth - 1));
    case LLVMFAdd:
        return computed(sum(look_at(a, place, depth - 1), look_at(b, place, depth - 1)), value);
    case LLVMFSub:
        return computed(sum(look_at(a, place, depth - 1), negated(look_at(b, place, depth - 1))),
                        value);
    case LLVMFMul:
        if (a == b) return computed(square(look_at(a, place, depth - 1)), value);
        return computed(product(look_at(a, place, depth - 1), look_at(b, place, depth - 1)), value);
    case LLVMFPExt:
    case LLVMFPTrunc: return rounded_range(look_at(a, place, depth - 1), type_of(value));
    case LLVMSIToFP: return rounded_range(range_of_integer(a, true), type_of(value));
    case LLVMUIToFP: return rounded_range(range_of_integer(a, false), type_of(value));
    case LLVMSelect: return of_select(value, place, depth);
    case LLVMCall: return of_call(value, place, depth);
    default: return range_all();
    }
}

/* Flags promise: without NaNs, without infinities. */
static Range with_flags(Range range, LLVMValueRef value)
{
    if (!LLVMIsAInstruction(value) || !LLVMCanValueUseFastMathFlags(value)) return range;
    if (LLVMGetFastMathFlags(value) & LLVMFastMathNoNaNs) range.may_be_nan = false;
    return range;
}

static Range look_at(LLVMValueRef value, LLVMValueRef place, int depth)
{
    if (LLVMIsConstant(value)) return of_constant(value);
    Range range = range_by_place(value, place);
    if (depth > 0 && LLVMIsAInstruction(value))
        range = range_intersection(range, of_operation(value, place, depth));
    return with_flags(range, value);
}

Range range_of(LLVMValueRef value, LLVMValueRef place) { return look_at(value, place, DEPTH_MAX); }
