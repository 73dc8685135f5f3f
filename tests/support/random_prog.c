#include "tests/support/random_prog.h"

#include "tests/support/values.h"

#include <assert.h>

enum {
    OPS_MAX = 100,
    /* One operator needs at most: three operands, each a chain of four casts from another
       type with a guard of three, and itself. */
    ROOM_FOR_ONE = 40,
    TABLES_MAX = 4,
};

typedef struct {
    const RandomProg *options;
    Rng *rng;
    Prog prog;
    bool is_known[PROG_MAX]; /* the bits of the value are determined even where it is NaN */
} Maker;

static bool chance(Maker *maker, uint64_t one_in) { return rng_below(maker->rng, one_in) == 0; }

static Type type_of(const Maker *maker, Ref ref) { return (Type)maker->prog.node[ref].type; }

/* A bit pattern that text and C can express. */
static uint64_t expressible(Type type, uint64_t bits)
{
    return bits_are_nan(type, bits) ? bits_from_value(type, value_from_bits(type, bits)) : bits;
}

static Ref add_constant(Maker *maker, Type type)
{
    const uint64_t bits = expressible(type, random_value(type, maker->rng));
    const Ref ref = prog_add_bits(&maker->prog, type, bits);
    maker->is_known[ref] = !bits_are_nan(type, bits);
    return ref;
}

/* Are the result's bits known if those of the operands are? 16-bit floats may be
   computed in f32, which makes signalling NaNs quiet. */
static bool keeps_bits(Op op, Type type)
{
    switch (op) {
    case OP_NEG:
    case OP_ABS:
    case OP_COPYSIGN:
    case OP_MIN:
    case OP_MAX:
    case OP_SELECT:
    case OP_LIKELY: return type_info(type)->size != 2;
    case OP_BITCAST:
    case OP_TOFLOAT: return true;
    default: return false;
    }
}

static Ref add_op(Maker *maker, Op op, Type type, Ref a, Ref b, Ref c)
{
    const Ref arg[OP_ARITY_MAX] = {a, b, c};
    bool is_known = !type_is_float(type) || keeps_bits(op, type);
    for (int k = 0; k < op_info(op)->arity; k++) is_known &= maker->is_known[arg[k]];
    const Ref ref = prog_add_typed(&maker->prog, op, type, a, b, c);
    /* Integers and booleans never come from unknown bits. */
    maker->is_known[ref] = is_known || !type_is_float(type);
    return ref;
}

static Type other_float(Maker *maker, Type type)
{
    const Type floats[] = {TYPE_F16, TYPE_BF16, TYPE_F32, TYPE_F64};
    Type other = type;
    while (other == type) other = floats[rng_below(maker->rng, 4)];
    return other;
}

/* Replaces NaN by a number if the value might be one whose bits are unknown. */
static Ref known(Maker *maker, Ref ref)
{
    if (maker->is_known[ref]) return ref;
    const Type type = type_of(maker, ref);
    const Ref is_number = add_op(maker, OP_EQ, TYPE_BOOL, ref, ref, 0);
    const Ref instead = prog_add_const(&maker->prog, type, (double)rng_below(maker->rng, 3) - 1);
    const Ref guarded = add_op(maker, OP_SELECT, type, is_number, ref, instead);
    maker->is_known[instead] = maker->is_known[guarded] = true;
    return guarded;
}

static Type integer_of_size(int size)
{
    return size == 2 ? TYPE_I16 : size == 4 ? TYPE_I32 : TYPE_I64;
}

/* The value as some other integer type: by sign, by zeros or cut. */
static Ref cast_integer(Maker *maker, Ref ref, Type type)
{
    const int from = type_info(type_of(maker, ref))->size, to = type_info(type)->size;
    if (from == to) return ref;
    const Op op = from > to ? OP_ITRUNC : chance(maker, 2) ? OP_SEXT : OP_ZEXT;
    return add_op(maker, op, type, ref, 0, 0);
}

