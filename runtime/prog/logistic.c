#include "runtime/prog/logistic.h"

#include <stdlib.h>

typedef struct {
    const Prog *from;
    Prog *to;
    Ref node[PROG_MAX]; /* where those of `from` are in `to` */
} Rewrite;

enum { NODES_OF_ONE = 12 }; /* that one node may become */

static const Node *node_of(const Rewrite *w, Ref i) { return &w->from->node[i]; }

static bool is_constant(const Rewrite *w, Ref i, double value)
{
    const Node *node = node_of(w, i);
    return node->op == OP_CONST && node->type == TYPE_REAL &&
           real_is_equal(node->value, real_from_double(value));
}

/* -- exponentials ---------------------------------------------------------------------------------- */

static bool is_exponential(const Rewrite *w, Ref i)
{
    const Node *node = node_of(w, i);
    if (node->op == OP_POW) {
        const Node *base = node_of(w, node->arg[0]);
        return base->op == OP_CONST && real_to_double(base->value) > 1;
    }
    return node->op == OP_EXP || node->op == OP_EXP2 || node->op == OP_EXP10;
}

static Ref log_of(const Rewrite *w, Ref base) { return prog_add(w->to, OP_LOG, base, 0, 0); }

/* u*log(b) of an exponential b^u. */
static Ref natural_exponent(const Rewrite *w, Ref i)
{
    const Node *node = node_of(w, i);
    if (node->op == OP_EXP) return w->node[node->arg[0]];
    if (node->op == OP_POW && !is_constant(w, node->arg[0], 2))
        return prog_add(w->to, OP_MUL, w->node[node->arg[1]], log_of(w, w->node[node->arg[0]]), 0);
    const Ref u = w->node[node->arg[node->op == OP_POW]];
    const Ref factor = node->op == OP_EXP10 ? log_of(w, prog_add_const(w->to, TYPE_REAL, 10))
                                            : prog_add_typed(w->to, OP_LN2, TYPE_REAL, 0, 0, 0);
    return prog_add(w->to, OP_MUL, u, factor, 0);
}

/* Is node i a sum of a positive constant and an exponential? Then these are *constant and *exponential. */
static bool is_more(const Rewrite *w, Ref i, Ref *constant, Ref *exponential)
{
    const Node *node = node_of(w, i);
    if (node->op != OP_ADD) return false;
    const bool is_first = node_of(w, node->arg[0])->op == OP_CONST;
    *constant = node->arg[!is_first];
    *exponential = node->arg[is_first];
    const Node *c = node_of(w, *constant);
    return c->op == OP_CONST && real_to_double(c->value) > 0 && is_exponential(w, *exponential);
}

static bool is_one_more(const Rewrite *w, Ref i, Ref *exponential)
{
    Ref constant;
    return is_more(w, i, &constant, exponential) && is_constant(w, constant, 1);
}

/* -- what they become ------------------------------------------------------------------------------- */

static bool as_softplus(const Rewrite *w, const Node *node, Ref *out)
{
    Ref exponential, constant;
    bool is_one = true;
    switch (node->op) {
    case OP_LOG1P:
        exponential = node->arg[0];
        if (!is_exponential(w, exponential)) return false;
        break;
    case OP_LOG:
    case OP_LOG2:
    case OP_LOG10:
        if (!is_more(w, node->arg[0], &constant, &exponential)) return false;
        is_one = is_constant(w, constant, 1);
        break;
    default: return false;
    }
    Ref exponent = natural_exponent(w, exponential);
    const Ref shift = is_one ? 0 : log_of(w, w->node[constant]);
    if (!is_one) exponent = prog_add(w->to, OP_SUB, exponent, shift, 0);
    *out = prog_add(w->to, OP_SOFTPLUS, exponent, 0, 0);
    if (!is_one) *out = prog_add(w->to, OP_ADD, *out, shift, 0);
    if (node->op == OP_LOG2)
        *out = prog_add(w->to, OP_DIV, *out, prog_add_typed(w->to, OP_LN2, TYPE_REAL, 0, 0, 0), 0);
    if (node->op == OP_LOG10)
        *out = prog_add(w->to, OP_DIV, *out, log_of(w, prog_add_const(w->to, TYPE_REAL, 10)), 0);
    return true;
}

static bool as_sigmoid(const Rewrite *w, const Node *node, Ref *out)
{
    Ref exponential;
    if (node->op != OP_DIV || !is_one_more(w, node->arg[1], &exponential)) return false;
    const Ref exponent = natural_exponent(w, exponential);
    if (node->arg[0] == exponential) {
        *out = prog_add(w->to, OP_SIGMOID, exponent, 0, 0);
        return true;
    }
    const bool is_negative = w->to->node[exponent].op == OP_NEG;
    const Ref minus =
        is_negative ? w->to->node[exponent].arg[0] : prog_add(w->to, OP_NEG, exponent, 0, 0);
    *out = prog_add(w->to, OP_SIGMOID, minus, 0, 0);
    if (!is_constant(w, node->arg[0], 1))
        *out = prog_add(w->to, OP_MUL, w->node[node->arg[0]], *out, 0);
    return true;
}

/* Products of u and a function of it, in what has been written. */
static Ref as_product(const Rewrite *w, Ref product)
{
    const Node *node = &w->to->node[product];
    for (int k = 0; k < 2 && node->op == OP_MUL; k++) {
        const Ref u = node->arg[k];
        const Node *other = &w->to->node[node->arg[1 - k]];
        const Node *inner = &w->to->node[other->arg[0]];
        if (other->op == OP_SIGMOID && other->arg[0] == u) return prog_add(w->to, OP_SILU, u, 0, 0);
        if (other->op == OP_TANH && inner->op == OP_SOFTPLUS && inner->arg[0] == u)
            return prog_add(w->to, OP_MISH, u, 0, 0);
    }
    return product;
}

void prog_in_logistics(Prog *prog)
{
    if (prog->n_tables > 0) return;
    Rewrite *w = xcalloc(1, sizeof *w);
    Prog *to = xcalloc(1, sizeof *to);
    w->from = prog;
    w->to = to;
    prog_init(to);
    bool has_room = true;
    for (Ref i = 0; i < prog->n && has_room; i++) {
        const Node *node = &prog->node[i];
        has_room = prog_has_room(to, NODES_OF_ONE);
        if (i < prog->n_inputs)
            w->node[i] = prog_add_input(to, (Type)node->type, prog->input_name[i]);
        else if (has_room && !as_softplus(w, node, &w->node[i]) &&
                 !as_sigmoid(w, node, &w->node[i]))
            w->node[i] = prog_append_node(to, node, w->node);
        w->node[i] = as_product(w, w->node[i]);
    }
    if (has_room) {
        to->n = w->node[prog->n - 1] + 1;
        *prog = *to;
        prog_prune(prog);
    }
    free(to);
    free(w);
}
