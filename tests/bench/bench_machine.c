/* Speed and accuracy of our functions beside other libraries', on this machine, in one run.

   Usage: bench_machine DIR [--synth BUDGET] [--points N]

   DIR holds .approx files (f32, one variable, for a target that runs here), each for a function that some peer
   has. With --synth the ten functions of the table below are first searched for, `approxcc synth NAME --type f32
   --domain all --max-error 1ulp --budget BUDGET`, into DIR, where they are not there yet.

   All implementations of a function are visited in turns through one gated timer, on the same inputs: where the
   function lives (runtime/measure/timing.h). Errors are the largest found at N floats (default 4 million) spread over all
   of them, at normal results; `specials` counts wrong results at zeros, infinities, NaN and the ends of the format. */
#include "runtime/base/text.h"
#include "runtime/catalogue/entry.h"
#include "runtime/emit/backend.h"
#include "runtime/emit/emit_library.h"
#include "tests/bench/machine/peers.h"

#include <dirent.h>
#include <dlfcn.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MAX = 200, ROWS_MAX = PEERS_MAX + 1, BLOCK = 4096 };

static const char *const TEN[] = {"exp", "exp2", "log",  "log2", "sin",
                                  "cos", "tanh", "atan", "erf",  "cbrt"};

typedef struct {
    char name[PEER_NAME_MAX];
    TimedCall call;
    double ns;
    double ulp_near, ulp_all; /* where the function is timed, and at all floats */
    int n_wrong;              /* special inputs */
} Row;

typedef struct {
    char bound[32];
    double log_sum_1, log_sum_4; /* of best peer / ours */
    int n_1, n_4;
} Mean;

static void die(const char *what)
{
    fprintf(stderr, "bench_machine: %s\n", what);
    exit(1);
}

/* -- ours ------------------------------------------------------------------------------- */

static void run_ours(const void *const *x, void *y, size_t n)
{
    void (*f)(const float *, float *, size_t);
    memcpy(&f, &x[1], sizeof f);
    f(x[0], y, n);
}

/* The array function as users get it: an object file, linked into a shared library, loaded. */
static const void *load_ours(const Entry *entry, Err *err)
{
    const Backend *backend;
    Text object = {0}, library = {0};
    char path[] = "/tmp/bench_machine_XXXXXX";
    const EmitUnit unit = {.prog = &entry->prog,
                           .symbol = "ours",
                           .target = entry->goal.target,
                           .comment = "",
                           .want_array = true};
    Status status = backend_load(&backend, err);
    if (status == OK) status = backend->emit(&object, &unit, 1, EMIT_O, err);
    const LibraryObject part = {"ours.o", text_get(&object), object.length};
    if (status == OK)
        status =
            emit_shared_library(&library, &part, 1, target_find(entry->goal.target), NULL, err);
    const void *function = NULL;
    const int file = status == OK ? mkstemp(path) : -1;
    if (file >= 0) {
        close(file);
        if (text_write_file(path, text_get(&library), library.length, err) == OK) {
            void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
            function = handle ? dlsym(handle, "ours_array") : NULL;
        }
        unlink(path);
    }
    text_release(&object);
    text_release(&library);
    return function;
}

/* -- errors ------------------------------------------------------------------------------- */

static double ulp_error(float got, double right)
{
    const float rounded = (float)right;
    if (!isfinite(rounded) || fabs(right) < FLT_MIN) return 0;
    if (!isfinite(got)) return INFINITY;
    int exponent;
    frexp(right, &exponent);
    return fabs((double)got - right) / ldexp(1, exponent - 24);
}

static void run_row(const Row *row, const float *x, float *y, size_t n)
{
    const void *const in[] = {x, row->call.context, NULL};
    row->call.run(in, y, n);
}

static void find_errors(Row *row, int n_rows, double (*exact)(double), const TimingInputs *near,
                        uint64_t n_points)
{
    static float x[BLOCK], y[BLOCK];
    static double right[BLOCK];
    const uint64_t step = 0x100000000 / n_points | 1;
    for (uint64_t at = 0; at < 0x100000000; at += step * BLOCK) {
        for (int i = 0; i < BLOCK; i++) {
            const uint32_t bits = (uint32_t)(at + step * (uint64_t)i);
            memcpy(&x[i], &bits, sizeof bits);
            if (isnan(x[i])) x[i] = 1;
            right[i] = exact((double)x[i]);
        }
        for (int r = 0; r < n_rows; r++) {
            run_row(&row[r], x, y, BLOCK);
            for (int i = 0; i < BLOCK; i++) {
                const double error = ulp_error(y[i], right[i]);
                row[r].ulp_all = fmax(row[r].ulp_all, error);
                if ((double)x[i] >= near->lo && (double)x[i] <= near->hi)
                    row[r].ulp_near = fmax(row[r].ulp_near, error);
            }
        }
    }
}

