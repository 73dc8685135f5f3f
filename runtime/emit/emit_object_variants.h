/* Objects of a library that replaces the C library's functions: scalar, array and vector forms, errno, a choice by the processor. */
#ifndef APPROX_EMIT_EMIT_OBJECT_VARIANTS_H
#define APPROX_EMIT_EMIT_OBJECT_VARIANTS_H

#include "runtime/emit/backend.h"

/* Backend.emit_variants. */
Status emit_object_variants(Text *out, const EmitVariant *variant, int n, const char *comment,
                            Err *err);

#endif
