/* Prog -> LLVM IR, through the LLVM-C builder. One emitter with three users: the JIT, the
   object writer, and passes that put a Prog into someone's module.

   The IR is strict: no fast-math flags, an fma only where the Prog has one, f16 and bf16
   computed in f32 and rounded after each operator. It never calls a library, not even through
   the backend: what a target lacks is spelled out, and an fma without hardware is an error. */
#ifndef APPROX_EMIT_EMIT_LLVM_H
#define APPROX_EMIT_EMIT_LLVM_H

#include "runtime/emit/backend.h"
#include "runtime/emit/targets.h"
#include "runtime/prog/prog.h"

#include <llvm-c/Core.h>

typedef struct {
    const Target *target;
    /* Keeps products out of reach of -ffp-contract=fast, which fuses a product and the sum that uses it
       in the backend whatever the IR says: each such product goes through llvm.arithmetic.fence. */
    bool fence_products;
    bool name_values; /* v3, v4, ... as in the .approx text; for IR that people read */
    bool
        is_branch_free; /* functions compute all of the Prog, even where a `likely` says that it is rare */
    LLVMValueRef
        rare; /* the rarely taken way that another form of the same Prog got; NULL: the function gets its own */
    bool
        may_branch; /* one value: what is only needed on one side of a choice is computed there, if it is much */
    int vectors; /* that a turn of the array loop takes, their nodes side by side; 0: by the size of the Prog */
} EmitOptions;

/* Is every operator and type of the Prog something this target can do without a library? */
Status emit_llvm_check(const Prog *prog, const Target *target, Err *err);

/* The functions below need emit_llvm_check to have said yes. */

/* Emits the nodes at the builder's position, which with may_branch ends in another block, and returns the result. `input` and result are as
   in the signature of emit_llvm_function for `lanes`. For inlining. */
LLVMValueRef emit_llvm_inline(LLVMModuleRef module, LLVMBuilderRef builder, const Prog *prog,
                              int lanes, const LLVMValueRef *input, const EmitOptions *options);

/* Adds `T symbol(T x[, T y ...])`. With lanes > 1 each T is a vector of so many. f16 is half, bf16
   is i16 holding the bits. */
LLVMValueRef emit_llvm_function(LLVMModuleRef module, const Prog *prog, const char *symbol,
                                int lanes, const EmitOptions *options);

/* The rarely taken way that emit_llvm_function added with the function of this symbol; NULL: none. */
LLVMValueRef emit_llvm_rare_of(LLVMModuleRef module, const char *symbol);

/* Adds a function like that for a Prog of one input, f32 or f64, which is right for lo <= x <= hi only: where any lane is
   outside, `original`, a function of one value, is called for each. */
LLVMValueRef emit_llvm_guarded(LLVMModuleRef module, const Prog *prog, const char *symbol,
                               int lanes, double lo, double hi, LLVMValueRef original,
                               const EmitOptions *options);

/* What LLVM does not do by itself for such a function of one value or of whole vectors on x86-64, where `type` is the result's: constants as operands in memory, bits of floats in vector
   registers. To be done when no pass will simplify it any more, which would undo it. */
void emit_llvm_improve(LLVMModuleRef module, LLVMValueRef function, Type type, int lanes,
                       const Target *target);

/* Elements in a vector of the array functions. */
int emit_llvm_lanes(const Prog *prog, const Target *target);

/* Adds `void symbol(const T *x[, const U *y ...], R *result, size_t n)`: any n, any alignment, the
   result may be one of the inputs. */
LLVMValueRef emit_llvm_array(LLVMModuleRef module, const Prog *prog, const char *symbol,
                             const EmitOptions *options);

/* Adds a JitArray (backend.h). It does whole vectors only, and leaves what remains of n to a function in this
   process: that is half the code to generate. */
typedef struct {
    void (*function)(const void *context, const void *const *x, void *y, size_t n, JitArray self);
    const void *context;
} JitTail;
LLVMValueRef emit_llvm_jit_array(LLVMModuleRef module, const Prog *prog, const char *symbol,
                                 const JitTail *tail, const EmitOptions *options);
/* Elements that one turn of the array function's loop takes, and of this one's; `vectors` as in EmitOptions. */
int emit_llvm_array_turn(const Prog *prog, const Target *target, int vectors);
int emit_llvm_jit_turn(const Prog *prog, const Target *target, int vectors);

#endif
