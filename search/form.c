#include "search/form.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An outer transform: its inverse on values, how much an error of its argument y counts in f = T^-1(y), and
   where it makes sense. */
typedef struct {
    const char *name;
    Quad (*undo)(Quad f);          /* y with f = outer(y) */
    double (*sensitivity)(Quad y); /* |d outer / d y| */
    bool needs_positive;
    int n_nodes;
} OuterRow;

static Quad undo_none(Quad f) { return f; }
static Quad undo_fourth(Quad f) { return quad_sqrt(quad_sqrt(f)); }
static Quad undo_reciprocal(Quad f) { return 1 / f; }
static Quad undo_sqrt(Quad f) { return f * f; }
static double slope_none(Quad y) { return 1; }
static double slope_square(Quad y) { return 2 * fabs((double)y); }
static double slope_fourth(Quad y) { return 4 * pow(fabs((double)y), 3); }
static double slope_reciprocal(Quad y) { return 1 / ((double)y * (double)y); }
static double slope_sqrt(Quad y) { return 0.5 / sqrt((double)y); }

static const OuterRow OUTER[OUTER_COUNT] = {
    [OUTER_NONE] = {"", undo_none, slope_none, false, 0},
    [OUTER_SQUARE] = {" squared", quad_sqrt, slope_square, true, 1},
    [OUTER_FOURTH] = {" to the 4th", undo_fourth, slope_fourth, true, 2},
    [OUTER_RECIPROCAL] = {" inverted", undo_reciprocal, slope_reciprocal, false, 2},
    [OUTER_SQRT] = {" under sqrt", undo_sqrt, slope_sqrt, true, 1},
};

bool outer_needs_positive(Outer outer) { return OUTER[outer].needs_positive; }

/* -- fitting ------------------------------------------------------------------------ */

Status form_fit(Minimax *out, const Form *form, const Curve *curve, int n_p, int n_q)
{
    Quad t[CURVE_POINTS_MAX], g[CURVE_POINTS_MAX], h[CURVE_POINTS_MAX], f[CURVE_POINTS_MAX];
    double weight[CURVE_POINTS_MAX];
    const OuterRow *outer = &OUTER[form->outer];
    int n = 0;
    for (int i = 0; i < curve->n; i++) {
        const Quad s = curve->x[i] - form->center;
        const Quad y = outer->undo(curve->f[i]);
        t[n] = quad_power(s, form->t_power) - form->t_center;
        g[n] = quad_power(s, form->g_power) * quad_power(curve->x[i], form->x_power);
        for (int z = 0; z < form->n_zeros; z++) g[n] *= curve->x[i] - curve->zero[z];
        h[n] = form->h0 + form->h1 * s + g[n] * form->t_slope * t[n];
        f[n] = y;
        weight[n] = curve->weight[i] * outer->sensitivity(y);
        /* At a zero of g the formula gives h whatever the coefficients. */
        if (quad_abs(g[n]) < 1e-25 || !(weight[n] > 0) || !isfinite(weight[n])) continue;
        /* With parity the two halves say the same. */
        if (form->t_power == 2 && curve->parity != 0 && curve->lo < 0 &&
            curve->hi > -curve->lo / 2 && s < 0 && curve->hi >= -curve->lo)
            continue;
        n++;
    }
    const MinimaxGrid grid = {.n = n, .t = t, .g = g, .h = h, .f = f, .weight = weight};
    return minimax_fit(out, &grid, n_p, n_q, NULL);
}

/* -- writing -------------------------------------------------------------------------- */

static Ref build_outer(Builder *b, Outer outer, Ref y)
{
    switch (outer) {
    case OUTER_SQUARE: return build_mul(b, y, y);
    case OUTER_FOURTH: y = build_mul(b, y, y); return build_mul(b, y, y);
    case OUTER_RECIPROCAL: return build_div(b, build_constant(b, 1), y);
    case OUTER_SQRT: return prog_add(b->prog, OP_SQRT, y, 0, 0);
    default: return y;
    }
}

/* x - c, c to more than the type's precision when it is no value of the type. */
static Ref build_shift(Builder *b, Ref x, Quad c)
{
    if (c == 0) return x;
    const Quad c_hi = b->type == TYPE_REAL ? c : (Quad)quad_round(c, b->type);
    const Ref s = build_sub(b, x, build_constant(b, c_hi));
    if (c == c_hi) return s;
    return build_sub(b, s, build_constant(b, c - c_hi));
}

/* s - t_center, from x, since s may be rounded. */
static Ref build_shift_to(Builder *b, const Form *form, Ref x, Ref s)
{
    return form->t_center == 0 ? s : build_shift(b, x, form->center + form->t_center);
}

