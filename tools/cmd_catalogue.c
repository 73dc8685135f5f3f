/* approxcc catalogue: the compiled-in entries and the user's store beside them. Here is what looks, names and removes;
   catalogue_take.c holds what comes in. */
#include "runtime/catalogue/catalogue.h"
#include "runtime/catalogue/store_text.h"
#include "runtime/library/c_names.h"
#include "tools/catalogue_take.h"
#include "tools/commands.h"
#include "tools/kept.h"
#include "tools/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- names --------------------------------------------------------------------------------- */

/* Is it the entry's function, by its mathematical name, exp, or by its name in C, expf? */
static bool is_function(const char *name, const Goal *goal)
{
    if (strcmp(name, goal->name) == 0) return true;
    if (!type_is_float(goal->type)) return false;
    Text c_name = {0};
    c_name_add(&c_name, goal->name, goal->type);
    const bool is_same = strcmp(name, text_get(&c_name)) == 0;
    text_release(&c_name);
    return is_same;
}

/* Is the row or entry called so? By its own name or by that of its function; everything if no names are given. Notes which
   names were met. */
static bool is_named(CatalogueArguments *a, const char *own, const Entry *entry)
{
    bool is_any = a->words.n == 0;
    for (int i = 0; i < a->words.n; i++) {
        if (strcmp(a->words.word[i], own) != 0 && !is_function(a->words.word[i], &entry->goal)) continue;
        a->is_met[i] = is_any = true;
    }
    return is_any;
}

typedef Status (*Visit)(void *context, const char *name, const StoreRow *row, Err *err);

/* Calls `visit` with the rows of the store that are named. A damaged row is told and passed over; the others count. */
static Status each_row(CatalogueArguments *a, Visit visit, void *context, Err *err)
{
    Store *store = NULL;
    Status status = kept_open(&store, a->store_file, STORE_READ, err), first = OK;
    if (status == OK) status = store_begin(store, NULL, err);
    StoreRow *row = xcalloc(1, sizeof *row);
    bool is_there = status == OK;
    while (is_there && status == OK) {
        Err why = {0};
        status = store_next(store, row, &is_there, &why);
        if (status == OK && is_there && is_named(a, row->id, &row->entry))
            status = visit(context, row->id, row, &why);
        if (status != OK && first == OK) first = status, *err = why;
        if (status == ERR_INPUT && is_there) status = OK;
    }
    free(row);
    store_close(store);
    return first != OK ? first : status;
}

static Status each_entry(CatalogueArguments *a, Visit visit, void *context, Err *err)
{
    Status status = OK;
    StoreRow *row = xcalloc(1, sizeof *row);
    for (int i = 0; i < catalogue_count() && status == OK; i++) {
        status = catalogue_load(&row->entry, i, err);
        if (status == OK && is_named(a, catalogue_name(i), &row->entry))
            status = visit(context, catalogue_name(i), row, err);
    }
    free(row);
    return status;
}

/* Every name must have been met. */
static Status check_met(const CatalogueArguments *a, Err *err)
{
    for (int i = 0; i < a->words.n; i++)
        if (!a->is_met[i])
            return fail(err, ERR_INPUT, "nothing is called '%s' (see 'approxcc catalogue list')",
                        a->words.word[i]);
    return OK;
}

/* -- list, show, export ---------------------------------------------------------------------- */

/* NAME  EXPRESSION (TYPE) on DOMAIN  BOUND  TARGET  ERROR, METHOD  TIME */
static Status list_one(void *context, const char *name, const StoreRow *row, Err *err)
{
    Text *out = context;
    const Entry *entry = &row->entry;
    const Goal *goal = &entry->goal;
    text_add(out, "%-36s ", name);
    say_goal(out, goal);
    text_add(out, ", %s, %s, %s", goal->bound.text[0] ? goal->bound.text : "no bound", goal->target,
             minimize_name(goal->minimize));
    if (goal->type == TYPE_REAL)
        text_add(out, ": %.4g digits", say_digits(goal, &entry->report));
    else
        text_add(out, ": %.4g ulp", entry->report.max_ulp);
    text_add(out, " %s, %d operations", method_name(entry->report.method), prog_n_ops(&entry->prog));
    if (entry->throughput_ns > 0)
        text_add(out, ", %.3f ns%s on %s", entry->throughput_ns, entry->is_modelled ? " modelled" : "",
                 entry->cpu);
    if (row->llvm[0]) text_add(out, "; LLVM %s%s", row->llvm, row->is_judged ? "" : ", claim trusted");
    text_add(out, "\n");
    return OK;
}

