/* A run of neighbouring f32 inputs on which the reference function is had in one way. Internal. */
#ifndef APPROX_MEASURE_SEGMENT_H
#define APPROX_MEASURE_SEGMENT_H

#include "runtime/measure/direct.h"
#include "runtime/measure/judge.h"
#include "runtime/measure/reference_level.h"

typedef enum {
    SEGMENT_POLY,   /* f is `poly` */
    SEGMENT_NAN,    /* f is NaN */
    SEGMENT_HUGE,   /* |f| is above 2^1000, its sign that of poly.coefficient[0] */
    SEGMENT_DIRECT, /* evaluated input by input in double; the oracle where that fails */
    SEGMENT_ORACLE, /* input by input by the oracle */
} SegmentKind;

typedef struct {
    int32_t first, last; /* ordered */
    SegmentKind kind;
    Poly poly;
} Segment;

typedef struct {
    Segment *data;
    int n, capacity;
} Segments;

/* The ulp in which a reference near `value` is judged good: that of f32, without end above, since
   a result that should be infinite only needs f to be known to be large. */
double reference_ulp(double value);

/* Appends segments that cover [first, last], floats of one sign and one binade (or all
   subnormal), to `out`. */
Status segments_build(Segments *out, Judge *judge, int worker, DirectDouble *direct, int32_t first,
                      int32_t last, Err *err);

/* The segment that holds x. */
const Segment *segment_find(const Segments *segments, float x);

/* Of n inputs in order, the i-th of which lies in the segment: the first behind it that does not, n if all do. */
size_t segment_end(const Segment *segment, const float *x, size_t i, size_t n);

/* The polynomial of a SEGMENT_POLY at x. */
double poly_value(const Poly *poly, float x);

#endif