/* The value as an integer, by bits or by value. */
static Ref cast_to_integer(Maker *maker, Ref ref)
{
    const Type type = type_of(maker, ref);
    if (type_is_int(type)) return ref;
    if (type == TYPE_BOOL) {
        const Ref one = add_constant(maker, TYPE_I32), zero = add_constant(maker, TYPE_I32);
        return add_op(maker, OP_SELECT, TYPE_I32, ref, one, zero);
    }
    if (chance(maker, 2))
        return add_op(maker, OP_TOINT, chance(maker, 2) ? TYPE_I32 : TYPE_I64, ref, 0, 0);
    return add_op(maker, OP_BITCAST, integer_of_size(type_info(type)->size), known(maker, ref), 0,
                  0);
}

static Ref cast(Maker *maker, Ref ref, Type type)
{
    const Type from = type_of(maker, ref);
    if (from == type) return ref;
    if (type == TYPE_BOOL) {
        if (type_is_float(from))
            return add_op(maker, OP_LT, TYPE_BOOL, ref, add_constant(maker, from), 0);
        return add_op(maker, OP_ILT, TYPE_BOOL, ref, add_constant(maker, from), 0);
    }
    if (type_is_float(type) && type_is_float(from))
        return add_op(maker, OP_CONVERT, type, ref, 0, 0);
    if (maker->options->only_type && type_is_float(type)) {
        const Ref a = add_constant(maker, type), b = add_constant(maker, type);
        return add_op(maker, OP_SELECT, type, ref, a, b);
    }
    Ref integer = cast_to_integer(maker, ref);
    if (type_is_int(type)) return cast_integer(maker, integer, type);
    if (chance(maker, 2)) {
        integer = cast_integer(maker, integer, integer_of_size(type_info(type)->size));
        return add_op(maker, OP_BITCAST, type, integer, 0, 0);
    }
    if (type_of(maker, integer) == TYPE_I16) integer = cast_integer(maker, integer, TYPE_I32);
    if (type == TYPE_F32 || type == TYPE_F64) return add_op(maker, OP_TOFLOAT, type, integer, 0, 0);
    const Ref wide = add_op(maker, OP_TOFLOAT, TYPE_F32, integer, 0, 0);
    return add_op(maker, OP_CONVERT, type, wide, 0, 0);
}

/* An operand of the type: a recent value, an older one, a constant, or a cast of something. */
static Ref operand(Maker *maker, Type type)
{
    const uint64_t n = maker->prog.n;
    if (chance(maker, 5)) return add_constant(maker, type);
    for (int attempt = 0; attempt < 8; attempt++) {
        const uint64_t back = rng_below(maker->rng, chance(maker, 3) ? n : n < 5 ? n : 5);
        const Ref ref = (Ref)(n - 1 - back);
        if (type_of(maker, ref) == type) return ref;
    }
    return cast(maker, (Ref)rng_below(maker->rng, n), type);
}

static Type some_float(Maker *maker)
{
    const Type type = maker->options->type;
    if (maker->options->only_type && type_is_float(type)) return type;
    if (type_is_float(type) && !chance(maker, 4)) return type;
    return other_float(maker, type);
}

static Type some_integer(Maker *maker)
{
    const Type integers[] = {TYPE_I16, TYPE_I32, TYPE_I64};
    const Type type = maker->options->type;
    if (!chance(maker, 4)) return integer_of_size(type_info(type)->size);
    return integers[rng_below(maker->rng, 3)];
}

