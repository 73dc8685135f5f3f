#include "runtime/prog/turns.h"

#include <stdlib.h>

typedef struct {
    const Prog *from;
    Prog *to;
    Ref node[PROG_MAX];   /* where those of `from` are in `to` */
    bool has_pi[PROG_MAX]; /* as a factor; then */
    Ref rest[PROG_MAX];   /* what is left without it */
} Rewrite;

static Op op_of_turns(Op op)
{
    return op == OP_SIN ? OP_SINPI : op == OP_COS ? OP_COSPI : op == OP_TAN ? OP_TANPI : op;
}

static void divide_by_pi(Rewrite *w, Ref at)
{
    const Node *node = &w->from->node[at];
    const Op op = (Op)node->op;
    const Ref a = node->arg[0], b = node->arg[1];
    switch (op) {
    case OP_PI:
        w->has_pi[at] = true;
        w->rest[at] = prog_add_const(w->to, TYPE_REAL, 1);
        break;
    case OP_MUL: {
        w->has_pi[at] = w->has_pi[a] || w->has_pi[b];
        if (!w->has_pi[at]) break;
        const Ref left = w->has_pi[a] ? w->rest[a] : w->node[a];
        const Ref right = w->has_pi[a] ? w->node[b] : w->rest[b];
        const bool is_pi = w->from->node[w->has_pi[a] ? a : b].op == OP_PI;
        w->rest[at] = !is_pi         ? prog_add(w->to, OP_MUL, left, right, 0)
                      : w->has_pi[a] ? right
                                     : left;
        break;
    }
    case OP_DIV:
        w->has_pi[at] = w->has_pi[a];
        if (w->has_pi[at]) w->rest[at] = prog_add(w->to, OP_DIV, w->rest[a], w->node[b], 0);
        break;
    case OP_NEG:
        w->has_pi[at] = w->has_pi[a];
        if (w->has_pi[at]) w->rest[at] = prog_add(w->to, OP_NEG, w->rest[a], 0, 0);
        break;
    case OP_ADD:
    case OP_SUB:
        w->has_pi[at] = w->has_pi[a] && w->has_pi[b];
        if (w->has_pi[at]) w->rest[at] = prog_add(w->to, op, w->rest[a], w->rest[b], 0);
        break;
    default: break;
    }
}

void prog_in_turns(Prog *prog)
{
    if (!prog_has_op(prog, OP_PI) || prog->n_tables > 0 || 2 * prog->n > PROG_MAX) return;
    Rewrite *w = xcalloc(1, sizeof *w);
    Prog *to = xcalloc(1, sizeof *to);
    w->from = prog;
    w->to = to;
    prog_init(to);
    for (Ref i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        if (i < prog->n_inputs) {
            w->node[i] = prog_add_input(to, (Type)node->type, prog->input_name[i]);
            continue;
        }
        const Op in_turns = op_of_turns((Op)node->op);
        if (in_turns != (Op)node->op && w->has_pi[node->arg[0]])
            w->node[i] = prog_add(to, in_turns, w->rest[node->arg[0]], 0, 0);
        else
            w->node[i] = prog_append_node(to, node, w->node);
        divide_by_pi(w, i);
    }
    to->n = w->node[prog->n - 1] + 1;
    *prog = *to;
    prog_prune(prog);
    free(to);
    free(w);
}
