/* The interpreter: the meaning of a Prog. It evaluates machine programs (no `real`,
   no reference operators) over blocks of values, vectorised by the compiler, one
   translation unit per instruction-set level, chosen at run time. The results are
   the same bits at every level, and the same as the JIT's and the emitted C's
   (NaN compared as NaN). */
#ifndef APPROX_PROG_EVAL_H
#define APPROX_PROG_EVAL_H

#include "runtime/prog/prog.h"

/* A Prog prepared for evaluation: owns scratch memory, so one per thread. */
typedef struct Eval Eval;

/* The levels are "portable", "avx2" and "avx512". `level` NULL chooses the best this
   processor has; a name forces one (for tests; ERR_UNSUPPORTED if the processor lacks it).
   `prog` is copied. A program with `real`, a reference operator, or a bool as input or
   result is ERR_UNSUPPORTED. */
Status eval_new(Eval **out, const Prog *prog, const char *level, Err *err);
void eval_free(Eval *eval);
const char *eval_level(const Eval *eval);

/* y[i] = prog(x[0][i], x[1][i], ...) for i < n. The arrays hold values of the
   types of the inputs and of the result, packed (uint16_t for f16 and bf16). */
void eval_run(Eval *eval, const void *const *x, void *y, size_t n);

/* Another value for node `ref`, a CONST of a float or integer type that the result needs: from now on the
   Eval is that of the changed Prog. */
void eval_set_constant(Eval *eval, Ref ref, uint64_t bits);

/* One evaluation on bit patterns; slow, for tests and Reports. */
uint64_t eval_bits(Eval *eval, const uint64_t *x_bits);

/* The value of node `ref`, whose arguments are all constants (bool: 0 or 1); false if
   the interpreter has no such operator. */
bool eval_constant(const Prog *prog, Ref ref, uint64_t *bits);

/* The name of level number `i` from the best to "portable", NULL after the last;
   whether this processor has it. */
const char *eval_level_name(int i);
bool eval_level_is_available(int i);

#endif
