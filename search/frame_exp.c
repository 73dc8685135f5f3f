/* Functions that double over a fixed step: f(x + step) = 2*f(x), so with x = n*step + r
   f(x) = 2^n * f(r), |r| <= step/2; and quotients of such: h = (f - low)/(high - f) doubles, and
   f = (low + high*h)/(1 + h), as for a logistic function or a hyperbolic tangent. */
#include "search/frame_exp_carried.h"
#include "search/frame_exp_table.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    ProblemValue value;
    const Frame *frame;
    double scale; /* for absolute bounds: how much larger results are than near 0 */
    Quad unit;    /* with tables: h(0), which goes into their entries; else 0 */
    Quad factor;  /* and what else does; else 0 */
    Quad start, slope; /* of a carried value: start + slope*x is taken off */
} ExpValue;

/* The doubling function itself. */
static bool doubling_value(void *context, Quad x, Quad *h, double *weight)
{
    const ExpValue *self = context;
    Quad f;
    if (!problem_value((void *)&self->value, x, &f, weight)) return false;
    if (x == 0 && self->frame->power != 0) return false;
    for (int k = self->frame->power; k > 0; k--) f /= x;
    for (int k = self->frame->power; k < 0; k++) f *= x;
    *h = self->frame->is_plain_exp ? f : (f - self->frame->low) / (self->frame->high - f);
    if (!self->frame->is_plain_exp) *weight = 1 / fabs((double)*h);
    return *h != 0 && quad_is_finite(*h);
}

/* Errors count relative to the value: results are this one times a power of two. A quotient damps them: |x df/f| <= |dh/h|
   for a logistic function. */
static bool relative_value(void *context, Quad x, Quad *h, double *weight)
{
    const ExpValue *self = context;
    const Problem *problem = self->value.problem;
    if (!doubling_value(context, x, h, weight)) return false;
    if (self->unit != 0) *h /= self->unit;
    if (self->factor != 0)
        *h = 1 + (*h - 1) / self->factor; /* 1/factor less what is added, see scale_by_entry */
    const BoundKind kind = problem->goal.bound.kind;
    const double size = fabs((double)*h);
    if (kind == BOUND_ULP && self->frame->is_plain_exp && self->frame->power == 0 &&
        self->unit == 0)
        *weight = 1 / ulp_of(problem->goal.type, size);
    else if (kind == BOUND_ULP)
        *weight = ldexp(1, type_info(problem->goal.type)->precision) / size;
    else
        *weight = (kind == BOUND_ABS ? self->scale : 1) / size;
    *h -= self->start + self->slope * x;
    return true;
}

/* First guessed from two values, then by secants. */
bool frame_find_doubling(CurveValue value, void *context, double from, double to, Quad *step)
{
    enum { PROBES = 7 };
    const double delta = (to - from) / (4 * PROBES);
    Quad ratio = 0;
    for (int i = 0; i < PROBES; i++) {
        const double x = from + (to - from) * (i + 0.5) / PROBES;
        Quad here, there;
        double weight;
        if (!value(context, x, &here, &weight)) return false;
        if (!value(context, (Quad)x + delta, &there, &weight)) return false;
        const Quad r = there / here;
        if (i == 0) ratio = r;
        if (quad_abs(r - ratio) > 1e-15 * quad_abs(ratio)) return false;
    }
    if (!(ratio > 0) || quad_abs(ratio - 1) < 1e-6) return false;
    const Quad x0 = (Quad)(from + to) / 2;
    Quad f0, f1;
    double weight;
    Quad p = delta / log2((double)ratio);
    for (int i = 0; i < 3; i++) {
        if (!value(context, x0, &f0, &weight)) return false;
        if (!value(context, x0 + p, &f1, &weight)) return false;
        /* f1/f0 = 2^((x0+p)/p_true - ...) = 2*(1 + e), and p is too long by the share log2(1 + e). */
        const Quad e = f1 / (2 * f0) - 1;
        const Quad ln2 = (Quad)0x1.62e42fefa39efp-1 + 0x1.abc9e3b39803fp-56;
        p = p * (1 - e * (1 - e / 2) / ln2);
    }
    *step = p;
    return true;
}

/* The part of the domain where results are neither 0 nor beyond the range, and a bit: found by bisection from
   a point inside toward an end. The values of f64's own range are all that the oracle gives: there the bit is added to x. */
