/* Logarithms of something else, found from values: f(x) = F(y) with F(2y) = F(y) + gain and F(1) = 0, where

       y = k*(x - L)/(U - x)      L and U being where f ends, each of them finite or not (then its factor is 1)
       y = x + sqrt(x*x + 1)      for odd functions of the whole line
       y = x + sqrt(x*x - 1)      where f begins at 1

   y = 2^e*m as in frame_log.c, and F(y) = e*gain + F(m). Near F's zero y - 1 is had without cancellation, from x itself,
   and taken instead of m - 1 wherever e = 0: so small results are as accurate as others. */
#include "search/frame_log_of.h"

#include <math.h>

/* -- the inner function and its inverse ----------------------------------------------------- */

static Quad inverse(const Frame *frame, Quad y)
{
    if (frame->inner == OF_SUM) return (y - 1 / y) / 2;
    if (frame->inner == OF_DIFFERENCE) return (y + 1 / y) / 2;
    const Quad ratio = y / frame->step;
    if (isinf(frame->right)) return frame->left + ratio;
    if (isinf(frame->left)) return frame->right - 1 / ratio;
    return (frame->left + frame->right * ratio) / (1 + ratio);
}

bool log_of_outer(void *context, Quad r, Quad *f, double *weight)
{
    const LogOfValue *self = context;
    if (r == 0) {
        *f = 0;
        *weight = 0;
        return true;
    }
    if (self->frame->inner != OF_DIFFERENCE || self->frame->gain == 0)
        return problem_value((void *)&self->value, inverse(self->frame, 1 + r), f, weight);
    /* Here y begins at 1, with a square root of x - 1: F is what doubling tells. */
    if (!problem_value((void *)&self->value, inverse(self->frame, 2 + 2 * r), f, weight))
        return false;
    *f -= self->frame->gain;
    *weight = problem_weight(self->value.problem, (double)*f);
    return true;
}

static bool find_gain(LogOfValue *value, Quad *gain)
{
    static const double PLACES[] = {1.3, 0.11, 0.37, 0.9, 1.7, 2.9, 7.7, 61};
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        const Quad y = value->frame->inner == OF_DIFFERENCE ? 1 + (Quad)PLACES[i] : PLACES[i];
        Quad here, there;
        double weight;
        if (!log_of_outer(value, y - 1, &here, &weight)) return false;
        if (!log_of_outer(value, 2 * y - 1, &there, &weight)) return false;
        if (i == 0) *gain = there - here;
        if (quad_abs(there - here - *gain) > 1e-23 * quad_abs(*gain)) return false;
    }
    return *gain != 0;
}

/* -- looking ------------------------------------------------------------------------------------ */

static double nearly_simple(double x)
{
    const double simple = rint(64 * x) / 64;
    return fabs(x - simple) <= 1e-12 * fmax(1, fabs(x)) ? simple : x;
}

/* Where finite values end on the way from `inside` to `end`; `end` if nowhere. */
static double find_end(ProblemValue *value, double inside, double end)
{
    Quad f;
    double weight, good = inside, bad = copysign(1e18, end);
    if (problem_value(value, bad, &f, &weight)) return end;
    for (int i = 0; i < 200; i++) {
        const double middle = good + (bad - good) / 2;
        if (middle == good || middle == bad) break;
        *(problem_value(value, middle, &f, &weight) ? &good : &bad) = middle;
    }
    return nearly_simple(bad);
}

/* The zero of a monotone function between its ends, to more than a double. */
static bool find_zero(ProblemValue *value, double left, double right, Quad *zero)
{
    double weight, lo = fmax(left, -1e6), hi = fmin(right, 1e6);
    Quad f_lo = 0, f;
    lo += 1e-9 * fmin(1, hi - lo);
    hi -= 1e-9 * fmin(1, hi - lo);
    if (!problem_value(value, lo, &f_lo, &weight) || !problem_value(value, hi, &f, &weight))
        return false;
    if ((f_lo < 0) == (f < 0)) return false;
    for (int i = 0; i < 200; i++) {
        const double middle = lo + (hi - lo) / 2;
        if (middle == lo || middle == hi) break;
        if (!problem_value(value, middle, &f, &weight)) return false;
        if (f == 0 || fabs(middle) < 1e-40)
            lo = hi = f == 0 ? middle : 0;
        else
            *((f < 0) == (f_lo < 0) ? &lo : &hi) = middle;
    }
    *zero = lo;
    if (lo == nearly_simple(lo)) return true;
    Quad x0 = lo, x1 = hi, f0, f1;
    for (int i = 0; i < 4; i++) {
        if (!problem_value(value, x0, &f0, &weight) || !problem_value(value, x1, &f1, &weight))
            return false;
        if (f0 == f1) break;
        const Quad next = x1 - f1 * (x1 - x0) / (f1 - f0);
        x0 = x1;
        x1 = next;
    }
    *zero = x1;
    return true;
}

