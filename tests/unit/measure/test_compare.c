/* Implementations side by side: a good function, one that is off, one that forgets special values; and the loops that call them. */
#include "runtime/measure/compare.h"

#include "tests/support/parsed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static float good(float x) { return (float)exp((double)x); }
/* By 3 ulp above a power of two, by 6 below, and by what rounding adds. */
static float off(float x) { return (float)(exp((double)x) * (1 + 0x1.8p-22)); }
static float forgetful(float x) { return fabsf(x) <= 80 ? good(x) : 1; }
static void good_array(const void *x, void *y, size_t n)
{
    for (size_t i = 0; i < n; i++) ((float *)y)[i] = good(((const float *)x)[i]);
}

static const void *address(float (*function)(float))
{
    const void *a;
    memcpy(&a, &function, sizeof a);
    return a;
}

static void rows_of_a_library_are_joined(void **state)
{
    Comparison c = {0};
    const Peer peers[] = {{"a", address(good), 1}, {"b", address(off), 1}, {"a", address(off), 8}};
    for (int i = 0; i < 3; i++) compare_add_peer(&c, &peers[i]);
    assert_int_equal(c.n, 2);
    assert_ptr_equal(c.row[0].scalar, address(good));
    assert_ptr_equal(c.row[0].vector, address(off));
    assert_int_equal(c.row[0].lanes, 8);
    assert_null(c.row[1].vector);
}

static void loops_call_the_function_for_each_value(void **state)
{
    PeerLoops loops;
    assert_false(peer_loops(&loops, address(good), TYPE_F32, 3));
    assert_true(peer_loops(&loops, address(good), TYPE_F32, 1));
    float x[5] = {0, 1, 2, 3, 4}, y[5] = {0, 0, 0, 0, -1};
    const void *in[] = {x, loops.over_array.context, NULL};
    loops.over_array.run(in, y, 4);
    for (int i = 0; i < 4; i++) assert_true(y[i] == good(x[i]));
    assert_true(y[4] == -1);
    in[1] = loops.chain.context;
    loops.chain.run(in, y, 4);
    assert_true(y[0] == good(3)); /* the last result; the others left no trace */
    in[1] = loops.empty_chain.context;
    loops.empty_chain.run(in, y, 4);
    assert_true(y[0] == 3);
}

static void times_and_errors_are_told_apart(void **state)
{
    Comparison *c = calloc(1, sizeof *c);
    Err err = {0};
    Timer *timer = NULL;
    Goal *goal = parsed_spec((SpecText){.what = "exp", .type = "f32", .max_error = "1ulp"});
    if (timer_new(&timer, "native", &err) != OK) fail_msg("%s", err.text);
    c->n = 3;
    c->row[0] = (CompareRow){.who = "good", .scalar = address(good), .array = good_array};
    c->row[1] = (CompareRow){.who = "off", .scalar = address(off)};
    c->row[2] = (CompareRow){.who = "forgetful", .scalar = address(forgetful)};
    const Status status = compare_measure(c, timer, goal, 1000003, 1, 0.3, &err);
    if (status != OK && status != ERR_UNDECIDED) fail_msg("%s", err.text);
    for (int i = 0; i < 3; i++) {
        assert_true(c->row[i].times.scalar_ns > 0 && c->row[i].times.scalar_ns < 10000);
        assert_true(isnan(c->row[i].times.vector_ns));
        assert_int_equal(c->row[i].report.method, METHOD_SAMPLED);
    }
    assert_true(c->row[0].times.array_ns > 0 && isnan(c->row[1].times.array_ns));
    assert_true(c->row[0].report.max_ulp <= 0.5001 && c->row[0].report.max_ulp > 0.3);
    if (!(c->row[1].report.max_ulp > 2.5 && c->row[1].report.max_ulp < 7))
        fail_msg("%g ulp at %a", c->row[1].report.max_ulp, c->row[1].report.worst_input[0]);
    assert_int_equal(c->row[0].n_specials_wrong, 0);
    assert_int_equal(c->row[1].n_specials_wrong, 2); /* exp(0), exp(-0) */
    assert_true(c->row[2].n_specials_wrong >= 4);    /* both infinities, NaN, the ends */
    assert_true(c->inputs.lo < 0 && c->inputs.hi > 0);
    timer_free(timer);
    free(goal);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_a_library_are_joined),
        cmocka_unit_test(loops_call_the_function_for_each_value),
        cmocka_unit_test(times_and_errors_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
