#include "search/literal.h"

#include "runtime/prog/simplify.h"

#include <math.h>

typedef struct {
    Prog *prog;
    Type type; /* computed in */
    Ref at[PROG_MAX];
} Literal;

static Ref constant(Literal *l, double value) { return prog_add_const(l->prog, l->type, value); }

/* x^2, x^3, x^4, x^0.5, x^1.5, x^-1 and so on: a few products and a square root. False for others. */
static bool power(Literal *l, Ref x, double exponent, Ref *out)
{
    const double size = fabs(exponent);
    const int whole = (int)size;
    if (size > 4 || size == 0 || (size != whole && size != whole + 0.5)) return false;
    Ref result = x;
    for (int i = 1; i < whole; i++) result = prog_add(l->prog, OP_MUL, result, x, 0);
    if (size != whole) {
        const Ref root = prog_add(l->prog, OP_SQRT, x, 0, 0);
        result = whole == 0 ? root : prog_add(l->prog, OP_MUL, result, root, 0);
    }
    if (exponent < 0) result = prog_add(l->prog, OP_DIV, constant(l, 1), result, 0);
    *out = result;
    return true;
}

static bool translate(Literal *l, const Prog *reference, int i, Ref *out)
{
    const Node *node = &reference->node[i];
    const Ref a = l->at[node->arg[0]], b = l->at[node->arg[1]], c = l->at[node->arg[2]];
    const Node *second = &reference->node[node->arg[1]];
    switch (node->op) {
    case OP_CONST:
        *out = node->type == TYPE_BOOL ? prog_add_bits(l->prog, TYPE_BOOL, node->value.lo)
                                       : constant(l, real_to_double(node->value));
        return true;
    case OP_PI: *out = constant(l, 0x1.921fb54442d18p+1); return true;
    case OP_E: *out = constant(l, 0x1.5bf0a8b145769p+1); return true;
    case OP_LN2: *out = constant(l, 0x1.62e42fefa39efp-1); return true;
    case OP_POW: return second->op == OP_CONST && power(l, a, real_to_double(second->value), out);
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

static bool make(const Problem *problem, Type type, Prog *out)
{
    enum { NODES_OF_ONE = 6 }; /* that one node of the reference may become */
    const Goal *goal = &problem->goal;
    const Prog *reference = &goal->reference;
    Literal l = {.prog = out, .type = type};
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
    if (make(problem, type, &out[n])) n++;
    if (type == TYPE_REAL || type == TYPE_F64) return n;
    if (make(problem, type == TYPE_F32 ? TYPE_F64 : TYPE_F32, &out[n])) n++;
    return n;
}
