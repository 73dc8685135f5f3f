/* Functions that decay exponentially on one side, f(x) = v^k * exp(-rate*S(v)) * G with v = |x| there, S(v) = v, v^2,
   v + bend*v^2 or v + bend*v^3, and G slow: a curve in v, or in the exponential itself. The other side is had by reflection:
   f(x) + f(-x) is constant, as for a logistic function or a normal distribution, or f(x) - f(-x) is a multiple of
   x, as for log(1 + exp(x)) or for an even function. Or f goes like a power of x there, and f/x^k is a curve on all of the line in
   the logistic function e/(1 + e) of the exponential e, or a multiple of that function itself. All of it is found by looking at values.

   Where G goes like 1/v, only what is left of a simple quotient may be the curve: frame_decay_over.c.

   exp(-rate*S) = 2^-n * (1 + c), n the integer nearest to S*rate/ln2, c a polynomial in r = S - n*ln2/rate. */
#include "search/frame_decay.h"

#include <math.h>

static bool is_wide(const Builder *b, const FrameState *state)
{
    const Type input = (Type)b->prog->node[state->input].type;
    return type_info(b->type)->precision > type_info(input)->precision + 10;
}

/* v*(1 + bend*v^2), in which the second factor is a sum of two, as well. 1 is exact in its units, however large it is. */
static RefPair build_cubic(const Decay *decay, Builder *b, Ref v)
{
    const double bend = quad_round(decay->bend, b->type);
    const Ref factor = build_constant(b, bend), one = build_constant(b, 1);
    const RefPair square = build_exact_mul(b, v, v);
    const Ref p = build_fma(b, factor, square.hi, one);
    Ref low = build_fma(b, factor, square.hi, build_sub(b, one, p));
    low = build_fma(b, factor, square.lo, low);
    low = build_fma(b, build_constant(b, decay->bend - bend), square.hi, low);
    const RefPair s = build_exact_mul(b, v, p);
    return (RefPair){s.hi, build_fma(b, v, low, s.lo)};
}

/* v*(1 + bend*v), likewise: with a power of two for bend nothing but roundings of the second order is lost. */
static RefPair build_bent(const Decay *decay, Builder *b, Ref v)
{
    const Ref factor = build_constant(b, decay->bend), one = build_constant(b, 1);
    const Ref p = build_fma(b, factor, v, one);
    const Ref low = build_fma(b, factor, v, build_sub(b, one, p));
    const RefPair s = build_exact_mul(b, v, p);
    return (RefPair){s.hi, build_fma(b, v, low, s.lo)};
}

RefPair decay_build_exponent(const Decay *decay, Builder *b, Ref v, bool wide)
{
    if (decay->shape == DECAY_LINEAR) return (RefPair){v, v};
    if (decay->shape == DECAY_SQUARE && !wide && !decay->is_rough) return build_exact_mul(b, v, v);
    if (decay->shape == DECAY_LINEAR_CUBE && !wide && !decay->is_rough)
        return build_cubic(decay, b, v);
    if (decay->shape == DECAY_LINEAR_SQUARE && decay->slow_in == SLOW_OVER_V)
        return build_bent(decay, b, v);
    const Ref square = build_mul(b, v, v);
    if (decay->shape == DECAY_SQUARE) return (RefPair){square, square};
    const Ref factor = decay->shape == DECAY_LINEAR_SQUARE ? square : build_mul(b, square, v);
    const Ref sum = build_fma(b, factor, build_constant(b, decay->bend), v);
    return (RefPair){sum, sum};
}

/* Results that are subnormal in the interior type are had by a last product that rounds. */
static int bias_of(const Frame *frame, const Builder *b, const FrameState *state)
{
    return frame->leaves_range && !is_wide(b, state) ? 64 : 0;
}

/* The first part of a step on few bits, so that its multiples leave exact differences. */
static double first_part(const Decay *decay, Quad step, int precision)
{
    const double grain = decay->table_bits == 0 ? ldexp(1, 13 - precision)
                                                : exp2(floor(log2((double)step)) + 11 - precision);
    return grain * rint((double)step / grain);
}

