/* Functions that grow by a fixed amount when the argument doubles: f(2x) = f(x) + gain, so with
   x = 2^e * m, m about 1, f(x) = e*gain + f(m). */
#include "search/frame.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>

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
    /* There is none for f64: they are made normal by a factor. */
    frame->is_lifted = frame->needs_wide && goal->type == TYPE_F64;
    if (frame->is_lifted) frame->needs_wide = false;
    frame->from = M_SQRT1_2;
    frame->tail = LOG_TAIL_PLAIN;
    return curve_init(&frame->curve, frame->from, 2 * frame->from, log_value, &value);
}

typedef struct {
    const char *name;
    double from;
    LogTail tail;
    bool is_mixed, has_parts; /* parts: by getexp and getmant */
} LogWay;

static const LogWay WAYS[] = {
    {"parts ", 0.75, LOG_TAIL_PLAIN, false, true},
    {"parts, shared ", 0.75, LOG_TAIL_SHARED, false, true},
    {"2/3, ", 2. / 3, LOG_TAIL_PLAIN, false, false},
    {"shared ", M_SQRT1_2, LOG_TAIL_SHARED, false, false},
    {"2/3, low ", 2. / 3, LOG_TAIL_LOW, false, false},
    {"2/3, shared ", 2. / 3, LOG_TAIL_SHARED, false, false},
    {"low ", M_SQRT1_2, LOG_TAIL_LOW, false, false},
    {"exact ", M_SQRT1_2, LOG_TAIL_EXACT, false, false},
    {"mixed ", M_SQRT1_2, LOG_TAIL_PLAIN, true, false},
    {"2/3, mixed ", 2. / 3, LOG_TAIL_PLAIN, true, false},
};

enum { N_WAYS = sizeof WAYS / sizeof *WAYS };

static bool log_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    const LogWay *way = &WAYS[variant];
    ProblemValue value = {problem, oracle};
    if (way->has_parts && !problem->may[OP_GETMANT]) return false;
    if (way->has_parts) frame->needs_wide = false; /* subnormals have an exponent like others */
    if (frame->needs_wide && way->tail != LOG_TAIL_PLAIN) return false;
    frame->has_parts = way->has_parts;
    const double rest = (double)quad_abs(frame->gain - quad_round(frame->gain, problem->goal.type));
    const double small = ldexp(0.1, -type_info(problem->goal.type)->precision);
    if (way->tail == LOG_TAIL_LOW && rest <= small * (double)quad_abs(frame->gain)) return false;
    if (way->is_mixed && !frame_may_mix(problem, frame)) return false;
    frame->is_mixed = way->is_mixed;
    snprintf(frame->way, sizeof frame->way, "%s", way->name);
    frame->wants_sum = way->tail == LOG_TAIL_LOW || way->tail == LOG_TAIL_SHARED;
    frame->tail = (int)way->tail;
    frame->takes_pair = frame->is_narrow_only = way->tail != LOG_TAIL_PLAIN;
    if (way->from == frame->from) return true;
    frame->from = way->from;
    return curve_init(&frame->curve, frame->from, 2 * frame->from, log_value, &value);
}

/* getmant gives m in [3/4, 3/2), one exponent above that of x where x/2^getexp(x) >= 3/2, and then m < 1. */
static void open_by_parts(Builder *b, FrameState *state)
{
    Prog *prog = b->prog;
    state->r = prog_add(prog, OP_GETMANT, state->x, 0, 0);
    const Ref exponent = prog_add(prog, OP_GETEXP, state->x, 0, 0);
    state->n = state->n_float = build_sub(b, exponent, prog_add(prog, OP_GETEXP, state->r, 0, 0));
}

enum { LIFT = 54 }; /* subnormal f64 times 2^LIFT are normal */

/* x, or x*2^LIFT where x has no exponent field; what its field has too much then. */
static Ref lift(Builder *b, Ref x, Ref *too_much)
{
    Prog *prog = b->prog;
    const int shift = type_info(b->type)->precision - 1;
    const Ref is_small = prog_add(prog, OP_LT, x, build_constant(b, 0x1p-1022), 0);
    const Ref none = prog_add_bits(prog, TYPE_I64, 0),
              some = prog_add_bits(prog, TYPE_I64, (uint64_t)LIFT << shift);
    *too_much = prog_add(prog, OP_SELECT, is_small, some, none);
    const Ref lifted = build_mul(b, x, build_constant(b, ldexp(1, LIFT)));
    return prog_add(prog, OP_SELECT, is_small, lifted, x);
}

/* i = bits(x) - bits(from) has e in its upper part (signed); taking that field off the bits of x leaves m in [from, 2*from).
   The field as an integer is e*2^(p-1), exactly a float, and the power of two goes into the gain. */
static void log_open(const Frame *frame, Builder *b, FrameState *state)
{
    Prog *prog = b->prog;
    if (frame->has_parts) {
        open_by_parts(b, state);
        return;
    }
    const Type type = frame_counter(frame, b, state).type, integer = frame_int_type(type);
    const int size = 8 * type_info(type)->size, shift = type_info(type)->precision - 1;
    const uint64_t above_field = size == 64 ? ~0ull : (1ull << size) - 1;
    const Ref mask = prog_add_bits(prog, integer, above_field & ~((1ull << shift) - 1));
    const Ref from = prog_add_bits(prog, integer, bits_from_value(type, frame->from));
    Ref too_much = 0, x = type == b->type ? state->x : state->input;
    if (frame->is_lifted) x = lift(b, x, &too_much);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, x, 0, 0);
    const Ref above = prog_add(prog, OP_ISUB, bits, from, 0);
    const Ref field = prog_add(prog, OP_IAND, above, mask, 0);
    const Ref m = prog_add(prog, OP_ISUB, bits, field, 0);
    state->n = frame->is_lifted ? prog_add(prog, OP_ISUB, field, too_much, 0) : field;
    state->n_float = prog_add_typed(prog, OP_TOFLOAT, b->type, state->n, 0, 0);
    state->r = build_convert(b, prog_add_typed(prog, OP_BITCAST, type, m, 0, 0), b->type);
}

