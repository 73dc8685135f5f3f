/* The array functions: loops around a Prog. */
#include "runtime/emit/emit_llvm.h"

#include "runtime/emit/emit_llvm_body.h"
#include "runtime/emit/emit_llvm_constants.h"

#include <assert.h>
#include <string.h>

/* -- the array function ---------------------------------------------------------- */

/* The loops, with L lanes a vector and U vectors a turn:

       for (i = 0; i < n - n % (U*L); i += U*L) U vectors          (only if U > 1)
       again: for (; i < stop; i += L) one vector, from `in` to `out`
       if n % L are left: copy them into a vector on the stack, run `again` on that, copy the
       results out

   So the tail costs one vector and no second copy of the code, nothing outside the arrays is
   touched, and every element gets the same instructions wherever it stands.

   With a common path (prog/common_path.h) a turn computes that for its vectors and asks once
   whether all guards of all lanes hold; if not, it calls a function that computes everything. */
typedef struct {
    Body body;
    int unroll;
    bool has_path;
    CommonPath path;
    LLVMValueRef rare; /* the function of one vector that is right everywhere, if has_path */
    LLVMTypeRef size, pointer; /* i64, ptr */
    LLVMValueRef function, n;
    LLVMValueRef array[PROG_INPUTS_MAX + 1]; /* the inputs, then the result */
    LLVMTypeRef element[PROG_INPUTS_MAX + 1];
    LLVMValueRef buffer[PROG_INPUTS_MAX + 1]; /* one vector of each, on the stack */
    int n_arrays;
} Loops;

static Type input_type(const Prog *prog, int k) { return (Type)prog->node[k].type; }

static LLVMValueRef size_constant(const Loops *l, uint64_t value)
{
    return LLVMConstInt(l->size, value, 0);
}

static LLVMBasicBlockRef new_block(const Loops *l, const char *name)
{
    return LLVMAppendBasicBlockInContext(l->body.context, l->function, name);
}

static void go_to(const Loops *l, LLVMBasicBlockRef block)
{
    LLVMPositionBuilderAtEnd(l->body.builder, block);
}

static LLVMValueRef phi_from(const Loops *l, LLVMTypeRef type, LLVMValueRef value,
                             LLVMBasicBlockRef from)
{
    LLVMValueRef phi = LLVMBuildPhi(l->body.builder, type, "");
    LLVMAddIncoming(phi, &value, &from, 1);
    return phi;
}

static LLVMValueRef place(const Loops *l, int k, LLVMValueRef array, LLVMValueRef i)
{
    return LLVMBuildInBoundsGEP2(l->body.builder, l->element[k], array, &i, 1, "");
}

/* How far vector u of a turn begins behind the first. */
static LLVMValueRef vector_start(const Loops *l, LLVMValueRef i, int u)
{
    LLVMValueRef offset = size_constant(l, (uint64_t)(u * l->body.lanes));
    return u == 0 ? i : LLVMBuildAdd(l->body.builder, i, offset, "");
}

static void load_vector(const Loops *l, LLVMValueRef *array, LLVMValueRef i, LLVMValueRef *input)
{
    for (int k = 0; k < l->n_arrays - 1; k++) {
        LLVMTypeRef type = body_wide(&l->body, l->element[k]);
        input[k] = LLVMBuildLoad2(l->body.builder, type, place(l, k, array[k], i), "");
        LLVMSetAlignment(input[k], 1);
    }
}

static void store_vector(const Loops *l, LLVMValueRef *array, LLVMValueRef i, LLVMValueRef value)
{
    const int result = l->n_arrays - 1;
    LLVMValueRef to = place(l, result, array[result], i);
    LLVMSetAlignment(LLVMBuildStore(l->body.builder, value, to), 1);
}

