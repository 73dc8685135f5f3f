/* The judge on f16, bf16 and f32: against the oracle asked about every input, on planted
   faults, and on everything that must be in a Report. */
#include "runtime/measure/verify.h"
#include "runtime/oracle/oracle.h"
#include "runtime/prog/specials.h"
#include "tests/support/check.h"
#include "tests/support/parsed.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static Goal goal_of(const char *expression, Type type, double lo, double hi)
{
    return parsed_goal(expression, 1, type, (Bound){BOUND_ULP, 1, "1ulp"}, lo, hi);
}

static Goal goal_on_all(const char *expression, Type type)
{
    return goal_of(expression, type, NAN, NAN);
}

static Prog identity(Type type)
{
    Prog prog;
    prog_init(&prog);
    prog_add_input(&prog, type, "x");
    return prog;
}

static Report judged(const Prog *prog, const Goal *goal, const VerifyOptions *options)
{
    Report report;
    Err err = {0};
    if (verify(&report, prog, goal, options, &err) != OK) fail_msg("verify: %s", err.text);
    return report;
}

/* -- programs that are C functions ------------------------------------------------- */

typedef struct {
    float (*f)(float);
    float faulty, wrong; /* at `faulty` it gives `wrong`; NaN: nowhere */
} Machine;

static void run_machine(void *context, int worker, const void *const *x, void *y, size_t n)
{
    const Machine *machine = context;
    const float *in = x[0];
    float *out = y;
    for (size_t i = 0; i < n; i++)
        out[i] = in[i] == machine->faulty ? machine->wrong : machine->f(in[i]);
}

static VerifyOptions running(Machine *machine, int n_threads)
{
    return (VerifyOptions){.n_threads = n_threads, .run = run_machine, .run_context = machine};
}

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

static const char EXP2_PROGRAM[] = "f32 x\n"
                                   "f32 c6 = const 0x1.ca8f0ap-13\n"
                                   "f32 c5 = const 0x1.44d4d2p-10\n"
                                   "f32 c4 = const 0x1.3d54d8p-7\n"
                                   "f32 c3 = const 0x1.c67f5p-5\n"
                                   "f32 c2 = const 0x1.ebfdf2p-3\n"
                                   "f32 c1 = const 0x1.62e428p-1\n"
                                   "f32 c0 = const 0x1p+0\n"
                                   "f32 p5 = fma c6 x c5\n"
                                   "f32 p4 = fma p5 x c4\n"
                                   "f32 p3 = fma p4 x c3\n"
                                   "f32 p2 = fma p3 x c2\n"
                                   "f32 p1 = fma p2 x c1\n"
                                   "f32 p0 = fma p1 x c0\n"
                                   "return p0\n";

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

static void verify_counts_nan_as_an_input_of_all(void **state)
{
    /* max x 0 gives 0 for NaN, as the reference max(x, 0) would; here NaN is wanted. */
    const Goal goal = goal_on_all("x*0.5 + 0.5*abs(x)", TYPE_BF16);
    const Prog prog =
        parsed_prog("bf16 x\nbf16 zero = const 0x0p+0\nbf16 y = max x zero\nreturn y\n");
    const Report report = judged(&prog, &goal, NULL);
    const Special *nan = NULL;
    for (int i = 0; i < report.n_specials; i++)
        if (strcmp(report.special[i].what, "nan") == 0) nan = &report.special[i];
    assert_non_null(nan);
    assert_true(nan->in_domain);
    assert_true(isnan(value_from_bits(TYPE_BF16, nan->want)));
    assert_true(value_from_bits(TYPE_BF16, nan->got) == 0);
    assert_true(isinf(report.max_ulp));
}

