/* approxcc verify: judges a program again from nothing. */
#include "runtime/measure/verify.h"
#include "runtime/measure/wrong_specials.h"

#include "tools/commands.h"
#include "tools/load.h"
#include "tools/options.h"
#include "tools/output.h"
#include "tools/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POINTS_MAX = 1000000000 }; /* an hour's work */

typedef struct {
    SpecText spec;
    Words domains, outputs;
    uint64_t threads, points, stride, seed;
    const char *progress;
} VerifyArguments;

static void show_progress(void *context, double done)
{
    fprintf(stderr, "\r%s %3.0f %% ", (const char *)context, 100 * done);
}

/* Prints the verdict; true if the bound is met and no special result is wrong. */
static bool print_verdict(const Entry *entry)
{
    const Goal *goal = &entry->goal;
    const bool met = report_meets(&entry->report, goal);
    Text text = {0};
    say_goal(&text, goal);
    text_add(&text, "\n  ");
    say_report(&text, goal, &entry->report);
    if (goal->bound.text[0] && goal->bound.limit < 1e300)
        text_add(&text, "\n  bound %s: %s", goal->bound.text, met ? "met" : "NOT MET");
    const int n_wrong = wrong_specials(&entry->report, goal, entry->report.max_ulp);
    if (n_wrong)
        text_add(&text, "\n  %d of %d special inputs give a wrong result (listed by -o FILE.json)",
                 n_wrong, entry->report.n_specials);
    puts(text_get(&text));
    text_release(&text);
    return met && n_wrong == 0;
}

/* A claim in the file that the judge does not confirm is a broken claim. */
static bool check_claim(const Entry *entry, const Report *claimed)
{
    const Report *found = &entry->report;
    const bool is_real = entry->goal.type == TYPE_REAL;
    const bool is_abs = is_real && entry->goal.bound.kind == BOUND_ABS;
    const double was = is_abs ? claimed->max_abs : is_real ? claimed->max_rel : claimed->max_ulp;
    const double is = is_abs ? found->max_abs : is_real ? found->max_rel : found->max_ulp;
    if (is <= was * 1.0005) return true; /* a NaN claims nothing that holds */
    printf("  the file claims %.4g: NOT CONFIRMED\n", was);
    return false;
}

static Status judge(Entry *entry, const VerifyArguments *arguments, bool *is_good, Err *err)
{
    const bool on_terminal = say_is_terminal(STDERR_FILENO) &&
                             (!arguments->progress || strcmp(arguments->progress, "none") != 0);
    const VerifyOptions options = {.n_threads = (int)arguments->threads,
                                   .stride = arguments->stride,
                                   .n_points = arguments->points,
                                   .seed = arguments->seed ? arguments->seed
                                           : entry->seed   ? entry->seed
                                                           : 1,
                                   .stop = &say_stop,
                                   .progress = on_terminal ? show_progress : NULL,
                                   .progress_context = entry->goal.name};
    const Report claimed = entry->report;
    const bool has_claim = entry->has_report;
    const Status status = verify(&entry->report, &entry->prog, &entry->goal, &options, err);
    if (on_terminal) fprintf(stderr, "\r\033[K");
    if (status != OK) return status;
    entry->has_report = true;
    *is_good = print_verdict(entry) && *is_good;
    if (has_claim) *is_good = check_claim(entry, &claimed) && *is_good;
    return OK;
}

static Status write_json(const Words *outputs, const Text *text, Err *err)
{
    Status status = OK;
    for (int i = 0; i < outputs->n && status == OK; i++)
        status = text_write_file(outputs->word[i], text_get(text), text->length, err);
    return status;
}

