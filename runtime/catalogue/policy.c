#include "runtime/catalogue/policy.h"

#include "runtime/catalogue/entry.h"
#include "runtime/prog/specials.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- wishes ---------------------------------------------------------------------- */

void wish_take(Wish *to, const Wish *from)
{
    to->says |= from->says;
    if (from->says & SAYS_OFF) to->is_off = from->is_off;
    if (from->says & SAYS_BOUND) memcpy(to->bound, from->bound, sizeof to->bound);
    if (from->says & SAYS_RANGE) to->range = from->range;
    if (from->says & SAYS_EXPECTED) to->expected = from->expected;
    if (from->says & SAYS_EXCLUDED) to->excluded = from->excluded;
}

/* The steps of -fapprox-precision. */
static const char *precision_bound(const char *word, Type type)
{
    if (strcmp(word, "high") == 0) return "1ulp";
    if (strcmp(word, "medium") == 0) return "4ulp";
    if (strcmp(word, "low") == 0) return type == TYPE_F64 ? "26bits" : "11bits";
    return word;
}

bool wish_bound(const Wish *wish, Type type, Bound *out)
{
    if (!(wish->says & SAYS_BOUND) || !bound_parse(precision_bound(wish->bound, type), out))
        return false;
    bound_settle(out, type);
    return true;
}

/* -- numbers and intervals ---------------------------------------------------------- */

static bool read_factor(const char **at, double *out)
{
    static const double PI = 0x1.921fb54442d18p+1;
    if (strncmp(*at, "pi", 2) == 0) {
        *at += 2;
        *out = PI;
        return true;
    }
    char *end;
    *out = strtod(*at, &end);
    const bool is_number = end != *at && !isnan(*out);
    *at = end;
    return is_number;
}

/* [sign] factor { ('*' | '/') factor } */
static bool read_number(const char **at, double *out)
{
    while (**at == ' ') (*at)++;
    double sign = 1, factor;
    if (**at == '-' || **at == '+') sign = *(*at)++ == '-' ? -1 : 1;
    if (!read_factor(at, out)) return false;
    while (**at == '*' || **at == '/') {
        const char operator= *(*at)++;
        if (!read_factor(at, &factor)) return false;
        *out = operator== '*' ? *out * factor : * out / factor;
    }
    *out *= sign;
    while (**at == ' ') (*at)++;
    return true;
}

bool interval_parse(const char *text, Interval *out)
{
    const bool has_bracket = *text == '[';
    if (has_bracket) text++;
    if (!read_number(&text, &out->lo)) return false;
    if (*text != ':' && *text != ',') return false;
    text++;
    if (!read_number(&text, &out->hi)) return false;
    if (has_bracket && *text++ != ']') return false;
    return *text == 0 && out->lo <= out->hi;
}

/* -- the words ------------------------------------------------------------------------ */

typedef struct {
    Policy *policy;
    const char *key; /* as it was written */
    char value[POLICY_PATH_MAX];
    Err *err;
} Word;

static Status complain(const Word *word, const char *expected)
{
    return fail(word->err, ERR_INPUT, "approx: '%s=%s': expected %s", word->key, word->value,
                expected);
}

/* Cuts ":expf,sinf" off the value, from position `from` on, into the rule; "+" divides names as well, since pass
   parameters cannot hold a comma. */
static Status cut_functions(Word *word, size_t from, Rule *rule)
{
    char *const colon = strchr(word->value + from, ':');
    if (!colon) return OK;
    if (strlen(colon + 1) >= sizeof rule->functions || !colon[1])
        return complain(word, "a list of at most 511 letters of functions behind ':'");
    snprintf(rule->functions, sizeof rule->functions, "%s", colon + 1);
    for (char *c = rule->functions; *c; c++)
        if (*c == '+') *c = ',';
    *colon = 0;
    return OK;
}

static Status add_rule(Word *word, const Rule *rule)
{
    Policy *policy = word->policy;
    if (policy->n == POLICY_RULES_MAX)
        return fail(word->err, ERR_LIMIT, "approx: more than %d rules", POLICY_RULES_MAX);
    policy->rule[policy->n++] = *rule;
    return OK;
}

/* Relative; what every type reaches is at least that. */
static const double HALF_ULP_OF_DOUBLE = 0x1p-53;

/* A bound whose number is followed by `unit`. */
static Status read_bound(Word *word, const char *unit, const char *expected)
{
    Rule rule = {.wish = {.says = SAYS_BOUND}};
    Bound bound;
    Status status = cut_functions(word, 0, &rule);
    if (status != OK) return status;
    char *const text = rule.wish.bound;
    const size_t n = strlen(word->value), n_unit = strlen(unit);
    if (n + n_unit >= sizeof rule.wish.bound) return complain(word, expected);
    memcpy(text, word->value, n + 1);
    if (!bound_parse(text, &bound)) memcpy(text + n, unit, n_unit + 1);
    if (!bound_parse(text, &bound)) return complain(word, expected);
    if (!(bound.limit > 0)) return complain(word, "an error above 0");
    if (bound.kind == BOUND_ULP && bound.limit < 0.5)
        return complain(word, "0.5 ulp or more: no result can be nearer than that");
    if (bound.kind == BOUND_REL && bound.limit >= 1)
        return complain(word, "a bit or more (less than 1rel): 0 is that near to everything");
    if (bound.kind == BOUND_REL && bound.limit < HALF_ULP_OF_DOUBLE)
        return complain(word, "53 bits (1.2e-16rel) at most: no double can be nearer than that");
    return add_rule(word, &rule);
}

