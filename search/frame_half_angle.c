/* Functions of the kind A + B*asin(u), u = (x - c)/H running from one square-root singularity to the other. They are known by

       f(1) - f(u) = 2*(f(sqrt((1 - u)/2)) - A),     f(u) + f(-u) = 2*A,     D = f(1) - A,

   as functions of u. So one odd curve Y on a little more than half of the interval serves all of it: near the middle
   f = A +- Y(|u|), beyond a split f = A +- (D - 2*Y(s)) with s = sqrt(z), z = (1 - |u|)/2, which is exact. What rounding the root took
   off is rest = (z - s*s)/(2*s); a reciprocal of s from its bits is good enough for that. It is added to the small part of Y, as are the low parts of
   A and D, so that the sum Y is rounded once; and D - 2*Y is exact where it is less than D, if Y is less than its share at the split.
   Where A is not 0, no such difference is to be exact: then s has the sign of u, and f = A + Y(u) or A +- D - 2*Y(s). */
#include "search/frame_root.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    ProblemValue value;
    const Frame *frame;
} AngleValue;

/* f(u) less A. */
static bool odd_part(AngleValue *self, Quad u, Quad *y, double *weight)
{
    const Frame *frame = self->frame;
    if (!problem_value(&self->value, frame->shift + frame->step * u, y, weight)) return false;
    *y -= frame->gain;
    return true;
}

/* An error of Y counts where it is used for small u, and twice on both sides where it is used for a root. */
static bool angle_value(void *context, Quad v, Quad *y, double *weight)
{
    AngleValue *self = context;
    const Quad u = 1 - 2 * v * v;
    if (!odd_part(self, v, y, weight)) return false;
    for (int side = -1; side <= 1 && u >= self->frame->split; side += 2) {
        Quad far;
        double far_weight;
        if (odd_part(self, side * u, &far, &far_weight) && isfinite(far_weight))
            *weight = fmax(*weight, 2 * far_weight);
    }
    return true;
}

static bool is_half_angle(AngleValue *value)
{
    static const double PLACES[] = {0.07, 0.31, 0.52, 0.83, 0.97};
    const double tiny = 1e-24 * (double)quad_abs(value->frame->high);
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        const Quad u = PLACES[i];
        Quad right, left, half;
        double weight;
        if (!odd_part(value, u, &right, &weight) || !odd_part(value, -u, &left, &weight))
            return false;
        if (!odd_part(value, quad_sqrt((1 - u) / 2), &half, &weight)) return false;
        if (quad_abs(right + left) > tiny) return false;
        if (quad_abs(value->frame->high - right - 2 * half) > tiny) return false;
    }
    return true;
}

/* Where the second formula begins; rough ones, for bounds that leave room for three more roundings, come first there. */
static const struct {
    const char *name;
    bool is_rough;
    double split;
} WAYS[] = {{"rough ", true, 0.5},
            {"rough, from 9/16 ", true, 0.5625},
            {"from 1/2 ", false, 0.5},
            {"from 9/16 ", false, 0.5625},
            {"from 5/8 ", false, 0.625}};
enum { N_WAYS = sizeof WAYS / sizeof *WAYS };

/* f = sign * (near ? Y : D - 2*Y), and no more. */
static bool is_odd(const Frame *frame) { return frame->gain == 0 && frame->shift == 0; }

static int first_way(const Problem *problem)
{
    int way = 0;
    while (WAYS[way].is_rough && !(problem->limit > 3.5 * problem->floor)) way++;
    return way;
}

static bool take_way(Frame *frame, const Problem *problem, Oracle *oracle, int way)
{
    AngleValue value = {{problem, oracle}, frame};
    frame->has_rest_of_root = !WAYS[way].is_rough;
    frame->split = WAYS[way].split;
    snprintf(frame->way, sizeof frame->way, "%s", WAYS[way].name);
    return curve_init(&frame->curve, 0, 1.001 * frame->split, angle_value, &value);
}

static bool half_angle_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Type type = problem->goal.type;
    const Domain *domain = &problem->goal.domain[0];
    AngleValue value = {{problem, oracle}, frame};
    double weight;
    if ((type != TYPE_F32 && type != TYPE_F64) || problem->is_rounding) return false;
    if (!problem->may[OP_SQRT] || !problem->may[OP_FMA]) return false;
    const double most = ldexp(1, type_info(type)->emax);
    frame->lo = root_end(&value.value, domain->is_all ? -most : domain->lo);
    frame->hi = root_end(&value.value, domain->is_all ? most : domain->hi);
    const double width = frame->hi - frame->lo, middle = frame->lo + width / 2;
    if (!isfinite(width) || !(width > 0) || quad_round(middle, type) != middle) return false;
    if (!root_is_singular(&value.value, frame->hi, -width)) return false;
    if (!root_is_singular(&value.value, frame->lo, width)) return false;
    frame->shift = middle;
    frame->step = width / 2;
    if (!problem_value(&value.value, frame->shift, &frame->gain, &weight)) return false;
    if (!odd_part(&value, 1, &frame->high, &weight) || !is_half_angle(&value)) return false;
    frame->takes_pair = frame->wants_sum = frame->is_narrow_only = true;
    return take_way(frame, problem, oracle, first_way(problem));
}

static bool half_angle_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    const int first = first_way(problem);
    if (variant <= first) return false;
    /* A difference D - 2*Y of half of D has twice the error of Y. */
    if (is_odd(frame) && !WAYS[variant].is_rough && WAYS[variant].split == 0.5) return false;
    return take_way(frame, problem, oracle, variant);
}

