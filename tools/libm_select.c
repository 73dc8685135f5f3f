/* Which functions a library is to have. */
#include "tools/libm.h"

#include "frontend/functions.h"
#include "runtime/library/c_names.h"
#include "tools/c_goal.h"

#include <stdlib.h>
#include <string.h>

/* A wish: "expf=4ulp" in two parts. */
typedef struct {
    char name[C_GOAL_NAME_MAX]; /* "expf" */
    const char *bound;          /* "4ulp"; NULL: not said */
} Wish;

static Status read_wish(Wish *wish, const char *word, Err *err)
{
    const char *equals = strchr(word, '=');
    const size_t n = equals ? (size_t)(equals - word) : strlen(word);
    if (n >= sizeof wish->name) return fail(err, ERR_INPUT, "'%.40s...' is no function", word);
    memcpy(wish->name, word, n);
    wish->name[n] = 0;
    wish->bound = equals ? equals + 1 : NULL;
    return c_goal_check_name(wish->name, err);
}

static void add_name(Text *list, const char *name)
{
    text_add(list, "%s%s", list->length ? ", " : "", name);
}

static Status add(Library *library, const char *name, const char *bound, bool *is_there, Err *err)
{
    Goal *goal = xmalloc(sizeof *goal);
    Status status = c_goal(goal, name, bound, library_most(&library->target)->name, err);
    if (status == OK) status = library_add(library, goal, is_there, err);
    free(goal);
    return status;
}

/* -- those that are named ------------------------------------------------------------------------- */

/* The bound that an override gives to the function; else `otherwise`. The last one counts. */
static Status find_bound(const char **bound, const LibmWishes *wishes, const char *name,
                         const char *otherwise, bool *is_named, Err *err)
{
    *bound = otherwise;
    for (int i = 0; i < wishes->overrides.n; i++) {
        Wish wish;
        const Status status = read_wish(&wish, wishes->overrides.word[i], err);
        if (status != OK) return status;
        if (!wish.bound)
            return fail(err, ERR_INPUT,
                        "'--function %s' needs a bound, as in --function %s=4ulp; to have only "
                        "some functions, name them without an option",
                        wish.name, wish.name);
        if (strcmp(wish.name, name) != 0) continue;
        *bound = wish.bound;
        *is_named = true;
    }
    return OK;
}

/* Is the function among the first n words? */
static bool is_among(const Words *words, int n, const char *name)
{
    for (int i = 0; i < n; i++) {
        Wish other;
        if (read_wish(&other, words->word[i], NULL) == OK && strcmp(other.name, name) == 0)
            return true;
    }
    return false;
}

static Status add_named(Library *library, const LibmWishes *wishes, const Words *words,
                        LibmMissing *missing, Err *err)
{
    for (int i = 0; i < words->n; i++) {
        Wish wish;
        bool is_there, is_named;
        const char *bound;
        Status status = read_wish(&wish, words->word[i], err);
        if (status != OK) return status;
        if (is_among(words, i, wish.name)) continue;
        if (words != &wishes->names && is_among(&wishes->names, wishes->names.n, wish.name))
            continue;
        status = find_bound(&bound, wishes, wish.name, wish.bound ? wish.bound : wishes->max_error,
                            &is_named, err);
        if (status == OK) status = add(library, wish.name, bound, &is_there, err);
        if (status != OK) return status;
        if (is_there) continue;
        add_name(&missing->without, wish.name);
        add_name(&missing->named, wish.name);
    }
    return OK;
}

/* -- all of them ------------------------------------------------------------------------------------ */

