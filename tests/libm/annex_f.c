/* Special values of every function of the library, in all forms that this machine runs, beside a table of what C's Annex F (C23, F.10) says. The table is
   written here by hand, so it knows nothing of the oracle's. functions.inc: as for forms.c. */
#include "approxm.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DENORM 0x1p-149f
#define INF INFINITY
enum { N_VALUES = 8 };

/* NONE: Annex F says nothing of this input, or no more than that the result is rounded well; SAME: the input itself. */
static const float NONE = 12345, SAME = 54321;

/* Values at the column's input; what has no exact value is the nearest float, from the constant's decimal digits. */
typedef struct {
    const char *name;
    float at_zero, at_minus_zero, at_inf, at_minus_inf, at_one, at_minus_one, at_two, at_denorm;
} Row;

static const float INPUT[N_VALUES] = {0, -0.0f, INF, -INF, 1, -1, 2, DENORM};

static const Row TABLE[] = {
    /*             +0      -0      +inf    -inf    1      -1     2      2^-149 */
    {"acosf", NONE, NONE, NAN, NAN, 0.0f, NONE, NAN, NONE},
    {"asinf", SAME, SAME, NAN, NAN, NONE, NONE, NAN, SAME},
    {"atanf", SAME, SAME, 1.57079632679f, -1.57079632679f, NONE, NONE, NONE, SAME},
    {"cosf", 1, 1, NAN, NAN, NONE, NONE, NONE, 1},
    {"sinf", SAME, SAME, NAN, NAN, NONE, NONE, NONE, SAME},
    {"tanf", SAME, SAME, NAN, NAN, NONE, NONE, NONE, SAME},
    {"acoshf", NAN, NAN, INF, NAN, 0.0f, NAN, NONE, NAN},
    {"asinhf", SAME, SAME, INF, -INF, NONE, NONE, NONE, SAME},
    {"atanhf", SAME, SAME, NAN, NAN, INF, -INF, NAN, SAME},
    {"coshf", 1, 1, INF, INF, NONE, NONE, NONE, 1},
    {"sinhf", SAME, SAME, INF, -INF, NONE, NONE, NONE, SAME},
    {"tanhf", SAME, SAME, 1, -1, NONE, NONE, NONE, SAME},
    {"cospif", 1, 1, NAN, NAN, -1, -1, 1, 1},
    {"sinpif", SAME, SAME, NAN, NAN, 0.0f, -0.0f, 0.0f, NONE},
    {"tanpif", SAME, SAME, NAN, NAN, -0.0f, 0.0f, 0.0f, NONE},
    {"expf", 1, 1, INF, 0.0f, NONE, NONE, NONE, 1},
    {"exp2f", 1, 1, INF, 0.0f, 2, 0.5f, 4, 1},
    {"exp10f", 1, 1, INF, 0.0f, NONE, NONE, NONE, 1},
    {"expm1f", SAME, SAME, INF, -1, NONE, NONE, NONE, SAME},
    {"logf", -INF, -INF, INF, NAN, 0.0f, NAN, NONE, NONE},
    {"log2f", -INF, -INF, INF, NAN, 0.0f, NAN, NONE, NONE},
    {"log10f", -INF, -INF, INF, NAN, 0.0f, NAN, NONE, NONE},
    {"log1pf", SAME, SAME, INF, NAN, NONE, -INF, NONE, SAME},
    {"cbrtf", SAME, SAME, INF, -INF, NONE, NONE, NONE, NONE},
    {"rsqrtf", INF, -INF, 0.0f, NAN, 1, NAN, NONE, NONE},
    {"erff", SAME, SAME, 1, -1, NONE, NONE, NONE, NONE},
    {"erfcf", 1, 1, 0.0f, 2, NONE, NONE, NONE, 1},
    {"approx_lgammaf", INF, INF, INF, INF, 0.0f, INF, 0.0f, NONE},
    {"tgammaf", INF, -INF, INF, NAN, NONE, NAN, NONE, INF},
    /* Not of C: the limits. */
    {"approx_sigmoidf", 0.5f, 0.5f, 1, 0.0f, NONE, NONE, NONE, 0.5f},
    {"approx_softplusf", NONE, NONE, INF, 0.0f, NONE, NONE, NONE, NONE},
    {"approx_normcdff", 0.5f, 0.5f, 1, 0.0f, NONE, NONE, NONE, 0.5f},
    {"approx_logitf", -INF, -INF, NAN, NAN, INF, NAN, NAN, NONE},
    {"approx_sincf", 1, 1, NONE, NONE, NONE, NONE, NONE, 1},
};

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Zeros with their signs; any NaN is a NaN. */
static int is_as(float expected, float x, float y)
{
    if (expected == NONE) return 1;
    if (expected == SAME) expected = x;
    return expected != expected ? y != y : bits_of(expected) == bits_of(y);
}

static int n_checks, n_faults;

static void check(const char *name, const char *form, float expected, float x, float y)
{
    n_checks += expected != NONE;
    if (is_as(expected, x, y)) return;
    n_faults++;
    printf("%s(%a), %s: %a, expected %a\n", name, (double)x, form, (double)y,
           (double)(expected == SAME ? x : expected));
}

/* Where results leave the range, at the ends of domains, and where they are exact. */
typedef struct {
    const char *name;
    float x, y;
} Point;

