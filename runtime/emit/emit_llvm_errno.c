#include "runtime/emit/emit_llvm_errno.h"

#include "runtime/emit/emit_llvm_body.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static LLVMValueRef is_nan(const Body *body, LLVMValueRef x)
{
    return LLVMBuildFCmp(body->builder, LLVMRealUNO, x, x, "");
}

/* |x| is infinite or x a NaN. */
static LLVMValueRef is_not_finite(const Body *body, LLVMValueRef x)
{
    LLVMValueRef magnitude = body_unary_intrinsic(body, "llvm.fabs", x);
    return LLVMBuildFCmp(body->builder, LLVMRealUEQ, magnitude,
                         body_float(body, LLVMTypeOf(x), INFINITY), "");
}

/* i32: what errno is to be, or 0. */
static LLVMValueRef error_number(const Body *body, LLVMValueRef result,
                                 const LLVMValueRef *argument, int n_arguments)
{
    LLVMBuilderRef b = body->builder;
    LLVMTypeRef i1 = LLVMInt1TypeInContext(body->context);
    LLVMTypeRef i32 = LLVMInt32TypeInContext(body->context);
    LLVMValueRef none = LLVMConstInt(i32, 0, 0);
    LLVMValueRef any_nan = LLVMConstInt(i1, 0, 0), any_special = any_nan;
    for (int i = 0; i < n_arguments; i++) {
        any_nan = LLVMBuildOr(b, any_nan, is_nan(body, argument[i]), "");
        any_special = LLVMBuildOr(b, any_special, is_not_finite(body, argument[i]), "");
    }
    LLVMValueRef of_nan = LLVMBuildSelect(b, any_nan, none, LLVMConstInt(i32, EDOM, 0), "");
    LLVMValueRef of_infinity =
        LLVMBuildSelect(b, any_special, none, LLVMConstInt(i32, ERANGE, 0), "");
    return LLVMBuildSelect(b, is_nan(body, result), of_nan, of_infinity, "");
}

static LLVMValueRef errno_place(const Body *body)
{
    static const char NAME[] = "__errno_location";
    LLVMTypeRef type = LLVMFunctionType(LLVMPointerTypeInContext(body->context, 0), NULL, 0, 0);
    LLVMValueRef function = LLVMGetNamedFunction(body->module, NAME);
    if (!function) function = LLVMAddFunction(body->module, NAME, type);
    return LLVMBuildCall2(body->builder, type, function, NULL, 0, "");
}

/* Emits, behind the computation of `result`: if it is not finite, see to errno; return it. */
static void return_with_errno(const Body *body, LLVMValueRef function, LLVMValueRef result,
                              const LLVMValueRef *argument, int n_arguments)
{
    LLVMBuilderRef b = body->builder;
    LLVMBasicBlockRef done = LLVMAppendBasicBlockInContext(body->context, function, "done");
    LLVMBasicBlockRef special = LLVMAppendBasicBlockInContext(body->context, function, "special");
    LLVMBasicBlockRef set = LLVMAppendBasicBlockInContext(body->context, function, "set");
    function_branch(body, is_not_finite(body, result), done, special);
    LLVMPositionBuilderAtEnd(b, done);
    LLVMBuildRet(b, result);

    LLVMPositionBuilderAtEnd(b, special);
    LLVMValueRef number = error_number(body, result, argument, n_arguments);
    LLVMValueRef is_none =
        LLVMBuildICmp(b, LLVMIntEQ, number, LLVMConstNull(LLVMTypeOf(number)), "");
    LLVMBuildCondBr(b, is_none, done, set);
    LLVMPositionBuilderAtEnd(b, set);
    LLVMBuildStore(b, number, errno_place(body));
    LLVMBuildBr(b, done);
}

LLVMValueRef emit_llvm_with_errno(LLVMModuleRef module, const Prog *prog, const char *symbol,
                                  const EmitOptions *options)
{
    char name[320];
    snprintf(name, sizeof name, "%s_value", symbol);
    LLVMValueRef value = emit_llvm_function(module, prog, name, 1, options);
    LLVMSetLinkage(value, LLVMInternalLinkage);
    Body body = function_body(module, prog, 1, options);
    function_set_fact(body.context, value, (unsigned)LLVMAttributeFunctionIndex, "alwaysinline", 0);

    LLVMValueRef function = LLVMAddFunction(module, symbol, LLVMGlobalGetValueType(value));
    function_set_attributes(body.context, function, options->target);
    body.builder = LLVMCreateBuilderInContext(body.context);
    LLVMPositionBuilderAtEnd(body.builder,
                             LLVMAppendBasicBlockInContext(body.context, function, "entry"));
    LLVMValueRef argument[PROG_INPUTS_MAX];
    LLVMGetParams(function, argument);
    LLVMValueRef result = function_call(&body, value, argument);
    return_with_errno(&body, function, result, argument, prog->n_inputs);
    LLVMDisposeBuilder(body.builder);
    return function;
}
