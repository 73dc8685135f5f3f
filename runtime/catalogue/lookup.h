/* What is known for a Goal: in the compiled-in catalogue or in the user's store (NULL: there is none). */
#ifndef APPROX_CATALOGUE_LOOKUP_H
#define APPROX_CATALOGUE_LOOKUP_H

#include "runtime/catalogue/catalogue.h"
#include "runtime/catalogue/store.h"

/* The rows of a store that were read: those for a function and type, each once. {0} to begin with. */
typedef struct {
    uint64_t reference; /* prog_hash of the function */
    Type type;
    StoreRow **row;
    int n;
} LookupRows;
typedef struct {
    LookupRows *part;
    int n;
} LookupMemory;
void lookup_memory_release(LookupMemory *memory);
/* Reads the rows for the goal's function and type, unless they are in the memory; returns how many there are. *status is as what lookup_find
   returns, OK if they were there. */
int lookup_remember(LookupMemory *memory, Store *store, const Goal *goal, Status *status, Err *err);

typedef struct {
    Serves how;
    const struct CostModel *model; /* NULL: the table for the goal's target */
    bool is_judged; /* only what the judge passed, here or when the catalogue was made */
    double budget; /* as asked, a row of the store answers only if its search had as many seconds */
    bool is_judged_only;  /* rows whose claim somebody trusted do not answer */
    LookupMemory *memory; /* of this store; NULL: it is read */
} LookupOptions;

typedef struct {
    Entry entry;
    bool is_stored; /* in the store, else compiled in */
    bool is_judged; /* by the judge; false: a claim that somebody trusted */
    char name[96];  /* of the compiled-in entry, or the row's id */
} Known;

/* Puts the cheapest program that serves the Goal into *out and tells whether there is one. What it returns is
   about the store only (the first fault that was met there): *is_found holds all the same, for all that could be read. */
Status lookup_find(Known *out, bool *is_found, Store *store, const Goal *goal,
                   const LookupOptions *options, Err *err);

/* Calls `take` with every program for the Goal's function and type, whatever its domain, bound and target. Returns as lookup_find does. */
Status lookup_each(Store *store, const Goal *goal, void (*take)(void *context, const Entry *entry),
                   void *context, Err *err);

/* Puts what is known of a program into an entry: the program, the claim, how it came to be, and its times if they are for the
   asked target. The goal stays as it was asked. */
void lookup_take(Entry *entry, const Entry *known);

#endif
