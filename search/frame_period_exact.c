/* Periodic functions (frame_period.h) whose step is a power of two, as sin(pi*x), cos(pi*x/2) + 1 and tan(pi*x) have it:
   then x - n*step is a value of the goal's type whatever x is, infinity becomes NaN, and floats without bits below the step
   become 0. Ways to go on from there:

       whole    r is x modulo the period, in the middle of it; zeros and poles at the ends or half way there are taken out
                as a factor edge^2 - r*r, which one fma rounds once
       half     f(r + n*step) = (-1)^n * f(r) for |r| <= step/2: the bits of n are needed
       folded   of an odd function f(r) = f(step - r): the smaller of |r| and step - |r|, with the sign of r, is had without
                loss and sooner than n; in f32 itself where a form's value is a sum of two (sin(pi*x) within 1 ulp)
       centred  of an even function f(r) = g(step/2 - |r|) with g odd, where n does not count; the difference
                is rounded near r = 0 only, and what it loses there can be carried along (frame_period_narrow.c)

   Zeros have signs by C23 Annex F: sinpi(3) = 0, sinpi(-3) = -0; tanpi(1) = -0. With y made 0, not -0, where f is 0,
   z - (-y) is f for a zero z of the sign wanted. */
#include "search/frame_period.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What a sum of products is divided by at last: so none of them is subnormal, and rounded twice. */
static const double RAISED = 0x1p-32;

typedef struct {
    ProblemValue value;
    double peak; /* if not 0, f(peak - r) is looked at */
    double edge;
    int power; /* of edge^2 - r*r in f, which is taken out */
    double scale; /* that the rest gets */
} ExactValue;

/* -- looking ----------------------------------------------------------------------------- */

/* Is f(r + n*step) = gain^n * f(r) for some n and r? */
static bool repeats(ProblemValue *value, double step, int *gain)
{
    enum { PROBES = 9 };
    static const int STEPS[] = {1, -2, 5};
    for (int i = 0; i < PROBES; i++) {
        const Quad r = (Quad)step * (i + 0.3) / PROBES;
        Quad here, there;
        double weight;
        if (!problem_value(value, r, &here, &weight)) return false;
        for (size_t k = 0; k < sizeof STEPS / sizeof *STEPS; k++) {
            if (!problem_value(value, r + (Quad)step * STEPS[k], &there, &weight)) return false;
            if (i == 0 && k == 0) *gain = (here < 0) == (there < 0) ? 1 : -1;
            if (!period_is_equal(STEPS[k] % 2 == 0 ? here : *gain * here, there)) return false;
        }
    }
    return true;
}

bool period_is_exact(Frame *frame, const Problem *problem, Oracle *oracle)
{
    enum { LEAST = -12, MOST = 12 };
    ProblemValue value = {problem, oracle};
    for (int e = LEAST; e <= MOST; e++) {
        int gain = 1;
        if (!repeats(&value, ldexp(1, e), &gain)) continue;
        frame->step = ldexp(1, e);
        frame->gain = gain;
        return true;
    }
    return false;
}

/* The order of the zero (or, below 0, the pole) that f has at r; 0 for none, or one on one side only. */
static int order_at(ProblemValue *value, double at, double scale)
{
    const double h = ldexp(scale, -24);
    Quad f[4];
    double weight;
    for (int i = 0; i < 4; i++)
        if (!problem_value(value, (Quad)at + (i < 2 ? i - 2 : i - 1) * h, &f[i], &weight)) return 0;
    if (f[1] == 0 || f[2] == 0) return 0;
    const double left = log2((double)quad_abs(f[0] / f[1])),
                 right = log2((double)quad_abs(f[3] / f[2]));
    const int order = (int)lround(left);
    const bool is_sure = fabs(left - order) < 1e-5 && fabs(right - order) < 1e-5;
    return is_sure && abs(order) <= 2 ? order : 0;
}

/* f on the other side of 0: its parity, 0 for none. */
static int parity_of(ProblemValue *value, double reach)
{
    enum { PROBES = 7 };
    int parity = 0;
    for (int i = 0; i < PROBES; i++) {
        const Quad r = (Quad)reach * (i + 0.3) / PROBES;
        Quad right, left;
        double weight;
        if (!problem_value(value, r, &right, &weight)) return 0;
        if (!problem_value(value, -r, &left, &weight)) return 0;
        if (i == 0) parity = (right < 0) == (left < 0) ? 1 : -1;
        if (!period_is_equal(right, parity * left)) return 0;
    }
    return parity;
}

