/* Functions with equally spaced zeros that repeat, or repeat with the other sign, from one zero to the next:
   f(z + n*step + r) = (+-1)^n * f(z + r), z the zero nearest 0, |r| <= step/2. */
#include "search/frame.h"

#include <math.h>
#include <stdlib.h>

/* How far reductions by a step in three parts are worth having. */
static const double REACH_MAX = 1e6;

typedef struct {
    ProblemValue value;
    Quad shift;
} PeriodValue;

static bool shifted_value(void *context, Quad r, Quad *f, double *weight)
{
    const PeriodValue *self = context;
    return problem_value((void *)&self->value, self->shift + r, f, weight);
}

static bool repeats(PeriodValue *value, Quad step, int *sign)
{
    enum { PROBES = 9 };
    for (int i = 0; i < PROBES; i++) {
        const Quad r = step * (i + 0.5) / (2 * PROBES);
        Quad here, there;
        double weight;
        if (!shifted_value(value, r, &here, &weight)) return false;
        if (!shifted_value(value, r + 3 * step, &there, &weight)) return false;
        if (i == 0) *sign = (here < 0) == (there < 0) ? 1 : -1;
        if (quad_abs(here - *sign * there) > 1e-22 * quad_abs(here)) return false;
    }
    return true;
}

static bool period_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    const Goal *goal = &problem->goal;
    const Domain *domain = &goal->domain[0];
    PeriodValue value = {{problem, oracle}, 0};
    if (goal->type == TYPE_REAL || domain->is_all) return false;
    const double reach = fmax(fabs(domain->lo), fabs(domain->hi));
    if (reach > REACH_MAX) return false;
    /* The zeros near 0 tell shift and step. */
    Curve *near = xcalloc(1, sizeof *near);
    bool is_found = curve_init(near, -7.03, 7.01, shifted_value, &value) &&
                    near->n_zeros + (near->zero_order == 1) >= 2;
    Quad zero[CURVE_ZEROS_MAX + 1];
    int n = 0;
    for (int i = 0; is_found && i < near->n_zeros; i++) {
        if (near->zero_order == 1 && near->zero[i] > 0 && (i == 0 || near->zero[i - 1] < 0))
            zero[n++] = 0;
        zero[n++] = near->zero[i];
    }
    free(near);
    if (!is_found || n < 2) return false;
    int nearest = 0;
    for (int i = 1; i < n; i++)
        if (quad_abs(zero[i]) < quad_abs(zero[nearest])) nearest = i;
    frame->shift = zero[nearest];
    frame->step =
        nearest + 1 < n ? zero[nearest + 1] - zero[nearest] : zero[nearest] - zero[nearest - 1];
    value.shift = frame->shift;
    int sign;
    if (!repeats(&value, frame->step, &sign)) return false;
    frame->gain = sign;
    frame->lo = domain->lo;
    frame->hi = domain->hi;
    const double step = (double)frame->step;
    if (frame->hi - frame->lo < 1.2 * step) return false;
    frame->needs_wide = reach > 100;
    return curve_init(&frame->curve, -0.5001 * step, 0.5001 * step, shifted_value, &value);
}

static void period_open(const Frame *frame, Builder *b, FrameState *state)
{
    const double reach = fmax(fabs(frame->lo), fabs(frame->hi));
    const Type input = (Type)b->prog->node[state->input].type;
    const bool is_wide = type_info(b->type)->precision > type_info(input)->precision + 10;
    frame_reduce(frame, b, state, reach / fabs((double)frame->step), is_wide);
}

/* An odd n turns the sign: its last bit becomes the sign bit. */
static Ref period_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    if (frame->gain > 0) return y.hi;
    Prog *prog = b->prog;
    const Type integer = frame_int_type(b->type);
    const Ref count = prog_add_bits(prog, integer, (uint64_t)(8 * type_info(b->type)->size - 1));
    const Ref n = prog_add_typed(prog, OP_BITCAST, integer, state->n, 0, 0);
    const Ref sign = prog_add(prog, OP_SHL, n, count, 0);
    const Ref bits = prog_add_typed(prog, OP_BITCAST, integer, y.hi, 0, 0);
    return prog_add_typed(prog, OP_BITCAST, b->type, prog_add(prog, OP_IXOR, bits, sign, 0), 0, 0);
}

const FrameRow FRAME_PERIOD = {"period ", period_detect, period_open, period_close, NULL, 0};
