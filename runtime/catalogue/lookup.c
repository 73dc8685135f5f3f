#include "runtime/catalogue/lookup.h"

#include "runtime/catalogue/goal_key.h"
#include "runtime/measure/cost.h"
#include "runtime/measure/verify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_same_goal(const Goal *a, const Goal *b)
{
    Text mine = {0}, theirs = {0};
    goal_key(&mine, a);
    goal_key(&theirs, b);
    const bool is_same = strcmp(text_get(&mine), text_get(&theirs)) == 0;
    text_release(&mine);
    text_release(&theirs);
    return is_same;
}

/* A row for the very goal serves it whatever the type and the number of variables. */
static bool row_serves(const StoreRow *row, const Goal *goal, const LookupOptions *options)
{
    if (options->how == SERVES_AS_ASKED && row->budget < options->budget) return false;
    if (options->is_judged_only && !row->is_judged) return false;
    if (entry_serves(&row->entry, goal, options->how)) return true;
    return row->entry.has_report && report_meets(&row->entry.report, goal) &&
           is_same_goal(&row->entry.goal, goal);
}

/* The first fault counts; what is damaged is passed over. */
static bool walk_on(Status status, Status *first, Err *first_err, const Err *err)
{
    if (status != OK && *first == OK) {
        *first = status;
        if (first_err) *first_err = *err;
    }
    return status == OK || status == ERR_INPUT;
}

/* Calls `visit` with every row for the goal's function and type. */
static Status each_row(Store *store, const Goal *goal,
                       void (*visit)(void *context, const StoreRow *row), void *context, Err *err)
{
    Status status = store_begin(store, goal, err), first = status;
    StoreRow *row = xcalloc(1, sizeof *row);
    bool is_there = status == OK;
    while (is_there) {
        Err why = {0};
        status = store_next(store, row, &is_there, &why);
        if (is_there && status == OK) visit(context, row);
        if (!walk_on(status, &first, err, &why)) break;
    }
    store_end(store);
    free(row);
    return first;
}

static LookupRows *remembered(const LookupMemory *memory, const Goal *goal)
{
    const uint64_t reference = prog_hash(&goal->reference);
    for (int i = 0; i < memory->n; i++)
        if (memory->part[i].reference == reference && memory->part[i].type == goal->type)
            return &memory->part[i];
    return NULL;
}

static void keep_row(void *context, const StoreRow *row)
{
    LookupRows *part = context;
    part->row = xrealloc(part->row, ((size_t)part->n + 1) * sizeof *part->row);
    part->row[part->n] = xmalloc(sizeof **part->row);
    *part->row[part->n++] = *row;
}

int lookup_remember(LookupMemory *memory, Store *store, const Goal *goal, Status *status, Err *err)
{
    const LookupRows *part = remembered(memory, goal);
    *status = OK;
    if (part) return part->n;
    LookupRows read = {.reference = prog_hash(&goal->reference), .type = goal->type};
    *status = each_row(store, goal, keep_row, &read, err);
    memory->part = xrealloc(memory->part, ((size_t)memory->n + 1) * sizeof *memory->part);
    memory->part[memory->n++] = read;
    return read.n;
}

void lookup_memory_release(LookupMemory *memory)
{
    for (int i = 0; i < memory->n; i++) {
        for (int k = 0; k < memory->part[i].n; k++) free(memory->part[i].row[k]);
        free(memory->part[i].row);
    }
    free(memory->part);
    *memory = (LookupMemory){0};
}

static Status each_remembered_row(LookupMemory *memory, Store *store, const Goal *goal,
                                  void (*visit)(void *context, const StoreRow *row), void *context,
                                  Err *err)
{
    Status status;
    const int n = lookup_remember(memory, store, goal, &status, err);
    StoreRow *const *row = remembered(memory, goal)->row;
    for (int i = 0; i < n; i++) visit(context, row[i]);
    return status;
}

typedef struct {
    Known *out;
    bool is_found;
    const Goal *goal;
    const LookupOptions *options;
    double least;
} Finding;

static void weigh(void *context, const StoreRow *row)
{
    Finding *f = context;
    if (f->options->is_judged && !row->is_judged) return;
    if (!row_serves(row, f->goal, f->options)) return;
    const double cost = entry_cost_for(&row->entry, f->goal, f->options->model);
    if (f->is_found && cost >= f->least) return;
    f->is_found = true, f->least = cost;
    f->out->entry = row->entry;
    f->out->is_stored = true;
    f->out->is_judged = row->is_judged;
    snprintf(f->out->name, sizeof f->out->name, "%s", row->id);
}

Status lookup_find(Known *out, bool *is_found, Store *store, const Goal *goal,
                   const LookupOptions *options, Err *err)
{
    Finding f = {.out = out, .goal = goal, .options = options, .least = INFINITY};
    const bool is_float = goal->type != TYPE_REAL;
    const int index =
        is_float ? catalogue_find(&out->entry, goal, options->how, options->model) : -1;
    if (index >= 0) {
        f.is_found = true;
        f.least = entry_cost_for(&out->entry, goal, options->model);
        out->is_stored = false;
        out->is_judged = true;
        snprintf(out->name, sizeof out->name, "%s", catalogue_name(index));
    }
    const Status status = options->memory
                              ? each_remembered_row(options->memory, store, goal, weigh, &f, err)
                              : each_row(store, goal, weigh, &f, err);
    *is_found = f.is_found;
    return status;
}

typedef struct {
    void (*take)(void *context, const Entry *entry);
    void *context;
} Taking;

static void take_row(void *context, const StoreRow *row)
{
    const Taking *t = context;
    t->take(t->context, &row->entry);
}

Status lookup_each(Store *store, const Goal *goal, void (*take)(void *context, const Entry *entry),
                   void *context, Err *err)
{
    Entry *entry = xmalloc(sizeof *entry);
    for (int i = 0; (i = catalogue_next(entry, goal, i)) >= 0; i++) take(context, entry);
    free(entry);
    Taking t = {take, context};
    return each_row(store, goal, take_row, &t, err);
}

void lookup_take(Entry *entry, const Entry *known)
{
    entry->prog = known->prog;
    entry->has_report = true;
    entry->report = known->report;
    if (strcmp(known->goal.target, entry->goal.target) == 0) {
        entry->throughput_ns = known->throughput_ns;
        entry->latency_ns = known->latency_ns;
        entry->is_modelled = known->is_modelled;
        entry->lanes = known->lanes;
        entry->vectors = known->vectors;
        memcpy(entry->cpu, known->cpu, sizeof entry->cpu);
        memcpy(entry->date, known->date, sizeof entry->date);
    }
    entry->seed = known->seed;
    memcpy(entry->command, known->command, sizeof entry->command);
    memcpy(entry->version, known->version, sizeof entry->version);
}
