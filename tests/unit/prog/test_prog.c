/* Prog, its text form, and real constants. */
#include "runtime/prog/prog_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char ALL_KINDS[] =
    "f32 x\n"
    "f32 T0[4] = 0x1p+0 0x1.306fep+0 0x1.6a09e6p+0 -0x0p+0\n"
    "i32 v1 = bitcast x\n"
    "f32 v2 = lookup T0 v1\n"
    "f32 v3 = const nan\n"
    "f64 v4 = convert x\n"
    "i64 v5 = toint v4\n"
    "i64 v6 = const -9223372036854775808\n"
    "i64 v7 = ashr v5 v6\n"
    "i32 v8 = itrunc v7\n"
    "f32 v9 = tofloat v8\n"
    "bool v10 = lt v9 v2\n"
    "f32 v11 = select v10 v9 v3\n"
    "f32 v12 = fma v11 x v2\n"
    "return v12\n";

static void parse(Prog *prog, const char *text)
{
    Err err = {0};
    if (prog_parse(prog, text, strlen(text), 0, NULL, &err) != OK)
        fail_msg("%d:%d: %s\n%s", err.line, err.column, err.text, text);
}

static void prog_text_round_trips(void **state)
{
    (void)state;
    Prog prog, again;
    parse(&prog, ALL_KINDS);
    Text text = {0};
    prog_print(&text, &prog);
    assert_string_equal(text_get(&text), ALL_KINDS);
    parse(&again, text.data);
    assert_true(prog_is_equal(&prog, &again));
    assert_true(prog_hash(&prog) == prog_hash(&again));
    text_release(&text);
}

static void prog_parse_says_where_it_stopped(void **state)
{
    (void)state;
    const char text[] = "f32 x\nreturn x\nrest";
    Prog prog;
    size_t stop;
    assert_int_equal(prog_parse(&prog, text, strlen(text), 0, &stop, NULL), OK);
    assert_string_equal(text + stop, "rest");
}

