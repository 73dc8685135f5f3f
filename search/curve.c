#include "search/curve.h"

#include "search/quad.h"

#include <math.h>
#include <stdlib.h>

enum { EVEN_POINTS = 260, LOG_POINTS = 60, PARITY_POINTS = 24 };

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* Points as the extrema of a Chebyshev polynomial are: dense at the ends, where a minimax error
   curve moves fastest; and geometric ones toward 0, where relative error may move. */
static int place_points(double *x, double lo, double hi)
{
    int n = 0;
    for (int i = 0; i < EVEN_POINTS; i++) {
        const double c = cos(M_PI * i / (EVEN_POINTS - 1));
        x[n++] = i == 0 ? hi : i == EVEN_POINTS - 1 ? lo : (lo + hi) / 2 + (hi - lo) / 2 * c;
    }
    for (int i = 1; i <= LOG_POINTS; i++) {
        const double scale = exp2(-0.25 * i);
        if (hi * scale > lo && hi > 0) x[n++] = hi * scale;
        if (lo * scale < hi && lo < 0) x[n++] = lo * scale;
    }
    qsort(x, (size_t)n, sizeof *x, compare_doubles);
    int n_kept = 0;
    for (int i = 0; i < n; i++)
        if (n_kept == 0 || x[i] > x[n_kept - 1]) x[n_kept++] = x[i];
    return n_kept;
}

static bool is_near(Quad a, Quad b, double tolerance)
{
    const Quad size = quad_abs(a) > quad_abs(b) ? quad_abs(a) : quad_abs(b);
    return quad_abs(a - b) <= tolerance * size;
}

/* Compares f(x) with f(-x), also beyond the interval where f can be had. */
static void find_parity(Curve *curve, CurveValue value, void *context)
{
    const double reach = fmax(fabs(curve->lo), fabs(curve->hi));
    bool is_even = true, is_odd = true, has_slope = true;
    Quad slope = 0;
    for (int i = 1; i <= PARITY_POINTS; i++) {
        const Quad x = reach * i / (PARITY_POINTS + 1);
        Quad right, left;
        double weight;
        if (!value(context, x, &right, &weight) || !value(context, -x, &left, &weight)) return;
        is_even &= is_near(right, left, 1e-24);
        is_odd &= is_near(right, -left, 1e-24);
        const Quad here = (right - left) / (2 * x);
        if (i == 1) slope = here;
        has_slope &= is_near(here, slope, 1e-20);
    }
    if (is_even) curve->parity = 1;
    if (is_odd) curve->parity = -1;
    if (!is_even && !is_odd && has_slope) curve->odd_slope = (double)slope;
}

static void find_order_at_zero(Curve *curve, CurveValue value, void *context)
{
    if (!curve_is_near_zero(curve)) return;
    const double step = 0x1p-30 * fmax(fabs(curve->lo), fabs(curve->hi));
    const double side = curve->hi > 0 ? 1 : -1;
    Quad near, far, at;
    double weight;
    if (!value(context, side * step, &near, &weight)) return;
    if (!value(context, 2 * side * step, &far, &weight)) return;
    if (value(context, 0, &at, &weight)) curve->value_at_0 = (double)at;
    if (near == 0 || !(far / near > 0)) return;
    const double order = log2((double)(far / near));
    const int halves = (int)lround(2 * order);
    if (halves % 2 != 0 && abs(halves) <= 8 && fabs(2 * order - halves) < 1e-6)
        curve->root_order = halves;
    if (far / near < 1.5) return;
    const int rounded = (int)lround(order);
    if (rounded < 1 || rounded > 8 || fabs(order - rounded) > 1e-6) return;
    curve->zero_order = rounded;
    /* Richardson: f(h)/h = slope + a*h + ..., so 2*f(h)/h - f(2h)/(2h) = slope + O(h^2). */
    if (rounded == 1) curve->slope = (double)(2 * near / (side * step) - far / (2 * side * step));
    if (fabs(curve->slope - 1) < 1e-14) curve->slope = 1;
}

/* Between a and b in either order. Bisection to a double, then the secant through two points a few ulps apart for the rest. */
static Quad refine_zero(double a, double b, CurveValue value, void *context)
{
    Quad f_a, f_middle;
    double weight;
    if (!value(context, a, &f_a, &weight)) return a;
    for (int i = 0; i < 200; i++) {
        const double middle = a + (b - a) / 2;
        if (middle == a || middle == b) break;
        if (!value(context, middle, &f_middle, &weight)) return middle;
        if (f_middle == 0) return middle;
        if ((f_middle < 0) == (f_a < 0)) {
            a = middle;
            f_a = f_middle;
        } else {
            b = middle;
        }
    }
    Quad x0 = a, x1 = b, f0, f1;
    if (!value(context, x0, &f0, &weight) || !value(context, x1, &f1, &weight)) return a;
    for (int i = 0; i < 3 && f1 != f0; i++) {
        const Quad next = x1 - f1 * (x1 - x0) / (f1 - f0);
        Quad f_next;
        if (!value(context, next, &f_next, &weight)) break;
        x0 = x1, f0 = f1;
        x1 = next, f1 = f_next;
        if (f1 == 0) break;
    }
    return x1;
}

