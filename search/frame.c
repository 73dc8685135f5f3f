#include "search/frame.h"

#include "search/quad.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

/* -- tails --------------------------------------------------------------------------- */

typedef enum { TAIL_NONE, TAIL_CONSTANT, TAIL_SAME } Tail;

/* How much of the bound a tail may use up. */
static const double TAIL_SHARE = 0.2;

typedef struct {
    const Problem *problem;
    ProblemValue value;
    Type type;
    Tail tail;
    Quad constant; /* of TAIL_CONSTANT */
    double room;   /* what the tail may miss by, in the measure of the bound */
} TailTest;

/* Does the tail hold at the float with this ordered integer? Values beyond the format's range count as one. */
static bool tail_holds(const TailTest *test, int64_t ordered)
{
    const double x = value_from_ordered(test->type, ordered);
    Quad f;
    double weight;
    if (!problem_value((void *)&test->value, x, &f, &weight)) return false;
    const Quad tail = test->tail == TAIL_SAME ? (Quad)x : test->constant;
    return (double)quad_abs(f - tail) * weight <= test->room;
}

/* A value that is to be hit at the infinity beyond leaves room for what rounds to it; below a power of two half as much does. */
static double room_for_pin(const TailTest *test, double weight)
{
    return TAIL_SHARE * ulp_of(test->type, (double)test->constant) / 2 * weight;
}

/* The float nearest to `inner` from which on (to `end`) the tail holds; `end` itself if nowhere else. A coarse scan
   from the end finds where it first fails, bisection the place. */
static int64_t tail_start(const TailTest *test, int64_t end, int64_t inner)
{
    enum { STEPS = 200 };
    int64_t good = end, bad = inner;
    if (!tail_holds(test, end)) return end;
    for (int i = 1; i <= STEPS; i++) {
        const int64_t at = end + (int64_t)(((__int128)inner - end) * i / STEPS);
        if (!tail_holds(test, at)) {
            bad = at;
            break;
        }
        good = at;
    }
    if (good == bad) return good;
    while (good - bad > 1 || bad - good > 1) {
        const int64_t middle = bad + (good - bad) / 2;
        if (tail_holds(test, middle))
            good = middle;
        else
            bad = middle;
    }
    return good;
}

static bool is_infinite(const TailTest *test, int64_t ordered)
{
    const double x = value_from_ordered(test->type, ordered);
    uint64_t bits;
    return oracle_round(test->value.oracle, &x, test->type, &bits, NULL, NULL) == OK &&
           isinf(value_from_bits(test->type, bits));
}

/* A tail of infinite results: its argument is held where the function is so large that what approximates it there is
   infinite, too, once rounded to the type. False if there is none. */
static bool find_infinite_tail(const TailTest *test, int64_t end, int64_t inner, int64_t *start)
{
    const double past = 1.002 * ldexp(1, type_info(test->type)->emax + 1);
    const bool has_zero = (end < 0) != (inner < 0);
    const int64_t pivot = has_zero ? 0 : inner + (end - inner) / 2;
    int64_t good = end, bad = pivot;
    if (!is_infinite(test, end) || is_infinite(test, pivot)) return false;
    while (good - bad > 1 || bad - good > 1) {
        const int64_t middle = bad + (good - bad) / 2;
        const double x = value_from_ordered(test->type, middle);
        Quad f;
        double weight;
        const bool is_past =
            !problem_value((void *)&test->value, x, &f, &weight) || (double)quad_abs(f) > past;
        if (is_past)
            good = middle;
        else
            bad = middle;
    }
    const double x = value_from_ordered(test->type, good);
    Quad f;
    double weight;
    *start = good;
    return problem_value((void *)&test->value, x, &f, &weight);
}

/* Keep a tail only where it saves a part of the interval worth the operation. */
static bool is_worthwhile(Type type, int64_t end, int64_t start, int64_t other)
{
    const double x_end = value_from_ordered(type, end), x_start = value_from_ordered(type, start);
    const double x_other = value_from_ordered(type, other);
    return fabs(x_end / 2 - x_start / 2) > 0.05 * fabs(x_end / 2 - x_other / 2);
}