static void add_lookup(Maker *maker, Type type)
{
    Prog *const prog = &maker->prog;
    int table = (int)rng_below(maker->rng, TABLES_MAX);
    if (table >= prog->n_tables) {
        uint64_t entries[PROG_TABLE_MAX];
        const int count = 1 << rng_below(maker->rng, 7);
        for (int i = 0; i < count; i++) {
            entries[i] = expressible(type, random_value(type, maker->rng));
            /* So that the bits of what is looked up are known. */
            if (bits_are_nan(type, entries[i])) entries[i] = 0;
        }
        table = prog_add_table(prog, type, count, entries);
    }
    const Ref index = operand(maker, some_integer(maker));
    const Ref ref =
        prog_add_typed(prog, OP_LOOKUP, (Type)prog->table[table].type, index, (Ref)table, 0);
    maker->is_known[ref] = true;
}

static void add_random(Maker *maker, Op op)
{
    const Type real = some_float(maker);
    switch (op_info(op)->signature) {
    case SIG_FLOAT: {
        Type type = real;
        if ((op == OP_FMA || op_is_scaling(op)) && type_info(type)->size == 2) {
            if (maker->options->only_type) return;
            type = TYPE_F32;
        }
        const int arity = op_info(op)->arity;
        const Ref a = operand(maker, type), b = arity > 1 ? operand(maker, type) : 0;
        const Ref c = arity > 2 ? operand(maker, type) : 0;
        add_op(maker, op, type, a, op == OP_COPYSIGN ? known(maker, b) : b, c);
        return;
    }
    case SIG_COMPARE: {
        const Ref a = operand(maker, real);
        add_op(maker, op, TYPE_BOOL, a, operand(maker, real), 0);
        return;
    }
    case SIG_BOOL: {
        const Ref a = operand(maker, TYPE_BOOL);
        add_op(maker, op, TYPE_BOOL, a, op_info(op)->arity > 1 ? operand(maker, TYPE_BOOL) : 0, 0);
        return;
    }
    case SIG_SELECT: {
        Type type = maker->options->type;
        if (chance(maker, 3)) type = chance(maker, 2) ? TYPE_BOOL : real;
        const Ref a = operand(maker, TYPE_BOOL), b = operand(maker, type);
        add_op(maker, op, type, a, b, operand(maker, type));
        return;
    }
    case SIG_INT:
    case SIG_ICOMPARE: {
        const Type type = some_integer(maker);
        const Ref a = operand(maker, type), b = operand(maker, type);
        add_op(maker, op, op_info(op)->signature == SIG_INT ? type : TYPE_BOOL, a, b, 0);
        return;
    }
    case SIG_LOOKUP: add_lookup(maker, chance(maker, 4) ? some_integer(maker) : real); return;
    case SIG_BITCAST: {
        const Type integer = integer_of_size(type_info(real)->size);
        if (chance(maker, 2))
            add_op(maker, op, integer, known(maker, operand(maker, real)), 0, 0);
        else
            add_op(maker, op, real, operand(maker, integer), 0, 0);
        return;
    }
    case SIG_CONVERT: {
        const Ref a = operand(maker, real);
        add_op(maker, op, other_float(maker, real), a, 0, 0);
        return;
    }
    case SIG_TOINT: {
        const Ref a = operand(maker, real);
        add_op(maker, op, chance(maker, 2) ? TYPE_I32 : TYPE_I64, a, 0, 0);
        return;
    }
    case SIG_TOFLOAT: {
        const Ref a = operand(maker, chance(maker, 2) ? TYPE_I32 : TYPE_I64);
        add_op(maker, op, chance(maker, 2) ? TYPE_F32 : TYPE_F64, a, 0, 0);
        return;
    }
    case SIG_ICONVERT: {
        const bool is_wide = chance(maker, 2);
        const Type small = is_wide ? TYPE_I32 : TYPE_I16;
        const Type large = is_wide || chance(maker, 2) ? TYPE_I64 : TYPE_I32;
        if (op == OP_ITRUNC)
            add_op(maker, op, small, operand(maker, large), 0, 0);
        else
            add_op(maker, op, large, operand(maker, small), 0, 0);
        return;
    }
    case SIG_LEAF: break;
    }
    assert(!"leaves are not drawn");
}

