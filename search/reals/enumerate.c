/* Structures grow node by node. A node may use any two arguments that give it a parity; of two neighbours that do not use one another
   only one order is tried; a structure with more loose ends than the operations left can join is given up. What is left
   is made canonical, and stays if that did not shrink it and it was not met before. */
#include "search/reals/enumerate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct Enumeration {
    int n_ops;
    uint32_t count, capacity;
    bool is_complete;
    DagNode *node;     /* n_ops for each structure */
    bool *is_negative; /* of an earlier one, for each */
};

const char *parity_name(Parity parity)
{
    static const char *const NAME[] = {"even", "odd", "any"};
    return NAME[parity];
}

/* -- a set of fingerprints ---------------------------------------------------------------------- */

typedef struct {
    uint64_t *slot; /* 0: free */
    size_t size, count;
} Set;

static size_t set_place(const Set *set, uint64_t key)
{
    size_t at = (size_t)(key * 0x9e3779b97f4a7c15u) & (set->size - 1);
    while (set->slot[at] != 0 && set->slot[at] != key) at = (at + 1) & (set->size - 1);
    return at;
}

/* False if it was there. */
static bool set_add(Set *set, uint64_t key)
{
    if (2 * set->count >= set->size) {
        Set larger = {.size = set->size > 0 ? 2 * set->size : 1024};
        larger.slot = xcalloc(larger.size, sizeof *larger.slot);
        for (size_t i = 0; i < set->size; i++)
            if (set->slot[i] != 0) larger.slot[set_place(&larger, set->slot[i])] = set->slot[i];
        larger.count = set->count;
        free(set->slot);
        *set = larger;
    }
    key |= key == 0;
    const size_t at = set_place(set, key);
    if (set->slot[at] == key) return false;
    set->slot[at] = key;
    set->count++;
    return true;
}

static bool set_has(const Set *set, uint64_t key)
{
    key |= key == 0;
    return set->size > 0 && set->slot[set_place(set, key)] == key;
}

/* -- growing ------------------------------------------------------------------------------------- */

typedef struct {
    const DagOps *ops;
    Enumeration *out;
    Parity wanted;
    int n; /* operations of the structures that are being made */
    uint32_t limit;
    int arity_max;
    Set forms, families; /* met before; the first spares most of the work for the second */
    DagNode node[ENUMERATE_OPS_MAX]; /* constants are all DAG_CONST */
    Parity parity[ENUMERATE_OPS_MAX];
    int n_uses[ENUMERATE_OPS_MAX];
} Growth;

static int arity_of(Op op) { return op_info(op)->arity; }

static Parity parity_of(const Growth *g, uint8_t arg)
{
    if (arg == DAG_X) return PARITY_ODD;
    return dag_is_constant(arg) ? PARITY_EVEN : g->parity[arg];
}

/* False if the result would have none. */
static bool parity_apply(Op op, Parity a, Parity b, Parity c, Parity *out)
{
    switch (op) {
    case OP_ADD:
    case OP_SUB: *out = a; return a == b;
    case OP_MUL:
    case OP_DIV: *out = a == b ? PARITY_EVEN : PARITY_ODD; return true;
    case OP_FMA: *out = c; return (a == b) == (c == PARITY_EVEN);
    case OP_NEG: *out = a; return true;
    case OP_ABS: *out = PARITY_EVEN; return true;
    default: /* SQRT MIN MAX */ *out = PARITY_EVEN; return a == PARITY_EVEN && b == PARITY_EVEN;
    }
}

/* Is the argument op(u, constant), in either order? */
static bool is_with_constant(const Growth *g, uint8_t arg, Op op)
{
    if (!dag_is_node(arg) || g->node[arg].op != op) return false;
    return dag_is_constant(g->node[arg].arg[0]) || dag_is_constant(g->node[arg].arg[1]);
}

