/* The names of functions in the languages that users write: infix expressions, C
   and FPCore. One table (functions.c) has every name but the operators' own, which
   are those of the text form (ops.def). */
#ifndef APPROX_FRONTEND_FUNCTIONS_H
#define APPROX_FRONTEND_FUNCTIONS_H

#include "runtime/prog/prog.h"

/* Finds a function that may be called in an infix expression; false if there is none. */
bool function_from_infix(const char *name, Op *out);

/* Finds the operator of an FPCore name ("fabs", "tgamma", "nearbyint", and the names of
   functions that FPCore has not, as in ops.def); false if there is none. fmin and
   fmax are not among them: FPCore's drop NaNs, ours do not. */
bool function_from_fpcore(const char *name, Op *out);

/* The FPCore name of an operator; NULL if FPCore has no such operator. */
const char *function_fpcore_name(Op op);

/* Finds a name that stands alone, "expf", "tgamma", "sigmoid": the operator, and the type that C
   gives a function of this name: f32 with the suffix f, else f64. False if there is none. */
bool function_from_c(const char *name, Op *out, Type *type);

/* The known name nearest to `name`, or NULL. */
const char *function_nearest(const char *name);

/* Every name that function_from_c knows without its suffix, in the order of ops.def and then
   functions.c; NULL behind the last. For --print-functions. */
const char *function_name(int index);

/* Where the function of one variable has values, in words: "x > 0"; NULL: everywhere. */
const char *function_domain(Op op);

#endif
