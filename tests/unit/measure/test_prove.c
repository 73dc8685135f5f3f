/* Proofs over the reals: bounds are above the true maximum and close to it, and what does not
   hold is not proven. */
#include "frontend/infix.h"
#include "runtime/measure/prove.h"
#include "runtime/measure/verify.h"
#include "runtime/oracle/oracle_prog.h"
#include "tests/support/check.h"
#include "tests/support/proof_cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static Prog parsed(const char *text)
{
    static const char *const VARIABLES[] = {"x"};
    Prog prog;
    Err err = {0};
    if (infix_parse(&prog, text, VARIABLES, 1, &err) != OK) fail_msg("%s: %s", text, err.text);
    return prog;
}

static Goal goal_of(const char *function, double lo, double hi, BoundKind kind)
{
    Goal goal = {.type = TYPE_REAL, .n_variables = 1, .bound = {kind, 1, "1"}};
    goal.reference = parsed(function);
    goal.domain[0] = (Domain){.lo = lo, .hi = hi};
    return goal;
}

static Report judged(const Goal *goal, const char *program)
{
    Report report;
    Err err = {0};
    const Prog prog = parsed(program);
    const VerifyOptions options = {.n_threads = 1};
    if (verify(&report, &prog, goal, &options, &err) != OK) fail_msg("%s: %s", program, err.text);
    return report;
}

static double error_of(const Report *report, BoundKind kind)
{
    return kind == BOUND_ABS ? report->max_abs : report->max_rel;
}

/* The largest error at many evenly spaced places, to 60 digits each. */
static double dense_maximum(const Goal *goal, const char *program)
{
    enum { PLACES = 2000 };
    const Prog prog = parsed(program);
    Oracle *oracle = oracle_new(&goal->reference, NULL, 0);
    double most = 0;
    for (int i = 0; i <= PLACES; i++) {
        const Domain *d = &goal->domain[0];
        double rel, abs;
        const double step = (d->hi - d->lo) / PLACES, gap = i == 0 && d->lo_open ? 1e-6 * step : 0;
        const double x = i < PLACES ? d->lo + i * step + gap : d->hi;
        assert_int_equal(oracle_prog_error(oracle, &prog, &x, &rel, &abs, NULL), OK);
        if (rel == 0 || abs == 0) continue;
        most = fmax(most, fabs(goal->bound.kind == BOUND_ABS ? abs : rel));
    }
    oracle_free(oracle);
    return most;
}

static void bounds_are_above_the_true_maximum_and_close_to_it(void **state)
{
    for (int i = 0; i < N_PROOF_CASES; i++) {
        const ProofCase *c = &PROOF_CASES[i];
        Goal goal = goal_of(c->function, c->lo, c->hi, c->kind);
        goal.domain[0].lo_open = c->lo_open;
        const Report report = judged(&goal, c->program);
        const double bound = error_of(&report, c->kind), met = dense_maximum(&goal, c->program);
        if (report.method != METHOD_PROVEN || report.sliver[0] || !(met <= bound) ||
            !(bound <= 1.002 * met))
            fail_msg("%s: %s, bound %.9g, met %.9g, %s", c->function, method_name(report.method),
                     bound, met, report.sliver);
    }
}

static void a_change_in_a_late_digit_is_seen(void **state)
{
    /* Each pair: a program, and the same with one constant changed in its 20th digit or later,
       where its error is smaller than that. */
    static const struct {
        const char *function;
        double lo, hi;
        const char *good, *bad;
        double change;
    } pairs[] = {
        {"exp(x)", -0.05, 0.05,
         "s=x*x; p=665280+s*(75600+s*(840+s)); q=x*(332640+s*(10080+s*42)); (p+q)/(p-q)",
         "s=x*x; p=665280+s*(75600+s*(840+s)); q=x*(332640.0000000000000000000001+s*(10080+s*42));"
         "(p+q)/(p-q)",
         1.5e-29},
        {"x*x+0.5", -1, 1, "x*x+0.5", "x*x+0.50000000000000000001", 2e-20},
        {"1/(1+x)", 0, 1, "1/(1+x)", "1/(1.0000000000000000000000000001+x)", 1e-28},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const Goal goal = goal_of(pairs[i].function, pairs[i].lo, pairs[i].hi, BOUND_REL);
        const Report good = judged(&goal, pairs[i].good), bad = judged(&goal, pairs[i].bad);
        assert_true(good.max_rel < 0.2 * pairs[i].change && good.method == METHOD_PROVEN);
        assert_int_equal(bad.method, METHOD_PROVEN);
        if (!(fabs(bad.max_rel - pairs[i].change) < 0.2 * pairs[i].change))
            fail_msg("%s: %g, expected %g", pairs[i].bad, bad.max_rel, pairs[i].change);
    }
}

