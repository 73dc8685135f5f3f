/* The catalogue that comes with approxcc: programs for named functions whose claims were checked on every float. Each is a file
   entries/NAME.approx, compiled in; docs/catalogue.md tells how one comes to be. */
#ifndef APPROX_CATALOGUE_CATALOGUE_H
#define APPROX_CATALOGUE_CATALOGUE_H

#include "runtime/catalogue/entry.h"

struct CostModel; /* runtime/measure/cost.h */

int catalogue_count(void);
/* By number, in the order of the names. */
const char *catalogue_name(int index);
Status catalogue_load(Entry *out, int index, Err *err);
/* The number of an entry by its name; -1: there is none. */
int catalogue_index(const char *name);

/* How near to the Goal an entry has to be. */
typedef enum {
    SERVES_AS_ASKED, /* for the same inputs and the same kind of cost: a search would be for the same thing */
    SERVES,          /* right wherever the Goal asks; something cheaper may exist for what is asked */
} Serves;

/* Does the entry's claim cover the Goal: the same function and type, every input of the domain, the bound, the special values,
   operators that the target has? Says nothing of cost but for SERVES_AS_ASKED. */
bool entry_serves(const Entry *entry, const Goal *goal, Serves how);

/* Costs by a model that differ by less than so many times say little of which is the faster. */
#define CATALOGUE_NEAR_TIE 1.125

/* What its program costs by `model` (NULL: by the table) where the Goal is for. A time that was not found for the Goal's own target
   counts an eighth more: between programs as near as that by a model, of which operators are known and not how they go
   together, the one that a search took by the clock there is the likelier. */
double entry_cost_for(const Entry *entry, const Goal *goal, const struct CostModel *model);

/* The first entry from number `index` on that is for the Goal's function and type, whatever its domain, bound and target; -1: none. */
int catalogue_next(Entry *out, const Goal *goal, int index);

/* Is there any for the Goal's function and type? */
bool catalogue_has(const Goal *goal);
/* The number of the entry that catalogue_find by the table looks at first, and nearly always finds; -1: there is none. Reads none. */
int catalogue_first(const Goal *goal, Serves how);

/* The number of the entry that serves the Goal at the least cost by `model` (NULL: by the table for the Goal's target), which is put
   into *out; -1: none does. */
int catalogue_find(Entry *out, const Goal *goal, Serves how, const struct CostModel *model);

#endif
