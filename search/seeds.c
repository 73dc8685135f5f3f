#include "search/seeds.h"

#include "search/frame_gamma.h"
#include "search/polish.h"
#include "search/score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEGREE_MAX = 44,      /* coefficients of a polynomial */
    RATIONAL_MAX = 9,     /* coefficients above and below */
    DEGREES_PER_SEED = 3, /* with a chance to meet the bound; more are only slower */
    TUNE_EVALUATIONS = 1500,
};

/* The ways to evaluate a form for each type of goal. */
typedef struct {
    Type goal;
    Shape shape;
} ShapeRow;

static const ShapeRow SHAPES[] = {
    {TYPE_F16, {TYPE_F32, SCHEME_HORNER, 0, false}},
    {TYPE_F16, {TYPE_F32, SCHEME_SPLIT, 0, false}},
    {TYPE_F16, {TYPE_F32, SCHEME_ESTRIN, 0, false}},
    {TYPE_F16, {TYPE_F64, SCHEME_HORNER, 0, false}},
    {TYPE_BF16, {TYPE_F32, SCHEME_HORNER, 0, false}},
    {TYPE_BF16, {TYPE_F32, SCHEME_SPLIT, 0, false}},
    {TYPE_BF16, {TYPE_F32, SCHEME_ESTRIN, 0, false}},
    {TYPE_BF16, {TYPE_F64, SCHEME_HORNER, 0, false}},
    {TYPE_F32, {TYPE_F32, SCHEME_HORNER, 0, false}},
    {TYPE_F32, {TYPE_F32, SCHEME_SPLIT, 0, false}},
    {TYPE_F32, {TYPE_F32, SCHEME_ESTRIN, 0, false}},
    {TYPE_F32, {TYPE_F32, SCHEME_HORNER, 1, true}},
    {TYPE_F32, {TYPE_F32, SCHEME_HORNER, 2, true}},
    {TYPE_F32, {TYPE_F64, SCHEME_HORNER, 0, false}},
    {TYPE_F32, {TYPE_F64, SCHEME_SPLIT, 0, false}},
    {TYPE_F32, {TYPE_F64, SCHEME_ESTRIN, 0, false}},
    {TYPE_F64, {TYPE_F64, SCHEME_HORNER, 0, false}},
    {TYPE_F64, {TYPE_F64, SCHEME_SPLIT, 0, false}},
    {TYPE_F64, {TYPE_F64, SCHEME_ESTRIN, 0, false}},
    {TYPE_F64, {TYPE_F64, SCHEME_HORNER, 1, true}},
    {TYPE_F64, {TYPE_F64, SCHEME_HORNER, 1, false}},
    {TYPE_F64, {TYPE_F64, SCHEME_HORNER, 2, true}},
    {TYPE_F64, {TYPE_F64, SCHEME_HORNER, 2, false}},
    {TYPE_F64, {TYPE_F64, SCHEME_HORNER, 4, false}},
    {TYPE_F64, {TYPE_F64, SCHEME_HORNER, 8, false}},
    {TYPE_F64, {TYPE_F64, SCHEME_HORNER, DEGREE_MAX, false}},
};

/* A periodic function in the goal's own type, by sums of two: half as dear as all else, and of many roundings. */
static bool is_carried_period(const Frame *frame)
{
    return frame->has_rest || (frame->is_folded && frame->is_narrow_only);
}

/* What tables leave is so small that low polynomials do. What a function comes short of its limit by falls so fast that a
   root of it is smoother. */
static bool suits(const Frame *frame, const Form *form)
{
    if (frame->wants_sum && form->h0 == 0 && form->h1 == 0) return false;
    const bool is_about_mean = form->h0 != 0 && form->h1 == 0 && form->g_power == 0;
    if (is_about_mean && !frame->takes_pair) return false;
    const bool is_plain = form->outer == OUTER_NONE;
    const bool is_power = form->outer == OUTER_SQUARE || form->outer == OUTER_FOURTH;
    const bool has_limit = frame->joint > 0 && frame->table_bits == 0 && frame->from == 0;
    if (has_limit && (form->is_rational || !(frame->is_by_exp ? is_plain : is_power))) return false;
    if (frame->decay.slow_in == SLOW_OVER_V && (!form->is_rational || form->center != 0))
        return false;
    if (is_carried_period(frame) && (form->t_slope == 0 || form->is_rational)) return false;
    return frame->table_bits == 0 || (!form->is_rational && form->outer == OUTER_NONE);
}

