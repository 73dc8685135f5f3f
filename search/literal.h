/* The reference itself as a program: where it needs no function that a machine lacks, computing it as it is
   written, in the format or in a wider one, is a seed like any other. */
#ifndef APPROX_SEARCH_LITERAL_H
#define APPROX_SEARCH_LITERAL_H

#include "search/problem.h"

enum { LITERALS_MAX = 2 };

/* Makes the forms there are, at most LITERALS_MAX; returns how many. */
int literal_make(const Problem *problem, Prog out[LITERALS_MAX]);

#endif
