/* Do all forms of a function have the bits of their programs? */
#include "runtime/library/library_files.h"

#include "runtime/base/pool.h"
#include "runtime/measure/agree.h"
#include "runtime/measure/peers.h"
#include "runtime/prog/eval.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { ARGUMENTS_MAX = 2 }; /* that C's functions have */
enum { BLOCK = 4096, BLOCKS_OF_PIECE = 64, PIECE = BLOCK * BLOCKS_OF_PIECE };

/* -- inputs ---------------------------------------------------------------------------------- */

/* Of the type, each with both signs: zero, subnormal numbers, the ends of the normal ones, infinity, NaN. */
static uint64_t special_bits(Type type, int index)
{
    const uint64_t infinity = bits_from_value(type, INFINITY);
    const uint64_t normal = bits_from_value(type, ldexp(1, type_info(type)->emin));
    const uint64_t bits[] = {
        0, 1, normal - 1, normal, infinity - 1, infinity, bits_from_value(type, NAN)};
    const uint64_t sign = (uint64_t)(index % 2) << (8 * type_info(type)->size - 1);
    return bits[index / 2] | sign;
}
enum { N_SPECIALS = 14 };

/* Input number `index`: the special ones, then every stride-th float, or as many f64 spread over all. Behind the last they begin anew. */
static uint64_t input_bits(Type type, uint64_t stride, uint64_t index)
{
    static const uint64_t SPREAD =
        0x9e3779b97f4a7c15; /* 2^64 / the golden ratio: multiples lie evenly */
    if (index < N_SPECIALS) return special_bits(type, (int)index);
    index -= N_SPECIALS;
    return type == TYPE_F32 ? (uint32_t)(index * stride) : index * SPREAD;
}

/* Pair number `index`: the special values with each other, then pairs spread over all. Every other one has magnitudes within a factor of four of
   each other, where both arguments count: of those from everywhere there are few. */
static void pair_bits(uint64_t pair[2], Type type, uint64_t index)
{
    /* 2^64 by the powers of the root of r^3 = r + 1: the multiples of both lie evenly in the plane. */
    static const uint64_t SPREAD[2] = {0xc13fa9a902a6328f, 0x91e10da5c79e7b1d};
    const int unused = 64 - 8 * type_info(type)->size;
    if (index < N_SPECIALS * N_SPECIALS) {
        pair[0] = special_bits(type, (int)(index / N_SPECIALS));
        pair[1] = special_bits(type, (int)(index % N_SPECIALS));
        return;
    }
    for (int v = 0; v < 2; v++) pair[v] = index * SPREAD[v] >> unused;
    if (index % 2) return;
    /* Sign and exponent stand above the fraction: all of the exponent but its last bit. */
    const uint64_t own = ((uint64_t)1 << type_info(type)->precision) - 1;
    const uint64_t sign = (uint64_t)1 << (8 * type_info(type)->size - 1);
    pair[1] = (pair[0] & ~own & ~sign) | (pair[1] & (own | sign));
}

static uint64_t count_inputs(uint64_t stride, int n_arguments)
{
    const uint64_t n_specials = n_arguments == 1 ? N_SPECIALS : N_SPECIALS * N_SPECIALS;
    return n_specials + (((uint64_t)1 << 32) + stride - 1) / stride;
}

/* -- forms ------------------------------------------------------------------------------------- */

typedef struct {
    const LibraryForm *form;
    int program; /* of the function's entries */
    int n_arguments;
    const void *address;
    JitArray loop; /* of one value or vectors; NULL: the form is of arrays itself */
} Runner;

/* All of a block. Arrays in two parts, so that not all begin and end where vectors do. */
static void run_form(const Runner *runner, const void *const *x, void *y, size_t size)
{
    enum { FIRST = 5 };
    const void *arguments[ARGUMENTS_MAX + 1], *rest[ARGUMENTS_MAX];
    const int n = runner->n_arguments;
    for (int v = 0; v < n; v++) arguments[v] = x[v], rest[v] = (const char *)x[v] + FIRST * size;
    arguments[n] = runner->address;
    if (runner->loop) {
        runner->loop(arguments, y, BLOCK);
        return;
    }
    library_call_array(runner->address, n, x, y, FIRST);
    library_call_array(runner->address, n, rest, (char *)y + FIRST * size, BLOCK - FIRST);
}

/* Is it what callers of its symbol get here? Of several levels the most able one is chosen. */
static bool is_chosen(const LibraryFunction *function, int k)
{
    for (int i = k + 1; i < function->n_forms; i++)
        if (strcmp(function->form[i].symbol, function->form[k].symbol) == 0 &&
            target_is_runnable(function->form[i].level))
            return false;
    return target_is_runnable(function->form[k].level);
}

static bool prepare_form(Runner *out, const LibraryFunction *function, int k, void *loaded)
{
    const LibraryForm *form = &function->form[k];
    const void *address = loaded && is_chosen(function, k) ? dlsym(loaded, form->symbol) : NULL;
    const int n_arguments = function->goal.n_variables;
    *out = (Runner){.form = form, .n_arguments = n_arguments, .address = address};
    while (function->entry[out->program] != form->entry) out->program++;
    if (!address || n_arguments > ARGUMENTS_MAX) return false;
    if (form->lanes == 0) return true;
    out->loop = peer_loop(function->goal.type, form->lanes, n_arguments);
    return out->loop != NULL;
}

