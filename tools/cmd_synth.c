/* approxcc synth: from a stated function to a verified program, written in any form.

   The search proposes, the judge disposes: what is written has a Report made by measure/verify. A
   candidate that the judge refuses goes back to the search with its worst input. */
#include "frontend/fpcore.h"
#include "frontend/spec.h"
#include "runtime/base/pool.h"
#include "runtime/measure/agree.h"
#include "runtime/measure/timing.h"
#include "runtime/measure/verify.h"
#include "runtime/emit/targets.h"
#include "search/search.h"
#include "tools/commands.h"
#include "tools/options.h"
#include "tools/output.h"
#include "tools/say.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef enum { PROGRESS_NONE, PROGRESS_LINE, PROGRESS_PLAIN, PROGRESS_JSON } Progress;

typedef struct {
    SpecText spec;
    Words domains, exact, outputs;
    double budget;
    uint64_t seed, threads, generations;
    bool from_scratch, want_front;
    const char *symbol, *progress_text;
    Progress progress;
    double started;
    Text command;
} SynthArguments;

/* -- progress ----------------------------------------------------------------- */

static void show_state(void *context, const SearchState *state)
{
    const SynthArguments *a = context;
    const double best = state->best ? state->best->error : INFINITY;
    const double cost = state->best ? state->best->cost : INFINITY;
    const double rate = state->seconds > 0 ? (double)state->n_candidates / state->seconds : 0;
    const double left = fmax(0, a->budget - (timing_now() - a->started));
    if (a->progress == PROGRESS_JSON) {
        fprintf(
            stderr,
            "{\"generation\": %d, \"candidates\": %llu, \"front\": %d, \"best_error\": %s%.6g%s, "
            "\"seconds\": %.2f}\n",
            state->generation, (unsigned long long)state->n_candidates, state->n_front,
            isfinite(best) ? "" : "\"", best, isfinite(best) ? "" : "\"", state->seconds);
        return;
    }
    fprintf(
        stderr,
        "%sgeneration %d  front %d  best error %.4g cost %.4g  %.0f candidates/s  %.0f s left%s",
        a->progress == PROGRESS_LINE ? "\r\033[K" : "", state->generation, state->n_front, best,
        cost, rate, left, a->progress == PROGRESS_LINE ? "" : "\n");
}

static void clear_line(const SynthArguments *a)
{
    if (a->progress == PROGRESS_LINE) fprintf(stderr, "\r\033[K");
}

static void show_judging(void *context, double done)
{
    fprintf(stderr, "\r\033[Kjudging every input: %3.0f %%", 100 * done);
}

static Status parse_progress(SynthArguments *a, Err *err)
{
    static const struct {
        const char *name;
        Progress progress;
    } NAMES[] = {{"none", PROGRESS_NONE}, {"plain", PROGRESS_PLAIN}, {"json", PROGRESS_JSON}};
    if (!a->progress_text || strcmp(a->progress_text, "auto") == 0) {
        a->progress = say_is_terminal(STDERR_FILENO) ? PROGRESS_LINE : PROGRESS_NONE;
        return OK;
    }
    for (int i = 0; i < 3; i++)
        if (strcmp(NAMES[i].name, a->progress_text) == 0) {
            a->progress = NAMES[i].progress;
            return OK;
        }
    return fail(err, ERR_INPUT, "'--progress %s': expected auto, plain, json or none",
                a->progress_text);
}

/* -- goal ---------------------------------------------------------------------- */

static bool is_fpcore(const char *path)
{
    const size_t n = strlen(path);
    return n > 7 && strcmp(path + n - 7, ".fpcore") == 0;
}

static Status goal_from_fpcore(Goal *goal, const char *path, const SpecText *spec, Err *err)
{
    Text text = {0};
    FpFile *file = NULL;
    Status status = text_read_file(&text, path, FPCORE_BYTES_MAX, err);
    if (status == OK) status = fpcore_parse(&file, text_get(&text), text.length, err);
    if (status == OK && fpcore_count(file) != 1)
        status = fail(err, ERR_INPUT, "'%s' holds %d FPCores; synth takes one at a time", path,
                      fpcore_count(file));
    if (status == OK) status = fpcore_to_goal(goal, NULL, fpcore_get(file, 0), spec, err);
    if (status == OK && !goal->bound.text[0] &&
        (status = spec_bound(&goal->bound, "1ulp", err)) == OK)
        status = goal_check(goal, err);
    fpcore_free(file);
    text_release(&text);
    return status;
}

