/* The compiled-in entries, by rising name. The rows are made by tools/build/pack_catalogue.c. Internal to the catalogue. */
#ifndef APPROX_CATALOGUE_ROWS_H
#define APPROX_CATALOGUE_ROWS_H

#include "runtime/base/bits.h"

#include <stdint.h>

typedef struct {
    const char *name; /* of the file, without .approx */
    const char *text; /* its content */
    uint64_t reference; /* prog_hash of what is approximated */
    Type type;
} CatalogueRow;

extern const CatalogueRow CATALOGUE_ROWS[];
extern const int CATALOGUE_COUNT;

#endif