static bool exact_value(void *context, Quad r, Quad *f, double *weight)
{
    const ExactValue *self = context;
    const Quad x = self->peak != 0 ? self->peak - r : r;
    const Quad factor = (Quad)self->edge * self->edge - r * r;
    Quad product = self->scale;
    if (self->power != 0 && factor == 0) return false;
    if (!problem_value((void *)&self->value, x, f, weight)) return false;
    for (int i = 0; i < abs(self->power); i++) product *= factor;
    *f = self->power < 0 ? *f * product : *f / product;
    const double size = (double)quad_abs(product);
    *weight = self->power < 0 ? *weight / size : *weight * size;
    return true;
}

/* Which sign the zeros have that count, as the problem has them noted. */
static ZeroKind zero_kind(const Frame *frame, const Problem *problem)
{
    const Type type = problem->goal.type;
    bool is_positive = true, is_of_input = true, alternates = frame->gain > 0, is_any = true;
    for (int i = 0; i < problem->n_exact; i++) {
        const ExactResult *exact = &problem->exact[i];
        if (!exact->is_signed) continue;
        const double x = value_from_bits(type, exact->x);
        const bool is_minus = signbit(value_from_bits(type, exact->want)) != 0;
        const bool is_left = signbit(x) != 0;
        const bool is_odd = fmod(rint(x / (double)frame->step), 2) != 0;
        is_any = false;
        is_positive &= !is_minus;
        is_of_input &= is_minus == is_left;
        alternates &= is_minus == (is_left != is_odd);
    }
    if (is_any) return ZERO_ANY;
    return is_positive ? ZERO_POSITIVE
           : is_of_input ? ZERO_OF_INPUT
           : alternates  ? ZERO_ALTERNATES
                         : ZERO_ANY;
}

/* The curve of |r| <= reach, with the first factor found that takes out what is at the ends or half way there. */
static bool exact_curve(Frame *frame, const Problem *problem, Oracle *oracle, double reach,
                        double peak)
{
    ExactValue value = {{problem, oracle}, peak, .scale = 1};
    const int parity = parity_of(&value.value, reach);
    for (double edge = reach; edge >= reach / 2 && value.power == 0; edge /= 2) {
        if (peak != 0 || parity == 0) break;
        value.edge = edge;
        value.power = order_at(&value.value, edge, reach);
    }
    frame->edge = value.power != 0 ? value.edge : 0;
    frame->edge_power = value.power;
    if (frame->zero_kind == ZERO_OF_INPUT || frame->zero_kind == ZERO_ALTERNATES) value.scale = -1;
    if (frame->is_raised) value.scale *= RAISED;
    return curve_init(&frame->curve, -reach, reach, exact_value, &value);
}

static bool exact_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    if (goal->type == TYPE_REAL || !period_is_exact(frame, problem, oracle)) return false;
    frame->lo = domain->is_all ? -INFINITY : domain->lo;
    frame->hi = domain->is_all ? INFINITY : domain->hi;
    if (frame->hi - frame->lo < 1.2 * (double)frame->step) return false;
    frame->zero_kind = zero_kind(frame, problem);
    frame->is_half = frame->zero_kind == ZERO_ALTERNATES;
    frame->is_mixed = goal->type == TYPE_F32;
    frame->ends_wide = problem->is_rounding;
    const double period = (double)frame->step * (frame->gain < 0 ? 2 : 1);
    return exact_curve(frame, problem, oracle, period / 2, 0);
}

/* Of f(r + step) = -f(r) and f(-r) = -f(r). Nothing of r is lost, so that a sum of two is all that the goal's type needs. */
static bool fold(Frame *frame, const Problem *problem, Oracle *oracle, bool is_narrow)
{
    if (problem->goal.type != TYPE_F32 || frame->is_half || problem->is_rounding) return false;
    frame->is_folded = true;
    frame->takes_pair = frame->wants_sum = frame->is_narrow_only = frame->is_raised = is_narrow;
    if (!exact_curve(frame, problem, oracle, (double)frame->step / 2, 0)) return false;
    snprintf(frame->way, sizeof frame->way, is_narrow ? "folded narrow " : "folded ");
    return frame->curve.parity == -1 && frame->curve.zero_order == 1;
}