/* Without fma an exact product takes 17 operations instead of 3. */
static bool has_room(const Builder *b, const Minimax *fit, const Shape *shape)
{
    const int levels = shape->levels < fit->n_p ? shape->levels : fit->n_p;
    const int rest = b->has_fma ? 80 : 130, level = b->has_fma ? 16 : 34;
    return prog_has_room(b->prog, rest + 3 * (fit->n_p + fit->n_q) + level * levels);
}

/* -- in pairs: lo is hi where there is none */

static RefPair pair_of(Ref x) { return (RefPair){x, x}; }

static RefPair build_pair_mul(Builder *b, RefPair x, RefPair y)
{
    RefPair product = build_exact_mul(b, x.hi, y.hi);
    if (x.lo != x.hi) product.lo = build_fma(b, x.lo, y.hi, product.lo);
    if (y.lo != y.hi) product.lo = build_fma(b, x.hi, y.lo, product.lo);
    return product;
}

/* x - c; the first difference is exact where x is within a factor of 2 of c on all of the interval. */
static RefPair build_shift_pair(Builder *b, const Curve *curve, Ref x, Quad c)
{
    if (c == 0) return pair_of(x);
    const double c_hi = quad_round(c, b->type);
    const double a = curve->lo / c_hi, z = curve->hi / c_hi;
    const bool is_exact = fmin(a, z) >= 0.5 && fmax(a, z) <= 2;
    RefPair s = is_exact ? pair_of(build_sub(b, x, build_constant(b, c_hi)))
                         : build_exact_sum(b, x, build_constant(b, -c_hi), false);
    if (c == c_hi) return s;
    const Ref rest = build_constant(b, c_hi - c);
    s.lo = s.lo == s.hi ? rest : build_add(b, s.lo, rest);
    return s;
}

/* The outer transform of y.hi + y.lo, by its value at y.hi and a correction. */
static Ref build_outer_of_pair(Builder *b, Outer outer, RefPair y)
{
    const Ref minus_one = build_constant(b, -1);
    switch (outer) {
    case OUTER_FOURTH: y = build_pair_mul(b, y, y); /* fall through */
    case OUTER_SQUARE: y = build_pair_mul(b, y, y); return build_add(b, y.hi, y.lo);
    case OUTER_RECIPROCAL: {
        /* r = 1/hi; 1/(hi + lo) = r - r*(hi*r - 1 + lo*r) but for higher powers of the rest */
        const Ref r = build_div(b, build_constant(b, 1), y.hi);
        const RefPair product = build_exact_mul(b, y.hi, r);
        Ref rest = build_add(b, build_add(b, product.hi, minus_one), product.lo);
        rest = build_fma(b, y.lo, r, rest);
        return build_sub(b, r, build_mul(b, r, rest));
    }
    case OUTER_SQRT: {
        /* r = sqrt(hi); sqrt(hi + lo) = r + (hi - r*r + lo)/(2*r) */
        const Ref r = prog_add(b->prog, OP_SQRT, y.hi, 0, 0);
        const RefPair square = build_exact_mul(b, r, r);
        Ref rest = build_sub(b, build_sub(b, y.hi, square.hi), square.lo);
        rest = build_add(b, rest, y.lo);
        return build_add(b, r, build_div(b, rest, build_add(b, r, r)));
    }
    default: return y.hi;
    }
}

/* g, factor by factor; plainly, or in pairs. False if it is 1. */
static bool build_factors(Builder *b, const Form *form, const Curve *curve, Ref x, RefPair s,
                          RefPair t, bool in_pairs, RefPair *g)
{
    RefPair factor[16];
    int n = 0;
    int power = form->g_power;
    if (power >= 2 && form->t_power == 2 && form->t_center == 0) {
        factor[n++] = t;
        power -= 2;
    }
    for (; power > 0 && n < 6; power--) factor[n++] = s;
    for (power = form->x_power; power > 0 && n < 10; power--) factor[n++] = pair_of(x);
    for (int z = 0; z < form->n_zeros && n < 16; z++)
        factor[n++] = in_pairs ? build_shift_pair(b, curve, x, curve->zero[z])
                               : pair_of(build_shift(b, x, curve->zero[z]));
    if (n == 0) return false;
    *g = factor[0];
    for (int i = 1; i < n; i++)
        *g = in_pairs ? build_pair_mul(b, *g, factor[i])
                      : pair_of(build_mul(b, g->hi, factor[i].hi));
    return true;
}

