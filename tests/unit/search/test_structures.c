/* Enumerated structures and what transforms make of them. */
#include "search/reals/enumerate.h"
#include "search/reals/probe.h"
#include "search/reals/structures.h"

#include "tests/support/real_goal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

static const Op FIVE[] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_SQRT};
static const Op NINE[] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_FMA, OP_ABS, OP_SQRT, OP_MIN, OP_MAX};
static const Op NO_PRODUCT[] = {OP_ADD, OP_SUB, OP_DIV};

static double run(const Dag *dag, double x)
{
    double v[DAG_OPS_MAX];
    if (dag->n == 0) return dag->leaf == DAG_X ? x : (double)dag->c[0];
    dag_values(dag, x, v);
    return v[dag->n - 1];
}

static void set_constants(Dag *dag, Rng *rng)
{
    for (int k = 0; k < dag->n_constants; k++) {
        const double size = exp(rng_normal(rng));
        dag->c[k] = rng_below(rng, 2) ? size : -size;
    }
}

static bool is_same_parity(const Dag *dag, double x, double sign)
{
    const double f = run(dag, x), g = sign * run(dag, -x);
    return f == g || (isnan(f) && isnan(g)) || fabs(f - g) <= 1e-9 * fabs(f);
}

/* -- enumeration --------------------------------------------------------------------------- */

typedef struct {
    uint64_t *item;
    int n;
} Families;

static bool families_has(const Families *families, uint64_t item)
{
    for (int i = 0; i < families->n; i++)
        if (families->item[i] == item) return true;
    return false;
}

static Families families_of(const Enumeration *e)
{
    Families families = {xcalloc(enumeration_count(e) + 1, sizeof(uint64_t)), 0};
    for (uint32_t i = 0; i < enumeration_count(e); i++) {
        Dag dag;
        enumeration_get(e, i, &dag);
        families.item[families.n++] = dag_family_fingerprint(&dag, false);
    }
    return families;
}

/* Every structure of n operations is written down, without any thought, and looked for. */
typedef struct {
    const DagOps *ops;
    const Families *families, *smaller;
    Parity parity;
    int n, n_found, n_missing;
    Families found;
    Dag raw;
} Brute;

/* Smaller programs with as many constants cover what cancels or has factors that may be taken later. */
static bool is_excused(const Dag *dag, const DagOps *ops)
{
    Dag late = *dag;
    for (int i = 0; i < dag->n;
         i++) { /* every factor, and every numerator, may be any: is one too many? */
        const DagNode *node = &dag->node[i];
        if (node->op != OP_MUL && node->op != OP_DIV) continue;
        if (!dag_is_constant(node->arg[0]) && !dag_is_constant(node->arg[1])) continue;
        for (int j = i + 1; j < dag->n; j++)
            for (int k = 0; k < 2; k++)
                if (dag->node[j].arg[k] == i &&
                    (dag->node[j].op == OP_MUL || dag->node[j].op == OP_DIV))
                    return true;
    }
    for (int i = 0; i < dag->n; i++) /* an argument meets itself again */
        for (int k = 0; k < 2; k++) {
            const uint8_t other = dag->node[i].arg[k], a = dag->node[i].arg[1 - k];
            if (!dag_is_node(other) || dag_is_constant(a) || a == other) continue;
            if (dag->node[other].arg[0] == a || dag->node[other].arg[1] == a) return true;
        }
    return dag_canonicalize(&late, ops) && late.n < dag->n;
}

static void brute_check(Brute *b)
{
    Dag dag = b->raw;
    Rng rng = rng_new(3, 0);
    dag.n_constants = 0;
    for (int i = 0; i < dag.n; i++)
        for (int k = 0; k < op_info((Op)dag.node[i].op)->arity; k++)
            if (dag_is_constant(dag.node[i].arg[k]))
                dag.node[i].arg[k] = dag_constant(&dag, 1 + rng_unit(&rng));
    if (!dag_canonicalize(&dag, b->ops) || dag.n != b->n) return;
    const double sign = b->parity == PARITY_ODD ? -1 : 1;
    if (b->parity != PARITY_ANY &&
        !(is_same_parity(&dag, 0.7, sign) && is_same_parity(&dag, 1.9, sign)))
        return;
    const uint64_t family = dag_family_fingerprint(&dag, false);
    if (families_has(b->families, family)) {
        b->n_found++;
        return;
    }
    if (families_has(b->smaller, family) || dag_is_redundant(&dag)) return;
    if (is_excused(&dag, b->ops)) return;
    b->n_missing++;
    for (int i = 0; i < dag.n; i++)
        print_error("%s %d %d; ", op_info((Op)dag.node[i].op)->name, dag.node[i].arg[0],
                    dag.node[i].arg[1]);
    print_error("is missing\n");
}

