/* The time a Prog takes on this machine, by JIT-compiled code. Kernels that are compared must be timed in
   one call: it visits them in turns and keeps each one's least time, so that slow phases of
   a shared machine hit all alike. */
#ifndef APPROX_MEASURE_TIMING_H
#define APPROX_MEASURE_TIMING_H

#include "runtime/emit/backend.h"

typedef struct {
    double throughput_ns; /* per value, over an array that stays in the first-level cache */
    double latency_ns;    /* from input to result in a chain of dependent calls, the chain's own share taken off */
} Timing;

/* Times `n` Progs of one variable with inputs spread over the goal's domain, about `seconds` in
   all. ERR_UNSUPPORTED where the target of the goal cannot run here. */
Status timing_measure(Timing *out, const Prog *const *prog, int n, const Goal *goal,
                      double seconds, Err *err);

/* A monotonic clock in seconds. */
double timing_now(void);

#endif
