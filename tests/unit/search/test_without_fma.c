/* Targets without fma: functions that keep an ulp in the goal's own type all the same, where parts are carried. */
#include "tests/support/started.h"

static bool is_carried(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].is_carried && !seed->is_table;
}

/* In f64, at twice the price of an operation, they take some 20. */
static void exponentials_carry_what_is_rounded(void **state)
{
    static const CountedRow ROWS[] = {
        {{"exp", "f32", "[-80,80]", "1ulp"}, 22},
        {{"exp2", "f32", "[-120,120]", "1ulp"}, 25},      /* no slope of 1 */
        {{"exp10", "f32", "[-37,37]", "1ulp"}, 31},       /* nor a step without an error */
        {{"0.5*exp(-x)", "f32", "[-80,80]", "1ulp"}, 24}, /* another value at 0 */
    };
    check_counted(ROWS, sizeof ROWS / sizeof *ROWS, "x86-64-v2", is_carried);
}

static void nothing_is_carried_where_that_does_not_serve(void **state)
{
    static const struct {
        const char *what, *target;
    } ROWS[] = {
        {"exp", "x86-64-v3"},        /* has fma */
        {"3.1*exp(x)", "x86-64-v2"}, /* f(0) is no value of the type */
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Start *start = start_on(ROWS[i].target, ROWS[i].what, "f32", "[-80,80]", "1ulp");
        for (int k = 0; k < start->seeds.n; k++)
            if (is_carried(&start->seeds, &start->seeds.seed[k])) fail_msg("%s", ROWS[i].what);
        start_free(start);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponentials_carry_what_is_rounded),
        cmocka_unit_test(nothing_is_carried_where_that_does_not_serve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
