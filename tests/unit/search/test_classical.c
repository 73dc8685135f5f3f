/* The classical forms against figures measured elsewhere in 60-digit arithmetic, and each program against the
   oracle. */
#include "search/classical.h"

#include "frontend/spec.h"
#include "runtime/oracle/oracle_prog.h"
#include "search/adapted.h"
#include "search/classical_series.h"
#include "search/fraction.h"
#include "search/roots.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static Goal *make_goal(const char *what, const char *domain, const char *bound, const char *ops)
{
    Goal *goal = calloc(1, sizeof *goal);
    Err err = {0};
    SpecText spec = {.what = what, .type = "real", .max_error = bound, .ops = ops, .n_domains = 1};
    spec.domain[0] = domain;
    if (spec_to_goal(goal, &spec, &err) != OK) fail_msg("%s", err.text);
    return goal;
}

static ClassicalList list_of(const Goal *goal, int ops_max, int n_threads)
{
    ClassicalList list;
    Err err = {0};
    if (classical_list(&list, goal, ops_max, n_threads, &err) != OK) fail_msg("%s", err.text);
    return list;
}

/* -- the table -------------------------------------------------------------------------------- */

enum { OPS_MIN = 2, OPS_MAX = 14, COLUMNS = OPS_MAX - OPS_MIN + 1 };

/* Digits of the best with at most 2, 3, ... 14 operations; 0 where there is nothing to compare with. */
typedef struct {
    const char *what, *domain, *bound;
    ClassicalKind kind; /* CLASSICAL_KINDS: all together */
    ClassicalForm form; /* CLASSICAL_FORMS: all together */
    double digits[COLUMNS];
} Row;

#define EXP2 "exp2", "[0,1]", "14digits"
#define LOG2 "log2(1+x)", "[0,1]", "14digits"
#define SIN "sin", "[0,pi/2]", "14digits"
#define COS "cos", "[0,pi/2]", "1e-14abs"
#define TANH "tanh", "[0,1]", "14digits"
#define ERF "erf", "[0,1]", "14digits"

