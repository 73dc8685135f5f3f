/* Policies: the words of options, parameters and annotations. */
#include "runtime/catalogue/policy.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/prog/specials.h"

static Policy *parsed(const char *words)
{
    Policy *const policy = xcalloc(1, sizeof *policy);
    Err err = {0};
    if (policy_parse(policy, words, &err) != OK) fail_msg("'%s': %s", words, err.text);
    return policy;
}

static void assert_bound(const char *words, const char *function, Type type, BoundKind kind,
                         double limit)
{
    Policy *const policy = parsed(words);
    const Wish wish = policy_wish(policy, function);
    Bound bound = {.limit = -1};
    const bool has_bound = wish_bound(&wish, type, &bound);
    if (limit < 0) {
        assert_false(has_bound);
    } else {
        assert_true(has_bound);
        assert_int_equal(bound.kind, kind);
        assert_true(bound.limit == limit);
    }
    free(policy);
}

static void a_bound_holds_for_the_functions_that_are_listed(void **state)
{
    assert_bound("max-ulp=2", "expf", TYPE_F32, BOUND_ULP, 2);
    assert_bound("max_ulp=2:expf,sinf", "sinf", TYPE_F32, BOUND_ULP, 2);
    assert_bound("max-ulp=2:expf+sinf", "sinf", TYPE_F32, BOUND_ULP, 2);
    assert_bound("max-ulp=2:expf,sinf", "sin", TYPE_F64, BOUND_ULP, -1);
    assert_bound("max-ulp=2:expf,sinf", "exp", TYPE_F64, BOUND_ULP, -1);
    assert_bound("", "expf", TYPE_F32, BOUND_ULP, -1);
}

static void the_last_word_for_a_function_holds(void **state)
{
    assert_bound("max-ulp=2 max-ulp=3", "expf", TYPE_F32, BOUND_ULP, 3);
    assert_bound("max-ulp=2;max-ulp=3:sinf", "expf", TYPE_F32, BOUND_ULP, 2);
    assert_bound("max-ulp=2:expf;max-ulp=3", "expf", TYPE_F32, BOUND_ULP, 3);
    assert_bound("bits=11;max-abs=1e-6", "expf", TYPE_F32, BOUND_ABS, 1e-6);
}

static void bounds_come_in_every_measure(void **state)
{
    assert_bound("max-rel=1e-5", "expf", TYPE_F32, BOUND_REL, 1e-5);
    assert_bound("max-ulp=1e-5rel", "expf", TYPE_F32, BOUND_REL, 1e-5);
    assert_bound("precision=high", "expf", TYPE_F32, BOUND_ULP, 1);
    assert_bound("precision=medium", "expf", TYPE_F32, BOUND_ULP, 4);
    /* 11 bits of 24: 2^12 ulp; 26 of 53: 2^26. */
    assert_bound("precision=low", "expf", TYPE_F32, BOUND_ULP, 4096);
    assert_bound("precision=low", "exp", TYPE_F64, BOUND_ULP, 67108864);
    assert_bound("bits=11", "expf", TYPE_F32, BOUND_ULP, 4096);
}

static void off_wins_wherever_it_stands(void **state)
{
    Policy *const policy = parsed("off=expf max-ulp=1:expf max-ulp=1:sinf");
    assert_true(policy_wish(policy, "expf").is_off);
    assert_false(policy_wish(policy, "sinf").is_off);
    free(policy);
}

static void intervals_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        double lo, hi;
    } CASES[] = {
        {"-10:0", -10, 0},
        {"[-10,0]", -10, 0},
        {"[-inf, 0]", -INFINITY, 0},
        {"-pi:pi", -0x1.921fb54442d18p+1, 0x1.921fb54442d18p+1},
        {"0:pi/2", 0, 0x1.921fb54442d18p+0},
        {"0x1p-3:2*pi", 0.125, 0x1.921fb54442d18p+2},
        {"1:1", 1, 1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Interval in;
        if (!interval_parse(CASES[i].text, &in)) fail_msg("refuses %s", CASES[i].text);
        assert_true(in.lo == CASES[i].lo && in.hi == CASES[i].hi);
    }
    static const char *const WRONG[] = {"",     "1",    "1:",    ":1",   "2:1",
                                        "[1,2", "1:2]", "nan:1", "1:2x", "a:b"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        Interval in;
        if (interval_parse(WRONG[i], &in)) fail_msg("takes '%s'", WRONG[i]);
    }
}

