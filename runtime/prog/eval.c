#include "runtime/prog/eval.h"

#include "runtime/prog/eval_level.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* How it works. eval_new turns the Prog into a list of kernel calls over *blocks* of
   values; eval_run performs the list once per block. Nodes live in registers, which are
   memory for one block each, reused as soon as the last reader is done; so the working
   set stays in the first-level cache. Inputs are read and the result is written where the
   caller has them. A constant stays a scalar operand; a bitcast is nothing at all,
   since both sides have the same place and size. */

enum {
    BLOCK = 512,           /* values: 2 KiB of f32; a call per block costs about 1 % */
    REGISTER_PADDING = 64, /* so that registers do not all start in one cache set */
};

/* -- levels --------------------------------------------------------------------- */

typedef struct {
    const EvalLevel *level;
    bool (*is_available)(void);
} LevelRow;

static bool always(void) { return true; }

#ifdef __x86_64__
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("f16c");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

static const LevelRow LEVELS[] = {
#ifdef __x86_64__
    {&eval_level_avx512, has_avx512},
    {&eval_level_avx2, has_avx2},
#endif
    {&eval_level_portable, always},
};

enum { N_LEVELS = sizeof LEVELS / sizeof *LEVELS };

const char *eval_level_name(int i) { return i < N_LEVELS ? LEVELS[i].level->name : NULL; }

bool eval_level_is_available(int i) { return i < N_LEVELS && LEVELS[i].is_available(); }

static Status find_level(const EvalLevel **out, const char *name, Err *err)
{
    for (int i = 0; i < N_LEVELS; i++) {
        const EvalLevel *const level = LEVELS[i].level;
        if (name && strcmp(name, level->name) != 0) continue;
        if (LEVELS[i].is_available()) {
            *out = level;
            return OK;
        }
        if (name) return fail(err, ERR_UNSUPPORTED, "this processor has no %s", name);
    }
    return fail(err, ERR_UNSUPPORTED, "the interpreter has no level '%s'", name);
}

/* -- kernels -------------------------------------------------------------------- */

static size_t size_of(Type type) { return type == TYPE_BOOL ? 4 : (size_t)type_info(type)->size; }

static bool is_typed_by_result(Op op)
{
    switch (op_info(op)->signature) {
    case SIG_CONVERT:
    case SIG_TOINT:
    case SIG_TOFLOAT:
    case SIG_ICONVERT:
    case SIG_LOOKUP: return true;
    default: return false;
    }
}

/* The kernel of a node for operands of the form *form. Where there is none, scalars
   are taken out of *form (to be filled blocks) until there is. NULL if the
   interpreter does not have the operator on this type at all. */
static Kernel find_kernel(const EvalLevel *level, const Prog *prog, const Node *node, int *form)
{
    if (node->op >= EVAL_OPS) return NULL;
    const int arity = op_info((Op)node->op)->arity;
    if (arity == 0) return NULL;
    const int type = prog->node[node->arg[arity - 1]].type;
    const Kernel *const row = level->kernel[node->op][type];
    if (is_typed_by_result((Op)node->op)) {
        *form = 0;
        return row[node->type];
    }
    while (*form && !row[*form]) *form &= *form - 1;
    return row[*form];
}

/* A constant as kernels read it. */
static uint64_t scalar_of(const Node *node)
{
    return node->type == TYPE_BOOL ? (node->value.lo & 1 ? UINT32_MAX : 0) : node->value.lo;
}

static void fill(void *block, size_t size, const void *value, size_t n)
{
    for (size_t i = 0; i < n; i++) memcpy((char *)block + i * size, value, size);
}

/* The entries of a table, packed in their own size. */
static void pack_table(void *packed, const Prog *prog, const Table *table)
{
    const size_t size = size_of((Type)table->type);
    for (int i = 0; i < table->count; i++)
        memcpy((char *)packed + (size_t)i * size, &prog->pool[table->first + i], size);
}

/* -- the program as a list of calls --------------------------------------------- */

typedef struct {
    Kernel kernel;
    void *result;
    const void *operand[OP_ARITY_MAX];
} Call;

/* A pointer of a call that follows the caller's arrays from block to block. */
typedef struct {
    uint16_t call;
    uint8_t operand; /* OP_ARITY_MAX: the result */
    uint8_t input;
} Patch;

/* Where the value of a node is. */
typedef enum { PLACE_NONE, PLACE_INPUT, PLACE_SCALAR, PLACE_REGISTER, PLACE_RESULT } PlaceKind;

