/* Rewrites that keep every bit of the result for every input (NaN compared as
   NaN): constants folded, equal nodes merged, x*1, x-0 and the like removed, dead
   nodes dropped. A rewrite that is true only over the reals is a move of the
   search, never a simplification; for programs of type real, exact constant
   folding applies where the result is exact in a Real. */
#ifndef APPROX_PROG_SIMPLIFY_H
#define APPROX_PROG_SIMPLIFY_H

#include "runtime/prog/prog.h"

void prog_simplify(Prog *prog);

#endif
