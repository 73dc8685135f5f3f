/* References rewritten for composing: without cancellation, with the values that they had. */
#include "search/composed_reference.h"

#include "tests/support/rewritten.h"

static void as_functions(Prog *prog)
{
    const Prog before = *prog;
    assert_true(composed_rewrite(&before, false, prog));
}

static void without_cancellation(Prog *prog)
{
    const Prog before = *prog;
    assert_true(composed_rewrite(&before, true, prog));
}

static const Rewritten POWERS[] = {
    {"x^(x+1)", "exp((x+1)*log(x))"},
    {"(1+x)^0.3", "exp2(0.3*log2(1+x))"},
    {"x^0.75+x^5", "x^0.75+x^5"}, /* roots and products do it */
    {"hypot(x,3)", "sqrt(x*x+3*3)"},
    {"log(1+x^2)", "log(1+x^2)"},
};

static const Rewritten CANCELLING[] = {
    {"log(1+x^2)", "log1p(x^2)"},
    {"sqrt(log(x^2+1))", "sqrt(log1p(x^2))"},
    {"x/(exp(2*x)-1)", "x/expm1(2*x)"},
    {"1-cos(x)", "sin(x*0.5)*sin(x*0.5)*2"},
    {"cosh(x^2)-1", "sinh(x^2*0.5)*sinh(x^2*0.5)*2"},
    {"log(cosh(x))", "abs(x)+softplus(abs(x)*-2)-ln2"},
    {"log(2+x)", "log(2+x)"}, /* none of these */
    {"1-sin(x)", "1-sin(x)"},
    {"2-cos(x)", "2-cos(x)"},
    {"exp(x)-2", "exp(x)-2"},
};
enum { N_CANCELLING = sizeof CANCELLING / sizeof *CANCELLING };

static void powers_become_functions_of_one_variable(void **state)
{
    check_rewritten(as_functions, POWERS, sizeof POWERS / sizeof *POWERS);
}

static void cancelling_sums_become_functions(void **state)
{
    check_rewritten(without_cancellation, CANCELLING, N_CANCELLING);
}

static void their_values_stay(void **state)
{
    static const double PLACES[] = {-30.25, -1, -0x1p-30, 0.3, 1, 17, 200};
    check_values_stay(without_cancellation, CANCELLING, N_CANCELLING, PLACES, sizeof PLACES / sizeof *PLACES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers_become_functions_of_one_variable),
        cmocka_unit_test(cancelling_sums_become_functions),
        cmocka_unit_test(their_values_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
