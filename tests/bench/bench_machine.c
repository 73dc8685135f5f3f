/* Speed and accuracy of our functions beside other libraries' and beside floors, on this machine, in one run.

   Usage: bench_machine DIR [--points N] [--json FILE]
          bench_machine DIR --tier TIER [--synth BUDGET] [--target T] [--points N] [--json FILE]

   DIR holds .approx files (f32, one variable, for a target that runs here), each for a function that some peer
   has: all of them are shown. With --tier, the functions of one tier of accuracy (machine/tiers.c) are, and the figures that the tier is to
   reach; what is not yet in DIR/TIER-T is searched for there, with this budget for each (60s).

   With --json, FILE gets what was measured of our programs and of the libraries, one object a line, for `approxcc report --beside`.

   All implementations of a function are visited in turns through one gated timer, on the same inputs: where the
   function lives (runtime/measure/timing.h). Errors are the largest found at N floats (default 4 million) spread over all
   of them, at normal results; `specials` counts wrong results at zeros, infinities, NaN and the ends of the format. */
#include "runtime/base/text.h"
#include "runtime/emit/targets.h"
#include "tests/bench/machine/tiers.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LENGTH = 1000 };

typedef struct {
    const char *folder, *budget, *target, *approxcc;
    const Tier *tier;
    uint64_t n_points;
    const char *json; /* NULL: not wanted */
    Text *rows;       /* what goes there */
} Options;

static void die(const char *what)
{
    fprintf(stderr, "bench_machine: %s\n", what);
    exit(1);
}

static bool load_entry(Entry *entry, const char *path)
{
    Text text = {0};
    Err err = {0};
    Status status = text_read_file(&text, path, ENTRY_FILE_MAX, &err);
    if (status == OK) status = entry_parse(entry, text_get(&text), text.length, &err);
    text_release(&text);
    const Target *target = status == OK ? target_find(entry->goal.target) : NULL;
    const bool is_ours = target && target_is_runnable(target) && entry->goal.type == TYPE_F32 &&
                         entry->goal.n_variables == 1;
    if (!is_ours)
        fprintf(stderr, "bench_machine: %s is left out: %s\n", path,
                status == OK ? "no f32 function that runs here" : err.text);
    return is_ours;
}

/* Measured and printed; NULL if that cannot be. */
static Rows *compare(const Options *options, Timer *timer, const Entry *entry, const Entry *whole)
{
    Err err = {0};
    Rows *rows = xcalloc(1, sizeof *rows);
    const Status status = rows_measure(rows, timer, entry, whole, options->n_points, &err);
    if (status != OK) printf("\n%s: %s\n", entry->goal.name, err.text);
    if (status != OK && status != ERR_UNDECIDED) {
        free(rows);
        return NULL;
    }
    rows_print(rows, entry);
    rows_add_json(options->rows, rows, entry);
    fflush(stdout);
    return rows;
}

/* -- a folder ---------------------------------------------------------------------------------- */

static int is_entry(const struct dirent *file)
{
    const size_t n = strlen(file->d_name);
    return n > 7 && strcmp(file->d_name + n - 7, ".approx") == 0;
}

/* How many times as fast as the best library within 1 ulp and within 4. */
typedef struct {
    double log_sum[2];
    int n[2];
} Means;

static void add_ratios(Means *means, const Rows *rows)
{
    for (int i = 0; i < 2; i++) {
        const Row *best = rows_best_within(rows, i ? 4 : 1);
        if (!best) {
            printf("    no library is within %d ulp and right everywhere\n", i ? 4 : 1);
            continue;
        }
        const double ratio = best->ns / rows->row[0].ns;
        printf("    %.2f times as fast as the best library within %d ulp: %s\n", ratio, i ? 4 : 1,
               best->name);
        means->log_sum[i] += log(ratio);
        means->n[i]++;
    }
}

static void show_folder(const Options *options, Timer *timer)
{
    struct dirent **file = NULL;
    Means means = {0};
    Entry *entry = xcalloc(1, sizeof *entry);
    const int n_files = scandir(options->folder, &file, is_entry, alphasort);
    if (n_files < 0) die("cannot read the folder");
    for (int i = 0; i < n_files; i++) {
        char path[PATH_LENGTH];
        snprintf(path, sizeof path, "%s/%s", options->folder, file[i]->d_name);
        Rows *rows = load_entry(entry, path) ? compare(options, timer, entry, NULL) : NULL;
        if (rows) add_ratios(&means, rows);
        free(rows);
        free(file[i]);
    }
    for (int i = 0; i < 2; i++)
        if (means.n[i] > 0)
            printf("\ngeometric mean: %.2f times as fast as the best library within %d ulp (%d "
                   "functions)",
                   exp(means.log_sum[i] / means.n[i]), i ? 4 : 1, means.n[i]);
    printf("\n");
    free(file);
    free(entry);
}

/* -- a tier ------------------------------------------------------------------------------------- */

static void wanted_path(char *path, const Options *options, const char *name, bool is_part)
{
    snprintf(path, PATH_LENGTH, "%s/%s-%s/%s%s.approx", options->folder, options->tier->name,
             options->target, name, is_part ? "_part" : "");
}

