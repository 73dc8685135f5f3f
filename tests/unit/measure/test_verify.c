/* The judge on f16, bf16 and f32: against the oracle asked about every input, on planted
   faults, and on everything that must be in a Report. */
#include "runtime/oracle/oracle.h"
#include "tests/support/judged.h"

#include <stdio.h>

static float same(float x) { return x; }
static float next(float x) { return nextafterf(x, INFINITY); }
static float zero(float x) { return 0; }
static float always_nan(float x) { return NAN; }
static float largest(float x) { return 0x1.fffffep127f; }
static float capped(float x) { return x < 0.3f ? 0.3f - x : x - 0.3f; }

/* -- the oracle asked about every input --------------------------------------------- */

static bool is_close(double a, double b, double tolerance)
{
    return a == b || fabs(a - b) <= tolerance * fabs(b);
}

static void check_against_brute_force(const char *expression, float (*f)(float), double lo,
                                      double hi, BoundKind kind)
{
    Goal goal = goal_of(expression, TYPE_F32, lo, hi);
    goal.bound.kind = kind;
    const Prog prog = identity(TYPE_F32);
    Machine machine = {.f = f, .faulty = NAN};
    const VerifyOptions options = running(&machine, 2);
    const Report report = judged(&prog, &goal, &options);

    Oracle *oracle = oracle_new(&goal.reference, NULL, 0);
    ErrorAt most = {-1, -1, -1};
    double worst = -1, worst_x = NAN, at_reported = -1;
    uint64_t n = 0, n_wrong = 0;
    for (int64_t o = domain_first(&goal.domain[0], TYPE_F32);
         o <= domain_last(&goal.domain[0], TYPE_F32); o++, n++) {
        const double x = value_from_ordered(TYPE_F32, o);
        const float got = f((float)x);
        ErrorAt error;
        uint64_t want;
        Err err;
        assert_int_equal(oracle_error(oracle, &x, TYPE_F32, got, 0, &error, &err), OK);
        assert_int_equal(oracle_round(oracle, &x, TYPE_F32, &want, NULL, &err), OK);
        const float right = float_of_bits((uint32_t)want);
        n_wrong += got != right && !(isnan(got) && isnan(right));
        most.ulp = fmax(most.ulp, error.ulp);
        most.rel = fmax(most.rel, error.rel);
        most.abs = fmax(most.abs, error.abs);
        const double here = kind == BOUND_ULP   ? error.ulp
                            : kind == BOUND_REL ? error.rel
                                                : error.abs;
        if (here > worst) worst = here, worst_x = x;
        if (x == report.worst_input[0]) at_reported = here;
    }
    oracle_free(oracle);

    assert_true(n > 16384);
    if (report.method != METHOD_EXHAUSTIVE || report.n_points != n)
        fail_msg("%s on [%a, %a]: %llu points of %llu", expression, lo, hi,
                 (unsigned long long)report.n_points, (unsigned long long)n);
    if (!is_close(report.max_ulp, most.ulp, 1e-6) || !is_close(report.max_rel, most.rel, 1e-6) ||
        !is_close(report.max_abs, most.abs, 1e-6))
        fail_msg("%s on [%a, %a]: ulp %.9g rel %.9g abs %.9g, but truly %.9g %.9g %.9g", expression,
                 lo, hi, report.max_ulp, report.max_rel, report.max_abs, most.ulp, most.rel,
                 most.abs);
    if (report.n_wrong != n_wrong)
        fail_msg("%s on [%a, %a]: %llu wrong, but truly %llu", expression, lo, hi,
                 (unsigned long long)report.n_wrong, (unsigned long long)n_wrong);
    /* Inputs closer than the oracle measures may change places. */
    const bool is_tied = at_reported >= worst * (1 - 1e-9);
    if (!is_tied && report.worst_input[0] != worst_x)
        fail_msg("%s on [%a, %a]: worst at %a (%.12g), but truly at %a (%.12g)", expression, lo, hi,
                 report.worst_input[0], report.max_ulp, worst_x, worst);
}