static Status add_unnamed(Library *library, const LibmWishes *wishes, const char *function,
                          Type type, bool is_expected, LibmMissing *missing, Err *err)
{
    Text name = {0};
    bool is_there = false, is_named = false;
    const char *bound;
    c_name_add(&name, function, type);
    Status status = find_bound(&bound, wishes, text_get(&name), wishes->max_error, &is_named, err);
    if (status == OK) status = add(library, text_get(&name), bound, &is_there, err);
    if (status == OK && !is_there && (is_expected || is_named))
        add_name(&missing->without, text_get(&name));
    if (status == OK && !is_there && is_named) add_name(&missing->named, text_get(&name));
    text_release(&name);
    return status;
}

/* Has another name of the same function come before in the list? */
static bool is_alias(int index, Op op)
{
    for (int i = 0; i < index; i++) {
        Op other;
        Type type;
        if (function_from_c(function_name(i), &other, &type) && other == op) return true;
    }
    return false;
}

/* The functions that C has names for, then the others that we have. */
static Status add_all(Library *library, const LibmWishes *wishes, Type type, LibmMissing *missing,
                      Err *err)
{
    Status status = OK;
    Op op;
    Type f64;
    for (int i = 0; c_name(i) && status == OK; i++)
        if (function_from_c(c_name(i), &op, &f64))
            status = add_unnamed(library, wishes, c_name(i), type, true, missing, err);
    for (int i = 0; function_name(i) && status == OK; i++) {
        const char *name = function_name(i);
        if (!function_from_c(name, &op, &f64) || is_alias(i, op) || c_name_is_known(name)) continue;
        if (op == OP_GAMMA) continue; /* tgamma, in C */
        Err ignored;                  /* not every function can be asked for on all inputs */
        if (add_unnamed(library, wishes, name, type, false, missing, &ignored) == ERR_LIMIT)
            status = fail(err, ERR_LIMIT, "%s", ignored.text);
    }
    return status;
}

Status libm_select(Library *library, const LibmWishes *wishes, LibmMissing *missing, Err *err)
{
    static const Type TYPES[] = {TYPE_F32, TYPE_F64};
    static const char *const EVERYTHING[] = {"all of type float", "all of type double"};
    const char *ignored;
    bool is_named;
    Status status = find_bound(&ignored, wishes, "", "", &is_named, err); /* are they well said? */
    if (status != OK) return status;
    if (wishes->names.n > 0) {
        status = add_named(library, wishes, &wishes->names, missing, err);
        return status == OK ? add_named(library, wishes, &wishes->overrides, missing, err) : status;
    }
    for (int i = 0; i < 2 && status == OK; i++) {
        const int before = library->n;
        const size_t said = missing->without.length;
        status = add_all(library, wishes, TYPES[i], missing, err);
        if (library->n > before || missing->without.length == said) continue;
        missing->without.length = said; /* of a type of which there is nothing, no list */
        add_name(&missing->without, EVERYTHING[i]);
    }
    return status;
}

/* -- forms that are left out -------------------------------------------------------------------------- */

const char *libm_nobody_has(const Library *library)
{
    return library->store ? "neither the catalogue nor the user's store has a"
                          : "the catalogue has no";
}

void libm_print_lacking(Text *out, const Library *library)
{
    for (const Target *level = TARGETS; level->name; level++) {
        Text names = {0};
        for (int i = 0; i < library->n; i++)
            if (library->function[i]->lacking == level)
                text_add(&names, "%s %s", names.length ? "," : "", library->function[i]->symbol);
        if (names.length)
            text_add(out,
                     "%s program for %s within the bound, so the forms for it are left out of:%s\n",
                     libm_nobody_has(library), level->name, text_get(&names));
        text_release(&names);
    }
}

/* -- programs of the store ---------------------------------------------------------------------------- */

void libm_print_stored(Text *out, const Library *library)
{
    int n = 0;
    for (int i = 0; i < library->n; i++) {
        const LibraryFunction *function = library->function[i];
        bool is_stored = false;
        for (int k = 0; k < function->n_entries; k++) is_stored |= function->source[k].is_stored;
        if (is_stored)
            text_add(out, "%s%s", n++ ? ", " : "from the user's store: ", function->symbol);
    }
}
