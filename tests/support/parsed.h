/* Goals and Progs from text, for tests; a text that cannot be read ends the test program with the reason. */
#ifndef APPROX_TESTS_SUPPORT_PARSED_H
#define APPROX_TESTS_SUPPORT_PARSED_H

#include "frontend/spec.h"

/* A program as `prog_print` writes it. */
Prog parsed_prog(const char *text);
/* An expression over the reals; its variables are the first of x, y and z. */
Prog parsed_expression(const char *text, int n_variables);
/* The same as the reference of a goal, every variable in [lo, hi], or any value where these are NaN. */
Goal parsed_goal(const char *expression, int n_variables, Type type, Bound bound, double lo,
                 double hi);
/* As the command line states it; n_domains may be left 0 for one domain. The target, unless it says one, is the same
   on every machine. Yours to free(). */
Goal *parsed_spec(SpecText spec);

#endif
