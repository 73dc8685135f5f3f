/* Powers f(x) = c * x^(p/q), found from values. A guess s of x^(-1/q) comes from the bits of x, which are nearly a
   logarithm; s has so few bits that s^q is exact. With w = 1 - x*s^q, which is small,

       f(x) = x^j * s^k * c*(1 - w)^(p/q - j),   j = ceil(p/q), k = j*q - p,

   and only the last factor is approximated: a smooth function of w, about c. No division, no table, and the exponent
   needs no part of its own. */
#include "search/frame.h"

#include "runtime/prog/specials.h"

#include <math.h>

enum { Q_MAX = 8 };

typedef struct {
    ProblemValue value;
    int j;
} PowerValue;

static bool kernel_value(void *context, Quad w, Quad *f, double *weight)
{
    const PowerValue *self = context;
    const Problem *problem = self->value.problem;
    if (!problem_value((void *)&self->value, 1 - w, f, weight)) return false;
    for (int i = 0; i < self->j; i++) *f /= 1 - w;
    const double size = fabs((double)*f);
    const BoundKind kind = problem->goal.bound.kind;
    *weight = (kind == BOUND_ULP ? ldexp(1, type_info(problem->goal.type)->precision) : 1) / size;
    return *f != 0;
}

/* -- looking ------------------------------------------------------------------------------- */

static bool find_exponent(Frame *frame, ProblemValue *value)
{
    enum { PROBES = 7 };
    Quad f_1, f_2;
    double weight;
    if (!problem_value(value, 1, &f_1, &weight) || !problem_value(value, 2, &f_2, &weight))
        return false;
    if (f_1 == 0 || !(f_2 / f_1 > 0)) return false;
    const double exponent = log2((double)(f_2 / f_1));
    int q = 2;
    while (q <= Q_MAX && fabs(q * exponent - rint(q * exponent)) > 1e-13) q++;
    if (q > Q_MAX || exponent <= -1 || exponent > 3) return false;
    const int p = (int)lround(q * exponent);
    if (fabs(exponent - rint(exponent)) < 1e-13) return false; /* a product does it */
    for (int i = 0; i < PROBES; i++) {
        const double x = exp2(9.7 * i - 31.3);
        Quad f;
        if (!problem_value(value, x, &f, &weight)) return false;
        Quad left = quad_power(f / f_1, q), right = quad_power(x, p < 0 ? -p : p);
        if (p < 0) right = 1 / right;
        if (quad_abs(left - right) > 1e-24 * quad_abs(right)) return false;
    }
    frame->numerator = p;
    frame->power = q;
    frame->gain = f_1;
    return true;
}

/* Are the values at -x those at x (1), with the other sign (-1), or is there none (0)? */
static int find_mirror(ProblemValue *value)
{
    Quad left, right;
    double weight;
    if (!problem_value(value, -3, &left, &weight)) return 0;
    if (!problem_value(value, 3, &right, &weight)) return 0;
    return left == right ? 1 : left == -right ? -1 : 0;
}

/* -- the guess --------------------------------------------------------------------------------- */

/* Of the float's bits the upper 32, of which `field` belong to the mantissa; the guess has `kept` of them. */
typedef struct {
    int drop, field, kept, emax;
} GuessShape;

static GuessShape guess_shape(Type type, int q)
{
    const TypeInfo *info = type_info(type);
    const int drop = type == TYPE_F64 ? 32 : 0, field = info->precision - 1 - drop;
    const int bits = info->precision / q - 1;
    return (GuessShape){drop, field, bits < field ? bits : field, info->emax};
}

/* The upper bits of the guess are round(start - slope * upper bits of x). */
static double guess_start(const GuessShape *shape, int q, double shift)
{
    return rint(ldexp(shape->emax * (1 + 1.0 / q) - shift, shape->kept));
}

static double guess_slope(const GuessShape *shape, int q)
{
    return ldexp(1, shape->kept - shape->field) / q;
}

/* 1 - x*s^q for x in [1, 2^q), all there is. */
static void guess_range(const GuessShape *shape, int q, double start, double *least, double *most)
{
    enum { STEPS = 6000 };
    *least = INFINITY, *most = -INFINITY;
    for (int i = 0; i < STEPS; i++) {
        const double octave = floor((double)i * q / STEPS);
        const double mantissa = (double)i * q / STEPS - octave;
        const double upper = ldexp(octave + shape->emax + mantissa, shape->field);
        const double guess = ldexp(rint(start - guess_slope(shape, q) * upper), -shape->kept);
        const double exponent = floor(guess);
        const double s = ldexp(1 + guess - exponent, (int)exponent - shape->emax);
        const double w = 1 - ldexp(1 + mantissa, (int)octave) * pow(s, q);
        *least = fmin(*least, w);
        *most = fmax(*most, w);
    }
}