static bool exact_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    const double half = (double)frame->step / 2;
    if (frame->gain > 0) return false;
    if (variant >= 3) return fold(frame, problem, oracle, variant == 4);
    if (variant == 0) {
        if (frame->ends_wide && frame->zero_kind != ZERO_ANY) return false;
        frame->is_half = true;
        snprintf(frame->way, sizeof frame->way, "half ");
        return exact_curve(frame, problem, oracle, half, 0);
    }
    if (frame->curve.parity != 1) return false;
    frame->peak = half;
    frame->has_rest = variant == 2;
    snprintf(frame->way, sizeof frame->way, frame->has_rest ? "centred narrow " : "centred ");
    if (!exact_curve(frame, problem, oracle, half, half)) return false;
    return !frame->has_rest || period_carry_rest(frame, problem);
}

/* -- reducing ------------------------------------------------------------------------------ */

static Ref magic(Builder *b)
{
    return build_constant(b, ldexp(1.5, type_info(b->type)->precision - 1));
}

/* x - n*step for n = x/step rounded, which is an integer in the low bits of *n. |x/step| is at most
   2^(precision - 3). */
static Ref take_near(Builder *b, Ref x, double step, Ref *n)
{
    const Ref rate = build_constant(b, 1 / step);
    *n = build_fma(b, x, rate, magic(b));
    return build_fma(b, build_sub(b, *n, magic(b)), build_constant(b, -step), x);
}

/* The same for any x; n is no more than an integral value. */
static Ref take_far(Builder *b, Ref x, double step)
{
    const Ref n = step == 1 ? x : build_mul(b, x, build_constant(b, 1 / step));
    return build_fma(b, prog_add(b->prog, OP_RINT, n, 0, 0), build_constant(b, -step), x);
}

/* By one operator, which has 0 for infinities: NaN is to come from elsewhere. */
static bool is_reduced_at_once(const Frame *frame, const Builder *b, double period)
{
    const bool has_zeros =
        frame->zero_kind == ZERO_OF_INPUT || frame->zero_kind == ZERO_ALTERNATES;
    return b->has_scaling && (b->type == TYPE_F32 || b->type == TYPE_F64) && period <= 1 &&
           !frame->is_half && (has_zeros || isfinite(frame->hi - frame->lo));
}

static Ref reduce_at_once(Builder *b, Ref x, double period)
{
    if (period != 1) x = build_mul(b, x, build_constant(b, 1 / period));
    const Ref r = prog_add(b->prog, OP_REDUCE, x, 0, 0);
    return period == 1 ? r : build_mul(b, r, build_constant(b, period));
}

static void exact_open(const Frame *frame, Builder *b, FrameState *state)
{
    Builder narrow = frame_counter(frame, b, state);
    Builder *c = &narrow;
    const double step = (double)frame->step;
    const double period = frame->gain < 0 || frame->is_half ? 2 * step : step;
    const double reach = fmax(fabs(frame->lo), fabs(frame->hi));
    Ref r = c->type == b->type ? state->x : state->input;
    state->z = r;
    const bool is_near = reach <= ldexp(step, type_info(c->type)->precision - 3);
    const bool is_at_once = is_reduced_at_once(frame, c, period);
    /* Large x/period would be infinite; a multiple of the period will do. */
    if (!is_near && period < 1 && !is_at_once) r = take_far(c, r, 1);
    if (is_at_once)
        r = reduce_at_once(c, r, period);
    else if (!is_near)
        r = take_far(c, r, period);
    else if (!frame->is_half)
        r = take_near(c, r, period, &state->n);
    if (frame->is_half) r = take_near(c, r, step, &state->n);
    if (frame->is_folded) {
        const Ref away = prog_add(c->prog, OP_ABS, r, 0, 0);
        const Ref other = build_sub(c, build_constant(c, step), away);
        r = build_sign_of(c, r, prog_add(c->prog, OP_MIN, away, other, 0));
    }
    if (frame->peak != 0) {
        const Ref away = prog_add(c->prog, OP_ABS, r, 0, 0);
        const Ref peak = build_constant(c, frame->peak);
        if (!frame->has_rest && c->type != b->type) { /* nothing is lost in the wider type */
            const Ref wide = build_convert(b, away, b->type);
            state->r = build_sub(b, build_constant(b, frame->peak), wide);
            return;
        }
        r = build_sub(c, peak, away);
        if (frame->has_rest) state->lost = build_sub(c, away, build_sub(c, peak, r));
    }
    state->r = build_convert(b, r, b->type);
}

/* -- the result ------------------------------------------------------------------------------ */

