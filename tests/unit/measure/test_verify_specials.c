/* Special values before the judge: NaN, infinities, signs of zeros, and inputs that a Goal leaves out. */
#include "runtime/prog/specials.h"
#include "tests/support/judged.h"

#include <stdio.h>

static void verify_counts_nan_as_an_input_of_all(void **state)
{
    /* max x 0 gives 0 for NaN, as the reference max(x, 0) would; here NaN is wanted. */
    const Goal goal = goal_on_all("x*0.5 + 0.5*abs(x)", TYPE_BF16);
    const Prog prog =
        parsed_prog("bf16 x\nbf16 zero = const 0x0p+0\nbf16 y = max x zero\nreturn y\n");
    const Report report = judged(&prog, &goal, NULL);
    const Special *nan = NULL;
    for (int i = 0; i < report.n_specials; i++)
        if (strcmp(report.special[i].what, "nan") == 0) nan = &report.special[i];
    assert_non_null(nan);
    assert_true(nan->in_domain);
    assert_true(isnan(value_from_bits(TYPE_BF16, nan->want)));
    assert_true(value_from_bits(TYPE_BF16, nan->got) == 0);
    assert_true(isinf(report.max_ulp));
}

static void verify_reports_specials_outside_the_domain_without_counting_them(void **state)
{
    const Goal goal = goal_of("exp2(x)", TYPE_F32, 0.75, 1);
    const Prog prog = parsed_prog(EXP2_PROGRAM);
    const Report report = judged(&prog, &goal, NULL);
    static const char *const expected[] = {
        "zero",          "-zero",      "inf", "-inf", "nan", "subnormal",
        "subnormal_max", "normal_min", "max", "lo",   "hi"};
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        bool is_there = false;
        for (int i = 0; i < report.n_specials; i++)
            is_there |= strcmp(report.special[i].what, expected[k]) == 0;
        if (!is_there) fail_msg("no special %s", expected[k]);
    }
    for (int i = 0; i < report.n_specials; i++) {
        const Special *s = &report.special[i];
        const bool is_end = strcmp(s->what, "lo") == 0 || strcmp(s->what, "hi") == 0;
        assert_true(s->in_domain == is_end);
        if (strcmp(s->what, "max") == 0) assert_true(isinf(value_from_bits(TYPE_F32, s->want)));
    }
    assert_true(report.max_ulp < 2);
    assert_true(report.n_points == 0x400001);
}

static void verify_leaves_out_specials_outside_the_domain_that_cannot_be_told(void **state)
{
    (void)state;
    /* sin(pi*x) is 0 at every large float, which no precision can prove. */
    const Goal goal = goal_of("sin(pi*x)", TYPE_F16, 0.25, 0.5);
    const Prog prog = identity(TYPE_F16);
    const Report report = judged(&prog, &goal, NULL);
    assert_true(report.n_specials > 5 && report.max_ulp > 100);
    for (int i = 0; i < report.n_specials; i++)
        assert_string_not_equal(report.special[i].what, "max");
}

static void the_sign_of_a_zero_counts_for_whole_functions(void **state)
{
    (void)state;
    /* -0 + 0 is 0: all else is right. */
    const Prog prog = parsed_prog("f16 x\nf16 zero = const 0\nf16 y = add x zero\nreturn y\n");
    Goal goal = goal_on_all("x", TYPE_F16);
    Report report = judged(&prog, &goal, NULL);
    assert_true(isinf(report.max_ulp) && report.n_wrong == 1);
    assert_true(report.worst_input[0] == 0 && signbit(report.worst_input[0]));
    goal.excluded = SPECIAL_ZEROS;
    assert_true(judged(&prog, &goal, NULL).max_ulp == 0);
    /* An expression that makes both zeros alike asks for nothing; an interval neither. */
    goal = goal_on_all("(x + 1) - 1", TYPE_F16);
    assert_true(judged(&prog, &goal, NULL).max_ulp == 0);
    goal = goal_of("x", TYPE_F16, -1, 1);
    assert_true(judged(&prog, &goal, NULL).max_ulp == 0);
}

