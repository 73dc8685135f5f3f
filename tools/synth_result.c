#include "tools/synth.h"

#include "runtime/base/pool.h"
#include "runtime/measure/agree.h"
#include "tools/output.h"
#include "tools/page.h"
#include "tools/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What was judged is the program; what is written is code: they must agree where code can be run. */
static Status check_code(const Entry *entry, Err *err)
{
    enum { N_INPUTS = 1 << 16 };
    const Status status = agree_check(&entry->prog, &entry->goal, N_INPUTS, err);
    return status == ERR_INTERNAL ? status : OK;
}

/* -- written --------------------------------------------------------------------- */

static Status write_report(const Entry *entries, int n, const SynthArguments *a, Err *err)
{
    if (!a->report) return OK;
    Text page = {0};
    const int n_threads = a->threads > 0 ? (int)a->threads : pool_processors();
    const PageSource source = {"this run", entries, n};
    Status status = page_make(&page, &source, 1, false, NULL, n_threads, err);
    if (status == OK) status = text_write_file(a->report, text_get(&page), page.length, err);
    text_release(&page);
    return status;
}

/* -- told ------------------------------------------------------------------------ */

static void print_found(const Entry *entry, const SynthArguments *a, const char *known)
{
    Text text = {0};
    say_goal(&text, &entry->goal);
    text_add(&text, "\n  %d operations, ", prog_n_ops(&entry->prog));
    if (entry->goal.op_cost[0]) text_add(&text, "weighing %g, ", say_weighted_ops(entry));
    say_report(&text, &entry->goal, &entry->report);
    if (entry->throughput_ns > 0)
        text_add(&text, "\n  %.3f ns per value in arrays, %.2f ns latency, %s for %s on %s",
                 entry->throughput_ns, entry->latency_ns,
                 entry->is_modelled ? "modelled" : "measured", entry->goal.target, entry->cpu);
    if (entry->throughput_ns <= 0 && a->is_busy)
        text_add(
            &text,
            "\n  not timed: this machine was too busy; its cost is told by the operator classes");
    text_add(&text, "%s", text_get(&a->whole));
    if (known)
        text_add(&text, "\n  from %s; --search looks for another", known);
    else {
        known_compare(&text, entry, a);
        text_add(&text, "\n  seed %llu", (unsigned long long)a->seed);
    }
    for (int i = 0; i < a->outputs.n; i++)
        text_add(&text, "%s%s", i ? " " : ", wrote ", a->outputs.word[i]);
    text_add(&text, "\n");
    if (a->outputs.n == 0) entry_print(&text, entry);
    fputs(text_get(&text), stdout);
    text_release(&text);
}

static void print_front(FILE *file, const Entry *entries, int n, const SynthArguments *a)
{
    Text text = {0};
    say_goal(&text, &entries->goal);
    text_add(&text, ": %d programs, seed %llu\n", n, (unsigned long long)a->seed);
    for (int i = 0; i < n; i++) {
        const Report *r = &entries[i].report;
        text_add(&text, "  %3d operations  ", prog_n_ops(&entries[i].prog));
        if (entries[i].goal.op_cost[0])
            text_add(&text, "weighing %6.4g  ", say_weighted_ops(&entries[i]));
        if (entries[i].throughput_ns > 0) text_add(&text, "%6.3f ns  ", entries[i].throughput_ns);
        if (entries->goal.type != TYPE_REAL) text_add(&text, "%10.4g ulp  ", r->max_ulp);
        text_add(&text, "%6.2f digits%s  %s\n", say_digits(&entries->goal, r),
                 entries->goal.bound.kind == BOUND_ABS ? " absolute" : "", method_name(r->method));
    }
    fputs(text_get(&text), file);
    text_release(&text);
}

/* The search's front, judged, by rising cost: one that the judge finds no better than a cheaper one is left out, and so is
   one that he cannot decide about, unless there is no other. */
