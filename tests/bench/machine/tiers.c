#include "tests/bench/machine/tiers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WHOLE(name)                                                                                \
    {                                                                                              \
        name, name, "all", NULL                                                                    \
    }
#define SIGMOID "1/(1+exp(-x))"
#define SOFTPLUS "log(1+exp(x))"
#define GELU "0.5*x*(1+erf(x/sqrt(2)))"
#define SILU "x/(1+exp(-x))"
#define GAUSS "exp(-x*x)"
#define MISH "x*tanh(log(1+exp(x)))"

static const Tier TIERS[] = {
    {"1ulp",
     "1ulp",
     {WHOLE("exp"), WHOLE("exp2"), WHOLE("log"), WHOLE("log2"), WHOLE("sin"), WHOLE("cos"),
      WHOLE("tanh"), WHOLE("atan"), WHOLE("erf"), WHOLE("cbrt")},
     {{.what = "the best library within 1 ulp", .ulp = 1, .mean = {2.5, 2}, .least = 1},
      {.what = "the best library within 4 ulp", .ulp = 4, .mean = {1, 1}},
      {.what = "libmvec",
       .against = AGAINST_ROW,
       .row = "libmvec",
       .functions = "exp",
       .mean = {1 / 0.58, 1 / 0.42}}}},
    {"4ulp",
     "4ulp",
     {WHOLE("exp"), WHOLE("exp2"), WHOLE("log"), WHOLE("log2"), WHOLE("sin"), WHOLE("cos"),
      WHOLE("tanh"), WHOLE("atan"), WHOLE("erf"), WHOLE("cbrt")},
     {{.what = "the best library within 4 ulp", .ulp = 4, .mean = {1, 1}},
      {.what = "libmvec", .against = AGAINST_ROW, .row = "libmvec"}}},
    {"0.5ulp",
     "0.5ulp",
     {WHOLE("exp"), WHOLE("exp2"), WHOLE("log"), WHOLE("log2"), WHOLE("sin"), WHOLE("cos"),
      WHOLE("tanh"), WHOLE("atan"), WHOLE("cbrt")},
     {{.what = "SLEEF within 1 ulp", .against = AGAINST_ROW, .row = "sleef-u10", .mean = {1, 1}}}},
    {"11bits",
     "11bits",
     {WHOLE("exp"),
      WHOLE("log"),
      WHOLE("sin"),
      WHOLE("tanh"),
      WHOLE("cos"),
      {"sigmoid", SIGMOID, "all", NULL},
      {"gelu", GELU, "all", NULL}},
     {{.what = "the floor kernel",
       .against = AGAINST_ROW,
       .row = "floor",
       .functions = "exp log sin tanh",
       .least = 1 / 1.2},
      {.what = "libmvec's functions composed",
       .against = AGAINST_ROW,
       .row = COMPOSED_ROW,
       .functions = "sigmoid gelu"}}},
    {"range",
     "1ulp",
     {WHOLE("exp"),
      {"exp", "exp", "[-10,0]", "exp"},
      {"sigmoid", SIGMOID, "all", NULL},
      {"gelu", GELU, "all", NULL},
      {"softplus", SOFTPLUS, "all", NULL},
      {"silu", SILU, "all", NULL},
      {"gauss", GAUSS, "all", NULL},
      {"mish", MISH, "all", NULL}},
     {{.what = "the same for all floats",
       .against = AGAINST_ROW,
       .row = "approxcc, whole",
       .functions = "exp",
       .mean = {1.15, 1.15}},
      {.what = "libmvec's functions composed",
       .against = AGAINST_ROW,
       .row = COMPOSED_ROW,
       .functions = "sigmoid gelu softplus",
       .least = 2},
      {.what = "libmvec's functions composed",
       .against = AGAINST_ROW,
       .row = COMPOSED_ROW,
       .functions = "silu gauss mish"}}},
    /* For softplus where exp(x) is finite. */
    {"composed",
     NULL,
     {{"sigmoid", SIGMOID, "all", NULL},
      {"gelu", GELU, "all", NULL},
      {"softplus", SOFTPLUS, "[-88,88]", NULL},
      {"silu", SILU, "all", NULL},
      {"mish", MISH, "all", NULL}},
     {{.what = "libmvec's functions composed, asked for the absolute error that these have",
       .against = AGAINST_ROW,
       .row = COMPOSED_ROW,
       .functions = "sigmoid gelu softplus silu",
       .least = 2},
      {.what = "libmvec's functions composed, likewise",
       .against = AGAINST_ROW,
       .row = COMPOSED_ROW,
       .functions = "mish"}}},
};

enum { N_TIERS = sizeof TIERS / sizeof *TIERS };

const Tier *tier_find(const char *name)
{
    for (int i = 0; i < N_TIERS; i++)
        if (strcmp(TIERS[i].name, name) == 0) return &TIERS[i];
    return NULL;
}

const char *tier_names(void) { return "1ulp|4ulp|0.5ulp|11bits|range|composed"; }

/* -- figures -------------------------------------------------------------------------------- */

static bool is_listed(const char *list, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = list; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, name, length) == 0 && (at[length] == ' ' || at[length] == 0)) return true;
    }
    return list == NULL;
}

/* Exp for all floats is in its tier only so that exp on a part has something to be timed beside. */
static bool counts(const Figure *figure, const Wanted *wanted)
{
    const bool is_about_domains = figure->row && strstr(figure->row, "whole");
    return is_listed(figure->functions, wanted->name) && (!is_about_domains || wanted->whole);
}

static const Row *other_of(const Figure *figure, const Rows *rows)
{
    return figure->against == AGAINST_WITHIN ? rows_best_within(rows, figure->ulp)
                                             : rows_find(rows, figure->row);
}

static void print_wanted(double got, double wanted)
{
    if (wanted > 0) printf(" (wanted %.2f: %s)", wanted, got >= wanted ? "met" : "MISSED");
}

static void print_figure(const Figure *figure, const Tier *tier, const Rows *const *rows,
                         bool is_512)
{
    double log_sum = 0, least = INFINITY;
    int n = 0, n_missing = 0, n_alone = 0;
    const char *slowest = "";
    printf("%s beside %s:\n", tier->name, figure->what);
    for (int i = 0; tier->wanted[i].name; i++) {
        const Wanted *wanted = &tier->wanted[i];
        if (!counts(figure, wanted)) continue;
        const Row *other = rows[i] ? other_of(figure, rows[i]) : NULL;
        if (!other) {
            printf("    %-10s %s\n", wanted->name,
                   rows[i] ? "nothing to compare with" : "no program");
            n_missing += rows[i] == NULL;
            n_alone += rows[i] != NULL;
            continue;
        }
        const double ratio = other->ns / rows[i]->row[0].ns;
        printf("    %-10s %6.2f times as fast as %s\n", wanted->name, ratio, other->name);
        log_sum += log(ratio);
        n++;
        if (ratio < least) {
            least = ratio;
            slowest = wanted->name;
        }
    }
    printf("    %d compared, %d without a program, %d without another\n", n, n_missing, n_alone);
    if (n == 0) return;
    printf("    geometric mean %.2f", exp(log_sum / n));
    print_wanted(exp(log_sum / n), figure->mean[is_512]);
    printf(", least %.2f, %s", least, slowest);
    print_wanted(least, figure->least);
    printf("\n");
}

void tier_print(const Tier *tier, const Rows *const *rows, bool is_512)
{
    printf("\n");
    for (const Figure *figure = tier->figure; figure->what; figure++)
        print_figure(figure, tier, rows, is_512);
}
