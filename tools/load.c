#include "tools/load.h"

#include "frontend/fpcore.h"
#include "runtime/catalogue/lookup.h"
#include "tools/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_extension(const char *path, const char *extension)
{
    const size_t n = strlen(path), m = strlen(extension);
    return n > m && strcmp(path + n - m, extension) == 0;
}

/* Changes a parsed entry as the command line asks, and fills what the file left open. */
static Status complete(Entry *entry, const SpecText *override, Err *err)
{
    Goal *goal = &entry->goal;
    Status status = spec_fill(goal, &entry->prog, err);
    if (status != OK) return status;
    if (override && override->type && strcmp(override->type, type_info(goal->type)->name) != 0)
        return fail(err, ERR_INPUT, "the program is %s; it cannot be judged as %s",
                    type_info(goal->type)->name, override->type);
    if (override && override->max_error &&
        (status = spec_bound(&goal->bound, override->max_error, err)) != OK)
        return status;
    bound_settle(&goal->bound, goal->type);
    if (override && override->n_domains > goal->n_variables)
        return fail(err, ERR_INPUT, "there are %d domains for %d variable%s", override->n_domains,
                    goal->n_variables, goal->n_variables == 1 ? "" : "s");
    for (int i = 0; override && i < override->n_domains && i < goal->n_variables; i++) {
        entry->has_report = false;
        status = spec_domain(&goal->domain[i], override->domain[i], goal->type, err);
        if (status != OK) return fail_in(err, status, "--domain");
    }
    return goal_check(goal, err);
}

static Status load_approx(Entry **out, int *n, const char *path, const Text *text,
                          const SpecText *override, Err *err)
{
    Entry *entry = xcalloc(1, sizeof *entry);
    Status status = entry_parse(entry, text_get(text), text->length, err);
    if (status == OK) status = complete(entry, override, err);
    if (status == OK)
        *out = entry, *n = 1;
    else
        free(entry);
    return status;
}

/* An entry by its own name, a row of the user's store by its id, or what synth would take from both for a function. A store that
   cannot be used has nothing. */
static bool find_known(Entry *out, const char *what, const SpecText *override)
{
    const int index = catalogue_index(what);
    if (index >= 0) return catalogue_load(out, index, NULL) == OK;
    bool is_found = false;
    Store *store;
    if (kept_open(&store, NULL, STORE_READ, NULL) != OK) store = NULL;
    StoreRow *row = xcalloc(1, sizeof *row);
    if (store_find(store, what, row, &is_found, NULL) == OK && is_found) *out = row->entry;
    free(row);
    SpecText spec = override ? *override : (SpecText){0};
    spec.what = what;
    Goal *goal = xmalloc(sizeof *goal);
    if (!is_found && spec_to_goal(goal, &spec, NULL) == OK) {
        const LookupOptions options = {.how = SERVES_AS_ASKED};
        Known *known = xmalloc(sizeof *known);
        lookup_find(known, &is_found, store, goal, &options, NULL);
        if (is_found) *out = known->entry;
        free(known);
    }
    free(goal);
    store_close(store);
    return is_found;
}

static Status load_known(Entry **out, int *n, const char *what, const SpecText *override, Err *err)
{
    Entry *entry = xcalloc(1, sizeof *entry);
    Status status = OK;
    if (!find_known(entry, what, override))
        status = fail(err, ERR_INPUT,
                      "'%s' is neither a .approx, .fpcore nor .json file, and neither catalogue nor store has "
                      "an entry of that name",
                      what);
    if (status == OK) status = complete(entry, override, err);
    if (status == OK)
        *out = entry, *n = 1;
    else
        free(entry);
    return status;
}

static Status load_fpcore(Entry **out, int *n, const char *path, const Text *text,
                          const SpecText *override, Err *err)
{
    FpFile *file = NULL;
    Entry *entries = NULL;
    Status status = fpcore_parse(&file, text_get(text), text->length, err);
    if (status != OK) return status;
    const int count = fpcore_count(file);
    entries = xcalloc((size_t)count, sizeof *entries);
    if (count == 0) status = fail(err, ERR_INPUT, "'%s' holds no FPCore", path);
    for (int i = 0; i < count && status == OK; i++) {
        const FpCore *core = fpcore_get(file, i);
        Goal *goal = &entries[i].goal;
        if (!fpcore_has(core, ":spec"))
            status = fail(err, ERR_INPUT,
                          "the FPCore at line %d of '%s' has no :spec to be judged against",
                          fpcore_line(core), path);
        else
            status = fpcore_to_goal(goal, &entries[i].prog, core, override, err);
        if (status == OK && !goal->bound.text[0])
            goal->bound.kind = goal->type == TYPE_REAL ? BOUND_REL : BOUND_ULP;
    }
    fpcore_free(file);
    if (status == OK)
        *out = entries, *n = count;
    else
        free(entries);
    return status;
}

static Status load_front(Entry **out, int *n, const char *path, const Text *text,
                         const SpecText *override, Err *err)
{
    Status status = load_json(out, n, text, err);
    if (status != OK) return status;
    for (int i = 0; i < *n && status == OK; i++) status = complete(&(*out)[i], override, err);
    if (status == OK) return OK;
    free(*out);
    *out = NULL;
    return status;
}

Status load_entries(Entry **out, int *n, const char *what, const SpecText *override, Err *err)
{
    static const struct {
        const char *extension;
        Status (*load)(Entry **, int *, const char *, const Text *, const SpecText *, Err *);
    } FORMS[] = {{".approx", load_approx}, {".fpcore", load_fpcore}, {".json", load_front}};
    int form = strcmp(what, "-") == 0 ? 0 : -1;
    for (int i = 0; i < 3; i++)
        if (has_extension(what, FORMS[i].extension)) form = i;
    if (form < 0) return load_known(out, n, what, override, err);
    Text text = {0};
    Status status = text_read_file(&text, what, ENTRY_FILE_MAX, err);
    if (status == OK) status = FORMS[form].load(out, n, what, &text, override, err);
    text_release(&text);
    return status;
}