static void find_zeros(Curve *curve, CurveValue value, void *context)
{
    int last = -1; /* the last point with a sign */
    for (int i = 0; i < curve->n; i++) {
        if (curve->n_zeros == CURVE_ZEROS_MAX) return;
        if (curve->f[i] == 0) {
            if (curve->x[i] != 0) curve->zero[curve->n_zeros++] = curve->x[i];
            last = -1; /* the sign changes here; do not count it twice */
            continue;
        }
        if (last >= 0 && (curve->f[i] < 0) != (curve->f[last] < 0)) {
            const Quad zero =
                refine_zero((double)curve->x[last], (double)curve->x[i], value, context);
            const double tiny = 1e-20 * fmax(fabs(curve->lo), fabs(curve->hi));
            if (quad_abs(zero) > tiny) curve->zero[curve->n_zeros++] = zero;
        }
        last = i;
    }
}

/* Beside a zero that lies a little outside, f is small and its relative error large all the same. */
static void find_zeros_near(Curve *curve, CurveValue value, void *context)
{
    enum { STEPS = 6 };
    const double step = 0.12 * (curve->hi - curve->lo) / STEPS;
    curve->n_zeros_near = curve->n_zeros;
    for (int side = -1; side <= 1; side += 2) {
        const double end = side < 0 ? curve->lo : curve->hi;
        Quad last, f;
        double weight;
        if (curve->n_zeros_near == CURVE_ZEROS_MAX) return;
        if (!value(context, end, &last, &weight)) continue;
        for (int i = 1; i <= STEPS && last != 0; i++) {
            const double from = end + side * (i - 1) * step, to = end + side * i * step;
            if (!value(context, to, &f, &weight)) break;
            if ((f < 0) == (last < 0) && f != 0) continue;
            const Quad zero = f == 0 ? (Quad)to : refine_zero(from, to, value, context);
            const double tiny = 1e-20 * fmax(fabs(curve->lo), fabs(curve->hi));
            if (quad_abs(zero) > tiny) curve->zero[curve->n_zeros_near++] = zero;
            break;
        }
    }
}

/* Central differences over h and 2h, the h^2 terms cancelled. */
static void find_slope_at_zero(Curve *curve, CurveValue value, void *context)
{
    const Quad z = curve->zero[0], h = 0x1p-24 * fmax(fabs(curve->lo), fabs(curve->hi));
    Quad left, right, far_left, far_right;
    double weight;
    if (curve->n_zeros == 0) return;
    if (!value(context, z - h, &left, &weight) || !value(context, z + h, &right, &weight)) return;
    if (!value(context, z - 2 * h, &far_left, &weight)) return;
    if (!value(context, z + 2 * h, &far_right, &weight)) return;
    const Quad near = (right - left) / (2 * h), far = (far_right - far_left) / (4 * h);
    curve->zero_slope = (double)((4 * near - far) / 3);
    if (fabs(curve->zero_slope - 1) < 1e-14) curve->zero_slope = 1;
}

bool curve_is_near_zero(const Curve *curve)
{
    const double width = curve->hi - curve->lo;
    return curve->lo <= width / 2 && curve->hi >= -width / 2;
}

bool curve_init(Curve *curve, double lo, double hi, CurveValue value, void *context)
{
    double x[EVEN_POINTS + 2 * LOG_POINTS];
    *curve = (Curve){.lo = lo, .hi = hi, .f_min = INFINITY, .f_max = -INFINITY, .value_at_0 = NAN};
    const int n = place_points(x, lo, hi);
    for (int i = 0; i < n; i++) {
        Quad f;
        double weight;
        if (!value(context, x[i], &f, &weight)) continue;
        curve->x[curve->n] = x[i];
        curve->f[curve->n] = f;
        curve->weight[curve->n] = weight;
        curve->f_min = fmin(curve->f_min, (double)f);
        curve->f_max = fmax(curve->f_max, (double)f);
        curve->n++;
    }
    if (curve->n < EVEN_POINTS / 2) return false;
    find_parity(curve, value, context);
    find_order_at_zero(curve, value, context);
    find_zeros(curve, value, context);
    find_slope_at_zero(curve, value, context);
    find_zeros_near(curve, value, context);
    return true;
}