Reduced decay_reduce(const Decay *decay, Builder *b, RefPair s, int bias, bool wide)
{
    const int precision = type_info(b->type)->precision;
    const Quad step = decay->step * ldexp(1, -decay->table_bits);
    const Ref magic = build_constant(b, ldexp(1.5, precision - 1) + bias);
    const Ref z = build_fma(b, s.hi, build_constant(b, -1 / step), magic);
    const Ref n = build_sub(b, z, magic);
    const bool is_one_part = wide || decay->is_rough;
    const double part =
        is_one_part ? quad_round(step, b->type) : first_part(decay, step, precision);
    const Quad rest = is_one_part ? 0 : step - part;
    const Ref first = build_fma(b, n, build_constant(b, part), s.hi);
    if (rest == 0) return (Reduced){z, first, first, first};
    const Ref last = build_constant(b, rest);
    /* What is small first: then one rounding counts. */
    const Ref small = s.lo == s.hi ? build_mul(b, n, last) : build_fma(b, n, last, s.lo);
    return (Reduced){z, build_add_fused(b, first, small), first, small};
}

Ref decay_build_lead(const Decay *decay, Builder *b, Ref r)
{
    return decay->rate == 1 ? prog_add(b->prog, OP_NEG, r, 0, 0)
                            : build_mul(b, r, build_constant(b, -decay->rate));
}

/* 2^bias times exp(-rate*S) as state->n*(1 + c), state->n a power of two whose exponent is in state->z, and c
   state->n_float; where products may be rounded as state->n alone. In the goal's type c is also had without its last
   rounding, as the sum of state->first, which is exact if rate is a power of two, and state->rest. */
static void build_exponential(const Decay *decay, Builder *b, RefPair s, int bias,
                              FrameState *state)
{
    const Reduced reduced = decay_reduce(decay, b, s, bias, is_wide(b, state));
    const Ref r = reduced.r, one = build_constant(b, 1);
    const Ref sum = build_polynomial(b, decay->p, decay->n_p, r, SCHEME_HORNER);
    state->z = reduced.z;
    state->r = r;
    if (decay->is_loose) {
        state->n = frame_scale(b, reduced.z, build_fma(b, r, sum, one));
        return;
    }
    const Ref square = build_mul(b, r, r);
    state->n = frame_scale(b, reduced.z, one);
    state->n_float = build_fma(b, square, sum, decay_build_lead(decay, b, r));
    state->first = state->rest = state->n_float;
    if (is_wide(b, state) || !b->has_fma || reduced.first == reduced.rest) return;
    state->first = decay_build_lead(decay, b, reduced.first);
    state->rest = build_fma(b, square, sum, decay_build_lead(decay, b, reduced.rest));
}

void decay_build_rough(const Decay *decay, Builder *b, Ref v, FrameState *state)
{
    build_exponential(decay, b, (RefPair){v, v}, 0, state);
}

/* The exponential in one number. */
static Ref join_exponential(const Decay *decay, Builder *b, const FrameState *state)
{
    return decay->is_loose ? state->n : build_fma(b, state->n, state->n_float, state->n);
}

/* The exponential is held within the range of the type; where f decays, v is, too. */
static void open_logistic(const Frame *frame, Builder *b, FrameState *state, Ref v)
{
    const Decay *decay = &frame->decay;
    const bool wide = is_wide(b, state);
    const double most = M_LN2 * (type_info(b->type)->emax - 3);
    const double end = (double)decay_inverse(decay, most / decay->rate);
    v = build_at_most(b, v, end);
    const Ref held = build_at_least(b, v, -end);
    build_exponential(decay, b, decay_build_exponent(decay, b, held, wide), 0, state);
    const Ref e = join_exponential(decay, b, state);
    state->x = v;
    state->r = build_div(b, e, build_add(b, e, build_constant(b, 1)));
}

static void decay_open(const Frame *frame, Builder *b, FrameState *state)
{
    const Decay *decay = &frame->decay;
    const bool wide = is_wide(b, state),
               is_folded = decay->has_both && decay->slow_in < SLOW_IN_LOGISTIC;
    const int bias = bias_of(frame, b, state);
    Ref v = state->x;
    if (decay->slow_in == SLOW_IS_LOGISTIC) {
        logistic_open(frame, b, state);
        return;
    }
    if (is_folded)
        v = prog_add(b->prog, OP_ABS, v, 0, 0);
    else if (decay->side < 0)
        v = prog_add(b->prog, OP_NEG, v, 0, 0);
    if (decay->slow_in == SLOW_IN_LOGISTIC) {
        open_logistic(frame, b, state, v);
        return;
    }
    if (decay->has_end) v = build_at_most(b, v, frame->hi);
    if (decay->slow_in == SLOW_OVER_V) {
        state->x = state->r = v;
        return;
    }
    build_exponential(decay, b, decay_build_exponent(decay, b, v, wide), bias, state);
    state->x = v;
    state->r = v;
    if (decay->slow_in == SLOW_IN_V) return;
    const Ref e = join_exponential(decay, b, state);
    state->r = bias == 0 ? e : build_mul(b, e, build_constant(b, ldexp(1, -bias)));
}

