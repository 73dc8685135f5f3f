/* What every machine operator means, a second time: one value at a time, written for
   clarity and on other principles than the interpreter's kernels (values as doubles, one
   rounding by bits_from_value), to test the interpreter, the JIT and emitted code with. */
#ifndef TESTS_SUPPORT_SCALAR_OP_H
#define TESTS_SUPPORT_SCALAR_OP_H

#include "runtime/prog/prog.h"

/* The value of a node (no leaf) from those of its arguments, as bit patterns. */
uint64_t scalar_op(const Prog *prog, const Node *node, const uint64_t *arg);

/* The value of a machine program. */
uint64_t scalar_eval(const Prog *prog, const uint64_t *x);

#endif
