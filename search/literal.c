#include "search/literal.h"

#include "runtime/prog/simplify.h"

#include <math.h>

typedef struct {
    Prog *prog;
    Type type; /* computed in */
    LiteralFunction *function;
    void *context;
    Ref at[PROG_MAX];
} Literal;

static Ref constant(Literal *l, double value) { return prog_add_const(l->prog, l->type, value); }

/* x^2, x^5, x^0.5, x^1.5, x^0.75, x^-1 and so on: a few products and square roots. */
static bool is_easy_power(double exponent)
{
    enum { MOST = 32 };
    const double size = fabs(exponent);
    if (size == 0 || size > MOST) return false;
    return size == rint(size) || (size <= 4 && 4 * size == rint(4 * size));
}

/* *y times factor, where there is a *y yet. */
static void multiply(Literal *l, Ref *y, bool *has_y, Ref factor)
{
    *y = *has_y ? prog_add(l->prog, OP_MUL, *y, factor, 0) : factor;
    *has_y = true;
}

static Ref power(Literal *l, Ref x, double exponent)
{
    const double size = fabs(exponent);
    const int whole = (int)size, quarters = (int)(4 * (size - whole));
    Ref result = x, square = x;
    bool has_result = false;
    for (int left = whole; left > 0; left >>= 1) {
        if (left & 1) multiply(l, &result, &has_result, square);
        if (left > 1) square = prog_add(l->prog, OP_MUL, square, square, 0);
    }
    if (quarters > 0) {
        const Ref root = prog_add(l->prog, OP_SQRT, x, 0, 0);
        if (quarters & 2) multiply(l, &result, &has_result, root);
        if (quarters & 1)
            multiply(l, &result, &has_result, prog_add(l->prog, OP_SQRT, root, 0, 0));
    }
    return exponent < 0 ? prog_add(l->prog, OP_DIV, constant(l, 1), result, 0) : result;
}

bool literal_has(const Prog *reference, int i)
{
    const Node *node = &reference->node[i], *second = &reference->node[node->arg[1]];
    const OpInfo *info = op_info((Op)node->op);
    if (node->op == OP_POW)
        return second->op == OP_CONST && is_easy_power(real_to_double(second->value));
    return info->arity == 0 || node->op == OP_RSQRT || (info->kind & KIND_MACHINE);
}

/* The one argument that is no constant; false if there are several. */
static bool only_argument(const Literal *l, const Prog *reference, int i, Ref *argument)
{
    const Node *node = &reference->node[i];
    int n = 0;
    for (int a = 0; a < op_info((Op)node->op)->arity; a++) {
        if (reference->node[node->arg[a]].op == OP_CONST) continue;
        *argument = l->at[node->arg[a]];
        n++;
    }
    return n == 1;
}

static bool function(Literal *l, const Prog *reference, int i, Ref *out)
{
    Ref argument;
    return l->function && only_argument(l, reference, i, &argument) &&
           l->function(l->context, i, l->prog, argument, out);
}

static bool translate(Literal *l, const Prog *reference, int i, Ref *out)
{
    const Node *node = &reference->node[i];
    const Ref a = l->at[node->arg[0]], b = l->at[node->arg[1]], c = l->at[node->arg[2]];
    const Node *second = &reference->node[node->arg[1]];
    if (!literal_has(reference, i)) return function(l, reference, i, out);
    switch (node->op) {
    case OP_CONST:
        *out = node->type == TYPE_BOOL ? prog_add_bits(l->prog, TYPE_BOOL, node->value.lo)
                                       : constant(l, real_to_double(node->value));
        return true;
    case OP_PI: *out = constant(l, 0x1.921fb54442d18p+1); return true;
    case OP_E: *out = constant(l, 0x1.5bf0a8b145769p+1); return true;
    case OP_LN2: *out = constant(l, 0x1.62e42fefa39efp-1); return true;
    case OP_POW: *out = power(l, a, real_to_double(second->value)); return true;
    case OP_RSQRT:
        *out = prog_add(l->prog, OP_DIV, constant(l, 1), prog_add(l->prog, OP_SQRT, a, 0, 0), 0);
        return true;
    default: break;
    }
    const OpInfo *info = op_info((Op)node->op);
    if (!(info->kind & KIND_MACHINE)) return false;
    if (node->op == OP_FMA && (l->type == TYPE_F16 || l->type == TYPE_BF16)) return false;
    *out = prog_add(l->prog, (Op)node->op, a, info->arity > 1 ? b : 0, info->arity > 2 ? c : 0);
    return true;
}

bool literal_write(const Problem *problem, Type type, LiteralFunction *function, void *context,
                   Prog *out)
{
    enum { NODES_OF_ONE = 12 }; /* that one node of the reference may become, but for functions */
    const Goal *goal = &problem->goal;
    const Prog *reference = &goal->reference;
    Literal l = {.prog = out, .type = type, .function = function, .context = context};
    prog_init(out);
    prog_add_input(out, goal->type, reference->input_name[0]);
    if (type != goal->type) l.at[0] = prog_add_typed(out, OP_CONVERT, type, 0, 0, 0);
    for (int i = 1; i < reference->n; i++)
        if (!prog_has_room(out, NODES_OF_ONE) || !translate(&l, reference, i, &l.at[i]))
            return false;
    Ref result = l.at[reference->n - 1];
    if (type != goal->type) result = prog_add_typed(out, OP_CONVERT, goal->type, result, 0, 0);
    if (result != out->n - 1 || !prog_is_valid(out, NULL)) return false;
    prog_simplify(out);
    return problem_allows(problem, out);
}

int literal_make(const Problem *problem, Prog out[LITERALS_MAX])
{
    const Type type = problem->goal.type;
    int n = 0;
    if (problem->goal.reference.n_inputs != 1) return 0;
    if (literal_write(problem, type, NULL, NULL, &out[n])) n++;
    if (type == TYPE_REAL || type == TYPE_F64) return n;
    const Type wider = type == TYPE_F32 ? TYPE_F64 : TYPE_F32;
    if (literal_write(problem, wider, NULL, NULL, &out[n])) n++;
    return n;
}
