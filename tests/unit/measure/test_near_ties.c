/* The inputs that are hard to round, against the oracle asked about every input; and correct rounding as the judge
   takes it. */
#include "runtime/base/bits.h"
#include "runtime/measure/near_ties.h"
#include "runtime/measure/verify.h"
#include "runtime/oracle/oracle.h"
#include "tests/support/check.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static Goal goal_of(const char *expression, Type type, double lo, double hi)
{
    return parsed_goal(expression, 1, type, (Bound){BOUND_ULP, 0.5, "0.5ulp"}, lo, hi);
}

static NearTies ties_of(const Goal *goal, int n_wanted, int n_threads)
{
    NearTies ties;
    Err err = {0};
    if (near_ties_find(&ties, goal, n_wanted, n_threads, NULL, &err) != OK)
        fail_msg("%s", err.text);
    return ties;
}

static int compare(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;
    return a < b ? -1 : a > b;
}

/* Every input of the domain, by the oracle alone: the distances that must come out. */
static void check_by_brute_force(const char *expression, Type type, double lo, double hi)
{
    enum { WANTED = 40 };
    const Goal goal = goal_of(expression, type, lo, hi);
    const NearTies ties = ties_of(&goal, WANTED, 2);
    const int64_t first = ordered_from_value(type, lo), last = ordered_from_value(type, hi);
    double *distance = xmalloc((size_t)(last - first + 1) * sizeof *distance);
    Oracle *oracle = oracle_new(&goal.reference, NULL, 0);
    size_t n = 0;
    for (int64_t o = first; o <= last; o++) {
        const double x = value_from_ordered(type, o);
        double f, rest;
        assert_int_equal(oracle_double_double(oracle, &x, &f, &rest, NULL), OK);
        const double t = f / ulp_of(type, f), fraction = t - floor(t);
        distance[n++] = fabs(fraction + rest / ulp_of(type, f) - 0.5);
    }
    qsort(distance, n, sizeof *distance, compare);
    assert_int_equal(ties.n, WANTED);
    for (int i = 0; i < WANTED; i++)
        if (fabs(ties.tie[i].distance - distance[i]) > 1e-14)
            fail_msg("%s: number %d is %a away, not %a", expression, i, distance[i],
                     ties.tie[i].distance);
    oracle_free(oracle);
    near_ties_release((NearTies *)&ties);
    free(distance);
}

static void near_ties_are_those_the_oracle_finds(void **state)
{
    check_by_brute_force("exp(x)", TYPE_F16, -4, 3);
    check_by_brute_force("sin(x)", TYPE_BF16, -0x1.8p+2, 0x1.8p+2);
    check_by_brute_force("log(x)", TYPE_F32, 0x1.5p+0, 0x1.51p+0);
    check_by_brute_force("x*exp(-x)", TYPE_F32, -0x1.002p-3, -0x1p-3);
    check_by_brute_force("x*sqrt(2)", TYPE_F32, -0x1p-137, 0x1p-137);
    check_by_brute_force("cos(x*1e42)", TYPE_F32, -0x1p-137, 0x1p-137);
    check_by_brute_force("exp(x*1e42)", TYPE_F32, -0x1p-138, 0x1p-138);
}

static void exact_ties_are_found(void **state)
{
    /* (1 + k/2^23)^2 = 1 + k/2^22 + k^2/2^46 lies half way between two floats for k = 2^11. */
    const Goal goal = goal_of("x*x", TYPE_F32, 1, 0x1.01p+0);
    const NearTies ties = ties_of(&goal, 100, 1);
    assert_true(ties.n > 0);
    assert_true(ties.tie[0].distance == 0);
    near_ties_release((NearTies *)&ties);
}

static void near_ties_do_not_depend_on_the_threads(void **state)
{
    const Goal goal = goal_of("cbrt(x)", TYPE_F32, 1, 1.5);
    const NearTies one = ties_of(&goal, 200, 1), three = ties_of(&goal, 200, 3);
    assert_int_equal(one.n, three.n);
    assert_memory_equal(one.tie, three.tie, (size_t)one.n * sizeof *one.tie);
    near_ties_release((NearTies *)&one);
    near_ties_release((NearTies *)&three);
}

