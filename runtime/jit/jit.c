#include "runtime/jit/jit.h"

#include "runtime/emit/emit_llvm.h"
#include "runtime/emit/emit_object_module.h"

#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the end of an array needs to know of a program: the lanes of its vectors, the sizes of
   the elements of its inputs and of its result. */
typedef struct {
    int n_inputs, lanes;
    uint8_t size[PROG_INPUTS_MAX], result_size;
} TailShape;

/* Modules are in a list, so that jit_free finds them. A module's slot makes its symbols
   differ from those of the others alive; slots are used again, so that
   ORC's pool of names stays small. */
struct JitModule {
    LLVMOrcResourceTrackerRef tracker;
    int slot;
    JitModule *next;
    TailShape *shape; /* one for each program; the code has their addresses */
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

Status jit_new(Jit **out, const char *name, Err *err)
{
    const Target *target = target_find(name);
    if (!target || !target_is_runnable(target))
        return fail(err, ERR_UNSUPPORTED, "code for %s does not run on this machine", name);
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

/* The last n % lanes elements: copied into whole vectors, and the results out of one. */
static void run_tail(const void *context, const void *const *x, void *y, size_t n, JitArray self)
{
    enum { VECTOR_SIZE_MAX = 16 * 8 };
    const TailShape *shape = context;
    const size_t n_left = n % (size_t)shape->lanes, first = n - n_left;
    uint8_t in[PROG_INPUTS_MAX][VECTOR_SIZE_MAX], out[VECTOR_SIZE_MAX];
    const void *vectors[PROG_INPUTS_MAX];
    for (int k = 0; k < shape->n_inputs; k++) {
        const size_t size = shape->size[k];
        memset(in[k], 0, VECTOR_SIZE_MAX);
        memcpy(in[k], (const uint8_t *)x[k] + first * size, n_left * size);
        vectors[k] = in[k];
    }
    self(vectors, out, (size_t)shape->lanes);
    memcpy((uint8_t *)y + first * shape->result_size, out, n_left * shape->result_size);
}

static TailShape tail_shape(const Prog *prog, const Target *target)
{
    TailShape shape = {.n_inputs = prog->n_inputs,
                       .lanes = emit_llvm_lanes(prog, target),
                       .result_size = (uint8_t)type_info(prog_type(prog))->size};
    for (int k = 0; k < prog->n_inputs; k++)
        shape.size[k] = (uint8_t)type_info((Type)prog->node[k].type)->size;
    return shape;
}

/* A context per module: what a context interns (every constant) is freed with it only. */
static LLVMOrcThreadSafeModuleRef build_module(const Jit *jit, const Prog *const *prog,
                                               const int *vectors, int n, int slot,
                                               TailShape *shape)
{
    LLVMOrcThreadSafeContextRef safe_context = LLVMOrcCreateNewThreadSafeContext();
    LLVMContextRef context = LLVMOrcThreadSafeContextGetContext(safe_context);
    LLVMModuleRef module = LLVMModuleCreateWithNameInContext("jit", context);
    LLVMSetDataLayout(module, LLVMOrcLLJITGetDataLayoutStr(jit->lljit));
    LLVMSetTarget(module, LLVMOrcLLJITGetTripleString(jit->lljit));
    for (int i = 0; i < n; i++) {
        const EmitOptions options = {.target = jit->target, .vectors = vectors ? vectors[i] : 0};
        char name[NAME_SIZE];
        kernel_name(name, slot, i);
        shape[i] = tail_shape(prog[i], jit->target);
        const JitTail tail = {run_tail, &shape[i]};
        emit_llvm_jit_array(module, prog[i], name, &tail, &options);
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

Status jit_compile(Jit *jit, const Prog *const *prog, const int *vectors, int n, JitModule **module,
                   JitArray *array, Err *err)
{
    for (int i = 0; i < n; i++) {
        const Status status = emit_llvm_check(prog[i], jit->target, err);
        if (status != OK) return status;
    }
    jit->complaint[0] = 0;
    const int slot = free_slot(jit);
    LLVMOrcResourceTrackerRef tracker =
        LLVMOrcJITDylibCreateResourceTracker(LLVMOrcLLJITGetMainJITDylib(jit->lljit));
    TailShape *shape = xcalloc((size_t)n, sizeof *shape);
    LLVMOrcThreadSafeModuleRef code = build_module(jit, prog, vectors, n, slot, shape);
    LLVMErrorRef error =
        LLVMOrcLLJITAddLLVMIRModuleWithRT(jit->lljit, tracker, code); /* TAKES code */
    if (error) {
        LLVMOrcDisposeThreadSafeModule(code);
        LLVMOrcReleaseResourceTracker(tracker);
        free(shape);
        return fail_llvm(err, jit, "take a module", error);
    }
    JitModule *new_module = xcalloc(1, sizeof *new_module);
    *new_module =
        (JitModule){.tracker = tracker, .slot = slot, .next = jit->modules, .shape = shape};
    jit->modules = new_module;
    const Status status = look_up(jit, slot, n, array, err);
    if (status != OK) {
        jit_drop(jit, new_module);
        return status;
    }
    *module = new_module;
    return OK;
}

int jit_turn(const Jit *jit, const Prog *prog, int vectors)
{
    return emit_llvm_jit_turn(prog, jit->target, vectors);
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
    free(module->shape);
    free(module);
}
