#include "tools/options.h"

#include "runtime/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 64 };

static Status unknown_option(const Option *options, const char *name, Err *err)
{
    const char *names[OPTIONS_MAX + 2];
    int n = 0;
    for (; options[n].name && n < OPTIONS_MAX; n++) names[n] = options[n].name;
    names[n++] = "--help";
    names[n] = NULL;
    const char *nearest = text_nearest(name, names);
    if (nearest)
        return fail(err, ERR_INPUT, "unknown option '%s'; did you mean '%s'?", name, nearest);
    return fail(err, ERR_INPUT, "unknown option '%s'", name);
}

static Status parse_count(const char *name, const char *text, uint64_t *out, Err *err)
{
    char *end;
    errno = 0;
    *out = strtoull(text, &end, 10);
    if (isdigit((unsigned char)*text) && *end == 0 && errno == 0) return OK;
    return fail(err, ERR_INPUT, "'%s %s': expected a whole number", name, text);
}

static Status parse_seconds(const char *name, const char *text, double *out, Err *err)
{
    static const struct {
        const char *unit;
        double seconds;
    } UNITS[] = {{"", 1}, {"s", 1}, {"ms", 1e-3}, {"m", 60}, {"min", 60}, {"h", 3600}};
    char *end;
    const double number = strtod(text, &end);
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
        if (end != text && strcmp(end, UNITS[i].unit) == 0 && number > 0 && isfinite(number)) {
            *out = number * UNITS[i].seconds;
            return OK;
        }
    return fail(err, ERR_INPUT, "'%s %s': expected a time such as 60s, 500ms, 2m or 1h", name,
                text);
}

static Status set_value(const Option *option, const char *text, Err *err)
{
    Words *words;
    switch (option->kind) {
    case OPTION_FLAG: *(bool *)option->value = true; return OK;
    case OPTION_TEXT: *(const char **)option->value = text; return OK;
    case OPTION_TEXTS:
        words = option->value;
        if (words->n == WORDS_MAX)
            return fail(err, ERR_LIMIT, "'%s' is given more than %d times", option->name,
                        WORDS_MAX);
        words->word[words->n++] = text;
        return OK;
    case OPTION_COUNT: return parse_count(option->name, text, option->value, err);
    case OPTION_SECONDS: return parse_seconds(option->name, text, option->value, err);
    }
    return OK;
}

/* "-5" and "-x" alone are no options but expressions; "-o" is the only short one. */
static bool is_option(const char *word)
{
    return strncmp(word, "--", 2) == 0 || strncmp(word, "-o", 2) == 0 || strcmp(word, "-h") == 0;
}

Status options_parse(const Option *options, int argc, char **argv, Words *positional,
                     bool *want_help, Err *err)
{
    bool is_rest = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (is_rest || !is_option(word)) {
            if (positional->n == WORDS_MAX) return fail(err, ERR_LIMIT, "too many arguments");
            positional->word[positional->n++] = word;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            is_rest = true;
            continue;
        }
        if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            *want_help = true;
            continue;
        }
        const bool is_short = word[1] != '-';
        const char *equals = is_short ? NULL : strchr(word, '=');
        const size_t name_length = is_short ? 2 : equals ? (size_t)(equals - word) : strlen(word);
        const Option *option = options;
        while (option->name && (strlen(option->name) != name_length ||
                                strncmp(option->name, word, name_length) != 0))
            option++;
        if (!option->name) return unknown_option(options, word, err);
        const char *value = is_short && word[2] ? word + 2 : equals ? equals + 1 : NULL;
        if (option->kind == OPTION_FLAG && value)
            return fail(err, ERR_INPUT, "'%s' takes no value", option->name);
        if (option->kind != OPTION_FLAG && !value) {
            if (i + 1 == argc)
                return fail(err, ERR_INPUT, "'%s' needs a value: %s", option->name,
                            option->metavar);
            value = argv[++i];
        }
        const Status status = set_value(option, value, err);
        if (status != OK) return status;
    }
    return OK;
}

void options_print(const Option *options)
{
    for (; options->name; options++) {
        char left[64];
        snprintf(left, sizeof left, "%s %s", options->name,
                 options->metavar ? options->metavar : "");
        printf("  %-28s %s\n", left, options->help);
    }
}
