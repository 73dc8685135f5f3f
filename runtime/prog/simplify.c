#include "runtime/prog/simplify.h"

#include "runtime/prog/eval.h"
#include "runtime/prog/real_exact.h"
#include "runtime/prog/simplify_rules.h"

#include <assert.h>
#include <string.h>

/* How it works. The program is rebuilt in order: a node's arguments are mapped, then it is folded,
   rewritten by a rule, found equal to an earlier node, or copied. This is repeated until nothing
   changes. Each step puts at most one node in the place of one, so programs never grow. */

/* -- building without duplicates ------------------------------------------------ */

static bool is_commutative(Op op)
{
    switch (op) {
    case OP_ADD:
    case OP_MUL:
    case OP_FMA: /* in its factors */
    case OP_EQ:
    case OP_NE:
    case OP_AND:
    case OP_OR:
    case OP_IADD:
    case OP_IMUL:
    case OP_IAND:
    case OP_IOR:
    case OP_IXOR:
    case OP_IEQ: return true;
    default: return false;
    }
}

/* The same value for all inputs, seen without looking behind the arguments. */
static bool is_same_node(const Node *a, const Node *b)
{
    if (a->op != b->op || a->type != b->type) return false;
    if (a->op == OP_CONST) {
        if (a->type != TYPE_REAL) return a->value.lo == b->value.lo;
        return real_is_equal(a->value, b->value);
    }
    if (memcmp(a->arg, b->arg, sizeof a->arg) == 0) return true;
    return is_commutative((Op)a->op) && a->arg[0] == b->arg[1] && a->arg[1] == b->arg[0] &&
           a->arg[2] == b->arg[2];
}

Ref simplifier_add(Simplifier *s, Node node)
{
    for (int i = 0; i < s->out->n; i++)
        if (is_same_node(&s->out->node[i], &node)) return (Ref)i;
    assert(prog_has_room(s->out, 1));
    s->out->node[s->out->n] = node;
    return s->out->n++;
}

Ref simplifier_op(Simplifier *s, Op op, Type type, Ref a, Ref b, Ref c)
{
    return simplifier_add(s, (Node){.op = (uint8_t)op, .type = (uint8_t)type, .arg = {a, b, c}});
}

Ref simplifier_bits(Simplifier *s, Type type, uint64_t bits)
{
    return simplifier_add(s, (Node){.op = OP_CONST, .type = (uint8_t)type, .value = {.lo = bits}});
}

/* -- constants ------------------------------------------------------------------ */

static bool has_constant_arguments(const Simplifier *s, const Node *node)
{
    const int arity = op_info((Op)node->op)->arity;
    for (int k = 0; k < arity; k++)
        if (!is_op(s, node->arg[k], OP_CONST)) return false;
    return arity > 0;
}

static bool fold_real(const Simplifier *s, const Node *node, Real *out)
{
    const Real a = node_at(s, node->arg[0])->value, b = node_at(s, node->arg[1])->value;
    switch (node->op) {
    case OP_ADD: return real_add(a, b, out);
    case OP_SUB: return real_add(a, real_neg(b), out);
    case OP_MUL: return real_mul(a, b, out);
    case OP_DIV: return real_div(a, b, out);
    case OP_FMA: {
        Real product;
        return real_mul(a, b, &product) && real_add(product, node_at(s, node->arg[2])->value, out);
    }
    case OP_NEG: *out = real_neg(a); return true;
    case OP_ABS: *out = a.negative ? real_neg(a) : a; return true;
    default: return false;
    }
}

/* The constant in place of a node whose arguments are constants, by the interpreter itself.
   A NaN is left for the machine to make: its bits are not ours to choose. */
static Ref fold(Simplifier *s, const Node *node)
{
    if (!has_constant_arguments(s, node)) return NO_REF;
    if (node->type == TYPE_REAL) {
        Real value;
        if (!fold_real(s, node, &value)) return NO_REF;
        return simplifier_add(s, (Node){.op = OP_CONST, .type = TYPE_REAL, .value = value});
    }
    if (node_at(s, node->arg[0])->type == TYPE_REAL) return NO_REF;
    /* eval_constant looks at a node of a Prog: this one, put behind the others for a moment. */
    if (!prog_has_room(s->out, 1)) return NO_REF;
    s->out->node[s->out->n] = *node;
    uint64_t bits;
    if (!eval_constant(s->out, s->out->n, &bits)) return NO_REF;
    const Type type = (Type)node->type;
    if (type_is_float(type)) {
        const double value = value_from_bits(type, bits);
        if (value != value) return NO_REF;
    }
    return simplifier_bits(s, type, bits);
}

/* -- the pass ------------------------------------------------------------------- */

static Ref rewrite(Simplifier *s, const Node *node, Ref old)
{
    switch (op_info((Op)node->op)->signature) {
    case SIG_LEAF: return NO_REF;
    case SIG_FLOAT: return rewrite_float(s, node, old);
    case SIG_COMPARE:
    case SIG_ICOMPARE:
    case SIG_BOOL:
    case SIG_SELECT: return rewrite_choice(s, node, old);
    default: return rewrite_integer(s, node, old);
    }
}

static void count_uses(Simplifier *s)
{
    memset(s->uses, 0, sizeof s->uses);
    for (int i = 0; i < s->old->n; i++) {
        const Node *const node = &s->old->node[i];
        for (int k = 0; k < op_info((Op)node->op)->arity; k++) s->uses[node->arg[k]]++;
    }
}

static void simplify_once(Prog *out, const Prog *old)
{
    *out = *old;
    out->n = 0;
    Simplifier s = {.old = old, .out = out};
    count_uses(&s);
    Node node = {0};
    for (int i = 0; i < old->n; i++) {
        node = old->node[i];
        if (node.op == OP_INPUT) {
            out->node[out->n] = node;
            s.at[i] = out->n++;
            continue;
        }
        for (int k = 0; k < op_info((Op)node.op)->arity; k++) node.arg[k] = s.at[node.arg[k]];
        s.has_spare = out->n + (old->n - i) < PROG_MAX;
        Ref ref = fold(&s, &node);
        if (ref == NO_REF) ref = rewrite(&s, &node, (Ref)i);
        if (ref == NO_REF) ref = simplifier_add(&s, node);
        s.at[i] = ref;
    }
    /* The result is the last node. An input cannot be that if others follow it; then the last
       operator stays as it was. */
    const Ref result = s.at[old->n - 1];
    if (result + 1 >= old->n_inputs)
        out->n = (uint16_t)(result + 1);
    else
        simplifier_add(&s, node);
    prog_prune(out);
}

void prog_simplify(Prog *prog)
{
    prog_prune(prog);
    for (;;) {
        Prog next;
        simplify_once(&next, prog);
        assert(next.n <= prog->n && "a rule may put one node in the place of one");
        if (prog_is_equal(&next, prog)) return;
        *prog = next;
    }
}
