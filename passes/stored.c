#include "passes/stored.h"

#include "passes/shim.h"

#include <stdlib.h>
#include <string.h>

void stored_release(Stored *stored)
{
    store_close(stored->store);
    lookup_memory_release(&stored->rows);
    for (int i = 0; i < stored->n_texts; i++) free(stored->text[i]);
    free(stored->text);
    for (int i = 0; i < stored->n_read; i++) free(stored->read[i]);
    free(stored->read);
    *stored = (Stored){0};
}

static void warn(Stored *stored, const Err *err)
{
    Text text = {0};
    text_add(&text, "approx: %s; what is in it is not used", err->text);
    if (!stored->has_warned) shim_warning(stored->module, text_get(&text));
    stored->has_warned = true;
    text_release(&text);
}

static Store *opened(Stored *stored)
{
    Err err = {0};
    if (stored->is_tried || !stored->path[0]) return stored->store;
    stored->is_tried = true;
    if (store_open(&stored->store, stored->path, STORE_READ, &err) != OK) {
        stored->store = NULL;
        warn(stored, &err);
    }
    return stored->store;
}

/* What the catalogue answers, if that was read before. */
static const Known *known_already(const Stored *stored, const Goal *goal)
{
    const int index = catalogue_first(goal, SERVES);
    if (index < 0) return NULL;
    for (int i = 0; i < stored->n_read; i++) {
        const Known *const known = stored->read[i];
        if (!known->is_stored && strcmp(known->name, catalogue_name(index)) == 0 &&
            entry_serves(&known->entry, goal, SERVES))
            return known;
    }
    return NULL;
}

const Known *stored_find(Stored *stored, const Goal *goal)
{
    const LookupOptions options = {.how = SERVES, .is_judged_only = true, .memory = &stored->rows};
    Store *const store = opened(stored);
    Err err = {0};
    Status status;
    const bool has_rows = lookup_remember(&stored->rows, store, goal, &status, &err) > 0;
    if (status != OK) warn(stored, &err);
    const Known *const before = has_rows ? NULL : known_already(stored, goal);
    if (before) return before;
    bool is_found;
    Known *const known = xmalloc(sizeof *known);
    lookup_find(known, &is_found, store, goal, &options, NULL);
    if (!is_found) {
        free(known);
        return NULL;
    }
    stored->read = xrealloc(stored->read, ((size_t)stored->n_read + 1) * sizeof *stored->read);
    stored->read[stored->n_read++] = known;
    return known;
}

const char *stored_text(Stored *stored, const Known *known)
{
    Text text = {0};
    entry_print(&text, &known->entry);
    stored->text = xrealloc(stored->text, ((size_t)stored->n_texts + 1) * sizeof *stored->text);
    stored->text[stored->n_texts] = xstrdup(text_get(&text));
    text_release(&text);
    return stored->text[stored->n_texts++];
}
