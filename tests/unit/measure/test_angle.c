/* sin, cos and tan of large doubles and of all floats, judged by the oracle: anywhere, and where a multiple of pi/2 is as near as it
   gets. */
#include "runtime/measure/angle.h"
#include "runtime/measure/reference_level.h"

#include "runtime/base/rng.h"
#include "runtime/oracle/oracle.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

typedef struct {
    const char *name;
    double (*f)(double);
    double ulps;
} Row;

static const Row ROWS[] = {{"sin", angle_sin, 3}, {"cos", angle_cos, 3}, {"tan", angle_tan, 4}};

static Oracle *oracle_of(const char *function)
{
    Goal *goal = parsed_spec((SpecText){.what = function, .type = "f64", .domain = {"[-1,1]"}});
    Oracle *oracle = oracle_new(&goal->reference, NULL, 0);
    free(goal);
    return oracle;
}

static double ulps_off(Oracle *oracle, const Row *row, double x)
{
    ErrorAt error;
    Err err = {0};
    if (oracle_error(oracle, &x, TYPE_F64, row->f(x), 0, &error, &err) != OK)
        fail_msg("%s", err.text);
    return error.ulp;
}

static void check(double (*input)(Rng *rng, int i), int n)
{
    for (size_t r = 0; r < sizeof ROWS / sizeof *ROWS; r++) {
        Oracle *oracle = oracle_of(ROWS[r].name);
        Rng rng = rng_new(7, r);
        for (int i = 0; i < n; i++) {
            const double x = input(&rng, i);
            const double off = ulps_off(oracle, &ROWS[r], x);
            if (!(off <= ROWS[r].ulps)) fail_msg("%s(%a): off by %g ulp", ROWS[r].name, x, off);
        }
        oracle_free(oracle);
    }
}

static double anywhere(Rng *rng, int i)
{
    const double x = ldexp(1 + rng_unit(rng), 16 + (int)rng_below(rng, 1007));
    return i & 1 ? -x : x;
}

static void anywhere_up_to_the_largest(void **state) { check(anywhere, 20000); }

/* The values nearest to multiples of pi/2: an f64 (the nearest of all), floats, and multiples rounded to double. */
static double hard(Rng *rng, int i)
{
    static const double KNOWN[] = {0x1.6ac5b262ca1ffp+849,
                                   0x1.28ac8p+72,
                                   0x1.ddebdep+90,
                                   0x1.fffffffffffffp+1023,
                                   0x1p1023,
                                   1e5,
                                   100000.5};
    enum { N = sizeof KNOWN / sizeof *KNOWN };
    if (i < N) return KNOWN[i];
    return ldexp(rint(ldexp(rng_unit(rng), 26)), (int)rng_below(rng, 3)) * 0x1.921fb54442d18p+0 +
           2e5;
}

static void beside_multiples_of_a_quarter_turn(void **state) { check(hard, 5000); }

static void small_and_special_arguments_are_the_librarys(void **state)
{
    static const double X[] = {0, -0.0, 1, -2.5, 99999, 0x1p-1074};
    for (size_t i = 0; i < sizeof X / sizeof *X; i++) {
        assert_true(angle_sin(X[i]) == sin(X[i]));
        assert_true(angle_cos(X[i]) == cos(X[i]));
        assert_true(angle_tan(X[i]) == tan(X[i]));
    }
    assert_true(isnan(angle_sin(INFINITY)));
    assert_true(isnan(angle_cos(NAN)));
    assert_true(isnan(angle_tan(-INFINITY)));
}

/* -- floats ---------------------------------------------------------------------------- */

typedef struct {
    AngleFunction function;
    double rel; /* what angle.h promises */
} FloatRow;

static const FloatRow FLOAT_ROWS[] = {
    {ANGLE_SIN, 3 * 0x1p-52}, {ANGLE_COS, 3 * 0x1p-52}, {ANGLE_TAN, 6 * 0x1p-52}};

/* The floats nearest to multiples of pi/2, those in their binades nearest first; the ends of the range. */
static const double WORST_FLOATS[] = {
    0x1.f37c8ap+95, 0x1.47d0fep+34,  0x1.f9cbe2p+7, 0x1.2d97c8p+2,   0x1.921fb6p+0, 0x1.28ac8p+72,
    0x1.ddebdep+90, 0x1.6ac5b2p+49,  0x1.6ac5b2p+0, 0x1.fffffep+127, 0x1p+127,      0x1p-149,
    0x1.8p-148,     0x1.fffffcp-127, 0x1p-126,      0x1.fffffep-31,  0x1.921fb4p-1, 0x1.921fb6p-1,
    0x1.921fb4p+0,  0x1.921fb6p+1,   0x1p+24,       0x1.fffffep+23,  0x1p-27,       0x1p-54,
};
enum { N_WORST = sizeof WORST_FLOATS / sizeof *WORST_FLOATS };

