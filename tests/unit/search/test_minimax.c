/* The known minimax errors of classical forms, measured elsewhere in 60-digit arithmetic, and the
   cases where an exchange usually breaks. */
#include "search/minimax.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { POINTS_MAX = 2000 };

typedef struct {
    Quad x[POINTS_MAX], t[POINTS_MAX], g[POINTS_MAX], h[POINTS_MAX], f[POINTS_MAX];
    double weight[POINTS_MAX];
    MinimaxGrid grid;
} Points;

/* -- references: sums that are right to ~112 bits ------------------------------------------ */

static Quad exp_quad(Quad x)
{
    int halvings = 0;
    while (quad_abs(x) > (Quad)0.25) {
        x /= 2;
        halvings++;
    }
    Quad sum = 1, term = 1;
    for (int k = 1; k < 40; k++) {
        term *= x / k;
        sum += term;
    }
    while (halvings-- > 0) sum *= sum;
    return sum;
}

static Quad ln2_quad(void)
{
    Quad sum = 0, term = (Quad)2 / 3; /* 2*atanh(1/3) */
    for (int k = 1; k < 160; k += 2) {
        sum += term / k;
        term /= 9;
    }
    return sum;
}

static Quad exp2_quad(Quad x) { return exp_quad(x * ln2_quad()); }

static Quad sin_quad(Quad x)
{
    Quad sum = 0, term = x;
    for (int k = 1; k < 60; k += 2) {
        sum += term;
        term *= -x * x / ((k + 1) * (k + 2));
    }
    return sum;
}

static Quad cos_quad(Quad x)
{
    Quad sum = 0, term = 1;
    for (int k = 0; k < 60; k += 2) {
        sum += term;
        term *= -x * x / ((k + 1) * (k + 2));
    }
    return sum;
}

static Quad half_quad(Quad x) { return x / 2; }

/* -- grids ------------------------------------------------------------------------------------ */

/* n Chebyshev-spaced points of [lo, hi], t = x, g = 1, h = 0. */
static Points *points_new(Quad (*f)(Quad), double lo, double hi, int n, bool is_relative)
{
    Points *points = calloc(1, sizeof *points);
    for (int i = 0; i < n; i++) {
        const double c = (1 - cos(3.14159265358979323846 * i / (n - 1))) / 2;
        points->x[i] = points->t[i] = (Quad)lo + ((Quad)hi - (Quad)lo) * (Quad)c;
        points->g[i] = 1;
        points->f[i] = f(points->x[i]);
        points->weight[i] = is_relative ? 1 / fabs((double)points->f[i]) : 1;
    }
    points->grid = (MinimaxGrid){n, points->t, points->g, points->h, points->f, points->weight};
    return points;
}

static void make_odd(Points *points)
{
    for (int i = 0; i < points->grid.n; i++) {
        points->g[i] = points->x[i];
        points->t[i] = points->x[i] * points->x[i];
    }
}

static double digits_of(const Points *points, int n_p, int n_q)
{
    Minimax result;
    Err err;
    const Status status = minimax_fit(&result, &points->grid, n_p, n_q, &err);
    if (status != OK) fail_msg("%d/%d: %s", n_p, n_q, err.text);
    if (result.n_alternations != n_p + n_q + 1)
        print_message("%d/%d: %d alternations, error %a\n", n_p, n_q, result.n_alternations,
                      result.error);
    return -log10(result.error);
}

static void assert_digits(double got, double want, int n_p, int n_q)
{
    if (fabs(got - want) > 0.0051)
        fail_msg("%d/%d: %.4f digits instead of %.4f", n_p, n_q, got, want);
}

/* -- tests -------------------------------------------------------------------------------------- */

static void exp2_polynomials_reach_the_known_errors(void **state)
{
    static const double want[] = {1.53, 2.76, 4.13, 5.59, 7.13, 8.73, 10.40};
    Points *points = points_new(exp2_quad, 0, 1, 500, true);
    for (int degree = 1; degree <= 7; degree++)
        assert_digits(digits_of(points, degree + 1, 0), want[degree - 1], degree + 1, 0);
    free(points);
}

static void exp2_rationals_reach_the_known_errors(void **state)
{
    static const struct {
        int n_p, n_q;
        double digits;
    } rows[] = {
        {2, 1, 3.06},  {2, 2, 4.60},  {3, 2, 6.36},  {3, 3, 8.12},
        {4, 3, 10.03}, {4, 4, 11.94}, {5, 4, 13.96}, {5, 5, 15.97},
    };
    Points *points = points_new(exp2_quad, 0, 1, 600, true);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_digits(digits_of(points, rows[i].n_p, rows[i].n_q), rows[i].digits, rows[i].n_p,
                      rows[i].n_q);
    free(points);
}

