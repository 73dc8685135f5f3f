/* The parts of library_files. Private to runtime/library. */
#ifndef APPROX_LIBRARY_LIBRARY_FILES_H
#define APPROX_LIBRARY_LIBRARY_FILES_H

#include "runtime/library/library.h"

#define LIBRARY_NAME "approxm"
/* Changes when a function that programs may be linked with goes or changes its meaning. */
#define LIBRARY_ABI "1"

/* lib/libapproxm.a and .so: an object for each function. */
Status library_add_objects(const Library *library, Folder *out, Err *err);
/* include/approxm.h */
void library_add_header(const Library *library, Folder *out, const char *version);
/* Calls the array function at the address, of one or two arguments. */
void library_call_array(const void *address, int n_arguments, const void *const *x, void *y,
                        size_t n);
/* lib/pkgconfig/approxm.pc, lib/cmake/approxm/ */
void library_add_packages(const Library *library, Folder *out, const char *version);

#endif