static bool is_right(float got, double right)
{
    const float want = (float)right;
    if (isnan(want)) return isnan(got);
    if (!isfinite(want) || want == 0) return got == want && !signbit(got) == !signbit(want);
    /* A result that is no special one, perhaps subnormal, may be off by some ulp. */
    return fabs((double)got - right) <= 8 * fmax(fabs(right) * 0x1p-23, 0x1p-149);
}

static void find_wrong_specials(Row *row, int n_rows, double (*exact)(double))
{
    const float specials[16] = {0,        -0.0f,   INFINITY, -INFINITY, NAN,        FLT_MIN,
                                -FLT_MIN, FLT_MAX, -FLT_MAX, 0x1p-149f, -0x1p-149f, 0x1.8p-127f,
                                1,        -1,      -2,       200};
    for (int r = 0; r < n_rows; r++) {
        float y[16];
        run_row(&row[r], specials, y, 16);
        for (int i = 0; i < 16; i++) row[r].n_wrong += !is_right(y[i], exact((double)specials[i]));
    }
}

/* -- one function ---------------------------------------------------------------------------- */

static bool is_within(const Row *row, double ulp)
{
    return row->ulp_all <= ulp * 1.001 && row->n_wrong == 0;
}

static const Row *best_within(const Row *row, int n, double ulp)
{
    const Row *best = NULL;
    for (int r = 0; r < n; r++)
        if (is_within(&row[r], ulp) && (!best || row[r].ns < best->ns)) best = &row[r];
    return best;
}

static void add_ratio(double *sum, int *n, const Row *best, const Row *ours, const char *what)
{
    if (!best) {
        printf("    no peer is %s and right everywhere\n", what);
        return;
    }
    printf("    %.2f times as fast as the best peer %s: %s\n", best->ns / ours->ns, what,
           best->name);
    *sum += log(best->ns / ours->ns);
    ++*n;
}

static Mean *mean_for(Mean *mean, int *n_means, const char *bound)
{
    int i = 0;
    while (i < *n_means && strcmp(mean[i].bound, bound) != 0) i++;
    if (i == *n_means) {
        snprintf(mean[i].bound, sizeof mean[i].bound, "%s", bound);
        ++*n_means;
    }
    return &mean[i];
}

static void print_rows(const Entry *entry, const Row *row, int n, const TimingInputs *near)
{
    printf("\n%s, %s, %s, bound %s; timed on [%.4g, %.4g]\n", entry->goal.name,
           type_info(entry->goal.type)->name, entry->goal.target, entry->goal.bound.text, near->lo,
           near->hi);
    for (int r = 0; r < n; r++)
        printf("    %-18s %7.4f ns  x%-6.2f  %10.4g ulp there %10.4g ulp on all floats  %2d "
               "specials wrong\n",
               row[r].name, row[r].ns, row[r].ns / row[0].ns, row[r].ulp_near, row[r].ulp_all,
               row[r].n_wrong);
}

static void compare(const Entry *entry, Timer *timer, uint64_t n_points, Mean *mean, int *n_means)
{
    static Row row[ROWS_MAX];
    Peer peer[PEERS_MAX];
    TimedCall call[ROWS_MAX];
    double ns[ROWS_MAX];
    Err err = {0};
    TimingInputs inputs;
    double (*exact)(double) = peer_exact(entry->goal.name);
    const void *ours = load_ours(entry, &err);
    if (!exact || !ours) {
        printf("\n%s: left out: %s\n", entry->goal.name,
               !exact ? "not a function that peers have" : err.text);
        return;
    }
    memset(row, 0, sizeof row);
    snprintf(row[0].name, sizeof row[0].name, "approxcc");
    row[0].call = (TimedCall){run_ours, ours};
    const int n = 1 + peers_find(peer, entry->goal.name, target_find(entry->goal.target));
    for (int r = 1; r < n; r++) {
        memcpy(row[r].name, peer[r - 1].name, sizeof row[r].name);
        row[r].call = peer[r - 1].call;
    }
    for (int r = 0; r < n; r++) call[r] = row[r].call;
    if (timing_inputs(&inputs, &entry->goal, &err) != OK) die(err.text);
    const Status status = timer_measure_calls(timer, ns, call, n, TYPE_F32, &inputs, 10, &err);
    if (status != OK) printf("\n%s: %s\n", entry->goal.name, err.text);
    for (int r = 0; r < n; r++) row[r].ns = ns[r];
    find_errors(row, n, exact, &inputs, n_points);
    find_wrong_specials(row, n, exact);
    print_rows(entry, row, n, &inputs);
    Mean *m = mean_for(mean, n_means, entry->goal.bound.text);
    add_ratio(&m->log_sum_1, &m->n_1, best_within(row + 1, n - 1, 1), &row[0], "within 1 ulp");
    add_ratio(&m->log_sum_4, &m->n_4, best_within(row + 1, n - 1, 4), &row[0], "within 4 ulp");
}