static void ranges_and_classes_have_lists_of_functions_too(void **state)
{
    Policy *const policy =
        parsed("range=-1:1:sinf,cosf expect=[0,2]:expf exclude=nans,infinities:logf");
    const Wish sine = policy_wish(policy, "cosf"), exponential = policy_wish(policy, "expf");
    const Wish logarithm = policy_wish(policy, "logf");
    assert_int_equal(sine.says, SAYS_RANGE);
    assert_true(sine.range.lo == -1 && sine.range.hi == 1);
    assert_int_equal(exponential.says, SAYS_EXPECTED);
    assert_true(exponential.expected.lo == 0 && exponential.expected.hi == 2);
    assert_int_equal(logarithm.excluded, SPECIAL_NANS | SPECIAL_INFINITIES);
    free(policy);
}

static void other_words_are_read(void **state)
{
    Policy *const policy = parsed(" inline=never ;check; report=a%20b%3bc.json function=sigmoid");
    assert_int_equal(policy->inlining, INLINE_NEVER);
    assert_true(policy->checks);
    assert_string_equal(policy->report, "a b;c.json");
    assert_string_equal(policy->function, "sigmoid");
    free(policy);
}

static void wrong_words_are_refused(void **state)
{
    static const char *const WRONG[] = {
        "max-ulp",     "max-ulp=",      "max-ulp=x",     "max-ulp=0.4",  "max-ulp=-1",
        "max-ulp=inf", "max-ulp=0abs",  "max-ulp=1:",    "bits=x",       "precision=best",
        "range=1",     "range=2:1",     "exclude=odd",   "inline=maybe", "check=1",
        "afn=4",       "function=expf", "function=add2", "nonsense=1",   "max-ulp=1 nonsense",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        Policy *const policy = xcalloc(1, sizeof *policy);
        Err err = {0};
        if (policy_parse(policy, WRONG[i], &err) == OK) fail_msg("takes '%s'", WRONG[i]);
        assert_true(strlen(err.text) > 0);
        free(policy);
    }
}

static void more_rules_than_there_is_room_for_are_an_error(void **state)
{
    Text words = {0};
    for (int i = 0; i <= POLICY_RULES_MAX; i++) text_add(&words, "max-ulp=1;");
    Policy *const policy = xcalloc(1, sizeof *policy);
    Err err = {0};
    assert_int_equal(policy_parse(policy, text_get(&words), &err), ERR_LIMIT);
    free(policy);
    text_release(&words);
}

static void where_the_store_is_asks_for_nothing(void **state)
{
    assert_false(policy_asks(" ;"));
    assert_false(policy_asks("store=/a%20b;no-store"));
    assert_true(policy_asks("store=/a;max-ulp=1"));
    Policy *policy = parsed("store=/a%20b%3b.db");
    assert_string_equal(policy->store, "/a b;.db");
    free(policy);
    policy = parsed("store=/a;no-store");
    assert_string_equal(policy->store, "");
    free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_holds_for_the_functions_that_are_listed),
        cmocka_unit_test(the_last_word_for_a_function_holds),
        cmocka_unit_test(bounds_come_in_every_measure),
        cmocka_unit_test(off_wins_wherever_it_stands),
        cmocka_unit_test(intervals_are_read_as_people_write_them),
        cmocka_unit_test(ranges_and_classes_have_lists_of_functions_too),
        cmocka_unit_test(other_words_are_read),
        cmocka_unit_test(wrong_words_are_refused),
        cmocka_unit_test(more_rules_than_there_is_room_for_are_an_error),
        cmocka_unit_test(where_the_store_is_asks_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