/* Does G of a decay fall like a power of v, so that quotients suit it and polynomials hardly do? Where they are had in the goal's
   type nothing else is as cheap. */
static bool calls_for_quotients(const Frame *frame)
{
    const Decay *const decay = &frame->decay;
    if (frame->row != &FRAME_DECAY) return false;
    const bool falls = decay->growth < decay->power - 0.5;
    return decay->slow_in == SLOW_OVER_V ||
           (decay->slow_in == SLOW_IN_V && decay->is_loose && falls);
}

/* Frames that keep tight bounds in the goal's own type, which no other frame of these functions comes near: reciprocals of sums with
   an exponential, and odd sums of one and its reciprocal. */
static bool is_cheapest(const Frame *frame)
{
    const bool is_logistic =
        frame->row == &FRAME_DECAY && frame->decay.slow_in == SLOW_IS_LOGISTIC && frame->is_exact;
    return is_logistic || (frame->row == &FRAME_HYPERBOLIC && frame->is_signed);
}

/* A slope shared with what is fitted about the middle: quotients, too, lose little to rounding then, and have the fewest
   operations and the shortest chain. */
static bool is_shared_at_end(const Form *form)
{
    return form->t_power == 1 && form->t_center != 0;
}

/* Forms are added in this order. */
typedef enum { TURN_CALLED_FOR, TURN_POLYNOMIALS, TURN_QUOTIENTS } Turn;

static Turn turn_of(const Frame *frame, const Form *form)
{
    if (is_carried_period(frame)) return TURN_CALLED_FOR;
    if (is_cheapest(frame) && !form->is_rational) return TURN_CALLED_FOR;
    if (frame->row == &FRAME_PLAIN && is_shared_at_end(form)) return TURN_CALLED_FOR;
    if (!form->is_rational) return TURN_POLYNOMIALS;
    return calls_for_quotients(frame) ? TURN_CALLED_FOR : TURN_QUOTIENTS;
}

/* The forms of a frame that come first are the likely ones, so no frame waits for all forms of another. */
static void add_forms(Seeds *seeds, const int *n_forms, const Problem *problem, Turn turn)
{
    for (int k = 0; k < FORMS_MAX; k++) {
        for (int f = 0; f < seeds->n_frames; f++) {
            const Form *const form = &seeds->form[f][k];
            if (k >= n_forms[f] || turn_of(&seeds->frame[f], form) != turn) continue;
            if (form->is_rational && !problem->may[OP_DIV]) continue;
            if (suits(&seeds->frame[f], form))
                seeds->seed[seeds->n++] = (Seed){f, k, false, {0}, false};
        }
    }
}

static void add_tables(Seeds *seeds, int n_reach, bool is_wide)
{
    for (int f = 0; f < seeds->n_frames; f++) {
        TableKind kind[TABLE_KINDS_MAX];
        const int n = table_kinds(&seeds->frame[f], is_wide ? n_reach / 2 : n_reach, kind);
        for (int k = 0; k < n; k++) seeds->seed[seeds->n++] = (Seed){f, 0, true, kind[k], is_wide};
    }
}

/* Polynomials early: they are the cheap ones, and quickly made; but where one permutation reaches a long table, nothing is as
   cheap as that. Tables in f64 are the last resort, since lookups there cost most. */
void seeds_init(Seeds *seeds, const Problem *problem, Oracle *oracle)
{
    memset(seeds, 0, sizeof *seeds);
    if (problem->goal.n_variables != 1) return;
    const Type narrow = problem->goal.type;
    int n_forms[FRAMES_MAX];
    seeds->n_frames = frame_list(seeds->frame, problem, oracle);
    for (int f = 0; f < seeds->n_frames; f++)
        n_forms[f] = form_list(seeds->form[f], &seeds->frame[f].curve, narrow);
    const int n_reach = table_reach(problem);
    const bool is_f64 = problem->goal.type == TYPE_F64;
    const bool are_tables_cheap = !is_f64 && n_reach >= TABLE_ENTRIES_MAX;
    add_forms(seeds, n_forms, problem, TURN_CALLED_FOR);
    if (are_tables_cheap) add_tables(seeds, n_reach, false);
    add_forms(seeds, n_forms, problem, TURN_POLYNOMIALS);
    if (!are_tables_cheap) add_tables(seeds, n_reach, is_f64);
    seeds->n_quick = seeds->n;
    add_forms(seeds, n_forms, problem, TURN_QUOTIENTS);
    if (!is_f64) add_tables(seeds, n_reach, true);
}

