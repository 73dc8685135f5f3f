/* Angles with a factor pi in half turns, as the goals of float types have them. */
#include "runtime/prog/turns.h"

#include "tests/support/rewritten.h"

static void pi_is_taken_out_of_angles(void **state)
{
    static const Rewritten ROWS[] = {
        {"sin(pi*x)", "sinpi(x)"},
        {"sin(2*pi*x)+1", "sinpi(2*x)+1"},
        {"cos(pi*x/2)^2", "cospi(x/2)^2"},
        {"tan(-(x*pi))", "tanpi(-x)"},
        {"cos(pi*x-pi/4)", "cospi(x-1/4)"},
        {"sin(3*(pi*x+2*pi))", "sinpi(3*(x+2))"},
        {"sin(pi*x+1)", "sin(pi*x+1)"},   /* not in every term */
        {"sin(x/pi)", "sin(x/pi)"},       /* not a factor */
        {"exp(pi*x)", "exp(pi*x)"},       /* not an angle */
        {"pi*sin(x)", "pi*sin(x)"},
    };
    check_rewritten(prog_in_turns, ROWS, sizeof ROWS / sizeof *ROWS);
}

/* Exact zeros and their signs can be told then, which no interval does that pi is in. */
static void goals_of_floats_have_them(void **state)
{
    Goal *goal = parsed_spec(
        (SpecText){.what = "sin(2*pi*x)", .type = "f16", .domain = {"all"}, .max_error = "1ulp"});
    assert_true(prog_has_op(&goal->reference, OP_SINPI));
    assert_string_equal(goal->expression, "sin(2*pi*x)");
    free(goal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pi_is_taken_out_of_angles),
        cmocka_unit_test(goals_of_floats_have_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
