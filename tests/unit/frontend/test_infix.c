/* Infix expressions: what they mean, and that printing keeps it. */
#include "frontend/functions.h"
#include "frontend/infix.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A plain evaluation in doubles, independent of the oracle: enough to tell one
   structure from another. */
static double evaluate(const Prog *prog, const double *x)
{
    double v[PROG_MAX];
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        const double a = v[node->arg[0] < i ? node->arg[0] : 0];
        const double b = v[node->arg[1] < i ? node->arg[1] : 0];
        const double c = v[node->arg[2] < i ? node->arg[2] : 0];
        switch ((Op)node->op) {
        case OP_INPUT: v[i] = x[node->arg[0]]; break;
        case OP_CONST:
            v[i] = node->type == TYPE_BOOL ? (double)node->value.lo : real_to_double(node->value);
            break;
        case OP_PI: v[i] = acos(-1); break;
        case OP_E: v[i] = exp(1); break;
        case OP_LN2: v[i] = log(2); break;
        case OP_ADD: v[i] = a + b; break;
        case OP_SUB: v[i] = a - b; break;
        case OP_MUL: v[i] = a * b; break;
        case OP_DIV: v[i] = a / b; break;
        case OP_FMA: v[i] = fma(a, b, c); break;
        case OP_NEG: v[i] = -a; break;
        case OP_ABS: v[i] = fabs(a); break;
        case OP_SQRT: v[i] = sqrt(a); break;
        case OP_MIN: v[i] = a < b ? a : b; break;
        case OP_MAX: v[i] = a > b ? a : b; break;
        case OP_POW: v[i] = pow(a, b); break;
        case OP_EXP: v[i] = exp(a); break;
        case OP_EXP2: v[i] = exp2(a); break;
        case OP_EXP10: v[i] = pow(10, a); break;
        case OP_LOG: v[i] = log(a); break;
        case OP_SIN: v[i] = sin(a); break;
        case OP_COS: v[i] = cos(a); break;
        case OP_ERF: v[i] = erf(a); break;
        case OP_ATAN2: v[i] = atan2(a, b); break;
        case OP_LT: v[i] = a < b; break;
        case OP_LE: v[i] = a <= b; break;
        case OP_EQ: v[i] = a == b; break;
        case OP_NE: v[i] = a != b; break;
        case OP_AND: v[i] = a && b; break;
        case OP_OR: v[i] = a || b; break;
        case OP_NOT: v[i] = !a; break;
        case OP_SELECT: v[i] = a ? b : c; break;
        default: fail_msg("test evaluates no '%s'", op_info((Op)node->op)->name);
        }
    }
    return v[prog->n - 1];
}

static const char *const XY[] = {"x", "y"};

static void parse_ok(Prog *prog, const char *text)
{
    Err err = {0};
    if (infix_parse(prog, text, XY, 2, &err) != OK)
        fail_msg("'%s': %d:%d: %s", text, err.line, err.column, err.text);
    if (!prog_is_valid(prog, &err) || !prog_is_kind(prog, KIND_REFERENCE, &err))
        fail_msg("'%s': %s", text, err.text);
}

/* One expression and the same in C. */
#define SAME(expression)                                                                           \
    {                                                                                              \
#expression, NULL, (expression)                                                            \
    }

