#define _GNU_SOURCE /* exp10 */
#include "passes/range_function.h"

#include "passes/range_arithmetic.h"
#include "runtime/base/bits.h"

#include <math.h>

/* -- the functions over the reals ------------------------------------------------------------------- */

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double softplus(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }
static double normcdf(double x) { return erfc(-x * 0x1.6a09e667f3bcdp-1) / 2; }

typedef enum { RISING, FALLING, EVEN, ANYWHERE } Course; /* EVEN: rising from 0 on */
typedef struct {
    Op op;
    Course course;
    double (*function)(double); /* in double, a few ulp off; NULL for ANYWHERE, which is only known to lie in the image */
    Interval image, domain;     /* both closed; NaN outside of the domain */
} Shape;

/* The whole line, and what has no value at the infinities. */
#define LINE {-INFINITY, INFINITY}
#define NUMBERS {-0x1.fffffffffffffp+1023, 0x1.fffffffffffffp+1023}
/* Images are rounded outward: PI is above pi, its half above pi/2. */
#define PI 0x1.921fb54442d19p+1
static const Shape SHAPES[] = {
    {OP_EXP, RISING, exp, {0, INFINITY}, LINE},
    {OP_EXP2, RISING, exp2, {0, INFINITY}, LINE},
    {OP_EXP10, RISING, exp10, {0, INFINITY}, LINE},
    {OP_EXPM1, RISING, expm1, {-1, INFINITY}, LINE},
    {OP_LOG, RISING, log, LINE, {0, INFINITY}},
    {OP_LOG2, RISING, log2, LINE, {0, INFINITY}},
    {OP_LOG10, RISING, log10, LINE, {0, INFINITY}},
    {OP_LOG1P, RISING, log1p, LINE, {-1, INFINITY}},
    {OP_CBRT, RISING, cbrt, LINE, LINE},
    {OP_ASIN, RISING, asin, {-PI / 2, PI / 2}, {-1, 1}},
    {OP_ACOS, FALLING, acos, {0, PI}, {-1, 1}},
    {OP_ATAN, RISING, atan, {-PI / 2, PI / 2}, LINE},
    {OP_SINH, RISING, sinh, LINE, LINE},
    {OP_COSH, EVEN, cosh, {1, INFINITY}, LINE},
    {OP_TANH, RISING, tanh, {-1, 1}, LINE},
    {OP_ASINH, RISING, asinh, LINE, LINE},
    {OP_ACOSH, RISING, acosh, {0, INFINITY}, {1, INFINITY}},
    {OP_ATANH, RISING, atanh, LINE, {-1, 1}},
    {OP_ERF, RISING, erf, {-1, 1}, LINE},
    {OP_ERFC, FALLING, erfc, {0, 2}, LINE},
    {OP_NORMCDF, RISING, normcdf, {0, 1}, LINE},
    {OP_SIGMOID, RISING, sigmoid, {0, 1}, LINE},
    {OP_SOFTPLUS, RISING, softplus, {0, INFINITY}, LINE},
    {OP_SIN, ANYWHERE, NULL, {-1, 1}, NUMBERS},
    {OP_COS, ANYWHERE, NULL, {-1, 1}, NUMBERS},
    {OP_SINPI, ANYWHERE, NULL, {-1, 1}, NUMBERS},
    {OP_COSPI, ANYWHERE, NULL, {-1, 1}, NUMBERS},
    {OP_SINC, ANYWHERE, NULL, {-0x1.bcfp-3, 1}, LINE}, /* its minimum is -0.21723... */
};

static const Shape *shape_of(Op op)
{
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++)
        if (SHAPES[i].op == op) return &SHAPES[i];
    return NULL;
}

/* libm's double functions are right to far more than 40 bits, and never further off an end of the image. A value that overflowed may be as
   small as the largest number. */
static double outward(double y, double way)
{
    if (isinf(y)) return y * way > 0 ? y : copysign(0x1.fffffffffffffp+1023, y);
    return y + way * ldexp(fabs(y), -40);
}

static Interval image_under(const Shape *shape, Interval x)
{
    if (shape->course == ANYWHERE) return shape->image;
    if (shape->course == EVEN) x = range_absolute((Range){x, false}).in;
    double lo = shape->function(x.lo), hi = shape->function(x.hi);
    if (shape->course == FALLING) {
        const double t = lo;
        lo = hi;
        hi = t;
    }
    return (Interval){fmax(outward(lo, -1), shape->image.lo), fmin(outward(hi, 1), shape->image.hi)};
}

/* -- with errors --------------------------------------------------------------------------------------- */

/* As errors are measured: that of the number's binade. */
static double ulp(Type type, double y)
{
    const TypeInfo *const info = type_info(type);
    if (y == 0) return ldexp(1, info->emin - info->precision + 1);
    int exponent;
    frexp(y, &exponent);
    return ldexp(1, (int)fmax(exponent - 1, info->emin) - info->precision + 1);
}

/* The largest that a result can be whose right value is at most y. y + k*ulp(y) rises with y > 0. For y < 0 it falls from one binade to the
   next, where the ulp doubles: never lower than with twice the ulp of the end. Results are values of the type, so that the end moves to one, inward;
   beyond the largest there is infinity. */
static double at_most(Type type, double y, double max_ulp)
{
    if (isinf(y)) return y;
    const double largest = value_from_ordered(type, ordered_from_value(type, INFINITY) - 1);
    const double end = y + max_ulp * ulp(type, y) * (y < 0 ? 2 : 1);
    if (end > largest) return INFINITY;
    const double result = value_from_bits(type, bits_from_value(type, end));
    return result <= end ? result
                         : value_from_ordered(type, ordered_from_value(type, result) - 1);
}

Range range_of_function(Op op, Range argument, Type type, double max_ulp)
{
    const Shape *const shape = shape_of(op);
    /* Beyond that y + k*ulp(y) does not rise; in f64 the sums here are rounded themselves. */
    const double largest_error = ldexp(1, type_info(type)->precision - 4);
    if (!shape || type == TYPE_F64 || !(max_ulp <= largest_error)) return range_all();
    const Interval in = {fmax(argument.in.lo, shape->domain.lo),
                         fmin(argument.in.hi, shape->domain.hi)};
    if (!(in.lo <= in.hi)) return range_all();
    const Interval image = image_under(shape, in);
    const bool leaves_domain =
        argument.in.lo < shape->domain.lo || argument.in.hi > shape->domain.hi;
    return (Range){{-at_most(type, -image.lo, max_ulp), at_most(type, image.hi, max_ulp)},
                   argument.may_be_nan || leaves_domain};
}

/* -- results that are known ------------------------------------------------------------------------------- */

void results_add(Results *results, LLVMValueRef value, Range range)
{
    const int place = results->n++ % RESULTS_KEPT;
    results->value[place] = value;
    results->range[place] = range;
}

Range results_find(const Results *results, LLVMValueRef value)
{
    for (int i = 0; i < RESULTS_KEPT && i < results->n; i++)
        if (results->value[i] == value) return results->range[i];
    return range_all();
}
