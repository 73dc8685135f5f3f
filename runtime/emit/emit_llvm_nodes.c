/* The nodes of one Prog, one after the other: all of them, those of its common path, or all with choices as branches. */
#include "runtime/emit/emit_llvm_arms.h"
#include "runtime/emit/emit_llvm_body.h"

#include <assert.h>
#include <stdio.h>

/* A bit cast goes through the form in memory. */
static LLVMValueRef build_bitcast(const Body *body, Type to, LLVMValueRef in_memory)
{
    LLVMTypeRef memory_type = body_wide(body, body_memory_element(body, to));
    return LLVMBuildBitCast(body->builder, in_memory, memory_type, "");
}

/* Marks the products that a sum or difference uses, in f32 and f64 (others round between). */
static void find_fusible(const Prog *prog, bool *is_fusible)
{
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        is_fusible[i] = false;
        if (node->op != OP_ADD && node->op != OP_SUB) continue;
        for (int k = 0; k < 2; k++) {
            /* A negation between the two does not hinder the fusion. */
            Ref a = node->arg[k];
            while (prog->node[a].op == OP_NEG) a = prog->node[a].arg[0];
            if (prog->node[a].op == OP_MUL) is_fusible[a] = true;
        }
    }
}

/* Nodes as values. in_memory[i] is node i as memory holds it, where that is known: of inputs and bit
   casts. It saves f16 and bf16 a conversion there and back, which could change a NaN. */
typedef struct {
    LLVMValueRef value[PROG_MAX], in_memory[PROG_MAX];
} Values;

/* What is emitted of body->prog: all, the common path, or all with choices as branches. */
typedef struct {
    const Body *body;
    const CommonPath *path; /* or NULL */
    const Arms *arms;       /* or NULL */
    const LLVMValueRef *input;
    bool is_fusible[PROG_MAX];
    Values *values;
} Building;

/* Node a, used by i, as memory holds it. It is kept for others who want it if it is computed where a is, which they follow. */
static LLVMValueRef argument_in_memory(const Building *b, Ref a, int i)
{
    LLVMValueRef known = b->values->in_memory[a];
    if (known) return known;
    const Type type = (Type)b->body->prog->node[a].type;
    LLVMValueRef memory = body_to_memory(b->body, type, b->values->value[a]);
    if (!b->arms || b->arms->place[a] == b->arms->place[i]) b->values->in_memory[a] = memory;
    return memory;
}

static void build_into(const Building *b, int i)
{
    const Body *body = b->body;
    Values *values = b->values;
    const Node *node = &body->prog->node[i];
    if (node->op == OP_INPUT) {
        values->in_memory[i] = b->input[i];
        values->value[i] = body_from_memory(body, (Type)node->type, b->input[i]);
        return;
    }
    if (node->op == OP_BITCAST) {
        LLVMValueRef memory = argument_in_memory(b, node->arg[0], i);
        values->in_memory[i] = build_bitcast(body, (Type)node->type, memory);
        values->value[i] = body_from_memory(body, (Type)node->type, values->in_memory[i]);
        return;
    }
    LLVMValueRef arg[OP_ARITY_MAX] = {0};
    for (int k = 0; k < op_info((Op)node->op)->arity; k++) arg[k] = values->value[node->arg[k]];
    values->value[i] = body_node(body, node, arg);
}

static void name_value(LLVMValueRef value, int i)
{
    if (!LLVMIsAInstruction(value)) return;
    char name[16];
    const int length = snprintf(name, sizeof name, "v%d", i);
    LLVMSetValueName2(value, name, (size_t)length);
}

static void build_place(const Building *b, ArmPlace place);

/* Choice i by a branch, each side in a block of its own. */
static void build_branch(const Building *b, int i)
{
    LLVMBuilderRef builder = b->body->builder;
    LLVMValueRef *value = b->values->value, side_value[2];
    const Node *node = &b->body->prog->node[i];
    LLVMValueRef function = LLVMGetBasicBlockParent(LLVMGetInsertBlock(builder));
    LLVMBasicBlockRef side[2], after;
    for (int k = 0; k < 2; k++)
        side[k] = LLVMAppendBasicBlockInContext(b->body->context, function, "side");
    after = LLVMAppendBasicBlockInContext(b->body->context, function, "chosen");
    LLVMBuildCondBr(builder, value[node->arg[0]], side[0], side[1]);
    for (int k = 0; k < 2; k++) {
        LLVMPositionBuilderAtEnd(builder, side[k]);
        build_place(b, arm_place((Ref)i, k));
        side_value[k] = value[node->arg[k + 1]];
        side[k] = LLVMGetInsertBlock(builder); /* there may be choices inside */
        LLVMBuildBr(builder, after);
    }
    LLVMPositionBuilderAtEnd(builder, after);
    value[i] = LLVMBuildPhi(builder, LLVMTypeOf(side_value[0]), "");
    LLVMAddIncoming(value[i], side_value, side, 2);
}