static double usable_end(const Problem *problem, Oracle *oracle, double inside, double end)
{
    const Type type = problem->goal.type;
    const TypeInfo *info = type_info(type);
    const bool has_room = type != TYPE_F64;
    const double huge = has_room ? ldexp(1.02, info->emax + 1) : INFINITY;
    const double tiny = ldexp(has_room ? 0.2 : 1, info->emin - info->precision + 1);
    int64_t good = ordered_from_value(type, inside), bad = ordered_from_value(type, end);
    ProblemValue value = {problem, oracle};
    for (bool is_first = true;; is_first = false) {
        const int64_t at = is_first ? bad : good + (bad - good) / 2;
        if (!is_first && (at == good || at == bad)) break;
        Quad f;
        double weight;
        const bool is_usable = problem_value(&value, value_from_ordered(type, at), &f, &weight) &&
                               quad_abs(f) < huge && quad_abs(f) >= tiny;
        if (is_usable && is_first) return end;
        if (is_usable)
            good = at;
        else
            bad = at;
    }
    const double found = value_from_ordered(type, bad), past = found + 0x1p-30 * (found - inside);
    return has_room ? found : fabs(past) < fabs(end) ? past : end;
}

static bool is_in_domain(const Domain *domain, double x)
{
    return domain->is_all || (x >= domain->lo && x <= domain->hi);
}

/* A place inside the domain where the function has a moderate value. */
static double find_inside(const Domain *domain)
{
    if (is_in_domain(domain, 0)) return 0;
    return fabs(domain->lo) < fabs(domain->hi) ? domain->lo : domain->hi;
}

/* What the error of a step rounded to the type makes of the largest results, in the measure of the bound. */
static double one_part_error(const Frame *frame, const Problem *problem)
{
    const Type type = problem->goal.type;
    const double reach = fmax(fabs(frame->lo), fabs(frame->hi)), step = (double)frame->step;
    const double shift = (double)(frame->step - quad_round(frame->step, type));
    const double relative = fabs(reach / step * shift / step) * M_LN2;
    switch (problem->goal.bound.kind) {
    case BOUND_ULP: return ldexp(relative, type_info(type)->precision);
    case BOUND_REL: return relative;
    case BOUND_ABS: return relative * frame->scale;
    }
    return INFINITY;
}

static bool exp_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    ExpValue value = {{problem, oracle}, frame, 1, 0, 0, 0, 0};
    if (goal->type == TYPE_REAL) return false;
    frame->is_plain_exp = true;
    const double inside = find_inside(domain),
                 most = value_from_bits(
                     goal->type,
                     bits_from_ordered(goal->type, ordered_from_value(goal->type, INFINITY) - 1));
    const double first = domain->is_all ? -most : fmax(domain->lo, -most),
                 last = domain->is_all ? most : fmin(domain->hi, most);
    frame->lo = usable_end(problem, oracle, inside, first);
    frame->hi = usable_end(problem, oracle, inside, last);
    frame->clamps_lo = frame->lo > first;
    frame->clamps_hi = frame->hi < last;
    const double width = frame->hi - frame->lo;
    if (!(width > 0) || !isfinite(width)) return false;
    static const int POWERS[] = {0, 1, -1, 2};
    bool is_found = false;
    for (size_t i = 0; i < sizeof POWERS / sizeof *POWERS && !is_found; i++) {
        frame->power = POWERS[i];
        is_found = frame_find_doubling(doubling_value, &value, frame->lo + width / 8,
                                       frame->hi - width / 8, &frame->step);
    }
    if (!is_found) return false;
    const double step = fabs((double)frame->step);
    if (width < 1.5 * step) return false; /* the plain frame does as well */
    const TypeInfo *info = type_info(goal->type);
    Quad f_lo, f_hi;
    double weight;
    if (!problem_value(&value.value, frame->lo, &f_lo, &weight)) f_lo = INFINITY;
    if (!problem_value(&value.value, frame->hi, &f_hi, &weight)) f_hi = INFINITY;
    const double low = fmin(fabs((double)f_lo), fabs((double)f_hi)),
                 high = fmax(fabs((double)f_lo), fabs((double)f_hi));
    /* Integer addition to the exponent is right whenever the result is normal. */
    const double past = (2 - ldexp(1, -info->precision)) * ldexp(1, info->emax);
    frame->leaves_range = low < ldexp(1, info->emin) || !(high < past);
    value.scale = frame->scale = fmin(high, past);
    frame->at_infinity = NAN;
    if (one_part_error(frame, problem) < 0.05 * problem->limit) frame->n_parts = 1;
    return curve_init(&frame->curve, -0.5001 * step, 0.5001 * step, relative_value, &value);
}

