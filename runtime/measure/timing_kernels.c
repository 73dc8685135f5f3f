#include "runtime/measure/timing_kernels.h"

#include "runtime/base/rng.h"
#include "runtime/emit/targets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- programs ------------------------------------------------------------------------ */

/* A polynomial by Horner: short chains of many vectors side by side fill the arithmetic units. */
static void add_arithmetic(Prog *prog, Ref x, bool has_fma)
{
    Ref y = prog_add_const(prog, TYPE_F32, 0.25);
    for (int i = 0; i < 10; i++) {
        const Ref c = prog_add_const(prog, TYPE_F32, 1.0 / (i + 3));
        if (has_fma)
            y = prog_add(prog, OP_FMA, y, x, c);
        else
            y = prog_add(prog, OP_ADD, prog_add(prog, OP_MUL, y, x, 0), c, 0);
    }
}

/* Scrambled bits, compared and chosen from. */
static void add_integers(Prog *prog, Ref x)
{
    Ref bits = prog_add_typed(prog, OP_BITCAST, TYPE_I32, x, 0, 0);
    const Ref shift = prog_add_bits(prog, TYPE_I32, 7),
              odd = prog_add_bits(prog, TYPE_I32, 0x9e3779b9);
    for (int i = 0; i < 3; i++) {
        const Ref shifted = prog_add(prog, OP_LSHR, bits, shift, 0);
        const Ref mixed = prog_add(prog, OP_IXOR, bits, shifted, 0);
        const Ref sum = prog_add(prog, OP_IADD, mixed, odd, 0);
        const Ref is_less = prog_add(prog, OP_ILT, sum, bits, 0);
        bits = prog_add(prog, OP_SELECT, is_less, mixed, sum);
    }
    const Ref mask = prog_add_bits(prog, TYPE_I32, 0x3fffffff);
    prog_add_typed(prog, OP_BITCAST, TYPE_F32, prog_add(prog, OP_IAND, bits, mask, 0), 0, 0);
}

Prog kernel_reference(int which, const char *target)
{
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x");
    if (which == 0)
        add_arithmetic(&prog, x, target_find(target)->has_fma);
    else
        add_integers(&prog, x);
    return prog;
}

Prog kernel_identity(Type type)
{
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, type, "x");
    return prog;
}

bool kernel_has_chain(const Prog *prog)
{
    enum { N_MORE = 6 };
    return prog_has_room(prog, N_MORE);
}

Prog kernel_chain(const Prog *prog)
{
    const Type type = (Type)prog->node[0].type;
    const int size = type_info(type)->size;
    const Type integer = size == 8 ? TYPE_I64 : size == 4 ? TYPE_I32 : TYPE_I16;
    Prog chain;
    prog_init(&chain);
    if (!kernel_has_chain(prog)) return kernel_identity(type);
    const Ref x = prog_add_input(&chain, type, "x");
    const Ref before = prog_add_input(&chain, integer, "before");
    const Ref zero = prog_add_input(&chain, integer, "zero");
    const Ref bits = prog_add_typed(&chain, OP_BITCAST, integer, x, 0, 0);
    const Ref nothing = prog_add(&chain, OP_IAND, before, zero, 0);
    const Ref same = prog_add(&chain, OP_IXOR, bits, nothing, 0);
    const Ref input = prog_add_typed(&chain, OP_BITCAST, type, same, 0, 0);
    if (prog->n > 1) prog_append(&chain, prog, &input);
    return chain;
}

/* -- arrays -------------------------------------------------------------------------- */

/* Finite inputs, every other one in ordered integers, where zero is near by magnitude from 2^-24 of the larger end on. */
static uint64_t draw(Type type, const TimingInputs *inputs, bool is_ordered, Rng *rng)
{
    const double lo = inputs->lo, hi = inputs->hi;
    if (!is_ordered) {
        const double t = rng_unit(rng);
        return bits_from_value(type, lo * (1 - t) + hi * t);
    }
    if (lo <= 0 && hi >= 0) {
        const bool is_negative = -lo > hi * rng_unit(rng) && lo < 0;
        const double end = is_negative ? lo : hi;
        return bits_from_value(type, end * exp2(-24 * rng_unit(rng)));
    }
    const int64_t first = ordered_from_value(type, lo), last = ordered_from_value(type, hi);
    return bits_from_ordered(type, first + (int64_t)rng_below(rng, (uint64_t)(last - first) + 1));
}

/* The arrays lie in one block at fixed distances that are no multiples of a page: a load from where another array's
   store has the same last 12 bits has to wait for it, and where the heap puts things
   must not decide about that. */
KernelArrays *kernel_arrays_new(Type type, const TimingInputs *inputs, uint64_t seed)
{
    enum { PAGE = 4096, ARRAY = KERNEL_VALUES * 8, STRIDE = ARRAY + PAGE / 4 };
    KernelArrays *arrays = xcalloc(1, sizeof *arrays);
    const int size = arrays->size = type_info(type)->size;
    if (posix_memalign(&arrays->x, PAGE, 3 * STRIDE)) abort();
    memset(arrays->x, 0, 3 * STRIDE);
    arrays->y = (char *)arrays->x + 2 * STRIDE;
    arrays->zero = (char *)arrays->x + STRIDE;
    Rng rng = rng_new(seed, 0);
    for (int i = 0; i < KERNEL_VALUES; i++) {
        const uint64_t bits = draw(type, inputs, i & 1, &rng);
        memcpy((char *)arrays->x + (size_t)(i * size), &bits, (size_t)size);
    }
    return arrays;
}

void kernel_arrays_free(KernelArrays *arrays)
{
    if (!arrays) return;
    free(arrays->x);
    free(arrays);
}

void *kernel_arrays_ahead(const KernelArrays *arrays, int n)
{
    return (char *)arrays->y + (size_t)(n * arrays->size);
}
