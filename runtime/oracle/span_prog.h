/* A Prog of type real prepared for evaluation on Spans. Owns its variables: one per thread. */
#ifndef APPROX_ORACLE_SPAN_PROG_H
#define APPROX_ORACLE_SPAN_PROG_H

#include "runtime/oracle/span.h"

typedef struct SpanProg SpanProg;

/* `prog` is copied. */
SpanProg *span_prog_new(const Prog *prog);
void span_prog_free(SpanProg *p);
const Prog *span_prog_prog(const SpanProg *p);

/* Prepares for evaluation with `bits` of working precision. */
void span_prog_set_bits(SpanProg *p, int bits);

/* Sets input i, after span_prog_set_bits: an exact double, an exact sum hi + lo, a Real
   (as near as the precision allows), all values from lo to hi, or the multiples of 2^grid among them. */
void span_prog_set_double(SpanProg *p, int i, double x);
void span_prog_set_sum(SpanProg *p, int i, double hi, double lo);
void span_prog_set_real(SpanProg *p, int i, Real x);
void span_prog_set_box(SpanProg *p, int i, double lo, double hi);
void span_prog_set_multiples(SpanProg *p, int i, double lo, double hi, int grid);

/* Evaluates; the result is valid until the next call for p. */
const Span *span_prog_run(SpanProg *p);

/* Scratch for the caller's own computations, of the same precision. */
Spans *span_prog_scratch(SpanProg *p);

#endif
