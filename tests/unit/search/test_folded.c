/* Functions that come near a ramp on both sides, within an absolute bound. */
#include "search/seeds.h"

#include "runtime/measure/verify.h"
#include "runtime/measure/wrong_specials.h"
#include "tests/support/started.h"

static bool is_folded(const Seeds *seeds, const Seed *seed)
{
    return seeds->frame[seed->frame].row == &FRAME_FOLDED && !seed->is_table;
}

/* The best of its seeds keeps the bound by the judge, with right specials. */
static void check_absolute(const Row *row, int ops_max)
{
    Start *start = start_on("x86-64-v3", row->what, row->type, row->domain, row->bound);
    Candidate *best = calloc(1, sizeof *best);
    if (!find_best(start, is_folded, best)) fail_msg("%s: nothing found", row->what);
    Report *report = calloc(1, sizeof *report);
    const VerifyOptions options = {.n_threads = 1, .stride = 1753847, .no_code = true};
    Err err = {0};
    if (verify(report, &best->prog, &start->goal, &options, &err) != OK) fail_msg("%s", err.text);
    if (!report_meets(report, &start->goal))
        fail_msg("%s: %g at %a (%s)", row->what, report->max_abs, report->worst_input[0],
                 best->origin);
    if (wrong_specials(report, &start->goal, report->max_ulp) > 0)
        fail_msg("%s: wrong specials (%s)", row->what, best->origin);
    if (best->ops > ops_max) fail_msg("%s: %d operations (%s)", row->what, best->ops, best->origin);
    free(report);
    free(best);
    start_free(start);
}

static void ramps_are_met_in_few_operations(void **state)
{
    static const CountedRow ROWS[] = {
        {{"gelu", "f32", "all", "4.5e-7abs"}, 19},
        {{"silu", "f32", "all", "1.2e-6abs"}, ANY},
        {{"softplus", "f32", "[-88,88]", "4e-5abs"}, 15},
        {{"gelu_tanh", "f32", "all", "1e-5abs"}, 16},
        {{"x*erfc(2*x)", "f32", "[-50,50]", "1e-5abs"}, 19},
        {{"log(1+exp(-3*x))/2", "f32", "[-8,20]", "1e-4abs"}, 17},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        check_absolute(&ROWS[i].row, ROWS[i].ops_max);
}

static bool has_frame(const char *what, const char *domain, const char *bound)
{
    Start *start = start_on("x86-64-v3", what, "f32", domain, bound);
    bool has = false;
    for (int i = 0; i < start->seeds.n_frames; i++)
        has |= start->seeds.frame[i].row == &FRAME_FOLDED;
    start_free(start);
    return has;
}

static void others_are_left_alone(void **state)
{
    assert_true(has_frame("gelu", "[-30,20]", "1e-6abs"));
    assert_false(has_frame("gelu", "[-2,2]", "1e-6abs")); /* nothing dies out */
    assert_false(has_frame("gelu", "all", "4ulp"));
    assert_false(has_frame("sigmoid", "all", "1e-5abs"));
    assert_false(has_frame("mish", "all", "1e-5abs"));
    assert_false(has_frame("sin", "[-10,10]", "1e-5abs"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ramps_are_met_in_few_operations),
        cmocka_unit_test(others_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
