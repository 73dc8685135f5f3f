#include "passes/range.h"

#include "passes/range_arithmetic.h"
#include "passes/range_condition.h"
#include "passes/range_function.h"

#include <math.h>
#include <string.h>

enum {
    DEPTH_MAX = 8, /* operations looked through */
    WAYS_MAX = 4   /* that meet in a phi */
};

/* Where a value is looked at: an instruction, and what is chosen there by conditions. */
typedef struct Place {
    Analyses *analyses;
    const Results *results;
    LLVMValueRef at;
    LLVMValueRef condition; /* NULL: none, and no outer ones */
    bool truth;
    const struct Place *outer;
} Place;

static Range look_at(LLVMValueRef value, const Place *place, int depth);

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

/* -- operations ---------------------------------------------------------------------------------- */

static bool is_negation_of(LLVMValueRef value, LLVMValueRef of)
{
    return LLVMIsAInstruction(value) && LLVMGetInstructionOpcode(value) == LLVMFNeg &&
           LLVMGetOperand(value, 0) == of;
}

static Range product(LLVMValueRef a, LLVMValueRef b, const Place *place, int depth)
{
    if (a == b) return range_square(look_at(a, place, depth));
    if (is_negation_of(a, b)) return range_negated(range_square(look_at(b, place, depth)));
    if (is_negation_of(b, a)) return range_negated(range_square(look_at(a, place, depth)));
    return range_product(look_at(a, place, depth), look_at(b, place, depth));
}

/* Of the function of this name, or, where that ends in a dot, of one whose name goes on behind it: an intrinsic. */
static bool is_call_of(LLVMValueRef value, const char *name)
{
    if (!LLVMIsACallInst(value)) return false;
    LLVMValueRef callee = LLVMGetCalledValue(value);
    if (!callee || !LLVMIsAFunction(callee)) return false;
    size_t length;
    const char *const called = LLVMGetValueName2(callee, &length);
    const size_t n = strlen(name);
    return strncmp(called, name, n) == 0 && (length == n || name[n - 1] == '.');
}

/* x - floor(x) may round to 1; of an infinity it is NaN. */
static Range difference(LLVMValueRef a, LLVMValueRef b, const Place *place, int depth)
{
    const Range x = look_at(a, place, depth);
    if (is_call_of(b, "llvm.floor.") && LLVMGetOperand(b, 0) == a)
        return (Range){{0, 1}, x.may_be_nan || isinf(x.in.lo) || isinf(x.in.hi)};
    return range_sum(x, range_negated(look_at(b, place, depth)));
}

/* -- calls ------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    bool is_max, keeps_nan;
} EXTREMA[] = {
    {"llvm.minnum.", false, false},
    {"llvm.maxnum.", true, false},
    {"llvm.minimum.", false, true},
    {"llvm.maximum.", true, true},
};

static const struct {
    const char *name;
    double (*function)(double);
} STEPS[] = {
    {"llvm.floor.", floor}, {"llvm.ceil.", ceil},       {"llvm.trunc.", trunc},
    {"llvm.rint.", rint},   {"llvm.nearbyint.", rint},  {"llvm.round.", round},
    {"llvm.roundeven.", rint},
};

static Range of_call(LLVMValueRef call, const Place *place, int depth)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);
    if (!callee || !LLVMIsAFunction(callee) || !LLVMIsDeclaration(callee)) return range_all();
    const unsigned n = LLVMGetNumArgOperands(call);
    LLVMValueRef a = n > 0 ? LLVMGetOperand(call, 0) : NULL;
    LLVMValueRef b = n > 1 ? LLVMGetOperand(call, 1) : NULL;
    if (is_call_of(call, "llvm.fabs.")) return range_absolute(look_at(a, place, depth));
    if (is_call_of(call, "llvm.copysign.")) return range_of_any_sign(look_at(a, place, depth));
    if (is_call_of(call, "llvm.sqrt."))
        return range_computed(range_root(look_at(a, place, depth)), type_of(call));
    if (is_call_of(call, "llvm.fma.") || is_call_of(call, "llvm.fmuladd."))
        return range_computed(range_sum(product(a, b, place, depth),
                                        look_at(LLVMGetOperand(call, 2), place, depth)),
                              type_of(call));
    if (is_call_of(call, "fmodf") || is_call_of(call, "fmod"))
        return range_remainder(look_at(a, place, depth), look_at(b, place, depth));
    for (size_t i = 0; i < sizeof EXTREMA / sizeof *EXTREMA; i++)
        if (is_call_of(call, EXTREMA[i].name))
            return range_extremum(look_at(a, place, depth), look_at(b, place, depth),
                                  EXTREMA[i].is_max, EXTREMA[i].keeps_nan);
    for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++)
        if (is_call_of(call, STEPS[i].name))
            return range_under(STEPS[i].function, look_at(a, place, depth));
    return range_all();
}

/* -- choices ---------------------------------------------------------------------------------------- */