/* -- the comparison ---------------------------------------------------------------------------- */

typedef struct {
    const LibraryFunction *function;
    const LibraryJudging *how;
    Runner runner[LIBRARY_FORMS_MAX];
    int n_runners, n_pieces;
    uint64_t stride;
    Eval **eval; /* of each worker, of each program */
    pthread_mutex_t lock;
    int fault; /* the first piece with one; n_pieces: none */
    Err err;
} Comparing;

static bool is_stopped(const LibraryJudging *how) { return how->stop && *how->stop; }

/* Each form beside its program on the inputs from number `first` on. */
static Status compare_block(const Comparing *c, Eval *const *eval, uint64_t first, Err *err)
{
    const Type type = c->function->goal.type;
    const size_t size = (size_t)type_info(type)->size;
    const int n_arguments = c->function->goal.n_variables;
    uint64_t x[ARGUMENTS_MAX][BLOCK], expected[BLOCK], got[BLOCK]; /* room for any type */
    const void *const arguments[ARGUMENTS_MAX] = {x[0], x[1]};
    Status status = OK;
    for (size_t i = 0; i < BLOCK; i++) {
        uint64_t bits[ARGUMENTS_MAX] = {0};
        if (n_arguments == 1)
            bits[0] = input_bits(type, c->stride, first + i);
        else
            pair_bits(bits, type, first + i);
        for (int v = 0; v < n_arguments; v++) memcpy((char *)x[v] + i * size, &bits[v], size);
    }
    for (int p = 0; p < c->function->n_entries; p++) {
        eval_run(eval[p], arguments, expected, BLOCK);
        for (int k = 0; k < c->n_runners && status == OK; k++) {
            if (c->runner[k].program != p) continue;
            Err inner = {0};
            run_form(&c->runner[k], arguments, got, size);
            if (agree_bits(&c->function->goal, arguments, expected, got, BLOCK, &inner) != OK)
                status = fail(err, ERR_INPUT, "%s: %s", c->runner[k].form->symbol, inner.text);
        }
    }
    return status;
}

static void compare_piece(void *context, int piece, int worker)
{
    Comparing *c = context;
    Err err = {0};
    Status status = OK;
    pthread_mutex_lock(&c->lock);
    const bool is_late = piece > c->fault;
    pthread_mutex_unlock(&c->lock);
    if (is_late || is_stopped(c->how)) return;
    for (int i = 0; i < BLOCKS_OF_PIECE && status == OK; i++)
        status = compare_block(c, c->eval + worker * c->function->n_entries,
                               (uint64_t)piece * PIECE + (uint64_t)i * BLOCK, &err);
    pthread_mutex_lock(&c->lock);
    if (status != OK && piece < c->fault) c->fault = piece, c->err = err;
    pthread_mutex_unlock(&c->lock);
    if (worker == 0 && c->how->progress)
        c->how->progress(c->how->progress_context, c->function->symbol,
                         (double)piece / c->n_pieces);
}

static Status run(Comparing *c, int n_threads, Err *err)
{
    Status status = OK;
    const int n = c->function->n_entries, n_evals = n_threads * n;
    c->eval = xcalloc((size_t)n_evals, sizeof(Eval *));
    for (int i = 0; i < n_evals && status == OK; i++)
        status = eval_new(&c->eval[i], &c->function->entry[i % n]->prog, NULL, err);
    if (status == OK) pool_run(n_threads, c->n_pieces, compare_piece, c);
    for (int i = 0; i < n_evals; i++) eval_free(c->eval[i]);
    free(c->eval);
    if (status != OK) return status;
    if (c->fault < c->n_pieces) return fail(err, ERR_INPUT, "%s", c->err.text);
    return is_stopped(c->how) ? fail(err, ERR_INTERRUPTED, "interrupted") : OK;
}

Status library_compare_forms(const LibraryFunction *function, void *loaded,
                             const LibraryJudging *how, LibraryJudged *judged, Err *err)
{
    const int n_threads = how->n_threads ? how->n_threads : pool_processors();
    Comparing *c = xcalloc(1, sizeof *c);
    c->function = function;
    c->how = how;
    c->stride = how->stride ? how->stride : 1;
    c->n_pieces = (int)((count_inputs(c->stride, function->goal.n_variables) + PIECE - 1) / PIECE);
    c->fault = c->n_pieces;
    for (int k = 0; k < function->n_forms; k++)
        if (prepare_form(&c->runner[c->n_runners], function, k, loaded)) c->n_runners++;
    pthread_mutex_init(&c->lock, NULL);
    const Status status = c->n_runners ? run(c, n_threads, err) : OK;
    pthread_mutex_destroy(&c->lock);
    judged->n_forms += c->n_runners;
    judged->n_left += function->n_forms - c->n_runners;
    free(c);
    return status;
}
