#include "frontend/driver.h"

#include "frontend/driver_input.h"
#include "frontend/functions.h"
#include "frontend/response_file.h"
#include "runtime/catalogue/policy.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* -- the options --------------------------------------------------------------------------- */

/* Each is a word of the Policy. Options of one group override each other, function by function. */
typedef enum {
    GROUP_BOUND,
    GROUP_RANGE,
    GROUP_EXPECTED,
    GROUP_EXCLUDED,
    GROUP_OFF,
    GROUP_ONE
} Group;
typedef struct {
    const char *name; /* behind -f, up to the '=' */
    const char *key;
    Group group;
    bool needs_value;
    const char *other; /* Intel's spelling */
} DriverOption;

static const DriverOption OPTIONS[] = {
    {"approx-max-error", "max-ulp", GROUP_BOUND, true, "imf-max-error"},
    {"approx-accuracy-bits", "bits", GROUP_BOUND, true, "imf-accuracy-bits"},
    {"approx-absolute-error", "max-abs", GROUP_BOUND, true, "imf-absolute-error"},
    {"approx-precision", "precision", GROUP_BOUND, true, "imf-precision"},
    {"approx-domain-exclusion", "exclude", GROUP_EXCLUDED, true, "imf-domain-exclusion"},
    {"approx-range", "range", GROUP_RANGE, true, NULL},
    {"approx-expect-range", "expect", GROUP_EXPECTED, true, NULL},
    {"no-approx", "off", GROUP_OFF, false, NULL},
    {"approx-inline", "inline", GROUP_ONE, true, NULL},
    {"approx-report", "report", GROUP_ONE, true, NULL},
    {"approx-check", "check", GROUP_ONE, false, NULL},
    {"approx-store", "store", GROUP_ONE, true, NULL},
    {"no-approx-store", "no-store", GROUP_ONE, false, NULL},
};
enum { N_OPTIONS = sizeof OPTIONS / sizeof *OPTIONS };

/* Is `argument` -f<name>, with or without a value? */
static bool is_option(const char *argument, const char *name)
{
    if (!name || strncmp(argument, "-f", 2) != 0) return false;
    const size_t length = strlen(name);
    return strncmp(argument + 2, name, length) == 0 &&
           (argument[2 + length] == 0 || argument[2 + length] == '=');
}

static const DriverOption *find_option(const char *argument)
{
    for (int i = 0; i < N_OPTIONS; i++)
        if (is_option(argument, OPTIONS[i].name) || is_option(argument, OPTIONS[i].other))
            return &OPTIONS[i];
    return NULL;
}

/* -f or -W options that begin as ours do, so that a misspelt one is not clang's to explain. */
static bool looks_like_ours(const char *argument)
{
    return strncmp(argument, "-fapprox-", 9) == 0 || strncmp(argument, "-fno-approx", 11) == 0 ||
           strncmp(argument, "-fimf-", 6) == 0;
}

/* Clang has an option of its own that begins like that. */
static bool is_clangs(const char *argument)
{
    return strcmp(argument, "-fapprox-func") == 0 || strcmp(argument, "-fno-approx-func") == 0;
}

static bool driver_is_ours(const char *argument)
{
    return (looks_like_ours(argument) && !is_clangs(argument)) ||
           strncmp(argument, "-Wapprox", 8) == 0 || strncmp(argument, "-Wno-approx", 11) == 0;
}

