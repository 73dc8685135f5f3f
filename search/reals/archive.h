/* The programs an island keeps: the best of every operation count, by the error that least squares reached on the
   island's level. Plain data, but for the list of members. */
#ifndef APPROX_SEARCH_REALS_ARCHIVE_H
#define APPROX_SEARCH_REALS_ARCHIVE_H

#include "search/reals/dag.h"

enum {
    SHELVES = 33,       /* one per unit of cost; what costs more is not kept */
    SHELF_MAX = 48,     /* members of one */
    SEEN_MAX = 1 << 15, /* fingerprints remembered, a power of two */
};

typedef struct {
    Dag dag;
    uint64_t fingerprint;
    double error; /* root mean square of the weighted residuals, at the constants that dag has */
    double sent_error; /* with which it was last sent to be polished; inf if never */
    uint32_t n_starts; /* from random constants */
    char origin[16];   /* "seed", a change, ... */
} Member;

typedef struct {
    int n;
    Member *member[SHELF_MAX]; /* by rising error */
} Shelf;

typedef struct {
    Shelf shelf[SHELVES];
    uint64_t seen
        [SEEN_MAX]; /* of structures that were fitted, each in the place its low bits say; 0: none */
} Archive;

void archive_init(Archive *archive);
void archive_release(Archive *archive);

/* Was this structure fitted lately? */
bool archive_has_seen(const Archive *archive, uint64_t fingerprint);
void archive_note_seen(Archive *archive, uint64_t fingerprint);

/* Takes a copy in, or lets it improve the member with the same fingerprint, if it is good enough for its shelf. The
   same error as another to 1e-4 counts as the same program written in another way: two of those at
   most. True if it came in or improved. */
bool archive_add(Archive *archive, const Member *member, double cost);

/* What an error has to be below to come in at this cost; 0: any will do. */
double archive_bar(const Archive *archive, double cost);

/* The member with this fingerprint, or NULL. */
Member *archive_find(const Archive *archive, uint64_t fingerprint, double cost);

/* The shelf for a cost, or -1. */
int archive_shelf(double cost);

#endif
