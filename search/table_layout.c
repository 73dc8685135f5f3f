#include "search/table_layout.h"

#include "runtime/emit/targets.h"
#include "search/frame.h"

#include <math.h>

/* What rounding of the index may move the ends by is kept free at the far end. */
static const double SLACK = 0x1p-12;

int table_reach(const Problem *problem)
{
    const Target *target = target_find(problem->goal.target);
    const int lanes = target ? target->lanes : 4;
    return lanes >= 16 ? 2 * lanes : lanes; /* AVX-512's take two registers */
}

static double round_up_to_bits(double x, int bits)
{
    int exponent;
    (void)frexp(x, &exponent);
    const double grain = ldexp(1, exponent - bits);
    return grain * ceil(x / grain);
}

/* The middle of a segment on few bits; 0 where that is one of its ends. */
static double center_of(double from, double to)
{
    const double width = to - from, grain = exp2(floor(log2(width)) - 4);
    if (fabs(from) < 1e-3 * width || fabs(to) < 1e-3 * width) return 0;
    return grain * rint((from + to) / 2 / grain);
}

/* -- even: segment i holds what is nearest to i*width ------------------------------------------------- */

/* A width of few bits, so that i*width is exact. */
static bool even_layout(TableLayout *layout, double lo, double hi, int n_entries)
{
    double width = (hi - lo) / n_entries, first = 0, last = 0;
    bool fits = false;
    for (int i = 0; i < 200 && !fits; i++) {
        width = round_up_to_bits(width * (1 + SLACK), 8);
        first = rint(lo / width - SLACK);
        last = rint(hi / width + SLACK);
        fits = last - first < n_entries;
    }
    if (!fits || fabs(first) > 1e5 || fabs(last) > 1e5) return false;
    *layout = (TableLayout){.spacing = SPACING_EVEN, .n_entries = n_entries, .scale = 1 / width};
    for (int i = (int)first; i <= (int)last; i++) {
        const int k = layout->n_used++;
        layout->from[k] = fmax(lo, (i - 0.5) * width);
        layout->to[k] = fmin(hi, (i + 0.5) * width);
        layout->center[k] = i * width;
        layout->slot[k] = i & (n_entries - 1);
    }
    return true;
}

/* -- geometric ------------------------------------------------------------------------------------------ */

/* The least y of segment i, counted from y = 1. */
static double geometric_end(int i, int octave_bits)
{
    const int per_octave = 1 << octave_bits;
    return ldexp(1 + (double)(i % per_octave) / per_octave, i / per_octave);
}

/* [lo, hi] is mapped to y from `start` (in the first segment) to the end of the last. */
static bool geometric_layout(TableLayout *layout, double lo, double hi, int n_entries,
                             int octave_bits, double start)
{
    const double end = geometric_end(n_entries, octave_bits) * (1 - SLACK);
    if (!(end > start)) return false;
    *layout = (TableLayout){
        .spacing = SPACING_GEOMETRIC, .n_entries = n_entries, .octave_bits = octave_bits};
    layout->scale = quad_round((end - start) / (hi - lo), TYPE_F32);
    layout->offset = quad_round(start - layout->scale * lo, TYPE_F32);
    for (int i = 0; i < n_entries; i++) {
        const double from = (geometric_end(i, octave_bits) - layout->offset) / layout->scale;
        const double to = (geometric_end(i + 1, octave_bits) - layout->offset) / layout->scale;
        if (to <= lo || from >= hi) continue;
        const int k = layout->n_used++;
        layout->from[k] = fmax(from, lo);
        layout->to[k] = fmin(to, hi);
        layout->center[k] = center_of(layout->from[k], layout->to[k]);
        /* The exponent of 1 is all ones in every type's low bits, but for the sign's place. */
        layout->slot[k] = (i - (1 << octave_bits)) & (n_entries - 1);
    }
    return layout->n_used > 1;
}

int table_layouts(TableLayout *layout, Spacing spacing, double lo, double hi, int n_entries)
{
    enum { STARTS = 5, OCTAVE_BITS_MAX = 3 };
    if (spacing == SPACING_EVEN) return even_layout(layout, lo, hi, n_entries);
    int n = 0;
    for (int bits = 0; bits <= OCTAVE_BITS_MAX; bits++) {
        for (int i = 0; i < STARTS; i++) {
            const double start = 1 + ldexp((double)i / STARTS, -bits);
            if (geometric_layout(&layout[n], lo, hi, n_entries, bits, start)) n++;
        }
    }
    return n;
}

/* -- the operations --------------------------------------------------------------------------------------- */

Ref table_layout_lookup(Builder *b, const TableLayout *layout, const double *value, Ref index)
{
    uint64_t bits[TABLE_SEGMENTS_MAX];
    const double last = value[layout->n_used - 1];
    for (int i = 0; i < layout->n_entries; i++) bits[i] = bits_from_value(b->type, last);
    for (int i = 0; i < layout->n_used; i++)
        bits[layout->slot[i]] = bits_from_value(b->type, value[i]);
    const int table = prog_add_table(b->prog, b->type, layout->n_entries, bits);
    return prog_add_typed(b->prog, OP_LOOKUP, b->type, index, (Ref)table, 0);
}

/* The number is in the low bits of x*scale + 1.5*2^m. */
static TablePlace even_build(Builder *b, const TableLayout *layout, Ref x)
{
    const Type integer = frame_int_type(b->type);
    const Ref magic = build_constant(b, ldexp(1.5, type_info(b->type)->precision - 1));
    const Ref z = build_fma(b, x, build_constant(b, layout->scale), magic);
    const Ref n = build_sub(b, z, magic);
    const Ref t = build_fma(b, n, build_constant(b, -1 / layout->scale), x);
    return (TablePlace){prog_add_typed(b->prog, OP_BITCAST, integer, z, 0, 0), t};
}

TablePlace table_layout_build(Builder *b, const TableLayout *layout, Ref x)
{
    if (layout->spacing == SPACING_EVEN) return even_build(b, layout, x);
    const Type integer = frame_int_type(b->type);
    const int shift = type_info(b->type)->precision - 1 - layout->octave_bits;
    const Ref y =
        build_fma(b, x, build_constant(b, layout->scale), build_constant(b, layout->offset));
    const Ref bits = prog_add_typed(b->prog, OP_BITCAST, integer, y, 0, 0);
    const Ref count = prog_add_bits(b->prog, integer, (uint64_t)shift);
    const Ref index = prog_add(b->prog, OP_LSHR, bits, count, 0);
    const Ref center = table_layout_lookup(b, layout, layout->center, index);
    return (TablePlace){index, build_sub(b, x, center)};
}
