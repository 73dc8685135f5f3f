#include "runtime/emit/backend.h"
#include "runtime/catalogue/entry.h"

#include "runtime/prog/op_list.h"
#include "runtime/prog/prog_text.h"
#include "runtime/prog/specials.h"

#include <assert.h>
#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool bound_parse(const char *text, Bound *out)
{
    static const struct {
        const char *unit;
        BoundKind kind;
        int base; /* 0: the number is the limit; else the limit is base^-number */
    } UNITS[] = {{"ulp", BOUND_ULP, 0},  {"ulps", BOUND_ULP, 0},    {"rel", BOUND_REL, 0},
                 {"abs", BOUND_ABS, 0},  {"digits", BOUND_REL, 10}, {"digit", BOUND_REL, 10},
                 {"bits", BOUND_REL, 2}, {"bit", BOUND_REL, 2}};
    char *end;
    if (!isdigit((unsigned char)*text) && *text != '.') return false;
    const double number = strtod(text, &end);
    if (strlen(text) >= sizeof out->text || !isfinite(number)) return false;
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        if (strcmp(end, UNITS[i].unit) != 0) continue;
        out->kind = UNITS[i].kind;
        out->limit = UNITS[i].base ? pow(UNITS[i].base, -number) : number;
        snprintf(out->text, sizeof out->text, "%s", text);
        return true;
    }
    return false;
}

void bound_settle(Bound *bound, Type type)
{
    char *unit;
    const double bits = strtod(bound->text, &unit);
    if (!type_is_float(type) || strncmp(unit, "bit", 3) != 0) return;
    bound->kind = BOUND_ULP;
    bound->limit = exp2(type_info(type)->precision - 1 - bits);
}

typedef struct {
    const char *text;
    size_t length, at; /* the next byte */
    size_t line_at;    /* where the current line began */
    char line[4096];   /* it, without newline */
    char *rest;        /* what of it is still to be read */
    Entry *entry;
    char variable[PROG_INPUTS_MAX][PROG_NAME_MAX]; /* as the domain lines name them */
    bool has_type, has_bound, has_program;
    Err *err;
} EntryReader;

static Status complain(const EntryReader *r, const char *what)
{
    return fail_at(r->err, ERR_INPUT, r->text, r->length, r->line_at + (size_t)(r->rest - r->line),
                   "%s", what);
}

static bool read_line(EntryReader *r)
{
    if (r->at >= r->length) return false;
    r->line_at = r->at;
    size_t n = 0;
    while (r->at < r->length && r->text[r->at] != '\n') {
        if (n + 1 < sizeof r->line) r->line[n++] = r->text[r->at] ? r->text[r->at] : '?';
        r->at++;
    }
    if (r->at < r->length) r->at++;
    while (n > 0 && isspace((unsigned char)r->line[n - 1])) n--;
    r->line[n] = 0;
    r->rest = r->line;
    return true;
}

/* The next blank-separated word of the line, NUL-terminated in `word`; "" at the end. */
static const char *next_word(EntryReader *r, char *word, size_t size)
{
    while (*r->rest == ' ' || *r->rest == '\t' || *r->rest == ',') r->rest++;
    size_t n = 0;
    while (*r->rest && *r->rest != ' ' && *r->rest != '\t' && *r->rest != ',') {
        if (n + 1 < size) word[n++] = *r->rest;
        r->rest++;
    }
    word[n] = 0;
    return word;
}

/* Text to the end of the line, which must fit. */
static Status read_rest(EntryReader *r, char *out, size_t size)
{
    while (*r->rest == ' ') r->rest++;
    if (strlen(r->rest) >= size) return complain(r, "the line is too long");
    memcpy(out, r->rest, strlen(r->rest) + 1);
    return OK;
}

static Status read_number(EntryReader *r, double *out)
{
    char word[200];
    const char *end;
    Real real;
    next_word(r, word, sizeof word);
    if (!real_parse(word, &end, &real) || *end) return complain(r, "expected a number");
    *out = real_to_double(real);
    return OK;
}

static Status read_count(EntryReader *r, uint64_t *out)
{
    char word[40], *end;
    next_word(r, word, sizeof word);
    *out = strtoull(word, &end, 0);
    return end == word || *end ? complain(r, "expected a whole number") : OK;
}