static void infix_means_what_c_means(void **state)
{
    (void)state;
    const double x = 0.75, y = -1.5;
    const struct {
        const char *text, *other;
        double value;
    } CASES[] = {
        SAME(x + y * x),
        SAME(x - y - 1),
        SAME(x - (y - 1)),
        SAME(x / y / 3),
        SAME(x / (y / 3)),
        SAME(x / y * 3),
        SAME(-x * y),
        SAME(-x - -y),
        SAME(- -x),
        SAME(+x),
        SAME(1e-3 + 0x1.8p-1 + .5 + 2. + 1E2),
        SAME(x < y ? 1 : 2),
        SAME(x > y ? 1 : 2),
        SAME(x >= 0.75 && y <= -1.5 ? 1 : 2),
        SAME(x != 0.75 || y == 0 ? 1 : 2),
        SAME(!(x < y) ? 1 : 2),
        SAME(x < y   ? 1
             : x < 1 ? 3
                     : 4),
        SAME(x < 1 ? y < 0 ? 1 : 2 : 3),
        SAME(log(1 + exp(x))),
        SAME((1 - cos(x)) / (x * x)),
        SAME(0.5 * x * (1 + erf(x / sqrt(2)))),
        SAME(fma(x, y, 1)),
        SAME(fabs(y) + fmin(x, y) + fmax(x, y)),
        SAME(atan2(y, x)),
        {"x^2", "", x * x},
        {"x**2", "", x * x},
        {"-x^2", "", -(x * x)},
        {"2^-1", "", 0.5},
        {"2^x", "", exp2(x)},
        {"e^x", "", exp(x)},
        {"10^y", "", pow(10, y)},
        {"x^2^3", "", pow(x, 8)},
        {"(x^2)^3", "", pow(x, 6)},
        {"(-y)^x", "", pow(1.5, 0.75)},
        {"y^2*3", "", 6.75},
        {"2*x^2", "", 1.125},
        {"-2^2", "", -4},
        {"(-2)^2", "", 4},
        {"pi*ln2+e", "", acos(-1) * log(2) + exp(1)},
        {"ln(x)", "", log(0.75)},
        {" ( x )\n+\ty ", "", x + y},
        {"t = x*y; t*t + t", "", (x * y) * (x * y) + x * y},
        {"a = x < y; b = 3; a ? b : b + 1", "", 4},
        {"true ? x : y", "", x},
        {"inf", "", INFINITY},
        {"-inf", "", -INFINITY},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Prog prog;
        parse_ok(&prog, CASES[i].text);
        const double got = evaluate(&prog, (double[]){x, y});
        if (!(got == CASES[i].value || fabs(got - CASES[i].value) < 1e-15))
            fail_msg("'%s' gives %a, not %a", CASES[i].text, got, CASES[i].value);
    }
}

static void infix_keeps_numbers_exactly(void **state)
{
    (void)state;
    const char *const NUMBERS[] = {"0.1",
                                   "3.14159265358979323846264338327950288",
                                   "0x1.fffffffffffff8p-3",
                                   "1e300",
                                   "1e-400",
                                   "12345678901234567890"};
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
        Prog prog;
        Real want;
        const char *end;
        parse_ok(&prog, NUMBERS[i]);
        assert_true(real_parse(NUMBERS[i], &end, &want));
        assert_true(real_is_equal(prog.node[prog.n - 1].value, want));
    }
}

static void infix_finds_variables_in_order_of_appearance(void **state)
{
    (void)state;
    Prog prog;
    assert_int_equal(infix_parse(&prog, "sin(beta)*alpha + beta/pi - e", NULL, 0, NULL), OK);
    assert_int_equal(prog.n_inputs, 2);
    assert_string_equal(prog.input_name[0], "beta");
    assert_string_equal(prog.input_name[1], "alpha");
    assert_true(prog_is_valid(&prog, NULL));

    assert_int_equal(infix_parse(&prog, "x", NULL, 0, NULL), OK);
    assert_int_equal(prog.n_inputs, 1);
    assert_true(prog_is_valid(&prog, NULL));

    assert_int_equal(infix_parse(&prog, "y = x + 1; y > z ? x : w", NULL, 0, NULL), OK);
    assert_int_equal(prog.n_inputs, 3);

    /* A first input as the result, with others behind it. */
    assert_int_equal(infix_parse(&prog, "x", XY, 2, NULL), OK);
    assert_true(prog_is_valid(&prog, NULL));
    assert_true(evaluate(&prog, (double[]){5, 6}) == 5);

    /* The user's variables go before constants. */
    const char *const E[] = {"e"};
    assert_int_equal(infix_parse(&prog, "e*e", E, 1, NULL), OK);
    assert_true(evaluate(&prog, (double[]){3}) == 9);
}

static void infix_shares_equal_subexpressions(void **state)
{
    (void)state;
    Prog prog;
    parse_ok(&prog, "sin(x+1)*sin(x+1)");
    assert_int_equal(prog_n_ops(&prog), 3);
}

