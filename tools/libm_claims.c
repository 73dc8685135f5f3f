/* What is claimed of a library: CLAIMS.md for people, claims.json for programs. */
#include "tools/libm.h"

#include "runtime/measure/wrong_specials.h"
#include "tools/say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* -- forms in words ---------------------------------------------------------------------------------- */

static const char *kind_of(const LibraryForm *form)
{
    return form->lanes == 0 ? "array" : form->lanes == 1 ? "scalar" : "vector";
}

/* The symbols whose program is number `index`, once each. */
static void print_symbols(Text *out, const LibraryFunction *function, int index)
{
    const char *between = "";
    for (int k = 0; k < function->n_forms; k++) {
        const LibraryForm *form = &function->form[k];
        if (form->entry != function->entry[index]) continue;
        bool is_new = true;
        for (int i = 0; i < k && is_new; i++)
            is_new = function->form[i].entry != form->entry ||
                     strcmp(function->form[i].symbol, form->symbol) != 0;
        if (!is_new) continue;
        text_add(out, "%s`%s`", between, form->symbol);
        between = ", ";
    }
}

/* -- CLAIMS.md -------------------------------------------------------------------------------------------- */

static void print_policy(Text *out, const Library *library)
{
    text_add(
        out,
        "- Errors are in units in the last place (ulp) of the result, against the exact value. "
        "`exhaustive` means that every float was looked at, `sampled` that "
        "so many were, thick where errors hide: another may be worse, and that none is above the "
        "bound is then not shown.\n"
        "- Zeros, infinities, NaN and subnormal numbers give what C's Annex F and the function's "
        "limits say; the list of special values of each function of one argument is in claims.json.\n");
    text_add(
        out,
        library->sets_errno
            ? "- Functions of one value set errno: EDOM where the result is a NaN and no argument "
              "is, ERANGE at poles and overflow. Underflow sets nothing. Arrays and vectors set "
              "none.\n"
            : "- No function sets errno.\n");
    text_add(
        out,
        "- Floating-point exceptions are raised as the arithmetic happens to raise them: inexact, "
        "underflow, "
        "overflow and invalid may be set though the function's value is fine.\n"
        "- The rounding mode has to be to nearest, and subnormal numbers must not be flushed to "
        "zero: linking "
        "with -ffast-math turns flushing on (gcc, clang).\n"
        "- Times are of the processor that is named, for one value: ours in arrays, other "
        "libraries' in calls of one value (glibc) or of vectors (libmvec).\n"
        "- Functions that are not listed are not in the library: programs find the system's.\n\n");
}

static void print_other(Text *out, const BesideRow *row)
{
    text_add(out, "; %s %.3g ns", row->who, row->ns);
    if (row->latency_ns > 0) text_add(out, ", %.3g ns latency", row->latency_ns);
    text_add(out, ", %.3g ulp (%s)", row->max_ulp, row->cpu);
}

/* What the clock said of the entry, and of other libraries beside it. */
static void print_times(Text *out, const Entry *entry, const Beside *beside)
{
    if (entry->throughput_ns > 0)
        text_add(out, "%.3g ns in arrays, %.3g ns latency%s (%s, %s, %s)", entry->throughput_ns,
                 entry->latency_ns, entry->is_modelled ? ", modelled" : "", entry->goal.target,
                 entry->cpu, entry->date);
    else
        text_add(out, "not timed");
    for (int i = 0; i < beside->n; i++)
        if (beside_is_about(&beside->row[i], &entry->goal)) print_other(out, &beside->row[i]);
}

static void print_function(Text *out, const LibraryFunction *function, const Beside *beside)
{
    for (int i = 0; i < function->n_entries; i++) {
        const Entry *entry = function->entry[i];
        const Report *report = &entry->report;
        text_add(out, "| `%s` | ", function->symbol);
        print_symbols(out, function, i);
        text_add(out, " | %s | %.4g ulp at ", function->goal.bound.text, report->max_ulp);
        for (int v = 0; v < entry->goal.n_variables; v++) {
            text_add(out, "%s", v ? ", " : "");
            text_add_hex(out, report->worst_input[v]);
        }
        text_add(out, " | %s, %llu inputs | ", method_name(report->method),
                 (unsigned long long)report->n_points);
        const int n_wrong = wrong_specials(report, &entry->goal, report->max_ulp);
        if (entry->goal.n_variables > 1)
            text_add(out, "pairs of them are among the inputs | ");
        else
            text_add(out, "%d of %d | ", report->n_specials - n_wrong, report->n_specials);
        print_times(out, entry, beside);
        text_add(out, " |\n");
    }
}

