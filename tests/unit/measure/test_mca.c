/* Times of processors that are not here: they grow with the program, and are the same whenever they are asked for. */
#include "runtime/measure/mca.h"

#include "runtime/emit/targets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* A chain of products and sums; with a guard, one that is only taken where |x| < 1. */
static Prog chain(Type type, int n, bool has_guard)
{
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, type, "x");
    Ref y = x;
    for (int i = 0; i < n; i++) {
        const Ref c = prog_add_const(&prog, type, 1.0 / (i + 2));
        y = prog_add(&prog, OP_ADD, prog_add(&prog, OP_MUL, y, x, 0), c, 0);
    }
    if (!has_guard) return prog;
    const Ref one = prog_add_const(&prog, type, 1);
    const Ref is_common = prog_add(&prog, OP_LT, prog_add(&prog, OP_ABS, x, 0, 0), one, 0);
    Ref rare = prog_add(&prog, OP_DIV, one, x, 0);
    for (int i = 0; i < 8; i++)
        rare = prog_add(&prog, OP_DIV, one, prog_add(&prog, OP_ADD, rare, x, 0), 0);
    prog_add(&prog, OP_LIKELY, is_common, y, rare);
    return prog;
}

static void longer_programs_take_longer_on_every_target(void **state)
{
    static const Type TYPES[] = {TYPE_F32, TYPE_F64, TYPE_F16};
    if (!mca_is_there()) skip();
    for (const Target *target = TARGETS; target->name; target++)
        for (int t = 0; t < 3; t++) {
            const Prog little = chain(TYPES[t], 3, false), much = chain(TYPES[t], 30, false);
            const Prog *const both[] = {&little, &much};
            Timing timing[2], again[2];
            Err err = {0};
            if (mca_measure(timing, both, 2, target->name, &err) != OK)
                fail_msg("%s: %s", target->name, err.text);
            assert_true(timing[0].throughput_ns > 0 &&
                        timing[1].throughput_ns > 2 * timing[0].throughput_ns);
            assert_true(timing[0].latency_ns > 0 &&
                        timing[1].latency_ns > 2 * timing[0].latency_ns);
            assert_true(timing[0].is_modelled && timing[0].is_sure);
            assert_int_equal(mca_measure(again, both, 2, target->name, &err), OK);
            assert_true(again[1].throughput_ns == timing[1].throughput_ns &&
                        again[0].latency_ns == timing[0].latency_ns);
        }
}

/* The simulated loop is the one over whole vectors, also where it has a way out of it. */
static void what_is_rare_does_not_count(void **state)
{
    if (!mca_is_there()) skip();
    for (const Target *target = TARGETS; target->name; target++) {
        const Prog plain = chain(TYPE_F32, 12, false), guarded = chain(TYPE_F32, 12, true);
        const Prog *const both[] = {&plain, &guarded};
        Timing timing[2];
        Err err = {0};
        if (mca_measure(timing, both, 2, target->name, &err) != OK)
            fail_msg("%s: %s", target->name, err.text);
        assert_true(timing[1].throughput_ns < 2 * timing[0].throughput_ns);
        assert_true(timing[1].throughput_ns > 0.7 * timing[0].throughput_ns);
    }
}

/* Every operation has a constant of its own: getting them back after the rare way takes more instructions than the loop has. */
static void coming_back_from_what_is_rare_does_not_count(void **state)
{
    enum { N = 18 };
    if (!mca_is_there()) skip();
    Prog plain, guarded;
    prog_init(&plain);
    const Ref x = prog_add_input(&plain, TYPE_F32, "x");
    const Ref first = prog_add_const(&plain, TYPE_F32, 0x1p-20);
    Ref y = prog_add(&plain, OP_ADD, x, first, 0);
    for (int i = 1; i < N; i++)
        y = prog_add(&plain, OP_ADD, y, prog_add_const(&plain, TYPE_F32, 1.0 / i), 0);
    guarded = plain;
    const Ref is_common = prog_add(&guarded, OP_LT, x, first, 0);
    prog_add(&guarded, OP_LIKELY, is_common, y, prog_add(&guarded, OP_SQRT, y, 0, 0));
    const Prog *const both[] = {&plain, &guarded};
    for (const Target *target = TARGETS; target->name; target++) {
        Timing timing[2];
        Err err = {0};
        if (mca_measure(timing, both, 2, target->name, &err) != OK)
            fail_msg("%s: %s", target->name, err.text);
        assert_true(timing[1].throughput_ns < 1.3 * timing[0].throughput_ns);
        assert_true(timing[1].throughput_ns > 0.9 * timing[0].throughput_ns);
    }
}

static void every_target_has_a_processor(void **state)
{
    for (const Target *target = TARGETS; target->name; target++) {
        double gigahertz = 0;
        assert_non_null(mca_processor(target->name, &gigahertz));
        assert_true(gigahertz > 1 && gigahertz < 6);
    }
    double gigahertz;
    assert_null(mca_processor("none", &gigahertz));
}

static void without_llvm_mca_nothing_is_modelled(void **state)
{
    const Prog prog = chain(TYPE_F32, 3, false);
    const Prog *const list[] = {&prog};
    char *path = xstrdup(getenv("PATH") ? getenv("PATH") : "");
    Timing timing;
    Err err = {0};
    setenv("PATH", "/nonexistent", 1);
    assert_false(mca_is_there());
    assert_int_equal(mca_measure(&timing, list, 1, "x86-64-v4", &err), ERR_UNSUPPORTED);
    setenv("PATH", path, 1);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longer_programs_take_longer_on_every_target),
        cmocka_unit_test(what_is_rare_does_not_count),
        cmocka_unit_test(coming_back_from_what_is_rare_does_not_count),
        cmocka_unit_test(every_target_has_a_processor),
        cmocka_unit_test(without_llvm_mca_nothing_is_modelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
