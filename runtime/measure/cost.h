/* What a Prog costs on a target, estimated from a table of operator classes: reciprocal
   throughput and latency. Static: the same on every machine. */
#ifndef APPROX_MEASURE_COST_H
#define APPROX_MEASURE_COST_H

#include "runtime/prog/goal.h"

typedef struct {
    int ops;
    double
        throughput; /* estimated cycles for one vector register of results, per f32 lane count of the target */
    double latency; /* estimated cycles from input to result */
    int size;       /* estimated bytes of code and constants */
} Cost;

/* `target` is a row of targets.def. Throughput and latency are infinite if the target lacks an
   operator (fma); `real` is counted as f64, an elementary function as a call. Nodes that
   the result does not need count too: prune first. */
Cost cost_estimate(const Prog *prog, const char *target);
/* The one number to minimise; infinite for what the target cannot do. */
double cost_of(const Cost *cost, Minimize minimize);

#endif
