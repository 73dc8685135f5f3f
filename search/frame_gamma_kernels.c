#include "search/frame_gamma.h"

#include <math.h>

double gamma_error(const Problem *problem)
{
    const double part = problem->limit > 32 * problem->floor ? 0.1 : 0.03;
    const double share = part * (problem->is_rounding ? problem->ties.needed : problem->limit);
    switch (problem->goal.bound.kind) {
    case BOUND_ULP: return ldexp(share, 1 - type_info(problem->goal.type)->precision);
    case BOUND_REL: return share;
    case BOUND_ABS: break;
    }
    return 0;
}

bool gamma_fit_grid(GammaKernel *out, const MinimaxGrid *grid, double wanted)
{
    out->n = minimax_shortest(out->p, grid, 2, GAMMA_COEFFICIENTS_MAX, wanted);
    return out->n > 0;
}

bool gamma_fit(GammaKernel *out, GammaShape shape, GammaFunction function, double lo, double hi,
               double wanted)
{
    enum { POINTS = 140 };
    Quad t[POINTS], g[POINTS], h[POINTS], f[POINTS];
    double weight[POINTS];
    for (int i = 0; i < POINTS; i++) {
        const double s = (lo + hi) / 2 - (hi - lo) / 2 * cos(M_PI * (i + 0.5) / POINTS);
        t[i] = shape == GAMMA_ODD ? (Quad)s * s : s;
        g[i] = shape == GAMMA_PLAIN ? 1 : s;
        h[i] = 0;
        f[i] = function(s);
        weight[i] = 1 / fabs((double)f[i]);
    }
    const MinimaxGrid grid = {POINTS, t, g, h, f, weight};
    return gamma_fit_grid(out, &grid, wanted);
}

static long double log2_of_1_plus(long double s) { return log1pl(s) / logl(2); }
static long double log_of_1_plus(long double s) { return log1pl(s); }
static long double sine_of_pi(long double s) { return sinl(acosl(-1) * s); }

bool gamma_fit_log(GammaKernel *out, bool is_natural, double wanted)
{
    return gamma_fit(out, GAMMA_ZERO, is_natural ? log_of_1_plus : log2_of_1_plus,
                     M_SQRT1_2 - 1.0001, M_SQRT2 - 0.9999, wanted);
}

bool gamma_fit_exp2(GammaKernel *out, double wanted)
{
    return gamma_fit(out, GAMMA_PLAIN, exp2l, -0.5001, 0.5001, wanted);
}

bool gamma_fit_sine(GammaKernel *out, double wanted)
{
    return gamma_fit(out, GAMMA_ODD, sine_of_pi, 1e-6, 0.5, wanted);
}

/* y = 2^e*m with m in [sqrt(1/2), sqrt(2)), by the bits, as in frame_log.c. */
Ref gamma_log(const GammaKernel *kernel, Builder *b, bool is_natural, Ref y)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const Ref shift = prog_add_bits(prog, integer, (uint64_t)(type_info(b->type)->precision - 1));
    const Ref root = prog_add_bits(prog, integer, bits_from_value(b->type, M_SQRT1_2));
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, y, 0, 0);
    const Ref e = prog_add(prog, OP_ASHR, prog_add(prog, OP_ISUB, bits, root, 0), shift, 0);
    const Ref m_bits = prog_add(prog, OP_ISUB, bits, prog_add(prog, OP_SHL, e, shift, 0), 0);
    const Ref m = prog_add_typed(prog, OP_BITCAST, b->type, m_bits, 0, 0);
    const Ref narrow = integer == TYPE_I64 ? prog_add_typed(prog, OP_ITRUNC, TYPE_I32, e, 0, 0) : e;
    const Ref count = prog_add_typed(prog, OP_TOFLOAT, b->type, narrow, 0, 0);
    const Ref s = build_sub(b, m, build_constant(b, 1));
    const Ref p = build_polynomial(b, kernel->p, kernel->n, s, SCHEME_HORNER);
    if (!is_natural) return build_fma(b, s, p, count);
    return build_fma(b, count, build_constant(b, M_LN2), build_mul(b, s, p));
}

/* The low bits of *n are the integer's. */
static Ref nearest_integer(Builder *b, Ref z, Ref *n)
{
    const Ref magic = build_constant(b, ldexp(1.5, type_info(b->type)->precision - 1));
    *n = build_add(b, z, magic);
    return build_sub(b, *n, magic);
}

Ref gamma_exp2(const GammaKernel *kernel, Builder *b, Ref e)
{
    Ref n;
    const Ref s = build_sub(b, e, nearest_integer(b, e, &n));
    const Ref y = build_polynomial(b, kernel->p, kernel->n, s, SCHEME_HORNER);
    return frame_scale(b, n, y);
}

/* Beyond the numbers that have fractions all are as good as the first of them. */
Ref gamma_fraction(Builder *b, Ref z, Ref *n)
{
    const Ref held = build_at_most(b, z, ldexp(1, type_info(b->type)->precision - 2));
    return build_sub(b, held, nearest_integer(b, held, n));
}

Ref gamma_sine(const GammaKernel *kernel, Builder *b, Ref fraction, Ref n)
{
    const Ref square = build_mul(b, fraction, fraction);
    const Ref p = build_polynomial(b, kernel->p, kernel->n, square, SCHEME_HORNER);
    const Type integer = frame_int_type(b->type);
    const uint64_t top = 8 * (uint64_t)type_info(b->type)->size - 1;
    const Ref n_bits = prog_add_typed(b->prog, OP_BITCAST, integer, n, 0, 0);
    const Ref sign = prog_add(b->prog, OP_SHL, n_bits, prog_add_bits(b->prog, integer, top), 0);
    const Ref bits = prog_add_typed(b->prog, OP_BITCAST, integer, build_mul(b, fraction, p), 0, 0);
    return prog_add_typed(b->prog, OP_BITCAST, b->type, prog_add(b->prog, OP_IXOR, bits, sign, 0),
                          0, 0);
}
