/* Where searches start, one frame at a time: functions that decay on one side, two formulas, tables of piecewise
   polynomials. Candidates are judged here by the oracle, at inputs the search has not seen. */
#include "search/seeds.h"

#include "runtime/oracle/oracle.h"
#include "runtime/measure/verify.h"
#include "tests/support/started.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static bool is_decay(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_DECAY && !seed->is_table &&
           (seeds->form[seed->frame][seed->form].is_rational ||
            seeds->frame[seed->frame].decay.slow_in != SLOW_IN_V ||
            seeds->frame[seed->frame].curve.f_max - seeds->frame[seed->frame].curve.f_min < 1e-9);
}

static void check_rows(const Row *rows, size_t n, Wanted wanted, bool is_narrow)
{
    for (size_t i = 0; i < n; i++) check_best(&rows[i], NULL, wanted, is_narrow, ANY);
}

static void functions_that_decay_are_met_on_the_whole_line(void **state)
{
    static const Row ROWS[] = {
        {"1/(1+exp(-x))", "f32", "all", "1ulp"},
        {"log(1+exp(x))", "f32", "all", "1ulp"},
        {"0.5*x*(1+erf(x/sqrt(2)))", "f32", "all", "1ulp"},
        {"exp(-x*x)", "f32", "all", "1ulp"},
        {"erfc", "f32", "all", "1ulp"},
        {"silu", "f32", "all", "1ulp"},
        {"(1+exp(-x))^(-2)", "f32", "all", "1ulp"},
        {"x/(1+exp(-x))^2", "f32", "all", "1ulp"},
        {"x*tanh(log(1+exp(x)))", "f32", "all", "1ulp"},
        {"gelu_tanh", "f32", "all", "1ulp"},
        {"x*exp(-x*x/2)", "f32", "all", "1ulp"},
        {"3/(exp(x/2)+1)", "f32", "[-300,300]", "2ulp"},
        {"2*x*exp(-x*x)", "f32", "[0,20]", "2ulp"},
        {"exp(-abs(x)/3)", "bf16", "all", "1ulp"},
        {"normcdf", "f16", "[-4,10]", "1ulp"},
    };
    check_rows(ROWS, sizeof ROWS / sizeof *ROWS, is_decay, false);
}

static bool is_exact_logistic(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_DECAY && !seed->is_table &&
           seeds->frame[seed->frame].decay.slow_in == SLOW_IS_LOGISTIC;
}

static void logistic_functions_need_no_wider_type(void **state)
{
    static const Row ROWS[] = {
        {"1/(1+exp(-x))", "f32", "[-87,88]", "1ulp"},
        {"silu", "f32", "[-80,1e30]", "1ulp"},
        {"2/(exp(3*x)+1)", "f32", "[-1000,20]", "1ulp"},
        {"0.5*(1+tanh(x))", "f64", "[-300,300]", "1ulp"},
    };
    check_rows(ROWS, sizeof ROWS / sizeof *ROWS, is_exact_logistic, true);
}

