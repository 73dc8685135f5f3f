#include "runtime/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Status fail(Err *err, Status status, const char *format, ...)
{
    if (!err) return status;
    memset(err, 0, sizeof *err);
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return status;
}

/* Copies the line around `offset` into err->excerpt, at most 120 bytes of it,
   with control bytes and non-ASCII bytes shown as '?'. */
static void err_set_excerpt(Err *err, const char *text, size_t length, size_t offset)
{
    enum { BEFORE = 60, SHOWN = 120 };
    size_t start = offset, end = offset;
    while (start > 0 && text[start - 1] != '\n' && offset - start < BEFORE) start--;
    while (end < length && text[end] != '\n' && end - start < SHOWN) end++;
    for (size_t i = start; i < end; i++) {
        const unsigned char c = (unsigned char)text[i];
        err->excerpt[i - start] = c == '\t' ? ' ' : c >= 0x20 && c < 0x7f ? (char)c : '?';
    }
    err->excerpt[end - start] = 0;
    err->caret = (int)(offset - start);
}

Status fail_at(Err *err, Status status, const char *text, size_t length, size_t offset,
               const char *format, ...)
{
    if (!err) return status;
    memset(err, 0, sizeof *err);
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    if (offset > length) offset = length;
    err->line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < offset; i++)
        if (text[i] == '\n') err->line++, line_start = i + 1;
    err->column = (int)(offset - line_start) + 1;
    err_set_excerpt(err, text, length, offset);
    return status;
}

Status fail_in(Err *err, Status status, const char *source)
{
    if (err && status != OK && err->line > 0)
        snprintf(err->source, sizeof err->source, "%s", source);
    return status;
}

static void *checked(void *memory)
{
    if (memory) return memory;
    fputs("approxcc: out of memory\n", stderr);
    abort();
}

void *xmalloc(size_t size) { return checked(malloc(size ? size : 1)); }

void *xcalloc(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t size) { return checked(realloc(old, size ? size : 1)); }

char *xstrdup(const char *text) { return checked(strdup(text)); }