/* The start with the smallest |w|. */
static double best_start(const GuessShape *shape, int q, double *reach)
{
    enum { STEPS = 80 };
    double best = 0;
    *reach = INFINITY;
    for (int i = 0; i < STEPS; i++) {
        double least, most;
        const double start = guess_start(shape, q, 0.15 * i / STEPS);
        guess_range(shape, q, start, &least, &most);
        if (fmax(-least, most) >= *reach) continue;
        *reach = fmax(-least, most);
        best = start;
    }
    return best;
}

/* -- the frame ----------------------------------------------------------------------------------- */

static int whole_power(const Frame *frame)
{
    return (int)ceil((double)frame->numerator / frame->power);
}

static bool power_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    ProblemValue value = {problem, oracle};
    if (goal->type == TYPE_REAL || !find_exponent(frame, &value)) return false;
    const TypeInfo *info = type_info(goal->type);
    frame->lo = domain->is_all ? -INFINITY : domain->lo;
    frame->hi = domain->is_all ? INFINITY : domain->hi;
    frame->mirror = frame->lo < 0 ? find_mirror(&value) : 0;
    frame->has_outside = frame->lo < 0 && frame->mirror == 0;
    if (frame->has_outside &&
        isinf(frame->lo)) { /* pow(-inf, -1/4) is 0 in C, though no other negative has one */
        uint64_t bits;
        if (oracle_round(oracle, &frame->lo, goal->type, &bits, NULL, NULL) != OK) return false;
        frame->at_infinity = value_from_bits(goal->type, bits);
    }
    const unsigned small = SPECIAL_ZEROS | SPECIAL_DENORMALS;
    const double least = frame->lo > 0                       ? frame->lo
                         : frame->hi < 0                     ? -frame->hi
                         : (goal->excluded & small) == small ? ldexp(1, info->emin)
                                                             : 0;
    const double most = fmax(fabs(frame->lo), fabs(frame->hi));
    /* x and s^q, about 1/x, have to be normal numbers with no bit missing. */
    const bool is_normal = least >= ldexp(1, info->emin) && most <= ldexp(1, info->emax - 3);
    frame->needs_wide = !is_normal || info->precision / frame->power < 5;
    if (frame->needs_wide && goal->type == TYPE_F64) return false;
    double reach[2];
    for (int i = 0; i < 2; i++) {
        const GuessShape shape = guess_shape(i == 0 ? TYPE_F32 : TYPE_F64, frame->power);
        frame->guess[i] = best_start(&shape, frame->power, &reach[i]);
    }
    const bool is_wide_only =
        goal->type == TYPE_F64 || (goal->type == TYPE_F32 && frame->needs_wide);
    const double width = 1.0001 * (is_wide_only ? reach[1] : fmax(reach[0], reach[1]));
    PowerValue kernel = {value, whole_power(frame)};
    frame->takes_pair = true;
    return curve_init(&frame->curve, -width, width, kernel_value, &kernel);
}

static Ref integer_power(Builder *b, Ref x, int k)
{
    Ref y = x;
    for (int i = 1; i < k; i++) y = build_mul(b, y, x);
    return y;
}

static Ref guess(const Frame *frame, Builder *b, Ref size)
{
    Prog *prog = b->prog;
    const GuessShape shape = guess_shape(b->type, frame->power);
    const Type integer = frame_int_type(b->type);
    Ref bits = prog_add_typed(prog, OP_BITCAST, integer, size, 0, 0);
    if (shape.drop > 0) {
        bits = prog_add(prog, OP_LSHR, bits, prog_add_bits(prog, integer, (uint64_t)shape.drop), 0);
        bits = prog_add_typed(prog, OP_ITRUNC, TYPE_I32, bits, 0, 0);
    }
    const double magic = ldexp(1.5, type_info(b->type)->precision - 1);
    const Ref upper = prog_add_typed(prog, OP_TOFLOAT, b->type, bits, 0, 0);
    const Ref start = build_constant(b, magic + frame->guess[b->type == TYPE_F64]);
    const Ref slope = build_constant(b, -guess_slope(&shape, frame->power));
    const Ref z = build_fma(b, upper, slope, start);
    const Ref z_bits = prog_add_typed(prog, OP_BITCAST, integer, z, 0, 0);
    const uint64_t count = (uint64_t)(shape.drop + shape.field - shape.kept);
    const Ref moved = prog_add(prog, OP_SHL, z_bits, prog_add_bits(prog, integer, count), 0);
    return prog_add_typed(prog, OP_BITCAST, b->type, moved, 0, 0);
}

