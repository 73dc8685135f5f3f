/* Functions that a program over the reals can be. */
#include "search/reals/exact.h"

#include "frontend/spec.h"
#include "runtime/prog/prog_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void problem_of(Problem *problem, const char *what, const char *ops)
{
    const SpecText spec = {.what = what,
                           .type = "real",
                           .domain = {"[0.25,2]"},
                           .n_domains = 1,
                           .max_error = "30digits",
                           .ops = ops,
                           .target = "x86-64-v3"};
    Goal *goal = calloc(1, sizeof *goal);
    Err err = {0};
    if (spec_to_goal(goal, &spec, &err) != OK || problem_init(problem, goal, 1, &err) != OK)
        fail_msg("%s: %s", what, err.text);
    free(goal);
}

static void the_reference_is_a_program_where_operators_allow(void **state)
{
    (void)state;
    static const struct {
        const char *what, *ops;
        int n_ops; /* -1: no */
    } CASES[] = {
        {"x*x+3*x", "+,-,*", 3},
        {"(x+1)/(x+2)", "+,-,*,/", 3},
        {"(x+1)/(x+2)", "+,-,*", -1},
        {"(x+1)*(x+1)", "+,*", 2},
        {"x^5", "*", 3},
        {"x^-2", "*,/", 2},
        {"x^2.5", "*,sqrt", 3},
        {"x^2.5", "*,/", -1},
        {"7+0*x", "+,*", 2},
        {"x+sin(1)^2", "+", 1},
        {"sin(x)", "+,-,*,/", -1},
        {"x^0.3", "+,-,*,/,sqrt", -1},
        {"fma(x,x,1)", "+,*", 2},
        {"fma(x,x,1)", "fma", 1},
        {"abs(x-1)", "-,abs", 2},
        {"x/3", "/", 1},
        {"x<1?x:1", "+,-,*,/", -1},
        {"sqrt(1+x^2)/pi", "+,*,/,sqrt", 4},
    };
    Problem problem;
    Prog *prog = xcalloc(1, sizeof *prog);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        problem_of(&problem, CASES[i].what, CASES[i].ops);
        const bool is_made = exact_reference(&problem, prog);
        if (is_made != (CASES[i].n_ops >= 0) || (is_made && prog_n_ops(prog) > CASES[i].n_ops)) {
            Text text = {0};
            if (is_made) prog_print(&text, prog);
            fail_msg("%s with %s: %d\n%s", CASES[i].what, CASES[i].ops, is_made, text_get(&text));
        }
        problem_release(&problem);
    }
    free(prog);
}

/* x -> a + x*(b + x) and (x + a)/(x + b) with constants a little off. */
static Prog polynomial(const char *a, const char *b, bool is_quotient)
{
    Prog prog;
    const char *end;
    Real ra, rb;
    assert_true(real_parse(a, &end, &ra) && real_parse(b, &end, &rb));
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_REAL, "x");
    const Ref ca = prog_add_real(&prog, ra), cb = prog_add_real(&prog, rb);
    if (is_quotient)
        prog_add(&prog, OP_DIV, prog_add(&prog, OP_ADD, x, ca, 0),
                 prog_add(&prog, OP_ADD, x, cb, 0), 0);
    else
        prog_add(&prog, OP_ADD, ca,
                 prog_add(&prog, OP_MUL, x, prog_add(&prog, OP_ADD, cb, x, 0), 0), 0);
    return prog;
}

static void constants_snap_to_what_makes_the_error_zero(void **state)
{
    (void)state;
    static const struct {
        const char *what, *a, *b;
        bool is_quotient, is_exact;
    } CASES[] = {
        {"x^2+3*x", "1e-30", "2.9999999999999999999999999999", false, true},
        {"x^2+0.1*x-1/8", "-0.12500000000000000000000001", "0.1000000000000000000000000004", false,
         true},
        {"x^2+x*2^-20+7", "6.99999999999999999999999999", "9.5367431640625000000000000001e-7",
         false, true},
        {"(x+1)/(x+2)", "1.0000000000000000000001", "2.0000000000000000000001", true, true},
        {"x^2+x/3", "0", "0.33333333333333333333333333333333", false, false},
        {"x^2+pi*x", "0", "3.1415926535897932384626433832795", false, false},
        {"x^2+3*x+1e-40", "0", "3", false, false},
        {"x^2+3.00001*x", "0", "3", false, false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Problem problem;
        problem_of(&problem, CASES[i].what, NULL);
        Prog prog = polynomial(CASES[i].a, CASES[i].b, CASES[i].is_quotient);
        const Prog before = prog;
        if (exact_snap(&problem.goal, &prog) != CASES[i].is_exact) fail_msg("%s", CASES[i].what);
        if (!CASES[i].is_exact) assert_true(prog_is_equal(&prog, &before));
        problem_release(&problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_is_a_program_where_operators_allow),
        cmocka_unit_test(constants_snap_to_what_makes_the_error_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
