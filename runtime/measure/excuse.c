#include "runtime/measure/excuse.h"

#include "runtime/prog/specials.h"

#include <math.h>

bool excuse_by_range(const Goal *goal, double lo, double hi, bool *is_excused)
{
    const double ends[] = {value_from_bits(goal->type, bits_from_value(goal->type, lo)),
                           value_from_bits(goal->type, bits_from_value(goal->type, hi))};
    const unsigned class = special_class(goal->type, ends[0]);
    if (isnan(lo) || isnan(hi) || class != special_class(goal->type, ends[1])) return false;
    if (class != SPECIAL_ZEROS && (ends[0] < 0) != (ends[1] < 0)) return false;
    *is_excused = (class & goal->excluded) != 0;
    return true;
}

Status excuse_by_oracle(const Judge *judge, int worker, const double *x, bool *is_excused, Err *err)
{
    const Goal *goal = judge->goal;
    *is_excused = specials_exclude(goal->excluded, goal->type, x, goal->n_variables, 1);
    if (*is_excused) return OK;
    uint64_t bits;
    const Status status = oracle_round(judge->oracle[worker], x, goal->type, &bits, NULL, err);
    const double right = value_from_bits(goal->type, bits);
    if (status == OK) *is_excused = specials_exclude(goal->excluded, goal->type, NULL, 0, right);
    return status;
}