static Status make_goal(Goal *goal, SynthArguments *a, Err *err)
{
    a->spec.n_domains = a->domains.n;
    a->spec.n_exact = a->exact.n;
    if (a->domains.n > PROG_INPUTS_MAX || a->exact.n > GOAL_EXACT_MAX)
        return fail(err, ERR_INPUT, "at most %d domains and %d exact points can be given",
                    PROG_INPUTS_MAX, GOAL_EXACT_MAX);
    for (int i = 0; i < a->domains.n; i++) a->spec.domain[i] = a->domains.word[i];
    for (int i = 0; i < a->exact.n; i++) a->spec.exact[i] = a->exact.word[i];
    /* A front over the reals needs no bound; the search still wants a number. */
    if (a->want_front && !a->spec.max_error && a->spec.type && strcmp(a->spec.type, "real") == 0)
        a->spec.max_error = "30digits";
    if (is_fpcore(a->spec.what)) return goal_from_fpcore(goal, a->spec.what, &a->spec, err);
    return spec_to_goal(goal, &a->spec, err);
}

/* -- judging ------------------------------------------------------------------- */

/* With `bad` the judge stops at the first stretch of the domain that breaks the bound, and says which inputs did. */
static Status judge(Entry *entry, const SynthArguments *a, BadInputs *bad, Err *err)
{
    const VerifyOptions options = {.stop_early = bad != NULL,
                                   .bad = bad,
                                   .n_threads = (int)a->threads,
                                   .seed = a->seed,
                                   .stop = &say_stop,
                                   .progress = a->progress == PROGRESS_LINE ? show_judging : NULL};
    const Status status = verify(&entry->report, &entry->prog, &entry->goal, &options, err);
    clear_line(a);
    entry->has_report = status == OK;
    return status;
}

static double seconds_left(const SynthArguments *a)
{
    return a->budget - (timing_now() - a->started);
}

/* About how long the last, whole look at a program will take: that much of the budget (half at most) is not for
   the search. */
static double judging_seconds(const Goal *goal, const SynthArguments *a)
{
    static const double PER_FLOAT = 5e-9, PER_RUN = 4; /* bench_verify */
    if (goal->type == TYPE_F64 || goal->n_variables != 1) return PER_RUN;
    if (goal->type != TYPE_F32) return 0.5;
    const int n_threads = a->threads > 0 ? (int)a->threads : pool_processors();
    const double n = (double)(domain_last(&goal->domain[0], goal->type) -
                              domain_first(&goal->domain[0], goal->type));
    return 0.5 + n * PER_FLOAT / fmin(n_threads, pool_processors());
}

static double error_in_bound(const Entry *entry)
{
    switch (entry->goal.bound.kind) {
    case BOUND_ULP: return entry->report.max_ulp;
    case BOUND_REL: return entry->report.max_rel;
    case BOUND_ABS: return entry->report.max_abs;
    }
    return INFINITY;
}

/* Runs search and judge in turns until a program stands or the budget ends. *is_met tells which; the
   entry then holds the program, or the best that was judged (has_report false if none was). */
static Status search_and_judge(Entry *entry, Search *search, const SynthArguments *a, bool *is_met,
                               Err *err)
{
    Entry *trial = xcalloc(1, sizeof *trial);
    double least = INFINITY;
    Status status;
    bool is_last = false;
    *is_met = false;
    while (!is_last) {
        if ((status = search_run(search, err)) != OK) break;
        clear_line(a);
        if (atomic_load(&say_stop)) {
            status = fail(err, ERR_INTERRUPTED, "interrupted");
            break;
        }
        const SearchState *state = search_state(search);
        /* At the end of the budget safety comes before cost. */
        is_last = !state->best || seconds_left(a) <= 0;
        const Candidate *candidate = is_last ? state->safest : state->best;
        if (!candidate && state->n_front == 0) break;
        /* With nothing believed to meet the bound, the most accurate is judged for the record. */
        for (int i = 0; i < state->n_front && !state->safest; i++)
            if (!candidate || state->front[i].error < candidate->error)
                candidate = &state->front[i];
        *trial = *entry;
        trial->prog = candidate->prog;
        BadInputs bad = {.n = 0};
        if ((status = judge(trial, a, &bad, err)) != OK) break;
        *is_met = report_meets(&trial->report, &trial->goal);
        const double error = error_in_bound(trial);
        if (*is_met || error < least || !entry->has_report) *entry = *trial, least = error;
        if (*is_met || is_last) break;
        if (bad.n > 0)
            search_refute(search, &trial->prog, error, bad.x, bad.n);
        else
            search_refute(search, &trial->prog, error, trial->report.worst_input, 1);
    }
    free(trial);
    return status;
}

