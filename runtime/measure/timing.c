#include "runtime/measure/timing.h"

#include "runtime/base/rng.h"
#include "runtime/emit/targets.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    N_VALUES = 1024,    /* 4 to 8 KB in and out: within every first-level cache */
    VISIT_CALLS = 24,   /* calls in one timed visit: some 5 us and more */
    CHAIN_CALLS = 2000, /* dependent calls in one timed visit */
    KERNELS_MAX = 64,
};

double timing_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Inputs spread over the domain, half evenly in value, half in ordered integers; finite ones only. */
static void fill_inputs(void *x, const Goal *goal)
{
    const Type type = goal->type;
    const int size = type_info(type)->size;
    const Domain *domain = &goal->domain[0];
    const double largest = value_from_ordered(type, ordered_from_value(type, INFINITY) - 1);
    const double lo = domain->is_all || domain->lo < -largest ? -largest : domain->lo;
    const double hi = domain->is_all || domain->hi > largest ? largest : domain->hi;
    const int64_t first = ordered_from_value(type, lo), last = ordered_from_value(type, hi);
    Rng rng = rng_new(1, 0);
    for (int i = 0; i < N_VALUES; i++) {
        uint64_t bits;
        if (i & 1)
            bits = bits_from_value(type, lo / 2 + (hi / 2 - lo / 2) * rng_unit(&rng) + lo / 2);
        else
            bits = bits_from_ordered(
                type, first + (int64_t)rng_below(&rng, (uint64_t)(last - first) + 1));
        memcpy((char *)x + (size_t)(i * size), &bits, (size_t)size);
    }
}

static double time_throughput(JitArray run, const void *x, void *y)
{
    const void *const inputs[] = {x};
    const double start = timing_now();
    for (int i = 0; i < VISIT_CALLS; i++) run(inputs, y, N_VALUES);
    return (timing_now() - start) / (VISIT_CALLS * (double)N_VALUES);
}

/* Each call's input is made to depend on the result before it by xor with its bits under a mask
   that is zero, which the compiler cannot know. */
static double time_chain(JitArray run, const void *x, int size, volatile uint64_t *zero)
{
    const uint64_t mask = *zero;
    uint64_t in = 0, out = 0;
    const void *const inputs[] = {&in};
    const double start = timing_now();
    for (int i = 0; i < CHAIN_CALLS; i++) {
        uint64_t fresh = 0;
        memcpy(&fresh, (const char *)x + (size_t)(i % N_VALUES * size), (size_t)size);
        in = fresh ^ (out & mask);
        run(inputs, &out, 1);
    }
    return (timing_now() - start) / CHAIN_CALLS;
}

static Status time_kernels(Timing *out, const JitArray *run, int n, const Goal *goal,
                           double seconds)
{
    const int size = type_info(goal->type)->size;
    void *x = NULL, *y = NULL;
    if (posix_memalign(&x, 64, N_VALUES * 8) || posix_memalign(&y, 64, N_VALUES * 8)) abort();
    memset(y, 0, N_VALUES * 8);
    fill_inputs(x, goal);
    volatile uint64_t zero = 0;
    for (int i = 0; i < n; i++) out[i] = (Timing){INFINITY, INFINITY};
    const double end = timing_now() + seconds;
    for (int round = 0; round < 3 || timing_now() < end; round++)
        for (int i = 0; i < n; i++) {
            out[i].throughput_ns = fmin(out[i].throughput_ns, 1e9 * time_throughput(run[i], x, y));
            out[i].latency_ns = fmin(out[i].latency_ns, 1e9 * time_chain(run[i], x, size, &zero));
        }
    free(x);
    free(y);
    return OK;
}

Status timing_measure(Timing *out, const Prog *const *prog, int n, const Goal *goal, double seconds,
                      Err *err)
{
    assert(n > 0 && n < KERNELS_MAX);
    const Target *target = target_find(goal->target);
    if (goal->n_variables != 1 || !type_is_float(goal->type))
        return fail(err, ERR_UNSUPPORTED, "only float programs of one variable are timed");
    if (!target || !target_is_runnable(target))
        return fail(err, ERR_UNSUPPORTED, "code for %s does not run on this machine", goal->target);
    const Backend *backend;
    Jit *jit = NULL;
    JitModule *module = NULL;
    JitArray run[KERNELS_MAX];
    const Prog *all[KERNELS_MAX];
    Timing times[KERNELS_MAX];
    Status status = backend_load(&backend, err);
    if (status != OK) return status;
    /* The last kernel is the identity: what the chain costs without a program. */
    Prog identity;
    prog_init(&identity);
    prog_add_input(&identity, goal->type, "x");
    memcpy(all, prog, (size_t)n * sizeof *all);
    all[n] = &identity;
    if ((status = backend->jit_new(&jit, err)) != OK) goto done;
    if ((status = backend->jit_compile(jit, all, n + 1, &module, run, err)) != OK) goto done;
    status = time_kernels(times, run, n + 1, goal, seconds);
    for (int i = 0; i < n; i++) {
        out[i] = times[i];
        out[i].latency_ns = fmax(0, times[i].latency_ns - times[n].latency_ns);
    }
done:
    if (module) backend->jit_drop(jit, module);
    backend->jit_free(jit);
    return status;
}