static void brute(Brute *b, int i)
{
    if (i == b->n) {
        brute_check(b);
        return;
    }
    uint8_t choice[8] = {DAG_X, DAG_CONST};
    for (int j = 0; j < i; j++) choice[2 + j] = (uint8_t)j;
    for (int o = 0; o < b->ops->n; o++) {
        const int n_second = op_info(b->ops->op[o])->arity > 1 ? i + 2 : 1;
        for (int p = 0; p < i + 2; p++)
            for (int q = 0; q < n_second; q++) {
                b->raw.n = (uint8_t)i;
                dag_add(&b->raw, b->ops->op[o], choice[p], n_second > 1 ? choice[q] : 0, 0);
                brute(b, i + 1);
            }
    }
}

static void check_complete(const Op *op, int n_op, Parity parity, int n)
{
    const DagOps ops = ops_of(op, n_op);
    Enumeration *e = enumeration_new(&ops, parity, n, UINT32_MAX);
    Families families = families_of(e), smaller = {xcalloc(100000, sizeof(uint64_t)), 0};
    for (int m = 0; m < n; m++) {
        Enumeration *less = enumeration_new(&ops, parity, m, UINT32_MAX);
        const Families some = families_of(less);
        for (int i = 0; i < some.n; i++) smaller.item[smaller.n++] = some.item[i];
        free(some.item);
        enumeration_free(less);
    }
    Brute b = {.ops = &ops,
               .families = &families,
               .smaller = &smaller,
               .parity = parity,
               .n = n,
               .raw = dag_identity()};
    brute(&b, 0);
    assert_int_equal(b.n_missing, 0);
    assert_true(b.n_found >= (int)enumeration_count(e));
    free(families.item);
    free(smaller.item);
    enumeration_free(e);
}

static void an_enumeration_has_every_small_structure(void **state)
{
    for (int n = 1; n <= 3; n++)
        for (Parity parity = PARITY_EVEN; parity <= PARITY_ANY; parity++)
            check_complete(FIVE, 4, parity, n);
    check_complete(FIVE, 5, PARITY_ANY, 2);
}

static void an_enumeration_has_nothing_twice(void **state)
{
    const DagOps four = ops_of(FIVE, 4), nine = ops_of(NINE, 9), three = ops_of(NO_PRODUCT, 3);
    const struct {
        const DagOps *ops;
        Parity parity;
        int n;
    } CASES[] = {
        {&four, PARITY_ANY, 3}, {&four, PARITY_ODD, 5}, {&four, PARITY_EVEN, 4},
        {&nine, PARITY_ANY, 2}, {&nine, PARITY_ODD, 3}, {&three, PARITY_ANY, 3},
    };
    for (size_t c = 0; c < sizeof CASES / sizeof *CASES; c++) {
        Enumeration *e = enumeration_new(CASES[c].ops, CASES[c].parity, CASES[c].n, UINT32_MAX);
        const Families families = families_of(e);
        assert_true(families.n > 10);
        for (int i = 0; i < families.n; i++) {
            const Families before = {families.item, i};
            assert_false(families_has(&before, families.item[i]));
            Dag dag, again;
            enumeration_get(e, (uint32_t)i, &dag);
            assert_int_equal(dag.n, CASES[c].n);
            again = dag;
            assert_true(dag_canonicalize(&again, CASES[c].ops));
            assert_int_equal(again.n, dag.n);
            assert_true(dag_family_fingerprint(&again, false) == families.item[i]);
            assert_false(dag_is_redundant(&dag));
        }
        free(families.item);
        enumeration_free(e);
    }
}

static void odd_is_odd_and_even_is_even_whatever_the_constants(void **state)
{
    const DagOps nine = ops_of(NINE, 9), four = ops_of(FIVE, 4);
    Rng rng = rng_new(5, 0);
    for (int c = 0; c < 4; c++) {
        const Parity parity = c % 2 ? PARITY_ODD : PARITY_EVEN;
        Enumeration *e = enumeration_new(c < 2 ? &nine : &four, parity, c < 2 ? 3 : 5, UINT32_MAX);
        for (uint32_t i = 0; i < enumeration_count(e); i++)
            for (int try = 0; try < 3; try++) {
                Dag dag;
                enumeration_get(e, i, &dag);
                set_constants(&dag, &rng);
                assert_true(is_same_parity(&dag, exp(rng_normal(&rng)), c % 2 ? -1 : 1));
            }
        enumeration_free(e);
    }
}

