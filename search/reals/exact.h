/* Programs over the reals that are the function: polynomials, quotients, roots, constants. The fit comes near to them
   only; here the last step is taken. */
#ifndef APPROX_SEARCH_REALS_EXACT_H
#define APPROX_SEARCH_REALS_EXACT_H

#include "search/problem.h"

/* The reference as it is written, constants evaluated (to 38 digits where they do not end), whole and half powers as products and
   roots. False if that takes other operators than the goal allows. */
bool exact_reference(const Problem *problem, Prog *out);

/* The largest error of a program at some points of the domain, in the measure of the bound, as far as 1e-60. */
double exact_error(const Goal *goal, const Prog *prog);

/* Moves the constants of a program with a tiny error to simple numbers near them (decimals and dyadic fractions of
   few digits). True, and prog changed, if it then is the function as far as errors at points of the domain tell: below
   1e-50. Worth trying from EXACT_WORTH on. */
bool exact_snap(const Goal *goal, Prog *prog);

#define EXACT_WORTH 1e-20 /* an error in the measure of the bound */

#endif
