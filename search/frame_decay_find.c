/* Looking at a function to see whether it decays, and how. */
#include "search/frame_decay.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>

static Quad argument(const Decay *decay, Quad v) { return decay->side < 0 ? -v : v; }

Quad decay_exponent(const Decay *decay, Quad v)
{
    switch (decay->shape) {
    case DECAY_LINEAR: return v;
    case DECAY_SQUARE: return v * v;
    case DECAY_LINEAR_SQUARE: return v + decay->bend * v * v;
    case DECAY_LINEAR_CUBE: return v + decay->bend * v * v * v;
    }
    return 0;
}

bool decay_value_at(const DecayValue *self, Quad v, Quad *f, double *weight)
{
    return problem_value((void *)&self->value, argument(&self->frame->decay, v), f, weight);
}

/* G at v, and what an error of it counts. */
bool decay_slow(void *context, Quad v, Quad *g, double *weight)
{
    const DecayValue *self = context;
    const Decay *decay = &self->frame->decay;
    const Quad at = v == 0 ? (Quad)1e-24 : v; /* as near as the limit can be had */
    Quad f;
    if (at < 0 || !decay_value_at(self, at, &f, weight)) return false;
    const Quad scale = expl((long double)(-decay->rate * decay_exponent(decay, at))) *
                       quad_power(at, decay->power);
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
    return decay_slow(context, v, g, weight);
}

/* By Newton's rule, S being convex and rising from 0. */
Quad decay_inverse(const Decay *decay, Quad s)
{
    if (decay->shape == DECAY_LINEAR) return s;
    Quad v = s;
    for (int i = 0; i < 80; i++) {
        const Quad slope = 1 + 3 * decay->bend * v * v;
        const Quad next = v - (decay_exponent(decay, v) - s) / slope;
        if (next == v) break;
        v = next;
    }
    return v;
}

/* f/v^k at l = e/(1 + e), for S(v) = v and v + bend*v^3, which are odd. */
static bool value_by_logistic(void *context, Quad l, Quad *g, double *weight)
{
    const DecayValue *self = context;
    const Decay *decay = &self->frame->decay;
    Quad f;
    if (l < 0 || l > 1) return false;
    const long double least = 1e-28L, below = (long double)l > least ? (long double)l : least,
                      above = (long double)(1 - l) > least ? (long double)(1 - l) : least;
    const Quad s = ((Quad)logl(above) - (Quad)logl(below)) / decay->rate;
    Quad v = decay_inverse(decay, s);
    if (quad_abs(v) < 1e-24) v = 1e-24;
    if (!decay_value_at(self, v, &f, weight)) return false;
    const Quad scale = quad_power(v, decay->power);
    *g = l == 0 ? 0 : f / scale;
    *weight *= fabs((double)scale);
    return quad_is_finite(*g);
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
            if (!decay_value_at(value, FAR[i] / 8, &near, &weight)) continue;
            if (!decay_value_at(value, FAR[i], &at, &weight)) continue;
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
        if (!decay_value_at(value, v, &here, &weight) ||
            !decay_value_at(value, -v, &there, &weight))
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
        if (!decay_value_at(value, v, &f, &weight) || f == 0) break;
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
        if (!decay_value_at(value, v, &f, &weight) || f == 0) return INFINITY;
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

/* The result at x as a value of the type; 0 if the domain does not hold x. */
static double result_at(const DecayValue *value, const Goal *goal, double x)
{
    const bool is_inside =
        goal->domain[0].is_all || (x < 0 ? goal->domain[0].lo : goal->domain[0].hi) == x;
    uint64_t bits;
    if (!is_inside || oracle_round(value->value.oracle, &x, goal->type, &bits, NULL, NULL) != OK)
        return 0;
    return value_from_bits(goal->type, bits);
}

/* On the other side f may come near L*v^k more slowly than it falls here, as a power of a logistic function does: then the exponential
   to work with is the root of the one that f falls like. */
static void take_slower_rate(const DecayValue *value, Decay *decay)
{
    static const double FAR[] = {24, 36, 200};
    Quad f[3], v[3];
    double weight;
    if (decay->shape != DECAY_LINEAR) return;
    for (int i = 0; i < 3; i++) {
        v[i] = -FAR[i] / decay->rate;
        if (!decay_value_at(value, v[i], &f[i], &weight)) return;
        f[i] /= quad_power(v[i], decay->power);
    }
    if (f[2] == 0) return;
    const double near = fabs((double)(1 - f[0] / f[2])), far = fabs((double)(1 - f[1] / f[2]));
    if (!(near > 1e-20 && far > 1e-20)) return;
    const double slower = log(near / far) / (double)(v[0] - v[1]);
    const double times = (double)decay->rate / slower;
    if (!(times < 8.5 && times > 1.5) || fabs(times - rint(times)) > 0.01) return;
    decay->rate /= rint(times);
    decay->step *= rint(times);
}

/* Does f become a multiple of v^k on the other side, with all that is left in the exponential? */
static bool is_logistic(const DecayValue *value, const Decay *decay)
{
    if (decay->shape != DECAY_LINEAR && decay->shape != DECAY_LINEAR_CUBE) return false;
    if (fabs(decay->growth - decay->power) > 1e-3 || !decay->has_both) return false;
    const Quad near = -decay_inverse(decay, 40 / decay->rate),
               far = -decay_inverse(decay, 60 / decay->rate);
    Quad f_near, f_far;
    double weight;
    if (!decay_value_at(value, near, &f_near, &weight) ||
        !decay_value_at(value, far, &f_far, &weight))
        return false;
    f_near /= quad_power(near, decay->power);
    f_far /= quad_power(far, decay->power);
    return f_far != 0 && quad_abs(f_near - f_far) < 1e-14 * quad_abs(f_far);
}

static bool init_logistic(Frame *frame, DecayValue *value)
{
    snprintf(frame->way, sizeof frame->way, "by logistic ");
    frame->decay.slow_in = SLOW_IN_LOGISTIC;
    frame->takes_pair = false;
    frame->needs_wide = false;
    return curve_init(&frame->curve, 0, 1, value_by_logistic, value);
}

/* The order of the zero at 0: 0 where there is none. */
static int zero_order(const DecayValue *value)
{
    Quad near, far;
    double weight;
    if (!decay_value_at(value, 1e-20, &near, &weight) ||
        !decay_value_at(value, 2e-20, &far, &weight))
        return 0;
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
            v < 0.0625 ||
            (isfinite(v) && decay_value_at(value, v, &f, &weight) && quad_abs(f) >= tiny);
        if (is_usable && is_first) return reach;
        if (is_usable)
            good = at;
        else
            bad = at;
    }
    return value_from_ordered(type, bad);
}