static const Row ROWS[] = {
    {EXP2,
     CLASSICAL_POLYNOMIAL,
     CLASSICAL_PLAIN,
     {1.53, 1.53, 2.76, 2.76, 4.13, 4.13, 5.59, 5.59, 7.13, 7.13, 8.73, 8.73, 10.40}},
    {EXP2,
     CLASSICAL_ADAPTED,
     CLASSICAL_PLAIN,
     {0, 0, 0, 0, 0, 0, 5.59, 7.13, 7.13, 8.73, 10.40, 10.40, 12.11}},
    {EXP2,
     CLASSICAL_QUOTIENT,
     CLASSICAL_PLAIN,
     {1.53, 1.53, 3.06, 3.06, 4.60, 4.60, 6.36, 6.36, 8.12, 8.12, 10.03, 10.03, 11.94}},
    {EXP2,
     CLASSICAL_POLYNOMIAL,
     CLASSICAL_SQUARED,
     {0, 1.82, 2.12, 3.36, 3.97, 5.03, 5.93, 6.83, 7.99, 9.20, 10.40, 11.64, 13.14}},
    {EXP2, CLASSICAL_FRACTION, CLASSICAL_SQUARED, {0, 0, 3.66, 4.27}},
    {EXP2, /* the quotients that the middle makes odd over even, in fewer operations */
     CLASSICAL_FRACTION,
     CLASSICAL_SYMMETRIC,
     {0, 0, 0, 0, 0, 0, 0, 10.03, 10.03, 13.95, 18.07}},
    {EXP2,
     CLASSICAL_TAYLOR,
     CLASSICAL_PLAIN,
     {0, 0, 0, 0, 0, 0, 4.25, 5.49, 5.49, 6.79, 0, 0, 9.57}},
    {EXP2, CLASSICAL_PADE, CLASSICAL_PLAIN, {0, 2.45, 2.45, 2.45, 2.45, 5.16, 6.59, 6.59, 8.22}},
    {"exp",
     "[-log(2)/2,log(2)/2]",
     "14digits",
     CLASSICAL_QUOTIENT,
     CLASSICAL_PLAIN,
     {1.53, 1.53, 3.06, 3.06, 4.60, 4.60, 6.36, 6.36, 8.12, 8.12, 10.03, 10.03, 11.94}},
    {LOG2,
     CLASSICAL_POLYNOMIAL,
     CLASSICAL_PLAIN,
     {0, 1.67, 1.67, 2.55, 2.55, 3.41, 3.41, 4.25, 4.25, 5.08, 5.08, 5.90, 5.90}},
    {LOG2,
     CLASSICAL_ADAPTED,
     CLASSICAL_PLAIN,
     {0, 0, 0, 0, 0, 0, 0, 4.25, 5.08, 5.08, 5.90, 6.71, 6.71}},
    {LOG2,
     CLASSICAL_QUOTIENT,
     CLASSICAL_PLAIN,
     {0, 2.30, 2.30, 3.54, 3.54, 5.01, 5.01, 6.29, 6.29, 7.72, 7.72, 9.03, 9.03}},
    {LOG2,
     CLASSICAL_FRACTION,
     CLASSICAL_PLAIN,
     {0, 2.30, 3.54, 3.54, 5.01, 6.29, 6.29, 7.72, 9.03, 9.03, 10.44, 11.76, 11.76}},
    {SIN,
     CLASSICAL_POLYNOMIAL,
     CLASSICAL_PLAIN,
     {0, 1.32, 1.32, 2.46, 2.46, 3.45, 3.45, 4.72, 4.72, 5.89, 5.89, 7.27, 7.27}},
    {SIN,
     CLASSICAL_POLYNOMIAL,
     CLASSICAL_SYMMETRIC,
     {0, 0, 2.14, 2.14, 3.97, 3.97, 6.03, 6.03, 8.27, 8.27, 10.67, 10.67, 13.20}},
    {SIN,
     CLASSICAL_KINDS,
     CLASSICAL_FORMS,
     {0, 1.32, 2.14, 3.91, 3.97, 5.65, 8.28, 8.28, 10.38, 13.30, 13.30, 13.30, 13.30}},
    {COS,
     CLASSICAL_POLYNOMIAL,
     CLASSICAL_PLAIN,
     {0.98, 0.98, 1.86, 1.86, 2.86, 2.86, 3.97, 3.97, 5.15, 5.15, 6.40, 6.40, 7.71}},
    {COS,
     CLASSICAL_POLYNOMIAL,
     CLASSICAL_SYMMETRIC,
     {0, 1.55, 1.55, 3.22, 3.22, 5.17, 5.17, 7.33, 7.33, 9.66, 9.66, 12.13, 12.13}},
    {COS,
     CLASSICAL_KINDS,
     CLASSICAL_FORMS,
     {0.98, 1.55, 3.01, 3.22, 4.50, 7.16, 7.16, 9.11, 12.04, 12.04, 12.13, 12.13, 12.13}},
    {TANH,
     CLASSICAL_POLYNOMIAL,
     CLASSICAL_SYMMETRIC,
     {0, 0, 1.95, 1.95, 3.02, 3.02, 4.09, 4.09, 5.16, 5.16, 6.23, 6.23, 7.30}},
    {TANH,
     CLASSICAL_FRACTION,
     CLASSICAL_SYMMETRIC,
     {0, 0, 2.68, 4.83, 4.83, 7.23, 9.83, 9.83, 12.59, 15.48, 15.48, 15.48, 15.48}},
    {TANH,
     CLASSICAL_KINDS,
     CLASSICAL_FORMS,
     {0, 1.61, 2.68, 4.83, 4.83, 7.23, 9.83, 9.83, 12.59, 15.48, 15.48, 15.48, 15.48}},
    {ERF,
     CLASSICAL_POLYNOMIAL,
     CLASSICAL_PLAIN,
     {0, 1.56, 1.56, 2.32, 2.32, 3.57, 3.57, 4.05, 4.05, 5.91, 5.91, 5.93, 5.93}},
    {ERF,
     CLASSICAL_POLYNOMIAL,
     CLASSICAL_SYMMETRIC,
     {0, 0, 1.99, 1.99, 3.23, 3.23, 4.55, 4.55, 5.95, 5.95, 7.40, 7.40, 8.92}},
    {ERF,
     CLASSICAL_KINDS,
     CLASSICAL_FORMS,
     {0, 1.56, 3.41, 3.87, 4.13, 4.65, 6.95, 6.95, 10.51, 10.56, 10.56, 10.56, 10.56}},
};