static void infix_knows_every_reference_operator(void **state)
{
    (void)state;
    for (int i = 0; function_name(i); i++) {
        Op op;
        Type type;
        assert_true(function_from_c(function_name(i), &op, &type));
        char text[64];
        const int arity = op_info(op)->arity;
        snprintf(text, sizeof text,
                 arity == 1   ? "%s(x)"
                 : arity == 2 ? "%s(2,x)"
                              : "%s(2,x,y)",
                 function_name(i));
        Prog prog;
        parse_ok(&prog, text);
        assert_true(prog_has_op(&prog, op));
    }
    static const char *const REQUIRED[] = {
        "pow",   "sqrt", "cbrt",     "hypot",   "abs",  "exp",    "exp2",      "exp10",  "expm1",
        "log",   "log2", "log10",    "log1p",   "sin",  "cos",    "tan",       "sinpi",  "cospi",
        "tanpi", "asin", "acos",     "atan",    "sinh", "cosh",   "tanh",      "asinh",  "acosh",
        "atanh", "erf",  "erfc",     "gamma",   "j0",   "lgamma", "j1",        "jn",     "y0",
        "y1",    "ai",   "zeta",     "li2",     "silu", "gelu",   "gelu_tanh", "mish",   "logit",
        "sinc",  "ln",   "softplus", "sigmoid", "fma",  "atan2",  "normcdf",   "tgamma", "fabs"};
    for (size_t i = 0; i < sizeof REQUIRED / sizeof *REQUIRED; i++) {
        Op op;
        if (!function_from_infix(REQUIRED[i], &op)) fail_msg("no function '%s'", REQUIRED[i]);
    }
}

/* -- printing ----------------------------------------------------------------------- */

static void infix_prints_with_few_parentheses(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {
        "log(1 + exp(x))",
        "(1 - cos(x))/(x*x)",
        "0.5*x*(1 + erf(x/sqrt(2)))",
        "x < 0 && y < 1 || x == y ? -x : x^3",
        "x - (y - 1) - 2",
        "x/(y*x)/y",
        "-x^2",
        "(-x)^2",
        "x^y^2",
        "(x^y)^2",
        "x^-y",
        "x*-2",
        "(-2)^x",
        "(x < y ? 1 : 2) + 1",
        "!(x < y) ? pi : e + ln2",
        "jn(2, x)",
        "x < 1 ? y : x < 2 ? 3 : 4",
        "inf - -inf",
        "t1 = exp(-x) + y*2; t1*t1/(1 - t1)",
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        Prog prog;
        parse_ok(&prog, TEXTS[i]);
        Text text = {0};
        infix_print(&text, &prog);
        assert_string_equal(text_get(&text), TEXTS[i]);
        text_release(&text);
    }
}

static void assert_printing_keeps(const Prog *prog)
{
    Text text = {0};
    Prog again;
    Err err = {0};
    const char *names[PROG_INPUTS_MAX];
    for (int i = 0; i < prog->n_inputs; i++) names[i] = prog->input_name[i];
    infix_print(&text, prog);
    if (infix_parse(&again, text_get(&text), names, prog->n_inputs, &err) != OK)
        fail_msg("'%.300s': %d: %s", text_get(&text), err.column, err.text);
    const double POINTS[][2] = {{0.75, -1.5}, {-0.0, 3}, {1e10, 0}, {NAN, 1}, {INFINITY, -1}};
    for (size_t i = 0; i < sizeof POINTS / sizeof *POINTS; i++) {
        const double a = evaluate(prog, POINTS[i]), b = evaluate(&again, POINTS[i]);
        if (!(a == b || (isnan(a) && isnan(b))))
            fail_msg("'%.300s' at %a, %a: %a became %a", text_get(&text), POINTS[i][0],
                     POINTS[i][1], a, b);
    }
    text_release(&text);
}

