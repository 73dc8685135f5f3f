/* The search over the reals as a whole: errors as an oracle of our own sees them, the same answer at any number of threads, what
   it finds from nothing and with what is known. Runs are bounded by generations. */
#include "search/search.h"

#include "runtime/oracle/oracle_prog.h"
#include "tests/support/real_goal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static Search *run(const Goal *goal, SearchOptions options)
{
    Search *search;
    Err err = {0};
    if (options.n_threads == 0) options.n_threads = 2;
    options.seed = 1;
    if (search_new(&search, goal, &options, &err) != OK) fail_msg("%s", err.text);
    if (search_run(search, &err) != OK) fail_msg("%s", err.text);
    return search;
}

/* The largest error on points of no one else's choice. */
static double judge(const Goal *goal, const Prog *prog)
{
    Oracle *oracle = oracle_new(&goal->reference, NULL, 0);
    double largest = 0;
    for (int i = 1; i < 500; i++) {
        const double x = goal->domain[0].lo + (goal->domain[0].hi - goal->domain[0].lo) * i / 500;
        double rel, abs;
        Err err = {0};
        if (oracle_prog_error(oracle, prog, &x, &rel, &abs, &err) != OK) fail_msg("%s", err.text);
        largest = fmax(largest, fabs(goal->bound.kind == BOUND_ABS ? abs : rel));
    }
    oracle_free(oracle);
    return largest;
}

/* Errors fall along a front, costs rise, and none is above what is claimed. */
static void check_front(const Goal *goal, const SearchState *found)
{
    for (int i = 0; i < found->n_front; i++) {
        const Candidate *candidate = &found->front[i];
        assert_true(prog_is_valid(&candidate->prog, NULL));
        assert_int_equal(candidate->ops, prog_n_ops(&candidate->prog));
        const double error = judge(goal, &candidate->prog);
        if (!(error <= candidate->error * 1.001))
            fail_msg("%s, %d operations (%s): %g, claimed %g", goal->name, candidate->ops,
                     candidate->origin, error, candidate->error);
        if (i == 0) continue;
        assert_true(candidate->error < candidate[-1].error);
        assert_true(candidate->cost > candidate[-1].cost);
    }
}

static double digits_at(const SearchState *found, int ops)
{
    double least = INFINITY;
    for (int i = 0; i < found->n_front; i++)
        if (found->front[i].ops <= ops) least = fmin(least, found->front[i].error);
    return -log10(least);
}

static void errors_are_what_is_claimed(void **state)
{
    static const char *const ROWS[][4] = {
        {"exp2", "(0,1]", "+,-,*,/", NULL},
        {"cos", "[0,pi/2]", "+,-,*", "1e-9abs"},
        {"erf", "(0,2]", "+,-,*,/", NULL},
        {"sqrt(2/(pi*x))*sinh(x)", "(0,1]", "+,-,*,/,sqrt", "1e-9abs"},
        {"log(1+exp(x))", "[-1,2]", "+,-,*,/,fma", NULL},
        {"tan", "[0,1.2]", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Goal *goal = real_goal(ROWS[i][0], ROWS[i][1], ROWS[i][2], ROWS[i][3]);
        Search *search = run(goal, (SearchOptions){.max_generations = 3, .want_front = true});
        const SearchState *found = search_state(search);
        assert_true(found->n_front >= 6);
        check_front(goal, found);
        search_free(search);
        free(goal);
    }
}

static void fronts_are_the_same_with_one_and_two_threads(void **state)
{
    for (int from_scratch = 0; from_scratch < 2; from_scratch++) {
        Goal *goal = real_goal("sin", "[0.1,1]", NULL, "20digits");
        SearchOptions options = {
            .max_generations = 6, .n_threads = 1, .from_scratch = from_scratch, .want_front = true};
        Search *one = run(goal, options);
        options.n_threads = 2;
        Search *two = run(goal, options);
        const SearchState *a = search_state(one), *b = search_state(two);
        assert_int_equal(a->n_front, b->n_front);
        assert_true(a->n_front > 2);
        assert_int_equal(a->n_candidates, b->n_candidates);
        assert_int_equal(a->n_fits, b->n_fits);
        for (int k = 0; k < a->n_front; k++) {
            assert_true(prog_is_equal(&a->front[k].prog, &b->front[k].prog));
            assert_true(a->front[k].error == b->front[k].error);
            assert_string_equal(a->front[k].origin, b->front[k].origin);
        }
        search_free(one);
        search_free(two);
        free(goal);
    }
}

static void from_nothing_it_finds_what_no_classical_form_has(void **state)
{
    /* u = x + a/x, c + b/(u + d): 5 operations, where quotients and squared fractions have 4.60 digits. */
    Goal *goal = real_goal("exp2", "(0,1]", "+,-,*,/", "20digits");
    Search *search =
        run(goal, (SearchOptions){.max_generations = 60, .from_scratch = true, .want_front = true});
    const SearchState *found = search_state(search);
    for (int i = 0; i < found->n_front; i++)
        assert_null(strstr(found->front[i].origin, "classical"));
    assert_true(digits_at(found, 3) > 3.06);
    if (!(digits_at(found, 5) > 5)) fail_msg("%g digits", digits_at(found, 5));
    check_front(goal, found);
    search_free(search);
    free(goal);
}

static void a_bound_is_met_with_few_operations(void **state)
{
    Goal *goal = real_goal("exp2", "(0,1]", NULL, "5digits");
    Search *search = run(goal, (SearchOptions){.max_generations = 40});
    const Candidate *best = search_state(search)->best;
    assert_non_null(best);
    assert_int_equal(best->ops, 5);
    assert_true(judge(goal, &best->prog) <= 1e-5);
    search_free(search);
    free(goal);
}

static void only_allowed_operators_are_used(void **state)
{
    Goal *goal = real_goal("exp2", "[0,1]", "-,*", "20digits");
    for (int from_scratch = 0; from_scratch < 2; from_scratch++) {
        Search *search =
            run(goal, (SearchOptions){
                          .max_generations = 8, .from_scratch = from_scratch, .want_front = true});
        const SearchState *found = search_state(search);
        assert_true(found->n_front > 0);
        for (int k = 0; k < found->n_front; k++)
            for (int i = 0; i < found->front[k].prog.n; i++) {
                const int op = found->front[k].prog.node[i].op;
                assert_true(op == OP_INPUT || op == OP_CONST || op == OP_SUB || op == OP_MUL);
            }
        search_free(search);
    }
    free(goal);
}

static void a_refuted_program_is_given_up(void **state)
{
    Goal *goal = real_goal("exp2", "(0,1]", NULL, "5digits");
    Search *search = run(goal, (SearchOptions){.max_generations = 30});
    const Prog refused = search_state(search)->best->prog;
    search_refute(search, &refused, INFINITY, NULL, 0);
    Err err = {0};
    assert_int_equal(search_run(search, &err), OK);
    const SearchState *found = search_state(search);
    for (int i = 0; i < found->n_front; i++)
        assert_false(prog_is_equal(&found->front[i].prog, &refused));
    search_free(search);
    free(goal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_what_is_claimed),
        cmocka_unit_test(fronts_are_the_same_with_one_and_two_threads),
        cmocka_unit_test(from_nothing_it_finds_what_no_classical_form_has),
        cmocka_unit_test(a_bound_is_met_with_few_operations),
        cmocka_unit_test(only_allowed_operators_are_used),
        cmocka_unit_test(a_refuted_program_is_given_up),
    };
    return cmocka_run_group_tests_name("reals", tests, NULL, NULL);
}
