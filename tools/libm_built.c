/* A library that was written, read back from its claims.json. */
#include "tools/libm.h"

#include "frontend/spec.h"
#include "tools/load.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 64 * 1024 * 1024 };

typedef struct {
    const Json *json;
    const Text *file;
} Claims;

static int list_of(const Claims *claims, int object, const char *key)
{
    const int node = json_find(claims->json, object, key);
    return node && claims->json->node[node].kind == JSON_LIST ? claims->json->node[node].first : 0;
}

static Status wrong(const Claims *claims, int node, const char *expected, Err *err)
{
    return fail_at(err, ERR_INPUT, text_get(claims->file), claims->file->length,
                   claims->json->node[node].offset, "expected %s", expected);
}

/* A program's claim, with all that it leaves open. */
static Status read_claim(Entry *entry, const Claims *claims, int object, Err *err)
{
    Status status = load_json_entry(entry, claims->json, object, claims->file, err);
    if (status == OK) status = spec_fill(&entry->goal, &entry->prog, err);
    if (status != OK) return status;
    bound_settle(&entry->goal.bound, entry->goal.type);
    return goal_check(&entry->goal, err);
}

static Status read_programs(LibraryFunction *function, const Claims *claims, int object, Err *err)
{
    Status status = OK;
    for (int i = list_of(claims, object, "programs"); i && status == OK;
         i = claims->json->node[i].next) {
        if (function->n_entries == LIBRARY_LEVELS_MAX)
            return wrong(claims, i, "fewer programs of a function", err);
        Entry *entry = xcalloc(1, sizeof *entry);
        function->entry[function->n_entries++] = entry;
        const int claim = json_find(claims->json, i, "claim");
        status = claim ? read_claim(entry, claims, claim, err)
                       : wrong(claims, i, "a program with a \"claim\"", err);
    }
    return status;
}

/* NULL: one value or an array. */
static const VectorIsa *isa_of(const char *symbol, Type type, int lanes)
{
    static const char BEFORE[] = "_ZGV";
    if (strncmp(symbol, BEFORE, strlen(BEFORE)) != 0) return NULL;
    for (const VectorIsa *isa = VECTOR_ISAS; isa->letter; isa++)
        if (isa->letter == symbol[strlen(BEFORE)] && vector_isa_lanes(isa, type) == lanes)
            return isa;
    return NULL;
}

static Status read_form(LibraryFunction *function, const Claims *claims, int object, Err *err)
{
    const Json *json = claims->json;
    if (function->n_forms == LIBRARY_FORMS_MAX)
        return wrong(claims, object, "fewer forms of a function", err);
    LibraryForm *form = &function->form[function->n_forms++];
    const char *kind = json_text(json, json_find(json, object, "kind"));
    const char *level = json_text(json, json_find(json, object, "level"));
    const double program = json_number(json, json_find(json, object, "program"), -1);
    const double lanes = json_number(json, json_find(json, object, "lanes"), 0);
    form->level = level ? target_find(level) : NULL;
    if (!json_copy(form->symbol, sizeof form->symbol, json, object, "symbol") || !kind ||
        !form->level || !(program >= 0 && program < function->n_entries) ||
        !(lanes >= 1 && lanes <= 64))
        return wrong(claims, object, "a form as approxcc libm writes it", err);
    form->entry = function->entry[(int)program];
    form->isa = isa_of(form->symbol, function->goal.type, (int)lanes);
    form->lanes = strcmp(kind, "array") == 0 ? 0 : (int)lanes;
    return OK;
}

static Status read_function(LibraryFunction *function, const Claims *claims, int object, Err *err)
{
    const Json *json = claims->json;
    char bound[sizeof function->goal.bound.text];
    if (!json_copy(function->symbol, sizeof function->symbol, json, object, "symbol") ||
        !json_copy(function->array_symbol, sizeof function->array_symbol, json, object,
                   "array_symbol") ||
        !json_copy(bound, sizeof bound, json, object, "bound"))
        return wrong(claims, object, "a function as approxcc libm writes it", err);
    Status status = read_programs(function, claims, object, err);
    if (status == OK && function->n_entries == 0)
        status = wrong(claims, object, "a function with programs", err);
    if (status != OK) return status;
    function->goal = function->entry[0]->goal;
    if (spec_bound(&function->goal.bound, bound, NULL) != OK)
        return wrong(claims, object, "a function with a bound such as 1ulp", err);
    bound_settle(&function->goal.bound, function->goal.type);
    for (int i = list_of(claims, object, "forms"); i && status == OK; i = json->node[i].next)
        status = read_form(function, claims, i, err);
    return status;
}

static Status read_library(Library **out, const Claims *claims, Err *err)
{
    const Json *json = claims->json;
    const int root = json->node[0].first;
    const char *target = json_text(json, json_find(json, root, "target"));
    const char *prefix = json_text(json, json_find(json, root, "prefix"));
    const int sets_errno = json_find(json, root, "math_errno");
    if (!target || !prefix || !sets_errno)
        return wrong(claims, root, "what approxcc libm writes", err);
    Status status = library_new(out, target, prefix, json->node[sets_errno].kind == JSON_TRUE, err);
    for (int i = list_of(claims, root, "functions"); i && status == OK; i = json->node[i].next) {
        if ((*out)->n == LIBRARY_FUNCTIONS_MAX) return wrong(claims, i, "fewer functions", err);
        LibraryFunction *function = xcalloc(1, sizeof *function);
        (*out)->function[(*out)->n++] = function;
        status = read_function(function, claims, i, err);
    }
    return status;
}

Status libm_read(Library **out, const char *folder, Err *err)
{
    Text path = {0}, text = {0};
    Json json = {0};
    *out = NULL;
    text_add(&path, "%s/claims.json", folder);
    Status status = text_read_file(&text, text_get(&path), FILE_MAX, err);
    if (status == OK) {
        status = json_parse(&json, text_get(&text), text.length, err);
        if (status == OK) status = read_library(out, &(Claims){&json, &text}, err);
        status = fail_in(err, status, text_get(&path));
    }
    if (status != OK) library_free(*out), *out = NULL;
    json_release(&json);
    text_release(&text);
    text_release(&path);
    return status;
}
