#include "runtime/prog/prog.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void prog_init(Prog *prog) { memset(prog, 0, sizeof *prog); }

bool prog_has_room(const Prog *prog, int n_nodes) { return prog->n + n_nodes <= PROG_MAX; }

static Ref append(Prog *prog, Node node)
{
    assert(prog->n < PROG_MAX && "ask prog_has_room first");
    prog->node[prog->n] = node;
    return prog->n++;
}

Ref prog_add_input(Prog *prog, Type type, const char *name)
{
    assert(prog->n == prog->n_inputs && "inputs come first");
    assert(prog->n_inputs < PROG_INPUTS_MAX);
    snprintf(prog->input_name[prog->n_inputs], PROG_NAME_MAX, "%s", name);
    return append(prog, (Node){.op = OP_INPUT, .type = (uint8_t)type, .arg = {prog->n_inputs++}});
}

Ref prog_add_bits(Prog *prog, Type type, uint64_t bits)
{
    assert(type != TYPE_REAL);
    return append(prog, (Node){.op = OP_CONST, .type = (uint8_t)type, .value = {.lo = bits}});
}

Ref prog_add_real(Prog *prog, Real value)
{
    return append(prog, (Node){.op = OP_CONST, .type = TYPE_REAL, .value = real_normalize(value)});
}

Ref prog_add_const(Prog *prog, Type type, double value)
{
    if (type == TYPE_REAL) return prog_add_real(prog, real_from_double(value));
    return prog_add_bits(prog, type, bits_from_value(type, value));
}

/* The result type that the arguments imply; only for signatures where they do. */
static Type implied_type(const Prog *prog, Op op, const Ref *arg)
{
    switch (op_info(op)->signature) {
    case SIG_FLOAT:
    case SIG_INT: return (Type)prog->node[arg[0]].type;
    case SIG_COMPARE:
    case SIG_ICOMPARE:
    case SIG_BOOL: return TYPE_BOOL;
    case SIG_SELECT: return (Type)prog->node[arg[1]].type;
    case SIG_LOOKUP: return (Type)prog->table[arg[1]].type;
    default: break;
    }
    assert(op_info(op)->signature == SIG_LEAF && "use prog_add_typed");
    return TYPE_REAL;
}

Ref prog_add_typed(Prog *prog, Op op, Type type, Ref a, Ref b, Ref c)
{
    return append(prog, (Node){.op = (uint8_t)op, .type = (uint8_t)type, .arg = {a, b, c}});
}

Ref prog_add(Prog *prog, Op op, Ref a, Ref b, Ref c)
{
    const Ref arg[] = {a, b, c};
    return prog_add_typed(prog, op, implied_type(prog, op, arg), a, b, c);
}

int prog_add_table(Prog *prog, Type type, int count, const uint64_t *bits)
{
    assert(prog->n_tables < PROG_TABLES_MAX && prog->n_pool + count <= PROG_POOL_MAX);
    memcpy(prog->pool + prog->n_pool, bits, (size_t)count * sizeof *bits);
    prog->table[prog->n_tables] =
        (Table){.first = prog->n_pool, .count = (uint16_t)count, .type = (uint8_t)type};
    prog->n_pool = (uint16_t)(prog->n_pool + count);
    return prog->n_tables++;
}

static Ref append_mapped(Prog *prog, Node node, const Ref *at, const int *table_at)
{
    for (int k = 0; k < op_info((Op)node.op)->arity; k++) node.arg[k] = at[node.arg[k]];
    if (node.op == OP_LOOKUP) node.arg[1] = (Ref)table_at[node.arg[1]];
    return append(prog, node);
}

Ref prog_append_node(Prog *prog, const Node *node, const Ref *at)
{
    assert(node->op != OP_INPUT && node->op != OP_LOOKUP);
    return append_mapped(prog, *node, at, NULL);
}

