/* An exponential with a constant added, as expm1 is: f = c + a*2^((v - shift)/step), v = x or -x, a = c or -c,
   which are values of the type. With v = shift + n*step + r and q(r) = 2^(r/step) - 1, the curve,

       f = s*q(r) + (s + c),   s = a*2^n.

   Near a zero of f, where c = -a, n is 0 and nothing but a*q(r) is left. Elsewhere f may be smaller than s*q(r), and what is lost in r
   and q(r) is seen: then r is kept in two parts, of which the first is exact, and q(r) = r + w with w small. */
#include "search/frame.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    ProblemValue value;
    const Frame *frame;
} ShiftedValue;

/* f - c, which doubles over the step; `x` is v. */
static bool doubling_value(void *context, Quad x, Quad *h, double *weight)
{
    const ShiftedValue *self = context;
    if (!problem_value((void *)&self->value, self->frame->mirror * x, h, weight)) return false;
    *h -= self->frame->low;
    return *h != 0 && quad_is_finite(*h);
}

/* q at r; an error of it counts the more the smaller f is beside s, over the first few n. */
static bool rest_value(void *context, Quad r, Quad *q, double *weight)
{
    const ShiftedValue *self = context;
    const Frame *frame = self->frame;
    const Problem *problem = self->value.problem;
    if (!doubling_value(context, frame->shift + r, q, weight)) return false;
    *q = *q / frame->factor - 1;
    if (*q == 0) return false;
    if (problem->goal.bound.kind == BOUND_ABS) {
        *weight = ldexp(fabs((double)frame->factor), (int)ceil(frame->scale));
        return true;
    }
    *weight = 0;
    for (int n = -4; n <= 4; n++) {
        const double s = ldexp((double)frame->factor, n);
        const double f = s * (double)*q + (s + (double)frame->low);
        *weight = fmax(*weight, fabs(s / f));
    }
    if (problem->goal.bound.kind == BOUND_ULP)
        *weight = ldexp(*weight, type_info(problem->goal.type)->precision);
    return true;
}

/* c with f - c = a*2^(x/step), from three values in a row: (f0*f2 - f1^2)/(f0 + f2 - 2*f1); false if there is no value of the type
   that is so near, or if it is 0. */
static bool find_constant(Frame *frame, ProblemValue *value, Type type)
{
    const double middle = fmin(fmax(0, frame->lo), frame->hi); /* not a limit */
    const double delta = fmin(1, (frame->hi - frame->lo) / 4);
    Quad f[3];
    double weight;
    for (int i = 0; i < 3; i++)
        if (!problem_value(value, (Quad)middle + delta * (i - 1), &f[i], &weight)) return false;
    const Quad bend = f[0] + f[2] - 2 * f[1];
    if (quad_abs(bend) < 1e-6 * quad_abs(f[1])) return false;
    const Quad c = (f[0] * f[2] - f[1] * f[1]) / bend;
    frame->low = quad_round(c, type);
    return frame->low != 0 && quad_abs(c - frame->low) < 1e-20 * quad_abs(frame->low);
}

/* Where a*2^((v - shift)/step) is a, the zero of f if there is one. */
static bool find_shift(Frame *frame, ShiftedValue *value)
{
    Quad h;
    double weight;
    const double at = frame->mirror * fmin(fmax(0, frame->lo), frame->hi);
    if (!doubling_value(value, at, &h, &weight)) return false;
    frame->factor = (h < 0) == (frame->low < 0) ? frame->low : -frame->low;
    frame->shift = at - log2((double)(h / frame->factor)) * frame->step;
    const Quad ln2 = (Quad)0x1.62e42fefa39efp-1 + 0x1.abc9e3b39803fp-56;
    for (int i = 0; i < 3; i++) {
        if (!doubling_value(value, frame->shift, &h, &weight)) return false;
        frame->shift -= (h / frame->factor - 1) * frame->step / ln2;
    }
    if (quad_abs(frame->shift) < 1e-22 * quad_abs(frame->step)) frame->shift = 0;
    return true;
}

/* The largest n and -n. */
static double reach_above(const Frame *frame)
{
    const double end = frame->mirror > 0 ? frame->hi : -frame->lo;
    return (end - (double)frame->shift) / (double)frame->step;
}

