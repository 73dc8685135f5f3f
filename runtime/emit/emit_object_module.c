#include "runtime/emit/emit_object_module.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/Core.h>
#include <llvm-c/Target.h>
#include <pthread.h>
#include <string.h>

static void register_targets(void)
{
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser(); /* of what asks the processor (emit_llvm_dispatch.h) */
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
}

Status target_machine_new(LLVMTargetMachineRef *out, const Target *target, Err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT; /* LLVM's registry is one per process */
    pthread_once(&once, register_targets);
    LLVMTargetRef llvm_target;
    char *message = NULL;
    if (LLVMGetTargetFromTriple(target->triple, &llvm_target, &message)) {
        const Status status =
            fail(err, ERR_UNSUPPORTED, "this LLVM cannot generate code for %s: %s", target->name,
                 message);
        LLVMDisposeMessage(message);
        return status;
    }
    *out = LLVMCreateTargetMachine(llvm_target, target->triple, target->cpu, target->features,
                                   LLVMCodeGenLevelDefault, LLVMRelocPIC, LLVMCodeModelSmall);
    if (*out) return OK;
    return fail(err, ERR_INTERNAL, "LLVM made no generator for %s", target->name);
}

LLVMModuleRef object_module_new(LLVMTargetMachineRef machine, const Target *target,
                                const char *name)
{
    LLVMModuleRef module = LLVMModuleCreateWithNameInContext(name, LLVMContextCreate());
    LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(machine);
    LLVMSetModuleDataLayout(module, layout);
    LLVMDisposeTargetData(layout);
    LLVMSetTarget(module, target->triple);
    return module;
}

void object_module_free(LLVMModuleRef module)
{
    LLVMContextRef context = LLVMGetModuleContext(module);
    LLVMDisposeModule(module);
    LLVMContextDispose(context);
}

void object_module_add_comment(LLVMModuleRef module, const char *line, size_t length)
{
    LLVMContextRef c = LLVMGetModuleContext(module);
    LLVMMetadataRef string = LLVMMDStringInContext2(c, line, length);
    LLVMMetadataRef node = LLVMMDNodeInContext2(c, &string, 1);
    LLVMAddNamedMetadataOperand(module, "llvm.ident", LLVMMetadataAsValue(c, node));
}

Status object_module_check(LLVMModuleRef module, Err *err)
{
    char *message = NULL;
    Status status = OK;
    if (LLVMVerifyModule(module, LLVMReturnStatusAction, &message))
        status = fail(err, ERR_INTERNAL, "the emitted module is broken: %s", message);
    LLVMDisposeMessage(message);
    return status;
}

Status object_module_generate(Text *out, LLVMModuleRef module, LLVMTargetMachineRef machine,
                              EmitForm form, Err *err)
{
    char *message = NULL;
    LLVMMemoryBufferRef buffer = NULL;
    const LLVMCodeGenFileType type = form == EMIT_S ? LLVMAssemblyFile : LLVMObjectFile;
    if (LLVMTargetMachineEmitToMemoryBuffer(machine, module, type, &message, &buffer)) {
        const Status status = fail(err, ERR_INTERNAL, "LLVM could not generate code: %s", message);
        LLVMDisposeMessage(message);
        return status;
    }
    text_add_bytes(out, LLVMGetBufferStart(buffer), LLVMGetBufferSize(buffer));
    LLVMDisposeMemoryBuffer(buffer);
    return OK;
}
