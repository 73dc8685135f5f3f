#include "passes/range_condition.h"

#include <math.h>
#include <string.h>

enum {
    CONDITION_DEPTH_MAX = 6, /* nested and, or, not */
    BLOCKS_UP_MAX = 32,      /* blocks looked at before the one of the place */
    INSTRUCTIONS_UP_MAX = 400,
};

/* -- one comparison ------------------------------------------------------------------------------- */

/* The predicate with its operands exchanged. */
static LLVMRealPredicate mirrored(LLVMRealPredicate p)
{
    switch (p) {
    case LLVMRealOLT: return LLVMRealOGT;
    case LLVMRealOLE: return LLVMRealOGE;
    case LLVMRealOGT: return LLVMRealOLT;
    case LLVMRealOGE: return LLVMRealOLE;
    case LLVMRealULT: return LLVMRealUGT;
    case LLVMRealULE: return LLVMRealUGE;
    case LLVMRealUGT: return LLVMRealULT;
    case LLVMRealUGE: return LLVMRealULE;
    default: return p;
    }
}

/* The predicates are four bits: unordered 8, less 4, greater 2, equal 1; the opposite has the others. */
static LLVMRealPredicate opposite(LLVMRealPredicate p)
{
    return (LLVMRealPredicate)(LLVMRealPredicateTrue - p);
}

/* x P c holds for a number c. */
static Range by_predicate(LLVMRealPredicate p, double c)
{
    Range r = range_all();
    r.may_be_nan = p >= LLVMRealUNO;
    switch (p) {
    case LLVMRealOLT:
    case LLVMRealOLE:
    case LLVMRealULT:
    case LLVMRealULE: r.in.hi = c; break;
    case LLVMRealOGT:
    case LLVMRealOGE:
    case LLVMRealUGT:
    case LLVMRealUGE: r.in.lo = c; break;
    case LLVMRealOEQ:
    case LLVMRealUEQ: r.in = (Interval){c, c}; break;
    case LLVMRealORD: break;
    default: return range_all();
    }
    return r;
}

static bool constant_number(LLVMValueRef value, double *out)
{
    if (!LLVMIsConstant(value)) return false;
    if (LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind) {
        /* The same number in every lane. */
        const unsigned n = LLVMGetVectorSize(LLVMTypeOf(value));
        LLVMValueRef first = LLVMGetAggregateElement(value, 0);
        for (unsigned i = 1; i < n; i++)
            if (LLVMGetAggregateElement(value, i) != first) return false;
        return first && constant_number(first, out);
    }
    if (!LLVMIsAConstantFP(value)) return false;
    LLVMBool loses;
    *out = LLVMConstRealGetDouble(value, &loses);
    return !isnan(*out) && !loses;
}

static bool is_fabs_of(LLVMValueRef value, LLVMValueRef x)
{
    if (!LLVMIsACallInst(value)) return false;
    LLVMValueRef callee = LLVMGetCalledValue(value);
    size_t length;
    return callee && LLVMIsAFunction(callee) &&
           strncmp(LLVMGetValueName2(callee, &length), "llvm.fabs.", 10) == 0 &&
           LLVMGetOperand(value, 0) == x;
}

static Range by_comparison(LLVMValueRef value, LLVMValueRef fcmp, bool truth)
{
    LLVMValueRef a = LLVMGetOperand(fcmp, 0), b = LLVMGetOperand(fcmp, 1);
    LLVMRealPredicate p = LLVMGetFCmpPredicate(fcmp);
    if (!truth) p = opposite(p);
    /* Under the flag nnan a comparison says nothing about NaN, but a NaN makes it poison. */
    const bool is_nnan = (LLVMGetFastMathFlags(fcmp) & LLVMFastMathNoNaNs) != 0;
    if (LLVMIsConstant(a)) {
        LLVMValueRef swap = a;
        a = b;
        b = swap;
        p = mirrored(p);
    }
    double c;
    if (p == LLVMRealORD && (a == value || b == value)) return by_predicate(p, 0);
    if (!constant_number(b, &c)) return range_all();
    Range r = range_all();
    if (a == value)
        r = by_predicate(p, c);
    else if (is_fabs_of(a, value)) {
        r = by_predicate(p, c);
        r.in = (Interval){-r.in.hi, r.in.hi}; /* |x| <= hi */
    } else
        return r;
    if (is_nnan) r.may_be_nan = false;
    return r;
}

/* -- conditions ---------------------------------------------------------------------------------------- */

static Range either(Range a, Range b)
{
    return (Range){{fmin(a.in.lo, b.in.lo), fmax(a.in.hi, b.in.hi)}, a.may_be_nan || b.may_be_nan};
}

static bool is_constant_bool(LLVMValueRef value, bool truth)
{
    return LLVMIsAConstantInt(value) && (LLVMConstIntGetZExtValue(value) != 0) == truth;
}

