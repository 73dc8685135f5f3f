/* The function of one value or one vector, its attributes, and its rarely taken way. */
#include "runtime/emit/emit_llvm.h"

#include "runtime/emit/emit_llvm_body.h"
#include "runtime/emit/emit_llvm_constants.h"
#include "runtime/emit/emit_llvm_integers.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* -- attributes ---------------------------------------------------------------- */

void function_set_fact(LLVMContextRef context, LLVMValueRef function, unsigned place,
                       const char *name, uint64_t value)
{
    const unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    assert(kind != 0 && "no such attribute in this LLVM");
    LLVMAddAttributeAtIndex(function, place, LLVMCreateEnumAttribute(context, kind, value));
}

void function_set_text(LLVMContextRef context, LLVMValueRef function, const char *name,
                       const char *value)
{
    LLVMAttributeRef attribute = LLVMCreateStringAttribute(context, name, (unsigned)strlen(name),
                                                           value, (unsigned)strlen(value));
    LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, attribute);
}

void function_set_attributes(LLVMContextRef context, LLVMValueRef function, const Target *target)
{
    static const char *const FACTS[] = {"nounwind", "willreturn", "nosync", "nofree"};
    for (size_t i = 0; i < sizeof FACTS / sizeof FACTS[0]; i++)
        function_set_fact(context, function, (unsigned)LLVMAttributeFunctionIndex, FACTS[i], 0);
    function_set_text(context, function, "target-cpu", target->cpu);
    if (target->features[0])
        function_set_text(context, function, "target-features", target->features);
    char bits[16];
    snprintf(bits, sizeof bits, "%d", target->lanes * 32);
    function_set_text(context, function, "prefer-vector-width", bits);
    function_set_text(context, function, "no-builtins", ""); /* no loop here is a memcpy */
}

/* -- the function of one value or one vector ------------------------------------- */

Body function_body(LLVMModuleRef module, const Prog *prog, int lanes, const EmitOptions *options)
{
    return (Body){.module = module,
                  .context = LLVMGetModuleContext(module),
                  .options = options,
                  .prog = prog,
                  .lanes = lanes};
}

/* In a signature f16 is half on every target: that is where C passes it. */
static LLVMTypeRef signature_element(const Body *body, Type type)
{
    if (type == TYPE_F16) return LLVMHalfTypeInContext(body->context);
    return body_memory_element(body, type);
}

static Type input_type(const Prog *prog, int k) { return (Type)prog->node[k].type; }

/* -- the rarely taken way ---------------------------------------------------------- */

enum { RARE_NAME_MAX = 320 };

static void rare_name(char *out, const char *symbol)
{
    snprintf(out, RARE_NAME_MAX, "%s_rare", symbol);
}

LLVMValueRef emit_llvm_rare_of(LLVMModuleRef module, const char *symbol)
{
    char name[RARE_NAME_MAX];
    rare_name(name, symbol);
    return LLVMGetNamedFunction(module, name);
}

LLVMValueRef function_rare(LLVMModuleRef module, const Prog *prog, const char *symbol, int lanes,
                           const EmitOptions *options)
{
    Body body = function_body(module, prog, lanes, options);
    LLVMTypeRef parameter[PROG_INPUTS_MAX];
    for (int k = 0; k < prog->n_inputs; k++)
        parameter[k] = body_wide(&body, body_memory_element(&body, input_type(prog, k)));
    LLVMTypeRef result = body_wide(&body, body_memory_element(&body, prog_type(prog)));
    char name[RARE_NAME_MAX];
    rare_name(name, symbol);
    LLVMValueRef function =
        LLVMAddFunction(module, name, LLVMFunctionType(result, parameter, prog->n_inputs, 0));
    LLVMSetLinkage(function, LLVMInternalLinkage);
    const unsigned place = (unsigned)LLVMAttributeFunctionIndex;
    function_set_attributes(body.context, function, options->target);
    function_set_fact(body.context, function, place, "memory", MEMORY_NONE);
    function_set_fact(body.context, function, place, "noinline", 0);
    function_set_fact(body.context, function, place, "cold", 0);
    body.builder = LLVMCreateBuilderInContext(body.context);
    LLVMPositionBuilderAtEnd(body.builder,
                             LLVMAppendBasicBlockInContext(body.context, function, "entry"));
    LLVMValueRef input[PROG_INPUTS_MAX];
    for (int k = 0; k < prog->n_inputs; k++) input[k] = LLVMGetParam(function, (unsigned)k);
    LLVMBuildRet(body.builder, emit_llvm_inline(module, body.builder, prog, lanes, input, options));
    LLVMDisposeBuilder(body.builder);
    return function;
}

