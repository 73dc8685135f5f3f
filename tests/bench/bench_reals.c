/* Discovery over the reals: digits at each number of operations, found by the search, by the best classical form, and
   published for AutoNumerics-Zero; and after how long the search first had them.

   Usage: bench_reals [--budget SECONDS] [--seed N] [--threads N] [--from-scratch] [--judge] [FUNCTION ...]

   FUNCTION is a name of the table below, or EXPR@DOMAIN, EXPR@DOMAIN@abs, EXPR@DOMAIN@rel@OPERATORS. The budget is for
   each function; default 20 s. The digits are the search's own measure; with --judge those of the judge. */
#include "frontend/spec.h"
#include "runtime/measure/timing.h"
#include "runtime/measure/verify.h"
#include "search/classical.h"
#include "search/search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPS_MIN = 2, OPS_MAX = 20, PUBLISHED_MAX = 4 };

typedef struct {
    const char *name, *what, *domain, *bound, *ops;
    int ops_max;
    struct {
        int ops;
        double digits; /* in the measure of `bound` */
    } published[PUBLISHED_MAX];
} Row;

#define FOUR "+,-,*,/"

static const Row ROWS[] = {
    {"exp2", "exp2", "(0,1]", "30digits", FOUR, 14, {{2, 1.38}, {3, 2.91}, {5, 5.20}, {10, 14.45}}},
    {"log2", "log2(1+x)", "[0,1]", "30digits", FOUR, 14, {{0}}},
    {"sin", "sin", "[0,pi/2]", "30digits", FOUR, 14, {{0}}},
    {"cos", "cos", "[0,pi/2]", "1e-30abs", FOUR, 14, {{0}}},
    {"tanh", "tanh", "[0,1]", "30digits", FOUR, 14, {{0}}},
    {"erf", "erf", "[0,1]", "30digits", FOUR, 14, {{0}}},
    {"erf2", "erf", "(0,2]", "30digits", FOUR, 14, {{0}}},
    {"bessel", "sqrt(2/(pi*x))*sinh(x)", "(0,1]", "1e-30abs", FOUR ",sqrt", 14, {{8, 8.1}}},
    {"airy", "ai(-7*x)", "[0,1]", "1e-30abs", FOUR, 20, {{19, 4.2}}},
};
enum { N_ROWS = sizeof ROWS / sizeof *ROWS };

/* What the search had at each number of operations or fewer, and since when. */
typedef struct {
    double error[OPS_MAX + 1], since[OPS_MAX + 1];
    uint64_t n_fits;
    int n_generations;
} Found;

/* A gain of less than this is polish. */
static const double GAIN = 0.99;

static void note_front(void *context, const SearchState *state)
{
    Found *found = context;
    found->n_fits = state->n_fits;
    found->n_generations = state->generation;
    for (int i = 0; i < state->n_front; i++) {
        const Candidate *candidate = &state->front[i];
        for (int ops = candidate->ops; ops <= OPS_MAX; ops++) {
            if (!(candidate->error < found->error[ops])) continue;
            if (candidate->error < found->error[ops] * GAIN) found->since[ops] = state->seconds;
            found->error[ops] = candidate->error;
        }
    }
}

/* The judge's errors instead of the search's. */
static void judge(Found *found, const SearchState *state, const Goal *goal, int n_threads)
{
    for (int ops = 0; ops <= OPS_MAX; ops++) found->error[ops] = INFINITY;
    for (int i = 0; i < state->n_front; i++) {
        const Candidate *candidate = &state->front[i];
        const VerifyOptions options = {.n_threads = n_threads};
        Report report;
        if (candidate->ops > OPS_MAX) continue;
        if (verify(&report, &candidate->prog, goal, &options, NULL) != OK) continue;
        const double error = goal->bound.kind == BOUND_ABS ? report.max_abs : report.max_rel;
        for (int ops = candidate->ops; ops <= OPS_MAX; ops++)
            found->error[ops] = fmin(found->error[ops], error);
    }
}

static void print_digits(double error)
{
    if (!(error < 1))
        printf("      - ");
    else if (error == 0)
        printf("  exact ");
    else
        printf("  %5.2f ", -log10(error));
}

static void print_table(const Row *row, const Found *found, const ClassicalList *classical)
{
    int n_behind = 0;
    printf("  ops    ours  classical  paper  first reached  the classical form\n");
    for (int ops = OPS_MIN; ops <= row->ops_max; ops++) {
        const ClassicalProg *best = classical_best(classical, CLASSICAL_KINDS, ops);
        double published = 0;
        for (int i = 0; i < PUBLISHED_MAX; i++)
            if (row->published[i].ops == ops) published = row->published[i].digits;
        printf("  %3d ", ops);
        print_digits(found->error[ops]);
        printf("   ");
        print_digits(best ? best->error : INFINITY);
        if (published > 0)
            printf("  %5.2f", published);
        else
            printf("       ");
        printf("  %11.1f s  %s\n", found->since[ops], best ? best->name : "");
        n_behind += best && found->error[ops] > best->error * 1.01;
    }
    printf("  behind the classical forms at %d of %d numbers of operations\n\n", n_behind,
           row->ops_max - OPS_MIN + 1);
}

