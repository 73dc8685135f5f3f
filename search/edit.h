/* Changing the graph of a Prog: append nodes freely, let earlier nodes use later ones, then put all in
   order again. Between the first change and edit_finish the Prog is not valid. */
#ifndef APPROX_SEARCH_EDIT_H
#define APPROX_SEARCH_EDIT_H

#include "runtime/prog/prog.h"

/* All uses of `old` become uses of `new`, but not those in the nodes from `first_kept` on (the
   ones just appended). Returns what the result is now, given what it was. */
Ref edit_replace(Prog *prog, Ref old, Ref new, Ref first_kept, Ref result);

/* Sorts the nodes that `result` needs into execution order, drops the rest, simplifies. False if
   there is a cycle; the Prog is then spoilt. Inputs all stay. */
bool edit_finish(Prog *prog, Ref result);

/* The number of arguments that are nodes (none of a leaf). */
int edit_arity(const Node *node);

/* How many nodes use this one. */
int edit_n_uses(const Prog *prog, Ref ref);

#endif
