/* Periodic functions (frame_period.h), x on a moderate interval: x is a number of steps, found by adding a constant
   that leaves no bits behind the point, and a remainder from which few digits are lost. */
#include "search/frame_period.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* How far reductions by a step in three parts are worth having. */
static const double REACH_MAX = 1e6;

/* Of what the last rounding costs: a bound above that leaves room for several. */
static const double ROUGH = 5;

typedef struct {
    ProblemValue value;
    Quad shift;
} PeriodValue;

static bool shifted_value(void *context, Quad r, Quad *f, double *weight)
{
    const PeriodValue *self = context;
    return problem_value((void *)&self->value, self->shift + r, f, weight);
}

/* -- looking ----------------------------------------------------------------------------- */

bool period_is_equal(Quad a, Quad b) { return quad_abs(a - b) <= 1e-22 * quad_abs(b); }

/* Three steps further, is the value the same but for its sign, or does the product not depend on the place? */
static bool repeats(Frame *frame, PeriodValue *value)
{
    enum { PROBES = 9 };
    bool is_same = true, is_reciprocal = true;
    for (int i = 0; i < PROBES; i++) {
        const Quad r = frame->step * (i + 0.5) / (2 * PROBES);
        Quad here, there;
        double weight;
        if (!shifted_value(value, r, &here, &weight)) return false;
        if (!shifted_value(value, r + 3 * frame->step, &there, &weight)) return false;
        if (i == 0) frame->gain = (here < 0) == (there < 0) ? 1 : -1;
        if (i == 0) frame->product = here * there;
        is_same &= period_is_equal(here, frame->gain * there);
        is_reciprocal &= period_is_equal(here * there, frame->product);
    }
    frame->is_reciprocal = is_reciprocal && !is_same;
    return is_same || is_reciprocal;
}

/* The zeros near 0 in rising order; poles with a change of sign are among them. */
static int find_zeros(PeriodValue *value, Quad zero[CURVE_ZEROS_MAX + 1])
{
    Curve *near = xcalloc(1, sizeof *near);
    int n = 0;
    for (double reach = 7.01; reach > 1e-3 && n < 2; reach /= 2) {
        n = 0;
        if (!curve_init(near, -1.02 * reach, reach, shifted_value, value)) break;
        for (int i = 0; i < near->n_zeros; i++) {
            if (near->zero_order == 1 && near->zero[i] > 0 && (i == 0 || near->zero[i - 1] < 0))
                zero[n++] = 0;
            zero[n++] = near->zero[i];
        }
        if (n < CURVE_ZEROS_MAX) break; /* else they lie closer than the points */
        n = 0;
    }
    free(near);
    return n;
}

static bool is_zero(PeriodValue *value, Quad at)
{
    Quad f;
    double weight;
    return problem_value(&value->value, at, &f, &weight) && quad_abs(f) < 1e-6;
}

bool period_find(Frame *frame, const Problem *problem, Oracle *oracle)
{
    PeriodValue value = {{problem, oracle}, 0};
    Quad zero[CURVE_ZEROS_MAX + 1];
    const int n = find_zeros(&value, zero);
    int nearest = -1;
    for (int i = 0; i < n; i++)
        if (is_zero(&value, zero[i]) &&
            (nearest < 0 || quad_abs(zero[i]) < quad_abs(zero[nearest])))
            nearest = i;
    if (n < 2 || nearest < 0) return false;
    const int other = nearest + 1 < n ? nearest + 1 : nearest - 1;
    value.shift = frame->shift = zero[nearest];
    frame->step = quad_abs(zero[other] - zero[nearest]);
    if (!is_zero(&value, zero[other])) { /* a pole: half the way to the next zero */
        const int next = nearest + 2 < n ? nearest + 2 : nearest - 2;
        if (next < 0) return false;
        frame->step = quad_abs(zero[next] - zero[nearest]) / 2;
    }
    return repeats(frame, &value);
}

bool period_curve(Frame *frame, const Problem *problem, Oracle *oracle, double beyond)
{
    PeriodValue value = {{problem, oracle}, frame->shift};
    const double reach = (0.5 + beyond) * (double)frame->step;
    return curve_init(&frame->curve, -reach, reach, shifted_value, &value);
}

bool period_is_rough(const Problem *problem) { return problem->limit > ROUGH * problem->floor; }