static void a_negative_has_its_counterpart(void **state)
{
    const DagOps four = ops_of(FIVE, 4);
    Enumeration *e = enumeration_new(&four, PARITY_ODD, 4, UINT32_MAX);
    const Families families = families_of(e);
    int n_negative = 0;
    for (int i = 0; i < families.n; i++) {
        if (!enumeration_is_negative(e, (uint32_t)i)) continue;
        Dag dag;
        enumeration_get(e, (uint32_t)i, &dag);
        const Families before = {families.item, i};
        assert_true(families_has(&before, dag_family_fingerprint(&dag, true)));
        n_negative++;
    }
    assert_true(n_negative > 10);
    free(families.item);
    enumeration_free(e);
}

static void an_enumeration_stops_at_its_limit(void **state)
{
    const DagOps four = ops_of(FIVE, 4);
    Enumeration *e = enumeration_new(&four, PARITY_ANY, 4, 100);
    assert_int_equal(enumeration_count(e), 100);
    assert_false(enumeration_is_complete(e));
    enumeration_free(e);
}

/* -- transforms ---------------------------------------------------------------------------- */

static Dag core(void)
{
    /* max(x, 0.2) + 0.3/x: nothing in a formula joins with it */
    Dag dag = dag_identity();
    const uint8_t large = dag_add(&dag, OP_MAX, DAG_X, dag_constant(&dag, 0.2), 0);
    const uint8_t part = dag_add(&dag, OP_DIV, dag_constant(&dag, 0.3), DAG_X, 0);
    dag_add(&dag, OP_ADD, large, part, 0);
    return dag;
}

static void a_transform_costs_what_it_says(void **state)
{
    const DagOps five = ops_of(FIVE, 5), nine = ops_of(NINE, 9);
    for (int table = 0; table < 2; table++)
        for (const Transform *t = table ? TRANSFORM_INNER : TRANSFORM_OUTER; t->name; t++) {
            assert_true(transform_is_allowed(t, &five));
            Dag dag = core(), alone = dag_identity();
            const int n = dag.n;
            assert_true(table ? transform_inner(t, &dag) : transform_outer(t, &dag));
            assert_int_equal(dag.n, n + transform_cost(t));
            Prog prog;
            dag_to_prog(&dag, &prog);
            Err err = {0};
            if (!prog_is_valid(&prog, &err)) fail_msg("%s: %s", t->name, err.text);
            assert_true(dag_canonicalize(&dag, &nine));
            if (dag.n != n + transform_cost(t)) fail_msg("%s shrinks to %d", t->name, dag.n);
            assert_true(table ? transform_inner(t, &alone) : transform_outer(t, &alone));
            assert_int_equal(alone.n, transform_cost(t));
        }
}

static const Transform *find(const Transform *table, const char *name)
{
    for (; table->name; table++)
        if (strcmp(table->name, name) == 0) return table;
    fail_msg("no transform %s", name);
    return NULL;
}

static void transforms_compute_what_their_names_say(void **state)
{
    const double x = 0.7, y = x + 0.3 / x, u = x / (x + 1);
    Dag dag = core();
    assert_true(transform_outer(find(TRANSFORM_OUTER, "(c + c/(c + y))^2"), &dag));
    assert_true(fabs(run(&dag, x) - pow(1 + 1 / (1 + y), 2)) < 1e-14);
    dag = core();
    assert_true(transform_outer(find(TRANSFORM_OUTER, "y/(c + y^2)"), &dag));
    assert_true(fabs(run(&dag, x) - y / (1 + y * y)) < 1e-14);
    dag = core();
    assert_true(transform_outer(find(TRANSFORM_OUTER, "y + sqrt(c + y^2)"), &dag));
    assert_true(fabs(run(&dag, x) - (y + sqrt(1 + y * y))) < 1e-14);
    dag = core();
    assert_true(transform_inner(find(TRANSFORM_INNER, "x/(x + c)"), &dag));
    assert_true(fabs(run(&dag, x) - (u + 0.3 / u)) < 1e-14);
}

static void an_fma_takes_the_place_of_a_product_and_a_sum(void **state)
{
    const DagOps nine = ops_of(NINE, 9);
    Dag dag = core();
    assert_true(transform_outer(find(TRANSFORM_OUTER, "c + c*y^2"), &dag));
    dag.c[2] = 3;
    const double before = run(&dag, 0.7);
    dag_fuse(&dag);
    assert_true(dag_canonicalize(&dag, &nine));
    assert_int_equal(dag.n, 5);
    assert_true(fabs(run(&dag, 0.7) - before) < 1e-14);
}

