/* An Enumeration is every structure of n operations over some operators, once: canonical, no two that are the same but for
   signs of constants, none that fewer operations can do, and none in which a constant can be traded for others (the same functions with fewer
   constants are then among the smaller structures). Of all structures, or of those that are odd, or even,
   functions of x whatever their constants are. Read-only once made; the same on every machine. */
#ifndef APPROX_SEARCH_REALS_ENUMERATE_H
#define APPROX_SEARCH_REALS_ENUMERATE_H

#include "search/reals/dag.h"

enum { ENUMERATE_OPS_MAX = 8 };

typedef enum { PARITY_EVEN, PARITY_ODD, PARITY_ANY } Parity;

typedef struct Enumeration Enumeration;

/* Stops once it has `limit` structures; what there is then is no fair sample. */
Enumeration *enumeration_new(const DagOps *ops, Parity parity, int n_ops, uint32_t limit);
void enumeration_free(Enumeration *enumeration);

uint32_t enumeration_count(const Enumeration *enumeration);
bool enumeration_is_complete(const Enumeration *enumeration);
/* Constants are all 1. */
void enumeration_get(const Enumeration *enumeration, uint32_t index, Dag *out);

/* Is it -g, but for signs of constants, of a g before it? Of no use where what is done with it takes any sign. */
bool enumeration_is_negative(const Enumeration *enumeration, uint32_t index);

const char *parity_name(Parity parity);

/* Can a constant be traded for others, or has x no effect? Told by the rank of the derivatives at points and constants
   without meaning; false if nothing finite is found to tell by. */
bool dag_is_redundant(const Dag *dag);

#endif
