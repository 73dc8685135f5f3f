/* Functions with f(x) + f(q^2/x) = c for positive x, as an arc tangent: large arguments by their reciprocals, one division for
   all. Of functions with a symmetry about 0 only |x| counts. */
#include "search/frame.h"

#include <math.h>
#include <stdio.h>

static bool plain_value(void *context, Quad x, Quad *f, double *weight)
{
    return problem_value(context, x, f, weight);
}

/* -- looking ------------------------------------------------------------------------------- */

/* Where f is half of c, between 0 and infinity: bisection over exponents, then secants. */
static bool find_fixed_point(ProblemValue *value, Quad c, Quad *q)
{
    double weight, lo = 0x1p-40, hi = 0x1p40;
    Quad f_lo, f_hi, f;
    if (!problem_value(value, lo, &f_lo, &weight) || !problem_value(value, hi, &f_hi, &weight))
        return false;
    if ((f_lo < c / 2) == (f_hi < c / 2)) return false;
    for (int i = 0; i < 60; i++) {
        const double middle = sqrt(lo * hi);
        if (!problem_value(value, middle, &f, &weight)) return false;
        *((f < c / 2) == (f_lo < c / 2) ? &lo : &hi) = middle;
    }
    Quad x0 = lo, x1 = (Quad)lo * (1 + 0x1p-30), f0, f1;
    for (int i = 0; i < 5; i++) {
        if (!problem_value(value, x0, &f0, &weight) || !problem_value(value, x1, &f1, &weight))
            return false;
        if (f1 == f0) break;
        const Quad next = x1 - (f1 - c / 2) * (x1 - x0) / (f1 - f0);
        x0 = x1;
        x1 = next;
    }
    *q = x1;
    return *q > 0;
}

static bool is_reflected(const Frame *frame, ProblemValue *value)
{
    enum { PROBES = 9 };
    const Quad square = frame->step;
    for (int i = 0; i < PROBES; i++) {
        const double x = exp2(1.7 * i - 5.1);
        Quad near, far;
        double weight;
        if (!problem_value(value, x, &near, &weight)) return false;
        if (!problem_value(value, square / x, &far, &weight)) return false;
        if (quad_abs(near + far - frame->gain) > 1e-24 * quad_abs(frame->gain)) return false;
    }
    return true;
}

static int find_mirror(ProblemValue *value)
{
    bool is_even = true, is_odd = true;
    for (double x = 0.3; x < 50; x *= 3) {
        Quad left, right;
        double weight;
        if (!problem_value(value, -x, &left, &weight)) return 0;
        if (!problem_value(value, x, &right, &weight)) return 0;
        is_even &= quad_abs(left - right) <= 1e-28 * quad_abs(right);
        is_odd &= quad_abs(left + right) <= 1e-28 * quad_abs(right);
    }
    return is_even ? 1 : is_odd ? -1 : 0;
}

static bool reciprocal_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    ProblemValue value = {problem, oracle};
    Quad at_zero, far, q;
    double weight;
    if (goal->type == TYPE_REAL || !problem->may[OP_DIV]) return false;
    frame->lo = domain->is_all ? -INFINITY : domain->lo;
    frame->hi = domain->is_all ? INFINITY : domain->hi;
    frame->mirror = frame->lo < 0 ? find_mirror(&value) : 0;
    if (frame->lo < 0 && frame->mirror == 0) return false;
    if (!problem_value(&value, 0, &at_zero, &weight)) return false;
    if (!problem_value(&value, 1e300, &far, &weight)) return false;
    frame->gain = at_zero + far;
    if (frame->gain == 0 || !find_fixed_point(&value, frame->gain, &q)) return false;
    frame->step = q * q;
    if (quad_abs(frame->step - 1) < 1e-20) frame->step = 1;
    frame->shift = frame->step == 1 ? 1 : q;
    if (fmax(frame->hi, -frame->lo) < 1.5 * (double)q || !is_reflected(frame, &value)) return false;
    const double reach = 1.0001 * (double)q;
    return curve_init(&frame->curve, 0, reach, plain_value, &value);
}