/* c*e, as a constant for n_float: a float, or an exponent field as an integer. */
static Ref gain_constant(Builder *b, const FrameState *state, Quad c)
{
    const Type n_type = (Type)b->prog->node[state->n].type;
    if (type_is_float(n_type)) return build_constant(b, c);
    const bool is_f64 = n_type == TYPE_I64;
    const Type type = is_f64 ? TYPE_F64 : TYPE_F32; /* whose exponent field n is */
    return build_constant(b, c * ldexp(1, 1 - type_info(type)->precision));
}

/* x on the grid of `bits` bits below its leading one. */
static double on_grid(Quad x, int bits)
{
    int exponent;
    (void)frexp((double)x, &exponent);
    const double grain = ldexp(1, exponent - bits);
    return grain * rint((double)(x / grain));
}

/* gain = a + b, b a few sixteenths of it, and e*b goes to the leading term of y first. For e = +-1, where half of e*gain
   may be cancelled, that sum is exact or its error small; for large e it is small against the result. Then the sum of all
   but e*a is less than half of the result, so that its rounding counts a quarter. */
static Ref sum_shared(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const int precision = type_info(b->type)->precision;
    const double a = on_grid(0.8125 * frame->gain, 6);
    /* A gain that is nearly a float leaves a b on the grid of the leading term. */
    const double nearest = quad_round(frame->gain, b->type);
    const bool is_near =
        quad_abs(frame->gain - nearest) < ldexp(1, -precision - 2) * quad_abs(frame->gain);
    const Ref small = gain_constant(b, state, (is_near ? nearest : frame->gain) - a);
    Ref sum;
    if (y.lo == y.hi)
        sum = build_fma(b, state->n_float, small, y.hi);
    else if (b->prog->node[y.hi].op == OP_MUL)
        sum =
            build_add_fused(b, build_add_fused(b, build_mul(b, state->n_float, small), y.lo), y.hi);
    else
        sum = build_add_fused(b, build_fma(b, state->n_float, small, y.hi), y.lo);
    return build_fma(b, state->n_float, gain_constant(b, state, a), sum);
}

/* gain = a + b, b what rounding takes off; e*b is among the small terms. */
static Ref sum_low(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const double a = quad_round(frame->gain, b->type);
    Ref sum;
    if (a == frame->gain) {
        sum = y.lo == y.hi ? y.hi : build_add_fused(b, y.lo, y.hi);
    } else if (y.lo == y.hi) {
        sum = build_fma(b, state->n_float, gain_constant(b, state, frame->gain - a), y.hi);
    } else { /* a product y.lo is rounded only with the multiple */
        sum = build_mul(b, state->n_float, gain_constant(b, state, frame->gain - a));
        sum = build_add_fused(b, build_add_fused(b, sum, y.lo), y.hi);
    }
    return build_fma(b, state->n_float, gain_constant(b, state, a), sum);
}

/* e*gain_hi is exact (gain_hi has trailing zeros for e), its sum with the leading part of y is split exactly
   (|e*gain| > |y| unless e = 0), and all that is small is added last. */
static Ref sum_exact(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const int e_bits = b->type == TYPE_F64 ? 11 : 8;
    const double gain_hi = on_grid(frame->gain, type_info(b->type)->precision - e_bits);
    const Ref large = build_mul(b, state->n_float, gain_constant(b, state, gain_hi));
    const Ref gain_lo = gain_constant(b, state, frame->gain - gain_hi);
    if (y.lo == y.hi) return build_add(b, large, build_fma(b, state->n_float, gain_lo, y.hi));
    const RefPair sum = build_exact_sum(b, large, y.hi, true);
    const Ref small = build_fma(b, state->n_float, gain_lo, y.lo);
    return build_add(b, sum.hi, build_add(b, sum.lo, small));
}

/* y is a float or a sum hi + lo; where e = 0 the result is as good as y, else it has a share of y's rounding errors. */
Ref frame_log_sum(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    switch ((LogTail)frame->tail) {
    case LOG_TAIL_SHARED: return sum_shared(frame, b, state, y);
    case LOG_TAIL_LOW: return sum_low(frame, b, state, y);
    case LOG_TAIL_EXACT: return sum_exact(frame, b, state, y);
    case LOG_TAIL_PLAIN: break;
    }
    return build_fma(b, state->n_float, gain_constant(b, state, frame->gain), y.hi);
}

static Ref log_close(const Frame *frame, Builder *b, const FrameState *state, RefPair fitted)
{
    Prog *prog = b->prog;
    Ref y = frame_log_sum(frame, b, state, fitted);
    const Ref zero = build_constant(b, 0);
    const Ref infinity = build_constant(b, INFINITY);
    /* By parts 0 is 2^-inf, infinity 2^inf, and m is NaN below 0: infinite multiples of the gain. */
    const bool is_right = frame->has_parts && frame->at_infinity == frame->gain * INFINITY &&
                          frame->at_zero == -frame->at_infinity;
    if (frame->has_outside && !is_right) {
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

const FrameRow FRAME_LOG = {"log ", log_detect, log_open, log_close, log_vary, N_WAYS};
