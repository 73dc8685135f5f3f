/* Squares of periodic functions, as cos(x)^2: their zeros are double, so they touch 0 where a root of theirs changes its sign.
   The frames of periodic functions (frame_period.h) are those of the root; its sign does not count. */
#include "search/frame_period.h"

#include <stdlib.h>

/* The node that the reference is the square of; -1 if it is no square. */
static int squared_node(const Prog *reference)
{
    const Node *last = &reference->node[prog_result(reference)];
    const Node *exponent = &reference->node[last->arg[1]];
    if (last->op == OP_MUL && last->arg[0] == last->arg[1]) return last->arg[0];
    if (last->op != OP_POW || exponent->op != OP_CONST) return -1;
    return real_to_double(exponent->value) == 2 ? last->arg[0] : -1;
}

static bool detect_squared(Frame *frame, const Problem *problem, const FrameRow *row)
{
    const Goal *goal = &problem->goal;
    const int root_node = squared_node(&goal->reference);
    if (goal->type == TYPE_REAL || goal->type == TYPE_F64 || root_node < 0) return false;
    Problem *root = xmalloc(sizeof *root);
    *root = *problem;
    root->goal.n_exact = 0;
    root->goal.reference.n = (uint16_t)(root_node + 1);
    const bool is_found = period_detect_inner(frame, root, row);
    free(root);
    if (!frame->is_reciprocal) frame->gain = 1;
    frame->needs_wide |= !period_is_rough(problem); /* a square doubles the error */
    return is_found;
}

static Ref squared_close(const Frame *frame, Builder *b, const FrameState *state, RefPair y)
{
    const Ref root = frame->inner_row->close(frame, b, state, y);
    return build_mul(b, root, root);
}

static bool huge_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    return detect_squared(frame, problem, &FRAME_HUGE);
}

static bool moderate_detect(Frame *frame, const Problem *problem, Oracle *oracle)
{
    return detect_squared(frame, problem, &FRAME_PERIOD);
}

const FrameRow FRAME_HUGE_SQUARED = {
    "huge period squared ", huge_detect, period_open_inner, squared_close, NULL, 0};
const FrameRow FRAME_PERIOD_SQUARED = {
    "period squared ", moderate_detect, period_open_inner, squared_close, NULL, 0};
