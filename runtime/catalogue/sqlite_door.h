/* The door to SQLite: the library is loaded when a store is first opened, so that what needs none starts without it, and a
   machine that lacks it has the compiled-in catalogue all the same. Internal to the catalogue. */
#ifndef APPROX_CATALOGUE_SQLITE_DOOR_H
#define APPROX_CATALOGUE_SQLITE_DOOR_H

#include "runtime/base/err.h"

#include <sqlite3.h>

#define SQLITE_FUNCTIONS(_)                                                                          \
    _(open_v2) _(close_v2) _(errmsg) _(extended_errcode) _(system_errno) _(busy_timeout) _(exec)     \
    _(prepare_v2) _(step) _(reset) _(finalize) _(bind_text) _(bind_int64) _(bind_double)             \
    _(column_text) _(column_bytes) _(column_int64) _(column_double) _(db_readonly)

typedef struct {
#define MEMBER(name) __typeof__(&sqlite3_##name) name;
    SQLITE_FUNCTIONS(MEMBER)
#undef MEMBER
} Sqlite;

/* The library's functions, by their names without sqlite3_; loaded once in a process. Safe from several threads. */
Status sqlite_load(const Sqlite **out, Err *err);

#endif
