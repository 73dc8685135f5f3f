#include "runtime/catalogue/store_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char HEAD[] = "store 1 ";

void store_row_print(Text *out, const StoreRow *row)
{
    text_add(out, "%sllvm %s budget ", HEAD, row->llvm[0] ? row->llvm : "unknown");
    text_add_double(out, row->budget);
    text_add(out, "\n");
    entry_print(out, &row->entry);
}

static bool is_head(const char *text, size_t length, size_t at)
{
    const size_t n = sizeof HEAD - 1;
    return length - at >= n && memcmp(text + at, HEAD, n) == 0;
}

static size_t next_line(const char *text, size_t length, size_t at)
{
    const char *newline = memchr(text + at, '\n', length - at);
    return newline ? (size_t)(newline - text) + 1 : length;
}

static int lines_before(const char *text, size_t at)
{
    int n = 0;
    for (size_t i = 0; i < at; i++) n += text[i] == '\n';
    return n;
}

/* "store 1 llvm 19.1.7 budget 60" */
static Status read_head(StoreRow *row, const char *text, size_t length, size_t *at, Err *err)
{
    char line[128], format[64], rest;
    const size_t begin = *at;
    snprintf(format, sizeof format, "%sllvm %%%ds budget %%lf%%c", HEAD, STORE_LLVM_MAX - 1);
    if (text_take_line(line, sizeof line, text, length, at) &&
        sscanf(line, format, row->llvm, &row->budget, &rest) == 2 && row->budget >= 0)
        return OK;
    return fail_at(err, ERR_INPUT, text, length, begin,
                   "expected a line such as 'store 1 llvm 19.1.7 budget 60'");
}

Status store_row_parse(StoreRow *row, const char *text, size_t length, size_t *at, bool *is_there, Err *err)
{
    Status status = OK;
    row->id[0] = row->llvm[0] = 0;
    row->budget = INFINITY;
    row->is_judged = false;
    *is_there = *at < length;
    if (!*is_there) return OK;
    if (is_head(text, length, *at)) status = read_head(row, text, length, at, err);
    if (status != OK) return status;
    size_t end = *at;
    while (end < length && !is_head(text, length, end)) end = next_line(text, length, end);
    status = entry_parse(&row->entry, text + *at, end - *at, err);
    if (status != OK && err && err->line) err->line += lines_before(text, *at);
    *at = end;
    return status;
}