static Status run(const Row *row, SearchOptions options, bool want_judge, Err *err)
{
    SpecText spec = {.what = row->what,
                     .type = "real",
                     .max_error = row->bound,
                     .ops = row->ops,
                     .n_domains = 1};
    spec.domain[0] = row->domain;
    Goal *goal = xcalloc(1, sizeof *goal);
    Found found = {0};
    Search *search = NULL;
    ClassicalList classical = {0};
    for (int ops = 0; ops <= OPS_MAX; ops++) found.error[ops] = INFINITY;
    options.progress = note_front;
    options.progress_context = &found;
    Status status = spec_to_goal(goal, &spec, err);
    const double started = timing_now();
    if (status == OK)
        status = classical_list(&classical, goal, row->ops_max, options.n_threads, err);
    const double classical_seconds = timing_now() - started;
    if (status == OK) status = search_new(&search, goal, &options, err);
    if (status == OK) status = search_run(search, err);
    if (status == OK) {
        const SearchState *state = search_state(search);
        note_front(&found, state);
        if (want_judge) judge(&found, state, goal, options.n_threads);
        printf("%s on %s, %s error, operators %s\n", row->what, row->domain,
               goal->bound.kind == BOUND_ABS ? "absolute" : "relative", row->ops);
        printf("  %.1f s, %d generations, %llu fits, seed %llu%s; classical forms in %.2f s\n",
               state->seconds, found.n_generations, (unsigned long long)found.n_fits,
               (unsigned long long)options.seed, options.from_scratch ? ", from scratch" : "",
               classical_seconds);
        print_table(row, &found, &classical);
        fflush(stdout);
    }
    search_free(search);
    classical_list_release(&classical);
    free(goal);
    return status;
}

/* EXPR@DOMAIN@rel|abs@OPERATORS, cut in place. */
static Row row_from(char *text)
{
    Row row = {.what = text, .domain = "[0,1]", .bound = "30digits", .ops = FOUR, .ops_max = 14};
    char *part[4] = {text};
    for (int i = 1; i < 4 && part[i - 1]; i++) {
        part[i] = strchr(part[i - 1], '@');
        if (part[i]) *part[i]++ = '\0';
    }
    if (part[1]) row.domain = part[1];
    if (part[2] && strcmp(part[2], "abs") == 0) row.bound = "1e-30abs";
    if (part[3]) row.ops = part[3];
    return row;
}

static int run_named(char *name, const SearchOptions *options, bool want_judge)
{
    Err err = {0};
    Row row = {0};
    for (int i = 0; i < N_ROWS; i++)
        if (strcmp(name, ROWS[i].name) == 0) row = ROWS[i];
    if (row.what == NULL) row = row_from(name);
    if (run(&row, *options, want_judge, &err) == OK) return 0;
    fprintf(stderr, "%s: %s\n", row.what, err.text);
    return 1;
}

int main(int argc, char **argv)
{
    SearchOptions options = {.seed = 1, .seconds = 20, .want_front = true};
    bool want_judge = false;
    int n_names = 0, code = 0;
    for (int i = 1; i < argc; i++) {
        const bool has_value = i + 1 < argc;
        if (strcmp(argv[i], "--budget") == 0 && has_value)
            options.seconds = atof(argv[++i]);
        else if (strcmp(argv[i], "--seed") == 0 && has_value)
            options.seed = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--threads") == 0 && has_value)
            options.n_threads = atoi(argv[++i]);
        else if (strcmp(argv[i], "--from-scratch") == 0)
            options.from_scratch = true;
        else if (strcmp(argv[i], "--judge") == 0)
            want_judge = true;
        else if (argv[i][0] == '-') {
            fprintf(stderr, "usage: bench_reals [--budget SECONDS] [--seed N] [--threads N] "
                            "[--from-scratch] [--judge] [FUNCTION ...]\n");
            return 2;
        } else {
            argv[n_names++] = argv[i];
        }
    }
    if (options.n_threads <= 0) options.n_threads = 2;
    for (int i = 0; i < n_names; i++) code |= run_named(argv[i], &options, want_judge);
    for (int i = 0; i < N_ROWS && n_names == 0; i++) {
        Err err = {0};
        if (run(&ROWS[i], options, want_judge, &err) == OK) continue;
        fprintf(stderr, "%s: %s\n", ROWS[i].what, err.text);
        code = 1;
    }
    return code;
}
