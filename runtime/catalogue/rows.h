/* The compiled-in entries, by rising name. The rows are made by tools/build/pack_catalogue.c. Internal to the catalogue. */
#ifndef APPROX_CATALOGUE_ROWS_H
#define APPROX_CATALOGUE_ROWS_H

#include "runtime/prog/goal.h"

#include <stdint.h>

enum {
#define TARGET(...) +1
    ROW_TARGETS = 0
#include "runtime/emit/targets.def"
#undef TARGET
};

typedef struct {
    const char *name; /* of the file, without .approx */
    const char *text; /* its content */
    uint64_t reference; /* prog_hash of what is approximated */
    Type type;
    int target; /* that it was made for: its row of targets.def; -1: none of these */
    /* What tells without reading the text whether it may serve a Goal, and at which cost. */
    Domain domain;
    double error[3]; /* claimed, by BoundKind */
    double throughput[ROW_TARGETS]; /* cycles by the table of costs, in the order of targets.def; inf: the target lacks an operator */
} CatalogueRow;

extern const CatalogueRow CATALOGUE_ROWS[];
extern const int CATALOGUE_COUNT;

#endif
