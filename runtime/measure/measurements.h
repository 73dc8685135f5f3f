/* What programs took when they were timed: a table by program, target and inputs, which times what is not in
   it; and the cost models that ranked programs before any was timed. With the table of an earlier run a run needs no clock and takes the
   same decisions, on any machine. */
#ifndef APPROX_MEASURE_MEASUREMENTS_H
#define APPROX_MEASURE_MEASUREMENTS_H

#include "runtime/measure/cost.h"
#include "runtime/measure/timing.h"

enum { MEASUREMENTS_FILE_MAX = 64 * 1024 * 1024 };

typedef struct Measurements Measurements;

/* For one thread. */
Measurements *measurements_new(void);
void measurements_free(Measurements *measurements);

/* out[i] is what the table says of prog[i]. Programs that it does not know (or not the wanted latency of) are timed first, in
   one batch, and join it, whether or not their times are sure: `is_sure` tells. As timer_measure otherwise, but that a busy
   machine is no error, and that for a target that does not run here the times are llvm-mca's, if that is installed. */
Status measurements_time(Measurements *measurements, Timing *out, const Prog *const *prog, int n,
                         const char *target, const TimingInputs *inputs, bool want_latency,
                         double seconds, Err *err);

/* NULL if it is not in the table. Valid until the next change. */
const Timing *measurements_find(const Measurements *measurements, const Prog *prog,
                                const char *target, const TimingInputs *inputs);

/* Is anything known of a target? */
bool measurements_know(const Measurements *measurements, const char *target);

/* What operators cost on a target, as it was kept; NULL: no model was. */
const CostModel *measurements_model(const Measurements *measurements, const char *target);
/* Keeps a model, in the place of what was kept for its target. */
void measurements_keep_model(Measurements *measurements, const CostModel *model);

/* Text, one line each. Parsing adds to the table; ERR_INPUT says which line cannot be read. */
void measurements_print(Text *out, const Measurements *measurements);
Status measurements_parse(Measurements *measurements, const char *text, size_t length, Err *err);

#endif