/* What one seed's making needs at every step. */
typedef struct {
    const Problem *problem;
    const Frame *frame;
    const Form *form;
    bool want_all;
    double most_cost; /* of the best so far; what costs much more is left alone */
    Rng *rng;
    const Deadline *deadline;
    CandidateList *out;
} Maker;

static bool is_stopped(const Maker *maker) { return deadline_is_over(maker->deadline); }

/* "seed log zero 7/2 estrin f64": frame, form, degrees, scheme with levels of compensation, type. */
static void name_candidate(const Maker *maker, const Minimax *fit, const Shape *shape,
                           Candidate *candidate)
{
    Text text = {0};
    text_add(&text, "seed %s%s%s %d", maker->frame->row->name, maker->frame->way, maker->form->name,
             fit->n_p - 1);
    if (fit->n_q > 0) text_add(&text, "/%d", fit->n_q);
    text_add(&text, " %s", scheme_name(shape->scheme));
    if (shape->levels > 0) text_add(&text, "+%d", shape->levels);
    if (shape->type != maker->problem->goal.type)
        text_add(&text, " %s", type_info(shape->type)->name);
    strncpy(candidate->origin, text_get(&text), sizeof candidate->origin - 1);
    text_release(&text);
}

/* What the table finds so much dearer may yet be faster by the clock. */
static const double NEARLY_AS_CHEAP = 1.2;

/* And this dear nothing is of use beside what was looked at closely. */
static const double HOPELESSLY_DEAR = 2;

/* Of those known to meet the bound with some margin. */
static double least_cost(const Maker *maker)
{
    double least = maker->most_cost;
    for (int i = 0; i < maker->out->n; i++)
        if (maker->out->item[i].error <= POLISH_PART * maker->problem->limit)
            least = fmin(least, maker->out->item[i].cost);
    return least;
}

/* Scores a candidate, tunes it if it is near the bound, and hands it out. */
static void keep(const Maker *maker, Candidate *candidate)
{
    const Problem *problem = maker->problem;
    score_repair(problem, &candidate->prog);
    score_cost(problem, candidate);
    const double too_dear = problem->is_rounding ? NEARLY_AS_CHEAP : HOPELESSLY_DEAR;
    if (!maker->want_all && candidate->cost >= too_dear * maker->most_cost) return;
    score_error(problem, candidate, maker->want_all ? INFINITY : 64 * problem->limit);
    if (!isfinite(candidate->error)) return;
    /* Steps of single constants against the true error, where rounding is what keeps it from the bound. What costs more than
       the best is kept for safety only. */
    const bool is_dear = candidate->cost > NEARLY_AS_CHEAP * least_cost(maker) && !maker->want_all;
    /* Of a reduction in the goal's type the errors are the sum of many roundings: what constants gain on a sample is lost
       elsewhere. */
    const bool is_noisy = is_carried_period(maker->frame) || maker->frame->joint > 0 ||
                          maker->frame->decay.slow_in == SLOW_OVER_V;
    const double target = (is_dear || is_noisy ? 1 : POLISH_PART) * problem->limit;
    polish_if_near(problem, candidate, target, 4, TUNE_EVALUATIONS, maker->rng);
    *candidate_list_add(maker->out) = *candidate;
}

