#include "search/classical_target.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- which there are --------------------------------------------------------------------- */

typedef struct {
    Quad middle, slope; /* f - middle is odd; f - slope*x is even */
    bool has_middle, has_slope;
} Symmetry;

static bool is_near(Quad a, Quad b, Quad size) { return quad_abs(a - b) <= size * (Quad)1e-26; }

/* Of a function that is neither even nor odd itself. */
static Symmetry find_symmetry(const Curve *curve, CurveValue value, void *context)
{
    enum { POINTS = 24 };
    const double reach = fmax(fabs(curve->lo), fabs(curve->hi));
    Symmetry symmetry = {.has_middle = true, .has_slope = true};
    for (int i = 1; i <= POINTS; i++) {
        const Quad x = reach * i / POINTS;
        Quad right, left;
        double weight;
        if (!value(context, x, &right, &weight) || !value(context, -x, &left, &weight))
            return (Symmetry){.has_middle = false};
        const Quad size = quad_abs(right) + quad_abs(left);
        const Quad middle = (right + left) / 2, slope = (right - left) / (2 * x);
        if (i == 1) {
            symmetry.middle = middle;
            symmetry.slope = slope;
        }
        symmetry.has_middle &= is_near(middle, symmetry.middle, size);
        symmetry.has_slope &= is_near(slope * x, symmetry.slope * x, size);
    }
    return symmetry;
}

/* Zeros in the domain or a hair outside, where relative error has no use for a form that misses them. */
static int zeros_to_take_out(const Curve *curve)
{
    const double hair = 1e-6 * (curve->hi - curve->lo);
    int n = curve->n_zeros;
    while (n < curve->n_zeros_near && curve->zero[n] > curve->lo - hair &&
           curve->zero[n] < curve->hi + hair)
        n++;
    return n;
}

static int plain_targets(ClassicalTarget *target, const Curve *curve, bool is_relative)
{
    const ClassicalTarget bare = {.form = CLASSICAL_PLAIN};
    const bool has_0 = curve->lo <= 0 && curve->hi >= 0 && curve->zero_order > 0;
    const int n_zeros = is_relative ? zeros_to_take_out(curve) : 0;
    int n = 0;
    if (!is_relative || (!has_0 && n_zeros == 0)) target[n++] = bare;
    if (curve->zero_order > 0 || n_zeros > 0) {
        ClassicalTarget *factored = &target[n++];
        *factored = bare;
        factored->s_power = curve->zero_order;
        if (n_zeros == 1 && curve->zero_order == 0) {
            factored->shift = curve->zero[0];
            factored->s_power = 1;
        } else {
            factored->n_zeros = n_zeros;
            memcpy(factored->zero, curve->zero, (size_t)n_zeros * sizeof *curve->zero);
        }
    }
    return n;
}

/* Powers of the root of x take what is singular at 0 out; whether the rest is even, no value tells. */
static int root_targets(ClassicalTarget *target, const Curve *curve, bool is_relative)
{
    if (curve->root_order <= 0 || (is_relative && zeros_to_take_out(curve) > 0)) return 0;
    const ClassicalTarget root = {
        .form = CLASSICAL_PLAIN, .has_root = true, .s_power = curve->root_order / 2};
    target[0] = target[1] = root;
    target[1].form = CLASSICAL_SYMMETRIC;
    target[1].has_square = true;
    return 2;
}

