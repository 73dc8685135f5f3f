/* Periodic functions reduced in their own type: programs without a conversion keep 1 ulp, also beside the zeros, where the
   reduction loses most; and those whose period is a power of two, where it loses nothing. */
#include "search/seeds.h"

#include "runtime/oracle/oracle.h"
#include "runtime/prog/eval.h"
#include "tests/support/judge.h"
#include "tests/support/parsed.h"
#include "tests/support/searched.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

typedef struct {
    Goal *goal;
    Problem problem;
    Seeds seeds;
} Start;

static Start *start_new(const char *what, const char *type, const char *domain)
{
    Start *start = calloc(1, sizeof *start);
    Err err = {0};
    start->goal =
        parsed_spec((SpecText){.what = what, .type = type, .domain = {domain}, .max_error = "1ulp"});
    if (problem_init(&start->problem, start->goal, 1, &err) != OK) fail_msg("%s", err.text);
    Oracle *oracle = oracle_new(&start->goal->reference, start->goal->exact, start->goal->n_exact);
    seeds_init(&start->seeds, &start->problem, oracle);
    oracle_free(oracle);
    return start;
}

static void start_free(Start *start)
{
    problem_release(&start->problem);
    free(start->goal);
    free(start);
}

static const Frame *narrow_frame(const Start *start)
{
    for (int f = 0; f < start->seeds.n_frames; f++)
        if (start->seeds.frame[f].has_rest) return &start->seeds.frame[f];
    return NULL;
}

static bool is_narrow(const Frame *frame) { return frame->has_rest; }
static bool is_in_f32(const Frame *frame) { return frame->is_folded || frame->has_rest; }

/* The candidate with the least error of those on such frames; without conversions and with so many operations, unless
   ops_max is 0, where the first forms will do. */
static bool find_best(const Start *start, bool (*is_such)(const Frame *), int ops_max,
                      Candidate *best)
{
    enum { FORMS = 6 };
    int n_forms = 0;
    const Deadline never = {0};
    best->error = INFINITY;
    for (int i = 0; i < start->seeds.n; i++) {
        if (!is_such(&start->seeds.frame[start->seeds.seed[i].frame])) continue;
        if (ops_max == 0 && n_forms++ == FORMS) break;
        CandidateList made = {0};
        Rng rng = rng_new(1, (uint64_t)i);
        seeds_make(&start->seeds, &start->problem, i, false, INFINITY, &rng, &never, &made);
        for (int k = 0; k < made.n; k++) {
            const Candidate *item = &made.item[k];
            if (item->error >= best->error) continue;
            if (ops_max == 0 || (item->ops <= ops_max && !prog_has_op(&item->prog, OP_CONVERT)))
                *best = *item;
        }
        candidate_list_release(&made);
    }
    return isfinite(best->error);
}

/* At the floats about one input. */
static void check_near(const Goal *goal, const Candidate *candidate, double x)
{
    Goal near = *goal;
    double worst = 0;
    const int64_t at = ordered_from_value(goal->type, x);
    near.domain[0] = (Domain){.lo = value_from_ordered(goal->type, at - 2),
                              .hi = value_from_ordered(goal->type, at + 2)};
    const double error = judge(&near, &candidate->prog, 1, &worst);
    if (!(error <= 1)) fail_msg("%g ulp at %a (%s)", error, worst, candidate->origin);
}