static void prog_parse_rejects_with_a_place(void **state)
{
    (void)state;
    static const struct { const char *text; int line, column; const char *part; } CASES[] = {
        {"", 1, 1, "ends before"},
        {"f32 x\n", 2, 1, "ends before"},
        {"f32 x\nf32 v = add x y\nreturn v\n", 2, 15, "'y' is not defined"},
        {"f32 x\nf33 v = add x x\n", 2, 1, "'f33' is no type"},
        {"f32 x\nf32 v = ad x x\n", 2, 9, "'ad' is no operator"},
        {"f32 x\nf64 v = add x x\nreturn v\n", 2, 9, "types"},
        {"f16 x\nf16 v = fma x x x\nreturn v\n", 2, 9, "types"},
        {"f32 x\nf32 v = const 0x1.0000001p+0\nreturn v\n", 2, 15, "not exact"},
        {"f32 x\nf32 x = neg x\nreturn x\n", 2, 5, "taken"},
        {"f32 x\nf32 v = neg x\nreturn x\n", 3, 8, "last line"},
        {"f32 x\nbool v = lt x x\nreturn v\n", 3, 8, "not a bool"},
        {"f32 x\nf32 T0[3] = 0 0 0\nreturn x\n", 2, 8, "power of two"},
        {"f32 x\nf32 v = neg x x\nreturn v\n", 2, 15, "end of the line"},
        {"f32 x\ni16 v = const 40000\nreturn v\n", 2, 15, "does not fit"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Prog prog;
        Err err = {0};
        assert_int_equal(prog_parse(&prog, CASES[i].text, strlen(CASES[i].text), 0, NULL, &err),
                         ERR_INPUT);
        if (!strstr(err.text, CASES[i].part) || err.line != CASES[i].line ||
            err.column != CASES[i].column)
            fail_msg("case %zu: %d:%d: %s", i, err.line, err.column, err.text);
    }
}

static void prog_is_valid_refuses_forward_references(void **state)
{
    (void)state;
    Prog prog;
    parse(&prog, "f32 x\nf32 v1 = neg x\nreturn v1\n");
    assert_true(prog_is_valid(&prog, NULL));
    prog.node[1].arg[0] = 1;
    Err err = {0};
    assert_false(prog_is_valid(&prog, &err));
    assert_non_null(strstr(err.text, "not before it"));
}

static void prog_prune_drops_what_is_not_needed(void **state)
{
    (void)state;
    Prog prog, expected;
    parse(&prog, "f32 x\nf32 T0[2] = 1 2\nf32 T1[2] = 3 4\ni32 v1 = bitcast x\n"
                 "f32 v2 = lookup T0 v1\nf32 v3 = lookup T1 v1\nf32 v4 = neg v3\nreturn v4\n");
    prog_prune(&prog);
    parse(&expected, "f32 x\nf32 T0[2] = 3 4\ni32 v1 = bitcast x\nf32 v3 = lookup T0 v1\n"
                     "f32 v4 = neg v3\nreturn v4\n");
    assert_true(prog_is_equal(&prog, &expected));
    assert_true(prog_is_valid(&prog, NULL));
}

static void prog_append_composes(void **state)
{
    (void)state;
    Prog outer, inner, expected;
    parse(&inner, "real x\nreal v1 = exp x\nreal v2 = add v1 x\nreturn v2\n");
    parse(&outer, "real x\nreal v1 = neg x\nreturn v1\n");
    const Ref input = prog_result(&outer);
    prog_append(&outer, &inner, &input);
    parse(&expected,
          "real x\nreal v1 = neg x\nreal v2 = exp v1\nreal v3 = add v2 v1\nreturn v3\n");
    assert_true(prog_is_equal(&outer, &expected));
}

static void prog_n_ops_counts_what_computes(void **state)
{
    (void)state;
    Prog prog;
    parse(&prog, ALL_KINDS);
    assert_int_equal(prog_n_ops(&prog), 9);
}

static void real_text_round_trips(void **state)
{
    (void)state;
    static const struct { const char *in, *out; double value; } CASES[] = {
        {"0", "0", 0},
        {"-0", "-0", -0.0},
        {"1", "1", 1},
        {"0.1", "0.1", 0.1},
        {"-12.5e-3", "-0.0125", -0.0125},
        {"1e22", NULL, 1e22},
        {"1e400", NULL, INFINITY},
        {"1e-400", "1e-400", 0},
        {"0x1.8p-1", "0.75", 0.75},
        {"0x1p-149", "0x1p-149", 0x1p-149},
        {"3.14159265358979323846264338327950288420", "3.1415926535897932384626433832795028842",
         3.14159265358979323846},
        {"inf", "inf", INFINITY},
        {"-Infinity", "-inf", -INFINITY},
        {"nan", "nan", NAN},
        {"0xffffffffffffffffffffffffffffffffp-128", NULL, 1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *end;
        Real real, again;
        assert_true(real_parse(CASES[i].in, &end, &real));
        assert_int_equal(*end, 0);
        const double value = real_to_double(real);
        if (value != CASES[i].value && !(isnan(value) && isnan(CASES[i].value)))
            fail_msg("%s gives %a", CASES[i].in, value);
        Text text = {0};
        real_print(&text, real);
        if (CASES[i].out)
            assert_string_equal(text_get(&text), CASES[i].out);
        assert_true(real_parse(text.data, &end, &again));
        if (!real_is_equal(real, again)) fail_msg("%s printed as %s", CASES[i].in, text.data);
        text_release(&text);
    }
}

static void real_random_round_trips(void **state)
{
    (void)state;
    uint64_t bits = 0x9e3779b97f4a7c15u;
    for (int i = 0; i < 100000; i++) {
        bits = bits * 6364136223846793005u + 1442695040888963407u;
        const double value = double_of_bits(bits);
        if (isnan(value)) continue;
        const Real real = real_from_double(value);
        Text text = {0};
        real_print(&text, real);
        const char *end;
        Real again;
        assert_true(real_parse(text.data, &end, &again));
        if (!real_is_equal(real, again) || real_to_double(again) != value)
            fail_msg("%a printed as %s", value, text.data);
        text_release(&text);
    }
}

static void real_parse_refuses_what_is_no_number(void **state)
{
    (void)state;
    static const char *const CASES[] = {"", "-", ".", "x", "e5", "0x", "0xp1", "infx"};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *end;
        Real real;
        if (real_parse(CASES[i], &end, &real)) fail_msg("'%s' was read", CASES[i]);
        assert_ptr_equal(end, CASES[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prog_text_round_trips),
        cmocka_unit_test(prog_parse_says_where_it_stopped),
        cmocka_unit_test(prog_parse_rejects_with_a_place),
        cmocka_unit_test(prog_is_valid_refuses_forward_references),
        cmocka_unit_test(prog_prune_drops_what_is_not_needed),
        cmocka_unit_test(prog_append_composes),
        cmocka_unit_test(prog_n_ops_counts_what_computes),
        cmocka_unit_test(real_text_round_trips),
        cmocka_unit_test(real_random_round_trips),
        cmocka_unit_test(real_parse_refuses_what_is_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
