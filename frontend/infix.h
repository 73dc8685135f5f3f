/* Infix expressions, the way users write functions:

       log(1+exp(x))      0.5*x*(1+erf(x/sqrt(2)))      x < 0 ? -x : x^3
       t = exp(-x); (1 - t)/(1 + t)

   From weakest to strongest: `name = expression ;` in front of the result, ?:, ||, &&,
   < <= > >= == !=, + -, * /, unary - and !, ^ or ** (power, from the right). Numbers are decimal or hex
   floats and mean exactly what they say; constants are pi, e, ln2, inf and nan. Functions
   are those of ops.def that a reference may contain, and the aliases of functions.c.
   The result is a Prog over the reals. */
#ifndef APPROX_FRONTEND_INFIX_H
#define APPROX_FRONTEND_INFIX_H

#include "runtime/prog/prog.h"

enum { INFIX_DEPTH_MAX = 600 }; /* levels of nesting; a program has at most PROG_MAX nodes */

/* Parses `text`. `variables` names the inputs; if it is NULL, the free names in order of
   first appearance are the inputs (there may be none). A number, not a comparison, is the
   result. Errors point at line and column. ERR_LIMIT for what does not fit into a Prog. */
Status infix_parse(Prog *out, const char *text, const char *const *variables, int n_variables,
                   Err *err);

/* Appends the Prog as infix with no more parentheses than needed; what is used more than once and
   is long to write gets a name in front. For every reference, infix_parse of the result
   computes the same. Machine operators that infix lacks are written as calls, which
   it does not read. */
void infix_print(Text *out, const Prog *prog);

#endif