static void sines_in_their_own_type_keep_an_ulp(void **state)
{
    static const struct {
        const char *what, *domain;
        int ops_max;
    } ROWS[] = {
        {"sin", "[-4096,4096]", 19},
        {"sin", "[-1e5,1e5]", 22},
        {"cos", "[-100,100]", 26},
        {"cos", "[-3e5,3e5]", 28},
        {"sin(x)*cos(x)", "[-100,100]", 21},
        {"sin(3*x)/3", "[0,500]", 21},
        {"tan", "[-2000,2000]", 36}, /* poles */
        {"4*tan(x/2)", "[-1000,1000]", 38},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Start *start = start_new(ROWS[i].what, "f32", ROWS[i].domain);
        const Frame *frame = narrow_frame(start);
        Candidate *best = calloc(1, sizeof *best);
        if (frame == NULL) fail_msg("%s: no narrow frame", ROWS[i].what);
        if (!find_best(start, is_narrow, ROWS[i].ops_max, best))
            fail_msg("%s: nothing found", ROWS[i].what);
        if (prog_has_op(&best->prog, OP_EQ)) fail_msg("%s: -0 is selected", ROWS[i].what);
        double worst = 0;
        const double error = judge(start->goal, &best->prog, 753847, &worst);
        if (!(error <= 1)) fail_msg("%s: %g ulp at %a", ROWS[i].what, error, worst);
        const double last = floor((frame->hi - (double)frame->shift) / (double)frame->step);
        for (double k = 1; k < last; k += 1 + floor(last / 60)) {
            check_near(start->goal, best, (double)(frame->shift + k * frame->step));
            check_near(start->goal, best, (double)(frame->shift + (k - 0.5) * frame->step));
        }
        free(best);
        start_free(start);
    }
}

static uint64_t result_at(const Prog *prog, uint64_t bits)
{
    Eval *eval;
    if (eval_new(&eval, prog, NULL, NULL) != OK) fail_msg("the program does not run");
    const uint64_t got = eval_bits(eval, &bits);
    eval_free(eval);
    return got;
}

/* As whole functions by C23, F.10.1.12 to 14: the signs of zeros and of infinities among them. */
static void whole_functions_of_pi_have_zeros_of_the_right_sign(void **state)
{
    static const struct {
        const char *what;
        double x, zero;
    } ROWS[] = {
        {"sinpi", 3, 0.0},  {"sinpi", -3, -0.0}, {"sinpi", 528, 0.0},   {"sinpi", -0.0, -0.0},
        {"cospi", 0.5, 0.0}, {"cospi", -1.5, 0.0}, {"tanpi", 1, -0.0},  {"tanpi", -1, 0.0},
        {"tanpi", 528, 0.0}, {"tanpi", -2, -0.0}, {"tanpi", 1.5, -INFINITY}, {"tanpi", 2.5, INFINITY},
    };
    Search *search = NULL;
    const char *last = "";
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        if (strcmp(last, ROWS[i].what) != 0) {
            Goal *goal = parsed_spec((SpecText){
                .what = ROWS[i].what, .type = "f16", .domain = {"all"}, .max_error = "1ulp"});
            search_free(search);
            search = searched(goal, (SearchOptions){.seed = 1, .max_generations = 2});
            free(goal);
            last = ROWS[i].what;
        }
        const Candidate *best = search_state(search)->best;
        if (best == NULL) fail_msg("%s: nothing found", last);
        const uint64_t got = result_at(&best->prog, bits_from_value(TYPE_F16, ROWS[i].x));
        if (got != bits_from_value(TYPE_F16, ROWS[i].zero))
            fail_msg("%s(%g) is 0x%x (%s)", last, ROWS[i].x, (unsigned)got, best->origin);
    }
    search_free(search);
}

/* The reduction is exact, so that f32 keeps an ulp without a wider type and without an end. */
static void functions_of_pi_in_their_own_type_keep_an_ulp(void **state)
{
    static const struct {
        const char *what;
        int ops_max;
    } ROWS[] = {{"sinpi", 19}, {"cospi", 19}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Start *start = start_new(ROWS[i].what, "f32", "all");
        Candidate *best = calloc(1, sizeof *best);
        find_best(start, is_in_f32, ROWS[i].ops_max, best);
        if (!(best->error <= 1)) fail_msg("%s: %g ulp (%s)", ROWS[i].what, best->error, best->origin);
        double worst = 0;
        const double error = judge(start->goal, &best->prog, 1500011, &worst);
        if (!(error <= 1)) fail_msg("%s: %g ulp at %a", ROWS[i].what, error, worst);
        for (double x = 0x1.0135p-135; x < 0x1p-120; x *= 1.0137) check_near(start->goal, best, x);
        free(best);
        start_free(start);
    }
}

