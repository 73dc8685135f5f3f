/* What the files of the oracle share. */
#ifndef APPROX_ORACLE_INTERNAL_H
#define APPROX_ORACLE_INTERNAL_H

#include "runtime/oracle/oracle.h"
#include "runtime/oracle/span_prog.h"

struct Oracle {
    SpanProg *reference;
    SpanProg *answer; /* the last Prog that oracle_prog_error was asked about, or NULL */
    ExactPoint *exact;
    int n_exact;
    mpfr_t a, b, c; /* scratch, of varying precision */
};

/* One input: doubles x (+ x_lo where not NULL), or Reals. */
typedef struct {
    const double *x, *x_lo;
    const Real *real;
} Input;

/* Ziv's loop: evaluates the reference at `at` with rising precision, from `bits`, until
   is_decided(context, oracle, value) says so; a value that is not yet known to be defined
   or undefined is never shown to it. Where the loop ends in NaN or undecided, a
   limit given as ExactPoint is the value. `what` says what was to be decided, for
   the ERR_UNDECIDED sentence. */
typedef bool IsDecided(void *context, Oracle *oracle, const Span *value);
Status oracle_decide(Oracle *oracle, Input at, int bits, IsDecided *is_decided, void *context,
                     const char *what, Err *err);

/* fail with ERR_UNDECIDED, naming the input. */
Status oracle_undecided(const Oracle *oracle, Input at, const char *what, Err *err);

#endif
