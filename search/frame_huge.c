/* Periodic functions (frame_period.h) over the whole of f32: an input is M * 2^e with M of 24 bits, and what M * 2^e is
   in steps, modulo 2, follows from what 2^e is (Payne and Hanek 1983). That is kept in tables, one entry for eight exponents
   (M has 24 significant bits all the same), in f64:

       2^e/step mod 2 = part 0 + part 1 + part 2, multiples of 2^-20, of 2^-41, and the rest

   M * part 0 is exact (45 bits), and so is what it leaves modulo 2; M * part 1 is exact; their sum t is a multiple of 2^-41
   below 2^12, thus exact, too; n = t rounded. The fraction t - n, exact, takes up M * part 2, and is relatively accurate
   to 2^-53 but for what the last part lacks: 2^-93 * 2^31, some 2^-30 of the smallest fraction there is. What 2^e is modulo
   the step is seen from the function's values: the distance to the zero beside 2^e, to twice the digits of a double. */
#include "search/frame_period.h"

#include <math.h>

/* Bucket i: floats with biased exponents 8*i .. 8*i + 7; the lower half holds the small inputs, which need no reduction. */
enum { MANTISSA_BITS = 23, BIAS = 127 };

static int bucket_exponent(int bucket)
{
    const int large = bucket < HUGE_BUCKETS / 2 ? HUGE_BUCKETS / 2 : bucket;
    return 8 * large - BIAS - MANTISSA_BITS;
}

/* -- the function near a large argument ------------------------------------------------------------ */

typedef struct {
    ProblemValue value;
    double at;
    Quad level; /* what is taken off */
} NearValue;

/* Not through a Quad, which cannot hold the sum. */
static bool near_value(const NearValue *self, double offset, Quad *f)
{
    double hi, lo;
    if (oracle_double_double_at(self->value.oracle, self->at, offset, &hi, &lo, NULL) != OK)
        return false;
    *f = (Quad)hi + lo - self->level;
    return isfinite(hi);
}

/* The first zero above `from`, to a double, and whether the function rises there. */
static bool find_offset(const NearValue *near, const Frame *frame, double from, double *offset,
                        int *sign)
{
    enum { PIECES = 32 };
    const double span = (frame->is_reciprocal ? 2.02 : 1.01) * (double)frame->step;
    const Quad small = frame->is_reciprocal ? quad_sqrt(quad_abs(frame->product)) : INFINITY;
    double lo = from, hi = from;
    Quad f_lo, f_hi, f;
    bool is_found = false;
    if (!near_value(near, lo, &f_lo)) return false;
    for (int i = 1; i <= PIECES && !is_found; i++) {
        hi = from + span * i / PIECES;
        if (!near_value(near, hi, &f_hi)) return false;
        /* A pole changes the sign, too, but not through small values. */
        is_found = (f_lo < 0) != (f_hi < 0) && quad_abs(f_lo) < small && quad_abs(f_hi) < small;
        if (is_found) break;
        lo = hi, f_lo = f_hi;
    }
    if (!is_found) return false;
    for (int i = 0; i < 70; i++) {
        const double middle = lo + (hi - lo) / 2;
        if (middle == lo || middle == hi) break;
        if (!near_value(near, middle, &f)) return false;
        if (f == 0) {
            lo = hi = middle;
            break;
        }
        if ((f < 0) == (f_lo < 0))
            lo = middle;
        else
            hi = middle;
    }
    *sign = f_hi > 0 ? 1 : -1;
    *offset = lo;
    return true;
}

/* f'(z), to some 2^-70, by central differences over h and 2h. */
static bool slope_at(const Frame *frame, ProblemValue *value, Quad z, Quad *slope)
{
    const Quad h = 0x1p-20 * frame->step;
    Quad f[4];
    double weight;
    for (int i = 0; i < 4; i++) {
        const Quad offset = h * (i < 2 ? i - 2 : i - 1);
        if (!problem_value(value, z + offset, &f[i], &weight)) return false;
    }
    *slope = (8 * (f[2] - f[1]) - (f[3] - f[0])) / (12 * h);
    return *slope != 0;
}

/* 2^e in steps, modulo 2 (modulo 1 where every step is alike): x0 + offset = z + n*step, n even or odd by the sign of
   the slope there. */
static bool steps_of_power(const Frame *frame, ProblemValue *value, Quad slope, int exponent,
                           Quad *steps)
{
    const NearValue near = {*value, ldexp(1, exponent), 0};
    double offset;
    Quad rest;
    int sign;
    if (near.at < 0.125 * (double)frame->step) {
        *steps = near.at / frame->step;
        return true;
    }
    if (!find_offset(&near, frame, 0, &offset, &sign) || !near_value(&near, offset, &rest))
        return false;
    const bool is_odd = !frame->is_reciprocal && sign != (slope > 0 ? 1 : -1);
    const Quad distance = offset - rest / (is_odd ? -slope : slope);
    Quad n = (frame->shift - distance) / frame->step + (is_odd ? 1 : 0);
    while (n < 0) n += 2;
    while (n >= 2) n -= 2;
    *steps = n;
    return true;
}

/* The same for a function without zeros, modulo 1, from a place where it rises through a value as it does at the mark; it may
   do so elsewhere, but not with the same value a part of a step further on. */
