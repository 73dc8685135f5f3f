/* Specifications in words: what they mean, and what is wrong with the others. */
#include "frontend/spec.h"
#include "runtime/emit/targets.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A specification of one variable. */
#define SPEC(what_, type_, domain_, ...)                                                           \
    ((SpecText){.what = (what_),                                                                   \
                .type = (type_),                                                                   \
                .domain = {domain_},                                                               \
                .n_domains = (domain_) ? 1 : 0,                                                    \
                __VA_ARGS__})

static Goal goal_of(SpecText spec)
{
    Goal goal;
    Err err = {0};
    if (spec_to_goal(&goal, &spec, &err) != OK) fail_msg("%s: %s", spec.what, err.text);
    if (goal_check(&goal, &err) != OK) fail_msg("%s: %s", spec.what, err.text);
    return goal;
}

static void spec_names_are_functions_of_c(void **state)
{
    (void)state;
    static const struct {
        const char *what, *type;
        Type want;
        const char *expression;
        int n;
    } CASES[] = {
        {"expf", NULL, TYPE_F32, "exp(x)", 1},
        {"exp", NULL, TYPE_F64, "exp(x)", 1},
        {"exp", "f32", TYPE_F32, "exp(x)", 1},
        {"expf", "f32", TYPE_F32, "exp(x)", 1},
        {"exp", "bf16", TYPE_BF16, "exp(x)", 1},
        {"erf", NULL, TYPE_F64, "erf(x)", 1},
        {"erff", NULL, TYPE_F32, "erf(x)", 1},
        {"tgammaf", NULL, TYPE_F32, "gamma(x)", 1},
        {"lgamma", NULL, TYPE_F64, "lgamma(x)", 1},
        {"sigmoid", "f16", TYPE_F16, "sigmoid(x)", 1},
        {"sigmoidf", NULL, TYPE_F32, "sigmoid(x)", 1},
        {"j0f", NULL, TYPE_F32, "j0(x)", 1},
        {"powf", NULL, TYPE_F32, "x^y", 2},
        {"atan2", NULL, TYPE_F64, "atan2(x, y)", 2},
        {"log1pf", NULL, TYPE_F32, "log1p(x)", 1},
        {"sinpif", NULL, TYPE_F32, "sinpi(x)", 1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const Goal goal = goal_of(SPEC(CASES[i].what, CASES[i].type, NULL));
        assert_int_equal(goal.type, CASES[i].want);
        assert_string_equal(goal.name, CASES[i].what);
        assert_string_equal(goal.expression, CASES[i].expression);
        assert_int_equal(goal.n_variables, CASES[i].n);
        for (int k = 0; k < goal.n_variables; k++) assert_true(goal.domain[k].is_all);
        assert_string_equal(goal.bound.text, "1ulp");
        assert_int_equal(goal.minimize, MINIMIZE_THROUGHPUT);
        assert_non_null(target_find(goal.target));
    }
}

static void spec_expressions_keep_their_text(void **state)
{
    (void)state;
    const Goal goal = goal_of(SPEC("log(1 +\texp(x))", "f32", "[-5,5]", .max_error = "2ulp",
                                   .minimize = "latency", .target = "x86-64-v3",
                                   .ops = " +, -,mul /  fma ", .name = "soft"));
    assert_string_equal(goal.expression, "log(1 + exp(x))");
    assert_string_equal(goal.name, "soft");
    assert_int_equal(goal.bound.kind, BOUND_ULP);
    assert_true(goal.bound.limit == 2);
    assert_int_equal(goal.minimize, MINIMIZE_LATENCY);
    assert_string_equal(goal.target, "x86-64-v3");
    assert_string_equal(goal.ops, "+,-,*,/,fma");
    assert_true(goal.domain[0].lo == -5 && goal.domain[0].hi == 5 && !goal.domain[0].is_all);
}

static void spec_names_expressions_readably(void **state)
{
    (void)state;
    assert_string_equal(goal_of(SPEC("log(1+exp(x))", "f32", "[-5,5]")).name, "log_1_exp_x");
    assert_string_equal(goal_of(SPEC("2*x", "f32", "[0,1]")).name, "f");
}

static void spec_bounds_have_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        BoundKind kind;
        double limit;
    } CASES[] = {
        {"1ulp", BOUND_ULP, 1},         {"0.5ulp", BOUND_ULP, 0.5},
        {"1e-6rel", BOUND_REL, 1e-6},   {"1e-6abs", BOUND_ABS, 1e-6},
        {"14digits", BOUND_REL, 1e-14}, {"16bits", BOUND_REL, 0x1p-16},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Bound bound;
        assert_int_equal(spec_bound(&bound, CASES[i].text, NULL), OK);
        assert_int_equal(bound.kind, CASES[i].kind);
        assert_true(fabs(bound.limit / CASES[i].limit - 1) < 1e-15);
        assert_string_equal(bound.text, CASES[i].text);
    }
    static const char *const WRONG[] = {"",         "1",     "ulp",        "1 metre",
                                        "-1ulp",    "0ulp",  "infulp",     "nanrel",
                                        "1e999abs", "1ulpx", "1e400digits"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        Bound bound;
        Err err = {0};
        if (spec_bound(&bound, WRONG[i], &err) != ERR_INPUT) fail_msg("'%s' is a bound", WRONG[i]);
        assert_true(err.text[0]);
    }
}

