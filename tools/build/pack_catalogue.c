/* Makes the compiled-in catalogue, at build time: pack_catalogue OUT.c FILE.approx ...

   Each file must parse, have a claim, and be for a float type; its rows are written by rising name. */
#include "runtime/base/text.h"
#include "runtime/catalogue/entry.h"
#include "runtime/catalogue/rows.h"
#include "runtime/emit/targets.h"
#include "runtime/measure/cost.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char name[128];
    Text text;
    uint64_t reference;
    Type type;
    int target;
    Domain domain;
    double error[3], throughput[ROW_TARGETS];
} Row;

static void die(const char *path, const char *what)
{
    fprintf(stderr, "pack_catalogue: %s: %s\n", path, what);
    exit(1);
}

static void read_row(Row *row, const char *path)
{
    Err err = {0};
    const char *slash = strrchr(path, '/');
    snprintf(row->name, sizeof row->name, "%s", slash ? slash + 1 : path);
    char *dot = strrchr(row->name, '.');
    if (dot == NULL || strcmp(dot, ".approx") != 0) die(path, "expected a name ending in .approx");
    *dot = 0;
    if (text_read_file(&row->text, path, ENTRY_FILE_MAX, &err) != OK) die(path, err.text);
    Entry *entry = xcalloc(1, sizeof *entry);
    if (entry_parse(entry, text_get(&row->text), row->text.length, &err) != OK)
        die(path, err.text);
    if (!entry->has_report) die(path, "it makes no claim");
    if (entry->goal.reference.n == 0) die(path, "it has no reference");
    if (!type_is_float(entry->goal.type)) die(path, "it is not for a float type");
    row->reference = prog_hash(&entry->goal.reference);
    row->type = entry->goal.type;
    const Target *const target = target_find(entry->goal.target);
    row->target = target ? (int)(target - TARGETS) : -1;
    row->domain = entry->goal.domain[0];
    for (int kind = 0; kind < 3; kind++)
        row->error[kind] = report_error(&entry->report, (BoundKind)kind);
    for (int i = 0; i < ROW_TARGETS; i++)
        row->throughput[i] = cost_estimate(&entry->prog, TARGETS[i].name).throughput;
    free(entry);
}

static int compare_rows(const void *a, const void *b)
{
    return strcmp(((const Row *)a)->name, ((const Row *)b)->name);
}

/* As a string literal, a line of the file on each. */
static void add_literal(Text *out, const char *text)
{
    text_add(out, "     \"");
    for (; *text; text++) {
        if (*text == '\n')
            text_add(out, text[1] ? "\\n\"\n     \"" : "\\n");
        else if (*text == '"' || *text == '\\')
            text_add(out, "\\%c", *text);
        else
            text_add(out, "%c", *text);
    }
    text_add(out, "\"");
}

static void add_number(Text *out, double value)
{
    if (isinf(value))
        text_add(out, "%sINFINITY, ", value < 0 ? "-" : "");
    else
        text_add(out, "%a, ", value);
}

static void add_row(Text *out, const Row *row)
{
    text_add(out, "    {\"%s\",\n", row->name);
    add_literal(out, text_get(&row->text));
    text_add(out, ",\n     UINT64_C(%llu), (Type)%d, %d,\n     {.lo = ",
             (unsigned long long)row->reference, (int)row->type, row->target);
    add_number(out, row->domain.lo);
    text_add(out, ".hi = ");
    add_number(out, row->domain.hi);
    text_add(out, ".is_all = %d},\n     {", row->domain.is_all);
    for (int kind = 0; kind < 3; kind++) add_number(out, row->error[kind]);
    text_add(out, "},\n     {");
    for (int i = 0; i < ROW_TARGETS; i++) add_number(out, row->throughput[i]);
    text_add(out, "}},\n");
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: pack_catalogue OUT.c FILE.approx ...\n", stderr);
        return 2;
    }
    const int n = argc - 2;
    Row *rows = xcalloc((size_t)n + 1, sizeof *rows);
    for (int i = 0; i < n; i++) read_row(&rows[i], argv[i + 2]);
    qsort(rows, (size_t)n, sizeof *rows, compare_rows);
    Text out = {0};
    text_add(&out, "/* Made by pack_catalogue from runtime/catalogue/entries. */\n"
                   "#include \"runtime/catalogue/rows.h\"\n\n"
                   "#include <math.h>\n\n"
                   "const int CATALOGUE_COUNT = %d;\n"
                   "const CatalogueRow CATALOGUE_ROWS[] = {\n",
             n);
    for (int i = 0; i < n; i++) {
        add_row(&out, &rows[i]);
        text_release(&rows[i].text);
    }
    text_add(&out, "    {0},\n};\n");
    free(rows);
    Err err = {0};
    if (text_write_file(argv[1], text_get(&out), out.length, &err) != OK) die(argv[1], err.text);
    text_release(&out);
    return 0;
}
