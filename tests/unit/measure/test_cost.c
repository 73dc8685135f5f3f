/* The cost table: sane, monotone, and telling Horner from Estrin. */
#include "runtime/measure/cost.h"

#include "runtime/emit/targets.h"
#include "tests/support/check.h"
#include "tests/support/random_prog.h"

#include <math.h>

/* A polynomial of degree `n` with fma. */
static Prog horner(Type type, int n)
{
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, type, "x");
    Ref sum = prog_add_const(&prog, type, 1);
    for (int i = 1; i <= n; i++)
        sum = prog_add(&prog, OP_FMA, sum, x, prog_add_const(&prog, type, 1 + i));
    return prog;
}

/* The same polynomial of degree 7: pairs, then pairs of pairs. */
static Prog estrin7(void)
{
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x");
    const Ref x2 = prog_add(&prog, OP_MUL, x, x, 0), x4 = prog_add(&prog, OP_MUL, x2, x2, 0);
    Ref pair[4];
    for (int i = 0; i < 4; i++) {
        const Ref a = prog_add_const(&prog, TYPE_F32, 2 + i),
                  b = prog_add_const(&prog, TYPE_F32, 3 + i);
        pair[i] = prog_add(&prog, OP_FMA, a, x, b);
    }
    const Ref low = prog_add(&prog, OP_FMA, pair[1], x2, pair[0]);
    const Ref high = prog_add(&prog, OP_FMA, pair[3], x2, pair[2]);
    prog_add(&prog, OP_FMA, high, x4, low);
    return prog;
}

static void cost_of_horner_is_its_fmas(void **state)
{
    (void)state;
    const Prog six = horner(TYPE_F32, 6), one = horner(TYPE_F32, 1);
    const Cost cost = cost_estimate(&six, "x86-64-v3"), unit = cost_estimate(&one, "x86-64-v3");
    assert_int_equal(cost.ops, 6);
    assert_true(fabs(cost.throughput - 6 * unit.throughput) < 1e-12);
    assert_true(fabs(cost.latency - 6 * unit.latency) < 1e-12);
    assert_true(unit.throughput > 0 && unit.latency >= 3);
}

static void cost_of_f64_is_twice_that_of_f32_per_f32_lane(void **state)
{
    (void)state;
    const Prog single = horner(TYPE_F32, 5), twice = horner(TYPE_F64, 5);
    const Cost s = cost_estimate(&single, "x86-64-v4"), d = cost_estimate(&twice, "x86-64-v4");
    assert_true(fabs(d.throughput - 2 * s.throughput) < 1e-12);
    assert_true(d.latency == s.latency);
}

static void estrin_is_shorter_and_wider_than_horner(void **state)
{
    (void)state;
    const Prog h = horner(TYPE_F32, 7), e = estrin7();
    const char *const targets[] = {"x86-64-v3", "x86-64-v4", "aarch64"};
    for (int i = 0; i < 3; i++) {
        const Cost ch = cost_estimate(&h, targets[i]), ce = cost_estimate(&e, targets[i]);
        assert_true(cost_of(&ce, MINIMIZE_LATENCY) < cost_of(&ch, MINIMIZE_LATENCY));
        assert_true(cost_of(&ce, MINIMIZE_THROUGHPUT) > cost_of(&ch, MINIMIZE_THROUGHPUT));
        assert_true(cost_of(&ce, MINIMIZE_OPS) == 9 && cost_of(&ch, MINIMIZE_OPS) == 7);
    }
}

static void fma_is_infinite_where_there_is_none(void **state)
{
    (void)state;
    const Prog prog = horner(TYPE_F32, 3);
    for (int i = 0; TARGETS[i].name; i++) {
        const Cost cost = cost_estimate(&prog, TARGETS[i].name);
        for (int m = MINIMIZE_OPS; m <= MINIMIZE_SIZE; m++)
            assert_int_equal(isfinite(cost_of(&cost, (Minimize)m)) != 0, TARGETS[i].has_fma);
    }
}

static void bitcasts_and_constants_are_free_and_division_is_dear(void **state)
{
    (void)state;
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x");
    prog_add_const(&prog, TYPE_F32, 3);
    const Ref bits = prog_add_typed(&prog, OP_BITCAST, TYPE_I32, x, 0, 0);
    prog_add_typed(&prog, OP_BITCAST, TYPE_F32, bits, 0, 0);
    const Cost nothing = cost_estimate(&prog, "x86-64-v3");
    assert_true(nothing.throughput == 0 && nothing.latency == 0 && nothing.ops == 0);
    Prog quotient = prog, product = prog;
    prog_add(&quotient, OP_DIV, x, x, 0);
    prog_add(&product, OP_MUL, x, x, 0);
    for (int i = 0; TARGETS[i].name; i++) {
        const Cost d = cost_estimate(&quotient, TARGETS[i].name);
        const Cost m = cost_estimate(&product, TARGETS[i].name);
        assert_true(d.throughput > 2 * m.throughput && d.latency > 2 * m.latency);
    }
}

