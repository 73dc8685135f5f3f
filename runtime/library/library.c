/* Which functions, forms and programs. */
#include "runtime/library/library.h"

#include "runtime/catalogue/catalogue.h"
#include "runtime/catalogue/lookup.h"
#include "runtime/library/c_names.h"
#include "runtime/measure/cost.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MULTI[] = "x86-64-multi";
static const char *const MULTI_LEVELS[] = {"x86-64-v2", "x86-64-v3", "x86-64-v4"};
enum { N_MULTI_LEVELS = sizeof MULTI_LEVELS / sizeof *MULTI_LEVELS };

Status library_target(LibraryTarget *out, const char *name, Err *err)
{
    *out = (LibraryTarget){.name = MULTI};
    if (strcmp(name, MULTI) == 0) {
        for (int i = 0; i < N_MULTI_LEVELS; i++) out->level[i] = target_find(MULTI_LEVELS[i]);
        out->n_levels = N_MULTI_LEVELS;
        return OK;
    }
    out->level[0] = target_find(name);
    out->n_levels = 1;
    if (!out->level[0])
        return fail(err, ERR_INPUT, "unknown target '%s' (see --print-targets, or %s)", name,
                    MULTI);
    out->name = out->level[0]->name;
    return OK;
}

const Target *library_most(const LibraryTarget *target)
{
    return target->level[target->n_levels - 1];
}

