/* Entries from what -o x.json wrote: an object per program (docs/formats.md). */
#include "tools/load.h"

#include "frontend/fpcore.h"
#include "frontend/infix.h"
#include "runtime/prog/prog_text.h"
#include "runtime/prog/specials.h"
#include "tools/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One object, and where it stands in the file for messages. */
typedef struct {
    const Json *json;
    int object;
    const Text *file;
} Source;

static Status wrong_key(const Source *source, const char *key, const char *expected, Err *err)
{
    const int node = json_find(source->json, source->object, key);
    const size_t offset = source->json->node[node ? node : source->object].offset;
    return fail_at(err, ERR_INPUT, text_get(source->file), source->file->length, offset,
                   "\"%s\": expected %s", key, expected);
}

static const char *text_of(const Source *source, const char *key)
{
    return json_text(source->json, json_find(source->json, source->object, key));
}

/* The program, and from FPCore text the goal it states. */
static Status read_program(Entry *entry, const Source *source, Err *err)
{
    static const char EXPECTED[] = "a program as -o x.json writes it";
    const char *text = text_of(source, "program");
    if (!text) return wrong_key(source, "program", EXPECTED, err);
    if (*text != '(') {
        if (prog_parse(&entry->prog, text, strlen(text), 0, NULL, NULL) != OK)
            return wrong_key(source, "program", EXPECTED, err);
        entry->goal.type = prog_type(&entry->prog);
        entry->goal.n_variables = entry->prog.n_inputs;
        return OK;
    }
    FpFile *file = NULL;
    Status status = fpcore_parse(&file, text, strlen(text), NULL);
    if (status != OK || fpcore_count(file) != 1) {
        fpcore_free(file);
        return wrong_key(source, "program", EXPECTED, err);
    }
    Err inner = {0};
    status = fpcore_to_goal(&entry->goal, &entry->prog, fpcore_get(file, 0), NULL, &inner);
    fpcore_free(file);
    return status == OK ? OK : wrong_key(source, "program", EXPECTED, err);
}

static Status read_domains(Goal *goal, const Source *source, Err *err)
{
    const int node = json_find(source->json, source->object, "domain");
    const bool is_list = node && source->json->node[node].kind == JSON_LIST;
    int item = is_list ? source->json->node[node].first : node;
    for (int i = 0; i < goal->n_variables; i++) {
        const char *text = item ? json_text(source->json, item) : NULL;
        if (!text || spec_domain(&goal->domain[i], text, goal->type, NULL) != OK)
            return wrong_key(source, "domain", "an interval for each variable", err);
        item = is_list ? source->json->node[item].next : 0;
    }
    return OK;
}

static void read_report(Entry *entry, const Source *source)
{
    const Json *json = source->json;
    const int error = json_find(json, source->object, "error");
    Report *report = &entry->report;
    if (!error || json->node[error].kind != JSON_OBJECT) return;
    report->max_ulp = json_number(json, json_find(json, error, "max_ulp"), 0);
    report->max_rel = json_number(json, json_find(json, error, "max_rel"), INFINITY);
    report->max_abs = json_number(json, json_find(json, error, "max_abs"), INFINITY);
    report->n_points = (uint64_t)json_number(json, json_find(json, error, "points"), 0);
    report->n_wrong = (uint64_t)json_number(json, json_find(json, error, "wrong"), 0);
    const int worst = json_find(json, error, "worst_input");
    const bool is_list = worst && json->node[worst].kind == JSON_LIST;
    int item = is_list ? json->node[worst].first : worst;
    for (int i = 0; i < entry->goal.n_variables && item; i++) {
        report->worst_input[i] = json_number(json, item, NAN);
        item = is_list ? json->node[item].next : 0;
    }
    const char *method = json_text(json, json_find(json, error, "method"));
    const char *sliver = json_text(json, json_find(json, error, "sliver"));
    if (sliver) snprintf(report->sliver, sizeof report->sliver, "%s", sliver);
    entry->has_report = method && method_from_name(method, &report->method);
}