/* What the condition says holds of all that the arm is made of. */
static Range of_select(LLVMValueRef select, const Place *place, int depth)
{
    Place yes = {place->analyses, place->results, place->at, LLVMGetOperand(select, 0), true, place}, no = yes;
    no.truth = false;
    return range_union(look_at(LLVMGetOperand(select, 1), &yes, depth),
                       look_at(LLVMGetOperand(select, 2), &no, depth));
}

/* What a way brings is looked at where it leaves: it may be of an earlier turn of a loop. */
static Range of_phi(LLVMValueRef phi, const Place *place, int depth)
{
    const unsigned n = LLVMCountIncoming(phi);
    if (n == 0 || n > WAYS_MAX) return range_all();
    Range all = range_all();
    for (unsigned i = 0; i < n; i++) {
        LLVMValueRef end = LLVMGetBasicBlockTerminator(LLVMGetIncomingBlock(phi, i));
        Place way = {place->analyses, place->results, end, NULL, false, NULL};
        range_branch_to(end, LLVMGetInstructionParent(phi), &way.condition, &way.truth);
        const Range here = look_at(LLVMGetIncomingValue(phi, i), &way, depth);
        all = i == 0 ? here : range_union(all, here);
    }
    return all;
}

/* -- values ---------------------------------------------------------------------------------------- */

static Range of_integer(LLVMValueRef integer, bool is_signed, const Place *place)
{
    Range r = {{0, 0}, false};
    shim_integer_range(place->analyses, integer, place->at, is_signed, &r.in.lo, &r.in.hi);
    return r;
}

static Range of_operation(LLVMValueRef value, const Place *place, int depth)
{
    LLVMValueRef a = LLVMGetNumOperands(value) > 0 ? LLVMGetOperand(value, 0) : NULL;
    LLVMValueRef b = LLVMGetNumOperands(value) > 1 ? LLVMGetOperand(value, 1) : NULL;
    const Type type = type_of(value);
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMFNeg: return range_negated(look_at(a, place, depth));
    case LLVMFAdd:
        return range_computed(range_sum(look_at(a, place, depth), look_at(b, place, depth)), type);
    case LLVMFSub: return range_computed(difference(a, b, place, depth), type);
    case LLVMFMul: return range_computed(product(a, b, place, depth), type);
    case LLVMFDiv:
        return range_computed(range_quotient(look_at(a, place, depth), look_at(b, place, depth)),
                              type);
    case LLVMFRem: return range_remainder(look_at(a, place, depth), look_at(b, place, depth));
    case LLVMFPExt:
    case LLVMFPTrunc: return range_rounded(look_at(a, place, depth), type);
    case LLVMSIToFP: return range_rounded(of_integer(a, true, place), type);
    case LLVMUIToFP: return range_rounded(of_integer(a, false, place), type);
    case LLVMSelect: return of_select(value, place, depth);
    case LLVMPHI: return of_phi(value, place, depth);
    case LLVMCall: return of_call(value, place, depth);
    default: return range_all();
    }
}

/* Flags promise: without NaNs. */
static Range with_flags(Range range, LLVMValueRef value)
{
    if (!LLVMIsAInstruction(value) || !LLVMCanValueUseFastMathFlags(value)) return range;
    if (LLVMGetFastMathFlags(value) & LLVMFastMathNoNaNs) range.may_be_nan = false;
    return range;
}

static Range look_at(LLVMValueRef value, const Place *place, int depth)
{
    if (LLVMIsConstant(value)) return of_constant(value);
    Range range = range_intersection(range_by_place(value, place->at),
                                     results_find(place->results, value));
    for (const Place *p = place; p && p->condition; p = p->outer)
        range = range_intersection(range, range_by_condition(value, p->condition, p->truth));
    if (depth > 0 && LLVMIsAInstruction(value))
        range = range_intersection(range, of_operation(value, place, depth - 1));
    return with_flags(range, value);
}

Range range_of(Analyses *analyses, const Results *results, LLVMValueRef value, LLVMValueRef place)
{
    const Place at = {analyses, results, place, NULL, false, NULL};
    return look_at(value, &at, DEPTH_MAX);
}