static void verify_reports_specials_outside_the_domain_without_counting_them(void **state)
{
    const Goal goal = goal_of("exp2(x)", TYPE_F32, 0.75, 1);
    const Prog prog = parsed_prog(EXP2_PROGRAM);
    const Report report = judged(&prog, &goal, NULL);
    static const char *const expected[] = {
        "zero",          "-zero",      "inf", "-inf", "nan", "subnormal",
        "subnormal_max", "normal_min", "max", "lo",   "hi"};
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        bool is_there = false;
        for (int i = 0; i < report.n_specials; i++)
            is_there |= strcmp(report.special[i].what, expected[k]) == 0;
        if (!is_there) fail_msg("no special %s", expected[k]);
    }
    for (int i = 0; i < report.n_specials; i++) {
        const Special *s = &report.special[i];
        const bool is_end = strcmp(s->what, "lo") == 0 || strcmp(s->what, "hi") == 0;
        assert_true(s->in_domain == is_end);
        if (strcmp(s->what, "max") == 0) assert_true(isinf(value_from_bits(TYPE_F32, s->want)));
    }
    assert_true(report.max_ulp < 2);
    assert_true(report.n_points == 0x400001);
}

static void verify_leaves_out_specials_outside_the_domain_that_cannot_be_told(void **state)
{
    (void)state;
    /* sin(pi*x) is 0 at every large float, which no precision can prove. */
    const Goal goal = goal_of("sin(pi*x)", TYPE_F16, 0.25, 0.5);
    const Prog prog = identity(TYPE_F16);
    const Report report = judged(&prog, &goal, NULL);
    assert_true(report.n_specials > 5 && report.max_ulp > 100);
    for (int i = 0; i < report.n_specials; i++)
        assert_string_not_equal(report.special[i].what, "max");
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

/* -- compiled code ------------------------------------------------------------------- */

/* x + x, but for the floats of [0x1.23p-40, 0x1.24p-40], all of which are off by an ulp: 2^15 of 2^25, none of which the first comparison
   is likely to meet. */
static void faulty_code(const void *const *x, void *y, size_t n)
{
    const float *in = x[0];
    float *out = y;
    for (size_t i = 0; i < n; i++) {
        out[i] = in[i] + in[i];
        if (in[i] >= 0x1.23p-40f && in[i] <= 0x1.24p-40f) out[i] = nextafterf(out[i], INFINITY);
    }
}

static void right_code(const void *const *x, void *y, size_t n)
{
    for (size_t i = 0; i < n; i++) ((float *)y)[i] = 2 * ((const float *)x[0])[i];
}

static void verify_finds_code_that_is_not_the_program(void **state)
{
    (void)state;
    const Goal goal = goal_of("2*x", TYPE_F32, 0x1p-42, 0x1p-38);
    const Prog prog = parsed_prog("f32 x\nf32 y = add x x\nreturn y\n");
    VerifyOptions options = {.n_threads = 2, .code = faulty_code};
    Report report;
    Err err = {0};
    assert_int_equal(verify(&report, &prog, &goal, &options, &err), ERR_INTERNAL);
    if (!strstr(err.text, "where the program gives")) fail_msg("%s", err.text);

    /* With the right code, with none and with the JIT's the Report is the same. */
    for (int i = 0; i < 3; i++) {
        options =
            (VerifyOptions){.n_threads = 1, .code = i == 0 ? right_code : NULL, .no_code = i == 1};
        report = judged(&prog, &goal, &options);
        assert_true(report.max_ulp == 0 && report.n_wrong == 0);
        assert_true(report.n_points == ((uint64_t)4 << 23) + 1);
        assert_int_equal(report.method, METHOD_EXHAUSTIVE);
    }
}

/* -- conduct ------------------------------------------------------------------------- */

static void verify_finds_the_same_with_any_number_of_threads(void **state)
{
    const Goal goal = goal_of("sin(x)", TYPE_F32, 1, 40);
    const Prog prog = identity(TYPE_F32);
    Machine machine = {.f = sinf, .faulty = NAN};
    Report first = {0};
    for (int n = 1; n <= 3; n++) {
        VerifyOptions options = running(&machine, n);
        options.stride = 3;
        const Report report = judged(&prog, &goal, &options);
        if (n == 1) first = report;
        assert_true(report.max_ulp == first.max_ulp && report.max_rel == first.max_rel &&
                    report.max_abs == first.max_abs && report.n_wrong == first.n_wrong &&
                    report.n_points == first.n_points &&
                    report.worst_input[0] == first.worst_input[0]);
    }
}

static void verify_stops_when_told(void **state)
{
    const Goal goal = goal_on_all("exp(x)", TYPE_F32);
    const Prog prog = identity(TYPE_F32);
    atomic_int stop = 1;
    const VerifyOptions options = {.stop = &stop};
    Report report;
    Err err = {0};
    assert_int_equal(verify(&report, &prog, &goal, &options, &err), ERR_INTERRUPTED);
    assert_true(strlen(err.text) > 0);
}

static void note_progress(void *context, double done)
{
    double *last = context;
    assert_true(done >= 0 && done <= 1);
    if (done > *last) *last = done;
}

static void verify_tells_how_far_it_is(void **state)
{
    const Goal goal = goal_of("exp2(x)", TYPE_F32, 0.5, 1);
    const Prog prog = parsed_prog(EXP2_PROGRAM);
    double last = 0;
    const VerifyOptions options = {
        .n_threads = 1, .progress = note_progress, .progress_context = &last};
    judged(&prog, &goal, &options);
    assert_true(last == 1);
}

static void verify_refuses_what_does_not_fit_the_goal(void **state)
{
    const Goal goal = goal_of("exp(x)", TYPE_F32, 0, 1);
    const Prog progs[] = {identity(TYPE_F64), goal.reference,
                          parsed_prog("f32 x\nf32 y\nf32 s = add x y\nreturn s\n")};
    for (int i = 0; i < 3; i++) {
        Report report;
        Err err = {0};
        assert_int_equal(verify(&report, &progs[i], &goal, NULL, &err), ERR_INPUT);
        assert_true(strlen(err.text) > 0);
    }
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

/* -- special values ------------------------------------------------------------------ */

static void the_sign_of_a_zero_counts_for_whole_functions(void **state)
{
    (void)state;
    /* -0 + 0 is 0: all else is right. */
    const Prog prog = parsed_prog("f16 x\nf16 zero = const 0\nf16 y = add x zero\nreturn y\n");
    Goal goal = goal_on_all("x", TYPE_F16);
    Report report = judged(&prog, &goal, NULL);
    assert_true(isinf(report.max_ulp) && report.n_wrong == 1);
    assert_true(report.worst_input[0] == 0 && signbit(report.worst_input[0]));
    goal.excluded = SPECIAL_ZEROS;
    assert_true(judged(&prog, &goal, NULL).max_ulp == 0);
    /* An expression that makes both zeros alike asks for nothing; an interval neither. */
    goal = goal_on_all("(x + 1) - 1", TYPE_F16);
    assert_true(judged(&prog, &goal, NULL).max_ulp == 0);
    goal = goal_of("x", TYPE_F16, -1, 1);
    assert_true(judged(&prog, &goal, NULL).max_ulp == 0);
}

static void what_is_excluded_is_not_judged(void **state)
{
    (void)state;
    /* NaN at the infinities, 0 where the quotient is subnormal. */
    const Prog prog =
        parsed_prog("f16 x\nf16 one = const 1\nf16 y = div one x\nf16 a = abs y\n"
                    "f16 least = const 0x1p-14\nbool small = lt a least\nf16 zero = const 0\n"
                    "f16 flushed = copysign zero x\nf16 z = select small flushed y\nf16 b = abs x\n"
                    "f16 inf = const inf\nbool finite = lt b inf\nf16 nan = const nan\n"
                    "f16 r = select finite z nan\nreturn r\n");
    Goal goal = goal_on_all("1/x", TYPE_F16);
    const struct {
        unsigned excluded;
        double least, most; /* of the error */
    } ROWS[] = {{0, INFINITY, INFINITY},
                {SPECIAL_NANS | SPECIAL_ZEROS, 100, 1024},
                {SPECIAL_INFINITIES, 100, 1024},
                {SPECIAL_DENORMALS, INFINITY, INFINITY},
                {SPECIAL_INFINITIES | SPECIAL_DENORMALS, 0.4, 0.5}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        goal.excluded = ROWS[i].excluded;
        const Report report = judged(&prog, &goal, NULL);
        if (!(report.max_ulp >= ROWS[i].least && report.max_ulp <= ROWS[i].most))
            fail_msg("excluding %u: %g ulp", ROWS[i].excluded, report.max_ulp);
        for (int k = 0; k < report.n_specials; k++)
            if (strcmp(report.special[k].what, "inf") == 0)
                assert_true(report.special[k].in_domain ==
                            !(ROWS[i].excluded & (SPECIAL_INFINITIES | SPECIAL_ZEROS)));
    }
    goal = goal_of("1/(1 + x)", TYPE_F16, 0, 0);
    goal.excluded = SPECIAL_ZEROS;
    Report report;
    Err err = {0};
    assert_int_equal(verify(&report, &prog, &goal, NULL, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "excluded"));
}

static float exp_without_infinity(float x)
{
    const float y = expf(x);
    return isinf(y) ? NAN : y;
}
static float exp_flushed(float x)
{
    const float y = expf(x);
    return y < 0x1p-126f ? 1 : y;
}

/* In f32 the fast reference has to know what is excluded. */
static void exclusion_by_the_result_holds_among_millions_of_floats(void **state)
{
    (void)state;
    const Prog prog = identity(TYPE_F32);
    Machine high = {exp_without_infinity, NAN, NAN}, low = {exp_flushed, NAN, NAN};
    const VerifyOptions high_options = running(&high, 2), low_options = running(&low, 2);
    Goal goal = goal_of("exp(x)", TYPE_F32, 85, 92);
    assert_true(isinf(judged(&prog, &goal, &high_options).max_ulp));
    goal.excluded = SPECIAL_INFINITIES;
    assert_true(judged(&prog, &goal, &high_options).max_ulp < 1);
    goal = goal_of("exp(x)", TYPE_F32, -106, -84);
    goal.excluded = SPECIAL_DENORMALS;
    assert_true(judged(&prog, &goal, &low_options).max_ulp > 1e6); /* 1 where 0 is right */
    goal.excluded = SPECIAL_DENORMALS | SPECIAL_ZEROS;
    assert_true(judged(&prog, &goal, &low_options).max_ulp < 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_finds_what_the_oracle_finds_on_every_float),
        cmocka_unit_test(verify_finds_one_wrong_float_among_millions),
        cmocka_unit_test(verify_notices_the_last_bit_of_a_coefficient),
        cmocka_unit_test(verify_reports_the_lowest_of_equally_bad_inputs),
        cmocka_unit_test(verify_looks_at_every_value_of_a_16_bit_type),
        cmocka_unit_test(verify_counts_nan_as_an_input_of_all),
        cmocka_unit_test(verify_reports_specials_outside_the_domain_without_counting_them),
        cmocka_unit_test(verify_leaves_out_specials_outside_the_domain_that_cannot_be_told),
        cmocka_unit_test(verify_with_a_stride_says_sampled),
        cmocka_unit_test(verify_that_may_stop_early_refuses_what_it_would_refuse),
        cmocka_unit_test(verify_wants_exact_points_hit_exactly),
        cmocka_unit_test(verify_finds_the_same_with_any_number_of_threads),
        cmocka_unit_test(verify_finds_code_that_is_not_the_program),
        cmocka_unit_test(verify_stops_when_told),
        cmocka_unit_test(verify_tells_how_far_it_is),
        cmocka_unit_test(verify_refuses_what_does_not_fit_the_goal),
        cmocka_unit_test(the_sign_of_a_zero_counts_for_whole_functions),
        cmocka_unit_test(what_is_excluded_is_not_judged),
        cmocka_unit_test(exclusion_by_the_result_holds_among_millions_of_floats),
        cmocka_unit_test(a_report_meets_a_bound_without_tolerance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