/* What was judged is the program; what is written is code: they must agree where code can be run. */
static Status check_code(const Entry *entry, Err *err)
{
    enum { N_INPUTS = 1 << 16 };
    const Status status = agree_check(&entry->prog, &entry->goal, N_INPUTS, err);
    return status == ERR_INTERNAL ? status : OK;
}

static void measure(Entry *entries, int n, const SynthArguments *a)
{
    const Target *target = target_find(entries->goal.target);
    const Backend *backend;
    if (entries->goal.type == TYPE_REAL || entries->goal.n_variables != 1 || !target) return;
    for (int i = 0; i < n; i++) entries[i].lanes = target->lanes;
    if (!target_is_runnable(target) || backend_load(&backend, NULL) != OK) return;
    for (int i = 0; i < n; i++) {
        const Prog *prog = &entries[i].prog;
        Timing timing;
        if (timing_measure(&timing, &prog, 1, &entries[i].goal, 0.3, NULL) != OK) continue;
        entries[i].throughput_ns = timing.throughput_ns;
        entries[i].latency_ns = timing.latency_ns;
        snprintf(entries[i].cpu, sizeof entries[i].cpu, "%s", backend->host_cpu());
    }
}

/* -- results ------------------------------------------------------------------- */

static void print_found(const Entry *entry, const SynthArguments *a, bool want_program)
{
    Text text = {0};
    say_goal(&text, &entry->goal);
    text_add(&text, "\n  %d operations, ", prog_n_ops(&entry->prog));
    say_report(&text, &entry->goal, &entry->report);
    if (entry->throughput_ns > 0)
        text_add(&text, "\n  %.3f ns per value in arrays, %.2f ns latency, measured for %s on %s",
                 entry->throughput_ns, entry->latency_ns, entry->goal.target, entry->cpu);
    text_add(&text, "\n  seed %llu", (unsigned long long)a->seed);
    for (int i = 0; i < a->outputs.n; i++)
        text_add(&text, "%s%s", i ? " " : ", wrote ", a->outputs.word[i]);
    text_add(&text, "\n");
    if (want_program) entry_print(&text, entry);
    fputs(text_get(&text), stdout);
    text_release(&text);
}

static int report_not_met(const Entry *entry)
{
    Text text = {0};
    text_add(&text, "no program found that meets %s within the budget", entry->goal.bound.text);
    if (entry->has_report) {
        text_add(&text, "; the best one has ");
        say_report(&text, &entry->goal, &entry->report);
    }
    fprintf(stderr, "approxcc: error: %s\n", text_get(&text));
    text_release(&text);
    return EXIT_NOT_MET;
}

static int synth_one(Entry *entry, Search *search, const SynthArguments *a)
{
    Err err = {0};
    bool is_met;
    Status status = search_and_judge(entry, search, a, &is_met, &err);
    if (status != OK) return say_error(status, &err, NULL);
    if (!is_met) return report_not_met(entry);
    if ((status = check_code(entry, &err)) != OK) return say_error(status, &err, NULL);
    measure(entry, 1, a);
    status = output_write(&a->outputs, entry, 1, a->symbol, &err);
    if (status != OK) return say_error(status, &err, NULL);
    print_found(entry, a, a->outputs.n == 0);
    return EXIT_OK;
}

