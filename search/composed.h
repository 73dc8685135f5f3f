/* The reference computed as it is written, in a type wider than the goal's, each function that a machine lacks by a program of
   its own: so whatever is made of known functions has an answer, if no frame fits the whole. A function's program is fitted on
   the values that its argument takes, so much closer than the bound that what follows cannot spoil it; arguments beyond
   are held at the ends, or give NaN or infinity as the function does. Where sums cancel about x = 0 a polynomial takes the
   place of all. */
#ifndef APPROX_SEARCH_COMPOSED_H
#define APPROX_SEARCH_COMPOSED_H

#include "search/seeds.h"

/* Does the Goal's reference have functions within other operations, and its type a wider one? */
bool composed_applies(const Problem *problem);

/* Makes the program; false if a part cannot be found before the deadline. Deterministic. */
bool composed_make(const Problem *problem, Rng *rng, const Deadline *deadline, Prog *out);

#endif
