/* Functions that decay exponentially on one side, f(x) = v^k * exp(-rate*S(v)) * G with v = |x| there, S(v) = v, v^2,
   v + bend*v^2 or v + bend*v^3, and G slow: a curve in v, or in the exponential itself. The other side is had by reflection:
   f(x) + f(-x) is constant, as for a logistic function or a normal distribution, or f(x) - f(-x) is a multiple of
   x, as for log(1 + exp(x)) or for an even function. All of it is found by looking at values.

   exp(-rate*S) = 2^-n * (1 + c), n the integer nearest to S*rate/ln2, c a polynomial in r = S - n*ln2/rate. */
#include "search/frame.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    ProblemValue value;
    const Frame *frame;
} DecayValue;

static Quad argument(const Decay *decay, Quad v) { return decay->side < 0 ? -v : v; }

/* S(v). */
static Quad exponent(const Decay *decay, Quad v)
{
    switch (decay->shape) {
    case DECAY_LINEAR: return v;
    case DECAY_SQUARE: return v * v;
    case DECAY_LINEAR_SQUARE: return v + decay->bend * v * v;
    case DECAY_LINEAR_CUBE: return v + decay->bend * v * v * v;
    }
    return 0;
}

static bool value_at(const DecayValue *self, Quad v, Quad *f, double *weight)
{
    return problem_value((void *)&self->value, argument(&self->frame->decay, v), f, weight);
}

/* G at v, and what an error of it counts. */
static bool slow_value(void *context, Quad v, Quad *g, double *weight)
{
    const DecayValue *self = context;
    const Decay *decay = &self->frame->decay;
    const Quad at = v == 0 ? (Quad)1e-24 : v; /* as near as the limit can be had */
    Quad f;
    if (at < 0 || !value_at(self, at, &f, weight)) return false;
    const Quad scale =
        expl((long double)(-decay->rate * exponent(decay, at))) * quad_power(at, decay->power);
    if (scale == 0) return false;
    *g = f / scale;
    *weight *= fabs((double)scale);
    return quad_is_finite(*g) && *g != 0;
}

/* The same at e = exp(-rate*S(v)), for S(v) = v. */
static bool slow_value_by_exponential(void *context, Quad e, Quad *g, double *weight)
{
    const DecayValue *self = context;
    const long double at = e < (Quad)1e-250 ? 1e-250L : (long double)e;
    if (e < 0) return false;
    const Quad v = -(Quad)logl(at) / self->frame->decay.rate;
    if (v < 0) return false; /* the other side has another G */
    return slow_value(context, v, g, weight);
}

/* -- what is found by looking ---------------------------------------------------------------------------- */

/* The side on which f goes to 0, looked for as far out as values can be had; false if there is none. */
static bool find_side(const DecayValue *value, Decay *decay, const Domain *domain)
{
    static const double FAR[] = {32, 14, 8};
    for (int i = 0; i < 3; i++) {
        for (int side = -1; side <= 1; side += 2) {
            Quad near, at;
            double weight;
            decay->side = side;
            if (!domain->is_all && (side < 0 ? domain->lo >= 0 : domain->hi <= 0)) continue;
            if (!value_at(value, FAR[i] / 8, &near, &weight)) continue;
            if (!value_at(value, FAR[i], &at, &weight)) continue;
            if (quad_abs(at) < 1e-2 * quad_abs(near)) return true;
        }
    }
    return false;
}

/* How f(-v) follows from f(v). */
static bool find_mirror(const DecayValue *value, Decay *decay)
{
    static const double PLACES[] = {0.31, 0.77, 1.3, 2.9};
    Quad sum = 0, slope = 0;
    bool has_sum = true, has_slope = true;
    for (int i = 0; i < 4; i++) {
        const Quad v = PLACES[i];
        Quad here, there;
        double weight;
        if (!value_at(value, v, &here, &weight) || !value_at(value, -v, &there, &weight))
            return false;
        const Quad size = quad_abs(here) + quad_abs(there);
        if (i == 0) sum = here + there;
        if (i == 0) slope = (there - here) / v;
        has_sum &= quad_abs(here + there - sum) < 1e-22 * size;
        has_slope &= quad_abs((there - here) / v - slope) < 1e-22 * size / v;
    }
    if (!has_sum && !has_slope) return false;
    decay->other = has_slope ? OTHER_DIFFERENCE : OTHER_SUM;
    decay->shared = (double)(has_slope ? -slope * decay->side : sum);
    if (quad_abs(has_slope ? slope : sum) < 1e-20) decay->shared = 0;
    if (decay->other == OTHER_DIFFERENCE || decay->shared != 0) return true;
    decay->other = OTHER_NEGATIVE;
    decay->side = 1;
    return true;
}