static void print_front(const Entry *entries, int n, const SynthArguments *a)
{
    Text text = {0};
    say_goal(&text, &entries->goal);
    text_add(&text, ": %d programs, seed %llu\n", n, (unsigned long long)a->seed);
    for (int i = 0; i < n; i++) {
        const Report *r = &entries[i].report;
        text_add(&text, "  %3d operations  ", prog_n_ops(&entries[i].prog));
        if (entries[i].throughput_ns > 0) text_add(&text, "%6.3f ns  ", entries[i].throughput_ns);
        if (entries->goal.type != TYPE_REAL) text_add(&text, "%10.4g ulp  ", r->max_ulp);
        text_add(&text, "%6.2f digits  %s\n", report_digits(r), method_name(r->method));
    }
    fputs(text_get(&text), stdout);
    text_release(&text);
}

static int synth_front(const Entry *base, Search *search, const SynthArguments *a)
{
    Err err = {0};
    Status status = search_run(search, &err);
    clear_line(a);
    if (status == OK && atomic_load(&say_stop)) status = fail(&err, ERR_INTERRUPTED, "interrupted");
    if (status != OK) return say_error(status, &err, NULL);
    const SearchState *state = search_state(search);
    Entry *entries = xcalloc((size_t)state->n_front, sizeof *entries);
    int n = 0;
    /* By rising cost: one that the judge finds no better than a cheaper one is left out. */
    double least = INFINITY;
    for (int i = 0; i < state->n_front && status == OK; i++) {
        entries[n] = *base;
        entries[n].prog = state->front[i].prog;
        status = judge(&entries[n], a, NULL, &err);
        if (status != OK || error_in_bound(&entries[n]) >= least) continue;
        least = error_in_bound(&entries[n++]);
    }
    if (status == OK && n > 0) {
        measure(entries, n, a);
        status = output_write(&a->outputs, entries, n, a->symbol, &err);
    }
    if (status == OK && n > 0) print_front(entries, n, a);
    free(entries);
    if (status != OK) return say_error(status, &err, NULL);
    return n > 0 ? EXIT_OK : report_not_met(base);
}

/* -- the command ---------------------------------------------------------------- */

/* A word with quotes or line breaks, as bash takes it in one line. */
static void record_odd_word(Text *out, const char *word)
{
    text_add(out, " $'");
    for (; *word; word++)
        if (*word == '\'' || *word == '\\')
            text_add(out, "\\%c", *word);
        else if ((unsigned char)*word < 0x20)
            text_add(out, "\\%03o", (unsigned)*word);
        else
            text_add(out, "%c", *word);
    text_add(out, "'");
}

/* The command line as a shell would take it, for the record in what we write. */
static void record_command(Text *out, int argc, char **argv)
{
    text_add(out, "approxcc");
    for (int i = 0; i < argc; i++) {
        const bool has_control = argv[i][strcspn(argv[i], "\n\r\t\v\f")] != 0;
        if (has_control || strchr(argv[i], '\'')) {
            record_odd_word(out, argv[i]);
            continue;
        }
        const bool plain = argv[i][0] && !argv[i][strspn(argv[i], "abcdefghijklmnopqrstuvwxyz"
                                                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                                  "0123456789+-_./=:,@%")];
        text_add(out, plain ? " %s" : " '%s'", argv[i]);
    }
}

static int synth(SynthArguments *a)
{
    Err err = {0};
    Search *search = NULL;
    Entry *entry = xcalloc(1, sizeof *entry);
    int code;
    Status status = make_goal(&entry->goal, a, &err);
    if (status == OK) status = output_check(&a->outputs, entry->goal.type, a->want_front, &err);
    if (status != OK) {
        code = say_error(status, &err, is_fpcore(a->spec.what) ? a->spec.what : NULL);
        goto done;
    }
    entry->seed = a->seed;
    snprintf(entry->version, sizeof entry->version, "%s", APPROX_VERSION);
    snprintf(entry->command, sizeof entry->command, "%s", a->command.data);
    const SearchOptions options = {
        .seed = a->seed,
        .n_threads = (int)a->threads,
        .seconds = fmax(a->budget / 2, a->budget - judging_seconds(&entry->goal, a)),
        .max_generations = (int)a->generations,
        .from_scratch = a->from_scratch,
        .want_front = a->want_front,
        .stop = &say_stop,
        .progress = a->progress != PROGRESS_NONE ? show_state : NULL,
        .progress_context = a};
    status = search_new(&search, &entry->goal, &options, &err);
    if (status != OK)
        code = say_error(status, &err, NULL);
    else
        code = a->want_front ? synth_front(entry, search, a) : synth_one(entry, search, a);
done:
    search_free(search);
    free(entry);
    return code;
}

