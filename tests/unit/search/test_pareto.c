/* The Pareto order against its definition, pair by pair. */
#include "search/pareto.h"

#include "runtime/base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { N = 60 };

static void random_pairs(Pair *pair, int n, uint64_t seed)
{
    Rng rng = rng_new(seed, 0);
    for (int i = 0; i < n; i++) {
        pair[i].error = (double)rng_below(&rng, 12) / 4; /* few values, so that ties happen */
        pair[i].cost = (double)rng_below(&rng, 12);
        if (rng_below(&rng, 20) == 0) pair[i].error = INFINITY;
    }
}

static void ranks_agree_with_the_definition(void **state)
{
    for (uint64_t seed = 1; seed <= 50; seed++) {
        Pair pair[N];
        int rank[N];
        random_pairs(pair, N, seed);
        pareto_rank(pair, N, rank);
        for (int i = 0; i < N; i++) {
            /* Whoever dominates has a smaller rank, and someone of the rank just before dominates
               or equals. */
            bool has_reason = rank[i] == 0;
            for (int j = 0; j < N; j++) {
                const bool is_equal =
                    j != i && pair[j].error == pair[i].error && pair[j].cost == pair[i].cost;
                if (pareto_dominates(pair[j], pair[i])) assert_true(rank[j] < rank[i]);
                if (is_equal) assert_true(rank[j] != rank[i]);
                if (rank[j] != rank[i] - 1) continue;
                has_reason |= is_equal || pareto_dominates(pair[j], pair[i]);
            }
            assert_true(has_reason);
        }
    }
}

static void front_is_what_nothing_dominates(void **state)
{
    for (uint64_t seed = 1; seed <= 50; seed++) {
        Pair pair[N];
        int front[N];
        random_pairs(pair, N, seed);
        const int n = pareto_front(pair, N, front);
        assert_true(n > 0);
        for (int k = 0; k < n; k++) {
            for (int j = 0; j < N; j++) assert_false(pareto_dominates(pair[j], pair[front[k]]));
            if (k == 0) continue;
            assert_true(pair[front[k]].cost > pair[front[k - 1]].cost);
            assert_true(pair[front[k]].error < pair[front[k - 1]].error);
        }
    }
}

static void order_keeps_the_ends_of_the_front_first(void **state)
{
    const Pair pair[] = {{1e-1, 2}, {1e-3, 4}, {1e-2, 3}, {1e-9, 9}, {1e-8, 9}};
    int order[5];
    pareto_order(pair, 5, order);
    assert_int_equal(order[0], 0);
    assert_int_equal(order[1], 3);
    assert_int_equal(order[2], 1); /* alone between 3 and 9 operations */
    assert_int_equal(order[4], 4); /* dominated */
}

static void nothing_and_one_are_handled(void **state)
{
    const Pair one = {1, 1};
    int order[1] = {7};
    assert_int_equal(pareto_front(&one, 0, order), 0);
    pareto_order(&one, 0, order);
    assert_int_equal(order[0], 7);
    pareto_order(&one, 1, order);
    assert_int_equal(order[0], 0);
    assert_int_equal(pareto_front(&one, 1, order), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_agree_with_the_definition),
        cmocka_unit_test(front_is_what_nothing_dominates),
        cmocka_unit_test(order_keeps_the_ends_of_the_front_first),
        cmocka_unit_test(nothing_and_one_are_handled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
