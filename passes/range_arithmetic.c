#include "passes/range_arithmetic.h"

#include <math.h>

Range range_all(void) { return (Range){{-INFINITY, INFINITY}, true}; }

bool range_is_all(const Range *range)
{
    return range->in.lo == -INFINITY && range->in.hi == INFINITY;
}

Range range_intersection(Range a, Range b)
{
    const Range r = {{fmax(a.in.lo, b.in.lo), fmin(a.in.hi, b.in.hi)},
                     a.may_be_nan && b.may_be_nan};
    /* Code that is never reached: what is said about it is true of one value as well. */
    return r.in.lo <= r.in.hi ? r : (Range){{r.in.lo, r.in.lo}, r.may_be_nan};
}

Range range_union(Range a, Range b)
{
    return (Range){{fmin(a.in.lo, b.in.lo), fmax(a.in.hi, b.in.hi)}, a.may_be_nan || b.may_be_nan};
}

/* -- rounding ---------------------------------------------------------------------------------- */

static double rounded(Type type, double x)
{
    return isfinite(x) ? value_from_bits(type, bits_from_value(type, x)) : x;
}

/* Rounding is monotone, so that rounded ends are ends of what is rounded. */
Range range_rounded(Range r, Type type)
{
    return (Range){{rounded(type, r.in.lo), rounded(type, r.in.hi)}, r.may_be_nan};
}

static double one_further(Type type, double x, int step)
{
    if (x == 0 || !isfinite(x)) return x;
    return value_from_ordered(type, ordered_from_value(type, x) + step);
}

/* Fused operations are rounded once, not twice, which one step outward covers. It does not cross 0: signs stay. */
Range range_computed(Range r, Type type)
{
    if (isnan(r.in.lo) || isnan(r.in.hi)) return range_all();
    r = range_rounded(r, type);
    r.in = (Interval){one_further(type, r.in.lo, -1), one_further(type, r.in.hi, 1)};
    return r;
}

/* -- signs -------------------------------------------------------------------------------------- */

Range range_negated(Range a) { return (Range){{-a.in.hi, -a.in.lo}, a.may_be_nan}; }

Range range_absolute(Range a)
{
    if (a.in.lo >= 0) return a;
    if (a.in.hi <= 0) return range_negated(a);
    return (Range){{0, fmax(-a.in.lo, a.in.hi)}, a.may_be_nan};
}

Range range_of_any_sign(Range a)
{
    const double most = range_absolute(a).in.hi;
    return (Range){{-most, most}, a.may_be_nan};
}

/* -- sums and products ---------------------------------------------------------------------------- */

static bool is_finite(Interval in) { return isfinite(in.lo) && isfinite(in.hi); }

static bool has_zero(Interval in) { return in.lo <= 0 && in.hi >= 0; }

/* -inf + inf is NaN. */
Range range_sum(Range a, Range b)
{
    const bool can_cancel = (a.in.lo == -INFINITY && b.in.hi == INFINITY) ||
                            (a.in.hi == INFINITY && b.in.lo == -INFINITY);
    return (Range){{a.in.lo + b.in.lo, a.in.hi + b.in.hi},
                   a.may_be_nan || b.may_be_nan || can_cancel};
}

/* Corners of a product: 0 times numbers that grow without end stays 0; 0 times infinity itself is NaN. */
static double times(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

Range range_product(Range a, Range b)
{
    const bool is_nan =
        (has_zero(a.in) && !is_finite(b.in)) || (has_zero(b.in) && !is_finite(a.in));
    const double corner[4] = {times(a.in.lo, b.in.lo), times(a.in.lo, b.in.hi),
                              times(a.in.hi, b.in.lo), times(a.in.hi, b.in.hi)};
    Range r = {{corner[0], corner[0]}, a.may_be_nan || b.may_be_nan || is_nan};
    for (int i = 1; i < 4; i++)
        r.in = (Interval){fmin(r.in.lo, corner[i]), fmax(r.in.hi, corner[i])};
    return r;
}

Range range_square(Range a)
{
    const double least = has_zero(a.in) ? 0 : fmin(fabs(a.in.lo), fabs(a.in.hi));
    const double most = fmax(fabs(a.in.lo), fabs(a.in.hi));
    return (Range){{least * least, most * most}, a.may_be_nan};
}

/* Divisors that may be 0 give anything. */
Range range_quotient(Range a, Range b)
{
    enum { ROUNDED_AWAY = 50 }; /* bits that the two roundings of a/b here leave right */
    if (!is_finite(a.in) || !is_finite(b.in) || has_zero(b.in)) return range_all();
    const Range inverse = {{1 / b.in.hi, 1 / b.in.lo}, b.may_be_nan};
    Range r = range_product(a, inverse);
    r.in.lo -= ldexp(fabs(r.in.lo), -ROUNDED_AWAY);
    r.in.hi += ldexp(fabs(r.in.hi), -ROUNDED_AWAY);
    return r;
}

/* It has the sign of a, is no larger than a and smaller than b. */
Range range_remainder(Range a, Range b)
{
    const double most = fmin(range_of_any_sign(a).in.hi, range_of_any_sign(b).in.hi);
    return (Range){{a.in.lo < 0 ? -most : 0, a.in.hi > 0 ? most : 0},
                   a.may_be_nan || b.may_be_nan || !is_finite(a.in) || has_zero(b.in)};
}

Range range_root(Range a)
{
    return (Range){{sqrt(fmax(0, a.in.lo)), sqrt(fmax(0, a.in.hi))},
                   a.may_be_nan || a.in.lo < 0};
}

/* -- choices and steps ----------------------------------------------------------------------------- */

Range range_extremum(Range a, Range b, bool is_max, bool keeps_nan)
{
    Range r;
    r.in.lo = is_max ? fmax(a.in.lo, b.in.lo) : fmin(a.in.lo, b.in.lo);
    r.in.hi = is_max ? fmax(a.in.hi, b.in.hi) : fmin(a.in.hi, b.in.hi);
    if (keeps_nan) {
        r.may_be_nan = a.may_be_nan || b.may_be_nan;
        return r;
    }
    if (a.may_be_nan) r = range_union(r, b);
    if (b.may_be_nan) r = range_union(r, a);
    r.may_be_nan = a.may_be_nan && b.may_be_nan;
    return r;
}

Range range_under(double (*rising)(double), Range a)
{
    return (Range){{rising(a.in.lo), rising(a.in.hi)}, a.may_be_nan};
}
