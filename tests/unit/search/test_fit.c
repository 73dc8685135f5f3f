/* Constants for given structures: known optima, gradients, the ladder of precision. */
#include "search/fit.h"

#include "search/fit_engine.h"
#include "search/quad.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { POINTS = 600 };

typedef struct {
    double x[POINTS], f_hi[POINTS], f_lo[POINTS], weight[POINTS];
    FitPoints points;
} Data;

/* -- references -------------------------------------------------------------------------- */

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

static Quad exp2_quad(Quad x)
{
    Quad ln2 = 0, term = (Quad)2 / 3; /* 2*atanh(1/3) */
    for (int k = 1; k < 160; k += 2) {
        ln2 += term / k;
        term /= 9;
    }
    return exp_quad(x * ln2);
}

static Quad exp2_wide_quad(Quad x) { return exp2_quad(4 * x); }

static Quad half_plus_one_quad(Quad x) { return x / 2 + 1; }

/* Chebyshev-spaced points of (lo, hi], relative. */
static Data *data_new(Quad (*f)(Quad), double lo, double hi)
{
    Data *data = calloc(1, sizeof *data);
    for (int i = 0; i < POINTS; i++) {
        data->x[i] = lo + (hi - lo) * (1 - cos(3.14159265358979323846 * (i + 1) / POINTS)) / 2;
        const Quad value = f(data->x[i]);
        data->f_hi[i] = (double)value;
        data->f_lo[i] = (double)(value - (Quad)data->f_hi[i]);
        data->weight[i] = 1 / fabs(data->f_hi[i]);
    }
    data->points = (FitPoints){POINTS, data->x, data->f_hi, data->f_lo, data->weight};
    return data;
}

/* -- structures -------------------------------------------------------------------------- */

typedef struct {
    Prog prog;
    Ref free[FIT_CONSTANTS_MAX];
    int n_free;
    Type type;
} Structure;

static Ref start_structure(Structure *s, Type type)
{
    prog_init(&s->prog);
    s->n_free = 0;
    s->type = type;
    return prog_add_input(&s->prog, type, "x");
}

static Ref constant(Structure *s, double value)
{
    return s->free[s->n_free++] = prog_add_const(&s->prog, s->type, value);
}

static Ref add(Structure *s, Ref a, Ref b) { return prog_add(&s->prog, OP_ADD, a, b, 0); }
static Ref mul(Structure *s, Ref a, Ref b) { return prog_add(&s->prog, OP_MUL, a, b, 0); }
static Ref divide(Structure *s, Ref a, Ref b) { return prog_add(&s->prog, OP_DIV, a, b, 0); }

/* c/(x + c) + c, 3 operations */
static Structure moebius(void)
{
    Structure s;
    const Ref x = start_structure(&s, TYPE_REAL);
    const Ref sum = add(&s, x, constant(&s, -3.4));
    const Ref quotient = divide(&s, constant(&s, -8.3), sum);
    add(&s, quotient, constant(&s, -1.4));
    return s;
}

/* The paper's nested structure: u = x + c/x, u += c/u (levels - 1 times), c/(u + c) + c, then squarings. */
static Structure nest(int levels, int squarings, const double *c)
{
    Structure s;
    const Ref x = start_structure(&s, TYPE_REAL);
    Ref u = x;
    for (int i = 0; i < levels; i++) u = add(&s, u, divide(&s, constant(&s, c[i]), u));
    const Ref below = add(&s, u, constant(&s, c[levels]));
    Ref y = add(&s, divide(&s, constant(&s, c[levels + 1]), below), constant(&s, c[levels + 2]));
    for (int i = 0; i < squarings; i++) y = mul(&s, y, y);
    return s;
}

static Structure horner(int degree, Type type)
{
    Structure s;
    const Ref x = start_structure(&s, type);
    Ref y = constant(&s, 1);
    for (int i = 0; i < degree; i++) y = add(&s, mul(&s, y, x), constant(&s, 1));
    return s;
}

