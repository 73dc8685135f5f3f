#include "runtime/measure/reference_parts.h"

#include "runtime/base/pool.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BINADE_BITS = 23,   /* floats of a binade: 2^23; the ordered integers of one share the rest */
    NEAR_TIES_MAX = 16, /* of a block, for which the oracle says what the right result is */
};

typedef struct {
    Reference *reference;
    Judge *judge;
    int32_t first, last;
    Segments *parts; /* by binade */
    Status *status;
    Err *errors;
} Making;

static void make_binade(void *context, int piece, int worker)
{
    Making *m = context;
    const int64_t base = ((int64_t)(m->first >> BINADE_BITS) + piece) * (1 << BINADE_BITS);
    const int64_t end = base + (1 << BINADE_BITS) - 1;
    m->status[piece] =
        segments_build(&m->parts[piece], m->judge, worker, m->reference->direct[worker],
                       (int32_t)(base > m->first ? base : m->first),
                       (int32_t)(end < m->last ? end : m->last), &m->errors[piece]);
}

Status reference_new(Reference **out, Judge *judge, int64_t first, int64_t last, Err *err)
{
    Reference *r = xcalloc(1, sizeof *r);
    r->n_threads = judge->n_threads;
    r->level = reference_level();
    r->direct = xcalloc((size_t)r->n_threads, sizeof(DirectDouble *));
    for (int i = 0; i < r->n_threads; i++)
        r->direct[i] = direct_double_new(&judge->goal->reference);

    Making m = {.reference = r, .judge = judge, .first = (int32_t)first, .last = (int32_t)last};
    const int n_parts = (m.last >> BINADE_BITS) - (m.first >> BINADE_BITS) + 1;
    m.parts = xcalloc((size_t)n_parts, sizeof *m.parts);
    m.status = xcalloc((size_t)n_parts, sizeof *m.status);
    m.errors = xcalloc((size_t)n_parts, sizeof *m.errors);
    pool_run(judge->n_threads, n_parts, make_binade, &m);

    Status status = OK;
    int n = 0;
    for (int i = 0; i < n_parts; i++) n += m.parts[i].n;
    r->segments = (Segments){xcalloc((size_t)n + 1, sizeof(Segment)), 0, n + 1};
    for (int i = 0; i < n_parts; i++) {
        if (m.status[i] != OK && status == OK) {
            status = m.status[i];
            if (err != NULL) *err = m.errors[i];
        }
        if (m.parts[i].n > 0)
            memcpy(r->segments.data + r->segments.n, m.parts[i].data,
                   (size_t)m.parts[i].n * sizeof(Segment));
        r->segments.n += m.parts[i].n;
        free(m.parts[i].data);
    }
    free(m.parts);
    free(m.status);
    free(m.errors);
    if (status == OK)
        *out = r;
    else
        reference_free(r);
    return status;
}

void reference_free(Reference *reference)
{
    for (int i = 0; i < reference->n_threads; i++) direct_double_free(reference->direct[i]);
    free(reference->direct);
    free(reference->segments.data);
    free(reference);
}

ReferenceFacts reference_facts(const Reference *reference)
{
    ReferenceFacts facts = {.n_segments = reference->segments.n};
    for (int i = 0; i < reference->segments.n; i++) {
        const Segment *s = &reference->segments.data[i];
        const uint64_t n = (uint64_t)((int64_t)s->last - s->first + 1);
        if (s->kind == SEGMENT_DIRECT)
            facts.n_direct += n;
        else if (s->kind == SEGMENT_ORACLE)
            facts.n_oracle += n;
        else
            facts.n_polynomial += n;
        if (s->kind == SEGMENT_POLY && s->poly.degree > facts.highest_degree)
            facts.highest_degree = s->poly.degree;
    }
    return facts;
}

static double larger(double a, double b) { return a > b ? a : b; }

static void add_bounds(Bounds *sum, const Bounds *part)
{
    sum->most.ulp = larger(sum->most.ulp, part->most.ulp);
    sum->most.rel = larger(sum->most.rel, part->most.rel);
    sum->most.abs = larger(sum->most.abs, part->most.abs);
    sum->n_wrong += part->n_wrong;
}

static Bounds from_kernel(const KernelBounds *k)
{
    return (Bounds){.most = {k->ulp, k->rel, k->abs}, .n_wrong = k->n_wrong};
}

static Status oracle_part(Judge *judge, int worker, const float *x, const float *y, size_t n,
                          Bounds *bounds, Err *err)
{
    const void *const arrays[] = {x};
    return scan_bound_by_oracle(judge, worker, 0, arrays, y, n, bounds, NULL, err);
}

/* Results that must be one of two things, NaN or an infinity, else are unboundedly
   wrong (or the oracle says how much). */
