/* Functions whose tail falls like exp(-S) and whose slow part G goes like 1/v, as erfc and the normal distribution, with one
   rounding that counts, in the goal's type. A quotient with a simple denominator takes most of G:

       G = over/(v + center) * (1 + R),   |R| a small part of 1, a curve in v,

   so that R may lose some units of its last place. Parts of a step of the exponential are looked up, which leaves c in
   exp(-rate*r) = 1 + c small, too. With d = v + center and N = over*2^(j/2^k)*2^i, whose 2^k significands are nearly exact for a
   suitable `over`, the result is N/d*(1 + c)*(1 + R): w = N*(1/d) is one rounding and a half off N/d, which is found exactly,

       e = N - w*d,   f = w + (w*(c + R + c*R) + e*(1/d)). */
#include "search/frame_decay.h"
#include "search/frame_exp_table.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>

enum { OVER_TABLE_BITS = 3 }; /* what one register of eight holds */

/* More than this and R's roundings count as much as the last. */
static const double REST_MOST = 0.125;

static bool rest_value(void *context, Quad v, Quad *r, double *weight)
{
    const DecayValue *self = context;
    const Decay *decay = &self->frame->decay;
    Quad g;
    if (!decay_slow(context, v, &g, weight)) return false;
    const Quad quotient = decay->over / (v + decay->center);
    *r = g / quotient - 1;
    *weight *= 4 * fabs((double)quotient); /* most of the room is for the roundings */
    return true;
}

/* The centre with which G*(v + center) varies least, and the middle of that. Where the other side is shared*v + f(v) and G therefore
   half of shared at 0, the quotient has to be no larger there: then what is left of the part is no less than half of it,
   and exact. */
static bool find_quotient(Frame *frame)
{
    const Decay *const decay = &frame->decay;
    const bool has_part = decay->has_both && decay->other == OTHER_DIFFERENCE && decay->shared != 0;
    enum { PER_OCTAVE = 8, OCTAVES = 8 };
    const Curve *const curve = &frame->curve;
    double least = REST_MOST;
    bool is_found = false;
    for (int i = 0; i < PER_OCTAVE * OCTAVES; i++) {
        const double center = quad_round(curve->hi * exp2(-(double)i / PER_OCTAVE), TYPE_BF16);
        double low = INFINITY, high = -INFINITY;
        for (int k = 0; k < curve->n; k++) {
            const double product = (double)(curve->f[k] * (curve->x[k] + center));
            low = fmin(low, product);
            high = fmax(high, product);
        }
        const double half = (high - low) / 2, middle = (high + low) / 2;
        if (!(half < least * fabs(middle))) continue;
        const double at_0 = (double)curve->f[0] * center / middle;
        if (has_part && at_0 < 1 + 0x1p-9) continue;
        least = half / fabs(middle);
        frame->decay.center = center;
        frame->decay.over = middle;
        is_found = true;
    }
    return is_found;
}

bool decay_find_over(Frame *frame, const Problem *problem, DecayValue *value)
{
    Decay *decay = &frame->decay;
    const bool is_exact = decay->shape == DECAY_LINEAR || decay->shape == DECAY_SQUARE;
    if (problem->goal.type != TYPE_F32 || problem->is_rounding || decay->is_loose) return false;
    if (!is_exact || !problem->may[OP_FMA] || !problem->may[OP_DIV]) return false;
    if (fabs(decay->growth - decay->power + 1) > 0.1 || !find_quotient(frame)) return false;
    decay->over *= exp_table_factor(problem->goal.type, OVER_TABLE_BITS, decay->over);
    decay->slow_in = SLOW_OVER_V;
    decay->table_bits = OVER_TABLE_BITS;
    frame->is_narrow_only = true;
    frame->takes_pair = false;
    snprintf(frame->way, sizeof frame->way, "over v ");
    if (!decay_fit_exponential(frame, problem)) return false;
    if (!curve_init(&frame->curve, 0, frame->hi, rest_value, value)) return false;
    /* Errors of R count by G, so its zeros need not be kept. */
    frame->curve.n_zeros = frame->curve.n_zeros_near = 0;
    return true;
}

/* N */
static Ref build_numerator(const Decay *decay, Builder *b, Ref z)
{
    uint64_t value[1 << OVER_TABLE_BITS];
    Quad at = decay->over, root = 2;
    for (int i = 0; i < OVER_TABLE_BITS; i++) root = quad_sqrt(root);
    for (int j = 0; j < 1 << OVER_TABLE_BITS; j++, at *= root)
        value[j] = bits_from_value(b->type, quad_round(at, b->type));
    const Ref bits = prog_add_typed(b->prog, OP_BITCAST, frame_int_type(b->type), z, 0, 0);
    return exp_table_scale(b, OVER_TABLE_BITS, value, bits);
}

RefPair decay_build_over(const Decay *decay, Builder *b, Ref v, Ref rest, int bias)
{
    const RefPair s = decay_build_exponent(decay, b, v, false);
    const Reduced reduced = decay_reduce(decay, b, s, bias << OVER_TABLE_BITS, false);
    const Ref r = reduced.r;
    const Ref sum = build_polynomial(b, decay->p, decay->n_p, r, SCHEME_HORNER);
    const Ref c = build_fma(b, build_mul(b, r, r), sum, decay_build_lead(decay, b, r));
    const Ref center = build_constant(b, decay->center);
    const Ref d = build_add(b, v, center);
    const Ref lost = build_sub(b, v, build_sub(b, d, center)); /* exact: the centre has few bits */
    const Ref i = build_div(b, build_constant(b, 1), d);
    const Ref n = build_numerator(decay, b, reduced.z);
    const Ref w = build_mul(b, n, i), minus = prog_add(b->prog, OP_NEG, w, 0, 0);
    const Ref e = build_fma(b, minus, lost, build_fma(b, minus, d, n));
    const Ref small = build_add(b, build_fma(b, rest, c, c), rest);
    return (RefPair){w, build_fma(b, w, small, build_mul(b, e, i))};
}
