/* A search that is offered programs starts from them: what is good is not lost, and what is bad does no harm. */
#include "runtime/catalogue/catalogue.h"
#include "search/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static double best_cost(const Goal *goal, const Prog *offered)
{
    Search *search;
    Err err = {0};
    const SearchOptions options = {.seed = 1, .n_threads = 1, .max_generations = 1};
    if (search_new(&search, goal, &options, &err) != OK) fail_msg("%s", err.text);
    if (offered) search_offer(search, offered);
    if (search_run(search, &err) != OK) fail_msg("%s", err.text);
    const SearchState *state = search_state(search);
    const double cost = state->best ? state->best->cost : 1e300;
    search_free(search);
    return cost;
}

static void a_program_that_is_offered_is_not_lost(void **state)
{
    static const char *const NAMES[] = {"log_f32_1ulp_x86-64-v3", "exp_f32_1ulp_x86-64-v3"};
    Entry *entry = malloc(sizeof *entry);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(catalogue_load(entry, catalogue_index(NAMES[i]), NULL), OK);
        const double without = best_cost(&entry->goal, NULL);
        const double with = best_cost(&entry->goal, &entry->prog);
        assert_true(with < 1e300);
        assert_true(with <= without);
    }
    free(entry);
}

static void what_cannot_serve_is_passed_over(void **state)
{
    Entry *entry = malloc(sizeof *entry);
    assert_int_equal(catalogue_load(entry, catalogue_index("exp_f32_1ulp_x86-64-v3"), NULL), OK);
    const Prog with_fma = entry->prog;
    assert_true(prog_has_op(&with_fma, OP_FMA));
    /* Another target, another function. */
    snprintf(entry->goal.target, sizeof entry->goal.target, "x86-64");
    assert_true(best_cost(&entry->goal, &with_fma) == best_cost(&entry->goal, NULL));
    assert_int_equal(catalogue_load(entry, catalogue_index("log_f32_1ulp_x86-64-v3"), NULL), OK);
    assert_true(best_cost(&entry->goal, &with_fma) == best_cost(&entry->goal, NULL));
    free(entry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_that_is_offered_is_not_lost),
        cmocka_unit_test(what_cannot_serve_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
