/* Does the machine code of a Prog compute what the interpreter computes? The judge looks at the
   interpreter's results; this says that the emitted code has the same ones. */
#ifndef APPROX_MEASURE_AGREE_H
#define APPROX_MEASURE_AGREE_H

#include "runtime/emit/backend.h"
#include "runtime/prog/goal.h"

/* Compares JIT-compiled code with the interpreter, bit for bit (NaN as NaN), on `n` inputs: the specials of
   the type and a spread over all its values. ERR_INTERNAL naming the first input where they differ;
   ERR_UNSUPPORTED where the target's code cannot run here. */
Status agree_check(const Prog *prog, const Goal *goal, int n, Err *err);

/* Results of the interpreter and of compiled code at the inputs x, in the goal's type. */
Status agree_bits(const Goal *goal, const void *const *x, const void *expected, const void *got,
                  size_t n, Err *err);

/* The comparison on `n` inputs, with any code in the place of the JIT's. */
Status agree_compare(const Prog *prog, const Goal *goal, JitArray run, int n, Err *err);

#endif