static Status unknown_option(const char *argument, Err *err)
{
    char names[N_OPTIONS][48];
    const char *list[N_OPTIONS + 1] = {NULL};
    for (int i = 0; i < N_OPTIONS; i++) {
        snprintf(names[i], sizeof names[i], "-f%s", OPTIONS[i].name);
        list[i] = names[i];
    }
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(argument, "="), argument);
    const char *const nearest = text_nearest(word, list);
    return fail(err, ERR_INPUT, "unknown option '%s'%s%s%s", argument,
                nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

/* -- warnings ------------------------------------------------------------------------------------ */

typedef struct {
    bool override, unknown_function; /* wanted? */
} Groups;

/* -Wapprox, -Wno-approx-override, ... */
static void read_warning_option(Groups *groups, const char *argument)
{
    const bool wanted = strncmp(argument, "-Wno-", 5) != 0;
    const char *const name = argument + (wanted ? 2 : 5);
    if (strcmp(name, "approx") == 0 || strcmp(name, "approx-override") == 0)
        groups->override = wanted;
    if (strcmp(name, "approx") == 0 || strcmp(name, "approx-unknown-function") == 0)
        groups->unknown_function = wanted;
}

typedef struct {
    Group group;
    const char *argument;
    char functions[512];
} Given;

/* Does a rule for `later` hold for all that the one for `earlier` is for? */
static bool covers(const char *later, const char *earlier)
{
    return !*later || strcmp(later, earlier) == 0;
}

static void warn_of_overrides(DriverPlan *plan, const Given *given, int n)
{
    const Given *const last = &given[n];
    if (last->group == GROUP_ONE || last->group == GROUP_OFF) return;
    for (int i = n - 1; i >= 0; i--) {
        if (given[i].group != last->group || !covers(last->functions, given[i].functions)) continue;
        if (strcmp(given[i].argument, last->argument) != 0)
            text_add(&plan->warnings, "'%s' overrides '%s' [-Wapprox-override]\n", last->argument,
                     given[i].argument);
        return;
    }
}

static void warn_of_unknown_functions(DriverPlan *plan, const Given *given)
{
    char names[512];
    snprintf(names, sizeof names, "%s", given->functions);
    for (char *name = strtok(names, ","); name; name = strtok(NULL, ",")) {
        Op op;
        Type type;
        if (function_from_c(name, &op, &type)) continue;
        const char *const nearest = function_nearest(name);
        text_add(&plan->warnings, "'%s': unknown function '%s'%s%s%s [-Wapprox-unknown-function]\n",
                 given->argument, name, nearest ? "; did you mean '" : "", nearest ? nearest : "",
                 nearest ? "'?" : "");
    }
}

/* -- the plan ------------------------------------------------------------------------------------------ */

/* Words are divided by spaces and ';', and a path may have both. */
static void add_value(Text *words, const char *value, bool is_path)
{
    for (; *value; value++) {
        const unsigned char c = (unsigned char)*value;
        if (is_path && (isspace(c) || c == ';' || c == '%'))
            text_add(words, "%%%02x", c);
        else
            text_add(words, "%c", *value);
    }
}

static void add_word(DriverPlan *plan, const char *word)
{
    text_add(&plan->words, "%s%s", plan->words.length ? ";" : "", word);
}

void driver_add_store(DriverPlan *plan, const char *path)
{
    Text word = {0};
    text_add(&word, "store=");
    add_value(&word, path, true);
    add_word(plan, text_get(&word));
    text_release(&word);
}

/* The function list of the rule that the words of an option made. */
static Status take_words(DriverPlan *plan, const DriverOption *option, Given *given, Err *err)
{
    const char *const equals = strchr(given->argument, '=');
    if (option->needs_value && (!equals || !equals[1]))
        return fail(err, ERR_INPUT, "'%s' needs a value: -f%s=...", given->argument, option->name);
    const bool is_report = strcmp(option->key, "report") == 0, is_store = strcmp(option->key, "store") == 0;
    if (equals && !is_report && !is_store && equals[strcspn(equals, " \t\n\v\f\r;")])
        return fail(err, ERR_INPUT,
                    "'%s': expected no spaces and no ';' in it; a list has commas, as in expf,sinf",
                    given->argument);
    Text word = {0};
    text_add(&word, "%s=", option->key);
    if (equals) add_value(&word, equals + 1, is_report || is_store);
    Policy *const policy = xcalloc(1, sizeof *policy);
    Err why = {0};
    Status status = policy_parse(policy, text_get(&word), &why);
    if (status != OK) {
        const char *const reason = strstr(why.text, "expected ");
        status = fail(err, status, "'%s': %s", given->argument, reason ? reason : why.text);
    } else if (is_store && access(equals + 1, F_OK) != 0) {
        status = fail(err, ERR_SYSTEM, "'%s': %s", given->argument, strerror(errno));
    } else {
        given->group = option->group;
        if (policy->n > 0)
            memcpy(given->functions, policy->rule[0].functions, sizeof given->functions);
        if (policy->checks) plan->checks = true;
        if (is_report) {
            free(plan->report);
            plan->report = xstrdup(equals + 1);
        }
        if (is_store || strcmp(option->key, "no-store") == 0) plan->has_said_store = true;
        add_word(plan, text_get(&word));
    }
    free(policy);
    text_release(&word);
    return status;
}

static Status take_option(DriverPlan *plan, char *argument, Given *given, int *n_given,
                          const Groups *groups, Err *err)
{
    const DriverOption *const option = find_option(argument);
    if (!option) return unknown_option(argument, err);
    if (*n_given == POLICY_RULES_MAX)
        return fail(err, ERR_LIMIT, "more than %d options of approxcc", POLICY_RULES_MAX);
    Given *const now = &given[*n_given];
    *now = (Given){.argument = argument};
    const Status status = take_words(plan, option, now, err);
    if (status != OK) return status;
    if (groups->override) warn_of_overrides(plan, given, *n_given);
    if (groups->unknown_function) warn_of_unknown_functions(plan, now);
    (*n_given)++;
    return OK;
}

static Status take_arguments(DriverPlan *plan, Err *err)
{
    Given *const given = xmalloc(POLICY_RULES_MAX * sizeof *given);
    Groups groups = {true, true};
    Status status = OK;
    int n_given = 0, kept = 0;
    for (int i = 0; i < plan->n; i++) /* these hold for all options, wherever they stand */
        if (strncmp(plan->argument[i], "-W", 2) == 0 && driver_is_ours(plan->argument[i]))
            read_warning_option(&groups, plan->argument[i]);
    for (int i = 0; i < plan->n && status == OK; i++) {
        char *const argument = plan->argument[i];
        if (driver_option_has_value(argument) && i + 1 < plan->n) {
            plan->argument[kept++] = argument;
            plan->argument[kept++] = plan->argument[++i];
        } else if (!driver_is_ours(argument)) {
            plan->argument[kept++] = argument;
        } else if (strncmp(argument, "-W", 2) != 0) {
            status = take_option(plan, argument, given, &n_given, &groups, err);
        }
    }
    if (status == OK) {
        plan->argument[kept] = NULL;
        plan->n = kept;
    }
    free(given);
    return status;
}

Status driver_plan(DriverPlan *out, int argc, char **argv, Err *err)
{
    *out = (DriverPlan){0};
    response_files_expand(&out->argument, &out->n, argv + 1, argc - 1, driver_is_ours);
    const Status status = take_arguments(out, err);
    if (status != OK) {
        driver_release(out);
        return status;
    }
    driver_look_again(out);
    return OK;
}

void driver_look_again(DriverPlan *plan)
{
    const DriverWork work = driver_work(plan->argument, plan->n);
    plan->compiles = work.compiles;
    plan->links = work.links;
    plan->is_thin_lto_with_lld = work.links && work.is_thin_lto && work.uses_lld;
}

void driver_release(DriverPlan *plan)
{
    free(plan->argument); /* its strings are argv's, or live as long as the process */
    free(plan->report);
    text_release(&plan->words);
    text_release(&plan->warnings);
    *plan = (DriverPlan){0};
}