/* The other ways: in one part of the step where that is possible, and with tables. */
typedef struct {
    const char *name;
    int table_bits, n_parts;
    bool has_low, is_mixed;
    bool is_even; /* the entries times a factor with which all of them round well */
    bool is_carried;
    bool is_whole_steps;
} ExpWay;

static const ExpWay WAYS[] = {
    {"1 part ", .n_parts = 1},
    {"of 8 ", .table_bits = 3, .n_parts = 2},
    {"of 8, 1 part ", .table_bits = 3, .n_parts = 1},
    {"of 8, low ", .table_bits = 3, .n_parts = 2, .has_low = true},
    {"of 8, even ", .table_bits = 3, .n_parts = 2, .is_even = true},
    {"of 8, even, 1 part ", .table_bits = 3, .n_parts = 1, .is_even = true},
    {"of 16 ", .table_bits = 4, .n_parts = 2},
    {"of 16, 1 part ", .table_bits = 4, .n_parts = 1},
    {"of 16, low ", .table_bits = 4, .n_parts = 2, .has_low = true},
    {"of 16, even ", .table_bits = 4, .n_parts = 2, .is_even = true},
    {"of 16, even, 1 part ", .table_bits = 4, .n_parts = 1, .is_even = true},
    {"of 32 ", .table_bits = 5, .n_parts = 2},
    {"of 32, 1 part ", .table_bits = 5, .n_parts = 1},
    {"of 32, low ", .table_bits = 5, .n_parts = 2, .has_low = true},
    {"of 32, even ", .table_bits = 5, .n_parts = 2, .is_even = true},
    {"of 32, even, 1 part ", .table_bits = 5, .n_parts = 1, .is_even = true},
    {"mixed, 1 part ", .n_parts = 1, .is_mixed = true},
    {"mixed ", .n_parts = 2, .is_mixed = true},
    {"carried ", .n_parts = 2, .is_carried = true},
    {"whole steps ", .n_parts = 1, .is_whole_steps = true},
};

enum { N_WAYS = sizeof WAYS / sizeof *WAYS };

/* Without fma every step of a formula rounds twice. What is added to f(0) is carried, then: its linear part without an error, and
   what the reduction would round. */
static bool carry(Frame *frame, const Problem *problem, ExpValue *value)
{
    const Type type = problem->goal.type;
    const double step = fabs((double)frame->step);
    double weight;
    if (type != TYPE_F32 || problem->may[OP_FMA] || problem->is_rounding || frame->power != 0)
        return false;
    if (!doubling_value(value, 0, &value->start, &weight)) return false;
    if (!exp_carried_slope(doubling_value, value, 0x1p-20 * step, &value->slope)) return false;
    frame->is_carried = frame->is_narrow_only = true;
    frame->keeps_rest = frame->n_parts != 1;
    frame->gain = value->slope;
    frame->at_zero = (double)value->start;
    return quad_round(value->start, type) == value->start &&
           curve_init(&frame->curve, -0.5001 * step, 0.5001 * step, relative_value, value);
}

/* With a step that is a power of two, AVX-512 takes x apart without a constant or a limit: r = reduce(x), and scalef by x - r
   is right wherever that is, at the infinities too. */
static bool take_whole_steps(Frame *frame, const Problem *problem)
{
    const double step = (double)frame->step;
    frame->is_whole_steps = true;
    frame->clamps_lo = frame->clamps_hi = false;
    return problem->may[OP_REDUCE] && problem->may[OP_SCALEF] && frame->power == 0 &&
           frame->step == power_of_two_near(step);
}