static bool find_quotient(Frame *frame, LogOfValue *value)
{
    if (isinf(frame->left) && isinf(frame->right)) return false;
    if (isinf(frame->right) && frame->left == 0) return false; /* a plain logarithm */
    if (!find_zero(&value->value, frame->left, frame->right, &frame->shift)) return false;
    const Quad above = isinf(frame->left) ? 1 : frame->shift - frame->left;
    const Quad below = isinf(frame->right) ? 1 : frame->right - frame->shift;
    frame->inner = OF_QUOTIENT;
    frame->step = below / above;
    if (quad_abs(frame->step - 1) < 1e-25) frame->step = 1;
    return find_gain(value, &frame->gain);
}

static bool find_inner(Frame *frame, LogOfValue *value)
{
    Quad f, g;
    double weight;
    if (find_quotient(frame, value)) return true;
    frame->inner = OF_DIFFERENCE;
    if (frame->left == 1 && isinf(frame->right)) return find_gain(value, &frame->gain);
    frame->inner = OF_SUM;
    if (isfinite(frame->left) || isfinite(frame->right)) return false;
    if (!problem_value(&value->value, 3, &f, &weight)) return false;
    if (!problem_value(&value->value, -3, &g, &weight) || f != -g) return false;
    frame->mirror = -1;
    return find_gain(value, &frame->gain);
}

bool log_of_find(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    LogOfValue value = {{problem, oracle}, frame};
    if (goal->type == TYPE_REAL) return false;
    frame->lo = domain->is_all ? -INFINITY : domain->lo;
    frame->hi = domain->is_all ? INFINITY : domain->hi;
    double inside = 0;
    Quad f;
    double weight;
    static const double PLACES[] = {0, 0.5, -0.5, 2, -2, 10, -10};
    bool is_found = false;
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES && !is_found; i++) {
        inside = PLACES[i];
        is_found = inside > frame->lo && inside < frame->hi &&
                   problem_value(&value.value, inside, &f, &weight);
    }
    if (!is_found) return false;
    frame->left = find_end(&value.value, inside, -INFINITY);
    frame->right = find_end(&value.value, inside, INFINITY);
    return find_inner(frame, &value);
}

static bool log_of_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    LogOfValue value = {{problem, oracle}, frame};
    if (problem->goal.type == TYPE_F64 || !log_of_find(frame, problem, oracle)) return false;
    frame->needs_wide = true;
    return curve_init(&frame->curve, -0.29290, 0.41422, log_of_outer, &value);
}

/* -- writing -------------------------------------------------------------------------------------- */

/* y, and y - 1 as it is near 0. */
static RefPair build_quotient(const Frame *frame, Builder *b, Ref x)
{
    const Ref minus_left = build_constant(b, -frame->left);
    Quad slope = frame->step;
    Ref y = isinf(frame->left) ? build_constant(b, 1) : build_add(b, x, minus_left);
    if (frame->step != 1) y = build_mul(b, y, build_constant(b, frame->step));
    const Quad zero_hi = quad_round(frame->shift, b->type);
    Ref rest = frame->shift == 0 ? x : build_sub(b, x, build_constant(b, zero_hi));
    if (frame->shift != zero_hi)
        rest = build_sub(b, rest, build_constant(b, frame->shift - zero_hi));
    if (isfinite(frame->right)) {
        const Ref below = build_sub(b, build_constant(b, frame->right), x);
        slope = isinf(frame->left) ? 1 : frame->step + 1;
        y = build_div(b, y, below);
        if (slope != 1) rest = build_mul(b, rest, build_constant(b, slope));
        return (RefPair){y, build_div(b, rest, below)};
    }
    return (RefPair){y, slope == 1 ? rest : build_mul(b, rest, build_constant(b, slope))};
}