/* The two parts of `a and b` (want_and) or `a or b`, as bit operations or as choices. */
static bool take_apart(LLVMValueRef condition, bool want_and, LLVMValueRef *a, LLVMValueRef *b)
{
    const LLVMOpcode op = LLVMGetInstructionOpcode(condition);
    *a = LLVMGetOperand(condition, 0);
    *b = LLVMGetOperand(condition, 1);
    if (op == (want_and ? LLVMAnd : LLVMOr)) return true;
    if (op != LLVMSelect) return false;
    LLVMValueRef no = LLVMGetOperand(condition, 2);
    if (want_and) return is_constant_bool(no, false);
    const bool is_or = is_constant_bool(*b, true);
    *b = no;
    return is_or;
}

static Range look_at(LLVMValueRef value, LLVMValueRef condition, bool truth, int depth)
{
    if (depth == 0 || !LLVMIsAInstruction(condition)) return range_all();
    LLVMValueRef a, b;
    switch (LLVMGetInstructionOpcode(condition)) {
    case LLVMFCmp: return by_comparison(value, condition, truth);
    case LLVMXor:
        if (is_constant_bool(LLVMGetOperand(condition, 1), true))
            return look_at(value, LLVMGetOperand(condition, 0), !truth, depth - 1);
        return range_all();
    case LLVMAnd:
    case LLVMOr:
    case LLVMSelect: break;
    default: return range_all();
    }
    /* a and b is true: both are; a or b is false: neither is. Otherwise one of the two is known, not which. */
    for (int want_and = 0; want_and < 2; want_and++) {
        if (!take_apart(condition, want_and, &a, &b)) continue;
        const Range ra = look_at(value, a, truth, depth - 1);
        const Range rb = look_at(value, b, truth, depth - 1);
        return truth == (want_and == 1) ? range_intersection(ra, rb) : either(ra, rb);
    }
    return range_all();
}

Range range_by_condition(LLVMValueRef value, LLVMValueRef condition, bool truth)
{
    return look_at(value, condition, truth, CONDITION_DEPTH_MAX);
}

/* -- the way to a place ------------------------------------------------------------------------------------ */

/* What assumptions before `from`, in its block, say. */
static Range by_assumptions(LLVMValueRef value, LLVMValueRef from, int *n_left)
{
    Range range = range_all();
    for (LLVMValueRef i = from; i && (*n_left)-- > 0; i = LLVMGetPreviousInstruction(i)) {
        if (!LLVMIsACallInst(i)) continue;
        LLVMValueRef callee = LLVMGetCalledValue(i);
        size_t length;
        if (!callee || !LLVMIsAFunction(callee) ||
            strcmp(LLVMGetValueName2(callee, &length), "llvm.assume") != 0)
            continue;
        range = range_intersection(range, range_by_condition(value, LLVMGetOperand(i, 0), true));
    }
    return range;
}

/* The only block that goes to this one; NULL if there are none or several. */
static LLVMBasicBlockRef only_predecessor(LLVMBasicBlockRef block)
{
    LLVMBasicBlockRef found = NULL;
    for (LLVMUseRef use = LLVMGetFirstUse(LLVMBasicBlockAsValue(block)); use;
         use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);
        if (!LLVMIsATerminatorInst(user)) continue;
        LLVMBasicBlockRef from = LLVMGetInstructionParent(user);
        if (found && found != from) return NULL;
        found = from;
    }
    return found;
}

void range_branch_to(LLVMValueRef end, LLVMBasicBlockRef to, LLVMValueRef *condition, bool *truth)
{
    if (LLVMGetInstructionOpcode(end) != LLVMBr || !LLVMIsConditional(end)) return;
    const bool if_true = LLVMGetSuccessor(end, 0) == to;
    if (if_true && LLVMGetSuccessor(end, 1) == to) return;
    *condition = LLVMGetCondition(end);
    *truth = if_true;
}

static Range by_branch(LLVMValueRef value, LLVMValueRef branch, LLVMBasicBlockRef to)
{
    LLVMValueRef condition = NULL;
    bool truth = false;
    range_branch_to(branch, to, &condition, &truth);
    return condition ? range_by_condition(value, condition, truth) : range_all();
}

/* Every way to the place leads through blocks that are the only predecessors, one before the other: what they say holds. */
Range range_by_place(LLVMValueRef value, LLVMValueRef place)
{
    int n_left = INSTRUCTIONS_UP_MAX;
    Range range = by_assumptions(value, place, &n_left);
    LLVMBasicBlockRef block = LLVMGetInstructionParent(place);
    for (int i = 0; i < BLOCKS_UP_MAX; i++) {
        LLVMBasicBlockRef before = only_predecessor(block);
        if (!before || before == block) break;
        LLVMValueRef end = LLVMGetBasicBlockTerminator(before);
        range = range_intersection(range, by_branch(value, end, block));
        if (n_left > 0) range = range_intersection(range, by_assumptions(value, end, &n_left));
        block = before;
    }
    return range;
}