/* The table of `prog` that is this one of `other`; added if there is none, so that equal look-ups are equal nodes. */
static int find_table(Prog *prog, const Prog *other, const Table *table)
{
    const uint64_t *bits = other->pool + table->first;
    for (int t = 0; t < prog->n_tables; t++) {
        const Table *own = &prog->table[t];
        if (own->type != table->type || own->count != table->count) continue;
        if (memcmp(prog->pool + own->first, bits, table->count * sizeof *bits) == 0) return t;
    }
    return prog_add_table(prog, (Type)table->type, table->count, bits);
}

Ref prog_append(Prog *prog, const Prog *other, const Ref *inputs)
{
    assert(prog_has_room(prog, other->n - other->n_inputs));
    int table_at[PROG_TABLES_MAX];
    for (int t = 0; t < other->n_tables; t++)
        table_at[t] = find_table(prog, other, &other->table[t]);
    Ref at[PROG_MAX];
    for (int i = 0; i < other->n; i++)
        at[i] = i < other->n_inputs ? inputs[i]
                                    : append_mapped(prog, other->node[i], at, table_at);
    return at[other->n - 1];
}

Ref prog_result(const Prog *prog)
{
    assert(prog->n > 0);
    return (Ref)(prog->n - 1);
}

Type prog_type(const Prog *prog) { return (Type)prog->node[prog_result(prog)].type; }

static bool is_number(Type type) { return type == TYPE_REAL || type_is_float(type); }

/* Do the types of node i agree with its operator's signature? */
static bool types_agree(const Prog *prog, const Node *node)
{
    const OpInfo *info = op_info((Op)node->op);
    const Type r = (Type)node->type;
    Type t[OP_ARITY_MAX] = {0};
    for (int k = 0; k < info->arity; k++) t[k] = (Type)prog->node[node->arg[k]].type;
    switch (info->signature) {
    case SIG_LEAF: return node->op == OP_INPUT || node->op == OP_CONST || r == TYPE_REAL;
    case SIG_FLOAT:
        if (node->op == OP_FMA && (r == TYPE_F16 || r == TYPE_BF16)) return false;
        if (op_is_scaling((Op)node->op) && r != TYPE_F32 && r != TYPE_F64) return false;
        for (int k = 0; k < info->arity; k++)
            if (t[k] != r) return false;
        return is_number(r);
    case SIG_COMPARE: return r == TYPE_BOOL && t[0] == t[1] && is_number(t[0]);
    case SIG_BOOL:
        for (int k = 0; k < info->arity; k++)
            if (t[k] != TYPE_BOOL) return false;
        return r == TYPE_BOOL;
    case SIG_SELECT: return t[0] == TYPE_BOOL && t[1] == r && t[2] == r;
    case SIG_INT: return type_is_int(r) && t[0] == r && t[1] == r;
    case SIG_ICOMPARE: return r == TYPE_BOOL && t[0] == t[1] && type_is_int(t[0]);
    case SIG_BITCAST:
        return type_info(r)->size == type_info(t[0])->size &&
               ((type_is_float(r) && type_is_int(t[0])) || (type_is_int(r) && type_is_float(t[0])));
    case SIG_CONVERT: return type_is_float(r) && type_is_float(t[0]) && r != t[0];
    case SIG_TOINT: return (r == TYPE_I32 || r == TYPE_I64) && type_is_float(t[0]);
    case SIG_TOFLOAT:
        return (r == TYPE_F32 || r == TYPE_F64) && (t[0] == TYPE_I32 || t[0] == TYPE_I64);
    case SIG_ICONVERT:
        if (!type_is_int(r) || !type_is_int(t[0])) return false;
        return node->op == OP_ITRUNC ? type_info(r)->size < type_info(t[0])->size
                                     : type_info(r)->size > type_info(t[0])->size;
    case SIG_LOOKUP:
        return type_is_int(t[0]) && node->arg[1] < prog->n_tables &&
               prog->table[node->arg[1]].type == node->type;
    }
    return false;
}

