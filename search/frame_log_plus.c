/* Logarithms of 1 + k*x, k a power of two or its negative, in the type itself: f(x) = F(1 + k*x) with F(2y) = F(y) + gain
   and F(1) = 0, as log1p.

   y = 1 + k*x = 2^e*m tells e, and m - 1 = x*(k*2^-e) - (1 - 2^-e), in which nothing is lost: by one fma it is exact as long as
   2^-e - 1 is, with m in [3/4, 3/2): for |e| above 1 both terms are multiples of what the last bit of m - 1 is worth, for e = -1 and
   1 x is more than 1/4 and 1/2. Where e = 0 it is k*x itself, so that small results keep all digits, and the sign of zero.
   y is rounded, so that what is just below 1/2 may be taken for e = 1; a tight bound has e = 0 reach to 3/2 for positive k*x and from 3/4
   for negative, both included. */
#include "search/frame.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    ProblemValue value;
    double factor;
} PlusValue;

/* F(1 + r). */
static bool plus_value(void *context, Quad r, Quad *f, double *weight)
{
    const PlusValue *self = context;
    return problem_value((void *)&self->value, r / self->factor, f, weight);
}

static bool find_gain(PlusValue *value, Quad *gain)
{
    static const double PLACES[] = {1.3, 0.37, 2.9, 0.11, 7.7, 61};
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        Quad here, there;
        double weight;
        if (!plus_value(value, PLACES[i] - (Quad)1, &here, &weight)) return false;
        if (!plus_value(value, 2 * PLACES[i] - (Quad)1, &there, &weight)) return false;
        if (i == 0) *gain = there - here;
        if (quad_abs(there - here - *gain) > 1e-23 * quad_abs(*gain)) return false;
    }
    return *gain != 0;
}

static bool find_factor(Frame *frame, PlusValue *value)
{
    enum { EXPONENT_MAX = 8 };
    for (int exponent = 0; exponent <= EXPONENT_MAX; exponent++) {
        for (int i = 0; i < 4; i++) { /* both signs, large and small */
            value->factor = ldexp(i % 2 == 0 ? 1 : -1, i < 2 ? exponent : -exponent);
            if (find_gain(value, &frame->gain)) return true;
        }
    }
    return false;
}

static bool plus_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Domain *domain = &problem->goal.domain[0];
    const Type type = problem->goal.type;
    PlusValue value = {.value = {problem, oracle}};
    Quad f;
    double weight;
    if ((type != TYPE_F32 && type != TYPE_F64) || !problem->may[OP_FMA] || domain->is_all)
        return false;
    if (!problem_value(&value.value, 0, &f, &weight) || f != 0) return false;
    if (!find_factor(frame, &value)) return false;
    frame->lo = domain->lo;
    frame->hi = domain->hi;
    frame->inner_factor = value.factor;
    const double a = 1 + frame->inner_factor * frame->lo, b = 1 + frame->inner_factor * frame->hi;
    const double least = fmin(a, b), most = fmax(a, b);
    if (!(least > 0) || !(most <= ldexp(1, type_info(type)->emax - 1)) || most < 2 * least)
        return false;
    frame->gain = -frame->gain; /* n is -e */
    frame->is_narrow_only = true;
    frame->from = 0.75;
    frame->tail = LOG_TAIL_PLAIN;
    frame->is_exact = problem->limit < 3 * problem->floor;
    return curve_init(&frame->curve, frame->from - 1, 2 * frame->from - 1, plus_value, &value);
}

/* Where e*gain and half of the rest may cancel. */
static bool plus_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    static const struct {
        const char *name;
        LogTail tail;
    } WAYS[FRAME_LOG_PLUS_WAYS] = {{"shared ", LOG_TAIL_SHARED}, {"low ", LOG_TAIL_LOW}};
    snprintf(frame->way, sizeof frame->way, "%s", WAYS[variant].name);
    frame->tail = WAYS[variant].tail;
    frame->takes_pair = frame->wants_sum = true;
    return true;
}

/* The greatest bits of y with e = 0. */
static Ref build_last(const Frame *frame, Builder *b, Ref x)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const bool is_rising = frame->inner_factor > 0;
    const uint64_t end = bits_from_value(b->type, 2 * frame->from);
    if (!frame->is_exact) return prog_add_bits(prog, integer, end - 1);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, x, 0, 0);
    const Ref size = prog_add_bits(prog, integer, (uint64_t)(8 * type_info(b->type)->size - 1));
    const Ref minus_one = prog_add(prog, OP_ASHR, bits, size, 0); /* for negative x, else 0 */
    return prog_add(prog, is_rising ? OP_IADD : OP_ISUB,
                    prog_add_bits(prog, integer, is_rising ? end : end - 1), minus_one, 0);
}

static void plus_open(const Frame *frame, Builder *b, FrameState *state)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const int shift = type_info(b->type)->precision - 1;
    const uint64_t all = b->type == TYPE_F64 ? ~0ull : 0xffffffff;
    const Ref mask = prog_add_bits(prog, integer, all & ~((1ull << shift) - 1));
    const Ref last = build_last(frame, b, state->x);
    const Ref factor = build_constant(b, frame->inner_factor), one = build_constant(b, 1);
    const Ref y = build_fma(b, state->x, factor, one);
    /* With the bits of y taken off the last ones of e = 0, what is left above the field is -e. */
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, y, 0, 0);
    const Ref field = prog_add(prog, OP_IAND, prog_add(prog, OP_ISUB, last, bits, 0), mask, 0);
    const Ref factor_bits =
        prog_add_bits(prog, integer, bits_from_value(b->type, frame->inner_factor));
    const Ref scaled = prog_add(prog, OP_IADD, factor_bits, field, 0);
    const Ref scale = prog_add_typed(prog, OP_BITCAST, b->type, scaled, 0, 0); /* k*2^-e */
    const Ref rest = build_fma(b, scale, build_constant(b, -1 / frame->inner_factor), one);
    state->n = field;
    state->n_float = prog_add_typed(prog, OP_TOFLOAT, b->type, field, 0, 0);
    state->r = build_fma(b, state->x, scale, prog_add(prog, OP_NEG, rest, 0, 0));
}

static Ref plus_close(const Frame *frame, Builder *b, const FrameState *state, RefPair fitted)
{
    return frame_log_sum(frame, b, state, fitted);
}

const FrameRow FRAME_LOG_PLUS = {"log1p ",   plus_detect, plus_open,
                                 plus_close, plus_vary,   FRAME_LOG_PLUS_WAYS};