/* -- all of them ------------------------------------------------------------------------------- */

static void synthesise(const char *folder, const char *budget)
{
    for (size_t i = 0; i < sizeof TEN / sizeof *TEN; i++) {
        char path[1000], command[3000];
        snprintf(path, sizeof path, "%s/%s.approx", folder, TEN[i]);
        if (access(path, F_OK) == 0) continue;
        snprintf(command, sizeof command,
                 "approxcc synth %s --type f32 --domain all --max-error 1ulp --budget '%s' "
                 "--progress none -o '%s' >/dev/null",
                 TEN[i], budget, path);
        if (system(command) != 0) fprintf(stderr, "bench_machine: no program for %s\n", TEN[i]);
    }
}

static bool load_entry(Entry *entry, const char *path)
{
    Text text = {0};
    Err err = {0};
    Status status = text_read_file(&text, path, ENTRY_FILE_MAX, &err);
    if (status == OK) status = entry_parse(entry, text_get(&text), text.length, &err);
    text_release(&text);
    const Target *target = status == OK ? target_find(entry->goal.target) : NULL;
    const bool is_ours = target && target_is_runnable(target) && entry->goal.type == TYPE_F32 &&
                         entry->goal.n_variables == 1;
    if (!is_ours)
        fprintf(stderr, "bench_machine: %s is left out: %s\n", path,
                status == OK ? "no f32 function that runs here" : err.text);
    return is_ours;
}

static int is_entry(const struct dirent *file)
{
    const size_t n = strlen(file->d_name);
    return n > 7 && strcmp(file->d_name + n - 7, ".approx") == 0;
}

static void print_mean(const Mean *mean)
{
    printf("\nbound %s, geometric means: ", mean->bound);
    if (mean->n_1)
        printf("%.2f times as fast as the best peer within 1 ulp (%d functions) ",
               exp(mean->log_sum_1 / mean->n_1), mean->n_1);
    if (mean->n_4)
        printf("%.2f times within 4 ulp (%d functions)", exp(mean->log_sum_4 / mean->n_4),
               mean->n_4);
    printf("\n");
}

int main(int argc, char **argv)
{
    uint64_t n_points = 4000000;
    const char *folder = NULL;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--points") == 0 && i + 1 < argc)
            n_points = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--synth") == 0 && i + 1 < argc && folder)
            synthesise(folder, argv[++i]);
        else
            folder = argv[i];
    if (!folder || n_points < 1000 || n_points > 0x100000000)
        die("usage: bench_machine DIR [--synth BUDGET] [--points N]");
    struct dirent **file = NULL;
    const int n_files = scandir(folder, &file, is_entry, alphasort);
    if (n_files < 0) die("cannot read the folder");
    static Mean mean[FILES_MAX];
    int n_means = 0;
    Timer *timer = NULL;
    Err err = {0};
    Entry *entry = xcalloc(1, sizeof *entry);
    if (timer_new(&timer, "native", &err) != OK) die(err.text);
    for (int i = 0; i < n_files && i < FILES_MAX; i++) {
        char path[1000];
        snprintf(path, sizeof path, "%s/%s", folder, file[i]->d_name);
        if (load_entry(entry, path)) compare(entry, timer, n_points, mean, &n_means);
        free(file[i]);
        fflush(stdout);
    }
    for (int i = 0; i < n_means; i++) print_mean(&mean[i]);
    printf("the gate was open at %.0f %% of visits\n", 100 * timer_acceptance(timer));
    timer_free(timer);
    free(entry);
    free(file);
    return 0;
}