static int symmetric_targets(ClassicalTarget *target, const Curve *curve, bool is_relative,
                             CurveValue value, void *context)
{
    ClassicalTarget symmetric = {.form = CLASSICAL_SYMMETRIC, .has_square = true};
    if (curve->parity != 0) {
        symmetric.s_power = curve->zero_order > 0 ? curve->zero_order : curve->parity < 0;
        const int n_zeros = is_relative ? zeros_to_take_out(curve) : 0;
        for (int i = 0; i < n_zeros; i++) {
            const Quad zero = curve->zero[i] * curve->zero[i];
            bool is_known = false; /* as the mirror image of another */
            for (int j = 0; j < symmetric.n_zeros; j++)
                is_known |= is_near(zero, symmetric.zero[j], 10 * zero);
            if (!is_known) symmetric.zero[symmetric.n_zeros++] = zero;
        }
        target[0] = symmetric;
        return 1;
    }
    if (is_relative && zeros_to_take_out(curve) > 0) return 0;
    const Symmetry symmetry = find_symmetry(curve, value, context);
    if (symmetry.has_middle && symmetry.middle != 0) {
        symmetric.h0 = symmetry.middle;
        symmetric.s_power = 1;
    } else if (symmetry.has_slope && symmetry.slope != 0) {
        symmetric.h1 = symmetry.slope;
        symmetric.s_power = curve->zero_order > 0 ? 2 : 0;
    } else {
        return 0;
    }
    target[0] = symmetric;
    return 1;
}

/* f' and f'' at x by differences over h and 2h, the h^2 terms cancelled. */
static bool differentiate(CurveValue value, void *context, Quad x, Quad h, Quad *first,
                          Quad *second)
{
    Quad f[5];
    double weight;
    for (int i = 0; i < 5; i++)
        if (!value(context, x + (i - 2) * h, &f[i], &weight)) return false;
    *first = (8 * (f[3] - f[1]) - (f[4] - f[0])) / (12 * h);
    *second = (16 * (f[3] + f[1]) - (f[4] + f[0]) - 30 * f[2]) / (12 * h * h);
    return true;
}

/* The greatest (side -1) or least (1) value of f, if f is flat there: the sum of it and a square. */
static bool find_extreme(ClassicalTarget *target, const Curve *curve, int side, CurveValue value,
                         void *context)
{
    enum { STEPS = 8 };
    const Quad h = 0x1p-20 * (curve->hi - curve->lo);
    int at = 0;
    for (int i = 0; i < curve->n; i++)
        if (side * (curve->f[i] - curve->f[at]) < 0) at = i;
    Quad x = curve->x[at], first, second;
    for (int step = 0; step < STEPS; step++) {
        if (!differentiate(value, context, x, h, &first, &second) || side * second <= 0)
            return false;
        x -= first / second;
    }
    double weight;
    const Quad hair = 1e-6 * (curve->hi - curve->lo);
    if (quad_abs(x) < h * (Quad)1e-10) x = 0;
    if (!(x >= curve->lo - hair && x <= curve->hi + hair)) return false;
    if (!value(context, x, &target->offset, &weight)) return false;
    target->extreme = x;
    target->side = side;
    const Quad size = quad_abs(curve->f_max) + quad_abs(curve->f_min);
    for (int i = 0; i < curve->n; i++)
        if (side * (curve->f[i] - target->offset) < -size * (Quad)1e-27) return false;
    return true;
}

/* Around its extremes a function is an even one of something that has half as many waves: as cos(x) = 1 - 2*sin(x/2)^2. */
static int folded_targets(ClassicalTarget *target, const Curve *curve, bool is_relative,
                          CurveValue value, void *context)
{
    if (is_relative && (zeros_to_take_out(curve) > 0 || curve->zero_order > 0)) return 0;
    int n = 0;
    for (int side = -1; side <= 1; side += 2) {
        ClassicalTarget folded = {.form = CLASSICAL_SQUARED};
        if (!find_extreme(&folded, curve, side, value, context)) continue;
        target[n++] = folded;
        if (curve->parity != 1) continue;
        target[n] = folded;
        target[n].has_square = true;
        target[n++].s_power = folded.extreme == 0; /* then y is odd */
    }
    return n;
}

/* Where f(c + u)*f(c - u) is f(c)^2 = A^2, as for exp, f is A*(1 + y)/(1 - y) with y odd about c. */
static bool find_reciprocal(ClassicalTarget *target, const Curve *curve, double center,
                            CurveValue value, void *context)
{
    enum { POINTS = 24 };
    const double reach = fmax(curve->hi - center, center - curve->lo);
    Quad middle, right, left;
    double weight;
    if (!value(context, center, &middle, &weight) || !(middle > 0)) return false;
    for (int i = 1; i <= POINTS; i++) {
        const Quad u = reach * i / POINTS;
        if (!value(context, center + u, &right, &weight)) return false;
        if (!value(context, center - u, &left, &weight)) return false;
        if (!(right > 0) || !is_near(right * left, middle * middle, right * left)) return false;
    }
    *target = (ClassicalTarget){.form = CLASSICAL_SYMMETRIC,
                                .has_square = true,
                                .s_power = 1,
                                .shift = center,
                                .moebius = middle};
    return !is_near(right, left, right + left);
}

