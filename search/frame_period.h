/* What the frames of periodic functions share: f(z + n*step + r) = sign^n * f(z + r), z the zero nearest 0, or, where a
   pole lies in the middle between zeros, f(z + n*step + r) = product / f(z + r) for odd n, as for a tangent. */
#ifndef APPROX_SEARCH_FRAME_PERIOD_H
#define APPROX_SEARCH_FRAME_PERIOD_H

#include "search/frame.h"

/* Fills shift, step, gain (the sign, or the product) and is_reciprocal from values near 0; false if the function does
   not repeat. */
bool period_find(Frame *frame, const Problem *problem, Oracle *oracle);
/* The same for a function whose step is a power of two, with or without zeros; no product is looked for. */
bool period_is_exact(Frame *frame, const Problem *problem, Oracle *oracle);
/* Are these the same value of a function, but for what its digits lack? */
bool period_is_equal(Quad a, Quad b);
/* A function without zeros that repeats, as exp(sin(x)): step, the whole period; shift, the middle of a symmetry where there is one;
   gain, 1; and the mark, where the function rises. False if it does not repeat, has zeros, or has frames of its own.
   frame_cycle.c */
bool cycle_find(Frame *frame, const Problem *problem, Oracle *oracle);
/* The function over half a step on either side of z, and `beyond` of a step, which is where a rounded count of steps may
   leave r. */
bool period_curve(Frame *frame, const Problem *problem, Oracle *oracle, double beyond);
/* The zero lies in the middle between two multiples of the step: then half-integers count, and no digits are lost. */
bool period_is_half(const Frame *frame);
/* y at r as the result at n, whose last bit is that of state->n. */
Ref period_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y);

/* Frames that are those of another function of x, and something more: looks for `row` with that function, and notes it; and
   opens it. */
bool period_detect_inner(Frame *frame, const Problem *inner, const FrameRow *row);
void period_open_inner(const Frame *frame, Builder *b, FrameState *state);

/* Does a bound of the problem leave room for several roundings? */
bool period_is_rough(const Problem *problem);

/* Writes the number of steps, n in the bits of state->n from last_bit on, and returns it as a float, a half-integer where the
   zero is one. */
Ref period_count(const Frame *frame, Builder *b, FrameState *state);
/* How far, in steps, half-integers counted in this type are from where they should change. */
double period_half_error(const Frame *frame, Type type);

/* The largest value of the type that is not above x > 0. Parts of a step that are rounded so all have one sign: then
   x - 0*part - 0*part ... is -0 for x = -0, as a result may have to be. */
double period_part_below(Quad x, Type type);

/* The reduction in the goal's own type, with what it loses carried along (frame_period_narrow.c): can it be had; written;
   and y at r + rest. */
bool period_carry_rest(Frame *frame, const Problem *problem); /* once the curve is known */
bool period_narrow(Frame *frame, const Problem *problem, Oracle *oracle);
bool period_may_be_narrow(const Frame *frame, const Problem *problem);
void period_reduce_narrow(const Frame *frame, Builder *b, FrameState *state);
Ref period_add_rest(const Frame *frame, Builder *b, const FrameState *state, RefPair y);
/* -lost*f'(r), rounded: what period_add_rest adds to y. */
Ref period_rest(const Frame *frame, Builder *b, const FrameState *state);

/* What period_close does where the function has poles; and is the product such that it can do so with a sum of two
   (frame_period_reciprocal.c)? */
Ref period_close_reciprocal(const Frame *frame, Builder *b, const FrameState *state, RefPair y);
bool period_inverts_exactly(const Frame *frame);

#endif