static bool tables_are_valid(const Prog *prog, Err *err)
{
    for (int t = 0; t < prog->n_tables; t++) {
        const Table *table = &prog->table[t];
        const bool is_power = table->count > 0 && (table->count & (table->count - 1)) == 0;
        if (is_power && table->count <= PROG_TABLE_MAX &&
            table->first + table->count <= prog->n_pool && table->type < TYPE_COUNT &&
            (type_is_float((Type)table->type) || type_is_int((Type)table->type)))
            continue;
        fail(err, ERR_INPUT, "table T%d is not a power of two of at most %d numbers", t,
             PROG_TABLE_MAX);
        return false;
    }
    return true;
}

bool prog_node_is_valid(const Prog *prog, int i, Err *err)
{
    const Node *node = &prog->node[i];
    if (node->op >= OP_COUNT || node->type >= TYPE_COUNT) {
        fail(err, ERR_INPUT, "node %d has no known operator and type", i);
        return false;
    }
    const OpInfo *info = op_info((Op)node->op);
    if ((node->op == OP_INPUT) != (i < prog->n_inputs) ||
        (node->op == OP_INPUT && node->arg[0] != i)) {
        fail(err, ERR_INPUT, "node %d: the inputs are the first nodes, in order", i);
        return false;
    }
    for (int k = 0; k < info->arity; k++)
        if (node->arg[k] >= i) {
            fail(err, ERR_INPUT, "node %d (%s) uses node %d, which is not before it", i, info->name,
                 node->arg[k]);
            return false;
        }
    if (types_agree(prog, node)) return true;
    fail(err, ERR_INPUT, "node %d: the types of '%s' and its arguments do not fit", i, info->name);
    return false;
}

bool prog_is_valid(const Prog *prog, Err *err)
{
    if (prog->n == 0 || prog->n > PROG_MAX || prog->n_inputs > prog->n ||
        prog->n_inputs > PROG_INPUTS_MAX || prog->n_tables > PROG_TABLES_MAX ||
        prog->n_pool > PROG_POOL_MAX) {
        fail(err, ERR_LIMIT, "a program has 1 to %d nodes, at most %d inputs and %d tables",
             PROG_MAX, PROG_INPUTS_MAX, PROG_TABLES_MAX);
        return false;
    }
    if (!tables_are_valid(prog, err)) return false;
    for (int i = 0; i < prog->n; i++)
        if (!prog_node_is_valid(prog, i, err)) return false;
    if (prog_type(prog) != TYPE_BOOL) return true;
    fail(err, ERR_INPUT, "the result of a program is a number, not a bool");
    return false;
}

bool prog_is_kind(const Prog *prog, Kind kind, Err *err)
{
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        const OpInfo *info = op_info((Op)node->op);
        if (!(info->kind & kind)) {
            fail(err, ERR_INPUT, "'%s' is not an operator that %s may contain", info->name,
                 kind == KIND_MACHINE ? "an answer" : "a reference");
            return false;
        }
        if (kind == KIND_REFERENCE && node->type != TYPE_REAL && node->type != TYPE_BOOL) {
            fail(err, ERR_INPUT, "a reference computes with reals, node %d is %s", i,
                 type_info((Type)node->type)->name);
            return false;
        }
    }
    return true;
}

bool prog_has_op(const Prog *prog, Op op)
{
    for (int i = 0; i < prog->n; i++)
        if (prog->node[i].op == op) return true;
    return false;
}

int prog_n_ops(const Prog *prog)
{
    int n = 0;
    for (int i = 0; i < prog->n; i++) {
        const Op op = (Op)prog->node[i].op;
        n += op != OP_INPUT && op != OP_CONST && op != OP_BITCAST;
    }
    return n;
}

/* FNV-1a over 64-bit words, with a final mix. */
static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x100000001b3u;
    return hash ^ hash >> 29;
}

