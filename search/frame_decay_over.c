/* Functions whose tail falls like exp(-S) and whose slow part G goes like 1/v, as erfc and the normal distribution, with one
   rounding that counts, in the goal's type. A quotient with a simple denominator takes most of G:

       G = over/(v + center) * (1 + R),   |R| a small part of 1, a curve in v,

   so that R may lose some units of its last place. Part of G may go into the exponential before: find_tilt. Parts of a step
   of the exponential are looked up, which leaves c in exp(-rate*r) = 1 + c small, too. With d = v + center and N = over*2^(j/2^k)*2^i, whose 2^k significands are nearly exact for a
   suitable `over`, the result is N/d*(1 + c)*(1 + R): w = N*(1/d) is one rounding and a half off N/d, which is found exactly,

       e = N - w*d,   f = w + (w*R + (w*(c + c*R) + e*(1/d)*(1 + R))). */
#include "search/frame_decay.h"
#include "search/frame_exp_table.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    OVER_TABLE_BITS = 3,  /* what one register of eight holds */
    OVER_REACH = 1 << 16, /* units that `over` may be changed by for its multiples' sake */
};

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

/* How many halves of an ulp R is likely to lose where it is a quotient by Horner's rule: of each sum's rounding that share goes
   on to the next which the powers of v have in it, and what is independent adds up by its squares. */
static double roundings_at(double v, double center)
{
    enum { STEPS = 6 };
    const double share = v / (v + center);
    double sum = 0, part = 1;
    for (int i = 0; i < STEPS; i++, part *= share * share) sum += part;
    return sqrt(2 * sum + 1);
}

/* G*(v + center) at the points of the curve. */
typedef struct {
    int n;
    double product[CURVE_POINTS_MAX], roundings[CURVE_POINTS_MAX];
} Products;

static void take_products(Products *out, const Curve *curve, double center, double slope)
{
    out->n = curve->n;
    for (int k = 0; k < curve->n; k++) {
        const double v = (double)curve->x[k];
        out->product[k] = (double)curve->f[k] * (v + center) * exp(slope * v);
        out->roundings[k] = roundings_at(v, center);
    }
}

/* What R = product/over - 1 costs where that is most; infinite where R is too large. */
static double rest_noise(const Products *products, double over)
{
    double most = 0;
    for (int k = 0; k < products->n; k++) {
        const double rest = fabs(products->product[k] / over - 1);
        if (!(rest < REST_MOST)) return INFINITY;
        most = fmax(most, rest * products->roundings[k]);
    }
    return most;
}

/* The centre and numerator with which the roundings of R count least. Where the other side is shared*v + f(v) and G therefore
   half of shared at 0, the quotient has to be no larger there: then what is left of the part is no less than half of it,
   and exact. Returns what R costs with them, with exp(-slope*v) taken out of G; infinite if R is too large. */
static double find_quotient(Decay *decay, const Curve *curve, double slope)
{
    const bool has_part = decay->has_both && decay->other == OTHER_DIFFERENCE && decay->shared != 0;
    enum { PER_OCTAVE = 8, OCTAVES = 8, NUMERATORS = 64 };
    Products *const products = xmalloc(sizeof *products);
    double least = INFINITY;
    for (int i = 0; i < PER_OCTAVE * OCTAVES; i++) {
        const double center = quad_round(curve->hi * exp2(-(double)i / PER_OCTAVE), TYPE_BF16);
        take_products(products, curve, center, slope);
        const double at_0 = products->product[0];
        for (int k = 0; k < NUMERATORS; k++) {
            const double over = at_0 * (1 + REST_MOST * (2.0 * k / NUMERATORS - 1));
            if (has_part && at_0 / over < 1 + OVER_REACH * 0x1p-23) continue;
            const double noise = rest_noise(products, over);
            if (!(noise < least)) continue;
            least = noise;
            decay->center = center;
            decay->over = over;
        }
    }
    free(products);
    return least;
}

/* rate*v^2 becomes rate*(v^2 + tilt*v) = rate*tilt*(v + v^2/tilt), which is as exact if tilt is a power of two: what is left of G is
   G*exp(rate*tilt*v), which can be more nearly a quotient. False if it is not much more so. */
static bool find_tilt(Decay *decay, const Curve *curve)
{
    enum { TILTS = 6 };
    static const double WORTHWHILE = 0.7;
    if (decay->shape != DECAY_SQUARE) return false;
    const double scale = exp2(-rint(log2((double)decay->rate) / 2));
    double least = WORTHWHILE * find_quotient(decay, curve, 0), tilt = 0;
    for (int i = 0; i < TILTS; i++) {
        Decay tilted = *decay;
        const double try = scale * exp2(-2 - i);
        const double noise = find_quotient(&tilted, curve, (double)decay->rate * try);
        if (!(noise < least)) continue;
        least = noise;
        tilt = try;
        decay->center = tilted.center;
        decay->over = tilted.over;
    }
    if (tilt == 0) return false;
    decay->shape = DECAY_LINEAR_SQUARE;
    decay->bend = 1 / tilt;
    decay->rate *= tilt;
    decay->step /= tilt;
    return true;
}

/* False, too, where the roundings of R are likely to break the bound and there is the other way. */
static bool find_plain(Decay *decay, const Curve *curve, const Problem *problem)
{
    static const double NOISE_MOST = 0.2; /* if the bound leaves as much as the last rounding */
    const double noise = find_quotient(decay, curve, 0);
    if (decay->shape != DECAY_SQUARE || !(problem->floor > 0)) return isfinite(noise);
    return noise < NOISE_MOST * (problem->limit - problem->floor) / problem->floor;
}

bool decay_find_over(Frame *frame, const Problem *problem, DecayValue *value, bool is_tilted)
{
    Decay *decay = &frame->decay;
    const bool is_exact = decay->shape == DECAY_LINEAR || decay->shape == DECAY_SQUARE;
    if (problem->goal.type != TYPE_F32 || problem->is_rounding || decay->is_loose) return false;
    if (!is_exact || !problem->may[OP_FMA] || !problem->may[OP_DIV]) return false;
    if (fabs(decay->growth - decay->power + 1) > 0.1) return false;
    if (is_tilted ? !find_tilt(decay, &frame->curve) : !find_plain(decay, &frame->curve, problem))
        return false;
    decay->over *= exp_table_factor(problem->goal.type, OVER_TABLE_BITS, decay->over, OVER_REACH);
    decay->slow_in = SLOW_OVER_V;
    decay->table_bits = OVER_TABLE_BITS;
    frame->is_narrow_only = true;
    frame->takes_pair = false;
    snprintf(frame->way, sizeof frame->way, is_tilted ? "over v tilted " : "over v ");
    if (!decay_fit_exponential(frame, problem)) return false;
    /* Near a zero what roundings took off would be subnormal before the results are. */
    frame->leaves_range |= decay->power > 0;
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

DecaySum decay_build_over(const Decay *decay, Builder *b, Ref v, Ref rest, int bias)
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
    const Ref both = build_fma(b, rest, c, c), missed = build_mul(b, e, i);
    const Ref low = build_fma(b, w, both, build_fma(b, missed, rest, missed));
    return (DecaySum){w, low, rest, true};
}
