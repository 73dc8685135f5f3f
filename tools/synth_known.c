#include "tools/synth.h"

#include "runtime/catalogue/twin.h"
#include "runtime/emit/targets.h"
#include "tools/kept.h"
#include "tools/say.h"

#include <stdlib.h>

/* A command that asks for one particular run: neither answered from what is known nor kept. */
static bool is_particular(const SynthArguments *a)
{
    return a->from_scratch || a->want_front || a->checkpoint || a->resume || a->report || a->measurements_file ||
           a->generations;
}

bool known_may_answer(const SynthArguments *a)
{
    return !a->want_search && !a->want_fresh && !is_particular(a);
}

/* Where mathematical knowledge is not wanted, nor one program only, what is known has no say. */
static bool may_help(const SynthArguments *a)
{
    return !a->from_scratch && !a->want_fresh && !a->want_front;
}

void known_begin(SynthArguments *a)
{
    kept_open_known(&a->store, a->store_file, !may_help(a));
}

static bool find(Known *out, const Goal *goal, Serves how, const SynthArguments *a)
{
    Err err = {0};
    const LookupOptions options = {.how = how, .model = &a->cost_model, .budget = a->budget};
    bool is_found;
    if (lookup_find(out, &is_found, a->store, goal, &options, &err) != OK) say_warning("%s", err.text);
    return is_found;
}

static const char *place(const Known *known) { return known->is_stored ? "store" : "catalogue"; }

static void say_where(Text *where, const Known *known)
{
    text_add(where, "the %s, %s%s", place(known), known->name,
             known->is_judged ? "" : " (its claim is trusted, not judged here)");
}

bool known_as_asked(Entry *entry, SynthArguments *a, Text *where)
{
    Known *known = xmalloc(sizeof *known);
    const bool is_found = find(known, &entry->goal, SERVES_AS_ASKED, a);
    if (is_found) {
        lookup_take(entry, &known->entry);
        if (entry->throughput_ns <= 0 && !target_is_runnable(target_find(entry->goal.target)))
            synth_measure(entry, 1, a); /* the model's answer is soon there */
        say_where(where, known);
    }
    free(known);
    return is_found;
}

bool known_by_value(Entry *entry, SynthArguments *a, Text *where)
{
    Known *known = xmalloc(sizeof *known);
    Entry *trial = xmalloc(sizeof *trial);
    Goal *twin = xmalloc(sizeof *twin);
    *twin = entry->goal;
    bool is_found = catalogue_twin(&twin->reference, &entry->goal) && find(known, twin, SERVES_AS_ASKED, a);
    if (is_found) {
        *trial = *entry;
        lookup_take(trial, &known->entry);
        is_found = synth_judge(trial, a, NULL, NULL) == OK && report_meets(&trial->report, &trial->goal);
    }
    if (is_found) {
        *entry = *trial;
        known->is_judged = true;
        say_where(where, known);
        text_add(where, " (the same function, judged for this expression)");
    }
    free(twin);
    free(trial);
    free(known);
    return is_found;
}

static double cost_here(const Prog *prog, const Goal *goal, const SynthArguments *a)
{
    return cost_for_goal(&a->cost_model, prog, goal);
}

Status known_instead(Entry *entry, bool *is_met, const SynthArguments *a, Text *where, Err *err)
{
    if (!may_help(a)) return OK;
    Status status = OK;
    const Goal *goal = &entry->goal;
    Known *known = xmalloc(sizeof *known);
    const bool is_better =
        find(known, goal, SERVES, a) &&
        (!*is_met || cost_here(&known->entry.prog, goal, a) < cost_here(&entry->prog, goal, a));
    if (is_better) {
        Entry *trial = xmalloc(sizeof *trial);
        *trial = *entry;
        lookup_take(trial, &known->entry);
        trial->throughput_ns = trial->latency_ns = 0;
        BadInputs bad = {.n = 0};
        status = synth_judge(trial, a, &bad, err);
        if (status == OK && report_meets(&trial->report, &trial->goal)) {
            *entry = *trial;
            *is_met = true;
            known->is_judged = true;
            say_where(where, known);
        }
        free(trial);
    }
    free(known);
    return status;
}

static void offer(void *search, const Entry *entry) { search_offer(search, &entry->prog); }

void known_offer(Search *search, const Goal *goal, const SynthArguments *a)
{
    if (may_help(a)) lookup_each(a->store, goal, offer, search, NULL);
}

void known_compare(Text *out, const Entry *entry, const SynthArguments *a)
{
    if (!may_help(a)) return;
    const Goal *goal = &entry->goal;
    Known *known = xmalloc(sizeof *known);
    if (find(known, goal, SERVES, a)) {
        const double ours = cost_here(&entry->prog, goal, a), theirs = cost_here(&known->entry.prog, goal, a);
        text_add(out, "\n  by operator classes %.2f of the cost of the %s's %s (%d operations)", ours / theirs,
                 place(known), known->name, prog_n_ops(&known->entry.prog));
    }
    free(known);
}

void known_keep(const Entry *entry, const SynthArguments *a)
{
    if (a->want_fresh || is_particular(a)) return;
    Err err = {0};
    Store *store = NULL;
    StoreChange change;
    StoreRow *row = xcalloc(1, sizeof *row);
    row->budget = a->budget, row->is_judged = true, row->entry = *entry;
    Status status = kept_open(&store, a->store_file, STORE_WRITE, &err);
    if (status == OK && store) status = kept_put(store, row, &change, &err);
    if (status != OK) say_warning("what was found is not kept for the next time: %s", err.text);
    store_close(store);
    free(row);
}
