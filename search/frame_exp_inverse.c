/* Sums and differences of an exponential and its reciprocal, f = a*(E + 1/E) or a*(E - 1/E) with E = 2^(|x|/step), as cosh and
   sinh are. One exponential is had, by a table (frame_exp_table.h), as a*E = s*(1 + u) with |u| small; then

       f = s + (s*u + g),   g = a^2/(s*(1 + u)) or minus that.

   The sum in brackets is at most as large as s, mostly much smaller, so that the last rounding is the one that counts. Where the
   bound is loose, f = s*(1 + u) + g. An odd f has a polynomial of its own up to a joint (frame_near.h), since E - 1/E
   cancels there. */
#include "search/frame_exp_table.h"
#include "search/frame_hyperbolic.h"
#include "search/frame_near.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>

enum { TABLE_BITS = 3 };

typedef struct {
    const Frame *frame;
    double unit; /* what an error of 1 counts */
} InverseValue;

/* 1 + u at r, the factor of the entries taken out as frame_exp_table.c wants it. */
static bool inverse_value(void *context, Quad r, Quad *y, double *weight)
{
    const InverseValue *self = context;
    const long double ln2 = 0xb.17217f7d1cf79acp-4L;
    const long double turns = (long double)(r / self->frame->step);
    *y = 1 + (Quad)expm1l(turns * ln2) / self->frame->factor;
    *weight = self->unit;
    return true;
}

static double unit_of(const Frame *frame, const Problem *problem)
{
    switch (problem->goal.bound.kind) {
    case BOUND_ULP: return ldexp(1, type_info(problem->goal.type)->precision);
    case BOUND_REL: return 1;
    case BOUND_ABS: return fabs((double)frame->gain) * exp2(frame->hi / (double)frame->step);
    }
    return 1;
}

/* +1, -1, or 0 where f is neither even nor odd. */
static int parity_of(ProblemValue *value, double step)
{
    static const double PLACES[] = {0.21, 0.83, 1.7, 2.9};
    int parity = 0;
    for (int i = 0; i < 4; i++) {
        Quad right, left;
        double weight;
        if (!problem_value(value, PLACES[i] * (Quad)step, &right, &weight)) return 0;
        if (!problem_value(value, -PLACES[i] * (Quad)step, &left, &weight)) return 0;
        const int sign = quad_abs(right - left) < quad_abs(right) ? 1 : -1;
        if (quad_abs(right - sign * left) > 1e-24 * quad_abs(right)) return 0;
        if (i > 0 && sign != parity) return 0;
        parity = sign;
    }
    return parity;
}

/* a, from f(step) = a*(2 + 1/2) or a*(2 - 1/2). */
static bool find_factor(Frame *frame, ProblemValue *value)
{
    Quad f;
    double weight;
    if (!problem_value(value, frame->step, &f, &weight)) return false;
    frame->gain = f / (2 + frame->mirror * (Quad)0.5);
    return frame->gain != 0;
}

/* Joints of an odd function, in steps. */
static const double JOINTS[] = {1.5, 1.25, 2, 0.75};
enum { N_JOINTS = sizeof JOINTS / sizeof *JOINTS };

static bool join_at(Frame *frame, const Problem *problem, Oracle *oracle, double steps)
{
    ProblemValue value = {problem, oracle};
    frame->joint = quad_round(steps * frame->step, TYPE_BF16);
    snprintf(frame->way, sizeof frame->way, "at %g ", steps);
    return frame->joint < frame->hi && frame_fit_near(frame, problem, &value);
}

static bool inverse_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Type type = problem->goal.type;
    const TypeInfo *info = type_info(type);
    ProblemValue value = {problem, oracle};
    if ((type != TYPE_F32 && type != TYPE_F64) || problem->is_rounding) return false;
    if (!problem->may[OP_DIV] || !exp_table_is_reachable(problem, TABLE_BITS)) return false;
    if (!hyperbolic_find(frame, problem, oracle)) return false;
    frame->mirror = parity_of(&value, (double)frame->step);
    if (frame->mirror == 0 || !find_factor(frame, &value)) return false;
    frame->hi = fmax(fabs(frame->lo), fabs(frame->hi)); /* of |x| */
    frame->lo = 0;
    const double size = log2(fabs((double)frame->gain)), turns = frame->hi / (double)frame->step;
    if (!(turns > 2.5) || !(size + turns < info->emax + 0.5) || size < info->emin + 1) return false;
    frame->table_bits = TABLE_BITS;
    frame->is_even = frame->takes_pair = frame->wants_sum = frame->is_narrow_only = true;
    frame->factor = exp_table_factor(type, TABLE_BITS, frame->gain, EXP_TABLE_REACH);
    frame->is_exact = !near_is_loose(problem);
    const InverseValue inverse = {frame, unit_of(frame, problem)};
    const double half = ldexp(0.5001 * (double)frame->step, -TABLE_BITS);
    return curve_init(&frame->curve, -half, half, inverse_value, (void *)&inverse) &&
           (frame->mirror > 0 || join_at(frame, problem, oracle, JOINTS[0]));
}

static bool inverse_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    return frame->mirror < 0 && join_at(frame, problem, oracle, JOINTS[variant + 1]);
}

static void inverse_open(const Frame *frame, Builder *b, FrameState *state)
{
    state->x = prog_add(b->prog, OP_ABS, state->x, 0, 0);
    frame_reduce(frame, b, state, frame->hi / (double)frame->step, false);
}

static Ref inverse_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const RefPair part = exp_table_parts(frame, b, state, y);
    const Ref s = part.hi, u = part.lo;
    const Ref whole = build_fma(b, s, u, s);
    const Quad square = frame->mirror * frame->gain * frame->gain;
    const Ref g = build_div(b, build_constant(b, square), whole);
    const Ref f = frame->is_exact ? build_add(b, s, build_fma(b, s, u, g)) : build_add(b, whole, g);
    if (frame->mirror > 0) return f;
    const Ref is_near = prog_add(b->prog, OP_LT, state->x, build_constant(b, frame->joint), 0);
    const Ref near = frame_build_near(frame, b, state->x);
    const Ref y_size = prog_add(b->prog, OP_SELECT, is_near, near, f);
    return build_sign_of(b, build_convert(b, state->input, b->type), y_size);
}

const FrameRow FRAME_EXP_INVERSE = {"exp and inverse ", inverse_detect, inverse_open,
                                    inverse_close,      inverse_vary,   N_JOINTS - 1};
