/* Compiles Progs for a target that this machine runs, and runs them in this process: ORC LLJIT, direct vector IR, no
   optimisation passes. A Jit belongs to one thread at a time; several may live at once. Code
   is freed by jit_drop, so any number of modules can come and go. */
#ifndef APPROX_JIT_JIT_H
#define APPROX_JIT_JIT_H

#include "runtime/emit/backend.h"

/* `target` is a row of targets.def or "native"; ERR_UNSUPPORTED where this machine does not run it. */
Status jit_new(Jit **out, const char *target, Err *err);
/* Frees the modules that are still there too. */
void jit_free(Jit *jit);
Status jit_compile(Jit *jit, const Prog *const *prog, const int *vectors, int n, JitModule **module,
                   JitArray *array, Err *err);
void jit_drop(Jit *jit, JitModule *module);
int jit_turn(const Jit *jit, const Prog *prog, int vectors);

#endif
