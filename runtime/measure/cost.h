/* What a Prog costs on a target, estimated from a table of operator classes: reciprocal
   throughput and latency. Static: the same on every machine. */
#ifndef APPROX_MEASURE_COST_H
#define APPROX_MEASURE_COST_H

#include "runtime/prog/goal.h"

typedef struct {
    int ops;
    double throughput; /* estimated cycles for one vector register of results, per f32 lane count of the target */
    double latency;    /* estimated cycles from input to result */
    int size;          /* estimated bytes of code and constants */
} Cost;

Cost cost_estimate(const Prog *prog, const char *target);
/* The one number to minimise. */
double cost_of(const Cost *cost, Minimize minimize);

#endif
