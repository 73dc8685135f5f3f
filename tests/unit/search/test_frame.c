/* Range reductions, found from values: which frame a function gets, and that the programs built on it keep the
   bound over the whole of the domain (judged by the oracle here). */
#include "search/frame.h"

#include "runtime/prog/eval.h"
#include "tests/support/parsed.h"
#include "tests/support/searched.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

typedef struct {
    const char *what, *type, *domain;
    const FrameRow *row;
    int64_t stride; /* of the floats looked at; 0: no program is made, which takes time */
} Case;

static const Case CASES[] = {
    {"sin", "f32", "all", &FRAME_HUGE, 20000003},
    {"cos", "f32", "[1e5,1e30]", &FRAME_HUGE, 0},
    {"tan", "f32", "all", &FRAME_HUGE, 20000003},
    {"sin(2.5*x+1)", "f32", "all", &FRAME_HUGE, 0},
    {"sin", "bf16", "all", &FRAME_HUGE, 3},
    {"cos", "f32", "[-8192,8192]", &FRAME_PERIOD, 20000003},
    {"tan", "f32", "[-100,100]", &FRAME_PERIOD, 20000003},
    {"sin(x)*cos(x)", "f32", "[-100,100]", &FRAME_PERIOD, 0},
    {"sinpi", "f16", "all", &FRAME_PERIOD_EXACT, 0},
    {"cospi", "bf16", "all", &FRAME_PERIOD_EXACT, 1},
    {"tanpi", "f16", "all", &FRAME_PERIOD_EXACT, 0},
    {"sinpi", "f32", "all", &FRAME_PERIOD_EXACT, 0},
    {"cospi", "f32", "[-100,100]", &FRAME_PERIOD_EXACT, 0},
    {"tanpi", "f64", "all", &FRAME_PERIOD_EXACT, 0},
    {"cospi(x/2)+1", "f32", "all", &FRAME_PERIOD_EXACT, 0},
    {"sin(pi*x)^2", "bf16", "all", &FRAME_PERIOD_EXACT, 1},
    {"sin(2*pi*x)", "f32", "all", &FRAME_PERIOD_EXACT, 0},
    {"cos(pi*x/2)+1", "f16", "all", &FRAME_PERIOD_EXACT, 0},
    {"2+sinpi(4*x)", "f16", "all", &FRAME_PERIOD_EXACT, 0},
    {"sinpi(x-0.125)", "f32", "[-8,8]", &FRAME_PERIOD_EXACT, 0},
    {"cbrt", "f32", "all", &FRAME_POWER, 20000003},
    {"cbrt", "f32", "[1e-30,1e30]", &FRAME_POWER, 1500011},
    {"cbrt", "f16", "all", &FRAME_POWER, 1},
    {"3*cbrt(x*x)", "f32", "[-1000,1000]", &FRAME_POWER, 20000003},
    {"1/cbrt(x)", "f32", "[1e-20,1e20]", &FRAME_POWER, 0},
    {"x^0.75", "f32", "[1e-20,1e20]", &FRAME_POWER, 0},
    {"atan", "f32", "all", &FRAME_RECIPROCAL, 20000003},
    {"atan", "f16", "all", &FRAME_RECIPROCAL, 1},
    {"atan(3*x)+1", "f32", "[0,1000]", &FRAME_RECIPROCAL, 0},
    {"x*x/(1+x*x)", "f32", "[-50,50]", &FRAME_RECIPROCAL, 20000003},
    {"sinh", "f32", "all", &FRAME_HYPERBOLIC, 20000003},
    {"cosh", "f32", "[-20,20]", &FRAME_HYPERBOLIC, 0},
    {"asinh", "f32", "all", &FRAME_LOG_OF, 20000003},
    {"acosh", "f32", "all", &FRAME_LOG_OF, 20000003},
    {"atanh", "f32", "all", &FRAME_LOG_OF, 20000003},
    {"log2(3+2*x)", "f32", "[-1.5,1e6]", &FRAME_LOG_OF, 0},
    {"log1p", "f32", "[-0.99,1e30]", &FRAME_LOG_PLUS, 0},
    {"exp", "f64", "all", &FRAME_EXP, 90000000000017},
    {"log", "f64", "all", &FRAME_LOG, 90000000000017},
    {"exp2(-x)", "f64", "[-2000,1e100]", &FRAME_EXP, 0},
    {"log2(1-4*x)", "f64", "[-1e300,0.2]", &FRAME_LOG_PLUS, 0},
    {"asinh", "f16", "all", &FRAME_LOG_OF, 1},
    {"log1p", "bf16", "all", &FRAME_LOG_OF, 1},
    {"logit", "f16", "(0,1)", &FRAME_LOG_OF, 1},
    {"2*exp(3*x)+exp(-3*x)", "f32", "[-10,10]", &FRAME_HYPERBOLIC, 20000003},
    {"expm1", "f32", "all", &FRAME_SHIFTED_EXP, 20000003},
    {"expm1", "bf16", "all", &FRAME_SHIFTED_EXP, 1},
    {"expm1", "f64", "[-30,30]", &FRAME_SHIFTED_EXP, 0},
    {"1-exp(-x)", "f32", "all", &FRAME_SHIFTED_EXP, 0},
    {"tanh", "f32", "all", &FRAME_SATURATING, 0},
    {"erf(2*x)/4", "f32", "[-1000,1000]", &FRAME_SATURATING, 0},
    {"0.75*2^(3*x)-6", "f32", "[-10,10]", &FRAME_SHIFTED_EXP, 20000003},
    {"asinh", "f32", "all", &FRAME_LOG_TWO, 0},
    {"log(x+sqrt(x*x-1))", "f32", "[1,1e6]", &FRAME_LOG_TWO, 0},
    {"log2((3+x)/(3-x))/2", "f32", "(-3,3)", &FRAME_LOG_TWO, 0},
    {"logit", "f32", "all", &FRAME_LOG_TWO, 0},
    {"asin", "f32", "all", &FRAME_HALF_ANGLE, 0},
    {"acos", "f32", "[-1,1]", &FRAME_HALF_ANGLE, 0},
    {"3-2*asin(2*x-1)", "f32", "[0,1]", &FRAME_HALF_ANGLE, 0},
    {"acos(1-2*x)", "f32", "[0,1]", &FRAME_HALF_ANGLE, 0},
    {"x^(-1/4)", "bf16", "all", &FRAME_POWER, 0},
    {"tgamma", "f16", "all", &FRAME_GAMMA, 5},
    {"3*tgamma(x+1)", "f32", "[0,30]", &FRAME_GAMMA, 0},
    {"tgamma", "f32", "all", &FRAME_GAMMA, 0},
    {"lgamma", "f16", "all", &FRAME_LOG_GAMMA, 0},
    {"lgamma(x-2)+5", "f32", "[3,100]", &FRAME_LOG_GAMMA, 0},
    {"lgamma", "f32", "all", &FRAME_LOG_GAMMA, 0},
    {"sinc", "f32", "all", &FRAME_HUGE_OVER, 20000003},
    {"sin(3*x)/x", "f32", "[1,1000]", &FRAME_PERIOD_OVER, 0},
};
enum { N_CASES = sizeof CASES / sizeof *CASES };

