/* How well the operator classes tell measured times: the table that is the same everywhere, and a model fitted to
   measurements.

       bench_cost [kernels] [seconds]   on made-up kernels, timed now, that the fit has not seen
       bench_cost FILE.approx ...       on the programs of entries, by the times in them; the fit is
                                        made of them, too */
#include "runtime/base/text.h"
#include "runtime/catalogue/entry.h"
#include "runtime/emit/targets.h"
#include "runtime/measure/calibrate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KERNELS_MAX = 640 };

static void die(const Err *err)
{
    fprintf(stderr, "bench_cost: %s\n", err->text);
    exit(1);
}

typedef struct {
    double value;
    int index;
} Ranked;

static int by_rank(const void *a, const void *b)
{
    const Ranked *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

static void rank_of(const double *value, int n, double *rank)
{
    Ranked list[KERNELS_MAX];
    for (int i = 0; i < n; i++) list[i] = (Ranked){value[i], i};
    qsort(list, (size_t)n, sizeof *list, by_rank);
    for (int i = 0; i < n;) { /* ties share the middle of their ranks */
        int end = i;
        while (end < n && list[end].value == list[i].value) end++;
        for (int k = i; k < end; k++) rank[list[k].index] = 0.5 * (i + end - 1);
        i = end;
    }
}

static double correlation(const double *a, const double *b, int n)
{
    double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
    for (int i = 0; i < n; i++) sa += a[i], sb += b[i];
    for (int i = 0; i < n; i++) {
        const double x = a[i] - sa / n, y = b[i] - sb / n;
        aa += x * x, bb += y * y, ab += x * y;
    }
    return ab / sqrt(aa * bb);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_quality(const char *what, const double *estimate, const double *time, int n)
{
    double rank_a[KERNELS_MAX], rank_b[KERNELS_MAX], ratio[KERNELS_MAX];
    rank_of(estimate, n, rank_a);
    rank_of(time, n, rank_b);
    for (int i = 0; i < n; i++) ratio[i] = time[i] / estimate[i];
    qsort(ratio, (size_t)n, sizeof *ratio, by_value);
    const double unit = ratio[n / 2];
    for (int i = 0; i < n; i++) ratio[i] = fabs(estimate[i] * unit / time[i] - 1);
    qsort(ratio, (size_t)n, sizeof *ratio, by_value);
    printf("%-22s rank correlation %.4f, error median %4.1f %%, p90 %4.1f %%\n", what,
           correlation(rank_a, rank_b, n), 100 * ratio[n / 2], 100 * ratio[n * 9 / 10]);
}

static void print_model(const CostModel *model)
{
    Text text = {0};
    cost_model_print(&text, model);
    fputs(text_get(&text), stdout);
    text_release(&text);
}

/* Entries of one target that tell a measured time; the first says which target. */
static int read_entries(char **path, int n_paths, Prog *prog, Timing *timing, Target const **target)
{
    Entry *const entry = xcalloc(1, sizeof *entry);
    int n = 0;
    for (int i = 0; i < n_paths && n < KERNELS_MAX; i++) {
        Err err = {0};
        Text text = {0};
        Status status = text_read_file(&text, path[i], ENTRY_FILE_MAX, &err);
        if (status == OK) status = entry_parse(entry, text_get(&text), text.length, &err);
        if (status != OK) die(&err);
        text_release(&text);
        if (*target == NULL) *target = target_find(entry->goal.target);
        if (!*target || strcmp((*target)->name, entry->goal.target) != 0) continue;
        if (!(entry->throughput_ns > 0) || entry->is_modelled) continue;
        prog[n] = entry->prog;
        timing[n++] = (Timing){.throughput_ns = entry->throughput_ns,
                               .latency_ns = entry->latency_ns,
                               .is_sure = true};
    }
    free(entry);
    return n;
}

static int on_entries(char **path, int n_paths)
{
    static Prog prog[KERNELS_MAX];
    static Timing timing[KERNELS_MAX];
    static double estimate[2][KERNELS_MAX], time[KERNELS_MAX];
    const Target *target = NULL;
    CostModel model;
    const int n = read_entries(path, n_paths, prog, timing, &target);
    printf("%d entries\n", n);
    if (n < 10) return 1;
    cost_model_init(&model, target->name);
    calibrate_fit(&model, prog, timing, n, target->lanes);
    for (int i = 0; i < n; i++) {
        time[i] = timing[i].throughput_ns;
        estimate[0][i] = cost_estimate(&prog[i], target->name).throughput;
        estimate[1][i] = cost_estimate_by(&model, &prog[i]).throughput;
    }
    print_model(&model);
    print_quality("throughput, table", estimate[0], time, n);
    print_quality("throughput, fitted", estimate[1], time, n);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strchr(argv[1], '.')) return on_entries(argv + 1, argc - 1);
    const int n = argc > 1 ? atoi(argv[1]) : 200;
    const double seconds = argc > 2 ? atof(argv[2]) : 20;
    const Target *target = target_native();
    static Prog prog[KERNELS_MAX];
    static Timing timing[KERNELS_MAX];
    const Prog *list[KERNELS_MAX];
    double table[4][KERNELS_MAX], time[2][KERNELS_MAX];
    const TimingInputs inputs = {0.75, 1.25};
    Err err = {0};
    CostModel model;
    Timer *timer;
    if (!target || n < 20 || n > KERNELS_MAX) return 2;
    Status status = calibrate(&model, target->name, seconds, &err);
    if (status != OK) die(&err);
    if (timer_new(&timer, target->name, &err) != OK) die(&err);
    timer_set_tolerance(timer, 0.05);
    for (int i = 0; i < n; i++)
        prog[i] = calibrate_kernel(target->name, 1000, i), list[i] = &prog[i];
    status = timer_measure(timer, timing, list, n, &inputs, true, seconds, &err);
    if (status != OK && status != ERR_UNDECIDED) die(&err);
    int m = 0;
    for (int i = 0; i < n; i++) {
        if (!timing[i].is_sure || timing[i].latency_ns <= 0) continue;
        const Cost a = cost_estimate(&prog[i], target->name),
                   b = cost_estimate_by(&model, &prog[i]);
        table[0][m] = a.throughput, table[1][m] = b.throughput, table[2][m] = a.latency,
        table[3][m] = b.latency;
        time[0][m] = timing[i].throughput_ns, time[1][m++] = timing[i].latency_ns;
    }
    print_model(&model);
    printf("%d of %d kernels\n", m, n);
    if (m < 10) return 1;
    print_quality("throughput, table", table[0], time[0], m);
    print_quality("throughput, calibrated", table[1], time[0], m);
    print_quality("latency, table", table[2], time[1], m);
    print_quality("latency, calibrated", table[3], time[1], m);
    timer_free(timer);
    return 0;
}
