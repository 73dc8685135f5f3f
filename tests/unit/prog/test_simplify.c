/* The simplifier keeps every bit, never grows a program, and knows its rules. */
#include "runtime/prog/simplify.h"

#include "runtime/prog/eval.h"
#include "runtime/prog/real_exact.h"
#include "tests/support/check.h"
#include "tests/support/random_prog.h"
#include "tests/support/scalar_op.h"

#include <string.h>

enum { N_PROGRAMS = 6000, N_POINTS = 60 };

static Prog parsed(const char *text)
{
    Prog prog;
    Err err;
    if (prog_parse(&prog, text, strlen(text), 0, NULL, &err) != OK)
        fail_msg("%s in\n%s", err.text, text);
    return prog;
}

/* Both are bodies of programs; they start from "f32 x, f32 y, i32 i" and the like. */
static void check_becomes(const char *before, const char *after)
{
    Prog got = parsed(before);
    const Prog expected = parsed(after);
    prog_simplify(&got);
    Text got_text = {0}, expected_text = {0};
    prog_print(&got_text, &got);
    prog_print(&expected_text, &expected);
    if (strcmp(text_get(&got_text), text_get(&expected_text)) != 0)
        fail_msg("simplified\n%sinto\n%sexpected\n%s", before, text_get(&got_text),
                 text_get(&expected_text));
    text_release(&got_text);
    text_release(&expected_text);
}

static void check_stays(const char *text) { check_becomes(text, text); }

static void simplify_removes_neutral_operands(void **state)
{
    (void)state;
    check_becomes("f32 x\nf32 c = const 0x1p+0\nf32 v = mul x c\nreturn v\n", "f32 x\nreturn x\n");
    check_becomes("f32 x\nf32 c = const -0x0p+0\nf32 v = add c x\nreturn v\n", "f32 x\nreturn x\n");
    check_becomes("f32 x\nf32 c = const 0x0p+0\nf32 v = sub x c\nreturn v\n", "f32 x\nreturn x\n");
    check_becomes("f64 x\nf64 c = const -0x1p+0\nf64 v = mul x c\nreturn v\n",
                  "f64 x\nf64 v = neg x\nreturn v\n");
    check_becomes("f16 x\nf16 c = const -0x0p+0\nf16 v = sub c x\nreturn v\n",
                  "f16 x\nf16 v = neg x\nreturn v\n");
    check_becomes("i32 x\ni32 c = const 32\ni32 v = shl x c\nreturn v\n", "i32 x\nreturn x\n");
    check_becomes("i16 x\ni16 c = const -1\ni16 v = iand x c\nreturn v\n", "i16 x\nreturn x\n");
}

static void simplify_keeps_signed_zero(void **state)
{
    (void)state;
    check_stays("f32 x\nf32 c = const 0x0p+0\nf32 v = add x c\nreturn v\n");
    check_stays("f32 x\nf32 c = const -0x0p+0\nf32 v = sub x c\nreturn v\n");
    check_stays("f32 x\nf32 c = const 0x0p+0\nf32 v = sub c x\nreturn v\n");
    check_stays("f32 x\nf32 c = const 0x0p+0\nf32 v = mul x c\nreturn v\n");
    check_stays("f32 x\nf32 y\nf32 d = sub x y\nf32 v = neg d\nreturn v\n");
    check_stays("f32 x\nf32 y\nf32 c = const 0x0p+0\nf32 v = fma x y c\nreturn v\n");
}

static void simplify_keeps_what_rounds_twice(void **state)
{
    (void)state;
    check_stays("f64 x\nf32 a = convert x\nf16 v = convert a\nreturn v\n");
    check_stays("f16 x\nbf16 a = convert x\nf16 v = convert a\nreturn v\n");
    check_stays("i32 x\nf32 a = tofloat x\ni32 v = toint a\nreturn v\n");
    check_stays("f32 x\nf32 c = const 0x1.8p+1\nf32 v = div x c\nreturn v\n");
    /* The inverse of the least subnormal is beyond f32. */
    check_stays("f32 x\nf32 c = const 0x1p-149\nf32 v = div x c\nreturn v\n");
}