/* About the middle, or about 0 at less cost. */
static int reciprocal_targets(ClassicalTarget *target, const Curve *curve, CurveValue value,
                              void *context)
{
    const double middle = (curve->lo + curve->hi) / 2;
    int n = 0;
    if (!(curve->f_min > 0)) return 0;
    n += find_reciprocal(&target[n], curve, middle, value, context);
    if (middle != 0 && curve_is_near_zero(curve))
        n += find_reciprocal(&target[n], curve, 0, value, context);
    return n;
}

int classical_targets(ClassicalTarget *target, const Curve *curve, bool is_relative, bool may_root,
                      CurveValue value, void *context)
{
    int n = plain_targets(target, curve, is_relative);
    n += symmetric_targets(target + n, curve, is_relative, value, context);
    if (may_root) n += root_targets(target + n, curve, is_relative);
    n += reciprocal_targets(target + n, curve, value, context);
    const int n_bases = n;
    n += folded_targets(target + n, curve, is_relative, value, context);
    /* Where f comes near 0 its roots are not smooth. */
    if (!(curve->f_min > 1e-3 * curve->f_max)) return n;
    for (int i = 0; i < n_bases; i++) {
        const bool is_odd = target[i].s_power != 0 && target[i].moebius == 0;
        if (is_odd || target[i].has_root || target[i].h0 != 0 || target[i].h1 != 0) continue;
        Quad moebius = target[i].moebius;
        for (int k = 1; k <= CLASSICAL_SQUARINGS_MAX; k++) {
            moebius = quad_sqrt(moebius);
            target[n] = target[i];
            target[n].form = CLASSICAL_SQUARED;
            target[n].moebius = moebius;
            target[n++].squarings = k;
        }
    }
    return n;
}

/* -- fitting ------------------------------------------------------------------------------- */

/* With 1 - e <= y/root <= 1 + e the power m of y is off by different amounts up and down; scaled by s with
   s^m*((1+e)^m + (1-e)^m) = 2 they are the same, and then least. */
static void balance(Minimax *fit, int squarings)
{
    Quad above = 1 + (Quad)fit->error, below = 1 - (Quad)fit->error;
    for (int i = 0; i < squarings; i++) {
        above *= above;
        below *= below;
    }
    Quad scale = 2 / (above + below);
    for (int i = 0; i < squarings; i++) scale = quad_sqrt(scale);
    for (int i = 0; i < fit->n_p; i++) fit->p[i] *= scale;
}

void classical_target_values(Quad *y, const ClassicalTarget *target, const Curve *curve)
{
    for (int i = 0; i < curve->n; i++) {
        y[i] = curve->f[i];
        for (int k = 0; k < target->squarings; k++) y[i] = quad_sqrt(y[i]);
        if (target->moebius != 0) y[i] = (y[i] - target->moebius) / (y[i] + target->moebius);
        if (target->side == 0) continue;
        const Quad square = target->side * (y[i] - target->offset);
        y[i] = square > 0 ? quad_sqrt(square) : 0;
        if (curve->x[i] < target->extreme) y[i] = -y[i];
    }
}

/* df/dy; that of z^(2^k) is 2^k * z^(2^k - 1). */
static double slope_at(const ClassicalTarget *target, Quad y)
{
    if (target->side != 0) return fabs(2 * (double)y);
    const double a = (double)target->moebius, below = 1 - (double)y;
    double slope = a != 0 ? 2 * a / (below * below) : 1;
    double power = a != 0 ? a * (1 + (double)y) / below : (double)y;
    for (int k = 0; k < target->squarings; k++) {
        slope *= 2 * power;
        power *= power;
    }
    return slope;
}

