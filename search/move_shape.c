/* Moves that regroup arithmetic and keep its value over the reals. */
#include "search/edit.h"
#include "search/moves.h"

#include <math.h>

/* Lists the places (node k, argument a) where node k is `outer` and its argument a is `inner`, used nowhere
   else; picks one at random. */
typedef struct {
    Ref outer, inner;
    int argument;
} Place;

static bool pick_place(const Prog *prog, Op outer, Op inner, Rng *rng, Place *place)
{
    int n = 0;
    for (int k = 0; k < prog->n; k++) {
        const Node *node = &prog->node[k];
        if (node->op != outer) continue;
        for (int a = 0; a < edit_arity(node); a++) {
            if (prog->node[node->arg[a]].op != inner) continue;
            if (edit_n_uses(prog, node->arg[a]) != 1) continue;
            if (rng_below(rng, (uint64_t)++n) == 0) *place = (Place){(Ref)k, node->arg[a], a};
        }
    }
    return n > 0;
}

/* a*b + c ==> fma(a, b, c); c - a*b and a*b - c too, with a sign. */
bool move_join_fma(Prog *prog, Rng *rng)
{
    Place p;
    if (!prog_has_room(prog, 2)) return false;
    const Ref result = prog_result(prog), first = prog->n;
    if (pick_place(prog, OP_ADD, OP_MUL, rng, &p)) {
        const Node product = prog->node[p.inner];
        const Ref c = prog->node[p.outer].arg[1 - p.argument];
        if (product.type == TYPE_F16 || product.type == TYPE_BF16) return false;
        const Ref new = prog_add(prog, OP_FMA, product.arg[0], product.arg[1], c);
        return edit_finish(prog, edit_replace(prog, p.outer, new, first, result));
    }
    if (!pick_place(prog, OP_SUB, OP_MUL, rng, &p)) return false;
    const Node product = prog->node[p.inner];
    if (product.type == TYPE_F16 || product.type == TYPE_BF16) return false;
    const Ref c = prog->node[p.outer].arg[1 - p.argument];
    Ref new;
    if (p.argument == 0) {
        const Ref minus = prog_add(prog, OP_NEG, c, 0, 0);
        new = prog_add(prog, OP_FMA, product.arg[0], product.arg[1], minus);
    } else {
        const Ref minus = prog_add(prog, OP_NEG, product.arg[0], 0, 0);
        new = prog_add(prog, OP_FMA, minus, product.arg[1], c);
    }
    return edit_finish(prog, edit_replace(prog, p.outer, new, first, result));
}

static bool pick_op(const Prog *prog, Op op, Rng *rng, Ref *out)
{
    int n = 0;
    for (int k = 0; k < prog->n; k++)
        if (prog->node[k].op == op && rng_below(rng, (uint64_t)++n) == 0) *out = (Ref)k;
    return n > 0;
}

bool move_split_fma(Prog *prog, Rng *rng)
{
    Ref k = 0;
    if (!prog_has_room(prog, 2) || !pick_op(prog, OP_FMA, rng, &k)) return false;
    const Ref result = prog_result(prog), first = prog->n;
    const Node node = prog->node[k];
    const Ref product = prog_add(prog, OP_MUL, node.arg[0], node.arg[1], 0);
    const Ref new = prog_add(prog, OP_ADD, product, node.arg[2], 0);
    return edit_finish(prog, edit_replace(prog, k, new, first, result));
}

/* fma(fma(a, t, b), t, c) ==> fma(a, t*t, fma(b, t, c)): a step from Horner toward Estrin. */
bool move_pair_horner(Prog *prog, Rng *rng)
{
    Place p;
    if (!prog_has_room(prog, 3) || !pick_place(prog, OP_FMA, OP_FMA, rng, &p)) return false;
    const Node outer = prog->node[p.outer], inner = prog->node[p.inner];
    if (p.argument == 2) return false;
    const Ref t = outer.arg[1 - p.argument];
    Ref a;
    if (inner.arg[1] == t)
        a = inner.arg[0];
    else if (inner.arg[0] == t)
        a = inner.arg[1];
    else
        return false;
    const Ref result = prog_result(prog), first = prog->n;
    const Ref square = prog_add(prog, OP_MUL, t, t, 0);
    const Ref low = prog_add(prog, OP_FMA, inner.arg[2], t, outer.arg[2]);
    const Ref new = prog_add(prog, OP_FMA, a, square, low);
    return edit_finish(prog, edit_replace(prog, p.outer, new, first, result));
}

/* (a + b) + c ==> a + (b + c), and the same with *. */
bool move_regroup(Prog *prog, Rng *rng)
{
    const Op op = rng_below(rng, 2) == 0 ? OP_ADD : OP_MUL;
    Place p;
    if (!prog_has_room(prog, 2) || !pick_place(prog, op, op, rng, &p)) return false;
    const Node inner = prog->node[p.inner];
    const Ref c = prog->node[p.outer].arg[1 - p.argument];
    const int moved = (int)rng_below(rng, 2);
    const Ref result = prog_result(prog), first = prog->n;
    const Ref pair = prog_add(prog, op, inner.arg[moved], c, 0);
    const Ref new = prog_add(prog, op, inner.arg[1 - moved], pair, 0);
    return edit_finish(prog, edit_replace(prog, p.outer, new, first, result));
}

/* a*b + a*c ==> a*(b + c), one operation less. */
bool move_factor(Prog *prog, Rng *rng)
{
    Place p;
    if (!prog_has_room(prog, 2) || !pick_place(prog, OP_ADD, OP_MUL, rng, &p)) return false;
    const Node left = prog->node[p.inner];
    const Node right = prog->node[prog->node[p.outer].arg[1 - p.argument]];
    if (right.op != OP_MUL) return false;
    const Ref result = prog_result(prog), first = prog->n;
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
            if (left.arg[i] != right.arg[j]) continue;
            const Ref sum = prog_add(prog, OP_ADD, left.arg[1 - i], right.arg[1 - j], 0);
            const Ref new = prog_add(prog, OP_MUL, left.arg[i], sum, 0);
            return edit_finish(prog, edit_replace(prog, p.outer, new, first, result));
        }
    }
    return false;
}

static double constant_value(const Prog *prog, Ref k)
{
    const Node *node = &prog->node[k];
    if (node->type == TYPE_REAL) return real_to_double(node->value);
    return value_from_bits((Type)node->type, node->value.lo);
}

/* (x op c1) op c2 ==> x op c, for op + or *: the second constant says nothing new. */
bool move_merge_constants(Prog *prog, Rng *rng)
{
    const Op op = rng_below(rng, 2) == 0 ? OP_ADD : OP_MUL;
    Place p;
    if (!pick_place(prog, op, op, rng, &p)) return false;
    const Node inner = prog->node[p.inner];
    const Ref c2 = prog->node[p.outer].arg[1 - p.argument];
    if (prog->node[c2].op != OP_CONST) return false;
    if (!prog_has_room(prog, 2)) return false;
    for (int i = 0; i < 2; i++) {
        if (prog->node[inner.arg[i]].op != OP_CONST) continue;
        const double u = constant_value(prog, inner.arg[i]), v = constant_value(prog, c2);
        const double merged = op == OP_ADD ? u + v : u * v;
        if (!isfinite(merged)) return false;
        const Ref result = prog_result(prog), first = prog->n;
        const Ref c = prog_add_const(prog, (Type)inner.type, merged);
        const Ref new = prog_add(prog, op, inner.arg[1 - i], c, 0);
        return edit_finish(prog, edit_replace(prog, p.outer, new, first, result));
    }
    return false;
}