static Status expect_word(EntryReader *r, const char *expected)
{
    char word[40];
    char *before = r->rest;
    if (strcmp(next_word(r, word, sizeof word), expected) == 0) return OK;
    r->rest = before;
    return fail_at(r->err, ERR_INPUT, r->text, r->length, r->line_at + (size_t)(r->rest - r->line),
                   "expected '%s'", expected);
}

/* domain x [lo, hi]   domain x all */
static Status read_domain(EntryReader *r)
{
    Goal *goal = &r->entry->goal;
    if (goal->n_variables == PROG_INPUTS_MAX) return complain(r, "too many variables");
    Domain *domain = &goal->domain[goal->n_variables];
    char *name = r->variable[goal->n_variables++];
    next_word(r, name, PROG_NAME_MAX);
    while (*r->rest == ' ') r->rest++;
    if (strcmp(r->rest, "all") == 0) {
        *domain = (Domain){.is_all = true, .lo = -INFINITY, .hi = INFINITY};
        return OK;
    }
    if (*r->rest != '[' && *r->rest != '(') return complain(r, "expected [lo, hi] or all");
    domain->lo_open = *r->rest++ == '(';
    char *last = r->rest + strlen(r->rest) - 1;
    if (last <= r->rest || (*last != ']' && *last != ')'))
        return complain(r, "expected ']' or ')' at the end of the domain");
    domain->hi_open = *last == ')';
    *last = 0;
    Status status = read_number(r, &domain->lo);
    return status != OK ? status : read_number(r, &domain->hi);
}

static Status read_claim(EntryReader *r)
{
    Report *report = &r->entry->report;
    const struct {
        const char *key;
        double *value;
    } KEYS[] = {{"max_ulp", &report->max_ulp},
                {"max_rel", &report->max_rel},
                {"max_abs", &report->max_abs}};
    Status status;
    for (int i = 0; i < 3; i++) {
        if ((status = expect_word(r, KEYS[i].key)) != OK) return status;
        if ((status = read_number(r, KEYS[i].value)) != OK) return status;
    }
    r->entry->has_report = true;
    return OK;
}

static Status read_checked(EntryReader *r)
{
    Report *report = &r->entry->report;
    char word[40];
    Status status;
    if (!method_from_name(next_word(r, word, sizeof word), &report->method))
        return complain(r, "expected sampled, exhaustive or proven");
    if ((status = expect_word(r, "points")) != OK) return status;
    if ((status = read_count(r, &report->n_points)) != OK) return status;
    if ((status = expect_word(r, "wrong")) != OK) return status;
    return read_count(r, &report->n_wrong);
}

static Status read_worst(EntryReader *r)
{
    Report *report = &r->entry->report;
    Status status;
    for (int i = 0; i < r->entry->goal.n_variables; i++)
        if ((status = read_number(r, &report->worst_input[i])) != OK) return status;
    if ((status = expect_word(r, "got")) != OK) return status;
    if ((status = read_number(r, &report->worst_got)) != OK) return status;
    if ((status = expect_word(r, "want")) != OK) return status;
    return read_number(r, &report->worst_want);
}

static Status read_special(EntryReader *r)
{
    Report *report = &r->entry->report;
    if (report->n_specials == REPORT_SPECIALS_MAX) return complain(r, "too many special lines");
    Special *special = &report->special[report->n_specials++];
    char word[40];
    Status status;
    snprintf(special->what, sizeof special->what, "%.23s", next_word(r, word, sizeof word));
    if ((status = read_count(r, &special->x)) != OK) return status;
    if ((status = expect_word(r, "got")) != OK) return status;
    if ((status = read_count(r, &special->got)) != OK) return status;
    if ((status = expect_word(r, "want")) != OK) return status;
    if ((status = read_count(r, &special->want)) != OK) return status;
    special->in_domain = strcmp(next_word(r, word, sizeof word), "inside") == 0;
    return OK;
}

