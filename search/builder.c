#include "search/builder.h"

#include "search/quad.h"

#include <assert.h>
#include <math.h>

Quad quad_power(Quad x, int k)
{
    Quad y = 1;
    for (int i = 0; i < k; i++) y *= x;
    return y;
}

/* Rounded to double to odd (the lost part kept as a sticky last bit), so that the second rounding, to the
   narrower type, is the only one that counts. */
double quad_round(Quad x, Type type)
{
    const double nearest = (double)x;
    if (type == TYPE_REAL || type == TYPE_F64) return nearest;
    if ((Quad)nearest == x || !isfinite(nearest)) {
        return value_from_bits(type, bits_from_value(type, nearest));
    }
    const bool is_above = quad_abs((Quad)nearest) > quad_abs(x);
    const double toward_zero = is_above ? nextafter(nearest, 0) : nearest;
    const double odd = double_of_bits(bits_of_double(toward_zero) | 1);
    return value_from_bits(type, bits_from_value(type, odd));
}

double power_of_two_near(double x) { return copysign(exp2(rint(log2(fabs(x)))), x); }

Ref build_constant(Builder *b, Quad value)
{
    if (b->type == TYPE_REAL) return prog_add_real(b->prog, real_from_quad(value));
    const double rounded = quad_round(value, b->type);
    const uint64_t bits = bits_from_value(b->type, rounded);
    for (int i = 0; i < b->prog->n && b->shares_constants; i++) {
        const Node *node = &b->prog->node[i];
        if (node->op == OP_CONST && node->type == b->type && node->value.lo == bits) return (Ref)i;
    }
    return prog_add_const(b->prog, b->type, rounded);
}

Ref build_add(Builder *b, Ref x, Ref y) { return prog_add(b->prog, OP_ADD, x, y, 0); }
Ref build_sub(Builder *b, Ref x, Ref y) { return prog_add(b->prog, OP_SUB, x, y, 0); }
Ref build_mul(Builder *b, Ref x, Ref y) { return prog_add(b->prog, OP_MUL, x, y, 0); }
Ref build_div(Builder *b, Ref x, Ref y) { return prog_add(b->prog, OP_DIV, x, y, 0); }

static bool is_constant(const Builder *b, Ref x, double value)
{
    const Node *node = &b->prog->node[x];
    return node->op == OP_CONST && node->type != TYPE_REAL &&
           value_from_bits((Type)node->type, node->value.lo) == value;
}

Ref build_square(Builder *b, Ref x)
{
    for (int i = x + 1; i < b->prog->n; i++) {
        const Node *node = &b->prog->node[i];
        if (node->op == OP_MUL && node->arg[0] == x && node->arg[1] == x) return (Ref)i;
    }
    return build_mul(b, x, x);
}

Ref build_fma(Builder *b, Ref x, Ref y, Ref z)
{
    if (is_constant(b, x, 1)) return build_add(b, y, z);
    if (is_constant(b, y, 1)) return build_add(b, x, z);
    if (is_constant(b, x, -1)) return build_sub(b, z, y);
    if (is_constant(b, y, -1)) return build_sub(b, z, x);
    if (b->has_fma) return prog_add(b->prog, OP_FMA, x, y, z);
    return build_add(b, build_mul(b, x, y), z);
}

Ref build_add_fused(Builder *b, Ref x, Ref y)
{
    const Node product = b->prog->node[y];
    if (product.op != OP_MUL || !b->has_fma) return build_add(b, x, y);
    return build_fma(b, product.arg[0], product.arg[1], x);
}

Ref build_pair_value(Builder *b, RefPair y)
{
    return y.lo == y.hi ? y.hi : build_add_fused(b, y.hi, y.lo);
}

Ref build_pair_sum(Builder *b, RefPair y, Ref z)
{
    const Ref small = y.lo == y.hi ? z : build_add_fused(b, z, y.lo);
    return build_add_fused(b, small, y.hi);
}

Ref build_convert(Builder *b, Ref x, Type type)
{
    if (b->prog->node[x].type == type) return x;
    return prog_add_typed(b->prog, OP_CONVERT, type, x, 0, 0);
}

Ref build_at_most(Builder *b, Ref x, double limit)
{
    return prog_add(b->prog, OP_MIN, build_constant(b, limit), x, 0);
}

Ref build_at_least(Builder *b, Ref x, double limit)
{
    return prog_add(b->prog, OP_MAX, build_constant(b, limit), x, 0);
}

Ref build_sign_of(Builder *b, Ref x, Ref y)
{
    const Type integer = b->type == TYPE_F64 ? TYPE_I64 : TYPE_I32;
    const Ref mask = prog_add_bits(b->prog, integer, bits_from_value(b->type, -0.0));
    const Ref x_bits = prog_add_typed(b->prog, OP_BITCAST, integer, x, 0, 0);
    const Ref y_bits = prog_add_typed(b->prog, OP_BITCAST, integer, y, 0, 0);
    const Ref sign = prog_add(b->prog, OP_IAND, x_bits, mask, 0);
    const Ref both = prog_add(b->prog, OP_IXOR, y_bits, sign, 0);
    return prog_add_typed(b->prog, OP_BITCAST, b->type, both, 0, 0);
}