typedef struct {
    PlaceKind kind;
    int index; /* the input's, the scalar's or the register's number */
} Place;

struct Eval {
    const EvalLevel *level;
    Type input_type[PROG_INPUTS_MAX], result_type;
    int n_inputs, n_calls, n_patches;
    Place result; /* PLACE_RESULT: the last call writes it; else it is an input or a scalar */
    Call call[PROG_MAX];
    Patch patch[PROG_MAX * OP_ARITY_MAX];
    uint64_t scalar[PROG_MAX]; /* by node */
    void *filled[PROG_MAX];    /* by node: the block that repeats a constant, or NULL */
    uint8_t size[PROG_MAX];    /* by node: of the constant */
    uint64_t table[PROG_TABLES_MAX][PROG_TABLE_MAX];
    uint32_t table_mask[PROG_TABLES_MAX];
    char *registers; /* owned */
};

/* What is only needed while making an Eval. */
typedef struct {
    const Prog *prog;
    bool is_needed[PROG_MAX];
    Ref root[PROG_MAX];     /* the node itself, or what it is a bitcast of */
    Ref last_use[PROG_MAX]; /* of a root */
    Place place[PROG_MAX];
    int filled[PROG_MAX]; /* the register that holds a constant as a block, or -1 */
    int free_register[PROG_MAX];
    int n_free, n_registers;
    size_t register_size;
} Plan;

static int n_node_arguments(const Node *node) { return op_info((Op)node->op)->arity; }

static void plan_uses(Plan *plan)
{
    const Prog *const prog = plan->prog;
    for (int i = 0; i < prog->n; i++) {
        const Node *const node = &prog->node[i];
        plan->is_needed[i] = false;
        plan->root[i] = node->op == OP_BITCAST ? plan->root[node->arg[0]] : (Ref)i;
        plan->filled[i] = -1;
    }
    plan->is_needed[prog_result(prog)] = true;
    for (int i = prog->n - 1; i >= 0; i--) {
        if (!plan->is_needed[i]) continue;
        const Node *const node = &prog->node[i];
        for (int k = 0; k < n_node_arguments(node); k++) {
            const Ref root = plan->root[node->arg[k]];
            if (!plan->is_needed[root]) plan->last_use[root] = (Ref)i;
            plan->is_needed[node->arg[k]] = plan->is_needed[root] = true;
        }
    }
}

static int take_register(Plan *plan)
{
    return plan->n_free > 0 ? plan->free_register[--plan->n_free] : plan->n_registers++;
}

/* Gives back the registers whose last reader was node `ref`. */
static void release_registers(Plan *plan, Ref ref)
{
    const Node *const node = &plan->prog->node[ref];
    for (int k = 0; k < n_node_arguments(node); k++) {
        const Ref root = plan->root[node->arg[k]];
        bool is_again = false;
        for (int j = 0; j < k; j++) is_again |= plan->root[node->arg[j]] == root;
        if (!is_again && plan->place[root].kind == PLACE_REGISTER && plan->last_use[root] == ref)
            plan->free_register[plan->n_free++] = plan->place[root].index;
    }
}

/* While planning, the pointers of calls are places: registers are allocated afterwards. */
typedef struct {
    Kernel kernel;
    Place result, operand[OP_ARITY_MAX];
    int table; /* -1: none */
} PlannedCall;

static Place filled_place(Plan *plan, Ref constant)
{
    if (plan->filled[constant] < 0) plan->filled[constant] = plan->n_registers++;
    return (Place){PLACE_REGISTER, plan->filled[constant]};
}

static Status plan_call(Plan *plan, const EvalLevel *level, Ref ref, PlannedCall *call, Err *err)
{
    const Prog *const prog = plan->prog;
    Node node = prog->node[ref];
    const int arity = n_node_arguments(&node);
    int form = 0;
    for (int k = 0; k < arity; k++)
        form |= (plan->place[plan->root[node.arg[k]]].kind == PLACE_SCALAR) << k;
    if (node.op == OP_FMA && (form & FORM_A) && !(form & FORM_B)) {
        /* Products commute; kernels have only the second factor scalar. */
        const Ref factor = node.arg[0];
        node.arg[0] = node.arg[1];
        node.arg[1] = factor;
        form ^= FORM_A | FORM_B;
    }
    call->kernel = find_kernel(level, prog, &node, &form);
    if (!call->kernel)
        return fail(err, ERR_UNSUPPORTED, "the interpreter has no '%s' on %s (node %d)",
                    op_info((Op)node.op)->name, type_info((Type)node.type)->name, ref);
    for (int k = 0; k < arity; k++) {
        const Ref root = plan->root[node.arg[k]];
        const bool must_fill = plan->place[root].kind == PLACE_SCALAR && !(form >> k & 1);
        call->operand[k] = must_fill ? filled_place(plan, root) : plan->place[root];
    }
    call->table = node.op == OP_LOOKUP ? node.arg[1] : -1;
    /* The result is taken before the operands are given back: kernels whose operands differ in
       size could not work in place. */
    const bool is_last = plan->root[prog_result(prog)] == ref;
    call->result =
        is_last ? (Place){PLACE_RESULT, 0} : (Place){PLACE_REGISTER, take_register(plan)};
    plan->place[ref] = call->result;
    release_registers(plan, ref);
    return OK;
}

