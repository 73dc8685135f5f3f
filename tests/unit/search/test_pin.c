/* Constants that make a program exactly 0 at a zero of the function. */
#include "search/reals/pin.h"

#include "runtime/base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* t + d/(t + e), t = c/(x + a), with d such that it is nearly 0 at x. */
static Dag nearly_zero(double x, Rng *rng)
{
    Dag dag = {0};
    const Quad a = 1 + rng_unit(rng) / 3, c = 2 + rng_unit(rng) / 7, e = 1 + rng_unit(rng) / 11;
    const Quad t = c / (x + a);
    uint8_t node = dag_add(&dag, OP_ADD, DAG_X, dag_constant(&dag, a), 0);
    const uint8_t quotient = dag_add(&dag, OP_DIV, dag_constant(&dag, c), node, 0);
    node = dag_add(&dag, OP_ADD, quotient, dag_constant(&dag, e), 0);
    node = dag_add(&dag, OP_DIV, dag_constant(&dag, -t * (t + e) * (1 + 1e-20)), node, 0);
    dag_add(&dag, OP_ADD, quotient, node, 0);
    return dag;
}

/* Where nothing is rounded it does not matter in which arithmetic. */
static double value_in_long_double(const Dag *dag, double x)
{
    const long double a = (long double)dag->c[0], c = (long double)dag->c[1];
    const long double e = (long double)dag->c[2], d = (long double)dag->c[3];
    const long double t = c / (x + a);
    return (double)(t + d / (t + e));
}

static void test_value_at_the_zero_is_exactly_0(void **state)
{
    Rng rng = rng_new(7, 0);
    for (int i = 0; i < 200; i++) {
        const double x = i % 2 ? 0 : 0.5;
        Dag dag = nearly_zero(x, &rng);
        const Dag before = dag;
        assert_true(dag_pin(&dag, x));
        const Quad t = dag.c[1] / (x + dag.c[0]);
        assert_true(t * (x + dag.c[0]) == dag.c[1]);
        assert_true((double)t == t);
        assert_true(t * (t + dag.c[2]) == -dag.c[3]);
        assert_true(fabs(value_in_long_double(&dag, x)) < 1e-17);
        for (int k = 0; k < 4; k++)
            assert_true(fabs((double)(dag.c[k] / before.c[k] - 1)) < 0x1p-40);
    }
}

static void test_zeros_of_the_structure_stay_as_they_are(void **state)
{
    Dag dag = {0};
    const uint8_t sum = dag_add(&dag, OP_ADD, DAG_X, dag_constant(&dag, 1 / (Quad)3), 0);
    dag_add(&dag, OP_MUL, DAG_X, sum, 0);
    const Dag before = dag;
    assert_true(dag_pin(&dag, 0));
    assert_memory_equal(&dag, &before, sizeof dag);
}

static void test_last_sum_with_a_constant_is_set_by_it(void **state)
{
    Dag dag = {0};
    const uint8_t product = dag_add(&dag, OP_MUL, DAG_X, dag_constant(&dag, 1 / (Quad)3), 0);
    dag_add(&dag, OP_SUB, product, dag_constant(&dag, (Quad)0.25 * (1 + 1e-19) / 3), 0);
    assert_true(dag_pin(&dag, 0.25));
    assert_true(dag.c[0] * 0.25 == dag.c[1]);
}

static void test_what_is_far_from_0_is_left_alone(void **state)
{
    Dag dag = {0};
    dag_add(&dag, OP_ADD, DAG_X, dag_constant(&dag, 1 / (Quad)3), 0);
    const Dag before = dag;
    assert_false(dag_pin(&dag, 0));
    assert_memory_equal(&dag, &before, sizeof dag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_at_the_zero_is_exactly_0),
        cmocka_unit_test(test_zeros_of_the_structure_stay_as_they_are),
        cmocka_unit_test(test_last_sum_with_a_constant_is_set_by_it),
        cmocka_unit_test(test_what_is_far_from_0_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
