/* What programs would take on a processor that is not here: llvm-mca, run as a program of its own, simulates the loop of the array
   function of each on a model of a typical processor of the target. */
#ifndef APPROX_MEASURE_MCA_H
#define APPROX_MEASURE_MCA_H

#include "runtime/measure/timing.h"

/* Is llvm-mca installed? */
bool mca_is_there(void);

/* The processor that stands for a row of targets.def, and the clock that turns its cycles into time; NULL if
   there is none. */
const char *mca_processor(const char *target, double *gigahertz);

/* Fills throughput and latency of `n` float Progs; is_modelled, and is_sure. The same whenever it is asked. ERR_UNSUPPORTED without
   llvm-mca. */
Status mca_measure(Timing *out, const Prog *const *prog, int n, const char *target, Err *err);

#endif