static Status read_entry(Entry *entry, const Source *source, Err *err)
{
    Goal *goal = &entry->goal;
    const Json *json = source->json;
    if (json->node[source->object].kind != JSON_OBJECT)
        return fail_at(err, ERR_INPUT, text_get(source->file), source->file->length,
                       json->node[source->object].offset, "expected an object for each program");
    Status status = read_program(entry, source, err);
    if (status != OK) return status;
    const char *expression = text_of(source, "expression"), *name = text_of(source, "name");
    if (expression) snprintf(goal->expression, sizeof goal->expression, "%s", expression);
    if (name) snprintf(goal->name, sizeof goal->name, "%s", name);
    if (goal->reference.n == 0 && !expression)
        return wrong_key(source, "expression", "the function in infix", err);
    const char *type = text_of(source, "type"), *bound = text_of(source, "bound");
    if (!type || strcmp(type, type_info(goal->type)->name) != 0)
        return wrong_key(source, "type", "the type of the program", err);
    if (bound && *bound && spec_bound(&goal->bound, bound, NULL) != OK)
        return wrong_key(source, "bound", "a bound such as 1ulp", err);
    const char *excluded = text_of(source, "excluded");
    if (excluded && specials_parse(&goal->excluded, excluded, NULL) != OK)
        return wrong_key(source, "excluded", "words such as no-nans,no-zeros", err);
    if ((status = read_domains(goal, source, err)) != OK) return status;
    const int cost = json_find(json, source->object, "cost");
    const char *target = json_text(json, json_find(json, cost, "target"));
    const char *op_cost = json_text(json, json_find(json, cost, "op_cost"));
    const char *cpu = json_text(json, json_find(json, cost, "cpu"));
    const char *date = json_text(json, json_find(json, cost, "date"));
    const char *version = text_of(source, "version"), *command = text_of(source, "command");
    if (target) snprintf(goal->target, sizeof goal->target, "%s", target);
    if (op_cost) snprintf(goal->op_cost, sizeof goal->op_cost, "%s", op_cost);
    if (cpu) snprintf(entry->cpu, sizeof entry->cpu, "%s", cpu);
    if (date) snprintf(entry->date, sizeof entry->date, "%.10s", date);
    if (version) snprintf(entry->version, sizeof entry->version, "%s", version);
    if (command) snprintf(entry->command, sizeof entry->command, "%s", command);
    entry->throughput_ns = json_number(json, json_find(json, cost, "throughput_ns"), 0);
    const char *method = json_text(json, json_find(json, cost, "method"));
    entry->is_modelled = method && strcmp(method, "modelled") == 0;
    entry->latency_ns = json_number(json, json_find(json, cost, "latency_ns"), 0);
    entry->lanes = (int)json_number(json, json_find(json, cost, "lanes"), 0);
    entry->seed = (uint64_t)json_number(json, json_find(json, source->object, "seed"), 0);
    read_report(entry, source);
    return OK;
}

Status load_json_entry(Entry *out, const Json *json, int object, const Text *file, Err *err)
{
    return read_entry(out, &(Source){json, object, file}, err);
}

Status load_json(Entry **out, int *n, const Text *file, Err *err)
{
    Json json;
    Status status = json_parse(&json, text_get(file), file->length, err);
    if (status != OK) return status;
    int count = 0;
    for (int i = json.node[0].first; i; i = json.node[i].next) count++;
    if (count == 0) status = fail(err, ERR_INPUT, "the file holds no program");
    Entry *entries = xcalloc((size_t)count + 1, sizeof *entries);
    int k = 0;
    for (int i = json.node[0].first; i && status == OK; i = json.node[i].next)
        status = load_json_entry(&entries[k++], &json, i, file, err);
    json_release(&json);
    if (status == OK)
        *out = entries, *n = count;
    else
        free(entries);
    return status;
}