static uint64_t hash_of(const Dag *dag)
{
    uint64_t hash = 0;
    for (int i = 0; i < dag->n; i++) {
        uint32_t node;
        memcpy(&node, &dag->node[i], sizeof node);
        hash = (hash ^ node) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    return hash;
}

/* Is there a factor that only a product takes, and could as well be taken after it? (u*c)*v, (u*c)*(u*c) */
static bool is_factor_early(const Growth *g, int n)
{
    if (!g->ops->may[OP_MUL] || !g->ops->may[OP_DIV]) return false;
    for (int i = 0; i < n; i++) {
        const DagNode *node = &g->node[i];
        if (node->op != OP_MUL && node->op != OP_DIV) continue;
        const int n_own = node->arg[0] == node->arg[1] ? 2 : 1;
        for (int k = 0; k < 2; k++) {
            const uint8_t a = node->arg[k];
            const bool is_scaled = is_with_constant(g, a, OP_MUL) || is_with_constant(g, a, OP_DIV);
            if (is_scaled && g->n_uses[a] == n_own) return true;
        }
    }
    return false;
}

static void append(Enumeration *out, const DagNode *node, bool is_negative)
{
    const size_t n = (size_t)out->n_ops;
    if (out->count == out->capacity) {
        out->capacity = out->capacity > 0 ? 2 * out->capacity : 256;
        out->node = xrealloc(out->node, out->capacity * n * sizeof *node);
        out->is_negative = xrealloc(out->is_negative, out->capacity * sizeof *out->is_negative);
    }
    memcpy(&out->node[out->count * n], node, n * sizeof *node);
    out->is_negative[out->count++] = is_negative;
}

static void finish(Growth *g, int n)
{
    if (is_factor_early(g, n)) return;
    Dag dag = dag_identity();
    for (int i = 0; i < n; i++) {
        DagNode node = g->node[i];
        for (int k = 0; k < arity_of((Op)node.op); k++)
            if (dag_is_constant(node.arg[k])) node.arg[k] = dag_constant(&dag, 1 + (Quad)k / 3);
        dag_add(&dag, (Op)node.op, node.arg[0], node.arg[1], node.arg[2]);
    }
    if (!dag_canonicalize(&dag, g->ops) || dag.n != n || !set_add(&g->forms, hash_of(&dag))) return;
    const uint64_t family = dag_family_fingerprint(&dag, false);
    if (!set_add(&g->families, family) || dag_is_redundant(&dag)) return;
    Enumeration *out = g->out;
    if (n < out->n_ops) return; /* only to be known */
    const uint64_t negative = dag_family_fingerprint(&dag, true);
    append(out, dag.node, negative != family && set_has(&g->families, negative));
    out->is_complete = out->count < g->limit;
}

/* Of two neighbours, neither using the other, the smaller comes first. They are the same only with constants
   of their own. */
static bool is_in_order(const Growth *g, int i)
{
    if (i == 0) return true;
    const DagNode *node = &g->node[i];
    bool has_constant = false;
    for (int k = 0; k < arity_of((Op)node->op); k++) {
        if (node->arg[k] == i - 1) return true;
        has_constant |= dag_is_constant(node->arg[k]);
    }
    const int order = memcmp(&g->node[i - 1], node, sizeof *node);
    return order < 0 || (order == 0 && has_constant);
}

/* Would the two constants be one? u + c + d, c/(u*d), ... */
static bool is_folded(const Growth *g, const DagNode *node)
{
    if (arity_of((Op)node->op) != 2) return false;
    const bool is_first = dag_is_constant(node->arg[0]);
    if (!is_first && !dag_is_constant(node->arg[1])) return false;
    const uint8_t u = node->arg[is_first];
    switch (node->op) {
    case OP_ADD:
    case OP_SUB: return is_with_constant(g, u, OP_ADD) || is_with_constant(g, u, OP_SUB);
    case OP_MUL:
    case OP_DIV: return is_with_constant(g, u, OP_MUL) || is_with_constant(g, u, OP_DIV);
    default: return false;
    }
}

static bool is_sum(uint8_t op) { return op == OP_ADD || op == OP_SUB; }

/* The power of `factor` in a product or quotient of two. */
static int power_in(const DagNode *node, uint8_t factor)
{
    const int sign = node->op == OP_MUL ? 1 : -1;
    return (node->arg[0] == factor) + sign * (node->arg[1] == factor);
}

/* Does an argument meet itself again? a + (a - b), a + a*c: b, or a*c' + b' at the same cost; (a*b)/a: b. */
static bool is_cancelling(const Growth *g, const DagNode *node)
{
    const bool is_addition = is_sum(node->op);
    if (!g->ops->may[OP_MUL] || (!is_addition && node->op != OP_MUL && node->op != OP_DIV))
        return false;
    for (int k = 0; k < 2; k++) {
        const uint8_t a = node->arg[k], other = node->arg[1 - k];
        if (dag_is_constant(a) || !dag_is_node(other) || a == other) continue;
        const DagNode *inner = &g->node[other];
        const bool has_a = inner->arg[0] == a || inner->arg[1] == a;
        if (arity_of((Op)inner->op) != 2 || !has_a) continue;
        if (is_addition && is_sum(inner->op)) return true;
        if (is_addition && inner->op == OP_MUL && dag_is_constant(inner->arg[1])) return true;
        if (!is_addition && (inner->op == OP_MUL || inner->op == OP_DIV)) {
            const int own = node->op == OP_DIV && k == 1 ? -1 : 1;
            const int its = node->op == OP_DIV && k == 0 ? -1 : 1;
            if (own * its * power_in(inner, a) < 0) return true;
        }
    }
    return false;
}

static bool is_sensible(const Growth *g, const DagNode *node)
{
    const uint8_t a = node->arg[0], b = node->arg[1];
    const int arity = arity_of((Op)node->op);
    if (is_folded(g, node) || is_cancelling(g, node)) return false;
    bool is_constant = true;
    for (int k = 0; k < arity; k++) is_constant &= dag_is_constant(node->arg[k]);
    if (is_constant) return false;
    switch (node->op) {
    case OP_ADD: return a <= b && !(a == b && g->ops->may[OP_MUL]);
    case OP_MUL:
    case OP_FMA: return a <= b;
    case OP_SUB:
    case OP_DIV:
        return a != b && !(dag_is_constant(b) && g->ops->may[node->op == OP_SUB ? OP_ADD : OP_MUL]);
    case OP_MIN:
    case OP_MAX: return a < b;
    default: return true;
    }
}

static int count_loose(const Growth *g, int n)
{
    int n_loose = 0;
    for (int i = 0; i < n; i++) n_loose += g->n_uses[i] == 0;
    return n_loose;
}

static void grow(Growth *g, int i);

static void try_node(Growth *g, int i)
{
    const DagNode *node = &g->node[i];
    const int arity = arity_of((Op)node->op), n = g->n;
    Parity parity = PARITY_ANY;
    if (!is_sensible(g, node) || !is_in_order(g, i)) return;
    if (g->wanted != PARITY_ANY) {
        const Parity a = parity_of(g, node->arg[0]);
        const Parity b = arity > 1 ? parity_of(g, node->arg[1]) : a;
        const Parity c = arity > 2 ? parity_of(g, node->arg[2]) : a;
        if (!parity_apply((Op)node->op, a, b, c, &parity)) return;
        if (i == n - 1 && parity != g->wanted) return;
    }
    g->parity[i] = parity;
    g->n_uses[i] = 0;
    for (int k = 0; k < arity; k++)
        if (dag_is_node(node->arg[k])) g->n_uses[node->arg[k]]++;
    /* Every operation to come joins at most arity_max loose ends to one. */
    if (count_loose(g, i + 1) - 1 <= (n - 1 - i) * (g->arity_max - 1)) grow(g, i + 1);
    for (int k = 0; k < arity; k++)
        if (dag_is_node(node->arg[k])) g->n_uses[node->arg[k]]--;
}

static void grow(Growth *g, int i)
{
    if (!g->out->is_complete) return;
    if (i == g->n) {
        finish(g, i);
        return;
    }
    uint8_t choice[ENUMERATE_OPS_MAX + 2];
    int n_choices = 0;
    for (int j = i - 1; j >= 0; j--) choice[n_choices++] = (uint8_t)j;
    choice[n_choices++] = DAG_X;
    choice[n_choices++] = DAG_CONST;
    for (int o = 0; o < g->ops->n; o++) {
        const int arity = arity_of(g->ops->op[o]);
        const int n_second = arity > 1 ? n_choices : 1, n_third = arity > 2 ? n_choices : 1;
        for (int a = 0; a < n_choices; a++)
            for (int b = 0; b < n_second; b++)
                for (int c = 0; c < n_third; c++) {
                    const uint8_t second = arity > 1 ? choice[b] : 0;
                    const uint8_t third = arity > 2 ? choice[c] : 0;
                    g->node[i] = (DagNode){(uint8_t)g->ops->op[o], {choice[a], second, third}};
                    try_node(g, i);
                }
    }
}

Enumeration *enumeration_new(const DagOps *ops, Parity parity, int n_ops, uint32_t limit)
{
    assert(n_ops >= 0 && n_ops <= ENUMERATE_OPS_MAX);
    Enumeration *out = xcalloc(1, sizeof *out);
    out->n_ops = n_ops;
    out->is_complete = limit > 0;
    if (n_ops == 0) { /* x itself */
        out->count = parity != PARITY_EVEN;
        return out;
    }
    Growth g = {.ops = ops, .out = out, .wanted = parity, .limit = limit, .arity_max = 1};
    for (int o = 0; o < ops->n; o++)
        if (arity_of(ops->op[o]) > g.arity_max) g.arity_max = arity_of(ops->op[o]);
    const Dag identity = dag_identity();
    set_add(&g.families, dag_family_fingerprint(&identity, false));
    for (g.n = 1; g.n <= n_ops; g.n++) grow(&g, 0); /* what less can do is met first */
    free(g.forms.slot);
    free(g.families.slot);
    return out;
}

void enumeration_free(Enumeration *enumeration)
{
    if (!enumeration) return;
    free(enumeration->node);
    free(enumeration->is_negative);
    free(enumeration);
}

uint32_t enumeration_count(const Enumeration *enumeration) { return enumeration->count; }

bool enumeration_is_complete(const Enumeration *enumeration) { return enumeration->is_complete; }

bool enumeration_is_negative(const Enumeration *enumeration, uint32_t index)
{
    assert(index < enumeration->count);
    return enumeration->is_negative != NULL && enumeration->is_negative[index];
}

void enumeration_get(const Enumeration *enumeration, uint32_t index, Dag *out)
{
    assert(index < enumeration->count);
    *out = dag_identity();
    const int n = enumeration->n_ops;
    out->n = (uint8_t)n;
    if (n == 0) return;
    memcpy(out->node, &enumeration->node[(size_t)index * n], (size_t)n * sizeof *out->node);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < arity_of((Op)out->node[i].op); k++) {
            const uint8_t arg = out->node[i].arg[k];
            if (!dag_is_constant(arg)) continue;
            if (arg - DAG_CONST >= out->n_constants)
                out->n_constants = (uint8_t)(arg - DAG_CONST + 1);
            out->c[arg - DAG_CONST] = 1;
        }
}