/* Sums of two in the last steps of the polynomial; with sums not taken to be ordered everything else in pairs, too. */
static void build_in_pairs(Builder *b, const Form *form, const Curve *curve, const Minimax *fit,
                           const Shape *shape, Ref x, bool as_pair, RefPair *result)
{
    const bool in_pairs = !shape->is_ordered;
    const RefPair s = in_pairs ? build_shift_pair(b, curve, x, form->center)
                               : pair_of(build_shift(b, x, form->center));
    RefPair t = form->t_power == 2 ? build_pair_mul(b, s, s) : s;
    if (form->t_center != 0) {
        const RefPair sum = build_exact_sum(b, t.hi, build_constant(b, -form->t_center), false);
        t = (RefPair){sum.hi, build_add(b, sum.lo, t.lo)};
    }
    RefPair g;
    const bool has_g = build_factors(b, form, curve, x, s, t, in_pairs, &g);
    const RefPair sum = build_compensated(b, fit->p, fit->n_p, t, shape->levels, shape->is_ordered);
    *result = has_g ? build_pair_mul(b, g, sum) : sum;
    if (form->outer != OUTER_NONE) {
        *result = pair_of(build_outer_of_pair(b, form->outer, *result));
        return;
    }
    if (as_pair) return;
    /* The last product need not be exact: g.hi*sum.hi + (g.hi*sum.lo + g.lo*sum.hi). */
    Ref small = sum.lo;
    if (has_g) small = build_mul(b, g.hi, sum.lo);
    if (has_g && g.lo != g.hi) small = build_fma(b, g.lo, sum.hi, small);
    result->hi = has_g && b->has_fma ? build_fma(b, g.hi, sum.hi, small)
                 : has_g             ? build_add(b, result->hi, result->lo)
                                     : build_add(b, sum.hi, small);
    result->lo = result->hi;
}

bool form_build(Builder *b, const Form *form, const Curve *curve, const Minimax *fit,
                const Shape *shape, Ref x, bool as_pair, RefPair *result)
{
    const int n_p = fit->n_p, n_q = fit->n_q;
    const bool has_h = form->h0 != 0 || form->h1 != 0;
    if (n_p < 1 || !has_room(b, fit, shape)) return false;
    if (shape->levels > 0) {
        if (n_q > 0 || n_p < 2 || has_h || (form->outer != OUTER_NONE && shape->is_ordered))
            return false;
        build_in_pairs(b, form, curve, fit, shape, x, as_pair, result);
        return true;
    }
    const Ref s = build_shift(b, x, form->center);
    const Ref t = form->t_power == 1    ? build_shift_to(b, form, x, s)
                  : form->t_center == 0 ? build_mul(b, s, s)
                                        : build_fma(b, s, s, build_constant(b, -form->t_center));
    RefPair factors = {0, 0};
    bool has_g = build_factors(b, form, curve, x, pair_of(s), pair_of(t), false, &factors);
    const Ref g = factors.hi;
    Ref h = 0;
    if (form->h0 != 0) {
        h = build_constant(b, form->h0);
        if (form->h1 != 0) h = build_fma(b, build_constant(b, form->h1), s, h);
    } else if (form->h1 == 1) {
        h = s;
    }
    const bool is_plain = !has_g && !has_h && n_q == 0 && form->outer == OUTER_NONE;
    if (as_pair && is_plain && form->t_power == 1 && form->center == 0 && n_p > 1) {
        /* p0 + t*(p1 + ...) */
        const Ref rest = build_polynomial(b, fit->p + 1, n_p - 1, t, shape->scheme);
        *result = (RefPair){build_constant(b, fit->p[0]), build_mul(b, t, rest)};
        return true;
    }
    Ref r = build_polynomial(b, fit->p, n_p, t, shape->scheme);
    if (form->t_slope != 0) r = build_fma(b, t, build_constant(b, form->t_slope), r);
    if (n_q > 0) {
        Quad q[MINIMAX_COEFFICIENTS_MAX];
        if (n_q + 1 > MINIMAX_COEFFICIENTS_MAX) return false;
        q[0] = 1;
        memcpy(q + 1, fit->q, (size_t)n_q * sizeof *q);
        const Ref below = build_polynomial(b, q, n_q + 1, t, shape->scheme);
        if (has_g && !has_h) { /* (g*P)/Q: the product does not wait for the division */
            r = build_mul(b, g, r);
            has_g = false;
        }
        r = build_div(b, r, below);
    }
    if (as_pair && has_h && form->outer == OUTER_NONE && (form->h0 == 0 || form->h1 == 0)) {
        if (h == 0) h = build_mul(b, build_constant(b, form->h1), s);
        *result = (RefPair){h, has_g ? build_mul(b, g, r) : r};
        return true;
    }
    if (!has_h)
        r = has_g ? build_mul(b, g, r) : r;
    else if (has_g && form->h0 == 0 && form->h1 == -1) /* g*R - s */
        r = build_fma(b, g, r, prog_add(b->prog, OP_NEG, s, 0, 0));
    else if (form->h0 == 0 && form->h1 != 1) /* h1*s + g*R, g*R the small part */
        r = build_fma(b, build_constant(b, form->h1), s, has_g ? build_mul(b, g, r) : r);
    else
        r = has_g ? build_fma(b, g, r, h) : build_add(b, r, h);
    result->hi = result->lo = build_outer(b, form->outer, r);
    return true;
}