static void what_is_excluded_is_not_judged(void **state)
{
    (void)state;
    /* NaN at the infinities, 0 where the quotient is subnormal. */
    const Prog prog =
        parsed_prog("f16 x\nf16 one = const 1\nf16 y = div one x\nf16 a = abs y\n"
                    "f16 least = const 0x1p-14\nbool small = lt a least\nf16 zero = const 0\n"
                    "f16 flushed = copysign zero x\nf16 z = select small flushed y\nf16 b = abs x\n"
                    "f16 inf = const inf\nbool finite = lt b inf\nf16 nan = const nan\n"
                    "f16 r = select finite z nan\nreturn r\n");
    Goal goal = goal_on_all("1/x", TYPE_F16);
    const struct {
        unsigned excluded;
        double least, most; /* of the error */
    } ROWS[] = {{0, INFINITY, INFINITY},
                {SPECIAL_NANS | SPECIAL_ZEROS, 100, 1024},
                {SPECIAL_INFINITIES, 100, 1024},
                {SPECIAL_DENORMALS, INFINITY, INFINITY},
                {SPECIAL_INFINITIES | SPECIAL_DENORMALS, 0.4, 0.5}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        goal.excluded = ROWS[i].excluded;
        const Report report = judged(&prog, &goal, NULL);
        if (!(report.max_ulp >= ROWS[i].least && report.max_ulp <= ROWS[i].most))
            fail_msg("excluding %u: %g ulp", ROWS[i].excluded, report.max_ulp);
        for (int k = 0; k < report.n_specials; k++)
            if (strcmp(report.special[k].what, "inf") == 0)
                assert_true(report.special[k].in_domain ==
                            !(ROWS[i].excluded & (SPECIAL_INFINITIES | SPECIAL_ZEROS)));
    }
    goal = goal_of("1/(1 + x)", TYPE_F16, 0, 0);
    goal.excluded = SPECIAL_ZEROS;
    Report report;
    Err err = {0};
    assert_int_equal(verify(&report, &prog, &goal, NULL, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "excluded"));
}

static float exp_without_infinity(float x)
{
    const float y = expf(x);
    return isinf(y) ? NAN : y;
}

static float exp_flushed(float x)
{
    const float y = expf(x);
    return y < 0x1p-126f ? 1 : y;
}

/* In f32 the fast reference has to know what is excluded. */
static void exclusion_by_the_result_holds_among_millions_of_floats(void **state)
{
    (void)state;
    const Prog prog = identity(TYPE_F32);
    Machine high = {exp_without_infinity, NAN, NAN}, low = {exp_flushed, NAN, NAN};
    const VerifyOptions high_options = running(&high, 2), low_options = running(&low, 2);
    Goal goal = goal_of("exp(x)", TYPE_F32, 85, 92);
    assert_true(isinf(judged(&prog, &goal, &high_options).max_ulp));
    goal.excluded = SPECIAL_INFINITIES;
    assert_true(judged(&prog, &goal, &high_options).max_ulp < 1);
    goal = goal_of("exp(x)", TYPE_F32, -106, -84);
    goal.excluded = SPECIAL_DENORMALS;
    assert_true(judged(&prog, &goal, &low_options).max_ulp > 1e6); /* 1 where 0 is right */
    goal.excluded = SPECIAL_DENORMALS | SPECIAL_ZEROS;
    assert_true(judged(&prog, &goal, &low_options).max_ulp < 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_counts_nan_as_an_input_of_all),
        cmocka_unit_test(verify_reports_specials_outside_the_domain_without_counting_them),
        cmocka_unit_test(verify_leaves_out_specials_outside_the_domain_that_cannot_be_told),
        cmocka_unit_test(the_sign_of_a_zero_counts_for_whole_functions),
        cmocka_unit_test(what_is_excluded_is_not_judged),
        cmocka_unit_test(exclusion_by_the_result_holds_among_millions_of_floats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
