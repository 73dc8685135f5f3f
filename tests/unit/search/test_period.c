/* Periodic functions reduced in their own type: programs without a conversion keep 1 ulp, also beside the zeros, where the
   reduction loses most. */
#include "search/seeds.h"

#include "runtime/oracle/oracle.h"
#include "tests/support/judge.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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

/* The candidate with the least error of those on the narrow frame. */
static bool find_narrow(const Start *start, Candidate *best)
{
    const Deadline never = {0};
    best->error = INFINITY;
    for (int i = 0; i < start->seeds.n; i++) {
        if (!start->seeds.frame[start->seeds.seed[i].frame].has_rest) continue;
        CandidateList made = {0};
        Rng rng = rng_new(1, (uint64_t)i);
        seeds_make(&start->seeds, &start->problem, i, false, INFINITY, &rng, &never, &made);
        for (int k = 0; k < made.n; k++)
            if (made.item[k].error < best->error) *best = made.item[k];
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
        {"sin", "[-4096,4096]", 21},
        {"cos", "[-100,100]", 26},
        {"sin(x)*cos(x)", "[-100,100]", 21},
        {"sin(3*x)/3", "[0,500]", 21},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Start *start = start_new(ROWS[i].what, "f32", ROWS[i].domain);
        const Frame *frame = narrow_frame(start);
        Candidate *best = calloc(1, sizeof *best);
        if (frame == NULL) fail_msg("%s: no narrow frame", ROWS[i].what);
        if (!find_narrow(start, best)) fail_msg("%s: nothing found", ROWS[i].what);
        if (best->ops > ROWS[i].ops_max) fail_msg("%s: %d operations", ROWS[i].what, best->ops);
        for (int k = 0; k < best->prog.n; k++)
            assert_int_not_equal(best->prog.node[k].op, OP_CONVERT);
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

static void other_periodic_functions_are_reduced_in_a_wider_type(void **state)
{
    static const struct {
        const char *what, *type, *domain;
    } ROWS[] = {
        {"tan", "f32", "[-100,100]"},          /* poles */
        {"sin(2.5*x+1)", "f32", "[-100,100]"}, /* zeros that are no multiples */
        {"sin", "f32", "[-1e6,1e6]"},          /* too many steps */
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
        cmocka_unit_test(other_periodic_functions_are_reduced_in_a_wider_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
