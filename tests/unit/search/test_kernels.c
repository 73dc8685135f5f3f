/* Where searches start: exponentials, logarithms and arc tangents of few operations. Candidates are judged here by the oracle, at inputs the search has not
   seen. */
#include "tests/support/started.h"

static void check_kernels(const CountedRow *kernels, size_t n, Wanted wanted)
{
    for (size_t i = 0; i < n; i++)
        check_best(&kernels[i].row, NULL, wanted, false, kernels[i].ops_max);
}

static bool is_exp(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_EXP;
}

/* With the leading term kept apart. */
static bool is_log(const Seeds *seeds, const Seed *seed)
{
    const Form *form = &seeds->form[seed->frame][seed->form];
    return seeds->frame[seed->frame].row == &FRAME_LOG && form->h1 != 0 && !form->is_rational;
}

static void exponentials_with_normal_results_take_a_dozen_operations(void **state)
{
    static const CountedRow KERNELS[] = {
        {{"exp", "f32", "[-87.3,88.7]", "1ulp"}, 12},
        {{"exp2", "f32", "[-126,127.9]", "1ulp"}, 11},
        {{"exp10", "f32", "[-37,38]", "1ulp"}, 13},
        {{"5*exp(-x/3)", "f32", "[-90,90]", "2ulp"}, 12},
        {{"exp", "f32", "[-10,0]", "4ulp"}, 11},
    };
    check_kernels(KERNELS, sizeof KERNELS / sizeof *KERNELS, is_exp);
}

static void logarithms_of_normal_numbers_take_some_sixteen_operations(void **state)
{
    static const CountedRow KERNELS[] = {
        {{"log", "f32", "[0x1p-126,0x1p127]", "1.2ulp"}, 17},
        {{"log2", "f32", "[0x1p-126,0x1p127]", "1.2ulp"}, 16}, /* 1/ln2 is 1 and a rest */
        {{"log10", "f32", "[0x1p-126,0x1p127]", "1.2ulp"}, 19},
        {{"5*log2(x)", "f32", "[1,1e6]", "2ulp"}, 17},
    };
    check_kernels(KERNELS, sizeof KERNELS / sizeof *KERNELS, is_log);
}

static bool is_plain(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_PLAIN && !seed->is_table;
}

static void one_formula_may_have_thirty_coefficients(void **state)
{
    static const CountedRow KERNELS[] = {
        {{"exp(sin(x))-0.3*x", "f32", "[-3,4]", "1.5ulp"}, 40},
        {{"cos(4*x)+2*x", "f32", "[1,5]", "2ulp"}, 40},
    };
    check_kernels(KERNELS, sizeof KERNELS / sizeof *KERNELS, is_plain);
}

static bool is_log_plus(const Seeds *seeds, const Seed *seed)
{
    const Form *form = &seeds->form[seed->frame][seed->form];
    return seeds->frame[seed->frame].row == &FRAME_LOG_PLUS && form->h1 != 0 && !form->is_rational;
}

static void logarithms_of_one_plus_x_need_no_wider_type(void **state)
{
    static const CountedRow KERNELS[] = {
        {{"log1p", "f32", "[-0.99999,1e37]", "1ulp"}, 23},
        {{"log(1-x)", "f32", "[-1e30,0.999]", "1.2ulp"}, 22},
        {{"3*log2(1+4*x)", "f32", "[0,1e6]", "2ulp"}, 22},
        {{"log1p", "f64", "[-0.5,1e300]", "1.5ulp"}, 36},
    };
    check_kernels(KERNELS, sizeof KERNELS / sizeof *KERNELS, is_log_plus);
}

/* The last float below 1/2, to which 1 rounded is 3/2. */
static void logarithms_of_one_plus_x_lose_nothing_where_its_exponent_changes(void **state)
{
    check_part("log1p", "[-0.99,1e20]", is_log_plus, 0.5 - 0x1p-14, 0.5 + 0x1p-14, 1);
    check_part("log1p", "[-0.99,1e20]", is_log_plus, -0.25 - 0x1p-15, -0.25 + 0x1p-15, 1);
}

