/* Angles in half turns: sin(pi*y) is sinpi(y), whose zeros and poles lie at numbers that floats can have, so that what is
   exact there can be told. */
#ifndef APPROX_PROG_TURNS_H
#define APPROX_PROG_TURNS_H

#include "runtime/prog/prog.h"

/* sin(pi*y) ==> sinpi(y), and cos, tan alike, in a Prog of type real: pi may be any factor, and in any term of a sum. The value
   over the reals stays. */
void prog_in_turns(Prog *prog);

#endif
