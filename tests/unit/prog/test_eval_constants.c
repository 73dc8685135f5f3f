/* Changing a constant of a prepared program is the same as preparing the changed program. */
#include "runtime/base/rng.h"
#include "runtime/prog/eval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum { POINTS = 700 };

/* Constants in every place: either side of an operator, all three of fma, both of select, shared, as
   the operand of a bit cast, alone. */
static Prog crowded(Type type, Ref *constant, int *n)
{
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, type, "x");
    *n = 0;
    Ref c[6];
    for (int i = 0; i < 6; i++) c[i] = constant[(*n)++] = prog_add_const(&prog, type, 0.5 + i);
    const Ref a = prog_add(&prog, OP_SUB, c[0], x, 0), b = prog_add(&prog, OP_SUB, x, c[1], 0);
    Ref y = prog_add(&prog, OP_DIV, a, prog_add(&prog, OP_ADD, c[2], b, 0), 0);
    if (type == TYPE_F32 || type == TYPE_F64) {
        y = prog_add(&prog, OP_FMA, c[3], y, c[4]);
        y = prog_add(&prog, OP_FMA, c[3], c[5], y);
    }
    const Ref is_less = prog_add(&prog, OP_LT, x, c[1], 0);
    y = prog_add(&prog, OP_SELECT, is_less, c[0], y);
    if (type == TYPE_F32) {
        const Ref bits = prog_add_typed(&prog, OP_BITCAST, TYPE_I32, c[5], 0, 0);
        const Ref x_bits = prog_add_typed(&prog, OP_BITCAST, TYPE_I32, y, 0, 0);
        const Ref mixed = prog_add(&prog, OP_IXOR, x_bits, bits, 0);
        y = prog_add_typed(&prog, OP_BITCAST, TYPE_F32, mixed, 0, 0);
    }
    prog_add(&prog, OP_MAX, y, prog_add(&prog, OP_MIN, c[2], x, 0), 0);
    return prog;
}

static void changed_constants_give_the_changed_program(void **state)
{
    static const Type types[] = {TYPE_F16, TYPE_BF16, TYPE_F32, TYPE_F64};
    Rng rng = rng_new(1, 0);
    for (int t = 0; t < 4; t++) {
        const size_t size = (size_t)type_info(types[t])->size;
        Ref constant[8];
        int n;
        Prog prog = crowded(types[t], constant, &n);
        static unsigned char x[POINTS * 8], got[POINTS * 8], want[POINTS * 8];
        for (int i = 0; i < POINTS; i++) {
            const uint64_t bits = bits_from_value(types[t], 4 * rng_unit(&rng) - 1);
            memcpy(x + (size_t)i * size, &bits, size);
        }
        const void *inputs[] = {x};
        Eval *kept, *fresh;
        assert_int_equal(eval_new(&kept, &prog, NULL, NULL), OK);
        for (int round = 0; round < 30; round++) {
            const Ref ref = constant[rng_below(&rng, (uint64_t)n)];
            const uint64_t bits = bits_from_value(types[t], rng_normal(&rng));
            prog.node[ref].value.lo = bits;
            eval_set_constant(kept, ref, bits);
            assert_int_equal(eval_new(&fresh, &prog, NULL, NULL), OK);
            eval_run(kept, inputs, got, POINTS);
            eval_run(fresh, inputs, want, POINTS);
            eval_free(fresh);
            if (memcmp(got, want, POINTS * size) != 0)
                fail_msg("%s, round %d: results differ", type_info(types[t])->name, round);
        }
        eval_free(kept);
    }
}

static void a_constant_result_changes_too(void **state)
{
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, TYPE_F32, "x");
    const Ref c = prog_add_const(&prog, TYPE_F32, 1);
    Eval *eval;
    assert_int_equal(eval_new(&eval, &prog, NULL, NULL), OK);
    eval_set_constant(eval, c, bits_from_value(TYPE_F32, -2.5));
    const uint64_t x = 0;
    assert_int_equal(eval_bits(eval, &x), bits_from_value(TYPE_F32, -2.5));
    eval_free(eval);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changed_constants_give_the_changed_program),
        cmocka_unit_test(a_constant_result_changes_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
