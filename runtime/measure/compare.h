/* Implementations of one function side by side: their times, in turns through one gated timer, on the same inputs; and their errors, by the
   judge. */
#ifndef APPROX_MEASURE_COMPARE_H
#define APPROX_MEASURE_COMPARE_H

#include "runtime/measure/peers.h"
#include "runtime/prog/goal.h"
#include "runtime/prog/report.h"

enum { COMPARE_ROWS_MAX = PEERS_MAX + 1 };

/* NaN: there is no such form. In ns per value; latencies are of one call. */
typedef struct {
    double scalar_ns, scalar_latency_ns;
    double vector_ns, vector_latency_ns;
    double array_ns;
} CompareTimes;

/* What one library has: forms with the same bits, NULL where there is none. */
typedef struct {
    char who[PEER_NAME_MAX];
    const void *scalar, *vector;
    void (*array)(const void *x, void *y, size_t n);
    int lanes; /* of the vector */
    CompareTimes times;
    Report report; /* at the finite inputs that were looked at whose results are normal numbers */
    int n_specials_wrong; /* as wrong_specials.h has it: against its claim if that is known, else against that of others */
    bool is_judged; /* the report is a claim that is known already and is left as it is */
} CompareRow;

typedef struct {
    CompareRow row[COMPARE_ROWS_MAX];
    int n;
    TimingInputs inputs;
    double empty_latency_ns; /* of a call that does nothing: taken off the latencies */
} Comparison;

/* The row of a peer's library, new if it has none; forms that are not the function's are left open. */
void compare_add_peer(Comparison *comparison, const Peer *peer);

/* Fills times and errors. The goal's domain is judged on every `stride`-th float. ERR_UNSUPPORTED for functions of several variables. A machine that is too
   busy is ERR_UNDECIDED: the times are as good as could be. */
Status compare_measure(Comparison *comparison, Timer *timer, const Goal *goal, uint64_t stride,
                       int n_threads, double seconds, Err *err);

/* Code as the judge calls it: verify.h has the contract. */
typedef void CompareRun(void *context, int worker, const void *const *x, void *y, size_t n);

/* How many special inputs code gives a wrong result for, of which claimed_ulp is claimed (wrong_specials.h). */
Status compare_wrong_specials(int *n_wrong, CompareRun *run, void *context, const Goal *goal,
                              double claimed_ulp, Err *err);

#endif