/* -- writing -------------------------------------------------------------------------------------- */

static void half_angle_open(const Frame *frame, Builder *b, FrameState *state)
{
    Prog *prog = b->prog;
    state->y =
        frame->shift == 0 ? state->x : build_sub(b, state->x, build_constant(b, frame->shift));
    const Ref a = prog_add(prog, OP_ABS, state->y, 0, 0);
    state->z = frame_end_distance(b, frame->lo, frame->hi, state->x, a);
    state->first = prog_add(prog, OP_SQRT, state->z, 0, 0);
    const Ref end = build_constant(b, frame->split * frame->step);
    if (!is_odd(frame)) state->first = build_sign_of(b, state->y, state->first);
    const Ref v = is_odd(frame) ? a : state->y;
    const Ref u = frame->step == 1 ? v : build_mul(b, v, build_constant(b, 1 / frame->step));
    state->n = prog_add(prog, OP_LT, a, end, 0);
    state->r = prog_add(prog, OP_SELECT, state->n, u, state->first);
}

/* What is added to Y beyond the split: low, and the rest of the root times the slope of Y. */
static Ref build_rest(const Frame *frame, Builder *b, const FrameState *state, Ref low)
{
    const double slope = frame->curve.slope;
    const RootRest rest = root_build_rest(b, state->z, state->first, slope);
    return build_fma(b, rest.difference, rest.factor, low);
}

static Quad low_part(const Builder *b, Quad x) { return x - (Quad)quad_round(x, b->type); }

/* sign * (near ? y : D - 2*y) */
static Ref close_odd(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    Prog *prog = b->prog;
    Ref sum;
    if (frame->has_rest_of_root) {
        const Ref low = build_constant(b, (0 - low_part(b, frame->high)) / 2);
        const Ref rest = prog_add(prog, OP_SELECT, state->n, build_constant(b, 0),
                                  build_rest(frame, b, state, low));
        sum = build_pair_sum(b, y, rest);
    } else {
        sum = build_pair_value(b, y);
    }
    const Ref far = build_fma(b, sum, build_constant(b, -2), build_constant(b, frame->high));
    return build_sign_of(b, state->x, prog_add(prog, OP_SELECT, state->n, sum, far));
}

/* What is added to the curve's value where it is A + Y(u): the low part of A; and what was lost in x - c, which is exact only within
   a factor of 2 of c. */
static Ref build_near_low(const Frame *frame, Builder *b, const FrameState *state)
{
    const Ref low = build_constant(b, low_part(b, frame->gain));
    if (frame->shift == 0) return low;
    const Ref seen = build_add(b, state->y, build_constant(b, frame->shift));
    const Ref lost = build_sub(b, state->x, seen);
    return build_fma(b, lost, build_constant(b, frame->curve.slope / frame->step), low);
}

/* `negative` where the mask is all ones, else `positive`: of two constants, without a comparison. */
static Ref choose_by_sign(Builder *b, Ref mask, Quad negative, Quad positive)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const uint64_t below = bits_from_value(b->type, quad_round(negative, b->type));
    const uint64_t above = bits_from_value(b->type, quad_round(positive, b->type));
    Ref bits = prog_add(prog, OP_IAND, mask, prog_add_bits(prog, integer, below ^ above), 0);
    if (above != 0) bits = prog_add(prog, OP_IXOR, bits, prog_add_bits(prog, integer, above), 0);
    return prog_add_typed(prog, OP_BITCAST, b->type, bits, 0, 0);
}

static Ref build_sign_mask(Builder *b, Ref x)
{
    const Type integer = frame_int_type(b->type);
    const Ref size = prog_add_bits(b->prog, integer, (uint64_t)(8 * type_info(b->type)->size - 1));
    const Ref bits = prog_add_typed(b->prog, OP_BITCAST, integer, x, 0, 0);
    return prog_add(b->prog, OP_ASHR, bits, size, 0);
}

/* base + factor*y: A, A + D or A - D, and 1 or -2. */
static Ref close_other(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    Prog *prog = b->prog;
    const Quad above = frame->gain + frame->high, below = frame->gain - frame->high;
    const Quad tiny = 1e-25 * quad_abs(frame->high);
    const Quad end = quad_abs(above) < tiny ? 0 : above, start = quad_abs(below) < tiny ? 0 : below;
    const Ref is_below = build_sign_mask(b, state->y);
    const Ref base = prog_add(prog, OP_SELECT, state->n, build_constant(b, frame->gain),
                              choose_by_sign(b, is_below, start, end));
    const Ref factor =
        prog_add(prog, OP_SELECT, state->n, build_constant(b, 1), build_constant(b, -2));
    if (!frame->has_rest_of_root) return build_fma(b, build_pair_value(b, y), factor, base);
    const Ref low = choose_by_sign(b, is_below, (0 - low_part(b, start)) / 2, (0 - low_part(b, end)) / 2);
    const Ref rest = prog_add(prog, OP_SELECT, state->n, build_near_low(frame, b, state),
                              build_rest(frame, b, state, low));
    return build_fma(b, build_pair_sum(b, y, rest), factor, base);
}

static Ref half_angle_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    return is_odd(frame) ? close_odd(frame, b, state, y) : close_other(frame, b, state, y);
}

const FrameRow FRAME_HALF_ANGLE = {"half angle ",    half_angle_detect, half_angle_open,
                                   half_angle_close, half_angle_vary,   N_WAYS};
