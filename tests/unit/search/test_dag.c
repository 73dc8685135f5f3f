/* Dags: canonical forms keep the function, what is the same is recognised, and programs survive the way there and back. */
#include "search/reals/dag.h"
#include "search/reals/guard.h"
#include "search/reals/mutate.h"

#include "runtime/prog/prog_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static DagOps ops_of(const Op *op, int n)
{
    DagOps ops = {.n = n};
    for (int i = 0; i < n; i++) {
        ops.op[i] = op[i];
        ops.may[op[i]] = true;
        ops.cost[op[i]] = 1;
    }
    return ops;
}

static const Op FOUR[] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV};
static const Op NINE[] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_FMA, OP_ABS, OP_SQRT, OP_MIN, OP_MAX};
static const Op THREE[] = {OP_SUB, OP_DIV, OP_MUL};

static double run(const Dag *dag, double x)
{
    double v[DAG_OPS_MAX];
    if (dag->n == 0) return dag->leaf == DAG_X ? x : (double)dag->c[0];
    dag_values(dag, x, v);
    return v[dag->n - 1];
}

/* No rules at all: raw structures to canonicalise. */
static void random_raw(Dag *dag, int n, const DagOps *ops, Rng *rng)
{
    *dag = dag_identity();
    for (int i = 0; i < n; i++) {
        uint8_t arg[OP_ARITY_MAX] = {0};
        const Op op = ops->op[rng_below(rng, (uint64_t)ops->n)];
        for (int k = 0; k < op_info(op)->arity; k++)
            arg[k] = rng_below(rng, 3) == 0             ? DAG_X
                     : i == 0 || rng_below(rng, 2) == 0 ? dag_constant(dag, rng_normal(rng))
                                                        : (uint8_t)rng_below(rng, (uint64_t)i);
        dag_add(dag, op, arg[0], arg[1], arg[2]);
    }
}

static void check_keeps_function(const DagOps *ops, bool is_exact_choice)
{
    Rng rng = rng_new(7, 0);
    int n_seen = 0;
    for (int i = 0; i < 20000; i++) {
        Dag raw, canonical;
        random_raw(&raw, 1 + (int)rng_below(&rng, 9), ops, &rng);
        canonical = raw;
        if (!dag_canonicalize(&canonical, ops)) continue;
        assert_true(canonical.n <= raw.n);
        for (int k = 0; k < 3 && is_exact_choice; k++) {
            const double x = 0.3 + 0.37 * k, want = run(&raw, x), got = run(&canonical, x);
            if (!isfinite(want) || fabs(want) > 1e4 || fabs(want) < 1e-4) continue;
            n_seen++;
            if (!(fabs(got - want) <= 1e-6 * fabs(want)))
                fail_msg("program %d at %a: %.17g, was %.17g", i, x, got, want);
        }
        Dag again = canonical;
        assert_true(dag_canonicalize(&again, ops));
        assert_true(dag_is_same_structure(&again, &canonical));
    }
    if (is_exact_choice) assert_true(n_seen > 10000);
}

static void a_canonical_form_keeps_the_function(void **state)
{
    const DagOps four = ops_of(FOUR, 4), three = ops_of(THREE, 3);
    check_keeps_function(&four, true);
    check_keeps_function(&three, true);
}

static void a_canonical_form_is_its_own(void **state)
{
    const DagOps nine = ops_of(NINE, 9);
    check_keeps_function(&nine, false);
}

static Dag dag_of(const char *text)
{
    Prog prog;
    Err err = {0};
    Dag dag;
    const DagOps four = ops_of(FOUR, 4);
    if (prog_parse(&prog, text, strlen(text), 0, NULL, &err) != OK) fail_msg("%s", err.text);
    assert_true(dag_from_prog(&dag, &prog));
    assert_true(dag_canonicalize(&dag, &four));
    return dag;
}

#define HEAD "real x\nreal a = const 1.5\nreal b = const 0.25\n"

static void what_is_the_same_is_recognised(void **state)
{
    static const char *const PAIRS[][2] = {
        {"real u = mul x x\nreal v = mul u x\nreal y = add v a\n",
         "real u = mul x x\nreal v = mul x u\nreal y = add a v\n"},
        {"real u = add x a\nreal v = add u b\nreal y = mul v x\n",
         "real u = add x a\nreal y = mul x u\n"},
        {"real u = sub x a\nreal v = div u b\nreal w = sub b v\nreal y = mul w x\n",
         "real u = mul x a\nreal v = add u b\nreal y = mul v x\n"},
        {"real u = div a x\nreal v = sub x u\nreal y = add v b\n",
         "real u = div a x\nreal v = add u x\nreal y = sub v b\n"},
    };
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        char text[2][400];
        for (int k = 0; k < 2; k++)
            snprintf(text[k], sizeof text[k], HEAD "%sreturn y\n", PAIRS[i][k]);
        const Dag first = dag_of(text[0]), second = dag_of(text[1]);
        if (!dag_is_same_structure(&first, &second)) fail_msg("pair %zu differs", i);
        assert_true(dag_fingerprint(&first) == dag_fingerprint(&second));
    }
}