static void bound_by_class(const Segment *segment, const float *y, size_t n, Bounds *bounds)
{
    uint64_t n_wrong = 0;
    const float sign = segment->poly.coefficient[0] > 0 ? 1 : -1;
    for (size_t i = 0; i < n; i++) {
        const bool is_right =
            segment->kind == SEGMENT_NAN ? y[i] != y[i] : y[i] * sign > 0x1.fffffep127f;
        n_wrong += !is_right;
    }
    *bounds = (Bounds){.n_wrong = n_wrong};
    if (n_wrong > 0) bounds->most = (ErrorAt){INFINITY, INFINITY, INFINITY};
}

/* How many near-ties have results that are not correctly rounded. */
static Status settle_ties(Judge *judge, int worker, const float *x, const float *y,
                          const double *ref, const double *delta, size_t n, uint64_t n_near,
                          uint64_t *n_wrong, Err *err)
{
    for (size_t i = 0; i < n; i++) {
        if ((float)(ref[i] - delta[i]) == (float)(ref[i] + delta[i])) continue;
        float right = (float)ref[i];
        if (n_near <= NEAR_TIES_MAX || goal_wants_rounding(judge->goal)) {
            const double at = x[i];
            uint64_t bits;
            const Status status =
                oracle_round(judge->oracle[worker], &at, TYPE_F32, &bits, NULL, err);
            if (status != OK) return status;
            right = float_of_bits((uint32_t)bits);
        }
        *n_wrong += y[i] != right && !(isnan(y[i]) && isnan(right));
    }
    return OK;
}

static Status bound_by_poly(const Reference *r, const Poly *poly, Judge *judge, int worker,
                            const float *x, const float *y, size_t n, Bounds *bounds, Err *err)
{
    KernelBounds k;
    r->level->poly(poly, x, y, n, &k);
    *bounds = from_kernel(&k);
    if (k.n_near == 0) return OK;
    double ref[KERNEL_BLOCK], delta[KERNEL_BLOCK];
    for (size_t i = 0; i < n; i++) {
        ref[i] = poly_value(poly, x[i]);
        delta[i] = poly->delta;
    }
    return settle_ties(judge, worker, x, y, ref, delta, n, k.n_near, &bounds->n_wrong, err);
}

/* The error of a result where f is NaN. */
static Bounds bound_at_nan(float y)
{
    if (isnan(y)) return (Bounds){0};
    return (Bounds){.most = {INFINITY, INFINITY, INFINITY}, .n_wrong = 1};
}

/* Is the bound of the value a fraction of what a scan takes for nothing? */
static bool is_sharp(double value, double delta)
{
    return delta <= SHARP_ULP * reference_ulp(fmax(fabs(value) - delta, 0));
}

/* f being value[i], off by delta[i] at most. */
static Status bound_by_values(const Reference *r, Judge *judge, int worker, const float *x,
                              const float *y, const double *value, const double *delta, size_t n,
                              Bounds *bounds, Err *err)
{
    KernelBounds k;
    r->level->values(value, delta, y, n, &k);
    *bounds = from_kernel(&k);
    return k.n_near == 0
               ? OK
               : settle_ties(judge, worker, x, y, value, delta, n, k.n_near, &bounds->n_wrong, err);
}

/* At most DIRECT_BLOCK inputs. */
static Status bound_directly(const Reference *r, Judge *judge, int worker, const float *x,
                             const float *y, size_t n, Bounds *bounds, Err *err)
{
    double inputs[DIRECT_BLOCK], value[DIRECT_BLOCK], delta[DIRECT_BLOCK];
    float known_x[DIRECT_BLOCK], known_y[DIRECT_BLOCK];
    const double *const arrays[] = {inputs};
    for (size_t i = 0; i < n; i++) inputs[i] = x[i];
    direct_double_run(r->direct[worker], arrays, n, value, delta);

    if (r->level->are_sharp(value, delta, n))
        return bound_by_values(r, judge, worker, x, y, value, delta, n, bounds, err);
    *bounds = (Bounds){0};
    size_t n_known = 0;
    for (size_t i = 0; i < n; i++) {
        const bool is_nan = isnan(value[i]) && delta[i] == 0;
        if (!is_nan && is_sharp(value[i], delta[i])) {
            value[n_known] = value[i];
            delta[n_known] = delta[i];
            known_x[n_known] = x[i];
            known_y[n_known++] = y[i];
            continue;
        }
        Bounds here = bound_at_nan(y[i]);
        const Status status = is_nan ? OK : oracle_part(judge, worker, &x[i], &y[i], 1, &here, err);
        if (status != OK) return status;
        add_bounds(bounds, &here);
    }
    Bounds known;
    const Status status =
        bound_by_values(r, judge, worker, known_x, known_y, value, delta, n_known, &known, err);
    add_bounds(bounds, &known);
    return status;
}