int cmd_synth(int argc, char **argv)
{
    SynthArguments a = {.budget = 60, .seed = 1, .started = timing_now()};
    Words what = {0};
    bool want_help = false;
    const Option options[] = {
        {"--type", OPTION_TEXT, &a.spec.type, "TYPE", "real, f16, bf16, f32 or f64"},
        {"--domain", OPTION_TEXTS, &a.domains, "[LO,HI]",
         "or (LO,HI], all; one per variable; ends such as pi/4"},
        {"--max-error", OPTION_TEXT, &a.spec.max_error, "BOUND",
         "1ulp, 1e-6rel, 1e-6abs, 14digits, 16bits"},
        {"--minimize", OPTION_TEXT, &a.spec.minimize, "COST",
         "ops, throughput (default), latency or size"},
        {"--target", OPTION_TEXT, &a.spec.target, "T",
         "native (default) or one of --print-targets"},
        {"--ops", OPTION_TEXT, &a.spec.ops, "LIST", "allowed operators, such as '+,-,*,/,fma'"},
        {"--exact", OPTION_TEXTS, &a.exact, "X:Y", "f(X) is Y, exactly; fills removable gaps"},
        {"--from-scratch", OPTION_FLAG, &a.from_scratch, NULL,
         "start from the identity, without mathematical knowledge"},
        {"--front", OPTION_FLAG, &a.want_front, NULL, "the whole front of error against cost"},
        {"--budget", OPTION_SECONDS, &a.budget, "TIME", "at most about this long (default 60s)"},
        {"--generations", OPTION_COUNT, &a.generations, "N",
         "at most this many; makes a run repeatable"},
        {"--seed", OPTION_COUNT, &a.seed, "N", "of all random choices (default 1)"},
        {"--threads", OPTION_COUNT, &a.threads, "N", "worker threads (default: all processors)"},
        {"--symbol", OPTION_TEXT, &a.symbol, "S",
         "name of the emitted function (default approx_NAME)"},
        {"--name", OPTION_TEXT, &a.spec.name, "NAME", "what the function is called"},
        {"--progress", OPTION_TEXT, &a.progress_text, "HOW", "auto, plain, json or none"},
        {"-o", OPTION_TEXTS, &a.outputs, "FILE",
         ".approx .c .h .ll .bc .s .o .a .so .json .fpcore"},
        {0},
    };
    Err err = {0};
    Status status = options_parse(options, argc, argv, &what, &want_help, &err);
    if (status == OK && want_help) {
        puts("usage: approxcc synth NAME | 'EXPR' | FILE.fpcore [options] -o OUT [-o OUT ...]\n\n"
             "Finds the cheapest program that meets the bound, checks it, and writes it.\n");
        options_print(options);
        return EXIT_OK;
    }
    if (status == OK && what.n != 1)
        status =
            fail(&err, ERR_INPUT,
                 what.n ? "synth takes one function, found also '%s'" : "synth needs a function%s",
                 what.n ? what.word[1] : "");
    if (status == OK && a.symbol && !output_is_symbol(a.symbol))
        status = fail(&err, ERR_INPUT, "'--symbol %.80s': expected a C identifier", a.symbol);
    if (status == OK && a.threads > THREADS_MAX)
        status = fail(&err, ERR_INPUT, "'--threads %llu': at most %d threads can be used",
                      (unsigned long long)a.threads, THREADS_MAX);
    if (a.generations > INT_MAX) a.generations = INT_MAX;
    if (status == OK) status = parse_progress(&a, &err);
    if (status == OK) status = output_check(&a.outputs, TYPE_F32, false, &err);
    if (status != OK)
        return status == ERR_SYSTEM ? say_error(status, &err, NULL) : say_usage(&err, "synth");
    a.spec.what = what.word[0];
    record_command(&a.command, argc, argv);
    say_catch_signals();
    const int code = synth(&a);
    text_release(&a.command);
    return code;
}
