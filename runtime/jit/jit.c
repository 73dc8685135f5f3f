#include "runtime/jit/jit.h"

#include "runtime/emit/emit_llvm.h"
#include "runtime/emit/emit_object.h"

#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Modules are in a list, so that jit_free finds them. A module's slot makes its symbols
   differ from those of the others alive; slots are used again, so that
   ORC's pool of names stays small. */
struct JitModule {
    LLVMOrcResourceTrackerRef tracker;
    int slot;
    JitModule *next;
};

struct Jit {
    const Target *target;
    LLVMOrcLLJITRef lljit;
    JitModule *modules;
    char complaint[400]; /* the last thing the ORC session reported */
};

static Status fail_llvm(Err *err, const Jit *jit, const char *what, LLVMErrorRef error)
{
    char *message = LLVMGetErrorMessage(error); /* consumes the error */
    const char *const reason = jit->complaint[0] ? jit->complaint : message;
    const Status status = fail(err, ERR_INTERNAL, "the JIT could not %s: %s", what, reason);
    LLVMDisposeErrorMessage(message);
    return status;
}

/* ORC prints what goes wrong while compiling unless it is told where to. */
static void note_complaint(void *context, LLVMErrorRef error)
{
    Jit *jit = context;
    char *message = LLVMGetErrorMessage(error);
    snprintf(jit->complaint, sizeof jit->complaint, "%s", message);
    LLVMDisposeErrorMessage(message);
}

Status jit_new(Jit **out, Err *err)
{
    const Target *target = target_native();
    if (!target) return fail(err, ERR_UNSUPPORTED, "there is no code generator for this machine");
    LLVMTargetMachineRef machine;
    Status status = target_machine_new(&machine, target, err);
    if (status != OK) return status;
    Jit *jit = xcalloc(1, sizeof *jit);
    jit->target = target;
    LLVMOrcLLJITBuilderRef builder = LLVMOrcCreateLLJITBuilder();
    /* TAKES machine. */
    LLVMOrcLLJITBuilderSetJITTargetMachineBuilder(
        builder, LLVMOrcJITTargetMachineBuilderCreateFromTargetMachine(machine));
    LLVMErrorRef error = LLVMOrcCreateLLJIT(&jit->lljit, builder); /* TAKES builder */
    if (error) {
        status = fail_llvm(err, jit, "start", error);
        free(jit);
        return status;
    }
    LLVMOrcExecutionSessionSetErrorReporter(LLVMOrcLLJITGetExecutionSession(jit->lljit),
                                            note_complaint, jit);
    *out = jit;
    return OK;
}

void jit_free(Jit *jit)
{
    if (!jit) return;
    while (jit->modules) jit_drop(jit, jit->modules);
    LLVMErrorRef error = LLVMOrcDisposeLLJIT(jit->lljit);
    if (error) LLVMConsumeError(error);
    free(jit);
}

static int free_slot(const Jit *jit)
{
    int slot = 0;
    for (const JitModule *m = jit->modules; m;) {
        if (m->slot != slot) {
            m = m->next;
            continue;
        }
        slot++;
        m = jit->modules;
    }
    return slot;
}

enum { NAME_SIZE = 32 };

static void kernel_name(char name[NAME_SIZE], int slot, int i)
{
    snprintf(name, NAME_SIZE, "k%d_%d", slot, i);
}

/* A context per module: what a context interns (every constant) is freed with it only. */
static LLVMOrcThreadSafeModuleRef build_module(const Jit *jit, const Prog *const *prog, int n,
                                               int slot)
{
    LLVMOrcThreadSafeContextRef safe_context = LLVMOrcCreateNewThreadSafeContext();
    LLVMContextRef context = LLVMOrcThreadSafeContextGetContext(safe_context);
    LLVMModuleRef module = LLVMModuleCreateWithNameInContext("jit", context);
    LLVMSetDataLayout(module, LLVMOrcLLJITGetDataLayoutStr(jit->lljit));
    LLVMSetTarget(module, LLVMOrcLLJITGetTripleString(jit->lljit));
    const EmitOptions options = {.target = jit->target};
    for (int i = 0; i < n; i++) {
        char name[NAME_SIZE];
        kernel_name(name, slot, i);
        emit_llvm_array(module, prog[i], name, ARRAY_JIT, &options);
    }
    LLVMOrcThreadSafeModuleRef safe_module = LLVMOrcCreateNewThreadSafeModule(module, safe_context);
    LLVMOrcDisposeThreadSafeContext(safe_context); /* the module holds it */
    return safe_module;
}

static Status look_up(Jit *jit, int slot, int n, JitArray *array, Err *err)
{
    for (int i = 0; i < n; i++) {
        char name[NAME_SIZE];
        kernel_name(name, slot, i);
        LLVMOrcExecutorAddress address = 0;
        LLVMErrorRef error = LLVMOrcLLJITLookup(jit->lljit, &address, name);
        if (error) return fail_llvm(err, jit, "compile a program", error);
        array[i] = (JitArray)(uintptr_t)address;
    }
    return OK;
}

Status jit_compile(Jit *jit, const Prog *const *prog, int n, JitModule **module, JitArray *array,
                   Err *err)
{
    for (int i = 0; i < n; i++) {
        const Status status = emit_llvm_check(prog[i], jit->target, err);
        if (status != OK) return status;
    }
    jit->complaint[0] = 0;
    const int slot = free_slot(jit);
    LLVMOrcResourceTrackerRef tracker =
        LLVMOrcJITDylibCreateResourceTracker(LLVMOrcLLJITGetMainJITDylib(jit->lljit));
    LLVMOrcThreadSafeModuleRef code = build_module(jit, prog, n, slot);
    LLVMErrorRef error =
        LLVMOrcLLJITAddLLVMIRModuleWithRT(jit->lljit, tracker, code); /* TAKES code */
    if (error) {
        LLVMOrcDisposeThreadSafeModule(code);
        LLVMOrcReleaseResourceTracker(tracker);
        return fail_llvm(err, jit, "take a module", error);
    }
    JitModule *new_module = xcalloc(1, sizeof *new_module);
    *new_module = (JitModule){.tracker = tracker, .slot = slot, .next = jit->modules};
    jit->modules = new_module;
    const Status status = look_up(jit, slot, n, array, err);
    if (status != OK) {
        jit_drop(jit, new_module);
        return status;
    }
    *module = new_module;
    return OK;
}

void jit_drop(Jit *jit, JitModule *module)
{
    if (!module) return;
    JitModule **link = &jit->modules;
    while (*link != module) link = &(*link)->next;
    *link = module->next;
    LLVMErrorRef error = LLVMOrcResourceTrackerRemove(module->tracker);
    if (error) LLVMConsumeError(error);
    LLVMOrcReleaseResourceTracker(module->tracker);
    free(module);
}
