/* The passes, in the order in which a pipeline runs them. Each returns whether it changed the module.

   annotate  at the start: annotations become attributes of calls, so that they survive inlining
   replace   before the vectoriser: sites become calls of helpers (helper.h), each with the vector forms that it has
   define    at the end: the helpers that are still called get their bodies, and calls are marked for inlining
   sweep     after that: helpers that nobody calls go */
#ifndef APPROX_PASSES_STAGES_H
#define APPROX_PASSES_STAGES_H

#include <llvm-c/Core.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const char *words; /* the parameters, see policy.h */
    struct Analyses *analyses; /* LLVM's, see shim.h */
    bool is_by_name; /* the pass was asked for, rather than being part of a pipeline: afn counts */
} StageOptions;

bool stage_annotate(LLVMModuleRef module);
bool stage_replace(LLVMModuleRef module, const StageOptions *options);
/* `keeps_forms`: later passes will vectorise, so all forms get bodies and nothing is inlined. */
bool stage_define(LLVMModuleRef module, bool keeps_forms);
bool stage_sweep(LLVMModuleRef module);
/* Is the module on its way to a linker that will run the vectoriser? */
bool stage_is_before_thin_link(LLVMModuleRef module);

#ifdef __cplusplus
}
#endif
#endif
