/* Rules for integers (two's complement, wrapping), changes of type and tables. */
#include "runtime/prog/simplify_rules.h"

static int width_of(Type type) { return 8 * type_info(type)->size; }

static uint64_t ones(Type type) { return UINT64_MAX >> (64 - width_of(type)); }

static bool is_associative(Op op)
{
    return op == OP_IADD || op == OP_IMUL || op == OP_IAND || op == OP_IOR || op == OP_IXOR;
}

/* The value of x op b for a constant b, if that is x or b itself. */
static Ref neutral_or_absorbing(const Simplifier *s, Op op, Type type, Ref x, Ref b)
{
    switch (op) {
    case OP_IADD: /* x + 0 ==> x */
    case OP_IXOR: return is_bits(s, b, 0) ? x : NO_REF;
    case OP_IMUL: return is_bits(s, b, 1) ? x : is_bits(s, b, 0) ? b : NO_REF;
    case OP_IAND: return is_bits(s, b, ones(type)) ? x : is_bits(s, b, 0) ? b : NO_REF;
    case OP_IOR: return is_bits(s, b, 0) ? x : is_bits(s, b, ones(type)) ? b : NO_REF;
    default: return NO_REF;
    }
}

static uint64_t combined(Op op, uint64_t a, uint64_t b)
{
    switch (op) {
    case OP_IADD: return a + b;
    case OP_IMUL: return a * b;
    case OP_IAND: return a & b;
    case OP_IOR: return a | b;
    default: return a ^ b;
    }
}

/* (x op c) op d ==> x op (c op d) */
static Ref reassociate(Simplifier *s, const Node *node, Ref old)
{
    const Type type = (Type)node->type;
    const Op op = (Op)node->op;
    for (int k = 0; k < 2; k++) {
        const Ref inner = node->arg[k], d = node->arg[1 - k];
        if (!is_own_constant(s, old, 1 - k) || !is_op(s, inner, op)) continue;
        for (int j = 0; j < 2; j++) {
            const Ref x = argument(s, inner, j), c = argument(s, inner, 1 - j);
            if (!is_op(s, c, OP_CONST)) continue;
            const uint64_t bits = combined(op, node_at(s, c)->value.lo, node_at(s, d)->value.lo);
            const Ref both = simplifier_bits(s, type, bits & ones(type));
            return simplifier_op(s, op, type, x, both, 0);
        }
    }
    return NO_REF;
}

static Ref rewrite_arithmetic(Simplifier *s, const Node *node, Ref old)
{
    const Op op = (Op)node->op;
    const Type type = (Type)node->type;
    const Ref a = node->arg[0], b = node->arg[1];
    if (op == OP_ISUB) {
        /* x - 0 ==> x, x - x ==> 0 */
        if (is_bits(s, b, 0)) return a;
        return a == b ? simplifier_bits(s, type, 0) : NO_REF;
    }
    if (!is_associative(op)) {
        /* Shifts: by 0 modulo the width nothing happens; 0 stays 0. */
        if (is_op(s, b, OP_CONST) && node_at(s, b)->value.lo % (uint64_t)width_of(type) == 0)
            return a;
        return is_bits(s, a, 0) ? a : NO_REF;
    }
    for (int k = 0; k < 2; k++) {
        const Ref ref = neutral_or_absorbing(s, op, type, node->arg[k], node->arg[1 - k]);
        if (ref != NO_REF) return ref;
    }
    /* x & x ==> x, x | x ==> x, x ^ x ==> 0 */
    if (a == b && (op == OP_IAND || op == OP_IOR)) return a;
    if (a == b && op == OP_IXOR) return simplifier_bits(s, type, 0);
    return reassociate(s, node, old);
}

static Ref rewrite_bitcast(Simplifier *s, const Node *node)
{
    /* There and back. (f16 -> i16 -> bf16 is another matter.) */
    const Ref a = node->arg[0];
    if (!is_op(s, a, OP_BITCAST)) return NO_REF;
    const Ref x = argument(s, a, 0);
    return node_at(s, x)->type == node->type ? x : NO_REF;
}

