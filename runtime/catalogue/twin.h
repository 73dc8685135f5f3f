/* A function that the catalogue knows by another expression: 1/exp(-x) for exp(x). */
#ifndef APPROX_CATALOGUE_TWIN_H
#define APPROX_CATALOGUE_TWIN_H

#include "runtime/prog/goal.h"

/* The reference of an entry of the goal's type that is another program than the goal's, but has the same values as far as can be
   seen: at many inputs of the domain to some 100 bits. That is a likeness and no proof; who uses the entry has its program judged
   against the goal's own reference. False: none has, or the goal has several variables or exact points. */
bool catalogue_twin(Prog *reference, const Goal *goal);

#endif