/* The vectors of a turn: result[i ..] = prog(input[i ..]). With a common path by that, or, if a guard is false anywhere in them, by `rare`. */
static void vectors_at(const Loops *l, LLVMValueRef *array, LLVMValueRef first, int n_vectors)
{
    LLVMBuilderRef b = l->body.builder;
    BodyInput input[BACKEND_VECTORS_MAX];
    LLVMValueRef at[BACKEND_VECTORS_MAX], value[BACKEND_VECTORS_MAX], is_rare;
    for (int u = 0; u < n_vectors; u++) {
        at[u] = vector_start(l, first, u);
        load_vector(l, array, at[u], input[u].value);
    }
    body_vectors(&l->body, l->has_path ? &l->path : NULL, input, n_vectors, value, &is_rare);
    if (!l->has_path) {
        for (int u = 0; u < n_vectors; u++) store_vector(l, array, at[u], value[u]);
        return;
    }
    LLVMBasicBlockRef common = new_block(l, "common"), rare = new_block(l, "rare");
    LLVMBasicBlockRef next = new_block(l, "next");
    function_branch(&l->body, is_rare, common, rare);
    go_to(l, common);
    for (int u = 0; u < n_vectors; u++) store_vector(l, array, at[u], value[u]);
    LLVMBuildBr(b, next);
    go_to(l, rare);
    for (int u = 0; u < n_vectors; u++) {
        load_vector(l, array, at[u], input[u].value); /* again: else they would occupy registers */
        store_vector(l, array, at[u], function_call(&l->body, l->rare, input[u].value));
    }
    LLVMBuildBr(b, next);
    go_to(l, next);
}

/* Emits `for (i = first; i < stop; i += step) vectors` at the builder, which is then behind it.
   It runs at least once. */
static void vector_loop(const Loops *l, LLVMValueRef *array, LLVMValueRef first, LLVMValueRef stop,
                        int n_vectors)
{
    LLVMBuilderRef b = l->body.builder;
    LLVMBasicBlockRef before = LLVMGetInsertBlock(b);
    LLVMBasicBlockRef turn = new_block(l, "turn"), after = new_block(l, "after");
    LLVMBuildBr(b, turn);
    go_to(l, turn);
    LLVMValueRef i = phi_from(l, l->size, first, before);
    vectors_at(l, array, i, n_vectors);
    LLVMValueRef next =
        LLVMBuildAdd(b, i, size_constant(l, (uint64_t)(n_vectors * l->body.lanes)), "");
    LLVMBasicBlockRef end = LLVMGetInsertBlock(b);
    LLVMAddIncoming(i, &next, &end, 1);
    LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntULT, next, stop, ""), turn, after);
    go_to(l, after);
}

/* Emits `for (j = 0; j < n; j++) to[k][to_at + j] = from[k][from_at + j]` for arrays
   first <= k < end; n > 0. */
static void copy_loop(const Loops *l, int first, int end, const LLVMValueRef *from,
                      LLVMValueRef from_at, const LLVMValueRef *to, LLVMValueRef to_at,
                      LLVMValueRef n)
{
    LLVMBuilderRef b = l->body.builder;
    LLVMBasicBlockRef before = LLVMGetInsertBlock(b);
    LLVMBasicBlockRef turn = new_block(l, "copy"), after = new_block(l, "copied");
    LLVMBuildBr(b, turn);
    go_to(l, turn);
    LLVMValueRef j = phi_from(l, l->size, size_constant(l, 0), before);
    LLVMValueRef source = LLVMBuildAdd(b, from_at, j, ""), sink = LLVMBuildAdd(b, to_at, j, "");
    for (int k = first; k < end; k++) {
        /* Moved as integers, so that no bit of a NaN changes. */
        LLVMTypeRef integer = LLVMIntTypeInContext(
            l->body.context, (unsigned)type_info(k < l->n_arrays - 1 ? input_type(l->body.prog, k)
                                                                     : prog_type(l->body.prog))
                                     ->size *
                                 8);
        LLVMValueRef value = LLVMBuildLoad2(b, integer, place(l, k, from[k], source), "");
        LLVMSetAlignment(value, 1);
        LLVMSetAlignment(LLVMBuildStore(b, value, place(l, k, to[k], sink)), 1);
    }
    LLVMValueRef next = LLVMBuildAdd(b, j, size_constant(l, 1), "");
    LLVMAddIncoming(j, &next, &turn, 1);
    LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntULT, next, n, ""), turn, after);
    go_to(l, after);
}

