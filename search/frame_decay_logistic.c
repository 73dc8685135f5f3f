/* Functions f = limit*v^k/(1 + w - d) with w = exp(rate*S), S = v or v + bend*v^3, and d = 0, as a logistic function and x times
   one, or d = 1/(p + q/w), as x*tanh(log(1 + exp(x))) has it. With w = 2^n*(1 + c) and t = 2^-n that is

       f = limit*t*v^k/D,   D = t + 1 + c - t*d.

   D is had with all that rounding took off, since the larger of 1 and t is taken off first; of t beyond 2^24 the 1 is lost, which does not
   count. i = 1/D is improved by one step of Newton's, and only the last operation rounds. Where the bound is loose, the roundings
   are left as they are. In the type itself, while results are normal. */
#include "search/frame_decay.h"
#include "search/frame_near.h"

#include <math.h>
#include <stdio.h>

/* -- looking --------------------------------------------------------------------------------- */

/* exp(rate*r), what an error of it counts. */
static bool exponential_value(void *context, Quad r, Quad *f, double *weight)
{
    const DecayValue *self = context;
    const Problem *problem = self->value.problem;
    *f = expl((long double)(self->frame->decay.rate * r));
    *weight = 1 / (double)*f;
    if (problem->goal.bound.kind == BOUND_ULP)
        *weight = ldexp(*weight, type_info(problem->goal.type)->precision);
    return true;
}

/* d where S = s/rate, and w; *sum is limit*v^k/f. */
static bool bite_at(const DecayValue *value, Quad s, Quad *bite, Quad *w, Quad *sum)
{
    const Decay *decay = &value->frame->decay;
    const Quad v = copysign(1, (double)s) * decay_inverse(decay, quad_abs(s) / decay->rate);
    Quad f;
    double weight;
    if (!decay_value_at(value, v, &f, &weight) || f == 0) return false;
    *sum = decay->limit * quad_power(v, decay->power) / f;
    *w = expl((long double)s);
    *bite = 1 + *w - *sum;
    return true;
}

/* The limit that f/v^k has far out on the other side: plus or minus a power of two, by which products are exact. */
static bool find_limit(const DecayValue *value, Decay *decay)
{
    const Quad v = -decay_inverse(decay, 60 / decay->rate);
    Quad f;
    double weight;
    int exponent_of_2;
    if (!decay_value_at(value, v, &f, &weight)) return false;
    decay->limit = (double)(f / quad_power(v, decay->power));
    return fabs(frexp(decay->limit, &exponent_of_2)) == 0.5;
}

/* The rate and the bend as closely as values tell them if d is 0: log(limit*v^k/f - 1)/v = rate + rate*bend*v^2. */
static bool refine_exponent(const DecayValue *value, Decay *decay)
{
    Quad square[2], slope[2];
    for (int i = 0; i < 2; i++) {
        const Quad v = decay_inverse(decay, (1 + 8 * i) / decay->rate);
        Quad f;
        double weight;
        if (!decay_value_at(value, v, &f, &weight) || f == 0) return false;
        const Quad w = decay->limit * quad_power(v, decay->power) / f - 1;
        square[i] = v * v;
        slope[i] = logl((long double)w) / v;
    }
    const Quad cubic = (slope[1] - slope[0]) / (square[1] - square[0]);
    decay->rate = slope[0] - cubic * square[0];
    decay->bend = cubic / decay->rate;
    decay->step = ((Quad)0x1.62e42fefa39efp-1 + 0x1.abc9e3b39803fp-56) / decay->rate;
    return decay->rate > 0 && decay->bend > 0;
}

static const double PLACES[] = {-1.9, 1.7, -6.1, -3.2, -0.6, 0.3, 4.1, 9.3};
enum { N_PLACES = sizeof PLACES / sizeof *PLACES };

/* Is d nothing everywhere? */
static bool has_no_bite(const DecayValue *value)
{
    for (int i = 0; i < N_PLACES; i++) {
        Quad bite, w, sum;
        if (!bite_at(value, PLACES[i], &bite, &w, &sum)) return false;
        if (quad_abs(bite) > 1e-16 * quad_abs(sum)) return false;
    }
    return true;
}

/* 1/d = p + q/w by two places, p and q simple numbers, and so at all others. */
static bool find_bite(const DecayValue *value, Decay *decay)
{
    Quad inverse[N_PLACES], e[N_PLACES];
    for (int i = 0; i < N_PLACES; i++) {
        Quad bite, w, sum;
        if (!bite_at(value, PLACES[i], &bite, &w, &sum) || !(bite > 0)) return false;
        inverse[i] = 1 / bite;
        e[i] = 1 / w;
    }
    const Quad slope = (inverse[1] - inverse[0]) / (e[1] - e[0]);
    decay->bite[0] = quad_round(inverse[0] - slope * e[0], TYPE_F32);
    decay->bite[1] = quad_round(slope, TYPE_F32);
    for (int i = 0; i < N_PLACES; i++) {
        const Quad fitted = decay->bite[0] + decay->bite[1] * e[i];
        if (quad_abs(fitted - inverse[i]) > 1e-12 * quad_abs(inverse[i])) return false;
    }
    return decay->bite[0] > 0 && decay->bite[1] > 0;
}