static void make_shape(const Maker *maker, const Minimax *fit, const Shape *shape)
{
    const Problem *problem = maker->problem;
    const Type type = problem->goal.type;
    const bool is_wide_only = maker->frame->needs_wide || problem->is_rounding || problem->keeps_wide;
    if (is_wide_only && shape->type == type) return;
    if (maker->frame->is_narrow_only && shape->type != type) return;
    if ((maker->frame->table_bits > 0 || maker->frame->wants_sum) && shape->levels > 0) return;
    const bool has_kernels = maker->frame->gamma.log.n > 0;
    const bool is_short = fit->n_p < 4 && fit->n_q < 4 && !has_kernels;
    if (shape->scheme != SCHEME_HORNER && is_short) return;
    if (shape->scheme == SCHEME_ESTRIN && maker->frame->decay.slow_in == SLOW_OVER_V) return;
    Candidate candidate = {0};
    prog_init(&candidate.prog);
    Builder b = {&candidate.prog,         shape->type,   problem->may[OP_FMA],
                 problem->may[OP_SCALEF], shape->scheme, has_kernels};
    FrameState state;
    RefPair y;
    const bool as_pair = maker->frame->takes_pair;
    frame_open(maker->frame, problem, &b, &state);
    if (!form_build(&b, maker->form, &maker->frame->curve, fit, shape, state.r, as_pair, &y))
        return;
    if (has_kernels &&
        !prog_has_room(&candidate.prog, gamma_room_to_close(&maker->frame->gamma, b.has_fma)))
        return;
    frame_close(maker->frame, problem, &b, &state, y);
    prog_prune(&candidate.prog);
    if (!problem_allows(problem, &candidate.prog)) return;
    name_candidate(maker, fit, shape, &candidate);
    keep(maker, &candidate);
}

static void make_shapes(const Maker *maker, const Minimax *fit)
{
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++)
        if (SHAPES[i].goal == maker->problem->goal.type && !is_stopped(maker))
            make_shape(maker, fit, &SHAPES[i].shape);
}

/* What the fit alone may miss by if the rounded program is to meet the bound. */
static double error_needed(const Problem *problem)
{
    if (problem->is_rounding) return problem->ties.needed;
    const double room = problem->limit - problem->floor;
    return room > 0.02 * problem->limit ? room : 0.02 * problem->limit;
}

static double polynomial_error(const Maker *maker, int n)
{
    Minimax fit;
    return form_fit(&fit, maker->form, &maker->frame->curve, n, 0) == OK ? fit.error : INFINITY;
}

/* The least number of coefficients whose fit is good enough; 0 if none up to DEGREE_MAX, or none in sight. Errors fall
   about geometrically, at first often more slowly: from the last two fits the next one is guessed, a little too low. */
static int first_good(const Maker *maker, double needed)
{
    int low = 1, high = 0; /* too few; enough */
    double last = polynomial_error(maker, low);
    if (last <= needed) return low;
    for (int n = 3; high == 0 && !is_stopped(maker);) {
        const double error = polynomial_error(maker, n);
        if (error <= needed) {
            high = n;
            break;
        }
        const double rate = log(last / error) / (n - low), left = log(error / needed);
        if (n == DEGREE_MAX) return 0;
        if (n > 8 && !(n + left / rate < 3 * DEGREE_MAX)) return 0;
        const double step = rate > 0 ? fmin(6, fmax(1, floor(0.6 * left / rate))) : 1;
        low = n;
        last = error;
        n = n + (int)step < DEGREE_MAX ? n + (int)step : DEGREE_MAX;
    }
    while (high - low > 1 && !is_stopped(maker)) {
        const int n = low + (high - low) / 2;
        if (polynomial_error(maker, n) <= needed)
            high = n;
        else
            low = n;
    }
    return high;
}

static void make_polynomials(const Maker *maker)
{
    const double needed = error_needed(maker->problem);
    const int first = maker->want_all ? 1 : first_good(maker, needed);
    int n_good = 0;
    double last = INFINITY;
    if (first == 0) return;
    for (int n = first; n <= DEGREE_MAX && n_good < DEGREES_PER_SEED && !is_stopped(maker); n++) {
        Minimax fit;
        if (form_fit(&fit, maker->form, &maker->frame->curve, n, 0) != OK) continue;
        if (fit.error >= 0.7 * last) continue; /* of the other parity: the next is as good */
        last = fit.error;
        make_shapes(maker, &fit);
        n_good += fit.error <= needed;
        if (fit.error < 1e-4 * needed) return;
    }
}