uint64_t prog_hash(const Prog *prog)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        const Real *v = &node->value;
        hash = hash_word(hash, (uint64_t)node->op << 8 | node->type);
        hash = hash_word(hash, (uint64_t)node->arg[0] << 32 | (uint64_t)node->arg[1] << 16 |
                                   node->arg[2]);
        if (node->op != OP_CONST) continue;
        hash = hash_word(hash, v->hi);
        hash = hash_word(hash, v->lo);
        hash = hash_word(hash, (uint64_t)(uint32_t)v->exp2 << 32 | (uint32_t)v->exp10);
        hash = hash_word(hash, (uint64_t)v->negative << 8 | v->class);
    }
    for (int t = 0; t < prog->n_tables; t++) {
        const Table *table = &prog->table[t];
        hash = hash_word(hash, (uint64_t)table->type << 16 | table->count);
        for (int i = 0; i < table->count; i++) hash = hash_word(hash, prog->pool[table->first + i]);
    }
    return hash;
}

static bool node_is_equal(const Node *a, const Node *b)
{
    return a->op == b->op && a->type == b->type && a->arg[0] == b->arg[0] &&
           a->arg[1] == b->arg[1] && a->arg[2] == b->arg[2] && real_is_equal(a->value, b->value);
}

bool prog_is_equal(const Prog *a, const Prog *b)
{
    if (a->n != b->n || a->n_inputs != b->n_inputs || a->n_tables != b->n_tables ||
        a->n_pool != b->n_pool)
        return false;
    for (int i = 0; i < a->n; i++)
        if (!node_is_equal(&a->node[i], &b->node[i])) return false;
    for (int i = 0; i < a->n_inputs; i++)
        if (strcmp(a->input_name[i], b->input_name[i]) != 0) return false;
    for (int t = 0; t < a->n_tables; t++)
        if (a->table[t].first != b->table[t].first || a->table[t].count != b->table[t].count ||
            a->table[t].type != b->table[t].type)
            return false;
    return memcmp(a->pool, b->pool, a->n_pool * sizeof *a->pool) == 0;
}

void prog_prune(Prog *prog)
{
    bool is_used[PROG_MAX] = {false}, is_table_used[PROG_TABLES_MAX] = {false};
    is_used[prog_result(prog)] = true;
    for (int i = prog->n - 1; i >= 0; i--) {
        if (i < prog->n_inputs) is_used[i] = true;
        if (!is_used[i]) continue;
        const Node *node = &prog->node[i];
        for (int k = 0; k < op_info((Op)node->op)->arity; k++) is_used[node->arg[k]] = true;
        if (node->op == OP_LOOKUP) is_table_used[node->arg[1]] = true;
    }
    /* Tables move down in place: a table never moves up. */
    Ref table_at[PROG_TABLES_MAX] = {0};
    int n_tables = 0, n_pool = 0;
    for (int t = 0; t < prog->n_tables; t++) {
        if (!is_table_used[t]) continue;
        Table table = prog->table[t];
        memmove(prog->pool + n_pool, prog->pool + table.first, table.count * sizeof *prog->pool);
        table.first = (uint16_t)n_pool;
        n_pool += table.count;
        table_at[t] = (Ref)n_tables;
        prog->table[n_tables++] = table;
    }
    prog->n_tables = (uint16_t)n_tables;
    prog->n_pool = (uint16_t)n_pool;

    Ref at[PROG_MAX];
    int n = 0;
    for (int i = 0; i < prog->n; i++) {
        if (!is_used[i]) continue;
        Node node = prog->node[i];
        for (int k = 0; k < op_info((Op)node.op)->arity; k++) node.arg[k] = at[node.arg[k]];
        if (node.op == OP_LOOKUP) node.arg[1] = table_at[node.arg[1]];
        at[i] = (Ref)n;
        prog->node[n++] = node;
    }
    prog->n = (uint16_t)n;
}
