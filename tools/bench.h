/* What `approxcc bench` consists of. */
#ifndef APPROX_TOOLS_BENCH_H
#define APPROX_TOOLS_BENCH_H

#include "runtime/measure/compare.h"
#include "tools/options.h"

enum { BENCH_STRIDE = 1021 }; /* a prime: 4 million floats, of all ends of a mantissa */

typedef struct {
    bool want_calibration, want_update, no_store;
    const char *target, *max_error, *against, *json, *store_file;
    double budget;
    uint64_t stride, threads;
} BenchArguments;

/* -- bench_functions.c ------------------------------------------------------------------------ */

/* What options_parse cannot know. */
Status bench_check(const BenchArguments *a, Err *err);

/* Functions of the catalogue beside other libraries: a table, and JSON if that is wanted. Without names, all that the catalogue has.
   Returns the exit code. */
int bench_functions(const Words *names, const BenchArguments *a);

/* -- bench_table.c ---------------------------------------------------------------------------- */

/* What is known of a comparison beside its rows. The first row is ours. */
typedef struct {
    const Goal *goal;
    const char *symbol, *cpu;
    bool is_sure; /* the machine was not too busy */
} BenchSubject;

/* Appends the rows as a table for people, and as JSON, an object per line (docs/formats.md). */
void bench_print_table(Text *out, const BenchSubject *subject, const Comparison *comparison);
void bench_print_json(Text *out, const BenchSubject *subject, const Comparison *comparison);

/* How many times as long the others take as ours: the geometric mean over functions, by library. */
typedef struct {
    struct {
        char who[PEER_NAME_MAX];
        double log_sum[2]; /* one value; vectors */
        int n[2];
    } library[PEERS_MAX];
    int n;
} BenchMeans;
void bench_add_means(BenchMeans *means, const Comparison *comparison);
void bench_print_means(Text *out, const BenchMeans *means);

#endif