static void *register_at(const Eval *eval, const Plan *plan, int index)
{
    return eval->registers + (size_t)index * plan->register_size;
}

static void resolve_call(Eval *eval, const Plan *plan, const PlannedCall *planned)
{
    Call *const call = &eval->call[eval->n_calls];
    call->kernel = planned->kernel;
    if (planned->result.kind == PLACE_REGISTER)
        call->result = register_at(eval, plan, planned->result.index);
    else
        eval->patch[eval->n_patches++] = (Patch){(uint16_t)eval->n_calls, OP_ARITY_MAX, 0};
    for (int k = 0; k < OP_ARITY_MAX; k++) {
        const Place place = planned->operand[k];
        call->operand[k] = NULL;
        if (place.kind == PLACE_REGISTER) call->operand[k] = register_at(eval, plan, place.index);
        if (place.kind == PLACE_SCALAR) call->operand[k] = &eval->scalar[place.index];
        if (place.kind == PLACE_INPUT)
            eval->patch[eval->n_patches++] =
                (Patch){(uint16_t)eval->n_calls, (uint8_t)k, (uint8_t)place.index};
    }
    if (planned->table >= 0) {
        call->operand[1] = eval->table[planned->table];
        call->operand[2] = &eval->table_mask[planned->table];
    }
    eval->n_calls++;
}

static Status check_type(Type type, const char *what, Err *err)
{
    if (type_is_float(type) || type_is_int(type)) return OK;
    return fail(err, ERR_UNSUPPORTED, "the interpreter takes no %s of type %s", what,
                type_info(type)->name);
}

static Status plan_all(Eval *eval, Plan *plan, PlannedCall *calls, int *n_calls, Err *err)
{
    const Prog *const prog = plan->prog;
    eval->result_type = prog_type(prog);
    Status status = check_type(eval->result_type, "result", err);
    if (status != OK) return status;
    plan_uses(plan);
    size_t widest = 4;
    for (int i = 0; i < prog->n; i++) {
        const Node *const node = &prog->node[i];
        if (node->op == OP_INPUT) {
            status = check_type((Type)node->type, "input", err);
            if (status != OK) return status;
            eval->input_type[node->arg[0]] = (Type)node->type;
            plan->place[i] = (Place){PLACE_INPUT, node->arg[0]};
        }
        if (!plan->is_needed[i] || plan->root[i] != i || node->op == OP_INPUT) continue;
        if (size_of((Type)node->type) > widest) widest = size_of((Type)node->type);
        if (node->op == OP_CONST && node->type != TYPE_REAL) {
            plan->place[i] = (Place){PLACE_SCALAR, i};
            eval->scalar[i] = scalar_of(node);
            continue;
        }
        PlannedCall *const call = &calls[*n_calls];
        memset(call, 0, sizeof *call);
        status = plan_call(plan, eval->level, (Ref)i, call, err);
        if (status != OK) return status;
        ++*n_calls;
    }
    plan->register_size = BLOCK * widest + REGISTER_PADDING;
    eval->result = plan->place[plan->root[prog_result(prog)]];
    return OK;
}

