/* The loops of reference_level.h, to be compiled once for each level: the including file
   defines LEVEL, LEVEL_NAME and LANES, the doubles in a vector. Vectors are spelled out (a
   GCC and clang extension): the compilers do not find them in a loop over single results. */
#include "runtime/measure/reference_level.h"

#include <math.h>
#include <string.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

typedef double Doubles __attribute__((vector_size(8 * LANES)));
typedef int64_t Masks __attribute__((vector_size(8 * LANES))); /* of each lane: -1 or 0 */
typedef float Floats __attribute__((vector_size(4 * LANES)));
typedef int32_t FloatMasks __attribute__((vector_size(4 * LANES)));

typedef struct {
    Doubles ulp, rel, abs;
    FloatMasks n_wrong, n_near;
} Totals;

static inline double larger(double a, double b) { return a > b ? a : b; }

static inline __attribute__((always_inline)) Doubles all(double x) { return (Doubles){0} + x; }

/* max_of is a > b ? a : b, so b where either is NaN, as the instruction has it; compilers see neither in the general form. */
#if defined(__AVX2__)
static inline __attribute__((always_inline)) Doubles pick(Masks mask, Doubles a, Doubles b)
{
    return _mm256_blendv_pd(b, a, (Doubles)mask);
}

static inline __attribute__((always_inline)) Doubles max_of(Doubles a, Doubles b)
{
    return _mm256_max_pd(a, b);
}
#else
static inline __attribute__((always_inline)) Doubles pick(Masks mask, Doubles a, Doubles b)
{
    return (Doubles)((mask & (Masks)a) | (~mask & (Masks)b));
}

static inline __attribute__((always_inline)) Doubles max_of(Doubles a, Doubles b)
{
    return pick(a > b, a, b);
}
#endif

/* 1 / ulp of f32 for magnitudes: 2^e <= m < 2^(e+1) with e clamped to the floats' range; the ulp is 2^(e-23). */
static inline __attribute__((always_inline)) Doubles inverse_ulp(Doubles m)
{
    Doubles power = max_of(m, all(0x1p-126));
    power = pick(power < all(0x1p127), power, all(0x1p127));
    const Masks exponent = (Masks)power & 0x7ff0000000000000;
    return (Doubles)(0x7fe0000000000000 - exponent) * 0x1p23;
}

/* The errors of LANES results against f = ref +- delta. */
static inline __attribute__((always_inline)) void judge_some(Totals *m, Doubles ref, Doubles delta,
                                                             Floats y, bool may_overflow)
{
    const Masks absolute = (Masks){0} + 0x7fffffffffffffff;
    const Doubles zero = {0}, infinite = all(INFINITY);
    const Doubles got = __builtin_convertvector(y, Doubles);
    const Doubles magnitude = (Doubles)((Masks)ref & absolute);
    Doubles d = got - ref;
    d = pick(d == d, (Doubles)((Masks)d & absolute), infinite); /* NaN where f is a number */
    Doubles num = d + delta;
    if (may_overflow) {
        /* f rounds to infinity from half an ulp above the largest float. */
        const Doubles edge = all(0x1.ffffffp127), largest = all(0x1.fffffep127);
        const Masks is_right =
            ((ref - delta >= edge) & (got > largest)) | ((ref + delta <= -edge) & (got < -largest));
        num = pick(is_right, zero, num);
    }
    const Doubles low = max_of(magnitude - delta, zero);

    const Doubles ulp = num * inverse_ulp(low);
    const Masks counts = ulp > NEGLIGIBLE_ULP;

    /* A result of 0 is off by exactly 1, unless f = 0 too. */
    Doubles rel = pick(got == zero, all(1), num / low);
    if (may_overflow) rel = pick(num == infinite, infinite, rel); /* f may be infinite, too */
    rel = pick((num != zero) & ~(rel <= NEGLIGIBLE_ULP * 0x1p-24), rel, zero);

    m->ulp = max_of((Doubles)((Masks)ulp & counts), m->ulp);
    m->rel = max_of(rel, m->rel);
    m->abs = max_of((Doubles)((Masks)num & counts), m->abs);

    const Floats below = __builtin_convertvector(ref - delta, Floats);
    const Floats above = __builtin_convertvector(ref + delta, Floats);
    m->n_near -= below != above;
    m->n_wrong -= (below == above) & (y != below);
}

