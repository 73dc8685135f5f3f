#include "tools/library/api_objects.h"

#include "runtime/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

approx_status api_result(Status status, const Err *err, approx_error *error)
{
    static const approx_status WORDS[] = {
        [OK] = APPROX_OK,
        [ERR_INPUT] = APPROX_INPUT,
        [ERR_UNSUPPORTED] = APPROX_UNSUPPORTED,
        [ERR_LIMIT] = APPROX_LIMIT,
        [ERR_SYSTEM] = APPROX_SYSTEM,
        [ERR_UNDECIDED] = APPROX_UNDECIDED,
        [ERR_INTERRUPTED] = APPROX_STOPPED,
        [ERR_INTERNAL] = APPROX_INTERNAL,
    };
    if (status != OK && error) {
        snprintf(error->text, sizeof error->text, "%s%s%s", err->source, err->source[0] ? ": " : "", err->text);
        error->line = err->line;
        error->column = err->column;
    }
    return WORDS[status];
}

const char *approx_status_name(approx_status status)
{
    static const char *const NAMES[] = {
        [APPROX_OK] = "ok",         [APPROX_INPUT] = "wrong input",   [APPROX_UNSUPPORTED] = "not supported",
        [APPROX_LIMIT] = "limit",   [APPROX_SYSTEM] = "system error", [APPROX_UNDECIDED] = "undecided",
        [APPROX_NOT_MET] = "not met", [APPROX_INTERNAL] = "internal error", [APPROX_STOPPED] = "stopped",
    };
    const size_t i = (size_t)status;
    return i < sizeof NAMES / sizeof *NAMES ? NAMES[i] : "unknown status";
}

const char *approx_version(void) { return APPROX_VERSION; }

/* -- options ------------------------------------------------------------------------------- */

static Status set_count(const ApiOption *row, const char *text, Err *err)
{
    char *end;
    errno = 0;
    *(uint64_t *)row->value = strtoull(text, &end, 10);
    if (isdigit((unsigned char)*text) && *end == 0 && errno == 0) return OK;
    return fail(err, ERR_INPUT, "'%s=%s': expected a whole number", row->name, text);
}

static Status set_seconds(const ApiOption *row, const char *text, Err *err)
{
    char *end;
    const double seconds = strtod(text, &end);
    const bool has_unit = strcmp(end, "s") == 0 || *end == 0;
    if (end == text || !has_unit || !(seconds > 0) || !isfinite(seconds))
        return fail(err, ERR_INPUT, "'%s=%s': expected a number of seconds, such as 20s", row->name, text);
    *(double *)row->value = seconds;
    return OK;
}

static Status set(const ApiOption *row, const char *text, Err *err)
{
    ApiTexts *texts = row->value;
    switch (row->kind) {
    case API_TEXT: *(const char **)row->value = text; return OK;
    case API_TEXTS:
        if (texts->n == PROG_INPUTS_MAX) return fail(err, ERR_LIMIT, "too many '%s'", row->name);
        texts->text[texts->n++] = text;
        return OK;
    case API_COUNT: return set_count(row, text, err);
    case API_SECONDS: return set_seconds(row, text, err);
    }
    return OK;
}

static Status unknown(const ApiOption *table, const char *option, Err *err)
{
    const char *names[API_OPTIONS_MAX] = {NULL};
    for (int i = 0; table[i].name && i + 1 < API_OPTIONS_MAX; i++) names[i] = table[i].name;
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(option, "="), option);
    const char *nearest = text_nearest(name, names);
    return nearest ? fail(err, ERR_INPUT, "unknown option '%.80s'; did you mean '%s'?", option, nearest)
                   : fail(err, ERR_INPUT, "unknown option '%.80s'", option);
}

Status api_options(const ApiOption *table, const char *const *options, Err *err)
{
    Status status = OK;
    for (; options && *options && status == OK; options++) {
        const size_t n = strcspn(*options, "=");
        const ApiOption *row = table;
        while (row->name && (strlen(row->name) != n || strncmp(row->name, *options, n) != 0)) row++;
        if (!row->name)
            status = unknown(table, *options, err);
        else if ((*options)[n] == 0)
            status = fail(err, ERR_INPUT, "the option '%s' needs a value: %s=...", *options, *options);
        else
            status = set(row, *options + n + 1, err);
    }
    return status;
}
