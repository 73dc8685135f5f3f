/* JSON values read from text, as a tree of nodes in one array. */
#ifndef APPROX_TOOLS_JSON_H
#define APPROX_TOOLS_JSON_H

#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_TEXT,
    JSON_LIST,
    JSON_OBJECT
} JsonKind;

/* Children of a list or object are linked by `next`; 0 is no node. */
typedef struct {
    JsonKind kind;
    double number;
    char *key, *text; /* NULL where there is none */
    size_t offset;    /* in the text read, for messages */
    int first, next;
} JsonNode;

typedef struct {
    JsonNode *node; /* node[0] is a list of all values of the text */
    int n, capacity;
} Json;

/* Reads values one after the other until the text ends: a file of one object per line is a list of objects.
   Errors point at line and column. */
Status json_parse(Json *out, const char *text, size_t length, Err *err);
void json_release(Json *json);

/* The value of a key of an object; 0 if there is none (or `object` is none). */
int json_find(const Json *json, int object, const char *key);
/* The characters of a string; NULL for anything else. */
const char *json_text(const Json *json, int node);
/* Copies the string under a key into `out`, which has `size` bytes; false if there is none that fits. */
bool json_copy(char *out, size_t size, const Json *json, int object, const char *key);
/* A number, or a string with a number as C reads it ("0x1p-3", "inf"); `otherwise` for anything else. */
double json_number(const Json *json, int node, double otherwise);

#endif