/* c1*c2*(x + c3) + c4: one constant too many. */
static Structure redundant(void)
{
    Structure s;
    const Ref x = start_structure(&s, TYPE_REAL);
    const Ref scale = mul(&s, constant(&s, 1), constant(&s, 1));
    add(&s, mul(&s, scale, add(&s, x, constant(&s, 1))), constant(&s, 0.1));
    return s;
}

static double fitted(Structure *s, const Data *data, int n_starts, bool minimax)
{
    const FitOptions options = {n_starts, 300, minimax};
    Rng rng = rng_new(1, 0);
    return fit_constants(&s->prog, s->free, s->n_free, &data->points, &options, &rng);
}

static void assert_digits(double error, double digits)
{
    if (!(fabs(-log10(error) - digits) < 0.0055))
        fail_msg("%.4f digits (%a) instead of %.2f", -log10(error), error, digits);
}

/* -- tests --------------------------------------------------------------------------------- */

static void small_structures_reach_the_known_optima(void **state)
{
    Data *data = data_new(exp2_quad, 0, 1);
    Structure s = moebius();
    assert_digits(fitted(&s, data, 50, true), 3.06);
    static const double f5[] = {25.6, -8.85, 17.7, 1};
    s = nest(1, 0, f5);
    assert_digits(fitted(&s, data, 0, true), 5.36);
    for (int degree = 1; degree <= 7; degree++) {
        static const double want[] = {1.53, 2.76, 4.13, 5.59, 7.13, 8.73, 10.40};
        s = horner(degree, TYPE_REAL);
        assert_digits(fitted(&s, data, 20, true), want[degree - 1]);
    }
    free(data);
}

static void multistart_finds_the_optimum_from_nowhere(void **state)
{
    Data *data = data_new(exp2_quad, 0, 1);
    static const double ones[] = {1, 1, 1, 1, 1};
    Structure s = nest(1, 0, ones);
    assert_digits(fitted(&s, data, 200, true), 5.36);
    s = nest(2, 0, ones);
    assert_digits(fitted(&s, data, 2000, true), 9.25);
    free(data);
}

/* The 10-operation program of the paper, published constants: 3.52e-15, polished 2.19e-15. */
static void errors_below_double_noise_are_polished(void **state)
{
    Data *data = data_new(exp2_quad, 0, 1);
    static const double f10[] = {5783.5330096027765, 15141.981176922711, -250.55247494972059,
                                 501.10494991027866, 0.99999999999999956};
    Structure s = nest(2, 3, f10);
    const double before = fit_error(&s.prog, &data->points, NULL);
    /* Rounding them to double costs 1 % of it. */
    if (fabs(before / 3.52e-15 - 1) > 0.015) fail_msg("published constants: %g", before);
    assert_digits(fitted(&s, data, 0, true), 14.66);
    free(data);
}

static void ranking_is_near_the_optimum(void **state)
{
    Data *data = data_new(exp2_quad, 0, 1);
    Structure s = horner(4, TYPE_REAL);
    const double error = fitted(&s, data, 4, false);
    assert_true(error < 1.3 * pow(10, -5.59) && error > pow(10, -5.60));
    free(data);
}

static void redundant_constants_do_no_harm(void **state)
{
    Data *data = data_new(half_plus_one_quad, 0, 1);
    Structure s = redundant();
    const double exact = fitted(&s, data, 5, true);
    if (!(exact < 1e-25)) fail_msg("a line fitted by a line: %a", exact);
    free(data);
    data = data_new(exp2_quad, 0, 1);
    s = redundant();
    assert_digits(fitted(&s, data, 5, true), 1.53);
    free(data);
}

static void the_result_is_never_worse_than_the_start(void **state)
{
    Data *data = data_new(exp2_quad, 0, 1);
    Structure s = moebius();
    const double optimum = fitted(&s, data, 20, true);
    const Prog before = s.prog;
    assert_true(fitted(&s, data, 0, false) <= optimum);
    assert_true(prog_is_equal(&before, &s.prog));
    free(data);
}

