/* The common path: what it holds, and that it is the Prog where its guards hold. */
#include "runtime/prog/common_path.h"

#include "runtime/prog/prog_text.h"
#include "runtime/prog/simplify.h"
#include "tests/support/check.h"
#include "tests/support/random_prog.h"
#include "tests/support/scalar_op.h"
#include "tests/support/values.h"

#include <string.h>

static Prog parse(const char *text)
{
    Prog prog;
    Err err = {0};
    if (prog_parse(&prog, text, strlen(text), 0, NULL, &err) != OK) fail_msg("%s", err.text);
    return prog;
}

static void a_program_without_likely_has_no_common_path(void **state)
{
    (void)state;
    const Prog prog = parse("f32 x\nf32 one = const 1\nbool c = lt x one\n"
                            "f32 y = select c x one\nreturn y\n");
    CommonPath path;
    assert_false(common_path_find(&path, &prog));
}

static void the_common_path_leaves_out_what_is_rare(void **state)
{
    (void)state;
    const Prog prog = parse("f32 x\nf32 one = const 1\nf32 a = add x one\nf32 b = sqrt a\n"
                            "f32 d = div b x\nbool c = lt x one\nf32 y = likely c a d\n"
                            "f32 z = neg y\nreturn z\n");
    CommonPath path;
    assert_true(common_path_find(&path, &prog));
    assert_int_equal(path.n_guards, 1);
    assert_int_equal(path.guard[0], 5);
    assert_false(path.is_needed[3] || path.is_needed[4]);
    assert_int_equal(common_path_value(&prog, 6), 2);
    assert_int_equal(common_path_n_ops(&path, &prog), 3); /* add, lt, neg */
}

/* One on each side of a sum, one in the common side of another: all their guards count, but not
   that of one in a rare side. */
static void every_likely_on_the_path_adds_its_guard(void **state)
{
    (void)state;
    const Prog prog = parse("f32 x\nf32 one = const 1\nf32 two = const 2\nf32 three = const 3\n"
                            "bool c = lt x one\nbool d = lt x two\nbool e = lt x three\n"
                            "f32 a = likely c x one\nf32 b = likely d a two\n"
                            "f32 r = likely e x three\nf32 q = likely c x r\n"
                            "f32 y = add b q\nreturn y\n");
    CommonPath path;
    assert_true(common_path_find(&path, &prog));
    assert_int_equal(path.n_guards, 2);
    assert_true(path.guard[0] + path.guard[1] == 4 + 5);
}

/* The value on the path, or false where a guard does not hold. */
static bool value_on_path(const Prog *prog, const CommonPath *path, const uint64_t *x,
                          uint64_t *out)
{
    uint64_t value[PROG_MAX];
    for (int i = 0; i < prog->n; i++) {
        const Node *const node = &prog->node[i];
        uint64_t arg[OP_ARITY_MAX] = {0};
        value[i] = 0x5a5a5a5a; /* must not matter */
        if (!path->is_needed[i]) continue;
        for (int k = 0; k < op_info((Op)node->op)->arity; k++) arg[k] = value[node->arg[k]];
        if (node->op == OP_INPUT)
            value[i] = x[node->arg[0]];
        else if (node->op == OP_CONST)
            value[i] = node->value.lo;
        else if (node->op == OP_LIKELY)
            value[i] = arg[1];
        else
            value[i] = scalar_op(prog, node, arg);
    }
    for (int i = 0; i < path->n_guards; i++)
        if (!value[path->guard[i]]) return false;
    *out = value[prog_result(prog)];
    return true;
}

static void where_its_guards_hold_the_common_path_is_the_program(void **state)
{
    (void)state;
    Rng rng = rng_new(91, 0);
    int n_common = 0, n_rare = 0;
    for (int round = 0; round < 700; round++) {
        const RandomProg options = {.type = (Type)(TYPE_F16 + round % 7),
                                    .n_inputs = 1 + round % 3,
                                    .n_ops = 5 + round % 60,
                                    .allow_fma = true,
                                    .allow_tables = round % 2,
                                    .is_likely = true};
        const Prog prog = random_prog(&options, &rng);
        CommonPath path;
        if (!common_path_find(&path, &prog)) continue;
        for (int point = 0; point < 40; point++) {
            uint64_t x[PROG_INPUTS_MAX], got;
            for (int k = 0; k < prog.n_inputs; k++) x[k] = random_value(options.type, &rng);
            if (value_on_path(&prog, &path, x, &got)) {
                check_prog_bits(&prog, got, scalar_eval(&prog, x), x, "common path");
                n_common++;
            } else {
                n_rare++;
            }
        }
    }
    assert_true(n_common > 5000 && n_rare > 1000);
}

static void simplify_keeps_the_common_side_first(void **state)
{
    (void)state;
    Prog prog = parse("f32 x\nf32 one = const 1\nbool c = lt x one\nbool d = not c\n"
                      "f32 a = mul x x\nf32 y = likely d a one\nreturn y\n");
    prog_simplify(&prog);
    const Node *last = &prog.node[prog_result(&prog)];
    assert_int_equal(last->op, OP_LIKELY);
    assert_int_equal(prog.node[last->arg[1]].op, OP_MUL);
    /* A choice that is made by then is none. */
    Prog same = parse("f32 x\nf32 one = const 1\nbool c = lt x one\nf32 s = mul x x\n"
                      "f32 a = select c s one\nf32 y = likely c a x\nreturn y\n");
    prog_simplify(&same);
    assert_int_equal(prog_n_ops(&same), 3); /* lt, mul, likely */
    assert_int_equal(same.node[prog_result(&same)].op, OP_LIKELY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_without_likely_has_no_common_path),
        cmocka_unit_test(the_common_path_leaves_out_what_is_rare),
        cmocka_unit_test(every_likely_on_the_path_adds_its_guard),
        cmocka_unit_test(where_its_guards_hold_the_common_path_is_the_program),
        cmocka_unit_test(simplify_keeps_the_common_side_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
