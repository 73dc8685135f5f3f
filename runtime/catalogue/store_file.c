#include "runtime/catalogue/store_file.h"

#include "runtime/base/user_cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
    APPLICATION = 0x41707278, /* "Aprx": an SQLite file that is a store of ours */
    LAYOUT = 1,               /* of its table, and of goal_key */
    PATIENCE_MS = 20000,      /* that another process may write */
};

static const char TABLE[] = "CREATE TABLE row ("
                            "id TEXT PRIMARY KEY, goal TEXT NOT NULL, cpu TEXT NOT NULL, "
                            "features TEXT NOT NULL, llvm TEXT NOT NULL, name TEXT NOT NULL, "
                            "type TEXT NOT NULL, function TEXT NOT NULL, budget REAL NOT NULL, "
                            "is_judged INTEGER NOT NULL, digest INTEGER NOT NULL, text TEXT NOT NULL, "
                            "UNIQUE (goal, cpu, features, llvm));"
                            "CREATE INDEX row_function ON row (function, type);";

const char *store_file(const Store *store) { return store->path; }

/* -- what went wrong ----------------------------------------------------------------------- */

static Status complain(Store *store, Err *err)
{
    const Sqlite *q = store->sqlite;
    const int code = q->extended_errcode(store->file), kind = code & 0xff;
    const int reason = q->system_errno(store->file);
    const char *const path = store->path;
    if (kind == SQLITE_READONLY || (kind == SQLITE_CANTOPEN && (reason == EACCES || reason == EROFS)))
        return fail(err, ERR_SYSTEM, "the store '%s' cannot be written: it or its folder is read-only",
                    path);
    if (kind == SQLITE_FULL)
        return fail(err, ERR_SYSTEM, "the store '%s' cannot grow: the disk is full", path);
    /* A quota or a limit of the process comes as this, without its reason. */
    if (code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE)
        return fail(err, ERR_SYSTEM,
                    "the store '%s' cannot be written: there is no room for it, or the disk fails", path);
    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB)
        return fail(err, ERR_SYSTEM,
                    "the store '%s' is damaged or no store: move it away and a new one is begun", path);
    if (kind == SQLITE_BUSY)
        return fail(err, ERR_SYSTEM, "the store '%s' has been locked by another process for %d s", path,
                    PATIENCE_MS / 1000);
    if (kind == SQLITE_CANTOPEN)
        return fail(err, ERR_SYSTEM, "the store '%s' cannot be opened: %s", path,
                    reason ? strerror(reason) : q->errmsg(store->file));
    return fail(err, ERR_SYSTEM, "the store '%s' cannot be used: %s", path, q->errmsg(store->file));
}

/* -- statements ---------------------------------------------------------------------------- */

Status statement_prepare(Store *store, const char *sql, Err *err)
{
    statement_end(store);
    if (store->sqlite->prepare_v2(store->file, sql, -1, &store->statement, NULL) == SQLITE_OK)
        return OK;
    return complain(store, err);
}

void statement_bind(Store *store, int parameter, const char *text)
{
    store->sqlite->bind_text(store->statement, parameter, text, -1, SQLITE_TRANSIENT);
}

Status statement_step(Store *store, bool *is_row, Err *err)
{
    const int code = store->sqlite->step(store->statement);
    *is_row = code == SQLITE_ROW;
    if (code == SQLITE_ROW) return OK;
    const Status status = code == SQLITE_DONE ? OK : complain(store, err);
    statement_end(store);
    return status;
}

Status statement_finish(Store *store, Err *err)
{
    bool is_row = true;
    Status status = OK;
    while (status == OK && is_row && store->statement) status = statement_step(store, &is_row, err);
    statement_end(store);
    return status;
}

void statement_end(Store *store)
{
    if (store->statement) store->sqlite->finalize(store->statement);
    store->statement = NULL;
}

const char *statement_text(Store *store, int column)
{
    const unsigned char *text = store->sqlite->column_text(store->statement, column);
    return text ? (const char *)text : "";
}

static Status run(Store *store, const char *sql, Err *err)
{
    if (store->sqlite->exec(store->file, sql, NULL, NULL, NULL) == SQLITE_OK) return OK;
    return complain(store, err);
}

static Status ask(Store *store, const char *sql, int64_t *answer, Err *err)
{
    bool is_row;
    Status status = statement_prepare(store, sql, err);
    if (status == OK) status = statement_step(store, &is_row, err);
    if (status != OK) return status;
    *answer = is_row ? store->sqlite->column_int64(store->statement, 0) : 0;
    statement_end(store);
    return OK;
}

Status store_transaction(Store *store, Err *err) { return run(store, "BEGIN IMMEDIATE", err); }

Status store_commit(Store *store, Status status, Err *err)
{
    statement_end(store);
    if (status == OK) status = run(store, "COMMIT", err);
    if (status != OK) run(store, "ROLLBACK", NULL); /* SQLite may have done so itself */
    return status;
}

/* -- opening ------------------------------------------------------------------------------- */

