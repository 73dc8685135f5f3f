/* Modules written out: .ll, .bc, .s, .o. */
#ifndef APPROX_EMIT_EMIT_OBJECT_H
#define APPROX_EMIT_EMIT_OBJECT_H

#include "runtime/emit/backend.h"

/* Backend.emit. All units of a module are for one architecture; their levels may differ. */
Status emit_object(Text *out, const EmitUnit *unit, int n, EmitForm form, Err *err);
/* Backend.array_turn. */
int emit_array_turn(const Prog *prog, const char *target, int vectors);

#endif