static void sine_in_odd_form_reaches_the_known_errors(void **state)
{
    static const double want[] = {2.14, 3.97, 6.03, 8.27, 10.67, 13.20};
    Points *points = points_new(sin_quad, 0, 1.5707963267948966, 600, true);
    make_odd(points); /* x = 0 has weight inf and g 0: left out */
    for (int n = 2; n <= 7; n++) assert_digits(digits_of(points, n, 0), want[n - 2], n, 0);
    free(points);
}

static void cosine_reaches_the_known_absolute_errors(void **state)
{
    static const double want[] = {0.98, 1.86, 2.86, 3.97, 5.15, 6.40, 7.71};
    Points *points = points_new(cos_quad, 0, 1.5707963267948966, 600, false);
    for (int degree = 1; degree <= 7; degree++)
        assert_digits(digits_of(points, degree + 1, 0), want[degree - 1], degree + 1, 0);
    free(points);
}

static void optima_alternate(void **state)
{
    static const int pairs[][2] = {{1, 0}, {7, 0}, {16, 0}, {24, 0}, {3, 3}, {6, 4}, {8, 7}};
    Points *points = points_new(exp2_quad, 0, 1, 1000, true);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        Minimax result;
        const int n_p = pairs[i][0], n_q = pairs[i][1];
        assert_int_equal(minimax_fit(&result, &points->grid, n_p, n_q, NULL), OK);
        if (n_p + n_q < 20) assert_int_equal(result.n_alternations, n_p + n_q + 1);
        if (n_p == 24 && !(result.error < 1e-28)) fail_msg("degree 23: error %a", result.error);
        if (n_p == 8 && !(result.error < 1e-23)) fail_msg("8/7: error %a", result.error);
    }
    free(points);
}

/* The same problem in other units must give the same error. */
static void scale_of_t_does_not_matter(void **state)
{
    static const struct {
        double scale, shift;
    } rows[] = {{1e-30, 0}, {1e25, 0}, {1, 30}, {-3, -2}};
    Points *points = points_new(exp2_quad, 0, 1, 400, true);
    const double want_p = digits_of(points, 7, 0), want_q = digits_of(points, 4, 3);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int j = 0; j < points->grid.n; j++)
            points->t[j] = points->x[j] * (Quad)rows[i].scale + (Quad)rows[i].shift;
        assert_digits(digits_of(points, 7, 0), want_p, 7, 0);
        assert_digits(digits_of(points, 4, 3), want_q, 4, 3);
    }
    free(points);
}

static void the_order_of_points_does_not_matter(void **state)
{
    Points *points = points_new(exp2_quad, 0, 1, 400, true);
    Minimax a, b;
    assert_int_equal(minimax_fit(&a, &points->grid, 4, 2, NULL), OK);
    for (int i = 0, j = 399; i < j; i++, j--) {
        const Quad t = points->t[i], f = points->f[i];
        const double weight = points->weight[i];
        points->t[i] = points->t[j], points->f[i] = points->f[j];
        points->weight[i] = points->weight[j];
        points->t[j] = t, points->f[j] = f, points->weight[j] = weight;
    }
    assert_int_equal(minimax_fit(&b, &points->grid, 4, 2, NULL), OK);
    assert_true(a.error == b.error);
    assert_memory_equal(a.p, b.p, 4 * sizeof(Quad));
    free(points);
}

static void weights_of_a_huge_range_are_met(void **state)
{
    /* exp over nine decades, relative. */
    Minimax result;
    Points *points = points_new(exp_quad, -10, 10, 1000, true);
    assert_int_equal(minimax_fit(&result, &points->grid, 6, 0, NULL), OK);
    assert_int_equal(result.n_alternations, 7);
    assert_int_equal(minimax_fit(&result, &points->grid, 20, 0, NULL), OK);
    assert_int_equal(result.n_alternations, 21);
    assert_int_equal(minimax_fit(&result, &points->grid, 5, 5, NULL), OK);
    if (result.n_alternations != 11)
        fail_msg("%d alternations, %a", result.n_alternations, result.error);
    free(points);
}

static void exact_functions_are_found_exactly(void **state)
{
    Points *points = points_new(half_quad, -1, 3, 300, false);
    Minimax result;
    assert_int_equal(minimax_fit(&result, &points->grid, 4, 0, NULL), OK);
    if (!(result.error < 1e-30)) fail_msg("error %a", result.error);
    assert_true(quad_abs(result.p[1] - (Quad)0.5) < (Quad)1e-30);
    free(points);
}