static void near_ties_are_not_looked_for_in_f64(void **state)
{
    const Goal goal = goal_of("exp(x)", TYPE_F64, 0, 1);
    NearTies ties;
    Err err = {0};
    assert_int_equal(near_ties_find(&ties, &goal, 10, 1, NULL, &err), ERR_UNSUPPORTED);
    assert_true(strlen(err.text) > 0);
}

/* -- the judge ------------------------------------------------------------------------- */

typedef struct {
    Oracle *oracle;
    double faulty; /* where the other neighbour is given */
} Machine;

/* The nearest float, but for one input. */
static void run_machine(void *context, int worker, const void *const *x, void *y, size_t n)
{
    const Machine *machine = context;
    for (size_t i = 0; i < n; i++) {
        const double at = ((const float *)x[0])[i];
        uint64_t bits;
        if (oracle_round(machine->oracle, &at, TYPE_F32, &bits, NULL, NULL) != OK) bits = 0;
        const double right = value_from_bits(TYPE_F32, bits);
        float result = (float)right;
        if (at == machine->faulty) {
            double f, rest;
            if (oracle_double_double(machine->oracle, &at, &f, &rest, NULL) != OK) f = 0;
            result =
                nextafterf(result, f > right || (f == right && rest > 0) ? INFINITY : -INFINITY);
        }
        ((float *)y)[i] = result;
    }
}

static Report judged(const Goal *goal, double faulty, BadInputs *bad)
{
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, TYPE_F32, "x");
    Machine machine = {oracle_new(&goal->reference, NULL, 0), faulty};
    const VerifyOptions options = {
        .n_threads = 1, .bad = bad, .run = run_machine, .run_context = &machine};
    Report report;
    Err err = {0};
    if (verify(&report, &prog, goal, &options, &err) != OK) fail_msg("%s", err.text);
    oracle_free(machine.oracle);
    return report;
}

static void one_result_on_the_wrong_side_of_a_tie_is_not_correct_rounding(void **state)
{
    const Goal goal = goal_of("exp(x)", TYPE_F32, 0.5, 0x1.04p-1);
    BadInputs bad = {.n = 0};
    Report report = judged(&goal, NAN, &bad);
    assert_true(report_meets(&report, &goal));
    assert_int_equal(report.n_wrong, 0);
    assert_true(report.max_ulp <= 0.5);
    assert_int_equal(bad.n, 0);
    /* Its error is half an ulp to more digits than the oracle's errors have. */
    const NearTies ties = ties_of(&goal, 1, 1);
    const double hardest = ties.tie[0].x;
    near_ties_release((NearTies *)&ties);
    report = judged(&goal, hardest, &bad);
    assert_false(report_meets(&report, &goal));
    assert_int_equal(report.n_wrong, 1);
    assert_int_equal(bad.n, 1);
    assert_true(bad.x[0] == hardest);
}

static void below_a_power_of_two_the_nearest_value_counts(void **state)
{
    /* exp2(1) = 2: the float below is half of the ulp above 2 away, and wrong. */
    const Goal goal = goal_of("exp2(x)", TYPE_F32, 0x1.fffp-1, 0x1.001p+0);
    const Report report = judged(&goal, 1, NULL);
    assert_true(report.n_wrong == 1);
    assert_false(report_meets(&report, &goal));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_ties_are_those_the_oracle_finds),
        cmocka_unit_test(exact_ties_are_found),
        cmocka_unit_test(near_ties_do_not_depend_on_the_threads),
        cmocka_unit_test(near_ties_are_not_looked_for_in_f64),
        cmocka_unit_test(one_result_on_the_wrong_side_of_a_tie_is_not_correct_rounding),
        cmocka_unit_test(below_a_power_of_two_the_nearest_value_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
