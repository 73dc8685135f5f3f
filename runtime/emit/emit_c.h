/* Readable C from a Prog. The file stands alone (only <math.h>, <stdint.h>, <string.h>, <stddef.h>), gives the
   Prog's bits under -O2 -ffp-contract=off with gcc and clang, and opens with the claim and
   the command that made it. */
#ifndef APPROX_EMIT_EMIT_C_H
#define APPROX_EMIT_EMIT_C_H

#include "runtime/prog/prog.h"

typedef struct {
    const Prog *prog;
    const char *symbol;  /* scalar; the array function is <symbol>_array */
    const char *comment; /* lines without comment marks: claim, command */
} EmitC;

/* The .c file. */
Status emit_c(Text *out, const EmitC *unit, Err *err);
/* The .h file: prototypes, include guard, extern "C" for C++, the same comment. f16 is
   _Float16; bf16 is uint16_t holding the bits (typedef approx_bf16). */
Status emit_header(Text *out, const EmitC *unit, Err *err);

#endif
