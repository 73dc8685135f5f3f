/* sin, cos and tan of large doubles, judged by the oracle: anywhere, and where a multiple of pi/2 is as near as it gets. */
#include "runtime/measure/angle.h"

#include "runtime/base/rng.h"
#include "runtime/oracle/oracle.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct {
    const char *name;
    double (*f)(double);
    double ulps;
} Row;

static const Row ROWS[] = {{"sin", angle_sin, 3}, {"cos", angle_cos, 3}, {"tan", angle_tan, 4}};

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
        Goal *goal =
            parsed_spec((SpecText){.what = ROWS[r].name, .type = "f64", .domain = {"[-1,1]"}});
        Oracle *oracle = oracle_new(&goal->reference, NULL, 0);
        Rng rng = rng_new(7, r);
        for (int i = 0; i < n; i++) {
            const double x = input(&rng, i);
            const double off = ulps_off(oracle, &ROWS[r], x);
            if (!(off <= ROWS[r].ulps)) fail_msg("%s(%a): off by %g ulp", ROWS[r].name, x, off);
        }
        oracle_free(oracle);
        free(goal);
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
    static const double KNOWN[] = {0x1.6ac5b262ca1ffp+849, 0x1.28ac8p+72, 0x1.ddebdep+90,
                                   0x1.fffffffffffffp+1023, 0x1p1023, 1e5, 100000.5};
    enum { N = sizeof KNOWN / sizeof *KNOWN };
    if (i < N) return KNOWN[i];
    return ldexp(rint(ldexp(rng_unit(rng), 26)), (int)rng_below(rng, 3)) * 0x1.921fb54442d18p+0 + 2e5;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anywhere_up_to_the_largest),
        cmocka_unit_test(beside_multiples_of_a_quarter_turn),
        cmocka_unit_test(small_and_special_arguments_are_the_librarys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