/* Where |f| has fallen to about 1e-200, or as far as its values can be had: there its logarithm shows the exponent. */
static bool find_far(const DecayValue *value, double *far)
{
    Quad f = 1;
    *far = 0;
    for (double v = 2; v < 1e5 && quad_abs(f) > 1e-200; v *= 1.1) {
        double weight;
        if (!value_at(value, v, &f, &weight) || f == 0) break;
        *far = v;
    }
    return *far > 0 && quad_abs(f) < 1e-20;
}

/* log|f| = -rate*S(v) + k*log(v) + c + small by least squares for two or three unknowns at a few places. */
static double fit_exponent(const DecayValue *value, double far, const int *powers, int n_powers,
                           Quad *x)
{
    enum { PLACES = 12, UNKNOWNS_MAX = 4 };
    Quad a[PLACES][UNKNOWNS_MAX], y[PLACES], normal[UNKNOWNS_MAX * UNKNOWNS_MAX] = {0};
    const int n = n_powers + 2;
    for (int j = 0; j < n; j++) x[j] = 0;
    for (int i = 0; i < PLACES; i++) {
        const double v = far * (0.4 + 0.6 * i / (PLACES - 1));
        Quad f;
        double weight;
        if (!value_at(value, v, &f, &weight) || f == 0) return INFINITY;
        y[i] = logl(fabsl((long double)f));
        for (int j = 0; j < n_powers; j++) a[i][j] = quad_power((Quad)v / far, powers[j]);
        a[i][n_powers] = logl(v / far);
        a[i][n_powers + 1] = 1;
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < n; k++) normal[j * n + k] += a[i][j] * a[i][k];
            x[j] += a[i][j] * y[i];
        }
    }
    if (!quad_solve(n, normal, x)) return INFINITY;
    double worst = 0;
    for (int i = 0; i < PLACES; i++) {
        Quad fitted = 0;
        for (int j = 0; j < n; j++) fitted += a[i][j] * x[j];
        worst = fmax(worst, fabs((double)(fitted - y[i])));
    }
    for (int j = 0; j < n_powers; j++) x[j] /= quad_power(far, powers[j]);
    return worst;
}

/* Rates are rounded to a simple number that is near: G takes what remains. */
static Quad simple_rate(Quad rate, double reach)
{
    const double simple = rint((double)rate * 64) / 64;
    return fabs((double)rate - simple) * reach < 0.02 && simple != 0 ? (Quad)simple : rate;
}

static bool find_exponent(const DecayValue *value, Decay *decay)
{
    static const struct {
        DecayShape shape;
        int n, powers[2];
    } SHAPES[] = {{DECAY_LINEAR, 1, {1, 0}},
                  {DECAY_SQUARE, 1, {2, 0}},
                  {DECAY_LINEAR_CUBE, 2, {1, 3}},
                  {DECAY_LINEAR_SQUARE, 2, {1, 2}}};
    double far;
    if (!find_far(value, &far)) return false;
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
        Quad x[4];
        const double miss = fit_exponent(value, far, SHAPES[i].powers, SHAPES[i].n, x);
        if (!(miss < 0.005)) continue;
        decay->shape = SHAPES[i].shape;
        decay->rate = -x[0];
        decay->bend = SHAPES[i].n > 1 ? x[1] / x[0] : 0;
        decay->growth = (double)x[SHAPES[i].n];
        if (SHAPES[i].n == 1) decay->rate = simple_rate(decay->rate, pow(far, SHAPES[i].powers[0]));
        return decay->rate > 0 && decay->bend >= 0;
    }
    return false;
}

static bool is_nan_at(const DecayValue *value, const Goal *goal, double x)
{
    const bool is_inside =
        goal->domain[0].is_all || (x < 0 ? goal->domain[0].lo : goal->domain[0].hi) == x;
    uint64_t bits;
    return is_inside &&
           oracle_round(value->value.oracle, &x, goal->type, &bits, NULL, NULL) == OK &&
           isnan(value_from_bits(goal->type, bits));
}

/* The order of the zero at 0: 0 where there is none. */
static int zero_order(const DecayValue *value)
{
    Quad near, far;
    double weight;
    if (!value_at(value, 1e-20, &near, &weight) || !value_at(value, 2e-20, &far, &weight)) return 0;
    const double order = log2(fabs((double)(far / near)));
    return near != 0 && fabs(order - rint(order)) < 1e-6 ? (int)rint(order) : 0;
}