static void print_markdown(Text *out, const Library *library, const LibmMissing *missing,
                           const Beside *beside)
{
    text_add(out,
             "# libapproxm for %s\n\nMade by `approxcc libm`, version " APPROX_VERSION
             ". A function has a row for each program that its forms are compiled from.\n\n",
             library->target.name);
    print_policy(out, library);
    text_add(out, "| function | forms | bound | largest error | checked | special values "
                  "right | time |\n|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < library->n; i++) print_function(out, library->function[i], beside);
    Text lacking = {0};
    libm_print_lacking(&lacking, library);
    if (lacking.length || missing->without.length) text_add(out, "\n## Not in the library\n\n");
    text_add(out, "%s", text_get(&lacking));
    if (missing->without.length)
        text_add(out, "\nNo program within the bound: %s.\n", text_get(&missing->without));
    text_release(&lacking);
}

/* -- claims.json ------------------------------------------------------------------------------------------- */

static void add_text(Text *out, const char *key, const char *value, const char *after)
{
    text_add_json(out, key);
    text_add(out, ": ");
    text_add_json(out, value);
    text_add(out, "%s", after);
}

static int program_number(const LibraryFunction *function, const LibraryForm *form)
{
    for (int i = 0; i < function->n_entries; i++)
        if (function->entry[i] == form->entry) return i;
    return -1;
}

static void json_forms(Text *out, const LibraryFunction *function)
{
    text_add(out, "\"forms\": [");
    for (int k = 0; k < function->n_forms; k++) {
        const LibraryForm *form = &function->form[k];
        text_add(out, "%s\n      {", k ? "," : "");
        add_text(out, "symbol", form->symbol, ", ");
        add_text(out, "kind", kind_of(form), ", ");
        text_add(out, "\"lanes\": %d, ", form->lanes > 1 ? form->lanes : 1);
        add_text(out, "level", form->level->name, ", ");
        add_text(out, "cpu", form->isa && form->isa->cpu ? form->isa->cpu : form->level->cpu, ", ");
        text_add(out, "\"program\": %d}", program_number(function, form));
    }
    text_add(out, "],\n    ");
}

static void json_beside(Text *out, const LibraryFunction *function, const Beside *beside)
{
    const char *between = "";
    text_add(out, "\"beside\": [");
    for (int i = 0; i < function->n_entries; i++)
        for (int k = 0; k < beside->n; k++) {
            const BesideRow *row = &beside->row[k];
            if (!beside_is_about(row, &function->entry[i]->goal)) continue;
            text_add(out, "%s\n      {\"program\": %d, ", between, i);
            add_text(out, "who", row->who, ", ");
            add_text(out, "target", row->target, ", ");
            add_text(out, "cpu", row->cpu, ", ");
            text_add(out, "\"ns\": ");
            text_add_double(out, row->ns);
            if (row->latency_ns > 0) {
                text_add(out, ", \"latency_ns\": ");
                text_add_double(out, row->latency_ns);
            }
            text_add(out, ", \"max_ulp\": ");
            if (isfinite(row->max_ulp))
                text_add_double(out, row->max_ulp);
            else
                text_add(out, "null");
            text_add(out, ", \"specials_wrong\": %d}", row->specials_wrong);
            between = ",";
        }
    text_add(out, "]");
}

static void json_function(Text *out, const LibraryFunction *function, const Beside *beside)
{
    text_add(out, "{");
    add_text(out, "symbol", function->symbol, ", ");
    add_text(out, "array_symbol", function->array_symbol, ", ");
    add_text(out, "name", function->goal.name, ", ");
    add_text(out, "expression", function->goal.expression, ", ");
    add_text(out, "type", type_info(function->goal.type)->name, ", ");
    add_text(out, "bound", function->goal.bound.text, ",\n    ");
    json_forms(out, function);
    text_add(out, "\"programs\": [");
    for (int i = 0; i < function->n_entries; i++) {
        text_add(out, "%s\n      {", i ? "," : "");
        add_text(out, "entry", function->source[i].name, ", ");
        add_text(out, "from", function->source[i].is_stored ? "store" : "catalogue",
                 ", \"claim\": ");
        Text claim = {0};
        say_json(&claim, function->entry[i]);
        text_add_bytes(out, text_get(&claim), claim.length - 1); /* without its newline */
        text_add(out, "}");
        text_release(&claim);
    }
    text_add(out, "],\n    ");
    json_beside(out, function, beside);
    text_add(out, "}");
}

static void print_json(Text *out, const Library *library, const LibmMissing *missing,
                       const Beside *beside)
{
    text_add(out, "{");
    add_text(out, "library", "approxm", ", ");
    add_text(out, "version", APPROX_VERSION, ", ");
    add_text(out, "target", library->target.name, ", ");
    add_text(out, "prefix", library->prefix, ", ");
    text_add(out, "\"math_errno\": %s, ", library->sets_errno ? "true" : "false");
    add_text(out, "missing", text_get(&missing->without), ",\n\"functions\": [");
    for (int i = 0; i < library->n; i++) {
        text_add(out, "%s\n  ", i ? "," : "");
        json_function(out, library->function[i], beside);
    }
    text_add(out, "\n]}\n");
}

void libm_add_claims(Folder *out, const Library *library, const LibmMissing *missing,
                     const Beside *beside)
{
    print_markdown(folder_add(out, "CLAIMS.md"), library, missing, beside);
    print_json(folder_add(out, "claims.json"), library, missing, beside);
}