/* G*(1 + c)*v^k as a sum of hi, exact or nearly so, and something smaller; where the bound is loose, G alone. */
static DecaySum build_product(const Decay *decay, Builder *b, const FrameState *state, RefPair g)
{
    const bool is_single = g.lo == g.hi;
    const Ref sum = is_single ? g.hi : build_add_fused(b, g.hi, g.lo);
    if (decay->is_loose) return (DecaySum){.hi = sum, .lo = sum};
    const bool is_c_single = state->first == state->rest;
    if (is_c_single && is_single)
        return (DecaySum){.hi = g.hi, .lo = build_mul(b, g.hi, state->first)};
    if (is_c_single) return (DecaySum){.hi = g.hi, .lo = build_fma(b, sum, state->first, g.lo)};
    /* What is small first, so that what rounding takes off the sum of G is small, too. */
    Ref small;
    if (is_single) {
        small = build_mul(b, sum, state->rest);
    } else {
        small = build_fma(b, sum, state->rest, g.lo);
        small = build_fma(b, g.lo, state->first, small);
    }
    return (DecaySum){.hi = g.hi, .lo = build_fma(b, g.hi, state->first, small)};
}

/* y but for y.hi. */
static Ref small_part(Builder *b, DecaySum y)
{
    return y.has_share ? build_fma(b, y.hi, y.share, y.lo) : y.lo;
}

/* factor*y + part with one rounding that counts, part >= 0: what s = factor*y.hi + part loses is found exactly.
   With a power of v in the factor the part, shared*v, is the larger if it is not 0; else factor*y.hi has few bits, and
   either may be. Where it is infinite the result is not used if is_cut. */
static Ref build_exact_part(const Decay *decay, Builder *b, Ref factor, DecaySum y, Ref part,
                            bool is_cut)
{
    Ref s, e, small = y.lo;
    if (decay->power > 0) {
        s = build_fma(b, factor, y.hi, part);
        e = build_fma(b, factor, y.hi, build_sub(b, part, s));
    } else {
        small = small_part(b, y);
        const Ref a = build_mul(b, factor, y.hi);
        const Ref large = prog_add(b->prog, OP_MAX, a, part, 0);
        const Ref less = prog_add(b->prog, OP_MIN, a, part, 0);
        s = build_add(b, a, part);
        e = build_sub(b, less, build_sub(b, s, large));
    }
    Ref rest = build_fma(b, factor, small, e);
    if (decay->power > 0 && y.has_share)
        rest = build_fma(b, build_mul(b, factor, y.hi), y.share, rest);
    /* Of an infinite part the rest is NaN, which min takes for the limit; elsewhere it is much smaller. */
    if (decay->is_infinite_there && !is_cut)
        rest = prog_add(b->prog, OP_MIN, rest, build_constant(b, 0x1p64), 0);
    return build_add(b, s, rest);
}

/* What the other side has and this one has not: shared*x there, 0 here. */
static Ref build_part(const Decay *decay, Builder *b, Ref x)
{
    const Ref part = decay->side > 0 ? build_at_most(b, x, 0) : build_at_least(b, x, 0);
    return decay->shared == 1 ? part : build_mul(b, part, build_constant(b, decay->shared));
}

/* shared - h on the other side. */
static Ref build_other(const Decay *decay, Builder *b, Ref x, Ref h)
{
    const Ref zero = build_constant(b, 0);
    const Ref other = build_sub(b, build_constant(b, decay->shared), h);
    const Ref is_other = decay->side > 0 ? prog_add(b->prog, OP_LT, x, zero, 0)
                                         : prog_add(b->prog, OP_LT, zero, x, 0);
    return prog_add(b->prog, OP_SELECT, is_other, other, h);
}