/* x = hi + lo with hi of half the bits (Veltkamp): c = (2^k + 1)*x; hi = c - (c - x). */
static RefPair build_halves(Builder *b, Ref x)
{
    const int k = (type_info(b->type)->precision + 1) / 2;
    const Ref c = build_mul(b, build_constant(b, (Quad)((1 << k) + 1)), x);
    const Ref hi = build_sub(b, c, build_sub(b, c, x));
    return (RefPair){hi, build_sub(b, x, hi)};
}

RefPair build_exact_mul(Builder *b, Ref x, Ref y)
{
    const Ref p = build_mul(b, x, y);
    if (b->has_fma) {
        const Ref minus = prog_add(b->prog, OP_NEG, p, 0, 0);
        return (RefPair){p, prog_add(b->prog, OP_FMA, x, y, minus)};
    }
    const RefPair u = build_halves(b, x), v = x == y ? u : build_halves(b, y);
    Ref e = build_sub(b, build_mul(b, u.hi, v.hi), p);
    e = build_add(b, e, build_mul(b, u.hi, v.lo));
    e = build_add(b, e, build_mul(b, u.lo, v.hi));
    return (RefPair){p, build_add(b, e, build_mul(b, u.lo, v.lo))};
}

RefPair build_exact_sum(Builder *b, Ref x, Ref y, bool is_ordered)
{
    const Ref s = build_add(b, x, y);
    const Ref y_seen = build_sub(b, s, x);
    if (is_ordered) return (RefPair){s, build_sub(b, y, y_seen)};
    const Ref x_seen = build_sub(b, s, y_seen);
    return (RefPair){s, build_add(b, build_sub(b, x, x_seen), build_sub(b, y, y_seen))};
}

const char *scheme_name(Scheme scheme)
{
    static const char *const NAMES[SCHEME_COUNT] = {"horner", "split", "estrin"};
    return NAMES[scheme];
}

static Ref build_horner(Builder *b, const Ref *c, int n, Ref t)
{
    Ref sum = c[n - 1];
    for (int i = n - 2; i >= 0; i--) sum = build_fma(b, sum, t, c[i]);
    return sum;
}

Ref build_polynomial(Builder *b, const Quad *p, int n, Ref t, Scheme scheme)
{
    assert(n > 0 && n <= MINIMAX_COEFFICIENTS_MAX && "a polynomial has coefficients");
    Ref c[MINIMAX_COEFFICIENTS_MAX] = {0};
    Ref even[MINIMAX_COEFFICIENTS_MAX], odd[MINIMAX_COEFFICIENTS_MAX];
    for (int i = 0; i < n; i++) c[i] = build_constant(b, p[i]);
    if (scheme == SCHEME_HORNER || n <= 2) return build_horner(b, c, n, t);
    Ref power = build_mul(b, t, t);
    if (scheme == SCHEME_SPLIT) {
        for (int i = 0; i < n; i++) *(i % 2 == 0 ? &even[i / 2] : &odd[i / 2]) = c[i];
        const Ref low = build_horner(b, even, (n + 1) / 2, power);
        return build_fma(b, build_horner(b, odd, n / 2, power), t, low);
    }
    int m = (n + 1) / 2;
    for (int i = 0; i < m; i++)
        c[i] = 2 * i + 1 < n ? build_fma(b, c[2 * i + 1], t, c[2 * i]) : c[2 * i];
    for (;;) {
        const int half = (m + 1) / 2;
        for (int i = 0; i < half; i++)
            c[i] = 2 * i + 1 < m ? build_fma(b, c[2 * i + 1], power, c[2 * i]) : c[2 * i];
        m = half;
        if (m == 1) return c[0];
        power = build_mul(b, power, power);
    }
}

/* Each pair step forms c + t*(hi + lo): the large product and sum exactly, their rests in plain
   arithmetic, so that the error is that of the rests, 2^-precision smaller. */
RefPair build_compensated(Builder *b, const Quad *p, int n, RefPair t, int levels, bool is_ordered)
{
    if (levels > n - 1) levels = n - 1;
    assert(levels >= 1 && "there is a step to carry in pairs");
    const Ref rest = build_polynomial(b, p + levels, n - levels, t.hi, SCHEME_HORNER);
    RefPair sum = {rest, rest};
    bool has_lo = false;
    for (int i = levels - 1; i >= 0; i--) {
        const RefPair product = build_exact_mul(b, sum.hi, t.hi);
        Ref lo = product.lo;
        if (has_lo) lo = build_fma(b, sum.lo, t.hi, lo);
        if (t.lo != t.hi) lo = build_fma(b, sum.hi, t.lo, lo);
        const Quad c_hi = quad_round(p[i], b->type), c_lo = p[i] - c_hi;
        const RefPair total = build_exact_sum(b, build_constant(b, c_hi), product.hi, is_ordered);
        lo = build_add(b, lo, build_constant(b, c_lo));
        sum = (RefPair){total.hi, build_add(b, total.lo, lo)};
        has_lo = true;
    }
    return sum;
}
