/* Functions that grow by a fixed amount when the argument doubles: f(2x) = f(x) + gain, so with
   x = 2^e * m, m about 1, f(x) = e*gain + f(m). */
#include "search/frame.h"

#include <math.h>

static bool log_value(void *context, Quad x, Quad *f, double *weight)
{
    return problem_value(context, x, f, weight);
}

static bool find_gain(ProblemValue *value, double from, double to, Quad *gain)
{
    enum { PROBES = 7 };
    for (int i = 0; i < PROBES; i++) {
        /* Geometrically spaced, each with its double inside. */
        const double x = from * pow(fmax(to / from / 2, 1.125), (i + 0.5) / PROBES);
        Quad here, there;
        double weight;
        if (!problem_value(value, x, &here, &weight)) return false;
        if (!problem_value(value, (Quad)x * 2, &there, &weight)) return false;
        const Quad difference = there - here;
        if (i == 0) *gain = difference;
        if (quad_abs(difference - *gain) > 1e-24 * quad_abs(*gain)) return false;
    }
    return *gain != 0;
}

static bool log_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    const TypeInfo *info = type_info(goal->type);
    ProblemValue value = {problem, oracle};
    if (goal->type == TYPE_REAL) return false;
    const double most = ldexp(1, info->emax), least = ldexp(1, info->emin - info->precision + 1);
    const double hi = domain->is_all ? most : fmin(domain->hi, most);
    const double lo = domain->is_all ? least : fmax(domain->lo, least);
    if (!(hi >= 2 * lo)) return false;
    frame->lo = lo;
    frame->hi = hi;
    frame->has_outside = domain->is_all || domain->lo <= 0;
    if (frame->has_outside) {
        uint64_t bits;
        const double zero = 0, minus = -1;
        if (oracle_round(oracle, &minus, goal->type, &bits, NULL, NULL) != OK) return false;
        if (!isnan(value_from_bits(goal->type, bits))) return false;
        if (oracle_round(oracle, &zero, goal->type, &bits, NULL, NULL) != OK) return false;
        frame->at_zero = value_from_bits(goal->type, bits);
    }
    const double infinity = INFINITY;
    uint64_t bits;
    if (oracle_round(oracle, &infinity, goal->type, &bits, NULL, NULL) != OK) return false;
    frame->at_infinity = value_from_bits(goal->type, bits);
    if (!find_gain(&value, fmax(lo, 1e-30), fmin(hi, 1e30), &frame->gain)) return false;
    /* Subnormal arguments have no exponent field to take apart, unless they are normal in a wider type. */
    frame->needs_wide = lo < ldexp(1, info->emin);
    if (frame->needs_wide && goal->type == TYPE_F64) return false;
    return curve_init(&frame->curve, 0.70710678, 1.41421357, log_value, &value);
}

/* i = bits(x) - bits(sqrt(1/2)) has e in its upper part; taking e off the exponent field of x leaves m
   in [sqrt(1/2), sqrt(2)). */
static void log_open(const Frame *frame, Builder *b, FrameState *state)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const Ref shift = prog_add_bits(prog, integer, (uint64_t)(type_info(b->type)->precision - 1));
    const Ref root = prog_add_bits(prog, integer, bits_from_value(b->type, M_SQRT1_2));
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, state->x, 0, 0);
    const Ref above = prog_add(prog, OP_ISUB, bits, root, 0);
    const Ref e = prog_add(prog, OP_ASHR, above, shift, 0);
    const Ref field = prog_add(prog, OP_SHL, e, shift, 0);
    const Ref m = prog_add(prog, OP_ISUB, bits, field, 0);
    state->n = e;
    state->n_float = prog_add_typed(prog, OP_TOFLOAT, b->type, e, 0, 0);
    state->r = prog_add_typed(prog, OP_BITCAST, b->type, m, 0, 0);
}

/* e*gain + y. With precision to spare plainly; else e*gain_hi is exact (gain_hi has trailing zeros for e), its sum
   with the leading part of y is split exactly (|e*gain| > |y| unless e = 0), and all that is small
   is added last. */
static Ref log_sum(const Frame *frame, Builder *b, const FrameState *state, RefPair y, bool is_wide)
{
    if (is_wide) return build_fma(b, state->n_float, build_constant(b, frame->gain), y.hi);
    const TypeInfo *info = type_info(b->type);
    int exponent;
    (void)frexp((double)frame->gain, &exponent);
    const int e_bits = b->type == TYPE_F64 ? 11 : 8;
    const double grain = ldexp(1, exponent - info->precision + e_bits);
    const double gain_hi = grain * rint((double)(frame->gain / grain));
    const Ref large = build_mul(b, state->n_float, build_constant(b, gain_hi));
    const Ref gain_lo = build_constant(b, frame->gain - gain_hi);
    if (y.lo == y.hi) return build_add(b, large, build_fma(b, state->n_float, gain_lo, y.hi));
    const RefPair sum = build_exact_sum(b, large, y.hi, true);
    const Ref small = build_fma(b, state->n_float, gain_lo, y.lo);
    return build_add(b, sum.hi, build_add(b, sum.lo, small));
}

static Ref log_close(const Frame *frame, Builder *b, const FrameState *state, RefPair fitted)
{
    Prog *prog = b->prog;
    const Type input = (Type)prog->node[state->input].type;
    const bool is_wide = type_info(b->type)->precision > type_info(input)->precision;
    Ref y = log_sum(frame, b, state, fitted, is_wide);
    const Ref zero = build_constant(b, 0);
    const Ref infinity = build_constant(b, INFINITY);
    if (frame->has_outside) {
        const Ref is_finite = prog_add(prog, OP_LT, state->x, infinity, 0);
        y = prog_add(prog, OP_SELECT, is_finite, y, build_constant(b, frame->at_infinity));
        const Ref is_zero = prog_add(prog, OP_EQ, state->x, zero, 0);
        const Ref outside = prog_add(prog, OP_SELECT, is_zero, build_constant(b, frame->at_zero),
                                     build_constant(b, NAN));
        const Ref is_positive = prog_add(prog, OP_LT, zero, state->x, 0);
        y = prog_add(prog, OP_SELECT, is_positive, y, outside);
    }
    return y;
}

const FrameRow FRAME_LOG = {"log ", log_detect, log_open, log_close, true};
