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
static double round_middle(const Curve *curve)
{
    const double middle = (curve->lo + curve->hi) / 2, width = curve->hi - curve->lo;
    const double grain = exp2(floor(log2(width)) - 3);
    return grain * rint(middle / grain);
}

/* Power series about 0, with what parity and zeros there save. */
static void list_about_zero(Form *form, int *n, const Curve *curve, bool is_rational)
{
    const bool has_parity = curve->parity != 0;
    const int t = has_parity ? 2 : 1;
    /* An odd function has g = x even when it has no zero at 0 of its own (1/x). */
    const int g = curve->zero_order;
    const bool zeros = curve->n_zeros > 0;
    const Form plain = {
        .t_power = t, .g_power = g, .uses_zeros = zeros, .is_rational = is_rational};
    if (curve->parity >= 0 || g % 2 == 1) add_form(form, n, has_parity ? "parity" : "power", plain);
    if (zeros) return;
    Form kept = plain;
    if (g == 1 && curve->slope == 1) { /* x + x*t*R: the leading term is exact */
        kept.g_power = 1 + t;
        kept.h1 = 1;
        add_form(form, n, "kept slope 1", kept);
    } else if (g == 1) { /* k*x + x*R, k rounded: its rounding goes into R */
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
    const double middle = round_middle(curve);
    if (middle == 0) return;
    const Form row = {.center = middle,
                      .t_power = 1,
                      .uses_zeros = curve->n_zeros > 0,
                      .is_rational = is_rational};
    if (curve->zero_order == 0) add_form(form, n, "middle", row);
}

static void list_about_single_zero(Form *form, int *n, const Curve *curve, bool is_rational)
{
    if (curve->n_zeros != 1 || curve->zero_order != 0) return;
    Form row = {.center = curve->zero[0], .t_power = 1, .g_power = 1, .is_rational = is_rational};
    add_form(form, n, "zero", row);
    row.h1 = curve->zero_slope;
    if (curve->zero_slope == 1) row.g_power = 2; /* s + s*s*R: the leading term is exact */
    add_form(form, n, curve->zero_slope == 1 ? "zero, kept 1" : "zero, kept slope", row);
}

int form_list(Form *form, const Curve *curve, Type narrow)
{
    int n = 0;
    for (int rational = 0; rational < 2; rational++) {
        if (curve_is_near_zero(curve)) list_about_zero(form, &n, curve, rational == 1);
        list_about_middle(form, &n, curve, rational == 1);
        list_about_single_zero(form, &n, curve, rational == 1);
    }
    for (int i = 0; i < n; i++) {
        form[i].h0 = quad_round(form[i].h0, narrow);
        form[i].h1 = quad_round(form[i].h1, narrow);
    }
    const int n_inner = n;
    for (int outer = 1; outer < OUTER_COUNT; outer++) {
        if (OUTER[outer].needs_positive && curve->f_min < 0) continue;
        if (curve->n_zeros > 0 || (curve->zero_order > 0 && outer != OUTER_SQRT)) continue;
        if (outer == OUTER_RECIPROCAL && curve->f_min <= 0 && curve->f_max >= 0) continue;
        for (int i = 0; i < n_inner && n < FORMS_MAX; i++) {
            /* A reciprocal of a rational is the rational the other way up. */
            if (form[i].h0 != 0 || form[i].h1 != 0) continue;
            if (form[i].is_rational) continue;
            form[n] = form[i];
            form[n].outer = (Outer)outer;
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
        t[n] = quad_power(s, form->t_power);
        g[n] = quad_power(s, form->g_power);
        for (int z = 0; form->uses_zeros && z < curve->n_zeros; z++)
            g[n] *= curve->x[i] - curve->zero[z];
        h[n] = form->h0 + form->h1 * s;
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

static Ref build_power(Builder *b, Ref s, int k)
{
    if (k == 1) return s;
    const Ref half = build_power(b, s, k / 2);
    const Ref even = build_mul(b, half, half);
    return k % 2 == 0 ? even : build_mul(b, even, s);
}

static bool has_room(const Builder *b, const Minimax *fit, const Shape *shape)
{
    return prog_has_room(b->prog, 60 + 4 * (fit->n_p + fit->n_q) + 40 * shape->levels);
}

bool form_build(Builder *b, const Form *form, const Curve *curve, const Minimax *fit,
                const Shape *shape, Ref x, bool as_pair, RefPair *result)
{
    const int n_p = fit->n_p, n_q = fit->n_q;
    if (n_p < 1 || !has_room(b, fit, shape)) return false;
    if (shape->levels > 0 && (n_q > 0 || n_p < 2 || form->uses_zeros)) return false;
    const Ref s = build_shift(b, x, form->center);
    RefPair t = {s, s};
    if (form->t_power == 2) {
        if (shape->levels > 0)
            t = build_exact_mul(b, s, s);
        else
            t.hi = t.lo = build_mul(b, s, s);
    }
    /* g, or nothing (g = 1). */
    bool has_g = false;
    Ref g = 0;
    if (form->g_power > 0) {
        has_g = true;
        g = form->g_power == 3 && form->t_power == 2   ? build_mul(b, s, t.hi)
            : form->g_power == 2 && form->t_power == 2 ? t.hi
                                                       : build_power(b, s, form->g_power);
    }
    for (int z = 0; form->uses_zeros && z < curve->n_zeros; z++) {
        const Ref factor = build_shift(b, x, curve->zero[z]);
        g = has_g ? build_mul(b, g, factor) : factor;
        has_g = true;
    }
    const bool has_h = form->h0 != 0 || form->h1 != 0;
    Ref h = 0;
    if (form->h0 != 0) {
        h = build_constant(b, form->h0);
        if (form->h1 != 0) h = build_fma(b, build_constant(b, form->h1), s, h);
    } else if (form->h1 == 1) {
        h = s;
    }
    if (shape->levels > 0) {
        if (has_h || form->outer != OUTER_NONE || form->g_power > 1) return false;
        const RefPair sum = build_compensated(b, fit->p, n_p, t, shape->levels, shape->is_ordered);
        if (as_pair && has_g) {
            const RefPair product = build_exact_mul(b, g, sum.hi);
            *result = (RefPair){product.hi, build_fma(b, g, sum.lo, product.lo)};
            return true;
        }
        result->hi = as_pair ? sum.hi
                     : has_g ? build_fma(b, g, sum.hi, build_mul(b, g, sum.lo))
                             : build_add(b, sum.hi, sum.lo);
        result->lo = as_pair ? sum.lo : result->hi;
        return true;
    }
    Ref r = build_polynomial(b, fit->p, n_p, t.hi, shape->scheme);
    if (n_q > 0) {
        Quad q[MINIMAX_COEFFICIENTS_MAX];
        if (n_q + 1 > MINIMAX_COEFFICIENTS_MAX) return false;
        q[0] = 1;
        memcpy(q + 1, fit->q, (size_t)n_q * sizeof *q);
        const Ref below = build_polynomial(b, q, n_q + 1, t.hi, shape->scheme);
        if (has_g && !has_h) { /* (g*P)/Q: the product does not wait for the division */
            r = build_mul(b, g, r);
            has_g = false;
        }
        r = build_div(b, r, below);
    }
    const bool has_exact_h = has_h && (form->h1 == 0 || (form->h0 == 0 && form->h1 == 1));
    if (as_pair && has_exact_h && form->outer == OUTER_NONE) {
        *result = (RefPair){h, has_g ? build_mul(b, g, r) : r};
        return true;
    }
    if (!has_h)
        r = has_g ? build_mul(b, g, r) : r;
    else if (form->h0 == 0 && form->h1 != 1) /* h1*s + g*R, g*R the small part */
        r = build_fma(b, build_constant(b, form->h1), s, has_g ? build_mul(b, g, r) : r);
    else
        r = has_g ? build_fma(b, g, r, h) : build_add(b, r, h);
    result->hi = result->lo = build_outer(b, form->outer, r);
    return true;
}
