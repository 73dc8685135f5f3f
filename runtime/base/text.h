/* A Text is a growing string, always NUL-terminated; `{0}` is an empty one. */
#ifndef APPROX_BASE_TEXT_H
#define APPROX_BASE_TEXT_H

#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    char *data; /* never NULL after the first text_add; see text_get */
    size_t length, capacity;
} Text;

void text_release(Text *text);

/* The characters; "" for an empty Text. Valid until the next change. */
const char *text_get(const Text *text);

void text_add(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(Text *text, const char *bytes, size_t n);

/* Appends `value` as a JSON string with its quotes. */
void text_add_json(Text *text, const char *value);

/* Appends a double that C, JSON (when finite) and our own parsers read back to
   the same bits: the shortest decimal that does. Hex: as %a, "inf", "nan". */
void text_add_double(Text *text, double value);
void text_add_hex(Text *text, double value);

/* Reads the whole file at `path` ("-" is standard input) of at most `limit`
   bytes; appends to `out`. A directory, a missing or a longer file is an error. */
Status text_read_file(Text *out, const char *path, size_t limit, Err *err);

/* Writes the file so that it is whole or not there: a temporary name in the same
   folder, then rename. "-" and existing files that are no regular files
   (/dev/stdout) are written directly. */
Status text_write_file(const char *path, const char *bytes, size_t n, Err *err);

/* Its two halves, for several files that appear all or none: text_stage_file writes under a temporary name, which it
   leaves in `temporary` (empty for what is written directly), text_commit_file gives it its name (or
   writes directly). A staged file that is not committed goes by text_discard_file. */
Status text_stage_file(Text *temporary, const char *path, const char *bytes, size_t n, Err *err);
Status text_commit_file(Text *temporary, const char *path, const char *bytes, size_t n, Err *err);
void text_discard_file(Text *temporary);

/* FNV-1a: the same number on every machine and in every version, for what is kept in files. */
uint64_t text_hash(const char *bytes, size_t n);

/* Copies the line at text[*at] into `line`, without its newline, and sets *at behind that. False if there is none, or the line
   has `size` characters or more. */
bool text_take_line(char *line, size_t size, const char *text, size_t length, size_t *at);

/* The candidate nearest to `word` by edit distance if near enough to be a typing
   error, else NULL. `candidates` ends in NULL. */
const char *text_nearest(const char *word, const char *const *candidates);

#endif
