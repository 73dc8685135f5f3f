#include "runtime/catalogue/store.h"

#include "runtime/base/user_cache.h"
#include "runtime/catalogue/goal_key.h"
#include "runtime/catalogue/store_file.h"
#include "runtime/emit/targets.h"
#include "runtime/measure/cost.h"
#include "runtime/measure/verify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Status store_path(Text *out, Err *err) { return user_cache_path(out, "store.db", err); }

/* -- the key ------------------------------------------------------------------------------- */

/* What code for the goal's target may use. */
static void print_features(Text *out, const Goal *goal)
{
    const Target *target = target_find(goal->target);
    if (target) text_add(out, "%s %s %s", target->arch, target->cpu, target->features);
}

typedef struct {
    Text goal, function, features;
    const char *cpu; /* "": not timed */
    char id[STORE_ID_MAX];
} Key;

static void key_init(Key *key, const StoreRow *row)
{
    *key = (Key){.cpu = row->entry.throughput_ns > 0 ? row->entry.cpu : ""};
    goal_key(&key->goal, &row->entry.goal);
    goal_key_function(&key->function, &row->entry.goal.reference);
    print_features(&key->features, &row->entry.goal);
    Text whole = {0};
    text_add(&whole, "%s\n%s\n%s\n%s\n", text_get(&key->goal), key->cpu, text_get(&key->features),
             row->llvm);
    snprintf(key->id, sizeof key->id, "%016llx",
             (unsigned long long)text_hash(text_get(&whole), whole.length));
    text_release(&whole);
}

static void key_release(Key *key)
{
    text_release(&key->goal);
    text_release(&key->function);
    text_release(&key->features);
}

/* -- reading ------------------------------------------------------------------------------- */

#define COLUMNS "id, llvm, budget, is_judged, digest, text"

static Status damaged(const Store *store, const char *id, Err *err)
{
    return fail(err, ERR_INPUT,
                "row %s of the store '%s' is damaged; 'approxcc catalogue remove %s' takes it out",
                id, store_file(store), id);
}

/* A row of COLUMNS. What the text says decides; that the row belongs to its key is checked. */
static Status read_row(Store *store, StoreRow *row, Err *err)
{
    const Sqlite *q = store->sqlite;
    snprintf(row->id, sizeof row->id, "%s", statement_text(store, 0));
    snprintf(row->llvm, sizeof row->llvm, "%s", statement_text(store, 1));
    row->budget = q->column_double(store->statement, 2);
    row->is_judged = q->column_int64(store->statement, 3) != 0;
    const char *text = statement_text(store, 5);
    const size_t length = (size_t)q->column_bytes(store->statement, 5);
    if ((uint64_t)q->column_int64(store->statement, 4) != text_hash(text, length))
        return damaged(store, row->id, err);
    if (entry_parse(&row->entry, text, length, NULL) != OK) return damaged(store, row->id, err);
    Key key;
    key_init(&key, row);
    const bool is_its_own = strcmp(key.id, row->id) == 0;
    key_release(&key);
    return is_its_own ? OK : damaged(store, row->id, err);
}

Status store_begin(Store *store, const Goal *goal, Err *err)
{
    static const char ORDER[] = " ORDER BY name, type, goal, cpu, features, llvm";
    if (!store) return OK;
    Text sql = {0}, function = {0};
    text_add(&sql, "SELECT " COLUMNS " FROM row%s%s", goal ? " WHERE function = ?1 AND type = ?2" : "",
             ORDER);
    Status status = statement_prepare(store, text_get(&sql), err);
    if (status == OK && goal) {
        goal_key_function(&function, &goal->reference);
        statement_bind(store, 1, text_get(&function));
        statement_bind(store, 2, type_info(goal->type)->name);
    }
    text_release(&sql);
    text_release(&function);
    return status;
}

Status store_next(Store *store, StoreRow *row, bool *is_there, Err *err)
{
    *is_there = false;
    if (!store || !store->statement) return OK;
    const Status status = statement_step(store, is_there, err);
    if (status == OK && *is_there) return read_row(store, row, err);
    store_end(store);
    return status;
}

void store_end(Store *store)
{
    if (store) statement_end(store);
}

Status store_find(Store *store, const char *id, StoreRow *row, bool *is_there, Err *err)
{
    *is_there = false;
    if (!store) return OK;
    Status status = statement_prepare(store, "SELECT " COLUMNS " FROM row WHERE id = ?1", err);
    if (status != OK) return status;
    statement_bind(store, 1, id);
    status = statement_step(store, is_there, err);
    if (status == OK && *is_there) status = read_row(store, row, err);
    statement_end(store);
    return status;
}

void store_name(StoreRow *row)
{
    Key key;
    key_init(&key, row);
    memcpy(row->id, key.id, sizeof row->id);
    key_release(&key);
}

/* -- changing ------------------------------------------------------------------------------ */

