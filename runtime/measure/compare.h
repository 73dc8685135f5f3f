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
    int n_specials_wrong; /* zeros, infinities, NaN, subnormals, ends: other classes, signs, or more than some ulp off */
    bool is_judged; /* the errors are known already and are left as they are */
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

#endif
