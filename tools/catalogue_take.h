/* What comes into the user's store: judged first, unless it is to be trusted. Lines on standard output tell what became of each program. */
#ifndef APPROX_TOOLS_CATALOGUE_TAKE_H
#define APPROX_TOOLS_CATALOGUE_TAKE_H

#include "tools/options.h"

typedef struct {
    const char *store_file; /* NULL: the user's own */
    Words words;            /* behind the verb */
    bool is_met[WORDS_MAX]; /* of the words that name something: it was found */
    Words outputs;
    uint64_t threads;
    bool is_trusting;
    const char *file; /* what an error is in, for say_error; or NULL */
} CatalogueArguments;

/* Programs of files, or of the catalogue by name. */
Status take_add(CatalogueArguments *a, Err *err);
/* Rows as text. A file with a fault is not taken at all. */
Status take_import(CatalogueArguments *a, Err *err);
/* Rows of other stores. */
Status take_merge(CatalogueArguments *a, Err *err);

#endif
