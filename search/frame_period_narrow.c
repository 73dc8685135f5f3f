/* Periodic functions (frame_period.h) reduced in the goal's own type, where a register holds twice as many values as in the
   next wider one. The error of a rounded r would be half an ulp of it, and as much of the result near a zero; so r is
   carried as a sum, r + rest (Cody and Waite 1980, with what the last steps lose):

       step = a + b + c, a the value of the type below, b of so few bits that k*b is exact
       r1 = x - k*a     exact: a multiple of the last bit of a, and little more than half a step; but for half-integers k and x
                        below a quarter of a step, where it lost e = x - (r1 + k*a)
       r = r1 - k*b     rounded; d = r - r1 is exact, since r is exact where it is smaller than k*b
       lost = d - e + k*b + k*c

   Where k has so many bits that b would be too coarse, b has all of the type's, and k*b is a sum p + q (is_far):

       r = r1 - p       rounded; d = (r - r1) + p is exact, since r1 is a multiple of the last bit of p
       lost = d - e + q + k*c

   And f(r - lost) = f(r) - lost*f'(r) + ..., with f' as s0 + s1*r^2, which is enough for something so small. For x = -0
   all of this is -0 but for `lost`, which is 0, and so the result is -0 where f'(0) is positive. */
#include "search/frame_period.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>

enum {
    BITS_LEAST = 10, /* of b, if k*b is to be exact: what it leaves to c must be small beside r */
    STEPS_MOST = 1 << 19, /* p is below 1/8 of a step, and k changes within 1/64 of its place */
};

static double steps_max(const Frame *frame)
{
    return fmax(fabs(frame->lo), fabs(frame->hi)) / (double)frame->step;
}

/* The bits of b; k may have a half in it. */
static int bits_of_second(const Frame *frame, Type type)
{
    const int bits_of_k = (int)ceil(log2(steps_max(frame) + 1)) + (frame->shift != 0);
    return type_info(type)->precision - bits_of_k;
}

/* How far from its place, in steps, k changes at the end of the domain, since the rounded 1/step does. */
static double count_error(const Frame *frame, Type type)
{
    const Quad rate = 1 / frame->step;
    return steps_max(frame) * fabs((double)((quad_round(rate, type) - rate) / rate));
}

/* s0 = f'(0); s1 by least squares from the slopes of chords, weighted by r, as rest grows with it. */
static void fit_slope(Frame *frame)
{
    const Curve *curve = &frame->curve;
    double above = 0, below = 0;
    for (int i = 1; i < curve->n; i++) {
        const double r = (double)(curve->x[i - 1] + curve->x[i]) / 2;
        const Quad width = curve->x[i] - curve->x[i - 1];
        const double slope = (double)((curve->f[i] - curve->f[i - 1]) / width);
        above += r * r * r * r * (slope - curve->slope) * (double)width;
        below += r * r * r * r * r * r * (double)width;
    }
    frame->rest_slope = curve->slope;
    frame->rest_bend = above / below;
}

static bool is_far(const Frame *frame, Type type) { return bits_of_second(frame, type) < BITS_LEAST; }

/* The second part of the step, and by how much the two miss it. */
static double second_part(const Frame *frame, Type type, Quad *missing)
{
    const Quad left = frame->step - period_part_below(frame->step, type);
    int exponent;
    (void)frexp((double)left, &exponent);
    const int bits = is_far(frame, type) ? type_info(type)->precision : bits_of_second(frame, type);
    const double grain = ldexp(1, exponent - bits);
    const double second = grain * rint((double)(left / grain));
    *missing = left - second;
    return second;
}

/* Do two parts tell r to an eighth of an ulp at every input next to a zero? Only where there are few steps. */
static bool needs_third(const Frame *frame, Type type)
{
    enum { FEW = 100 };
    Quad missing;
    second_part(frame, type, &missing);
    const double n_max = steps_max(frame);
    if (n_max > FEW) return true;
    for (double k = frame->shift != 0 ? 0.5 : 1; k <= n_max + 0.5; k++) {
        const Quad zero = k * frame->step, r = quad_round(zero, type) - zero;
        if (quad_abs(k * missing) > ldexp(0.125, -type_info(type)->precision) * quad_abs(r))
            return true;
    }
    return false;
}

