/* scalef, getexp, getmant and reduce by AVX-512's instructions, which come in vectors of 16, 32 and 64 bytes. */
#include "runtime/emit/emit_llvm_body.h"

#include <assert.h>
#include <stdio.h>

enum {
    REGISTER_MIN = 16, /* bytes */
    REGISTER_MAX = 64,
    CURRENT_ROUNDING = 4,
    GETMANT_CONTROL = 2 << 2 | 3, /* NaN for negative numbers; results in [3/4, 3/2) */
    REDUCE_CONTROL = 8 | 0, /* no exception for inexact; by the nearest multiple of 2^-0, ties to even */
};

typedef struct {
    const Body *body;
    Op op;
    LLVMTypeRef element;
    int size; /* of it, in bytes */
} Scaling;

/* Lanes first, first + 1, ... of x, `n` of them; those that x does not have are anything. */
static LLVMValueRef lanes_of(const Scaling *s, LLVMValueRef x, int first, int n)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(s->body->context);
    LLVMValueRef index[REGISTER_MAX];
    const int n_x = (int)LLVMGetVectorSize(LLVMTypeOf(x));
    for (int i = 0; i < n; i++)
        index[i] =
            first + i < n_x ? LLVMConstInt(i32, (uint64_t)(first + i), 0) : LLVMGetPoison(i32);
    return LLVMBuildShuffleVector(s->body->builder, x, LLVMGetPoison(LLVMTypeOf(x)),
                                  LLVMConstVector(index, (unsigned)n), "");
}

/* One instruction: arguments of exactly one register. */
static LLVMValueRef one_register(const Scaling *s, const LLVMValueRef *arg)
{
    LLVMContextRef c = s->body->context;
    LLVMTypeRef type = LLVMTypeOf(arg[0]), i32 = LLVMInt32TypeInContext(c);
    const int n = (int)LLVMGetVectorSize(type), bytes = n * s->size;
    char name[64];
    snprintf(name, sizeof name, "llvm.x86.avx512.mask.%s.p%c.%d", op_info(s->op)->name,
             s->size == 4 ? 's' : 'd', 8 * bytes);
    LLVMTypeRef mask = LLVMIntTypeInContext(c, n > 8 ? 16 : 8);
    LLVMValueRef call[6];
    int n_args = 0;
    call[n_args++] = arg[0];
    if (s->op == OP_SCALEF) call[n_args++] = arg[1];
    if (s->op == OP_GETMANT) call[n_args++] = LLVMConstInt(i32, GETMANT_CONTROL, 0);
    if (s->op == OP_REDUCE) call[n_args++] = LLVMConstInt(i32, REDUCE_CONTROL, 0);
    call[n_args++] = LLVMConstNull(type); /* where the mask is 0: nowhere */
    call[n_args++] = LLVMConstAllOnes(mask);
    if (bytes == REGISTER_MAX) call[n_args++] = LLVMConstInt(i32, CURRENT_ROUNDING, 0);
    return body_intrinsic(s->body, name, NULL, 0, call, n_args);
}

/* Any number of lanes: filled up to the least register, halved down to the largest. */
static LLVMValueRef any_vector(const Scaling *s, const LLVMValueRef *arg, int arity)
{
    const int n = (int)LLVMGetVectorSize(LLVMTypeOf(arg[0])), bytes = n * s->size;
    LLVMValueRef part[2], other[2];
    if (bytes >= REGISTER_MIN && bytes <= REGISTER_MAX) return one_register(s, arg);
    if (bytes < REGISTER_MIN) {
        for (int k = 0; k < arity; k++) part[k] = lanes_of(s, arg[k], 0, REGISTER_MIN / s->size);
        return lanes_of(s, one_register(s, part), 0, n);
    }
    for (int k = 0; k < arity; k++) {
        part[k] = lanes_of(s, arg[k], 0, n / 2);
        other[k] = lanes_of(s, arg[k], n / 2, n / 2);
    }
    LLVMValueRef low = any_vector(s, part, arity), high = any_vector(s, other, arity);
    LLVMTypeRef i32 = LLVMInt32TypeInContext(s->body->context);
    LLVMValueRef index[REGISTER_MAX];
    for (int i = 0; i < n; i++) index[i] = LLVMConstInt(i32, (uint64_t)i, 0);
    return LLVMBuildShuffleVector(s->body->builder, low, high, LLVMConstVector(index, (unsigned)n),
                                  "");
}

LLVMValueRef body_scaling(const Body *body, Op op, Type type, const LLVMValueRef *arg)
{
    const Scaling s = {body, op, body_register_element(body, type), type_info(type)->size};
    const int arity = op_info(op)->arity;
    if (body->lanes > 1) return any_vector(&s, arg, arity);
    LLVMValueRef vector[2], zero = LLVMConstInt(LLVMInt32TypeInContext(body->context), 0, 0);
    LLVMTypeRef wide = LLVMVectorType(s.element, (unsigned)(REGISTER_MIN / s.size));
    for (int k = 0; k < arity; k++)
        vector[k] = LLVMBuildInsertElement(body->builder, LLVMConstNull(wide), arg[k], zero, "");
    return LLVMBuildExtractElement(body->builder, one_register(&s, vector), zero, "");
}
