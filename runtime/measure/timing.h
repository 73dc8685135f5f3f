/* The time a Prog takes on this machine, by JIT-compiled code, on a machine that has other things to
   do too.

   A processor shared with others has slow phases of milliseconds to seconds, in which everything takes
   some 15 % longer. So a visit to a kernel counts only if two reference kernels, run right
   before and right after it, were as fast as they have ever been: the gate. Kernels are visited in turns, and
   the least time of several visits is the result. Two estimates of one kernel
   agree within 1.5 % (tests/bench/bench_timing); smaller differences say nothing. */
#ifndef APPROX_MEASURE_TIMING_H
#define APPROX_MEASURE_TIMING_H

#include "runtime/emit/backend.h"

/* Relative differences below this are ties. */
#define TIMING_RESOLUTION 0.015

typedef struct {
    double throughput_ns; /* per value, over an array that stays in the first-level cache */
    double
        latency_ns; /* from input to result of one vector in a chain of dependent ones; -1: not known */
    int vectors; /* that a turn of the array loop took, of what was tried the fastest; 0: not tried */
    bool is_sure; /* visited twice through an open gate */
    bool is_modelled;  /* not timed at all (mca.h) */
} Timing;

/* Where the inputs of a timed program are drawn from, half of them evenly, half in ordered integers. */
typedef struct {
    double lo, hi;
} TimingInputs;

/* Where the function lives: the part of the domain on which results are finite, normal and not saturated, ends that
   the goal leaves open being set at 8192, beyond which arguments are rare, and the outer tenths
   left out. The same for every program of the goal. */
Status timing_inputs(TimingInputs *out, const Goal *goal, Err *err);

/* A clock with its reference kernels, which learns while it lives how fast they can be. For one thread. */
typedef struct Timer Timer;

/* For a row of targets.def; ERR_UNSUPPORTED where this machine does not run it. */
Status timer_new(Timer **out, const char *target, Err *err);
void timer_free(Timer *timer);
/* How much slower than ever the references may be for a visit to count: 0.012 unless set. More of it is quicker on a busy
   machine, and differences of about as much then say nothing. */
void timer_set_tolerance(Timer *timer, double tolerance);

/* Times `n` float Progs of one variable, all of one type, their latency if that is wanted. About `seconds` at most: if by then some are not
   sure, ERR_UNDECIDED says that the machine is too busy, and what `out` says of those is as good as could be. */
Status timer_measure(Timer *timer, Timing *out, const Prog *const *prog, int n,
                     const TimingInputs *inputs, bool want_latency, double seconds, Err *err);

/* A function that is compiled already: it is called with the inputs in x[0] and `context` in x[1]. */
typedef struct {
    JitArray run;
    const void *context;
} TimedCall;

/* The throughput of `n` such functions (64 at most) in ns per value, otherwise as timer_measure. */
Status timer_measure_calls(Timer *timer, double *ns, const TimedCall *call, int n, Type type,
                           const TimingInputs *inputs, double seconds, Err *err);

/* How a timer fared: of its visits, the part that counted. */
double timer_acceptance(const Timer *timer);

/* All of it for one program: a timer for the goal's target, inputs where the goal's function lives. */
Status timing_measure(Timing *out, const Prog *prog, const Goal *goal, double seconds, Err *err);

/* A monotonic clock in seconds. */
double timing_now(void);

#endif