static bool steps_by_mark(const Frame *frame, ProblemValue *value, Quad slope, int exponent,
                          Quad *steps)
{
    enum { CROSSINGS = 12 };
    NearValue near = {*value, ldexp(1, exponent), 0};
    const double on = (double)frame->step / 7;
    Quad there, here, rest;
    double weight, offset = 0;
    int sign;
    if (near.at < 0.125 * (double)frame->step) {
        *steps = near.at / frame->step;
        return true;
    }
    if (!problem_value(value, frame->mark + on, &there, &weight)) return false;
    if (!problem_value(value, frame->mark, &near.level, &weight)) return false;
    for (int i = 0; i < CROSSINGS; i++) {
        if (!find_offset(&near, frame, offset, &offset, &sign)) return false;
        if (!near_value(&near, offset, &rest) || !near_value(&near, offset + on, &here))
            return false;
        const Quad away = here + near.level - there;
        if (sign > 0 && quad_abs(away) < 1e-9 * quad_abs(there)) {
            Quad n = (frame->mark - (offset - rest / slope)) / frame->step;
            n -= floor((double)n);
            *steps = n < 0 ? n + 1 : n;
            return true;
        }
        offset += 1e-6 * (double)frame->step;
    }
    return false;
}

/* -- the frame ----------------------------------------------------------------------------------------- */

static Quad truncate_to(Quad x, double grain) { return grain * floor((double)(x / grain)); }

static bool fill_table(Frame *frame, ProblemValue *value)
{
    const bool has_mark = frame->mark != 0;
    Quad slope;
    if (!slope_at(frame, value, has_mark ? frame->mark : frame->shift, &slope)) return false;
    for (int i = HUGE_BUCKETS - 1; i >= 0; i--) {
        const int exponent = bucket_exponent(i);
        Quad steps;
        HugeTable *table = &frame->huge;
        table->scale[i] = ldexp(1, -exponent);
        if (!(has_mark ? steps_by_mark : steps_of_power)(frame, value, slope, exponent, &steps))
            return false;
        const Quad high = truncate_to(steps, 0x1p-20), middle = truncate_to(steps - high, 0x1p-41);
        table->part[0][i] = (double)high;
        table->part[1][i] = (double)middle;
        table->part[2][i] = (double)(steps - high - middle);
    }
    return true;
}

/* Are there such large arguments, in a type that has so few digits? */
static bool reaches_far(const Goal *goal)
{
    const Domain *domain = &goal->domain[0];
    const double reach = domain->is_all ? INFINITY : fmax(fabs(domain->lo), fabs(domain->hi));
    return goal->type != TYPE_REAL && goal->type != TYPE_F64 && reach >= 1e3;
}

static bool take_domain(Frame *frame, const Problem *problem, Oracle *oracle)
{
    ProblemValue value = {problem, oracle};
    if (!fill_table(frame, &value)) return false;
    frame->lo = problem->goal.domain[0].lo;
    frame->hi = problem->goal.domain[0].hi;
    frame->needs_wide = true;
    return period_curve(frame, problem, oracle, 1e-4);
}

static bool huge_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    if (!reaches_far(&problem->goal) || period_is_exact(frame, problem, oracle)) return false;
    return period_find(frame, problem, oracle) && take_domain(frame, problem, oracle);
}

static bool cycle_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    if (!reaches_far(&problem->goal) || period_is_exact(frame, problem, oracle)) return false;
    return cycle_find(frame, problem, oracle) && take_domain(frame, problem, oracle);
}

static Ref look_up(Builder *b, Ref index, const double *value)
{
    uint64_t bits[HUGE_BUCKETS];
    for (int i = 0; i < HUGE_BUCKETS; i++) bits[i] = bits_from_value(b->type, value[i]);
    const int table = prog_add_table(b->prog, b->type, HUGE_BUCKETS, bits);
    return prog_add_typed(b->prog, OP_LOOKUP, b->type, index, (Ref)table, 0);
}

/* The bucket is bits 26 to 30 of the float; the sign above them does not count, since an index is taken modulo 32. */
static Ref bucket_of(Builder *b, Ref input)
{
    Prog *prog = b->prog;
    const Ref single = prog->node[input].type == TYPE_F32
                           ? input
                           : prog_add_typed(prog, OP_CONVERT, TYPE_F32, input, 0, 0);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, TYPE_I32, single, 0, 0);
    return prog_add(prog, OP_LSHR, bits, prog_add_bits(prog, TYPE_I32, 26), 0);
}

static void huge_open(const Frame *frame, Builder *b, FrameState *state)
{
    const Ref bucket = bucket_of(b, state->input);
    const Ref magic = build_constant(b, ldexp(1.5, type_info(b->type)->precision - 1));
    const Ref m = build_mul(b, state->x, look_up(b, bucket, frame->huge.scale));
    const Ref high = build_mul(b, m, look_up(b, bucket, frame->huge.part[0]));
    /* high less the even integer beside it */
    const Ref half = build_fma(b, high, build_constant(b, 0.5), magic);
    const Ref turns = build_sub(b, half, magic);
    const Ref left = build_fma(b, turns, build_constant(b, -2), high);
    Ref t = build_fma(b, m, look_up(b, bucket, frame->huge.part[1]), left);
    const Quad offset = frame->shift / frame->step, coarse = truncate_to(offset, 0x1p-40);
    if (coarse != 0) t = build_sub(b, t, build_constant(b, coarse));
    state->n = build_add(b, t, magic);
    state->last_bit = 0;
    state->n_float = build_sub(b, state->n, magic);
    Ref fraction = build_sub(b, t, state->n_float);
    fraction = build_fma(b, m, look_up(b, bucket, frame->huge.part[2]), fraction);
    if (offset != coarse) fraction = build_sub(b, fraction, build_constant(b, offset - coarse));
    state->r = build_mul(b, fraction, build_constant(b, frame->step));
}

const FrameRow FRAME_HUGE = {"huge period ", huge_detect, huge_open, period_close, NULL, 0};
const FrameRow FRAME_HUGE_CYCLE = {"huge cycle ", cycle_detect, huge_open, period_close, NULL, 0};
