/* Random starts: what is linear, what can be undone, that branches are told apart, that nothing depends on the past. */
#include "search/starts.h"

#include "search/fit_core.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* -- structures and points -------------------------------------------------------------------- */

typedef struct {
    Prog prog;
    Ref free[FIT_CONSTANTS_MAX];
    int n_free;
} Structure;

static Structure structure(void)
{
    Structure s;
    prog_init(&s.prog);
    s.n_free = 0;
    prog_add_input(&s.prog, TYPE_REAL, "x");
    return s;
}

static Ref constant(Structure *s)
{
    return s->free[s->n_free++] = prog_add_const(&s->prog, TYPE_REAL, 1);
}

static Ref fixed(Structure *s, double value) { return prog_add_const(&s->prog, TYPE_REAL, value); }
static Ref node(Structure *s, Op op, Ref a, Ref b) { return prog_add(&s->prog, op, a, b, 0); }

static Tape *tape_of(const Structure *s)
{
    Tape *tape = malloc(sizeof *tape);
    assert_true(tape_make(tape, &s->prog, s->free, s->n_free));
    return tape;
}

/* c0/x + x =: u; c2/(u + c1) + c3 */
static Structure nest(void)
{
    Structure s = structure();
    const Ref c0 = constant(&s), c1 = constant(&s), c2 = constant(&s), c3 = constant(&s);
    const Ref u = node(&s, OP_ADD, node(&s, OP_DIV, c0, 0), 0);
    node(&s, OP_ADD, node(&s, OP_DIV, c2, node(&s, OP_ADD, u, c1)), c3);
    return s;
}

typedef struct {
    double x[FIT_BLOCK], f_hi[FIT_BLOCK], f_lo[FIT_BLOCK], weight[FIT_BLOCK];
    FitPoints points;
} Data;

/* (0, 1], relative error unless f has zeros. */
static void data_init(Data *data, double (*f)(double), bool is_absolute)
{
    for (int i = 0; i < FIT_BLOCK; i++) {
        data->x[i] = (i + 1.0) / FIT_BLOCK;
        data->f_hi[i] = f(data->x[i]);
        data->f_lo[i] = 0;
        data->weight[i] = is_absolute ? 1 : 1 / fabs(data->f_hi[i]);
    }
    data->points = (FitPoints){FIT_BLOCK, data->x, data->f_hi, data->f_lo, data->weight};
}

static double valley(double x) { return (x - 0.5) * (x - 0.5); }

/* -- tests ------------------------------------------------------------------------------------- */

static void constants_of_sums_and_numerators_are_linear(void **state)
{
    Structure s = nest();
    Tape *tape = tape_of(&s);
    assert_int_equal(tape_linear(tape), 1 << 2 | 1 << 3);
    free(tape);

    /* c0*(x + c1): of the two either alone, not both. */
    s = structure();
    const Ref c0 = constant(&s), c1 = constant(&s);
    node(&s, OP_MUL, c0, node(&s, OP_ADD, 0, c1));
    tape = tape_of(&s);
    assert_int_equal(tape_linear(tape), 1);
    free(tape);

    /* (c0 + x)^2 + c0*x: c0 is used twice, once in a square. */
    s = structure();
    const Ref c = constant(&s), sum = node(&s, OP_ADD, c, 0);
    node(&s, OP_ADD, node(&s, OP_MUL, sum, sum), node(&s, OP_MUL, c, 0));
    tape = tape_of(&s);
    assert_int_equal(tape_linear(tape), 0);
    free(tape);

    /* x*(c0 - x*c1) - c2: all of them. */
    s = structure();
    const Ref a0 = constant(&s), a1 = constant(&s), a2 = constant(&s);
    const Ref inner = node(&s, OP_SUB, a0, node(&s, OP_MUL, 0, a1));
    node(&s, OP_SUB, node(&s, OP_MUL, 0, inner), a2);
    tape = tape_of(&s);
    assert_int_equal(tape_linear(tape), 7);
    free(tape);
}

/* Settling a straight line is fitting it. */
static void settling_what_is_linear_is_the_whole_fit(void **state)
{
    Structure s = structure();
    const Ref c0 = constant(&s), c1 = constant(&s);
    node(&s, OP_ADD, node(&s, OP_MUL, 0, c0), c1);
    Tape *tape = tape_of(&s);
    Data data;
    data_init(&data, exp2, false);
    const FitEngine *engine = fit_engine_fastest();
    FitWork *work = engine->work_new(tape);
    engine->load(work, &data.points);
    Quad settled[2] = {50, -3}, fitted[2] = {1, 1};
    assert_true(engine->settle(work, settled, tape_linear(tape)));
    const double best = engine->refine(work, fitted, 50);
    assert_true(fabs(engine->least_squares(work, settled, 0) / best - 1) < 1e-9);
    engine->work_free(work);
    free(tape);
}

