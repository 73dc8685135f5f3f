/* Libraries from object files: archives, written here, and shared libraries, made by the linker
   that is installed. Needs no LLVM. */
#ifndef APPROX_EMIT_EMIT_LIBRARY_H
#define APPROX_EMIT_EMIT_LIBRARY_H

#include "runtime/base/text.h"
#include "runtime/emit/targets.h"

typedef struct {
    const char *name;  /* "exp2.o" */
    const char *bytes; /* a 64-bit little-endian ELF object */
    size_t size;
} LibraryObject;

/* Appends an archive (.a) of the objects with an index of their global symbols. The same objects give
   the same bytes. */
Status emit_archive(Text *out, const LibraryObject *object, int n, Err *err);

/* What a shared library says of itself; all may be NULL. */
typedef struct {
    const char *soname;
    const char *versions; /* which symbols have versions: a version script, as linkers read it */
} LibraryNames;

/* Appends a shared library (.so) of the objects. Runs ld.lld, ld or cc, the first
   that is there and can link for the target; ERR_UNSUPPORTED if none. */
Status emit_shared_library(Text *out, const LibraryObject *object, int n, const Target *target,
                           const LibraryNames *names, Err *err);

#endif
