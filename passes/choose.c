#include "passes/choose.h"

#include "runtime/catalogue/catalogue.h"
#include "runtime/measure/cost.h"
#include "runtime/prog/specials.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- the Goal ----------------------------------------------------------------------------- */

/* The values of the type in the interval: its ends move inward. */
static Domain domain_of(Interval in, Type type)
{
    Domain domain = {.lo = value_from_bits(type, bits_from_value(type, in.lo)),
                     .hi = value_from_bits(type, bits_from_value(type, in.hi))};
    if (domain.lo < in.lo)
        domain.lo = value_from_ordered(type, ordered_from_value(type, domain.lo) + 1);
    if (domain.hi > in.hi)
        domain.hi = value_from_ordered(type, ordered_from_value(type, domain.hi) - 1);
    if (domain.lo > domain.hi) domain.hi = domain.lo;
    return domain;
}

static void goal_for(Goal *goal, const Wanted *wanted)
{
    *goal = (Goal){.type = wanted->type,
                   .n_variables = wanted->n_arguments,
                   .bound = wanted->bound,
                   .minimize = MINIMIZE_THROUGHPUT,
                   .excluded = wanted->excluded};
    prog_init(&goal->reference);
    for (int k = 0; k < wanted->n_arguments; k++) {
        char name[4] = {(char)('x' + k)};
        prog_add_input(&goal->reference, TYPE_REAL, name);
        goal->domain[k].is_all = true;
    }
    prog_add(&goal->reference, wanted->op, 0, wanted->n_arguments > 1 ? 1 : 0, 0);
    snprintf(goal->target, sizeof goal->target, "%s", wanted->target->name);
}

/* -- why there is none -------------------------------------------------------------------- */

static void say_why_not(Choice *choice, Goal *goal, const Wanted *wanted, Entry *entry)
{
    char *const why = choice->why_not;
    const size_t size = sizeof choice->why_not;
    const char *const name = op_info(wanted->op)->name;
    const char *const type = type_info(wanted->type)->name;
    if (wanted->n_arguments > 1 || catalogue_next(entry, goal, 0) < 0) {
        snprintf(why, size, "the catalogue has no program for %s in %s", name, type);
        return;
    }
    for (const Target *t = TARGETS; t->name; t++) {
        if (strcmp(t->arch, wanted->target->arch) != 0) continue;
        snprintf(goal->target, sizeof goal->target, "%s", t->name);
        if (catalogue_find(entry, goal, SERVES, NULL) < 0) continue;
        snprintf(why, size,
                 "the catalogue's program for %s in %s within %s needs %s; the function is "
                 "compiled for %s",
                 name, type, wanted->bound.text, t->name, wanted->target->name);
        return;
    }
    snprintf(why, size, "the catalogue has no program for %s in %s within %s", name, type,
             wanted->bound.text);
}

/* -- the choice ------------------------------------------------------------------------------- */

static double throughput(const Entry *entry, const Target *target)
{
    return cost_estimate(&entry->prog, target->name).throughput;
}

/* What a comparison and a choice beside the program take, in the unit of Cost. */
static const double NAN_GUARD_COST = 2;

void choose(Choice *out, const Wanted *wanted)
{
    *out = (Choice){.entry = -1};
    Goal *const goal = xmalloc(sizeof *goal);
    Entry *const entry = xmalloc(sizeof *entry), *const narrow = xmalloc(sizeof *narrow);
    goal_for(goal, wanted);
    double least = INFINITY;
    if (wanted->n_arguments == 1) {
        out->entry = catalogue_find(entry, goal, SERVES, NULL);
        if (out->entry >= 0) {
            least = throughput(entry, wanted->target);
            out->report = entry->report;
        }
    }
    const bool has_range = wanted->n_arguments == 1 && !range_is_all(&wanted->argument);
    for (int i = 0; i < 2; i++) {
        const bool is_guarded = i == 1;
        if (is_guarded ? !wanted->has_expected || wanted->n_arguments != 1 : !has_range) continue;
        goal->domain[0] =
            domain_of(is_guarded ? wanted->expected : wanted->argument.in, wanted->type);
        const int found = catalogue_find(narrow, goal, SERVES, NULL);
        if (found < 0) continue;
        const bool excludes_nan = !is_guarded && wanted->argument.may_be_nan &&
                                  !(wanted->excluded & SPECIAL_NANS) &&
                                  !narrow->goal.domain[0].is_all;
        const double cost =
            throughput(narrow, wanted->target) + (excludes_nan || is_guarded ? NAN_GUARD_COST : 0);
        if (cost >= least) continue;
        least = cost;
        *out = (Choice){.entry = found,
                        .report = narrow->report,
                        .excludes_nan = excludes_nan,
                        .is_guarded = is_guarded};
    }
    if (out->entry < 0) say_why_not(out, goal, wanted, entry);
    free(narrow);
    free(entry);
    free(goal);
}

static bool is_same_interval(Interval a, Interval b) { return a.lo == b.lo && a.hi == b.hi; }

static bool is_same(const Wanted *a, const Wanted *b)
{
    return a->op == b->op && a->n_arguments == b->n_arguments && a->type == b->type &&
           a->bound.kind == b->bound.kind && a->bound.limit == b->bound.limit &&
           strcmp(a->bound.text, b->bound.text) == 0 && a->excluded == b->excluded &&
           a->target == b->target && is_same_interval(a->argument.in, b->argument.in) &&
           a->argument.may_be_nan == b->argument.may_be_nan && a->has_expected == b->has_expected &&
           (!a->has_expected || is_same_interval(a->expected, b->expected));
}

void choose_once(Choice *out, const Wanted *wanted, ChoiceMemory *memory)
{
    for (int i = 0; i < CHOICES_KEPT && i < memory->n; i++)
        if (is_same(&memory->wanted[i], wanted)) {
            *out = memory->choice[i];
            return;
        }
    choose(out, wanted);
    const int place = memory->n++ % CHOICES_KEPT;
    memory->wanted[place] = *wanted;
    memory->choice[place] = *out;
}