static Tail find_tail(TailTest *test, FrameTails how, int64_t end, int64_t inner, int64_t *start)
{
    const double x_end = value_from_ordered(test->type, end);
    Quad f_end;
    double weight;
    if (test->type != TYPE_F64 && find_infinite_tail(test, end, inner, start)) return TAIL_CONSTANT;
    *start = end;
    if (!problem_value(&test->value, x_end, &f_end, &weight)) return TAIL_NONE;
    test->constant = f_end;
    test->room = TAIL_SHARE * test->problem->limit;
    if (how == TAILS_HIT && problem_is_pinned(test->problem, copysign(INFINITY, x_end)))
        test->room = fmin(test->room, room_for_pin(test, weight));
    const Tail kinds[] = {TAIL_CONSTANT, TAIL_SAME};
    for (int i = 0; i < 2; i++) {
        test->tail = kinds[i];
        const int64_t at = tail_start(test, end, inner);
        if (!is_worthwhile(test->type, end, at, inner)) continue;
        *start = at;
        return test->tail;
    }
    return TAIL_NONE;
}

bool frame_find_tails(Frame *frame, const Problem *problem, Oracle *oracle, FrameTails how)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    frame->lo = domain->lo;
    frame->hi = domain->hi;
    if (goal->type == TYPE_REAL) return isfinite(domain->hi - domain->lo);
    int64_t first = domain_first(domain, goal->type), last = domain_last(domain, goal->type);
    if (isinf(value_from_ordered(goal->type, first))) first++;
    if (isinf(value_from_ordered(goal->type, last))) last--;
    TailTest test = {problem, {problem, oracle}, goal->type, TAIL_NONE, 0, 0};
    int64_t lo, hi;
    const Tail above = find_tail(&test, how, last, first, &hi);
    const Tail below = find_tail(&test, how, first, hi, &lo);
    if (lo >= hi) return false;
    frame->clamps_hi = above == TAIL_CONSTANT;
    frame->same_hi = above == TAIL_SAME;
    frame->clamps_lo = below == TAIL_CONSTANT;
    frame->same_lo = below == TAIL_SAME;
    frame->lo = value_from_ordered(goal->type, lo);
    frame->hi = value_from_ordered(goal->type, hi);
    return isfinite(frame->hi - frame->lo) && frame->hi > frame->lo;
}

/* -- plain: the function itself between its tails ----------------------------------------- */

static bool plain_between(Frame *frame, const Problem *problem, Oracle *oracle, FrameTails how)
{
    ProblemValue value = {problem, oracle};
    if (!frame_find_tails(frame, problem, oracle, how)) return false;
    return curve_init(&frame->curve, frame->lo, frame->hi, problem_value, &value);
}

/* Constants can be moved so that what is to be hit at infinity is hit at the end of a tail that is only near it (pins.h). */
static bool plain_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    return plain_between(frame, problem, oracle, TAILS_WITHIN_BOUND);
}

static bool plain_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    const double lo = frame->lo, hi = frame->hi;
    snprintf(frame->way, sizeof frame->way, "hitting ");
    return plain_between(frame, problem, oracle, TAILS_HIT) && (frame->lo != lo || frame->hi != hi);
}

static void plain_open(const Frame *frame, Builder *b, FrameState *state) { state->r = state->x; }

static Ref plain_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    return y.hi;
}

const FrameRow FRAME_PLAIN = {"", plain_detect, plain_open, plain_close, plain_vary, 1};

/* -- all of them ---------------------------------------------------------------------------- */

Type frame_int_type(Type type) { return type == TYPE_F64 ? TYPE_I64 : TYPE_I32; }

/* The first `bits` bits of x. */
static Quad truncate_bits(Quad x, int bits)
{
    int exponent;
    (void)frexp((double)x, &exponent);
    const double grain = ldexp(1, exponent - bits);
    return grain * rint((double)(x / grain));
}

/* Cody and Waite: step = a + b + c with n*a and n*b exact, so that r loses only what the last part
   loses. With precision to spare (is_wide) one part is enough unless n is large. With a table n counts the parts of a step
   that it has entries for. */