static double digits_of(const ClassicalList *list, const Row *row, int ops)
{
    double digits = 0;
    for (int i = 0; i < list->n; i++) {
        const ClassicalProg *item = &list->item[i];
        if (item->ops > ops || (row->kind != CLASSICAL_KINDS && item->kind != row->kind)) continue;
        if (row->form != CLASSICAL_FORMS && item->form != row->form) continue;
        digits = fmax(digits, -log10(item->error));
    }
    return digits;
}

/* Quotients and squares are at least as good: the table looks at fewer of them. */
static void families_have_the_digits_known_for_them(void **state)
{
    ClassicalList list = {0};
    for (size_t r = 0; r < sizeof ROWS / sizeof *ROWS; r++) {
        const Row *row = &ROWS[r];
        if (r == 0 || row[-1].what != row->what) {
            Goal *goal = make_goal(row->what, row->domain, row->bound, "+,-,*,/");
            classical_list_release(&list);
            list = list_of(goal, OPS_MAX, 2);
            free(goal);
        }
        const bool is_exact = row->form != CLASSICAL_SQUARED &&
                              (row->kind == CLASSICAL_POLYNOMIAL ||
                               row->kind == CLASSICAL_ADAPTED || row->kind == CLASSICAL_TAYLOR);
        for (int i = 0; i < COLUMNS; i++) {
            const double got = digits_of(&list, row, OPS_MIN + i), want = row->digits[i];
            if (want == 0 || (got > want - 0.0101 && (!is_exact || got < want + 0.0101))) continue;
            fail_msg("%s, kind %d, form %d, %d operations: %.3f digits instead of %.2f", row->what,
                     row->kind, row->form, OPS_MIN + i, got, want);
        }
    }
    classical_list_release(&list);
}

/* -- every program ----------------------------------------------------------------------------- */

