#include "runtime/catalogue/catalogue.h"

#include "runtime/catalogue/rows.h"
#include "runtime/emit/targets.h"
#include "runtime/measure/cost.h"
#include "runtime/prog/eval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int catalogue_count(void) { return CATALOGUE_COUNT; }

const char *catalogue_name(int index) { return CATALOGUE_ROWS[index].name; }

Status catalogue_load(Entry *out, int index, Err *err)
{
    const CatalogueRow *row = &CATALOGUE_ROWS[index];
    return fail_in(err, entry_parse(out, row->text, strlen(row->text), err), row->name);
}

static int compare_name(const void *name, const void *row)
{
    return strcmp(name, ((const CatalogueRow *)row)->name);
}

int catalogue_index(const char *name)
{
    const CatalogueRow *row = bsearch(name, CATALOGUE_ROWS, (size_t)CATALOGUE_COUNT,
                                      sizeof *CATALOGUE_ROWS, compare_name);
    return row ? (int)(row - CATALOGUE_ROWS) : -1;
}

/* -- what serves --------------------------------------------------------------------------- */

static bool is_covered(const Domain *inner, const Domain *outer, Type type, bool as_a_whole)
{
    if (outer->is_all || inner->is_all) {
        if (!outer->is_all) return false; /* NaN */
        return inner->is_all || !as_a_whole;
    }
    const int64_t first = domain_first(inner, type), last = domain_last(inner, type);
    const int64_t outer_first = domain_first(outer, type), outer_last = domain_last(outer, type);
    if (as_a_whole) return first == outer_first && last == outer_last;
    return outer_first <= first && last <= outer_last;
}

static bool points_are_exact(const Prog *prog, const Goal *goal)
{
    if (goal->n_exact == 0) return true;
    Eval *eval;
    if (eval_new(&eval, prog, NULL, NULL) != OK) return false;
    bool is_exact = true;
    for (int i = 0; i < goal->n_exact; i++) {
        const uint64_t x = bits_from_value(goal->type, goal->exact[i].x);
        const double y = value_from_bits(goal->type, eval_bits(eval, &x));
        is_exact &= y == goal->exact[i].y;
    }
    eval_free(eval);
    return is_exact;
}

bool entry_serves(const Entry *entry, const Goal *goal, Serves how)
{
    const Goal *own = &entry->goal;
    if (!entry->has_report || own->type != goal->type || goal->type == TYPE_REAL) return false;
    if (own->n_variables != 1 || goal->n_variables != 1) return false;
    if (prog_hash(&own->reference) != prog_hash(&goal->reference)) return false;
    if (how == SERVES_AS_ASKED && own->minimize != goal->minimize) return false;
    if (strcmp(own->ops, goal->ops) != 0 && goal->ops[0]) return false;
    if (own->excluded & ~goal->excluded) return false;
    if (!is_covered(&goal->domain[0], &own->domain[0], goal->type, how == SERVES_AS_ASKED))
        return false;
    if (!report_meets(&entry->report, goal)) return false;
    if (!target_find(goal->target)) return false;
    /* A Prog has the same bits on every processor that has its operators. */
    if (!isfinite(cost_estimate(&entry->prog, goal->target).throughput)) return false;
    return points_are_exact(&entry->prog, goal);
}

int catalogue_next(Entry *out, const Goal *goal, int index)
{
    const uint64_t reference = prog_hash(&goal->reference);
    for (; index < CATALOGUE_COUNT; index++) {
        const CatalogueRow *row = &CATALOGUE_ROWS[index];
        if (row->reference != reference || row->type != goal->type) continue;
        if (catalogue_load(out, index, NULL) == OK) return index;
    }
    return -1;
}

bool catalogue_has(const Goal *goal)
{
    const uint64_t reference = prog_hash(&goal->reference);
    for (int i = 0; i < CATALOGUE_COUNT; i++)
        if (CATALOGUE_ROWS[i].reference == reference && CATALOGUE_ROWS[i].type == goal->type)
            return true;
    return false;
}

/* -- the one that serves best --------------------------------------------------------------- */

static bool is_time(Minimize minimize)
{
    return minimize == MINIMIZE_THROUGHPUT || minimize == MINIMIZE_LATENCY;
}

double entry_cost_for(const Entry *entry, const Goal *goal, const CostModel *model)
{
    const double cost = cost_for_goal(model, &entry->prog, goal);
    const bool is_own = target_find(entry->goal.target) == target_find(goal->target);
    return is_own || !is_time(goal->minimize) ? cost : CATALOGUE_NEAR_TIE * cost;
}

typedef struct {
    int index;
    double throughput; /* by the table, as entry_cost_for has it */
} Candidate;

static int compare_candidates(const void *a, const void *b)
{
    const Candidate *x = a, *y = b;
    if (x->throughput != y->throughput) return x->throughput < y->throughput ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* The rows that may serve, by what is known of them unread; the cheapest by the table first. Returns how many. */
static int list_candidates(Candidate *list, const Goal *goal, Serves how)
{
    const Target *target = target_find(goal->target);
    if (!target || goal->type == TYPE_REAL || goal->n_variables != 1) return 0;
    const uint64_t reference = prog_hash(&goal->reference);
    int n = 0;
    for (int i = 0; i < CATALOGUE_COUNT; i++) {
        const CatalogueRow *row = &CATALOGUE_ROWS[i];
        if (row->reference != reference || row->type != goal->type) continue;
        if (!is_covered(&goal->domain[0], &row->domain, goal->type, how == SERVES_AS_ASKED)) continue;
        if (!(row->error[goal->bound.kind] <= goal->bound.limit)) continue;
        const double throughput = row->throughput[target - TARGETS];
        const bool is_own = row->target == target - TARGETS;
        if (isfinite(throughput))
            list[n++] = (Candidate){i, is_own ? throughput : CATALOGUE_NEAR_TIE * throughput};
    }
    qsort(list, (size_t)n, sizeof *list, compare_candidates);
    return n;
}

int catalogue_first(const Goal *goal, Serves how)
{
    Candidate *list = xmalloc(((size_t)CATALOGUE_COUNT + 1) * sizeof *list);
    const int first = list_candidates(list, goal, how) > 0 ? list[0].index : -1;
    free(list);
    return first;
}

int catalogue_find(Entry *out, const Goal *goal, Serves how, const CostModel *model)
{
    /* By the table the first that serves is the one. */
    const bool is_by_table = model == NULL && goal->minimize == MINIMIZE_THROUGHPUT;
    CostModel table;
    if (model == NULL) {
        cost_model_init(&table, goal->target);
        model = &table;
    }
    Entry *entry = xmalloc(sizeof *entry);
    Candidate *list = xmalloc(((size_t)CATALOGUE_COUNT + 1) * sizeof *list);
    const int n = list_candidates(list, goal, how);
    double least = INFINITY;
    int found = -1;
    for (int i = 0; i < n && !(is_by_table && found >= 0); i++) {
        if (catalogue_load(entry, list[i].index, NULL) != OK || !entry_serves(entry, goal, how))
            continue;
        const double cost = entry_cost_for(entry, goal, model);
        if (cost >= least) continue;
        least = cost;
        *out = *entry;
        found = list[i].index;
    }
    free(list);
    free(entry);
    return found;
}
