/* Reductions with their integer part in the goal's type, where the rest is in a wider one: twice as many integers fit
   a register, and those of a wider type are dear to convert. The number of steps is found, exponents and signs are
   put in by integer operations on the narrow bits; after the last rounding they change nothing but exponent and sign. */
#include "search/frame.h"

#include <math.h>

bool frame_may_mix(const Problem *problem, const Frame *frame)
{
    return problem->is_rounding && problem->goal.type == TYPE_F32 && !frame->clamps_lo &&
           !frame->clamps_hi && !frame->needs_wide && !frame->leaves_range;
}

bool frame_is_mixed(const Frame *frame, const Builder *b, const FrameState *state)
{
    return frame->is_mixed && b->type != (Type)b->prog->node[state->input].type;
}

bool frame_counts_well(Type type, double n_max)
{
    /* The rounded 1/step moves the place where n changes by this share of a step; curves reach 1e-4 beyond. */
    return n_max * ldexp(1, -type_info(type)->precision) < 0.9e-4;
}

Builder frame_counter(const Frame *frame, const Builder *b, const FrameState *state)
{
    Builder counter = *b;
    if (frame_is_mixed(frame, b, state)) counter.type = (Type)b->prog->node[state->input].type;
    return counter;
}

Ref frame_narrow_end(Builder *b, const FrameState *state, Op op, int shift, Ref y)
{
    Prog *prog = b->prog;
    const Type narrow = (Type)prog->node[state->input].type, integer = frame_int_type(narrow);
    const Ref n = prog_add_typed(prog, OP_BITCAST, integer, state->n, 0, 0);
    const Ref moved = prog_add(prog, OP_SHL, n, prog_add_bits(prog, integer, (uint64_t)shift), 0);
    const Ref rounded = build_convert(b, y, narrow);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, rounded, 0, 0);
    return prog_add_typed(prog, OP_BITCAST, narrow, prog_add(prog, op, bits, moved, 0), 0, 0);
}