static void errors_and_operations_are_as_stated(void **state)
{
    static const char *const CASES[][4] = {
        {"exp2", "(0,1]", "14digits", "+,-,*,/"},
        {"exp(3*x)", "[-1,0.5]", "1e-5abs", "+,-,*,/"},
        {"log(x)", "[0.5,2]", "14digits", "+,-,*,/"},
        {"sin(x)", "[0,2*pi]", "14digits", "+,-,*,/"},
        {"cos(x)", "[0,pi/2]", "1e-14abs", "+,-,*,fma"},
        {"log(1+exp(x))", "[-1,1]", "14digits", "+,-,*,/"},
        {"1/(1+exp(-x))", "[0,4]", "14digits", "+,-,*,/,fma"},
        {"j0(x)", "[0,8]", "1e-4abs", "+,-,*,/"},
        {"gamma(x)", "[1,2]", "10digits", "+,-,*,/"},
        {"sqrt(x)*cosh(x)", "(0,1]", "1e-5abs", "+,-,*,/,sqrt"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Goal *goal = make_goal(CASES[i][0], CASES[i][1], CASES[i][2], CASES[i][3]);
        const bool has_div = strchr(goal->ops, '/') != NULL, has_fma = strstr(goal->ops, "fma");
        ClassicalList list = list_of(goal, 11, 2);
        Oracle *oracle = oracle_new(&goal->reference, NULL, 0);
        const double lo = goal->domain[0].lo, hi = goal->domain[0].hi;
        assert_true(list.n > 10);
        for (int k = 0; k < list.n; k++) {
            const ClassicalProg *item = &list.item[k];
            assert_int_equal(item->ops, prog_n_ops(&item->prog));
            assert_true(item->cost == item->ops && item->ops <= 11);
            if (!has_div) assert_false(prog_has_op(&item->prog, OP_DIV));
            if (!has_fma) assert_false(prog_has_op(&item->prog, OP_FMA));
            double worst = 0;
            for (int p = 1; p < 60; p++) {
                const double x = lo + (hi - lo) * p / 60;
                double rel, abs;
                assert_int_equal(oracle_prog_error(oracle, &item->prog, &x, &rel, &abs, NULL), OK);
                worst = fmax(worst, fabs(goal->bound.kind == BOUND_ABS ? abs : rel));
            }
            if (!(worst <= item->error * 1.01 && worst >= item->error * 0.3 - 1e-30))
                fail_msg("%s, %s: error %.5g, stated as %.5g", goal->expression, item->name, worst,
                         item->error);
        }
        oracle_free(oracle);
        classical_list_release(&list);
        free(goal);
    }
}

/* What j0 has left when its greatest value is taken off is a square of something with half as many waves. */
static void folding_at_an_extreme_helps_waves(void **state)
{
    Goal *goal = make_goal("j0(x)", "[0,8]", "1e-4abs", "+,-,*,/");
    ClassicalList list = list_of(goal, 11, 2);
    const Row symmetric = {.kind = CLASSICAL_KINDS, .form = CLASSICAL_SYMMETRIC};
    const Row folded = {.kind = CLASSICAL_KINDS, .form = CLASSICAL_SQUARED};
    assert_true(digits_of(&list, &folded, 11) > digits_of(&list, &symmetric, 11) + 0.9);
    classical_list_release(&list);
    free(goal);
}

static void lists_do_not_depend_on_threads(void **state)
{
    Goal *goal = make_goal("atan", "[0,1]", "10digits", "+,-,*,/");
    ClassicalList one = list_of(goal, 12, 1), two = list_of(goal, 12, 2);
    assert_int_equal(one.n, two.n);
    for (int i = 0; i < one.n; i++) {
        assert_true(prog_is_equal(&one.item[i].prog, &two.item[i].prog));
        assert_string_equal(one.item[i].name, two.item[i].name);
        assert_true(one.item[i].error == two.item[i].error);
    }
    assert_ptr_equal(classical_best(&one, CLASSICAL_ADAPTED, 3), NULL);
    assert_true(classical_best(&one, CLASSICAL_KINDS, 12)->error <=
                classical_best(&one, CLASSICAL_FRACTION, 12)->error);
    classical_list_release(&one);
    classical_list_release(&two);
    free(goal);
}

static void weights_order_by_cost(void **state)
{
    Goal *goal = make_goal("exp2", "[0,1]", "14digits", "+,-,*,/");
    snprintf(goal->op_cost, sizeof goal->op_cost, "/=5");
    ClassicalList list = list_of(goal, 10, 2);
    for (int i = 0; i < list.n; i++) {
        int n_div = 0;
        for (int k = 0; k < list.item[i].prog.n; k++)
            n_div += list.item[i].prog.node[k].op == OP_DIV;
        assert_true(list.item[i].cost == list.item[i].ops + 4 * n_div);
    }
    /* With dear divisions a polynomial is the best at 8, a quotient rather than a fraction at 12. */
    assert_int_equal(classical_best(&list, CLASSICAL_KINDS, 8)->kind, CLASSICAL_POLYNOMIAL);
    assert_true(classical_best(&list, CLASSICAL_QUOTIENT, 12)->error <
                classical_best(&list, CLASSICAL_POLYNOMIAL, 8)->error);
    classical_list_release(&list);
    free(goal);
}

/* The sign of every denominator at many points inside. */
static void no_denominator_changes_its_sign(void **state)
{
    Goal *goal = make_goal("exp2", "[0,1]", "14digits", "+,-,*,/");
    ClassicalList list = list_of(goal, 14, 2);
    for (int i = 0; i < list.n; i++) {
        const Prog *prog = &list.item[i].prog;
        int sign[PROG_MAX] = {0};
        for (int p = 1; p < 2000; p++) {
            double value[PROG_MAX];
            for (int k = 0; k < prog->n; k++) {
                const Node *node = &prog->node[k];
                const double a = value[node->arg[0]], b = value[node->arg[1]];
                value[k] = node->op == OP_INPUT   ? p / 2000.0
                           : node->op == OP_CONST ? real_to_double(node->value)
                           : node->op == OP_ADD   ? a + b
                           : node->op == OP_SUB   ? a - b
                           : node->op == OP_MUL   ? a * b
                                                  : a / b;
                if (node->op != OP_DIV) continue;
                if (p > 1 && sign[k] != (b > 0 ? 1 : -1)) fail_msg("%s", list.item[i].name);
                sign[k] = b > 0 ? 1 : -1;
            }
        }
    }
    classical_list_release(&list);
    free(goal);
}

/* -- parts ------------------------------------------------------------------------------------- */

static void assert_near(Quad got, Quad want, double tolerance)
{
    if (!(quad_abs(got - want) <= tolerance * (1 + quad_abs(want))))
        fail_msg("%.17g instead of %.17g", (double)got, (double)want);
}

static void roots_of_a_product_are_its_factors(void **state)
{
    /* (x - 1)(x - 2)(x + 3)(x^2 + 4) = x^5 - 3x^3 + 6x^2 - 28x + 24 */
    const Quad c[] = {24, -28, 6, -3, 0, 1};
    Quad real[5];
    Complex root[5];
    assert_int_equal(roots_real(c, 5, real), 3);
    assert_near(real[0], -3, 1e-32);
    assert_near(real[1], 1, 1e-32);
    assert_near(real[2], 2, 1e-32);
    assert_true(roots_complex(c, 5, root));
    assert_near(root[0].re, -3, 1e-31);
    assert_near(root[1].im, -2, 1e-31);
    assert_near(root[2].im, 2, 1e-31);
    assert_near(root[4].re, 2, 1e-31);
    const Quad square[] = {4, -4, 1}; /* (x - 2)^2 */
    assert_int_equal(roots_real(square, 2, real), 1);
    assert_near(real[0], 2, 1e-15);
    const Quad none[] = {1, 0, 1};
    assert_int_equal(roots_real(none, 2, real), 0);
    Quad shifted[] = {0, 0, 1};
    roots_shift(shifted, 2, 3); /* (x + 3)^2 */
    assert_near(shifted[0], 9, 0);
    assert_near(shifted[1], 6, 0);
}

/* The value of a real Prog of + - * / at x. */
static Quad value_at(const Prog *prog, Quad x)
{
    Quad value[PROG_MAX];
    for (int k = 0; k < prog->n; k++) {
        const Node *node = &prog->node[k];
        const Quad a = value[node->arg[0]], b = value[node->arg[1]];
        value[k] = node->op == OP_INPUT   ? x
                   : node->op == OP_CONST ? quad_from_real(node->value)
                   : node->op == OP_ADD   ? a + b
                   : node->op == OP_MUL   ? a * b
                                          : a / b;
    }
    return value[prog->n - 1];
}

static Quad horner(const Quad *c, int n, Quad x)
{
    Quad sum = c[n];
    for (int i = n - 1; i >= 0; i--) sum = sum * x + c[i];
    return sum;
}

static void adapted_coefficients_give_the_same_polynomial(void **state)
{
    static const int OPS[] = {8, 9, 11, 12, 14, 15, 17}; /* of degree 4, 5, ... */
    Prog *prog = calloc(1, sizeof *prog);
    for (int n = 4; n <= 10; n++) {
        Quad c[11];
        for (int i = 0; i <= n; i++) c[i] = sin(1 + 3 * i * n) + 0.1; /* all sorts of roots */
        for (int side = 0; side < 2; side++) {
            prog_init(prog);
            Builder b = {.prog = prog, .type = TYPE_REAL};
            const Ref x = prog_add_input(prog, TYPE_REAL, "x");
            Ref result;
            assert_true(adapted_build(&b, c, n, side, x, &result));
            assert_int_equal(result, prog->n - 1);
            assert_int_equal(prog_n_ops(prog), OPS[n - 4]);
            for (int i = -4; i <= 4; i++) {
                const Quad at = (Quad)i / 3;
                assert_near(value_at(prog, at), horner(c, n, at), 1e-26);
            }
        }
    }
    free(prog);
}

static void fractions_are_the_quotient(void **state)
{
    const Quad p[] = {3, -1, 2, 5}, q[] = {7, 2, 1, 4};
    Prog *prog = calloc(1, sizeof *prog);
    for (int m = 0; m <= 3; m++)
        for (int k = 1; k <= 3; k++)
            for (int tail = 1; tail <= 3; tail++) {
                prog_init(prog);
                Builder b = {.prog = prog, .type = TYPE_REAL};
                const Ref x = prog_add_input(prog, TYPE_REAL, "x");
                Ref result;
                assert_true(fraction_build(&b, p, m, q, k, tail, x, &result));
                const int common = m < k ? m : k, apart = abs(m - k);
                if (tail == 1) assert_int_equal(prog_n_ops(prog), 2 * apart + 3 * common);
                for (int i = 1; i <= 5; i++)
                    assert_near(value_at(prog, i), horner(p, m, i) / horner(q, k, i), 1e-30);
            }
    free(prog);
}

static ClassicalSeries series_of(const char *what, double center, const ClassicalTarget *target)
{
    Goal *goal = make_goal(what, "[0.5,0.75]", "1e-9abs", "+,-,*,/");
    Oracle *oracle = oracle_new(&goal->reference, NULL, 0);
    ClassicalSeries f, r;
    assert_true(classical_series_init(&f, oracle, center));
    classical_series_of(&r, target, &f);
    oracle_free(oracle);
    free(goal);
    return r;
}

static void assert_quotient(const Minimax *fit, const double *p, const double *q)
{
    for (int i = 0; i < fit->n_p; i++) assert_near(fit->p[i], p[i], 1e-15);
    for (int i = 0; i < fit->n_q; i++) assert_near(fit->q[i], q[i], 1e-15);
}

static void series_give_the_known_quotients(void **state)
{
    Minimax fit;
    const ClassicalTarget bare = {.form = CLASSICAL_PLAIN};
    ClassicalSeries r = series_of("exp(x)", 0, &bare);
    assert_true(classical_series_fit(&fit, &r, 1, 3, 2));
    assert_quotient(&fit, (double[]){1, 0.5, 1 / 12.0}, (double[]){-0.5, 1 / 12.0});
    /* about 1, in powers of x: e*(1 + (x - 1)) */
    r = series_of("exp(x)", 1, &bare);
    assert_true(classical_series_fit(&fit, &r, 1, 2, 0));
    assert_quotient(&fit, (double[]){0, M_E}, NULL);
    /* tan(x) = x*(1 - x^2/15)/(1 - 2x^2/5) + ... */
    const ClassicalTarget odd = {.form = CLASSICAL_SYMMETRIC, .has_square = true, .s_power = 1};
    r = series_of("tan(x)", 0, &odd);
    assert_true(classical_series_fit(&fit, &r, 1, 2, 1));
    assert_quotient(&fit, (double[]){1, -1 / 15.0}, (double[]){-0.4});
    /* log(x) = (x - 1)*(1 - (x - 1)/2 + ...) */
    const ClassicalTarget shifted = {.form = CLASSICAL_PLAIN, .shift = 1, .s_power = 1};
    r = series_of("log(x)", 1, &shifted);
    assert_true(classical_series_fit(&fit, &r, 1, 3, 0));
    assert_quotient(&fit, (double[]){1, -0.5, 1 / 3.0}, NULL);
    /* The square root of exp(2x), squared. */
    const ClassicalTarget squared = {.form = CLASSICAL_SQUARED, .squarings = 1};
    r = series_of("exp(2*x)", 0, &squared);
    assert_true(classical_series_fit(&fit, &r, 1, 4, 0));
    assert_quotient(&fit, (double[]){1, 1, 0.5, 1 / 6.0}, NULL);
    /* A factor that f has not, and roots of s, have no series. */
    r = series_of("exp(x)", 0, &odd);
    assert_false(classical_series_fit(&fit, &r, 1, 1, 0));
    const ClassicalTarget root = {.form = CLASSICAL_PLAIN, .has_root = true};
    r = series_of("exp(x)", 1, &root);
    assert_false(classical_series_fit(&fit, &r, 1, 1, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families_have_the_digits_known_for_them),
        cmocka_unit_test(errors_and_operations_are_as_stated),
        cmocka_unit_test(folding_at_an_extreme_helps_waves),
        cmocka_unit_test(lists_do_not_depend_on_threads),
        cmocka_unit_test(weights_order_by_cost),
        cmocka_unit_test(no_denominator_changes_its_sign),
        cmocka_unit_test(roots_of_a_product_are_its_factors),
        cmocka_unit_test(adapted_coefficients_give_the_same_polynomial),
        cmocka_unit_test(fractions_are_the_quotient),
        cmocka_unit_test(series_give_the_known_quotients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