static bool is_prefix(const char *prefix)
{
    if (isdigit((unsigned char)*prefix)) return false;
    for (const char *c = prefix; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_') return false;
    return true;
}

Status library_new(Library **out, const char *target, const char *prefix, bool sets_errno, Err *err)
{
    LibraryTarget found;
    const Status status = library_target(&found, target, err);
    if (status != OK) return status;
    if (!is_prefix(prefix) || strlen(prefix) >= sizeof(*out)->prefix)
        return fail(err, ERR_INPUT, "'%s' cannot begin the names of C functions", prefix);
    Library *library = xcalloc(1, sizeof *library);
    library->target = found;
    library->sets_errno = sets_errno;
    snprintf(library->prefix, sizeof library->prefix, "%s", prefix);
    *out = library;
    return OK;
}

static void function_free(LibraryFunction *function)
{
    for (int i = 0; i < function->n_entries; i++) free(function->entry[i]);
    free(function);
}

void library_free(Library *library)
{
    if (!library) return;
    for (int i = 0; i < library->n; i++) function_free(library->function[i]);
    free(library);
}

/* -- programs ---------------------------------------------------------------------------------- */

/* The programs of one function for the levels of its forms. */
typedef struct {
    Library *of;
    LibraryFunction *function;
    struct {
        const Target *level;
        int entry; /* of function->entry; -1: none */
    } found[LIBRARY_LEVELS_MAX];
    int n;
} Programs;

static bool can_run(const Prog *prog, const Target *level)
{
    return isfinite(cost_estimate(prog, level->name).throughput);
}

/* The cheapest that is known for the level; false if there is none. */
static bool look_up(Known *known, Library *library, const Goal *goal)
{
    const LookupOptions options = {.how = SERVES, .is_judged = true};
    Err err = {0};
    bool is_found;
    const Status status = lookup_find(known, &is_found, library->store, goal, &options, &err);
    if (status != OK && !library->store_fault.text[0]) library->store_fault = err;
    return is_found;
}

/* The first program, of the most able level, that the goal's target has the operators of and that costs it hardly more than `cheapest`
   (NULL: whatever it costs); -1 if there is none. */
static int find_shared(const LibraryFunction *function, const Goal *goal, const Prog *cheapest)
{
    const double most = cheapest ? CATALOGUE_NEAR_TIE * cost_for_goal(NULL, cheapest, goal) : INFINITY;
    for (int i = 0; i < function->n_entries; i++) {
        const Prog *prog = &function->entry[i]->prog;
        if (can_run(prog, target_find(goal->target)) && cost_for_goal(NULL, prog, goal) <= most)
            return i;
    }
    return -1;
}

static int add_entry(LibraryFunction *function, const Known *known)
{
    assert(function->n_entries < LIBRARY_LEVELS_MAX);
    const int index = function->n_entries++;
    LibrarySource *source = &function->source[index];
    source->is_stored = known->is_stored;
    memcpy(source->name, known->name, sizeof source->name);
    function->entry[index] = xmalloc(sizeof known->entry);
    *function->entry[index] = known->entry;
    return index;
}

/* A program that another level has already, if this one has its operators, so that their bits are the same; else the cheapest one
   known. Levels of a library for several, of which a processor runs one, share only what is about as cheap for them. */
static int find_entry(Library *library, LibraryFunction *function, const Target *level)
{
    Known *known = xmalloc(sizeof *known);
    Goal *goal = xmalloc(sizeof *goal);
    *goal = function->goal;
    snprintf(goal->target, sizeof goal->target, "%s", level->name);
    const bool is_one_level = library->target.n_levels == 1;
    int index = is_one_level ? find_shared(function, goal, NULL) : -1;
    if (index < 0 && look_up(known, library, goal)) {
        index = find_shared(function, goal, &known->entry.prog);
        if (index < 0) index = add_entry(function, known);
    }
    free(goal);
    free(known);
    return index;
}

static int entry_for(Programs *programs, const Target *level)
{
    for (int i = 0; i < programs->n; i++)
        if (programs->found[i].level == level) return programs->found[i].entry;
    const int entry = find_entry(programs->of, programs->function, level);
    assert(programs->n < LIBRARY_LEVELS_MAX);
    programs->found[programs->n].level = level;
    programs->found[programs->n++].entry = entry;
    return entry;
}

/* -- forms --------------------------------------------------------------------------------------- */

/* False if the level has no program. */
static bool add_form(Programs *programs, const char *symbol, const Target *level,
                     const VectorIsa *isa, int lanes)
{
    LibraryFunction *function = programs->function;
    const int entry = entry_for(programs, level);
    if (entry < 0) {
        if (!function->lacking || target_is_within(function->lacking, level))
            function->lacking = level;
        return false;
    }
    assert(function->n_forms < LIBRARY_FORMS_MAX);
    LibraryForm *form = &function->form[function->n_forms++];
    *form =
        (LibraryForm){.level = level, .isa = isa, .lanes = lanes, .entry = function->entry[entry]};
    snprintf(form->symbol, sizeof form->symbol, "%s", symbol);
    return true;
}

/* The forms of one value or of an array, at every level; none if the least, to which all processors fall back, has no program. */
static void add_chosen_forms(Programs *programs, const LibraryTarget *target, const char *symbol,
                             int lanes)
{
    for (int i = 0; i < target->n_levels; i++)
        if (!add_form(programs, symbol, target->level[i], NULL, lanes) && i == 0) return;
}

static void add_vector_forms(Programs *programs, const LibraryTarget *target)
{
    const LibraryFunction *function = programs->function;
    const Type type = function->goal.type;
    const Target *most = library_most(target);
    for (const VectorIsa *isa = VECTOR_ISAS; isa->letter; isa++) {
        const int lanes = vector_isa_lanes(isa, type);
        if (!vector_isa_is_of(isa, most) || lanes < 2) continue;
        Text symbol = {0};
        vector_abi_name(&symbol, isa, type, function->goal.n_variables, function->symbol);
        add_form(programs, text_get(&symbol), vector_isa_level(isa, most), isa, lanes);
        text_release(&symbol);
    }
}

/* A most able level's program first, so that lesser ones share it where they can. */
static void find_programs(Programs *programs, const LibraryTarget *target)
{
    for (int i = target->n_levels - 1; i >= 0; i--) entry_for(programs, target->level[i]);
}

static Status name_function(LibraryFunction *function, const Library *library, Err *err)
{
    enum { ROOM = sizeof "_ZGVdN16vv_" }; /* that vectors put before a name */
    const Goal *goal = &function->goal;
    const bool is_plain = library->prefix[0] == 0;
    Text name = {0};
    c_name_add(&name, goal->name, goal->type);
    const char *prefix = is_plain && !c_name_is_known(goal->name) ? "approx_" : library->prefix;
    const int length =
        snprintf(function->symbol, sizeof function->symbol, "%s%s", prefix, text_get(&name));
    snprintf(function->array_symbol, sizeof function->array_symbol, "%s%s_array",
             is_plain ? "approx_" : library->prefix, text_get(&name));
    text_release(&name);
    if (length + ROOM < LIBRARY_SYMBOL_MAX) return OK;
    return fail(err, ERR_LIMIT, "the name of '%s' is too long", goal->name);
}

Status library_add(Library *library, const Goal *goal, bool *is_there, Err *err)
{
    *is_there = false;
    if (library->n == LIBRARY_FUNCTIONS_MAX)
        return fail(err, ERR_LIMIT, "a library has at most %d functions", LIBRARY_FUNCTIONS_MAX);
    if (goal->type != TYPE_F32 && goal->type != TYPE_F64)
        return fail(err, ERR_UNSUPPORTED, "functions of the C library are f32 or f64, not %s",
                    type_info(goal->type)->name);
    LibraryFunction *function = xcalloc(1, sizeof *function);
    Programs programs = {.of = library, .function = function};
    function->goal = *goal;
    const Status status = name_function(function, library, err);
    if (status != OK) {
        function_free(function);
        return status;
    }
    find_programs(&programs, &library->target);
    add_chosen_forms(&programs, &library->target, function->symbol, 1);
    add_chosen_forms(&programs, &library->target, function->array_symbol, 0);
    add_vector_forms(&programs, &library->target);
    if (function->n_forms == 0) {
        function_free(function);
        return OK;
    }
    library->function[library->n++] = function;
    *is_there = true;
    return OK;
}

bool library_has_form(const LibraryFunction *function, char letter)
{
    for (int i = 0; i < function->n_forms; i++)
        if (function->form[i].isa && function->form[i].isa->letter == letter) return true;
    return false;
}