static void power_open(const Frame *frame, Builder *b, FrameState *state)
{
    const Ref size = frame->mirror != 0 ? prog_add(b->prog, OP_ABS, state->x, 0, 0) : state->x;
    const Ref s = guess(frame, b, size);
    const Ref minus = prog_add(b->prog, OP_NEG, integer_power(b, s, frame->power), 0, 0);
    state->n = s;
    state->n_float = size;
    state->r = build_fma(b, minus, size, build_constant(b, 1));
    /* At infinity and in the formula beyond the range of the guess only its sign counts. */
    if (isinf(frame->hi)) state->r = build_at_least(b, state->r, -0.5);
}

/* x^j * s^k; the sign of x goes through odd powers of it. *minus_lo is what rounding it took off, turned round: so zeros keep
   their sign in close. False if nothing was. */
static bool outer_factor(const Frame *frame, Builder *b, const FrameState *state, RefPair *factor)
{
    const int j = whole_power(frame), k = j * frame->power - frame->numerator;
    const bool is_natural = frame->mirror == (j % 2 == 0 ? 1 : -1);
    const Ref x = is_natural ? state->x : state->n_float;
    factor->hi = k > 0 ? integer_power(b, state->n, k) : build_constant(b, 1);
    if (j == 0) return false;
    const Ref s = factor->hi;
    factor->hi = build_mul(b, x, s);
    factor->lo = build_fma(b, prog_add(b->prog, OP_NEG, x, 0, 0), s, factor->hi);
    for (int i = 1; i < j; i++) {
        const Ref y = factor->hi;
        factor->hi = build_mul(b, x, y);
        const Ref lo = build_fma(b, prog_add(b->prog, OP_NEG, x, 0, 0), y, factor->hi);
        factor->lo = build_fma(b, factor->lo, x, lo);
    }
    return true;
}

static bool is_one(const Prog *prog, Ref node)
{
    return prog->node[node].op == OP_CONST &&
           value_from_bits(prog->node[node].type, prog->node[node].value.lo) == 1;
}

/* The result where the size is `at`, else y. */
static Ref where_equal(Builder *b, Ref size, double at, double result, Ref y)
{
    const Ref is_there = prog_add(b->prog, OP_EQ, size, build_constant(b, at), 0);
    return prog_add(b->prog, OP_SELECT, is_there, build_constant(b, result), y);
}

static Ref power_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    Prog *prog = b->prog;
    RefPair factor;
    const bool has_lo = outer_factor(frame, b, state, &factor);
    const bool has_parts = y.lo != y.hi && is_one(prog, y.hi);
    Ref result;
    if (has_parts && has_lo) {
        const Ref minus = prog_add(prog, OP_NEG, factor.hi, 0, 0);
        result = build_sub(b, factor.hi, build_fma(b, minus, y.lo, factor.lo));
    } else if (has_parts) {
        result = build_fma(b, factor.hi, y.lo, factor.hi);
    } else {
        result = build_mul(b, factor.hi, y.lo == y.hi ? y.hi : build_add(b, y.hi, y.lo));
    }
    /* The guess knows neither 0 nor infinity. */
    if (frame->numerator < 0 && frame->lo <= 0 && frame->needs_wide)
        result = where_equal(b, state->n_float, 0, (double)frame->gain * INFINITY, result);
    if (frame->numerator < 0 && isinf(frame->hi))
        result = where_equal(b, state->n_float, INFINITY, 0, result);
    if (frame->mirror == -1 && whole_power(frame) % 2 == 0)
        result = prog_add(prog, OP_COPYSIGN, result, state->x, 0);
    if (frame->has_outside) {
        const Ref is_inside = prog_add(prog, OP_LE, build_constant(b, 0), state->x, 0);
        result = prog_add(prog, OP_SELECT, is_inside, result, build_constant(b, NAN));
        if (isinf(frame->lo) && !isnan(frame->at_infinity))
            result = where_equal(b, state->x, -INFINITY, frame->at_infinity, result);
    }
    return result;
}

const FrameRow FRAME_POWER = {"power ", power_detect, power_open, power_close, NULL, 0};
