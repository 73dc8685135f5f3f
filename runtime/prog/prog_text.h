/* The text form of a Prog, which tests, catalogue and checkpoints use. A line is
   an input, a table, a node or the result; # starts a comment:

       f32 x
       f32 T0[4] = 0x1p+0 0x1.306fep+0 0x1.6a09e6p+0 0x1.ae89fap+0
       f32 v1 = const 0x1.62e43p-1
       i32 v2 = bitcast x
       f32 v3 = lookup T0 v2
       f32 v4 = fma x v1 v3
       return v4

   Names of nodes are any words; they are printed as v<number>. Float constants are
   hex floats (inf, -inf, nan), integers are decimal, bool is true or false, real
   as real_print has it. Printing and parsing again gives an equal Prog. */
#ifndef APPROX_PROG_PROG_TEXT_H
#define APPROX_PROG_PROG_TEXT_H

#include "runtime/prog/prog.h"

void prog_print(Text *out, const Prog *prog);

/* Parses text[start..end) up to and including its `return` line; *out is valid
   afterwards. *stop (may be NULL) is set behind that line. Errors point into `text`
   by line and column (of all of text[0..length)). */
Status prog_parse(Prog *out, const char *text, size_t length, size_t start, size_t *stop, Err *err);

#endif
