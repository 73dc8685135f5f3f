/* Samples and the tuning of rounded constants, judged by the oracle and the interpreter. */
#include "search/tune.h"

#include "runtime/oracle/oracle.h"
#include "search/minimax.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* -- goals ------------------------------------------------------------------------------------ */

static Goal goal_of(Op op, Type type, double lo, double hi, BoundKind kind)
{
    Goal goal = {.type = type, .n_variables = 1, .name = "f"};
    prog_init(&goal.reference);
    const Ref x = prog_add_input(&goal.reference, TYPE_REAL, "x");
    prog_add(&goal.reference, op, x, 0, 0);
    goal.domain[0] = (Domain){.lo = lo, .hi = hi};
    goal.bound = (Bound){.kind = kind, .limit = 1};
    return goal;
}

static Sample *sample_of(const Goal *goal, int n)
{
    Sample *sample;
    Err err;
    if (sample_new(&sample, goal, n, 1, &err) != OK) fail_msg("%s", err.text);
    return sample;
}

/* -- programs: minimax coefficients, naively rounded ---------------------------------------- */

typedef struct {
    Prog prog;
    Ref free[TUNE_CONSTANTS_MAX];
    int n_free;
} Rounded;

/* g * P(t), by Horner (with fma where there is one): t = x and g = 1, or t = x*x and g = x. */
static Rounded naive_horner(const Goal *goal, int n, bool is_odd)
{
    enum { GRID = 400 };
    static Quad t[GRID], g[GRID], h[GRID], f[GRID];
    static double weight[GRID];
    const Sample *sample = sample_of(goal, GRID - 150);
    const int n_grid = sample->n < GRID ? sample->n : GRID;
    for (int i = 0; i < n_grid; i++) {
        const Quad x = sample->x_value[0][i];
        t[i] = is_odd ? x * x : x;
        g[i] = is_odd ? x : 1;
        f[i] = (Quad)sample->f_hi[i] + sample->f_lo[i];
        weight[i] = 1 / fabs(sample->f_hi[i]);
    }
    sample_free((Sample *)sample);
    const MinimaxGrid grid = {n_grid, t, g, h, f, weight};
    Minimax minimax;
    Err err;
    if (minimax_fit(&minimax, &grid, n, 0, &err) != OK) fail_msg("%s", err.text);

    Rounded r;
    r.n_free = 0;
    prog_init(&r.prog);
    const Ref x = prog_add_input(&r.prog, goal->type, "x");
    const Ref argument = is_odd ? prog_add(&r.prog, OP_MUL, x, x, 0) : x;
    for (int i = 0; i < n; i++)
        r.free[r.n_free++] = prog_add_const(&r.prog, goal->type, (double)minimax.p[i]);
    Ref y = r.free[n - 1];
    const bool has_fma = goal->type == TYPE_F32 || goal->type == TYPE_F64;
    for (int i = n - 2; i >= 0; i--)
        y = has_fma ? prog_add(&r.prog, OP_FMA, y, argument, r.free[i])
                    : prog_add(&r.prog, OP_ADD, prog_add(&r.prog, OP_MUL, y, argument, 0),
                               r.free[i], 0);
    if (is_odd) prog_add(&r.prog, OP_MUL, y, x, 0);
    return r;
}

static double tuned(Rounded *r, const Sample *sample, const Goal *goal, int evaluations,
                    uint64_t seed)
{
    const TuneOptions options = {evaluations, 0};
    Rng rng = rng_new(seed, 0);
    return tune_constants(&r->prog, r->free, r->n_free, sample, goal, &options, &rng);
}

/* -- samples ----------------------------------------------------------------------------------- */

static bool has_point(const Sample *sample, double x)
{
    for (int i = 0; i < sample->n; i++)
        if (bits_of_double(sample->x_value[0][i]) == bits_of_double(x)) return true;
    return false;
}

static void samples_have_the_landmarks(void **state)
{
    const Goal goal = goal_of(OP_EXP2, TYPE_F32, -8, 8, BOUND_ULP);
    Sample *sample = sample_of(&goal, 2000);
    static const double want[] = {-8, 8, 0.0, -0.0, 0x1p-149, -0x1p-149, 0x1p-126, 1, 2, -0.5, 4};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        if (!has_point(sample, want[i])) fail_msg("%a is missing", want[i]);
    assert_true(sample->n >= 1500 && sample->n <= 4000);
    const float *x = sample->x[0];
    int n_large = 0;
    for (int i = 0; i < sample->n; i++) {
        assert_true((double)x[i] == sample->x_value[0][i]);
        assert_true(fabs(sample->x_value[0][i]) <= 8);
        n_large += fabs(sample->x_value[0][i]) > 1;
    }
    assert_true(n_large > 600);
    sample_free(sample);
}

