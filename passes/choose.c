#include "passes/choose.h"

#include "runtime/catalogue/catalogue.h"
#include "runtime/emit/emit_llvm.h"
#include "runtime/measure/cost.h"
#include "runtime/prog/common_path.h"
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

static void say_why_not(Choice *choice, Goal *goal, const Wanted *wanted)
{
    char *const why = choice->why_not;
    const size_t size = sizeof choice->why_not;
    const char *const name = op_info(wanted->op)->name;
    const char *const type = type_info(wanted->type)->name;
    if (wanted->n_arguments > 1) {
        snprintf(why, size, "only calls of one argument are replaced, and %s has %d", name,
                 wanted->n_arguments);
        return;
    }
    if (!catalogue_has(goal)) {
        snprintf(why, size, "the catalogue has no program for %s in %s", name, type);
        return;
    }
    for (const Target *t = TARGETS; t->name; t++) {
        if (strcmp(t->arch, wanted->target->arch) != 0) continue;
        snprintf(goal->target, sizeof goal->target, "%s", t->name);
        if (catalogue_first(goal, SERVES) < 0) continue;
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

/* What a comparison and a choice beside the program take, in the unit of Cost. */
static const double NAN_GUARD_COST = 2;

typedef struct {
    const Wanted *wanted;
    Goal goal;    /* its domain is set for each look */
    double least; /* the cost of the choice so far */
} Choosing;

/* Does a program made for the domain have to be passed by NaN? */
static bool excludes_nan(const Choosing *c, const Known *known)
{
    return c->wanted->argument.may_be_nan && !(c->wanted->excluded & SPECIAL_NANS) &&
           !known->entry.goal.domain[0].is_all;
}

/* Looks for a program on goal.domain[0], and takes it if it is cheaper than what was found so far. */
static void look(Choosing *c, Choice *out, Stored *stored, bool is_guarded)
{
    const Known *const known = stored_find(stored, &c->goal);
    if (!known) return;
    const Entry *const entry = &known->entry;
    const bool nan = !c->goal.domain[0].is_all && !is_guarded && excludes_nan(c, known);
    const double cost = cost_estimate(&entry->prog, c->wanted->target->name).throughput +
                        (nan || is_guarded ? NAN_GUARD_COST : 0);
    if (cost >= c->least) return;
    CommonPath path;
    c->least = cost;
    *out = (Choice){.program = known->is_stored ? stored_text(stored, known) : NULL,
                    .report = entry->report,
                    .has_rare_way = common_path_find(&path, &entry->prog),
                    .vectors = emit_llvm_array_turn(&entry->prog, c->wanted->target, 0) /
                               emit_llvm_lanes(&entry->prog, c->wanted->target),
                    .excludes_nan = nan,
                    .is_guarded = is_guarded};
    snprintf(out->entry, sizeof out->entry, "%s", known->name);
}

void choose(Choice *out, const Wanted *wanted, Stored *stored)
{
    *out = (Choice){.entry = ""};
    Choosing *const c = xmalloc(sizeof *c);
    c->wanted = wanted;
    c->least = INFINITY;
    goal_for(&c->goal, wanted);
    if (wanted->n_arguments == 1) {
        look(c, out, stored, false);
        if (!range_is_all(&wanted->argument)) {
            c->goal.domain[0] = domain_of(wanted->argument.in, wanted->type);
            look(c, out, stored, false);
        }
        if (wanted->has_expected) {
            c->goal.domain[0] = domain_of(wanted->expected, wanted->type);
            look(c, out, stored, true);
        }
    }
    if (!out->entry[0]) say_why_not(out, &c->goal, wanted);
    free(c);
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

void choose_once(Choice *out, const Wanted *wanted, Stored *stored, ChoiceMemory *memory)
{
    for (int i = 0; i < CHOICES_KEPT && i < memory->n; i++)
        if (is_same(&memory->wanted[i], wanted)) {
            *out = memory->choice[i];
            return;
        }
    choose(out, wanted, stored);
    const int place = memory->n++ % CHOICES_KEPT;
    memory->wanted[place] = *wanted;
    memory->choice[place] = *out;
}
