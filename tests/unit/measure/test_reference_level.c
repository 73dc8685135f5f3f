/* The loops of the fast reference: every level says the same as the definitions. */
#include "runtime/measure/reference_level.h"
#include "runtime/measure/segment.h"
#include "tests/support/check.h"

#include <math.h>

enum { N = 11 };

static const ReferenceLevel *const LEVELS[] = {
    &REFERENCE_LEVEL_PORTABLE,
#if defined(__x86_64__)
    &REFERENCE_LEVEL_AVX2,
#endif
};

static int n_levels(void) /* those that run here: the best one, and what is before it */
{
    int n = 1;
    while (LEVELS[n - 1] != reference_level()) n++;
    return n;
}

static void fill(double *value, double *delta, double v, double d)
{
    for (int i = 0; i < N; i++) value[i] = v, delta[i] = d;
}

/* One bound that is too wide shows wherever it is, so does a value that is not known. */
static void check_place(const ReferenceLevel *level, double v, double sharp)
{
    double value[N], delta[N];
    for (size_t n = 4; n <= N; n++) {
        fill(value, delta, v, sharp);
        assert_true(level->are_sharp(value, delta, n));
        for (size_t i = 0; i < N; i++) {
            delta[i] = 2.5 * sharp;
            assert_int_equal(level->are_sharp(value, delta, n), i >= n);
            delta[i] = INFINITY;
            assert_int_equal(level->are_sharp(value, delta, n), i >= n);
            delta[i] = 0;
            value[i] = NAN;
            assert_int_equal(level->are_sharp(value, delta, n), i >= n);
            fill(value, delta, v, sharp);
        }
    }
}

static void wide_bounds_show_wherever_they_are(void **state)
{
    static const double VALUES[] = {1.5, -1.75, 0x1.8p-130, 0x1.8p-200, 0x1.4p127, -0x1.4p100};
    for (int k = 0; k < n_levels(); k++)
        for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++)
            check_place(LEVELS[k], VALUES[i], 0.9 * SHARP_ULP * reference_ulp(VALUES[i]));
}

/* Below a power of two the ulp is half as large: the smaller one counts where the bound reaches below. */
static void the_smaller_ulp_counts(void **state)
{
    double value[N], delta[N];
    for (int k = 0; k < n_levels(); k++) {
        fill(value, delta, 1, 0.9 * SHARP_ULP * 0x1p-23);
        assert_false(LEVELS[k]->are_sharp(value, delta, N));
        fill(value, delta, 1, 0.9 * SHARP_ULP * 0x1p-24);
        assert_true(LEVELS[k]->are_sharp(value, delta, N));
        fill(value, delta, 1 + 0x1p-30, 0.9 * SHARP_ULP * 0x1p-23);
        assert_true(LEVELS[k]->are_sharp(value, delta, N));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_bounds_show_wherever_they_are),
        cmocka_unit_test(the_smaller_ulp_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
