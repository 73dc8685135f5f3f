/* Inside the LLVM emitter: the state while the nodes of one Prog are emitted, and the parts that
   have files of their own. A value of the Prog is held in a register type: f16 and bf16 as
   a float that is exact in them, bool as i1; with lanes > 1 everything is a vector. */
#ifndef APPROX_EMIT_EMIT_LLVM_BODY_H
#define APPROX_EMIT_EMIT_LLVM_BODY_H

#include "runtime/emit/backend.h"
#include "runtime/emit/emit_llvm.h"
#include "runtime/prog/common_path.h"

typedef struct {
    LLVMModuleRef module;
    LLVMContextRef context;
    LLVMBuilderRef builder;
    const EmitOptions *options;
    const Prog *prog;
    int lanes;
} Body;

/* -- types and constants ------------------------------------------------------- */

/* The vector of body->lanes of `element`, or `element` itself when that is 1. */
LLVMTypeRef body_wide(const Body *body, LLVMTypeRef element);
/* The register type of a Type, and the one that has its size in memory (f16: half where the
   target can convert, else i16). */
LLVMTypeRef body_register_element(const Body *body, Type type);
LLVMTypeRef body_memory_element(const Body *body, Type type);

/* `value` in every lane, of the integer or float register type `like`. */
LLVMValueRef body_int(const Body *body, LLVMTypeRef like, uint64_t value);
LLVMValueRef body_float(const Body *body, LLVMTypeRef like, double value);
/* The integer register type of the same width as the float one. */
LLVMTypeRef body_int_like(const Body *body, LLVMTypeRef float_type);

/* Calls the intrinsic, overloaded on `types`. */
LLVMValueRef body_intrinsic(const Body *body, const char *name, LLVMTypeRef *types, int n_types,
                            LLVMValueRef *args, int n_args);
LLVMValueRef body_unary_intrinsic(const Body *body, const char *name, LLVMValueRef x);

/* The value of a node that is no input and no bit cast, from those of its arguments. */
LLVMValueRef body_node(const Body *body, const Node *node, LLVMValueRef *arg);

/* -- emit_llvm_nodes.c ---------------------------------------------------------- */

/* The inputs of one vector, as of emit_llvm_inline. */
typedef struct {
    LLVMValueRef value[PROG_INPUTS_MAX];
} BodyInput;

/* Emits body->prog, or only the common path of it, for n vectors at once: each node for all of them before the next node. A processor
   looks ahead by a number of instructions that wait, and those of a chain wait long: with the chains of two vectors
   side by side it has more to do meanwhile. *is_rare, of a path, is i1 per lane: whether a guard fails there in
   any of the vectors, and their values mean nothing. */
void body_vectors(const Body *body, const CommonPath *path, const BodyInput *input, int n,
                  LLVMValueRef *value, LLVMValueRef *is_rare);

/* -- emit_llvm_number.c: changes of number format ------------------------------- */

/* The register value rounded to f16 or bf16; other types come back as they are. */
LLVMValueRef body_round_to_type(const Body *body, Type type, LLVMValueRef x);
LLVMValueRef body_from_memory(const Body *body, Type type, LLVMValueRef x);
LLVMValueRef body_to_memory(const Body *body, Type type, LLVMValueRef x);
LLVMValueRef body_convert(const Body *body, Type from, Type to, LLVMValueRef x);
LLVMValueRef body_to_int(const Body *body, Type to, LLVMValueRef x);
/* RINT, FLOOR, CEIL, TRUNC, ROUND. */
LLVMValueRef body_to_integral(const Body *body, Op op, LLVMValueRef x);

/* -- emit_llvm_function.c: what functions have in common --------------------------- */

/* Of LLVM's memory effects: two bits (read 1, write 2) per place, that of the arguments' pointees first. */
enum { MEMORY_NONE = 0, MEMORY_ARGUMENTS = 3 };
/* An attribute that has a number for a value, or none. */
void function_set_fact(LLVMContextRef context, LLVMValueRef function, unsigned place,
                       const char *name, uint64_t value);
/* What every function of ours has: facts, the target, no library calls. */
void function_set_attributes(LLVMContextRef context, LLVMValueRef function, const Target *target);
/* A Body without a builder. */
Body function_body(LLVMModuleRef module, const Prog *prog, int lanes, const EmitOptions *options);

/* An attribute that is a name with a value, as text. */
void function_set_text(LLVMContextRef context, LLVMValueRef function, const char *name,
                       const char *value);

/* Adds a function <symbol>_rare, not seen outside the module and never inlined, that computes all of the
   Prog; `lanes` elements as memory holds them. */
LLVMValueRef function_rare(LLVMModuleRef module, const Prog *prog, const char *symbol, int lanes,
                           const EmitOptions *options);
/* Is it a call of an intrinsic whose name begins so? */
bool function_is_call_of(LLVMValueRef value, const char *intrinsic);
LLVMValueRef function_call(const Body *body, LLVMValueRef function, LLVMValueRef *argument);
/* Ends the block: to `common`, where the code goes on, if no lane is rare. */
void function_branch(const Body *body, LLVMValueRef is_rare, LLVMBasicBlockRef common,
                     LLVMBasicBlockRef rare);

/* -- emit_llvm_scaling.c ------------------------------------------------------- */

/* SCALEF, GETEXP, GETMANT, REDUCE, for targets that have them. */
LLVMValueRef body_scaling(const Body *body, Op op, Type type, const LLVMValueRef *arg);

/* -- emit_llvm_lookup.c ------------------------------------------------------- */

LLVMValueRef body_lookup(const Body *body, const Table *table, LLVMValueRef index);
/* n lanes of a vector from number `first` on; two vectors of so many lanes one behind the other. */
LLVMValueRef body_take_lanes(const Body *body, LLVMValueRef vector, int first, int n);
LLVMValueRef body_join(const Body *body, LLVMValueRef low, LLVMValueRef high, int lanes_each);

#endif
