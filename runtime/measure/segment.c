#include "runtime/measure/segment.h"

#include <math.h>
#include <stdlib.h>

enum {
    /* Segments shorter than this cost more to make than to do without. */
    SHORTEST_BESIDE_DIRECT = 16384,
    SHORTEST_BESIDE_ORACLE = 64,
    /* So many inputs cost the oracle far more than trying to do without it does. */
    LONGEST_OF_ORACLE = 8192,
    N_CHECKS = 4,
};

/* A polynomial is good enough if off by this much of an ulp; a short one may be
   worse. What is decided by the oracle grows with it. */
static const double GOOD_ULP = 0x1p-22, BEARABLE_ULP = 0x1p-16;

typedef __float128 Quad;

typedef struct {
    Segments *out;
    Judge *judge;
    int worker;
    DirectDouble *direct;
    Err *err;
} Builder;

/* What the oracle's enclosure of f over a segment says. */
typedef struct {
    double lo, hi;
    bool is_smooth;
} Enclosure;

double reference_ulp(double value)
{
    const double magnitude = fabs(value);
    return magnitude < 0x1p127 ? ulp_of(TYPE_F32, value) : magnitude * 0x1p-24;
}

static double input(int32_t ordered) { return value_from_ordered(TYPE_F32, ordered); }

static void add(Builder *b, int32_t first, int32_t last, SegmentKind kind, const Poly *poly)
{
    Segments *out = b->out;
    if (out->n > 0 && kind != SEGMENT_POLY) {
        Segment *before = &out->data[out->n - 1];
        const bool is_same = before->kind == kind && before->last + 1 == first;
        if (is_same &&
            (kind != SEGMENT_HUGE || before->poly.coefficient[0] * poly->coefficient[0] > 0)) {
            before->last = last;
            return;
        }
    }
    if (out->n == out->capacity) {
        out->capacity = out->capacity > 0 ? 2 * out->capacity : 64;
        out->data = xrealloc(out->data, (size_t)out->capacity * sizeof *out->data);
    }
    Segment *segment = &out->data[out->n++];
    *segment = (Segment){.first = first, .last = last, .kind = kind};
    if (poly != NULL) segment->poly = *poly;
}

static Status value_at(Builder *b, double x, Quad *value)
{
    double hi, lo;
    const Status status = oracle_double_double(b->judge->oracle[b->worker], &x, &hi, &lo, b->err);
    *value = (Quad)hi + lo;
    return status;
}

/* |f| is at least this on the segment, f being within `radius` of `middle` there. */
static double smallest(double middle, double radius) { return fmax(fabs(middle) - radius, 0); }

/* The polynomial through `degree` + 1 values. */
typedef struct {
    Quad node[POLY_DEGREE_MAX + 1]; /* t */
    Quad newton[POLY_DEGREE_MAX + 1];
    Quad coefficient[POLY_DEGREE_MAX + 1];
} Interpolant;

static void interpolate(Interpolant *p, const Quad *value, int degree)
{
    Quad table[POLY_DEGREE_MAX + 1];
    for (int i = 0; i <= degree; i++) table[i] = value[i];
    for (int k = 0; k <= degree; k++) {
        p->newton[k] = table[k];
        for (int i = degree; i > k; i--)
            table[i] = (table[i] - table[k]) / (p->node[i] - p->node[k]);
    }
    for (int k = 0; k <= degree; k++) p->coefficient[k] = 0;
    p->coefficient[0] = p->newton[degree];
    for (int k = degree - 1; k >= 0; k--) {
        /* p <- p * (t - node[k]) + newton[k] */
        for (int i = degree; i > 0; i--)
            p->coefficient[i] = p->coefficient[i - 1] - p->node[k] * p->coefficient[i];
        p->coefficient[0] = p->newton[k] - p->node[k] * p->coefficient[0];
    }
}

static Quad interpolant_at(const Interpolant *p, int degree, Quad t)
{
    Quad value = p->newton[degree];
    for (int k = degree - 1; k >= 0; k--) value = value * (t - p->node[k]) + p->newton[k];
    return value;
}

/* t with few enough bits that x = center + t / scale is exact in double: the
   polynomial passes through f where the oracle was asked, not beside it. */
static double short_t(double t) { return rint(t * 0x1p24) * 0x1p-24; }