static void set_element_types(Loops *l)
{
    for (int k = 0; k < l->n_arrays; k++) {
        const bool is_result = k == l->n_arrays - 1;
        const Prog *prog = l->body.prog;
        l->element[k] =
            body_memory_element(&l->body, is_result ? prog_type(prog) : input_type(prog, k));
    }
}

/* Adds the function with pointers and n as parameters, and goes to its first block. */
static void add_array_function(Loops *l, const char *symbol, int n_pointers)
{
    LLVMContextRef context = l->body.context;
    LLVMTypeRef parameter[PROG_INPUTS_MAX + 2];
    for (int k = 0; k < n_pointers; k++) parameter[k] = l->pointer;
    parameter[n_pointers] = l->size;
    LLVMTypeRef type =
        LLVMFunctionType(LLVMVoidTypeInContext(context), parameter, (unsigned)n_pointers + 1, 0);
    l->function = LLVMAddFunction(l->body.module, symbol, type);
    function_set_attributes(context, l->function, l->body.options->target);
    go_to(l, new_block(l, "entry"));
    l->n = LLVMGetParam(l->function, (unsigned)n_pointers);
}

/* To a multiple that is a power of two. */
static LLVMValueRef rounded_down(const Loops *l, int multiple)
{
    assert((multiple & (multiple - 1)) == 0);
    return LLVMBuildAnd(l->body.builder, l->n, size_constant(l, (uint64_t) - (int64_t)multiple),
                        "");
}

/* Emits the unrolled loop if there is one; returns where the loop of single vectors begins. */
static LLVMValueRef emit_unrolled(const Loops *l)
{
    if (l->unroll == 1) return size_constant(l, 0);
    LLVMBuilderRef b = l->body.builder;
    LLVMValueRef stop = rounded_down(l, l->unroll * l->body.lanes);
    LLVMBasicBlockRef loop = new_block(l, "unrolled"), single = new_block(l, "single");
    LLVMValueRef is_empty = LLVMBuildICmp(b, LLVMIntEQ, stop, size_constant(l, 0), "");
    LLVMBuildCondBr(b, is_empty, single, loop);
    go_to(l, loop);
    LLVMValueRef array[PROG_INPUTS_MAX + 1];
    memcpy(array, l->array, sizeof array);
    vector_loop(l, array, size_constant(l, 0), stop, l->unroll);
    LLVMBuildBr(b, single);
    go_to(l, single);
    return stop; /* 0 where the loop was skipped */
}

