/* Which forms a curve calls for. */
#include "search/form.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>

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
   small, as t_slope*t, a product that fma does not round, is most of what varies. Where S grows, as for a tangent up to half its
   step, a is the mean. */
static void add_shared_slope(Form *form, int *n, const Curve *curve, Form row)
{
    const double reach = fmax(-curve->lo, curve->hi);
    const double at_end = (double)curve->f[curve->n - 1] / (double)curve->x[curve->n - 1];
    const double fall = 1 - at_end / curve->slope;
    const bool is_growing = fall < -0.1 && fall > -0.6;
    if (!is_growing && !(fall > 0.1 && fall < 0.6)) return;
    row.h1 = (is_growing ? 1 - fall / 2 : 0.76) * curve->slope;
    row.t_center = quad_round(0.55 * reach * reach, TYPE_BF16); /* on few bits */
    row.t_slope = -fall * curve->slope / (reach * reach);
    add_form(form, n, "shared slope", row);
}

/* The largest |f/s - slope| times what an error of s counts, over a curve with a zero at s = 0. */
static double largest_rest(const Curve *curve, Quad zero, double slope)
{
    double most = 0;
    for (int i = 0; i < curve->n; i++) {
        const Quad s = curve->x[i] - zero;
        const double rest = (double)quad_abs(curve->f[i] - slope * s) * curve->weight[i];
        if (isfinite(rest)) most = fmax(most, rest);
    }
    return most;
}

/* f = s*S, the zero at an end of the interval: there the slope is an extreme of S. In s + s*s*R the second term grows to what S
   falls by, and with it what rounding takes off it. a*s + s*R halves that, a in the midst of S: a*s is a product that fma does
   not round, and the errors of R count by what R is, most where f is just below a power of two. With R about the middle of the
   interval, for an operation more, no rounded value in it is large there. */
static void add_shared_slope_at_end(Form *form, int *n, const Curve *curve, Quad zero, Form row)
{
    const double width = curve->hi - curve->lo, at_zero = curve->zero_order == 1 ? curve->slope : curve->zero_slope;
    const bool is_left = quad_abs(zero - curve->lo) < quad_abs(zero - curve->hi);
    const Quad other = is_left ? curve->hi : curve->lo, far = curve->f[is_left ? curve->n - 1 : 0];
    const double at_other = (double)(far / (other - zero)), ratio = at_other / at_zero;
    if (fmin(quad_abs(zero - curve->lo), quad_abs(zero - curve->hi)) > width / 16) return;
    if (!(ratio > 0.4 && ratio < 2.5) || fabs(ratio - 1) < 0.1) return;
    double from = fmin(at_zero, at_other), to = fmax(at_zero, at_other); /* the rest is convex */
    for (int i = 0; i < 40; i++) {
        const double third = (to - from) / 3;
        if (largest_rest(curve, zero, from + third) < largest_rest(curve, zero, to - third))
            to -= third;
        else
            from += third;
    }
    row.g_power = 1;
    row.h1 = quad_round(from, TYPE_BF16); /* on few bits */
    row.t_center = round_middle(curve->hi - zero, curve->lo - zero);
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
    if (!has_parity && g == 1) add_shared_slope_at_end(form, n, curve, 0, plain);
    Form kept = plain;
    if (g == 1 && fabs(curve->slope) == 1) { /* x + x*t*R: the leading term is exact */
        kept.g_power = 1 + t;
        kept.h1 = curve->slope;
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
    add_shared_slope_at_end(form, n, curve, curve->zero[0], row);
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
        if (outer_needs_positive((Outer)outer) && curve->f_min < 0) continue;
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