/* "[lo,hi]" or "all", as the tiers have them. */
static Domain domain_of(const Wanted *wanted)
{
    Domain domain = {.is_all = true};
    if (sscanf(wanted->domain, "[%lf,%lf]", &domain.lo, &domain.hi) == 2) domain.is_all = false;
    return domain;
}

/* The bound to be asked for; false if that is the error of a row that there is none of. */
static bool choose_bound(char *bound, size_t size, const Options *options, const Wanted *wanted)
{
    const Domain domain = domain_of(wanted);
    double abs;
    snprintf(bound, size, "%s", options->tier->max_error ? options->tier->max_error : "");
    if (bound[0]) return true;
    if (!rows_reach(&abs, COMPOSED_ROW, wanted->name, target_find(options->target), &domain,
                    options->n_points))
        return false;
    snprintf(bound, size, "%aabs", abs);
    return true;
}

/* With a bound of their own a tier's programs are searched for: what the catalogue has within tighter ones would be an answer. */
static void synthesise(const Options *options, const Wanted *wanted, const char *path)
{
    char command[4000], bound[40];
    if (access(path, F_OK) == 0) return;
    if (!choose_bound(bound, sizeof bound, options, wanted)) {
        fprintf(stderr, "bench_machine: nothing to be as good as for %s\n", wanted->name);
        return;
    }
    snprintf(command, sizeof command,
             "'%s' synth '%s' --name %s --type f32 --domain '%s' --max-error %s --target %s "
             "--budget '%s'%s --progress none -o '%s' >'%s.log' 2>&1",
             options->approxcc, wanted->expression, wanted->name, wanted->domain, bound,
             options->target, options->budget, options->tier->max_error ? "" : " --fresh", path,
             path);
    if (system(command) != 0)
        fprintf(stderr, "bench_machine: no program for %s: %s.log says why\n", wanted->name, path);
}

static void show_tier(const Options *options, Timer *timer)
{
    const Tier *tier = options->tier;
    Rows *rows[TIER_FUNCTIONS_MAX] = {NULL};
    Entry *entry = xcalloc(2, sizeof *entry);
    char path[PATH_LENGTH];
    snprintf(path, sizeof path, "%s/%s-%s", options->folder, tier->name, options->target);
    mkdir(options->folder, 0777);
    mkdir(path, 0777);
    for (int i = 0; tier->wanted[i].name; i++) {
        const Wanted *wanted = &tier->wanted[i];
        wanted_path(path, options, wanted->name, wanted->whole != NULL);
        synthesise(options, wanted, path);
        if (access(path, F_OK) != 0 || !load_entry(&entry[0], path)) continue;
        bool has_whole = false;
        if (wanted->whole) {
            wanted_path(path, options, wanted->whole, false);
            has_whole = access(path, F_OK) == 0 && load_entry(&entry[1], path);
        }
        rows[i] = compare(options, timer, &entry[0], has_whole ? &entry[1] : NULL);
    }
    tier_print(tier, (const Rows *const *)rows, strcmp(options->target, "x86-64-v4") == 0);
    for (int i = 0; i < TIER_FUNCTIONS_MAX; i++) free(rows[i]);
    free(entry);
}

/* -- the command ----------------------------------------------------------------------------------- */

/* build/approxcc beside build/bench/bench_machine, or the one in the path. */
static const char *find_approxcc(const char *self)
{
    static char path[PATH_LENGTH];
    const char *slash = strrchr(self, '/');
    if (slash) snprintf(path, sizeof path, "%.*s/../approxcc", (int)(slash - self), self);
    return slash && access(path, X_OK) == 0 ? path : "approxcc";
}

static void read_options(Options *options, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const bool has_value = i + 1 < argc;
        if (strcmp(argv[i], "--points") == 0 && has_value)
            options->n_points = strtoull(argv[++i], NULL, 0);
        else if (strcmp(argv[i], "--synth") == 0 && has_value)
            options->budget = argv[++i];
        else if (strcmp(argv[i], "--json") == 0 && has_value)
            options->json = argv[++i];
        else if (strcmp(argv[i], "--target") == 0 && has_value)
            options->target = argv[++i];
        else if (strcmp(argv[i], "--tier") == 0 && has_value) {
            options->tier = tier_find(argv[++i]);
            if (!options->tier) die(tier_names());
        } else if (argv[i][0] != '-' && !options->folder)
            options->folder = argv[i];
        else
            options->n_points = 0;
    }
    if (!options->folder || options->n_points < 1000 || options->n_points > 0x100000000)
        die("usage: bench_machine DIR [--tier TIER] [--synth BUDGET] [--target T] [--points N] "
            "[--json FILE]");
}

int main(int argc, char **argv)
{
    Text rows = {0};
    Options options = {.n_points = 4000000,
                       .rows = &rows,
                       .budget = "60s",
                       .target = target_native()->name,
                       .approxcc = find_approxcc(argv[0])};
    Timer *timer = NULL;
    Err err = {0};
    read_options(&options, argc, argv);
    if (timer_new(&timer, options.target, &err) != OK) die(err.text);
    if (options.tier)
        show_tier(&options, timer);
    else
        show_folder(&options, timer);
    printf("the gate was open at %.0f %% of visits\n", 100 * timer_acceptance(timer));
    timer_free(timer);
    if (options.json && text_write_file(options.json, text_get(&rows), rows.length, &err) != OK)
        die(err.text);
    text_release(&rows);
    return 0;
}