static void fingerprints_see_through_order_of_products(void **state)
{
    const Dag first =
        dag_of(HEAD "real s = mul x x\nreal u = mul s s\nreal y = mul u x\nreturn y\n");
    const Dag second =
        dag_of(HEAD "real s = mul x x\nreal u = mul s x\nreal y = mul u s\nreturn y\n");
    const Dag third =
        dag_of(HEAD "real s = mul x x\nreal u = mul s x\nreal y = mul u u\nreturn y\n");
    assert_false(dag_is_same_structure(&first, &second));
    assert_true(dag_fingerprint(&first) == dag_fingerprint(&second));
    assert_false(dag_fingerprint(&first) == dag_fingerprint(&third));
}

static void programs_survive_the_way_there_and_back(void **state)
{
    const DagOps nine = ops_of(NINE, 9);
    Rng rng = rng_new(3, 0);
    for (int i = 0; i < 500; i++) {
        Dag dag, back;
        Prog prog;
        if (!mutate_random(1 + i % 12, &nine, &rng, &dag)) continue;
        dag_to_prog(&dag, &prog);
        assert_true(prog_is_valid(&prog, NULL));
        assert_int_equal(prog_n_ops(&prog), dag.n);
        assert_true(dag_from_prog(&back, &prog));
        assert_true(dag_is_same_structure(&dag, &back));
        for (int k = 0; k < dag.n_constants; k++) assert_true(dag.c[k] == back.c[k]);
    }
}

static void mutation_reaches_new_structures_and_repeats(void **state)
{
    const DagOps four = ops_of(FOUR, 4);
    for (int compose = 0; compose < 2; compose++) {
        const MutateOptions options = {&four, NULL, compose, 12};
        Rng rng = rng_new(5, 0), same = rng_new(5, 0);
        Dag dag = dag_identity();
        int n_changed = 0;
        for (int i = 0; i < 3000; i++) {
            Dag child, again;
            const char *what, *other;
            const bool is_good = mutate(&dag, &options, &rng, &child, &what);
            assert_true(mutate(&dag, &options, &same, &again, &other) == is_good);
            if (!is_good) continue;
            assert_true(dag_is_same_structure(&child, &again));
            assert_true(child.n <= 12 && child.n > 0);
            for (int k = 0; k < child.n; k++) assert_true(four.may[child.node[k].op]);
            dag = child;
            n_changed++;
        }
        assert_true(n_changed > 500);
    }
}

static void poles_between_points_are_seen(void **state)
{
    /* b/((x - a)^2 - w): two poles at a -+ sqrt(w), none for w < 0; x = 0 as an end of the domain does no harm. */
    static const struct {
        double a, w;
        bool is_regular;
    } ROWS[] = {{0.3, 1e-12, false},
                {0.7001, 1e-20, false},
                {0.3, -1e-6, true},
                {1.5, 0.01, true},
                {0.5, 0.1, false}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Dag dag = dag_identity();
        const uint8_t u = dag_add(&dag, OP_ADD, DAG_X, dag_constant(&dag, -ROWS[i].a), 0);
        const uint8_t s = dag_add(&dag, OP_MUL, u, u, 0);
        const uint8_t d = dag_add(&dag, OP_ADD, s, dag_constant(&dag, -ROWS[i].w), 0);
        const uint8_t y = dag_add(&dag, OP_DIV, dag_constant(&dag, 1), d, 0);
        dag_add(&dag, OP_ADD, y, dag_add(&dag, OP_DIV, dag_constant(&dag, 1), DAG_X, 0), 0);
        if (guard_is_regular(&dag, 0, 1) != ROWS[i].is_regular) fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_canonical_form_keeps_the_function),
        cmocka_unit_test(a_canonical_form_is_its_own),
        cmocka_unit_test(what_is_the_same_is_recognised),
        cmocka_unit_test(fingerprints_see_through_order_of_products),
        cmocka_unit_test(programs_survive_the_way_there_and_back),
        cmocka_unit_test(poles_between_points_are_seen),
        cmocka_unit_test(mutation_reaches_new_structures_and_repeats),
    };
    return cmocka_run_group_tests_name("dag", tests, NULL, NULL);
}
