/* approxcc bench: functions beside other libraries, what programs take on this machine, all timed in one run; and the calibration of the
   cost model. */
#include "runtime/catalogue/catalogue.h"
#include "runtime/emit/targets.h"
#include "runtime/measure/calibrate.h"
#include "runtime/measure/measurements.h"
#include "tools/bench.h"
#include "tools/c_goal.h"
#include "tools/commands.h"
#include "tools/cost_cache.h"
#include "tools/load.h"
#include "tools/options.h"
#include "tools/say.h"
#include "tools/timed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static Status calibrate_target(const BenchArguments *a, Err *err)
{
    const Target *target = target_find(a->target);
    CostModel model;
    Text path = {0};
    if (!target)
        return fail(err, ERR_INPUT, "unknown target '%s' (see --print-targets)", a->target);
    Status status = calibrate(&model, target->name, a->budget, err);
    if (status == OK) status = cost_cache_save(&model, err);
    if (status == OK) status = cost_cache_path(&path, target->name, err);
    if (status == OK)
        printf("the costs of operators on %s, as measured, are in %s\n", target->name,
               text_get(&path));
    text_release(&path);
    return status;
}

/* -- programs ------------------------------------------------------------------------------ */

static void print_time(const char *file, const Entry *entry, const Timing *timing)
{
    printf("%-12s %-4s %2d operations  %8.4f ns per value in arrays  %7.2f ns latency  %s%s\n",
           entry->goal.name, type_info(entry->goal.type)->name, prog_n_ops(&entry->prog),
           timing->throughput_ns, timing->latency_ns < 0 ? 0 : timing->latency_ns, file,
           timing->is_modelled ? "  (modelled by llvm-mca)"
           : timing->is_sure   ? ""
                               : "  (machine too busy: not to be relied on)");
}

/* The file with what its program takes now. */
static Status update_file(const char *file, Entry *entry, const Timing *timing, Err *err)
{
    const Backend *backend;
    Text text = {0};
    Status status = backend_load(&backend, err);
    if (status == OK && !timing->is_sure)
        return fail(err, ERR_SYSTEM, "'%s' is left as it was: the machine is too busy", file);
    if (status == OK) {
        timed_set(entry, timing, backend);
        entry_print(&text, entry);
        status = text_write_file(file, text_get(&text), text.length, err);
    }
    text_release(&text);
    return status;
}

static bool is_approx(const char *file)
{
    const char *dot = strrchr(file, '.');
    return dot && strcmp(dot, ".approx") == 0;
}

/* Programs of one file, which are for one goal. */
static Status time_file(const char *file, const BenchArguments *a, Measurements *measurements,
                        Err *err)
{
    Entry *entries = NULL;
    int n = 0;
    TimingInputs inputs;
    Status status = load_entries(&entries, &n, file, NULL, err);
    if (status != OK) return status;
    const Prog **prog = xcalloc((size_t)n + 1, sizeof *prog);
    Timing *timing = xcalloc((size_t)n + 1, sizeof *timing);
    const Goal *goal = &entries->goal;
    for (int i = 0; i < n; i++) {
        prog[i] = &entries[i].prog;
        if (strcmp(entries[i].goal.target, goal->target) != 0 || entries[i].goal.type != goal->type)
            status =
                fail(err, ERR_INPUT, "the programs of '%s' are for several types or targets", file);
    }
    if (status == OK) status = timing_inputs(&inputs, goal, err);
    if (status == OK)
        status = measurements_time(measurements, timing, prog, n, goal->target, &inputs, true,
                                   a->budget, err);
    for (int i = 0; i < n && status == OK; i++) print_time(file, &entries[i], &timing[i]);
    if (status == OK && a->want_update) status = update_file(file, entries, timing, err);
    free(prog);
    free(timing);
    free(entries);
    return status;
}

/* -- the command ----------------------------------------------------------------------------- */

/* Is it a function's name, and neither a file nor an entry of the catalogue? */
static bool is_function(const char *word)
{
    return catalogue_index(word) < 0 && access(word, F_OK) != 0 && !strchr(word, '.') &&
           c_goal_check_name(word, NULL) == OK;
}

