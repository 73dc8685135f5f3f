#include "runtime/emit/emit_object.h"

#include "runtime/emit/emit_llvm.h"
#include "runtime/emit/emit_llvm_body.h"
#include "runtime/emit/emit_object_module.h"
#include "runtime/prog/common_path.h"

#include <assert.h>
#include <llvm-c/BitWriter.h>
#include <stdio.h>
#include <string.h>

/* -- the module ---------------------------------------------------------------------- */

static Status find_target(const EmitUnit *unit, int n, const Target **out, Err *err)
{
    for (int i = 0; i < n; i++) {
        const Target *target = target_find(unit[i].target);
        if (!target)
            return fail(err, ERR_INPUT, "unknown target '%s' (see --print-targets)",
                        unit[i].target);
        if (i > 0 && strcmp(target->triple, (*out)->triple) != 0)
            return fail(err, ERR_INPUT, "one file cannot hold code for both %s and %s",
                        (*out)->name, target->name);
        if (i == 0) *out = target;
    }
    return OK;
}

/* In modules for others to inline from: <symbol>_inline, which has no branches, where <symbol> has. */
static void add_inline_form(LLVMModuleRef module, const EmitUnit *unit, const EmitOptions *options)
{
    CommonPath path;
    if (!common_path_find(&path, unit->prog)) return;
    char symbol[300];
    snprintf(symbol, sizeof symbol, "%s_inline", unit->symbol);
    EmitOptions branch_free = *options;
    branch_free.is_branch_free = true;
    LLVMValueRef function = emit_llvm_function(module, unit->prog, symbol, 1, &branch_free);
    function_set_fact(LLVMGetModuleContext(module), function, (unsigned)LLVMAttributeFunctionIndex,
                      "alwaysinline", 0);
}

static Status add_unit(LLVMModuleRef module, const EmitUnit *unit, EmitForm form, Err *err)
{
    /* Modules are for others to inline from, into loops perhaps. */
    const bool is_module = form == EMIT_LL || form == EMIT_BC;
    const EmitOptions options = {.target = target_find(unit->target),
                                 .name_values = form == EMIT_LL,
                                 .may_branch = !is_module,
                                 .vectors = unit->vectors};
    const Status status = emit_llvm_check(unit->prog, options.target, err);
    if (status != OK) return status;
    char array_symbol[300];
    const int length = snprintf(array_symbol, sizeof array_symbol, "%s_array", unit->symbol);
    if (length >= (int)sizeof array_symbol)
        return fail(err, ERR_LIMIT, "the symbol '%.40s...' is too long", unit->symbol);
    if (LLVMGetNamedFunction(module, unit->symbol) ||
        (unit->want_array && LLVMGetNamedFunction(module, array_symbol)))
        return fail(err, ERR_INPUT, "two functions would be named '%s'", unit->symbol);
    emit_llvm_function(module, unit->prog, unit->symbol, 1, &options);
    if (is_module) add_inline_form(module, unit, &options);
    if (unit->want_array) emit_llvm_array(module, unit->prog, array_symbol, &options);
    return OK;
}

/* Calls `add` for every line of the units' comments; equal comments count once. */
static void each_comment_line(const EmitUnit *unit, int n,
                              void (*add)(void *context, const char *line, size_t length),
                              void *context)
{
    for (int i = 0; i < n; i++) {
        const char *at = unit[i].comment;
        if (!at || !*at || (i > 0 && unit[i - 1].comment && strcmp(at, unit[i - 1].comment) == 0))
            continue;
        while (*at) {
            const size_t length = strcspn(at, "\n");
            add(context, at, length);
            at += length + (at[length] == '\n');
        }
    }
}

static void add_ident(void *context, const char *line, size_t length)
{
    object_module_add_comment(context, line, length);
}

static void add_ll_comment(void *context, const char *line, size_t length)
{
    text_add(context, "; %.*s\n", (int)length, line);
}

/* -- the forms ---------------------------------------------------------------------- */

static Status write_module(Text *out, LLVMModuleRef module, LLVMTargetMachineRef machine,
                           const EmitUnit *unit, int n, EmitForm form, Err *err)
{
    if (form == EMIT_LL) {
        each_comment_line(unit, n, add_ll_comment, out);
        char *text = LLVMPrintModuleToString(module);
        text_add_bytes(out, text, strlen(text));
        LLVMDisposeMessage(text);
        return OK;
    }
    if (form == EMIT_BC) {
        LLVMMemoryBufferRef buffer = LLVMWriteBitcodeToMemoryBuffer(module);
        text_add_bytes(out, LLVMGetBufferStart(buffer), LLVMGetBufferSize(buffer));
        LLVMDisposeMemoryBuffer(buffer);
        return OK;
    }
    return object_module_generate(out, module, machine, form, err);
}

Status emit_object(Text *out, const EmitUnit *unit, int n, EmitForm form, Err *err)
{
    assert(n > 0);
    const Target *target = NULL;
    Status status = find_target(unit, n, &target, err);
    if (status != OK) return status;
    LLVMTargetMachineRef machine;
    status = target_machine_new(&machine, target, err);
    if (status != OK) return status;

    LLVMModuleRef module = object_module_new(machine, target, unit[0].symbol);
    for (int i = 0; i < n && status == OK; i++) status = add_unit(module, &unit[i], form, err);
    if (status != OK) goto done;
    if (form != EMIT_LL) each_comment_line(unit, n, add_ident, module);

    status = object_module_check(module, err);
    if (status == OK) status = write_module(out, module, machine, unit, n, form, err);

done:
    object_module_free(module);
    LLVMDisposeTargetMachine(machine);
    return status;
}

int emit_array_turn(const Prog *prog, const char *target, int vectors)
{
    return emit_llvm_array_turn(prog, target_find(target), vectors);
}