static inline __attribute__((always_inline)) void judge_all(const double *ref, const double *deltas,
                                                            double delta, const float *y, size_t n,
                                                            bool may_overflow, KernelBounds *out)
{
    Totals m = {0};
    Doubles some_refs, some_deltas = all(delta);
    Floats some_y;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        memcpy(&some_refs, ref + i, sizeof some_refs);
        if (deltas != NULL) memcpy(&some_deltas, deltas + i, sizeof some_deltas);
        memcpy(&some_y, y + i, sizeof some_y);
        judge_some(&m, some_refs, some_deltas, some_y, may_overflow);
    }
    if (i < n) { /* the rest, filled up with results that are right: 0 for 0 */
        some_refs = some_deltas = (Doubles){0};
        some_y = (Floats){0};
        for (size_t lane = 0; i + lane < n; lane++) {
            some_refs[lane] = ref[i + lane];
            some_deltas[lane] = deltas != NULL ? deltas[i + lane] : delta;
            some_y[lane] = y[i + lane];
        }
        judge_some(&m, some_refs, some_deltas, some_y, may_overflow);
    }
    *out = (KernelBounds){0};
    for (int lane = 0; lane < LANES; lane++) {
        out->ulp = larger(m.ulp[lane], out->ulp);
        out->rel = larger(m.rel[lane], out->rel);
        out->abs = larger(m.abs[lane], out->abs);
        out->n_wrong += (uint64_t)m.n_wrong[lane];
        out->n_near += (uint64_t)m.n_near[lane];
    }
}

static inline __attribute__((always_inline)) void evaluate(const Poly *poly, int degree,
                                                           const float *x, size_t n, double *ref)
{
    const double center = poly->center, scale = poly->scale;
    for (size_t i = 0; i < n; i++) {
        const double t = ((double)x[i] - center) * scale;
        double value = poly->coefficient[degree];
        for (int k = degree - 1; k >= 0; k--) value = value * t + poly->coefficient[k];
        ref[i] = value;
    }
}

static void evaluate_poly(const Poly *poly, const float *x, size_t n, double *ref)
{
    switch (poly->degree) {
    case 0: evaluate(poly, 0, x, n, ref); break;
    case 4: evaluate(poly, 4, x, n, ref); break;
    case 8: evaluate(poly, 8, x, n, ref); break;
    default: evaluate(poly, 16, x, n, ref); break;
    }
}

static void judge_poly(const Poly *poly, const float *x, const float *y, size_t n,
                       KernelBounds *out)
{
    double ref[KERNEL_BLOCK];
    evaluate_poly(poly, x, n, ref);
    if (poly->may_overflow)
        judge_all(ref, NULL, poly->delta, y, n, true, out);
    else
        judge_all(ref, NULL, poly->delta, y, n, false, out);
}

static void judge_values(const double *ref, const double *delta, const float *y, size_t n,
                         KernelBounds *out)
{
    judge_all(ref, delta, 0, y, n, true, out);
}

static bool are_sharp(const double *ref, const double *delta, size_t n)
{
    const Masks absolute = (Masks){0} + 0x7fffffffffffffff;
    Masks are_all = ~(Masks){0};
    bool is_all = n >= LANES;
    for (size_t i = 0; is_all && i < n; i += LANES) {
        const size_t at = i + LANES <= n ? i : n - LANES;
        Doubles some, bound;
        memcpy(&some, ref + at, sizeof some);
        memcpy(&bound, delta + at, sizeof bound);
        const Doubles low = max_of((Doubles)((Masks)some & absolute) - bound, (Doubles){0});
        are_all &= (some == some) & (bound * inverse_ulp(low) <= SHARP_ULP);
    }
    for (int lane = 0; lane < LANES; lane++) is_all &= are_all[lane] != 0;
    return is_all;
}

/* How far |ref| is from a tie, in ulps: in units of an ulp a value is t, at most 2^24, which 2^52 rounds to an
   integer; a tie is where that takes half a unit. */
static inline __attribute__((always_inline)) Doubles tie_distance(Doubles ref)
{
    const Masks absolute = (Masks){0} + 0x7fffffffffffffff;
    const Doubles magnitude = (Doubles)((Masks)ref & absolute);
    const Doubles t = magnitude * inverse_ulp(magnitude);
    const Doubles rest = t - ((t + 0x1p52) - 0x1p52);
    return 0.5 - (Doubles)((Masks)rest & absolute);
}

static size_t near_ties(const double *ref, size_t n, double reach, uint16_t *index)
{
    enum { GROUP = 8 * LANES }; /* most have none */
    size_t n_found = 0;
    for (size_t start = 0; start < n; start += GROUP) {
        double group[GROUP];
        const size_t m = n - start < GROUP ? n - start : GROUP;
        memcpy(group, ref + start, m * sizeof *group);
        for (size_t i = m; i < GROUP; i++) group[i] = 0;
        Masks is_near[8], is_any = {0};
        for (int k = 0; k < 8; k++) {
            Doubles some;
            memcpy(&some, group + k * LANES, sizeof some);
            is_near[k] = tie_distance(some) <= reach;
            is_any |= is_near[k];
        }
        int64_t any = 0;
        for (int lane = 0; lane < LANES; lane++) any |= is_any[lane];
        for (size_t i = 0; i < m && any != 0; i++)
            if (is_near[i / LANES][i % LANES]) index[n_found++] = (uint16_t)(start + i);
    }
    return n_found;
}

#include "runtime/measure/angle_kernel.h"

const ReferenceLevel LEVEL = {LEVEL_NAME, judge_poly, judge_values, evaluate_poly,
                              near_ties,  are_sharp,  angles};