/* -- the list -------------------------------------------------------------------------------- */

/* The best root mean square for up to `n_ops` operations among the first `n` of the list. */
static double best_of(const Structures *s, const Approximand *a, uint64_t n, int n_ops)
{
    double best = INFINITY;
    for (uint64_t i = 0; i < n && i < structures_count(s); i++) {
        Dag dag;
        if (!structures_get(s, i, &dag) || dag.n > n_ops) continue;
        Rng rng = rng_new(1, i);
        best = fmin(best, probe(&dag, &a->level[0], 8, &rng));
    }
    return best;
}

static void check_reaches(const char *what, const char *domain, uint64_t n, int n_ops, double error)
{
    const DagOps four = ops_of(FIVE, 4);
    Approximand *a = real_approximand(what, domain, "1e-6rel");
    const StructuresOptions options = {.n_ops_max = n_ops, .core_max = 200, .n_threads = 2};
    Structures *s = structures_new(&four, a, &options);
    const double best = best_of(s, a, n, n_ops);
    if (!(best < error)) fail_msg("%s with %d operations: %g", what, n_ops, best);
    structures_free(s);
    approximand_free(a);
}

static void the_first_of_the_list_hold_known_forms(void **state)
{
    check_reaches("exp2(x)", "(0,1]", 100, 5, 4e-6);  /* c + c/(c + x + c/x) */
    check_reaches("tanh(x)", "[0,1]", 2000, 5, 2e-6); /* c/(u + c/u), u = x + c/x */
    check_reaches("exp(-x)", "[1,3]", 300, 5, 1e-3);
}

static void the_list_is_the_same_with_any_number_of_threads(void **state)
{
    const DagOps four = ops_of(FIVE, 4);
    Approximand *a = real_approximand("sin(x)", "[0,1]", "1e-6abs");
    Structures *s[2];
    for (int i = 0; i < 2; i++) {
        const StructuresOptions options = {.n_ops_max = 4, .core_max = 60, .n_threads = 1 + 2 * i};
        s[i] = structures_new(&four, a, &options);
    }
    assert_true(structures_count(s[0]) > 1000);
    assert_true(structures_count(s[0]) == structures_count(s[1]));
    for (uint64_t i = 0; i < structures_count(s[0]); i++) {
        Dag one = dag_identity(), other = dag_identity();
        const bool is_there = structures_get(s[0], i, &one);
        assert_true(is_there == structures_get(s[1], i, &other));
        if (!is_there) continue;
        assert_true(one.n > 0 && one.n <= 4);
        assert_true(dag_is_same_structure(&one, &other));
        const StructuresRun *run = structures_run(s[0], i);
        assert_true(run->first <= i && i < run->first + run->count);
    }
    for (int i = 0; i < 2; i++) structures_free(s[i]);
    approximand_free(a);
}

static void operators_that_are_not_allowed_are_not_used(void **state)
{
    const Op TWO[] = {OP_ADD, OP_MUL};
    const DagOps two = ops_of(TWO, 2);
    Approximand *a = real_approximand("exp(x)", "[0,1]", "1e-6abs");
    const StructuresOptions options = {.n_ops_max = 6, .core_max = 100, .n_threads = 1};
    Structures *s = structures_new(&two, a, &options);
    assert_true(structures_count(s) > 100);
    for (uint64_t i = 0; i < structures_count(s); i++) {
        Dag dag;
        if (!structures_get(s, i, &dag)) continue;
        for (int k = 0; k < dag.n; k++) assert_true(two.may[dag.node[k].op]);
    }
    structures_free(s);
    approximand_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_enumeration_has_every_small_structure),
        cmocka_unit_test(an_enumeration_has_nothing_twice),
        cmocka_unit_test(odd_is_odd_and_even_is_even_whatever_the_constants),
        cmocka_unit_test(a_negative_has_its_counterpart),
        cmocka_unit_test(an_enumeration_stops_at_its_limit),
        cmocka_unit_test(a_transform_costs_what_it_says),
        cmocka_unit_test(transforms_compute_what_their_names_say),
        cmocka_unit_test(an_fma_takes_the_place_of_a_product_and_a_sum),
        cmocka_unit_test(the_first_of_the_list_hold_known_forms),
        cmocka_unit_test(the_list_is_the_same_with_any_number_of_threads),
        cmocka_unit_test(operators_that_are_not_allowed_are_not_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
