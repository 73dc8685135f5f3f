#include "tools/library/api_objects.h"

#include "runtime/emit/backend.h"

#include <stdlib.h>

struct approx_function {
    const Backend *backend;
    Jit *jit;
    JitModule *module;
    JitArray code;
    Type type;
    int n_arguments;
};

static Status compile(approx_function *function, const Entry *entry, Err *err)
{
    if (entry->goal.type == TYPE_REAL)
        return fail(err, ERR_UNSUPPORTED, "'%s' is a program over the reals: it cannot be compiled", entry->goal.name);
    function->type = entry->goal.type;
    function->n_arguments = entry->prog.n_inputs;
    const Prog *prog = &entry->prog;
    Status status = backend_load(&function->backend, err);
    if (status == OK) status = function->backend->jit_new(&function->jit, "native", err);
    if (status == OK)
        status = function->backend->jit_compile(function->jit, &prog, &entry->vectors, 1, &function->module, &function->code, err);
    return status;
}

approx_status approx_compile(approx_function **out, const approx_program *program, approx_error *error)
{
    Err err = {0};
    approx_function *function = xcalloc(1, sizeof *function);
    const Status status = compile(function, &program->entry, &err);
    if (status != OK) {
        approx_function_free(function);
        function = NULL;
    }
    *out = function;
    return api_result(status, &err, error);
}

void approx_function_free(approx_function *function)
{
    if (function && function->jit) function->backend->jit_free(function->jit);
    free(function);
}

double approx_call(const approx_function *function, const double *x)
{
    uint64_t bits[PROG_INPUTS_MAX], y = 0;
    const void *argument[PROG_INPUTS_MAX];
    for (int i = 0; i < function->n_arguments; i++) {
        bits[i] = bits_from_value(function->type, x[i]);
        argument[i] = &bits[i];
    }
    /* The first bytes of a word are its low ones on every machine that code is made for. */
    function->code(argument, &y, 1);
    return value_from_bits(function->type, y);
}

void approx_call_array(const approx_function *function, const void *const *x, void *y, size_t n)
{
    function->code(x, y, n);
}

approx_array_code approx_function_code(const approx_function *function) { return function->code; }