/* Bits at random; a multiple of pi/2 rounded; a list, of both signs. */
static double any_float(Rng *rng, size_t i)
{
    float x;
    const double sign = i & 1 ? -1 : 1;
    if (i < 2 * (size_t)N_WORST) return sign * WORST_FLOATS[i / 2];
    if (i % 3 == 0)
        return sign *
               (float)(rint(ldexp(rng_unit(rng), (int)rng_below(rng, 100))) * 0x1.921fb54442d18p+0);
    const uint32_t bits = (uint32_t)rng_next(rng);
    memcpy(&x, &bits, sizeof x);
    return isfinite(x) ? x : 0;
}

static double relative_error(Oracle *oracle, double x, double got)
{
    ErrorAt error;
    Err err = {0};
    if (oracle_error(oracle, &x, TYPE_F64, got, 0, &error, &err) != OK) fail_msg("%s", err.text);
    return error.rel;
}

/* In runs of any length: alone, as neighbours of other binades, by the level without vectors of four. */
static void floats_are_within_what_is_promised(void **state)
{
    enum { N = 8001 };
    static double x[N], y[N];
    for (size_t r = 0; r < sizeof FLOAT_ROWS / sizeof *FLOAT_ROWS; r++) {
        const FloatRow *row = &FLOAT_ROWS[r];
        Oracle *oracle = oracle_of(ROWS[r].name);
        Rng rng = rng_new(11, r);
        for (size_t i = 0; i < N; i++) x[i] = any_float(&rng, i);
        angle_of_floats(row->function, x, N, y);
        for (size_t i = 0; i < N; i++) {
            const double off = relative_error(oracle, x[i], y[i]);
            if (!(off <= row->rel))
                fail_msg("%s(%a): off by %g of itself", ROWS[r].name, x[i], off);
        }
        for (size_t i = 0; i < 2 * (size_t)N_WORST; i++) {
            AngleParts parts;
            angle_parts(fabs(x[i]) < 0x1p-126 ? -126 : ilogb(x[i]), &parts);
            REFERENCE_LEVEL_PORTABLE.angles(row->function, &parts, &x[i], 1, &y[i]);
            const double off = relative_error(oracle, x[i], y[i]);
            if (!(off <= row->rel))
                fail_msg("%s(%a), portable: off by %g of itself", ROWS[r].name, x[i], off);
        }
        oracle_free(oracle);
    }
}

/* Whole vectors and what is left over have the same bits, and nothing behind the end is written. */
static void floats_do_not_depend_on_their_neighbours(void **state)
{
    enum { N = 13 };
    for (int first = -126; first < 128; first += 7) {
        double x[N], y[N + 1], alone;
        for (int i = 0; i < N; i++) x[i] = (i & 1 ? -1 : 1) * ldexp(1 + i * 0x1p-23, first);
        for (size_t r = 0; r < sizeof FLOAT_ROWS / sizeof *FLOAT_ROWS; r++)
            for (size_t n = 1; n <= N; n++) {
                y[n] = 42;
                angle_of_floats(FLOAT_ROWS[r].function, x, n, y);
                assert_true(y[n] == 42);
                for (size_t i = 0; i < n; i++) {
                    angle_of_floats(FLOAT_ROWS[r].function, &x[i], 1, &alone);
                    assert_true(y[i] == alone);
                }
            }
    }
}

/* Without any one of its parts 2/pi is not good enough, and the oracle sees that at the worst inputs. */
static void every_part_counts(void **state)
{
    Oracle *oracle = oracle_of("sin");
    for (int k = 0; k < 4; k++) {
        double most = 0;
        for (size_t i = 0; i < N_WORST; i++) {
            AngleParts parts;
            double y;
            const double x = WORST_FLOATS[i];
            angle_parts(x < 0x1p-126 ? -126 : ilogb(x), &parts);
            parts.part[k] = 0;
            reference_level()->angles(ANGLE_SIN, &parts, &x, 1, &y);
            most = fmax(most, relative_error(oracle, x, y));
        }
        if (!(most > 16 * FLOAT_ROWS[0].rel)) fail_msg("part %d is not missed: %g", k, most);
    }
    oracle_free(oracle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anywhere_up_to_the_largest),
        cmocka_unit_test(beside_multiples_of_a_quarter_turn),
        cmocka_unit_test(small_and_special_arguments_are_the_librarys),
        cmocka_unit_test(floats_are_within_what_is_promised),
        cmocka_unit_test(floats_do_not_depend_on_their_neighbours),
        cmocka_unit_test(every_part_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
