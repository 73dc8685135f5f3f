#include "tools/json.h"

#include "runtime/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 100 };

typedef struct {
    Json *json;
    const char *text;
    size_t length, at;
    int depth;
    Err *err;
} Reader;

static Status wrong(Reader *r, const char *expected)
{
    return fail_at(r->err, ERR_INPUT, r->text, r->length, r->at, "expected %s", expected);
}

static void skip_space(Reader *r)
{
    while (r->at < r->length && strchr(" \t\r\n", r->text[r->at]) && r->text[r->at]) r->at++;
}

static int add_node(Json *json, JsonKind kind, size_t offset)
{
    if (json->n == json->capacity) {
        json->capacity = 2 * json->capacity + 64;
        json->node = xrealloc(json->node, (size_t)json->capacity * sizeof *json->node);
    }
    json->node[json->n] = (JsonNode){.kind = kind, .offset = offset};
    return json->n++;
}

/* Takes a character if it is next. */
static bool take(Reader *r, char c)
{
    if (r->at == r->length || r->text[r->at] != c) return false;
    r->at++;
    return true;
}

/* -- strings ------------------------------------------------------------------------------- */

static void add_utf8(Text *out, unsigned code)
{
    char c[4];
    size_t n = 0;
    if (code < 0x80) {
        c[n++] = (char)code;
    } else if (code < 0x800) {
        c[n++] = (char)(0xC0 | code >> 6);
        c[n++] = (char)(0x80 | (code & 0x3F));
    } else {
        c[n++] = (char)(0xE0 | code >> 12);
        c[n++] = (char)(0x80 | (code >> 6 & 0x3F));
        c[n++] = (char)(0x80 | (code & 0x3F));
    }
    text_add_bytes(out, c, n);
}

static Status read_escape(Reader *r, Text *out)
{
    static const char FROM[] = "\"\\/bfnrt", TO[] = "\"\\/\b\f\n\r\t";
    const char c = r->at < r->length ? r->text[r->at] : 0;
    const char *place = c ? strchr(FROM, c) : NULL;
    if (place) {
        text_add_bytes(out, &TO[place - FROM], 1);
        r->at++;
        return OK;
    }
    unsigned code = 0;
    if (c != 'u' || r->length - r->at < 5) return wrong(r, "an escape such as \\n or \\u0041");
    for (int i = 1; i <= 4; i++) {
        const char digit[2] = {r->text[r->at + i], 0};
        char *end;
        code = code * 16 + (unsigned)strtoul(digit, &end, 16);
        if (end == digit || digit[0] == '+' || digit[0] == '-' || digit[0] == ' ')
            return wrong(r, "four hexadecimal digits");
    }
    if (code == 0) return wrong(r, "a character other than NUL");
    add_utf8(out, code);
    r->at += 5;
    return OK;
}

/* Behind the opening quote. */
static Status read_string(Reader *r, char **out)
{
    Text text = {0};
    Status status = OK;
    text_add(&text, "%s", "");
    while (status == OK) {
        if (r->at == r->length || r->text[r->at] == '\n' || r->text[r->at] == 0) {
            status = wrong(r, "the quote that ends this string");
            break;
        }
        const char c = r->text[r->at++];
        if (c == '"') break;
        if (c == '\\')
            status = read_escape(r, &text);
        else
            text_add_bytes(&text, &c, 1);
    }
    *out = status == OK ? xstrdup(text_get(&text)) : NULL;
    text_release(&text);
    return status;
}

/* -- values -------------------------------------------------------------------------------- */

static Status read_value(Reader *r, int *out);

