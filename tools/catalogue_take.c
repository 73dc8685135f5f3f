#include "tools/catalogue_take.h"

#include "runtime/catalogue/store_text.h"
#include "runtime/emit/targets.h"
#include "runtime/measure/verify.h"
#include "tools/kept.h"
#include "tools/load.h"
#include "tools/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const CatalogueArguments *arguments;
    Store *store;
    int n_refused;
} Taking;

static void show_progress(void *context, double done)
{
    fprintf(stderr, "\r%s %3.0f %% ", (const char *)context, 100 * done);
}

static Status judge(Entry *entry, const CatalogueArguments *a, Err *err)
{
    const bool on_terminal = say_is_terminal(STDERR_FILENO);
    const VerifyOptions options = {.n_threads = (int)a->threads,
                                   .seed = entry->seed ? entry->seed : 1,
                                   .stop = &say_stop,
                                   .progress = on_terminal ? show_progress : NULL,
                                   .progress_context = entry->goal.name};
    const Status status = verify(&entry->report, &entry->prog, &entry->goal, &options, err);
    if (on_terminal) fprintf(stderr, "\r\033[K");
    entry->has_report = status == OK;
    return status;
}

static bool has_same_text(const Entry *a, const Entry *b)
{
    Text mine = {0}, theirs = {0};
    entry_print(&mine, a);
    entry_print(&theirs, b);
    const bool is_same = strcmp(text_get(&mine), text_get(&theirs)) == 0;
    text_release(&mine);
    text_release(&theirs);
    return is_same;
}

/* Is this very row there, judged? Then it need not be judged once more. */
static bool is_there_already(Taking *t, StoreRow *row)
{
    bool is_there;
    StoreRow *old = xcalloc(1, sizeof *old);
    store_name(row);
    const bool is_same = store_find(t->store, row->id, old, &is_there, NULL) == OK && is_there &&
                         old->is_judged && old->budget >= row->budget && has_same_text(&old->entry, &row->entry);
    free(old);
    return is_same;
}

static void tell(const char *what, const StoreRow *row, const char *why)
{
    Text text = {0};
    text_add(&text, "%s ", what);
    if (row->id[0]) text_add(&text, "%s ", row->id);
    say_goal(&text, &row->entry.goal);
    text_add(&text, ", %s, %s%s", row->entry.goal.bound.text, row->entry.goal.target, why);
    puts(text_get(&text));
    text_release(&text);
}

/* A bound that the judge does not confirm is told, and the other programs go on. */
static Status refuse(Taking *t, StoreRow *row)
{
    Text why = {0};
    text_add(&why, ": ");
    say_report(&why, &row->entry.goal, &row->entry.report);
    row->id[0] = 0;
    tell("refused", row, text_get(&why));
    text_release(&why);
    t->n_refused++;
    return OK;
}

static Status take(Taking *t, StoreRow *row, bool is_trusting, Err *err)
{
    static const char *const CHANGES[] = {
        [STORE_ADDED] = "added", [STORE_REPLACED] = "replaced", [STORE_KEPT] = "kept"};
    Goal *goal = &row->entry.goal;
    const Target *native = target_native();
    if (!goal->target[0] && native) snprintf(goal->target, sizeof goal->target, "%s", native->name);
    if (is_there_already(t, row)) {
        tell("kept", row, ", which was there");
        return OK;
    }
    Status status = OK;
    if (!is_trusting && (status = judge(&row->entry, t->arguments, err)) != OK) return status;
    if (!is_trusting && !report_meets(&row->entry.report, goal)) return refuse(t, row);
    row->is_judged = !is_trusting;
    StoreChange change;
    status = kept_put(t->store, row, &change, err);
    if (status == OK) tell(CHANGES[change], row, change == STORE_KEPT ? ": what was there is as good" : "");
    return status;
}

static Status begin(Taking *t, const CatalogueArguments *a, Err *err)
{
    *t = (Taking){.arguments = a};
    const Status status = kept_open(&t->store, a->store_file, STORE_WRITE, err);
    if (status != OK || t->store) return status;
    return fail(err, ERR_SYSTEM, "there is no place for a store: neither XDG_CACHE_HOME nor HOME is set");
}

static Status finish(Taking *t, Status status, Err *err)
{
    store_close(t->store);
    if (status != OK || t->n_refused == 0) return status;
    return fail(err, ERR_INPUT, "%d program%s refused", t->n_refused, t->n_refused == 1 ? " was" : "s were");
}

Status take_add(CatalogueArguments *a, Err *err)
{
    Taking t;
    Status status = begin(&t, a, err);
    StoreRow *row = xcalloc(1, sizeof *row);
    for (int i = 0; i < a->words.n && status == OK; i++) {
        Entry *entries = NULL;
        int n = 0;
        a->file = a->words.word[i];
        status = load_entries(&entries, &n, a->words.word[i], NULL, err);
        for (int k = 0; k < n && status == OK; k++) {
            memset(row, 0, sizeof *row);
            row->budget = INFINITY;
            row->entry = entries[k];
            status = take(&t, row, false, err);
        }
        free(entries);
    }
    if (status == OK) a->file = NULL;
    free(row);
    return finish(&t, status, err);
}

/* The rows of a text, each for `each`; NULL: they are only looked at. */
static Status each_row(const Text *text, StoreRow *row, Taking *t, Err *err)
{
    size_t at = 0;
    bool is_there = true;
    Status status = OK;
    while (status == OK && is_there) {
        status = store_row_parse(row, text_get(text), text->length, &at, &is_there, err);
        if (status == OK && is_there && row->entry.goal.reference.n == 0)
            status = fail(err, ERR_INPUT, "'%s' has no 'reference' section: 'catalogue add' takes such files",
                          row->entry.goal.name);
        if (status == OK && is_there && t) status = take(t, row, t->arguments->is_trusting, err);
    }
    return status;
}

Status take_import(CatalogueArguments *a, Err *err)
{
    Taking t;
    Status status = begin(&t, a, err);
    StoreRow *row = xcalloc(1, sizeof *row);
    for (int i = 0; i < a->words.n && status == OK; i++) {
        Text text = {0};
        a->file = a->words.word[i];
        status = text_read_file(&text, a->words.word[i], ENTRY_FILE_MAX, err);
        if (status == OK) status = each_row(&text, row, NULL, err);
        if (status == OK) status = each_row(&text, row, &t, err);
        text_release(&text);
    }
    if (status == OK) a->file = NULL;
    free(row);
    return finish(&t, status, err);
}

static Status merge_one(Taking *t, const char *path, StoreRow *row, Err *err)
{
    Store *other;
    if (access(path, F_OK) != 0) return fail(err, ERR_SYSTEM, "there is no store '%s'", path);
    Status status = store_open(&other, path, STORE_READ, err);
    if (status == OK) status = store_begin(other, NULL, err);
    bool is_there = status == OK;
    while (status == OK && is_there) {
        status = store_next(other, row, &is_there, err);
        if (status == OK && is_there) status = take(t, row, t->arguments->is_trusting, err);
    }
    store_close(other);
    return status;
}

Status take_merge(CatalogueArguments *a, Err *err)
{
    Taking t;
    Status status = begin(&t, a, err);
    StoreRow *row = xcalloc(1, sizeof *row);
    for (int i = 0; i < a->words.n && status == OK; i++) status = merge_one(&t, a->words.word[i], row, err);
    free(row);
    return finish(&t, status, err);
}
