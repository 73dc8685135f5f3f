/* The oracle: correctly rounded values of any reference expression.

   The whole expression is enclosed by interval arithmetic with directed rounding
   at rising precision until the answer is decided (Ziv's loop), so cancellation
   inside a composed expression costs precision, never correctness. Exact cases
   end; what cannot be decided at ORACLE_BITS_MAX bits is ERR_UNDECIDED naming
   the input; an input outside the reference's domain is a NaN value, not an error.

   An Oracle owns its scratch variables: one per thread. */
#ifndef APPROX_ORACLE_ORACLE_H
#define APPROX_ORACLE_ORACLE_H

#include "runtime/prog/goal.h"
#include "runtime/prog/prog.h"

enum { ORACLE_BITS_MAX = 4096 };

typedef struct Oracle Oracle;

/* `reference` (real, any number of inputs; copied) with its limits at removable
   points (`exact`, may be NULL; one-variable references only). */
Oracle *oracle_new(const Prog *reference, const ExactPoint *exact, int n_exact);
void oracle_free(Oracle *oracle);

/* The value at x (doubles, exact inputs) correctly rounded to `type` (a float
   type), as bits: one rounding to nearest even, also to subnormals and to
   infinity. Signed zeros, infinities and NaN inputs follow C Annex F, operator by
   operator, where limits of compound functions are theirs; a domain error is NaN.
   *is_exact (may be NULL) says that no rounding was needed, as far as that can be proven. */
Status oracle_round(Oracle *oracle, const double *x, Type type, uint64_t *bits, bool *is_exact,
                    Err *err);

/* The error of `got` (a value of `type`, or for real any double-double hi + lo) at
   x, each measure correct to 1e-6 of itself (errors below 2^-100 ulp, or 1e-60 of f for
   real, need not be told from 0):
   ulp: |got - f(x)| / ulp_of(type, f(x)) (0 for real), rel: / |f(x)|, abs.
   got and f(x) both NaN, or the same infinity: 0. One NaN, or an infinity where f(x) does not
   round to it: inf. got = +-inf where f(x) rounds to it is 0 too, got = the largest float
   where f(x) rounds to inf is measured in the top binade's ulp. f(x) = 0: rel is 0 if got is
   0, else inf. An f(x) below 2^-100 of the type's least value that cannot be told from 0
   counts as other than 0: rel is 1 if got is 0. |f(x)| that no precision tells from a power of
   two is measured in the smaller ulp. */
typedef struct {
    double ulp, rel, abs;
} ErrorAt;
Status oracle_error(Oracle *oracle, const double *x, Type type, double got_hi, double got_lo,
                    ErrorAt *error, Err *err);

/* f(x) as a double-double within 2^-100 relative (2^-1080 absolute): *hi is f(x)
   rounded to nearest, |*lo| <= ulp(*hi)/2. NaN outside the domain; +-inf, 0 beyond the doubles. */
Status oracle_double_double(Oracle *oracle, const double *x, double *hi, double *lo, Err *err);

/* The same for a double-double x, one variable. */
Status oracle_double_double_at(Oracle *oracle, double x_hi, double x_lo, double *hi, double *lo,
                               Err *err);

/* f(x) as a decimal with `digits` significant digits (at most 1000), correctly rounded.
   The inputs are Reals here, so that x = 0.1 means one tenth. */
Status oracle_print(Oracle *oracle, const Real *x, int digits, Text *out, Err *err);

/* A rigorous enclosure of f over a box of doubles: lo[i] <= x[i] <= hi[i]. Infinite
   ends where nothing better is known, both of them if f may be NaN somewhere in the box;
   NaN if it is NaN everywhere in it. *is_smooth (may be NULL): f is analytic on the whole box
   (no pole, no kink of abs, min, max, select, rounding; no branch point inside). */
Status oracle_enclose(Oracle *oracle, const double *lo, const double *hi, double *f_lo,
                      double *f_hi, bool *is_smooth, Err *err);

/* The same where only the multiples of 2^grid in the box are meant, as large floats are: narrower for functions of integer period
   or with poles at integers, where their arguments are even integers then. Not smooth where what holds at those points
   does not hold between them. */
Status oracle_enclose_multiples(Oracle *oracle, const double *lo, const double *hi, int grid,
                                double *f_lo, double *f_hi, bool *is_smooth, Err *err);

/* The value of a Prog without inputs (a domain bound such as pi/4) rounded down and up
   to doubles; equal if exact. */
Status oracle_constant(const Prog *constant, double *down, double *up, Err *err);

#endif
