/* Functions with a square-root singularity at an end e of their domain: f(x) - f(e) goes with an odd power of
   t = sqrt(|e - x|), and is smooth as a function of t. Of functions with a symmetry about 0 only |x| counts. */
#include "search/frame_root.h"

#include "search/quad.h"

#include <math.h>

/* How f at -x follows from f at x. */
typedef enum {
    MIRROR_NONE,
    MIRROR_EVEN,
    MIRROR_ODD, /* the curve is f(x)/x: no zero at 0 is lost in the sum of larger terms */
    MIRROR_SUM, /* f(x) + f(-x) = gain */
} Mirror;

typedef struct {
    ProblemValue value;
    const Frame *frame;
    bool is_odd; /* in t, so that it can be continued to t < 0 */
} RootValue;

static bool root_value(void *context, Quad t, Quad *f, double *weight)
{
    const RootValue *self = context;
    const Frame *frame = self->frame;
    if (t < 0 && !self->is_odd) return false;
    const Quad x = frame->shift - frame->step * t * t;
    if (!problem_value((void *)&self->value, x, f, weight)) return false;
    if (t < 0) *f = -*f;
    if (frame->power != MIRROR_ODD) return true;
    if (x == 0) return false;
    *f /= x;
    *weight *= fabs((double)x);
    return true;
}

static Mirror find_mirror(ProblemValue *value, double reach, Quad *sum)
{
    enum { PROBES = 7 };
    bool is_even = true, is_odd = true, is_sum = true;
    for (int i = 0; i < PROBES; i++) {
        const Quad x = reach * (i + 0.5) / PROBES;
        Quad right, left;
        double weight;
        if (!problem_value(value, x, &right, &weight)) return MIRROR_NONE;
        if (!problem_value(value, -x, &left, &weight)) return MIRROR_NONE;
        const double tiny = 1e-24 * (double)(quad_abs(right) + quad_abs(left));
        if (i == 0) *sum = right + left;
        is_even &= quad_abs(right - left) <= tiny;
        is_odd &= quad_abs(right + left) <= tiny;
        is_sum &= quad_abs(right + left - *sum) <= tiny;
    }
    return is_even ? MIRROR_EVEN : is_odd ? MIRROR_ODD : is_sum ? MIRROR_SUM : MIRROR_NONE;
}

double root_end(ProblemValue *value, double end)
{
    Quad f;
    double weight;
    if (problem_value(value, end, &f, &weight)) return end;
    double good = 0, bad = end;
    for (int i = 0; i < 1200; i++) {
        const double middle = good + (bad - good) / 2;
        if (middle == good || middle == bad) break;
        if (problem_value(value, middle, &f, &weight))
            good = middle;
        else
            bad = middle;
    }
    return good;
}

bool root_is_singular(ProblemValue *value, double e, double inward)
{
    Quad at, near, far;
    double weight;
    const double h = 0x1p-44 * fmax(fabs(e), fabs(inward)) * (inward < 0 ? -1 : 1);
    if (!problem_value(value, e, &at, &weight)) return false;
    if (!problem_value(value, (Quad)e + h, &near, &weight)) return false;
    if (!problem_value(value, (Quad)e + 4 * h, &far, &weight)) return false;
    if (near == at) return false;
    const double power = log2(fabs((double)((far - at) / (near - at))));
    const double rounded = rint(power);
    return fabs(power - rounded) < 1e-4 && fmod(fabs(rounded), 2) == 1 &&
           (rounded == 1 || (rounded < 8 && at == 0));
}

/* Does f(e) = 0 and f/t start without a term in t? */
static bool seems_odd(RootValue *value)
{
    Quad at, f, g;
    double weight;
    const double h = 0x1p-14;
    if (!root_value(value, 0, &at, &weight) || at != 0) return false;
    if (!root_value(value, h, &f, &weight) || !root_value(value, 2 * h, &g, &weight)) return false;
    return quad_abs(g / f / 2 - 1) < 1e-3 * h || quad_abs(g / f / 8 - 1) < 1e-3 * h;
}

static bool root_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    ProblemValue value = {problem, oracle};
    if (goal->type == TYPE_REAL || !problem->may[OP_SQRT]) return false;
    const TypeInfo *info = type_info(goal->type);
    const double most = ldexp(2 - ldexp(2, -info->precision), info->emax);
    const double lo = root_end(&value, domain->is_all ? -most : domain->lo);
    const double hi = root_end(&value, domain->is_all ? most : domain->hi);
    if (!isfinite(hi - lo) || !(hi > lo)) return false;
    frame->power = MIRROR_NONE;
    if (lo == -hi) frame->power = (int)find_mirror(&value, hi, &frame->gain);
    if (root_is_singular(&value, hi, lo - hi)) {
        frame->shift = hi;
        frame->step = 1;
    } else if (root_is_singular(&value, lo, hi - lo)) {
        frame->shift = lo;
        frame->step = -1;
    } else {
        return false;
    }
    frame->lo = lo;
    frame->hi = hi;
    RootValue root = {value, frame, false};
    root.is_odd = seems_odd(&root);
    const double width = frame->power == MIRROR_NONE ? hi - lo : hi;
    return curve_init(&frame->curve, 0, sqrt(width), root_value, &root);
}

static void root_open(const Frame *frame, Builder *b, FrameState *state)
{
    const bool is_mirrored = frame->power != MIRROR_NONE;
    const Ref x = is_mirrored ? prog_add(b->prog, OP_ABS, state->x, 0, 0) : state->x;
    const Ref e = build_constant(b, frame->shift);
    Ref u = x;
    if (frame->step > 0)
        u = build_sub(b, e, x);
    else if (frame->shift != 0)
        u = build_sub(b, x, e);
    state->r = prog_add(b->prog, OP_SQRT, u, 0, 0);
}

static Ref root_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    if (frame->power == MIRROR_ODD) return build_mul(b, y.hi, state->x);
    if (frame->power != MIRROR_SUM) return y.hi;
    const Ref other = build_sub(b, build_constant(b, frame->gain), y.hi);
    const Ref is_below = prog_add(b->prog, OP_LT, state->x, build_constant(b, 0), 0);
    return prog_add(b->prog, OP_SELECT, is_below, other, y.hi);
}

RootRest root_build_rest(Builder *b, Ref z, Ref s, double slope)
{
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const bool is_falling = slope < 0;
    const Ref minus = prog_add(prog, OP_NEG, is_falling ? z : s, 0, 0);
    const Ref difference = is_falling ? build_fma(b, s, s, minus) : build_fma(b, minus, s, z);
    /* bits(q/s) = bits(q) + bits(1) - bits(s), 12 % too large at most. */
    const double q = 0.94 * fabs(slope) / 2;
    const uint64_t start = bits_from_value(b->type, q) + bits_from_value(b->type, 1);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, s, 0, 0);
    const Ref factor = prog_add(prog, OP_ISUB, prog_add_bits(prog, integer, start), bits, 0);
    return (RootRest){difference, prog_add_typed(prog, OP_BITCAST, b->type, factor, 0, 0)};
}

const FrameRow FRAME_ROOT = {"root ", root_detect, root_open, root_close, NULL, 0};
