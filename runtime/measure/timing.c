#include "runtime/measure/timing.h"

#include "runtime/measure/timing_kernels.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    N_REFERENCES = 2,
    PROBE_CHUNKS = 3,    /* of each reference, before and after a visit */
    VISIT_CHUNKS = 16,   /* of the kernel */
    VISITS_WANTED = 4,   /* of each kernel, through an open gate */
    VISITS_NEEDED = 2,   /* without which there is no result */
    CALLS_MAX = 1 << 16, /* in a chunk */
    BATCH = 64,          /* kernels in a module; more make compiling no cheaper */
};

static const double CHUNK_SECONDS =
    10e-6; /* long beside the clock's resolution, short beside a time slice */
static const double TOLERANCE = 0.012;       /* of the gate */
static const double BASELINE_SECONDS = 0.02; /* of looking how fast the references can be */
static const double WAIT_SECONDS = 0.003;    /* until the gate is tried again */
static const double WARM_SECONDS = 0.002;    /* after a sleep */

double timing_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A compiled function with the arrays it is called on. */
typedef struct {
    JitArray run;
    const void *x[KERNEL_INPUTS];
    void *y;
    int n_calls; /* that take about a chunk */
} Kernel;

struct Timer {
    const Backend *backend;
    Jit *jit;
    JitModule *module; /* of the references */
    Kernel reference[N_REFERENCES];
    double best[N_REFERENCES]; /* seconds per call, ever */
    KernelArrays *reference_arrays;
    double tolerance; /* of the gate */
    uint64_t n_visits, n_accepted;
};

/* -- one kernel ---------------------------------------------------------------------- */

static double time_chunk(const Kernel *kernel)
{
    const double start = timing_now();
    for (int i = 0; i < kernel->n_calls; i++) kernel->run(kernel->x, kernel->y, KERNEL_VALUES);
    return (timing_now() - start) / kernel->n_calls;
}

static double time_least(const Kernel *kernel, int n_chunks)
{
    double least = INFINITY;
    for (int i = 0; i < n_chunks; i++) least = fmin(least, time_chunk(kernel));
    return least;
}

/* Returns a first idea of the seconds that a call takes. */
static double choose_calls(Kernel *kernel)
{
    kernel->n_calls = 4;
    const double seconds = time_least(kernel, 3);
    kernel->n_calls = (int)fmin(CALLS_MAX, fmax(1, ceil(CHUNK_SECONDS / fmax(seconds, 1e-9))));
    return seconds;
}

/* -- the gate ------------------------------------------------------------------------ */

/* Runs the references; are both as fast as ever? */
static bool gate_is_open(Timer *timer)
{
    bool is_open = true;
    for (int r = 0; r < N_REFERENCES; r++) {
        const double seconds = time_least(&timer->reference[r], PROBE_CHUNKS);
        timer->best[r] = fmin(timer->best[r], seconds);
        is_open = is_open && seconds <= timer->best[r] * (1 + timer->tolerance);
    }
    return is_open;
}

/* Lets others have the processor; then runs until it is as awake as it was: the first moments after a sleep are slow. */
static void wait_a_little(Timer *timer)
{
    const struct timespec pause = {0, (long)(1e9 * WAIT_SECONDS)};
    nanosleep(&pause, NULL);
    const double end = timing_now() + WARM_SECONDS;
    while (timing_now() < end) (void)time_chunk(&timer->reference[0]);
}

/* -- making and freeing ---------------------------------------------------------------- */

static Status compile_references(Timer *timer, const char *target, Err *err)
{
    Prog prog[N_REFERENCES];
    const Prog *list[N_REFERENCES];
    JitArray run[N_REFERENCES];
    for (int r = 0; r < N_REFERENCES; r++) {
        prog[r] = kernel_reference(r, target);
        list[r] = &prog[r];
    }
    const Status status =
        timer->backend->jit_compile(timer->jit, list, NULL, N_REFERENCES, &timer->module, run, err);
    if (status != OK) return status;
    const TimingInputs inputs = {-1, 1};
    timer->reference_arrays = kernel_arrays_new(TYPE_F32, &inputs, 1);
    for (int r = 0; r < N_REFERENCES; r++) {
        Kernel *kernel = &timer->reference[r];
        *kernel = (Kernel){.run = run[r], .y = timer->reference_arrays->y};
        kernel->x[0] = timer->reference_arrays->x;
        timer->best[r] = choose_calls(kernel);
    }
    return OK;
}