/* Along the staircase of nearly equal degrees, by total number of coefficients. */
static void make_rationals(const Maker *maker)
{
    static const int OFFSETS[] = {0, 1, -1, 2};
    const double needed = error_needed(maker->problem);
    int n_good = 0;
    for (int total = 2; total <= 2 * RATIONAL_MAX; total++) {
        bool is_any_good = false;
        for (size_t k = 0; k < sizeof OFFSETS / sizeof *OFFSETS && !is_stopped(maker); k++) {
            /* n_p - 1 - n_q = offset, n_p + n_q = total */
            const int twice = total - 1 - OFFSETS[k];
            const int n_q = twice / 2, n_p = total - n_q;
            if (twice % 2 != 0 || n_q < 1 || n_p < 1) continue;
            Minimax fit;
            if (form_fit(&fit, maker->form, &maker->frame->curve, n_p, n_q) != OK) continue;
            const bool is_good = fit.error <= needed;
            if (is_good || maker->want_all) make_shapes(maker, &fit);
            is_any_good |= is_good;
            if (fit.error < 1e-6 * needed) return;
        }
        n_good += is_any_good;
        if (n_good >= DEGREES_PER_SEED || is_stopped(maker)) return;
    }
}

/* A fit of a table as a program in the type of a shape. */
static void make_table(const Maker *maker, const TablePoints *points, const TableFit *fit,
                       const Shape *shape)
{
    const Problem *problem = maker->problem;
    Candidate candidate = {0};
    prog_init(&candidate.prog);
    Builder b = {&candidate.prog,         shape->type,   problem->may[OP_FMA],
                 problem->may[OP_SCALEF], shape->scheme, false};
    FrameState state;
    RefPair y;
    TableFit *rounded = xmalloc(sizeof *rounded);
    *rounded = *fit;
    const bool is_made = table_round(rounded, points, shape->type) &&
                         table_build(&b, problem, maker->frame, rounded, &state, &y.hi);
    free(rounded);
    if (!is_made) return;
    y.lo = y.hi;
    frame_close(maker->frame, problem, &b, &state, y);
    prog_prune(&candidate.prog);
    if (!problem_allows(problem, &candidate.prog)) return;
    snprintf(candidate.origin, sizeof candidate.origin, "seed table%s%s %d x %d %s",
             fit->kind.spacing == SPACING_GEOMETRIC ? " geometric" : "",
             fit->kind.has_chords ? " chords" : "", fit->layout.n_entries, fit->n_p - 1,
             type_info(shape->type)->name);
    keep(maker, &candidate);
}

/* One kind of table, the lowest degrees that serve. */
static void make_tables(const Maker *maker, const TableKind *kind, bool is_wide)
{
    const Problem *problem = maker->problem;
    const double needed = error_needed(problem);
    TablePoints *points = table_points_new(problem, maker->frame, kind);
    TableFit *fit = xcalloc(1, sizeof *fit);
    int n_good = 0;
    for (int n = 2; n <= TABLE_COEFFICIENTS_MAX && n_good < 2 && !is_stopped(maker); n++) {
        if (!table_fit(fit, points, n) || fit->error > needed) continue;
        n_good++;
        for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
            const Shape *shape = &SHAPES[i].shape;
            if (SHAPES[i].goal != problem->goal.type) continue;
            if ((shape->type == TYPE_F64) != is_wide) continue;
            if (shape->scheme != SCHEME_HORNER || shape->levels > 0) continue;
            if (problem->is_rounding && shape->type == problem->goal.type) continue;
            make_table(maker, points, fit, shape);
        }
    }
    free(fit);
    table_points_free(points);
}

void seeds_make(const Seeds *seeds, const Problem *problem, int index, bool want_all,
                double most_cost, Rng *rng, const Deadline *deadline, CandidateList *out)
{
    const Seed *seed = &seeds->seed[index];
    const Maker maker = {problem,
                         &seeds->frame[seed->frame],
                         &seeds->form[seed->frame][seed->form],
                         want_all,
                         most_cost,
                         rng,
                         deadline,
                         out};
    if (seed->is_table)
        make_tables(&maker, &seed->table, seed->is_wide);
    else if (maker.form->is_rational)
        make_rationals(&maker);
    else
        make_polynomials(&maker);
}
