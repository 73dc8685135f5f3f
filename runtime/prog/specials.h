/* Special values, and which of them a Goal leaves out: what is excluded is not judged and need not be right.
   An input is left out if one of its arguments or the right result there, rounded to the type, is
   of an excluded class. In words, as options and files have it: "full" (nothing is excluded), "finite"
   (no-nans,no-infinities), "none" (all four), or a list of no-nans, no-infinities, no-zeros, no-denormals. */
#ifndef APPROX_PROG_SPECIALS_H
#define APPROX_PROG_SPECIALS_H

#include "runtime/base/bits.h"
#include "runtime/base/err.h"
#include "runtime/base/text.h"

#include <stdbool.h>

/* Classes of values, as bits of a set. */
enum { SPECIAL_NANS = 1, SPECIAL_INFINITIES = 2, SPECIAL_ZEROS = 4, SPECIAL_DENORMALS = 8 };

/* The class of a value of a float type; 0 for normal numbers. */
unsigned special_class(Type type, double value);

/* Are arguments x[0..n) or the right result of an excluded class? */
bool specials_exclude(unsigned excluded, Type type, const double *x, int n, double result);

Status specials_parse(unsigned *excluded, const char *text, Err *err);
void specials_print(Text *out, unsigned excluded);

#endif