Status timer_new(Timer **out, const char *target, Err *err)
{
    Timer *timer = xcalloc(1, sizeof *timer);
    timer->tolerance = TOLERANCE;
    Status status = backend_load(&timer->backend, err);
    if (status == OK) status = timer->backend->jit_new(&timer->jit, target, err);
    if (status == OK) status = compile_references(timer, target, err);
    if (status != OK) {
        timer_free(timer);
        return status;
    }
    const double end = timing_now() + BASELINE_SECONDS;
    while (timing_now() < end) (void)gate_is_open(timer);
    *out = timer;
    return OK;
}

void timer_free(Timer *timer)
{
    if (!timer) return;
    if (timer->jit) timer->backend->jit_free(timer->jit); /* and its modules */
    kernel_arrays_free(timer->reference_arrays);
    free(timer);
}

void timer_set_tolerance(Timer *timer, double tolerance) { timer->tolerance = tolerance; }

double timer_acceptance(const Timer *timer)
{
    return timer->n_visits ? (double)timer->n_accepted / (double)timer->n_visits : 0;
}

/* -- a batch ------------------------------------------------------------------------- */

/* What is known of a kernel: the least time of a call in the visits that counted, or, before there is one, in any. */
typedef struct {
    double least, least_of_all;
    int n_accepted;
} Estimate;

/* Forgets what counted under references that turn out to have been slow. */
static void forget_if_better(const Timer *timer, double best[N_REFERENCES], Estimate *estimate,
                             int n)
{
    bool is_better = false;
    for (int r = 0; r < N_REFERENCES; r++)
        is_better = is_better || timer->best[r] < best[r] * (1 - timer->tolerance / 2);
    if (!is_better) return;
    memcpy(best, timer->best, sizeof timer->best);
    for (int i = 0; i < n; i++) estimate[i].least = INFINITY, estimate[i].n_accepted = 0;
}

static bool is_sure(const Estimate *estimate) { return estimate->n_accepted >= VISITS_NEEDED; }

static int least_visited(const Estimate *estimate, int n)
{
    int least = VISITS_WANTED;
    for (int i = 0; i < n; i++)
        if (estimate[i].n_accepted < least) least = estimate[i].n_accepted;
    return least;
}

/* Visits the kernels in turns until each has been seen often enough or the time is up. */
static void visit_all(Timer *timer, const Kernel *kernel, Estimate *estimate, int n, double end)
{
    double best[N_REFERENCES];
    memcpy(best, timer->best, sizeof best);
    bool is_open = gate_is_open(timer);
    while (least_visited(estimate, n) < VISITS_WANTED)
        for (int i = 0; i < n; i++) {
            if (estimate[i].n_accepted >= VISITS_WANTED) continue;
            if (timing_now() >= end) return;
            if (!is_open) {
                wait_a_little(timer);
                timer->n_visits++;
                if (!(is_open = gate_is_open(timer))) continue;
                timer->n_visits--;
            }
            (void)time_chunk(&kernel[i]); /* warms its code and data */
            const double seconds = time_least(&kernel[i], VISIT_CHUNKS);
            is_open = gate_is_open(timer);
            timer->n_visits++;
            estimate[i].least_of_all = fmin(estimate[i].least_of_all, seconds);
            if (is_open) {
                timer->n_accepted++;
                estimate[i].n_accepted++;
                estimate[i].least = fmin(estimate[i].least, seconds);
            }
            forget_if_better(timer, best, estimate, n);
        }
}