static void small_domains_are_taken_whole(void **state)
{
    const Goal goal = goal_of(OP_EXP2, TYPE_F32, 1, 1 + 0x1p-16, BOUND_ULP);
    Sample *sample = sample_of(&goal, 1000);
    assert_int_equal(sample->n, 129);
    sample_free(sample);
}

static void values_that_are_not_finite_are_left_out(void **state)
{
    Goal goal = goal_of(OP_LOG, TYPE_F32, -1, 1, BOUND_ULP);
    Sample *sample = sample_of(&goal, 500);
    for (int i = 0; i < sample->n; i++) {
        assert_true(sample->x_value[0][i] > 0);
        assert_true(isfinite(sample->f_hi[i]) && isfinite(sample->scale[i]));
    }
    sample_free(sample);
    /* exp overflows f32 but not double. */
    goal = goal_of(OP_EXP, TYPE_F32, 0, 0, BOUND_ULP);
    goal.domain[0] = (Domain){.lo = -INFINITY, .hi = INFINITY, .is_all = true};
    sample = sample_of(&goal, 500);
    for (int i = 0; i < sample->n; i++) assert_true(sample->f_hi[i] <= 0x1.ffffffp127);
    sample_free(sample);
    goal = goal_of(OP_LOG, TYPE_F64, -2, -1, BOUND_ULP);
    Err err;
    assert_int_equal(sample_new(&sample, &goal, 100, 1, &err), ERR_INPUT);
}

static void added_points_come_first(void **state)
{
    const Goal goal = goal_of(OP_EXP2, TYPE_F32, 0, 1, BOUND_ULP);
    Sample *sample = sample_of(&goal, 300);
    const int n = sample->n;
    double before = 0, after = 0;
    for (int i = 0; i < n; i++) before += sample->f_hi[i];
    static const double added[] = {0x1.234568p-1, 0x1.654322p-2};
    for (int i = 0; i < 2; i++) assert_int_equal(sample_add(sample, &goal, &added[i], NULL), OK);
    assert_int_equal(sample->n, n + 2);
    assert_true(sample->x_value[0][0] == added[0] && sample->x_value[0][1] == added[1]);
    assert_true(((const float *)sample->x[0])[1] == (float)added[1]);
    for (int i = 2; i < n + 2; i++) after += sample->f_hi[i];
    assert_true(fabs(after - before) < 1e-9);
    sample_free(sample);
}

/* Against the oracle, one point at a time. */
static void sample_errors_agree_with_the_oracle(void **state)
{
    static const BoundKind kinds[] = {BOUND_ULP, BOUND_REL, BOUND_ABS};
    static const Type types[] = {TYPE_F16, TYPE_BF16, TYPE_F32, TYPE_F64};
    for (int t = 0; t < 4; t++) {
        for (int k = 0; k < 3; k++) {
            const Goal goal = goal_of(OP_EXP2, types[t], 0, 1, kinds[k]);
            Sample *sample = sample_of(&goal, 200);
            Prog prog;
            prog_init(&prog);
            const Ref x = prog_add_input(&prog, types[t], "x");
            prog_add(&prog, OP_ADD, x, prog_add_const(&prog, types[t], 1), 0);
            int worst;
            const double got = sample_error(sample, &goal, &prog, INFINITY, &worst);
            Oracle *oracle = oracle_new(&goal.reference, NULL, 0);
            double want = 0;
            for (int i = 0; i < sample->n; i++) {
                const double at = sample->x_value[0][i];
                const double y = value_from_bits(types[t], bits_from_value(types[t], at + 1));
                ErrorAt error;
                assert_int_equal(oracle_error(oracle, &at, types[t], y, 0, &error, NULL), OK);
                const double e = kinds[k] == BOUND_ULP   ? error.ulp
                                 : kinds[k] == BOUND_REL ? error.rel
                                                         : error.abs;
                if (e > want) want = e;
            }
            oracle_free(oracle);
            if (!(fabs(got / want - 1) < 1e-6))
                fail_msg("%s kind %d: %a instead of %a", type_info(types[t])->name, k, got, want);
            assert_true(sample_error(sample, &goal, &prog, want / 2, NULL) > want / 2);
            sample_free(sample);
        }
    }
}

static void results_that_are_not_finite_are_infinitely_wrong(void **state)
{
    const Goal goal = goal_of(OP_EXP2, TYPE_F32, 0, 1, BOUND_ULP);
    Sample *sample = sample_of(&goal, 100);
    Prog prog;
    prog_init(&prog);
    const Ref x = prog_add_input(&prog, TYPE_F32, "x");
    const Ref zero = prog_add(&prog, OP_SUB, x, x, 0);
    prog_add(&prog, OP_DIV, zero, zero, 0);
    assert_true(isinf(sample_error(sample, &goal, &prog, INFINITY, NULL)));
    sample_free(sample);
}

