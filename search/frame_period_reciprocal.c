/* The ends of periodic functions with poles (frame_period.h), as tan(x): f(z + n*step + r) is y, f at z + r, for even n and p/y for
   odd n, p the product. In a wider type, or with a loose bound, a division is all that it takes. In the goal's own type y is a sum
   of two, T + t, T being its rounded value, and what the division loses is put back:

       q = p/T, rounded;  p/(T + t) = q + q*e,  e = 1 - q*(T + t)/p

   and q*T/p - 1 is exact in an fma where p is 1 or -1; by another power of two the result is multiplied at last. */
#include "search/frame_period.h"

#include "search/quad.h"

#include <math.h>

/* The last bit of n as a choice. */
static Ref is_even(Builder *b, const FrameState *state)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const Ref one = prog_add_bits(prog, integer, (uint64_t)1 << state->last_bit);
    const Ref none = prog_add_bits(prog, integer, 0);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, state->n, 0, 0);
    return prog_add(prog, OP_IEQ, prog_add(prog, OP_IAND, bits, one, 0), none, 0);
}

/* One division, of a quotient's parts where the value is one. */
static Ref close_by_division(const Frame *frame, Builder *b, const FrameState *state, Ref y)
{
    Prog *prog = b->prog;
    const Ref even = is_even(b, state);
    const Node node = prog->node[y];
    const bool is_quotient = node.op == OP_DIV;
    const Ref above = is_quotient ? node.arg[0] : y;
    const Ref below = is_quotient ? node.arg[1] : build_constant(b, 1);
    const Ref other =
        frame->product == 1 ? below : build_mul(b, below, build_constant(b, frame->product));
    return build_div(b, prog_add(prog, OP_SELECT, even, above, other),
                     prog_add(prog, OP_SELECT, even, below, above));
}

bool period_inverts_exactly(const Frame *frame)
{
    return period_is_equal(frame->product, power_of_two_near((double)frame->product));
}

static Ref negative(Builder *b, Ref x) { return prog_add(b->prog, OP_NEG, x, 0, 0); }

/* -(lo + z); for lo = +-0 and z = -0 that is 0. */
static Ref negative_sum(Builder *b, Ref lo, Ref z)
{
    const Node product = b->prog->node[lo];
    if (product.op != OP_MUL) return build_sub(b, negative(b, z), lo);
    return build_fma(b, product.arg[0], negative(b, product.arg[1]), negative(b, z));
}

/* `small` is what is taken off the larger part of y: at x = -0 it is 0, and T is -0. */
static Ref close_carried(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const double product = power_of_two_near((double)frame->product);
    const Ref small = negative_sum(b, y.lo, period_rest(frame, b, state));
    const Ref total = build_add_fused(b, negative(b, small), y.hi);
    const Ref rest = build_sub(b, build_add_fused(b, negative(b, total), y.hi), small);
    const Ref q = build_div(b, build_constant(b, copysign(1, product)), total);
    const Ref minus_q = product < 0 ? q : negative(b, q);
    const Ref e = build_fma(b, minus_q, rest, build_fma(b, minus_q, total, build_constant(b, 1)));
    Ref inverse = build_fma(b, q, e, q);
    if (fabs(product) != 1) inverse = build_mul(b, inverse, build_constant(b, fabs(product)));
    return prog_add(b->prog, OP_SELECT, is_even(b, state), total, inverse);
}

Ref period_close_reciprocal(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    return frame->has_rest ? close_carried(frame, b, state, y)
                           : close_by_division(frame, b, state, y.hi);
}