/* edge^2 - r*r */
static Ref edge_factor(const Frame *frame, Builder *b, Ref r)
{
    const Ref edge = build_constant(b, frame->edge);
    if (b->has_fma) {
        const Ref minus = prog_add(b->prog, OP_NEG, r, 0, 0);
        return build_fma(b, minus, r, build_constant(b, frame->edge * frame->edge));
    }
    return build_mul(b, build_sub(b, edge, r), build_add(b, edge, r));
}

/* y, and 0 where it is -0. */
static Ref without_minus_zero(Builder *b, Ref y)
{
    const Node node = b->prog->node[y];
    const Ref zero = build_constant(b, 0);
    return node.op == OP_MUL && b->has_fma ? build_fma(b, node.arg[0], node.arg[1], zero)
                                           : build_add(b, y, zero);
}

/* The last bit of the integer in n, as a sign. */
static Ref parity_sign(Builder *b, Ref n)
{
    const Type integer = frame_int_type(b->type);
    const Ref width = prog_add_bits(b->prog, integer, (uint64_t)(8 * type_info(b->type)->size - 1));
    const Ref bits = prog_add_typed(b->prog, OP_BITCAST, integer, n, 0, 0);
    return prog_add(b->prog, OP_SHL, bits, width, 0);
}

static Ref flip(Builder *b, Ref y, Ref sign)
{
    const Ref bits = prog_add_typed(b->prog, OP_BITCAST, frame_int_type(b->type), y, 0, 0);
    const Ref flipped = prog_add(b->prog, OP_IXOR, bits, sign, 0);
    return prog_add_typed(b->prog, OP_BITCAST, b->type, flipped, 0, 0);
}

/* A zero of the sign that f has if it is 0; NaN, as f, at infinity. */
static Ref signed_zero(const Frame *frame, Builder *b, const FrameState *state)
{
    const Ref of_input = build_mul(b, state->z, build_constant(b, 0));
    if (frame->zero_kind != ZERO_ALTERNATES) return of_input;
    return flip(b, of_input, parity_sign(b, state->n));
}

/* That zero less v. */
static Ref from_signed_zero(const Frame *frame, Builder *b, const FrameState *state, Ref v)
{
    if (frame->is_raised)
        return build_fma(b, v, build_constant(b, -RAISED), signed_zero(frame, b, state));
    if (frame->zero_kind == ZERO_ALTERNATES || !b->has_fma)
        return build_sub(b, signed_zero(frame, b, state), v);
    return build_fma(b, state->z, build_constant(b, 0), prog_add(b->prog, OP_NEG, v, 0, 0));
}

static Ref exact_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const ZeroKind kind = frame->zero_kind;
    const bool has_zeros = kind == ZERO_OF_INPUT || kind == ZERO_ALTERNATES;
    Builder narrow = frame_counter(frame, b, state);
    bool is_forced = !has_zeros && !(kind == ZERO_POSITIVE && frame->curve.f_min < 0);
    Ref v = y.hi;
    if (frame->has_rest) {
        v = period_add_rest(frame, b, state, y);
    } else if (y.lo != y.hi) { /* the added 0 makes zeros of f 0, not -0 */
        v = build_pair_sum(b, y, build_constant(b, 0));
        is_forced = true;
    }
    if (frame->edge_power != 0) {
        const Ref factor = edge_factor(frame, b, state->r);
        Ref power = factor;
        if (abs(frame->edge_power) == 2) power = build_mul(b, factor, factor);
        if (frame->edge_power < 0 && !is_forced) v = without_minus_zero(b, v);
        v = frame->edge_power < 0 ? build_div(b, v, power) : build_mul(b, v, power);
        is_forced |= frame->edge_power < 0;
    }
    const bool is_flipped = frame->is_half && frame->gain < 0;
    if (!is_forced && !is_flipped) v = without_minus_zero(b, v);
    if (frame->ends_wide && has_zeros) {
        const Ref zero = signed_zero(frame, &narrow, state);
        return build_sub(b, build_convert(b, zero, b->type), v);
    }
    v = build_convert(&narrow, v, narrow.type);
    if (is_flipped) v = flip(&narrow, v, parity_sign(&narrow, state->n));
    if (!is_forced && is_flipped) v = without_minus_zero(&narrow, v);
    if (has_zeros) return from_signed_zero(frame, &narrow, state, v);
    return frame->is_raised ? build_mul(b, v, build_constant(b, RAISED)) : v;
}

const FrameRow FRAME_PERIOD_EXACT = {"exact period ", exact_detect, exact_open,
                                     exact_close,     exact_vary,   5};
