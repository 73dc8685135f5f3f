/* A helper is a function of ours that computes one program of the catalogue: "approx.exp_f32_1ulp_x86-64-v3". Calls of it stand
   where math calls stood; what it is has its attributes, so that its body can wait until the end of the
   pipeline: there only those forms get one that are still called. Until then it is a declaration without side
   effects that the vectoriser may exchange for the forms of several lanes.

   Bodies are strict IEEE whatever the caller's options. Helpers of callers with other target attributes are others. */
#ifndef APPROX_PASSES_HELPER_H
#define APPROX_PASSES_HELPER_H

#include "runtime/catalogue/policy.h"
#include "passes/target_of.h"

#include <llvm-c/Core.h>

typedef struct {
    const char *entry;   /* its name in the catalogue, or its id in the user's store */
    const char *program; /* of the user's store: the whole entry as text; NULL: it is compiled in */
    bool has_rare_way;   /* some inputs are computed out of line */
    int vectors;         /* that one turn of a loop should take: 2 where the program is short */
    LLVMTypeRef type;    /* of one value in a signature: half, i16, float, double */
    LLVMValueRef caller; /* target attributes are as of this function */
    int inlining;        /* INLINE_AUTO, ... */
    bool is_guarded;     /* outside `expected` it calls `original` */
    Interval expected;
    LLVMValueRef original;
} HelperWish;

/* The declaration of the form with so many lanes; the same one for the same wish. */
LLVMValueRef helper_declare(LLVMModuleRef module, const HelperWish *wish, int lanes);
/* Declares the forms of 2, 4, ... `widest` lanes and tells the vectoriser of them at the call of the scalar one. */
void helper_offer_forms(LLVMModuleRef module, LLVMValueRef call, const HelperWish *wish,
                        int widest);

/* The declaration of the form with so many lanes of the same program, for the same target. */
LLVMValueRef helper_declare_like(LLVMModuleRef module, LLVMValueRef helper, int lanes);

bool helper_is(LLVMValueRef function);
int helper_lanes(LLVMValueRef helper);
/* As the wish said. */
int helper_vectors(LLVMValueRef helper);
/* The lanes of the form that fills a register of the target. */
int helper_full_lanes(LLVMValueRef helper, const Target *target);
/* Has it a rarely taken way, or a guard? */
bool helper_has_rare_way(LLVMValueRef helper);
/* Gives a declaration its body; returns the function, or NULL with a sentence in err. Forms that get theirs after one with more lanes share its rarely taken
   way. */
LLVMValueRef helper_define(LLVMModuleRef module, LLVMValueRef declaration, TargetMemory *memory,
                           Err *err);
/* Its body as it goes to the code generator. */
void helper_improve(LLVMModuleRef module, LLVMValueRef helper, TargetMemory *memory);
/* As the wish said; not for declarations of others. */
int helper_inlining(LLVMValueRef helper);

#endif