static Status read_cost(EntryReader *r)
{
    Entry *entry = r->entry;
    uint64_t lanes;
    Status status;
    char *const begin = r->rest;
    char word[16];
    entry->is_modelled = strcmp(next_word(r, word, sizeof word), "modelled") == 0;
    if (!entry->is_modelled) r->rest = begin;
    if ((status = expect_word(r, "throughput_ns")) != OK) return status;
    if ((status = read_number(r, &entry->throughput_ns)) != OK) return status;
    if ((status = expect_word(r, "latency_ns")) != OK) return status;
    if ((status = read_number(r, &entry->latency_ns)) != OK) return status;
    if ((status = expect_word(r, "lanes")) != OK) return status;
    if ((status = read_count(r, &lanes)) != OK) return status;
    entry->lanes = (int)lanes;
    char *behind = r->rest;
    entry->vectors = 0;
    if (strcmp(next_word(r, word, sizeof word), "vectors") == 0) {
        uint64_t vectors;
        if ((status = read_count(r, &vectors)) != OK) return status;
        if (vectors < 1 || vectors > BACKEND_VECTORS_MAX || (vectors & (vectors - 1)))
            return complain(r, "expected 1, 2, 4 or 8 vectors a turn");
        entry->vectors = (int)vectors;
        behind = r->rest;
    }
    r->rest = behind;
    entry->date[0] = 0;
    if (strcmp(next_word(r, word, sizeof word), "date") == 0)
        snprintf(entry->date, sizeof entry->date, "%.10s", next_word(r, word, sizeof word));
    else
        r->rest = behind;
    if ((status = expect_word(r, "cpu")) != OK) return status;
    return read_rest(r, entry->cpu, sizeof entry->cpu);
}

static Status read_name(EntryReader *r)
{
    /* It becomes the name of a C function. */
    const char *name = r->entry->goal.name;
    const Status status = read_rest(r, r->entry->goal.name, sizeof r->entry->goal.name);
    if (status != OK) return status;
    bool is_good = !isdigit((unsigned char)*name);
    for (; *name; name++) is_good = is_good && (isalnum((unsigned char)*name) || *name == '_');
    return is_good ? OK : complain(r, "the name is a C identifier");
}

static Status read_expression(EntryReader *r)
{
    return read_rest(r, r->entry->goal.expression, sizeof r->entry->goal.expression);
}

static Status read_type(EntryReader *r)
{
    char word[40];
    r->has_type = true;
    if (type_from_name(next_word(r, word, sizeof word), &r->entry->goal.type) &&
        (r->entry->goal.type == TYPE_REAL || type_is_float(r->entry->goal.type)))
        return OK;
    return complain(r, "the type is real, f16, bf16, f32 or f64");
}

static Status read_bound(EntryReader *r)
{
    char word[40];
    r->has_bound = true;
    if (bound_parse(next_word(r, word, sizeof word), &r->entry->goal.bound)) return OK;
    return complain(r, "expected a bound such as 1ulp, 1e-6rel, 1e-6abs, 14digits, 16bits");
}

static Status read_specials(EntryReader *r)
{
    char words[80];
    Err why = {0};
    const Status status = read_rest(r, words, sizeof words);
    if (status != OK) return status;
    return specials_parse(&r->entry->goal.excluded, words, &why) == OK ? OK
                                                                       : complain(r, why.text);
}

static Status read_minimize(EntryReader *r)
{
    char word[40];
    if (minimize_from_name(next_word(r, word, sizeof word), &r->entry->goal.minimize)) return OK;
    return complain(r, "expected ops, throughput, latency or size");
}

static Status read_target(EntryReader *r)
{
    next_word(r, r->entry->goal.target, sizeof r->entry->goal.target);
    return OK;
}

static Status read_ops(EntryReader *r)
{
    return read_rest(r, r->entry->goal.ops, sizeof r->entry->goal.ops);
}

static Status read_op_cost(EntryReader *r)
{
    double weight[OP_COUNT];
    Err why = {0};
    Goal *goal = &r->entry->goal;
    const Status status = read_rest(r, goal->op_cost, sizeof goal->op_cost);
    if (status != OK) return status;
    return op_weights_parse(weight, goal->op_cost, &why) == OK ? OK : complain(r, why.text);
}

static Status read_exact(EntryReader *r)
{
    Goal *goal = &r->entry->goal;
    if (goal->n_exact == GOAL_EXACT_MAX) return complain(r, "too many exact points");
    ExactPoint *point = &goal->exact[goal->n_exact++];
    const Status status = read_number(r, &point->x);
    return status != OK ? status : read_number(r, &point->y);
}

static Status read_sliver(EntryReader *r)
{
    return read_rest(r, r->entry->report.sliver, sizeof r->entry->report.sliver);
}

static Status read_seed(EntryReader *r) { return read_count(r, &r->entry->seed); }

static Status read_command(EntryReader *r)
{
    return read_rest(r, r->entry->command, sizeof r->entry->command);
}

