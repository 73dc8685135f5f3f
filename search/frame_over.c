/* Functions that are periodic once multiplied by x, as sin(x)/x: the frames of periodic functions (frame_period.h), and a
   division. What is 0/0 at 0, and the limit at infinity, are selected. */
#include "search/frame_period.h"

#include <math.h>
#include <stdlib.h>

/* The same problem for x*f(x). */
static Problem *times_input(const Problem *problem)
{
    Problem *product = xmalloc(sizeof *product);
    *product = *problem;
    Goal *goal = &product->goal;
    goal->n_exact = 0;
    if (prog_has_room(&goal->reference, 1))
        prog_add(&goal->reference, OP_MUL, 0, prog_result(&goal->reference), 0);
    return product;
}

/* The result at x, rounded; NaN where there is none. */
static double result_at(Oracle *oracle, Type type, double x)
{
    uint64_t bits;
    return oracle_round(oracle, &x, type, &bits, NULL, NULL) == OK ? value_from_bits(type, bits)
                                                                   : NAN;
}

static bool detect_over(Frame *frame, const Problem *problem, Oracle *oracle, const FrameRow *row)
{
    const Goal *goal = &problem->goal;
    if (goal->type == TYPE_REAL || goal->type == TYPE_F64 || !problem->may[OP_DIV]) return false;
    Problem *product = times_input(problem);
    const bool is_found = period_detect_inner(frame, product, row) && !frame->is_reciprocal;
    free(product);
    frame->at_zero = result_at(oracle, goal->type, 0);
    frame->at_infinity = result_at(oracle, goal->type, INFINITY);
    frame->has_outside = goal->domain[0].is_all || isinf(goal->domain[0].hi - goal->domain[0].lo);
    frame->needs_wide = true; /* a division more is one rounding too many */
    return is_found;
}

static Ref close_over(const Frame *frame, Builder *b, const FrameState *state, Ref y)
{
    Prog *prog = b->prog;
    const Domain domain = {.lo = frame->lo, .hi = frame->hi};
    Ref result = build_div(b, y, state->x);
    if (frame->has_outside || (domain.lo <= 0 && domain.hi >= 0)) {
        const Ref is_zero = prog_add(prog, OP_EQ, state->x, build_constant(b, 0), 0);
        const Ref at_zero = build_constant(b, frame->at_zero);
        result = prog_add(prog, OP_SELECT, is_zero, at_zero, result);
    }
    if (frame->has_outside && !isnan(frame->at_infinity)) {
        const Ref size = prog_add(prog, OP_ABS, state->x, 0, 0);
        const Ref is_infinite = prog_add(prog, OP_EQ, size, build_constant(b, INFINITY), 0);
        const Ref at_infinity = build_constant(b, frame->at_infinity);
        result = prog_add(prog, OP_SELECT, is_infinite, at_infinity, result);
    }
    return result;
}

static Ref over_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    return close_over(frame, b, state, frame->inner_row->close(frame, b, state, y));
}

static bool huge_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    return detect_over(frame, problem, oracle, &FRAME_HUGE);
}

static bool moderate_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    return detect_over(frame, problem, oracle, &FRAME_PERIOD);
}

const FrameRow FRAME_HUGE_OVER = {
    "huge period over x ", huge_detect, period_open_inner, over_close, NULL, 0};
const FrameRow FRAME_PERIOD_OVER = {
    "period over x ", moderate_detect, period_open_inner, over_close, NULL, 0};