static void emit_loops(Loops *l)
{
    LLVMBuilderRef b = l->body.builder;
    LLVMTypeRef i1 = LLVMInt1TypeInContext(l->body.context);
    const int result = l->n_arrays - 1;
    const unsigned lanes = (unsigned)l->body.lanes;
    for (int k = 0; k < l->n_arrays; k++)
        l->buffer[k] = LLVMBuildAlloca(b, LLVMVectorType(l->element[k], lanes), "");

    LLVMValueRef first = emit_unrolled(l);
    LLVMValueRef whole = rounded_down(l, l->body.lanes);
    LLVMValueRef n_left = LLVMBuildAnd(b, l->n, size_constant(l, lanes - 1), "");
    LLVMBasicBlockRef again = new_block(l, "again"), tail = new_block(l, "tail");
    LLVMBasicBlockRef copy_in = new_block(l, "copy.in"), copy_out = new_block(l, "copy.out");
    LLVMBasicBlockRef done = new_block(l, "done");
    LLVMBasicBlockRef before = LLVMGetInsertBlock(b);
    LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntULT, first, whole, ""), again, tail);

    go_to(l, again);
    LLVMValueRef array[PROG_INPUTS_MAX + 1];
    for (int k = 0; k < l->n_arrays; k++) array[k] = phi_from(l, l->pointer, l->array[k], before);
    LLVMValueRef start = phi_from(l, l->size, first, before);
    LLVMValueRef stop = phi_from(l, l->size, whole, before);
    LLVMValueRef is_tail = phi_from(l, i1, LLVMConstInt(i1, 0, 0), before);
    vector_loop(l, array, start, stop, 1);
    LLVMBuildCondBr(b, is_tail, copy_out, tail);

    go_to(l, tail);
    LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntEQ, n_left, size_constant(l, 0), ""), done, copy_in);

    go_to(l, copy_in);
    for (int k = 0; k < result; k++)
        LLVMBuildStore(b, LLVMConstNull(LLVMVectorType(l->element[k], lanes)), l->buffer[k]);
    if (result > 0)
        copy_loop(l, 0, result, l->array, whole, l->buffer, size_constant(l, 0), n_left);
    LLVMBasicBlockRef filled = LLVMGetInsertBlock(b);
    for (int k = 0; k < l->n_arrays; k++) LLVMAddIncoming(array[k], &l->buffer[k], &filled, 1);
    LLVMValueRef zero = size_constant(l, 0), all = size_constant(l, lanes);
    LLVMValueRef yes = LLVMConstInt(i1, 1, 0);
    LLVMAddIncoming(start, &zero, &filled, 1);
    LLVMAddIncoming(stop, &all, &filled, 1);
    LLVMAddIncoming(is_tail, &yes, &filled, 1);
    LLVMBuildBr(b, again);

    go_to(l, copy_out);
    copy_loop(l, result, result + 1, l->buffer, size_constant(l, 0), l->array, whole, n_left);
    LLVMBuildBr(b, done);
    go_to(l, done);
    LLVMBuildRetVoid(b);
}

/* -- the array function of the JIT --------------------------------------------------- */

static LLVMValueRef address_constant(const Loops *l, uint64_t address)
{
    return LLVMConstIntToPtr(size_constant(l, address), l->pointer);
}

static void load_array_pointers(Loops *l)
{
    LLVMBuilderRef b = l->body.builder;
    const int result = l->n_arrays - 1;
    for (int k = 0; k < result; k++) {
        LLVMValueRef index = size_constant(l, (uint64_t)k);
        LLVMValueRef slot =
            LLVMBuildInBoundsGEP2(b, l->pointer, LLVMGetParam(l->function, 0), &index, 1, "");
        l->array[k] = LLVMBuildLoad2(b, l->pointer, slot, "");
    }
    l->array[result] = LLVMGetParam(l->function, 1);
}

/* Unless a number of vectors is asked for: single ones, but that a common path is asked about its guards as often as in
   the array function. */
static void emit_jit_loop(Loops *l, const JitTail *tail)
{
    LLVMBuilderRef b = l->body.builder;
    load_array_pointers(l);
    if (!l->has_path && l->body.options->vectors == 0) l->unroll = 1;
    LLVMValueRef first = emit_unrolled(l), whole = rounded_down(l, l->body.lanes);
    LLVMBasicBlockRef loop = new_block(l, "loop"), rest = new_block(l, "rest");
    LLVMBasicBlockRef call = new_block(l, "call"), done = new_block(l, "done");
    LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntULT, first, whole, ""), loop, rest);
    go_to(l, loop);
    vector_loop(l, l->array, first, whole, 1);
    LLVMBuildBr(b, rest);
    go_to(l, rest);
    LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntEQ, whole, l->n, ""), done, call);

    go_to(l, call);
    LLVMTypeRef parameter[5] = {l->pointer, l->pointer, l->pointer, l->size, l->pointer};
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(l->body.context), parameter, 5, 0);
    LLVMValueRef argument[5] = {address_constant(l, (uint64_t)(uintptr_t)tail->context),
                                LLVMGetParam(l->function, 0), LLVMGetParam(l->function, 1), l->n,
                                l->function};
    LLVMValueRef target = address_constant(l, (uint64_t)(uintptr_t)tail->function);
    LLVMSetTailCall(LLVMBuildCall2(b, type, target, argument, 5, ""), 1);
    LLVMBuildBr(b, done);
    go_to(l, done);
    LLVMBuildRetVoid(b);
}

