#include "runtime/measure/wrong_specials.h"

#include "runtime/measure/zero_sign.h"

#include <math.h>

/* The oracle's errors are good to a millionth of themselves. */
static const double SLACK = 1.000001;

static bool is_of_other_class(double got, double want)
{
    if (isnan(got) || isnan(want)) return !isnan(got) || !isnan(want);
    return (isinf(got) || isinf(want)) && got != want;
}

static bool is_asked_for(const Goal *goal, double x)
{
    for (int i = 0; i < goal->n_exact; i++)
        if (goal->exact[i].x == x) return true;
    return false;
}

bool special_is_pinned(const Goal *goal, Oracle *oracle, double x)
{
    uint64_t bits;
    bool is_exact;
    return goal->domain[0].is_all && (x == 0 || isinf(x)) &&
           oracle_round(oracle, &x, goal->type, &bits, &is_exact, NULL) == OK && is_exact &&
           isfinite(value_from_bits(goal->type, bits));
}

/* What the oracle cannot tell is not held against the result. */
static bool is_wrong(const Special *special, const Goal *goal, Oracle *oracle, ZeroSign zero_sign,
                     double claimed_ulp)
{
    const double x = value_from_bits(goal->type, special->x);
    const double got = value_from_bits(goal->type, special->got);
    const double want = value_from_bits(goal->type, special->want);
    if (is_of_other_class(got, want)) return true;
    if (isnan(got) || isinf(got)) return false;
    if (got == 0 && want == 0) {
        bool is_wrong_zero;
        return zero_sign_is_wrong(zero_sign, goal, oracle, &x, signbit(got) != 0, &is_wrong_zero,
                                  NULL) == OK &&
               is_wrong_zero;
    }
    if (got == want) return false;
    if (is_asked_for(goal, x) || special_is_pinned(goal, oracle, x)) return true;
    ErrorAt error;
    return oracle_error(oracle, &x, goal->type, got, 0, &error, NULL) == OK &&
           error.ulp > claimed_ulp * SLACK;
}

int wrong_specials(const Report *report, const Goal *goal, double claimed_ulp)
{
    if (goal->n_variables != 1) return 0; /* there are no lists of specials for more */
    Oracle *oracle = oracle_new(&goal->reference, goal->exact, goal->n_exact);
    const ZeroSign zero_sign = zero_sign_of(goal, oracle);
    int n = 0;
    for (int i = 0; i < report->n_specials; i++) {
        const Special *special = &report->special[i];
        n += special->in_domain && special->got != special->want &&
             is_wrong(special, goal, oracle, zero_sign, claimed_ulp);
    }
    oracle_free(oracle);
    return n;
}

double wrong_specials_of_others_ulp(const Goal *goal)
{
    enum { AT_LEAST = 8 };
    if (goal->bound.kind == BOUND_ABS) return INFINITY;
    return goal->bound.kind == BOUND_ULP ? fmax(AT_LEAST, 2 * goal->bound.limit) : AT_LEAST;
}