void frame_reduce(const Frame *frame, Builder *b, FrameState *state, double n_max, bool is_wide)
{
    const Quad step = frame->step * ldexp(1, -frame->table_bits);
    n_max = ldexp(n_max, frame->table_bits);
    const int precision = type_info(b->type)->precision;
    Builder counter = frame_counter(frame, b, state);
    Builder *c = &counter;
    const Ref magic = build_constant(c, ldexp(1.5, type_info(c->type)->precision - 1));
    Ref x = state->x;
    const Quad shift_hi = quad_round(frame->shift, b->type);
    const Ref from = c->type == b->type ? x : state->input;
    const Ref shifted = frame->shift != 0 ? build_sub(c, from, build_constant(c, shift_hi)) : from;
    state->n = build_fma(c, shifted, build_constant(c, 1 / step), magic);
    state->n_float = build_convert(b, build_sub(c, state->n, magic), b->type);
    const int spare = (int)ceil(log2(n_max + 2)) + 1;
    const int n_needed = is_wide && n_max < 300 ? 1 : is_wide ? 3 : 2;
    const int n_parts =
        frame->n_parts > 0 && (!is_wide || frame->is_mixed) ? frame->n_parts : n_needed;
    Quad rest = step;
    state->rest = 0;
    for (int i = 0; i < n_parts && rest != 0; i++) {
        const bool is_last = i == n_parts - 1;
        const Quad part =
            is_last ? (Quad)quad_round(rest, b->type) : truncate_bits(rest, precision - spare);
        if (part == 0) break;
        if (frame->keeps_rest && is_last) {
            state->first = x;
            state->rest = build_mul(b, state->n_float, build_constant(b, -part));
            x = build_add(b, x, state->rest);
        } else {
            x = build_fma(b, state->n_float, build_constant(b, -part), x);
        }
        rest -= part;
    }
    if (frame->shift != 0) x = build_sub(b, x, build_constant(b, shift_hi));
    if (frame->shift != shift_hi) x = build_sub(b, x, build_constant(b, frame->shift - shift_hi));
    state->r = x;
    if (state->rest == 0) state->first = state->rest = x;
}

Ref frame_end_distance(Builder *b, double left, double right, Ref x, Ref a)
{
    const bool is_about_0 = left == -right;
    const double scale = 1 / (right - left);
    if (is_about_0 && scale == power_of_two_near(scale))
        return build_fma(b, a, build_constant(b, -scale), build_constant(b, 0.5));
    Ref distance = build_sub(b, build_constant(b, right), is_about_0 ? a : x);
    if (!is_about_0) {
        const Ref other = left == 0 ? x : build_sub(b, x, build_constant(b, left));
        distance = prog_add(b->prog, OP_MIN, distance, other, 0);
    }
    return scale == 1 ? distance : build_mul(b, distance, build_constant(b, scale));
}

static const FrameRow *const FRAMES[] = {
    &FRAME_PLAIN,        &FRAME_FOLDED,      &FRAME_EXP,          &FRAME_LOGISTIC,
    &FRAME_LOG,          &FRAME_PERIOD,      &FRAME_HUGE,         &FRAME_HALF_ANGLE,
    &FRAME_ROOT,         &FRAME_POWER,       &FRAME_RECIPROCAL,   &FRAME_HYPERBOLIC,
    &FRAME_DECAY,        &FRAME_LOG_TWO,     &FRAME_LOG_OF,       &FRAME_LOG_PLUS,
    &FRAME_SHIFTED_EXP,  &FRAME_SATURATING,  &FRAME_GAMMA,        &FRAME_LOG_GAMMA,
    &FRAME_HUGE_OVER,    &FRAME_PERIOD_OVER, &FRAME_HUGE_SQUARED, &FRAME_PERIOD_SQUARED,
    &FRAME_PERIOD_EXACT, &FRAME_EXP_INVERSE, &FRAME_CYCLE,        &FRAME_HUGE_CYCLE,
};

int frame_list(Frame *frame, const Problem *problem, Oracle *oracle)
{
    int n = 0;
    for (size_t i = 0; i < sizeof FRAMES / sizeof *FRAMES && n < FRAMES_MAX; i++) {
        frame[n] = (Frame){.row = FRAMES[i]};
        if (!frame[n].row->detect(&frame[n], problem, oracle)) continue;
        const Frame *const first = &frame[n++];
        for (int variant = 0; variant < first->row->n_variants && n < FRAMES_MAX; variant++) {
            frame[n] = *first;
            if (first->row->vary(&frame[n], problem, oracle, variant)) n++;
        }
    }
    return n;
}

static void add_input(const Problem *problem, double at, double *x, int *n)
{
    const Domain *domain = &problem->goal.domain[0];
    const Type type = problem->goal.type;
    const double rounded = value_from_bits(type, bits_from_value(type, at));
    if (*n == FRAME_JOINTS_MAX) return;
    if (domain->is_all || (rounded > domain->lo && rounded < domain->hi)) x[(*n)++] = rounded;
}

