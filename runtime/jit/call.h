/* Calls a C function whose signature is known only at run time, by libffi. For functions a user
   gives us as references. A call costs some 30 ns more than a direct one. */
#ifndef APPROX_JIT_CALL_H
#define APPROX_JIT_CALL_H

#include "runtime/emit/backend.h"

/* `function` takes `n` arguments of the types given (f32, f64, i16, i32, i64; at most
   PROG_INPUTS_MAX) and returns `result`, one of these too. Other types are ERR_UNSUPPORTED:
   the C calling convention has none for them here. */
Status call_new(Call **out, void (*function)(void), const Type *argument, int n, Type result,
                Err *err);
void call_free(Call *call);

/* Calls the function; arguments and result are bit patterns, integers in the low bits. Safe from
   several threads at once if the function is. */
uint64_t call_bits(const Call *call, const uint64_t *argument);

#endif