/* The members of a list or object up to the closing bracket. */
static Status read_members(Reader *r, int parent, bool is_object)
{
    const char close = is_object ? '}' : ']';
    int last = 0;
    if (++r->depth > DEPTH_MAX)
        return fail_at(r->err, ERR_LIMIT, r->text, r->length, r->at, "more than %d levels deep",
                       DEPTH_MAX);
    skip_space(r);
    if (take(r, close)) {
        r->depth--;
        return OK;
    }
    for (;;) {
        char *key = NULL;
        int value = 0;
        skip_space(r);
        if (is_object) {
            if (!take(r, '"')) return wrong(r, "a key in quotes");
            if (read_string(r, &key) != OK) return ERR_INPUT;
            skip_space(r);
            if (!take(r, ':')) {
                free(key);
                return wrong(r, "':' behind the key");
            }
        }
        const Status status = read_value(r, &value);
        if (status != OK) {
            free(key);
            return status;
        }
        r->json->node[value].key = key;
        *(last ? &r->json->node[last].next : &r->json->node[parent].first) = value;
        last = value;
        skip_space(r);
        if (take(r, close)) break;
        if (!take(r, ',')) return wrong(r, is_object ? "',' or '}'" : "',' or ']'");
    }
    r->depth--;
    return OK;
}

static bool take_word(Reader *r, const char *word)
{
    const size_t n = strlen(word);
    if (r->length - r->at < n || memcmp(r->text + r->at, word, n) != 0) return false;
    r->at += n;
    return true;
}

static Status read_value(Reader *r, int *out)
{
    skip_space(r);
    const int node = *out = add_node(r->json, JSON_NULL, r->at);
    if (take(r, '"')) {
        r->json->node[node].kind = JSON_TEXT;
        char *text;
        const Status status = read_string(r, &text);
        r->json->node[node].text = text;
        return status;
    }
    if (take(r, '{')) {
        r->json->node[node].kind = JSON_OBJECT;
        return read_members(r, node, true);
    }
    if (take(r, '[')) {
        r->json->node[node].kind = JSON_LIST;
        return read_members(r, node, false);
    }
    if (take_word(r, "null")) return OK;
    if (take_word(r, "true")) {
        r->json->node[node].kind = JSON_TRUE;
        return OK;
    }
    if (take_word(r, "false")) {
        r->json->node[node].kind = JSON_FALSE;
        return OK;
    }
    char *end;
    const char *start = r->text + r->at;
    if (r->at == r->length || !strchr("-0123456789", *start) || !*start)
        return wrong(r, "a JSON value");
    r->json->node[node].kind = JSON_NUMBER;
    r->json->node[node].number = strtod(start, &end);
    if (end == start) return wrong(r, "a number");
    r->at += (size_t)(end - start);
    return OK;
}

Status json_parse(Json *out, const char *text, size_t length, Err *err)
{
    *out = (Json){0};
    Reader reader = {.json = out, .text = text, .length = length, .err = err};
    Status status = OK;
    int last = 0;
    add_node(out, JSON_LIST, 0);
    for (skip_space(&reader); reader.at < length && status == OK; skip_space(&reader)) {
        int value;
        status = read_value(&reader, &value);
        if (status != OK) break;
        *(last ? &out->node[last].next : &out->node[0].first) = value;
        last = value;
    }
    if (status != OK) json_release(out);
    return status;
}

void json_release(Json *json)
{
    for (int i = 0; i < json->n; i++) {
        free(json->node[i].key);
        free(json->node[i].text);
    }
    free(json->node);
    *json = (Json){0};
}

int json_find(const Json *json, int object, const char *key)
{
    if (json->node[object].kind != JSON_OBJECT) return 0;
    for (int i = json->node[object].first; i; i = json->node[i].next)
        if (strcmp(json->node[i].key, key) == 0) return i;
    return 0;
}

const char *json_text(const Json *json, int node)
{
    return node && json->node[node].kind == JSON_TEXT ? json->node[node].text : NULL;
}

bool json_copy(char *out, size_t size, const Json *json, int object, const char *key)
{
    const char *text = json_text(json, json_find(json, object, key));
    return text && (size_t)snprintf(out, size, "%s", text) < size;
}

double json_number(const Json *json, int node, double otherwise)
{
    if (node && json->node[node].kind == JSON_NUMBER) return json->node[node].number;
    const char *text = json_text(json, node);
    char *end;
    if (!text || !*text) return otherwise;
    const double value = strtod(text, &end);
    return *end ? otherwise : value;
}
