#include "runtime/emit/emit_llvm_arms.h"

#include <string.h>

/* Operators that a side must save before it becomes a branch: a branch that is guessed wrong costs as much as some dozens. */
enum { ARM_LEAST = 32 };

static bool is_choice(const Prog *prog, Ref i)
{
    return prog->node[i].op == OP_SELECT || prog->node[i].op == OP_LIKELY;
}

static Ref choice_of(ArmPlace place) { return (Ref)((place - 1) / 2); }

static bool is_within(const Arms *arms, ArmPlace inner, ArmPlace outer)
{
    while (inner != outer && inner != ARM_ALWAYS) inner = arms->place[choice_of(inner)];
    return inner == outer;
}

/* The innermost place that holds both. */
static ArmPlace common_place(const Arms *arms, ArmPlace a, ArmPlace b)
{
    while (!is_within(arms, b, a)) a = arms->place[choice_of(a)];
    return a;
}

/* Where node `user` needs its argument number k: in its own place, or on the side that the argument is of. */
static ArmPlace place_of_use(const Arms *arms, const Prog *prog, Ref user, int k)
{
    const Node *node = &prog->node[user];
    const bool is_side = arms->is_branch[user] && k > 0 && node->arg[1] != node->arg[2];
    return is_side ? arm_place(user, k - 1) : arms->place[user];
}

/* Users come behind what they use, so their places are known first. Constants and inputs are there always. */
static void find_places(Arms *arms, const Prog *prog)
{
    bool is_used[PROG_MAX] = {false};
    for (int i = 0; i < prog->n; i++) arms->place[i] = ARM_ALWAYS;
    for (int i = prog->n - 1; i >= 0; i--) {
        const Node *node = &prog->node[i];
        const int arity = op_info((Op)node->op)->arity;
        for (int k = 0; k < arity; k++) {
            const Ref a = node->arg[k];
            const Op op = (Op)prog->node[a].op;
            const ArmPlace place = place_of_use(arms, prog, (Ref)i, k);
            if (op == OP_CONST || op == OP_INPUT) continue;
            arms->place[a] = is_used[a] ? common_place(arms, arms->place[a], place) : place;
            is_used[a] = true;
        }
    }
}

/* The operators of a side, those of choices inside it too. */
static int side_ops(const Arms *arms, const Prog *prog, ArmPlace side)
{
    int n = 0;
    for (int i = 0; i < prog->n; i++)
        n += prog->node[i].op != OP_CONST && prog->node[i].op != OP_INPUT &&
             is_within(arms, arms->place[i], side);
    return n;
}

/* All choices are taken for branches first, then those that save too little are given up, from the last on: what
   they held goes to the places around them. */
bool arms_find(Arms *arms, const Prog *prog)
{
    bool is_any = false;
    memset(arms, 0, sizeof *arms);
    for (int i = 0; i < prog->n; i++) arms->is_branch[i] = is_choice(prog, (Ref)i);
    find_places(arms, prog);
    for (int i = prog->n - 1; i >= 0; i--) {
        if (!arms->is_branch[i]) continue;
        const Ref choice = (Ref)i;
        arms->is_branch[i] = side_ops(arms, prog, arm_place(choice, 0)) >= ARM_LEAST ||
                             side_ops(arms, prog, arm_place(choice, 1)) >= ARM_LEAST;
        is_any |= arms->is_branch[i];
        if (!arms->is_branch[i]) find_places(arms, prog);
    }
    return is_any;
}
