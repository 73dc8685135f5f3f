#include "search/seed_table.h"

#include <math.h>
#include <stdlib.h>

enum { POINTS = 28 };

struct TablePoints {
    int n_segments, n[TABLE_SEGMENTS_MAX];
    double width, first, center[TABLE_SEGMENTS_MAX];
    Quad t[TABLE_SEGMENTS_MAX][POINTS], g[TABLE_SEGMENTS_MAX][POINTS],
        f[TABLE_SEGMENTS_MAX][POINTS];
    double weight[TABLE_SEGMENTS_MAX][POINTS];
};

bool table_suits(const Frame *frame)
{
    return frame->row == &FRAME_PLAIN && frame->curve.n_zeros == 0 && frame->curve.zero_order <= 2;
}

/* Segments a little wider than needed, so that the last input is inside the last one; centers on few
   bits, so that x - center is exact or nearly so. */
TablePoints *table_points_new(const Problem *problem, const Frame *frame, int n_segments)
{
    TablePoints *points = xcalloc(1, sizeof *points);
    Oracle *oracle =
        oracle_new(&problem->goal.reference, problem->goal.exact, problem->goal.n_exact);
    ProblemValue value = {problem, oracle};
    points->n_segments = n_segments;
    points->first = frame->lo;
    points->width = (frame->hi - frame->lo) * (1 + 0x1p-12) / n_segments;
    const double grain = exp2(floor(log2(points->width)) - 5);
    for (int i = 0; i < n_segments; i++) {
        const double from = points->first + i * points->width;
        points->center[i] = grain * rint((from + points->width / 2) / grain);
        for (int k = 0; k < POINTS; k++) {
            /* Chebyshev points of a segment widened by what rounding of the index may move its ends. */
            const double c = -1.001 * cos(M_PI * k / (POINTS - 1));
            double x = from + points->width / 2 * (1 + c);
            x = fmin(fmax(x, frame->lo), frame->hi);
            const int n = points->n[i];
            if (!problem_value(&value, x, &points->f[i][n], &points->weight[i][n])) continue;
            points->t[i][n] = (Quad)x - points->center[i];
            points->g[i][n] = quad_power(x, frame->curve.zero_order);
            if (points->g[i][n] != 0 && (n == 0 || points->t[i][n] != points->t[i][n - 1]))
                points->n[i]++;
        }
    }
    oracle_free(oracle);
    return points;
}

void table_points_free(TablePoints *points) { free(points); }

bool table_fit(TableFit *fit, const TablePoints *points, int n_p)
{
    const Quad zeros[POINTS] = {0};
    fit->n_segments = points->n_segments;
    fit->n_p = n_p;
    fit->width = points->width;
    fit->first = points->first;
    fit->error = 0;
    for (int i = 0; i < points->n_segments; i++) {
        Minimax best;
        const MinimaxGrid grid = {points->n[i], points->t[i], points->g[i],
                                  zeros,        points->f[i], points->weight[i]};
        if (minimax_fit(&best, &grid, n_p, 0, NULL) != OK) return false;
        fit->center[i] = points->center[i];
        for (int k = 0; k < n_p; k++) fit->p[i][k] = best.p[k];
        fit->error = fmax(fit->error, best.error);
    }
    return true;
}

static Ref look_up(Builder *b, const uint64_t *bits, int n, Ref index)
{
    const int table = prog_add_table(b->prog, b->type, n, bits);
    return prog_add_typed(b->prog, OP_LOOKUP, b->type, index, (Ref)table, 0);
}

bool table_build(Builder *b, const Frame *frame, const TableFit *fit, Ref x, Ref *result)
{
    uint64_t bits[TABLE_SEGMENTS_MAX];
    const int n = fit->n_segments;
    if (!prog_has_room(b->prog, 40) || (fit->n_p + 1) * n > PROG_POOL_MAX) return false;
    if (fit->n_p + 1 > PROG_TABLES_MAX) return false;
    const Ref scale = build_constant(b, 1 / fit->width);
    const Ref place = fit->first == 0
                          ? build_mul(b, x, scale)
                          : build_fma(b, x, scale, build_constant(b, -fit->first / fit->width));
    const Ref index = prog_add_typed(b->prog, OP_TOINT, TYPE_I32, place, 0, 0);
    for (int i = 0; i < n; i++) bits[i] = bits_from_value(b->type, fit->center[i]);
    const Ref t = build_sub(b, x, look_up(b, bits, n, index));
    Ref sum = 0;
    for (int k = fit->n_p - 1; k >= 0; k--) {
        for (int i = 0; i < n; i++)
            bits[i] = bits_from_value(b->type, quad_round(fit->p[i][k], b->type));
        const Ref c = look_up(b, bits, n, index);
        sum = k == fit->n_p - 1 ? c : build_fma(b, sum, t, c);
    }
    for (int k = 0; k < frame->curve.zero_order; k++) sum = build_mul(b, sum, x);
    *result = sum;
    return true;
}
