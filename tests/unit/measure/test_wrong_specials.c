/* Which special results are wrong: planted ones, and some that are only not the correctly rounded ones. */
#include "runtime/measure/wrong_specials.h"

#include "runtime/oracle/oracle.h"
#include "tests/support/check.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <stdlib.h>

/* Is the result `got` at x wrong for a function of which claimed_ulp is claimed? */
static bool is_wrong_at(const char *what, const char *domain, float x, float got,
                        double claimed_ulp)
{
    SpecText spec = {.what = what, .type = "f32", .max_error = "4ulp"};
    if (domain) spec.domain[0] = domain, spec.n_domains = 1;
    Goal *goal = parsed_spec(spec);
    const double at = (double)x;
    uint64_t want;
    Err err = {0};
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    if (oracle_round(oracle, &at, TYPE_F32, &want, NULL, &err) != OK) fail_msg("%s", err.text);
    oracle_free(oracle);
    Report report = {.n_specials = 2};
    report.special[0] = (Special){"it", bits_from_value(TYPE_F32, at),
                                  bits_from_value(TYPE_F32, (double)got), want, true};
    report.special[1] = report.special[0];
    report.special[1].in_domain = false; /* never counts */
    const int n = wrong_specials(&report, goal, claimed_ulp);
    free(goal);
    assert_in_range(n, 0, 1);
    return n == 1;
}

static void results_within_the_claim_are_not_wrong(void **state)
{
    (void)state;
    assert_false(is_wrong_at("acos", NULL, 0, 0x1.921fb4p+0f, 0.7)); /* pi/2, a little less */
    assert_true(is_wrong_at("acos", NULL, 0, 0x1.921fb4p+0f, 0.6));
    assert_false(is_wrong_at("atan", NULL, INFINITY, 0x1.921fb4p+0f, 0.7));
    assert_false(is_wrong_at("erf", NULL, 0x1p-126f, 0x1.20dd74p-126f, 1));
    assert_true(is_wrong_at("erf", NULL, 0x1p-126f, 0x1.20dd70p-126f, 1));
    assert_false(is_wrong_at("exp", NULL, -0x1.fffffep+127f, 0x1p-149f, 1));
    assert_true(is_wrong_at("exp", NULL, -0x1.fffffep+127f, 0x1p-148f, 1));
}

static void other_classes_and_signs_are_wrong(void **state)
{
    (void)state;
    assert_true(is_wrong_at("log", NULL, 0, NAN, 4));
    assert_true(is_wrong_at("log", NULL, 0, INFINITY, 4));
    assert_true(is_wrong_at("log", NULL, 0, -0x1.fffffep+127f, 4));
    assert_false(is_wrong_at("log", NULL, 0, -INFINITY, 4));
    assert_true(is_wrong_at("log", NULL, -1, 0, 4));
    assert_false(is_wrong_at("log", NULL, -1, -NAN, 4));
    assert_true(is_wrong_at("exp", NULL, 200, 0x1.fffffep+127f, 4));
    assert_true(is_wrong_at("exp", NULL, NAN, 1, 4));
    assert_true(is_wrong_at("sin", NULL, -0.0f, 0, 4));
    assert_false(is_wrong_at("sin", "[-1,1]", -0.0f, 0, 4)); /* part of a function: either zero */
}

static void exact_values_at_zero_and_infinity_must_be_hit(void **state)
{
    (void)state;
    assert_true(is_wrong_at("exp", NULL, 0, 0x1.fffffep-1f, 4));
    assert_true(is_wrong_at("exp", NULL, 0, 0x1.000002p+0f, 4));
    assert_false(is_wrong_at("exp", NULL, 0, 1, 4));
    assert_true(is_wrong_at("exp", NULL, -INFINITY, 0x1p-149f, 4));
    assert_true(is_wrong_at("tanh", NULL, INFINITY, 0x1.fffffep-1f, 4));
    assert_true(is_wrong_at("gelu", NULL, -INFINITY, NAN, 4)); /* its limit is 0 */
    assert_false(is_wrong_at("gelu", NULL, -INFINITY, -0.0f, 4));
    /* Exact, too, but not there. */
    assert_false(is_wrong_at("cbrt", NULL, 0x1p-126f, 0x1.fffffep-43f, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_within_the_claim_are_not_wrong),
        cmocka_unit_test(other_classes_and_signs_are_wrong),
        cmocka_unit_test(exact_values_at_zero_and_infinity_must_be_hit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
