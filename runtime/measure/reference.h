/* The fast reference: f over a range of f32 inputs, so close that only results within reach
   of the maximum error are left to the oracle.

   The range is cut into segments of neighbouring floats. On most of them f is a
   polynomial through values of the oracle (in double, off by 1e-8 ulp or so); elsewhere it is
   evaluated input by input in double with an error bound, or by the oracle.
   Never changes once made; shared by all threads. Internal. */
#ifndef APPROX_MEASURE_REFERENCE_H
#define APPROX_MEASURE_REFERENCE_H

#include "runtime/measure/judge.h"
#include "runtime/measure/scan.h"

typedef struct Reference Reference;

/* Over the ordered integers [first, last] (see bits.h) of f32; uses all the judge's
   threads. */
Status reference_new(Reference **out, Judge *judge, int64_t first, int64_t last, Err *err);
void reference_free(Reference *reference);

/* Bounds the errors of y at x, which are in order; see Scan. */
Status reference_bound(const Reference *reference, Judge *judge, int worker, const float *x,
                       const float *y, size_t n, Bounds *bounds, ErrorAt *each, Err *err);

/* The inputs among x, which are in order, whose values of f lie within `reach` ulp of a tie between two floats, as far as
   the reference can tell: their indices, n at most; returns how many. Infinite values and NaN have no ties. n <= KERNEL_BLOCK. */
size_t reference_near_ties(const Reference *reference, Judge *judge, int worker, const float *x,
                           size_t n, double reach, uint16_t *index);
/* Which of the inputs the judge's goal excludes. */
Status reference_excuse(const Reference *reference, const Judge *judge, int worker, const float *x,
                        size_t n, bool *is_excused, Err *err);

/* What it consists of, for benchmarks: segments, and inputs that no segment gives. */
typedef struct {
    int n_segments;
    uint64_t n_polynomial, n_direct, n_oracle; /* inputs, by how f is had there */
    int highest_degree;
} ReferenceFacts;
ReferenceFacts reference_facts(const Reference *reference);

#endif
