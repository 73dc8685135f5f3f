/* A function that computes a Prog made for part of the inputs, and calls somebody else's function for the others. */
#include "runtime/emit/emit_llvm.h"

#include "runtime/emit/emit_llvm_body.h"

#include <assert.h>

/* original(x), lane by lane. */
static LLVMValueRef call_lanes(const Body *body, LLVMValueRef original, LLVMValueRef x)
{
    LLVMBuilderRef b = body->builder;
    LLVMTypeRef i32 = LLVMInt32TypeInContext(body->context);
    if (body->lanes == 1) return function_call(body, original, &x);
    LLVMValueRef result = LLVMGetPoison(LLVMTypeOf(x));
    for (int i = 0; i < body->lanes; i++) {
        LLVMValueRef lane = LLVMConstInt(i32, (unsigned)i, 0);
        LLVMValueRef one = LLVMBuildExtractElement(b, x, lane, "");
        result = LLVMBuildInsertElement(b, result, function_call(body, original, &one), lane, "");
    }
    return result;
}

LLVMValueRef emit_llvm_guarded(LLVMModuleRef module, const Prog *prog, const char *symbol,
                               int lanes, double lo, double hi, LLVMValueRef original,
                               const EmitOptions *options)
{
    assert(prog->n_inputs == 1 && type_info(prog_type(prog))->size >= 4);
    Body body = function_body(module, prog, lanes, options);
    LLVMTypeRef type = body_wide(&body, body_memory_element(&body, prog_type(prog)));
    LLVMValueRef function = LLVMAddFunction(module, symbol, LLVMFunctionType(type, &type, 1, 0));
    function_set_attributes(body.context, function, options->target);
    body.builder = LLVMCreateBuilderInContext(body.context);
    LLVMBuilderRef b = body.builder;
    LLVMPositionBuilderAtEnd(b, LLVMAppendBasicBlockInContext(body.context, function, "entry"));
    LLVMValueRef x = LLVMGetParam(function, 0);
    LLVMValueRef below = LLVMBuildFCmp(b, LLVMRealULT, x, body_float(&body, type, lo), "");
    LLVMValueRef above = LLVMBuildFCmp(b, LLVMRealUGT, x, body_float(&body, type, hi), "");
    LLVMBasicBlockRef common = LLVMAppendBasicBlockInContext(body.context, function, "common");
    LLVMBasicBlockRef rare = LLVMAppendBasicBlockInContext(body.context, function, "rare");
    function_branch(&body, LLVMBuildOr(b, below, above, ""), common, rare);
    LLVMPositionBuilderAtEnd(b, common);
    LLVMBuildRet(b, emit_llvm_inline(module, b, prog, lanes, &x, options));
    LLVMPositionBuilderAtEnd(b, rare);
    LLVMBuildRet(b, call_lanes(&body, original, x));
    LLVMDisposeBuilder(b);
    return function;
}
