/* The user's store: programs that were found or added on this machine, kept beside the compiled-in catalogue in an SQLite file.

   A row is an Entry that has a Report, and its key is what was asked, for which processor, by which LLVM: (goal, processor that
   it was timed on, features of the target, LLVM version). Under one key there is one row: of two programs the cheaper one stays,
   whichever came first, so that stores can be merged in any order.

   Several processes may read and write at once: each call that writes is one transaction, and what it reported as
   done is there after a kill. A row carries a digest: damage to it is found when it is read, and told. The file must
   be on a local disk (SQLite's write-ahead log shares memory between processes).

   A Store belongs to one thread at a time. */
#ifndef APPROX_CATALOGUE_STORE_H
#define APPROX_CATALOGUE_STORE_H

#include "runtime/catalogue/entry.h"

typedef struct Store Store;
typedef enum { STORE_READ, STORE_WRITE } StoreAccess;

enum { STORE_ID_MAX = 17, STORE_LLVM_MAX = 24 };

typedef struct {
    char id[STORE_ID_MAX];     /* of the key: 16 hex digits; store_put fills it in */
    char llvm[STORE_LLVM_MAX]; /* the version that the program was chosen with */
    double budget; /* seconds that the search had which found it; inf: no search, it was brought */
    bool is_judged; /* by verify, when it came in; false: its claim was trusted */
    Entry entry;
} StoreRow;

/* $XDG_CACHE_HOME/approxcc/store.db, appended. */
Status store_path(Text *out, Err *err);

/* To be written, the file and its folders are made where they are missing. To be read, a store that is not there is no error
   but empty: *out is NULL, which store_begin and store_close take. A file that is something else, damaged, not
   to be read or (to be written) not to be written is ERR_SYSTEM. */
Status store_open(Store **out, const char *path, StoreAccess access, Err *err);
void store_close(Store *store);
const char *store_file(const Store *store);

/* -- read */

/* Begins to walk the rows, by type, name and id: those for the function and type of `goal`, whatever its domain, bound and
   target, or all (NULL). */
Status store_begin(Store *store, const Goal *goal, Err *err);
/* The next of them; *is_there tells whether there was one. ERR_INPUT: this row is damaged (its id is filled in); the walk can go on behind it. */
Status store_next(Store *store, StoreRow *row, bool *is_there, Err *err);
/* Needed only where the walk ends early. */
void store_end(Store *store);

/* The row of an id. ERR_INPUT: it is there and damaged. */
Status store_find(Store *store, const char *id, StoreRow *row, bool *is_there, Err *err);
/* Fills in the id that a row has by what it holds. */
void store_name(StoreRow *row);

/* -- change */

typedef enum { STORE_ADDED, STORE_REPLACED, STORE_KEPT /* what was there costs no more */ } StoreChange;

/* ERR_INPUT for an entry without Report, or whose Report does not meet its own bound. */
Status store_put(Store *store, StoreRow *row, StoreChange *change, Err *err);
Status store_remove(Store *store, const char *id, bool *was_there, Err *err);

#endif