static Goal *make_goal(const Case *row)
{
    return parsed_spec((SpecText){.what = row->what, .type = row->type, .domain = {row->domain}});
}

static bool has_frame(const Goal *goal, const FrameRow *row)
{
    Problem problem;
    Err err = {0};
    if (problem_init(&problem, goal, 1, &err) != OK) fail_msg("%s", err.text);
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    Frame *frame = calloc(FRAMES_MAX, sizeof *frame);
    const int n = frame_list(frame, &problem, oracle);
    bool is_found = false;
    for (int i = 0; i < n; i++) is_found |= frame[i].row == row;
    free(frame);
    oracle_free(oracle);
    problem_release(&problem);
    return is_found;
}

static void frames_are_found_from_values(void **state)
{
    for (int i = 0; i < N_CASES; i++) {
        Goal *goal = make_goal(&CASES[i]);
        if (!has_frame(goal, CASES[i].row))
            fail_msg("%s on %s: no frame \"%s\"", CASES[i].what, CASES[i].domain,
                     CASES[i].row->name);
        free(goal);
    }
}

static void frames_are_not_found_where_they_do_not_hold(void **state)
{
    const Case cases[] = {
        {"sin(x)+x*1e-9", "f32", "[-100,100]", &FRAME_PERIOD, 0},
        {"sin(x*x)", "f32", "[-100,100]", &FRAME_PERIOD, 0},
        {"exp(x)", "f32", "all", &FRAME_HUGE, 0},
        {"sinpi(x)+x*1e-9", "f32", "[-100,100]", &FRAME_PERIOD_EXACT, 0},
        {"sinpi(2*x/3)", "f32", "[-100,100]", &FRAME_PERIOD_EXACT, 0}, /* every 3/2 */
        {"sinpi", "f32", "[-0.5,0.5]", &FRAME_PERIOD_EXACT, 0},
        {"sinpi", "f32", "all", &FRAME_HUGE, 0}, /* which takes more */
        {"cbrt(x+1e-9)", "f32", "[1,1000]", &FRAME_POWER, 0},
        {"x^2", "f32", "[1,1000]", &FRAME_POWER, 0},
        {"x/(1+x)", "f32", "[-100,100]", &FRAME_RECIPROCAL, 0},
        {"erf", "f32", "all", &FRAME_RECIPROCAL, 0},
        {"sinh(x)+x*1e-9", "f32", "all", &FRAME_HYPERBOLIC, 0},
        {"cos", "f32", "[-100,100]", &FRAME_HYPERBOLIC, 0},
        {"exp(x)", "f32", "all", &FRAME_SHIFTED_EXP, 0},
        {"exp(x)+1e-9*x", "f32", "[-10,10]", &FRAME_SHIFTED_EXP, 0},
        {"exp(x)-pi", "f32", "[-10,10]", &FRAME_SHIFTED_EXP, 0}, /* no value of the type */
        {"atan", "f32", "all", &FRAME_SATURATING, 0},
        {"tanh", "f32", "[-2,2]", &FRAME_SATURATING, 0}, /* nothing of the limit is seen */
        {"1/(1+exp(-x))", "f32", "all", &FRAME_SATURATING, 0},
        {"log(x)", "f32", "all", &FRAME_LOG_OF, 0},
        {"log(1+x)+x*1e-9", "f32", "[-0.5,100]", &FRAME_LOG_OF, 0},
        {"erf", "f32", "all", &FRAME_LOG_OF, 0},
        {"log(1+3*x)", "f32", "[0,100]", &FRAME_LOG_PLUS, 0}, /* 3*x is rounded */
        {"log(2+x)", "f32", "[0,100]", &FRAME_LOG_PLUS, 0},   /* no zero at 0 */
        {"log1p", "f32", "[-0.2,0.3]", &FRAME_LOG_PLUS, 0},   /* no exponent to take off */
        {"log1p", "f32", "all", &FRAME_LOG_PLUS, 0},          /* infinite and NaN results */
        {"sin(x)", "f32", "all", &FRAME_HUGE_OVER, 0},
        {"sin(x)/(x+1e-9)", "f32", "all", &FRAME_HUGE_OVER, 0},
        {"log(x)-2*log(1-x)", "f32", "(0,1)", &FRAME_LOG_TWO, 0},
        {"asinh(x)+x*1e-9", "f32", "all", &FRAME_LOG_TWO, 0},
        {"log1p", "f32", "all", &FRAME_LOG_TWO, 0}, /* one end only */
        {"asin(x)+x*1e-9", "f32", "all", &FRAME_HALF_ANGLE, 0},
        {"sqrt(1-x*x)", "f32", "all", &FRAME_HALF_ANGLE, 0},
        {"asin", "f32", "[-0.75,0.75]", &FRAME_HALF_ANGLE, 0}, /* ends before its singularities */
        {"tgamma(x)+1e-9", "f32", "[1,10]", &FRAME_GAMMA, 0},
        {"lgamma(x)+x*1e-9", "f32", "[1,10]", &FRAME_LOG_GAMMA, 0},
        {"log(x)", "f32", "all", &FRAME_LOG_GAMMA, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Goal *goal = make_goal(&cases[i]);
        if (has_frame(goal, cases[i].row)) fail_msg("%s has a frame", cases[i].what);
        free(goal);
    }
}

/* The error at one float, infinite where the result has the wrong sign of zero. */
static double error_at(Oracle *oracle, const Goal *goal, Eval *eval, uint64_t bits)
{
    const double x = value_from_bits(goal->type, bits);
    const double got = value_from_bits(goal->type, eval_bits(eval, &bits));
    ErrorAt error;
    Err err = {0};
    if (oracle_error(oracle, &x, goal->type, got, 0, &error, &err) != OK) fail_msg("%s", err.text);
    return error.ulp;
}

static void check_bound(const Case *row, const Goal *goal, const Candidate *best)
{
    Eval *eval;
    if (eval_new(&eval, &best->prog, NULL, NULL) != OK) fail_msg("the program does not run");
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    const int64_t first = domain_first(&goal->domain[0], goal->type);
    const int64_t last = domain_last(&goal->domain[0], goal->type);
    for (int64_t at = first; at <= last; at += row->stride) {
        const uint64_t bits = bits_from_ordered(goal->type, at);
        const double error = error_at(oracle, goal, eval, bits);
        if (!(error <= goal->bound.limit))
            fail_msg("%s %s: %g ulp at %a (%s)", row->what, row->type, error,
                     value_from_bits(goal->type, bits), best->origin);
    }
    oracle_free(oracle);
    eval_free(eval);
}

static void programs_on_frames_keep_the_bound(void **state)
{
    for (int i = 0; i < N_CASES; i++) {
        if (CASES[i].stride == 0) continue;
        Goal *goal = make_goal(&CASES[i]);
        Search *search = searched(goal, (SearchOptions){.seed = 1, .max_generations = 3});
        const Candidate *best = search_state(search)->best;
        if (best == NULL) fail_msg("%s on %s: nothing found", CASES[i].what, CASES[i].domain);
        check_bound(&CASES[i], goal, best);
        search_free(search);
        free(goal);
    }
}

/* For AVX-512, results that leave the range are scaled in one operation instead of seven. */
static void exponentials_for_avx512_are_scaled_at_once(void **state)
{
    static const char *const TARGET_NAMES[] = {"x86-64-v3", "x86-64-v4"};
    for (int i = 0; i < 2; i++) {
        Goal *goal = make_goal(&(Case){"exp", "f32", "[-104,100]", &FRAME_EXP, 1500011});
        snprintf(goal->target, sizeof goal->target, "%s", TARGET_NAMES[i]);
        goal->minimize = MINIMIZE_SIZE; /* no clock, no likely */
        Search *search = searched(goal, (SearchOptions){.seed = 1, .max_generations = 3});
        const Candidate *best = search_state(search)->best;
        if (best == NULL) fail_msg("nothing found for %s", TARGET_NAMES[i]);
        assert_true(prog_has_op(&best->prog, OP_SCALEF) == (i == 1));
        check_bound(&(Case){"exp", "f32", "", NULL, 1500011}, goal, best);
        search_free(search);
        free(goal);
    }
}

/* And with a step that is a power of two nothing is held at a limit, nor a constant rounded to. */
static void powers_of_two_for_avx512_are_reduced_at_once(void **state)
{
    static const char *const FUNCTIONS[] = {"exp2", "exp2(-4*x)"};
    for (int i = 0; i < 2; i++) {
        const Case c = {FUNCTIONS[i], "f32", "all", &FRAME_EXP, 1500011};
        Goal *goal = make_goal(&c);
        snprintf(goal->target, sizeof goal->target, "x86-64-v4");
        goal->minimize = MINIMIZE_SIZE;
        Search *search = searched(goal, (SearchOptions){.seed = 1, .max_generations = 3});
        const Candidate *best = search_state(search)->best;
        if (best == NULL) fail_msg("nothing found for %s", FUNCTIONS[i]);
        assert_true(prog_has_op(&best->prog, OP_REDUCE));
        assert_false(prog_has_op(&best->prog, OP_MIN) || prog_has_op(&best->prog, OP_MAX));
        check_bound(&c, goal, best);
        search_free(search);
        free(goal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_found_from_values),
        cmocka_unit_test(frames_are_not_found_where_they_do_not_hold),
        cmocka_unit_test(programs_on_frames_keep_the_bound),
        cmocka_unit_test(exponentials_for_avx512_are_scaled_at_once),
        cmocka_unit_test(powers_of_two_for_avx512_are_reduced_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
