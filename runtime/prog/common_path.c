#include "runtime/prog/common_path.h"

static void add_guard(CommonPath *path, Ref guard)
{
    for (int i = 0; i < path->n_guards; i++)
        if (path->guard[i] == guard) return;
    path->guard[path->n_guards++] = guard;
}

bool common_path_find(CommonPath *path, const Prog *prog)
{
    *path = (CommonPath){.n_guards = 0};
    path->is_needed[prog_result(prog)] = true;
    for (int i = prog->n - 1; i >= 0; i--) {
        const Node *node = &prog->node[i];
        if (!path->is_needed[i]) continue;
        const bool is_likely = node->op == OP_LIKELY;
        if (is_likely) add_guard(path, common_path_value(prog, node->arg[0]));
        const int n = is_likely ? 2 : op_info((Op)node->op)->arity;
        for (int k = 0; k < n; k++) path->is_needed[node->arg[k]] = true;
    }
    return path->n_guards > 0;
}

Ref common_path_value(const Prog *prog, Ref ref)
{
    while (prog->node[ref].op == OP_LIKELY) ref = prog->node[ref].arg[1];
    return ref;
}

int common_path_n_ops(const CommonPath *path, const Prog *prog)
{
    int n = 0;
    for (int i = 0; i < prog->n; i++) {
        const Op op = (Op)prog->node[i].op;
        n += path->is_needed[i] && op_info(op)->signature != SIG_LEAF && op != OP_BITCAST &&
             op != OP_LIKELY;
    }
    return n;
}
