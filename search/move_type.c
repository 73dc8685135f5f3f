/* Moves between types: a node and all it is made from computed in a narrower or wider type. The high terms of
   a polynomial need fewer bits than the low ones, so a part in f32 inside f64 arithmetic can be free. */
#include "search/edit.h"
#include "search/moves.h"

#include <string.h>

enum { NOT_COPIED = 0xffff };

/* Appends a copy of the cone of `k` in `type`; `copy` remembers what is done. False if the cone holds more
   than plain arithmetic (then moves of type could change its meaning) or there is no room. */
static bool copy_cone(Prog *prog, Ref k, Type type, Ref *copy)
{
    if (copy[k] != NOT_COPIED) return true;
    const Node node = prog->node[k];
    if (!prog_has_room(prog, 2) || !type_is_float(node.type)) return false;
    if (node.type == type) {
        copy[k] = k;
        return true;
    }
    if (node.op == OP_CONST) {
        copy[k] = prog_add_const(prog, type, value_from_bits(node.type, node.value.lo));
        return true;
    }
    if (node.op == OP_INPUT) {
        copy[k] = prog_add_typed(prog, OP_CONVERT, type, k, 0, 0);
        return true;
    }
    if (node.op == OP_CONVERT) {
        const bool is_exact =
            type_info(prog->node[node.arg[0]].type)->precision <= type_info(type)->precision;
        if (!is_exact) return false;
        copy[k] = prog->node[node.arg[0]].type == type
                      ? node.arg[0]
                      : prog_add_typed(prog, OP_CONVERT, type, node.arg[0], 0, 0);
        return true;
    }
    if (op_info((Op)node.op)->signature != SIG_FLOAT) return false;
    Ref argument[OP_ARITY_MAX] = {0};
    for (int a = 0; a < edit_arity(&node); a++) {
        if (!copy_cone(prog, node.arg[a], type, copy)) return false;
        argument[a] = copy[node.arg[a]];
    }
    if (!prog_has_room(prog, 1)) return false;
    copy[k] = prog_add(prog, (Op)node.op, argument[0], argument[1], argument[2]);
    return true;
}

static bool change_type(Prog *prog, Type from, Type to, Rng *rng)
{
    int n = 0;
    Ref k = 0;
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        if (node->type != from || edit_arity(node) == 0) continue;
        if (op_info((Op)node->op)->signature != SIG_FLOAT) continue;
        if (rng_below(rng, (uint64_t)++n) == 0) k = (Ref)i;
    }
    if (n == 0) return false;
    Ref copy[PROG_MAX];
    memset(copy, 0xff, sizeof copy);
    const Ref result = prog_result(prog), first = prog->n;
    if (!copy_cone(prog, k, to, copy) || !prog_has_room(prog, 1)) return false;
    const Ref back = prog_add_typed(prog, OP_CONVERT, from, copy[k], 0, 0);
    return edit_finish(prog, edit_replace(prog, k, back, first, result));
}

bool move_narrow(Prog *prog, Rng *rng) { return change_type(prog, TYPE_F64, TYPE_F32, rng); }

bool move_widen(Prog *prog, Rng *rng) { return change_type(prog, TYPE_F32, TYPE_F64, rng); }
