/* What the goal excludes by the right results. */
#include "runtime/measure/excuse.h"
#include "runtime/measure/reference_parts.h"
#include "runtime/prog/specials.h"

#include <math.h>
#include <string.h>

/* Inputs of one DIRECT segment, at most DIRECT_BLOCK. */
static Status excuse_directly(const Reference *r, const Judge *judge, int worker, const float *x,
                              size_t n, bool *is_excused, Err *err)
{
    double inputs[DIRECT_BLOCK], value[DIRECT_BLOCK], delta[DIRECT_BLOCK];
    const double *const arrays[] = {inputs};
    for (size_t i = 0; i < n; i++) inputs[i] = x[i];
    direct_double_run(r->direct[worker], arrays, n, value, delta);
    for (size_t i = 0; i < n; i++) {
        if (isfinite(delta[i]) &&
            excuse_by_range(judge->goal, value[i] - delta[i], value[i] + delta[i], &is_excused[i]))
            continue;
        const Status status = excuse_by_oracle(judge, worker, &inputs[i], &is_excused[i], err);
        if (status != OK) return status;
    }
    return OK;
}

/* Most segments are of one class altogether. */
static bool excuse_at_once(const Segment *segment, const Goal *goal, bool *is_excused)
{
    const Poly *poly = &segment->poly;
    double reach = poly->delta;
    switch (segment->kind) {
    case SEGMENT_NAN: *is_excused = (goal->excluded & SPECIAL_NANS) != 0; return true;
    case SEGMENT_HUGE: *is_excused = (goal->excluded & SPECIAL_INFINITIES) != 0; return true;
    case SEGMENT_POLY:
        for (int k = 1; k <= poly->degree; k++) reach += fabs(poly->coefficient[k]);
        return excuse_by_range(goal, poly->coefficient[0] - reach, poly->coefficient[0] + reach,
                               is_excused);
    default: return false;
    }
}

/* Inputs of one segment, by the right results. */
static Status excuse_part(const Reference *r, const Segment *segment, const Judge *judge,
                          int worker, const float *x, size_t n, bool *is_excused, Err *err)
{
    bool all;
    Status status = OK;
    if (excuse_at_once(segment, judge->goal, &all)) {
        memset(is_excused, all, n * sizeof *is_excused);
        return OK;
    }
    for (size_t i = 0; i < n && status == OK && segment->kind == SEGMENT_DIRECT; i += DIRECT_BLOCK)
        status = excuse_directly(r, judge, worker, x + i,
                                 n - i < DIRECT_BLOCK ? n - i : DIRECT_BLOCK, is_excused + i, err);
    for (size_t i = 0; i < n && status == OK && segment->kind != SEGMENT_DIRECT; i++) {
        const double at = x[i];
        if (segment->kind == SEGMENT_POLY) {
            const double value = poly_value(&segment->poly, x[i]), delta = segment->poly.delta;
            if (excuse_by_range(judge->goal, value - delta, value + delta, &is_excused[i]))
                continue;
        }
        status = excuse_by_oracle(judge, worker, &at, &is_excused[i], err);
    }
    return status;
}

Status reference_excuse(const Reference *r, const Judge *judge, int worker, const float *x,
                        size_t n, bool *is_excused, Err *err)
{
    const Goal *goal = judge->goal;
    for (size_t i = 0; i < n;) {
        const Segment *segment = segment_find(&r->segments, x[i]);
        const size_t end = segment_end(segment, x, i, n);
        const Status status =
            excuse_part(r, segment, judge, worker, x + i, end - i, is_excused + i, err);
        if (status != OK) return status;
        i = end;
    }
    /* Normal numbers are neighbours, so a block of them shows at its ends. */
    const double first = x[0], last = x[n - 1];
    if (special_class(TYPE_F32, first) == 0 && special_class(TYPE_F32, last) == 0 &&
        (first < 0) == (last < 0))
        return OK;
    for (size_t i = 0; i < n; i++) {
        const double at = x[i];
        is_excused[i] |= specials_exclude(goal->excluded, TYPE_F32, &at, 1, 1);
    }
    return OK;
}
