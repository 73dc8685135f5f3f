/* The search meets its bounds in the format's arithmetic: judged by the oracle here, not by the search. */
#include "search/search.h"

#include "tests/support/judge.h"
#include "tests/support/parsed.h"
#include "tests/support/searched.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

typedef struct {
    SpecText spec;
    int64_t stride;
} Bounded;

static void check(const Bounded *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        Goal *goal = parsed_spec(rows[i].spec);
        Search *search = searched(goal, (SearchOptions){.seed = 1, .max_generations = 14});
        const Candidate *best = search_state(search)->best;
        if (best == NULL) fail_msg("%s: nothing found", rows[i].spec.what);
        double worst = 0;
        const double error = judge(goal, &best->prog, rows[i].stride, &worst);
        if (!(error <= goal->bound.limit))
            fail_msg("%s %s: %g ulp at %a (%s)", rows[i].spec.what, rows[i].spec.type, error, worst,
                     best->origin);
        search_free(search);
        free(goal);
    }
}

static void in_f32(void **state)
{
    const Bounded rows[] = {
        {{.what = "exp2", .type = "f32", .domain = {"[0,1]"}}, 524287},
        {{.what = "exp2", .type = "f32", .domain = {"[0,1]"}, .target = "x86-64"}, 524287},
        {{.what = "log(1+exp(x))", .type = "f32", .domain = {"[-5,5]"}, .max_error = "2ulp"},
         1123693},
        {{.what = "(1-cos(x))/(x*x)", .type = "f32", .domain = {"[0.001,1]"}}, 50021},
        {{.what = "log", .type = "f32", .domain = {"all"}}, 3059783},
        {{.what = "exp", .type = "f32", .domain = {"all"}}, 3059783},
        {{.what = "cos", .type = "f32", .domain = {"[-30,30]"}}, 1751881},
    };
    check(rows, sizeof rows / sizeof *rows);
}

/* Whole functions, some singular at the ends or small beside a zero that lies outside; more than one operation that rounds. */
static void in_other_formats(void **state)
{
    const Bounded rows[] = {
        {{.what = "tanh", .type = "bf16", .domain = {"all"}}, 1},
        {{.what = "exp2", .type = "f16", .domain = {"all"}}, 1},
        {{.what = "sigmoid", .type = "bf16", .domain = {"[-20,20]"}}, 1},
        {{.what = "sin", .type = "f64", .domain = {"[-pi/4,pi/4]"}}, 4611686018427387},
        {{.what = "asin", .type = "f16", .domain = {"all"}}, 1},
        {{.what = "sinh", .type = "f16", .domain = {"all"}}, 1},
        {{.what = "sin(x)*exp(-x/5)", .type = "f64", .domain = {"[0,3]"}, .max_error = "2ulp"},
         4611686018427387},
        {{.what = "1/(1+x*x)", .type = "f64", .domain = {"[-2,2]"}}, 9223372036854775},
        {{.what = "x/(1+abs(x))", .type = "f16", .domain = {"[-4,4]"}, .max_error = "2ulp"}, 1},
    };
    check(rows, sizeof rows / sizeof *rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_f32),
        cmocka_unit_test(in_other_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
