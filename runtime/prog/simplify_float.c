/* Rules for arithmetic, signs and rounding on floats and reals. Each holds for every input bit by
   bit, NaN compared as NaN; over the reals, where zero has no sign, it holds too. */
#include "runtime/prog/simplify_rules.h"

#include <math.h>

static Ref rewrite_add(Simplifier *s, const Node *node)
{
    const Ref a = node->arg[0], b = node->arg[1];
    const Type type = (Type)node->type;
    /* x + -0 ==> x, -0 + x ==> x. Not +0: -0 + +0 = +0. */
    if (is_value(s, b, -0.0)) return a;
    if (is_value(s, a, -0.0)) return b;
    /* Over the reals zero has no sign. */
    if (type == TYPE_REAL && is_value(s, b, 0)) return a;
    if (type == TYPE_REAL && is_value(s, a, 0)) return b;
    /* x + -y ==> x - y, -x + y ==> y - x: IEEE 754 defines x - y as x + -y. */
    if (is_op(s, b, OP_NEG)) return simplifier_op(s, OP_SUB, type, a, argument(s, b, 0), 0);
    if (is_op(s, a, OP_NEG)) return simplifier_op(s, OP_SUB, type, b, argument(s, a, 0), 0);
    return NO_REF;
}

static Ref rewrite_sub(Simplifier *s, const Node *node)
{
    const Ref a = node->arg[0], b = node->arg[1];
    const Type type = (Type)node->type;
    /* x - +0 ==> x. Not -0: -0 - -0 = +0. */
    if (is_value(s, b, 0.0)) return a;
    if (type == TYPE_REAL && is_value(s, b, -0.0)) return a;
    /* -0 - x ==> -x. Not +0: +0 - +0 = +0. */
    if (is_value(s, a, -0.0)) return simplifier_op(s, OP_NEG, type, b, 0, 0);
    if (type == TYPE_REAL && is_value(s, a, 0.0)) return simplifier_op(s, OP_NEG, type, b, 0, 0);
    /* x - -y ==> x + y */
    if (is_op(s, b, OP_NEG)) return simplifier_op(s, OP_ADD, type, a, argument(s, b, 0), 0);
    return NO_REF;
}

/* What a sign can be taken from: -x gives x; |x| may stand for x in a square. */
static bool is_sign_op(const Simplifier *s, Ref ref)
{
    return is_op(s, ref, OP_NEG) || is_op(s, ref, OP_ABS);
}

static Ref negated_constant(Simplifier *s, Ref ref)
{
    Node node = *node_at(s, ref);
    const Type type = (Type)node.type;
    if (type == TYPE_REAL)
        node.value.negative = !node.value.negative;
    else
        node.value.lo ^= (uint64_t)1 << (8 * type_info(type)->size - 1);
    return simplifier_add(s, node);
}

/* A constant that is a number other than NaN, read only by argument k of old node `old`. */
static bool is_own_number(const Simplifier *s, Ref old, int k)
{
    if (!is_own_constant(s, old, k)) return false;
    const Node *const node = node_at(s, s->at[s->old->node[old].arg[k]]);
    if (node->type == TYPE_REAL) return node->value.class != REAL_NAN;
    return !isnan(value_from_bits((Type)node->type, node->value.lo));
}

static Ref rewrite_mul(Simplifier *s, const Node *node, Ref old)
{
    const Type type = (Type)node->type;
    for (int k = 0; k < 2; k++) {
        const Ref a = node->arg[k], b = node->arg[1 - k];
        /* x * 1 ==> x, x * -1 ==> -x */
        if (is_value(s, b, 1)) return a;
        if (is_value(s, b, -1)) return simplifier_op(s, OP_NEG, type, a, 0, 0);
        /* -x * c ==> x * -c */
        if (is_op(s, a, OP_NEG) && is_own_number(s, old, 1 - k))
            return simplifier_op(s, OP_MUL, type, argument(s, a, 0), negated_constant(s, b), 0);
    }
    const Ref a = node->arg[0], b = node->arg[1];
    /* -x * -y ==> x * y */
    if (is_op(s, a, OP_NEG) && is_op(s, b, OP_NEG))
        return simplifier_op(s, OP_MUL, type, argument(s, a, 0), argument(s, b, 0), 0);
    /* |x| * |x| ==> x * x */
    if (a == b && is_sign_op(s, a))
        return simplifier_op(s, OP_MUL, type, argument(s, a, 0), argument(s, a, 0), 0);
    return NO_REF;
}

/* Is it a power of two whose inverse is a number of the type? */
static bool has_exact_inverse(const Simplifier *s, Ref ref, double *inverse)
{
    const Node *const node = node_at(s, ref);
    const Type type = (Type)node->type;
    if (node->op != OP_CONST || !type_is_float(type)) return false;
    const double value = value_from_bits(type, node->value.lo);
    int exponent;
    if (!isfinite(value) || fabs(frexp(value, &exponent)) != 0.5) return false;
    *inverse = 1 / value;
    const double rounded = value_from_bits(type, bits_from_value(type, *inverse));
    return isfinite(*inverse) && rounded == *inverse && *inverse != 0;
}