static Status read_version(EntryReader *r)
{
    return read_rest(r, r->entry->version, sizeof r->entry->version);
}

static Status read_reference(EntryReader *r)
{
    return prog_parse(&r->entry->goal.reference, r->text, r->length, r->at, &r->at, r->err);
}

static Status read_program(EntryReader *r)
{
    r->has_program = true;
    return prog_parse(&r->entry->prog, r->text, r->length, r->at, &r->at, r->err);
}

static const struct {
    const char *key;
    Status (*read)(EntryReader *r);
} LINES[] = {
    {"name", read_name},       {"expression", read_expression},
    {"type", read_type},       {"domain", read_domain},
    {"bound", read_bound},     {"minimize", read_minimize},
    {"target", read_target},   {"ops", read_ops},
    {"op_cost", read_op_cost}, {"exact", read_exact},
    {"claim", read_claim},     {"checked", read_checked},
    {"worst", read_worst},     {"special", read_special},
    {"sliver", read_sliver},   {"cost", read_cost},
    {"seed", read_seed},       {"command", read_command},
    {"version", read_version}, {"reference", read_reference},
    {"program", read_program}, {"specials", read_specials},
};

static Status read_keyed_line(EntryReader *r)
{
    char key[40];
    char *before = r->rest;
    next_word(r, key, sizeof key);
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
        if (strcmp(LINES[i].key, key) == 0) return LINES[i].read(r);
    r->rest = before;
    return complain(r, "this line begins with no known word (see docs/formats.md)");
}

/* What the lines must add up to. */
static Status check_whole(EntryReader *r)
{
    const Entry *entry = r->entry;
    const Goal *goal = &entry->goal;
    r->line_at = r->length, r->rest = r->line;
    if (!r->has_program) return complain(r, "the file ends before its 'program' section");
    if (!r->has_type) return complain(r, "the 'type' line is missing");
    if (goal->n_variables == 0) return complain(r, "the 'domain' line is missing");
    if (goal->reference.n == 0 && !goal->expression[0])
        return complain(r, "the 'reference' section (or an 'expression' line) is missing");
    const Prog *prog = &entry->prog;
    Err why = {0};
    if (!prog_is_kind(prog, KIND_MACHINE, &why)) return complain(r, why.text);
    if (goal->reference.n && !prog_is_kind(&goal->reference, KIND_REFERENCE, &why))
        return complain(r, why.text);
    if (prog->n_inputs != goal->n_variables ||
        (goal->reference.n && goal->reference.n_inputs != goal->n_variables))
        return complain(r, "program, reference and domain lines differ in their variables");
    for (int i = 0; i < goal->n_variables; i++) {
        if (goal->reference.n && strcmp(goal->reference.input_name[i], r->variable[i]) != 0)
            return complain(r,
                            "the domain lines name the variables as the reference does, in order");
        if (prog->node[i].type != goal->type)
            return complain(r, "an input of the program is not of the goal's type");
    }
    if (prog_type(prog) != goal->type)
        return complain(r, "the result of the program is not of the goal's type");
    return OK;
}

Status entry_parse(Entry *out, const char *text, size_t length, Err *err)
{
    EntryReader *r = xcalloc(1, sizeof *r);
    Entry *entry = xcalloc(1, sizeof *entry);
    *r = (EntryReader){.text = text, .length = length, .entry = entry, .err = err};
    r->rest = r->line;
    entry->goal.minimize = MINIMIZE_THROUGHPUT;
    bound_parse("1ulp", &entry->goal.bound);
    Status status = OK;
    bool has_magic = false;
    while (status == OK && read_line(r)) {
        if (!r->line[0] || r->line[0] == '#') continue;
        if (has_magic)
            status = read_keyed_line(r);
        else if (strcmp(r->line, "approx 1") == 0)
            has_magic = true;
        else
            status = complain(r, "a .approx file begins with the line 'approx 1'");
    }
    if (status == OK && !has_magic) status = complain(r, "the file is empty");
    if (status == OK) status = check_whole(r);
    if (status == OK && !r->has_bound && entry->goal.type == TYPE_REAL)
        entry->goal.bound = (Bound){.kind = BOUND_REL, .limit = DBL_MAX};
    bound_settle(&entry->goal.bound, entry->goal.type);
    if (status == OK) *out = *entry;
    free(entry);
    free(r);
    return status;
}
