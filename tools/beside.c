#include "tools/beside.h"

#include "tools/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 16 * 1024 * 1024 };

/* A number, or null or "inf" for one that nobody knows or that is none; false if the key holds something else. */
static bool read_number(double *out, const Json *json, int object, const char *key)
{
    const int node = json_find(json, object, key);
    *out = json_number(json, node, NAN);
    return node && (json->node[node].kind == JSON_NULL || *out >= 0);
}

/* Of a call of one value, or else of a vector; 0 if neither is there. */
static double read_latency(const Json *json, int object)
{
    static const char *const KEYS[] = {"scalar_latency_ns", "vector_latency_ns"};
    double latency = 0;
    for (int i = 0; i < 2 && latency == 0; i++)
        latency = json_number(json, json_find(json, object, KEYS[i]), 0);
    return latency;
}

static bool read_row(BesideRow *row, const Json *json, int object)
{
    row->latency_ns = read_latency(json, object);
    json_copy(row->domain, sizeof row->domain, json, object, "domain");
    json_copy(row->bound, sizeof row->bound, json, object, "bound");
    row->specials_wrong = (int)json_number(json, json_find(json, object, "specials_wrong"), 0);
    return read_number(&row->ns, json, object, "ns") &&
           read_number(&row->max_ulp, json, object, "max_ulp") &&
           json_copy(row->expression, sizeof row->expression, json, object, "expression") &&
           json_copy(row->type, sizeof row->type, json, object, "type") &&
           json_copy(row->target, sizeof row->target, json, object, "target") &&
           json_copy(row->cpu, sizeof row->cpu, json, object, "cpu") &&
           json_copy(row->who, sizeof row->who, json, object, "who");
}

static bool is_timed(const BesideRow *row)
{
    return row->ns > 0 && isfinite(row->ns) && !isnan(row->max_ulp);
}

/* `path` is what errors name. */
static Status parse(Beside *out, const char *text, size_t length, const char *path, Err *err)
{
    Json json = {0};
    int n_values = 0;
    Status status = json_parse(&json, text, length, err);
    for (int i = status == OK ? json.node[0].first : 0; i && status == OK; i = json.node[i].next) {
        out->row = xrealloc(out->row, (size_t)(out->n + 1) * sizeof *out->row);
        BesideRow *row = &out->row[out->n];
        *row = (BesideRow){0};
        n_values++;
        if (!read_row(row, &json, i))
            status = fail(err, ERR_INPUT,
                          "value %d of '%s' is no row of bench --json: expected an object with "
                          "expression, type, target, cpu, who, ns and max_ulp",
                          n_values, path);
        else if (is_timed(row))
            out->n++;
    }
    json_release(&json);
    if (status != OK) beside_release(out);
    return status;
}

Status beside_load(Beside *out, const char *path, Err *err)
{
    Text text = {0};
    *out = (Beside){0};
    Status status = text_read_file(&text, path, FILE_MAX, err);
    if (status == OK) status = parse(out, text_get(&text), text.length, path, err);
    text_release(&text);
    return status;
}

/* Made from tools/measured.json, while building. */
extern const char MEASURED[];

Status beside_measured(Beside *out, Err *err)
{
    *out = (Beside){0};
    return parse(out, MEASURED, strlen(MEASURED), "measured.json", err);
}

void beside_release(Beside *beside)
{
    free(beside->row);
    *beside = (Beside){0};
}

/* As bench_machine writes it. */
static bool is_of_domain(const BesideRow *row, const Domain *domain)
{
    char text[sizeof row->domain];
    if (!row->domain[0] || domain->is_all)
        return !row->domain[0] || strcmp(row->domain, "all") == 0;
    snprintf(text, sizeof text, "[%a,%a]", domain->lo, domain->hi);
    return strcmp(row->domain, text) == 0;
}

bool beside_is_about(const BesideRow *row, const Goal *goal)
{
    return is_of_domain(row, &goal->domain[0]) && strcmp(row->expression, goal->expression) == 0 &&
           strcmp(row->type, type_info(goal->type)->name) == 0 &&
           strcmp(row->target, goal->target) == 0;
}
