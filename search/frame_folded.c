/* Functions that come near a ramp on both sides, and miss it by the same, as softplus, silu and gelu do: f(u) - f(-u) = slope*u, with u = x
   or -x. With v = |x| and d(v) = f where u = -v,

       f = d(v) + slope*max(u, 0),   d dying out.

   For an absolute bound d may be 0 from some v = end on, and what it is before needs few bits where it is small, which a
   high power does by itself:

       d = v^k * ((end - v)*R(v))^(2^m),

   R being the curve. The product is exactly 0 at the end, where v is held. What rounding loses grows with 2^m, and the degree of R falls
   with it: the m are the ways. */
#include "search/frame.h"

#include "search/quad.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    ProblemValue value;
    const Frame *frame;
} FoldedValue;

static bool value_at(const FoldedValue *self, Quad u, Quad *f)
{
    double weight;
    return problem_value((void *)&self->value, self->frame->folded.is_mirrored ? -u : u, f,
                         &weight);
}

/* Is f(u) - f(-u) = slope*u? */
static bool find_slope(const FoldedValue *self, double reach, Folded *folded)
{
    enum { PROBES = 7 };
    for (int i = 0; i < PROBES; i++) {
        const Quad u = reach * (i + 0.7) / PROBES;
        Quad right, left;
        if (!value_at(self, u, &right) || !value_at(self, -u, &left)) return false;
        if (i == 0) folded->slope = (double)((right - left) / u);
        const double tiny = 1e-24 * (double)(quad_abs(right) + quad_abs(left));
        if (quad_abs(right - left - folded->slope * u) > tiny) return false;
    }
    return folded->slope != 0;
}

/* Where |d| falls below `least` for good; 0 if it does not, as far as 2^7 or the domain reaches. */
static double find_end(const FoldedValue *self, double reach, double least)
{
    enum { LOOKS = 400, HALVINGS = 40 };
    double small = fmin(reach, 0x1p7), large = 0;
    Quad d;
    for (int i = 0; i < LOOKS && large == 0; i++) {
        const double v = small * (LOOKS - i) / LOOKS;
        if (!value_at(self, -v, &d)) return 0;
        if (quad_abs(d) > least && i == 0) return 0;
        if (quad_abs(d) > least) large = v, small *= (double)(LOOKS - i + 1) / LOOKS;
    }
    for (int i = 0; i < HALVINGS && large > 0; i++) {
        const double middle = (small + large) / 2;
        if (!value_at(self, -middle, &d)) return 0;
        if (quad_abs(d) > least)
            large = middle;
        else
            small = middle;
    }
    return large > 0 ? small : 0;
}

/* (|d|/v^k)^(2^-m), positive up to the end. */
static bool root_value(const FoldedValue *self, Quad v, Quad *root)
{
    const Folded *folded = &self->frame->folded;
    const Quad at = v > 1e-12 ? v : (Quad)1e-12;
    Quad d;
    if (!value_at(self, -at, &d)) return false;
    if (folded->power == 1) d /= at;
    if (!(d * folded->sign > 0)) return false;
    *root = d * folded->sign;
    for (int i = 0; i < folded->n_squared; i++) *root = quad_sqrt(*root);
    return true;
}

/* R, and what an error of it counts: 2^m*root^(2^m - 1)*(end - v)*v^k. From where d may be 0 on the root is to be its tangent there; errors
   that are no longer small count for more than by the slope of the power. */
static bool folded_value(void *context, Quad v, Quad *f, double *weight)
{
    static const double COUNTS_MORE = 2.5;
    const FoldedValue *self = context;
    const Folded *folded = &self->frame->folded;
    const bool is_beyond = v > folded->known_to;
    const Quad at = is_beyond ? (Quad)folded->known_to : v;
    Quad root;
    if (v < 0 || v > folded->end || !root_value(self, at, &root)) return false;
    const double rest = folded->end - (double)v;
    const int power = 1 << folded->n_squared;
    *f = root / (folded->end - at);
    *weight = power * pow((double)root, power - 1) * rest *
              problem_weight(self->value.problem, (double)(root * root));
    if (folded->power == 1) *weight *= (double)v;
    if (is_beyond) *weight *= COUNTS_MORE;
    return true;
}

