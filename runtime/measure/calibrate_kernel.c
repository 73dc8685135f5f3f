/* The kernels that a cost model is fitted to. */
#include "runtime/measure/calibrate.h"

#include "runtime/emit/targets.h"

/* What a step may do with the value so far. */
typedef enum {
    STEP_ADD,
    STEP_MUL,
    STEP_FMA,
    STEP_POLYNOMIAL, /* fma, or a product and a sum: the most frequent thing there is */
    STEP_MINMAX,
    STEP_SELECT,
    STEP_SIGN,
    STEP_COPYSIGN,
    STEP_BITS,
    STEP_SHIFT,
    STEP_ROUND_BY_ADDING,
    STEP_RINT,
    STEP_DIV,
    STEP_SQRT,
    STEP_TO_INTEGER,
    STEP_LOOKUP,
    STEP_WIDE,
    STEP_COMPARE_BITS,
    STEP_SHIFT_BY_LANE,
    STEP_IMUL,
    N_STEPS,
} Step;

typedef struct {
    Prog prog;
    Rng rng;
    Ref recent[4]; /* values to take operands from; the newest first */
    bool has_fma;
} Maker;

static Ref constant(Maker *m, double lo, double hi)
{
    return prog_add_const(&m->prog, TYPE_F32, lo + (hi - lo) * rng_unit(&m->rng));
}

/* The newest value mostly, so that there are long chains and short ones. */
static Ref operand(Maker *m)
{
    const uint64_t draw = rng_below(&m->rng, 10);
    return m->recent[draw < 7 ? 0 : draw - 6];
}

static Ref bits_of(Maker *m, Ref x)
{
    return prog_add_typed(&m->prog, OP_BITCAST, TYPE_I32, x, 0, 0);
}

static Ref float_of(Maker *m, Ref bits)
{
    return prog_add_typed(&m->prog, OP_BITCAST, TYPE_F32, bits, 0, 0);
}

static Ref polynomial(Maker *m, Ref a, Ref b)
{
    const Ref c = constant(m, 0.25, 0.75);
    if (m->has_fma) return prog_add(&m->prog, OP_FMA, a, b, c);
    return prog_add(&m->prog, OP_ADD, prog_add(&m->prog, OP_MUL, a, b, 0), c, 0);
}

static Ref lookup(Maker *m, Ref x)
{
    const int count = 8 << rng_below(&m->rng, 4);
    uint64_t entry[PROG_TABLE_MAX];
    if (m->prog.n_tables == PROG_TABLES_MAX || m->prog.n_pool + count > PROG_POOL_MAX) return x;
    for (int i = 0; i < count; i++) entry[i] = bits_from_value(TYPE_F32, 0.5 + rng_unit(&m->rng));
    const int table = prog_add_table(&m->prog, TYPE_F32, count, entry);
    const Ref mask = prog_add_bits(&m->prog, TYPE_I32, (uint64_t)count - 1);
    const Ref index = prog_add(&m->prog, OP_IAND, bits_of(m, x), mask, 0);
    return prog_add(&m->prog, OP_LOOKUP, index, (Ref)table, 0);
}

/* In double and back. */
static Ref wide(Maker *m, Ref x)
{
    Prog *p = &m->prog;
    Ref y = prog_add_typed(p, OP_CONVERT, TYPE_F64, x, 0, 0);
    const int n = 1 + (int)rng_below(&m->rng, 5);
    for (int i = 0; i < n; i++) {
        const Ref c = prog_add_const(p, TYPE_F64, 0.5 + rng_unit(&m->rng));
        switch (rng_below(&m->rng, 6)) {
        case 0: y = prog_add(p, OP_ADD, y, c, 0); break;
        case 1: y = prog_add(p, OP_MUL, y, c, 0); break;
        case 2:
            y = rng_below(&m->rng, 2) ? prog_add(p, OP_DIV, c, y, 0)
                                      : prog_add(p, OP_SQRT, prog_add(p, OP_ABS, y, 0, 0), 0, 0);
            break;
        default:
            y = m->has_fma ? prog_add(p, OP_FMA, y, c, c)
                           : prog_add(p, OP_ADD, prog_add(p, OP_MUL, y, c, 0), c, 0);
        }
    }
    return prog_add_typed(p, OP_CONVERT, TYPE_F32, y, 0, 0);
}

