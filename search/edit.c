#include "search/edit.h"

#include "runtime/prog/simplify.h"

int edit_arity(const Node *node)
{
    const OpInfo *info = op_info((Op)node->op);
    return info->signature == SIG_LEAF ? 0 : info->arity;
}

int edit_n_uses(const Prog *prog, Ref ref)
{
    int n = 0;
    for (int k = 0; k < prog->n; k++)
        for (int a = 0; a < edit_arity(&prog->node[k]); a++) n += prog->node[k].arg[a] == ref;
    return n;
}

Ref edit_replace(Prog *prog, Ref old, Ref new, Ref first_kept, Ref result)
{
    for (int k = 0; k < first_kept; k++)
        for (int a = 0; a < edit_arity(&prog->node[k]); a++)
            if (prog->node[k].arg[a] == old) prog->node[k].arg[a] = new;
    return result == old ? new : result;
}

enum { UNSEEN, OPEN, PLACED };

/* Depth-first with its own stack: a node is placed when all its arguments are; meeting an open node
   again is a cycle. */
static bool place(const Prog *from, Prog *to, Ref root, uint8_t *mark, Ref *place_of)
{
    Ref stack[PROG_MAX];
    int depth = 0;
    stack[depth++] = root;
    while (depth > 0) {
        const Ref k = stack[depth - 1];
        const Node *node = &from->node[k];
        const int arity = edit_arity(node);
        if (mark[k] == PLACED) {
            depth--;
            continue;
        }
        bool is_ready = true;
        mark[k] = OPEN;
        for (int a = 0; a < arity && is_ready; a++) {
            const Ref argument = node->arg[a];
            if (mark[argument] == PLACED) continue;
            if (mark[argument] == OPEN || depth == PROG_MAX) return false;
            stack[depth++] = argument;
            is_ready = false;
        }
        if (!is_ready) continue;
        Node copy = *node;
        for (int a = 0; a < arity; a++) copy.arg[a] = place_of[copy.arg[a]];
        place_of[k] = to->n;
        to->node[to->n++] = copy;
        mark[k] = PLACED;
        depth--;
    }
    return true;
}

bool edit_finish(Prog *prog, Ref result)
{
    Prog sorted = *prog;
    uint8_t mark[PROG_MAX] = {UNSEEN};
    Ref place_of[PROG_MAX];
    sorted.n = prog->n_inputs;
    for (Ref k = 0; k < prog->n_inputs; k++) {
        mark[k] = PLACED;
        place_of[k] = k;
    }
    if (mark[result] == PLACED) return false; /* the result is an input: nothing is left */
    if (!place(prog, &sorted, result, mark, place_of)) return false;
    *prog = sorted;
    prog_prune(prog);
    prog_simplify(prog);
    return prog_is_valid(prog, NULL);
}
