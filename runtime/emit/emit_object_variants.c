#include "runtime/emit/emit_object_variants.h"

#include "runtime/emit/emit_llvm.h"
#include "runtime/emit/emit_llvm_body.h"
#include "runtime/emit/emit_llvm_dispatch.h"
#include "runtime/emit/emit_llvm_errno.h"
#include "runtime/emit/emit_object_module.h"

#include <llvm-c/Transforms/PassBuilder.h>
#include <stdio.h>
#include <string.h>

enum { SYMBOL_MAX = 300 };

/* LLVM's number of the convention in which a callee saves most of the vector registers; the C API has no name for it. */
enum { AARCH64_VECTOR_CALL = 97 };

/* Where functions begin: a loop that calls one from elsewhere took up to 9 % longer (exp of 8 floats, Zen 3). */
enum { CACHE_LINE = 64 };

static bool is_arm(const EmitVariant *variant)
{
    return strcmp(target_find(variant->level)->arch, "aarch64") == 0;
}

/* The level, made for the variant's processor. */
static Target target_of(const EmitVariant *variant)
{
    Target target = *target_find(variant->level);
    if (variant->cpu) target.cpu = variant->cpu;
    return target;
}

static void add_variant(LLVMModuleRef module, const EmitVariant *variant, const char *symbol,
                        bool is_local)
{
    const Target target = target_of(variant);
    const EmitOptions options = {.target = &target, .may_branch = true, .vectors = variant->vectors};
    LLVMValueRef function;
    if (variant->lanes == 0)
        function = emit_llvm_array(module, variant->prog, symbol, &options);
    else if (variant->sets_errno)
        function = emit_llvm_with_errno(module, variant->prog, symbol, &options);
    else
        function = emit_llvm_function(module, variant->prog, symbol, variant->lanes, &options);
    if (variant->lanes > 1 && is_arm(variant))
        LLVMSetFunctionCallConv(function, AARCH64_VECTOR_CALL);
    if (variant->lanes > 0)
        emit_llvm_improve(module, function, prog_type(variant->prog), variant->lanes, &target);
    LLVMSetAlignment(function, CACHE_LINE);
    if (is_local) LLVMSetLinkage(function, LLVMInternalLinkage);
}

/* The variants of one symbol. */
static Status add_symbol(LLVMModuleRef module, const EmitVariant *variant, int n, Err *err)
{
    DispatchChoice choice[DISPATCH_MAX];
    if (strlen(variant->symbol) >= SYMBOL_MAX - sizeof "x86-64-v2")
        return fail(err, ERR_LIMIT, "the symbol '%.40s...' is too long", variant->symbol);
    if (LLVMGetNamedFunction(module, variant->symbol))
        return fail(err, ERR_INPUT, "two functions would be named '%s'", variant->symbol);
    if (n > DISPATCH_MAX)
        return fail(err, ERR_LIMIT, "'%s' has more than %d levels", variant->symbol, DISPATCH_MAX);
    if (n == 1) {
        add_variant(module, variant, variant->symbol, false);
        return OK;
    }
    for (int i = 0; i < n; i++) {
        char symbol[SYMBOL_MAX];
        snprintf(symbol, sizeof symbol, "%s.%s", variant->symbol, variant[i].level);
        add_variant(module, &variant[i], symbol, true);
        choice[i] =
            (DispatchChoice){LLVMGetNamedFunction(module, symbol), target_find(variant[i].level)};
    }
    return emit_llvm_dispatch(module, variant->symbol, choice, n, err);
}

static Status add_variants(LLVMModuleRef module, const EmitVariant *variant, int n, Err *err)
{
    Status status = OK;
    for (int i = 0, count; i < n && status == OK; i += count) {
        for (count = 1; i + count < n; count++)
            if (strcmp(variant[i].symbol, variant[i + count].symbol) != 0) break;
        status = add_symbol(module, &variant[i], count, err);
    }
    return status;
}

static Status check_variants(const EmitVariant *variant, int n, const Target **most, Err *err)
{
    *most = NULL;
    for (int i = 0; i < n; i++) {
        const Target *level = target_find(variant[i].level);
        if (!level) return fail(err, ERR_INPUT, "unknown target '%s'", variant[i].level);
        if (*most && strcmp(level->arch, (*most)->arch) != 0)
            return fail(err, ERR_INPUT, "one file cannot hold code for both %s and %s",
                        (*most)->name, level->name);
        const Status status = emit_llvm_check(variant[i].prog, level, err);
        if (status != OK) return status;
        if (!*most || target_is_within(*most, level)) *most = level;
    }
    return OK;
}

/* Puts functions that are always to be inlined where they are called; there is nothing else to optimise. */
static Status inline_always(LLVMModuleRef module, LLVMTargetMachineRef machine, Err *err)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef problem = LLVMRunPasses(module, "always-inline", machine, options);
    LLVMDisposePassBuilderOptions(options);
    if (!problem) return OK;
    char *message = LLVMGetErrorMessage(problem);
    const Status status = fail(err, ERR_INTERNAL, "LLVM could not inline: %s", message);
    LLVMDisposeErrorMessage(message);
    return status;
}

Status emit_object_variants(Text *out, const EmitVariant *variant, int n, const char *comment,
                            Err *err)
{
    const Target *target;
    LLVMTargetMachineRef machine;
    Status status = check_variants(variant, n, &target, err);
    if (status == OK) status = target_machine_new(&machine, target, err);
    if (status != OK) return status;
    LLVMModuleRef module = object_module_new(machine, target, variant->symbol);
    object_module_add_comment(module, comment, strlen(comment));
    status = add_variants(module, variant, n, err);
    if (status == OK) status = object_module_check(module, err);
    if (status == OK) status = inline_always(module, machine, err);
    if (status == OK) status = object_module_generate(out, module, machine, EMIT_O, err);
    object_module_free(module);
    LLVMDisposeTargetMachine(machine);
    return status;
}
