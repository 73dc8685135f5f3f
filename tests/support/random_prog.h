/* Random machine programs to test the interpreter, the simplifier, the JIT and the emitters with.

   Every machine operator occurs, types are mixed, operands and constants meet corners
   often. A value never depends on the bits of a NaN that arithmetic made (its sign and
   payload differ between processors and compilers): a bitcast or a copysign looks only at
   values whose bits are known, if need be behind `select (eq v v) v constant`. NaN constants
   are the canonical one, which is all that text and C can express. */
#ifndef TESTS_SUPPORT_RANDOM_PROG_H
#define TESTS_SUPPORT_RANDOM_PROG_H

#include "runtime/base/rng.h"
#include "runtime/prog/prog.h"

typedef struct {
    Type type;          /* of the inputs and of the result: a float or an integer */
    int n_inputs;       /* at least 1 */
    int n_ops;          /* about so many operators; at most 100 */
    bool allow_fma;     /* for targets that have it */
    bool allow_scaling; /* scalef, getexp, getmant, reduce */
    bool allow_tables;  /* lookups */
    bool is_likely;     /* the result comes from a likely, whose guard looks at the first input */
    bool only_type;     /* floats of `type` and bool only: no other types, so no conversions */
} RandomProg;

Prog random_prog(const RandomProg *options, Rng *rng);

#endif
