/* Sums of two exponentials a*2^(x/step) + b*2^(-x/step), as sinh and cosh are: f(x + step) + f(x - step) = 5/2*f(x), and
   with x = n*step + r

       f(x) = C_n*f(r) + S_n*g(r),   C_n = (2^n + 2^-n)/2, S_n = (2^n - 2^-n)/2, g(r) = (f(r + step) - f(r - step))*2/3,

   C_n and S_n from exponents of n alone. At n = 0 nothing but f(r) is left, so zeros at 0 stay accurate. f is the
   curve; g, of the other parity where f has one, is fitted here once, closely enough for the type.

   Where f has a parity, and its even part is 1 at 0, it can be added up with one rounding that counts: with v = |x|, n >= 0, e = 1 + u
   the even one of f and g, o = r + w the odd one, a and c the sum and the difference of 2^n/2 and 2^-n/2, the other way round for an odd f,

       f = a*e + c*o = (a + c*r) + (a*u + c*w),

   r in two parts, of which the first is exact and the other goes to w; what a and a + c*r lose is found exactly. For an even f
   it is nearly as good to add up to the rest. For an odd f all this is odd in n and r, too, and needs neither |x| nor a sign
   at the end. Then a and c are taken as they are rounded, which costs 0.35 ulp where 2*n is about the precision, and nothing elsewhere. */
#include "search/frame_hyperbolic.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    ProblemValue value;
} SumValue;

static bool sum_value(void *context, Quad x, Quad *f, double *weight)
{
    const SumValue *self = context;
    const Problem *problem = self->value.problem;
    if (!problem_value((void *)&self->value, x, f, weight)) return false;
    const BoundKind kind = problem->goal.bound.kind;
    if (kind == BOUND_ULP)
        *weight = ldexp(1, type_info(problem->goal.type)->precision) / fabs((double)*f);
    else
        *weight = kind == BOUND_REL ? 1 / fabs((double)*f) : problem->goal.bound.limit;
    return true;
}

/* -- looking --------------------------------------------------------------------------------- */

/* f(x + h) + f(x - h) - 5/2*f(x); false where there is no value. */
static bool recurrence(ProblemValue *value, Quad x, Quad h, Quad *rest, Quad *size)
{
    Quad here, right, left;
    double weight;
    if (!problem_value(value, x, &here, &weight)) return false;
    if (!problem_value(value, x + h, &right, &weight)) return false;
    if (!problem_value(value, x - h, &left, &weight)) return false;
    *rest = right + left - 2.5 * here;
    *size = quad_abs(right) + quad_abs(left);
    return *size > 0;
}

/* (f(x+h) + f(x-h))/f(x) = 2*cosh(h*ln2/step) at every x tells the step roughly, secants at one place closely. */
static bool find_step(ProblemValue *value, double width, Quad *step)
{
    enum { PROBES = 5 };
    const double h = width / 64;
    double ratio = 0;
    for (int i = 0; i < PROBES; i++) {
        const double x = width * (0.11 + 0.17 * i) / 4;
        Quad rest, size, here;
        double weight;
        if (!recurrence(value, x, h, &rest, &size)) return false;
        if (!problem_value(value, x, &here, &weight) || here == 0) return false;
        const double found = (double)(rest / here) + 2.5;
        if (i == 0) ratio = found;
        if (fabs(found - ratio) > 1e-12 * ratio) return false;
    }
    if (!(ratio > 2 + 1e-9)) return false;
    const double x = 0.3 * width / 4;
    Quad h0 = h * M_LN2 / acosh(ratio / 2), h1 = h0 * (1 + 1e-7), f0, f1, size;
    for (int i = 0; i < 6; i++) {
        if (!recurrence(value, x, h0, &f0, &size) || !recurrence(value, x, h1, &f1, &size))
            return false;
        if (f0 == f1 || quad_abs(f1) < 1e-29 * size) break;
        const Quad next = h1 - f1 * (h1 - h0) / (f1 - f0);
        h0 = h1;
        h1 = next;
    }
    *step = h1;
    return h1 > 0;
}

static bool recurs(ProblemValue *value, Quad step)
{
    enum { PROBES = 9 };
    for (int i = 0; i < PROBES; i++) {
        Quad rest, size;
        if (!recurrence(value, step * (1.3 * i - 5.9), step, &rest, &size)) return false;
        if (quad_abs(rest) > 1e-25 * size) return false;
    }
    return true;
}

/* -- the other function ------------------------------------------------------------------------ */

static bool other_value(const Frame *frame, ProblemValue *value, Quad r, Quad *g)
{
    Quad right, left;
    double weight;
    if (!problem_value(value, r + frame->step, &right, &weight)) return false;
    if (!problem_value(value, r - frame->step, &left, &weight)) return false;
    *g = (right - left) * 2 / 3;
    return true;
}

