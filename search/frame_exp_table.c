#include "search/frame_exp_table.h"

#include "search/quad.h"
#include "search/table_layout.h"

#include <math.h>

Quad exp_table_factor(Type type, int bits, Quad gain, int reach)
{
    const double unit = ldexp(1, 1 - type_info(type)->precision);
    const double first = quad_round(gain, type);
    double best = INFINITY;
    Quad factor = 1, root = 2;
    for (int i = 0; i < bits; i++) root = quad_sqrt(root);
    for (int m = -reach; m <= reach; m++) {
        const Quad at = first * (1 + (Quad)m * unit);
        double worst = 0;
        Quad value = at;
        for (int j = 0; j < 1 << bits && worst < best; j++, value *= root) {
            const Quad miss = value - quad_round(value, type);
            worst = fmax(worst, fabs((double)(miss / value)));
        }
        if (worst < best) {
            best = worst;
            factor = at / gain;
        }
    }
    return factor;
}

bool exp_table_is_reachable(const Problem *problem, int table_bits)
{
    return 1 << table_bits <= table_reach(problem);
}

/* With tables n = i*2^k + j for k = table_bits, and f = 2^i * s*(1 + u) with s = a*2^(j/2^k), where the curve is y = 1 + u. (A
   constant term of y that is not quite 1 goes into the entries; that u then is a little too small is an error of second
   order.) */
typedef struct {
    int n, shift;
    bool is_sum; /* y is a constant plus what is small */
    uint64_t entry[1 << EXP_TABLE_BITS], low[1 << EXP_TABLE_BITS];
} ExpTable;

static void make_table(ExpTable *table, const Frame *frame, const Builder *b, RefPair y)
{
    const Node *first = &b->prog->node[y.hi];
    Quad value = frame->is_even ? frame->gain * frame->factor : frame->gain, root = 2;
    table->n = 1 << frame->table_bits;
    table->shift = type_info(b->type)->precision - 1 - frame->table_bits;
    table->is_sum = y.lo != y.hi && first->op == OP_CONST;
    if (table->is_sum) value *= value_from_bits(b->type, first->value.lo);
    for (int i = 0; i < frame->table_bits; i++) root = quad_sqrt(root);
    for (int j = 0; j < table->n; j++) {
        const double rounded = quad_round(value, b->type);
        table->entry[j] = bits_from_value(b->type, rounded);
        table->low[j] = bits_from_value(b->type, quad_round((value - rounded) / rounded, b->type));
        value *= root;
    }
}

/* Is 2^i*s a normal number for the n next to `place`? */
static bool is_normal(Type type, const ExpTable *table, int table_bits, double place)
{
    const int n = (int)rint(place), j = n & (table->n - 1);
    const double value = ldexp(value_from_bits(type, table->entry[j]), (n - j) >> table_bits);
    return fabs(value) >= ldexp(1, type_info(type)->emin) &&
           fabs(value) < ldexp(1, type_info(type)->emax) * 2;
}

/* u with tables for low parts or with factors that make their entries good; 0 if there are neither. */
static Ref rest_of_entry(const Frame *frame, Builder *b, const ExpTable *table, Ref z, RefPair y)
{
    if (frame->has_low) {
        const int low = prog_add_table(b->prog, b->type, table->n, table->low);
        const Ref rest = prog_add_typed(b->prog, OP_LOOKUP, b->type, z, (Ref)low, 0);
        return build_add_fused(b, rest, y.lo);
    }
    const Node product = b->prog->node[y.lo];
    if (!frame->is_even || product.op != OP_MUL) return 0;
    /* (1 + u)/factor = 1 + (1/factor - 1) + u/factor, and the curve is 1 + u/factor. */
    const Ref off = build_constant(b, 1 / frame->factor - 1);
    return build_fma(b, product.arg[0], product.arg[1], off);
}