static void fits_are_deterministic(void **state)
{
    Data *data = data_new(exp2_wide_quad, 0, 1);
    static const double ones[] = {1, 1, 1, 1, 1};
    Structure a = nest(2, 0, ones), b = nest(2, 0, ones);
    const double error = fitted(&a, data, 100, true);
    assert_true(fitted(&b, data, 100, true) == error);
    assert_true(prog_is_equal(&a.prog, &b.prog));
    free(data);
}

static void all_engines_agree(void **state)
{
    Data *data = data_new(exp2_wide_quad, 0, 1);
    static const double c[] = {30, 60, -15, 30, 1};
    Structure s = nest(2, 0, c);
    Tape *tape = malloc(sizeof *tape);
    assert_true(tape_make(tape, &s.prog, s.free, s.n_free));
    const FitEngine *engines[] = {&fit_engine_double, fit_engine_fastest(), &fit_engine_extended,
                                  &fit_engine_quad};
    double error[4], rms[4];
    Quad fitted_c[4][FIT_CONSTANTS_MAX];
    for (int e = 0; e < 4; e++) {
        FitWork *work = engines[e]->work_new(tape);
        engines[e]->load(work, &data->points);
        for (int k = 0; k < tape->n_free; k++) fitted_c[e][k] = tape->constant[tape->free[k]];
        error[e] = engines[e]->error(work, &data->points, fitted_c[e], true, NULL, NULL);
        rms[e] = engines[e]->least_squares(work, fitted_c[e], 200);
        engines[e]->work_free(work);
    }
    free(tape);
    free(data);
    /* Every instruction set gives the same bits. */
    assert_true(error[0] == error[1] && rms[0] == rms[1]);
    assert_memory_equal(fitted_c[0], fitted_c[1], (size_t)s.n_free * sizeof(Quad));
    for (int e = 2; e < 4; e++) {
        if (fabs(error[e] / error[0] - 1) > 1e-10) fail_msg("%a %a", error[e], error[0]);
        if (fabs(rms[e] / rms[0] - 1) > 1e-3) fail_msg("rms %a %a", rms[e], rms[0]);
    }
}

/* A descent with wrong derivatives does not get to where the gradient vanishes: at the
   least squares found, moving any constant either way raises the squares. */
static void least_squares_end_in_a_minimum(void **state)
{
    Structure s;
    const Ref x = start_structure(&s, TYPE_REAL);
    /* Every operator once: sqrt(|fma(x, c, c)|) / max(c - -x, min(x, c)) + c*x */
    const Ref linear = prog_add(&s.prog, OP_FMA, x, constant(&s, 0.7), constant(&s, 1.3));
    const Ref root = prog_add(&s.prog, OP_SQRT, prog_add(&s.prog, OP_ABS, linear, 0, 0), 0, 0);
    const Ref minus = prog_add(&s.prog, OP_NEG, x, 0, 0);
    const Ref below = prog_add(&s.prog, OP_SUB, constant(&s, 0.9), minus, 0);
    const Ref least = prog_add(&s.prog, OP_MIN, x, constant(&s, 0.45), 0);
    const Ref most = prog_add(&s.prog, OP_MAX, below, least, 0);
    add(&s, divide(&s, root, most), mul(&s, constant(&s, 0.3), x));
    Data *data = data_new(exp2_quad, 0, 1);
    Tape *tape = malloc(sizeof *tape);
    assert_true(tape_make(tape, &s.prog, s.free, s.n_free));
    const FitEngine *engine = &fit_engine_quad;
    FitWork *work = engine->work_new(tape);
    FitPoints few = data->points;
    few.n = FIT_BLOCK;
    for (int i = 0; i < FIT_BLOCK; i++) { /* every ninth point */
        data->x[i] = data->x[9 * i];
        data->f_hi[i] = data->f_hi[9 * i];
        data->f_lo[i] = data->f_lo[9 * i];
        data->weight[i] = data->weight[9 * i];
    }
    engine->load(work, &few);
    Quad c[FIT_CONSTANTS_MAX], trial[FIT_CONSTANTS_MAX];
    for (int k = 0; k < tape->n_free; k++) c[k] = tape->constant[tape->free[k]];
    const double start = engine->least_squares(work, c, 0);
    const double rms = engine->least_squares(work, c, 400);
    assert_true(rms < start / 10);
    for (int k = 0; k < tape->n_free; k++) {
        for (int sign = -1; sign <= 1; sign += 2) {
            memcpy(trial, c, sizeof c);
            trial[k] += sign * (Quad)1e-4 * (1 + quad_abs(c[k]));
            const double moved = engine->least_squares(work, trial, 0);
            if (moved < rms * (1 - 1e-6)) fail_msg("constant %d: %a below %a", k, moved, rms);
        }
    }
    engine->work_free(work);
    free(tape);
    free(data);
}

