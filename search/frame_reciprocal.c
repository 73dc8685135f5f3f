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

/* -- writing ----------------------------------------------------------------------------------- */

/* r = x/1 or -q^2/x (q^2/x where the curve is not odd). */
static void reciprocal_open(const Frame *frame, Builder *b, FrameState *state)
{
    Prog *prog = b->prog;
    const bool is_odd = frame->curve.parity < 0;
    Ref size = frame->mirror != 0 ? prog_add(prog, OP_ABS, state->x, 0, 0) : state->x;
    /* What division leaves is no number at infinity. */
    if (frame->is_narrow_only && isinf(frame->hi)) size = build_at_most(b, size, 0x1p60);
    const Ref is_large = prog_add(prog, OP_LT, build_constant(b, frame->shift), size, 0);
    const Ref top = build_constant(b, is_odd ? -frame->step : frame->step);
    const Ref above = prog_add(prog, OP_SELECT, is_large, top, size);
    const Ref below = prog_add(prog, OP_SELECT, is_large, size, build_constant(b, 1));
    state->n = is_large;
    state->r = build_div(b, above, below);
    state->n_float = state->r;
    if (!frame->is_narrow_only) return;
    /* above - r*below is exact; over below it is what r lacks; 1/below is r/above, and a plain 0 for small x. */
    const Ref minus = prog_add(prog, OP_NEG, state->r, 0, 0);
    const Ref rest = build_fma(b, minus, below, above);
    const Ref share =
        frame->step == 1 ? state->r : build_mul(b, state->r, build_constant(b, 1 / frame->step));
    state->n_float = build_mul(b, rest, is_odd ? prog_add(prog, OP_NEG, share, 0, 0) : share);
}

static Ref with_sign(const Frame *frame, Builder *b, const FrameState *state, Ref y)
{
    if (frame->mirror >= 0) return y;
    return prog_add(b->prog, OP_COPYSIGN, y, state->x, 0);
}

/* x*y + z where `product` is x*y, else product + z. */
static Ref add_product(Builder *b, Ref product, Ref z)
{
    const Node node = b->prog->node[product];
    if (node.op != OP_MUL) return build_add(b, product, z);
    return build_fma(b, node.arg[0], node.arg[1], z);
}

/* c + hi + lo, c at least as large as hi or 0: the sum of the first two and what it loses, exactly. */
static Ref close_exactly(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    Prog *prog = b->prog;
    const Quad c_hi = quad_round(frame->gain, b->type);
    const Ref c =
        prog_add(prog, OP_SELECT, state->n, build_constant(b, c_hi), build_constant(b, 0));
    const RefPair sum = build_exact_sum(b, c, y.hi, true);
    Ref small = build_add(b, sum.lo, state->n_float);
    if (frame->gain != c_hi) {
        const Ref c_lo = prog_add(prog, OP_SELECT, state->n, build_constant(b, frame->gain - c_hi),
                                  build_constant(b, 0));
        small = build_add(b, small, c_lo);
    }
    if (y.lo != y.hi) small = add_product(b, y.lo, small);
    return build_add(b, sum.hi, small);
}

static Ref reciprocal_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    Prog *prog = b->prog;
    const Ref c = build_constant(b, frame->gain);
    if (frame->is_narrow_only) return with_sign(frame, b, state, close_exactly(frame, b, state, y));
    if (frame->curve.parity < 0) {
        const Ref added = prog_add(prog, OP_SELECT, state->n, c, build_constant(b, 0));
        return with_sign(frame, b, state, build_add(b, y.hi, added));
    }
    const Ref other = build_sub(b, c, y.hi);
    return with_sign(frame, b, state, prog_add(prog, OP_SELECT, state->n, other, y.hi));
}

/* The only variant: everything that division and sum lose is kept, for an interior without bits to spare. */
static bool reciprocal_vary(Frame *frame, const Problem *problem, Oracle *oracle, int variant)
{
    if (frame->curve.parity >= 0 || frame->curve.slope == 0) return false;
    frame->is_narrow_only = frame->takes_pair = true;
    snprintf(frame->way, sizeof frame->way, "exact ");
    return true;
}

const FrameRow FRAME_RECIPROCAL = {"reciprocal ",    reciprocal_detect, reciprocal_open,
                                   reciprocal_close, reciprocal_vary,   1};
