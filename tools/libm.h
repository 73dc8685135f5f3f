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

/* Appends how many functions have programs of the store, in a sentence; nothing if none has. */
void libm_print_stored(Text *out, const Library *library);

/* How a sentence about a missing "program" begins: that the catalogue has none, and the user's store, where that was asked. */
const char *libm_nobody_has(const Library *library);

/* Appends a sentence about each kind of form that some functions lack; each ends in a newline. */
void libm_print_lacking(Text *out, const Library *library);

/* -- libm_claims.c ------------------------------------------------------------------------ */

/* CLAIMS.md and claims.json. `beside` may be empty. */
void libm_add_claims(Folder *out, const Library *library, const LibmMissing *missing,
                     const Beside *beside);

/* -- libm_built.c ------------------------------------------------------------------------- */

/* A library that libm wrote into the folder, by its claims.json; library_free is the caller's. What it holds of files is not looked at. */
Status libm_read(Library **out, const char *folder, Err *err);

/* -- libm_check.c ------------------------------------------------------------------------- */

typedef struct {
    uint64_t threads, stride;
    const char *progress; /* "none": not even on a terminal */
} LibmChecking;

/* library_judge for all functions of finished files; the first that does not stand is the error. */
Status libm_verify(const Library *library, const Folder *files, const LibmChecking *checking,
                   Err *err);

/* The same for the library in a folder, for the functions that are named, or all: a line for each, whether it stands or not. Returns
   the exit code. */
int libm_check(const char *folder, const Words *names, const LibmChecking *checking);

#endif
