/* Values that are to be hit: which they are, programs that miss them put right, and searches that meet loose bounds with them. */
#include "search/pins.h"

#include "runtime/measure/wrong_specials.h"
#include "runtime/prog/eval.h"
#include "runtime/prog/prog_text.h"
#include "tests/support/started.h"

static void zeros_and_infinities_with_exact_values_are_pinned(void **state)
{
    static const struct {
        const char *what, *domain;
        double x;
        bool is_pinned;
    } ROWS[] = {
        {"exp", "all", 0, true},         {"exp", "all", -0.0, true},
        {"exp", "all", -INFINITY, true}, {"exp", "[-1,1]", 0, false},
        {"exp", "all", 1, false},        {"tanh", "all", INFINITY, true},
        {"tanh", "all", 20, false},      {"atan", "all", INFINITY, false},
        {"acos", "all", 0, false},       {"1/(1+exp(-x))", "all", 0, true},
        {"log", "all", 0, false},        {"(exp(x)-1)/x", "all", 0, false},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Goal *goal = parsed_spec((SpecText){
            .what = ROWS[i].what, .type = "f32", .domain = {ROWS[i].domain}, .max_error = "4ulp"});
        Problem *problem = calloc(1, sizeof *problem);
        Err err = {0};
        if (problem_init(problem, goal, 1, &err) != OK) fail_msg("%s", err.text);
        if (problem_is_pinned(problem, ROWS[i].x) != ROWS[i].is_pinned)
            fail_msg("%s at %g on %s", ROWS[i].what, ROWS[i].x, ROWS[i].domain);
        problem_release(problem);
        free(problem);
        free(goal);
    }
}

/* tanh by a quotient held at both ends, with tanh(inf) = 1 + 0.6e-5 or so. */
static const char TANH[] = "f32 x\n"
                           "f32 v1 = const -0x1.53d9b8p+2\n"
                           "f32 v2 = max v1 x\n"
                           "f32 v3 = const 0x1.53d9b8p+2\n"
                           "f32 v4 = min v3 v2\n"
                           "f32 v5 = mul v4 v4\n"
                           "f32 v6 = const 0x1.fff66ep-1\n"
                           "f32 v7 = const 0x1.9ec2ecp-4\n"
                           "f32 v8 = const 0x1.4dfb54p-11\n"
                           "f32 v9 = fma v8 v5 v7\n"
                           "f32 v10 = fma v9 v5 v6\n"
                           "f32 v11 = const 0x1p+0\n"
                           "f32 v12 = const 0x1.bc8c1ep-2\n"
                           "f32 v13 = const 0x1.98cdep-7\n"
                           "f32 v14 = fma v13 v5 v12\n"
                           "f32 v15 = fma v14 v5 v11\n"
                           "f32 v16 = mul v4 v10\n"
                           "f32 v17 = div v16 v15\n"
                           "return v17\n";

static double result_at(const Prog *prog, double x)
{
    const uint64_t bits = bits_from_value(TYPE_F32, x);
    Eval *eval;
    assert_int_equal(eval_new(&eval, prog, NULL, NULL), OK);
    const double result = value_from_bits(TYPE_F32, eval_bits(eval, &bits));
    eval_free(eval);
    return result;
}

static void a_constant_is_moved_until_the_value_is_hit(void **state)
{
    Start *start = start_on("x86-64-v3", "tanh", "f32", "all", "11bits");
    Prog *prog = malloc(sizeof *prog);
    Err err = {0};
    if (prog_parse(prog, TANH, sizeof TANH - 1, 0, NULL, &err) != OK) fail_msg("%s", err.text);
    assert_true(result_at(prog, INFINITY) != 1);
    pins_hit(&start->problem, prog);
    assert_true(result_at(prog, INFINITY) == 1);
    assert_true(result_at(prog, -INFINITY) == -1);
    assert_true(result_at(prog, 0) == 0);
    double worst;
    assert_true(judge(&start->goal, prog, stride_of(TYPE_F32), &worst) <= start->goal.bound.limit);
    free(prog);
    start_free(start);
}

/* Where constants have to be moved: at the end of a tail, at a peak. */
static bool is_quotient_or_periodic(const Seeds *seeds, const Seed *seed)
{
    const FrameRow *row = seeds->frame[seed->frame].row;
    if (seed->is_table) return false;
    if (row == &FRAME_PERIOD_EXACT) return true;
    return row == &FRAME_PLAIN && seeds->form[seed->frame][seed->form].is_rational;
}

static void loose_bounds_are_met_with_right_specials(void **state)
{
    static const CountedRow ROWS[] = {
        {{"tanh", "f32", "all", "11bits"}, 12},
        {{"cospi", "f32", "all", "4ulp"}, ANY},
        {{"erf", "f32", "all", "11bits"}, 16},
    };
    static const double PLACES[] = {0, -0.0, INFINITY, -INFINITY};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const Row *row = &ROWS[i].row;
        Start *start = start_on("x86-64-v3", row->what, row->type, row->domain, row->bound);
        Candidate *best = calloc(1, sizeof *best);
        if (!find_best(start, is_quotient_or_periodic, best))
            fail_msg("%s: nothing found", row->what);
        if (best->ops > ROWS[i].ops_max) fail_msg("%s: %d operations", row->what, best->ops);
        for (int k = 0; k < 4; k++) {
            uint64_t want;
            Oracle *oracle = oracle_new(&start->goal.reference, NULL, 0);
            assert_int_equal(oracle_round(oracle, &PLACES[k], TYPE_F32, &want, NULL, NULL), OK);
            oracle_free(oracle);
            const double right = value_from_bits(TYPE_F32, want);
            const double got = result_at(&best->prog, PLACES[k]);
            if (!(got == right || (isnan(got) && isnan(right))))
                fail_msg("%s at %g: %a, not %a (%s)", row->what, PLACES[k], got, right,
                         best->origin);
        }
        free(best);
        start_free(start);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_and_infinities_with_exact_values_are_pinned),
        cmocka_unit_test(a_constant_is_moved_until_the_value_is_hit),
        cmocka_unit_test(loose_bounds_are_met_with_right_specials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