/* An even function on [-1, 1] by odd degrees: the optimum belongs to a smaller family. */
static void degenerate_optima_are_still_found(void **state)
{
    Points *points = points_new(cos_quad, -1, 1, 501, false);
    const double four = digits_of(points, 5, 0);
    assert_digits(digits_of(points, 6, 0), four, 6, 0);
    const double even = digits_of(points, 3, 2); /* [2/2] is the even optimum */
    assert_true(digits_of(points, 4, 3) >= even - 0.01);
    assert_true(digits_of(points, 4, 2) >= even - 0.01);
    free(points);
}

static Quad pole_quad(Quad x) { return 1 / (x - (Quad)0.300001); }

static void poles_among_the_points_are_refused(void **state)
{
    Points *points = points_new(pole_quad, 0, 1, 300, false);
    for (int n_p = 1; n_p <= 3; n_p++) {
        Minimax result;
        if (minimax_fit(&result, &points->grid, n_p, 1, NULL) != OK) continue;
        /* What comes back has no pole between the ends. */
        assert_true((1 + points->t[0] * result.q[0]) * (1 + points->t[299] * result.q[0]) > 0);
        assert_true(result.error > 1);
    }
    free(points);
}

static void a_kept_first_term_is_exact(void **state)
{
    /* sin x = x + x^3*P(x^2): h = x, g = x^3. */
    Points *points = points_new(sin_quad, 0x1p-20, 0.7853981633974483, 500, true);
    for (int i = 0; i < 500; i++) {
        points->h[i] = points->x[i];
        points->t[i] = points->x[i] * points->x[i];
        points->g[i] = points->x[i] * points->t[i];
    }
    Minimax result;
    assert_int_equal(minimax_fit(&result, &points->grid, 3, 0, NULL), OK);
    assert_int_equal(result.n_alternations, 4);
    assert_true(result.error < 2e-8 && result.error > 1e-10);
    assert_true(quad_abs(result.p[0] * 6 + 1) < (Quad)1e-3);
    free(points);
}

static void too_few_points_are_an_error(void **state)
{
    Points *points = points_new(exp2_quad, 0, 1, 5, true);
    Minimax result;
    Err err;
    assert_int_equal(minimax_fit(&result, &points->grid, 5, 0, &err), ERR_INPUT);
    assert_int_equal(minimax_fit(&result, &points->grid, 4, 0, &err), OK);
    for (int i = 0; i < 5; i++) points->weight[i] = NAN;
    assert_int_equal(minimax_fit(&result, &points->grid, 1, 0, &err), ERR_INPUT);
    free(points);
}

static void quads_travel_through_reals(void **state)
{
    static const double values[] = {0, 1, -1, 0.1, 0x1p-1074, 0x1.fffffffffffffp1023, 3e-300};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const Quad third = (Quad)values[i] / 3;
        assert_true(quad_from_real(real_from_quad(third)) == third);
        assert_true(quad_from_real(real_from_double(values[i])) == (Quad)values[i]);
    }
    const Quad root = quad_sqrt((Quad)2);
    assert_true(quad_abs(root * root - 2) < (Quad)1e-33);
    assert_true(quad_sqrt((Quad)0x1p-1000 / 2 * 2) == (Quad)0x1p-500);
    assert_true(real_from_quad((Quad)INFINITY).class == REAL_INFINITY);
    assert_true(real_from_quad((Quad)NAN).class == REAL_NAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp2_polynomials_reach_the_known_errors),
        cmocka_unit_test(exp2_rationals_reach_the_known_errors),
        cmocka_unit_test(sine_in_odd_form_reaches_the_known_errors),
        cmocka_unit_test(cosine_reaches_the_known_absolute_errors),
        cmocka_unit_test(optima_alternate),
        cmocka_unit_test(scale_of_t_does_not_matter),
        cmocka_unit_test(the_order_of_points_does_not_matter),
        cmocka_unit_test(weights_of_a_huge_range_are_met),
        cmocka_unit_test(exact_functions_are_found_exactly),
        cmocka_unit_test(degenerate_optima_are_still_found),
        cmocka_unit_test(poles_among_the_points_are_refused),
        cmocka_unit_test(a_kept_first_term_is_exact),
        cmocka_unit_test(too_few_points_are_an_error),
        cmocka_unit_test(quads_travel_through_reals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
