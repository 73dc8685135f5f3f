/* Inside the simplifier: the program being rebuilt, and the rules. */
#ifndef APPROX_PROG_SIMPLIFY_RULES_H
#define APPROX_PROG_SIMPLIFY_RULES_H

#include "runtime/prog/prog.h"

/* `old` is rebuilt node by node into `out`, where equal nodes are one; at[i] is where old node
   i went. The old nodes are counted: uses[i] readers of node i. */
typedef struct {
    const Prog *old;
    Prog *out;
    Ref at[PROG_MAX];
    uint16_t uses[PROG_MAX];
    bool has_spare; /* is there room for a node more than the one that replaces the old one? */
} Simplifier;

enum { NO_REF = UINT16_MAX };

/* The node in `out` that is equal, else a new one. */
Ref simplifier_add(Simplifier *s, Node node);
Ref simplifier_op(Simplifier *s, Op op, Type type, Ref a, Ref b, Ref c);
Ref simplifier_bits(Simplifier *s, Type type, uint64_t bits);

/* What to have instead of `node` (its arguments already in `out`), which was node `old`: an
   existing node or one new one of the same value for all inputs, or NO_REF. A rule that
   replaces a constant argument by another asks that the old one has no other reader,
   so that the program never grows. */
Ref rewrite_float(Simplifier *s, const Node *node, Ref old);  /* arithmetic, signs, rounding */
Ref rewrite_choice(Simplifier *s, const Node *node, Ref old); /* comparisons, booleans, select */
Ref rewrite_integer(Simplifier *s, const Node *node,
                    Ref old); /* integers, changes of type, tables */

/* For the rules. */
static inline const Node *node_at(const Simplifier *s, Ref ref) { return &s->out->node[ref]; }

static inline bool is_op(const Simplifier *s, Ref ref, Op op) { return node_at(s, ref)->op == op; }

static inline Ref argument(const Simplifier *s, Ref ref, int k) { return node_at(s, ref)->arg[k]; }

/* Is it a constant with these bits (not of type real)? */
static inline bool is_bits(const Simplifier *s, Ref ref, uint64_t bits)
{
    const Node *const node = node_at(s, ref);
    return node->op == OP_CONST && node->type != TYPE_REAL && node->value.lo == bits;
}

/* Is it the float or real constant `value`, also in the sign of zero? Not for NaN. */
static inline bool is_value(const Simplifier *s, Ref ref, double value)
{
    const Node *const node = node_at(s, ref);
    if (node->op != OP_CONST) return false;
    if (node->type == TYPE_REAL) return real_is_equal(node->value, real_from_double(value));
    return type_is_float((Type)node->type) &&
           node->value.lo == bits_from_value((Type)node->type, value);
}

/* Is argument k of old node `old` a constant (now) that nothing else reads, so that
   another may be made in its place? */
static inline bool is_own_constant(const Simplifier *s, Ref old, int k)
{
    const Ref argument = s->old->node[old].arg[k];
    return s->has_spare && s->uses[argument] == 1 && is_op(s, s->at[argument], OP_CONST);
}

#endif