bool period_detect_inner(Frame *frame, const Problem *inner, const FrameRow *row)
{
    Oracle *oracle = oracle_new(&inner->goal.reference, NULL, 0);
    const bool is_found = row->detect(frame, inner, oracle);
    oracle_free(oracle);
    frame->inner_row = row;
    return is_found;
}

void period_open_inner(const Frame *frame, Builder *b, FrameState *state)
{
    frame->inner_row->open(frame, b, state);
}

bool period_is_half(const Frame *frame)
{
    return quad_abs(quad_abs(frame->shift) - frame->step / 2) < 1e-24 * frame->step;
}

static bool take_moderate_domain(Frame *frame, const Goal *goal)
{
    const Domain *domain = &goal->domain[0];
    frame->lo = domain->lo;
    frame->hi = domain->hi;
    return goal->type != TYPE_REAL && !domain->is_all &&
           fmax(fabs(domain->lo), fabs(domain->hi)) <= REACH_MAX;
}

static bool moderate_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    if (!take_moderate_domain(frame, goal)) return false;
    if (period_is_exact(frame, problem, oracle) || !period_find(frame, problem, oracle)) return false;
    if (frame->hi - frame->lo < 1.2 * (double)frame->step) return false;
    /* A rounded r, a rounded tangent and the division leave some 3 ulps. */
    frame->needs_wide =
        frame->is_reciprocal && goal->type == TYPE_F32 && !period_is_rough(problem);
    return period_curve(frame, problem, oracle, 1e-4 + period_half_error(frame, goal->type));
}

static bool cycle_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    if (!take_moderate_domain(frame, &problem->goal)) return false;
    if (period_is_exact(frame, problem, oracle) || !cycle_find(frame, problem, oracle)) return false;
    if (frame->hi - frame->lo < 1.2 * (double)frame->step) return false;
    return period_curve(frame, problem, oracle, 1e-4);
}

/* -- reducing ------------------------------------------------------------------------------ */

/* How many bits behind the point a count of half-integers may have; 0 if there is no room for enough of them. */
static int bits_behind(const Frame *frame, Type type)
{
    enum { ENOUGH = 8 };
    const double reach = fmax(fabs(frame->lo), fabs(frame->hi));
    if (!isfinite(reach)) return 0;
    const int before = (int)ceil(log2(reach / (double)frame->step + 2));
    const int bits = type_info(type)->precision - 2 - before;
    return bits >= ENOUGH ? bits : 0;
}

double period_half_error(const Frame *frame, Type type)
{
    const int bits = period_is_half(frame) ? bits_behind(frame, type) : 0;
    return bits == 0 ? 0 : ldexp(1, -bits - 1);
}

/* floor(x/step) + 1/2: a sum with bits behind the point, cleared. One operation less than rounding x/step -+ 1/2, and
   sooner ready. n is one more than the floor where the zero is below 0. */
static Ref count_halves(const Frame *frame, Builder *c, Ref x, int bits, FrameState *state)
{
    const Type integer = frame_int_type(c->type);
    const double magic =
        ldexp(1.5, type_info(c->type)->precision - 1 - bits) + (frame->shift < 0 ? 1 : 0);
    const Ref sum = build_fma(c, x, build_constant(c, 1 / frame->step), build_constant(c, magic));
    const Ref mask = prog_add_bits(c->prog, integer, ~(((uint64_t)1 << bits) - 1));
    const Ref whole =
        prog_add(c->prog, OP_IAND, prog_add_typed(c->prog, OP_BITCAST, integer, sum, 0, 0), mask, 0);
    state->n = prog_add_typed(c->prog, OP_BITCAST, c->type, whole, 0, 0);
    state->last_bit = bits;
    return build_sub(c, state->n, build_constant(c, magic - 0.5));
}

Ref period_count(const Frame *frame, Builder *b, FrameState *state)
{
    Builder counter = frame_counter(frame, b, state);
    Builder *c = &counter;
    const Ref x = c->type == b->type ? state->x : state->input;
    const Ref magic = build_constant(c, ldexp(1.5, type_info(c->type)->precision - 1));
    const Ref rate = build_constant(c, 1 / frame->step);
    const Quad offset = frame->shift / frame->step;
    const bool is_half = period_is_half(frame);
    const int bits = is_half ? bits_behind(frame, c->type) : 0;
    state->last_bit = 0;
    if (bits > 0) {
        state->n_float = build_convert(b, count_halves(frame, c, x, bits, state), b->type);
        return state->n_float;
    }
    if (frame->shift == 0)
        state->n = build_fma(c, x, rate, magic);
    else
        state->n = build_add(c, build_fma(c, x, rate, build_constant(c, -offset)), magic);
    state->n_float = build_convert(b, build_sub(c, state->n, magic), b->type);
    if (!is_half) return state->n_float;
    return build_add(b, state->n_float, build_constant(b, frame->shift > 0 ? 0.5 : -0.5));
}