/* The least v from which on results are below `tiny`, or the end of the domain. */
static double find_edge(const DecayValue *value, Type type, double reach, double tiny)
{
    int64_t good = ordered_from_value(type, 0), bad = ordered_from_value(type, reach);
    for (bool is_first = true; is_first || bad - good > 1; is_first = false) {
        const int64_t at = is_first ? bad : good + (bad - good) / 2;
        Quad f;
        double weight;
        const double v = value_from_ordered(type, at);
        /* Near 0 the function may be 0, too; what decays does so beyond 1/16. */
        const bool is_usable =
            v < 0.0625 || (isfinite(v) && value_at(value, v, &f, &weight) && quad_abs(f) >= tiny);
        if (is_usable && is_first) return reach;
        if (is_usable)
            good = at;
        else
            bad = at;
    }
    return value_from_ordered(type, bad);
}

/* -- the exponential ---------------------------------------------------------------------------------------- */

/* The relative error that leaves nearly all of the bound to the rest. */
static double exponential_error(const Problem *problem)
{
    const double share = 0.08 * (problem->is_rounding ? problem->ties.needed : problem->limit);
    switch (problem->goal.bound.kind) {
    case BOUND_ULP: return ldexp(share, 1 - type_info(problem->goal.type)->precision);
    case BOUND_REL: return share;
    case BOUND_ABS: return share / 4;
    }
    return share;
}

/* c(r) = exp(-rate*r) - 1 = r*P(r). */
static bool fit_exponential(Decay *decay, double wanted)
{
    enum { POINTS = 120 };
    Quad t[POINTS], g[POINTS], h[POINTS], f[POINTS];
    double weight[POINTS];
    const double half = 0.5001 * (double)decay->step;
    for (int i = 0; i < POINTS; i++) {
        t[i] = g[i] = -half * cos(M_PI * (i + 0.5) / POINTS);
        h[i] = 0;
        f[i] = expm1l((long double)(-decay->rate * t[i]));
        weight[i] = 1 / (1 + (double)f[i]);
    }
    const MinimaxGrid grid = {POINTS, t, g, h, f, weight};
    for (int n = 1; n <= DECAY_COEFFICIENTS_MAX; n++) {
        Minimax fit;
        if (minimax_fit(&fit, &grid, n, 0, NULL) != OK || fit.error > wanted) continue;
        for (int k = 0; k < n; k++) decay->p[k] = fit.p[k];
        decay->n_p = n;
        return true;
    }
    return false;
}

/* -- the frame ------------------------------------------------------------------------------------------------ */

/* How far the domain reaches on the side of the decay, and whether it has both sides. */
static double reach_of(const Domain *domain, Decay *decay)
{
    const double lo = domain->is_all ? -INFINITY : domain->lo,
                 hi = domain->is_all ? INFINITY : domain->hi;
    decay->has_both = lo < 0 && hi > 0;
    if (decay->has_both) return fmax(-lo, hi);
    return decay->side > 0 ? hi : -lo;
}

static bool decay_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    const DecayValue value = {{problem, oracle}, frame};
    Decay *decay = &frame->decay;
    if (goal->type == TYPE_REAL || !find_side(&value, decay, domain)) return false;
    const double reach = reach_of(domain, decay);
    if (!(reach > 0)) return false;
    if (decay->has_both && !find_mirror(&value, decay)) return false;
    if (!find_exponent(&value, decay)) return false;
    decay->power = zero_order(&value);
    if (decay->power > 2) return false;
    const TypeInfo *info = type_info(goal->type);
    frame->hi = find_edge(&value, goal->type, reach, ldexp(0.2, info->emin - info->precision + 1));
    decay->has_end = frame->hi < reach;
    decay->step = ((Quad)0x1.62e42fefa39efp-1 + 0x1.abc9e3b39803fp-56) / decay->rate;
    if (!(exponent(decay, frame->hi) > 1.5 * decay->step)) return false;
    frame->leaves_range = find_edge(&value, goal->type, reach, ldexp(4, info->emin)) < reach;
    if (!fit_exponential(decay, exponential_error(problem))) return false;
    const double simple = ldexp((double)decay->rate, 6);
    frame->needs_wide = decay->bend != 0 || simple != rint(simple);
    decay->nan_below = is_nan_at(&value, goal, -INFINITY);
    decay->nan_above = is_nan_at(&value, goal, INFINITY);
    frame->takes_pair = true;
    return curve_init(&frame->curve, 0, frame->hi, slow_value, (void *)&value);
}