/* -- domains -------------------------------------------------------------------------- */

static void spec_domain_ends_are_rounded_inward(void **state)
{
    (void)state;
    const double pi_4 = acos(-1) / 4;           /* below pi/4 by less than half an ulp */
    static const float F_PI_4 = 0x1.921fb6p-1f; /* the float nearest to pi/4, above it */
    const struct {
        const char *text;
        Type type;
        double lo, hi;
        bool lo_open, hi_open;
    } CASES[] = {
        {"[0,1]", TYPE_F32, 0, 1, false, false},
        {" [ 0 , 1 ] ", TYPE_F32, 0, 1, false, false},
        {"(0,1]", TYPE_F32, 0x1p-149, 1, true, false},
        {"[0,1)", TYPE_F32, 0, 1 - 0x1p-24, false, true},
        {"[-1,0)", TYPE_F32, -1, -0x1p-149, false, true},
        {"(-1,1)", TYPE_F16, -1 + 0x1p-11, 1 - 0x1p-11, true, true},
        {"[-pi/4,pi/4]", TYPE_F64, -pi_4, pi_4, false, false},
        {"[-pi/4,pi/4]", TYPE_F32, -(F_PI_4 - 0x1p-24), F_PI_4 - 0x1p-24, false, false},
        {"(-pi/4,pi/4)", TYPE_F32, -(F_PI_4 - 0x1p-24), F_PI_4 - 0x1p-24, false, false},
        {"[0.1,0.2]", TYPE_F32, 0x1.99999ap-4, 0x1.999998p-3, false, false},
        {"[0.1,0.2]", TYPE_REAL, 0x1.999999999999ap-4, 0x1.9999999999999p-3, false, false},
        {"(0,1]", TYPE_REAL, 0, 1, true, false},
        {"[2^-10,2^10]", TYPE_BF16, 0x1p-10, 1024, false, false},
        {"[-inf,inf]", TYPE_F32, -INFINITY, INFINITY, false, false},
        {"(-inf,inf)", TYPE_F32, -(double)FLT_MAX, FLT_MAX, true, true},
        {"[0,1e300]", TYPE_F32, 0, FLT_MAX, false, false},
        {"[-1e400,1e400]", TYPE_F64, -DBL_MAX, DBL_MAX, false, false},
        {"[1e-60,1]", TYPE_F32, 0x1p-149, 1, false, false},
        {"[min(3,4),max(5,hypot(3,4))]", TYPE_F32, 3, 5, false, false},
        {"[1,1]", TYPE_F32, 1, 1, false, false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Domain domain;
        Err err = {0};
        if (spec_domain(&domain, CASES[i].text, CASES[i].type, &err) != OK)
            fail_msg("%s: %s", CASES[i].text, err.text);
        if (domain.lo != CASES[i].lo || domain.hi != CASES[i].hi || domain.is_all ||
            domain.lo_open != CASES[i].lo_open || domain.hi_open != CASES[i].hi_open)
            fail_msg("%s as %s: %a %a, %d %d", CASES[i].text, type_info(CASES[i].type)->name,
                     domain.lo, domain.hi, domain.lo_open, domain.hi_open);
    }
}

static void spec_domains_that_are_none_are_errors(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        Type type;
        int column;
        const char *says;
    } CASES[] = {
        {"", TYPE_F32, 1, "written"},         {"0,1", TYPE_F32, 1, "written"},
        {"[0,1", TYPE_F32, 1, "written"},     {"[0]", TYPE_F32, 1, "written"},
        {"[", TYPE_F32, 1, "written"},        {"[]", TYPE_F32, 1, "written"},
        {"[,]", TYPE_F32, 2, "nothing"},      {"[1,0]", TYPE_F32, 1, "reversed"},
        {"(1,1)", TYPE_F32, 1, "empty"},      {"(1,1]", TYPE_REAL, 1, "empty"},
        {"[0.1,0.1]", TYPE_F32, 1, "empty"},  {"[1e300,1e301]", TYPE_F32, 1, "empty"},
        {"[0,nan]", TYPE_F32, 4, "NaN"},      {"[0,sqrt(-1)]", TYPE_F32, 4, "NaN"},
        {"[0,1/0]", TYPE_REAL, 1, "finite"},  {"[0,inf]", TYPE_REAL, 1, "finite"},
        {"[0,pj/4]", TYPE_F32, 4, "'pi'"},    {"[0,x]", TYPE_F32, 4, "unknown variable"},
        {"[0,1)(]", TYPE_F32, 5, "operator"}, {"[0,1,2]", TYPE_F32, 5, "','"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Domain domain;
        Err err = {0};
        if (spec_domain(&domain, CASES[i].text, CASES[i].type, &err) != ERR_INPUT)
            fail_msg("'%s' is a domain", CASES[i].text);
        if (err.column != CASES[i].column && !strstr(err.text, "written"))
            fail_msg("'%s': column %d: %s", CASES[i].text, err.column, err.text);
        if (!strstr(err.text, CASES[i].says)) fail_msg("'%s': %s", CASES[i].text, err.text);
    }
    Domain domain;
    assert_int_equal(spec_domain(&domain, "all", TYPE_REAL, NULL), ERR_INPUT);
    assert_int_equal(spec_domain(&domain, " all ", TYPE_BF16, NULL), OK);
    assert_true(domain.is_all);
}

static void spec_exact_points_are_values(void **state)
{
    (void)state;
    const Goal goal =
        goal_of(SPEC("(1-cos(x))/(x*x)", "f32", "[-1,1]", .exact = {"0:1/2"}, .n_exact = 1));
    assert_int_equal(goal.n_exact, 1);
    assert_true(goal.exact[0].x == 0 && goal.exact[0].y == 0.5);
    /* A limit that no float is, is rounded to one. */
    const Goal third =
        goal_of(SPEC("(tan(x)-x)/x^3", "f32", "[-1,1]", .exact = {"0:1/3"}, .n_exact = 1));
    assert_true(third.exact[0].y == (double)(1.0f / 3.0f));
}

/* -- wrong specifications --------------------------------------------------------------- */

static void spec_errors_are_helpful(void **state)
{
    (void)state;
    const struct {
        SpecText spec;
        Status status;
        const char *says;
    } CASES[] = {
        {SPEC("exq", "f32", NULL), ERR_INPUT, "did you mean 'exp'"},
        {SPEC("epxf", NULL, NULL), ERR_INPUT, "unknown function"},
        {SPEC("softpluss", "f32", NULL), ERR_INPUT, "'softplus'"},
        {SPEC("expl", NULL, NULL), ERR_UNSUPPORTED, "long double"},
        {SPEC("", "f32", NULL), ERR_INPUT, "nothing"},
        {SPEC("expf", "f64", NULL), ERR_INPUT, "'exp'"},
        {SPEC("jn", "f32", NULL), ERR_INPUT, "jn(2, x)"},
        {SPEC("exp", "f31", NULL), ERR_INPUT, "'f32'"},
        {SPEC("exp", "i32", NULL), ERR_INPUT, "type"},
        {SPEC("exp", "float", NULL), ERR_INPUT, "bf16"},
        {SPEC("sin(x)", NULL, "[0,1]"), ERR_INPUT, "--type"},
        {SPEC("sin(x)", "f32", NULL), ERR_INPUT, "--domain"},
        {SPEC("sin", "real", NULL, .max_error = "3digits"), ERR_INPUT, "--domain"},
        {SPEC("sin", "real", "[0,1]"), ERR_INPUT, "--max-error"},
        {SPEC("sin", "real", "[0,1]", .max_error = "1ulp"), ERR_INPUT, "ulp"},
        {SPEC("sin(x)*y", "f32", "[0,1]"), ERR_INPUT, "x, y"},
        {SPEC("sin", "f32", "[0,1]", .max_error = "0.4ulp"), ERR_INPUT, "0.5ulp"},
        {SPEC("sin", "f32", "[0,1]", .max_error = "1"), ERR_INPUT, "unit"},
        {SPEC("sin", "f32", "[0.1,1]", .max_error = "1e-9rel"), ERR_INPUT, "can meet"},
        {SPEC("exp", "f32", "[0,80]", .max_error = "1e-6abs"), ERR_INPUT, "can meet"},
        {SPEC("sin", "f32", "[0,1]", .minimize = "throughptu"), ERR_INPUT, "'throughput'"},
        {SPEC("sin", "f32", "[0,1]", .target = "x86-64-v33"), ERR_INPUT, "'x86-64-v3'"},
        {SPEC("sin", "f32", "[0,1]", .target = "vax"), ERR_INPUT, "aarch64"},
        {SPEC("sin", "f32", "[0,1]", .ops = "+,-,fna"), ERR_INPUT, "'fma'"},
        {SPEC("sin", "f32", "[0,1]", .ops = "+,%"), ERR_INPUT, "'%'"},
        {SPEC("sin", "f32", "[0,1]", .ops = "+,exp"), ERR_INPUT, "machine"},
        {SPEC("sin", "f32", "[0,1]", .ops = ""), ERR_INPUT, "no operator"},
        {SPEC("sin", "f32", "[0,1]", .ops = "+,fma", .target = "x86-64-v2"), ERR_INPUT, "no fma"},
        {SPEC("sin", "bf16", "[0,1]", .ops = "fma", .target = "x86-64-v3"), ERR_INPUT, "no fma"},
        {SPEC("sin", "f32", "[0,1]", .exact = {"0"}, .n_exact = 1), ERR_INPUT, "x:y"},
        {SPEC("sin", "f32", "[0,1]", .exact = {"2:0"}, .n_exact = 1), ERR_INPUT,
         "not in the domain"},
        {SPEC("sin", "f32", "[0,1]", .exact = {"0.1:0"}, .n_exact = 1), ERR_INPUT, "no f32 value"},
        {SPEC("sin", "f32", "[0,1]", .name = "1x"), ERR_INPUT, "identifier"},
        {SPEC("1+sn(x)", "f32", "[0,1]"), ERR_INPUT, "'sin'"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Goal goal;
        Err err = {0};
        const Status status = spec_to_goal(&goal, &CASES[i].spec, &err);
        if (status != CASES[i].status || !strstr(err.text, CASES[i].says))
            fail_msg("%s (case %zu): %d: %s", CASES[i].spec.what, i, status, err.text);
        assert_true(strlen(err.text) < 600);
    }
}

static void spec_finds_inputs_where_the_function_is_undefined(void **state)
{
    (void)state;
    const struct {
        SpecText spec;
        const char *says;
    } CASES[] = {
        {SPEC("log", "f32", "[-1,1]"), "x > 0"},
        {SPEC("log", "real", "[-1,1]", .max_error = "3digits"), "not defined"},
        {SPEC("sqrt", "f64", "[-1e-300,1]"), "x >= 0"},
        {SPEC("acos", "f32", "[0,1.0000002]"), "-1 <= x <= 1"},
        {SPEC("gamma", "f32", "[-1.5,3]"), "x = -1"},
        {SPEC("1+log(x-2)", "f32", "[0,5]"), "log needs an argument"},
        {SPEC("(1-cos(x))/(x*x)", "f32", "[-1,1]"), "--exact '0:0.5'"},
        {SPEC("(1-cos(x))/(x*x)", "real", "[-1,1]", .max_error = "3digits"), "--exact '0:0.5'"},
        {SPEC("(exp(x)-1)/x", "f64", "[0,1]"), "--exact '0:1'"},
        /* One float in the middle of nowhere, found by interval arithmetic. */
        {SPEC("sin(x-0x1.234568p-3)/(x-0x1.234568p-3)", "f32", "[0,1]"), "--exact '0.1422222"},
        {SPEC("sqrt((x-0.3)*(x-0.3000001))", "f32", "[0,1]"), "sqrt needs an argument"},
        {SPEC("1/x", "real", "[0,1]", .max_error = "3digits"), "infinite"},
        {SPEC("log", "real", "[0,1]", .max_error = "3digits"), "infinite"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Goal goal;
        Err err = {0};
        const Status status = spec_to_goal(&goal, &CASES[i].spec, &err);
        if (status != ERR_INPUT || !strstr(err.text, CASES[i].says))
            fail_msg("%s: %d: %s", CASES[i].spec.what, status, err.text);
    }
    const SpecText several = {
        .what = "log(x*y)", .type = "f32", .domain = {"[-1,1]", "[1,2]"}, .n_domains = 2};
    Goal goal;
    Err err = {0};
    assert_int_equal(spec_to_goal(&goal, &several, &err), ERR_INPUT);
    assert_non_null(strstr(err.text, "y = "));
}

static void spec_accepts_what_is_defined(void **state)
{
    (void)state;
    goal_of(SPEC("log", "f32", "[0,1]"));
    goal_of(SPEC("log", "f32", "all"));
    goal_of(SPEC("log", "f32", NULL));
    goal_of(SPEC("sqrt", "f32", "[0,inf]"));
    goal_of(SPEC("acos", "f64", "[-1,1]"));
    goal_of(SPEC("tan", "f32", "[-1e5,1e5]"));
    goal_of(SPEC("exp", "f32", "[-1000,1000]"));
    goal_of(SPEC("gamma", "f32", "[0.5,30]"));
    goal_of(SPEC("exp2", "f32", "[0,1]"));
    goal_of(SPEC("sin(1)", "f32", "[0,1]")); /* a constant is a function too */
    goal_of(SPEC("(1-cos(x))/(x*x)", "f32", "[0.001,1]"));
    goal_of(SPEC("(1-cos(x))/(x*x)", "f32", "(0,1]"));
    goal_of(SPEC("exp2", "real", "(0,1]", .max_error = "14digits"));
    goal_of(SPEC("log", "real", "(0,1]", .max_error = "1e-3abs"));
    goal_of(SPEC("tanh", "bf16", "all"));
    goal_of(SPEC("sin", "f64", "[-pi/4,pi/4]"));
    goal_of(SPEC("0.5*x*(1+erf(x/sqrt(2)))", "f32", "[-5,5]"));
    goal_of(SPEC("exp", "f32", "[0,1]", .max_error = "1e-6abs"));
    goal_of(SPEC("exp", "f32", "[0,1]", .max_error = "20bits"));
    goal_of(SPEC("exp", "f32", "all", .max_error = "11bits"));
    goal_of((SpecText){
        .what = "x*y+z", .type = "f32", .domain = {"[0,1]", "[0,1]", "all"}, .n_domains = 3});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spec_names_are_functions_of_c),
        cmocka_unit_test(spec_expressions_keep_their_text),
        cmocka_unit_test(spec_names_expressions_readably),
        cmocka_unit_test(spec_bounds_have_units),
        cmocka_unit_test(spec_domain_ends_are_rounded_inward),
        cmocka_unit_test(spec_domains_that_are_none_are_errors),
        cmocka_unit_test(spec_exact_points_are_values),
        cmocka_unit_test(spec_errors_are_helpful),
        cmocka_unit_test(spec_finds_inputs_where_the_function_is_undefined),
        cmocka_unit_test(spec_accepts_what_is_defined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
