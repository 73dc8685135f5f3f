/* Writing arithmetic into a Prog in one type, for a target with or without fma. */
#ifndef APPROX_SEARCH_BUILDER_H
#define APPROX_SEARCH_BUILDER_H

#include "runtime/prog/prog.h"
#include "search/minimax.h"

/* How a polynomial is evaluated. */
typedef enum {
    SCHEME_HORNER, /* fewest operations */
    SCHEME_SPLIT,  /* even and odd part side by side: half the latency */
    SCHEME_ESTRIN, /* pairs, pairs of pairs, ...: least latency */
    SCHEME_COUNT,
} Scheme;

typedef struct {
    Prog *prog;
    Type type;
    bool has_fma, has_scaling; /* scaling: scalef and its like */
    Scheme scheme;             /* of polynomials that a frame brings with it */
    bool shares_constants; /* one node for equal constants, for programs that would be too long */
} Builder;

/* A value carried as a sum of two, |lo| small against |hi|. */
typedef struct {
    Ref hi, lo;
} RefPair;

/* x to the power k >= 0. */
Quad quad_power(Quad x, int k);
/* The nearest value of a float type (for real: the nearest double), rounded once. */
double quad_round(Quad x, Type type);
/* The power of two nearest to x, with its sign; x is not 0. */
double power_of_two_near(double x);

Ref build_constant(Builder *b, Quad value);
Ref build_add(Builder *b, Ref x, Ref y);
Ref build_sub(Builder *b, Ref x, Ref y);
Ref build_mul(Builder *b, Ref x, Ref y);
Ref build_div(Builder *b, Ref x, Ref y);
/* x*x; the product itself if it is there already. */
Ref build_square(Builder *b, Ref x);
/* x*y + z, by fma or by two operations; by one where x or y is the constant 1 or -1. */
Ref build_fma(Builder *b, Ref x, Ref y, Ref z);
/* x + y; where y is a product it is not rounded, with fma. */
Ref build_add_fused(Builder *b, Ref x, Ref y);
/* hi + lo, lo being hi where there is none; and with a small z added first. Products are not rounded, with fma. */
Ref build_pair_value(Builder *b, RefPair y);
Ref build_pair_sum(Builder *b, RefPair y, Ref z);
/* To the type of the builder; `x` itself if it has it. */
Ref build_convert(Builder *b, Ref x, Type type);
/* min(limit, x), max(limit, x): NaN passes, since min and max give the second of a pair with NaN. */
Ref build_at_most(Builder *b, Ref x, double limit);
Ref build_at_least(Builder *b, Ref x, double limit);

/* y, its sign changed where x has one: for odd functions of |x|. */
Ref build_sign_of(Builder *b, Ref x, Ref y);

/* The exact product and sum as pairs (Dekker, Knuth); the sum in three operations if |x| >= |y|
   (or x = 0) is known. */
RefPair build_exact_mul(Builder *b, Ref x, Ref y);
RefPair build_exact_sum(Builder *b, Ref x, Ref y, bool is_ordered);

const char *scheme_name(Scheme scheme);

/* p[0] + p[1]*t + ... + p[n-1]*t^(n-1), n > 0. */
Ref build_polynomial(Builder *b, const Quad *p, int n, Ref t, Scheme scheme);

/* The same by Horner with the last `levels` steps carried in pairs, t = t.hi + t.lo (t.lo ignored if it is t.hi). */
RefPair build_compensated(Builder *b, const Quad *p, int n, RefPair t, int levels, bool is_ordered);

#endif
