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

/* A coefficient is a constant and a fused operation or two; the logarithm is written twice, with the same constants. */
int gamma_room_to_close(const Gamma *gamma, bool has_fma)
{
    enum { AROUND = 64 };
    const int step = has_fma ? 1 : 2;
    return (1 + 2 * step) * gamma->log.n +
           (1 + step) * (gamma->sine.n + gamma->far.n + gamma->exp2.n) + AROUND;
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

/* y = 2^e*m with m in [sqrt(1/2), sqrt(2)), by the bits. d = bits(y) - bits(sqrt(1/2)) has e above the bits of m - sqrt(1/2); with
   more than the least exponent added it is positive, so that its upper part, put where a number of 2^(precision - 1) has its last
   bits, is one without a conversion, which AVX2 lacks for i64. */
static Ref take_apart(Builder *b, Ref y, Ref *m)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const int shift = type_info(b->type)->precision - 1;
    const int more = type_info(b->type)->emax + 1;
    const double large = ldexp(1, shift);
    const uint64_t root = bits_from_value(b->type, M_SQRT1_2);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, y, 0, 0);
    const uint64_t start = root - ((uint64_t)more << shift);
    const uint64_t all = integer == TYPE_I64 ? UINT64_MAX : UINT32_MAX;
    const Ref d = prog_add(prog, OP_ISUB, bits, prog_add_bits(prog, integer, start & all), 0);
    const Ref low_bits = prog_add_bits(prog, integer, ((uint64_t)1 << shift) - 1);
    const Ref low = prog_add(prog, OP_IAND, d, low_bits, 0);
    const Ref m_bits = prog_add(prog, OP_IADD, low, prog_add_bits(prog, integer, root), 0);
    *m = prog_add_typed(prog, OP_BITCAST, b->type, m_bits, 0, 0);
    const Ref above = prog_add(prog, OP_LSHR, d, prog_add_bits(prog, integer, (uint64_t)shift), 0);
    const Ref place = prog_add_bits(prog, integer, bits_from_value(b->type, large));
    const Ref e_bits = prog_add(prog, OP_IOR, above, place, 0);
    const Ref e = prog_add_typed(prog, OP_BITCAST, b->type, e_bits, 0, 0);
    return build_sub(b, e, build_constant(b, large + more));
}

Ref gamma_log(const GammaKernel *kernel, Builder *b, bool is_natural, Ref y)
{
    Ref m;
    const Ref count = take_apart(b, y, &m);
    const Ref s = build_sub(b, m, build_constant(b, 1));
    const Ref p = build_polynomial(b, kernel->p, kernel->n, s, b->scheme);
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
    const Ref y = build_polynomial(b, kernel->p, kernel->n, s, b->scheme);
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
    const Ref p = build_polynomial(b, kernel->p, kernel->n, square, b->scheme);
    const Type integer = frame_int_type(b->type);
    const uint64_t top = 8 * (uint64_t)type_info(b->type)->size - 1;
    const Ref n_bits = prog_add_typed(b->prog, OP_BITCAST, integer, n, 0, 0);
    const Ref sign = prog_add(b->prog, OP_SHL, n_bits, prog_add_bits(b->prog, integer, top), 0);
    const Ref bits = prog_add_typed(b->prog, OP_BITCAST, integer, build_mul(b, fraction, p), 0, 0);
    return prog_add_typed(b->prog, OP_BITCAST, b->type, prog_add(b->prog, OP_IXOR, bits, sign, 0),
                          0, 0);
}
