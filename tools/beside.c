#include "tools/beside.h"

#include "tools/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 16 * 1024 * 1024 };

static bool read_row(BesideRow *row, const Json *json, int object)
{
    row->ns = json_number(json, json_find(json, object, "ns"), NAN);
    row->max_ulp = json_number(json, json_find(json, object, "max_ulp"), NAN);
    json_copy(row->domain, sizeof row->domain, json, object, "domain");
    json_copy(row->bound, sizeof row->bound, json, object, "bound");
    row->specials_wrong = (int)json_number(json, json_find(json, object, "specials_wrong"), 0);
    return row->ns > 0 && row->max_ulp > 0 &&
           json_copy(row->expression, sizeof row->expression, json, object, "expression") &&
           json_copy(row->type, sizeof row->type, json, object, "type") &&
           json_copy(row->target, sizeof row->target, json, object, "target") &&
           json_copy(row->cpu, sizeof row->cpu, json, object, "cpu") &&
           json_copy(row->who, sizeof row->who, json, object, "who");
}

Status beside_load(Beside *out, const char *path, Err *err)
{
    Text text = {0};
    Json json = {0};
    *out = (Beside){0};
    Status status = text_read_file(&text, path, FILE_MAX, err);
    if (status == OK) status = json_parse(&json, text_get(&text), text.length, err);
    for (int i = status == OK ? json.node[0].first : 0; i && status == OK; i = json.node[i].next) {
        out->row = xrealloc(out->row, (size_t)(out->n + 1) * sizeof *out->row);
        if (!read_row(&out->row[out->n++], &json, i))
            status = fail(err, ERR_INPUT,
                          "value %d of '%s' is no row of bench --json: expected an object with "
                          "expression, type, target, cpu, who, ns and max_ulp",
                          out->n, path);
    }
    json_release(&json);
    text_release(&text);
    if (status != OK) beside_release(out);
    return status;
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
