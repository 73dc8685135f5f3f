/* Where results lie: against what the programs of the catalogue compute. */
#include "passes/range_function.h"

#include "runtime/base/bits.h"
#include "runtime/base/rng.h"
#include "runtime/catalogue/catalogue.h"
#include "runtime/prog/eval.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
/* after the above */
#include <cmocka.h>

static int64_t pick(Rng *rng, int64_t lo, int64_t hi)
{
    return lo + (int64_t)(rng_next(rng) % (uint64_t)(hi - lo + 1));
}

/* Any interval, or one whose end is a place where functions have their extrema. */
static Interval pick_interval(Rng *rng, Type type, const Domain *domain)
{
    static const double PLACES[] = {0, 1, -1, 3.140625, -104, 88.5, 10, -10, 0.5};
    const int64_t lo = ordered_from_value(type, domain->is_all ? -INFINITY : domain->lo);
    const int64_t hi = ordered_from_value(type, domain->is_all ? INFINITY : domain->hi);
    int64_t a = pick(rng, lo, hi), b = pick(rng, lo, hi);
    if (rng_next(rng) % 2) {
        const double place = PLACES[rng_next(rng) % (sizeof PLACES / sizeof *PLACES)];
        const int64_t at = ordered_from_value(type, place);
        if (at >= lo && at <= hi) a = at;
    }
    return a <= b ? (Interval){value_from_ordered(type, a), value_from_ordered(type, b)}
                  : (Interval){value_from_ordered(type, b), value_from_ordered(type, a)};
}

static void check_interval(Eval *eval, const Entry *entry, Op op, Interval in, Rng *rng)
{
    enum { POINTS = 2000 };
    const Type type = entry->goal.type;
    const Range range =
        range_of_function(op, (Range){in, false}, type, entry->report.max_ulp);
    const int64_t lo = ordered_from_value(type, in.lo), hi = ordered_from_value(type, in.hi);
    for (int i = 0; i < POINTS; i++) {
        const int64_t at = i == 0 ? lo : i == 1 ? hi : pick(rng, lo, hi);
        const uint64_t x = bits_from_ordered(type, at);
        const double y = value_from_bits(type, eval_bits(eval, &x));
        if (isnan(y) ? range.may_be_nan : y >= range.in.lo && y <= range.in.hi) continue;
        fail_msg("%s: f(%a) = %a for [%a, %a] is not in [%a, %a]", entry->goal.name,
                 value_from_bits(type, x), y, in.lo, in.hi, range.in.lo, range.in.hi);
    }
}

static void results_of_the_catalogue_lie_where_they_are_said_to(void **state)
{
    enum { INTERVALS = 12 };
    Rng rng = rng_new(7, 0);
    int n_known = 0;
    Entry *const entry = malloc(sizeof *entry);
    for (int i = 0; i < catalogue_count(); i++) {
        Err err;
        assert_int_equal(catalogue_load(entry, i, &err), OK);
        const Prog *const reference = &entry->goal.reference;
        const Op op = reference->node[reference->n - 1].op;
        Eval *eval;
        if (reference->n != 2 || eval_new(&eval, &entry->prog, NULL, &err) != OK) continue;
        const Range all = range_of_function(op, range_all(), entry->goal.type, 1);
        n_known += !range_is_all(&all);
        for (int k = 0; k < INTERVALS; k++)
            check_interval(eval, entry, op, pick_interval(&rng, entry->goal.type, entry->goal.domain),
                           &rng);
        eval_free(eval);
    }
    free(entry);
    assert_true(n_known > 40);
}

static void signs_and_bounds_are_kept_within_one_ulp_and_not_beyond(void **state)
{
    const Range all = range_all();
    assert_true(range_of_function(OP_EXP, all, TYPE_F32, 0.99).in.lo == 0);
    assert_true(range_of_function(OP_EXP, all, TYPE_F32, 1.5).in.lo == -0x1p-149);
    assert_true(range_of_function(OP_EXP, all, TYPE_F32, 0.99).in.hi == INFINITY);
    assert_true(range_of_function(OP_SIN, all, TYPE_F32, 0.99).in.hi == 1);
    assert_true(range_of_function(OP_SIN, all, TYPE_F32, 2).in.hi == 1 + 0x1p-22);
    assert_true(range_of_function(OP_SIN, all, TYPE_F32, 0.99).may_be_nan);
    const Range finite = {{-0x1p100, 0x1p100}, false};
    assert_false(range_of_function(OP_SIN, finite, TYPE_F32, 0.99).may_be_nan);
    assert_true(range_of_function(OP_LOG, finite, TYPE_F32, 0.99).may_be_nan);
    assert_true(range_of_function(OP_LOG, finite, TYPE_F32, 0.99).in.lo == -INFINITY);
}

/* What cannot be said: errors as large as numbers, functions without a table row, and f64, in which the ends are computed. */
static void nothing_is_said_where_nothing_is_known(void **state)
{
    const Range few = {{1, 2}, false};
    const Range wild = range_of_function(OP_EXP, few, TYPE_F32, 0x1p23);
    const Range none = range_of_function(OP_TAN, few, TYPE_F32, 1);
    const Range wide = range_of_function(OP_EXP, few, TYPE_F64, 1);
    assert_true(range_is_all(&wild) && range_is_all(&none) && range_is_all(&wide));
    const Range unknown = range_of_function(OP_EXP, few, TYPE_F32, INFINITY);
    const Range nan = range_of_function(OP_EXP, few, TYPE_F32, NAN);
    assert_true(range_is_all(&unknown) && range_is_all(&nan));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_of_the_catalogue_lie_where_they_are_said_to),
        cmocka_unit_test(signs_and_bounds_are_kept_within_one_ulp_and_not_beyond),
        cmocka_unit_test(nothing_is_said_where_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