static Status sort_words(const Words *words, const BenchArguments *a, Words *functions,
                         Words *files, Err *err)
{
    for (int i = 0; i < words->n; i++) {
        Words *list = is_function(words->word[i]) ? functions : files;
        list->word[list->n++] = words->word[i];
    }
    for (int i = 0; i < files->n && a->want_update; i++)
        if (!is_approx(files->word[i]))
            return fail(err, ERR_INPUT, "--update changes .approx files; '%s' is none",
                        files->word[i]);
    if (functions->n > 0 && a->want_update)
        return fail(err, ERR_INPUT, "--update changes .approx files; '%s' is none",
                    functions->word[0]);
    return OK;
}

static int time_files(const Words *files, const BenchArguments *a)
{
    Measurements *measurements = measurements_new();
    Err err = {0};
    Status status;
    int code = EXIT_OK;
    for (int i = 0; i < files->n; i++)
        if ((status = time_file(files->word[i], a, measurements, &err)) != OK) {
            code = say_error(status, &err, files->word[i]);
            err = (Err){0};
        }
    measurements_free(measurements);
    return code;
}

int cmd_bench(int argc, char **argv)
{
    BenchArguments a = {.target = "native",
                        .budget = 60,
                        .max_error = "1ulp",
                        .against = "glibc,libmvec,sleef",
                        .stride = BENCH_STRIDE};
    Words words = {0}, functions = {0}, files = {0};
    bool want_help = false;
    const Option options[] = {
        {"--against", OPTION_TEXT, &a.against, "LIST",
         "libraries beside functions (default glibc,libmvec,sleef)"},
        {"--json", OPTION_TEXT, &a.json, "FILE", "what is found of functions, an object per line"},
        {"--max-error", OPTION_TEXT, &a.max_error, "BOUND",
         "of the functions of ours (default 1ulp)"},
        {"--store", OPTION_TEXT, &a.store_file, "FILE",
         "functions of this store beside the catalogue's (default: the user's store)"},
        {"--no-store", OPTION_FLAG, &a.no_store, NULL, "functions of the catalogue only"},
        {"--stride", OPTION_COUNT, &a.stride, "N",
         "errors of libraries at every Nth float (default 1021; 1: all)"},
        {"--threads", OPTION_COUNT, &a.threads, "N",
         "worker threads that look for errors (default: all processors)"},
        {"--calibrate", OPTION_FLAG, &a.want_calibration, NULL,
         "measure what each class of operators costs on this machine, for later searches"},
        {"--update", OPTION_FLAG, &a.want_update, NULL,
         "write the times into the .approx files, with processor and date"},
        {"--target", OPTION_TEXT, &a.target, "T",
         "what to calibrate or compare: native (default) or another that this machine runs"},
        {"--budget", OPTION_SECONDS, &a.budget, "TIME",
         "at most about this long, for each file or function (default 60s)"},
        {0},
    };
    Err err = {0};
    Status status = options_parse(options, argc, argv, &words, &want_help, &err);
    if (status == OK && want_help) {
        puts("usage: approxcc bench [NAME ...] [--against LIST] [--json FILE]\n"
             "       approxcc bench FILE.approx ...\n       approxcc bench --calibrate\n\n"
             "Times functions (expf) of the catalogue beside those of other libraries, or "
             "programs,\n"
             "on this machine, where the functions live. Without names: all that the catalogue "
             "has.\n");
        options_print(options);
        return EXIT_OK;
    }
    if (status == OK) status = sort_words(&words, &a, &functions, &files, &err);
    if (status == OK) status = bench_check(&a, &err);
    if (status != OK) return say_usage(&err, "bench");
    if (a.want_calibration && (status = calibrate_target(&a, &err)) != OK)
        return say_error(status, &err, NULL);
    int code = time_files(&files, &a);
    if (functions.n > 0 || (files.n == 0 && !a.want_calibration)) {
        const int compared = bench_functions(&functions, &a);
        if (code == EXIT_OK) code = compared;
    }
    return code;
}
