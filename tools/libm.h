/* What `approxcc libm` consists of: which functions, and what is claimed of them. */
#ifndef APPROX_TOOLS_LIBM_H
#define APPROX_TOOLS_LIBM_H

#include "runtime/library/library.h"
#include "tools/beside.h"
#include "tools/options.h"

/* -- libm_select.c ------------------------------------------------------------------------ */

typedef struct {
    const char *max_error; /* of functions that no override names */
    Words names;           /* "expf" or "expf=4ulp": only these, where there are any */
    Words overrides;       /* "expf=4ulp": these too, with this bound */
} LibmWishes;

/* Names of C functions, with commas between. */
typedef struct {
    Text without; /* the catalogue has no program for them */
    Text named;   /* those among them that the user asked for by name */
} LibmMissing;

/* Adds to the library what is wished for, as far as the catalogue has it. ERR_INPUT for what is no function. */
Status libm_select(Library *library, const LibmWishes *wishes, LibmMissing *missing, Err *err);

/* Appends a sentence about each kind of form that some functions lack; each ends in a newline. */
void libm_print_lacking(Text *out, const Library *library);

/* -- libm_claims.c ------------------------------------------------------------------------ */

/* CLAIMS.md and claims.json. `beside` may be empty. */
void libm_add_claims(Folder *out, const Library *library, const LibmMissing *missing,
                     const Beside *beside);

#endif