static Ref rewrite_div(Simplifier *s, const Node *node, Ref old)
{
    const Ref a = node->arg[0], b = node->arg[1];
    const Type type = (Type)node->type;
    /* x / 1 ==> x, x / -1 ==> -x */
    if (is_value(s, b, 1)) return a;
    if (is_value(s, b, -1)) return simplifier_op(s, OP_NEG, type, a, 0, 0);
    /* -x / -y ==> x / y */
    if (is_op(s, a, OP_NEG) && is_op(s, b, OP_NEG))
        return simplifier_op(s, OP_DIV, type, argument(s, a, 0), argument(s, b, 0), 0);
    /* x / 2^k ==> x * 2^-k: the same real number, rounded once. */
    double inverse;
    if (is_own_number(s, old, 1) && has_exact_inverse(s, b, &inverse)) {
        const Ref factor = simplifier_bits(s, type, bits_from_value(type, inverse));
        return simplifier_op(s, OP_MUL, type, a, factor, 0);
    }
    /* -x / c ==> x / -c, c / -x ==> -c / x */
    if (is_op(s, a, OP_NEG) && is_own_number(s, old, 1))
        return simplifier_op(s, OP_DIV, type, argument(s, a, 0), negated_constant(s, b), 0);
    if (is_op(s, b, OP_NEG) && is_own_number(s, old, 0))
        return simplifier_op(s, OP_DIV, type, negated_constant(s, a), argument(s, b, 0), 0);
    return NO_REF;
}

static Ref rewrite_fma(Simplifier *s, const Node *node)
{
    const Ref c = node->arg[2];
    const Type type = (Type)node->type;
    for (int k = 0; k < 2; k++) {
        const Ref a = node->arg[k], b = node->arg[1 - k];
        /* x * 1 + c ==> x + c, x * -1 + c ==> c - x */
        if (is_value(s, b, 1)) return simplifier_op(s, OP_ADD, type, a, c, 0);
        if (is_value(s, b, -1)) return simplifier_op(s, OP_SUB, type, c, a, 0);
    }
    const Ref a = node->arg[0], b = node->arg[1];
    /* a * b + -0 ==> a * b: both round the product once, and -0 keeps the sign of a zero. */
    if (is_value(s, c, -0.0)) return simplifier_op(s, OP_MUL, type, a, b, 0);
    if (type == TYPE_REAL && is_value(s, c, 0)) return simplifier_op(s, OP_MUL, type, a, b, 0);
    /* -x * -y + c ==> x * y + c, |x| * |x| + c ==> x * x + c */
    if (is_op(s, a, OP_NEG) && is_op(s, b, OP_NEG))
        return simplifier_op(s, OP_FMA, type, argument(s, a, 0), argument(s, b, 0), c);
    if (a == b && is_sign_op(s, a))
        return simplifier_op(s, OP_FMA, type, argument(s, a, 0), argument(s, a, 0), c);
    return NO_REF;
}

static Ref rewrite_abs(Simplifier *s, const Node *node)
{
    const Ref a = node->arg[0];
    /* ||x|| ==> |x|, |-x| ==> |x|, |copysign(x, y)| ==> |x| */
    if (is_op(s, a, OP_ABS)) return a;
    if (is_op(s, a, OP_NEG) || is_op(s, a, OP_COPYSIGN))
        return simplifier_op(s, OP_ABS, (Type)node->type, argument(s, a, 0), 0, 0);
    /* |x * x| ==> x * x: a square is positive, +0 or NaN. */
    if (is_op(s, a, OP_MUL) && argument(s, a, 0) == argument(s, a, 1)) return a;
    return NO_REF;
}

static Ref rewrite_copysign(Simplifier *s, const Node *node)
{
    const Ref a = node->arg[0], b = node->arg[1];
    const Type type = (Type)node->type;
    /* copysign(x, x) ==> x */
    if (a == b) return a;
    /* The sign of the first operand does not matter. */
    if (is_sign_op(s, a) || is_op(s, a, OP_COPYSIGN))
        return simplifier_op(s, OP_COPYSIGN, type, argument(s, a, 0), b, 0);
    /* copysign(x, c) ==> |x| for c positive or +0 */
    if (is_op(s, b, OP_CONST) && type != TYPE_REAL) {
        const double value = value_from_bits(type, node_at(s, b)->value.lo);
        if (!isnan(value) && !signbit(value)) return simplifier_op(s, OP_ABS, type, a, 0, 0);
    }
    return NO_REF;
}

static bool is_integral(Op op)
{
    return op == OP_RINT || op == OP_FLOOR || op == OP_CEIL || op == OP_TRUNC || op == OP_ROUND ||
           op == OP_TOFLOAT;
}

Ref rewrite_float(Simplifier *s, const Node *node, Ref old)
{
    const Ref a = node->arg[0], b = node->arg[1];
    switch ((Op)node->op) {
    case OP_ADD: return rewrite_add(s, node);
    case OP_SUB: return rewrite_sub(s, node);
    case OP_MUL: return rewrite_mul(s, node, old);
    case OP_DIV: return rewrite_div(s, node, old);
    case OP_FMA: return rewrite_fma(s, node);
    case OP_NEG: return is_op(s, a, OP_NEG) ? argument(s, a, 0) : NO_REF; /* --x ==> x */
    case OP_ABS: return rewrite_abs(s, node);
    case OP_COPYSIGN: return rewrite_copysign(s, node);
    case OP_MIN:
    case OP_MAX: return a == b ? a : NO_REF; /* min(x, x) ==> x */
    case OP_RINT:
    case OP_FLOOR:
    case OP_CEIL:
    case OP_TRUNC:
    case OP_ROUND: return is_integral((Op)node_at(s, a)->op) ? a : NO_REF; /* integers stay */
    default: return NO_REF;
    }
}