static bool is_by_parts(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].has_parts && is_log(seeds, seed);
}

/* Nothing but the two parts and the polynomial: no comparison, no selection. */
static void logarithms_by_parts_have_no_special_inputs(void **state)
{
    static const CountedRow KERNELS[] = {
        {{"log", "f32", "all", "1.2ulp"}, 16},
        {{"log2", "f32", "all", "1.5ulp"}, 18},
        {{"-2*log(x)", "f64", "all", "1.5ulp"}, 36},
    };
    for (size_t i = 0; i < sizeof KERNELS / sizeof *KERNELS; i++)
        check_best(&KERNELS[i].row, "x86-64-v4", is_by_parts, false, KERNELS[i].ops_max);
}

static bool is_exp_of_8(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].table_bits == 3;
}

static void powers_from_a_register_of_eight_entries_save_operations(void **state)
{
    static const CountedRow KERNELS[] = {
        {{"exp", "f32", "[-86,88]", "2ulp"}, 11},
        {{"exp", "f32", "[-87.3,88.7]", "2ulp"}, 12}, /* 2^i times an entry would overflow */
        {{"exp2", "f32", "[-100,100]", "16000ulp"}, 9},
        {{"-3*exp(x/2)", "f32", "[-50,50]", "2ulp"}, 12},
    };
    check_kernels(KERNELS, sizeof KERNELS / sizeof *KERNELS, is_exp_of_8);
}

static bool is_even_table(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].is_even;
}

/* Entries that round well need no second table of what rounding took off. */
static void powers_times_a_factor_need_one_table(void **state)
{
    static const CountedRow KERNELS[] = {
        {{"exp", "f32", "[-10,0]", "1.1ulp"}, 11},
        {{"exp", "f32", "[-80,80]", "1ulp"}, 12},
        {{"3*exp(-x/5)", "f32", "[-100,100]", "1ulp"}, 12},
    };
    check_kernels(KERNELS, sizeof KERNELS / sizeof *KERNELS, is_even_table);
}

static bool is_reflected_by_multiples(const Seeds *seeds, const Seed *seed)
{
    const Form *form = &seeds->form[seed->frame][seed->form];
    return seeds->frame[seed->frame].is_by_multiple && !seed->is_table && form->h1 != 0 &&
           !form->is_rational;
}

/* By octaves, and with a sign that is copied, they took 22; the sign of -2*atan(x) came out wrong. */
static void arc_tangents_tell_their_centre_by_a_multiple(void **state)
{
    static const CountedRow KERNELS[] = {
        {{"atan", "f32", "all", "1ulp"}, 18},
        {{"-2*atan(x)", "f32", "[-100,1e6]", "1ulp"}, 18},
        {{"atan(x/4)", "f32", "[-20,1000]", "1.1ulp"}, 19},
    };
    check_kernels(KERNELS, sizeof KERNELS / sizeof *KERNELS, is_reflected_by_multiples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponentials_with_normal_results_take_a_dozen_operations),
        cmocka_unit_test(logarithms_of_normal_numbers_take_some_sixteen_operations),
        cmocka_unit_test(one_formula_may_have_thirty_coefficients),
        cmocka_unit_test(logarithms_of_one_plus_x_need_no_wider_type),
        cmocka_unit_test(logarithms_of_one_plus_x_lose_nothing_where_its_exponent_changes),
        cmocka_unit_test(logarithms_by_parts_have_no_special_inputs),
        cmocka_unit_test(powers_from_a_register_of_eight_entries_save_operations),
        cmocka_unit_test(powers_times_a_factor_need_one_table),
        cmocka_unit_test(arc_tangents_tell_their_centre_by_a_multiple),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
