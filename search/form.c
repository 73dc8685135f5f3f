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

/* -- which forms a curve calls for ------------------------------------------------ */

static void add_form(Form *form, int *n, const char *name, Form row)
{
    if (*n >= FORMS_MAX) return;
    snprintf(row.name, sizeof row.name, "%s", name);
    form[(*n)++] = row;
}

/* The middle of the interval, on few bits, so that x - center is exact near it and nearly so
   elsewhere. */
static double round_middle(double hi, double lo)
{
    const double middle = (lo + hi) / 2, width = hi - lo;
    const double grain = exp2(floor(log2(width)) - 3);
    return grain * rint(middle / grain);
}

/* 1 or -1 if s + s*q, rounded once, is nearly as accurate as a slope in two parts (q is small), and a product cheaper; else 0. */
static double near_slope(double slope)
{
    return fabs(slope) > 0.55 && fabs(slope) < 1.8 ? copysign(1, slope) : 0;
}

/* f = x*S(t) where S falls far below the slope S(0), as for a sine up to its peak: a*x + x*(t_slope*t + P(t)), t about the
   middle of the squares, in which no rounded value is large. With a = 0.76*S(0) what is added to a is below a quarter of S(0)
   near 0, where it adds an eighth of an ulp at most, and below an eighth at a peak, where S is 0.64 of S(0). The sum of P is
   small, as t_slope*t, a product that fma does not round, is most of what varies. */
static void add_shared_slope(Form *form, int *n, const Curve *curve, Form row)
{
    const double reach = fmax(-curve->lo, curve->hi);
    const double at_end = (double)curve->f[curve->n - 1] / (double)curve->x[curve->n - 1];
    const double fall = 1 - at_end / curve->slope;
    if (!(fall > 0.1 && fall < 0.6)) return;
    row.h1 = 0.76 * curve->slope;
    row.t_center = quad_round(0.55 * reach * reach, TYPE_BF16); /* on few bits */
    row.t_slope = -fall * curve->slope / (reach * reach);
    add_form(form, n, "shared slope", row);
}

/* Power series about 0, with what parity and zeros there save. */
static void list_about_zero(Form *form, int *n, const Curve *curve, bool is_rational)
{
    const bool has_parity = curve->parity != 0;
    const int t = has_parity ? 2 : 1;
    /* An odd function has g = x even when it has no zero at 0 of its own (1/x). */
    const int g = curve->zero_order;
    const Form plain = {
        .t_power = t, .g_power = g, .n_zeros = curve->n_zeros, .is_rational = is_rational};
    if (curve->parity >= 0 || g % 2 == 1) add_form(form, n, has_parity ? "parity" : "power", plain);
    if (has_parity && !is_rational && g <= 1) { /* better conditioned, and no dearer with fma */
        Form middle = plain;
        middle.t_center = round_middle(pow(fmax(-curve->lo, curve->hi), 2), 0);
        add_form(form, n, "parity, middle", middle);
    }
    if (curve->n_zeros > 0) return;
    if (curve->parity == -1 && g == 1 && !is_rational) add_shared_slope(form, n, curve, plain);
    Form kept = plain;
    if (g == 1 && curve->slope == 1) { /* x + x*t*R: the leading term is exact */
        kept.g_power = 1 + t;
        kept.h1 = 1;
        add_form(form, n, "kept slope 1", kept);
    } else if (g == 1) { /* k*x + x*R, k rounded: its rounding goes into R */
        kept.h1 = near_slope(curve->slope);
        if (kept.h1 != 0) add_form(form, n, "near slope", kept);
        kept.h1 = curve->slope;
        add_form(form, n, "kept slope", kept);
    } else if (g == 0 && isfinite(curve->value_at_0) && curve->value_at_0 != 0) {
        kept.g_power = t; /* f(0) + t*R */
        kept.h0 = curve->value_at_0;
        add_form(form, n, "kept value", kept);
    }
    if (curve->odd_slope != 0) { /* a*x + even */
        Form mixed = {.t_power = 2, .h1 = curve->odd_slope, .is_rational = is_rational};
        add_form(form, n, "linear + even", mixed);
    }
}