static Status read_max_ulp(Word *word) { return read_bound(word, "ulp", "a number of ulps"); }
static Status read_bits(Word *word) { return read_bound(word, "bits", "a number of bits"); }
static Status read_max_abs(Word *word) { return read_bound(word, "abs", "an absolute error"); }
static Status read_max_rel(Word *word) { return read_bound(word, "rel", "a relative error"); }

static Status read_precision(Word *word)
{
    Rule rule = {.wish = {.says = SAYS_BOUND}};
    Status status = cut_functions(word, 0, &rule);
    if (status != OK) return status;
    const char *const v = word->value;
    if (strcmp(v, "high") != 0 && strcmp(v, "medium") != 0 && strcmp(v, "low") != 0)
        return complain(word, "high, medium or low");
    snprintf(rule.wish.bound, sizeof rule.wish.bound, "%.8s", v);
    return add_rule(word, &rule);
}

static Status read_interval(Word *word, Rule *rule, Interval *out)
{
    const char *const first = strpbrk(word->value, ":,");
    Status status = OK;
    if (first) status = cut_functions(word, (size_t)(first + 1 - word->value), rule);
    if (status != OK) return status;
    if (!interval_parse(word->value, out))
        return complain(word, "two numbers lo:hi or [lo,hi], the first not above the second");
    return OK;
}

static Status read_range(Word *word)
{
    Rule rule = {.wish = {.says = SAYS_RANGE}};
    const Status status = read_interval(word, &rule, &rule.wish.range);
    return status == OK ? add_rule(word, &rule) : status;
}

static Status read_expected(Word *word)
{
    Rule rule = {.wish = {.says = SAYS_EXPECTED}};
    const Status status = read_interval(word, &rule, &rule.wish.expected);
    return status == OK ? add_rule(word, &rule) : status;
}

static Status read_excluded(Word *word)
{
    static const struct {
        const char *name;
        unsigned special;
    } CLASSES[] = {
        {"nans", SPECIAL_NANS},
        {"nan", SPECIAL_NANS},
        {"infinities", SPECIAL_INFINITIES},
        {"inf", SPECIAL_INFINITIES},
        {"denormals", SPECIAL_DENORMALS},
        {"zeros", SPECIAL_ZEROS},
        {"extremes", 0}, /* Intel's word for arguments far out: nothing here is worse there */
        {"none", 0},
    };
    Rule rule = {.wish = {.says = SAYS_EXCLUDED}};
    Status status = cut_functions(word, 0, &rule);
    if (status != OK) return status;
    for (char *name = strtok(word->value, ",+"); name; name = strtok(NULL, ",+")) {
        size_t i = 0;
        while (i < sizeof CLASSES / sizeof *CLASSES && strcmp(CLASSES[i].name, name) != 0) i++;
        if (i == sizeof CLASSES / sizeof *CLASSES)
            return complain(word, "a list of nans, infinities, denormals, zeros, extremes");
        rule.wish.excluded |= CLASSES[i].special;
    }
    return add_rule(word, &rule);
}

static Status read_off(Word *word)
{
    Rule rule = {.wish = {.says = SAYS_OFF, .is_off = true}};
    if (snprintf(rule.functions, sizeof rule.functions, "%s", word->value) >=
        (int)sizeof rule.functions)
        return complain(word, "a list of at most 511 letters");
    for (char *c = rule.functions; *c; c++)
        if (*c == '+') *c = ',';
    return add_rule(word, &rule);
}

static Status read_function(Word *word)
{
    Op op;
    if (!op_from_name(word->value, &op) || op_info(op)->signature != SIG_FLOAT ||
        !(op_info(op)->kind & KIND_REFERENCE) ||
        strlen(word->value) >= sizeof word->policy->function)
        return complain(word,
                        "the name of a function that approxcc knows (approxcc --print-functions)");
    strcpy(word->policy->function, word->value);
    return OK;
}

static Status read_inlining(Word *word)
{
    static const char *const NAMES[] = {"auto", "always", "never"};
    for (int i = 0; i < 3; i++)
        if (strcmp(NAMES[i], word->value) == 0) {
            word->policy->inlining = i;
            return OK;
        }
    return complain(word, "auto, always or never");
}