/* 2^-n*v^k times the product, 2^bias taken off again. */
static Ref build_scaled(const Frame *frame, Builder *b, const FrameState *state, DecaySum y)
{
    const Decay *decay = &frame->decay;
    const int bias = bias_of(frame, b, state);
    Ref h = y.hi;
    if (decay->is_loose) {
        for (int k = 0; k < decay->power; k++) h = build_mul(b, h, state->x);
        h = build_mul(b, h, state->n);
    } else if (decay->power == 0) {
        h = build_add_fused(b, y.hi, small_part(b, y));
    } else {
        h = build_fma(b, state->x, y.hi, build_mul(b, state->x, small_part(b, y)));
        for (int k = 1; k < decay->power; k++) h = build_mul(b, h, state->x);
    }
    if (!decay->is_loose && decay->slow_in != SLOW_OVER_V) h = build_mul(b, h, state->n);
    return bias == 0 ? h : build_mul(b, h, build_constant(b, ldexp(1, -bias)));
}

/* y, but NaN at an infinity: 0*x is 0 at any number. */
static Ref build_nan(const Decay *decay, Builder *b, Ref x, Ref y)
{
    if (!decay->nan_below && !decay->nan_above) return y;
    if (!decay->nan_above) x = build_at_most(b, x, 0);
    if (!decay->nan_below) x = build_at_least(b, x, 0);
    return build_fma(b, x, build_constant(b, 0), y);
}

/* The product and what the other side has. Far out there 2^bias times that may be infinite, but the product is nothing beside it. */
static Ref close_with_part(const Frame *frame, Builder *b, const FrameState *state, DecaySum y,
                           Ref x)
{
    const Decay *decay = &frame->decay;
    const int bias = bias_of(frame, b, state);
    const Ref part = build_part(decay, b, x);
    if (is_wide(b, state) || !b->has_fma || decay->is_loose)
        return build_add_fused(b, part, build_scaled(frame, b, state, y));
    const bool is_over = decay->slow_in == SLOW_OVER_V;
    Ref factor = !is_over ? state->n : decay->power > 0 ? state->x : build_constant(b, 1);
    for (int k = is_over; k < decay->power; k++) factor = build_mul(b, factor, state->x);
    if (bias == 0) return build_exact_part(decay, b, factor, y, part, false);
    const Ref scaled = build_mul(b, part, build_constant(b, ldexp(1, bias)));
    const Ref sum = build_exact_part(decay, b, factor, y, scaled, true);
    const Ref end = build_constant(b, -decay->side * decay->shared * frame->hi);
    const Ref is_near = decay->side * decay->shared < 0 ? prog_add(b->prog, OP_LT, part, end, 0)
                                                        : prog_add(b->prog, OP_LT, end, part, 0);
    const Ref f = build_mul(b, sum, build_constant(b, ldexp(1, -bias)));
    return prog_add(b->prog, OP_SELECT, is_near, f, part);
}

static Ref decay_close(const Frame *frame, Builder *b, const FrameState *state, RefPair fitted)
{
    const Decay *decay = &frame->decay;
    const Type input = (Type)b->prog->node[state->input].type;
    const Ref x = build_convert(b, state->input, b->type);
    if (decay->slow_in == SLOW_IS_LOGISTIC)
        return build_nan(decay, b, x, logistic_close(frame, b, state, fitted));
    if (decay->slow_in == SLOW_IN_LOGISTIC) {
        Ref y = fitted.hi;
        for (int k = 0; k < decay->power; k++) y = build_mul(b, y, state->x);
        return build_nan(decay, b, x, y);
    }
    const DecaySum y =
        decay->slow_in == SLOW_OVER_V
            ? decay_build_over(decay, b, state->x, fitted.hi, bias_of(frame, b, state))
            : build_product(decay, b, state, fitted);
    const bool is_one =
        !decay->has_both || (decay->other == OTHER_DIFFERENCE && decay->shared == 0);
    if (!is_one && decay->other == OTHER_DIFFERENCE)
        return build_nan(decay, b, x, close_with_part(frame, b, state, y, x));
    /* The rest is exact, or h is so much smaller than the result that its rounding does not count. */
    const bool is_narrow = input == TYPE_F32 || input == TYPE_F64;
    Builder last = *b;
    last.type = is_narrow ? input : b->type;
    const Ref at = is_narrow ? state->input : x;
    Ref h = build_convert(&last, build_scaled(frame, b, state, y), last.type);
    if (!is_one)
        h = decay->other == OTHER_SUM ? build_other(decay, &last, at, h)
                                      : build_sign_of(&last, at, h);
    return build_nan(decay, &last, at, h);
}

const FrameRow FRAME_DECAY = {"decay ", decay_detect, decay_open, decay_close, decay_vary, 5};