static Status show_one(void *context, const char *name, const StoreRow *row, Err *err)
{
    Text *out = context;
    entry_print(out, &row->entry);
    return OK;
}

static Status export_one(void *context, const char *name, const StoreRow *row, Err *err)
{
    Text *out = context;
    store_row_print(out, row);
    return OK;
}

/* What could be read is printed even if the store could not. */
static Status print_all(CatalogueArguments *a, Visit visit, bool with_entries, Err *err)
{
    Text out = {0};
    Status status = with_entries ? each_entry(a, visit, &out, err) : OK;
    if (status == OK) status = each_row(a, visit, &out, err);
    const char *path = a->outputs.n ? a->outputs.word[0] : "-";
    if (status == OK) status = check_met(a, err);
    /* A file is whole or not written. */
    if (status == OK || !a->outputs.n) {
        Err why = {0};
        const Status written = text_write_file(path, text_get(&out), out.length, &why);
        if (written != OK && status == OK) status = written, *err = why;
    }
    text_release(&out);
    return status;
}

static Status list(CatalogueArguments *a, Err *err) { return print_all(a, list_one, true, err); }
static Status show(CatalogueArguments *a, Err *err) { return print_all(a, show_one, true, err); }
static Status export_rows(CatalogueArguments *a, Err *err) { return print_all(a, export_one, false, err); }

/* -- remove -------------------------------------------------------------------------------- */

typedef struct {
    char id[STORE_ID_MAX];
    int n;
} Naming;

static Status name_one(void *context, const char *name, const StoreRow *row, Err *err)
{
    Naming *naming = context;
    snprintf(naming->id, sizeof naming->id, "%s", name);
    naming->n++;
    return OK;
}

/* The id of a row, whether it can be read or not; or that of the only row for a function. */
static Status find_id(const CatalogueArguments *a, const char *name, char id[STORE_ID_MAX], Err *err)
{
    if (strlen(name) == STORE_ID_MAX - 1 && strspn(name, "0123456789abcdef") == STORE_ID_MAX - 1) {
        memcpy(id, name, STORE_ID_MAX);
        return OK;
    }
    Naming naming = {.n = 0};
    CatalogueArguments one = *a;
    one.words = (Words){.word = {name}, .n = 1};
    const Status status = each_row(&one, name_one, &naming, err);
    if (naming.n == 0 && status != OK) return status;
    if (naming.n > 1)
        return fail(err, ERR_INPUT, "%d rows of the store are for '%s': name the one by its id", naming.n, name);
    if (naming.n == 0 && catalogue_index(name) >= 0)
        return fail(err, ERR_INPUT, "'%s' is compiled in: what can be removed is in the store", name);
    memcpy(id, naming.id, STORE_ID_MAX);
    return naming.n == 1 ? OK : fail(err, ERR_INPUT, "nothing in the store is called '%s'", name);
}

static Status remove_rows(CatalogueArguments *a, Err *err)
{
    Store *store = NULL;
    Status status = OK;
    for (int i = 0; i < a->words.n && status == OK; i++) {
        char id[STORE_ID_MAX];
        bool was_there = false;
        status = find_id(a, a->words.word[i], id, err);
        if (status == OK && !store) status = kept_open(&store, a->store_file, STORE_WRITE, err);
        if (status == OK && store) status = store_remove(store, id, &was_there, err);
        if (status == OK && !was_there)
            status = fail(err, ERR_INPUT, "nothing in the store is called '%s'", a->words.word[i]);
        if (status == OK) printf("removed %s\n", id);
    }
    store_close(store);
    return status;
}