/* -- tuning -------------------------------------------------------------------------------------- */

static void tuning_improves_naive_rounding(void **state)
{
    static const struct {
        Op op;
        Type type;
        double lo, hi;
        int n;
        bool is_odd;
        double at_most; /* reached, in ulp */
    } rows[] = {
        {OP_EXP2, TYPE_F32, 0, 1, 7, false, 0.90},
        {OP_EXP2, TYPE_F32, -0.5, 0.5, 6, false, 2},
        {OP_SIN, TYPE_F32, 0x1p-20, 0.785398125, 4, true, 1.2},
        {OP_EXP2, TYPE_BF16, 0, 1, 3, false, 1.25},
        {OP_EXP2, TYPE_F64, 0, 0.5, 11, false, 1.0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const Goal goal = goal_of(rows[i].op, rows[i].type, rows[i].lo, rows[i].hi, BOUND_ULP);
        Sample *sample = sample_of(&goal, 2000);
        Rounded r = naive_horner(&goal, rows[i].n, rows[i].is_odd);
        const double before = sample_error(sample, &goal, &r.prog, INFINITY, NULL);
        const double after = tuned(&r, sample, &goal, 2000, 1);
        print_message("row %zu: %.4f ulp -> %.4f ulp\n", i, before, after);
        assert_true(after == sample_error(sample, &goal, &r.prog, INFINITY, NULL));
        assert_true(after <= before);
        if (!(after <= rows[i].at_most)) fail_msg("row %zu ends at %.4f ulp", i, after);
        sample_free(sample);
    }
}

static void tuning_repairs_disturbed_constants(void **state)
{
    const Goal goal = goal_of(OP_EXP2, TYPE_F32, 0, 1, BOUND_ULP);
    Sample *sample = sample_of(&goal, 1000);
    Rounded r = naive_horner(&goal, 7, false);
    for (int k = 0; k < r.n_free; k++) r.prog.node[r.free[k]].value.lo += 50;
    const double before = sample_error(sample, &goal, &r.prog, INFINITY, NULL);
    const double after = tuned(&r, sample, &goal, 1500, 1);
    if (!(before > 50 && after < 1.2)) fail_msg("%.4f -> %.4f", before, after);
    sample_free(sample);
}

static void tuning_is_deterministic_and_never_worse(void **state)
{
    const Goal goal = goal_of(OP_SIN, TYPE_F32, 0x1p-10, 1.5, BOUND_ULP);
    Sample *sample = sample_of(&goal, 700);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        Rounded a = naive_horner(&goal, 4, true), b = a;
        const double before = sample_error(sample, &goal, &a.prog, INFINITY, NULL);
        const double after = tuned(&a, sample, &goal, 300, seed);
        assert_true(after <= before);
        assert_true(tuned(&b, sample, &goal, 300, seed) == after);
        assert_true(prog_is_equal(&a.prog, &b.prog));
        assert_true(tuned(&a, sample, &goal, 50, seed + 10) <= after);
    }
    sample_free(sample);
}

static void tuning_stops_at_the_target(void **state)
{
    const Goal goal = goal_of(OP_EXP2, TYPE_F32, 0, 1, BOUND_ULP);
    Sample *sample = sample_of(&goal, 500);
    Rounded r = naive_horner(&goal, 7, false);
    const Prog before = r.prog;
    const TuneOptions options = {1000000, 5};
    Rng rng = rng_new(1, 0);
    assert_true(tune_constants(&r.prog, r.free, r.n_free, sample, &goal, &options, &rng) <= 5);
    assert_true(prog_is_equal(&before, &r.prog));
    sample_free(sample);
}

static void tuning_without_constants_only_measures(void **state)
{
    const Goal goal = goal_of(OP_EXP2, TYPE_F32, 0, 1, BOUND_ULP);
    Sample *sample = sample_of(&goal, 500);
    Rounded r = naive_horner(&goal, 5, false);
    r.n_free = 0;
    assert_true(tuned(&r, sample, &goal, 1000, 1) ==
                sample_error(sample, &goal, &r.prog, INFINITY, NULL));
    sample_free(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_have_the_landmarks),
        cmocka_unit_test(small_domains_are_taken_whole),
        cmocka_unit_test(values_that_are_not_finite_are_left_out),
        cmocka_unit_test(added_points_come_first),
        cmocka_unit_test(sample_errors_agree_with_the_oracle),
        cmocka_unit_test(results_that_are_not_finite_are_infinitely_wrong),
        cmocka_unit_test(tuning_improves_naive_rounding),
        cmocka_unit_test(tuning_repairs_disturbed_constants),
        cmocka_unit_test(tuning_is_deterministic_and_never_worse),
        cmocka_unit_test(tuning_stops_at_the_target),
        cmocka_unit_test(tuning_without_constants_only_measures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