static double seconds_of(const Estimate *estimate)
{
    return estimate->n_accepted > 0 ? estimate->least : estimate->least_of_all;
}

/* How many vectors a turn takes makes a difference that nothing but the clock tells: with the nodes of four side by side the processor
   waits less for results, but where they want more registers than there are, it waits for memory. Two are hardly ever better than both. */
static const int VECTORS[] = {1, 4};
enum { SHAPES = sizeof VECTORS / sizeof *VECTORS, KERNELS_MAX = (SHAPES + 1) * BATCH + 1 };

/* A batch: each Prog in all shapes, and, for the latency, each as a chain, the last of which is that of the identity, whose
   time is the chain's own. */
typedef struct {
    int n_progs, n_plain, n; /* kernels: n_plain = SHAPES * n_progs, or n_progs + 1 more */
    const Prog *prog[KERNELS_MAX];
    int vectors[KERNELS_MAX];
    int turn[KERNELS_MAX]; /* elements of a turn */
    Kernel kernel[KERNELS_MAX];
    Estimate estimate[KERNELS_MAX];
    Prog identity, chain[BATCH + 1];
    KernelArrays *arrays;
    JitModule *module;
} Batch;

static Batch *batch_new(const Prog *const *prog, int n, bool want_latency)
{
    Batch *batch = xcalloc(1, sizeof *batch);
    batch->n_progs = n;
    batch->n = batch->n_plain = SHAPES * n;
    for (int k = 0; k < batch->n_plain; k++) {
        batch->prog[k] = prog[k / SHAPES];
        batch->vectors[k] = VECTORS[k % SHAPES];
    }
    if (!want_latency) return batch;
    batch->n += n + 1;
    batch->identity = kernel_identity(prog_type(prog[0]));
    for (int i = 0; i <= n; i++) {
        batch->chain[i] = kernel_chain(i < n ? prog[i] : &batch->identity);
        batch->prog[batch->n_plain + i] = &batch->chain[i];
        batch->vectors[batch->n_plain + i] = 1;
    }
    return batch;
}

static Status batch_compile(Batch *batch, Timer *timer, const TimingInputs *inputs, Err *err)
{
    JitArray run[KERNELS_MAX];
    const Status status = timer->backend->jit_compile(timer->jit, batch->prog, batch->vectors,
                                                      batch->n, &batch->module, run, err);
    if (status != OK) return status;
    KernelArrays *arrays = batch->arrays = kernel_arrays_new(prog_type(batch->prog[0]), inputs, 1);
    for (int i = 0; i < batch->n; i++) {
        const int turn = batch->turn[i] =
            timer->backend->jit_turn(timer->jit, batch->prog[i], batch->vectors[i]);
        Kernel *kernel = &batch->kernel[i];
        *kernel = (Kernel){.run = run[i], .x = {arrays->x, arrays->y, arrays->zero}};
        kernel->y = i < batch->n_plain ? arrays->y : kernel_arrays_ahead(arrays, turn);
        batch->estimate[i] = (Estimate){INFINITY, choose_calls(kernel), 0};
    }
    return OK;
}

static Timing batch_result(const Batch *batch, int i)
{
    const Estimate *plain = &batch->estimate[SHAPES * i], *best = plain;
    /* More vectors are more code. */
    bool all_sure = is_sure(plain);
    for (int k = 1; k < SHAPES; k++) {
        if (seconds_of(&plain[k]) * (1 + TIMING_RESOLUTION) < seconds_of(best)) best = &plain[k];
        all_sure = all_sure && is_sure(&plain[k]);
    }
    Timing timing = {.throughput_ns = 1e9 * seconds_of(best) / KERNEL_VALUES,
                     .latency_ns = -1,
                     .vectors = VECTORS[best - plain],
                     .is_sure = all_sure};
    if (batch->n == batch->n_plain || !kernel_has_chain(batch->prog[SHAPES * i])) return timing;
    const Estimate *chained = &batch->estimate[batch->n_plain + i];
    const Estimate *nothing = &batch->estimate[batch->n - 1];
    const double n_turns = (double)KERNEL_VALUES / batch->turn[batch->n_plain + i];
    const double n_turns_of_nothing = (double)KERNEL_VALUES / batch->turn[batch->n - 1];
    timing.latency_ns =
        1e9 * fmax(0, seconds_of(chained) / n_turns - seconds_of(nothing) / n_turns_of_nothing);
    timing.is_sure = timing.is_sure && is_sure(chained) && is_sure(nothing);
    return timing;
}