static void simplify_merges_exact_conversions(void **state)
{
    (void)state;
    check_becomes("f16 x\nf32 a = convert x\nf64 b = convert a\nbf16 v = convert b\nreturn v\n",
                  "f16 x\nbf16 v = convert x\nreturn v\n");
    check_becomes("f32 x\nf64 a = convert x\nf32 v = convert a\nreturn v\n", "f32 x\nreturn x\n");
    check_becomes("i32 x\nf64 a = tofloat x\ni64 v = toint a\nreturn v\n",
                  "i32 x\ni64 v = sext x\nreturn v\n");
    check_becomes("i16 x\ni64 a = zext x\ni32 v = itrunc a\nreturn v\n",
                  "i16 x\ni32 v = zext x\nreturn v\n");
}

static void simplify_folds_and_shares(void **state)
{
    (void)state;
    check_becomes("f32 x\nf32 a = const 0x1.8p+0\nf32 b = const 0x1p-1\nf32 c = mul a b\n"
                  "f32 d = const 0x1p-2\nf32 e = add c d\nf32 v = mul x e\nreturn v\n",
                  "f32 x\nreturn x\n");
    check_becomes("f32 x\nf32 y\nf32 a = add x y\nf32 b = add y x\nf32 v = mul a b\nreturn v\n",
                  "f32 x\nf32 y\nf32 a = add x y\nf32 v = mul a a\nreturn v\n");
    check_becomes("f32 x\nf32 c = const 0x1p+3\nf32 v = div x c\nreturn v\n",
                  "f32 x\nf32 c = const 0x1p-3\nf32 v = mul x c\nreturn v\n");
    check_becomes("f32 x\nf32 y\nbool l = lt x y\nf32 v = select l x y\nreturn v\n",
                  "f32 x\nf32 y\nf32 v = min x y\nreturn v\n");
    check_becomes("i32 x\ni32 a = const 2147483647\ni32 b = const 3\ni32 c = iadd x a\n"
                  "i32 v = iadd b c\nreturn v\n",
                  "i32 x\ni32 a = const -2147483646\ni32 v = iadd x a\nreturn v\n");
    check_becomes("f32 x\nf32 T0[2] = 0x1p+1 0x1p+1\ni32 i = bitcast x\nf32 t = lookup T0 i\n"
                  "f32 v = add x t\nreturn v\n",
                  "f32 x\nf32 c = const 0x1p+1\nf32 v = add x c\nreturn v\n");
}

static void simplify_leaves_nan_to_the_machine(void **state)
{
    (void)state;
    check_stays("f32 x\nf32 a = const inf\nf32 b = sub a a\nf32 v = add x b\nreturn v\n");
}

static void simplify_keeps_an_input_that_cannot_be_the_result(void **state)
{
    (void)state;
    /* The last node is the result, and y follows x. */
    check_stays("f32 x\nf32 y\nf32 c = const 0x1p+0\nf32 v = mul x c\nreturn v\n");
    check_becomes("f32 x\nf32 y\nf32 c = const 0x1p+0\nf32 v = mul y c\nreturn v\n",
                  "f32 x\nf32 y\nreturn y\n");
}

static void simplify_folds_reals_exactly(void **state)
{
    (void)state;
    check_becomes("real x\nreal a = const 0.1\nreal b = const 0.2\nreal c = add a b\n"
                  "real v = mul x c\nreturn v\n",
                  "real x\nreal c = const 0.3\nreal v = mul x c\nreturn v\n");
    check_becomes("real x\nreal a = const 1\nreal b = const 2.5\nreal c = div a b\n"
                  "real v = mul x c\nreturn v\n",
                  "real x\nreal c = const 0.4\nreal v = mul x c\nreturn v\n");
    /* 1/3 is no Real; 0 * x is not 0 where x is infinite. */
    check_stays("real x\nreal a = const 1\nreal b = const 3\nreal c = div a b\nreal v = mul x c\n"
                "return v\n");
    check_stays("real x\nreal a = const 0\nreal v = mul x a\nreturn v\n");
    check_becomes("real x\nreal a = const 0\nreal v = add x a\nreturn v\n", "real x\nreturn x\n");
}

