/* What the oracle's tests share: small references, inputs, and a second way to the right
   answer. */
#ifndef APPROX_TESTS_ORACLE_SUPPORT_H
#define APPROX_TESTS_ORACLE_SUPPORT_H

#include "runtime/base/rng.h"
#include "runtime/oracle/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <mpfr.h>
#include <stdio.h>

/* op(x), op(x, y), op(x, y, z) as a reference; jn has the order 3. */
static inline Prog reference_of(Op op)
{
    static const char *const names[] = {"x", "y", "z"};
    Prog prog;
    prog_init(&prog);
    Ref args[OP_ARITY_MAX] = {0};
    const int arity = op_info(op)->arity;
    if (op == OP_JN) {
        args[1] = prog_add_input(&prog, TYPE_REAL, "x");
        args[0] = prog_add_const(&prog, TYPE_REAL, 3);
    } else {
        for (int i = 0; i < arity; i++) args[i] = prog_add_input(&prog, TYPE_REAL, names[i]);
    }
    prog_add(&prog, op, args[0], args[1], args[2]);
    return prog;
}

/* The value of the reference at x, which must be decided. */
static inline double rounded(Oracle *oracle, const double *x, Type type)
{
    Err err = {0};
    uint64_t bits = 0;
    const Status status = oracle_round(oracle, x, type, &bits, NULL, &err);
    if (status != OK) fail_msg("%s", err.text);
    return value_from_bits(type, bits);
}

static inline bool is_same_value(double a, double b)
{
    return (isnan(a) && isnan(b)) || bits_of_double(a) == bits_of_double(b);
}

/* x rounded once to `type`, the way of MPFR's manual: the exponent range of the type,
   precision of the type, then mpfr_subnormalize. `compute` gets the target. */
typedef int Compute(mpfr_ptr r, const double *x, const void *context);
static inline double round_by_manual(Type type, Compute *compute, const double *x,
                                     const void *context)
{
    const TypeInfo *t = type_info(type);
    const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
    mpfr_t r;
    mpfr_init2(r, t->precision);
    mpfr_set_emin(t->emin - t->precision + 2);
    mpfr_set_emax(t->emax + 1);
    int ternary = compute(r, x, context);
    ternary = mpfr_check_range(r, ternary, MPFR_RNDN);
    mpfr_subnormalize(r, ternary, MPFR_RNDN);
    const double value = mpfr_get_d(r, MPFR_RNDN);
    mpfr_clear(r);
    mpfr_set_emin(emin);
    mpfr_set_emax(emax);
    return value;
}

static const Type FLOAT_TYPES[] = {TYPE_F16, TYPE_BF16, TYPE_F32, TYPE_F64};
enum { N_FLOAT_TYPES = 4 };

/* A value of `type` for test number i: specials first, then uniform over the bit patterns,
   and every other one in a range where functions have something to show. */
static inline double test_input(Rng *rng, Type type, int i)
{
    const TypeInfo *t = type_info(type);
    const double least = ldexp(1, t->emin - t->precision + 1), normal = ldexp(1, t->emin);
    const double greatest = value_from_ordered(type, ordered_from_value(type, INFINITY) - 1);
    const double specials[] = {0.0,     -0.0, INFINITY, -INFINITY, NAN,      least,     -least,
                               1,       -1,   0.5,      -0.5,      2,        -2,        3,
                               -3,      4,    10,       100,       greatest, -greatest, normal,
                               -normal, 0.25, 0.75,     1.5,       -1.5,     8,         0.125};
    const int n = sizeof specials / sizeof *specials;
    if (i < n) return value_from_bits(type, bits_from_value(type, specials[i]));
    if (i % 2) {
        const int64_t first = ordered_from_value(type, -INFINITY);
        const int64_t last = ordered_from_value(type, INFINITY);
        const uint64_t count = (uint64_t)last - (uint64_t)first;
        return value_from_ordered(type, (int64_t)((uint64_t)first + rng_below(rng, count)));
    }
    const double scale = ldexp(1, (int)rng_below(rng, 12) - 5);
    return value_from_bits(type, bits_from_value(type, (2 * rng_unit(rng) - 1) * scale));
}

#endif