bool function_is_call_of(LLVMValueRef value, const char *intrinsic)
{
    size_t length;
    if (!LLVMIsACallInst(value)) return false;
    const char *name = LLVMGetValueName2(LLVMGetCalledValue(value), &length);
    return strncmp(name, intrinsic, strlen(intrinsic)) == 0;
}

LLVMValueRef function_call(const Body *body, LLVMValueRef function, LLVMValueRef *argument)
{
    LLVMTypeRef type = LLVMGlobalGetValueType(function);
    return LLVMBuildCall2(body->builder, type, function, argument, LLVMCountParamTypes(type), "");
}

/* The rarely taken way is large, and compiling it takes its time: it has no more lanes than a register of the widest type computed in,
   and more lanes call it in pieces. */
static int rare_lanes(const Prog *prog, int lanes, const Target *target)
{
    int most = target->lanes;
    for (int i = 0; i < prog->n; i++) {
        const Type type = (Type)prog->node[i].type;
        if (type != TYPE_BOOL && type_info(type)->size == 8) most = target->lanes / 2;
    }
    while (lanes > most && lanes % 2 == 0) lanes /= 2;
    return lanes;
}

static int type_lanes(LLVMTypeRef type)
{
    return LLVMGetTypeKind(type) == LLVMVectorTypeKind ? (int)LLVMGetVectorSize(type) : 1;
}

/* What its first parameter takes. */
static int lanes_of_function(LLVMValueRef function)
{
    return type_lanes(LLVMTypeOf(LLVMGetParam(function, 0)));
}

/* The value or vector with its first lane again and again behind it, so that there is no lane without a value. */
static LLVMValueRef widened(const Body *body, LLVMValueRef x, int lanes)
{
    enum { LANES_MAX = 64 };
    LLVMTypeRef i32 = LLVMInt32TypeInContext(body->context);
    LLVMValueRef number[LANES_MAX], first = LLVMConstNull(i32);
    assert(lanes <= LANES_MAX);
    if (body->lanes == 1) {
        LLVMValueRef nothing = LLVMGetPoison(LLVMVectorType(LLVMTypeOf(x), 1));
        x = LLVMBuildInsertElement(body->builder, nothing, x, first, "");
    }
    for (int i = 0; i < lanes; i++)
        number[i] = i < body->lanes ? LLVMConstInt(i32, (uint64_t)i, 0) : first;
    return LLVMBuildShuffleVector(body->builder, x, x, LLVMConstVector(number, (unsigned)lanes),
                                  "");
}

/* The way of a form with more lanes. */
static LLVMValueRef call_with_more(const Body *body, LLVMValueRef function, LLVMValueRef *input)
{
    LLVMValueRef wide[PROG_INPUTS_MAX];
    for (int k = 0; k < body->prog->n_inputs; k++)
        wide[k] = widened(body, input[k], lanes_of_function(function));
    LLVMValueRef all = function_call(body, function, wide);
    if (body->lanes > 1) return body_take_lanes(body, all, 0, body->lanes);
    LLVMValueRef first = LLVMConstNull(LLVMInt32TypeInContext(body->context));
    return LLVMBuildExtractElement(body->builder, all, first, "");
}

static LLVMValueRef call_in_pieces(const Body *body, LLVMValueRef function, LLVMValueRef *input,
                                   int lanes, int piece)
{
    if (lanes == piece) return function_call(body, function, input);
    const int half = lanes / 2;
    LLVMValueRef low[PROG_INPUTS_MAX], high[PROG_INPUTS_MAX];
    for (int k = 0; k < body->prog->n_inputs; k++) {
        low[k] = body_take_lanes(body, input[k], 0, half);
        high[k] = body_take_lanes(body, input[k], half, half);
    }
    LLVMValueRef first = call_in_pieces(body, function, low, half, piece);
    return body_join(body, first, call_in_pieces(body, function, high, half, piece), half);
}

/* Any rare lane rather than all common ones: x86 then tests a vector with itself, and needs no
   register for the ones that it would be compared with. */
void function_branch(const Body *body, LLVMValueRef is_rare, LLVMBasicBlockRef common,
                     LLVMBasicBlockRef rare)
{
    enum { COMMON_WEIGHT = 2000 }; /* what __builtin_expect says to LLVM */
    LLVMContextRef c = body->context;
    if (body->lanes > 1) is_rare = body_unary_intrinsic(body, "llvm.vector.reduce.or", is_rare);
    LLVMValueRef branch = LLVMBuildCondBr(body->builder, is_rare, rare, common);
    LLVMTypeRef i32 = LLVMInt32TypeInContext(c);
    LLVMMetadataRef weights[] = {
        LLVMMDStringInContext2(c, "branch_weights", strlen("branch_weights")),
        LLVMValueAsMetadata(LLVMConstInt(i32, 1, 0)),
        LLVMValueAsMetadata(LLVMConstInt(i32, COMMON_WEIGHT, 0))};
    LLVMSetMetadata(branch, LLVMGetMDKindIDInContext(c, "prof", 4),
                    LLVMMetadataAsValue(c, LLVMMDNodeInContext2(c, weights, 3)));
}