static const Point POINTS[] = {
    {"expf", 89, INF},          {"expf", -104, 0.0f},      {"exp2f", 128, INF},
    {"exp2f", -151, 0.0f},      {"exp2f", -149, DENORM},   {"exp2f", 127, 0x1p127f},
    {"exp10f", 39, INF},        {"exp10f", -46, 0.0f},     {"exp10f", 3, 1000},
    {"expm1f", 89, INF},        {"expm1f", -104, -1},      {"coshf", 90, INF},
    {"coshf", -90, INF},        {"sinhf", 90, INF},        {"sinhf", -90, -INF},
    {"tanhf", 100, 1},          {"tanhf", -100, -1},       {"log2f", 0x1p100f, 100},
    {"log2f", DENORM, -149},    {"log10f", 1000, 3},       {"log10f", 0x1.2a05f2p+33f, 10},
    {"logf", -DENORM, NAN},     {"log2f", -DENORM, NAN},   {"log10f", -DENORM, NAN},
    {"log1pf", -1.5f, NAN},     {"rsqrtf", -DENORM, NAN},  {"rsqrtf", 4, 0.5f},
    {"rsqrtf", 0x1p-148f, 0x1p74f}, {"cbrtf", 27, 3},      {"cbrtf", -0x1p-147f, -0x1p-49f},
    {"acosf", 1.0000001f, NAN}, {"asinf", -1.0000001f, NAN}, {"acoshf", 0.99999994f, NAN},
    {"atanhf", 1.0000001f, NAN}, {"cospif", 0.5f, 0.0f},   {"cospif", -0.5f, 0.0f},
    {"cospif", 1.5f, 0.0f},     {"cospif", 0x1p30f, 1},    {"sinpif", 0.5f, 1},
    {"sinpif", 1.5f, -1},       {"sinpif", -3, -0.0f},     {"sinpif", 0x1p30f, 0.0f},
    {"sinpif", -0x1p30f, -0.0f}, {"tanpif", 0.5f, INF},    {"tanpif", 1.5f, -INF},
    {"tanpif", -0.5f, -INF},    {"tanpif", 2, 0.0f},       {"tanpif", 3, -0.0f},
    {"tanpif", -3, 0.0f},       {"tanpif", -2, -0.0f},     {"erff", 10, 1},
    {"erff", -10, -1},          {"erfcf", 20, 0.0f},       {"erfcf", -20, 2},
    {"tgammaf", 5, 24},         {"tgammaf", 36, INF},      {"tgammaf", -2, NAN},
    {"tgammaf", -0x1p30f, NAN}, {"tgammaf", -DENORM, -INF}, {"approx_lgammaf", -3, INF},
    {"approx_lgammaf", 0x1.fffffep127f, INF}, {"approx_sigmoidf", -200, 0.0f},
    {"approx_softplusf", -200, 0.0f}, {"approx_normcdff", -20, 0.0f},
};

/* -- the forms --------------------------------------------------------------------------------- */

typedef float (*One)(float);

#define VECTOR_FORM(form, abi, lanes, name)                                                        \
    static float form##_##name(float x)                                                            \
    {                                                                                              \
        float lane[lanes], result[lanes];                                                          \
        approxm_f32x##lanes v;                                                                     \
        for (int i = 0; i < lanes; i++) lane[i] = i == lanes - 2 ? x : 0.5f + (float)i; /* beside usual values */ \
        memcpy(&v, lane, sizeof v);                                                                \
        v = abi##name(v);                                                                          \
        memcpy(result, &v, sizeof v);                                                              \
        return result[lanes - 2];                                                                  \
    }
#define FUNCTION(name, array)                                                                      \
    static float array_##name(float x)                                                             \
    {                                                                                              \
        float y;                                                                                   \
        array(&x, &y, 1);                                                                          \
        return y;                                                                                  \
    }
#include "each_form.h"

static void look(const char *name, const char *form, One f)
{
    const One volatile call = f; /* the compiler knows expf, too */
    check(name, form, NAN, NAN, call(NAN));
    check(name, form, NAN, -NAN, call(-NAN));
    for (unsigned r = 0; r < sizeof TABLE / sizeof *TABLE; r++) {
        if (strcmp(TABLE[r].name, name) != 0) continue;
        const float *expected = &TABLE[r].at_zero;
        for (int i = 0; i < N_VALUES; i++) check(name, form, expected[i], INPUT[i], call(INPUT[i]));
    }
    for (unsigned p = 0; p < sizeof POINTS / sizeof *POINTS; p++)
        if (strcmp(POINTS[p].name, name) == 0)
            check(name, form, POINTS[p].y, POINTS[p].x, call(POINTS[p].x));
}

int main(void)
{
#define FUNCTION(name, array) look(#name, "one value", name), look(#name, "array", array_##name);
#define FORM_B(name) look(#name, "b", b_##name);
#define FORM_C(name) look(#name, "c", c_##name);
#define FORM_D(name) look(#name, "d", d_##name);
#ifdef __AVX512F__
#define FORM_E(name) look(#name, "e", e_##name);
#else
#define FORM_E(name)
#endif
#define FORM_N2(name) look(#name, "n of 64 bits", n2_##name);
#define FORM_N(name) look(#name, "n", n_##name);
#include "functions.inc"
    printf("%d values, %d wrong\n", n_checks, n_faults);
    return n_faults > 0 || n_checks == 0;
}
