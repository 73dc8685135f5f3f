/* The cost model fitted to this machine: random kernels are timed, and what each class of operators adds to their
   times is found by least squares. Ranks programs better than the table that is the same everywhere. */
#ifndef APPROX_MEASURE_CALIBRATE_H
#define APPROX_MEASURE_CALIBRATE_H

#include "runtime/base/rng.h"
#include "runtime/measure/cost.h"
#include "runtime/measure/timing.h"

/* A random kernel of 4 to 30 operators, f32 in and out, of a few kinds of operators that the target has: what
   searches make. For a seed and a number always the same. */
Prog calibrate_kernel(const char *target, uint64_t seed, int which);

/* Fits a model for a target that runs here, in about `seconds` at most; ERR_UNDECIDED where the machine was too busy
   for most kernels. */
Status calibrate(CostModel *out, const char *target, double seconds, Err *err);

/* The fit: programs with their times in ns (throughput per value; latency: NULL for none), onto a model that holds the
   table before. `lanes` are those of the target. */
void calibrate_fit(CostModel *model, const Prog *prog, const Timing *timing, int n, int lanes);

/* As text, which can be read again. ERR_INPUT for what is no such text, or for another target. */
void cost_model_print(Text *out, const CostModel *model);
Status cost_model_parse(CostModel *out, const char *target, const char *text, size_t length,
                        Err *err);

#endif
