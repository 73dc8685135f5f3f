/* What it brings to compute several vectors side by side in a turn of an array function's loop: ns per value with 1, 2, 4 and 8 of them, in
   turns. Usage: bench_vectors FILE.approx ... */
#include "runtime/catalogue/entry.h"
#include "runtime/measure/timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int VECTORS[] = {1, 2, 4, BACKEND_VECTORS_MAX};
enum { SHAPES = sizeof VECTORS / sizeof *VECTORS };

static void die(const char *file, const Err *err)
{
    fprintf(stderr, "bench_vectors: %s: %s\n", file, err->text);
    exit(1);
}

static void read_entry(Entry *entry, const char *file)
{
    Err err = {0};
    Text text = {0};
    if (text_read_file(&text, file, ENTRY_FILE_MAX, &err) != OK ||
        entry_parse(entry, text_get(&text), text.length, &err) != OK)
        die(file, &err);
    text_release(&text);
}

static void time_shapes(double *ns, const Entry *entry, const char *file)
{
    enum { SECONDS = 5 };
    const Backend *backend;
    Err err = {0};
    Timer *timer;
    TimingInputs inputs;
    Jit *jit;
    JitModule *module;
    JitArray run[SHAPES];
    TimedCall call[SHAPES];
    const Prog *prog[SHAPES];
    for (int i = 0; i < SHAPES; i++) prog[i] = &entry->prog;
    if (backend_load(&backend, &err) != OK || timing_inputs(&inputs, &entry->goal, &err) != OK ||
        timer_new(&timer, entry->goal.target, &err) != OK ||
        backend->jit_new(&jit, entry->goal.target, &err) != OK ||
        backend->jit_compile(jit, prog, VECTORS, SHAPES, &module, run, &err) != OK)
        die(file, &err);
    for (int i = 0; i < SHAPES; i++) call[i] = (TimedCall){.run = run[i]};
    const Status status =
        timer_measure_calls(timer, ns, call, SHAPES, entry->goal.type, &inputs, SECONDS, &err);
    if (status == ERR_UNDECIDED)
        fprintf(stderr, "%s\n", err.text);
    else if (status != OK)
        die(file, &err);
    backend->jit_drop(jit, module);
    backend->jit_free(jit);
    timer_free(timer);
}

int main(int argc, char **argv)
{
    Entry *entry = xmalloc(sizeof *entry);
    if (argc < 2) return 2;
    for (int i = 0; i < SHAPES; i++) printf("%8d", VECTORS[i]);
    printf("   vectors a turn, ns per value\n");
    for (int i = 1; i < argc; i++) {
        double ns[SHAPES];
        const char *name = strrchr(argv[i], '/');
        read_entry(entry, argv[i]);
        time_shapes(ns, entry, argv[i]);
        for (int k = 0; k < SHAPES; k++) printf("%8.4f", ns[k]);
        printf("   %s\n", name ? name + 1 : argv[i]);
    }
    free(entry);
    return 0;
}