/* -- centres ------------------------------------------------------------------------------------ */

/* Where in addition f(x) = f(c) + f((x - c)/(1 + x*c/q^2)), a few centres c bring x near 0: none below 0.42*q, one in each of
   three octaves from there on, one for all beyond. x - c is exact where that counts, since x and c are within a factor
   of 2, and r is so much smaller than the result that what its division loses counts little. Or x is rounded to multiples of
   0.26*q, which tells the centre in two operations less: none for the first two, one for each of the next five, one for all beyond. */
enum { CENTRES_BY_OCTAVE, CENTRES_BY_MULTIPLE, N_CENTRE_WAYS };
static const double FIRST_OCTAVE = 0.42, MULTIPLE = 0.26;
static const struct {
    const char *name;
    double centre[CENTRES_MAX], reach; /* in q */
} WAYS[N_CENTRE_WAYS] = {
    [CENTRES_BY_OCTAVE] = {"centres ", {0, 0.53, 1.06, 2.12, 6.5, 6.5, 6.5, 6.5}, 0.4205},
    [CENTRES_BY_MULTIPLE] = {"even centres ", {0, 0, 0.45, 0.75, 1.02, 1.28, 1.54, 3}, 0.3905},
};

static bool adds_up(const Frame *frame, ProblemValue *value)
{
    for (double c = 0.3; c < 4; c *= 1.7) {
        for (double x = 0.17; x < 9; x *= 2.3) {
            const Quad r = ((Quad)x - c) / (1 + (Quad)x * c / frame->step);
            Quad f_x, f_c, f_r;
            double weight;
            if (!problem_value(value, x, &f_x, &weight)) return false;
            if (!problem_value(value, c, &f_c, &weight)) return false;
            if (!problem_value(value, r, &f_r, &weight)) return false;
            if (quad_abs(f_c + f_r - f_x) > 1e-24 * quad_abs(f_x)) return false;
        }
    }
    return true;
}

/* A centre near c where f is nearly a value of the type (Gal's accurate tables), so that one table serves. */
static double find_centre(ProblemValue *value, Type type, double c, double *f_c)
{
    enum { TRIES = 400 };
    const int64_t start = ordered_from_value(type, c);
    double best = c, least = INFINITY;
    for (int i = 0; i < TRIES; i++) {
        const double at = value_from_ordered(type, start + i);
        Quad f;
        double weight;
        if (!problem_value(value, at, &f, &weight)) continue;
        const double rounded = quad_round(f, type), miss = fabs((double)(f - rounded));
        if (miss >= least) continue;
        least = miss;
        best = at;
        *f_c = rounded;
    }
    return best;
}

static bool reciprocal_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    ProblemValue value = {problem, oracle};
    const Type narrow = problem->goal.type == TYPE_F64 ? TYPE_F64 : TYPE_F32;
    const double q = (double)frame->shift;
    if (frame->curve.parity >= 0 || !adds_up(frame, &value)) return false;
    frame->n_centres = CENTRES_MAX;
    frame->is_by_multiple = variant == CENTRES_BY_MULTIPLE;
    for (int i = 1; i < CENTRES_MAX; i++) {
        const double c = q * WAYS[variant].centre[i];
        if (c > 0) frame->centre[i] = find_centre(&value, narrow, c, &frame->at_centre[i]);
    }
    snprintf(frame->way, sizeof frame->way, "%s", WAYS[variant].name);
    return curve_init(&frame->curve, 0, WAYS[variant].reach * q, plain_value, &value);
}

static Ref look_up(Builder *b, Ref index, const double *value)
{
    uint64_t bits[CENTRES_MAX];
    for (int i = 0; i < CENTRES_MAX; i++) bits[i] = bits_from_value(b->type, value[i]);
    const int table = prog_add_table(b->prog, b->type, CENTRES_MAX, bits);
    return prog_add_typed(b->prog, OP_LOOKUP, b->type, index, (Ref)table, 0);
}

