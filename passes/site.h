/* A Site is a math call in somebody's module: a call of a libm function, an llvm.* intrinsic for one, or a call of a
   function that is annotated as computing a known one. */
#ifndef APPROX_PASSES_SITE_H
#define APPROX_PASSES_SITE_H

#include "runtime/catalogue/policy.h"

#include <llvm-c/Core.h>

/* String attributes that the passes read and write on calls and functions. */
#define ATTRIBUTE_MAX_ERROR "approx-max-error"    /* on a call: a bound, in ulp if it has no unit */
#define ATTRIBUTE_FPBUILTIN "fpbuiltin-max-error" /* the same, as Intel's compilers write it */
#define ATTRIBUTE_WISH "approx-wish" /* on a call: the words of the annotation that holds there */
#define ATTRIBUTE_FUNCTION "approx-function" /* on a function: what it computes */

enum { SITE_NAME_MAX = 64 };
typedef struct {
    LLVMValueRef call, callee;
    Op op;
    int n_arguments;
    Type type;                /* of the arguments and the result */
    int lanes;                /* 1: a number, else a vector of so many */
    char name[SITE_NAME_MAX]; /* as lists of functions have it: "expf" */
    const char *stem;         /* libm's function for double: "exp"; NULL if it is the user's */
    bool is_annotated;        /* a function of the user's */
    bool sets_errno;
} Site;

/* Is this instruction a call that could be replaced? Constrained intrinsics and functions of the user's own that
   have a name of libm's are none. */
bool site_recognise(Site *out, LLVMValueRef instruction);

/* Why it has to be left alone, or NULL. */
const char *site_why_not(const Site *site);

/* What is wanted at the site: by its own attributes, !fpmath, the annotation of the function it was written in, the policy,
   the flag afn, in this order. False: nothing. */
bool site_wish(const Site *site, const Policy *policy, Wish *out);

/* The value of a string attribute at a place of a call or function, or NULL; `length` gets its length. */
const char *call_attribute(LLVMValueRef call, const char *name, unsigned *length);
const char *function_attribute(LLVMValueRef function, const char *name, unsigned *length);
/* Do both functions have the attribute with the same value, or neither? */
bool functions_share(LLVMValueRef a, LLVMValueRef b, const char *name);
bool function_is(LLVMValueRef function, const char *enum_attribute);

#endif