static RefPair build_inner(const Frame *frame, Builder *b, Ref x)
{
    const Ref one = build_constant(b, 1);
    if (frame->inner == OF_QUOTIENT) return build_quotient(frame, b, x);
    if (frame->inner == OF_DIFFERENCE) {
        const Ref u = build_sub(b, x, one);
        const Ref root = prog_add(b->prog, OP_SQRT, build_mul(b, u, build_add(b, x, one)), 0, 0);
        return (RefPair){build_add(b, x, root), build_add(b, u, root)};
    }
    const Ref square = build_mul(b, x, x);
    const Ref root = prog_add(b->prog, OP_SQRT, build_add(b, square, one), 0, 0);
    const Ref more = build_div(b, square, build_add(b, root, one));
    return (RefPair){build_add(b, x, root), build_add(b, x, more)};
}

static void log_of_open(const Frame *frame, Builder *b, FrameState *state)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const Ref x = frame->mirror != 0 ? prog_add(prog, OP_ABS, state->x, 0, 0) : state->x;
    const RefPair y = build_inner(frame, b, x);
    const Ref shift = prog_add_bits(prog, integer, (uint64_t)(type_info(b->type)->precision - 1));
    const Ref root = prog_add_bits(prog, integer, bits_from_value(b->type, M_SQRT1_2));
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, y.hi, 0, 0);
    const Ref e = prog_add(prog, OP_ASHR, prog_add(prog, OP_ISUB, bits, root, 0), shift, 0);
    const Ref field = prog_add(prog, OP_SHL, e, shift, 0);
    const Ref m =
        prog_add_typed(prog, OP_BITCAST, b->type, prog_add(prog, OP_ISUB, bits, field, 0), 0, 0);
    const Ref is_near = prog_add(prog, OP_IEQ, e, prog_add_bits(prog, integer, 0), 0);
    /* e may be wide, but is small. */
    const Ref narrow_e =
        integer == TYPE_I64 ? prog_add_typed(prog, OP_ITRUNC, TYPE_I32, e, 0, 0) : e;
    state->n = is_near;
    state->n_float = prog_add_typed(prog, OP_TOFLOAT, b->type, narrow_e, 0, 0);
    state->r = prog_add(prog, OP_SELECT, is_near, y.lo, build_sub(b, m, build_constant(b, 1)));
    state->y = y.hi;
}

/* Does the domain reach where y is infinite or no number? */
static bool reaches_end(const Frame *frame)
{
    return frame->hi >= frame->right || isinf(frame->hi) || isinf(frame->lo);
}

static Ref log_of_close(const Frame *frame, Builder *b, const FrameState *state, RefPair fitted)
{
    Prog *prog = b->prog;
    const Ref zero = build_constant(b, 0), infinity = build_constant(b, INFINITY);
    const double sign = frame->gain > 0 ? 1 : -1;
    Ref y = build_fma(b, state->n_float, build_constant(b, frame->gain), fitted.hi);
    if (frame->mirror == 0) y = prog_add(prog, OP_SELECT, state->n, fitted.hi, y); /* keeps -0 */
    /* y infinite, or no number: so is the result. */
    const Ref end = sign > 0 ? state->y : prog_add(prog, OP_NEG, state->y, 0, 0);
    const Ref is_finite = prog_add(prog, OP_LT, state->y, infinity, 0);
    if (reaches_end(frame)) y = prog_add(prog, OP_SELECT, is_finite, y, end);
    if (frame->inner == OF_QUOTIENT && (frame->lo <= frame->left || frame->hi >= frame->right)) {
        const Ref is_zero = prog_add(prog, OP_EQ, state->y, zero, 0);
        const Ref outside = prog_add(prog, OP_SELECT, is_zero, build_constant(b, -sign * INFINITY),
                                     build_constant(b, NAN));
        const Ref is_positive = prog_add(prog, OP_LT, zero, state->y, 0);
        y = prog_add(prog, OP_SELECT, is_positive, y, outside);
    }
    if (frame->inner == OF_DIFFERENCE && frame->lo < 1) {
        const Ref is_inside = prog_add(prog, OP_LE, build_constant(b, 1), state->x, 0);
        y = prog_add(prog, OP_SELECT, is_inside, y, build_constant(b, NAN));
    }
    if (frame->mirror < 0) y = prog_add(prog, OP_COPYSIGN, y, state->x, 0);
    return y;
}

const FrameRow FRAME_LOG_OF = {"log of ", log_of_detect, log_of_open, log_of_close, NULL, 0};