static void real_exact_agrees_with_integers(void **state)
{
    (void)state;
    Rng rng = rng_new(11, 0);
    for (int i = 0; i < 20000; i++) {
        const double a = (double)rng_below(&rng, 2001) - 1000,
                     b = (double)rng_below(&rng, 2001) - 1000;
        const Real x = real_from_double(a), y = real_from_double(b);
        Real sum, product, quotient;
        assert_true(real_add(x, y, &sum) && real_is_equal(sum, real_from_double(a + b)));
        assert_true(real_mul(x, y, &product) && real_is_equal(product, real_from_double(a * b)));
        if (b == 0) {
            assert_false(real_div(product, y, &quotient));
            continue;
        }
        assert_true(real_div(product, y, &quotient));
        if (a != 0) assert_true(real_is_equal(quotient, x));
        /* a / b * b is a, whenever a / b is a Real at all. */
        if (!real_div(x, y, &quotient)) continue;
        assert_true(real_mul(quotient, y, &product));
        if (a != 0) assert_true(real_is_equal(product, x));
    }
    Real huge = {.hi = UINT64_MAX, .lo = UINT64_MAX}, out = {.lo = 7};
    assert_false(real_add(huge, real_from_double(2), &out));
    assert_false(real_mul(huge, huge, &out));
    assert_false(real_add((Real){.class = REAL_INFINITY}, huge, &out));
    assert_int_equal(out.lo, 7);
    const Real tiny = real_from_double(0x1p-1000);
    assert_false(real_add(real_from_double(1), tiny, &out));
}

/* Makes the corner cases of the rules frequent: constants become neutral ones. */
static void plant_neutral_constants(Prog *prog, Rng *rng)
{
    static const double VALUES[] = {0.0, -0.0, 1, -1, 2, 0.5, -4};
    static const uint64_t BITS[] = {0, 1, UINT64_MAX, 2, 16, 32, 64};
    for (int i = 0; i < prog->n; i++) {
        Node *const node = &prog->node[i];
        if (node->op != OP_CONST || rng_below(rng, 2)) continue;
        const Type type = (Type)node->type;
        const uint64_t pick = rng_below(rng, 7);
        if (type_is_float(type))
            node->value.lo = bits_from_value(type, VALUES[pick]);
        else if (type_is_int(type))
            node->value.lo = BITS[pick] & (UINT64_MAX >> (64 - 8 * type_info(type)->size));
    }
}

/* Replaces operands by others of the same type, so that equal ones meet. */
static void make_operands_meet(Prog *prog, Rng *rng)
{
    for (int i = 0; i < prog->n; i++) {
        Node *const node = &prog->node[i];
        const Op op = (Op)node->op;
        /* copysign takes the sign of known bits only; see random_prog.h. */
        if (op_info(op)->arity < 2 || op == OP_COPYSIGN || rng_below(rng, 4)) continue;
        if (op == OP_SELECT || op == OP_LIKELY)
            node->arg[2] = rng_below(rng, 2) ? node->arg[2] : node->arg[1];
        else
            node->arg[1] = node->arg[0];
    }
}

