/* Logarithms of something (frame_log_of.c) by two formulas, in the type itself. Near a zero, see frame_near.h; elsewhere the logarithm of
   what is had without rounding, and what that leaves, a polynomial in a small v: with F(y) the logarithm,

       y = (x - left)/(right - x)   f = F(1 - v) - F(v)                      v the distance to the end as a share of the width,
       y = x + sqrt(x*x + 1)        f = F(2*x) + F((1 + sqrt(1 + v))/2)      v = 1/x^2
       y = x + sqrt(x*x - 1)        f = F(2*x) + F((1 + sqrt(1 - v))/2)

   The first two are odd about their zero, for the other side of which only the sign changes; the third goes with a root at 1, the rest of which is
   made good (frame_root.h). v and 2*x are 2^e*m, F(2^e*m) = e*gain + F(m). */
#include "search/frame_log_of.h"
#include "search/frame_near.h"
#include "search/frame_root.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* F(1 + r), or its negative where the logarithm is that of v. */
static bool kernel_value(void *context, Quad r, Quad *f, double *weight)
{
    const LogOfValue *self = context;
    if (!log_of_outer(context, r, f, weight)) return false;
    if (self->frame->inner == OF_QUOTIENT) *f = -*f;
    return true;
}

/* The other term: of which number it is the logarithm, less 1; and x. */
static Quad other_number(const Frame *frame, Quad v)
{
    if (frame->inner == OF_QUOTIENT) return -v;
    const Quad w = frame->inner == OF_SUM ? v : -v;
    return w / (2 * (1 + quad_sqrt(1 + w)));
}

static Quad place_of(const Frame *frame, Quad v)
{
    if (frame->inner == OF_QUOTIENT) return frame->right - v * (frame->right - frame->left);
    return 1 / quad_sqrt(v);
}

static double largest_v(const Frame *frame)
{
    if (frame->inner == OF_QUOTIENT) return 0.5 - frame->joint / (frame->right - frame->left);
    return 1 / (frame->end_of_near * frame->end_of_near);
}

/* The other term as v*(beyond[0] + beyond[1]*v + ...). */
static bool fit_beyond(Frame *frame, const Problem *problem, LogOfValue *value, double share)
{
    enum { POINTS = 100 };
    Quad t[POINTS], f[POINTS], h[POINTS] = {0};
    double weight[POINTS];
    const double reach = 1.002 * largest_v(frame);
    for (int i = 0; i < POINTS; i++) {
        Quad whole;
        double unused;
        t[i] = reach * (1 - cos(M_PI * (i + 0.5) / POINTS)) / 2;
        if (!log_of_outer(value, other_number(frame, t[i]), &f[i], &unused)) return false;
        if (!problem_value(&value->value, place_of(frame, t[i]), &whole, &weight[i])) return false;
    }
    const MinimaxGrid grid = {.n = POINTS, .t = t, .g = t, .h = h, .f = f, .weight = weight};
    frame->n_beyond = minimax_shortest(frame->beyond, &grid, 1, OTHER_MAX,
                                       share * (problem->limit - problem->floor));
    return frame->n_beyond > 0;
}

/* Where the second formula begins: as a share of the half width; as x. The farther out, the longer the near formula and the
   shorter the other. Loose bounds have the nearest first. */
static const struct {
    const char *name;
    double share, x[2]; /* with x*x + 1, x*x - 1 */
} WAYS[] = {
    {"nearest ", 0.4375, {0.875, 1.75}}, {"near ", 0.5, {1.25, 2}}, {"far ", 0.625, {1.5, 2.5}}};
enum { N_WAYS = sizeof WAYS / sizeof *WAYS };

/* f(x) - f(1) goes like a root: its square about how many times x - 1, a power of two. */
static bool find_root(Frame *frame, ProblemValue *value)
{
    Quad f;
    double weight;
    if (!problem_value(value, 1 + (Quad)0x1p-40, &f, &weight) || f == 0) return false;
    frame->near_zero = 1;
    frame->near_square = 1 / power_of_two_near((double)(f * f) * 0x1p40);
    return true;
}

static bool take_way(Frame *frame, const Problem *problem, Oracle *oracle, int way)
{
    LogOfValue value = {{problem, oracle}, frame};
    snprintf(frame->way, sizeof frame->way, "%s", WAYS[way].name);
    if (frame->inner == OF_QUOTIENT) {
        frame->joint = WAYS[way].share * (frame->right - frame->left) / 2;
    } else {
        frame->end_of_near = WAYS[way].x[frame->inner == OF_DIFFERENCE];
        frame->joint = frame->inner == OF_SUM ? frame->end_of_near
                                              : sqrt((frame->end_of_near - 1) / frame->near_square);
    }
    return frame_fit_near(frame, problem, &value.value) &&
           fit_beyond(frame, problem, &value, near_is_loose(problem) ? 0.2 : 0.05);
}

/* The logarithm is of this times what is taken apart: of 2*x; of v, where that may be subnormal, raised. */
static double lift_of(const Frame *frame, Type type)
{
    if (frame->inner != OF_QUOTIENT) return 2;
    const bool may_be_subnormal = frame->left == 0 || frame->right == 0;
    return may_be_subnormal ? ldexp(1, -type_info(type)->precision) : 1;
}

