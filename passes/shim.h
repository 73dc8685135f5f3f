/* What LLVM offers in C++ only. Implemented in plugin.cpp, used by the passes in C. */
#ifndef APPROX_PASSES_SHIM_H
#define APPROX_PASSES_SHIM_H

#include <llvm-c/Core.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { REMARK_REPLACED, REMARK_MISSED, REMARK_ANALYSIS } RemarkKind;

/* A piece of a remark: text, or with a key a value that tools can find. */
typedef struct {
    const char *key; /* NULL: text */
    const char *value;
} RemarkPart;

/* Sends a remark about an instruction to whoever asked for it (-Rpass=approx, YAML). */
void shim_remark(RemarkKind kind, LLVMValueRef instruction, const RemarkPart *part, int n);
/* Reports an error to the program that runs the pass. */
void shim_error(LLVMModuleRef module, const char *text);
void shim_warning(LLVMModuleRef module, const char *text);
/* Does a processor with these features (as functions have them in target-cpu and target-features) have all that `needs`
   names: "+avx2,+fma"? False also where LLVM does not know the triple. */
bool shim_has_features(const char *triple, const char *cpu, const char *features,
                       const char *needs);
/* LLVM's analyses of the module that a pass is run on. */
typedef struct Analyses Analyses;
/* The least and the largest value that an integer, or a lane of a vector of them, can have at the instruction `at`, taken as
   signed or not: by its bits, conditions, assumptions and the bounds of loops. Rounded to double beyond 2^53. */
void shim_integer_range(Analyses *analyses, LLVMValueRef value, LLVMValueRef at, bool is_signed,
                        double *lo, double *hi);
/* Tells the vectoriser how many vectors to take in a turn of each innermost loop: what `count` says of its blocks, unless that is 0, or the loop has such a hint. */
void shim_hint_interleaving(LLVMValueRef function,
                            unsigned (*count)(void *context, const LLVMBasicBlockRef *block,
                                              size_t n),
                            void *context);

#ifdef __cplusplus
}
#endif
#endif