static double time_of(const Entry *entry)
{
    return entry->goal.minimize == MINIMIZE_LATENCY ? entry->latency_ns : entry->throughput_ns;
}

/* A total order of the rows that one key may have: what was judged here, what the clock told and not a model, what costs less.
   Rows of one key were timed on one processor, or none was. */
static bool is_better(const StoreRow *a, const StoreRow *b)
{
    if (a->is_judged != b->is_judged) return a->is_judged;
    if (a->entry.is_modelled != b->entry.is_modelled) return b->entry.is_modelled;
    const Goal *goal = &a->entry.goal;
    const bool by_time = (goal->minimize == MINIMIZE_THROUGHPUT || goal->minimize == MINIMIZE_LATENCY) &&
                         time_of(&a->entry) > 0 && time_of(&b->entry) > 0;
    const double cost = by_time ? time_of(&a->entry) : cost_for_goal(NULL, &a->entry.prog, goal);
    const double other = by_time ? time_of(&b->entry) : cost_for_goal(NULL, &b->entry.prog, goal);
    if (cost != other) return cost < other;
    Text mine = {0}, theirs = {0};
    entry_print(&mine, &a->entry);
    entry_print(&theirs, &b->entry);
    const bool is_first = strcmp(text_get(&mine), text_get(&theirs)) < 0;
    text_release(&mine);
    text_release(&theirs);
    return is_first;
}

static Status check_row(const StoreRow *row, Err *err)
{
    const Goal *goal = &row->entry.goal;
    if (!row->entry.has_report)
        return fail(err, ERR_INPUT, "'%s' has no claim: only what was judged can be kept",
                    goal->name);
    if (!report_meets(&row->entry.report, goal))
        return fail(err, ERR_INPUT, "'%s' does not meet its bound %s", goal->name, goal->bound.text);
    if (!target_find(goal->target) || strcmp(goal->target, "native") == 0)
        return fail(err, ERR_INPUT, "'%s' is for an unknown target, '%s' (see --print-targets)",
                    goal->name, goal->target);
    return OK;
}

static Status write_row(Store *store, const StoreRow *row, const Key *key, Err *err)
{
    static const char SQL[] =
        "INSERT OR REPLACE INTO row (id, goal, cpu, features, llvm, name, type, function, budget, "
        "is_judged, digest, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    const Status status = statement_prepare(store, SQL, err);
    if (status != OK) return status;
    const Goal *goal = &row->entry.goal;
    const char *const words[] = {key->id,   text_get(&key->goal), key->cpu,
                                 text_get(&key->features), row->llvm, goal->name,
                                 type_info(goal->type)->name, text_get(&key->function)};
    Text text = {0};
    entry_print(&text, &row->entry);
    const Sqlite *q = store->sqlite;
    for (int i = 0; i < 8; i++) statement_bind(store, i + 1, words[i]);
    q->bind_double(store->statement, 9, row->budget);
    q->bind_int64(store->statement, 10, row->is_judged);
    q->bind_int64(store->statement, 11, (int64_t)text_hash(text_get(&text), text.length));
    statement_bind(store, 12, text_get(&text));
    text_release(&text);
    return statement_finish(store, err);
}

/* Within a transaction. */
static Status put_row(Store *store, StoreRow *row, StoreRow *old, StoreChange *change, Err *err)
{
    Key key;
    key_init(&key, row);
    memcpy(row->id, key.id, sizeof row->id);
    bool is_there;
    Status status = store_find(store, key.id, old, &is_there, err);
    if (status == ERR_INPUT) status = OK, is_there = false; /* what is damaged gives way */
    if (status == OK) {
        *change = !is_there ? STORE_ADDED : is_better(row, old) ? STORE_REPLACED : STORE_KEPT;
        if (is_there) row->budget = fmax(row->budget, old->budget);
        const double longest = row->budget;
        const bool is_news = *change != STORE_KEPT || longest > old->budget;
        if (*change == STORE_KEPT) *row = *old;
        row->budget = longest;
        if (is_news) status = write_row(store, row, &key, err);
    }
    key_release(&key);
    return status;
}

Status store_put(Store *store, StoreRow *row, StoreChange *change, Err *err)
{
    Status status = check_row(row, err);
    if (status != OK || (status = store_transaction(store, err)) != OK) return status;
    StoreRow *old = xcalloc(1, sizeof *old);
    status = put_row(store, row, old, change, err);
    free(old);
    return store_commit(store, status, err);
}

Status store_remove(Store *store, const char *id, bool *was_there, Err *err)
{
    Status status = store_transaction(store, err);
    if (status != OK) return status;
    status = statement_prepare(store, "DELETE FROM row WHERE id = ?1 RETURNING id", err);
    if (status == OK) {
        statement_bind(store, 1, id);
        status = statement_step(store, was_there, err);
        if (status == OK) status = statement_finish(store, err);
    }
    return store_commit(store, status, err);
}
