/* Lists of operators and their weights. */
#include "runtime/prog/op_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_spelling_reads_back(void **state)
{
    (void)state;
    for (int op = 0; op < OP_COUNT; op++) {
        const OpInfo *info = op_info((Op)op);
        Op found = OP_COUNT;
        const bool is_listable = (info->kind & KIND_MACHINE) && info->signature != SIG_LEAF;
        const Status status = op_from_spelling(&found, op_spelling((Op)op), NULL);
        if (is_listable != (status == OK) || (is_listable && found != (Op)op))
            fail_msg("%s: '%s'", info->name, op_spelling((Op)op));
    }
}

static void weights_print_and_read_back(void **state)
{
    (void)state;
    static const struct {
        const char *text, *printed;
    } CASES[] = {
        {"/=5", "/=5"},
        {"/=5,*=2", "*=2,/=5"},
        {"*=1, +=1", ""},
        {"", ""},
        {"-=2", "-=2"},
        {"-=2,neg=1", "-=2,neg=1"},
        {"neg=1,-=2", "-=2,neg=1"},
        {"neg=0.5", "neg=0.5"},
        {"<==3,===4,fma=1.25,sqrt=1e1", "fma=1.25,sqrt=10,<==3,===4"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        double weight[OP_COUNT], again[OP_COUNT];
        Text text = {0};
        Err err = {0};
        if (op_weights_parse(weight, CASES[i].text, &err) != OK) fail_msg("%s", err.text);
        op_weights_print(&text, weight);
        assert_string_equal(text_get(&text), CASES[i].printed);
        assert_int_equal(op_weights_parse(again, text_get(&text), &err), OK);
        assert_memory_equal(weight, again, sizeof weight);
        text_release(&text);
    }
}

static void silly_weights_are_refused(void **state)
{
    (void)state;
    static const char *const CASES[] = {"/",     "=5",      "/=",    "/=-1", "/=0",    "/=nan",
                                        "/=inf", "/=1e300", "/=5x",  "pi=2", "sine=2", "/=5,/=5",
                                        "x=3",   "/=0x",    "/==5=", "5",    "/=1e-9", "/= 5"};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        double weight[OP_COUNT];
        Err err = {0};
        if (op_weights_parse(weight, CASES[i], &err) == OK) fail_msg("'%s' was taken", CASES[i]);
        assert_true(err.text[0] && !strchr(err.text, '\n'));
    }
}

static void sum_weighs_every_operation(void **state)
{
    (void)state;
    Prog prog;
    double weight[OP_COUNT];
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_REAL, "x");
    const Ref c = prog_add_const(&prog, TYPE_REAL, 3);
    const Ref sum = prog_add(&prog, OP_ADD, x, c, 0);
    const Ref quotient = prog_add(&prog, OP_DIV, c, sum, 0);
    const Ref negative = prog_add(&prog, OP_NEG, quotient, 0, 0);
    prog_add(&prog, OP_FMA, negative, x, c);
    assert_int_equal(op_weights_parse(weight, "", NULL), OK);
    assert_true(op_weights_sum(weight, &prog) == prog_n_ops(&prog));
    assert_int_equal(op_weights_parse(weight, "/=5,-=0.25", NULL), OK);
    assert_true(op_weights_sum(weight, &prog) == 1 + 5 + 0.25 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_reads_back),
        cmocka_unit_test(weights_print_and_read_back),
        cmocka_unit_test(silly_weights_are_refused),
        cmocka_unit_test(sum_weighs_every_operation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
