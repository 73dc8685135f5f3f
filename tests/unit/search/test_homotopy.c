/* From constants that fit on a wide domain to the minimax ones on the domain itself: known optima of the nested
   structure u = x + c/x, u = u + c/u, ..., c/(u + c) + c with squarings, found from random constants. */
#include "search/reals/homotopy.h"

#include "search/starts.h"
#include "tests/support/real_goal.h"
#include "tests/support/structure.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* -- structures ---------------------------------------------------------------------------- */

static Tape *finished(const Structure *s)
{
    Tape *tape = malloc(sizeof *tape);
    assert_true(tape_make(tape, &s->prog, s->free, s->n_free));
    return tape;
}

static Tape *nest(int levels, int squarings)
{
    Structure s;
    structure_start(&s);
    structure_nest(&s, levels, squarings);
    return finished(&s);
}

/* x*(c*s + c)*s + c*x with s = x*x, or without x in front: odd, or even. */
static Tape *parity(bool is_odd)
{
    Structure s;
    const Ref x = structure_start(&s), square = structure_mul(&s, x, x);
    Ref y = structure_add(&s, structure_mul(&s, square, structure_constant(&s)),
                          structure_constant(&s));
    y = structure_add(&s, structure_mul(&s, y, square), structure_constant(&s));
    if (is_odd) structure_mul(&s, y, x);
    return finished(&s);
}

/* c*c*(x + c) + c: one constant too many. */
static Tape *redundant(void)
{
    Structure s;
    const Ref x = structure_start(&s),
              scale = structure_mul(&s, structure_constant(&s), structure_constant(&s));
    structure_add(&s, structure_mul(&s, scale, structure_add(&s, x, structure_constant(&s))),
                  structure_constant(&s));
    return finished(&s);
}

/* -- from nowhere ---------------------------------------------------------------------------- */

enum { BRANCHES = 16 };

/* The best minima at `level` after n random starts; returns how many. */
static int multistart(const Approximand *a, const Tape *tape, int level, int n, double give_up,
                      uint64_t seed, Branch *branch, int capacity)
{
    Starts *starts = starts_new();
    Rng rng = rng_new(seed, 0);
    const StartsOptions options = {n, 300, give_up};
    const int found =
        starts_run(starts, tape, &a->level[level].block, &options, &rng, branch, capacity);
    starts_free(starts);
    assert_true(found > 0);
    return found;
}

/* The best that becomes of them at level 0. */
static Polish discover(const Approximand *a, const Tape *tape, int level, int n, double give_up,
                       uint64_t seed)
{
    Branch branch[BRANCHES];
    Polish best = {.error = INFINITY};
    const int found = multistart(a, tape, level, n, give_up, seed, branch, BRANCHES);
    for (int i = 0; i < found; i++) {
        Polish polish;
        if (!homotopy_follow(a, tape, level, branch[i].c, &polish)) continue;
        if (polish.error < best.error) best = polish;
    }
    assert_true(isfinite(best.error));
    return best;
}

/* So many starts meet the good branch with some chance only: one of a few seeds has to. Takes the tape. */
static void assert_reached(const Approximand *a, Tape *tape, int level, int n, double give_up,
                           double digits)
{
    enum { SEEDS = 24 };
    Polish best = {.error = INFINITY};
    for (uint64_t seed = 1; seed <= SEEDS && !(-log10(best.error) > digits - 0.0055); seed++) {
        const Polish polish = discover(a, tape, level, n, give_up, seed);
        if (polish.error < best.error) best = polish;
    }
    free(tape);
    if (!(fabs(-log10(best.error) - digits) < 0.0055))
        fail_msg("%.4f digits instead of %.2f", -log10(best.error), digits);
    assert_int_equal(best.n_alternations, best.rank + 1);
}

/* -- tests --------------------------------------------------------------------------------- */

static void nested_structures_reach_their_known_digits(void **state)
{
    Approximand *a = real_approximand("exp2(x)", "(0,1]", "1e-6rel");
    assert_reached(a, nest(1, 0), 8, 40, 0, 5.36);
    assert_reached(a, nest(1, 1), 16, 40, 0, 6.56);
    assert_reached(a, nest(2, 0), 8, 400, 0, 9.25);
    assert_reached(a, nest(2, 1), 16, 400, 0, 11.05);
    approximand_free(a);
}

/* Below what double can see, on 8 and 16 times the domain. 4 squarings more than the core, or a fourth
   level, are the same kind of path, only longer. */
static void errors_beyond_double_are_reached_from_double(void **state)
{
    Approximand *a = real_approximand("exp2(x)", "(0,1]", "1e-6rel");
    assert_reached(a, nest(3, 0), 16, 800, 0, 13.63);
    assert_reached(a, nest(3, 1), 24, 800, 0, 16.04);
    assert_reached(a, nest(3, 2), 24, 800, 0, 18.45);
    assert_reached(a, nest(3, 3), 32, 800, 0, 20.86);
    approximand_free(a);
}

/* Four levels are fitted to 16 digits on twice the domain already: all that double can tell is that the constants are
   in the valley, and the finer arithmetic finds its best place. */
static void branches_in_the_noise_of_double_are_told_apart_below(void **state)
{
    Approximand *a = real_approximand("exp2(x)", "(0,1]", "1e-6rel");
    assert_reached(a, nest(4, 0), 8, 6000, 1e-7, 18.95);
    assert_reached(a, nest(4, 1), 16, 6000, 1e-7, 21.96);
    approximand_free(a);
}

