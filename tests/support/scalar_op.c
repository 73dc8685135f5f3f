#include "tests/support/scalar_op.h"

#include <assert.h>
#include <math.h>

static int width_of(Type type) { return 8 * type_info(type)->size; }

static uint64_t truncated(Type type, uint64_t bits)
{
    return width_of(type) == 64 ? bits : bits & (((uint64_t)1 << width_of(type)) - 1);
}

static int64_t signed_value(Type type, uint64_t bits)
{
    const int unused = 64 - width_of(type);
    return (int64_t)(bits << unused) >> unused;
}

static uint64_t sign_bit(Type type) { return (uint64_t)1 << (width_of(type) - 1); }

/* In double, then one rounding to the type. For + - * / sqrt that is correct, since
   53 >= 2*24 + 2; the others are exact. */
static double float_op(Op op, double a, double b)
{
    switch (op) {
    case OP_ADD: return a + b;
    case OP_SUB: return a - b;
    case OP_MUL: return a * b;
    case OP_DIV: return a / b;
    case OP_SQRT: return sqrt(a);
    case OP_RINT: return nearbyint(a);
    case OP_FLOOR: return floor(a);
    case OP_CEIL: return ceil(a);
    case OP_TRUNC: return trunc(a);
    case OP_ROUND: return round(a);
    /* In double: exact for f32, rounded once for f64. */
    case OP_SCALEF:
        if (isnan(a) && isinf(b)) return b > 0 ? INFINITY : 0;
        if (isnan(a) || isnan(b)) return NAN;
        if (isinf(b)) return a * (b > 0 ? INFINITY : 0);
        return ldexp(a, (int)fmax(-3000, fmin(3000, floor(b))));
    case OP_GETEXP: return isinf(a) ? INFINITY : a == 0 ? -INFINITY : isnan(a) ? a : ilogb(a);
    case OP_GETMANT:
        if (isnan(a) || a < 0) return NAN;
        if (a == 0 || isinf(a)) return copysign(1, a);
        a = ldexp(a, -ilogb(a));
        return a < 1.5 ? a : a / 2;
    case OP_REDUCE: return isinf(a) ? 0 : remainder(a, 1) == 0 ? 0 : remainder(a, 1);
    default: assert(!"a float operator"); return 0;
    }
}

static bool is_signaling(Type type, uint64_t bits)
{
    return isnan(value_from_bits(type, bits)) && !(bits >> (type_info(type)->precision - 2) & 1);
}

static bool compare(Op op, double a, double b)
{
    switch (op) {
    case OP_LT: return a < b;
    case OP_LE: return a <= b;
    case OP_EQ: return a == b;
    case OP_NE: return !(a == b);
    default: assert(!"a comparison"); return false;
    }
}

static uint64_t int_op(Op op, Type type, uint64_t a, uint64_t b)
{
    const int shift = (int)(b % (uint64_t)width_of(type));
    switch (op) {
    case OP_IADD: return a + b;
    case OP_ISUB: return a - b;
    case OP_IMUL: return a * b;
    case OP_IAND: return a & b;
    case OP_IOR: return a | b;
    case OP_IXOR: return a ^ b;
    case OP_SHL: return a << shift;
    case OP_LSHR: return a >> shift;
    case OP_ASHR: return (uint64_t)(signed_value(type, a) >> shift);
    default: assert(!"an integer operator"); return 0;
    }
}

static uint64_t to_int(Type type, double a)
{
    const double limit = type == TYPE_I32 ? 0x1p31 : 0x1p63;
    if (isnan(a)) return 0;
    if (a >= limit) return sign_bit(type) - 1;
    if (a < -limit) return sign_bit(type);
    return truncated(type, (uint64_t)(int64_t)a);
}

uint64_t scalar_op(const Prog *prog, const Node *node, const uint64_t *arg)
{
    const Op op = (Op)node->op;
    const Type r = (Type)node->type, from = (Type)prog->node[node->arg[0]].type;
    const bool is_float = type_is_float(from);
    const double a = is_float ? value_from_bits(from, arg[0]) : 0;
    const double b = is_float && op_info(op)->arity > 1 ? value_from_bits(from, arg[1]) : 0;
    switch (op) {
    case OP_NEG: return arg[0] ^ sign_bit(r);
    case OP_ABS: return arg[0] & ~sign_bit(r);
    case OP_COPYSIGN: return (arg[0] & ~sign_bit(r)) | (arg[1] & sign_bit(r));
    case OP_MIN: return a < b ? arg[0] : arg[1];
    case OP_MAX: return a > b ? arg[0] : arg[1];
    case OP_FMA: {
        const double c = value_from_bits(r, arg[2]);
        const double sum = r == TYPE_F32 ? fmaf((float)a, (float)b, (float)c) : fma(a, b, c);
        return bits_from_value(r, sum);
    }
    case OP_AND: return arg[0] & arg[1];
    case OP_OR: return arg[0] | arg[1];
    case OP_NOT: return !arg[0];
    case OP_SELECT:
    case OP_LIKELY: return arg[0] ? arg[1] : arg[2];
    case OP_ILT: return signed_value(from, arg[0]) < signed_value(from, arg[1]);
    case OP_ULT: return arg[0] < arg[1];
    case OP_IEQ: return arg[0] == arg[1];
    case OP_BITCAST: return arg[0];
    case OP_CONVERT: return bits_from_value(r, a);
    case OP_TOINT: return to_int(r, a);
    case OP_TOFLOAT: {
        const int64_t i = signed_value(from, arg[0]);
        return r == TYPE_F32 ? bits_of_float((float)i) : bits_of_double((double)i);
    }
    case OP_SEXT: return truncated(r, (uint64_t)signed_value(from, arg[0]));
    case OP_ZEXT: return arg[0];
    case OP_ITRUNC: return truncated(r, arg[0]);
    case OP_LOOKUP: {
        const Table *const table = &prog->table[node->arg[1]];
        return prog->pool[table->first + arg[0] % table->count];
    }
    case OP_SCALEF:
        if (is_signaling(from, arg[0])) return bits_from_value(r, NAN);
        break;
    default: break;
    }
    if (op_info(op)->signature == SIG_COMPARE) return compare(op, a, b);
    if (op_info(op)->signature == SIG_INT) return truncated(r, int_op(op, r, arg[0], arg[1]));
    return bits_from_value(r, float_op(op, a, b));
}

uint64_t scalar_eval(const Prog *prog, const uint64_t *x)
{
    uint64_t value[PROG_MAX];
    for (int i = 0; i < prog->n; i++) {
        const Node *const node = &prog->node[i];
        uint64_t arg[OP_ARITY_MAX] = {0};
        for (int k = 0; k < op_info((Op)node->op)->arity; k++) arg[k] = value[node->arg[k]];
        if (node->op == OP_INPUT)
            value[i] = x[node->arg[0]];
        else if (node->op == OP_CONST)
            value[i] = node->value.lo;
        else
            value[i] = scalar_op(prog, node, arg);
    }
    return value[prog_result(prog)];
}
