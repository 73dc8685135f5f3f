/* The .approx file format. */
#include "runtime/catalogue/entry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char WHOLE[] = "approx 1\n"
                            "name gap\n"
                            "expression (1-cos(x))/(x*x)\n"
                            "type f32\n"
                            "domain x [-0x1p-3, 0x1p+0)\n"
                            "bound 2ulp\n"
                            "specials no-nans,no-zeros\n"
                            "minimize latency\n"
                            "target x86-64-v3\n"
                            "ops +,-,*\n"
                            "op_cost *=2,fma=0.5\n"
                            "exact 0x0p+0 0x1p-1\n"
                            "claim max_ulp 0.75 max_rel 8.9e-08 max_abs 4e-08\n"
                            "checked exhaustive points 123456789012 wrong 7\n"
                            "worst 0x1.8p-4 got 0x1p-1 want 0x1.000002p-1\n"
                            "special zero 0x0 got 0x3f000000 want 0x3f000000 inside\n"
                            "special nan 0x7fc00000 got 0x7fc00000 want 0x7fc00000 outside\n"
                            "cost throughput_ns 0.125 latency_ns 5 lanes 8 vectors 4 cpu znver3\n"
                            "seed 18446744073709551615\n"
                            "command approxcc synth '(1-cos(x))/(x*x)' --type f32\n"
                            "version 0.1.0\n"
                            "reference\n"
                            "real x\n"
                            "real v1 = const 1\n"
                            "real v2 = cos x\n"
                            "real v3 = sub v1 v2\n"
                            "real v4 = mul x x\n"
                            "real v5 = div v3 v4\n"
                            "return v5\n"
                            "program\n"
                            "f32 x\n"
                            "f32 v1 = const 0x1p-1\n"
                            "f32 v2 = fma x x v1\n"
                            "return v2\n";

static void a_modelled_cost_says_so(void **state)
{
    Entry *entry = xcalloc(1, sizeof *entry);
    Text text = {0};
    Err err = {0};
    const char *cost = strstr(WHOLE, "\ncost ") + 1;
    text_add(&text, "%.*scost modelled%s", (int)(cost - WHOLE), WHOLE, cost + strlen("cost"));
    if (entry_parse(entry, text_get(&text), text.length, &err) != OK) fail_msg("%s", err.text);
    assert_true(entry->is_modelled && entry->throughput_ns == 0.125);
    Text again = {0};
    entry_print(&again, entry);
    assert_string_equal(text_get(&again), text_get(&text));
    text_release(&text);
    text_release(&again);
    free(entry);
}

static void entry_text_round_trips(void **state)
{
    (void)state;
    Entry *entry = xcalloc(1, sizeof *entry);
    Err err = {0};
    if (entry_parse(entry, WHOLE, strlen(WHOLE), &err) != OK)
        fail_msg("%d:%d: %s", err.line, err.column, err.text);
    Text text = {0};
    entry_print(&text, entry);
    assert_string_equal(text.data, WHOLE);
    assert_true(entry->goal.minimize == MINIMIZE_LATENCY);
    assert_true(entry->goal.bound.limit == 2 && entry->goal.bound.kind == BOUND_ULP);
    assert_true(entry->goal.domain[0].hi_open && !entry->goal.domain[0].lo_open);
    assert_true(entry->report.n_points == 123456789012u);
    assert_int_equal(entry->report.n_specials, 2);
    text_release(&text);
    free(entry);
}

static void entry_parse_takes_a_short_file(void **state)
{
    (void)state;
    const char text[] = "approx 1\n# by hand\nexpression 2^x\ntype real\ndomain x (0, 1]\n\n"
                        "program\nreal x\nreal c = const 0.5\nreal v = add x c\nreturn v\n";
    Entry *entry = xcalloc(1, sizeof *entry);
    Err err = {0};
    if (entry_parse(entry, text, strlen(text), &err) != OK)
        fail_msg("%d:%d: %s", err.line, err.column, err.text);
    assert_int_equal(entry->goal.reference.n, 0);
    assert_false(entry->has_report);
    free(entry);
}

