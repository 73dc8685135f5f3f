#include "search/frame_near.h"

#include "search/quad.h"

#include <math.h>
#include <stdlib.h>

bool near_is_loose(const Problem *problem) { return problem->limit > 3.5 * problem->floor; }

/* What the near formula is fitted to. */
enum { NEAR_POINTS = 120 };
typedef struct {
    Quad t[NEAR_POINTS], v[NEAR_POINTS], f[NEAR_POINTS];
    double weight[NEAR_POINTS];
} NearPoints;

/* h is the power of two nearest to the slope, 0 where P does it all. The squares are taken from their middle where only
   the last rounding is to count: what the steps of R are multiplied by is half as large. */
static bool place_near(NearPoints *at, Frame *frame, const Problem *problem, ProblemValue *value)
{
    const double reach = 1.001 * frame->joint;
    for (int i = 0; i < NEAR_POINTS; i++) {
        const Quad v = reach * sin(M_PI / 2 * (i + 0.5) / NEAR_POINTS);
        const Quad away = frame->near_square == 0 ? v : frame->near_square * v * v;
        if (!problem_value(value, frame->near_zero + away, &at->f[i], &at->weight[i])) return false;
        if (i == 0) {
            const double slope = (double)(at->f[0] / v);
            frame->scale = near_is_loose(problem) ? 0 : power_of_two_near(slope);
            frame->square_center =
                near_is_loose(problem) ? 0 : quad_round(frame->joint * frame->joint / 2, TYPE_BF16);
        }
        at->t[i] = v * v - frame->square_center;
        at->v[i] = v;
    }
    return true;
}

/* Coefficients `first` and on, those before being settled. */
static bool fit_rest(Minimax *fit, const NearPoints *at, Frame *frame, int first, int n_p)
{
    Quad g[NEAR_POINTS], h[NEAR_POINTS];
    for (int i = 0; i < NEAR_POINTS; i++) {
        h[i] = 0;
        for (int k = first - 1; k >= 0; k--) h[i] = h[i] * at->t[i] + frame->other[k];
        h[i] = (h[i] + frame->scale) * at->v[i];
        g[i] = at->v[i] * quad_power(at->t[i], first);
    }
    const MinimaxGrid grid = {
        .n = NEAR_POINTS, .t = at->t, .g = g, .h = h, .f = at->f, .weight = at->weight};
    return minimax_fit(fit, &grid, n_p - first, 0, NULL) == OK;
}

/* Each coefficient rounded, the later ones fitted to what the earlier leave. Rounding the first takes some of the bound, too. */
bool frame_fit_near(Frame *frame, const Problem *problem, ProblemValue *value)
{
    const double needed = (near_is_loose(problem) ? 0.3 : 0.1) * (problem->limit - problem->floor);
    NearPoints *at = xmalloc(sizeof *at);
    bool is_fit = false;
    if (!place_near(at, frame, problem, value)) goto done;
    for (int n_p = 2; n_p <= OTHER_MAX && !is_fit; n_p++) {
        Minimax fit;
        for (int k = 0; k < n_p && fit_rest(&fit, at, frame, k, n_p); k++) {
            if (k == 0 && fit.error > needed) break;
            frame->other[k] = quad_round(fit.p[0], problem->goal.type);
            is_fit = k == n_p - 1 && fit.error <= 3 * needed;
        }
        frame->n_other = n_p;
    }
done:
    free(at);
    return is_fit;
}

Ref frame_build_near(const Frame *frame, Builder *b, Ref v)
{
    const Ref square = frame->square_center == 0
                           ? build_square(b, v)
                           : build_fma(b, v, v, build_constant(b, -frame->square_center));
    const Ref p = build_polynomial(b, frame->other, frame->n_other, square, SCHEME_HORNER);
    if (frame->scale == 0) return build_mul(b, v, p);
    if (frame->scale == 1) return build_fma(b, v, p, v);
    return build_fma(b, v, p, build_mul(b, v, build_constant(b, frame->scale)));
}

Ref frame_build_near_curve(const Frame *frame, Builder *b, Ref square)
{
    const Ref center = build_constant(b, frame->square_center);
    const Ref t = frame->square_center == 0 ? square : build_sub(b, square, center);
    return build_polynomial(b, frame->other, frame->n_other, t, SCHEME_HORNER);
}
