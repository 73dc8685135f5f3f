#include "frontend/response_file.h"

#include "runtime/base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 64 << 20 };

typedef struct {
    char **item;
    int n, capacity;
} List;

static void add(List *list, char *item)
{
    if (list->n + 1 >= list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 64;
        list->item = xrealloc(list->item, (size_t)list->capacity * sizeof *list->item);
    }
    list->item[list->n++] = item;
    list->item[list->n] = NULL;
}

/* As GNU tools read it: white space divides, '...' and "..." keep it, a backslash keeps the next character. */
static bool take_argument(const char *text, size_t length, size_t *at, Text *out)
{
    while (*at < length && isspace((unsigned char)text[*at])) (*at)++;
    if (*at == length) return false;
    char quote = 0;
    for (; *at < length && (quote || !isspace((unsigned char)text[*at])); (*at)++) {
        const char c = text[*at];
        if (c == '\\' && quote != '\'' && *at + 1 < length) {
            text_add_bytes(out, &text[++*at], 1);
        } else if (quote ? c == quote : c == '"' || c == '\'') {
            quote = quote ? 0 : c;
        } else {
            text_add_bytes(out, &c, 1);
        }
    }
    return true;
}

static void read_arguments(List *list, const Text *file)
{
    Text argument = {0};
    for (size_t at = 0; take_argument(text_get(file), file->length, &at, &argument);) {
        add(list, xstrdup(text_get(&argument)));
        argument.length = 0;
        if (argument.data) argument.data[0] = 0;
    }
    text_release(&argument);
}

static bool has_wanted(const List *list, bool (*is_wanted)(const char *argument))
{
    for (int i = 0; i < list->n; i++)
        if (is_wanted(list->item[i])) return true;
    return false;
}

static void release(List *list)
{
    for (int i = 0; i < list->n; i++) free(list->item[i]);
    free(list->item);
}

static void add_file(List *out, char *argument, bool (*is_wanted)(const char *argument))
{
    Text file = {0};
    /* A file that cannot be read is clang's to complain about. */
    if (text_read_file(&file, argument + 1, FILE_MAX, NULL) != OK) {
        add(out, argument);
        return;
    }
    List inside = {0};
    read_arguments(&inside, &file);
    if (!has_wanted(&inside, is_wanted)) {
        add(out, argument);
        release(&inside);
    } else {
        for (int i = 0; i < inside.n; i++) add(out, inside.item[i]);
        free(inside.item);
    }
    text_release(&file);
}

void response_files_expand(char ***out, int *n, char **argument, int n_arguments,
                           bool (*is_wanted)(const char *argument))
{
    List list = {0};
    for (int i = 0; i < n_arguments; i++) {
        if (argument[i][0] == '@')
            add_file(&list, argument[i], is_wanted);
        else
            add(&list, argument[i]);
    }
    if (list.n == 0) {
        add(&list, NULL);
        list.n = 0;
    }
    *out = list.item;
    *n = list.n;
}

/* In quotes, where only they and the backslash mean something. */
static void print_argument(Text *out, const char *argument)
{
    text_add(out, "\"");
    for (; *argument; argument++) {
        if (*argument == '"' || *argument == '\\') text_add(out, "\\");
        text_add_bytes(out, argument, 1);
    }
    text_add(out, "\"\n");
}

void response_file_print(Text *out, char *const *argument)
{
    for (; *argument; argument++) print_argument(out, *argument);
}