/* -- the command ----------------------------------------------------------------------------- */

static const struct {
    const char *name;
    Status (*run)(CatalogueArguments *a, Err *err);
    int least; /* words behind it */
    const char *help;
} VERBS[] = {
    {"list", list, 0, "list [NAME ...]            what is known, compiled in and in the store"},
    {"show", show, 1, "show NAME ...              entries as .approx text"},
    {"add", take_add, 1, "add FILE | NAME ...        judge programs and put them into the store"},
    {"remove", remove_rows, 1, "remove NAME ...            take rows out of the store"},
    {"export", export_rows, 0, "export [NAME ...] [-o FILE]  the store, or some of its rows, as text"},
    {"import", take_import, 1, "import FILE ...            put what was exported into the store, judged again"},
    {"merge", take_merge, 1, "merge STORE.db ...         put the rows of other stores into this one, judged again"},
};
enum { N_VERBS = sizeof VERBS / sizeof *VERBS };

static int find_verb(const char *word)
{
    int verb = 0;
    while (verb < N_VERBS && strcmp(VERBS[verb].name, word) != 0) verb++;
    return verb;
}

static Status unknown_verb(const char *word, Err *err)
{
    const char *names[N_VERBS + 1] = {0};
    for (int i = 0; i < N_VERBS; i++) names[i] = VERBS[i].name;
    const char *nearest = text_nearest(word, names);
    return nearest ? fail(err, ERR_INPUT, "unknown '%s'; did you mean '%s'?", word, nearest)
                   : fail(err, ERR_INPUT, "unknown '%s': expected list, show, add, remove, export, import or merge",
                          word);
}

static void print_help(const Option *options)
{
    puts("usage: approxcc catalogue VERB [options]\n");
    for (int i = 0; i < N_VERBS; i++) printf("  %s\n", VERBS[i].help);
    puts("\nA NAME is that of an entry, the id of a row, or a function's.\n");
    options_print(options);
}

int cmd_catalogue(int argc, char **argv)
{
    CatalogueArguments a = {0};
    bool want_help = false;
    const Option options[] = {
        {"--store", OPTION_TEXT, &a.store_file, "FILE", "this store instead of the user's own"},
        {"--trust", OPTION_FLAG, &a.is_trusting, NULL, "import and merge: believe the claims, judge nothing"},
        {"--threads", OPTION_COUNT, &a.threads, "N", "worker threads (default: all processors)"},
        {"-o", OPTION_TEXTS, &a.outputs, "FILE", "export: write there (default: standard output)"},
        {0},
    };
    Err err = {0};
    Words words = {0};
    Status status = options_parse(options, argc, argv, &words, &want_help, &err);
    if (status == OK && want_help) {
        print_help(options);
        return EXIT_OK;
    }
    if (status == OK && words.n == 0) status = fail(&err, ERR_INPUT, "catalogue needs a verb, such as list");
    const int verb = status == OK ? find_verb(words.word[0]) : N_VERBS;
    if (status == OK && verb == N_VERBS) status = unknown_verb(words.word[0], &err);
    if (status == OK && words.n - 1 < VERBS[verb].least)
        status = fail(&err, ERR_INPUT, "%s needs at least one name or file", VERBS[verb].name);
    if (status == OK && a.outputs.n && (VERBS[verb].run != export_rows || a.outputs.n > 1))
        status = fail(&err, ERR_INPUT, "-o is for export, once");
    if (status == OK && a.threads > THREADS_MAX)
        status = fail(&err, ERR_INPUT, "'--threads %llu': at most %d threads can be used",
                      (unsigned long long)a.threads, THREADS_MAX);
    if (status != OK) return say_usage(&err, "catalogue");
    for (int i = 1; i < words.n; i++) a.words.word[a.words.n++] = words.word[i];
    say_catch_signals();
    status = VERBS[verb].run(&a, &err);
    return status == OK ? EXIT_OK : say_error(status, &err, a.file);
}