static Status judge_front(Entry **entries, int *n, const Entry *base, const Search *search,
                          const SynthArguments *a, Err *err)
{
    const SearchState *state = search_state(search);
    double least = INFINITY;
    Status status = OK, undecided = OK;
    *entries = xcalloc((size_t)state->n_front + 1, sizeof **entries);
    *n = 0;
    for (int i = 0; i < state->n_front && status == OK; i++) {
        Entry *entry = &(*entries)[*n];
        *entry = *base;
        entry->prog = state->front[i].prog;
        status = synth_judge(entry, a, NULL, err);
        if (status == ERR_UNDECIDED)
            undecided = status, status = OK;
        else if (status == OK && report_error(&entry->report, entry->goal.bound.kind) < least)
            least = report_error(&entry->report, entry->goal.bound.kind), ++*n;
    }
    return status == OK && *n == 0 ? undecided : status;
}

/* Is what failed a value that no formula for the rest has? Where all inputs are wanted, infinite values belong to the function. */
static bool is_pole_to_blame(const Entry *entry)
{
    return !entry->goal.domain[0].is_all && isfinite(entry->report.worst_input[0]) &&
           isinf(entry->report.worst_want) && entry->goal.n_variables == 1;
}

/* The best there is, and over the reals, where a front is at hand, all of it. */
static int report_not_met(const Entry *entry, const Search *search, const SynthArguments *a)
{
    Text text = {0};
    if (a->want_front)
        text_add(&text, "no program found within the budget");
    else
        text_add(&text, "no program found that meets %s within the budget", entry->goal.bound.text);
    if (entry->has_report) {
        text_add(&text, "; the best one has ");
        say_report(&text, &entry->goal, &entry->report);
        if (is_pole_to_blame(entry))
            text_add(&text, "; the function is infinite there, at a finite input: a --domain without it may help");
    }
    fprintf(stderr, "approxcc: error: %s\n", text_get(&text));
    text_release(&text);
    if (entry->goal.type != TYPE_REAL || a->want_front) return EXIT_NOT_MET;
    Entry *entries = NULL;
    int n;
    if (judge_front(&entries, &n, entry, search, a, NULL) == OK && n > 0)
        print_front(stderr, entries, n, a);
    free(entries);
    return EXIT_NOT_MET;
}

/* `known`: where it is from, NULL for what a search found. What a search was made for is kept, though something known was better. */
static int write_and_tell(Entry *entry, SynthArguments *a, const char *known, bool is_searched)
{
    Err err = {0};
    Status status = check_code(entry, &err);
    if (status == OK && is_searched) synth_measure(entry, 1, a);
    if (status == OK) status = whole_compare(&a->whole, entry, a, &err);
    if (status == OK) status = output_write(&a->outputs, entry, 1, a->symbol, &err);
    if (status == OK) status = write_report(entry, 1, a, &err);
    if (status != OK) return say_error(status, &err, NULL);
    print_found(entry, a, known);
    if (is_searched) known_keep(entry, a);
    return EXIT_OK;
}

int synth_one(Entry *entry, Search *search, SynthArguments *a)
{
    Err err = {0};
    bool is_met;
    Text known = {0};
    int code;
    Status status = synth_search_and_judge(entry, search, a, &is_met, &err);
    if (status == OK) status = known_instead(entry, &is_met, a, &known, &err);
    if (status != OK)
        code = say_error(status, &err, NULL);
    else if (!is_met)
        code = report_not_met(entry, search, a);
    else
        code = write_and_tell(entry, a, known.length ? known.data : NULL, true);
    text_release(&known);
    return code;
}

int synth_known(Entry *entry, SynthArguments *a, const char *where)
{
    return write_and_tell(entry, a, where, false);
}

int synth_front(const Entry *base, Search *search, SynthArguments *a)
{
    Err err = {0};
    Status status = search_run(search, &err);
    progress_clear(a);
    checkpoint_end(a, search);
    if (status == OK && atomic_load(&say_stop)) status = fail(&err, ERR_INTERRUPTED, "interrupted");
    if (status != OK) return say_error(status, &err, NULL);
    Entry *entries = NULL;
    int n;
    status = judge_front(&entries, &n, base, search, a, &err);
    if (status == OK && n > 0) {
        synth_measure(entries, n, a);
        status = output_write(&a->outputs, entries, n, a->symbol, &err);
        if (status == OK) status = write_report(entries, n, a, &err);
    }
    if (status == OK && n > 0) print_front(stdout, entries, n, a);
    free(entries);
    if (status != OK) return say_error(status, &err, NULL);
    return n > 0 ? EXIT_OK : report_not_met(base, search, a);
}