/* Does every value of `from` exist in `to`? */
static bool is_subset(Type from, Type to)
{
    const TypeInfo *const f = type_info(from), *const t = type_info(to);
    return t->precision >= f->precision && t->emax >= f->emax && t->emin <= f->emin;
}

static Ref rewrite_convert(Simplifier *s, const Node *node)
{
    const Ref a = node->arg[0];
    if (!is_op(s, a, OP_CONVERT)) return NO_REF;
    /* The first conversion is exact, so that only the second rounds. */
    const Ref x = argument(s, a, 0);
    if (!is_subset((Type)node_at(s, x)->type, (Type)node_at(s, a)->type)) return NO_REF;
    if (node_at(s, x)->type == node->type) return x;
    return simplifier_op(s, OP_CONVERT, (Type)node->type, x, 0, 0);
}

static Ref rewrite_to_int(Simplifier *s, const Node *node)
{
    const Ref a = node->arg[0];
    const Type type = (Type)node->type;
    if (is_op(s, a, OP_TRUNC)) return simplifier_op(s, OP_TOINT, type, argument(s, a, 0), 0, 0);
    if (is_op(s, a, OP_CONVERT)) {
        const Ref x = argument(s, a, 0);
        if (!is_subset((Type)node_at(s, x)->type, (Type)node_at(s, a)->type)) return NO_REF;
        return simplifier_op(s, OP_TOINT, type, x, 0, 0);
    }
    /* Every i32 is an f64. */
    if (!is_op(s, a, OP_TOFLOAT) || node_at(s, a)->type != TYPE_F64) return NO_REF;
    const Ref i = argument(s, a, 0);
    if (node_at(s, i)->type != TYPE_I32) return NO_REF;
    return type == TYPE_I32 ? i : simplifier_op(s, OP_SEXT, type, i, 0, 0);
}

static Ref rewrite_resize(Simplifier *s, const Node *node)
{
    const Op op = (Op)node->op;
    const Type type = (Type)node->type;
    const Ref a = node->arg[0];
    const Op inner = (Op)node_at(s, a)->op;
    if (inner != OP_SEXT && inner != OP_ZEXT && inner != OP_ITRUNC) return NO_REF;
    const Ref x = argument(s, a, 0);
    if (op == OP_ITRUNC) {
        const int from = width_of((Type)node_at(s, x)->type), to = width_of(type);
        /* The low bits are x's, as far as x goes; above them those of the extension. */
        if (from == to) return x;
        return simplifier_op(s, from > to ? OP_ITRUNC : inner, type, x, 0, 0);
    }
    /* Twice the same is once; after zeros the sign is zero. */
    if (inner == op) return simplifier_op(s, op, type, x, 0, 0);
    if (op == OP_SEXT && inner == OP_ZEXT) return simplifier_op(s, OP_ZEXT, type, x, 0, 0);
    return NO_REF;
}

static Ref rewrite_lookup(Simplifier *s, const Node *node)
{
    /* All entries alike: no index is needed. */
    const Table *const table = &s->out->table[node->arg[1]];
    const uint64_t *const entry = &s->out->pool[table->first];
    for (int i = 1; i < table->count; i++)
        if (entry[i] != entry[0]) return NO_REF;
    return simplifier_bits(s, (Type)table->type, entry[0]);
}

Ref rewrite_integer(Simplifier *s, const Node *node, Ref old)
{
    switch (op_info((Op)node->op)->signature) {
    case SIG_INT: return rewrite_arithmetic(s, node, old);
    case SIG_BITCAST: return rewrite_bitcast(s, node);
    case SIG_CONVERT: return rewrite_convert(s, node);
    case SIG_TOINT: return rewrite_to_int(s, node);
    case SIG_ICONVERT: return rewrite_resize(s, node);
    case SIG_LOOKUP: return rewrite_lookup(s, node);
    default: return NO_REF;
    }
}
