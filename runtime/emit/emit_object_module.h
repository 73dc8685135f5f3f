/* What every module that is written out goes through: LLVM's generator for its target, its beginning, its comments, its end. Internal to
   runtime/emit and runtime/jit. */
#ifndef APPROX_EMIT_EMIT_OBJECT_MODULE_H
#define APPROX_EMIT_EMIT_OBJECT_MODULE_H

#include "runtime/base/text.h"
#include "runtime/emit/backend.h"
#include "runtime/emit/targets.h"

#include <llvm-c/TargetMachine.h>

/* LLVM's generator for a row of targets.def: small code model, position independent.
   Dispose with LLVMDisposeTargetMachine. Safe from several threads. */
Status target_machine_new(LLVMTargetMachineRef *out, const Target *target, Err *err);

/* An empty module, in a context of its own, which object_module_free disposes of too. */
LLVMModuleRef object_module_new(LLVMTargetMachineRef machine, const Target *target,
                                const char *name);
void object_module_free(LLVMModuleRef module);

/* Objects carry such lines in their .comment section. */
void object_module_add_comment(LLVMModuleRef module, const char *line, size_t length);

/* Is it what LLVM calls valid? */
Status object_module_check(LLVMModuleRef module, Err *err);

/* Appends the generated code: EMIT_S or EMIT_O. */
Status object_module_generate(Text *out, LLVMModuleRef module, LLVMTargetMachineRef machine,
                              EmitForm form, Err *err);

#endif
