/* What is learnt of a program holds for those that differ in their constants only. */
#include "search/trust.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

/* x op a + b */
static Prog *make(Op op, double a, double b)
{
    Prog *prog = malloc(sizeof *prog);
    prog_init(prog);
    const Ref x = prog_add_input(prog, TYPE_F32, "x");
    const Ref first = prog_add_const(prog, TYPE_F32, a), second = prog_add_const(prog, TYPE_F32, b);
    prog_add(prog, OP_ADD, prog_add(prog, op, x, first, 0), second, 0);
    return prog;
}

static void programs_that_differ_in_constants_share_what_is_known(void **state)
{
    TrustList list = {0};
    Prog *one = make(OP_MUL, 3, 1), *tuned = make(OP_MUL, 3.5, -1), *other = make(OP_DIV, 3, 1);
    trust_of(&list, one)->n_refused = 2;
    trust_of(&list, tuned)->optimism = 1.25;
    assert_int_equal(trust_look_up(&list, tuned).n_refused, 2);
    assert_true(trust_look_up(&list, one).optimism == 1.25);
    assert_int_equal(trust_look_up(&list, other).n_refused, 0);
    assert_true(trust_look_up(&list, other).optimism == 1);
    assert_int_equal(list.n, 1);
    trust_of(&list, other)->n_mended = 1;
    assert_int_equal(list.n, 2);
    trust_list_release(&list);
    assert_int_equal(trust_look_up(&list, one).n_refused, 0);
    free(one);
    free(tuned);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_that_differ_in_constants_share_what_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