/* Their zeros are double. */
static void squares_are_reduced_as_their_roots(void **state)
{
    static const char *const SQUARES[] = {"cos(x)^2", "tan(x/2)*tan(x/2)"};
    for (size_t i = 0; i < sizeof SQUARES / sizeof *SQUARES; i++) {
        Goal *goal = parsed_spec((SpecText){
            .what = SQUARES[i], .type = "f16", .domain = {"all"}, .max_error = "1ulp"});
        Search *search = searched(goal, (SearchOptions){.seed = 1, .max_generations = 3});
        const Candidate *best = search_state(search)->best;
        double worst = 0;
        if (best == NULL) fail_msg("%s: nothing found", SQUARES[i]);
        const double error = judge(goal, &best->prog, 1, &worst);
        if (!(error <= 1)) fail_msg("%s: %g ulp at %a (%s)", SQUARES[i], error, worst, best->origin);
        assert_non_null(strstr(best->origin, "squared"));
        search_free(search);
        free(goal);
    }
}

static bool is_cycle(const Frame *frame) { return frame->mark != 0; }

/* Nothing tells their period but where values repeat; they may rise through one value more than once. */
static void functions_without_zeros_are_reduced_by_their_period(void **state)
{
    static const struct {
        const char *what, *type, *domain;
        double step;
        bool is_symmetric;
    } ROWS[] = {
        {"exp(sin(x))", "f32", "all", 2 * M_PI, true},
        {"1/(2+cos(x))", "f32", "[-1000,1000]", 2 * M_PI, true},
        {"sqrt(1+sin(x)^2)", "f32", "all", M_PI, true},
        {"3+sin(x)+sin(2*x+1)+cos(3*x)", "f32", "[-3e4,3e4]", 2 * M_PI, false},
        {"2-sin(50*x)", "f16", "all", M_PI / 25, true},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Start *start = start_new(ROWS[i].what, ROWS[i].type, ROWS[i].domain);
        Candidate *best = calloc(1, sizeof *best);
        int n_found = 0;
        for (int f = 0; f < start->seeds.n_frames; f++) {
            const Frame *frame = &start->seeds.frame[f];
            if (!is_cycle(frame)) continue;
            n_found++;
            assert_true(fabs((double)frame->step - ROWS[i].step) < 1e-14);
            assert_int_equal(frame->curve.parity == 1, ROWS[i].is_symmetric);
        }
        if (n_found == 0) fail_msg("%s: no frame", ROWS[i].what);
        if (!find_best(start, is_cycle, 0, best)) fail_msg("%s: nothing found", ROWS[i].what);
        double worst = 0;
        const double error = judge(start->goal, &best->prog, 1500011, &worst);
        if (!(error <= 1)) fail_msg("%s: %g ulp at %a (%s)", ROWS[i].what, error, worst, best->origin);
        free(best);
        start_free(start);
    }
}

static void other_periodic_functions_are_reduced_in_a_wider_type(void **state)
{
    static const struct {
        const char *what, *type, *domain;
    } ROWS[] = {
        {"tan(x)/3", "f32", "[-100,100]"},     /* poles, and a product that is no power of two */
        {"sin(2.5*x+1)", "f32", "[-100,100]"}, /* zeros that are no multiples */
        {"sin(4*x)", "f32", "[-1e6,1e6]"},     /* too many steps */
        {"sin", "f64", "[-100,100]"},
        {"sin(x*x)", "f32", "[-100,100]"}, /* not periodic */
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Start *start = start_new(ROWS[i].what, ROWS[i].type, ROWS[i].domain);
        if (narrow_frame(start) != NULL) fail_msg("%s has a narrow frame", ROWS[i].what);
        start_free(start);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sines_in_their_own_type_keep_an_ulp),
        cmocka_unit_test(whole_functions_of_pi_have_zeros_of_the_right_sign),
        cmocka_unit_test(functions_of_pi_in_their_own_type_keep_an_ulp),
        cmocka_unit_test(squares_are_reduced_as_their_roots),
        cmocka_unit_test(functions_without_zeros_are_reduced_by_their_period),
        cmocka_unit_test(other_periodic_functions_are_reduced_in_a_wider_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