/* G by the exponential, where it has no logarithmic part. */
static bool decay_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    Decay *decay = &frame->decay;
    const DecayValue value = {{problem, oracle}, frame};
    if (decay->shape != DECAY_LINEAR || fabs(decay->growth - decay->power) > 1e-3) return false;
    snprintf(frame->way, sizeof frame->way, "by exp ");
    decay->by_exponential = true;
    return curve_init(&frame->curve, 0, 1, slow_value_by_exponential, (void *)&value);
}

static bool is_wide(const Builder *b, const FrameState *state)
{
    const Type input = (Type)b->prog->node[state->input].type;
    return type_info(b->type)->precision > type_info(input)->precision + 10;
}

/* 2^(bias - n), n negated being in the low bits of z. */
static Ref build_power(Builder *b, Ref z, int bias)
{
    const Type integer = frame_int_type(b->type);
    const int shift = type_info(b->type)->precision - 1;
    const Ref bits = prog_add_typed(b->prog, OP_BITCAST, integer, z, 0, 0);
    const Ref count = prog_add_bits(b->prog, integer, (uint64_t)shift);
    const Ref field = prog_add(b->prog, OP_SHL, bits, count, 0);
    const Ref one = prog_add_bits(b->prog, integer, bits_from_value(b->type, ldexp(1, bias)));
    const Ref sum = prog_add(b->prog, OP_IADD, field, one, 0);
    return prog_add_typed(b->prog, OP_BITCAST, b->type, sum, 0, 0);
}

/* S(v) as a sum of two; .lo is .hi where that is exact or precise enough. */
static RefPair build_exponent(const Decay *decay, Builder *b, Ref v, bool wide)
{
    if (decay->shape == DECAY_LINEAR) return (RefPair){v, v};
    if (decay->shape == DECAY_SQUARE && !wide) return build_exact_mul(b, v, v);
    const Ref square = build_mul(b, v, v);
    if (decay->shape == DECAY_SQUARE) return (RefPair){square, square};
    const Ref factor = decay->shape == DECAY_LINEAR_SQUARE ? square : build_mul(b, square, v);
    const Ref sum = build_fma(b, factor, build_constant(b, decay->bend), v);
    return (RefPair){sum, sum};
}

/* Results that are subnormal in the interior type are had by a last product that rounds. */
static int bias_of(const Frame *frame, const Builder *b, const FrameState *state)
{
    return frame->leaves_range && !is_wide(b, state) ? 64 : 0;
}

static void decay_open(const Frame *frame, Builder *b, FrameState *state)
{
    const Decay *decay = &frame->decay;
    const bool wide = is_wide(b, state);
    Ref v = state->x;
    if (decay->has_both)
        v = prog_add(b->prog, OP_ABS, v, 0, 0);
    else if (decay->side < 0)
        v = prog_add(b->prog, OP_NEG, v, 0, 0);
    if (decay->has_end) v = build_at_most(b, v, frame->hi);
    const RefPair s = build_exponent(decay, b, v, wide);
    const int precision = type_info(b->type)->precision;
    const Ref magic = build_constant(b, ldexp(1.5, precision - 1));
    const Ref z = build_fma(b, s.hi, build_constant(b, -1 / decay->step), magic);
    const Ref n = build_sub(b, z, magic);
    /* The first part of the step on few bits, so that its multiples are exact. */
    const double part =
        wide ? quad_round(decay->step, b->type)
             : ldexp(rint(ldexp((double)decay->step, precision - 13)), 13 - precision);
    Ref r = build_fma(b, n, build_constant(b, part), s.hi);
    if (!wide) r = build_fma(b, n, build_constant(b, decay->step - part), r);
    if (s.lo != s.hi) r = build_add(b, r, s.lo);
    const Ref c = build_mul(b, r, build_polynomial(b, decay->p, decay->n_p, r, SCHEME_HORNER));
    const Ref power = build_power(b, z, bias_of(frame, b, state));
    state->n = power;
    state->n_float = c;
    state->x = v;
    state->r = v;
    if (!decay->by_exponential) return;
    const Ref e = build_fma(b, power, c, power);
    const int bias = bias_of(frame, b, state);
    state->r = bias == 0 ? e : build_mul(b, e, build_constant(b, ldexp(1, -bias)));
}