/* Emits `return common path where its guards hold, else rare(input)`. `result` is the type to return. */
static void return_likely(const Body *body, const CommonPath *path, LLVMValueRef function,
                          LLVMValueRef rare_function, LLVMValueRef *input, LLVMTypeRef result)
{
    LLVMBuilderRef b = body->builder;
    BodyInput vector;
    LLVMValueRef is_rare, value;
    memcpy(vector.value, input, sizeof vector.value);
    body_vectors(body, path, &vector, 1, &value, &is_rare);
    LLVMBasicBlockRef common = LLVMAppendBasicBlockInContext(body->context, function, "common");
    LLVMBasicBlockRef rare = LLVMAppendBasicBlockInContext(body->context, function, "rare");
    function_branch(body, is_rare, common, rare);
    LLVMPositionBuilderAtEnd(b, common);
    LLVMBuildRet(b, LLVMBuildBitCast(b, value, result, ""));
    LLVMPositionBuilderAtEnd(b, rare);
    const int piece = lanes_of_function(rare_function);
    value = piece > body->lanes ? call_with_more(body, rare_function, input)
                                : call_in_pieces(body, rare_function, input, body->lanes, piece);
    if (piece == body->lanes) LLVMSetTailCall(value, 1);
    LLVMBuildRet(b, LLVMBuildBitCast(b, value, result, ""));
}

/* -- the function itself ----------------------------------------------------------- */

LLVMValueRef emit_llvm_function(LLVMModuleRef module, const Prog *prog, const char *symbol,
                                int lanes, const EmitOptions *options)
{
    CommonPath path;
    const bool has_path = !options->is_branch_free && common_path_find(&path, prog);
    LLVMValueRef rare = options->rare;
    if (has_path && !rare)
        rare =
            function_rare(module, prog, symbol, rare_lanes(prog, lanes, options->target), options);
    Body body = function_body(module, prog, lanes, options);
    LLVMTypeRef parameter[PROG_INPUTS_MAX];
    for (int k = 0; k < prog->n_inputs; k++)
        parameter[k] = body_wide(&body, signature_element(&body, input_type(prog, k)));
    const Type type = prog_type(prog);
    LLVMTypeRef result = body_wide(&body, signature_element(&body, type));
    LLVMValueRef function =
        LLVMAddFunction(module, symbol, LLVMFunctionType(result, parameter, prog->n_inputs, 0));
    function_set_attributes(body.context, function, options->target);
    function_set_fact(body.context, function, (unsigned)LLVMAttributeFunctionIndex, "memory",
                      MEMORY_NONE);
    /* C callers may count on 16-bit integers coming back extended. */
    if (lanes == 1 && type == TYPE_I16)
        function_set_fact(body.context, function, LLVMAttributeReturnIndex, "signext", 0);
    if (lanes == 1 && type == TYPE_BF16)
        function_set_fact(body.context, function, LLVMAttributeReturnIndex, "zeroext", 0);

    body.builder = LLVMCreateBuilderInContext(body.context);
    LLVMPositionBuilderAtEnd(body.builder,
                             LLVMAppendBasicBlockInContext(body.context, function, "entry"));
    LLVMValueRef input[PROG_INPUTS_MAX];
    for (int k = 0; k < prog->n_inputs; k++) {
        LLVMTypeRef memory = body_wide(&body, body_memory_element(&body, input_type(prog, k)));
        input[k] = LLVMGetParam(function, (unsigned)k);
        if (options->name_values)
            LLVMSetValueName2(input[k], prog->input_name[k], strlen(prog->input_name[k]));
        input[k] = LLVMBuildBitCast(body.builder, input[k], memory, "");
    }
    if (has_path) {
        return_likely(&body, &path, function, rare, input, result);
    } else {
        LLVMValueRef value = emit_llvm_inline(module, body.builder, prog, lanes, input, options);
        LLVMBuildRet(body.builder, LLVMBuildBitCast(body.builder, value, result, ""));
    }
    LLVMDisposeBuilder(body.builder);
    return function;
}

void emit_llvm_improve(LLVMModuleRef module, LLVMValueRef function, Type type, int lanes,
                       const Target *target)
{
    enum { REGISTER = 32 }; /* bytes */
    const int bytes = lanes * type_info(type)->size;
    if (strcmp(target->arch, "x86_64") != 0) return;
    if (lanes == 1) emit_llvm_integers_in_vectors(function);
    if (lanes == 1 || bytes == REGISTER || (bytes > REGISTER && target->lanes == 8))
        emit_llvm_constants_in_memory(module, function);
}
