/* Where q is small beside slope*r, and that beside f(0), the sum from the right to the left loses little: half an ulp at the end, and
   half an ulp of slope*r, a quarter of one at most. With slope 1 the linear part is r itself, as its exact part and the rest of the
   reduction, and with another power of two as good. Else it is a product of r and the slope, each as a sum of two with so few bits that the product of the first ones
   is exact (Dekker 1971):

       r = u + v, slope = c + d:  slope*r = u*c + (v*slope + u*d)  */
#include "search/frame_exp_carried.h"

#include "search/quad.h"

#include <math.h>

enum { SHORT_BITS = 11 }; /* of c; u has one or two more */

bool exp_carried_slope(CurveValue value, void *context, double h, Quad *slope)
{
    Quad f[4];
    double weight;
    for (int i = 0; i < 4; i++)
        if (!value(context, h * (Quad)(i < 2 ? i - 2 : i - 1), &f[i], &weight)) return false;
    *slope = (8 * (f[2] - f[1]) - (f[3] - f[0])) / (12 * (Quad)h);
    if (*slope == 0) return false;
    const double power = power_of_two_near((double)*slope);
    if (quad_abs(*slope - power) < 1e-18 * fabs(power)) *slope = power;
    return true;
}

/* slope*r in two parts. */
static RefPair linear_part(const Frame *frame, Builder *b, Ref first, Ref rest)
{
    const double reach = fmax(-frame->curve.lo, frame->curve.hi);
    int exponent;
    (void)frexp((double)frame->gain, &exponent);
    const double grain = ldexp(1, exponent - SHORT_BITS);
    const double c = grain * rint((double)(frame->gain / grain));
    (void)frexp(reach, &exponent);
    const double half_bits =
        ldexp(1.5, exponent - SHORT_BITS - 1 + type_info(b->type)->precision - 1);
    const Ref magic = build_constant(b, half_bits);
    const Ref u = build_sub(b, build_add(b, first, magic), magic);
    Ref v = build_sub(b, first, u);
    if (rest != 0) v = build_add(b, v, rest);
    const Ref small = build_add(b, build_mul(b, v, build_constant(b, frame->gain)),
                                build_mul(b, u, build_constant(b, frame->gain - c)));
    return (RefPair){build_mul(b, u, build_constant(b, c)), small};
}

Ref exp_carried_sum(const Frame *frame, Builder *b, const FrameState *state, Ref q)
{
    const Ref rest = frame->keeps_rest ? state->rest : 0;
    const Ref first = frame->keeps_rest ? state->first : state->r;
    const Ref start = build_constant(b, frame->at_zero);
    if (frame->gain == power_of_two_near((double)frame->gain)) {
        const Ref gain = build_constant(b, frame->gain);
        if (rest != 0) q = build_fma(b, rest, gain, q);
        return build_add(b, build_fma(b, first, gain, q), start);
    }
    const RefPair linear = linear_part(frame, b, first, rest);
    return build_add(b, build_add(b, build_add(b, q, linear.lo), linear.hi), start);
}
