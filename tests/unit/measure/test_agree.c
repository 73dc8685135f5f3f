/* Machine code against the interpreter, for programs as the search makes them. */
#include "runtime/measure/agree.h"
#include "runtime/emit/targets.h"
#include "runtime/prog/prog_text.h"
#include "tests/support/check.h"

#include <stdio.h>
#include <string.h>

static Goal goal_for(Type type, const char *target)
{
    Goal goal = {.type = type, .n_variables = 1};
    goal.domain[0] = (Domain){.lo = -1, .hi = 1};
    snprintf(goal.target, sizeof goal.target, "%s", target);
    return goal;
}

static void parse(Prog *prog, const char *text)
{
    Err err = {0};
    if (prog_parse(prog, text, strlen(text), 0, NULL, &err) != OK) fail_msg("%s", err.text);
}

static void agree_check_accepts_what_agrees(void **state)
{
    (void)state;
    static const struct { Type type; const char *text; } CASES[] = {
        {TYPE_F32, "f32 x\nf32 c = const 0x1.8p+23\nf32 a = add x c\ni32 b = bitcast a\n"
                   "i32 k = const 23\ni32 s = shl b k\nf32 f = bitcast s\nf32 r = max f x\nreturn r\n"},
        {TYPE_F64, "f64 x\nf64 c = const 3\nf64 a = mul x x\nf64 b = div c a\nf64 r = sqrt b\nreturn r\n"},
        {TYPE_BF16, "bf16 x\nf32 a = convert x\nf32 b = mul a a\nbf16 r = convert b\nreturn r\n"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const Goal goal = goal_for(CASES[i].type, "x86-64");
        Prog prog;
        Err err = {0};
        parse(&prog, CASES[i].text);
        const bool can_run = target_is_runnable(target_find(goal.target));
        const Status status = agree_check(&prog, &goal, 1 << 16, &err);
        if (status != (can_run ? OK : ERR_UNSUPPORTED)) fail_msg("case %zu: %s", i, err.text);
    }
}

/* x*x, but for the last bit at one input. */
static void square_but_once(const void *const *x, void *y, size_t n)
{
    const float *in = x[0];
    float *out = y;
    for (size_t i = 0; i < n; i++) {
        out[i] = in[i] * in[i];
        if (i == n - 1) out[i] = float_of_bits(bits_of_float(out[i]) ^ 1);
    }
}

static void square(const void *const *x, void *y, size_t n)
{
    const float *in = x[0];
    for (size_t i = 0; i < n; i++) ((float *)y)[i] = in[i] * in[i];
}

static void agree_compare_finds_one_wrong_bit(void **state)
{
    (void)state;
    const Goal goal = goal_for(TYPE_F32, "x86-64");
    Prog prog;
    Err err = {0};
    parse(&prog, "f32 x\nf32 r = mul x x\nreturn r\n");
    assert_int_equal(agree_compare(&prog, &goal, square, 1000, &err), OK);
    for (int n = 1; n < 100; n++) {
        if (n == 7) continue; /* the seventh input is NaN, whose bits are free */
        err = (Err){0};
        assert_int_equal(agree_compare(&prog, &goal, square_but_once, n, &err), ERR_INTERNAL);
        assert_non_null(strstr(err.text, "where the program gives"));
    }
}

static void agree_check_says_where_it_cannot_look(void **state)
{
    (void)state;
    const Goal goal = goal_for(TYPE_F32, "no-such-target");
    Prog prog;
    Err err = {0};
    parse(&prog, "f32 x\nreturn x\n");
    assert_int_equal(agree_check(&prog, &goal, 64, &err), ERR_UNSUPPORTED);
    assert_non_null(strstr(err.text, "no-such-target"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agree_check_accepts_what_agrees),
        cmocka_unit_test(agree_compare_finds_one_wrong_bit),
        cmocka_unit_test(agree_check_says_where_it_cannot_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