/* What options_parse cannot know. */
static Status check_arguments(const VerifyArguments *a, Err *err)
{
    if (a->threads > THREADS_MAX)
        return fail(err, ERR_INPUT, "'--threads %llu': at most %d threads can be used",
                    (unsigned long long)a->threads, THREADS_MAX);
    if (a->points > POINTS_MAX)
        return fail(err, ERR_INPUT, "'--points %llu': at most %d points can be looked at",
                    (unsigned long long)a->points, POINTS_MAX);
    if (a->domains.n > PROG_INPUTS_MAX)
        return fail(err, ERR_INPUT, "at most %d domains can be given", PROG_INPUTS_MAX);
    for (int i = 0; i < a->outputs.n; i++) {
        const char *path = a->outputs.word[i], *dot = strrchr(path, '.');
        const bool is_device = strcmp(path, "-") == 0 || strncmp(path, "/dev/", 5) == 0;
        if (!is_device && (!dot || strcmp(dot, ".json") != 0))
            return fail(err, ERR_INPUT, "'-o %s': the Reports are written as .json", path);
    }
    return OK;
}

int cmd_verify(int argc, char **argv)
{
    VerifyArguments arguments = {0};
    Words files = {0};
    bool want_help = false, is_good = true;
    const Option options[] = {
        {"--max-error", OPTION_TEXT, &arguments.spec.max_error, "BOUND",
         "judge against this bound instead"},
        {"--type", OPTION_TEXT, &arguments.spec.type, "TYPE",
         "real f16 bf16 f32 f64 (for .fpcore: instead of :precision)"},
        {"--domain", OPTION_TEXTS, &arguments.domains, "[LO,HI]",
         "judge on this domain instead; one per variable"},
        {"--threads", OPTION_COUNT, &arguments.threads, "N",
         "worker threads (default: all processors)"},
        {"--points", OPTION_COUNT, &arguments.points, "N",
         "inputs where not every one is checked (f64)"},
        {"--stride", OPTION_COUNT, &arguments.stride, "N", "check every Nth float only"},
        {"--seed", OPTION_COUNT, &arguments.seed, "N",
         "of the sampled inputs (default: that of the file)"},
        {"--progress", OPTION_TEXT, &arguments.progress, "auto|none", "progress on a terminal"},
        {"-o", OPTION_TEXTS, &arguments.outputs, "FILE.json", "the Reports as JSON, one per line"},
        {0},
    };
    Err err = {0};
    Status status = options_parse(options, argc, argv, &files, &want_help, &err);
    if (status == OK && want_help) {
        puts("usage: approxcc verify FILE.approx | FILE.fpcore | FILE.json ... [options]\n\n"
             "Judges each program again from nothing; exit code 1 if a bound or a claim is "
             "broken.\n");
        options_print(options);
        return EXIT_OK;
    }
    if (status == OK && files.n == 0)
        status = fail(&err, ERR_INPUT, "verify needs a .approx, .fpcore or .json file");
    if (status == OK) status = check_arguments(&arguments, &err);
    if (status != OK) return say_usage(&err, "verify");
    if (output_check(&arguments.outputs, TYPE_REAL, true, &err) != OK)
        return say_error(ERR_SYSTEM, &err, NULL);
    arguments.spec.n_domains = arguments.domains.n;
    for (int i = 0; i < arguments.domains.n && i < PROG_INPUTS_MAX; i++)
        arguments.spec.domain[i] = arguments.domains.word[i];

    say_catch_signals();
    Text json = {0};
    for (int i = 0; i < files.n && status == OK; i++) {
        Entry *entries = NULL;
        int n = 0;
        status = load_entries(&entries, &n, files.word[i], &arguments.spec, &err);
        for (int k = 0; k < n && status == OK; k++)
            status = judge(&entries[k], &arguments, &is_good, &err);
        for (int k = 0; k < n && status == OK; k++) say_json(&json, &entries[k]);
        free(entries);
        if (status != OK) say_error(status, &err, files.word[i]);
    }
    if (status == OK && (status = write_json(&arguments.outputs, &json, &err)) != OK)
        say_error(status, &err, NULL);
    text_release(&json);
    if (status != OK) return say_exit_code(status);
    return is_good ? EXIT_OK : EXIT_DIAGNOSED;
}
