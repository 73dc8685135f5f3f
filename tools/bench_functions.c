/* Functions of the catalogue, as a library has them, beside those of other libraries. */
#include "tools/bench.h"

#include "runtime/emit/backend.h"
#include "tools/kept.h"
#include "tools/libm.h"
#include "tools/say.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- the wish ------------------------------------------------------------------------------------ */

/* Is a library in the list of --against? `who` may have more behind its name: sleef-u10. */
static bool is_wanted(const char *against, const char *who)
{
    while (*against) {
        const size_t n = strcspn(against, ",");
        if (n > 0 && strncmp(against, who, n) == 0 && (who[n] == 0 || who[n] == '-')) return true;
        against += n + (against[n] == ',');
    }
    return false;
}

static Status check_against(const char *against, Err *err)
{
    while (*against) {
        const size_t n = strcspn(against, ",");
        bool is_known = false;
        for (int i = 0; peer_library(i) && !is_known; i++)
            is_known = strlen(peer_library(i)) == n && strncmp(peer_library(i), against, n) == 0;
        if (!is_known)
            return fail(err, ERR_INPUT,
                        "'--against %.*s': expected a list of glibc, libmvec and sleef", (int)n,
                        against);
        against += n + (against[n] == ',');
    }
    return OK;
}

Status bench_check(const BenchArguments *a, Err *err)
{
    const Target *target = target_find(a->target);
    if (!target)
        return fail(err, ERR_INPUT, "unknown target '%s' (see --print-targets)", a->target);
    if (!target_is_runnable(target))
        return fail(err, ERR_INPUT, "this machine does not run code for %s", a->target);
    if (a->threads > THREADS_MAX)
        return fail(err, ERR_INPUT, "'--threads %llu': at most %d threads can be used",
                    (unsigned long long)a->threads, THREADS_MAX);
    if (a->stride == 0 || a->stride > UINT32_MAX)
        return fail(err, ERR_INPUT, "'--stride %llu': expected 1 to %u",
                    (unsigned long long)a->stride, UINT32_MAX);
    return check_against(a->against, err);
}

/* -- one function ---------------------------------------------------------------------------------- */

/* Ours: what the library has for the widest vectors. Its claim is the catalogue's. */
static void add_ours(Comparison *comparison, const LibraryFunction *function, void *loaded)
{
    CompareRow *row = &comparison->row[comparison->n++];
    *row = (CompareRow){.who = "approxcc", .is_judged = true};
    row->scalar = dlsym(loaded, function->symbol);
    void *array = dlsym(loaded, function->array_symbol);
    memcpy(&row->array, &array, sizeof row->array);
    for (int i = 0; i < function->n_forms; i++) {
        const LibraryForm *form = &function->form[i];
        PeerLoops loops;
        void *symbol = form->isa ? dlsym(loaded, form->symbol) : NULL;
        if (!symbol || form->lanes < row->lanes || form->entry != function->entry[0] ||
            !peer_loops(&loops, symbol, function->goal.type, form->lanes))
            continue;
        row->vector = symbol;
        row->lanes = form->lanes;
    }
    row->report = function->entry[0]->report;
}

static Status compare(Comparison *comparison, const LibraryFunction *function, void *loaded,
                      const BenchArguments *a, Timer *timer, Err *err)
{
    const Goal *goal = &function->goal;
    Peer peer[PEERS_MAX];
    add_ours(comparison, function, loaded);
    const int n = peers_find(peer, goal->name, goal->type, target_find(goal->target));
    for (int i = 0; i < n; i++)
        if (is_wanted(a->against, peer[i].who)) compare_add_peer(comparison, &peer[i]);
    return compare_measure(comparison, timer, goal, a->stride, (int)a->threads, a->budget, err);
}

/* -- all of them ------------------------------------------------------------------------------------ */

/* Everything that is made on the way. */
typedef struct {
    Library *built;
    Store *store;
    LibmMissing missing;
    Folder files;
    void *loaded;
    Timer *timer;
    Text json;
    BenchMeans means;
} Bench;