/* Nodes in an order in which Newton's form is stable: each as far as possible from those before
   (Leja's). */
static void choose_nodes(Interpolant *p, int degree, double width)
{
    double t[POLY_DEGREE_MAX + 1];
    for (int i = 0; i <= degree; i++)
        t[i] = short_t(width * cos((2 * i + 1) * 3.14159265358979324 / (2 * degree + 2)));
    for (int k = 0; k <= degree; k++) {
        int chosen = k;
        double farthest = -1;
        for (int i = k; i <= degree; i++) {
            double product = 1;
            for (int j = 0; j < k; j++) product *= fabs(t[i] - t[j]);
            if (product > farthest) farthest = product, chosen = i;
        }
        const double swap = t[k];
        t[k] = t[chosen];
        t[chosen] = swap;
    }
    for (int i = 0; i <= degree; i++) p->node[i] = t[i];
}

/* Fits a polynomial of the degree to f over [first, last]; *error bounds how far it is off,
   counting its evaluation in double. f must be analytic there.

   The error of interpolation is f^(n+1)/(n+1)! times the node polynomial, which is
   as large at the ends and between all nodes: so a few checks there tell. The last term
   of the sum is added, since what is left out is smaller. */
static Status fit(Builder *b, int32_t first, int32_t last, int degree, Poly *poly)
{
    const double lo = input(first), hi = input(last);
    *poly = (Poly){.degree = degree, .center = lo + (hi - lo) / 2};
    int exponent;
    frexp((hi - lo) / 2, &exponent); /* radius < 2^exponent */
    poly->scale = ldexp(1, -exponent);
    const double width = (hi - poly->center) * poly->scale;

    Interpolant p = {0};
    Quad value[POLY_DEGREE_MAX + 1] = {0};
    Status status;
    choose_nodes(&p, degree, width);
    for (int i = 0; i <= degree; i++) {
        const double x = poly->center + (double)p.node[i] / poly->scale;
        if ((status = value_at(b, x, &value[i])) != OK) return status;
        if (!isfinite((double)value[i])) {
            poly->delta = INFINITY;
            return OK;
        }
    }
    interpolate(&p, value, degree);

    double checked = 0;
    for (int i = 0; i < N_CHECKS; i++) {
        /* Both ends, and two of the places where the node polynomial is largest. */
        const int j = i == 0 ? 0 : i == 1 ? degree + 1 : i == 2 ? degree / 3 + 1 : degree - 1;
        const double t = i == 0   ? width
                         : i == 1 ? (lo - poly->center) * poly->scale
                                  : short_t(width * cos(j * 3.14159265358979324 / (degree + 1)));
        Quad f;
        if ((status = value_at(b, poly->center + t / poly->scale, &f)) != OK) return status;
        checked = fmax(checked, fabs((double)(interpolant_at(&p, degree, t) - f)));
        if (!isfinite((double)f)) checked = INFINITY;
    }
    const double last_term = fabs((double)p.newton[degree]) * 2 * pow(width / 2, degree);

    /* Horner in double costs at most (2k + 1) half ulps of each term, rounding the
       coefficient one more. */
    double rounding = 0;
    for (int k = 0; k <= degree; k++) {
        poly->coefficient[k] = (double)p.coefficient[k];
        rounding += (2 * k + 2) * fabs(poly->coefficient[k]) * pow(width, k);
    }
    poly->delta = 4 * checked + last_term + rounding * 0x1.01p-53 + 0x1p-1060;
    if (!(poly->delta < INFINITY)) poly->delta = INFINITY;
    return OK;
}

/* How far off `poly` is, in ulps where |f| is smallest. */
static double poly_ulps(const Poly *poly, const Enclosure *enclosure)
{
    double radius = poly->delta;
    for (int k = 1; k <= poly->degree; k++) radius += fabs(poly->coefficient[k]);
    double least = smallest(poly->coefficient[0], radius);
    if (enclosure->lo > 0) least = fmax(least, enclosure->lo);
    if (enclosure->hi < 0) least = fmax(least, -enclosure->hi);
    return poly->delta / reference_ulp(least);
}