/* Zeros at multiples of half the step, where the first parts of r are exact. */
bool period_may_be_narrow(const Frame *frame, const Problem *problem)
{
    return problem->goal.type == TYPE_F32 && problem->may[OP_FMA] && !problem->is_rounding &&
           (frame->is_reciprocal ? frame->shift == 0 && period_inverts_exactly(frame)
                                 : frame->shift == 0 || period_is_half(frame));
}

bool period_carry_rest(Frame *frame, const Problem *problem)
{
    if (problem->goal.type != TYPE_F32 || problem->is_rounding) return false;
    if (frame->curve.parity != -1 || frame->curve.zero_order != 1) return false;
    fit_slope(frame);
    frame->has_rest = frame->takes_pair = frame->wants_sum = frame->is_narrow_only = true;
    return true;
}

bool period_narrow(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Type type = problem->goal.type;
    const double quarter = (double)frame->step / 4;
    frame->has_first_rest = frame->shift != 0 && frame->lo < quarter && frame->hi > -quarter;
    if (!period_may_be_narrow(frame, problem) || steps_max(frame) > STEPS_MOST) return false;
    const double beyond = 1e-6 + count_error(frame, type) + period_half_error(frame, type);
    if (!period_curve(frame, problem, oracle, beyond)) return false;
    if (!period_carry_rest(frame, problem)) return false;
    frame->n_parts = needs_third(frame, type) ? 3 : 2;
    frame->needs_wide = false;
    snprintf(frame->way, sizeof frame->way, "narrow ");
    return true;
}

/* r and d; what is left of k*b is added to d. */
static Ref reduce_near(Builder *b, FrameState *state, Ref k, Ref r1, double second)
{
    state->r = build_fma(b, k, build_constant(b, -second), r1);
    return build_fma(b, k, build_constant(b, second), build_sub(b, state->r, r1));
}

static Ref reduce_far(Builder *b, FrameState *state, Ref k, Ref r1, double second)
{
    const Ref minus_p = build_mul(b, k, build_constant(b, -second));
    const Ref q = build_fma(b, k, build_constant(b, second), minus_p);
    state->r = build_add(b, r1, minus_p);
    return build_add(b, build_sub(b, build_sub(b, state->r, r1), minus_p), q);
}

void period_reduce_narrow(const Frame *frame, Builder *b, FrameState *state)
{
    const Ref k = period_count(frame, b, state);
    const double first = period_part_below(frame->step, b->type);
    Quad missing;
    const double second = second_part(frame, b->type, &missing);
    const Ref r1 = build_fma(b, k, build_constant(b, -first), state->x);
    Ref lost = is_far(frame, b->type) ? reduce_far(b, state, k, r1, second)
                                      : reduce_near(b, state, k, r1, second);
    if (frame->has_first_rest) {
        const Ref back = build_fma(b, k, build_constant(b, first), r1);
        lost = build_add(b, lost, build_sub(b, back, state->x));
    }
    if (frame->n_parts > 2) lost = build_fma(b, k, build_constant(b, missing), lost);
    state->lost = lost;
}

/* r*r, perhaps with a constant added, as the form has written it; else written here. */
static Ref find_square(Builder *b, Ref r, double *added)
{
    const Prog *prog = b->prog;
    *added = 0;
    for (int i = r + 1; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        if (node->arg[0] != r || node->arg[1] != r) continue;
        if (node->op == OP_MUL) return (Ref)i;
        if (node->op != OP_FMA || prog->node[node->arg[2]].op != OP_CONST) continue;
        *added = value_from_bits(b->type, prog->node[node->arg[2]].value.lo);
        return (Ref)i;
    }
    return build_mul(b, r, r);
}

Ref period_rest(const Frame *frame, Builder *b, const FrameState *state)
{
    double added;
    const Ref square = find_square(b, state->r, &added);
    const double bend = quad_round(frame->rest_bend, b->type);
    const Ref minus_slope = build_fma(b, square, build_constant(b, -bend),
                                      build_constant(b, (Quad)bend * added - frame->rest_slope));
    return build_mul(b, state->lost, minus_slope);
}

Ref period_add_rest(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const Ref rest = period_rest(frame, b, state);
    if (y.lo == y.hi) return build_add(b, y.hi, rest);
    return build_add_fused(b, build_add_fused(b, rest, y.lo), y.hi);
}