static void a_larger_error_than_known_is_found(void **state)
{
    /* A bump of height 1e-3 and width 1e-6 at 0.3, of which nothing was known. */
    const Goal goal = goal_of("exp(x)", 0, 1, BOUND_ABS);
    const Prog prog = parsed("t=(x-0.3)*1000000; s=x/8; r=1+s*(1+s*(1/2+s*(1/6+s*(1/24+s/120))));"
                             "a=r*r; b=a*a; b*b+0.001/(1+t*t)");
    const double known[3] = {0, 1e-9, 1e-9};
    Proofs proofs;
    prove(&proofs, &prog, &goal, known, 3, NULL);
    const Proof *proof = &proofs.proof[BOUND_ABS];
    assert_true(proof->is_proven);
    assert_true(proof->bound >= 1e-3 && proof->bound <= 1.001e-3);
    assert_true(fabs(proof->at - 0.3) < 1e-7);
}

static void both_sides_of_a_kink_count(void **state)
{
    /* Right of the kink, which is no double, the error is 0; left of it up to 0.3. */
    const Goal goal = goal_of("abs(x-0.3)", 0, 1, BOUND_ABS);
    static const char *const programs[] = {"max(x-0.3, 0)", "max(0, x-0.3)", "-min(0.3-x, 0)",
                                           "(abs(x-0.3)+(x-0.3))/2"};
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        const Prog prog = parsed(programs[i]);
        const double known[3] = {0, 1e-9, 1e-9};
        Proofs proofs;
        prove(&proofs, &prog, &goal, known, 1, NULL);
        const Proof *proof = &proofs.proof[BOUND_ABS];
        if (!proof->is_proven || !(proof->bound >= 0.3) || !(proof->bound <= 0.3003))
            fail_msg("%s: %d %g", programs[i], proof->is_proven, proof->bound);
    }
}

static void a_pole_inside_is_never_proven(void **state)
{
    static const char *const programs[] = {
        "1/(x-0.3)",
        "1+1e-30/(x-0.3)",
        "x/(x*x-0.1)",
        "1+1e-40/(x*x-0.1)",
        "1+x+1e-9*(x-0.3)/(x-0.3)",
        "(x*x-0.25)/(x-0.5)",
        "1+1e-25/(x-1/3)",
        "sqrt(x-0.001)",
    };
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        for (int kind = BOUND_REL; kind <= BOUND_ABS; kind++) {
            const Goal goal = goal_of("exp(x)", 0, 1, (BoundKind)kind);
            const Report report = judged(&goal, programs[i]);
            if (report.method == METHOD_PROVEN) fail_msg("%s is proven", programs[i]);
        }
    const Goal tangent = goal_of("tan(x)", 0, 2, BOUND_ABS);
    assert_int_equal(judged(&tangent, "x").method, METHOD_SAMPLED);
}