Status eval_new(Eval **out, const Prog *prog, const char *level, Err *err)
{
    if (!prog_is_valid(prog, err)) return ERR_INPUT;
    Eval *const eval = xmalloc(sizeof *eval);
    eval->registers = NULL;
    eval->n_inputs = prog->n_inputs;
    eval->n_calls = eval->n_patches = 0;
    Plan plan;
    plan.prog = prog;
    plan.n_free = plan.n_registers = 0;
    PlannedCall calls[PROG_MAX];
    int n_calls = 0;
    Status status = find_level(&eval->level, level, err);
    if (status == OK) status = plan_all(eval, &plan, calls, &n_calls, err);
    if (status != OK) {
        eval_free(eval);
        return status;
    }
    for (int t = 0; t < prog->n_tables; t++) {
        pack_table(eval->table[t], prog, &prog->table[t]);
        eval->table_mask[t] = (uint32_t)prog->table[t].count - 1;
    }
    eval->registers = xmalloc((size_t)plan.n_registers * plan.register_size + 1);
    for (int i = 0; i < n_calls; i++) resolve_call(eval, &plan, &calls[i]);
    for (int i = 0; i < prog->n; i++) {
        const bool is_filled = plan.is_needed[i] && plan.filled[i] >= 0;
        eval->filled[i] = is_filled ? register_at(eval, &plan, plan.filled[i]) : NULL;
        eval->size[i] = (uint8_t)size_of((Type)prog->node[i].type);
        if (is_filled) fill(eval->filled[i], eval->size[i], &eval->scalar[i], BLOCK);
    }
    *out = eval;
    return OK;
}

void eval_free(Eval *eval)
{
    if (!eval) return;
    free(eval->registers);
    free(eval);
}

void eval_set_constant(Eval *eval, Ref ref, uint64_t bits)
{
    if (eval->scalar[ref] == bits) return;
    eval->scalar[ref] = bits;
    if (eval->filled[ref]) fill(eval->filled[ref], eval->size[ref], &eval->scalar[ref], BLOCK);
}

const char *eval_level(const Eval *eval) { return eval->level->name; }

/* -- running -------------------------------------------------------------------- */

static void run_block(Eval *eval, const void *const *x, char *y, size_t start, size_t n)
{
    for (int i = 0; i < eval->n_patches; i++) {
        const Patch patch = eval->patch[i];
        Call *const call = &eval->call[patch.call];
        if (patch.operand == OP_ARITY_MAX)
            call->result = y + start * size_of(eval->result_type);
        else
            call->operand[patch.operand] =
                (const char *)x[patch.input] + start * size_of(eval->input_type[patch.input]);
    }
    for (int i = 0; i < eval->n_calls; i++)
        eval->call[i].kernel(eval->call[i].result, eval->call[i].operand, n);
}

void eval_run(Eval *eval, const void *const *x, void *y, size_t n)
{
    const size_t size = size_of(eval->result_type);
    if (eval->result.kind == PLACE_SCALAR) {
        fill(y, size, &eval->scalar[eval->result.index], n);
        return;
    }
    if (eval->result.kind == PLACE_INPUT) {
        if (n > 0) memmove(y, x[eval->result.index], n * size);
        return;
    }
    for (size_t start = 0; start < n; start += BLOCK)
        run_block(eval, x, y, start, n - start < BLOCK ? n - start : BLOCK);
}

uint64_t eval_bits(Eval *eval, const uint64_t *x_bits)
{
    /* The processors we run on keep the low bytes first. */
    const void *x[PROG_INPUTS_MAX];
    for (int i = 0; i < eval->n_inputs; i++) x[i] = &x_bits[i];
    uint64_t y = 0;
    eval_run(eval, x, &y, 1);
    return y;
}

bool eval_constant(const Prog *prog, Ref ref, uint64_t *bits)
{
    const Node *const node = &prog->node[ref];
    if (node->type == TYPE_REAL) return false;
    if (node->op == OP_BITCAST) {
        *bits = prog->node[node->arg[0]].value.lo;
        return true;
    }
    int form = 0;
    const Kernel kernel = find_kernel(&eval_level_portable, prog, node, &form);
    if (!kernel) return false;
    uint64_t scalar[OP_ARITY_MAX] = {0}, table[PROG_TABLE_MAX];
    const void *operand[OP_ARITY_MAX] = {&scalar[0], &scalar[1], &scalar[2]};
    for (int k = 0; k < n_node_arguments(node); k++) {
        assert(prog->node[node->arg[k]].op == OP_CONST);
        scalar[k] = scalar_of(&prog->node[node->arg[k]]);
    }
    uint32_t mask;
    if (node->op == OP_LOOKUP) {
        const Table *const source = &prog->table[node->arg[1]];
        pack_table(table, prog, source);
        mask = (uint32_t)source->count - 1;
        operand[1] = table;
        operand[2] = &mask;
    }
    uint64_t result = 0;
    kernel(&result, operand, 1);
    *bits = node->type == TYPE_BOOL ? result & 1 : result;
    return true;
}
