/* Functions that are had by one exponential, in the goal's own type: sums of it and its reciprocal, reciprocals of sums with it. */
#include "tests/support/started.h"

#include "runtime/prog/eval.h"

static bool has_inverse(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_EXP_INVERSE && !seed->is_table;
}

/* cosh on its common domain took 29 operations by an even and an odd polynomial, sinh 31. */
static void sums_of_an_exponential_and_its_reciprocal_need_one_exponential(void **state)
{
    static const CountedRow ROWS[] = {
        {{"cosh", "f32", "[-87,87]", "1.1ulp"}, 18},
        {{"sinh", "f32", "[-87,87]", "1ulp"}, 27},
        {{"cosh", "f32", "[-87,87]", "4ulp"}, 16},
        {{"3*(exp(2*x)+exp(-2*x))", "f32", "[-40,40]", "1.5ulp"}, 18},
        {{"exp(-x)-exp(x)", "f32", "[-87,70]", "1ulp"}, 28},
        {{"2*sinh(x)", "f32", "[-80,80]", "4ulp"}, 26},
    };
    check_counted(ROWS, sizeof ROWS / sizeof *ROWS, "x86-64-v3", has_inverse);
}

static bool is_signed_sum(const Seeds *seeds, const Seed *seed)
{
    const Frame *frame = &seeds->frame[seed->frame];
    return frame->row == &FRAME_HYPERBOLIC && frame->is_signed && !seed->is_table;
}

/* By |x|, a joint and a quotient that took 31 operations, one of them a division. */
static void odd_sums_need_neither_absolute_value_nor_division(void **state)
{
    static const CountedRow ROWS[] = {
        {{"sinh", "f32", "[-87,87]", "1.1ulp"}, 25},
        {{"(exp(x)-exp(-x))/2", "f32", "[-20,60]", "1.1ulp"}, 25},
    };
    check_counted(ROWS, sizeof ROWS / sizeof *ROWS, "x86-64-v3", is_signed_sum);
}

static void odd_sums_keep_the_sign_of_a_zero(void **state)
{
    Start *start = start_on("x86-64-v3", "sinh", "f32", "[-87,87]", "1.1ulp");
    Candidate *best = calloc(1, sizeof *best);
    if (!find_best(start, is_signed_sum, best)) fail_msg("nothing found");
    Eval *eval = NULL;
    Err err = {0};
    assert_int_equal(eval_new(&eval, &best->prog, NULL, &err), OK);
    for (int sign = -1; sign <= 1; sign += 2) {
        const uint64_t zero = bits_from_value(TYPE_F32, sign * 0.0);
        assert_int_equal(eval_bits(eval, &zero), zero);
    }
    eval_free(eval);
    free(best);
    start_free(start);
}

static void other_functions_are_no_such_sums(void **state)
{
    static const Row ROWS[] = {
        {"sinh(x)+x*1e-9", "f32", "[-80,80]", "1ulp"},
        {"exp(x)+2*exp(-x)", "f32", "[-80,80]", "1ulp"}, /* neither even nor odd */
        {"exp(x)+exp(-2*x)", "f32", "[-40,40]", "1ulp"},
        {"x*x+1", "f32", "[-80,80]", "1ulp"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Start *start = start_on("x86-64-v3", ROWS[i].what, "f32", ROWS[i].domain, ROWS[i].bound);
        for (int k = 0; k < start->seeds.n; k++)
            if (has_inverse(&start->seeds, &start->seeds.seed[k])) fail_msg("%s", ROWS[i].what);
        start_free(start);
    }
}

static bool is_reciprocal_of_sum(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_DECAY && !seed->is_table &&
           seeds->frame[seed->frame].decay.slow_in == SLOW_IS_LOGISTIC;
}

/* Infinite arguments that pass the guard of the whole function included. */
static void reciprocals_of_sums_with_an_exponential_need_no_wider_type(void **state)
{
    static const CountedRow ROWS[] = {
        {{"1/(1+exp(-x))", "f32", "[-87,inf]", "1ulp"}, 26},
        {{"silu", "f32", "[-86,inf]", "1ulp"}, 29},
        {{"gelu_tanh", "f32", "[-9.5,inf]", "1ulp"}, 40},
        {{"mish(-x)", "f32", "[-inf,86]", "4ulp"}, 24},
        {{"-2*x/(1+exp(x))", "f32", "[-inf,86]", "4ulp"}, 19},
    };
    check_counted(ROWS, sizeof ROWS / sizeof *ROWS, "x86-64-v3", is_reciprocal_of_sum);
}

/* Searches with little time have them, too. */
static void what_needs_one_exponential_comes_first(void **state)
{
    static const struct {
        Row row;
        Wanted wanted;
    } ROWS[] = {
        {{"1/(1+exp(-x))", "f32", "[-87,inf]", "1ulp"}, is_reciprocal_of_sum},
        {{"x*tanh(log(1+exp(x)))", "f32", "[-86,inf]", "1ulp"}, is_reciprocal_of_sum},
        {{"gelu_tanh", "f32", "[-9.5,inf]", "1ulp"}, is_reciprocal_of_sum},
        {{"sinh", "f32", "[-87,87]", "1ulp"}, is_signed_sum},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const Row *row = &ROWS[i].row;
        Start *start = start_on("x86-64-v3", row->what, row->type, row->domain, row->bound);
        if (!ROWS[i].wanted(&start->seeds, &start->seeds.seed[0])) fail_msg("%s", row->what);
        start_free(start);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_an_exponential_and_its_reciprocal_need_one_exponential),
        cmocka_unit_test(odd_sums_need_neither_absolute_value_nor_division),
        cmocka_unit_test(odd_sums_keep_the_sign_of_a_zero),
        cmocka_unit_test(other_functions_are_no_such_sums),
        cmocka_unit_test(reciprocals_of_sums_with_an_exponential_need_no_wider_type),
        cmocka_unit_test(what_needs_one_exponential_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