/* Tries rising degrees; *ulps is how far off the best is. */
static Status fit_best(Builder *b, int32_t first, int32_t last, const Enclosure *enclosure,
                       Poly *poly, double *ulps)
{
    static const int DEGREES[] = {4, 8, 16};
    *ulps = INFINITY;
    for (int i = 0; i < 3 && *ulps > GOOD_ULP; i++) {
        Poly next;
        const Status status = fit(b, first, last, DEGREES[i], &next);
        if (status != OK) return status;
        const double next_ulps = poly_ulps(&next, enclosure);
        if (!(next_ulps < *ulps)) continue;
        *poly = next;
        *ulps = next_ulps;
    }
    const double most = fmax(fabs(enclosure->lo), fabs(enclosure->hi));
    poly->may_overflow = !(most < 0x1p127);
    return OK;
}

static Status enclose(Builder *b, int32_t first, int32_t last, Enclosure *enclosure)
{
    const double lo = input(first), hi = input(last);
    /* Floats are multiples of the ulp of the least of them. */
    const double least = lo > 0 ? lo : hi < 0 ? -hi : 0;
    const int grid = least > 0 && isfinite(least) ? ilogb(ulp_of(TYPE_F32, least)) : -149;
    return oracle_enclose_multiples(b->judge->oracle[b->worker], &lo, &hi, grid, &enclosure->lo,
                                    &enclosure->hi, &enclosure->is_smooth, b->err);
}

static bool has_exact_point(const Builder *b, int32_t first, int32_t last)
{
    const Goal *goal = b->judge->goal;
    for (int i = 0; i < goal->n_exact; i++)
        if (input(first) <= goal->exact[i].x && goal->exact[i].x <= input(last)) return true;
    return false;
}

/* Is f had in double there, sharply enough? Where it is not, at single inputs, the oracle stands in; so one place of three will do. */
static bool is_direct(const Builder *b, int32_t first, int32_t last)
{
    enum { PLACES = 3 };
    if (b->direct == NULL) return false;
    double x[PLACES], value[PLACES], bound[PLACES];
    const double *const arrays[] = {x};
    for (int i = 0; i < PLACES; i++) x[i] = input(first + (last - first) / (PLACES + 1) * (i + 1));
    direct_double_run(b->direct, arrays, PLACES, value, bound);
    for (int i = 0; i < PLACES; i++)
        if (bound[i] == 0 || bound[i] <= BEARABLE_ULP * reference_ulp(smallest(value[i], bound[i])))
            return true;
    return false;
}

/* Segments that need no polynomial: NaN, out of the range of floats, or as good as constant. */
static bool is_simple(const Enclosure *e, SegmentKind *kind, Poly *poly)
{
    *poly = (Poly){.scale = 1};
    *kind = SEGMENT_NAN;
    if (isnan(e->lo) && isnan(e->hi)) return true;
    /* A finite end says that f is defined on all of the segment. */
    *kind = SEGMENT_HUGE;
    poly->coefficient[0] = e->lo > 0 ? 1 : -1;
    if (e->lo >= 0x1p1000 || e->hi <= -0x1p1000) return true;
    *kind = SEGMENT_POLY;
    /* Below 2^-250 a float result is 0 whatever the value. */
    const double most = fmax(fabs(e->lo), fabs(e->hi));
    poly->coefficient[0] = 0;
    poly->delta = most;
    if (most <= 0x1p-250) return true;
    if (isinf(most)) return false;
    poly->coefficient[0] = e->lo / 2 + e->hi / 2;
    poly->delta = (e->hi / 2 - e->lo / 2) * (1 + 0x1p-50) + fabs(poly->coefficient[0]) * 0x1p-53;
    poly->may_overflow = most >= 0x1p127;
    const double least = smallest(poly->coefficient[0], poly->delta);
    return poly->delta <= GOOD_ULP * reference_ulp(least);
}

static Status build(Builder *b, int32_t first, int32_t last);

static Status build_halves(Builder *b, int32_t first, int32_t last)
{
    const int32_t middle = first + (last - first) / 2;
    const Status status = build(b, first, middle);
    return status == OK ? build(b, middle + 1, last) : status;
}

/* Would short segments near `ordered` do? */
static Status is_worth_cutting(Builder *b, int32_t ordered, int32_t n, bool *is_worth)
{
    Enclosure enclosure;
    Poly poly;
    double ulps = INFINITY;
    Status status = enclose(b, ordered, ordered + n - 1, &enclosure);
    if (status == OK && enclosure.is_smooth)
        status = fit_best(b, ordered, ordered + n - 1, &enclosure, &poly, &ulps);
    *is_worth = ulps <= BEARABLE_ULP;
    return status;
}