/* 3/(x*u^2 - 1) with u = x + c: as exp2, u is to be sqrt((3/exp2 + 1)/x). */
static void results_are_undone_down_to_the_core(void **state)
{
    Structure s = structure();
    const Ref c = constant(&s), u = node(&s, OP_ADD, 0, c);
    const Ref product = node(&s, OP_MUL, 0, node(&s, OP_MUL, u, u));
    node(&s, OP_DIV, fixed(&s, 3), node(&s, OP_SUB, product, fixed(&s, 1)));
    Tape *tape = tape_of(&s);
    Data data;
    data_init(&data, exp2, false);
    FitCore *core = malloc(sizeof *core);
    assert_true(fit_core_make(core, tape, &data.points));
    assert_int_equal(core->tape.node[core->tape.n - 1].op, OP_ADD);
    for (int p = 0; p < FIT_BLOCK; p++) {
        const double x = data.x[p], want = sqrt((3 / exp2(x) + 1) / x), step = 1e-6 * want;
        assert_true(fabs(core->f_hi[p] / want - 1) < 1e-14);
        /* An error of the core and what it makes of the whole, by their weights. */
        const double moved = 3 / (x * (want + step) * (want + step) - 1) - data.f_hi[p];
        const double inner = core->weight[p] * step, outer = data.weight[p] * fabs(moved);
        if (fabs(inner / outer - 1) > 1e-4) fail_msg("x = %g: %g for %g", x, inner, outer);
    }
    free(core);
    free(tape);
}

static void what_cannot_be_undone_is_left(void **state)
{
    Structure s = nest(); /* only a sum */
    Tape *tape = tape_of(&s);
    FitCore *core = malloc(sizeof *core);
    Data data;
    data_init(&data, exp2, false);
    assert_false(fit_core_make(core, tape, &data.points));
    free(tape);

    s = structure(); /* (x + c)^2 */
    const Ref c = constant(&s), sum = node(&s, OP_ADD, 0, c);
    node(&s, OP_MUL, sum, sum);
    tape = tape_of(&s);
    assert_true(fit_core_make(core, tape, &data.points));
    data_init(&data, valley, true); /* has its zero inside: the root has a kink there */
    assert_false(fit_core_make(core, tape, &data.points));
    data_init(&data, log, true); /* is negative */
    assert_false(fit_core_make(core, tape, &data.points));
    free(core);
    free(tape);
}

static int run(const Tape *tape, const Data *data, Starts *starts, double give_up, Branch *branch,
               int capacity)
{
    Rng rng = rng_new(1, 0);
    const StartsOptions options = {200, 300, give_up};
    return starts_run(starts, tape, &data->points, &options, &rng, branch, capacity);
}

static void branches_are_distinct_minima_best_first(void **state)
{
    Structure s = nest();
    Tape *tape = tape_of(&s);
    Data data;
    data_init(&data, exp2, false);
    Starts *starts = starts_new();
    Branch branch[16];
    const int n = run(tape, &data, starts, 0, branch, 16);
    assert_true(n > 1);
    assert_true(branch[0].error < 4e-6 && branch[0].n_hits > 50);
    int n_hits = branch[0].n_hits;
    for (int i = 1; i < n; i++) {
        assert_true(branch[i].error > branch[i - 1].error);
        n_hits += branch[i].n_hits;
    }
    assert_true(n_hits <= 200);
    /* Each is what it says. */
    for (int i = 0; i < n; i++) {
        Quad c[FIT_CONSTANTS_MAX];
        memcpy(c, branch[i].c, sizeof c);
        assert_true(starts_descend(starts, c, 0, 0) == branch[i].error);
    }
    starts_free(starts);
    free(tape);
}

static void a_worker_remembers_nothing_of_other_structures(void **state)
{
    Structure s = nest(), other = structure();
    node(&other, OP_SQRT, node(&other, OP_ADD, 0, constant(&other)), 0);
    Tape *tape = tape_of(&s), *other_tape = tape_of(&other);
    Data data;
    data_init(&data, exp2, false);
    Branch fresh[4], used[4];
    memset(fresh, 0, sizeof fresh);
    memset(used, 0, sizeof used);
    Starts *starts = starts_new();
    const int n = run(tape, &data, starts, 0, fresh, 4);
    run(other_tape, &data, starts, 0, used, 4);
    assert_int_equal(run(tape, &data, starts, 0, used, 4), n);
    for (int i = 0; i < n; i++) {
        assert_true(fresh[i].error == used[i].error && fresh[i].n_hits == used[i].n_hits);
        assert_memory_equal(fresh[i].c, used[i].c, 4 * sizeof(Quad));
    }
    starts_free(starts);
    free(other_tape);
    free(tape);
}

static void giving_up_loses_only_what_is_above(void **state)
{
    Structure s = nest();
    Tape *tape = tape_of(&s);
    Data data;
    data_init(&data, exp2, false);
    Starts *starts = starts_new();
    Branch all, some;
    assert_int_equal(run(tape, &data, starts, 0, &all, 1), 1);
    assert_int_equal(run(tape, &data, starts, 1e-4, &some, 1), 1);
    assert_true(some.error < all.error * 1.001);
    starts_free(starts);
    free(tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants_of_sums_and_numerators_are_linear),
        cmocka_unit_test(settling_what_is_linear_is_the_whole_fit),
        cmocka_unit_test(results_are_undone_down_to_the_core),
        cmocka_unit_test(what_cannot_be_undone_is_left),
        cmocka_unit_test(branches_are_distinct_minima_best_first),
        cmocka_unit_test(a_worker_remembers_nothing_of_other_structures),
        cmocka_unit_test(giving_up_loses_only_what_is_above),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
