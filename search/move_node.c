/* Moves on single nodes: other arguments, another operator, one node more or less. */
#include "search/edit.h"
#include "search/moves.h"

#include <math.h>

static bool is_arithmetic(const Node *node)
{
    return edit_arity(node) > 0 && op_info((Op)node->op)->signature == SIG_FLOAT;
}

/* A random node that `accept`s; false if there is none. */
static bool pick_node(const Prog *prog, bool (*accept)(const Node *node), Rng *rng, Ref *out)
{
    int n = 0;
    for (int k = 0; k < prog->n; k++) {
        if (!accept(&prog->node[k])) continue;
        if (rng_below(rng, (uint64_t)++n) == 0) *out = (Ref)k;
    }
    return n > 0;
}

/* A random node before `end` of the type of `like`, other than `not_this`; constants count a quarter. */
static bool pick_operand(const Prog *prog, Ref end, Ref like, Ref not_this, Rng *rng, Ref *out)
{
    int n = 0;
    for (Ref k = 0; k < end; k++) {
        if (prog->node[k].type != prog->node[like].type || k == not_this) continue;
        if (prog->node[k].op == OP_CONST && rng_below(rng, 4) != 0) continue;
        if (rng_below(rng, (uint64_t)++n) == 0) *out = k;
    }
    return n > 0;
}

bool move_rewire(Prog *prog, Rng *rng)
{
    Ref k = 0, operand;
    if (!pick_node(prog, is_arithmetic, rng, &k)) return false;
    Node *node = &prog->node[k];
    const int a = (int)rng_below(rng, (uint64_t)edit_arity(node));
    if (!pick_operand(prog, k, k, node->arg[a], rng, &operand)) return false;
    node->arg[a] = operand;
    return edit_finish(prog, prog_result(prog));
}

static bool is_four_op(const Node *node)
{
    return node->op == OP_ADD || node->op == OP_SUB || node->op == OP_MUL || node->op == OP_DIV;
}

bool move_change_op(Prog *prog, Rng *rng)
{
    static const Op FOUR[] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV};
    Ref k = 0;
    if (!pick_node(prog, is_four_op, rng, &k)) return false;
    const Op op = FOUR[rng_below(rng, 4)];
    if (op == prog->node[k].op) return false;
    prog->node[k].op = (uint8_t)op;
    return edit_finish(prog, prog_result(prog));
}

static bool is_float_or_real(const Node *node)
{
    return (type_is_float(node->type) || node->type == TYPE_REAL) && node->op != OP_CONST;
}

/* v becomes v op w, w a new constant (then near the operation's neutral element) or another node. */
bool move_insert(Prog *prog, Rng *rng)
{
    static const Op FOUR[] = {OP_ADD, OP_MUL, OP_DIV, OP_SUB};
    Ref v = 0, w = 0;
    if (!prog_has_room(prog, 2) || !pick_node(prog, is_float_or_real, rng, &v)) return false;
    const Ref result = prog_result(prog), first = prog->n;
    const Op op = FOUR[rng_below(rng, 4)];
    const bool is_constant = rng_below(rng, 2) == 0;
    if (is_constant) {
        const double neutral = op == OP_MUL || op == OP_DIV ? 1 : 0;
        w = prog_add_const(prog, prog->node[v].type, neutral + 0.5 * rng_normal(rng));
    } else if (!pick_operand(prog, first, v, first, rng, &w)) {
        return false;
    }
    const bool is_turned = rng_below(rng, 3) == 0;
    const Ref new = prog_add(prog, op, is_turned ? w : v, is_turned ? v : w, 0);
    return edit_finish(prog, edit_replace(prog, v, new, first, result));
}

/* A node gives way to one of its arguments: terms, factors and whole operations go. */
bool move_drop(Prog *prog, Rng *rng)
{
    Ref k = 0;
    if (!pick_node(prog, is_arithmetic, rng, &k)) return false;
    const Node *node = &prog->node[k];
    const Ref argument = node->arg[rng_below(rng, (uint64_t)edit_arity(node))];
    return edit_finish(prog, edit_replace(prog, k, argument, prog->n, prog_result(prog)));
}

static bool has_order(const Node *node)
{
    return node->op == OP_SUB || node->op == OP_DIV || node->op == OP_FMA;
}

bool move_swap(Prog *prog, Rng *rng)
{
    Ref k = 0;
    if (!pick_node(prog, has_order, rng, &k)) return false;
    Node *node = &prog->node[k];
    const int b = node->op == OP_FMA ? 2 : 1;
    const Ref first = node->arg[0];
    node->arg[0] = node->arg[b];
    node->arg[b] = first;
    return edit_finish(prog, prog_result(prog));
}

/* Every use of one computed node becomes a use of an earlier one. */
bool move_share(Prog *prog, Rng *rng)
{
    Ref k = 0, other = 0;
    if (!pick_node(prog, is_arithmetic, rng, &k)) return false;
    if (!pick_operand(prog, k, k, k, rng, &other)) return false;
    return edit_finish(prog, edit_replace(prog, k, other, prog->n, prog_result(prog)));
}