Status classical_target_fit(Minimax *out, const ClassicalTarget *target, const Curve *curve,
                            const Quad *y, bool is_relative, int n_p, int n_q)
{
    const int n = curve->n;
    Quad *t = xmalloc((size_t)n * 3 * sizeof *t), *g = t + n, *h = g + n;
    double *weight = xmalloc((size_t)n * sizeof *weight);
    for (int i = 0; i < n; i++) {
        const Quad s = curve->x[i] - target->shift;
        t[i] = target->has_square ? s * s : s;
        g[i] = quad_power(s, target->s_power);
        if (target->has_root) g[i] *= quad_sqrt(s);
        for (int k = 0; k < target->n_zeros; k++) g[i] *= t[i] - target->zero[k];
        h[i] = target->h0 + target->h1 * s;
        weight[i] = curve->weight[i] * slope_at(target, y[i]);
    }
    const MinimaxGrid grid = {.n = n, .t = t, .g = g, .h = h, .f = y, .weight = weight};
    const Status status = minimax_fit(out, &grid, n_p, n_q, NULL);
    if (status == OK && target->squarings > 0 && is_relative && target->moebius == 0) {
        out->error = ldexp(out->error, -target->squarings);
        balance(out, target->squarings);
    }
    free(weight);
    free(t);
    return status;
}

/* -- writing ------------------------------------------------------------------------------- */

Ref classical_target_variable(Builder *b, const ClassicalTarget *target, Ref x, Ref *s)
{
    *s = target->shift == 0 ? x : build_add(b, x, build_constant(b, -target->shift));
    return target->has_square ? build_mul(b, *s, *s) : *s;
}

/* r * s^s_power */
static Ref times_power(Builder *b, const ClassicalTarget *target, Ref s, Ref t, Ref r)
{
    int left = target->s_power;
    for (; target->has_square && left >= 2; left -= 2) r = build_mul(b, t, r);
    for (; left > 0; left--) r = build_mul(b, s, r);
    return target->has_root ? build_mul(b, prog_add(b->prog, OP_SQRT, s, 0, 0), r) : r;
}

Ref classical_target_finish(Builder *b, const ClassicalTarget *target, Ref s, Ref t, Ref r)
{
    for (int i = 0; i < target->n_zeros; i++)
        r = build_mul(b, build_add(b, t, build_constant(b, -target->zero[i])), r);
    if (target->h1 != 0) {
        r = times_power(b, target, s, t, r);
        r = build_fma(b, build_constant(b, target->h1), s, r);
    } else if (target->h0 != 0 && target->s_power == 1) {
        r = build_fma(b, s, r, build_constant(b, target->h0));
    } else {
        r = times_power(b, target, s, t, r);
        if (target->h0 != 0) r = build_add(b, r, build_constant(b, target->h0));
    }
    if (target->moebius != 0) { /* 2A/(1 - y) - A */
        r = build_sub(b, build_constant(b, 1), r);
        r = build_div(b, build_constant(b, 2 * target->moebius), r);
        r = build_add(b, r, build_constant(b, -target->moebius));
    }
    for (int i = 0; i < target->squarings; i++) r = build_mul(b, r, r);
    if (target->side > 0) r = build_fma(b, r, r, build_constant(b, target->offset));
    if (target->side < 0) r = build_sub(b, build_constant(b, target->offset), build_mul(b, r, r));
    return r;
}

int classical_target_ops(const ClassicalTarget *target, bool has_fma)
{
    Prog *prog = xmalloc(sizeof *prog);
    prog_init(prog);
    Builder b = {prog, TYPE_REAL, has_fma, false, SCHEME_HORNER, false};
    const Ref x = prog_add_input(prog, TYPE_REAL, "x");
    Ref s;
    const Ref t = classical_target_variable(&b, target, x, &s);
    classical_target_finish(&b, target, s, t, build_constant(&b, 1));
    const int n = prog_n_ops(prog);
    free(prog);
    return n;
}