/* Random programs, shared and deep ones too. */
static void infix_printing_keeps_the_value(void **state)
{
    (void)state;
    static const Op OPS[] = {OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_NEG,  OP_ABS, OP_POW,
                             OP_FMA, OP_MIN, OP_SIN, OP_EXP, OP_LT,   OP_EQ,  OP_SELECT,
                             OP_AND, OP_NOT, OP_OR,  OP_NE,  OP_CONST};
    uint64_t random = 7;
    for (int round = 0; round < 2000; round++) {
        Prog prog;
        prog_init(&prog);
        prog_add_input(&prog, TYPE_REAL, "x");
        prog_add_input(&prog, TYPE_REAL, "y");
        Ref number[PROG_MAX] = {0, 1}, truth[PROG_MAX];
        int n_numbers = 2, n_truths = 0;
        const int size = 3 + round % 100;
        while (prog.n < size || number[n_numbers - 1] != prog.n - 1) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            const uint64_t r = random >> 20;
            const Op op = OPS[r % (sizeof OPS / sizeof *OPS)];
            const Signature signature = op_info(op)->signature;
            /* Recent nodes are taken more often, so that depth grows. */
            const int near = r >> 8 & 1 ? 3 : n_numbers;
            const Ref a =
                number[n_numbers - 1 - (int)(r >> 10) % (near < n_numbers ? near : n_numbers)];
            const Ref b = number[(r >> 18) % (uint64_t)n_numbers];
            const Ref c = number[(r >> 28) % (uint64_t)n_numbers];
            if (op == OP_CONST) {
                number[n_numbers++] =
                    prog_add_const(&prog, TYPE_REAL, (double)(int64_t)(r >> 12 & 7) - 3);
            } else if (signature == SIG_FLOAT) {
                number[n_numbers++] = prog_add(&prog, op, a, b, op_info(op)->arity == 3 ? c : 0);
            } else if (signature == SIG_COMPARE) {
                truth[n_truths++] = prog_add(&prog, op, a, b, 0);
            } else if (n_truths > 0) {
                const Ref t = truth[(r >> 30) % (uint64_t)n_truths];
                const Ref u = truth[n_truths - 1];
                if (signature == SIG_SELECT)
                    number[n_numbers++] = prog_add(&prog, op, t, a, b);
                else
                    truth[n_truths++] = prog_add(&prog, op, t, op == OP_NOT ? 0 : u, 0);
            }
        }
        assert_printing_keeps(&prog);
    }
}

static void infix_prints_shared_nodes_in_linear_space(void **state)
{
    (void)state;
    Prog prog;
    prog_init(&prog);
    Ref last = prog_add_input(&prog, TYPE_REAL, "x");
    while (prog_has_room(&prog, 1)) last = prog_add(&prog, OP_MUL, last, last, 0);
    Text text = {0};
    infix_print(&text, &prog);
    assert_true(text.length < 10000);
    text_release(&text);
}

static void infix_prints_the_longest_chain_so_that_it_parses(void **state)
{
    (void)state;
    Prog prog, again;
    prog_init(&prog);
    Ref last = prog_add_input(&prog, TYPE_REAL, "x");
    for (int i = 0; i < 250; i++)
        last = i % 2 ? prog_add(&prog, OP_SIN, last, 0, 0) : prog_add(&prog, OP_POW, 0, last, 0);
    Text text = {0};
    Err err = {0};
    infix_print(&text, &prog);
    if (infix_parse(&again, text_get(&text), NULL, 0, &err) != OK) fail_msg("%s", err.text);
    assert_true(prog_is_equal(&prog, &again));
    text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(infix_means_what_c_means),
        cmocka_unit_test(infix_keeps_numbers_exactly),
        cmocka_unit_test(infix_finds_variables_in_order_of_appearance),
        cmocka_unit_test(infix_shares_equal_subexpressions),
        cmocka_unit_test(infix_knows_every_reference_operator),
        cmocka_unit_test(infix_prints_with_few_parentheses),
        cmocka_unit_test(infix_printing_keeps_the_value),
        cmocka_unit_test(infix_prints_shared_nodes_in_linear_space),
        cmocka_unit_test(infix_prints_the_longest_chain_so_that_it_parses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
