/* Rules for comparisons, booleans and select. */
#include "runtime/prog/simplify_rules.h"

/* Does converting keep every value? Then it keeps comparisons as well. */
static bool is_exact_conversion(const Simplifier *s, Ref ref)
{
    if (!is_op(s, ref, OP_CONVERT)) return false;
    const TypeInfo *const from = type_info((Type)node_at(s, argument(s, ref, 0))->type);
    const TypeInfo *const to = type_info((Type)node_at(s, ref)->type);
    return to->precision >= from->precision && to->emax >= from->emax && to->emin <= from->emin;
}

static Ref rewrite_compare(Simplifier *s, const Node *node)
{
    const Op op = (Op)node->op;
    const Ref a = node->arg[0], b = node->arg[1];
    /* x < x ==> false, also for NaN. (x <= x, x == x, x != x tell NaN.) */
    if (op == OP_LT && a == b) return simplifier_bits(s, TYPE_BOOL, 0);
    /* -x < -y ==> y < x; likewise the others */
    if (is_op(s, a, OP_NEG) && is_op(s, b, OP_NEG))
        return simplifier_op(s, op, TYPE_BOOL, argument(s, b, 0), argument(s, a, 0), 0);
    if (is_exact_conversion(s, a) && is_exact_conversion(s, b)) {
        const Ref x = argument(s, a, 0), y = argument(s, b, 0);
        if (node_at(s, x)->type == node_at(s, y)->type)
            return simplifier_op(s, op, TYPE_BOOL, x, y, 0);
    }
    return NO_REF;
}

static Ref rewrite_integer_compare(Simplifier *s, const Node *node)
{
    const Ref a = node->arg[0], b = node->arg[1];
    if (a == b) return simplifier_bits(s, TYPE_BOOL, node->op == OP_IEQ);
    /* Nothing is below 0 unsigned. */
    if (node->op == OP_ULT && is_bits(s, b, 0)) return simplifier_bits(s, TYPE_BOOL, 0);
    return NO_REF;
}

static Ref rewrite_bool(Simplifier *s, const Node *node)
{
    const Ref a = node->arg[0];
    if (node->op == OP_NOT) {
        if (is_op(s, a, OP_NOT)) return argument(s, a, 0);
        /* !(x == y) ==> x != y and back: exactly one holds, for NaN too. */
        const Op negation = is_op(s, a, OP_EQ) ? OP_NE : is_op(s, a, OP_NE) ? OP_EQ : OP_NOT;
        if (negation == OP_NOT) return NO_REF;
        return simplifier_op(s, negation, TYPE_BOOL, argument(s, a, 0), argument(s, a, 1), 0);
    }
    if (a == node->arg[1]) return a;
    for (int k = 0; k < 2; k++) {
        const Ref x = node->arg[k], y = node->arg[1 - k];
        /* x and true ==> x, x and false ==> false; x or false ==> x, x or true ==> true */
        if (is_bits(s, y, 1)) return node->op == OP_AND ? x : y;
        if (is_bits(s, y, 0)) return node->op == OP_AND ? y : x;
    }
    return NO_REF;
}

static bool is_choice_by(const Simplifier *s, Ref ref, Ref condition)
{
    return (is_op(s, ref, OP_SELECT) || is_op(s, ref, OP_LIKELY)) &&
           argument(s, ref, 0) == condition;
}

/* Of select and likely; what becomes another choice stays what it was of the two. */
static Ref rewrite_select(Simplifier *s, const Node *node)
{
    const Op op = (Op)node->op;
    const Ref condition = node->arg[0], a = node->arg[1], b = node->arg[2];
    const Type type = (Type)node->type;
    if (is_bits(s, condition, 1)) return a;
    if (is_bits(s, condition, 0)) return b;
    if (a == b) return a;
    /* select(!c, x, y) ==> select(c, y, x); likely keeps its common side first. */
    if (op == OP_SELECT && is_op(s, condition, OP_NOT))
        return simplifier_op(s, OP_SELECT, type, argument(s, condition, 0), b, a);
    if (type == TYPE_BOOL) {
        /* select(c, true, false) ==> c, select(c, false, true) ==> !c */
        if (is_bits(s, a, 1) && is_bits(s, b, 0)) return condition;
        if (is_bits(s, a, 0) && is_bits(s, b, 1))
            return simplifier_op(s, OP_NOT, TYPE_BOOL, condition, 0, 0);
    }
    /* A choice within a choice by the same condition is made. */
    if (is_choice_by(s, a, condition))
        return simplifier_op(s, op, type, condition, argument(s, a, 1), b);
    if (is_choice_by(s, b, condition))
        return simplifier_op(s, op, type, condition, a, argument(s, b, 2));
    /* x < y ? x : y ==> min(x, y) and x < y ? y : x ==> max(y, x), which are defined so. */
    if (is_op(s, condition, OP_LT)) {
        const Ref x = argument(s, condition, 0), y = argument(s, condition, 1);
        if (a == x && b == y) return simplifier_op(s, OP_MIN, type, x, y, 0);
        if (a == y && b == x) return simplifier_op(s, OP_MAX, type, y, x, 0);
    }
    return NO_REF;
}

Ref rewrite_choice(Simplifier *s, const Node *node, Ref old)
{
    (void)old;
    switch (op_info((Op)node->op)->signature) {
    case SIG_COMPARE: return rewrite_compare(s, node);
    case SIG_ICOMPARE: return rewrite_integer_compare(s, node);
    case SIG_BOOL: return rewrite_bool(s, node);
    default: return rewrite_select(s, node);
    }
}