static bool exp_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    const ExpWay *way = &WAYS[variant];
    ExpValue value = {{problem, oracle}, frame, frame->scale, 0, 0, 0, 0};
    snprintf(frame->way, sizeof frame->way, "%s", way->name);
    if (way->is_carried) return carry(frame, problem, &value);
    if (way->is_whole_steps) return take_whole_steps(frame, problem);
    if (way->is_mixed) {
        /* A power of x is multiplied in at the end, in the wide type: there mixing does not serve. */
        frame->is_mixed = frame_may_mix(problem, frame) && frame->power == 0;
        frame->n_parts = way->n_parts;
        return frame->is_mixed;
    }
    const bool is_one = frame->n_parts == 1; /* already */
    if (way->n_parts == 1 && (is_one || one_part_error(frame, problem) > problem->limit))
        return false;
    if (!is_one) frame->n_parts = way->n_parts;
    if (way->table_bits == 0) return true;
    if (frame->leaves_range || frame->power != 0 || !exp_table_is_reachable(problem, way->table_bits))
        return false;
    frame->table_bits = way->table_bits;
    frame->has_low = way->has_low;
    frame->is_even = way->is_even;
    frame->takes_pair = true;
    frame->is_narrow_only = way->has_low || way->is_even;
    const double part = ldexp(fabs((double)frame->step), -way->table_bits);
    double weight;
    if (!doubling_value(&value, 0, &value.unit, &weight)) return false;
    frame->gain = value.unit;
    if (way->is_even)
        frame->factor = value.factor =
            exp_table_factor(problem->goal.type, way->table_bits, value.unit, EXP_TABLE_REACH);
    frame->wants_sum = way->is_even;
    return curve_init(&frame->curve, -0.5001 * part, 0.5001 * part, relative_value, &value);
}

static bool is_wide(const Frame *frame, const Builder *b, Type input)
{
    return type_info(b->type)->precision > type_info(input)->precision + 10;
}

static void open_whole_steps(const Frame *frame, Builder *b, FrameState *state)
{
    const double step = (double)frame->step;
    Ref steps = state->x;
    if (step == -1)
        steps = prog_add(b->prog, OP_NEG, steps, 0, 0);
    else if (step != 1)
        steps = build_mul(b, steps, build_constant(b, 1 / step));
    const Ref part = prog_add(b->prog, OP_REDUCE, steps, 0, 0);
    state->n_float = build_sub(b, steps, part);
    state->r = step == 1 ? part : build_mul(b, part, build_constant(b, step));
    state->first = state->rest = state->r;
}

static void exp_open(const Frame *frame, Builder *b, FrameState *state)
{
    if (frame->is_whole_steps) {
        open_whole_steps(frame, b, state);
        return;
    }
    const double reach = fmax(fabs(frame->lo), fabs(frame->hi));
    const Type input = (Type)b->prog->node[state->input].type;
    frame_reduce(frame, b, state, reach / fabs((double)frame->step), is_wide(frame, b, input));
}

Ref frame_scale(Builder *b, Ref n, Ref y)
{
    const Type integer = frame_int_type(b->type);
    const int shift = type_info(b->type)->precision - 1;
    const Ref n_bits = prog_add_typed(b->prog, OP_BITCAST, integer, n, 0, 0);
    const Ref count = prog_add_bits(b->prog, integer, (uint64_t)shift);
    const Ref moved = prog_add(b->prog, OP_SHL, n_bits, count, 0);
    const Ref bits = prog_add_typed(b->prog, OP_BITCAST, integer, y, 0, 0);
    const Ref sum = prog_add(b->prog, OP_IADD, bits, moved, 0);
    return prog_add_typed(b->prog, OP_BITCAST, b->type, sum, 0, 0);
}

/* 2^k as a float for an integer node k within the normal range. */
static Ref power_of_two(Builder *b, Ref k)
{
    const Type integer = frame_int_type(b->type);
    const int shift = type_info(b->type)->precision - 1;
    const Ref bias = prog_add_bits(b->prog, integer, (uint64_t)type_info(b->type)->emax);
    const Ref biased = prog_add(b->prog, OP_IADD, k, bias, 0);
    const Ref moved =
        prog_add(b->prog, OP_SHL, biased, prog_add_bits(b->prog, integer, (uint64_t)shift), 0);
    return prog_add_typed(b->prog, OP_BITCAST, b->type, moved, 0, 0);
}

/* The same when y * 2^n may be subnormal or overflow: n = n1 + n2, each half in range; only the last
   product rounds. */
static Ref scale_twice(Builder *b, const FrameState *state, Ref y)
{
    const Type integer = frame_int_type(b->type);
    const int precision = type_info(b->type)->precision;
    const uint64_t magic = bits_from_value(b->type, ldexp(1.5, precision - 1));
    const Ref bits = prog_add_typed(b->prog, OP_BITCAST, integer, state->n, 0, 0);
    const Ref n = prog_add(b->prog, OP_ISUB, bits, prog_add_bits(b->prog, integer, magic), 0);
    const Ref n1 = prog_add(b->prog, OP_ASHR, n, prog_add_bits(b->prog, integer, 1), 0);
    const Ref n2 = prog_add(b->prog, OP_ISUB, n, n1, 0);
    return build_mul(b, build_mul(b, y, power_of_two(b, n1)), power_of_two(b, n2));
}

