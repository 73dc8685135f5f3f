/* Odd functions with a limit L at infinity that they come near soon, as tanh and erf do. With v = |x|, a polynomial where v is below a
   joint, and L less a curve beyond it:

       f = h*v + v*R(v^2 - c),   h the power of two nearest to the slope at 0, so that only the last rounding counts,
       f = L - y,            whose error is that of y, and small where y is.

   y is a curve in v, a power of a polynomial; or where it falls like exp(-rate*v), a curve in that exponential. Both formulas are computed, and one is selected. A loose bound needs v*P(v^2) only. The near one is fitted here, once. */
#include "search/frame_decay.h"
#include "search/frame_near.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    ProblemValue value;
    const Frame *frame;
} SaturatingValue;

/* L - f. */
static bool far_value(void *context, Quad v, Quad *y, double *weight)
{
    const SaturatingValue *self = context;
    Quad f;
    if (!problem_value((void *)&self->value, v, &f, weight)) return false;
    *y = self->frame->high - f;
    return true;
}

/* The same at e = exp(-rate*v). */
static bool far_value_by_exp(void *context, Quad e, Quad *y, double *weight)
{
    const SaturatingValue *self = context;
    const Quad least = (Quad)1e-25;
    const bool is_end = e < least;
    const long double at = (long double)(is_end ? least : e);
    if (!far_value(context, -(Quad)logl(at) / self->frame->decay.rate, y, weight)) return false;
    if (is_end) *y *= e / least;
    return true;
}

/* Is f odd, with tails of a constant that is a value of the type? */
static bool saturates(Frame *frame, const Problem *problem, Oracle *oracle)
{
    static const double PLACES[] = {0.03, 0.11, 0.37, 0.73, 1};
    const Type type = problem->goal.type;
    ProblemValue value = {problem, oracle};
    double weight;
    if (!frame_find_tails(frame, problem, oracle, TAILS_HIT)) return false;
    if (!frame->clamps_lo || !frame->clamps_hi || frame->lo != -frame->hi) return false;
    for (int i = 0; i < 5; i++) {
        Quad left, right;
        const Quad v = PLACES[i] * frame->hi;
        if (!problem_value(&value, v, &right, &weight)) return false;
        if (!problem_value(&value, -v, &left, &weight)) return false;
        if (quad_abs(left + right) > 1e-24 * quad_abs(right)) return false;
    }
    Quad limit;
    if (!problem_value(&value, 2 * frame->hi, &limit, &weight)) return false;
    frame->high = quad_round(limit, type);
    return quad_abs(limit - frame->high) * weight < 0.01 * problem->limit && frame->high != 0;
}

/* Where |f| has come to a share of its limit. */
static bool find_joint(Frame *frame, ProblemValue *value, double share)
{
    double low = 0, high = frame->hi;
    for (int i = 0; i < 60; i++) {
        const double middle = (low + high) / 2;
        Quad f;
        double weight;
        if (!problem_value(value, middle, &f, &weight)) return false;
        if (quad_abs(f) < share * quad_abs(frame->high))
            low = middle;
        else
            high = middle;
    }
    frame->joint = quad_round(high, TYPE_BF16);
    return frame->joint > 0;
}

static bool join_at(Frame *frame, const Problem *problem, Oracle *oracle, double share)
{
    SaturatingValue value = {{problem, oracle}, frame};
    return find_joint(frame, &value.value, share) && frame_fit_near(frame, problem, &value.value) &&
           curve_init(&frame->curve, 0.999 * frame->joint, frame->hi, far_value, &value);
}

/* log y falls by the same over the same steps, far out; rates are mostly simple numbers. */
static bool find_rate(Frame *frame, SaturatingValue *value)
{
    Quad y[3];
    double weight;
    for (int i = 0; i < 3; i++)
        if (!far_value(value, frame->hi * (2 + 0.25 * i), &y[i], &weight)) return false;
    const double first = log((double)(y[0] / y[1])), second = log((double)(y[1] / y[2]));
    if (!(first > 1) || fabs(first - second) > 1e-6 * first) return false;
    const double rate = 4 * second / frame->hi, simple = rint(64 * rate) / 64;
    frame->decay.rate = fabs(rate - simple) < 1e-5 * rate ? simple : rate;
    frame->decay.step = ((Quad)0x1.62e42fefa39efp-1 + 0x1.abc9e3b39803fp-56) / frame->decay.rate;
    return true;
}

