#include "passes/stored.h"

#include "passes/shim.h"

#include <stdlib.h>

void stored_release(Stored *stored)
{
    store_close(stored->store);
    for (int i = 0; i < stored->n_texts; i++) free(stored->text[i]);
    free(stored->text);
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

bool stored_find(Known *out, Stored *stored, const Goal *goal)
{
    static const LookupOptions OPTIONS = {.how = SERVES, .is_judged_only = true};
    Err err = {0};
    bool is_found;
    if (lookup_find(out, &is_found, opened(stored), goal, &OPTIONS, &err) != OK) warn(stored, &err);
    return is_found;
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
