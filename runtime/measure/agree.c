#include "runtime/measure/agree.h"

#include "runtime/base/rng.h"
#include "runtime/base/text.h"
#include "runtime/emit/backend.h"
#include "runtime/emit/targets.h"
#include "runtime/prog/eval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Every bit pattern may come, half of them from within the domain where it has finite ends. */
static uint64_t choose_bits(const Goal *goal, int variable, Rng *rng)
{
    const Type type = goal->type;
    const Domain *domain = &goal->domain[variable];
    const uint64_t any = rng_next(rng);
    if (any & 1 || domain->is_all) return rng_next(rng) >> (64 - 8 * type_info(type)->size);
    const int64_t first = domain_first(domain, type), last = domain_last(domain, type);
    const uint64_t span = (uint64_t)last - (uint64_t)first + 1;
    return bits_from_ordered(type, first + (int64_t)(span ? rng_below(rng, span) : any));
}

static void fill(void *out, const Goal *goal, int variable, int n)
{
    static const double SPECIALS[] = {0, -0.0, 1, -1, INFINITY, -INFINITY, NAN};
    enum { N_SPECIALS = sizeof SPECIALS / sizeof *SPECIALS };
    const size_t size = (size_t)type_info(goal->type)->size;
    Rng rng = rng_new(1, (uint64_t)variable);
    for (int i = 0; i < n; i++) {
        const uint64_t bits = i < N_SPECIALS ? bits_from_value(goal->type, SPECIALS[i])
                                             : choose_bits(goal, variable, &rng);
        memcpy((char *)out + (size_t)i * size, &bits, size);
    }
}

Status agree_bits(const Goal *goal, const void *const *x, const void *expected, const void *got,
                  size_t n, Err *err)
{
    const Type type = goal->type;
    const size_t size = (size_t)type_info(type)->size;
    if (memcmp(expected, got, n * size) == 0) return OK;
    for (size_t i = 0; i < n; i++) {
        uint64_t a = 0, b = 0;
        Text at = {0};
        memcpy(&a, (const char *)expected + i * size, size);
        memcpy(&b, (const char *)got + i * size, size);
        if (a == b || (isnan(value_from_bits(type, a)) && isnan(value_from_bits(type, b))))
            continue;
        for (int v = 0; v < goal->n_variables; v++) {
            uint64_t bits = 0;
            memcpy(&bits, (const char *)x[v] + i * size, size);
            text_add(&at, "%s0x%llx", v ? ", " : "", (unsigned long long)bits);
        }
        fail(err, ERR_INTERNAL,
             "the compiled code for %s gives 0x%llx at %s where the program gives 0x%llx",
             goal->target, (unsigned long long)b, text_get(&at), (unsigned long long)a);
        text_release(&at);
        return ERR_INTERNAL;
    }
    return OK;
}

Status agree_compare(const Prog *prog, const Goal *goal, JitArray run, int n, Err *err)
{
    Eval *eval = NULL;
    void *x[PROG_INPUTS_MAX] = {NULL};
    void *expected = xcalloc((size_t)n, 8), *got = xcalloc((size_t)n, 8);
    for (int i = 0; i < goal->n_variables; i++) fill(x[i] = xcalloc((size_t)n, 8), goal, i, n);
    Status status = eval_new(&eval, prog, NULL, err);
    if (status != OK) goto done;
    eval_run(eval, (const void *const *)x, expected, (size_t)n);
    run((const void *const *)x, got, (size_t)n);
    status = agree_bits(goal, (const void *const *)x, expected, got, (size_t)n, err);
done:
    eval_free(eval);
    for (int i = 0; i < goal->n_variables; i++) free(x[i]);
    free(expected);
    free(got);
    return status;
}

Status agree_check(const Prog *prog, const Goal *goal, int n, Err *err)
{
    const Target *target = target_find(goal->target);
    if (!type_is_float(goal->type) || !target || !target_is_runnable(target))
        return fail(err, ERR_UNSUPPORTED, "code for %s does not run on this machine", goal->target);
    const Backend *backend;
    Jit *jit = NULL;
    JitModule *module = NULL;
    JitArray run;
    Status status;
    if ((status = backend_load(&backend, err)) != OK) return status;
    if ((status = backend->jit_new(&jit, goal->target, err)) != OK) return status;
    if ((status = backend->jit_compile(jit, &prog, NULL, 1, &module, &run, err)) == OK) {
        status = agree_compare(prog, goal, run, n, err);
        backend->jit_drop(jit, module);
    }
    backend->jit_free(jit);
    return status;
}
