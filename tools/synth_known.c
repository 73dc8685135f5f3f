#include "tools/synth.h"

#include "runtime/catalogue/catalogue.h"

#include <stdlib.h>
#include <string.h>

bool known_may_answer(const SynthArguments *a)
{
    return !a->want_search && !a->want_fresh && !a->from_scratch && !a->want_front && !a->checkpoint && !a->resume &&
           !a->report && !a->measurements_file && !a->generations;
}

/* The program, the claim and how it came to be; the goal stays as it was asked. */
static void take(Entry *entry, const Entry *known)
{
    entry->prog = known->prog;
    entry->has_report = true;
    entry->report = known->report;
    const bool is_timed = strcmp(known->goal.target, entry->goal.target) == 0;
    entry->throughput_ns = is_timed ? known->throughput_ns : 0;
    entry->latency_ns = is_timed ? known->latency_ns : 0;
    entry->is_modelled = known->is_modelled;
    entry->lanes = known->lanes;
    memcpy(entry->cpu, known->cpu, sizeof entry->cpu);
    memcpy(entry->date, known->date, sizeof entry->date);
    entry->seed = known->seed;
    memcpy(entry->command, known->command, sizeof entry->command);
    memcpy(entry->version, known->version, sizeof entry->version);
}

bool known_as_asked(Entry *entry, const SynthArguments *a, const char **name)
{
    Entry *known = xmalloc(sizeof *known);
    const int index = catalogue_find(known, &entry->goal, SERVES_AS_ASKED, &a->cost_model);
    if (index >= 0) {
        take(entry, known);
        *name = catalogue_name(index);
    }
    free(known);
    return index >= 0;
}

double known_cost(const Prog *prog, const Goal *goal, const SynthArguments *a)
{
    const Cost cost = cost_estimate_by(&a->cost_model, prog);
    return cost_of(&cost, goal->minimize);
}

/* Where mathematical knowledge is not wanted, nor one program only, the catalogue has no say. */
static bool may_help(const Goal *goal, const SynthArguments *a)
{
    return type_is_float(goal->type) && !a->from_scratch && !a->want_fresh && !a->want_front;
}

Status known_instead(Entry *entry, bool *is_met, const SynthArguments *a, const char **name,
                     Err *err)
{
    *name = NULL;
    if (!may_help(&entry->goal, a)) return OK;
    Status status = OK;
    Entry *known = xmalloc(sizeof *known);
    const int index = catalogue_find(known, &entry->goal, SERVES, &a->cost_model);
    const bool is_better =
        index >= 0 && (!*is_met || known_cost(&known->prog, &entry->goal, a) <
                                       known_cost(&entry->prog, &entry->goal, a));
    if (is_better) {
        Entry *trial = xmalloc(sizeof *trial);
        *trial = *entry;
        take(trial, known);
        trial->throughput_ns = trial->latency_ns = 0;
        BadInputs bad = {.n = 0};
        status = synth_judge(trial, a, &bad, err);
        if (status == OK && report_meets(&trial->report, &trial->goal)) {
            *entry = *trial;
            *is_met = true;
            *name = catalogue_name(index);
        }
        free(trial);
    }
    free(known);
    return status;
}

void known_offer(Search *search, const Goal *goal, const SynthArguments *a)
{
    if (!may_help(goal, a)) return;
    Entry *known = xmalloc(sizeof *known);
    for (int i = 0; (i = catalogue_next(known, goal, i)) >= 0; i++)
        search_offer(search, &known->prog);
    free(known);
}

void known_compare(Text *out, const Entry *entry, const SynthArguments *a)
{
    if (!may_help(&entry->goal, a)) return;
    Entry *known = xmalloc(sizeof *known);
    const int index = catalogue_find(known, &entry->goal, SERVES, &a->cost_model);
    if (index >= 0) {
        const double ours = known_cost(&entry->prog, &entry->goal, a);
        const double theirs = known_cost(&known->prog, &entry->goal, a);
        text_add(out,
                 "\n  by operator classes %.2f of the cost of the catalogue's %s (%d operations)",
                 ours / theirs, catalogue_name(index), prog_n_ops(&known->prog));
    }
    free(known);
}