/* The inputs nearest to a multiple of the step, of all up to the ends: there r is the small difference of large numbers. */
static void add_near_multiples(const Frame *frame, const Problem *problem, double *x, int *n)
{
    enum { KEPT = 40, MULTIPLES = 100000 };
    const Type type = problem->goal.type;
    double kept[KEPT], share[KEPT];
    int n_kept = 0;
    const double first = ceil((double)((frame->lo - frame->shift) / frame->step)),
                 last = floor((double)((frame->hi - frame->shift) / frame->step));
    if (!(last - first < MULTIPLES)) return;
    for (double k = first; k <= last; k++) {
        const Quad multiple = frame->shift + k * frame->step;
        const double nearest = quad_round(multiple, type);
        const double away = (double)(quad_abs(nearest - multiple) / quad_abs(multiple));
        if (nearest == 0 || (n_kept == KEPT && away >= share[KEPT - 1])) continue;
        int at = n_kept < KEPT ? n_kept++ : KEPT - 1;
        for (; at > 0 && share[at - 1] > away; at--) {
            share[at] = share[at - 1];
            kept[at] = kept[at - 1];
        }
        share[at] = away;
        kept[at] = nearest;
    }
    for (int i = 0; i < n_kept; i++) add_input(problem, kept[i], x, n);
}

int frame_joints(const Frame *frame, const Problem *problem, double *x)
{
    enum { PLACES = 4, NEAREST = 20, NEAREST_INNER = 26 };
    const int nearest = frame->inner_factor != 0 ? NEAREST_INNER : NEAREST;
    const bool is_log = frame->from > 0, has_step = frame->step != 0 && frame->row->vary != NULL;
    int n = 0;
    for (int k = 0; k < PLACES && (is_log || has_step); k++) {
        double joint =
            is_log ? ldexp(frame->from, k - 1) : (double)(frame->shift + frame->step * (k - 1.5));
        if (frame->inner_factor != 0) joint = (joint - 1) / frame->inner_factor;
        for (int j = 3; j <= nearest; j++)
            for (int side = -1; side <= 1; side += 2)
                add_input(problem, joint * (1 + side * ldexp(1, -j)), x, &n);
    }
    if (frame->row == &FRAME_PERIOD || frame->inner_row == &FRAME_PERIOD)
        add_near_multiples(frame, problem, x, &n);
    return n;
}

void frame_open(const Frame *frame, const Problem *problem, Builder *b, FrameState *state)
{
    state->input = prog_add_input(b->prog, problem->goal.type, "x");
    /* The ends are values of the goal's type, in which a register holds most. */
    Builder narrow = *b;
    narrow.type = type_info(problem->goal.type)->size >= 4 ? problem->goal.type : b->type;
    state->x = build_convert(&narrow, state->input, narrow.type);
    if (frame->clamps_lo) state->x = build_at_least(&narrow, state->x, frame->lo);
    if (frame->clamps_hi) state->x = build_at_most(&narrow, state->x, frame->hi);
    state->x = build_convert(b, state->x, b->type);
    frame->row->open(frame, b, state);
}

void frame_close(const Frame *frame, const Problem *problem, Builder *b, const FrameState *state,
                 RefPair fitted)
{
    Ref y = frame->row->close(frame, b, state, fitted);
    if (!problem->keeps_wide) y = build_convert(b, y, problem->goal.type);
    assert(!(problem->keeps_wide && (frame->same_lo || frame->same_hi)));
    /* A comparison with NaN is false, so NaN takes the branch that gives it back. */
    Builder narrow = *b;
    narrow.type = problem->goal.type;
    if (frame->same_hi) {
        const Ref inside =
            prog_add(b->prog, OP_LT, state->input, build_constant(&narrow, frame->hi), 0);
        y = prog_add(b->prog, OP_SELECT, inside, y, state->input);
    }
    if (frame->same_lo) {
        const Ref inside =
            prog_add(b->prog, OP_LT, build_constant(&narrow, frame->lo), state->input, 0);
        y = prog_add(b->prog, OP_SELECT, inside, y, state->input);
    }
    b->prog->n = (uint16_t)(y + 1); /* what came after it is unused */
}