static bool log_two_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Type type = problem->goal.type;
    LogOfValue value = {{problem, oracle}, frame};
    if ((type != TYPE_F32 && type != TYPE_F64) || problem->is_rounding) return false;
    if (!problem->may[OP_FMA] || !log_of_find(frame, problem, oracle)) return false;
    const bool has_ends = isfinite(frame->left) && isfinite(frame->right);
    if (frame->inner == OF_QUOTIENT && (!has_ends || frame->step != 1)) return false;
    if (frame->inner == OF_QUOTIENT && quad_round(frame->shift, type) != frame->shift) return false;
    if (frame->inner == OF_DIFFERENCE && !find_root(frame, &value.value)) return false;
    if (frame->inner == OF_QUOTIENT) frame->near_zero = (double)frame->shift;
    frame->from = M_SQRT1_2 / lift_of(frame, type);
    if (!curve_init(&frame->curve, -0.29290, 0.41422, kernel_value, &value)) return false;
    if (frame->inner == OF_QUOTIENT) frame->gain = -frame->gain;
    const Quad low = frame->gain - (Quad)quad_round(frame->gain, type);
    const double small = ldexp(0.1, -type_info(type)->precision);
    frame->tail = quad_abs(low) <= small * quad_abs(frame->gain) ? LOG_TAIL_PLAIN : LOG_TAIL_LOW;
    frame->takes_pair = frame->wants_sum = frame->is_narrow_only = true;
    return take_way(frame, problem, oracle, near_is_loose(problem) ? 0 : 1);
}

static bool log_two_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    return variant > (near_is_loose(problem) ? 0 : 1) && take_way(frame, problem, oracle, variant);
}

/* -- writing -------------------------------------------------------------------------------------- */

static void log_two_open(const Frame *frame, Builder *b, FrameState *state)
{
    const bool is_quotient = frame->inner == OF_QUOTIENT;
    const double lift = lift_of(frame, b->type);
    state->y = frame->near_zero == 0 || !is_quotient
                   ? state->x
                   : build_sub(b, state->x, build_constant(b, frame->near_zero));
    state->first =
        frame->inner == OF_DIFFERENCE ? state->x : prog_add(b->prog, OP_ABS, state->y, 0, 0);
    FrameState of = *state;
    if (is_quotient) {
        state->z = frame_end_distance(b, frame->left, frame->right, state->x, state->first);
        of.x = lift == 1 ? state->z : build_mul(b, state->z, build_constant(b, 1 / lift));
    } else {
        of.x = state->first;
        state->z = build_div(b, build_constant(b, 1), build_square(b, of.x));
    }
    FRAME_LOG.open(frame, b, &of);
    state->n = of.n;
    state->n_float = of.n_float;
    state->r = build_fma(b, of.r, build_constant(b, lift), build_constant(b, -1));
}

/* The formula about the root. */
static Ref build_root(const Frame *frame, Builder *b, Ref x)
{
    Ref z = build_sub(b, x, build_constant(b, frame->near_zero));
    if (frame->near_square != 1) z = build_mul(b, z, build_constant(b, 1 / frame->near_square));
    const Ref s = prog_add(b->prog, OP_SQRT, z, 0, 0);
    if (frame->scale == 0) return build_mul(b, s, frame_build_near_curve(frame, b, z));
    const RootRest rest = root_build_rest(b, z, s, frame->scale);
    const Ref small = build_mul(b, s, frame_build_near_curve(frame, b, z));
    return build_fma(b, s, build_constant(b, frame->scale),
                     build_fma(b, rest.difference, rest.factor, small));
}

/* Infinite arguments and NaN; the ends, where v is 0, and what is beyond. */
static Ref close_ends(const Frame *frame, Builder *b, const FrameState *state, Ref f)
{
    Prog *prog = b->prog;
    const Ref infinity = build_constant(b, INFINITY);
    if (frame->inner != OF_QUOTIENT) {
        if (!isinf(frame->hi)) return f;
        const Ref is_finite = prog_add(prog, OP_LT, state->first, infinity, 0);
        const Ref end = frame->gain > 0 ? state->first : prog_add(prog, OP_NEG, state->first, 0, 0);
        return prog_add(prog, OP_SELECT, is_finite, f, end);
    }
    if (frame->lo > frame->left && frame->hi < frame->right) return f;
    const Ref zero = build_constant(b, 0);
    const Ref is_end = prog_add(prog, OP_EQ, state->z, zero, 0);
    const Ref at_end = build_constant(b, frame->gain < 0 ? INFINITY : -INFINITY);
    const Ref outside = prog_add(prog, OP_SELECT, is_end, at_end, build_constant(b, NAN));
    const Ref is_inside = prog_add(prog, OP_LT, zero, state->z, 0);
    return prog_add(prog, OP_SELECT, is_inside, f, outside);
}

static Ref log_two_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    Prog *prog = b->prog;
    const bool has_root = frame->inner == OF_DIFFERENCE;
    const Ref beyond = build_polynomial(b, frame->beyond, frame->n_beyond, state->z, SCHEME_HORNER);
    const Ref rest = build_pair_sum(b, y, build_mul(b, state->z, beyond));
    const Ref far =
        close_ends(frame, b, state, frame_log_sum(frame, b, state, (RefPair){rest, rest}));
    const Ref near =
        has_root ? build_root(frame, b, state->x) : frame_build_near(frame, b, state->first);
    const Ref end = build_constant(b, has_root ? frame->end_of_near : frame->joint);
    const Ref is_near = prog_add(prog, OP_LT, state->first, end, 0);
    const Ref f = prog_add(prog, OP_SELECT, is_near, near, far);
    return has_root ? f : build_sign_of(b, state->y, f);
}

const FrameRow FRAME_LOG_TWO = {"log of, twice ", log_two_detect, log_two_open,
                                log_two_close,    log_two_vary,   N_WAYS};
