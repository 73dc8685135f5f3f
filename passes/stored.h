/* Programs of the catalogue and, beside it, of the user's store, for the passes: which of them serves a Goal. Where the store is, the words say
   (policy.h); it is opened when first needed. What is wrong with it becomes one warning, and the catalogue serves. Only programs that the
   judge has seen count. */
#ifndef APPROX_PASSES_STORED_H
#define APPROX_PASSES_STORED_H

#include "runtime/catalogue/lookup.h"

#include <llvm-c/Core.h>

typedef struct {
    LLVMModuleRef module; /* whose compilation gets the warning */
    const char *path;     /* of the store; "": it is left out */
    Store *store;
    LookupMemory rows; /* of the store */
    bool is_tried, has_warned;
    Known **read; /* what was answered: reading an entry takes longer than all else */
    int n_read;
    char **text; /* those that were given out */
    int n_texts;
} Stored;

void stored_release(Stored *stored);

/* The cheapest program for the goal's target, which lives until stored_release; NULL: there is none. */
const Known *stored_find(Stored *stored, const Goal *goal);
/* All of a program of the store as text; lives until stored_release. */
const char *stored_text(Stored *stored, const Known *known);

#endif