/* On the domains that are common for them: results are normal, infinite arguments that pass the guard included. */
static void decaying_functions_with_normal_results_need_no_wider_type(void **state)
{
    static const Row ROWS[] = {
        {"log(1+exp(x))", "f32", "[-87.3,inf]", "1.5ulp"},
        {"x/(1+exp(-1.5*x))", "f32", "[-57,inf]", "1ulp"},
        {"exp(-x*x/3)", "f32", "[-15.2,15.2]", "1.25ulp"},
        {"0.5*x*(1+erf(x/sqrt(2)))", "f32", "[-12.9,inf]", "4ulp"},
        {"erfc", "f32", "[-inf,9.1]", "4ulp"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        check_best(&ROWS[i], NULL, ROWS[i].what[0] == 'x' ? is_exact_logistic : is_decay, true,
                   ANY);
}

static bool is_over(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_DECAY && !seed->is_table &&
           seeds->frame[seed->frame].decay.slow_in == SLOW_OVER_V;
}

/* Their slow part goes like 1/v. Results that are subnormal, infinite arguments and both sides included. */
static void tails_of_normal_distributions_need_no_wider_type(void **state)
{
    static const Row ROWS[] = {
        {"erfc", "f32", "all", "1ulp"},
        {"normcdf", "f32", "all", "1ulp"},
        {"gelu", "f32", "all", "1ulp"},
        {"2*x*erfc(x/3)", "f32", "all", "1.25ulp"},
        {"erfc(-x)/8", "f32", "all", "1ulp"},
        {"exp(x*x/2)*exp(-x*x)*erfc(x)", "f32", "[0,8]", "1ulp"},
    };
    check_rows(ROWS, sizeof ROWS / sizeof *ROWS, is_over, true);
}

/* A few thousand inputs do not meet the unlucky roundings, every 61st float does. */
static void tails_of_normal_distributions_leave_room_for_unlucky_roundings(void **state)
{
    static const Row ROWS[] = {
        {"erfc", "f32", "[-4,10.2]", "1ulp"},
        {"gelu", "f32", "[-14,6]", "1ulp"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const Row *row = &ROWS[i];
        Start *start = start_on("x86-64-v3", row->what, row->type, row->domain, row->bound);
        Candidate *best = calloc(1, sizeof *best);
        Report report;
        Err err = {0};
        const VerifyOptions options = {.stride = 61, .n_threads = 1};
        if (!find_best(start, is_over, best)) fail_msg("%s: nothing found", row->what);
        if (verify(&report, &best->prog, &start->goal, &options, &err) != OK)
            fail_msg("%s", err.text);
        if (!(report.max_ulp <= 1))
            fail_msg("%s: %g ulp at %a (%s)", row->what, report.max_ulp, report.worst_input[0],
                     best->origin);
        free(best);
        start_free(start);
    }
}

static void tails_of_squares_need_no_wider_type(void **state)
{
    static const Row ROWS[] = {
        {"exp(-x*x)", "f32", "all", "1ulp"},
        {"exp(-x*x/2)/8", "f32", "all", "1ulp"},
        {"erfc", "f32", "all", "4ulp"},
        {"gelu", "f32", "all", "4ulp"},
    };
    check_rows(ROWS, sizeof ROWS / sizeof *ROWS, is_decay, true);
}

static bool is_exact_sum(const Seeds *seeds, const Seed *seed)
{
    return !seed->is_table && seeds->frame[seed->frame].keeps_rest &&
           seeds->frame[seed->frame].is_exact;
}

/* Sums of an exponential and a constant, or another exponential, on their common domains. */
static void sums_with_exponentials_need_no_wider_type(void **state)
{
    static const TargetRow ROWS[] = {
        {"x86-64-v3", {"expm1", "f32", "[-inf,86.6]", "1ulp"}},
        {"x86-64-v2", {"expm1", "f32", "[-inf,86.6]", "1ulp"}},
        {"x86-64-v3", {"2-2*exp(-x)", "f32", "[-80,inf]", "1ulp"}},
        {"x86-64-v3", {"sinh", "f32", "[-87,87]", "1ulp"}},
        {"x86-64-v2", {"sinh", "f32", "[-87,87]", "1.25ulp"}},
        {"x86-64-v3", {"cosh", "f32", "[-87,87]", "1ulp"}},
    };
    check_narrow(ROWS, sizeof ROWS / sizeof *ROWS, is_exact_sum);
}

static bool has_two_formulas(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_SATURATING && !seed->is_table;
}

static void odd_functions_with_a_limit_need_no_wider_type(void **state)
{
    static const TargetRow ROWS[] = {
        {"x86-64-v3", {"tanh", "f32", "all", "1ulp"}},
        {"x86-64-v3", {"erf", "f32", "all", "1ulp"}},
        {"x86-64-v2", {"tanh", "f32", "all", "1.25ulp"}},
        {"x86-64-v3", {"3*(1-2/(exp(x)+1))", "f32", "[-100,100]", "1.5ulp"}},
    };
    check_narrow(ROWS, sizeof ROWS / sizeof *ROWS, has_two_formulas);
}

static bool is_half_angle(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_HALF_ANGLE && !seed->is_table;
}

/* In few operations, too: one curve serves both formulas. */
static void arcsines_need_no_wider_type(void **state)
{
    static const CountedRow ROWS[] = {
        {{"asin", "f32", "all", "1ulp"}, 23},
        {{"asin", "f32", "all", "4ulp"}, 16},
        {{"acos", "f32", "all", "1ulp"}, 26},
        {{"3*acos(x/3)+1", "f32", "[-3,3]", "2ulp"}, 30},
        {{"asin(2*x-1)", "f32", "[0,1]", "1ulp"}, 38},
    };
    check_counted(ROWS, sizeof ROWS / sizeof *ROWS, "x86-64-v3", is_half_angle);
}

static bool is_log_twice(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_LOG_TWO && !seed->is_table;
}

static void logarithms_of_quotients_and_roots_need_no_wider_type(void **state)
{
    static const TargetRow ROWS[] = {
        {"x86-64-v3", {"atanh", "f32", "all", "1ulp"}},
        {"x86-64-v3", {"atanh", "f32", "[-1,1]", "4ulp"}},
        {"x86-64-v3", {"logit", "f32", "all", "1ulp"}},
        {"x86-64-v3", {"log((2-x)/(2+x))", "f32", "(-2,2)", "1ulp"}},
        {"x86-64-v3", {"log(x+sqrt(x*x+1))", "f32", "[-1e30,1e30]", "1ulp"}},
        {"x86-64-v3", {"acosh", "f32", "[1,1e38]", "1ulp"}},
    };
    check_narrow(ROWS, sizeof ROWS / sizeof *ROWS, is_log_twice);
}

/* With a far formula that hardly rounds. */
static bool has_two_formulas_by_a_square(const Seeds *seeds, const Seed *seed)
{
    const Form *form = &seeds->form[seed->frame][seed->form];
    return has_two_formulas(seeds, seed) && form->outer == OUTER_SQUARE && form->center != 0;
}

static void of_two_formulas_the_near_one_keeps_the_bound_to_its_end(void **state)
{
    check_part("erf", "all", has_two_formulas_by_a_square, 0.9, 1.25, 997);
}

static bool is_shared_slope(const Seeds *seeds, const Seed *seed)
{
    const Form *const form = &seeds->form[seed->frame][seed->form];
    return seeds->frame[seed->frame].row == &FRAME_PLAIN && !seed->is_table && !form->is_rational &&
           form->h1 != 0 && form->t_center != 0;
}

/* Every third float: of the sums' errors those just below powers of two decide, which are few. */
static void functions_with_a_zero_at_an_end_need_no_reduction(void **state)
{
    (void)state;
    check_part("log", "[1,2]", is_shared_slope, 1, 2, 3);
    check_part("log10", "[1,2]", is_shared_slope, 1, 2, 3);
}

static void other_functions_are_not_taken_for_decaying_ones(void **state)
{
    static const Row ROWS[] = {
        {"sin", "f32", "[-30,30]", "1ulp"},
        {"1/(1+x*x)", "f32", "all", "1ulp"},
        {"tanh", "f32", "all", "1ulp"},
        {"exp(-x*x)*(2+sin(x))", "f32", "all", "1ulp"}, /* the two sides have nothing in common */
        {"log", "f32", "all", "1ulp"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const Row *row = &ROWS[i];
        Start *start = start_on(NULL, row->what, row->type, row->domain, row->bound);
        for (int f = 0; f < start->seeds.n_frames; f++)
            if (start->seeds.frame[f].row == &FRAME_DECAY)
                fail_msg("%s was taken for a decaying function", row->what);
        start_free(start);
    }
}

static bool is_table_of_8(const Seeds *seeds, const Seed *seed)
{
    return seed->is_table && seed->table.n_entries == 8;
}

static bool is_table_of_32(const Seeds *seeds, const Seed *seed)
{
    return seed->is_table && seed->table.n_entries == 32 && !seed->is_wide;
}

static void tables_of_eight_entries_meet_loose_bounds(void **state)
{
    static const Row ROWS[] = {
        {"erf", "f32", "all", "4ulp"},             /* odd, clamped */
        {"tanh", "f32", "[-3,3]", "4ulp"},         /* odd */
        {"1/(1+x*x)", "f32", "[-2,2]", "4ulp"},    /* even */
        {"exp(-x)*(2+x)", "f32", "[0,3]", "4ulp"}, /* neither */
    };
    check_rows(ROWS, sizeof ROWS / sizeof *ROWS, is_table_of_8, false);
}

static bool is_table_of_8_with_chords(const Seeds *seeds, const Seed *seed)
{
    return is_table_of_8(seeds, seed) && seed->table.has_chords && !seed->is_wide;
}

/* A slope that a float is far from, 2/sqrt(pi), loses nothing where results become subnormal. */
static void tables_with_chords_keep_tight_bounds_among_subnormal_results(void **state)
{
    check_part("erf", "all", is_table_of_8_with_chords, 0x1p-128, 0x1p-124, 9973);
}

/* Where one permutation reaches a long table, none is shorter, and they come before the polynomials. */
static void tables_are_as_long_as_one_permutation_reaches(void **state)
{
    static const Row ROWS[] = {
        {"erf", "f32", "all", "1ulp"},
        {"tanh", "f32", "all", "1ulp"},
        {"atan", "f32", "[-2,2]", "1ulp"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        check_best(&ROWS[i], "x86-64-v4", is_table_of_32, true, 22);
    Start *start = start_on("x86-64-v4", "tanh", "f32", "all", "1ulp");
    assert_true(is_table_of_32(&start->seeds, &start->seeds.seed[0]));
    for (int i = 0; i < start->seeds.n; i++)
        assert_false(is_table_of_8(&start->seeds, &start->seeds.seed[i]));
    start_free(start);
}

static bool is_quotient_or_decay(const Seeds *seeds, const Seed *seed)
{
    return (seeds->frame[seed->frame].row == &FRAME_LOGISTIC && !seed->is_table) ||
           is_decay(seeds, seed);
}

static void loose_bounds_leave_out_what_rounding_wants(void **state)
{
    static const CountedRow KERNELS[] = {
        {{"1/(1+exp(-x))", "f32", "[-87,1000]", "11bits"}, 11},
        {{"3/(1+exp(2-5*x))", "f32", "[-15,30]", "8ulp"}, 17},
        {{"0.5*x*(1+erf(x/sqrt(2)))", "f32", "[-13,100]", "11bits"}, 21},
        {{"exp(-x*x)", "f32", "[-9,9]", "11bits"}, 12},
    };
    for (size_t i = 0; i < sizeof KERNELS / sizeof *KERNELS; i++)
        check_best(&KERNELS[i].row, NULL, is_quotient_or_decay, false, KERNELS[i].ops_max);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loose_bounds_leave_out_what_rounding_wants),
        cmocka_unit_test(functions_that_decay_are_met_on_the_whole_line),
        cmocka_unit_test(logistic_functions_need_no_wider_type),
        cmocka_unit_test(tails_of_normal_distributions_need_no_wider_type),
        cmocka_unit_test(tails_of_normal_distributions_leave_room_for_unlucky_roundings),
        cmocka_unit_test(tails_of_squares_need_no_wider_type),
        cmocka_unit_test(decaying_functions_with_normal_results_need_no_wider_type),
        cmocka_unit_test(sums_with_exponentials_need_no_wider_type),
        cmocka_unit_test(odd_functions_with_a_limit_need_no_wider_type),
        cmocka_unit_test(arcsines_need_no_wider_type),
        cmocka_unit_test(logarithms_of_quotients_and_roots_need_no_wider_type),
        cmocka_unit_test(of_two_formulas_the_near_one_keeps_the_bound_to_its_end),
        cmocka_unit_test(functions_with_a_zero_at_an_end_need_no_reduction),
        cmocka_unit_test(other_functions_are_not_taken_for_decaying_ones),
        cmocka_unit_test(tables_of_eight_entries_meet_loose_bounds),
        cmocka_unit_test(tables_are_as_long_as_one_permutation_reaches),
        cmocka_unit_test(tables_with_chords_keep_tight_bounds_among_subnormal_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
