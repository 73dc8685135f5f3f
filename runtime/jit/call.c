#include "runtime/jit/call.h"

#include <assert.h>
#include <ffi.h>
#include <stdlib.h>
#include <string.h>

struct Call {
    ffi_cif cif;
    ffi_type *type[PROG_INPUTS_MAX];
    Type argument[PROG_INPUTS_MAX], result;
    int n;
    void (*function)(void);
};

/* NULL for types that libffi has not. */
static ffi_type *ffi_type_of(Type type)
{
    switch (type) {
    case TYPE_F32: return &ffi_type_float;
    case TYPE_F64: return &ffi_type_double;
    case TYPE_I16: return &ffi_type_sint16;
    case TYPE_I32: return &ffi_type_sint32;
    case TYPE_I64: return &ffi_type_sint64;
    default: return NULL;
    }
}

Status call_new(Call **out, void (*function)(void), const Type *argument, int n, Type result,
                Err *err)
{
    if (n < 0 || n > PROG_INPUTS_MAX)
        return fail(err, ERR_LIMIT, "a function of %d arguments; at most %d can be called", n,
                    PROG_INPUTS_MAX);
    Call *call = xcalloc(1, sizeof *call);
    call->function = function;
    call->n = n;
    call->result = result;
    for (int i = 0; i <= n; i++) {
        const Type type = i < n ? argument[i] : result;
        if (!ffi_type_of(type)) {
            free(call);
            return fail(err, ERR_UNSUPPORTED,
                        "functions with %s in their signature cannot be called",
                        type_info(type)->name);
        }
        if (i == n) break;
        call->argument[i] = type;
        call->type[i] = ffi_type_of(type);
    }
    if (ffi_prep_cif(&call->cif, FFI_DEFAULT_ABI, (unsigned)n, ffi_type_of(result), call->type) !=
        FFI_OK) {
        free(call);
        return fail(err, ERR_INTERNAL, "libffi cannot call a function of this signature");
    }
    *out = call;
    return OK;
}

void call_free(Call *call) { free(call); }

/* What libffi reads an argument from, and what it writes a result to: integers narrower than a
   register come back widened to one. */
typedef union { /* of the size of a register at least */
    float f32;
    double f64;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    ffi_arg widened;
} Value;

uint64_t call_bits(const Call *call, const uint64_t *argument)
{
    Value value[PROG_INPUTS_MAX], result = {0};
    void *pointer[PROG_INPUTS_MAX];
    for (int i = 0; i < call->n; i++) {
        pointer[i] = &value[i];
        switch (call->argument[i]) {
        case TYPE_F32: value[i].f32 = float_of_bits((uint32_t)argument[i]); break;
        case TYPE_F64: value[i].f64 = double_of_bits(argument[i]); break;
        case TYPE_I16: value[i].i16 = (int16_t)argument[i]; break;
        case TYPE_I32: value[i].i32 = (int32_t)argument[i]; break;
        default: value[i].i64 = (int64_t)argument[i]; break;
        }
    }
    ffi_cif cif = call->cif; /* ffi_call does not take it as const */
    ffi_call(&cif, call->function, &result, pointer);
    switch (call->result) {
    case TYPE_F32: return bits_of_float(result.f32);
    case TYPE_F64: return bits_of_double(result.f64);
    case TYPE_I16: return (uint16_t)result.widened;
    case TYPE_I32: return (uint32_t)result.widened;
    default: return (uint64_t)result.i64;
    }
}
