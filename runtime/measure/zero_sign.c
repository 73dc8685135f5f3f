#include "runtime/measure/zero_sign.h"

#include "runtime/prog/specials.h"

#include <math.h>

const double ZERO_PLACE[ZERO_PLACES] = {0.0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3};

/* Is f(x) exactly a zero of that sign? */
static bool has_zero(Oracle *oracle, Type type, double x, bool is_negative)
{
    uint64_t bits;
    bool is_exact;
    if (oracle_round(oracle, &x, type, &bits, &is_exact, NULL) != OK || !is_exact) return false;
    const double value = value_from_bits(type, bits);
    return value == 0 && signbit(value) == (is_negative ? signbit(-0.0) : 0);
}

ZeroSign zero_sign_of(const Goal *goal, Oracle *oracle)
{
    bool is_whole = goal->type != TYPE_REAL && !(goal->excluded & SPECIAL_ZEROS);
    for (int i = 0; i < goal->n_variables; i++) is_whole &= goal->domain[i].is_all;
    if (!is_whole) return ZERO_SIGN_FREE;
    if (goal->reference.n == goal->n_variables + 1) return ZERO_SIGN_EVERYWHERE;
    if (goal->n_variables != 1) return ZERO_SIGN_FREE;
    const bool keeps =
        has_zero(oracle, goal->type, 0.0, false) && has_zero(oracle, goal->type, -0.0, true);
    return keeps ? ZERO_SIGN_AT_ZERO : ZERO_SIGN_FREE;
}

Status zero_sign_is_wrong(ZeroSign which, const Goal *goal, Oracle *oracle, const double *x,
                          bool is_negative, bool *is_wrong, Err *err)
{
    *is_wrong = false;
    if (which == ZERO_SIGN_FREE || (which == ZERO_SIGN_AT_ZERO && x[0] != 0)) return OK;
    uint64_t bits;
    bool is_exact;
    const Status status = oracle_round(oracle, x, goal->type, &bits, &is_exact, err);
    if (status != OK || !is_exact) return status;
    const double value = value_from_bits(goal->type, bits);
    *is_wrong = value == 0 && (signbit(value) != 0) != is_negative;
    return OK;
}