/* x*x*...*x, n products, and n_quotients times 1 divided by it. */
static Cost quotient_of_products(int n, int n_quotients)
{
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x"), one = prog_add_const(&prog, TYPE_F32, 1);
    Ref y = x;
    for (int i = 0; i < n; i++) y = prog_add(&prog, OP_MUL, y, x, 0);
    for (int i = 0; i < n_quotients; i++) y = prog_add(&prog, OP_DIV, one, y, 0);
    return cost_estimate(&prog, "x86-64-v3");
}

/* Alone it takes as long as its unit; beside enough else about as much as two products; two take twice as long. */
static void a_division_goes_on_beside_other_work(void **state)
{
    (void)state;
    const double alone = quotient_of_products(0, 1).throughput;
    const double product = quotient_of_products(1, 0).throughput;
    const double more = quotient_of_products(16, 1).throughput - quotient_of_products(16, 0).throughput;
    assert_true(alone > 6 * product && more > product && more < 3 * product);
    assert_true(quotient_of_products(4, 1).throughput < alone + product);
    assert_true(quotient_of_products(4, 2).throughput > 1.9 * alone);
}

static void larger_tables_cost_more(void **state)
{
    (void)state;
    for (int i = 0; TARGETS[i].name; i++) {
        double last = 0;
        for (int count = 2; count <= PROG_TABLE_MAX; count *= 2) {
            Prog prog;
            prog_init(&prog);
            const Ref x = prog_add_input(&prog, TYPE_I32, "x");
            const uint64_t entries[PROG_TABLE_MAX] = {0};
            const int table = prog_add_table(&prog, TYPE_F32, count, entries);
            prog_add(&prog, OP_LOOKUP, x, (Ref)table, 0);
            const Cost cost = cost_estimate(&prog, TARGETS[i].name);
            assert_true(cost.throughput >= last && isfinite(cost.throughput));
            assert_true(cost.size >= 4 * count);
            last = cost.throughput;
        }
    }
}

static void another_operator_never_costs_less(void **state)
{
    (void)state;
    Rng rng = rng_new(5, 0);
    const Type types[] = {TYPE_F16, TYPE_BF16, TYPE_F32, TYPE_F64, TYPE_I32};
    for (int i = 0; i < 300; i++) {
        const RandomProg options = {
            .type = types[i % 5], .n_inputs = 1, .n_ops = 30, .allow_tables = true};
        Prog prog = random_prog(&options, &rng);
        for (int k = 0; k < prog.n; k++) /* a likely makes what was before it rare */
            if (prog.node[k].op == OP_LIKELY) prog.node[k].op = OP_SELECT;
        for (int t = 0; TARGETS[t].name; t++) {
            Cost last = {0};
            /* Every beginning of a program is a program. */
            for (int n = 1; n <= prog.n; n++) {
                Prog part = prog;
                part.n = (uint16_t)n;
                const Cost cost = cost_estimate(&part, TARGETS[t].name);
                assert_true(cost.ops >= last.ops && cost.throughput >= last.throughput);
                const Op op = (Op)part.node[n - 1].op;
                const bool is_free = op_info(op)->arity == 0 || op == OP_BITCAST;
                assert_true(is_free || cost.throughput > last.throughput);
                assert_true(isfinite(cost.throughput) && isfinite(cost.latency));
                last = cost;
            }
        }
    }
}

/* x in a polynomial of degree 2, or else in one of degree 9. */
static Prog rare_horner(Op choice)
{
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x");
    const Prog short_one = horner(TYPE_F32, 2), long_one = horner(TYPE_F32, 9);
    const Ref a = prog_append(&prog, &short_one, &x), b = prog_append(&prog, &long_one, &x);
    const Ref limit = prog_add_const(&prog, TYPE_F32, 1);
    prog_add(&prog, choice, prog_add(&prog, OP_LT, x, limit, 0), a, b);
    return prog;
}

static void likely_costs_the_time_of_its_common_side_and_all_the_space(void **state)
{
    (void)state;
    const Prog likely = rare_horner(OP_LIKELY), select = rare_horner(OP_SELECT);
    const Prog common = horner(TYPE_F32, 2);
    const char *const targets[] = {"x86-64-v3", "x86-64-v4", "aarch64"};
    for (int i = 0; i < 3; i++) {
        const Cost l = cost_estimate(&likely, targets[i]), s = cost_estimate(&select, targets[i]);
        const Cost c = cost_estimate(&common, targets[i]);
        assert_true(l.throughput > c.throughput && l.throughput < c.throughput + 4);
        assert_true(l.latency == c.latency && s.latency > c.latency);
        assert_true(l.size > s.size && l.ops == s.ops);
    }
    assert_true(isinf(cost_estimate(&likely, "x86-64").throughput));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likely_costs_the_time_of_its_common_side_and_all_the_space),
        cmocka_unit_test(cost_of_horner_is_its_fmas),
        cmocka_unit_test(cost_of_f64_is_twice_that_of_f32_per_f32_lane),
        cmocka_unit_test(estrin_is_shorter_and_wider_than_horner),
        cmocka_unit_test(fma_is_infinite_where_there_is_none),
        cmocka_unit_test(bitcasts_and_constants_are_free_and_division_is_dear),
        cmocka_unit_test(a_division_goes_on_beside_other_work),
        cmocka_unit_test(larger_tables_cost_more),
        cmocka_unit_test(another_operator_never_costs_less),
    };
    return cmocka_run_group_tests_name("cost", tests, NULL, NULL);
}