/* A polynomial for g in r^2, times r where g is odd, to a 2^5th of the type's precision; of an exact sum for u or w. */
static bool fit_other(Frame *frame, const Problem *problem, ProblemValue *value)
{
    enum { POINTS = 80 };
    Quad t[POINTS], factor[POINTS], h[POINTS], g[POINTS];
    double weight[POINTS];
    const double reach = 0.5001 * (double)frame->step;
    const int parity = -frame->curve.parity;
    int n = 0;
    for (int i = 0; i < POINTS; i++) {
        const Quad r = reach * cos(M_PI * (i + 0.5) / POINTS);
        if (parity != 0 && r <= 0) continue;
        if (!other_value(frame, value, r, &g[n])) return false;
        t[n] = parity == 0 ? r : r * r;
        factor[n] = parity < 0 ? r : 1;
        h[n] = frame->keeps_rest ? factor[n] : 0;
        if (frame->keeps_rest) factor[n] *= t[n];
        weight[n] = 1 / (fabs((double)g[n]) + 1e-3 * fabs((double)g[0]));
        n++;
    }
    const MinimaxGrid grid = {.n = n, .t = t, .g = factor, .h = h, .f = g, .weight = weight};
    const double needed = ldexp(1, -type_info(problem->goal.type)->precision - 5);
    frame->n_other =
        minimax_shortest(frame->other, &grid, frame->keeps_rest ? 1 : 2, OTHER_MAX, needed);
    return frame->n_other > 0;
}

/* -- the frame ------------------------------------------------------------------------------------- */

bool hyperbolic_find(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Domain *domain = &problem->goal.domain[0];
    ProblemValue value = {problem, oracle};
    frame->lo = domain->is_all ? -INFINITY : domain->lo;
    frame->hi = domain->is_all ? INFINITY : domain->hi;
    const double width = fmin(8, fmax(fabs(frame->lo), fabs(frame->hi)));
    return find_step(&value, width, &frame->step) && recurs(&value, frame->step);
}

static bool hyperbolic_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    SumValue sum = {{problem, oracle}};
    if (goal->type == TYPE_REAL || !hyperbolic_find(frame, problem, oracle)) return false;
    const double step = (double)frame->step;
    if (frame->hi - frame->lo < 1.5 * step) return false;
    /* As far as results can be finite, and a bit: 2^n times something that is not tiny. */
    const double far = step * (type_info(goal->type)->emax + 24);
    frame->clamps_lo = frame->lo < -far;
    frame->clamps_hi = frame->hi > far;
    frame->lo = fmax(frame->lo, -far);
    frame->hi = fmin(frame->hi, far);
    const double n_max = fmax(fabs(frame->lo), fabs(frame->hi)) / step;
    if (goal->type == TYPE_F64 && n_max > 1000) return false;
    frame->needs_wide = goal->type != TYPE_F64 && n_max > type_info(goal->type)->emax - 1;
    frame->scale = n_max;
    return curve_init(&frame->curve, -0.5001 * step, 0.5001 * step, sum_value, &sum) &&
           frame->curve.n_zeros == 0 && fit_other(frame, problem, &sum.value);
}

enum { WAY_SUM, WAY_EXACT, WAY_SIGNED, N_WAYS };

static bool hyperbolic_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    static const char *const NAMES[N_WAYS] = {"sum ", "exact ", "signed "};
    ProblemValue value = {problem, oracle};
    const int parity = frame->curve.parity;
    Quad even = frame->curve.value_at_0;
    if (parity == 0 || (variant == WAY_SUM && parity < 0)) return false;
    if (variant == WAY_SIGNED && parity > 0) return false;
    if (parity < 0 && !other_value(frame, &value, 0, &even)) return false;
    const double slope = parity < 0 ? frame->curve.slope : M_LN2 / (double)frame->step;
    if (quad_abs(even - 1) > 1e-15 || fabs(slope - 1) > 1e-15 || frame->needs_wide) return false;
    snprintf(frame->way, sizeof frame->way, "%s", NAMES[variant]);
    frame->is_exact = variant != WAY_SUM;
    frame->is_signed = variant == WAY_SIGNED;
    frame->keeps_rest = frame->takes_pair = frame->wants_sum = frame->is_narrow_only = true;
    return fit_other(frame, problem, &value);
}