/* -- the frame ------------------------------------------------------------------------------------------------ */

/* How far the domain reaches on the side of the decay, and whether it has both sides. */
static double reach_of(const Domain *domain, Decay *decay)
{
    const double lo = domain->is_all ? -INFINITY : domain->lo,
                 hi = domain->is_all ? INFINITY : domain->hi;
    decay->has_both = lo < 0 && hi > 0;
    decay->reach_there = decay->side > 0 ? -lo : hi;
    decay->reach_here = decay->side > 0 ? hi : -lo;
    if (decay->has_both) return fmax(-lo, hi);
    return decay->side > 0 ? hi : -lo;
}

/* Is what f decays to at the end of the domain nothing beside f on the other side from there on, f(-v) being shared - f(v) or
   shared*v + f(v)? Then v need not go farther on the other side either. */
static bool is_negligible_there(const DecayValue *value, const Decay *decay, const Problem *problem)
{
    Quad f;
    double weight;
    const bool is_slope = decay->other == OTHER_DIFFERENCE;
    if (!decay->has_both || decay->shared == 0 || decay->other > OTHER_DIFFERENCE) return false;
    if (!(decay->reach_here < decay->reach_there)) return false;
    if (!decay_value_at(value, decay->reach_here, &f, &weight)) return false;
    const double other = fabs(decay->shared) * (is_slope ? decay->reach_here : 1);
    return fabs((double)f) < other * ldexp(1, -2 * type_info(problem->goal.type)->precision);
}

bool decay_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    const DecayValue value = {{problem, oracle}, frame};
    Decay *decay = &frame->decay;
    if (goal->type == TYPE_REAL || !find_side(&value, decay, domain)) return false;
    const double reach = reach_of(domain, decay);
    if (!(reach > 0)) return false;
    if (decay->has_both && !find_mirror(&value, decay)) decay->other = OTHER_UNLIKE;
    if (!find_exponent(&value, decay)) return false;
    decay->power = zero_order(&value);
    if (decay->power > 2) return false;
    const TypeInfo *info = type_info(goal->type);
    frame->hi = find_edge(&value, goal->type, reach, ldexp(0.2, info->emin - info->precision + 1));
    if (is_negligible_there(&value, decay, problem) && frame->hi > decay->reach_here)
        frame->hi = decay->reach_here;
    decay->has_end = frame->hi < reach;
    decay->step = ((Quad)0x1.62e42fefa39efp-1 + 0x1.abc9e3b39803fp-56) / decay->rate;
    if (!(decay_exponent(decay, frame->hi) > 1.5 * decay->step)) return false;
    if (decay->other == OTHER_UNLIKE) take_slower_rate(&value, decay);
    if (!decay_fit_exponential(frame, problem)) return false;
    frame->needs_wide = decay->bend != 0;
    decay->nan_below = isnan(result_at(&value, goal, -INFINITY));
    decay->nan_above = isnan(result_at(&value, goal, INFINITY));
    decay->is_infinite_there = isinf(result_at(&value, goal, -decay->side * INFINITY));
    frame->takes_pair = true;
    if (decay->other == OTHER_UNLIKE)
        return problem->may[OP_DIV] && is_logistic(&value, decay) &&
               init_logistic(frame, (void *)&value);
    return curve_init(&frame->curve, 0, frame->hi, decay_slow, (void *)&value);
}

/* G by the exponential or its logistic function, where it has no logarithmic part. */
bool decay_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    Decay *decay = &frame->decay;
    DecayValue value = {{problem, oracle}, frame};
    if (decay->slow_in == SLOW_IN_V && variant >= 3)
        return decay_find_over(frame, problem, &value, variant == 4);
    if (variant == 2)
        return problem->may[OP_DIV] && is_logistic(&value, decay) && logistic_init(frame, &value);
    if (decay->slow_in != SLOW_IN_V) return false; /* the only other way already */
    if (variant == 1) {
        if (!problem->may[OP_DIV] || !is_logistic(&value, decay)) return false;
        return init_logistic(frame, &value);
    }
    if (decay->shape != DECAY_LINEAR || fabs(decay->growth - decay->power) > 1e-3) return false;
    snprintf(frame->way, sizeof frame->way, "by exp ");
    decay->slow_in = SLOW_IN_EXP;
    return curve_init(&frame->curve, 0, 1, slow_value_by_exponential, &value);
}
