/* Exact evaluation of answers over the reals: what a `real` Prog (+ - * / fma neg abs sqrt
   min max, compare, select) computes, to more digits than its constants have. For the
   judge of --type real and for the last steps of the fit. One per thread. */
#ifndef APPROX_ORACLE_ORACLE_PROG_H
#define APPROX_ORACLE_ORACLE_PROG_H

#include "runtime/oracle/oracle.h"

/* The signed errors of a real `prog` against the oracle's function at x (doubles):
   prog(x)/f(x) - 1 and prog(x) - f(x), each correct to 1e-9 of itself or to 1e-60 of
   1 (rel) or of f (abs), whichever is larger. Division by an exact zero follows the extended
   reals (c/0 = inf, c/inf = 0), as IEEE does; a result that is not finite gives inf. */
Status oracle_prog_error(Oracle *oracle, const Prog *prog, const double *x, double *rel,
                         double *abs, Err *err);

/* Does a real `prog` of one variable divide by exactly 0 at x? Where it has a finite limit there all the same, that is a
   removable pole. */
bool oracle_prog_divides_by_zero(const Prog *prog, double x);

#endif
