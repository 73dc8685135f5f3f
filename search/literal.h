/* The reference itself as a program: where it needs no function that a machine lacks, computing it as it is
   written, in the format or in a wider one, is a seed like any other. */
#ifndef APPROX_SEARCH_LITERAL_H
#define APPROX_SEARCH_LITERAL_H

#include "search/problem.h"

enum { LITERALS_MAX = 2 };

/* Can node i of a reference be written without LiteralFunction? Few powers can. */
bool literal_has(const Prog *reference, int i);

/* Writes a function that a machine lacks: node `node` of the reference, of `argument`, a node of `out`. */
typedef bool LiteralFunction(void *context, int node, Prog *out, Ref argument, Ref *result);

/* The reference computed in `type`, its functions by `function` (NULL: false if there are any), and rounded to the goal's
   type. False if there is no room, or an operator that neither has. */
bool literal_write(const Problem *problem, Type type, LiteralFunction *function, void *context,
                   Prog *out);

/* Makes the forms there are, at most LITERALS_MAX; returns how many. */
int literal_make(const Problem *problem, Prog out[LITERALS_MAX]);

#endif