/* An error of the exponential counts by what y is at the joint. */
static bool join_by_exp(Frame *frame, const Problem *problem, Oracle *oracle, double share)
{
    SaturatingValue value = {{problem, oracle}, frame};
    Quad y;
    double weight;
    if (!find_rate(frame, &value) || !find_joint(frame, &value.value, share)) return false;
    if (!frame_fit_near(frame, problem, &value.value)) return false;
    if (!far_value(&value, frame->joint, &y, &weight)) return false;
    const double room = 0.3 * (problem->limit - problem->floor);
    if (!decay_fit_rough(&frame->decay, room / (weight * fabs((double)y)))) return false;
    const double largest = exp(-(double)frame->decay.rate * 0.999 * frame->joint);
    return curve_init(&frame->curve, 0, largest, far_value_by_exp, &value);
}

/* The share of its limit that f has at the joint: the farther out, the longer the near formula and the shorter the other. */
static const struct {
    double share;
    bool is_by_exp;
} WAYS[] = {{0.91, false}, {0.87, false}, {0.8, false}, {0.76, true}, {0.7, true}};
enum { N_WAYS = sizeof WAYS / sizeof *WAYS };

static bool join_way(Frame *frame, const Problem *problem, Oracle *oracle, int way)
{
    const double share = WAYS[way].share;
    const bool is_by_exp = WAYS[way].is_by_exp;
    snprintf(frame->way, sizeof frame->way, "%sat %g ", is_by_exp ? "by exp " : "", share);
    frame->is_by_exp = is_by_exp;
    return is_by_exp ? join_by_exp(frame, problem, oracle, share)
                     : join_at(frame, problem, oracle, share);
}

/* The first way that can be gone. */
static bool saturating_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Type type = problem->goal.type;
    if ((type != TYPE_F32 && type != TYPE_F64) || problem->is_rounding) return false;
    if (!saturates(frame, problem, oracle)) return false;
    frame->clamps_lo = frame->clamps_hi = false; /* |x| is, once */
    frame->is_narrow_only = true;
    for (int way = 0; way < N_WAYS; way++)
        if (join_way(frame, problem, oracle, way)) return true;
    return false;
}

/* The others. */
static bool saturating_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    const double first = frame->joint;
    return join_way(frame, problem, oracle, variant) && frame->joint != first;
}

static void saturating_open(const Frame *frame, Builder *b, FrameState *state)
{
    state->x = build_at_most(b, prog_add(b->prog, OP_ABS, state->x, 0, 0), frame->hi);
    state->r = state->x;
    if (!frame->is_by_exp) return;
    decay_build_rough(&frame->decay, b, state->x, state);
    state->r = state->n;
}

/* L - y; a product in y is not rounded. */
static Ref build_far(const Frame *frame, Builder *b, Ref y)
{
    const Node last = b->prog->node[y];
    const Ref limit = build_constant(b, frame->high);
    if (last.op != OP_MUL || !b->has_fma) return build_sub(b, limit, y);
    return build_fma(b, prog_add(b->prog, OP_NEG, last.arg[0], 0, 0), last.arg[1], limit);
}

static Ref saturating_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const Ref v = state->x;
    const Ref near = frame_build_near(frame, b, v);
    const Ref far = build_far(frame, b, y.hi);
    const Ref is_near = prog_add(b->prog, OP_LT, v, build_constant(b, frame->joint), 0);
    const Ref f = prog_add(b->prog, OP_SELECT, is_near, near, far);
    return build_sign_of(b, build_convert(b, state->input, b->type), f);
}

const FrameRow FRAME_SATURATING = {"two formulas ",  saturating_detect, saturating_open,
                                   saturating_close, saturating_vary,   N_WAYS};