/* What is in the file: nothing yet, or a store of this layout; everything else is an error. */
static Status look(Store *store, bool *is_empty, Err *err)
{
    int64_t application, layout, tables;
    Status status = ask(store, "PRAGMA application_id", &application, err);
    if (status == OK) status = ask(store, "PRAGMA user_version", &layout, err);
    if (status == OK) status = ask(store, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (status != OK) return status;
    *is_empty = application == 0 && tables == 0;
    if (*is_empty) return OK;
    if (application != APPLICATION)
        return fail(err, ERR_SYSTEM, "'%s' is an SQLite file of something else, not a store of approxcc",
                    store->path);
    if (layout != LAYOUT)
        return fail(err, ERR_SYSTEM,
                    "the store '%s' has layout %lld, of another version of approxcc; this one knows %d",
                    store->path, (long long)layout, LAYOUT);
    return OK;
}

/* The same in a transaction of its own: else a store that another process begins meanwhile looks half begun, like
   something else's file. After a failure the connection is not used again, and SQLite's reason stays. */
static Status look_at_once(Store *store, bool *is_empty, Err *err)
{
    Status status = run(store, "BEGIN", err);
    if (status == OK) status = look(store, is_empty, err);
    if (status == OK) status = run(store, "COMMIT", err);
    return status;
}

/* SQLite does not wait for others when it changes the way of writing, so this does. */
static Status set_log(Store *store, Err *err)
{
    const struct timespec pause = {.tv_nsec = 5000000};
    for (int waited = 0; waited < PATIENCE_MS; waited += 5) {
        const Status status = run(store, "PRAGMA journal_mode = WAL", err);
        if (status == OK || (store->sqlite->extended_errcode(store->file) & 0xff) != SQLITE_BUSY)
            return status;
        nanosleep(&pause, NULL);
    }
    return complain(store, err);
}

/* Of several processes that begin a store at once, one does and the others find it done. */
static Status begin_new(Store *store, Err *err)
{
    Text sql = {0};
    bool is_empty;
    Status status = set_log(store, err);
    if (status == OK) status = store_transaction(store, err);
    if (status == OK) {
        status = look(store, &is_empty, err);
        text_add(&sql, "%s PRAGMA application_id = %d; PRAGMA user_version = %d", TABLE, APPLICATION,
                 LAYOUT);
        if (status == OK && is_empty) status = run(store, text_get(&sql), err);
        status = store_commit(store, status, err);
    }
    text_release(&sql);
    return status;
}

static Status open_file(Store *store, const char *name, int flags, Err *err)
{
    const int code = store->sqlite->open_v2(name, &store->file, flags, NULL);
    if (!store->file) return fail(err, ERR_SYSTEM, "SQLite cannot open '%s'", store->path);
    store->sqlite->busy_timeout(store->file, PATIENCE_MS);
    return code == SQLITE_OK ? OK : complain(store, err);
}

/* In a folder that cannot be written there is no place for the memory that readers and writers share. Who cannot write
   may then read the file as it is, without what a process that was killed has left in the log. */
static Status open_as_it_is(Store *store, bool *is_empty, Err *err)
{
    Text name = {0};
    text_add(&name, "file:");
    for (const char *c = store->path; *c; c++)
        text_add(&name, strchr("?#%", *c) ? "%%%02x" : "%c", (unsigned char)*c);
    text_add(&name, "?immutable=1");
    store->sqlite->close_v2(store->file);
    Status status = open_file(store, text_get(&name), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
    if (status == OK) status = look_at_once(store, is_empty, err);
    text_release(&name);
    return status;
}

static Status open_to_read(Store *store, bool *is_empty, Err *err)
{
    Status status = open_file(store, store->path, SQLITE_OPEN_READWRITE, err);
    if (status == OK) status = look_at_once(store, is_empty, err);
    const int kind = store->file ? store->sqlite->extended_errcode(store->file) & 0xff : 0;
    if (status != OK && (kind == SQLITE_READONLY || kind == SQLITE_CANTOPEN))
        status = open_as_it_is(store, is_empty, err);
    return status;
}

static Status open_to_write(Store *store, Err *err)
{
    bool is_empty;
    Status status = user_cache_make_folders(store->path, err);
    if (status == OK)
        status = open_file(store, store->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    if (status == OK) status = look_at_once(store, &is_empty, err);
    if (status == OK && is_empty) status = begin_new(store, err);
    if (status == OK && store->sqlite->db_readonly(store->file, "main") == 1)
        status = fail(err, ERR_SYSTEM, "the store '%s' cannot be written: it or its folder is read-only",
                      store->path);
    return status;
}

Status store_open(Store **out, const char *path, StoreAccess access, Err *err)
{
    struct stat about;
    *out = NULL;
    const bool is_there = stat(path, &about) == 0;
    if (!is_there && errno == ENOENT && access == STORE_READ) return OK;
    if (!is_there && errno != ENOENT)
        return fail(err, ERR_SYSTEM, "the store '%s' cannot be opened: %s", path, strerror(errno));
    if (is_there && !S_ISREG(about.st_mode))
        return fail(err, ERR_SYSTEM, "the store '%s' cannot be opened: it is no file", path);
    const Sqlite *sqlite;
    Status status = sqlite_load(&sqlite, err);
    if (status != OK) return status;
    Store *store = xcalloc(1, sizeof *store);
    *store = (Store){.sqlite = sqlite, .path = xstrdup(path)};
    bool is_empty = false;
    status = access == STORE_READ ? open_to_read(store, &is_empty, err) : open_to_write(store, err);
    if (status == OK && !is_empty)
        *out = store;
    else
        store_close(store);
    return status;
}

void store_close(Store *store)
{
    if (!store) return;
    statement_end(store);
    if (store->file) store->sqlite->close_v2(store->file);
    free(store->path);
    free(store);
}