/* Arithmetic on floats half of the time, else any machine operator. */
static Op random_op(Maker *maker)
{
    const RandomProg *const options = maker->options;
    const Op arithmetic[] = {OP_ADD, OP_SUB, OP_MUL, OP_FMA, OP_DIV};
    for (;;) {
        Op op = (Op)rng_below(maker->rng, OP_COUNT);
        if (chance(maker, 2)) op = arithmetic[rng_below(maker->rng, 5)];
        const OpInfo *const info = op_info(op);
        if (!(info->kind & KIND_MACHINE) || info->arity == 0) continue;
        if (op == OP_FMA && !options->allow_fma) continue;
        if (op_is_scaling(op) && !options->allow_scaling) continue;
        if (op == OP_LOOKUP && !options->allow_tables) continue;
        const Signature s = info->signature;
        const bool is_plain =
            s == SIG_FLOAT || s == SIG_COMPARE || s == SIG_BOOL || s == SIG_SELECT;
        if (options->only_type && !is_plain) continue;
        return op;
    }
}

/* A third of the operators on the common side; what follows the likely works on bits. The guard may fail at
   one value or at many. */
static Prog likely_prog(const RandomProg *options, Rng *rng)
{
    RandomProg part = *options;
    part.is_likely = false;
    const Prog rare = random_prog(&part, rng);
    part.n_ops = options->n_ops / 3;
    const Prog common = random_prog(&part, rng);
    const Type type = options->type;
    const bool is_float = type_is_float(type), is_at_many = rng_below(rng, 2);
    Prog prog;
    prog_init(&prog);
    Ref input[PROG_INPUTS_MAX];
    for (int k = 0; k < options->n_inputs; k++)
        input[k] = prog_add_input(&prog, type, common.input_name[k]);
    const uint64_t bits = expressible(type, random_value(type, rng));
    const Ref limit = prog_add_bits(&prog, type, bits);
    const Op op = is_float ? (is_at_many ? OP_LT : OP_NE) : (is_at_many ? OP_ILT : OP_IEQ);
    Ref guard = prog_add(&prog, op, 0, limit, 0);
    if (op == OP_IEQ) guard = prog_add(&prog, OP_NOT, guard, 0, 0);
    const Ref a = prog_append(&prog, &common, input), b = prog_append(&prog, &rare, input);
    const Ref y = prog_add(&prog, OP_LIKELY, guard, a, b);
    if (rng_below(rng, 2)) prog_add(&prog, is_float ? OP_NEG : OP_ISUB, y, is_float ? 0 : limit, 0);
    prog_prune(&prog);
    return prog;
}

Prog random_prog(const RandomProg *options, Rng *rng)
{
    if (options->is_likely) return likely_prog(options, rng);
    assert(type_is_float(options->type) || (type_is_int(options->type) && !options->only_type));
    assert(options->n_inputs >= 1 && options->n_inputs <= PROG_INPUTS_MAX);
    assert(options->n_ops >= 0 && options->n_ops <= OPS_MAX);
    Maker maker = {.options = options, .rng = rng};
    prog_init(&maker.prog);
    for (int i = 0; i < options->n_inputs; i++) {
        const char name[] = {(char)('a' + i), 0};
        maker.is_known[prog_add_input(&maker.prog, options->type, name)] = true;
    }
    while (prog_n_ops(&maker.prog) < options->n_ops && prog_has_room(&maker.prog, 2 * ROOM_FOR_ONE))
        add_random(&maker, random_op(&maker));
    /* The last node is the result; what it does not need goes. */
    const Ref last = (Ref)(maker.prog.n - 1);
    if (cast(&maker, last, options->type) == last && maker.prog.n > last + 1)
        maker.prog.n = (uint16_t)(last + 1);
    prog_prune(&maker.prog);
    return maker.prog;
}