static void common_zeros_and_removable_poles_leave_nothing_out(void **state)
{
    static const struct {
        const char *function, *program;
        double lo, hi;
    } cases[] = {
        {"sin(x)", "x-x*x*x/6", 0, 1.5},
        {"sin(x)", "x-x*x*x/6", -1, 1},          /* the zero inside */
        {"x*x*exp(x)", "x*x*(1+x)", -0.5, 0.5},  /* a double one */
        {"log(x)", "(x-1)*(1-(x-1)/2)", 0.5, 1}, /* at the end of a domain */
        {"sqrt(x)*cos(x)", "sqrt(x)*(1-x*x/2)", 0, 1},
        {"sin(x)/x", "1-x*x/6", -1, 1},            /* a gap of the function */
        {"exp(x)", "u=x+12/x; (u+6)/(u-6)", 0, 1}, /* of the program */
        {"exp(x)", "u=x+12/x; (u+6)/(u-6)", -1, 0},
        {"x/tanh(x)", "1+x*x/3", 0, 1},
        {"1/x", "1/x+0.01", 0, 1}, /* poles of both */
        {"gamma(x)", "1/x", 0, 1},
        {"sin(x)-x", "-x*x*x/6", 1e-30, 1}, /* where 200 bits cancel */
        {"acos(x)", "1.6*sqrt(1-x)", 0, 1}, /* branch points */
        {"asin(x)", "x+x*x*x/6", -1, 1},
        {"acosh(x)", "sqrt(2*(x-1))", 1, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Goal goal = goal_of(cases[i].function, cases[i].lo, cases[i].hi, BOUND_REL);
        goal.domain[0].lo_open = cases[i].lo == 0;
        goal.domain[0].hi_open = cases[i].hi == 0;
        if (strcmp(cases[i].function, "sin(x)/x") == 0) {
            goal.exact[0] = (ExactPoint){0, 1};
            goal.n_exact = 1;
        }
        const Report report = judged(&goal, cases[i].program);
        if (report.method != METHOD_PROVEN || report.sliver[0])
            fail_msg("%s: %s: %s, %s", cases[i].function, cases[i].program,
                     method_name(report.method), report.sliver);
    }
}

static void what_is_left_out_is_named(void **state)
{
    Goal goal = goal_of("x*log(x)+2", 0, 1, BOUND_ABS);
    goal.domain[0].lo_open = true;
    const Report report = judged(&goal, "x*(x-1)+2");
    assert_int_equal(report.method, METHOD_PROVEN);
    assert_string_equal(report.sliver, "(0, 2^-64]");
    goal.reference = parsed("x*log(x)+(1-x)*log(1-x)");
    goal.domain[0].hi_open = true;
    assert_string_equal(judged(&goal, "3*x*(x-1)").sliver,
                        "(0, 2^-64] and [0.99999999999999989, 1)");
}

static void kinks_are_proven_from_both_sides(void **state)
{
    static const struct {
        const char *function, *program;
        double error;
    } cases[] = {
        {"abs(x)", "max(x, -x)+0.125", 0.125},
        {"abs(x-0.3)", "abs(x-0.3)*1.5", 0.65},
        {"max(x, 0.1)", "min(max(x, 0.1), 0.75)", 0.25},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Goal goal = goal_of(cases[i].function, -1, 1, BOUND_ABS);
        const Report report = judged(&goal, cases[i].program);
        assert_int_equal(report.method, METHOD_PROVEN);
        if (!(fabs(report.max_abs - cases[i].error) <= 1e-3 * cases[i].error))
            fail_msg("%s: %g, expected %g", cases[i].program, report.max_abs, cases[i].error);
    }
}

static void the_same_function_has_error_zero(void **state)
{
    static const struct {
        const char *function, *program;
    } cases[] = {
        {"(x+1)*(x-2)*x", "x*(x*x-x-2)"},
        {"0.1*x+1/3", "(0.3*x+1)/3"},
        {"x/(6+x)", "1-6/(6+x)"},
        {"0.1", "1/(10+x*0)"},
        {"x", "x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Goal goal = goal_of(cases[i].function, -2, 5, BOUND_REL);
        const Report report = judged(&goal, cases[i].program);
        if (report.method != METHOD_PROVEN || report.max_rel != 0 || report.max_abs != 0)
            fail_msg("%s: %s %g %g", cases[i].program, method_name(report.method), report.max_rel,
                     report.max_abs);
    }
    /* The same but where it is not defined. */
    const Goal goal = goal_of("x+1/3", -2, 5, BOUND_REL);
    assert_int_equal(judged(&goal, "(x*x-1/9)/(x-1/3)").method, METHOD_SAMPLED);
    /* Nearly the same. */
    assert_true(judged(&goal, "x+1/3+1e-70").max_rel > 0);
}

static void operators_without_series_are_sampled(void **state)
{
    const Goal steps = goal_of("floor(x)", 2.25, 3.25, BOUND_ABS);
    assert_int_equal(judged(&steps, "x").method, METHOD_SAMPLED);
}

static void a_stop_ends_the_proof_with_nothing_proven(void **state)
{
    const Goal goal = goal_of("exp(x)", 0, 1, BOUND_ABS);
    const Prog prog = parsed("1+x");
    const double known[3] = {0, 0.1, 0.1};
    atomic_int stop = 1;
    Proofs proofs;
    prove(&proofs, &prog, &goal, known, 3, &stop);
    assert_false(proofs.proof[BOUND_ABS].is_proven);
    assert_false(proofs.proof[BOUND_REL].is_proven);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_are_above_the_true_maximum_and_close_to_it),
        cmocka_unit_test(a_change_in_a_late_digit_is_seen),
        cmocka_unit_test(a_larger_error_than_known_is_found),
        cmocka_unit_test(both_sides_of_a_kink_count),
        cmocka_unit_test(a_pole_inside_is_never_proven),
        cmocka_unit_test(common_zeros_and_removable_poles_leave_nothing_out),
        cmocka_unit_test(what_is_left_out_is_named),
        cmocka_unit_test(kinks_are_proven_from_both_sides),
        cmocka_unit_test(the_same_function_has_error_zero),
        cmocka_unit_test(operators_without_series_are_sampled),
        cmocka_unit_test(a_stop_ends_the_proof_with_nothing_proven),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