/* G*(1 + c)*v^k as a sum of hi, exact or nearly so, and something smaller. */
static RefPair build_product(const Decay *decay, Builder *b, const FrameState *state, RefPair g)
{
    const Ref c = state->n_float;
    if (g.lo == g.hi) return (RefPair){g.hi, build_mul(b, g.hi, c)};
    return (RefPair){g.hi, build_fma(b, build_add(b, g.hi, g.lo), c, g.lo)};
}

/* factor*(y.hi + y.lo) + part with one rounding that counts: s + e = factor*y.hi + part exactly (part is 0 or larger). */
static Ref build_exact_part(Builder *b, Ref factor, RefPair y, Ref part)
{
    const Ref s = build_fma(b, factor, y.hi, part);
    const Ref e = build_fma(b, factor, y.hi, build_sub(b, part, s));
    return build_add(b, s, build_fma(b, factor, y.lo, e));
}

/* What the other side has and this one has not: shared*x there, 0 here. */
static Ref build_part(const Decay *decay, Builder *b, Ref x)
{
    const Ref part = decay->side > 0 ? build_at_most(b, x, 0) : build_at_least(b, x, 0);
    return decay->shared == 1 ? part : build_mul(b, part, build_constant(b, decay->shared));
}

/* shared - h on the other side. */
static Ref build_other(const Decay *decay, Builder *b, Ref x, Ref h)
{
    const Ref zero = build_constant(b, 0);
    const Ref other = build_sub(b, build_constant(b, decay->shared), h);
    const Ref is_other = decay->side > 0 ? prog_add(b->prog, OP_LT, x, zero, 0)
                                         : prog_add(b->prog, OP_LT, zero, x, 0);
    return prog_add(b->prog, OP_SELECT, is_other, other, h);
}

/* 2^-n*v^k times the product, 2^bias taken off again. */
static Ref build_scaled(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const Decay *decay = &frame->decay;
    const int bias = bias_of(frame, b, state);
    Ref h;
    if (decay->power == 0) {
        h = build_add(b, y.lo, y.hi);
    } else {
        h = build_fma(b, state->x, y.hi, build_mul(b, state->x, y.lo));
        for (int k = 1; k < decay->power; k++) h = build_mul(b, h, state->x);
    }
    h = build_mul(b, h, state->n);
    return bias == 0 ? h : build_mul(b, h, build_constant(b, ldexp(1, -bias)));
}

/* y, but NaN at an infinity: 0*x is 0 at any number. */
static Ref build_nan(const Decay *decay, Builder *b, Ref x, Ref y)
{
    if (!decay->nan_below && !decay->nan_above) return y;
    if (!decay->nan_above) x = build_at_most(b, x, 0);
    if (!decay->nan_below) x = build_at_least(b, x, 0);
    return build_fma(b, x, build_constant(b, 0), y);
}

static Ref decay_close(const Frame *frame, Builder *b, const FrameState *state, RefPair fitted)
{
    const Decay *decay = &frame->decay;
    const Type input = (Type)b->prog->node[state->input].type;
    const RefPair y = build_product(decay, b, state, fitted);
    const Ref x = build_convert(b, state->input, b->type);
    const bool is_one =
        !decay->has_both || (decay->other == OTHER_DIFFERENCE && decay->shared == 0);
    if (!is_one && decay->other == OTHER_DIFFERENCE) {
        const bool is_simple = is_wide(b, state) || !b->has_fma || bias_of(frame, b, state) != 0;
        const Ref part = build_part(decay, b, x);
        Ref factor = state->n;
        for (int k = 0; k < decay->power && !is_simple; k++)
            factor = build_mul(b, factor, state->x);
        const Ref sum = is_simple ? build_add(b, part, build_scaled(frame, b, state, y))
                                  : build_exact_part(b, factor, y, part);
        return build_nan(decay, b, x, sum);
    }
    /* The rest is exact, or h is so much smaller than the result that its rounding does not count. */
    const bool is_narrow = input == TYPE_F32 || input == TYPE_F64;
    Builder last = {b->prog, is_narrow ? input : b->type, b->has_fma};
    const Ref at = is_narrow ? state->input : x;
    Ref h = build_convert(&last, build_scaled(frame, b, state, y), last.type);
    if (!is_one)
        h = decay->other == OTHER_SUM ? build_other(decay, &last, at, h)
                                      : build_sign_of(&last, at, h);
    return build_nan(decay, &last, at, h);
}

const FrameRow FRAME_DECAY = {"decay ", decay_detect, decay_open, decay_close, decay_vary, 1};