static Status prepare(Bench *bench, const Words *names, const BenchArguments *a, Err *err)
{
    const LibmWishes wishes = {.max_error = a->max_error, .names = *names};
    Status status = library_new(&bench->built, a->target, "", false, err);
    if (status != OK) return status;
    kept_open_known(&bench->store, a->store_file, a->no_store);
    bench->built->store = bench->store;
    status = libm_select(bench->built, &wishes, &bench->missing, err);
    if (status != OK) return status;
    if (bench->built->store_fault.text[0]) say_warning("%s", bench->built->store_fault.text);
    if (bench->missing.named.length)
        return fail(err, ERR_UNSUPPORTED, "%s program within %s for %s",
                    libm_nobody_has(bench->built), a->max_error, text_get(&bench->missing.named));
    status = library_files(bench->built, &bench->files, APPROX_VERSION, err);
    if (status == OK) status = library_load(&bench->loaded, &bench->files, err);
    if (status == OK) status = timer_new(&bench->timer, bench->built->target.name, err);
    return status;
}

static Status compare_one(Bench *bench, const LibraryFunction *function, const BenchArguments *a,
                          const char *cpu, Err *err)
{
    Comparison *comparison = xcalloc(1, sizeof *comparison);
    const Status status = compare(comparison, function, bench->loaded, a, bench->timer, err);
    if (status == OK || status == ERR_UNDECIDED) {
        const BenchSubject subject = {&function->goal, function->symbol, cpu, status == OK};
        Text table = {0};
        bench_print_table(&table, &subject, comparison);
        bench_print_json(&bench->json, &subject, comparison);
        bench_add_means(&bench->means, comparison);
        fputs(text_get(&table), stdout);
        fflush(stdout);
        text_release(&table);
    }
    free(comparison);
    return status == ERR_UNDECIDED ? OK : status;
}

static void print_end(const Bench *bench)
{
    Text text = {0};
    libm_print_stored(&text, bench->built);
    if (text.length) text_add(&text, "\n");
    bench_print_means(&text, &bench->means);
    printf("%sTimes are of one interleaved run, inputs in the first-level cache; differences below "
           "%.1f %% say "
           "nothing; the gate was open at %.0f %% of visits.\n",
           text_get(&text), 100 * TIMING_RESOLUTION, 100 * timer_acceptance(bench->timer));
    text_release(&text);
}

static Status run(Bench *bench, const Words *names, const BenchArguments *a, Err *err)
{
    const Backend *backend;
    Status status = backend_load(&backend, err);
    if (status == OK) status = prepare(bench, names, a, err);
    say_catch_signals();
    for (int i = 0; status == OK && i < bench->built->n; i++) {
        if (say_stop) return fail(err, ERR_INTERRUPTED, "interrupted");
        const LibraryFunction *function = bench->built->function[i];
        if (function->goal.n_variables == 1)
            status = compare_one(bench, function, a, backend->host_cpu(), err);
        else
            say_warning("%s is left out: only functions of one variable are timed",
                        function->symbol);
    }
    if (status != OK) return status;
    print_end(bench);
    if (!a->json) return OK;
    return text_write_file(a->json, text_get(&bench->json), bench->json.length, err);
}

int bench_functions(const Words *names, const BenchArguments *a)
{
    Bench bench = {0};
    Err err = {0};
    const Status status = run(&bench, names, a, &err);
    int code = status == OK ? EXIT_OK : say_error(status, &err, NULL);
    if (bench.missing.named.length) code = EXIT_NOT_MET;
    timer_free(bench.timer);
    if (bench.loaded) dlclose(bench.loaded);
    folder_release(&bench.files);
    library_free(bench.built);
    store_close(bench.store);
    text_release(&bench.missing.without);
    text_release(&bench.missing.named);
    text_release(&bench.json);
    return code;
}
