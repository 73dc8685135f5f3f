/* The store as an SQLite file: opening it, statements, transactions, and what goes wrong with files in words. Internal to the store. */
#ifndef APPROX_CATALOGUE_STORE_FILE_H
#define APPROX_CATALOGUE_STORE_FILE_H

#include "runtime/catalogue/sqlite_door.h"
#include "runtime/catalogue/store.h"

struct Store {
    const Sqlite *sqlite;
    sqlite3 *file;
    sqlite3_stmt *statement; /* the one at work, or NULL */
    char *path;
};

/* One statement at a time. A prepared one is to be ended, whatever comes of it; where a step fails or ends it that has been done. */
Status statement_prepare(Store *store, const char *sql, Err *err);
void statement_bind(Store *store, int parameter, const char *text); /* copied */
Status statement_step(Store *store, bool *is_row, Err *err);
/* Steps to the end, and ends it. */
Status statement_finish(Store *store, Err *err);
void statement_end(Store *store);
const char *statement_text(Store *store, int column);

/* Begins to write, after any other process that does. */
Status store_transaction(Store *store, Err *err);
/* Ends it: for good if `status` is OK, else as if nothing had been. Returns `status`, or what the end met. */
Status store_commit(Store *store, Status status, Err *err);

#endif