static void list_about_middle(Form *form, int *n, const Curve *curve, bool is_rational)
{
    const double middle = round_middle(curve->hi, curve->lo);
    if (middle == 0) return;
    const Form row = {.center = middle,
                      .t_power = 1,
                      .x_power = curve->zero_order,
                      .n_zeros = curve->n_zeros,
                      .is_rational = is_rational};
    add_form(form, n, "middle", row);
}

/* What is added to the mean is small: for a sum of two. The mean has three bits. */
static void list_about_mean(Form *form, int *n, const Curve *curve, bool is_rational)
{
    const double ratio = curve->f_max / curve->f_min;
    if (curve->parity != 0 || !(curve->f_min > 0) || !(ratio > 1.2 && ratio < 4)) return;
    const double mean = (curve->f_min + curve->f_max) / 2;
    int e;
    (void)frexp(mean, &e);
    Form row = {.t_power = 1, .is_rational = is_rational};
    row.h0 = ldexp(rint(ldexp(mean, 3 - e)), e - 3);
    if (curve_is_near_zero(curve)) add_form(form, n, "about mean", row);
    row.center = round_middle(curve->hi, curve->lo);
    if (row.center != 0) add_form(form, n, "middle, about mean", row);
}

static void list_about_single_zero(Form *form, int *n, const Curve *curve, bool is_rational)
{
    if (curve->n_zeros != 1 || curve->zero_order != 0) return;
    Form row = {.center = curve->zero[0], .t_power = 1, .g_power = 1, .is_rational = is_rational};
    add_form(form, n, "zero", row);
    row.h1 = curve->zero_slope;
    if (curve->zero_slope == 1) { /* s + s*s*R: the leading term is exact */
        row.g_power = 2;
        add_form(form, n, "zero, kept 1", row);
        return;
    }
    row.h1 = near_slope(curve->zero_slope);
    if (row.h1 != 0) add_form(form, n, "zero, near slope", row);
    row.h1 = curve->zero_slope;
    add_form(form, n, "zero, kept slope", row);
}

int form_list(Form *form, const Curve *curve, Type narrow)
{
    int n = 0;
    for (int rational = 0; rational < 2; rational++) {
        if (curve_is_near_zero(curve)) list_about_zero(form, &n, curve, rational == 1);
        list_about_single_zero(form, &n, curve, rational == 1);
        list_about_middle(form, &n, curve, rational == 1);
        list_about_mean(form, &n, curve, rational == 1);
    }
    for (int i = 0; i < n; i++) {
        form[i].h0 = quad_round(form[i].h0, narrow);
        form[i].h1 = quad_round(form[i].h1, narrow);
        form[i].t_slope = quad_round(form[i].t_slope, narrow);
    }
    /* The same with the zeros a little outside taken out, too. */
    const int n_near = curve->n_zeros_near > curve->n_zeros ? n : 0;
    for (int i = 0; i < n_near; i++) {
        if (form[i].h0 != 0 || form[i].h1 != 0 || form[i].center == curve->zero[0]) continue;
        Form row = form[i];
        row.n_zeros = curve->n_zeros_near;
        add_form(form, &n, row.center != 0 ? "middle, near zero" : "near zero", row);
    }
    const int n_inner = n;
    for (int outer = 1; outer < OUTER_COUNT; outer++) {
        if (OUTER[outer].needs_positive && curve->f_min < 0) continue;
        if ((curve->n_zeros > 0 || curve->zero_order > 0) && outer != OUTER_SQRT) continue;
        if (outer == OUTER_RECIPROCAL && curve->f_min <= 0 && curve->f_max >= 0) continue;
        for (int i = 0; i < n_inner && n < FORMS_MAX; i++) {
            if (form[i].x_power > 0) continue;
            /* A reciprocal of a rational is the rational the other way up. */
            if (form[i].h0 != 0 || form[i].h1 != 0) continue;
            if (form[i].is_rational || form[i].n_zeros > curve->n_zeros) continue;
            form[n] = form[i];
            form[n].outer = (Outer)outer;
            form[n].n_zeros = 0; /* of the square of f, no simple ones */
            /* The square of a zero of order 2k is a zero of order k turned round. */
            form[n].g_power = outer == OUTER_SQRT ? 2 * form[i].g_power : form[i].g_power;
            if (outer == OUTER_SQRT && curve->parity == -1) continue;
            n++;
        }
    }
    return n;
}

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
    const Ref t = form->t_power == 1    ? s
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