static void batch_free(Batch *batch, Timer *timer)
{
    if (batch->module) timer->backend->jit_drop(timer->jit, batch->module);
    kernel_arrays_free(batch->arrays);
    free(batch);
}

static Status fail_busy(const Timer *timer, Err *err)
{
    return fail(err, ERR_UNDECIDED,
                "this machine is too busy to time programs: of %llu visits only %llu were "
                "undisturbed",
                (unsigned long long)timer->n_visits, (unsigned long long)timer->n_accepted);
}

Status timer_measure_calls(Timer *timer, double *ns, const TimedCall *call, int n, Type type,
                           const TimingInputs *inputs, double seconds, Err *err)
{
    Kernel kernel[BATCH];
    Estimate estimate[BATCH];
    assert(n <= BATCH);
    KernelArrays *arrays = kernel_arrays_new(type, inputs, 1);
    for (int i = 0; i < n; i++) {
        kernel[i] = (Kernel){.run = call[i].run, .x = {arrays->x, call[i].context}, .y = arrays->y};
        estimate[i] = (Estimate){INFINITY, choose_calls(&kernel[i]), 0};
    }
    visit_all(timer, kernel, estimate, n, timing_now() + seconds);
    for (int i = 0; i < n; i++) ns[i] = 1e9 * seconds_of(&estimate[i]) / KERNEL_VALUES;
    kernel_arrays_free(arrays);
    return least_visited(estimate, n) < VISITS_NEEDED ? fail_busy(timer, err) : OK;
}

static Status measure_batch(Timer *timer, Timing *out, const Prog *const *prog, int n,
                            const TimingInputs *inputs, bool want_latency, double end, Err *err)
{
    Batch *batch = batch_new(prog, n, want_latency);
    Status status = batch_compile(batch, timer, inputs, err);
    if (status == OK) {
        visit_all(timer, batch->kernel, batch->estimate, batch->n, end);
        for (int i = 0; i < n; i++) out[i] = batch_result(batch, i);
        if (least_visited(batch->estimate, batch->n) < VISITS_NEEDED)
            status = fail_busy(timer, err);
    }
    batch_free(batch, timer);
    return status;
}

Status timer_measure(Timer *timer, Timing *out, const Prog *const *prog, int n,
                     const TimingInputs *inputs, bool want_latency, double seconds, Err *err)
{
    const double start = timing_now();
    Status status = OK;
    for (int i = 0; i < n; i++) {
        if (prog[i]->n_inputs != 1 || !type_is_float(prog_type(prog[i])))
            return fail(err, ERR_UNSUPPORTED, "only float programs of one variable are timed");
        assert(prog_type(prog[i]) == prog_type(prog[0]));
    }
    for (int first = 0; first < n; first += BATCH) {
        const int n_here = n - first < BATCH ? n - first : BATCH;
        const double end = start + seconds * (first + n_here) / n;
        const Status here =
            measure_batch(timer, out + first, prog + first, n_here, inputs, want_latency, end, err);
        if (here != OK) status = here;
        if (here != OK && here != ERR_UNDECIDED) break;
    }
    return status;
}

Status timing_measure(Timing *out, const Prog *prog, const Goal *goal, double seconds, Err *err)
{
    TimingInputs inputs;
    Timer *timer = NULL;
    Status status = timing_inputs(&inputs, goal, err);
    if (status == OK) status = timer_new(&timer, goal->target, err);
    if (status == OK) status = timer_measure(timer, out, &prog, 1, &inputs, true, seconds, err);
    timer_free(timer);
    return status;
}
