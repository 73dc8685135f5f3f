/* What functions are called in C. */
#ifndef APPROX_LIBRARY_C_NAMES_H
#define APPROX_LIBRARY_C_NAMES_H

#include "runtime/base/bits.h"
#include "runtime/base/text.h"

/* The functions that a library may take over from the C library, without their suffix, by number; NULL behind the last. */
const char *c_name(int index);

/* Is it one of them? */
bool c_name_is_known(const char *function);

/* Appends the C name of a function for a type: expf of exp for f32. */
void c_name_add(Text *out, const char *function, Type type);

#endif