static void build_one(const Building *b, int i)
{
    const Node *node = &b->body->prog->node[i];
    Values *values = b->values;
    if (b->path && node->op == OP_LIKELY) {
        values->value[i] = values->value[node->arg[1]];
        values->in_memory[i] = values->in_memory[node->arg[1]];
        return;
    }
    if (b->arms && b->arms->is_branch[i])
        build_branch(b, i);
    else
        build_into(b, i);
    if (b->is_fusible[i])
        values->value[i] = body_unary_intrinsic(b->body, "llvm.arithmetic.fence", values->value[i]);
    if (b->body->options->name_values && !values->in_memory[i]) name_value(values->value[i], i);
}

/* Emits the nodes of a place; without arms, or of the common path, there is only one. */
static void build_place(const Building *b, ArmPlace place)
{
    for (int i = 0; i < b->body->prog->n; i++)
        if (!b->arms || b->arms->place[i] == place) build_one(b, i);
}

static Building new_building(const Body *body, const CommonPath *path, const Arms *arms,
                             const LLVMValueRef *input, Values *values)
{
    Building b = {.body = body, .path = path, .arms = arms, .input = input, .values = values};
    if (body->options->fence_products) find_fusible(body->prog, b.is_fusible);
    *values = (Values){.value = {0}};
    return b;
}

static LLVMValueRef result_in_memory(const Body *body, const Values *values)
{
    const Ref result = prog_result(body->prog);
    if (values->in_memory[result]) return values->in_memory[result];
    return body_to_memory(body, prog_type(body->prog), values->value[result]);
}

LLVMValueRef emit_llvm_inline(LLVMModuleRef module, LLVMBuilderRef builder, const Prog *prog,
                              int lanes, const LLVMValueRef *input, const EmitOptions *options)
{
    const Body body = {.module = module,
                       .context = LLVMGetModuleContext(module),
                       .builder = builder,
                       .options = options,
                       .prog = prog,
                       .lanes = lanes};
    Values values;
    Arms arms;
    const bool has_branches = options->may_branch && lanes == 1 && arms_find(&arms, prog);
    const Building b = new_building(&body, NULL, has_branches ? &arms : NULL, input, &values);
    build_place(&b, ARM_ALWAYS);
    return result_in_memory(&body, &values);
}

/* A comparison of floats is made the opposite one, which x86 has too, instead of being negated; LLVM does so by itself for integers only. Its
   numbers for predicates are the sets of the four outcomes for which they hold. */
static LLVMValueRef build_failure(const Body *body, LLVMValueRef guard)
{
    if (!LLVMIsAFCmpInst(guard)) return LLVMBuildNot(body->builder, guard, "");
    const int opposite = LLVMRealPredicateTrue - (int)LLVMGetFCmpPredicate(guard);
    return LLVMBuildFCmp(body->builder, (LLVMRealPredicate)opposite, LLVMGetOperand(guard, 0),
                         LLVMGetOperand(guard, 1), "");
}

static LLVMValueRef any_failure(const Body *body, const CommonPath *path, const Values *values)
{
    LLVMValueRef any = NULL;
    for (int i = 0; i < path->n_guards; i++) {
        LLVMValueRef fails = build_failure(body, values->value[path->guard[i]]);
        any = any ? LLVMBuildOr(body->builder, any, fails, "") : fails;
    }
    return any;
}

void body_vectors(const Body *body, const CommonPath *path, const BodyInput *input, int n,
                  LLVMValueRef *value, LLVMValueRef *is_rare)
{
    Values values[BACKEND_VECTORS_MAX];
    Building b[BACKEND_VECTORS_MAX];
    assert(1 <= n && n <= BACKEND_VECTORS_MAX);
    for (int u = 0; u < n; u++)
        b[u] = new_building(body, path, NULL, input[u].value, &values[u]);
    for (int i = 0; i < body->prog->n; i++) {
        if (path && !path->is_needed[i]) continue;
        for (int u = 0; u < n; u++) build_one(&b[u], i);
    }
    if (path) *is_rare = NULL;
    for (int u = 0; u < n; u++) {
        value[u] = result_in_memory(body, &values[u]);
        if (!path) continue;
        LLVMValueRef fails = any_failure(body, path, &values[u]);
        *is_rare = *is_rare ? LLVMBuildOr(body->builder, *is_rare, fails, "") : fails;
    }
}
