#include "runtime/base/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void text_release(Text *text)
{
    free(text->data);
    *text = (Text){0};
}

const char *text_get(const Text *text) { return text->data ? text->data : ""; }

static void text_reserve(Text *text, size_t more)
{
    const size_t need = text->length + more + 1;
    if (need <= text->capacity) return;
    text->capacity = need > 2 * text->capacity ? need : 2 * text->capacity;
    text->data = xrealloc(text->data, text->capacity);
    text->data[text->length] = 0;
}

void text_add_bytes(Text *text, const char *bytes, size_t n)
{
    text_reserve(text, n);
    if (n) memcpy(text->data + text->length, bytes, n);
    text->length += n;
    text->data[text->length] = 0;
}

void text_add(Text *text, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n > 0) {
        text_reserve(text, (size_t)n);
        vsnprintf(text->data + text->length, (size_t)n + 1, format, again);
        text->length += (size_t)n;
    }
    va_end(again);
}

uint64_t text_hash(const char *bytes, size_t n)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < n; i++) hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3;
    return hash;
}

void text_add_json(Text *text, const char *value)
{
    text_add(text, "\"");
    for (const char *c = value; *c; c++) {
        if (*c == '"' || *c == '\\')
            text_add(text, "\\%c", *c);
        else if (*c == '\n')
            text_add(text, "\\n");
        else if ((unsigned char)*c < 0x20)
            text_add(text, "\\u%04x", (unsigned)*c);
        else
            text_add_bytes(text, c, 1);
    }
    text_add(text, "\"");
}

void text_add_double(Text *text, double value)
{
    char buffer[40];
    if (isnan(value)) {
        text_add(text, "nan");
        return;
    }
    if (isinf(value)) {
        text_add(text, value < 0 ? "-inf" : "inf");
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(buffer, sizeof buffer, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value) break;
    }
    text_add(text, "%s", buffer);
}

void text_add_hex(Text *text, double value)
{
    if (isnan(value))
        text_add(text, "nan");
    else if (isinf(value))
        text_add(text, value < 0 ? "-inf" : "inf");
    else
        text_add(text, "%a", value);
}

Status text_read_file(Text *out, const char *path, size_t limit, Err *err)
{
    Status status = OK;
    const bool is_stdin = strcmp(path, "-") == 0;
    struct stat about;
    if (!is_stdin && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return fail(err, ERR_SYSTEM, "cannot read '%s': it is a directory", path);
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (!file) return fail(err, ERR_SYSTEM, "cannot read '%s': %s", path, strerror(errno));
    char block[65536];
    size_t n, total = 0;
    while ((n = fread(block, 1, sizeof block, file)) > 0) {
        total += n;
        if (total > limit) {
            status = fail(err, ERR_LIMIT, "'%s' is longer than the %zu bytes such a file may have",
                          path, limit);
            break;
        }
        text_add_bytes(out, block, n);
    }
    if (status == OK && ferror(file))
        status = fail(err, ERR_SYSTEM, "cannot read '%s': %s", path, strerror(errno));
    if (!is_stdin) fclose(file);
    return status;
}

static Status write_all(FILE *file, const char *path, const char *bytes, size_t n, Err *err)
{
    const size_t written = fwrite(bytes, 1, n, file);
    const int flushed = fflush(file);
    if (written == n && flushed == 0) return OK;
    return fail(err, ERR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
}

static Status write_directly(const char *path, const char *bytes, size_t n, Err *err)
{
    if (strcmp(path, "-") == 0) return write_all(stdout, "standard output", bytes, n, err);
    FILE *file = fopen(path, "wb");
    if (!file) return fail(err, ERR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
    Status status = write_all(file, path, bytes, n, err);
    if (fclose(file) != 0 && status == OK)
        status = fail(err, ERR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
    return status;
}

static bool is_written_directly(const char *path)
{
    struct stat about;
    return strcmp(path, "-") == 0 || (stat(path, &about) == 0 && !S_ISREG(about.st_mode));
}

Status text_stage_file(Text *temporary, const char *path, const char *bytes, size_t n, Err *err)
{
    struct stat about;
    const bool exists = strcmp(path, "-") != 0 && stat(path, &about) == 0;
    if (exists && S_ISDIR(about.st_mode))
        return fail(err, ERR_SYSTEM, "cannot write '%s': it is a directory", path);
    if (is_written_directly(path)) return OK;

    /* In the same folder, by a short name: the path's own may have the greatest length there is. */
    const char *slash = strrchr(path, '/');
    text_add(temporary, "%.*s.approxcc-XXXXXX", slash ? (int)(slash + 1 - path) : 0, path);
    const int descriptor = mkstemp(temporary->data);
    if (descriptor < 0) {
        text_release(temporary);
        return fail(err, ERR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
    }
    const mode_t mask = umask(0);
    umask(mask);
    fchmod(descriptor, exists ? about.st_mode & 0777 : 0666 & ~mask);
    FILE *file = fdopen(descriptor, "wb");
    Status status = write_all(file, path, bytes, n, err);
    if (fclose(file) != 0 && status == OK)
        status = fail(err, ERR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
    if (status != OK) text_discard_file(temporary);
    return status;
}

Status text_commit_file(Text *temporary, const char *path, const char *bytes, size_t n, Err *err)
{
    if (!temporary->length) return write_directly(path, bytes, n, err);
    Status status = OK;
    if (rename(temporary->data, path) != 0) {
        status = fail(err, ERR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
        unlink(temporary->data);
    }
    text_release(temporary);
    return status;
}

void text_discard_file(Text *temporary)
{
    if (temporary->length) unlink(temporary->data);
    text_release(temporary);
}

Status text_write_file(const char *path, const char *bytes, size_t n, Err *err)
{
    Text temporary = {0};
    const Status status = text_stage_file(&temporary, path, bytes, n, err);
    return status != OK ? status : text_commit_file(&temporary, path, bytes, n, err);
}

bool text_take_line(char *line, size_t size, const char *text, size_t length, size_t *at)
{
    const char *start = text + *at;
    const char *newline = *at < length ? memchr(start, '\n', length - *at) : NULL;
    if (newline == NULL || (size_t)(newline - start) >= size) return false;
    const size_t n = (size_t)(newline - start);
    memcpy(line, start, n);
    line[n] = 0;
    *at += n + 1;
    return true;
}

/* Edit distance with substitutions, insertions and deletions; words longer than
   the row are far from everything. */
static int edit_distance(const char *a, const char *b)
{
    enum { ROW_MAX = 64 };
    const size_t na = strlen(a), nb = strlen(b);
    if (na >= ROW_MAX || nb >= ROW_MAX) return ROW_MAX;
    int row[ROW_MAX + 1];
    for (size_t j = 0; j <= nb; j++) row[j] = (int)j;
    for (size_t i = 1; i <= na; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= nb; j++) {
            const int above = row[j];
            int best = diagonal + (a[i - 1] != b[j - 1]);
            if (above + 1 < best) best = above + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[nb];
}

const char *text_nearest(const char *word, const char *const *candidates)
{
    const char *nearest = NULL;
    int best = (int)strlen(word) / 3 + 2; /* a third of the letters may be wrong */
    for (; *candidates; candidates++) {
        const int distance = edit_distance(word, *candidates);
        if (distance < best) best = distance, nearest = *candidates;
    }
    return nearest;
}