static void float_constants_end_rounded(void **state)
{
    Data *data = data_new(exp2_quad, 0, 1);
    Structure s = horner(5, TYPE_F32);
    const double error = fitted(&s, data, 4, true);
    assert_true(error < 1e-6 && error > pow(10, -7.14));
    assert_true(error == fit_error(&s.prog, &data->points, NULL));
    for (int k = 0; k < s.n_free; k++) assert_true(s.prog.node[s.free[k]].value.lo <= UINT32_MAX);
    free(data);
}

static void poles_inside_are_refused_and_at_the_end_allowed(void **state)
{
    Data *data = data_new(exp2_quad, 0, 1);
    Structure s = moebius();
    /* c/(x - 0.5) + c has a pole inside: the fit must not return it as good. */
    s.prog.node[s.free[0]].value = real_from_double(-0.5);
    const double error = fitted(&s, data, 0, true);
    assert_true(error > 1);
    /* x = 0 itself: c/x is inf there, and the program still right in the limit. */
    data->x[0] = 0;
    data->f_hi[0] = 1;
    data->f_lo[0] = 0;
    data->weight[0] = 1;
    static const double f5[] = {25.6, -8.85, 17.7, 1};
    s = nest(1, 0, f5);
    assert_digits(fitted(&s, data, 0, true), 5.36);
    free(data);
}

static void what_has_no_derivative_is_refused(void **state)
{
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x");
    prog_add(&prog, OP_RINT, x, 0, 0);
    assert_false(fit_is_possible(&prog));
    const double value = 1;
    const FitPoints points = {1, &value, &value, &value, &value};
    assert_true(isinf(fit_error(&prog, &points, NULL)));
    const Structure s = moebius();
    assert_true(fit_is_possible(&s.prog));
}

static void points_that_make_no_sense_are_left_out(void **state)
{
    Data *data = data_new(exp2_quad, 0, 1);
    data->weight[5] = INFINITY;
    data->weight[6] = 0;
    data->f_hi[7] = NAN;
    Structure s = horner(3, TYPE_REAL);
    const FitOptions options = {4, 100, true};
    Rng rng = rng_new(1, 0);
    Prog fit = s.prog;
    fit_constants(&fit, s.free, s.n_free, &data->points, &options, &rng);
    Data *clean = data_new(exp2_quad, 0, 1);
    assert_true(fit_constants(&s.prog, s.free, s.n_free, &clean->points, &options, &rng) < 1e-4);
    free(clean);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_structures_reach_the_known_optima),
        cmocka_unit_test(multistart_finds_the_optimum_from_nowhere),
        cmocka_unit_test(errors_below_double_noise_are_polished),
        cmocka_unit_test(ranking_is_near_the_optimum),
        cmocka_unit_test(redundant_constants_do_no_harm),
        cmocka_unit_test(the_result_is_never_worse_than_the_start),
        cmocka_unit_test(fits_are_deterministic),
        cmocka_unit_test(all_engines_agree),
        cmocka_unit_test(least_squares_end_in_a_minimum),
        cmocka_unit_test(float_constants_end_rounded),
        cmocka_unit_test(poles_inside_are_refused_and_at_the_end_allowed),
        cmocka_unit_test(what_has_no_derivative_is_refused),
        cmocka_unit_test(points_that_make_no_sense_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