/* s*(1 + u) */
static Ref scale_by_entry(const Frame *frame, Builder *b, const ExpTable *table, Ref z, Ref s,
                          RefPair y)
{
    if (!table->is_sum) return build_mul(b, s, y.hi);
    const Ref rest = rest_of_entry(frame, b, table, z, y);
    if (rest != 0) return build_fma(b, s, rest, s);
    /* s + (s*r)*q, where u = r*q: s*r does not wait for q. */
    const Node product = b->prog->node[y.lo];
    if (product.op != OP_MUL) return build_fma(b, s, y.lo, s);
    return build_fma(b, build_mul(b, s, product.arg[0]), product.arg[1], s);
}

/* Shifted left by p-1-k z is i in the exponent field plus j*2^(p-1-k), so its integer sum with bits(s) - j*2^(p-1-k), which is
   what the table holds, is 2^i*s. */
Ref exp_table_scale(Builder *b, int bits, const uint64_t *value, Ref z)
{
    const Type integer = frame_int_type(b->type);
    const uint64_t all = b->type == TYPE_F64 ? ~0ull : 0xffffffffull;
    const int n = 1 << bits, shift = type_info(b->type)->precision - 1 - bits;
    uint64_t entry[1 << EXP_TABLE_BITS];
    for (int j = 0; j < n; j++) entry[j] = (value[j] - ((uint64_t)j << shift)) & all;
    const int entries = prog_add_table(b->prog, integer, n, entry);
    const Ref count = prog_add_bits(b->prog, integer, (uint64_t)shift);
    const Ref found = prog_add_typed(b->prog, OP_LOOKUP, integer, z, (Ref)entries, 0);
    const Ref sum = prog_add(b->prog, OP_IADD, found, prog_add(b->prog, OP_SHL, z, count, 0), 0);
    return prog_add_typed(b->prog, OP_BITCAST, b->type, sum, 0, 0);
}

static bool are_all_normal(const Frame *frame, Type type, const ExpTable *table)
{
    const double per_unit = ldexp(1 / (double)frame->step, frame->table_bits);
    return is_normal(type, table, frame->table_bits, frame->lo * per_unit) &&
           is_normal(type, table, frame->table_bits, frame->hi * per_unit);
}

RefPair exp_table_parts(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    ExpTable table;
    make_table(&table, frame, b, y);
    const Ref z = prog_add_typed(b->prog, OP_BITCAST, frame_int_type(b->type), state->n, 0, 0);
    const Ref s = exp_table_scale(b, frame->table_bits, table.entry, z);
    if (!table.is_sum) return (RefPair){s, build_sub(b, y.hi, build_constant(b, 1))};
    const Ref rest = rest_of_entry(frame, b, &table, z, y);
    return (RefPair){s, rest != 0 ? rest : y.lo};
}

Ref exp_table_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    ExpTable table;
    make_table(&table, frame, b, y);
    const Ref z = prog_add_typed(prog, OP_BITCAST, integer, state->n, 0, 0);
    if (are_all_normal(frame, b->type, &table))
        return scale_by_entry(frame, b, &table, z,
                              exp_table_scale(b, frame->table_bits, table.entry, z), y);
    const uint64_t all = b->type == TYPE_F64 ? ~0ull : 0xffffffffull;
    const int entries = prog_add_table(prog, b->type, table.n, table.entry);
    const Ref s = prog_add_typed(prog, OP_LOOKUP, b->type, z, (Ref)entries, 0);
    const Ref mask = prog_add_bits(prog, integer, all & ~((uint64_t)table.n - 1));
    const Ref shift = prog_add_bits(prog, integer, (uint64_t)table.shift);
    const Ref i = prog_add(prog, OP_SHL, prog_add(prog, OP_IAND, z, mask, 0), shift, 0);
    const Ref h = scale_by_entry(frame, b, &table, z, s, y);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, h, 0, 0);
    const Ref sum = prog_add(prog, OP_IADD, bits, i, 0);
    return prog_add_typed(prog, OP_BITCAST, b->type, sum, 0, 0);
}