/* The octaves from the first edge on, by exponent once x is divided by the edge: a difference of bits does. */
static Ref centre_index(const Frame *frame, Builder *b, Ref size)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const double edge = FIRST_OCTAVE * (double)frame->shift / 2;
    Ref held = build_at_least(b, size, edge);
    held = build_at_most(b, held, edge * 20);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, held, 0, 0);
    const Ref first =
        prog_add_bits(prog, integer, bits_from_value(b->type, quad_round(edge, b->type)));
    const Ref above = prog_add(prog, OP_ISUB, bits, first, 0);
    const Ref count = prog_add_bits(prog, integer, (uint64_t)type_info(b->type)->precision - 1);
    return prog_add(prog, OP_LSHR, above, count, 0);
}

/* The nearest multiple, in the low bits of a sum. */
static Ref centre_multiple(const Frame *frame, Builder *b, Ref size)
{
    const double step = MULTIPLE * (double)frame->shift;
    const Ref held = build_at_most(b, size, (CENTRES_MAX - 1) * step);
    const Ref magic = build_constant(b, ldexp(1.5, type_info(b->type)->precision - 1));
    const Ref sum = build_fma(b, held, build_constant(b, 1 / (Quad)step), magic);
    return prog_add_typed(b->prog, OP_BITCAST, frame_int_type(b->type), sum, 0, 0);
}

static void centres_open(const Frame *frame, Builder *b, FrameState *state)
{
    Ref size = frame->mirror != 0 ? prog_add(b->prog, OP_ABS, state->x, 0, 0) : state->x;
    /* The quotient of infinities is no number. */
    if (isinf(frame->hi)) size = build_at_most(b, size, 0x1p60);
    state->n = frame->is_by_multiple ? centre_multiple(frame, b, size) : centre_index(frame, b, size);
    const Ref c = look_up(b, state->n, frame->centre);
    const Ref slope = frame->step == 1 ? c : build_mul(b, c, build_constant(b, 1 / frame->step));
    const Ref below = build_fma(b, size, slope, build_constant(b, 1));
    state->r = build_div(b, build_sub(b, size, c), below);
}

/* -- writing ----------------------------------------------------------------------------------- */

/* r = x/1 or -q^2/x (q^2/x where the curve is not odd). */
static void reciprocal_open(const Frame *frame, Builder *b, FrameState *state)
{
    if (frame->n_centres > 0) {
        centres_open(frame, b, state);
        return;
    }
    Prog *prog = b->prog;
    const bool is_odd = frame->curve.parity < 0;
    const Ref size = frame->mirror != 0 ? prog_add(prog, OP_ABS, state->x, 0, 0) : state->x;
    const Ref is_large = prog_add(prog, OP_LT, build_constant(b, frame->shift), size, 0);
    const Ref top = build_constant(b, is_odd ? -frame->step : frame->step);
    const Ref above = prog_add(prog, OP_SELECT, is_large, top, size);
    const Ref below = prog_add(prog, OP_SELECT, is_large, size, build_constant(b, 1));
    state->n = is_large;
    state->r = build_div(b, above, below);
}

static Ref with_sign(const Frame *frame, Builder *b, const FrameState *state, Ref y)
{
    if (frame->mirror >= 0) return y;
    return build_sign_of(b, state->x, y); /* y may be negative, as for -atan(x) */
}

static Ref reciprocal_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    Prog *prog = b->prog;
    if (frame->n_centres > 0) {
        const Ref sum = build_add(b, look_up(b, state->n, frame->at_centre), y.hi);
        return with_sign(frame, b, state, sum);
    }
    const Ref c = build_constant(b, frame->gain);
    if (frame->curve.parity < 0) {
        const Ref added = prog_add(prog, OP_SELECT, state->n, c, build_constant(b, 0));
        return with_sign(frame, b, state, build_add(b, y.hi, added));
    }
    const Ref other = build_sub(b, c, y.hi);
    return with_sign(frame, b, state, prog_add(prog, OP_SELECT, state->n, other, y.hi));
}

const FrameRow FRAME_RECIPROCAL = {"reciprocal ",    reciprocal_detect, reciprocal_open,
                                   reciprocal_close, reciprocal_vary,   N_CENTRE_WAYS};
