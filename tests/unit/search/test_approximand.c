/* The function as the search over the reals sees it: points, weights, how wide it is followed. */
#include "search/reals/approximand.h"

#include "frontend/spec.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static Status try_make(Approximand **out, const char *what, const char *domain,
                       const char *max_error, Err *err)
{
    const SpecText spec = {.what = what,
                           .type = "real",
                           .domain = {domain},
                           .n_domains = 1,
                           .max_error = max_error,
                           .target = "x86-64-v3"};
    Goal *goal = calloc(1, sizeof *goal);
    Status status = spec_to_goal(goal, &spec, err);
    if (status == OK) status = approximand_new(out, goal, err);
    free(goal);
    return status;
}

static Approximand *make(const char *what, const char *domain, const char *max_error)
{
    Approximand *a = NULL;
    Err err = {0};
    if (try_make(&a, what, domain, max_error, &err) != OK) fail_msg("%s: %s", what, err.text);
    return a;
}

static double widest(const Approximand *a) { return a->level[a->n_levels - 1].scale; }

/* -- tests --------------------------------------------------------------------------------- */

static void points_hold_the_function_to_a_hundred_bits(void **state)
{
    Approximand *a = make("sqrt(1+x)", "[0,1]", "1e-6rel");
    for (int i = 0; i < a->n_levels; i++) {
        const FitPoints *points = &a->level[i].block;
        assert_int_equal(points->n, FIT_BLOCK);
        const FitPoints *few = &a->level[i].few;
        assert_int_equal(few->n, FIT_BLOCK / 2);
        assert_true(few->x[0] == points->x[0]);
        assert_true(few->x[few->n - 1] == points->x[points->n - 1]);
        for (int p = 1; p < few->n; p++) assert_true(few->x[p] > few->x[p - 1]);
        for (int p = 0; p < points->n; p++) {
            const Quad f = (Quad)points->f_hi[p] + points->f_lo[p], want = 1 + (Quad)points->x[p];
            if (!(quad_abs(f * f - want) < (Quad)0x1p-98 * want))
                fail_msg("level %d: f(%a) = %a + %a", i, points->x[p], points->f_hi[p],
                         points->f_lo[p]);
            assert_true(points->weight[p] == 1 / points->f_hi[p]);
            assert_true(points->x[p] > a->level[i].lo && points->x[p] < a->level[i].hi);
            assert_true(p == 0 || points->x[p] > points->x[p - 1]);
        }
    }
    approximand_free(a);
}

static void levels_widen_by_the_same_factor_about_zero(void **state)
{
    Approximand *a = make("exp2(x)", "(0,1]", "1e-6rel");
    assert_true(a->anchor == 0 && !a->is_absolute);
    assert_int_equal(a->n_levels, LEVELS_MAX);
    for (int i = 0; i < a->n_levels; i++) {
        assert_true(a->level[i].lo == 0);
        assert_true(fabs(a->level[i].hi / exp2((double)i / LEVELS_PER_DOUBLING) - 1) < 1e-15);
        assert_true(a->level[i].size > 0.99 && a->level[i].size < 1.01);
    }
    assert_true(a->level[0].hi == 1 && widest(a) == 16);
    approximand_free(a);
}

static void an_open_end_is_come_near_and_a_closed_one_is_there(void **state)
{
    Approximand *a = make("exp2(x)", "(0,1]", "1e-6abs");
    assert_true(a->is_absolute);
    const FitPoints *grid = &a->level[0].grid;
    assert_true(grid->x[0] == 0x1p-30 && grid->x[grid->n - 1] == 1);
    for (int p = 0; p < grid->n; p++) assert_true(grid->weight[p] == 1);
    for (int p = 1; p < grid->n; p++) assert_true(grid->x[p] > grid->x[p - 1]);
    approximand_free(a);
    a = make("exp2(x)", "[0,1)", "1e-6abs");
    grid = &a->level[0].grid;
    assert_true(grid->x[0] == 0 && grid->x[grid->n - 1] == 1 - 0x1p-30);
    approximand_free(a);
}

static void a_zero_at_an_end_is_left_out_under_relative_error_only(void **state)
{
    Approximand *a = make("sin(x)", "[0,pi/2]", "1e-6rel");
    assert_true(a->level[0].grid.x[0] > 0);
    assert_int_equal(a->level[0].block.n, FIT_BLOCK);
    /* The next zero is at twice the width. */
    assert_true(widest(a) > 1.5 && widest(a) < 2);
    approximand_free(a);
    a = make("sin(x)", "[0,pi/2]", "1e-6abs");
    assert_true(a->level[0].grid.x[0] == 0 && widest(a) == 16);
    approximand_free(a);
}

static void levels_end_well_before_a_pole(void **state)
{
    Approximand *a = make("tan(x)", "[0,pi/4]", "1e-6rel");
    const ApproximandLevel *last = &a->level[a->n_levels - 1];
    assert_true(a->n_levels > 1 && last->hi < 1.5);
    for (int p = 0; p < last->block.n; p++) assert_true(last->block.f_hi[p] < 20);
    approximand_free(a);
}

static void the_anchor_is_where_the_function_is_smooth(void **state)
{
    Approximand *a = make("log(x)", "[0.1,1]", "1e-6abs"); /* near 0, but singular there */
    assert_true(fabs(a->anchor - 0.55) < 1e-15);
    assert_true(widest(a) < 0.55 / 0.45);
    approximand_free(a);
    a = make("exp(x)", "[0.1,1]", "1e-6abs");
    assert_true(a->anchor == 0 && widest(a) == 16);
    assert_true(fabs(a->level[LEVELS_PER_DOUBLING].lo - 0.2) < 1e-15);
    approximand_free(a);
    a = make("gamma(x)", "[-3.5,-3.25]", "1e-6rel");
    assert_true(a->anchor == -3.375);
    assert_true(widest(a) > 1.5 && widest(a) < 3);
    approximand_free(a);
}

static void an_enclosure_that_is_too_wide_at_first_is_cut(void **state)
{
    /* x*x - x + 1 is positive, which the enclosure of a wide box does not show. */
    Approximand *a = make("1/(x*x-x+1)", "[0,1]", "1e-6rel");
    assert_true(widest(a) == 16);
    approximand_free(a);
}

static void what_is_no_function_to_fit_is_one_sentence(void **state)
{
    static const char *const cases[][3] = {
        {"sqrt(x-10)", "[0,1]", "1e-6rel"},
        {"x-x", "[0,1]", "1e-6rel"},
        {"exp(x)", "[1,1]", "1e-6rel"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Approximand *a = NULL;
        Err err = {0};
        assert_true(try_make(&a, cases[i][0], cases[i][1], cases[i][2], &err) != OK);
        assert_null(a);
        assert_true(strlen(err.text) > 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_hold_the_function_to_a_hundred_bits),
        cmocka_unit_test(levels_widen_by_the_same_factor_about_zero),
        cmocka_unit_test(an_open_end_is_come_near_and_a_closed_one_is_there),
        cmocka_unit_test(a_zero_at_an_end_is_left_out_under_relative_error_only),
        cmocka_unit_test(levels_end_well_before_a_pole),
        cmocka_unit_test(the_anchor_is_where_the_function_is_smooth),
        cmocka_unit_test(an_enclosure_that_is_too_wide_at_first_is_cut),
        cmocka_unit_test(what_is_no_function_to_fit_is_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