double period_part_below(Quad x, Type type)
{
    const double nearest = quad_round(x, type);
    return nearest <= x ? nearest
                        : value_from_ordered(type, ordered_from_value(type, nearest) - 1);
}

/* r = x - k*step with the step in parts, each what the type can hold of what is left: the first difference is exact, since
   it is a multiple of the last bit of the first part and little more than half a step. */
static void reduce(const Frame *frame, Builder *b, FrameState *state, int n_parts)
{
    const Ref k = period_count(frame, b, state);
    Quad rest = frame->step;
    Ref r = state->x;
    for (int i = 0; i < n_parts && rest != 0; i++) {
        const double part = period_part_below(rest, b->type);
        if (part == 0) break;
        rest -= part;
        r = build_fma(b, k, build_constant(b, -part), r);
    }
    if (frame->shift != 0 && !period_is_half(frame)) {
        const Quad shift_hi = quad_round(frame->shift, b->type);
        r = build_sub(b, r, build_constant(b, shift_hi));
        if (frame->shift != shift_hi)
            r = build_sub(b, r, build_constant(b, frame->shift - shift_hi));
    }
    state->r = r;
}

static bool is_wide(const Builder *b, const FrameState *state)
{
    const Type input = (Type)b->prog->node[state->input].type;
    return type_info(b->type)->precision > type_info(input)->precision + 10;
}

static void moderate_open(const Frame *frame, Builder *b, FrameState *state)
{
    const double reach = fmax(fabs(frame->lo), fabs(frame->hi));
    const double n_max = reach / (double)frame->step;
    if (frame->has_rest) {
        period_reduce_narrow(frame, b, state);
        return;
    }
    const int n_parts = is_wide(b, state) ? (n_max < 60 ? 1 : 2) : n_max < 60 ? 2 : 3;
    reduce(frame, b, state, n_parts);
}

/* -- the result ------------------------------------------------------------------------------ */

/* An odd n turns the sign: its last bit becomes the sign bit. */
Ref period_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    if (frame->is_reciprocal) return period_close_reciprocal(frame, b, state, y);
    if (frame->has_rest) y.hi = period_add_rest(frame, b, state, y);
    if (frame->gain > 0) return y.hi;
    Prog *prog = b->prog;
    const bool is_mixed = frame_is_mixed(frame, b, state);
    const Type type = is_mixed ? (Type)prog->node[state->input].type : b->type;
    const int up = 8 * type_info(type)->size - 1 - state->last_bit;
    if (is_mixed) return frame_narrow_end(b, state, OP_IXOR, up, y.hi);
    const Type integer = frame_int_type(b->type);
    const Ref count = prog_add_bits(prog, integer, (uint64_t)up);
    const Ref n = prog_add_typed(prog, OP_BITCAST, integer, state->n, 0, 0);
    const Ref sign = prog_add(prog, OP_SHL, n, count, 0);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, y.hi, 0, 0);
    return prog_add_typed(prog, OP_BITCAST, b->type, prog_add(prog, OP_IXOR, bits, sign, 0), 0, 0);
}

static bool moderate_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    if (variant > 0) return period_narrow(frame, problem, oracle);
    const double reach = fmax(fabs(frame->lo), fabs(frame->hi));
    if (!frame_may_mix(problem, frame) || frame->is_reciprocal) return false;
    if (!frame_counts_well(problem->goal.type, reach / (double)frame->step)) return false;
    frame->is_mixed = true;
    snprintf(frame->way, sizeof frame->way, "mixed ");
    return true;
}

const FrameRow FRAME_PERIOD = {"period ",    moderate_detect, moderate_open,
                               period_close, moderate_vary,   2};
const FrameRow FRAME_CYCLE = {"cycle ", cycle_detect, moderate_open, period_close, NULL, 0};
