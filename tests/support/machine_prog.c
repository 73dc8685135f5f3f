#include "tests/support/machine_prog.h"

#include "tests/support/values.h"

#include <stdio.h>

/* A node of `type`, preferably a recent one; a new constant if there is none or, now and
   then, anyway. */
static Ref pick(Prog *prog, Type type, Rng *rng)
{
    Ref found[PROG_MAX];
    int n = 0;
    for (int i = 0; i < prog->n; i++)
        if (prog->node[i].type == type) found[n++] = (Ref)i;
    if (n == 0 || rng_below(rng, 6) == 0) return prog_add_bits(prog, type, random_value(type, rng));
    const int recent = n < 4 ? n : 4;
    if (rng_below(rng, 2)) return found[n - 1 - (int)rng_below(rng, (uint64_t)recent)];
    return found[rng_below(rng, (uint64_t)n)];
}

/* x, or 1 where x is NaN. */
static Ref without_nan(Prog *prog, Ref x)
{
    const Type type = (Type)prog->node[x].type;
    const Ref is_number = prog_add(prog, OP_EQ, x, x, 0);
    return prog_add(prog, OP_SELECT, is_number, x, prog_add_const(prog, type, 1));
}

static Type integer_like(Type type)
{
    return type_info(type)->size == 2 ? TYPE_I16 : type_info(type)->size == 4 ? TYPE_I32 : TYPE_I64;
}

static Type random_float(Type main, Rng *rng)
{
    if (type_is_float(main) && rng_below(rng, 4)) return main;
    return (Type)(TYPE_F16 + rng_below(rng, 4));
}

static Type random_int(Type main, Rng *rng)
{
    if (rng_below(rng, 3)) return integer_like(main);
    return (Type)(TYPE_I16 + rng_below(rng, 3));
}

static int random_table(Prog *prog, Type type, Rng *rng)
{
    uint64_t bits[PROG_TABLE_MAX];
    const int count = 1 << rng_below(rng, 7);
    for (int i = 0; i < count; i++) bits[i] = random_value(type, rng);
    return prog_add_table(prog, type, count, bits);
}

static void add_lookup(Prog *prog, Type main, Rng *rng)
{
    if (prog->n_tables >= 4) return;
    const Ref index = pick(prog, random_int(main, rng), rng);
    const Type type = rng_below(rng, 3) ? main : random_float(main, rng);
    prog_add_typed(prog, OP_LOOKUP, type, index, (Ref)random_table(prog, type, rng), 0);
}

static void add_conversion(Prog *prog, Op op, Type main, Rng *rng)
{
    const Type f = random_float(main, rng), i = random_int(main, rng);
    if (op == OP_BITCAST) {
        if (rng_below(rng, 2))
            prog_add_typed(prog, op, f, pick(prog, integer_like(f), rng), 0, 0);
        else
            prog_add_typed(prog, op, integer_like(f), without_nan(prog, pick(prog, f, rng)), 0, 0);
    } else if (op == OP_CONVERT) {
        const Type to = random_float(main, rng);
        if (to != f) prog_add_typed(prog, op, to, pick(prog, f, rng), 0, 0);
    } else if (op == OP_TOINT) {
        const Type to = rng_below(rng, 2) ? TYPE_I32 : TYPE_I64;
        prog_add_typed(prog, op, to, pick(prog, f, rng), 0, 0);
    } else if (op == OP_TOFLOAT) {
        const Type from = rng_below(rng, 2) ? TYPE_I32 : TYPE_I64;
        const Type to = rng_below(rng, 2) ? TYPE_F32 : TYPE_F64;
        prog_add_typed(prog, op, to, pick(prog, from, rng), 0, 0);
    } else if (op == OP_ITRUNC) {
        if (i != TYPE_I16) prog_add_typed(prog, op, (Type)(i - 1), pick(prog, i, rng), 0, 0);
    } else if (i != TYPE_I64) {
        prog_add_typed(prog, op, (Type)(i + 1), pick(prog, i, rng), 0, 0);
    }
}

/* Appends a random operator and what it needs, or nothing. */
static void add_random(Prog *prog, const MachineProgShape *shape, Rng *rng)
{
    const Type main = shape->type;
    const Op op = (Op)(OP_ADD + rng_below(rng, OP_LOOKUP - OP_ADD + 1));
    if (op == OP_FMA && !shape->has_fma) return;
    Type type;
    Ref a;
    switch (op_info(op)->signature) {
    case SIG_FLOAT:
        type = random_float(main, rng);
        if (op == OP_FMA && type != TYPE_F64) type = TYPE_F32;
        a = pick(prog, type, rng);
        if (op == OP_COPYSIGN)
            prog_add(prog, op, a, without_nan(prog, pick(prog, type, rng)), 0);
        else if (op_info(op)->arity == 1)
            prog_add(prog, op, a, 0, 0);
        else if (op_info(op)->arity == 2)
            prog_add(prog, op, a, pick(prog, type, rng), 0);
        else {
            const Ref b = pick(prog, type, rng);
            prog_add(prog, op, a, b, pick(prog, type, rng));
        }
        return;
    case SIG_COMPARE:
        type = random_float(main, rng);
        a = pick(prog, type, rng);
        prog_add(prog, op, a, pick(prog, type, rng), 0);
        return;
    case SIG_BOOL:
        a = pick(prog, TYPE_BOOL, rng);
        prog_add(prog, op, a, op == OP_NOT ? 0 : pick(prog, TYPE_BOOL, rng), 0);
        return;
    case SIG_SELECT: {
        type = rng_below(rng, 3) ? random_float(main, rng) : random_int(main, rng);
        a = pick(prog, TYPE_BOOL, rng);
        const Ref b = pick(prog, type, rng);
        prog_add(prog, op, a, b, pick(prog, type, rng));
        return;
    }
    case SIG_INT:
    case SIG_ICOMPARE:
        type = random_int(main, rng);
        a = pick(prog, type, rng);
        prog_add(prog, op, a, pick(prog, type, rng), 0);
        return;
    case SIG_LOOKUP: add_lookup(prog, main, rng); return;
    default: add_conversion(prog, op, main, rng); return;
    }
}

void machine_prog(Prog *prog, const MachineProgShape *shape, Rng *rng)
{
    prog_init(prog);
    for (int k = 0; k < shape->n_inputs; k++) {
        char name[PROG_NAME_MAX];
        snprintf(name, sizeof name, "x%d", k);
        prog_add_input(prog, shape->type, name);
    }
    enum { ROOM = 12 }; /* for one more operator with its constants, and the end */
    while (prog->n < shape->n_nodes && prog_has_room(prog, ROOM)) add_random(prog, shape, rng);
    const Ref a = pick(prog, shape->type, rng), b = pick(prog, shape->type, rng);
    prog_add(prog, type_is_float(shape->type) ? OP_ADD : OP_IADD, a, b, 0);
    prog_prune(prog);
}
