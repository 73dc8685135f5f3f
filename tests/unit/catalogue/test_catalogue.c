/* The compiled-in catalogue: every entry parses, and what serves a goal does so for every input it asks for. */
#include "runtime/measure/cost.h"
#include "runtime/catalogue/catalogue.h"
#include "runtime/catalogue/twin.h"

#include "frontend/spec.h"
#include "runtime/measure/cost.h"
#include "runtime/measure/verify.h"
#include "runtime/measure/wrong_specials.h"

#include <math.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void every_entry_parses_and_meets_its_bound(void **state)
{
    Entry *entry = malloc(sizeof *entry);
    assert_true(catalogue_count() > 0);
    for (int i = 0; i < catalogue_count(); i++) {
        Err err = {0};
        const char *name = catalogue_name(i);
        if (i > 0) assert_true(strcmp(catalogue_name(i - 1), name) < 0);
        assert_int_equal(catalogue_index(name), i);
        if (catalogue_load(entry, i, &err) != OK) fail_msg("%s: %s", name, err.text);
        if (!report_meets(&entry->report, &entry->goal)) fail_msg("%s misses its bound", name);
        if (entry->report.method != METHOD_EXHAUSTIVE) fail_msg("%s is not exhaustive", name);
        if (wrong_specials(&entry->report, &entry->goal, entry->report.max_ulp) > 0)
            fail_msg("%s has wrong specials", name);
    }
    free(entry);
    assert_int_equal(catalogue_index("exp_f32"), -1);
}

static Goal *goal_new(const char *what, const char *type, const char *domain, const char *bound,
                      const char *target)
{
    Goal *goal = calloc(1, sizeof *goal);
    Err err = {0};
    const SpecText spec = {.what = what,
                           .type = type,
                           .domain = {domain},
                           .n_domains = domain != NULL,
                           .max_error = bound,
                           .target = target};
    if (spec_to_goal(goal, &spec, &err) != OK) fail_msg("%s", err.text);
    return goal;
}

typedef struct {
    const char *what, *type, *domain, *bound, *target;
    Serves how;
    bool is_there;
} Row;

static void what_serves_covers_the_goal(void **state)
{
    static const Row ROWS[] = {
        {"exp", "f32", "all", "1ulp", "x86-64-v3", SERVES_AS_ASKED, true},
        {"expf", NULL, NULL, "1ulp", "x86-64-v3", SERVES_AS_ASKED, true},
        {"exp(x)", "f32", "all", "2ulp", "x86-64-v3", SERVES_AS_ASKED, true},
        {"exp(t)", "f32", "[0.3,0.4]", "2ulp", "x86-64-v3", SERVES_AS_ASKED, false},
        {"exp(t)", "f32", "[0.3,0.4]", "2ulp", "x86-64-v3", SERVES, true},
        {"exp", "f32", "all", "1ulp", "x86-64-v4", SERVES_AS_ASKED, true},
        {"exp(x)+1", "f32", "all", "1ulp", "x86-64-v3", SERVES, false},
        {"exp(2*x)", "f32", "all", "1ulp", "x86-64-v3", SERVES, false},
        {"exp", "f64", "all", "1ulp", "x86-64-v3", SERVES, false},
        {"erf", "f32", "all", "0.50001ulp", "x86-64-v3", SERVES, false},
    };
    Entry *entry = malloc(sizeof *entry);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const Row *row = &ROWS[i];
        Goal *goal = goal_new(row->what, row->type, row->domain, row->bound, row->target);
        const int index = catalogue_find(entry, goal, row->how, NULL);
        if ((index >= 0) != row->is_there)
            fail_msg("%s on %s: %s", row->what, row->domain ? row->domain : "-",
                     index < 0 ? "nothing" : catalogue_name(index));
        if (index >= 0) assert_true(report_meets(&entry->report, goal));
        free(goal);
    }
    free(entry);
}

/* What the catalogue is to answer at once: all these functions, by an entry of the bound or of a tighter one, for the target or another. */
static void all_functions_are_answered_at_once(void **state)
{
    static const char *const FUNCTIONS[] = {
        "exp",   "exp2",      "exp10", "expm1",  "log",    "log2",    "log10",    "log1p",
        "sin",   "cos",       "tan",   "sinpi",  "cospi",  "tanpi",   "asin",     "acos",
        "atan",  "sinh",      "cosh",  "tanh",   "asinh",  "acosh",   "atanh",    "cbrt",
        "rsqrt", "erf",       "erfc",  "tgamma", "lgamma", "sigmoid", "softplus", "silu",
        "gelu",  "gelu_tanh", "mish",  "logit",  "sinc",   "normcdf",
    };
    static const struct {
        const char *type, *bound, *target;
    } ROWS[] = {
        {"f32", "1ulp", "x86-64-v3"},  {"f32", "4ulp", "x86-64-v3"}, {"f32", "1ulp", "x86-64-v4"},
        {"f32", "4ulp", "x86-64-v4"},  {"f32", "1ulp", "x86-64-v2"}, {"f32", "4ulp", "x86-64-v2"},
        {"f32", "1ulp", "aarch64"},    {"f32", "4ulp", "aarch64"},   {"f16", "1ulp", "x86-64-v3"},
        {"bf16", "1ulp", "x86-64-v3"},
    };
    for (size_t r = 0; r < sizeof ROWS / sizeof *ROWS; r++)
        for (size_t f = 0; f < sizeof FUNCTIONS / sizeof *FUNCTIONS; f++) {
            Goal *goal = goal_new(FUNCTIONS[f], ROWS[r].type, "all", ROWS[r].bound, ROWS[r].target);
            if (catalogue_first(goal, SERVES_AS_ASKED) < 0)
                fail_msg("%s %s %s %s: nothing", FUNCTIONS[f], ROWS[r].type, ROWS[r].bound,
                         ROWS[r].target);
            free(goal);
        }
}

