#include "search/seed_table.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { POINTS = 28 };

/* Points of one segment in increasing order: of x, and what of f the polynomial does not have to give. */
typedef struct {
    int n;
    Quad t[POINTS], x[POINTS], f[POINTS];
    double weight[POINTS];
    double chord;
} SegmentPoints;

typedef struct {
    TableLayout layout;
    SegmentPoints segment[TABLE_SEGMENTS_MAX];
} LayoutPoints;

struct TablePoints {
    TableKind kind;
    int zero_order, n;
    LayoutPoints *layout;
};

/* -- kinds --------------------------------------------------------------------------------------------- */

static bool is_foldable(const Frame *frame)
{
    return frame->curve.parity != 0 && frame->lo == -frame->hi && !frame->same_lo &&
           !frame->same_hi;
}

int table_kinds(const Frame *frame, int n_reach, TableKind *kind)
{
    const Curve *curve = &frame->curve;
    int n = 0;
    if (frame->row != &FRAME_PLAIN || curve->n_zeros > 0 || curve->zero_order > 2) return 0;
    int least = TABLE_ENTRIES_MIN;
    while (least < n_reach && least < TABLE_ENTRIES_MAX) least *= 2;
    for (int entries = least; entries <= TABLE_ENTRIES_MAX; entries *= 2) {
        for (int s = 0; s < SPACING_COUNT; s++) {
            const bool is_folded = is_foldable(frame);
            const TableKind plain = {(Spacing)s, entries, is_folded, false};
            kind[n++] = plain;
            if (!is_folded || curve->zero_order != 1) continue;
            kind[n] = plain;
            kind[n++].has_chords = true;
        }
    }
    assert(n <= TABLE_KINDS_MAX && "room for every kind");
    return n;
}

/* -- points -------------------------------------------------------------------------------------------- */

/* Chebyshev points of each segment widened by what rounding of the index may move its ends. */
static void place_points(LayoutPoints *at, ProblemValue *value, double lo, double hi)
{
    for (int i = 0; i < at->layout.n_used; i++) {
        const double from = at->layout.from[i], width = at->layout.to[i] - from;
        SegmentPoints *s = &at->segment[i];
        for (int k = 0; k < POINTS; k++) {
            const double c = -1.001 * cos(M_PI * k / (POINTS - 1));
            const double x = fmin(fmax(from + width / 2 * (1 + c), lo), hi);
            const int n = s->n;
            if (x == 0 || (n > 0 && s->x[n - 1] == x)) continue;
            if (!problem_value(value, x, &s->f[n], &s->weight[n])) continue;
            s->x[n] = x;
            s->t[n] = (Quad)x - at->layout.center[i];
            s->n++;
        }
    }
}

/* The centre moved a little to where the chord's nearest float is nearly the chord, so that the polynomial needs no
   constant term; only where a table gives the centre. */
static void place_chord(TableLayout *layout, int i, ProblemValue *value, double *chord)
{
    enum { STEPS = 24 };
    const double middle = layout->center[i], width = layout->to[i] - layout->from[i];
    const double grain = exp2(floor(log2(width)) - 8);
    double least = INFINITY;
    const bool is_fixed = layout->spacing == SPACING_EVEN;
    for (int k = is_fixed ? 0 : -STEPS; k <= (is_fixed ? 0 : STEPS); k++) {
        const double c = middle + k * grain;
        Quad f;
        double weight;
        if (!problem_value(value, c, &f, &weight)) continue;
        const double nearest = quad_round(f / c, TYPE_F32);
        const double miss = fabs((double)(f - (Quad)nearest * c)) * weight;
        if (!(miss < least)) continue;
        least = miss;
        *chord = nearest;
        layout->center[i] = c;
    }
}

/* Of the slope at 0 a power of two is taken, which multiplies without loss even what becomes subnormal; the polynomial
   has the rest. */
static void place_chords(LayoutPoints *at, ProblemValue *value, double slope)
{
    for (int i = 0; i < at->layout.n_used; i++) {
        double *chord = &at->segment[i].chord;
        if (at->layout.center[i] == 0)
            *chord = power_of_two_near(slope);
        else
            place_chord(&at->layout, i, value, chord);
    }
}

TablePoints *table_points_new(const Problem *problem, const Frame *frame, const TableKind *kind)
{
    TableLayout *layout = xcalloc(TABLE_LAYOUTS_MAX, sizeof *layout);
    TablePoints *points = xcalloc(1, sizeof *points);
    Oracle *oracle =
        oracle_new(&problem->goal.reference, problem->goal.exact, problem->goal.n_exact);
    ProblemValue value = {problem, oracle};
    const double lo = kind->is_folded ? 0 : frame->lo;
    points->kind = *kind;
    points->zero_order = frame->curve.zero_order;
    points->n = table_layouts(layout, kind->spacing, lo, frame->hi, kind->n_entries);
    points->layout = xcalloc((size_t)points->n + 1, sizeof *points->layout);
    for (int i = 0; i < points->n; i++) {
        LayoutPoints *at = &points->layout[i];
        at->layout = layout[i];
        if (kind->has_chords) place_chords(at, &value, frame->curve.slope);
        place_points(at, &value, lo, frame->hi);
    }
    oracle_free(oracle);
    free(layout);
    return points;
}

void table_points_free(TablePoints *points)
{
    free(points->layout);
    free(points);
}

/* -- fitting ------------------------------------------------------------------------------------------- */

/* The constant term is 0 where a simple zero is at the centre, and where the chord gives all of it. */
static int first_coefficient(const TablePoints *points, const TableLayout *layout, int i)
{
    if (points->kind.has_chords && layout->spacing == SPACING_GEOMETRIC) return 1;
    return points->zero_order == 1 && layout->center[i] == 0 && layout->from[i] <= 0 &&
           layout->to[i] >= 0;
}