static Ref step_on_bits(Maker *m, Step step, Ref a)
{
    Prog *p = &m->prog;
    static const Op LOGIC[] = {OP_IXOR, OP_IADD, OP_ISUB, OP_IAND, OP_IOR};
    const Ref bits = bits_of(m, a);
    const Ref other = prog_add_bits(p, TYPE_I32, rng_below(&m->rng, 0x10000) | 0x3f000000);
    const Ref few = prog_add_bits(p, TYPE_I32, 1 + rng_below(&m->rng, 8));
    switch (step) {
    case STEP_BITS: return float_of(m, prog_add(p, LOGIC[rng_below(&m->rng, 5)], bits, other, 0));
    case STEP_SHIFT: {
        const Ref shifted = prog_add(p, rng_below(&m->rng, 2) ? OP_ASHR : OP_LSHR, bits, few, 0);
        return float_of(m, prog_add(p, OP_IADD, shifted, other, 0));
    }
    case STEP_SHIFT_BY_LANE: {
        const Ref by = prog_add(p, OP_IAND, bits, prog_add_bits(p, TYPE_I32, 7), 0);
        return float_of(m, prog_add(p, OP_LSHR, bits, by, 0));
    }
    case STEP_IMUL: return float_of(m, prog_add(p, OP_IMUL, bits, other, 0));
    default: {
        const Ref is_less = prog_add(p, OP_ILT, bits, other, 0);
        return prog_add(p, OP_SELECT, is_less, m->recent[1], a);
    }
    }
}

static Ref step_on_floats(Maker *m, Step step, Ref a, Ref b)
{
    Prog *p = &m->prog;
    const bool coin = rng_below(&m->rng, 2);
    switch (step) {
    case STEP_ADD: return prog_add(p, coin ? OP_ADD : OP_SUB, a, coin ? b : constant(m, 0, 1), 0);
    case STEP_MUL: return prog_add(p, OP_MUL, a, coin ? b : constant(m, 0.9, 1.1), 0);
    case STEP_FMA:
    case STEP_POLYNOMIAL: return polynomial(m, a, b);
    case STEP_MINMAX: return prog_add(p, coin ? OP_MIN : OP_MAX, a, constant(m, 0.5, 1), 0);
    case STEP_SELECT:
        return prog_add(p, OP_SELECT, prog_add(p, OP_LT, a, constant(m, 0.5, 1), 0), b, a);
    case STEP_SIGN: return prog_add(p, coin ? OP_NEG : OP_ABS, a, 0, 0);
    case STEP_COPYSIGN: return prog_add(p, OP_COPYSIGN, a, b, 0);
    case STEP_ROUND_BY_ADDING: {
        const Ref magic = prog_add_const(p, TYPE_F32, 0x1.8p23);
        return prog_add(p, OP_SUB, prog_add(p, OP_ADD, a, magic, 0), magic, 0);
    }
    case STEP_RINT: return prog_add(p, coin ? OP_RINT : OP_FLOOR, a, 0, 0);
    case STEP_DIV: return prog_add(p, OP_DIV, coin ? a : constant(m, 0.5, 1), coin ? b : a, 0);
    case STEP_SQRT: return prog_add(p, OP_SQRT, a, 0, 0);
    case STEP_TO_INTEGER: {
        const Ref n = prog_add_typed(p, OP_TOINT, TYPE_I32, a, 0, 0);
        return prog_add_typed(p, OP_TOFLOAT, TYPE_F32, n, 0, 0);
    }
    case STEP_LOOKUP: return lookup(m, a);
    case STEP_WIDE: return wide(m, a);
    default: return step_on_bits(m, step, a);
    }
}

Prog calibrate_kernel(const char *target, uint64_t seed, int which)
{
    enum { KINDS_MAX = 5, STEPS_MIN = 4, STEPS_SPAN = 24, ROOM = 24 };
    Maker m = {.rng = rng_new(seed, (uint64_t)which), .has_fma = target_find(target)->has_fma};
    prog_init(&m.prog);
    const Ref x = prog_add_input(&m.prog, TYPE_F32, "x");
    for (int i = 0; i < 4; i++) m.recent[i] = x;
    /* A few kinds each, one of them in turn, so that every class is told from the others. */
    Step kind[KINDS_MAX];
    const int n_kinds = 2 + (int)rng_below(&m.rng, KINDS_MAX - 1);
    for (int i = 0; i < n_kinds; i++)
        kind[i] = i == 0 ? (Step)(which % N_STEPS) : (Step)rng_below(&m.rng, STEP_LOOKUP);
    kind[1] = STEP_POLYNOMIAL;
    const int n_steps = STEPS_MIN + (int)rng_below(&m.rng, STEPS_SPAN);
    for (int i = 0; i < n_steps && prog_has_room(&m.prog, ROOM); i++) {
        const Step step = kind[rng_below(&m.rng, (uint64_t)n_kinds)];
        const Ref a = operand(&m), b = operand(&m);
        /* Two of the same would be simplified. */
        const Ref value = step_on_floats(&m, step, a, a != b ? b : a == x ? a : x);
        for (int k = 3; k > 0; k--) m.recent[k] = m.recent[k - 1];
        m.recent[0] = value;
    }
    /* All that is recent counts. */
    Ref sum = m.recent[0];
    for (int k = 1; k < 4; k++)
        if (m.recent[k] != x) sum = prog_add(&m.prog, OP_ADD, sum, m.recent[k], 0);
    prog_prune(&m.prog);
    return m.prog;
}