static double reach_below(const Frame *frame)
{
    const double end = frame->mirror > 0 ? frame->lo : -frame->hi;
    return ((double)frame->shift - end) / (double)frame->step;
}

static bool shifted_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Type type = problem->goal.type;
    ShiftedValue value = {{problem, oracle}, frame};
    if (type == TYPE_REAL || !frame_find_tails(frame, problem, oracle, TAILS_HIT)) return false;
    if (!find_constant(frame, &value.value, type)) return false;
    const double width = frame->hi - frame->lo;
    frame->mirror = 1;
    if (!frame_find_doubling(doubling_value, &value, frame->lo + width / 8, frame->hi - width / 8,
                             &frame->step))
        return false;
    if (frame->step < 0) {
        frame->mirror = -1;
        frame->step = -frame->step;
    }
    if (width < 1.5 * (double)frame->step || !find_shift(frame, &value)) return false;
    frame->scale = reach_above(frame);
    frame->takes_pair = true;
    const double half = 0.5001 * (double)frame->step;
    return curve_init(&frame->curve, -half, half, rest_value, &value);
}

/* r in one part; in two, f added up in two operations; exactly. */
enum { WAY_ONE_PART, WAY_REST, WAY_EXACT, N_WAYS };

static bool shifted_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    static const char *const NAMES[N_WAYS] = {"1 part ", "rest ", "exact "};
    snprintf(frame->way, sizeof frame->way, "%s", NAMES[variant]);
    if (variant == WAY_ONE_PART) {
        frame->n_parts = 1;
        return true;
    }
    frame->keeps_rest = true;
    frame->is_exact = variant == WAY_EXACT;
    frame->is_narrow_only = true;
    frame->wants_sum = true;
    return frame->shift == 0;
}

static void shifted_open(const Frame *frame, Builder *b, FrameState *state)
{
    const Type input = (Type)b->prog->node[state->input].type;
    const bool is_wide = type_info(b->type)->precision > type_info(input)->precision + 10;
    if (frame->mirror < 0) state->x = prog_add(b->prog, OP_NEG, state->x, 0, 0);
    frame_reduce(frame, b, state, fmax(reach_above(frame), reach_below(frame)), is_wide);
}

/* s*(first + w) + (s + c), w small. What s + c loses where s is large, and what s*first + (s + c) loses, is found exactly, since
   |s*first| is no larger than |s + c| unless that is 0. */
static Ref build_in_parts(const Frame *frame, Builder *b, const FrameState *state, Ref s, Ref c,
                          Ref w)
{
    const Ref t = build_add(b, s, c), sum = build_fma(b, s, state->first, t);
    if (!frame->is_exact) return build_fma(b, s, w, sum);
    Ref lost = build_fma(b, s, state->first, build_sub(b, t, sum));
    if (frame->scale > type_info(b->type)->precision)
        lost = build_add(b, lost, build_sub(b, c, build_sub(b, t, s)));
    return build_add(b, sum, build_fma(b, s, w, lost));
}

static Ref shifted_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    /* Where 2^n would be infinite, half of the result is had first. */
    const bool is_halved = frame->scale > type_info(b->type)->emax - 1;
    const Quad unit = is_halved ? 0.5 : 1;
    const Ref s = frame_scale(b, state->n, build_constant(b, unit * frame->factor));
    const Ref c = build_constant(b, unit * frame->low);
    Ref f;
    if (frame->keeps_rest && y.hi == state->r && y.lo != y.hi) {
        const bool has_rest = state->rest != state->first;
        const Ref w = has_rest ? build_add_fused(b, state->rest, y.lo) : y.lo;
        f = build_in_parts(frame, b, state, s, c, w);
    } else {
        const Ref q = y.lo == y.hi ? y.hi : build_add_fused(b, y.hi, y.lo);
        f = build_fma(b, s, q, build_add(b, s, c));
    }
    return is_halved ? build_add(b, f, f) : f;
}

const FrameRow FRAME_SHIFTED_EXP = {"shifted exp ", shifted_detect, shifted_open,
                                    shifted_close,  shifted_vary,   N_WAYS};