/* The coefficients of segment i from number `first` on, the earlier ones being settled. */
static bool fit_segment(Minimax *best, const TablePoints *points, const LayoutPoints *at, int i,
                        const Quad *settled, int first, int n_p)
{
    const SegmentPoints *s = &at->segment[i];
    Quad g[POINTS], h[POINTS];
    for (int k = 0; k < s->n; k++) {
        const Quad outer = points->zero_order > 1 ? quad_power(s->x[k], points->zero_order) : 1;
        g[k] = outer * quad_power(s->t[k], first);
        h[k] = 0;
        for (int j = first - 1; j >= 0; j--) h[k] = h[k] * s->t[k] + settled[j];
        h[k] *= outer;
        h[k] += s->chord * s->x[k];
    }
    const MinimaxGrid grid = {s->n, s->t, g, h, s->f, s->weight};
    return s->n > n_p && minimax_fit(best, &grid, n_p - first, 0, NULL) == OK;
}

/* All segments; false as soon as one has no fit or an error above `limit`. */
static bool fit_layout(TableFit *fit, const TablePoints *points, const LayoutPoints *at, int n_p,
                       double limit)
{
    fit->kind = points->kind;
    fit->layout = at->layout;
    fit->n_p = n_p;
    fit->error = 0;
    for (int i = 0; i < at->layout.n_used; i++) {
        Minimax best;
        const Quad none[1] = {0};
        const int first = first_coefficient(points, &at->layout, i);
        fit->chord[i] = at->segment[i].chord;
        if (!fit_segment(&best, points, at, i, none, first, n_p) || !(best.error < limit))
            return false;
        fit->p[i][0] = 0;
        for (int k = first; k < n_p; k++) fit->p[i][k] = best.p[k - first];
        fit->error = fmax(fit->error, best.error);
    }
    return true;
}

bool table_fit(TableFit *fit, const TablePoints *points, int n_p)
{
    TableFit *trial = xcalloc(1, sizeof *trial);
    fit->error = INFINITY;
    for (int i = 0; i < points->n; i++)
        if (fit_layout(trial, points, &points->layout[i], n_p, fit->error)) *fit = *trial;
    free(trial);
    return isfinite(fit->error);
}

/* The points of the layout that a fit uses. */
static const LayoutPoints *points_of(const TablePoints *points, const TableFit *fit)
{
    for (int i = 0; i < points->n; i++) {
        const TableLayout *layout = &points->layout[i].layout;
        if (layout->scale == fit->layout.scale && layout->offset == fit->layout.offset &&
            layout->octave_bits == fit->layout.octave_bits)
            return &points->layout[i];
    }
    assert(!"a fit uses one of the layouts");
    return NULL;
}

bool table_round(TableFit *fit, const TablePoints *points, Type type)
{
    const LayoutPoints *at = points_of(points, fit);
    fit->error = 0;
    for (int i = 0; i < fit->layout.n_used; i++) {
        for (int k = first_coefficient(points, &fit->layout, i); k < fit->n_p; k++) {
            Minimax best;
            if (!fit_segment(&best, points, at, i, fit->p[i], k, fit->n_p)) return false;
            fit->p[i][k] = quad_round(best.p[0], type);
            if (k == fit->n_p - 1) fit->error = fmax(fit->error, best.error);
        }
    }
    return true;
}

/* -- writing ------------------------------------------------------------------------------------------- */

/* By Horner's rule, down to the constant term unless that is 0 everywhere. */
static Ref polynomial(Builder *b, const TableFit *fit, TablePlace place)
{
    double value[TABLE_SEGMENTS_MAX];
    const bool has_constant = !fit->kind.has_chords || fit->kind.spacing == SPACING_EVEN;
    Ref sum = 0;
    for (int k = fit->n_p - 1; k >= !has_constant; k--) {
        for (int i = 0; i < fit->layout.n_used; i++) value[i] = quad_round(fit->p[i][k], b->type);
        const Ref c = table_layout_lookup(b, &fit->layout, value, place.index);
        sum = k == fit->n_p - 1 ? c : build_fma(b, sum, place.t, c);
    }
    return has_constant ? sum : build_mul(b, sum, place.t);
}

/* |x| with the far tail cut, as the folded table's variable. */
static void open_folded(Builder *b, const Problem *problem, const Frame *frame, FrameState *state)
{
    state->input = prog_add_input(b->prog, problem->goal.type, "x");
    state->x = build_convert(b, state->input, b->type);
    state->r = prog_add(b->prog, OP_ABS, state->x, 0, 0);
    if (frame->clamps_hi) state->r = build_at_most(b, state->r, frame->hi);
}

bool table_build(Builder *b, const Problem *problem, const Frame *frame, const TableFit *fit,
                 FrameState *state, Ref *result)
{
    if (!prog_has_room(b->prog, 60)) return false;
    if ((fit->n_p + 2) * fit->layout.n_entries > PROG_POOL_MAX) return false;
    if (fit->n_p + 2 > PROG_TABLES_MAX) return false;
    if (fit->kind.is_folded)
        open_folded(b, problem, frame, state);
    else
        frame_open(frame, problem, b, state);
    const TablePlace place = table_layout_build(b, &fit->layout, state->r);
    Ref y = polynomial(b, fit, place);
    if (fit->kind.has_chords)
        y = build_fma(b, state->r, table_layout_lookup(b, &fit->layout, fit->chord, place.index),
                      y);
    for (int k = 0; k < frame->curve.zero_order && frame->curve.zero_order > 1; k++)
        y = build_mul(b, y, state->r);
    *result = fit->kind.is_folded && frame->curve.parity < 0 ? build_sign_of(b, state->x, y) : y;
    return true;
}
