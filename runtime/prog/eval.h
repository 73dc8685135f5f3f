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

/* The level used on this processor: "portable", "avx2" or "avx512". `level` NULL
   chooses the best there is; a name forces one (for tests; ERR_UNSUPPORTED if the
   processor lacks it). `prog` is copied. */
Status eval_new(Eval **out, const Prog *prog, const char *level, Err *err);
void eval_free(Eval *eval);
const char *eval_level(const Eval *eval);

/* y[i] = prog(x[0][i], x[1][i], ...) for i < n. The arrays hold values of the
   types of the inputs and of the result, packed (uint16_t for f16 and bf16). */
void eval_run(Eval *eval, const void *const *x, void *y, size_t n);

/* One evaluation on bit patterns; slow, for tests and Reports. */
uint64_t eval_bits(Eval *eval, const uint64_t *x_bits);

#endif