static void verify_finds_what_the_oracle_finds_on_every_float(void **state)
{
    /* More than 16,384 inputs each, so that the fast reference is what judges. */
    static const struct {
        const char *expression;
        float (*f)(float);
        double lo, hi;
        BoundKind kind;
    } cases[] = {
        {"exp(x)", expf, 0x1.08p-1, 0x1.08ap-1, BOUND_ULP},
        {"exp(x)", expf, 0x1.62ap+6, 0x1.634p+6, BOUND_ULP},   /* into overflow */
        {"exp(x)", expf, -0x1.a02p+6, -0x1.9f8p+6, BOUND_ABS}, /* out of the subnormals */
        {"log(x)", logf, 0x1.ff4p-1, 0x1.005p+0, BOUND_ULP},   /* a zero */
        {"log(x)", logf, -0x1p-135, 0x1p-135, BOUND_ULP},      /* NaN, a pole, subnormals */
        {"sin(x)", sinf, 0x1.91ap+1, 0x1.924p+1, BOUND_REL},   /* a zero between floats */
        {"sin(x)", sinf, 0x1.2p+40, 0x1.20ap+40, BOUND_ULP},   /* turns from float to float */
        {"tan(x)", tanf, 0x1.91ap+0, 0x1.924p+0, BOUND_REL},   /* a pole between floats */
        {"tanh(x)", tanhf, 0x1.1fcp+3, 0x1.208p+3, BOUND_ULP}, /* as good as 1 */
        {"(1-cos(x))/(x*x)", zero, 0x1p-10, 0x1.00ap-10, BOUND_ULP},
        {"abs(x-0.3)", capped, 0x1.32cp-2, 0x1.338p-2, BOUND_REL}, /* a kink */
        {"floor(x)", ceilf, 0x1.ff8p+9, 0x1.008p+10, BOUND_ULP},   /* steps */
        {"sqrt(x)", sqrtf, -0x1p-135, 0x1p-135, BOUND_ULP},
        {"acos(x)", acosf, 0x1.ff4p-1, 0x1.002p+0, BOUND_ULP}, /* a branch point, then NaN */
        {"x", same, 0x1p+0, 0x1.00ap+0, BOUND_ULP},            /* right everywhere */
        {"max(x,0)", same, -0x1p-135, 0x1p-135, BOUND_ULP},
        {"exp(x)", largest, 0x1.64p+6, 0x1.64ap+6, BOUND_REL}, /* should be infinite */
        {"exp(x)", always_nan, 0x1p+0, 0x1.00ap+0, BOUND_ULP},
        {"gamma(x)", tgammaf, -0x1.01p+9, -0x1p+9, BOUND_ULP},         /* 0, NaN at integers */
        {"lgamma(x)", lgammaf, -0x1.01p+9, -0x1p+9, BOUND_ULP},        /* poles */
        {"gamma(x)", tgammaf, -0x1.003p+24, -0x1.ff8p+23, BOUND_ULP},  /* integers: NaN, */
        {"lgamma(x)", largest, -0x1.003p+24, -0x1.ff8p+23, BOUND_REL}, /* infinite; */
        {"cospi(x)", same, 0x1.ff8p+23, 0x1.003p+24, BOUND_ULP},       /* -1 and 1, then 1 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_against_brute_force(cases[i].expression, cases[i].f, cases[i].lo, cases[i].hi,
                                  cases[i].kind);
}

/* -- faults ------------------------------------------------------------------------- */

static void verify_finds_one_wrong_float_among_millions(void **state)
{
    const Goal goal = goal_of("exp(x)", TYPE_F32, 0.5, 2);
    const Prog prog = identity(TYPE_F32);
    static const float faulty[] = {0x1.2345p+0f, 0x1p-1f, 0x1p+1f, 0x1.fffffep-1f};
    for (int i = 0; i < 4; i++) {
        const float right = expf(faulty[i]);
        Machine machine = {.f = expf, .faulty = faulty[i]};
        machine.wrong = nextafterf(nextafterf(right, 0), 0);
        const VerifyOptions options = running(&machine, 2);
        const Report report = judged(&prog, &goal, &options);
        assert_true(report.n_points == 0x1000001);
        assert_true(report.worst_input[0] == faulty[i]);
        assert_true(report.worst_got == machine.wrong);
        assert_true(report.max_ulp > 1.4 && report.max_ulp < 2.6);
        assert_false(report_meets(&report, &goal));
    }
}

static void verify_notices_the_last_bit_of_a_coefficient(void **state)
{
    const Goal goal = goal_of("exp2(x)", TYPE_F32, 0.5, 1);
    const Prog prog = parsed_prog(EXP2_PROGRAM);
    const Report report = judged(&prog, &goal, NULL);
    for (int i = 1; i <= 7; i++) {
        Prog changed = prog;
        assert_int_equal(changed.node[i].op, OP_CONST);
        changed.node[i].value.lo ^= 1;
        const Report other = judged(&changed, &goal, NULL);
        assert_true(other.max_rel != report.max_rel || other.n_wrong != report.n_wrong ||
                    other.max_ulp != report.max_ulp);
    }
}

static void verify_reports_the_lowest_of_equally_bad_inputs(void **state)
{
    /* Half of all floats off by exactly one ulp, f being x. */
    Goal goal = goal_of("x", TYPE_F32, 1, 1.25);
    const Prog prog = identity(TYPE_F32);
    Machine machine = {.f = next, .faulty = NAN};
    VerifyOptions options = running(&machine, 2);
    Report report = judged(&prog, &goal, &options);
    assert_true(report.max_ulp == 1 && report.worst_input[0] == 1);
    assert_true(report.n_wrong == report.n_points);
    /* Infinitely wrong everywhere. */
    machine.f = always_nan;
    report = judged(&prog, &goal, &options);
    assert_true(isinf(report.max_ulp) && report.worst_input[0] == 1);
    assert_true(isnan(report.worst_got) && report.worst_want == 1);
}

/* -- what is looked at --------------------------------------------------------------- */

static void verify_looks_at_every_value_of_a_16_bit_type(void **state)
{
    const Type types[] = {TYPE_F16, TYPE_BF16};
    for (int t = 0; t < 2; t++) {
        const Goal goal = goal_on_all("tanh(x)", types[t]);
        const Prog prog = identity(types[t]);
        const Report report = judged(&prog, &goal, NULL);
        const uint64_t n_nan = types[t] == TYPE_F16 ? 2 * 1023 : 2 * 127;
        assert_int_equal(report.method, METHOD_EXHAUSTIVE);
        assert_true(report.n_points == 65536 - n_nan + 1); /* NaN counts once */
        /* x for tanh(x): infinite where it should be 1. */
        assert_true(isinf(report.max_ulp) && report.worst_input[0] == -INFINITY);
        assert_true(report.worst_want == -1);
    }
}

static void verify_with_a_stride_says_sampled(void **state)
{
    const Goal goal = goal_on_all("exp(x)", TYPE_F32);
    const Prog prog = identity(TYPE_F32);
    Machine machine = {.f = expf, .faulty = NAN};
    VerifyOptions options = running(&machine, 2);
    options.stride = 40009;
    const Report report = judged(&prog, &goal, &options);
    assert_int_equal(report.method, METHOD_SAMPLED);
    assert_true(report.n_points > 4278190082u / 40009 &&
                report.n_points < 4278190082u / 40009 + 32);
    assert_true(report.max_ulp > 0.49 && report.max_ulp < 0.51);
}

static void verify_that_may_stop_early_refuses_what_it_would_refuse(void **state)
{
    (void)state;
    /* A program wrong everywhere, one wrong at a single float, and a right one. */
    const Prog prog = identity(TYPE_F32);
    Goal goal = goal_of("x", TYPE_F32, 0x1p-12, 1);
    Machine slightly_off = {.f = next, .faulty = NAN};
    Machine one_wrong = {.f = same, .faulty = 0x1.2345p-2f, .wrong = 7};
    goal.bound.limit = 0.75;
    BadInputs bad = {.n = 0};
    VerifyOptions options = running(&slightly_off, 2);
    options.stop_early = true;
    options.bad = &bad;
    Report report = judged(&prog, &goal, &options);
    assert_false(report_meets(&report, &goal));
    assert_int_equal(report.method, METHOD_SAMPLED);
    assert_true(report.max_ulp == 1 && bad.n > 10);
    for (int i = 0; i < bad.n; i++) assert_true(bad.x[i] >= 0x1p-12 && bad.x[i] <= 1);

    options.run_context = &one_wrong;
    report = judged(&prog, &goal, &options);
    assert_false(report_meets(&report, &goal));
    assert_true(report.worst_input[0] == one_wrong.faulty);
    assert_int_equal(bad.n, 1);
    assert_true(bad.x[0] == one_wrong.faulty);

    one_wrong.faulty = NAN;
    report = judged(&prog, &goal, &options);
    assert_int_equal(report.method, METHOD_EXHAUSTIVE);
    assert_int_equal(bad.n, 0);
    assert_true(report.n_points == ((uint64_t)12 << 23) + 1);
}

static void verify_wants_exact_points_hit_exactly(void **state)
{
    Goal goal = goal_of("(exp(x)-1)/x", TYPE_F16, -1, 1);
    goal.exact[0] = (ExactPoint){0, 1};
    goal.n_exact = 1;
    const char *const text = "f16 x\nf16 one = const 0x1p+0\nf16 y = %s\nreturn y\n";
    char hit[200], missed[200];
    snprintf(hit, sizeof hit, text, "add x one");
    snprintf(missed, sizeof missed, text, "add x x");
    const Prog hits = parsed_prog(hit), misses = parsed_prog(missed);
    Report report = judged(&hits, &goal, NULL);
    assert_true(isfinite(report.max_ulp));
    report = judged(&misses, &goal, NULL);
    assert_true(isinf(report.max_ulp) && report.worst_input[0] == 0 && report.worst_want == 1);
}

static void a_report_meets_a_bound_without_tolerance(void **state)
{
    Goal goal = goal_of("exp(x)", TYPE_F32, 0, 1);
    Report report = {.max_ulp = 1, .max_rel = 2, .max_abs = 3, .n_points = 10};
    assert_true(report_meets(&report, &goal));
    report.max_ulp = nextafter(1, 2);
    assert_false(report_meets(&report, &goal));
    report.max_ulp = NAN;
    assert_false(report_meets(&report, &goal));
    goal.bound = (Bound){BOUND_REL, 2, "2rel"};
    assert_true(report_meets(&report, &goal));
    goal.bound = (Bound){BOUND_ABS, 2, "2abs"};
    assert_false(report_meets(&report, &goal));
    report.n_points = 0;
    goal.bound.limit = 5;
    assert_false(report_meets(&report, &goal));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_finds_what_the_oracle_finds_on_every_float),
        cmocka_unit_test(verify_finds_one_wrong_float_among_millions),
        cmocka_unit_test(verify_notices_the_last_bit_of_a_coefficient),
        cmocka_unit_test(verify_reports_the_lowest_of_equally_bad_inputs),
        cmocka_unit_test(verify_looks_at_every_value_of_a_16_bit_type),
        cmocka_unit_test(verify_with_a_stride_says_sampled),
        cmocka_unit_test(verify_that_may_stop_early_refuses_what_it_would_refuse),
        cmocka_unit_test(verify_wants_exact_points_hit_exactly),
        cmocka_unit_test(a_report_meets_a_bound_without_tolerance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
