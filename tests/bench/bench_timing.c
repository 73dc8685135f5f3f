/* How well two estimates of the same kernel agree, and how often the gate is open. Usage: bench_timing [rounds] */
#include "runtime/base/rng.h"
#include "runtime/measure/timing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N_KERNELS = 12, ROUNDS_MAX = 1000 };

static void die(const Err *err)
{
    fprintf(stderr, "bench_timing: %s\n", err->text);
    exit(1);
}

/* Chains and sums of 6 to 28 operators. */
static Prog kernel(int which)
{
    Rng rng = rng_new(7, (uint64_t)which);
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x");
    Ref value = x;
    for (int i = 0; i < 6 + 2 * which; i++) {
        const Ref c = prog_add_const(&prog, TYPE_F32, rng_unit(&rng));
        switch (rng_below(&rng, 6)) {
        case 0: value = prog_add(&prog, OP_ADD, value, c, 0); break;
        case 1: value = prog_add(&prog, OP_MAX, value, c, 0); break;
        case 2: value = prog_add(&prog, OP_MUL, value, x, 0); break;
        case 3: value = prog_add(&prog, OP_RINT, value, 0, 0); break;
        default: value = prog_add(&prog, OP_ADD, prog_add(&prog, OP_MUL, value, x, 0), c, 0);
        }
    }
    return prog;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_quantiles(const char *what, double *d, int n)
{
    qsort(d, (size_t)n, sizeof *d, by_value);
    printf(
        "%-10s |difference| of two estimates: p50 %.2f %%  p95 %.2f %%  p99 %.2f %%  (%d pairs)\n",
        what, 100 * d[n / 2], 100 * d[n * 95 / 100], 100 * d[n * 99 / 100], n);
}

int main(int argc, char **argv)
{
    const int n_rounds = argc > 1 ? atoi(argv[1]) : 40;
    static double throughput[ROUNDS_MAX * N_KERNELS], latency[ROUNDS_MAX * N_KERNELS];
    Prog prog[N_KERNELS];
    const Prog *list[N_KERNELS];
    Err err = {0};
    Timer *timer;
    Timing last[N_KERNELS], now[N_KERNELS];
    const TimingInputs inputs = {0, 1};
    if (n_rounds < 2 || n_rounds > ROUNDS_MAX) return 2;
    for (int i = 0; i < N_KERNELS; i++) prog[i] = kernel(i), list[i] = &prog[i];
    if (timer_new(&timer, "native", &err) != OK) die(&err);
    const double start = timing_now();
    int n = 0, n_busy = 0;
    bool has_last = false;
    for (int round = 0; round < n_rounds; round++) {
        const Status status = timer_measure(timer, now, list, N_KERNELS, &inputs, true, 4, &err);
        if (status == ERR_UNDECIDED) n_busy++;
        if (status != OK && status != ERR_UNDECIDED) die(&err);
        if (status != OK) continue;
        for (int i = 0; has_last && i < N_KERNELS; i++, n++) {
            throughput[n] = fabs(now[i].throughput_ns / last[i].throughput_ns - 1);
            latency[n] = fabs(now[i].latency_ns / last[i].latency_ns - 1);
        }
        for (int i = 0; i < N_KERNELS; i++) last[i] = now[i];
        has_last = true;
    }
    const double seconds = timing_now() - start;
    for (int i = 0; i < N_KERNELS; i++)
        printf("kernel %2d: %2d operations %.4f ns %.2f ns\n", i, prog_n_ops(&prog[i]),
               now[i].throughput_ns, now[i].latency_ns);
    if (n > 0) print_quantiles("throughput", throughput, n);
    if (n > 0) print_quantiles("latency", latency, n);
    printf(
        "gate open at %.1f %% of visits; %.1f ms a kernel; %d of %d batches given up as too busy\n",
        100 * timer_acceptance(timer), 1e3 * seconds / (n_rounds * N_KERNELS), n_busy, n_rounds);
    timer_free(timer);
    return 0;
}