static Status read_afn(Word *word)
{
    if (strcmp(word->value, "off") != 0 && word->value[0]) return complain(word, "off or nothing");
    word->policy->has_afn = word->value[0] == 0;
    return OK;
}

static Status read_check(Word *word)
{
    if (word->value[0]) return complain(word, "nothing");
    word->policy->checks = true;
    return OK;
}

/* A path: %20 stands for a space and so on, since spaces and ';' divide words. */
static void read_path(const Word *word, char *to)
{
    for (const char *at = word->value; *at; at++) {
        unsigned byte;
        const bool is_escape = *at == '%' && isxdigit((unsigned char)at[1]) &&
                               isxdigit((unsigned char)at[2]) && sscanf(at + 1, "%2x", &byte) == 1;
        *to++ = is_escape ? (char)byte : *at;
        if (is_escape) at += 2;
    }
    *to = 0;
}

static Status read_report(Word *word)
{
    read_path(word, word->policy->report);
    return OK;
}

static Status read_store(Word *word)
{
    read_path(word, word->policy->store);
    return OK;
}

static Status read_no_store(Word *word)
{
    if (word->value[0]) return complain(word, "nothing");
    word->policy->store[0] = 0;
    return OK;
}

static const struct {
    const char *key; /* '-' matches '_' */
    Status (*read)(Word *word);
} KEYS[] = {
    {"max-ulp", read_max_ulp},     {"max-error", read_max_ulp}, {"bits", read_bits},
    {"accuracy-bits", read_bits},  {"max-abs", read_max_abs},   {"max-rel", read_max_rel},
    {"precision", read_precision}, {"range", read_range},       {"expect", read_expected},
    {"exclude", read_excluded},    {"off", read_off},           {"function", read_function},
    {"inline", read_inlining},     {"afn", read_afn},           {"check", read_check},
    {"report", read_report},       {"store", read_store},
    {"no-store", read_no_store},
};
enum { N_KEYS = sizeof KEYS / sizeof *KEYS };

static bool is_key(const char *word, const char *key)
{
    for (; *word || *key; word++, key++)
        if (*word != *key && !(*word == '_' && *key == '-')) return false;
    return true;
}

static Status read_word(Policy *policy, char *text, Err *err)
{
    Word word = {.policy = policy, .key = text, .err = err};
    char *const equals = strchr(text, '=');
    if (equals) {
        *equals = 0;
        snprintf(word.value, sizeof word.value, "%s", equals + 1);
    }
    for (int i = 0; i < N_KEYS; i++)
        if (is_key(text, KEYS[i].key)) return KEYS[i].read(&word);
    const char *names[N_KEYS + 1] = {NULL};
    for (int i = 0; i < N_KEYS; i++) names[i] = KEYS[i].key;
    const char *const nearest = text_nearest(text, names);
    return fail(err, ERR_INPUT, "approx: unknown word '%s'%s%s%s", text,
                nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static const char BETWEEN[] = " \t;";

bool policy_asks(const char *text)
{
    static const char STORE[] = "store=", NO_STORE[] = "no-store";
    while (*(text += strspn(text, BETWEEN))) {
        if (strncmp(text, STORE, sizeof STORE - 1) != 0 &&
            strncmp(text, NO_STORE, sizeof NO_STORE - 1) != 0)
            return true;
        text += strcspn(text, BETWEEN);
    }
    return false;
}

Status policy_parse(Policy *policy, const char *text, Err *err)
{
    Status status = OK;
    char *const copy = xstrdup(text);
    char *at = copy;
    while (status == OK && *(at += strspn(at, BETWEEN))) {
        const size_t length = strcspn(at, BETWEEN);
        const bool is_last = at[length] == 0;
        at[length] = 0;
        if (length >= POLICY_PATH_MAX)
            status = fail(err, ERR_LIMIT, "approx: a word of more than %d bytes", POLICY_PATH_MAX);
        else
            status = read_word(policy, at, err);
        at += length + !is_last;
    }
    free(copy);
    return status;
}

/* -- what holds for a function ------------------------------------------------------------ */

static bool is_listed(const char *list, const char *name)
{
    if (!*list) return true;
    const size_t length = strlen(name);
    for (const char *at = list; *at; at += *at == ',') {
        const size_t n = strcspn(at, ",");
        if (n == length && strncmp(at, name, n) == 0) return true;
        at += n;
    }
    return false;
}

Wish policy_wish(const Policy *policy, const char *function)
{
    Wish wish = {0};
    for (int i = 0; i < policy->n; i++)
        if (is_listed(policy->rule[i].functions, function)) wish_take(&wish, &policy->rule[i].wish);
    return wish;
}

bool wish_read(Wish *to, const char *words, const char *function)
{
    Policy *const policy = xcalloc(1, sizeof *policy);
    const bool is_right = policy_parse(policy, words, NULL) == OK;
    if (is_right) {
        const Wish wish = policy_wish(policy, function);
        wish_take(to, &wish);
    }
    free(policy);
    return is_right;
}