/* One instruction that rounds once, also to subnormal numbers and infinity. */
static bool has_scalef(const Builder *b, const FrameState *state)
{
    return b->has_scaling && b->prog->node[state->n_float].type == b->type;
}

static Ref exp_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    if (frame->table_bits > 0) return exp_table_close(frame, b, state, y);
    const Type input = (Type)b->prog->node[state->input].type;
    const bool has_range = type_info(b->type)->emax > 2 * type_info(input)->emax;
    const bool is_simple = !frame->is_whole_steps && (has_range || !frame->leaves_range);
    if (frame->is_carried) y.hi = exp_carried_sum(frame, b, state, y.hi);
    if (frame_is_mixed(frame, b, state))
        return frame_narrow_end(b, state, OP_IADD, type_info(input)->precision - 1, y.hi);
    Ref h = is_simple              ? frame_scale(b, state->n, y.hi)
            : has_scalef(b, state) ? prog_add(b->prog, OP_SCALEF, y.hi, state->n_float, 0)
                                   : scale_twice(b, state, y.hi);
    for (int k = frame->power; k > 0; k--) h = build_mul(b, h, state->x);
    for (int k = frame->power; k < 0; k++) h = build_div(b, h, state->x);
    return h;
}

const FrameRow FRAME_EXP = {"exp ", exp_detect, exp_open, exp_close, exp_vary, N_WAYS};

/* -- quotients of exponentials ------------------------------------------------------------------- */

/* Does the type of the goal do inside, too? The doubling function must stay normal, nothing may cancel (but for absolute errors),
   and the roundings of sum and quotient, with what those before them leave, add up to some two ulp. */
static bool logistic_may_be_narrow(const Frame *frame, const Problem *problem)
{
    const TypeInfo *info = type_info(problem->goal.type);
    const double reach = fmax(fabs(frame->lo), fabs(frame->hi)) / fabs((double)frame->step);
    const double ulp = ldexp(1, 1 - info->precision);
    switch (problem->goal.bound.kind) {
    case BOUND_ULP: return reach < info->emax - 1 && frame->low == 0 && problem->limit >= 2;
    case BOUND_REL: return reach < info->emax - 1 && frame->low == 0 && problem->limit >= 2 * ulp;
    case BOUND_ABS: return reach < info->emax - 1;
    }
    return false;
}

static bool logistic_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    ExpValue value = {{problem, oracle}, frame, 1, 0, 0, 0, 0};
    Quad low, high;
    double weight;
    if (goal->type == TYPE_REAL || !problem->may[OP_DIV]) return false;
    if (!frame_find_tails(frame, problem, oracle, TAILS_HIT)) return false;
    /* The limits, from far outside; they are simple numbers, or this is no such function. */
    if (!problem_value(&value.value, -1e4, &low, &weight)) return false;
    if (!problem_value(&value.value, 1e4, &high, &weight)) return false;
    frame->low = rint(4 * (double)low) / 4;
    frame->high = rint(4 * (double)high) / 4;
    if (quad_abs(low - frame->low) > 1e-30 || quad_abs(high - frame->high) > 1e-30) return false;
    if (frame->low == frame->high) return false;
    if (!frame_find_doubling(doubling_value, &value, fmax(frame->lo, -6), fmin(frame->hi, 6),
                             &frame->step))
        return false;
    const double step = fabs((double)frame->step);
    if (frame->hi - frame->lo < 1.5 * step) return false;
    frame->needs_wide = !logistic_may_be_narrow(frame, problem);
    if (one_part_error(frame, problem) < 0.05 * problem->limit) frame->n_parts = 1;
    return curve_init(&frame->curve, -0.5001 * step, 0.5001 * step, relative_value, &value);
}

/* f = high - (high - low)/(1 + h) = low + (high - low)*h/(1 + h); with low = 0 the second is a
   quotient that keeps small values accurate. */
static Ref logistic_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const Ref h = frame_scale(b, state->n, y.hi);
    const Ref below = build_add(b, h, build_constant(b, 1));
    Ref above = frame->high == 1 ? h : build_mul(b, h, build_constant(b, frame->high));
    if (frame->low != 0) above = build_add(b, above, build_constant(b, frame->low));
    return build_div(b, above, below);
}

const FrameRow FRAME_LOGISTIC = {"logistic ", logistic_detect, exp_open, logistic_close, NULL, 0};
