/* The search as a whole: the same answer at any number of threads, operators that are allowed, refusals, a stop. Runs are bounded by
   generations. */
#include "search/search.h"

#include "runtime/prog/prog_text.h"
#include "tests/support/parsed.h"
#include "tests/support/searched.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void fronts_are_the_same_with_one_and_two_threads(void **state)
{
    const SpecText specs[] = {
        {.what = "exp2", .type = "f32", .domain = {"[0,1]"}},
        {.what = "sin", .type = "f16", .domain = {"[0.1,1]"}},
    };
    for (int i = 0; i < 2; i++) {
        Goal *goal = parsed_spec(specs[i]);
        SearchOptions options = {.seed = 5, .max_generations = 6, .n_threads = 1};
        Search *one = searched(goal, options);
        options.n_threads = 2;
        Search *two = searched(goal, options);
        const SearchState *a = search_state(one), *b = search_state(two);
        assert_int_equal(a->n_front, b->n_front);
        assert_true(a->n_front > 2);
        assert_int_equal(a->n_candidates, b->n_candidates);
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

static void only_allowed_operators_are_used(void **state)
{
    const SpecText specs[] = {
        {.what = "exp2", .type = "f32", .domain = {"[0,1]"}, .target = "x86-64"},
        {.what = "exp2", .type = "f32", .domain = {"[0,1]"}, .ops = "+,-,*,/"},
    };
    for (int i = 0; i < 2; i++) {
        Goal *goal = parsed_spec(specs[i]);
        Search *search = searched(goal, (SearchOptions){.seed = 1, .max_generations = 8});
        const SearchState *found = search_state(search);
        assert_non_null(found->best);
        for (int k = 0; k < found->n_front; k++) {
            assert_false(prog_has_op(&found->front[k].prog, OP_FMA));
        }
        search_free(search);
        free(goal);
    }
}

static void a_refuted_program_is_given_up(void **state)
{
    Goal *goal = parsed_spec((SpecText){.what = "exp2", .type = "f32", .domain = {"[0,1]"}});
    Search *search = searched(goal, (SearchOptions){.seed = 1, .max_generations = 4});
    assert_non_null(search_state(search)->best);
    const Prog refused = search_state(search)->best->prog;
    const double worst = 0.75;
    Err err = {0};
    search_refute(search, &refused, 1.5, &worst, 1);
    assert_int_equal(search_run(search, &err), OK);
    const Candidate *best = search_state(search)->best;
    assert_non_null(best);
    assert_false(prog_is_equal(&best->prog, &refused));
    search_free(search);
    free(goal);
}

static void stop_ends_the_search_early(void **state)
{
    Goal *goal = parsed_spec((SpecText){.what = "exp2", .type = "f32", .domain = {"[0,1]"}});
    atomic_int stop = 1;
    Search *search = searched(goal, (SearchOptions){.seed = 1, .seconds = 60, .stop = &stop});
    assert_int_equal(search_state(search)->n_candidates, 0);
    assert_null(search_state(search)->best);
    search_free(search);
    free(goal);
}

static void several_variables_are_refused_with_a_reason(void **state)
{
    Goal *goal = parsed_spec(
        (SpecText){.what = "x*y+1", .type = "f32", .domain = {"[0,1]", "[0,1]"}, .n_domains = 2});
    Search *search = NULL;
    Err err = {0};
    const SearchOptions options = {.seed = 1, .max_generations = 1};
    assert_int_equal(search_new(&search, goal, &options, &err), ERR_UNSUPPORTED);
    assert_true(strlen(err.text) > 10);
    free(goal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fronts_are_the_same_with_one_and_two_threads),
        cmocka_unit_test(only_allowed_operators_are_used),
        cmocka_unit_test(a_refuted_program_is_given_up),
        cmocka_unit_test(stop_ends_the_search_early),
        cmocka_unit_test(several_variables_are_refused_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