static bool fold(Frame *frame, FoldedValue *self, int n_squared)
{
    Folded *folded = &frame->folded;
    Quad last, before;
    const double h = 0x1p-10 * folded->known_to;
    folded->n_squared = n_squared;
    snprintf(frame->way, sizeof frame->way, "^%d ", 1 << n_squared);
    if (!root_value(self, folded->known_to, &last)) return false;
    if (!root_value(self, folded->known_to - h, &before) || !(before > last)) return false;
    /* The root of the tangent there, on few bits. */
    folded->end = quad_round(folded->known_to + last * h / (before - last), TYPE_BF16);
    return folded->end > folded->known_to &&
           curve_init(&frame->curve, 0, folded->end, folded_value, self);
}

static const int SQUARED[] = {3, 2, 4, 1, 5};
enum { N_WAYS = sizeof SQUARED / sizeof *SQUARED - 1 };

static bool folded_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    static const double SHARE = 0.3; /* of the bound, what d may be where it is taken for 0 */
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    Folded *folded = &frame->folded;
    FoldedValue self = {{problem, oracle}, frame};
    const double reach = domain->is_all ? INFINITY : fmin(-domain->lo, domain->hi);
    if (goal->bound.kind != BOUND_ABS || problem->is_rounding || !(reach > 0)) return false;
    if (goal->type != TYPE_F32 && goal->type != TYPE_F64) return false;
    if (!find_slope(&self, fmin(reach, 8), folded)) return false;
    for (int side = 0; side < 2 && folded->known_to == 0; side++) {
        folded->is_mirrored = side == 1;
        folded->known_to = find_end(&self, reach, SHARE * problem->limit);
    }
    if (folded->known_to == 0 || !find_slope(&self, fmin(reach, 8), folded)) return false;
    Quad d;
    if (!value_at(&self, -folded->known_to / 2, &d) || d == 0) return false;
    folded->sign = d > 0 ? 1 : -1;
    if (!value_at(&self, 0, &d)) return false;
    folded->power = d == 0;
    frame->is_narrow_only = true;
    return fold(frame, &self, SQUARED[0]);
}

static bool folded_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    FoldedValue self = {{problem, oracle}, frame};
    return fold(frame, &self, SQUARED[variant + 1]);
}

static void folded_open(const Frame *frame, Builder *b, FrameState *state)
{
    const Ref v = prog_add(b->prog, OP_ABS, state->x, 0, 0);
    state->r = build_at_most(b, v, frame->folded.end);
    state->y = build_sub(b, build_constant(b, frame->folded.end), state->r);
}

/* slope*max(u, 0) */
static Ref build_ramp(const Folded *folded, Builder *b, Ref x)
{
    Ref u = folded->is_mirrored ? prog_add(b->prog, OP_NEG, x, 0, 0) : x;
    u = build_at_least(b, u, -0.0); /* the zero of f at -infinity */
    return folded->slope == 1 ? u : build_mul(b, u, build_constant(b, folded->slope));
}

static Ref folded_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const Folded *folded = &frame->folded;
    Ref d = build_mul(b, state->y, y.hi);
    for (int i = 0; i < folded->n_squared; i++) d = build_mul(b, d, d);
    if (folded->power == 1) d = build_mul(b, state->r, d);
    if (folded->sign < 0) { /* as a product, whose factor fma negates for nothing */
        const Node last = b->prog->node[d];
        d = build_mul(b, prog_add(b->prog, OP_NEG, last.arg[0], 0, 0), last.arg[1]);
    }
    return build_add_fused(b, build_ramp(folded, b, state->x), d);
}

const FrameRow FRAME_FOLDED = {"folded ",    folded_detect, folded_open,
                               folded_close, folded_vary,   N_WAYS};
