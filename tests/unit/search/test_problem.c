/* A Goal made ready for the search: what special values ask of candidates. */
#include "search/problem.h"

#include "frontend/spec.h"
#include "runtime/prog/prog_text.h"
#include "runtime/prog/eval.h"
#include "runtime/prog/specials.h"
#include "search/score.h"
#include "tests/support/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static Problem *problem_of(const char *what, const char *type, const char *specials)
{
    Goal *goal = xcalloc(1, sizeof *goal);
    Problem *problem = xcalloc(1, sizeof *problem);
    SpecText spec = {.what = what, .type = type, .specials = specials, .target = "x86-64-v3"};
    if (strchr(what, '(')) spec.domain[spec.n_domains++] = "all";
    Err err = {0};
    if (spec_to_goal(goal, &spec, &err) != OK || problem_init(problem, goal, 1, &err) != OK)
        fail_msg("%s: %s", what, err.text);
    free(goal);
    return problem;
}

static void problem_free(Problem *problem)
{
    problem_release(problem);
    free(problem);
}

static void excluded_values_narrow_the_domain(void **state)
{
    (void)state;
    static const struct {
        const char *what, *specials;
        double lo, hi;
        bool is_all, has_exact;
    } ROWS[] = {
        {"expf", "full", -INFINITY, INFINITY, true, true},
        {"expf", "no-infinities", -INFINITY, INFINITY, true, true}, /* NaN is left */
        {"expf", "finite", -0x1.fffffep127, 0x1.62e42ep+6, false, false},
        {"expf", "none", -0x1.5d589ep+6, 0x1.62e42ep+6, false, false},
        /* log(1) = 0, tanh(-0) = -0 */
        {"logf", "finite", 0x1p-149, 0x1.fffffep127, false, true},
        {"logf", "none", 0x1p-126, 0x1.fffffep127, false, false},
        {"tanhf", "finite", -0x1.fffffep127, 0x1.fffffep127, false, true},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        Problem *problem = problem_of(ROWS[i].what, NULL, ROWS[i].specials);
        const Domain *domain = &problem->goal.domain[0];
        if (domain->is_all != ROWS[i].is_all ||
            (!domain->is_all && (domain->lo != ROWS[i].lo || domain->hi != ROWS[i].hi)))
            fail_msg("%s %s: [%a, %a]", ROWS[i].what, ROWS[i].specials, domain->lo, domain->hi);
        assert_true((problem->n_exact > 0) == ROWS[i].has_exact);
        for (int k = 0; k < problem->full->n; k++) {
            const double x = problem->full->x_value[0][k], f = problem->full->f_hi[k];
            const double right = value_from_bits(TYPE_F32, bits_from_value(TYPE_F32, f));
            assert_false(specials_exclude(problem->goal.excluded, TYPE_F32, &x, 1, right));
        }
        problem_free(problem);
    }
}

static void zeros_keep_their_sign_where_it_counts(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        bool keeps, has_sign_of_input;
    } ROWS[] = {{"tanhf", true, true},  {"sinf", true, false},          {"expf", false, false},
                {"log1pf", true, true}, {"x*tanh(exp(x))", true, true}, {"sin(x)-x", false, false}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const bool is_name = !strchr(ROWS[i].what, '(');
        Problem *problem = problem_of(ROWS[i].what, is_name ? NULL : "f32", NULL);
        if (problem->keeps_zero_sign != ROWS[i].keeps ||
            problem->has_sign_of_input != ROWS[i].has_sign_of_input)
            fail_msg("%s: %d, %d", ROWS[i].what, problem->keeps_zero_sign,
                     problem->has_sign_of_input);
        problem_free(problem);
    }
}

/* x + x^3/7 by fma gives 0 at -0, and is otherwise not to change. */
static void a_zero_of_the_wrong_sign_is_repaired(void **state)
{
    (void)state;
    static const char TEXT[] = "f32 x\nf32 c = const -0.125\nf32 t = mul x x\nf32 u = mul t x\n"
                               "f32 y = fma u c x\nreturn y\n";
    for (int round = 0; round < 2; round++) {
        Problem *problem = problem_of(round ? "sinf" : "tanhf", NULL, NULL);
        Prog prog, before;
        assert_int_equal(prog_parse(&before, TEXT, strlen(TEXT), 0, NULL, NULL), OK);
        prog = before;
        score_repair(problem, &prog);
        assert_true(prog_is_valid(&prog, NULL) && prog.n > before.n);
        Eval *a, *b;
        assert_int_equal(eval_new(&a, &before, NULL, NULL), OK);
        assert_int_equal(eval_new(&b, &prog, NULL, NULL), OK);
        static const float POINTS[] = {0, 1e-40f, -1e-40f, 0.5f, -0.5f, -1, 2.5f, -2.5f};
        for (size_t i = 0; i < sizeof POINTS / sizeof POINTS[0]; i++) {
            const uint64_t x = bits_of_float(POINTS[i]);
            assert_int_equal(eval_bits(b, &x), eval_bits(a, &x));
        }
        const uint64_t minus_zero = bits_of_float(-0.0f);
        assert_int_equal(eval_bits(a, &minus_zero), 0);
        assert_int_equal(eval_bits(b, &minus_zero), minus_zero);
        const Prog repaired = prog;
        score_repair(problem, &prog);
        assert_true(prog_is_equal(&prog, &repaired));
        eval_free(a);
        eval_free(b);
        problem_free(problem);
    }
}

static void choices_of_specials_are_read_and_printed(void **state)
{
    (void)state;
    static const struct {
        const char *text, *printed;
    } ROWS[] = {{"full", "full"},
                {"finite", "no-nans,no-infinities"},
                {"none", "no-nans,no-infinities,no-zeros,no-denormals"},
                {"no-zeros,no-nans", "no-nans,no-zeros"}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        unsigned excluded, again;
        Text text = {0};
        assert_int_equal(specials_parse(&excluded, ROWS[i].text, NULL), OK);
        specials_print(&text, excluded);
        assert_string_equal(text_get(&text), ROWS[i].printed);
        assert_int_equal(specials_parse(&again, text_get(&text), NULL), OK);
        assert_int_equal(again, excluded);
        text_release(&text);
    }
    unsigned excluded;
    Err err = {0};
    assert_int_equal(specials_parse(&excluded, "nans", &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "no-nans"));
    assert_int_equal(specials_parse(&excluded, "", NULL), ERR_INPUT);
    assert_int_equal(specials_parse(&excluded, "finite,", NULL), ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(excluded_values_narrow_the_domain),
        cmocka_unit_test(zeros_keep_their_sign_where_it_counts),
        cmocka_unit_test(a_zero_of_the_wrong_sign_is_repaired),
        cmocka_unit_test(choices_of_specials_are_read_and_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