static Status build(Builder *b, int32_t first, int32_t last)
{
    Status status;
    Enclosure enclosure;
    SegmentKind kind;
    Poly poly;
    const int32_t n = last - first + 1;
    if (judge_is_stopped(b->judge))
        return fail(b->err, ERR_INTERRUPTED, "interrupted while preparing the reference");
    if (has_exact_point(b, first, last)) {
        if (n > SHORTEST_BESIDE_ORACLE) return build_halves(b, first, last);
        add(b, first, last, SEGMENT_ORACLE, NULL);
        return OK;
    }
    if ((status = enclose(b, first, last, &enclosure)) != OK) return status;
    if (is_simple(&enclosure, &kind, &poly)) {
        add(b, first, last, kind, &poly);
        return OK;
    }
    const bool has_direct = is_direct(b, first, last);
    const SegmentKind otherwise = has_direct ? SEGMENT_DIRECT : SEGMENT_ORACLE;
    const int32_t shortest = has_direct ? SHORTEST_BESIDE_DIRECT : SHORTEST_BESIDE_ORACLE;
    if (n < shortest) {
        add(b, first, last, otherwise, NULL);
        return OK;
    }
    if (enclosure.is_smooth) {
        double ulps;
        if ((status = fit_best(b, first, last, &enclosure, &poly, &ulps)) != OK) return status;
        if (ulps <= (n < 2 * shortest ? BEARABLE_ULP : GOOD_ULP)) {
            add(b, first, last, SEGMENT_POLY, &poly);
            return OK;
        }
    }
    /* Before a long segment is cut into short ones, see whether any of them would do: not
       where f turns within a few floats, as sin(1e9) does. */
    if (n >= 16 * shortest && (has_direct || n <= LONGEST_OF_ORACLE)) {
        bool is_worth = false;
        for (int i = 1; i < 4 && !is_worth; i++)
            if ((status = is_worth_cutting(b, first + n / 4 * i + shortest * i / 2, shortest,
                                           &is_worth)) != OK)
                return status;
        if (!is_worth) {
            add(b, first, last, otherwise, NULL);
            return OK;
        }
    }
    return build_halves(b, first, last);
}

Status segments_build(Segments *out, Judge *judge, int worker, DirectDouble *direct, int32_t first,
                      int32_t last, Err *err)
{
    Builder builder = {.out = out, .judge = judge, .worker = worker, .direct = direct, .err = err};
    /* Zeros and infinities are the oracle's: it knows signs and limits. */
    const bool starts_special = first == 0 || isinf(input(first));
    const bool ends_special = last == -1 || isinf(input(last));
    if (starts_special || (ends_special && first == last)) {
        add(&builder, first, first, SEGMENT_ORACLE, NULL);
        if (first++ == last) return OK;
    }
    Status status = OK;
    if (first <= last - ends_special) status = build(&builder, first, last - ends_special);
    if (status == OK && ends_special) add(&builder, last, last, SEGMENT_ORACLE, NULL);
    return status;
}

static int32_t ordered_of(float x)
{
    const uint32_t bits = bits_of_float(x);
    return (int32_t)(bits >> 31 ? 0x7fffffffu - bits : bits);
}

const Segment *segment_find(const Segments *segments, float x)
{
    const int32_t ordered = ordered_of(x);
    int lo = 0, hi = segments->n - 1;
    while (lo < hi) {
        const int middle = lo + (hi - lo + 1) / 2;
        if (segments->data[middle].first <= ordered)
            lo = middle;
        else
            hi = middle - 1;
    }
    return &segments->data[lo];
}

size_t segment_end(const Segment *segment, const float *x, size_t i, size_t n)
{
    size_t end = i + 1, limit = n;
    while (end < limit) {
        const size_t middle = end + (limit - end) / 2;
        if (ordered_of(x[middle]) <= segment->last)
            end = middle + 1;
        else
            limit = middle;
    }
    return end;
}

double poly_value(const Poly *poly, float x)
{
    const double t = ((double)x - poly->center) * poly->scale;
    double value = poly->coefficient[poly->degree];
    for (int k = poly->degree - 1; k >= 0; k--) value = value * t + poly->coefficient[k];
    return value;
}
