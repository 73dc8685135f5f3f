#include "search/composed_reference.h"

#include "search/literal.h"

#include <math.h>

typedef struct {
    const Prog *reference;
    Prog *out;
    Ref at[PROG_MAX]; /* nodes of the reference in `out` */
} Rewriting;

bool composed_is_power(const Prog *reference, const Node *node)
{
    return node->op == OP_POW && reference->node[node->arg[0]].op != OP_CONST &&
           reference->node[node->arg[1]].op != OP_CONST;
}

bool composed_is_fractional_power(const Prog *reference, const Node *node)
{
    const Node *exponent = &reference->node[node->arg[1]];
    if (node->op != OP_POW || exponent->op != OP_CONST) return false;
    const double a = real_to_double(exponent->value);
    return a != rint(a);
}

static const Node *argument(const Rewriting *r, const Node *node, int i)
{
    return &r->reference->node[node->arg[i]];
}

static bool is_one(const Node *node)
{
    return node->op == OP_CONST && real_is_equal(node->value, real_from_double(1));
}

static Ref one(Rewriting *r, Op op, Ref a) { return prog_add(r->out, op, a, 0, 0); }

static Ref two(Rewriting *r, Op op, Ref a, Ref b) { return prog_add(r->out, op, a, b, 0); }

static Ref constant(Rewriting *r, double value)
{
    return prog_add_const(r->out, TYPE_REAL, value);
}

/* 2*f(u/2)^2 */
static Ref twice_square_of_half(Rewriting *r, Op f, Ref u)
{
    const Ref half = one(r, f, two(r, OP_MUL, u, constant(r, 0.5)));
    return two(r, OP_MUL, two(r, OP_MUL, half, half), constant(r, 2));
}

static Ref log_of_cosh(Rewriting *r, Ref u)
{
    const Ref size = one(r, OP_ABS, u);
    const Ref rest = one(r, OP_SOFTPLUS, two(r, OP_MUL, size, constant(r, -2)));
    return two(r, OP_SUB, two(r, OP_ADD, size, rest), prog_add(r->out, OP_LN2, 0, 0, 0));
}

static bool is_difference_with_one(const Rewriting *r, const Node *node, Op first, Op second)
{
    if (node->op != OP_SUB) return false;
    const Node *a = argument(r, node, 0), *b = argument(r, node, 1);
    return (first == OP_CONST ? is_one(a) : a->op == first) &&
           (second == OP_CONST ? is_one(b) : b->op == second);
}

/* Of log(1 + u): 1 or 0, which of the summands is u; -1 if the node is no such thing. */
static int summand_beside_one(const Rewriting *r, const Node *node)
{
    if (node->op != OP_LOG) return -1;
    const Node *sum = argument(r, node, 0);
    if (sum->op != OP_ADD) return -1;
    return is_one(argument(r, sum, 0)) ? 1 : is_one(argument(r, sum, 1)) ? 0 : -1;
}

/* The node without cancellation; false if it is none of these. */
static bool rewrite_cancelling(Rewriting *r, const Node *node, Ref *result)
{
    const int summand = summand_beside_one(r, node);
    if (summand >= 0)
        *result = one(r, OP_LOG1P, r->at[argument(r, node, 0)->arg[summand]]);
    else if (is_difference_with_one(r, node, OP_EXP, OP_CONST))
        *result = one(r, OP_EXPM1, r->at[argument(r, node, 0)->arg[0]]);
    else if (is_difference_with_one(r, node, OP_CONST, OP_COS))
        *result = twice_square_of_half(r, OP_SIN, r->at[argument(r, node, 1)->arg[0]]);
    else if (is_difference_with_one(r, node, OP_COSH, OP_CONST))
        *result = twice_square_of_half(r, OP_SINH, r->at[argument(r, node, 0)->arg[0]]);
    else if (node->op == OP_LOG && argument(r, node, 0)->op == OP_COSH)
        *result = log_of_cosh(r, r->at[argument(r, node, 0)->arg[0]]);
    else
        return false;
    return true;
}

static Ref power(Rewriting *r, Ref x, Ref y)
{
    return one(r, OP_EXP, two(r, OP_MUL, y, one(r, OP_LOG, x)));
}

static Ref fractional_power(Rewriting *r, Ref x, Ref a)
{
    return one(r, OP_EXP2, two(r, OP_MUL, a, one(r, OP_LOG2, x)));
}

static Ref hypotenuse(Rewriting *r, Ref a, Ref b)
{
    const Ref aa = two(r, OP_MUL, a, a), bb = two(r, OP_MUL, b, b);
    return one(r, OP_SQRT, two(r, OP_ADD, aa, bb));
}

bool composed_rewrite(const Prog *reference, bool without_cancellation, Prog *out)
{
    enum { NODES_OF_ONE = 10 };
    Rewriting r = {.reference = reference, .out = out};
    prog_init(out);
    for (int i = 0; i < reference->n; i++) {
        const Node *node = &reference->node[i];
        if (!prog_has_room(out, NODES_OF_ONE)) return false;
        if (node->op == OP_INPUT)
            r.at[i] = prog_add_input(out, TYPE_REAL, reference->input_name[node->arg[0]]);
        else if (composed_is_power(reference, node))
            r.at[i] = power(&r, r.at[node->arg[0]], r.at[node->arg[1]]);
        else if (composed_is_fractional_power(reference, node) && !literal_has(reference, i))
            r.at[i] = fractional_power(&r, r.at[node->arg[0]], r.at[node->arg[1]]);
        else if (node->op == OP_HYPOT)
            r.at[i] = hypotenuse(&r, r.at[node->arg[0]], r.at[node->arg[1]]);
        else if (!without_cancellation || !rewrite_cancelling(&r, node, &r.at[i]))
            r.at[i] = prog_append_node(out, node, r.at);
    }
    prog_prune(out);
    return true;
}