bool logistic_init(Frame *frame, const DecayValue *value)
{
    const Problem *problem = value->value.problem;
    Decay *decay = &frame->decay;
    const bool is_cubic = decay->shape == DECAY_LINEAR_CUBE;
    if (decay->shape != DECAY_LINEAR && !is_cubic) return false;
    if (!problem->may[OP_FMA] || problem->is_rounding) return false;
    if (!find_limit(value, decay) || (is_cubic && !refine_exponent(value, decay))) return false;
    decay->has_bite = !has_no_bite(value);
    if (decay->has_bite && (is_cubic || !find_bite(value, decay))) return false;
    const double most = type_info(problem->goal.type)->emax - 0.6; /* n rounds to one less */
    const Quad reach = fmin(frame->hi, decay->reach_here);
    if (!(decay_exponent(decay, reach) * decay->rate < M_LN2 * most)) return false;
    snprintf(frame->way, sizeof frame->way, "logistic ");
    decay->slow_in = SLOW_IS_LOGISTIC;
    frame->is_exact = !near_is_loose(problem);
    frame->is_narrow_only = true;
    frame->needs_wide = false;
    frame->takes_pair = frame->wants_sum = true;
    const double half = 0.5001 * (double)decay->step;
    return curve_init(&frame->curve, -half, half, exponential_value, (void *)value);
}

/* -- writing --------------------------------------------------------------------------------- */

/* limit*v^k as a factor of x^k. */
static double factor_of(const Decay *decay)
{
    return decay->side < 0 && decay->power % 2 == 1 ? -decay->limit : decay->limit;
}

/* Far on the other side f/v^k is its limit long before t leaves the range. state->y is x as it is held there, state->n is limit*t. */
void logistic_open(const Frame *frame, Builder *b, FrameState *state)
{
    const Decay *decay = &frame->decay;
    const double far = quad_round(decay_inverse(decay, 32 / decay->rate), TYPE_BF16);
    const double most = M_LN2 * (type_info(b->type)->emax - 1);
    Ref x = state->x;
    if (!(decay_exponent(decay, decay->reach_there) * decay->rate <= most))
        x = decay->side < 0 ? build_at_most(b, x, far) : build_at_least(b, x, -far);
    state->y = x;
    const Ref v = decay->side < 0 ? prog_add(b->prog, OP_NEG, x, 0, 0) : x;
    const RefPair exponent = decay_build_exponent(decay, b, v, false);
    const Reduced reduced = decay_reduce(decay, b, exponent, 0, false);
    state->r = reduced.r;
    state->n = frame_scale(b, reduced.z, build_constant(b, factor_of(decay)));
}

/* a + sum, a's product not rounded. */
static Ref add_part(Builder *b, Ref a, Ref sum)
{
    const Node product = b->prog->node[a];
    if (product.op != OP_MUL) return build_add(b, a, sum);
    return build_fma(b, product.arg[0], product.arg[1], sum);
}

static Ref negated(Builder *b, Ref x) { return prog_add(b->prog, OP_NEG, x, 0, 0); }

/* t*d = t*(1 + c)/(p*(1 + c) + q*t). */
static Ref build_bite(const Decay *decay, Builder *b, Ref t, Ref c)
{
    const Ref whole = add_part(b, c, build_constant(b, 1));
    const Ref share = decay->bite[1] == 1 ? t : build_mul(b, t, build_constant(b, decay->bite[1]));
    const Ref below = build_fma(b, whole, build_constant(b, decay->bite[0]), share);
    return build_div(b, build_mul(b, t, whole), below);
}

Ref logistic_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const Decay *decay = &frame->decay;
    const Ref one = y.lo == y.hi ? build_constant(b, 1) : y.hi;
    const double factor = factor_of(decay);
    const Ref t =
        factor == 1 ? state->n : build_mul(b, state->n, build_constant(b, 1 / (Quad)factor));
    const Ref c = y.lo == y.hi ? build_sub(b, y.hi, one) : y.lo;
    const Ref bite = decay->has_bite ? build_bite(decay, b, t, c) : 0;
    Ref sum = build_add(b, t, one);
    if (decay->has_bite) sum = build_sub(b, sum, bite);
    const Ref d = add_part(b, c, sum);
    if (!frame->is_exact) {
        Ref f = build_div(b, state->n, d);
        for (int k = 0; k < decay->power; k++) f = build_mul(b, f, state->x);
        return f;
    }
    Ref rest = add_part(b, c, build_sub(b, t, build_sub(b, d, one)));
    if (decay->has_bite) rest = build_sub(b, rest, bite);
    const Ref i = build_div(b, build_constant(b, 1), d);
    Ref miss = build_fma(b, negated(b, d), i, build_constant(b, 1));
    miss = build_fma(b, negated(b, rest), i, miss);
    if (decay->power == 0) return build_mul(b, state->n, build_fma(b, i, miss, i));
    /* The correction is lost where x is held: it may be that of the held x, which is finite. */
    const Ref x = state->x, scaled = build_mul(b, state->n, i);
    Ref f = build_fma(b, x, scaled, build_mul(b, state->y, build_mul(b, scaled, miss)));
    for (int k = 1; k < decay->power; k++) f = build_mul(b, f, x);
    return f;
}