/* Inputs of one segment. */
static Status bound_part(const Reference *r, const Segment *segment, Judge *judge, int worker,
                         const float *x, const float *y, size_t n, Bounds *bounds, Err *err)
{
    switch (segment->kind) {
    case SEGMENT_POLY: return bound_by_poly(r, &segment->poly, judge, worker, x, y, n, bounds, err);
    case SEGMENT_NAN:
    case SEGMENT_HUGE: bound_by_class(segment, y, n, bounds); return OK;
    case SEGMENT_ORACLE: return oracle_part(judge, worker, x, y, n, bounds, err);
    case SEGMENT_DIRECT: break;
    }
    *bounds = (Bounds){0};
    for (size_t i = 0; i < n; i += DIRECT_BLOCK) {
        Bounds here;
        const size_t m = n - i < DIRECT_BLOCK ? n - i : DIRECT_BLOCK;
        const Status status = bound_directly(r, judge, worker, x + i, y + i, m, &here, err);
        if (status != OK) return status;
        add_bounds(bounds, &here);
    }
    return OK;
}

Status reference_bound(const Reference *r, Judge *judge, int worker, const float *x, const float *y,
                       size_t n, Bounds *bounds, ErrorAt *each, Err *err)
{
    Bounds here;
    Status status;
    *bounds = (Bounds){0};
    for (size_t i = 0; i < n;) {
        const Segment *segment = segment_find(&r->segments, x[i]);
        const size_t end = segment_end(segment, x, i, n);
        if (each == NULL) {
            status = bound_part(r, segment, judge, worker, x + i, y + i, end - i, &here, err);
            if (status != OK) return status;
            add_bounds(bounds, &here);
        }
        for (size_t j = i; each != NULL && j < end; j++) {
            status = bound_part(r, segment, judge, worker, x + j, y + j, 1, &here, err);
            if (status != OK) return status;
            each[j] = here.most;
            add_bounds(bounds, &here);
        }
        i = end;
    }
    return OK;
}

/* Has the polynomial so little range that it comes near no tie? As where f is about 1 + x and x is tiny. The range may
   lie in two binades, whose ties differ. */
static bool is_far_from_ties(const Poly *poly, double reach)
{
    const double middle = fabs(poly->coefficient[0]);
    double spread = poly->delta;
    for (int k = 1; k <= poly->degree; k++) spread += fabs(poly->coefficient[k]);
    if (!(spread < middle)) return false;
    const double ulp[] = {reference_ulp(middle - spread), reference_ulp(middle + spread)};
    for (int i = 0; i < 2; i++) {
        const double t = middle / ulp[i], distance = 0.5 - fabs(t - rint(t));
        if (distance * ulp[i] <= spread + reach * ulp[1]) return false;
    }
    return true;
}

/* Values of f by the direct evaluation, or by the oracle where that is not good enough; NaN where neither tells. */
static void values_of_part(const Reference *r, const Segment *segment, Judge *judge, int worker,
                           const float *x, size_t n, double *value)
{
    if (segment->kind == SEGMENT_POLY) {
        r->level->evaluate(&segment->poly, x, n, value);
        return;
    }
    for (size_t start = 0; start < n; start += DIRECT_BLOCK) {
        const size_t m = n - start < DIRECT_BLOCK ? n - start : DIRECT_BLOCK;
        double inputs[DIRECT_BLOCK], delta[DIRECT_BLOCK];
        const double *const arrays[] = {inputs};
        for (size_t i = 0; i < m; i++) inputs[i] = x[start + i];
        for (size_t i = 0; i < m; i++) delta[i] = INFINITY;
        if (segment->kind == SEGMENT_DIRECT)
            direct_double_run(r->direct[worker], arrays, m, value + start, delta);
        for (size_t i = 0; i < m; i++) {
            double *v = &value[start + i], rest;
            if (delta[i] <= SHARP_ULP * reference_ulp(*v)) continue;
            if (oracle_double_double(judge->oracle[worker], &inputs[i], v, &rest, NULL) != OK)
                *v = NAN;
        }
    }
}

size_t reference_near_ties(const Reference *r, Judge *judge, int worker, const float *x, size_t n,
                           double reach, uint16_t *index)
{
    double value[KERNEL_BLOCK];
    uint16_t found[KERNEL_BLOCK];
    size_t n_found = 0;
    for (size_t i = 0; i < n;) {
        const Segment *segment = segment_find(&r->segments, x[i]);
        const size_t end = segment_end(segment, x, i, n);
        const bool has_none = segment->kind == SEGMENT_NAN || segment->kind == SEGMENT_HUGE;
        const bool is_flat =
            segment->kind == SEGMENT_POLY && is_far_from_ties(&segment->poly, reach);
        if (!has_none && !is_flat) {
            values_of_part(r, segment, judge, worker, x + i, end - i, value);
            const size_t m = r->level->near_ties(value, end - i, reach, found);
            for (size_t k = 0; k < m; k++) index[n_found++] = (uint16_t)(i + found[k]);
        }
        i = end;
    }
    return n_found;
}
