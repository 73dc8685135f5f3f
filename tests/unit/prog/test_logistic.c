/* Logarithms and quotients of 1 + b^x under the names of the logistic functions. */
#include "runtime/prog/logistic.h"

#include "tests/support/rewritten.h"

static const Rewritten ROWS[] = {
    {"log(1+exp(x))", "softplus(x)"},
    {"x*tanh(log(exp(x)+1))", "mish(x)"},
    {"x/(1+exp(-x))", "silu(x)"},
    {"log1p(exp(-x))", "softplus(-x)"},
    {"log2(1+2^x)", "softplus(x*ln2)/ln2"},
    {"1/(1+exp(-x))", "sigmoid(x)"},
    {"x/(1+exp(-2*x))", "x*sigmoid(-(-2*x))"},
    {"exp(x)/(1+exp(x))", "sigmoid(x)"},
    {"1/(1+3^x)", "sigmoid(-(x*log(3)))"},
    {"log(2+exp(x))", "softplus(x-log(2))+log(2)"},
    {"log(exp(x)-1)", "log(exp(x)-1)"},     /* not positive */
    {"1/(1-exp(x))", "1/(1-exp(x))"},       /* a difference */
    {"log(1+0.5^x)", "log(1+0.5^x)"},       /* a base below 1 */
    {"log(1+x^2)", "log(1+x^2)"},           /* no exponential */
};
enum { N_ROWS = sizeof ROWS / sizeof *ROWS };

static void logistic_functions_get_their_names(void **state)
{
    check_rewritten(prog_in_logistics, ROWS, N_ROWS);
}

static void their_values_stay(void **state)
{
    static const double PLACES[] = {-300, -20.25, -1, -0x1p-30, 0, 0.3, 1, 17, 200};
    check_values_stay(prog_in_logistics, ROWS, N_ROWS, PLACES, sizeof PLACES / sizeof *PLACES);
}

static void goals_of_floats_have_them(void **state)
{
    Goal *goal = parsed_spec((SpecText){
        .what = "log(1+exp(x))", .type = "f16", .domain = {"all"}, .max_error = "1ulp"});
    assert_true(prog_has_op(&goal->reference, OP_SOFTPLUS));
    assert_string_equal(goal->expression, "log(1+exp(x))");
    free(goal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logistic_functions_get_their_names),
        cmocka_unit_test(their_values_stay),
        cmocka_unit_test(goals_of_floats_have_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