static void check_keeps_bits(const Prog *before, Rng *rng)
{
    Prog after = *before;
    prog_simplify(&after);
    Err err;
    if (!prog_is_valid(&after, &err)) fail_msg("%s", err.text);
    assert_true(after.n <= before->n && prog_n_ops(&after) <= prog_n_ops(before));
    assert_int_equal(after.n_inputs, before->n_inputs);
    Prog again = after;
    prog_simplify(&again);
    assert_true(prog_is_equal(&again, &after));
    Eval *a, *b;
    assert_int_equal(eval_new(&a, before, NULL, NULL), OK);
    assert_int_equal(eval_new(&b, &after, NULL, NULL), OK);
    for (int i = 0; i < N_POINTS; i++) {
        uint64_t x[PROG_INPUTS_MAX];
        for (int k = 0; k < before->n_inputs; k++) {
            const Type type = (Type)before->node[k].type;
            uint64_t corners[CORNERS_MAX];
            const int n = corners_of(type, corners);
            x[k] = i % 2 ? random_value(type, rng) : corners[rng_below(rng, (uint64_t)n)];
        }
        const uint64_t expected = eval_bits(a, x);
        if (!bits_agree(prog_type(before), eval_bits(b, x), expected)) {
            Text text = {0};
            prog_print(&text, before);
            print_error("before:\n%s", text_get(&text));
            text_release(&text);
        }
        check_prog_bits(&after, eval_bits(b, x), expected, x, "simplified");
    }
    eval_free(a);
    eval_free(b);
}

static void simplify_keeps_every_bit_of_random_programs(void **state)
{
    (void)state;
    Rng rng = rng_new(12, 0);
    const Type types[] = {TYPE_F16, TYPE_BF16, TYPE_F32, TYPE_F64, TYPE_I16, TYPE_I32, TYPE_I64};
    int n_before = 0, n_after = 0;
    for (int i = 0; i < N_PROGRAMS; i++) {
        RandomProg options = {.type = types[i % 7],
                              .n_inputs = 1 + (int)rng_below(&rng, 3),
                              .n_ops = 1 + (int)rng_below(&rng, i % 3 ? 12 : 60),
                              .allow_fma = true,
                              .allow_scaling = true,
                              .allow_tables = i % 2};
        options.only_type = type_is_float(options.type) && i % 5 == 0;
        Prog prog = random_prog(&options, &rng);
        if (i % 4) plant_neutral_constants(&prog, &rng);
        if (i % 3 == 0) make_operands_meet(&prog, &rng);
        check_keeps_bits(&prog, &rng);
        Prog simple = prog;
        prog_simplify(&simple);
        n_before += prog.n;
        n_after += simple.n;
    }
    print_message("%d nodes became %d\n", n_before, n_after);
    assert_true(n_after < n_before * 9 / 10);
}

/* x + 1 + 2 + ... in `n` nodes, with an input that is not used where that makes n even. */
static Prog chain(int n)
{
    Prog prog;
    prog_init(&prog);
    Ref sum = prog_add_input(&prog, TYPE_I32, "x");
    if (n % 2 == 0) prog_add_input(&prog, TYPE_I32, "y");
    while (prog.n < n)
        sum = prog_add(&prog, OP_IADD, sum, prog_add_bits(&prog, TYPE_I32, prog.n), 0);
    return prog;
}

static void simplify_works_on_full_programs(void **state)
{
    (void)state;
    for (int n = PROG_MAX - 3; n <= PROG_MAX; n++) {
        const Prog prog = chain(n);
        Prog simple = prog;
        prog_simplify(&simple);
        /* A program without a free node finds no place for the sum of two constants. */
        if (n < PROG_MAX) assert_int_equal(simple.n, n % 2 == 0 ? 4 : 3);
        for (uint64_t i = 0; i < 5; i++) {
            const uint64_t x[] = {i, 0};
            assert_true(scalar_eval(&simple, x) == scalar_eval(&prog, x));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simplify_removes_neutral_operands),
        cmocka_unit_test(simplify_keeps_signed_zero),
        cmocka_unit_test(simplify_keeps_what_rounds_twice),
        cmocka_unit_test(simplify_merges_exact_conversions),
        cmocka_unit_test(simplify_folds_and_shares),
        cmocka_unit_test(simplify_leaves_nan_to_the_machine),
        cmocka_unit_test(simplify_keeps_an_input_that_cannot_be_the_result),
        cmocka_unit_test(simplify_folds_reals_exactly),
        cmocka_unit_test(real_exact_agrees_with_integers),
        cmocka_unit_test(simplify_keeps_every_bit_of_random_programs),
        cmocka_unit_test(simplify_works_on_full_programs),
    };
    return cmocka_run_group_tests_name("simplify", tests, NULL, NULL);
}