/* The order of cost by the table, in which times for another target count an eighth more. */
static void programs_made_for_the_target_win_near_ties(void **state)
{
    (void)state;
    Entry *entry = malloc(sizeof *entry), *other = malloc(sizeof *other);
    int n_elsewhere = 0;
    for (int i = 0; i < catalogue_count(); i++) {
        assert_int_equal(catalogue_load(entry, i, NULL), OK);
        const Goal *goal = &entry->goal;
        const int found = catalogue_find(other, goal, SERVES_AS_ASKED, NULL);
        assert_true(found >= 0);
        const double own = cost_for_goal(NULL, &entry->prog, goal);
        const double best = cost_for_goal(NULL, &other->prog, goal);
        const bool is_own = strcmp(other->goal.target, goal->target) == 0;
        if (!(best <= (is_own ? own : own / 1.125)))
            fail_msg("%s: %s answers", catalogue_name(i), catalogue_name(found));

        Goal elsewhere = *goal;
        const bool is_arm = strcmp(goal->target, "aarch64") == 0;
        snprintf(elsewhere.target, sizeof elsewhere.target, is_arm ? "x86-64-v3" : "aarch64");
        const double there = cost_for_goal(NULL, &entry->prog, &elsewhere);
        if (!isfinite(there)) continue;
        assert_true(entry_cost_for(entry, goal, NULL) == own);
        assert_true(entry_cost_for(entry, &elsewhere, NULL) == 1.125 * there);
        n_elsewhere++;
    }
    assert_true(n_elsewhere > 100);
    free(other);
    free(entry);
}

static void a_target_without_fma_is_not_served_with_fma(void **state)
{
    Entry *entry = malloc(sizeof *entry);
    Goal *goal = goal_new("exp", "f32", "all", "1ulp", "x86-64-v2");
    for (int i = 0; i < catalogue_count(); i++) {
        assert_int_equal(catalogue_load(entry, i, NULL), OK);
        if (entry_serves(entry, goal, SERVES)) assert_false(prog_has_op(&entry->prog, OP_FMA));
    }
    free(goal);
    free(entry);
}

static void excluded_inputs_and_exact_points_are_heeded(void **state)
{
    Entry *entry = malloc(sizeof *entry);
    Goal *goal = goal_new("exp", "f32", "all", "1ulp", "x86-64-v3");
    const int index = catalogue_find(entry, goal, SERVES_AS_ASKED, NULL);
    assert_true(index >= 0);
    goal->n_exact = 1;
    goal->exact[0] = (ExactPoint){0, 1};
    assert_true(entry_serves(entry, goal, SERVES_AS_ASKED));
    goal->exact[0].y = 1.5;
    assert_false(entry_serves(entry, goal, SERVES_AS_ASKED));
    goal->n_exact = 0;
    goal->excluded = 1;
    assert_true(entry_serves(entry, goal, SERVES_AS_ASKED));
    entry->goal.excluded = 2;
    assert_false(entry_serves(entry, goal, SERVES_AS_ASKED));
    entry->goal.excluded = 0;
    entry->report.max_ulp = 1.01;
    assert_false(entry_serves(entry, goal, SERVES_AS_ASKED));
    entry->has_report = false;
    assert_false(entry_serves(entry, goal, SERVES_AS_ASKED));
    free(goal);
    free(entry);
}

static void the_same_function_by_another_expression_is_seen(void **state)
{
    (void)state;
    static const struct {
        const char *expression, *known; /* NULL: nothing of the catalogue */
    } CASES[] = {
        {"1/exp(-x)", "exp(x)"},
        {"exp(x/2)*exp(x/2)", "exp(x)"},
        {"sinh(x)/cosh(x)", "tanh(x)"},
        {"1-erfc(t)", "erf(x)"},
        {"exp(x)*(1+2^-90)", NULL},
        {"exp(x)+2^-60", NULL},
        {"exp(abs(x))", NULL},
        {"exp(x)-exp(x)", NULL},
        {"exp(x)", NULL}, /* that is no other expression */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Goal *goal = goal_new(CASES[i].expression, "f32", "all", "1ulp", NULL);
        Prog twin;
        const bool is_found = catalogue_twin(&twin, goal);
        if (is_found != (CASES[i].known != NULL)) fail_msg("%s: %d", CASES[i].expression, is_found);
        free(goal);
        if (!is_found) continue;
        goal = goal_new(CASES[i].known, "f32", "all", "1ulp", NULL);
        assert_true(prog_hash(&twin) == prog_hash(&goal->reference));
        free(goal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_parses_and_meets_its_bound),
        cmocka_unit_test(what_serves_covers_the_goal),
        cmocka_unit_test(all_functions_are_answered_at_once),
        cmocka_unit_test(the_same_function_by_another_expression_is_seen),
        cmocka_unit_test(programs_made_for_the_target_win_near_ties),
        cmocka_unit_test(a_target_without_fma_is_not_served_with_fma),
        cmocka_unit_test(excluded_inputs_and_exact_points_are_heeded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
