/* What the interpreter (eval.c) and its kernels (eval_kernel.h, one object per
   instruction-set level) know of each other.

   A kernel applies one operator to a block of values: result[i] = op(operand[0][i],
   operand[1][i], ...) for i < n, n > 0. Values lie packed in memory in their own
   format (uint16_t for f16 and bf16), booleans as int32_t masks, 0 or -1. An operand
   whose bit is set in the kernel's *form* is a scalar: operand[k] points at one value.
   result may be the same array as an operand of the same size, else they are apart. */
#ifndef APPROX_PROG_EVAL_LEVEL_H
#define APPROX_PROG_EVAL_LEVEL_H

#include "runtime/prog/prog.h"

#include <stddef.h>

typedef void (*Kernel)(void *result, const void *const *operand, size_t n);

/* Which operands are scalars: bits of a form. */
enum { FORM_A = 1, FORM_B = 2, FORM_C = 4 };

enum { EVAL_OPS = OP_LOOKUP + 1 /* machine operators come before the elementary functions */ };

/* kernel[op][type of the last operand][form]; the operators that change type (convert, toint,
   tofloat, sext, zext, itrunc) and lookup have no forms and are at [op][type of the operand][type
   of the result]. NULL: no such kernel; for a form, the caller fills a block instead.
   A lookup has operand[1] = the entries, packed, and operand[2] = a uint32_t, their number - 1. */
typedef struct {
    const char *name;
    Kernel kernel[EVAL_OPS][TYPE_COUNT][TYPE_COUNT];
} EvalLevel;

extern const EvalLevel eval_level_portable;
#ifdef __x86_64__
extern const EvalLevel eval_level_avx2, eval_level_avx512;
#endif

#endif