static void entry_parse_refuses_every_truncation(void **state)
{
    (void)state;
    Entry *entry = xcalloc(1, sizeof *entry);
    const size_t length = strlen(WHOLE);
    for (size_t n = 0; n + 1 < length; n++) {
        Err err = {0};
        if (entry_parse(entry, WHOLE, n, &err) == OK) fail_msg("%zu bytes were enough", n);
        assert_true(err.text[0] && err.line > 0);
    }
    free(entry);
}

static void entry_parse_survives_noise(void **state)
{
    (void)state;
    Entry *entry = xcalloc(1, sizeof *entry);
    char text[sizeof WHOLE];
    uint64_t random = 7;
    int n_refused = 0;
    for (int i = 0; i < 20000; i++) {
        memcpy(text, WHOLE, sizeof WHOLE);
        for (int k = 0; k < 3; k++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            text[(random >> 33) % (sizeof WHOLE - 1)] = (char)(random >> 20);
        }
        Err err = {0};
        const Status status = entry_parse(entry, text, sizeof WHOLE - 1, &err);
        n_refused += status != OK;
        assert_true((status == OK) == (err.text[0] == 0));
    }
    assert_true(n_refused > 5000);
    free(entry);
}

static void bound_parse_reads_every_unit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        BoundKind kind;
        double limit;
    } CASES[] = {
        {"1ulp", BOUND_ULP, 1},         {"0.5ulp", BOUND_ULP, 0.5},
        {"1e-6rel", BOUND_REL, 1e-6},   {"1e-6abs", BOUND_ABS, 1e-6},
        {"14digits", BOUND_REL, 1e-14}, {"16bits", BOUND_REL, 0x1p-16},
    };
    Bound bound;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        assert_true(bound_parse(CASES[i].text, &bound));
        assert_true(bound.kind == CASES[i].kind);
        assert_true(fabs(bound.limit / CASES[i].limit - 1) < 1e-12);
    }
    assert_false(bound_parse("1", &bound));
    assert_false(bound_parse("ulp", &bound));
    assert_false(bound_parse("-1ulp", &bound));
    assert_false(bound_parse("nanulp", &bound));
    assert_false(bound_parse("1e999ulp", &bound));
}

/* Subnormal results have no relative accuracy to speak of, so bits of floats are counted in ulps. */
static void bits_of_floats_are_ulps(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        Type type;
        BoundKind kind;
        double limit;
    } CASES[] = {
        {"11bits", TYPE_F32, BOUND_ULP, 4096},     {"23bits", TYPE_F32, BOUND_ULP, 1},
        {"26bits", TYPE_F64, BOUND_ULP, 0x1p26},   {"11bits", TYPE_F16, BOUND_ULP, 0.5},
        {"11bits", TYPE_REAL, BOUND_REL, 0x1p-11}, {"3digits", TYPE_F32, BOUND_REL, 1e-3},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Bound bound;
        assert_true(bound_parse(CASES[i].text, &bound));
        for (int twice = 0; twice < 2; twice++) bound_settle(&bound, CASES[i].type);
        assert_int_equal(bound.kind, CASES[i].kind);
        assert_true(fabs(bound.limit / CASES[i].limit - 1) < 1e-12);
        assert_string_equal(bound.text, CASES[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entry_text_round_trips),
        cmocka_unit_test(a_modelled_cost_says_so),
        cmocka_unit_test(entry_parse_takes_a_short_file),
        cmocka_unit_test(entry_parse_refuses_every_truncation),
        cmocka_unit_test(entry_parse_survives_noise),
        cmocka_unit_test(bound_parse_reads_every_unit),
        cmocka_unit_test(bits_of_floats_are_ulps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
