/* Moves that compose: outer transforms of the result, inner ones of a variable. Their constants start from
   random values of several sizes and are left to the fit. */
#include "search/edit.h"
#include "search/moves.h"

#include <math.h>

static double random_constant(Rng *rng)
{
    const double size = exp(1.5 * rng_normal(rng));
    return rng_below(rng, 2) == 0 ? size : -size;
}

/* The innermost value of the arithmetic that makes the result: below its conversion to another type
   and its selections. */
static Ref inner_result(const Prog *prog)
{
    Ref k = prog_result(prog);
    for (;;) {
        const Node *node = &prog->node[k];
        if (node->op == OP_CONVERT)
            k = node->arg[0];
        else if (node->op == OP_SELECT || node->op == OP_LIKELY)
            k = node->arg[1];
        else
            return k;
    }
}

static bool finish_at(Prog *prog, Ref old, Ref new, Ref first)
{
    const Ref result = (Ref)(first - 1);
    return edit_finish(prog, edit_replace(prog, old, new, first, result));
}

/* y ==> y*y */
bool move_square(Prog *prog, Rng *rng)
{
    if (!prog_has_room(prog, 1)) return false;
    const Ref y = inner_result(prog), first = prog->n;
    return finish_at(prog, y, prog_add(prog, OP_MUL, y, y, 0), first);
}

/* y ==> a + b/(y + c): turns tanh- and coth-like functions into exponentials, and straightens poles. */
bool move_moebius(Prog *prog, Rng *rng)
{
    if (!prog_has_room(prog, 6)) return false;
    const Ref y = inner_result(prog), first = prog->n;
    const Type type = (Type)prog->node[y].type;
    const Ref c = prog_add_const(prog, type, random_constant(rng));
    const Ref below = prog_add(prog, OP_ADD, y, c, 0);
    const Ref b = prog_add_const(prog, type, random_constant(rng));
    Ref new = prog_add(prog, OP_DIV, b, below, 0);
    if (rng_below(rng, 3) != 0) {
        const Ref a = prog_add_const(prog, type, random_constant(rng));
        new = prog_add(prog, OP_ADD, new, a, 0);
    }
    return finish_at(prog, y, new, first);
}

/* v ==> c/v */
bool move_invert(Prog *prog, Rng *rng)
{
    if (!prog_has_room(prog, 2)) return false;
    const Ref y = inner_result(prog), first = prog->n;
    const Ref c = prog_add_const(prog, (Type)prog->node[y].type, random_constant(rng));
    return finish_at(prog, y, prog_add(prog, OP_DIV, c, y, 0), first);
}

/* u ==> u + c/v for a node u and v = u or the variable: one level of a nested fraction. */
bool move_nest(Prog *prog, Rng *rng)
{
    if (!prog_has_room(prog, 3)) return false;
    int n = 0;
    Ref u = 0, v = 0;
    for (Ref k = 0; k < prog->n; k++) {
        const Node *node = &prog->node[k];
        if (node->op == OP_CONST || (!type_is_float(node->type) && node->type != TYPE_REAL))
            continue;
        if (rng_below(rng, (uint64_t)++n) == 0) u = k;
    }
    if (n == 0) return false;
    n = 0;
    for (Ref k = 0; k <= u; k++) {
        if (prog->node[k].type != prog->node[u].type || prog->node[k].op == OP_CONST) continue;
        if (rng_below(rng, (uint64_t)++n) == 0) v = k;
    }
    if (n == 0 || rng_below(rng, 2) == 0) v = u;
    const Ref first = prog->n;
    const Ref c = prog_add_const(prog, (Type)prog->node[u].type, random_constant(rng));
    const Ref part = prog_add(prog, OP_DIV, c, v, 0);
    return finish_at(prog, u, prog_add(prog, OP_ADD, u, part, 0), first);
}