static void hyperbolic_open(const Frame *frame, Builder *b, FrameState *state)
{
    const double reach = fmax(fabs(frame->lo), fabs(frame->hi));
    const Type input = (Type)b->prog->node[state->input].type;
    const bool is_wide = type_info(b->type)->precision > type_info(input)->precision + 10;
    if (frame->keeps_rest && !frame->is_signed)
        state->x = prog_add(b->prog, OP_ABS, state->x, 0, 0);
    frame_reduce(frame, b, state, reach / (double)frame->step, is_wide);
}

/* The exponent field of 1/2 plus and minus n: n is in the low bits of state->n. */
static RefPair halves_of_powers(Builder *b, const FrameState *state)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const uint64_t count = (uint64_t)type_info(b->type)->precision - 1;
    const Ref n = prog_add_typed(prog, OP_BITCAST, integer, state->n, 0, 0);
    const Ref moved = prog_add(prog, OP_SHL, n, prog_add_bits(prog, integer, count), 0);
    const Ref half = prog_add_bits(prog, integer, bits_from_value(b->type, 0.5));
    const Ref up = prog_add(prog, OP_IADD, half, moved, 0);
    const Ref down = prog_add(prog, OP_ISUB, half, moved, 0);
    return (RefPair){prog_add_typed(prog, OP_BITCAST, b->type, up, 0, 0),
                     prog_add_typed(prog, OP_BITCAST, b->type, down, 0, 0)};
}

/* c*r + c*w + a*u - a_negative, as told above, for an odd f. With a as the negative of a difference -0 comes out as -0: at n = 0 it is
   -0 that is added to c*r, and at r = -0 what is lost is -0, too. */
static Ref build_signed_sum(Builder *b, const FrameState *state, Ref c, Ref a_negative, Ref u, Ref w)
{
    const Ref a = prog_add(b->prog, OP_NEG, a_negative, 0, 0);
    const Ref line = build_fma(b, c, state->first, a);
    const Ref rounded = prog_add(b->prog, OP_NEG, build_add(b, line, a_negative), 0, 0);
    const Ref lost = build_fma(b, c, state->first, rounded);
    return build_add(b, line, build_fma(b, c, w, build_fma(b, a, u, lost)));
}

/* As told above; u or w is the small part of y, the curve. */
static Ref build_sum(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const bool is_even = frame->curve.parity > 0;
    const RefPair power = halves_of_powers(b, state);
    const Ref up = power.hi, down = power.lo;
    const Ref sum = build_add(b, up, down);
    const Ref rest = frame->is_signed ? build_sub(b, down, up) : build_sub(b, up, down);
    const Ref a = is_even ? sum : rest, c = is_even ? rest : sum;
    const Ref t = build_square(b, state->r);
    const Ref other = build_polynomial(b, frame->other, frame->n_other, t, SCHEME_HORNER);
    const Ref u = is_even ? y.lo : build_mul(b, t, other);
    const Ref w = is_even ? build_fma(b, build_mul(b, t, state->r), other, state->rest)
                          : build_add_fused(b, state->rest, y.lo);
    if (frame->is_signed) return build_signed_sum(b, state, sum, rest, u, w);
    if (!frame->is_exact) {
        const Ref small = build_fma(b, c, build_add(b, state->first, w), down);
        return build_add(b, up, build_fma(b, a, u, small));
    }
    const Ref line = build_fma(b, c, state->first, a);
    Ref lost = build_fma(b, c, state->first, build_sub(b, a, line));
    if (is_even && 2 * frame->scale > type_info(b->type)->precision)
        lost = build_add(b, lost, build_sub(b, down, build_sub(b, a, up)));
    else if (2 * frame->scale > type_info(b->type)->precision)
        lost = build_sub(b, build_add(b, lost, build_sub(b, up, a)), down);
    const Ref f = build_add(b, line, build_fma(b, c, w, build_fma(b, a, u, lost)));
    return is_even ? f : build_sign_of(b, build_convert(b, state->input, b->type), f);
}

static Ref hyperbolic_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    if (frame->keeps_rest && y.hi != y.lo) return build_sum(frame, b, state, y);
    const RefPair power = halves_of_powers(b, state);
    const Ref c = build_add(b, power.hi, power.lo), s = build_sub(b, power.hi, power.lo);
    const int parity = frame->curve.parity;
    const Ref t = parity == 0 ? state->r : build_square(b, state->r);
    Ref g = build_polynomial(b, frame->other, frame->n_other, t, SCHEME_HORNER);
    if (parity > 0) g = build_mul(b, state->r, g);
    return build_fma(b, c, y.hi, build_mul(b, s, g));
}

const FrameRow FRAME_HYPERBOLIC = {"hyperbolic ",    hyperbolic_detect, hyperbolic_open,
                                   hyperbolic_close, hyperbolic_vary,   N_WAYS};