/* -- both ----------------------------------------------------------------------------- */

/* Vectors hold as many elements as a register has of the narrowest type computed in: 32
   bits wherever a node has them, so f64 inside an f32 function takes two registers. */
int emit_llvm_lanes(const Prog *prog, const Target *target)
{
    for (int i = 0; i < prog->n; i++) {
        const Type type = (Type)prog->node[i].type;
        if (type != TYPE_BOOL && type_info(type)->size < 8) return target->lanes;
    }
    return target->lanes / 2;
}

/* Where nobody has measured what is best. */
static int unroll_for(const Loops *l)
{
    enum { SHORT = 16 };
    const Prog *prog = l->body.prog;
    return (l->has_path ? common_path_n_ops(&l->path, prog) : prog_n_ops(prog)) <= SHORT ? 2 : 1;
}

/* `quiet` is the options without names of values: there are several copies of each. */
static Loops new_loops(LLVMModuleRef module, const Prog *prog, const char *symbol,
                       EmitOptions *quiet, const EmitOptions *options)
{
    LLVMContextRef context = LLVMGetModuleContext(module);
    *quiet = *options;
    quiet->name_values = false;
    Loops l = {.body = function_body(module, prog, emit_llvm_lanes(prog, options->target), quiet),
               .size = LLVMInt64TypeInContext(context),
               .pointer = LLVMPointerTypeInContext(context, 0),
               .n_arrays = prog->n_inputs + 1};
    l.body.builder = LLVMCreateBuilderInContext(context);
    set_element_types(&l);
    l.has_path = !options->is_branch_free && common_path_find(&l.path, prog);
    l.unroll = options->vectors > 0 ? options->vectors : unroll_for(&l);
    if (l.has_path) l.rare = function_rare(module, prog, symbol, l.body.lanes, quiet);
    return l;
}

int emit_llvm_array_turn(const Prog *prog, const Target *target, int vectors)
{
    Loops l = {.body = {.prog = prog}};
    if (vectors > 0) return emit_llvm_lanes(prog, target) * vectors;
    l.has_path = common_path_find(&l.path, prog);
    return emit_llvm_lanes(prog, target) * unroll_for(&l);
}

int emit_llvm_jit_turn(const Prog *prog, const Target *target, int vectors)
{
    CommonPath path;
    return vectors > 0 || common_path_find(&path, prog) ? emit_llvm_array_turn(prog, target, vectors)
                                         : emit_llvm_lanes(prog, target);
}

/* Ends the writing of an array function. */
static LLVMValueRef finish(Loops *l)
{
    const Target *target = l->body.options->target;
    const bool has_256_bits = strcmp(target->arch, "x86_64") == 0 && target->lanes == 8;
    LLVMDisposeBuilder(l->body.builder);
    if (has_256_bits) emit_llvm_constants_in_memory(l->body.module, l->function);
    return l->function;
}

LLVMValueRef emit_llvm_array(LLVMModuleRef module, const Prog *prog, const char *symbol,
                             const EmitOptions *options)
{
    EmitOptions quiet;
    Loops l = new_loops(module, prog, symbol, &quiet, options);
    add_array_function(&l, symbol, l.n_arrays);
    function_set_fact(l.body.context, l.function, (unsigned)LLVMAttributeFunctionIndex, "memory",
                      MEMORY_ARGUMENTS);
    function_set_fact(l.body.context, l.function, (unsigned)LLVMAttributeFunctionIndex, "norecurse",
                      0);
    for (int k = 0; k < l.n_arrays; k++) l.array[k] = LLVMGetParam(l.function, (unsigned)k);
    emit_loops(&l);
    return finish(&l);
}

LLVMValueRef emit_llvm_jit_array(LLVMModuleRef module, const Prog *prog, const char *symbol,
                                 const JitTail *tail, const EmitOptions *options)
{
    EmitOptions quiet;
    Loops l = new_loops(module, prog, symbol, &quiet, options);
    add_array_function(&l, symbol, 2);
    emit_jit_loop(&l, tail);
    return finish(&l);
}