static void a_removable_pole_at_a_closed_end_is_allowed(void **state)
{
    Approximand *a = real_approximand("exp2(x)", "[0,1]", "1e-6rel");
    assert_reached(a, nest(1, 0), 8, 40, 0, 5.36);
    approximand_free(a);
}

static void odd_and_even_forms_reach_their_known_digits(void **state)
{
    Approximand *a = real_approximand("sin(x)", "[0,pi/2]", "1e-6rel");
    assert_reached(a, parity(true), a->n_levels - 1, 4, 0, 3.97);
    approximand_free(a);
    a = real_approximand("cos(x)", "[0,pi/2]", "1e-6abs");
    assert_reached(a, parity(false), 8, 4, 0, 3.22);
    approximand_free(a);
}

/* A path as far as the function goes: tan ends before its pole, gamma has an anchor of its own. */
static void functions_that_end_are_followed_from_where_they_are(void **state)
{
    static const char *const cases[][2] = {{"tan(x)", "[0,pi/4]"}, {"gamma(x)", "[1.5,2.5]"}};
    for (int i = 0; i < 2; i++) {
        Approximand *a = real_approximand(cases[i][0], cases[i][1], "1e-6rel");
        Tape *tape = nest(1, 0);
        const Polish wide = discover(a, tape, a->n_levels - 1, 100, 0, 1);
        const Polish here = discover(a, tape, 0, 100, 0, 1);
        free(tape);
        assert_true(wide.error <= here.error * 1.01);
        approximand_free(a);
    }
}

static void constants_too_many_do_no_harm(void **state)
{
    Approximand *a = real_approximand("exp2(x)", "[0,1]", "1e-6rel");
    Tape *tape = redundant();
    const Polish polish = discover(a, tape, 8, 10, 0, 1);
    free(tape);
    assert_true(fabs(-log10(polish.error) - 1.53) < 0.0055);
    assert_int_equal(polish.rank, 2);
    assert_int_equal(polish.n_alternations, 3);
    approximand_free(a);
}

/* x^2 + x/2 + 1/3 by a polynomial of degree 2: nothing is left over. */
static void what_can_be_exact_is(void **state)
{
    Approximand *a = real_approximand("x*x+x/2+1/3", "[0,1]", "1e-6rel");
    Structure s;
    const Ref x = structure_start(&s);
    const Ref y =
        structure_add(&s, structure_mul(&s, x, structure_constant(&s)), structure_constant(&s));
    structure_add(&s, structure_mul(&s, y, x), structure_constant(&s));
    Tape *tape = finished(&s);
    Quad c[FIT_CONSTANTS_MAX] = {2, 3, 4};
    Polish polish;
    assert_true(homotopy_polish(a, tape, c, &polish));
    if (!(polish.error < 1e-28)) fail_msg("%a", polish.error);
    assert_true(quad_abs(c[0] + c[1] - (Quad)1.5) < 1e-25);
    assert_true(quad_abs(c[2] - (Quad)1 / 3) < 1e-25);
    free(tape);
    approximand_free(a);
}

/* Its digits are those of the ladder's end: once more changes nothing. */
static void polishing_twice_is_polishing_once(void **state)
{
    Approximand *a = real_approximand("exp2(x)", "(0,1]", "1e-6rel");
    Tape *tape = nest(2, 0);
    Quad again[FIT_CONSTANTS_MAX];
    Polish first, second;
    Branch branch;
    Quad *const c = branch.c;
    multistart(a, tape, 8, 400, 0, 1, &branch, 1);
    assert_true(homotopy_follow(a, tape, 8, c, &first));
    memcpy(again, c, sizeof again);
    assert_true(homotopy_polish(a, tape, again, &second));
    assert_true(fabs(second.error / first.error - 1) < 1e-6);
    for (int k = 0; k < tape->n_free; k++)
        if (!(quad_abs(again[k] / c[k] - 1) < 1e-8)) fail_msg("constant %d moved", k);
    free(tape);
    approximand_free(a);
}

static void constants_of_no_use_are_refused(void **state)
{
    Approximand *a = real_approximand("exp2(x)", "(0,1]", "1e-6rel");
    Tape *tape = nest(1, 0);
    Polish polish;
    Quad c[FIT_CONSTANTS_MAX] = {1, -3, 1, 1}; /* x + 1/x - 3 has a zero inside */
    assert_false(homotopy_polish(a, tape, c, &polish));
    Quad infinite[FIT_CONSTANTS_MAX] = {1, 1, INFINITY, 1};
    assert_false(homotopy_follow(a, tape, 8, infinite, &polish));
    free(tape);
    approximand_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nested_structures_reach_their_known_digits),
        cmocka_unit_test(errors_beyond_double_are_reached_from_double),
        cmocka_unit_test(branches_in_the_noise_of_double_are_told_apart_below),
        cmocka_unit_test(a_removable_pole_at_a_closed_end_is_allowed),
        cmocka_unit_test(odd_and_even_forms_reach_their_known_digits),
        cmocka_unit_test(functions_that_end_are_followed_from_where_they_are),
        cmocka_unit_test(constants_too_many_do_no_harm),
        cmocka_unit_test(what_can_be_exact_is),
        cmocka_unit_test(polishing_twice_is_polishing_once),
        cmocka_unit_test(constants_of_no_use_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
