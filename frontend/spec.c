#include "frontend/spec.h"
#include "frontend/functions.h"
#include "frontend/infix.h"
#include "runtime/catalogue/entry.h"
#include "runtime/emit/targets.h"
#include "runtime/oracle/oracle.h"
#include "runtime/prog/logistic.h"
#include "runtime/prog/specials.h"
#include "runtime/prog/turns.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "unknown WHAT 'WORD'; did you mean 'NEAREST'?", or the list of what there is. */
static Status unknown(Err *err, const char *what, const char *word, const char *const *names)
{
    const char *nearest = text_nearest(word, names);
    if (nearest)
        return fail(err, ERR_INPUT, "unknown %s '%.80s'; did you mean '%s'?", what, word, nearest);
    Text list = {0};
    for (int i = 0; names[i]; i++) text_add(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    fail(err, ERR_INPUT, "unknown %s '%.80s'; there are %s", what, word, text_get(&list));
    text_release(&list);
    return ERR_INPUT;
}

/* -- the function ------------------------------------------------------------------- */

Status spec_type(Type *out, const char *text, Err *err)
{
    static const char *const NAMES[] = {"real", "f16", "bf16", "f32", "f64", NULL};
    if (type_from_name(text, out) && (*out == TYPE_REAL || type_is_float(*out))) return OK;
    return unknown(err, "type", text, NAMES);
}

static bool is_one_word(const char *text)
{
    if (!isalpha((unsigned char)*text) && *text != '_') return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && *text != '_') return false;
    return true;
}

/* The reference of one operator: op(x), op(x, y), op(x, y, z). */
static void set_function(Goal *goal, Op op)
{
    static const char *const NAMES[] = {"x", "y", "z"};
    const int arity = op_info(op)->arity;
    Ref arg[OP_ARITY_MAX] = {0};
    prog_init(&goal->reference);
    for (int i = 0; i < arity; i++) arg[i] = prog_add_input(&goal->reference, TYPE_REAL, NAMES[i]);
    prog_add(&goal->reference, op, arg[0], arg[1], arg[2]);
    goal->n_variables = arity;
    Text expression = {0};
    infix_print(&expression, &goal->reference);
    snprintf(goal->expression, sizeof goal->expression, "%s", text_get(&expression));
    text_release(&expression);
}

static Status unknown_function(const char *word, Err *err)
{
    char stem[64];
    const size_t n = strlen(word);
    Op op;
    Type type;
    if (n > 1 && n <= sizeof stem && word[n - 1] == 'l') {
        memcpy(stem, word, n - 1);
        stem[n - 1] = 0;
        if (function_from_c(stem, &op, &type))
            return fail(
                err, ERR_UNSUPPORTED,
                "'%s' is of long double, which is not among the types; there are %s and %sf", word,
                stem, stem);
    }
    const char *nearest = function_nearest(word);
    return nearest
               ? fail(err, ERR_INPUT, "unknown function '%.80s'; did you mean '%s'?", word, nearest)
               : fail(err, ERR_INPUT, "unknown function '%.80s'", word);
}

/* A function by its name: with a type the mathematical one, else the C function. */
static Status set_named(Goal *goal, const char *word, const char *type_text, Err *err)
{
    Op op;
    Type type;
    if (!function_from_c(word, &op, &type)) return unknown_function(word, err);
    if (op == OP_JN)
        return fail(err, ERR_INPUT, "'%s' needs an order; write an expression such as 'jn(2, x)'",
                    word);
    if (type_text && type == TYPE_F32 && goal->type != TYPE_F32)
        return fail(err, ERR_INPUT, "'%s' is the C function of f32; for %s write '%.*s'", word,
                    type_text, (int)strlen(word) - 1, word);
    if (!type_text) goal->type = type;
    set_function(goal, op);
    snprintf(goal->name, sizeof goal->name, "%s", word);
    return OK;
}

/* A C identifier that recalls the expression: its words joined by _. */
static void name_after(char name[GOAL_NAME_MAX], const char *expression)
{
    enum { READABLE_MAX = 40 };
    size_t n = 0;
    for (const char *c = expression; *c && n < READABLE_MAX; c++) {
        if (isalnum((unsigned char)*c))
            name[n++] = *c;
        else if (n > 0 && name[n - 1] != '_')
            name[n++] = '_';
    }
    while (n > 0 && name[n - 1] == '_') n--;
    name[n] = 0;
    if (n > 0 && !isdigit((unsigned char)name[0]) && n < READABLE_MAX) return;
    strcpy(name, "f");
}

static Status set_expression(Goal *goal, const char *text, const char *type_text, Err *err)
{
    static const char *const X[] = {"x"};
    const Status status =
        fail_in(err, infix_parse(&goal->reference, text, NULL, 0, err), "expression");
    if (status != OK) return status;
    /* A constant is a function of x. */
    if (goal->reference.n_inputs == 0) (void)infix_parse(&goal->reference, text, X, 1, NULL);
    if (!type_text)
        return fail(err, ERR_INPUT, "an expression needs --type: real, f16, bf16, f32 or f64");
    if (strlen(text) >= sizeof goal->expression)
        return fail(err, ERR_LIMIT, "an expression has at most %d letters",
                    GOAL_EXPRESSION_MAX - 1);
    for (size_t i = 0; i <= strlen(text); i++) /* on one line */
        goal->expression[i] = isspace((unsigned char)text[i]) ? ' ' : text[i];
    goal->n_variables = goal->reference.n_inputs;
    name_after(goal->name, text);
    return OK;
}

static bool is_identifier(const char *name)
{
    return is_one_word(name) && strlen(name) < GOAL_NAME_MAX;
}

/* An expression of one word that names no function. */
static bool is_leaf(const char *word)
{
    static const char *const NAMES[] = {"x", "pi", "e", "ln2", "inf", "nan"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (strcmp(NAMES[i], word) == 0) return true;
    return false;
}

Status spec_to_goal(Goal *out, const SpecText *spec, Err *err)
{
    Status status;
    memset(out, 0, sizeof *out);
    if (spec->type && (status = spec_type(&out->type, spec->type, err)) != OK) return status;
    const bool is_named = is_one_word(spec->what) && !is_leaf(spec->what);
    status = is_named ? set_named(out, spec->what, spec->type, err)
                      : set_expression(out, spec->what, spec->type, err);
    if (status != OK) return status;
    const bool has_domain = is_named && out->type != TYPE_REAL;
    for (int i = 0; has_domain && i < out->n_variables; i++)
        out->domain[i] = (Domain){.lo = -INFINITY, .hi = INFINITY, .is_all = true};
    return spec_options(out, spec, has_domain, err);
}

/* -- options ------------------------------------------------------------------------ */

/* "x, y" */
static void list_variables(Text *out, const Goal *goal)
{
    for (int i = 0; i < goal->n_variables; i++)
        text_add(out, "%s%s", i > 0 ? ", " : "", goal->reference.input_name[i]);
}

static Status set_domains(Goal *goal, const SpecText *spec, bool has_domain, Err *err)
{
    if (spec->n_domains == 0 && has_domain) return OK;
    if (spec->n_domains != goal->n_variables) {
        Text names = {0};
        list_variables(&names, goal);
        if (spec->n_domains == 0)
            fail(err, ERR_INPUT, "a domain is needed for %s: --domain '[lo,hi]'%s",
                 text_get(&names),
                 goal->n_variables > 1     ? ", one per variable"
                 : goal->type == TYPE_REAL ? ""
                                           : " or --domain all");
        else
            fail(err, ERR_INPUT, "there are %d domains for %d variable%s (%s)", spec->n_domains,
                 goal->n_variables, goal->n_variables == 1 ? "" : "s", text_get(&names));
        text_release(&names);
        return ERR_INPUT;
    }
    for (int i = 0; i < spec->n_domains; i++) {
        const Status status = fail_in(
            err, spec_domain(&goal->domain[i], spec->domain[i], goal->type, err), "--domain");
        if (status != OK) return status;
    }
    return OK;
}

static Status set_bound(Goal *goal, const SpecText *spec, Err *err)
{
    if (spec->max_error) {
        const Status status = spec_bound(&goal->bound, spec->max_error, err);
        if (status == OK) bound_settle(&goal->bound, goal->type);
        return status;
    }
    if (goal->bound.limit > 0) return OK; /* stated already */
    if (goal->type == TYPE_REAL)
        return fail(err, ERR_INPUT,
                    "over the reals a bound is needed, such as --max-error 14digits or 1e-6abs");
    return spec_bound(&goal->bound, "1ulp", err);
}

static Status set_minimize(Goal *goal, const SpecText *spec, Err *err)
{
    static const char *const NAMES[] = {"ops", "throughput", "latency", "size", NULL};
    goal->minimize = goal->type == TYPE_REAL || spec->op_cost ? MINIMIZE_OPS : MINIMIZE_THROUGHPUT;
    if (!spec->minimize || minimize_from_name(spec->minimize, &goal->minimize)) return OK;
    return unknown(err, "cost to minimize", spec->minimize, NAMES);
}

static Status set_target(Goal *goal, const SpecText *spec, Err *err)
{
    enum { TARGETS_MAX = 63 };
    const Target *target = target_find(spec->target ? spec->target : "native");
    if (target) {
        snprintf(goal->target, sizeof goal->target, "%s", target->name);
        return OK;
    }
    const char *names[TARGETS_MAX + 1] = {"native"};
    for (int i = 0; TARGETS[i].name && i + 1 < TARGETS_MAX; i++) names[i + 1] = TARGETS[i].name;
    return unknown(err, "target", spec->target ? spec->target : "native", names);
}

/* -- numbers ------------------------------------------------------------------------ */

/* Evaluates the constant expression text[from..to) of `text`; errors point into `text`. */
static Status constant_in(const char *text, size_t from, size_t to, double *down, double *up,
                          Err *err)
{
    const char *const none[] = {NULL};
    char *part = xcalloc(to - from + 1, 1);
    memcpy(part, text + from, to - from);
    Prog *prog = xcalloc(1, sizeof *prog);
    Err inner = {0};
    Status status = infix_parse(prog, part, none, 0, &inner);
    if (status == OK) status = oracle_constant(prog, down, up, &inner);
    if (status != OK)
        fail_at(err, status, text, strlen(text), from + (inner.column > 0 ? inner.column - 1 : 0),
                "%s", inner.text);
    else if (isnan(*down) || isnan(*up))
        status = fail_at(err, ERR_INPUT, text, strlen(text), from, "this has no value (NaN)");
    free(part);
    free(prog);
    return status;
}

/* Finds `separator` outside parentheses in text[from..to); `to` if it is not there. */
static size_t find_separator(const char *text, size_t from, size_t to, char separator)
{
    int depth = 0;
    for (size_t i = from; i < to; i++) {
        if (text[i] == '(') depth++;
        if (text[i] == ')') depth--;
        if (text[i] == separator && depth == 0) return i;
    }
    return to;
}

double spec_inner_end(Type type, double down, double up, bool is_open, int sign)
{
    const double inner = sign > 0 ? up : down;
    if (type == TYPE_REAL) return inner;
    double value = value_from_bits(type, bits_from_value(type, inner));
    for (;;) {
        const bool is_inside = sign > 0 ? value >= inner : value <= inner;
        const bool is_left_out = is_open && down == up && value == inner; /* both zeros for 0 */
        if (is_inside && !is_left_out) return value;
        if (isinf(value) && (value > 0) == (sign > 0)) return NAN;
        value = value_from_ordered(type, ordered_from_value(type, value) + sign);
    }
}

Status spec_domain(Domain *out, const char *text, Type type, Err *err)
{
    size_t from = 0, to = strlen(text);
    const size_t length = to;
    while (from < to && isspace((unsigned char)text[from])) from++;
    while (to > from && isspace((unsigned char)text[to - 1])) to--;
    if (to - from == 3 && strncmp(text + from, "all", 3) == 0) {
        if (type == TYPE_REAL)
            return fail(err, ERR_INPUT, "over the reals a domain has finite ends, such as '[0,1]'");
        *out = (Domain){.lo = -INFINITY, .hi = INFINITY, .is_all = true};
        return OK;
    }
    const char first = from < to ? text[from] : 0, last = from < to ? text[to - 1] : 0;
    const size_t comma = to > from ? find_separator(text, from + 1, to - 1, ',') : 0;
    if ((first != '[' && first != '(') || (last != ']' && last != ')') || comma == to - 1)
        return fail_at(err, ERR_INPUT, text, length, from,
                       "a domain is written '[lo,hi]', '(lo,hi]' or 'all'");
    double lo_down, lo_up, hi_down, hi_up;
    Status status = constant_in(text, from + 1, comma, &lo_down, &lo_up, err);
    if (status == OK) status = constant_in(text, comma + 1, to - 1, &hi_down, &hi_up, err);
    if (status != OK) return status;
    if (lo_down > hi_up)
        return fail_at(err, ERR_INPUT, text, length, from,
                       "the domain is reversed: its lower end is above its upper end");
    Domain domain = {.lo_open = first == '(', .hi_open = last == ')'};
    domain.lo = spec_inner_end(type, lo_down, lo_up, domain.lo_open, 1);
    domain.hi = spec_inner_end(type, hi_down, hi_up, domain.hi_open, -1);
    /* An end between two doubles is left out by rounding inward. */
    if (lo_down != lo_up) domain.lo_open = false;
    if (hi_down != hi_up) domain.hi_open = false;
    if (type == TYPE_REAL && (isinf(domain.lo) || isinf(domain.hi)))
        return fail_at(err, ERR_INPUT, text, length, from,
                       "over the reals a domain has finite ends");
    const bool is_empty =
        type == TYPE_REAL && domain.lo == domain.hi && (domain.lo_open || domain.hi_open);
    if (!(domain.lo <= domain.hi) || is_empty)
        return fail_at(err, ERR_INPUT, text, length, from,
                       "the domain is empty: no %s value is in it", type_info(type)->name);
    *out = domain;
    return OK;
}

Status spec_bound(Bound *out, const char *text, Err *err)
{
    Bound bound;
    const char *const form =
        "it is a number and a unit: 1ulp, 0.5ulp, 1e-6rel, 1e-6abs, 14digits or 16bits";
    if (!bound_parse(text, &bound))
        return fail(err, ERR_INPUT, "'%.40s' is no error bound; %s", text, form);
    if (!(bound.limit > 0) || isinf(bound.limit))
        return fail(err, ERR_INPUT, "the error bound '%.40s' is not positive and finite", text);
    *out = bound;
    return OK;
}

/* "x:y", constants; x in the domain and exact in the type, y rounded to it. */
static Status set_exact(Goal *goal, const SpecText *spec, Err *err)
{
    if (spec->n_exact > 0 && goal->n_variables != 1)
        return fail(err, ERR_INPUT, "--exact is for functions of one variable");
    for (int i = 0; i < spec->n_exact; i++) {
        const char *text = spec->exact[i];
        const size_t length = strlen(text), colon = find_separator(text, 0, length, ':');
        if (colon == length)
            return fail_at(err, ERR_INPUT, text, length, 0,
                           "an exact value is written 'x:y', such as '0:1'");
        double x_down, x_up, y_down, y_up;
        Status status = constant_in(text, 0, colon, &x_down, &x_up, err);
        if (status == OK) status = constant_in(text, colon + 1, length, &y_down, &y_up, err);
        if (status != OK) return status;
        const Type type = goal->type;
        const bool is_value =
            x_down == x_up &&
            (type == TYPE_REAL || value_from_bits(type, bits_from_value(type, x_down)) == x_down);
        if (!is_value)
            return fail_at(err, ERR_INPUT, text, length, 0, "this point is no %s value",
                           type == TYPE_REAL ? "f64" : type_info(type)->name);
        if (!goal->domain[0].is_all && (x_down < goal->domain[0].lo || x_down > goal->domain[0].hi))
            return fail_at(err, ERR_INPUT, text, length, 0, "this point is not in the domain");
        const double y =
            type == TYPE_REAL ? y_down : value_from_bits(type, bits_from_value(type, y_down));
        goal->exact[goal->n_exact++] = (ExactPoint){.x = x_down, .y = y};
    }
    return OK;
}

Status spec_options(Goal *goal, const SpecText *spec, bool has_domain, Err *err)
{
    Status status;
    if (spec->name) {
        if (!is_identifier(spec->name))
            return fail(err, ERR_INPUT, "'%.80s' is not a C identifier", spec->name);
        snprintf(goal->name, sizeof goal->name, "%s", spec->name);
    }
    if ((status = set_domains(goal, spec, has_domain, err)) != OK) return status;
    if ((status = set_bound(goal, spec, err)) != OK) return status;
    if ((status = set_minimize(goal, spec, err)) != OK) return status;
    if ((status = set_target(goal, spec, err)) != OK) return status;
    if ((status = spec_ops(goal, spec, err)) != OK) return status;
    if ((status = fail_in(err, set_exact(goal, spec, err), "--exact")) != OK) return status;
    if (goal->type != TYPE_REAL) {
        prog_in_turns(&goal->reference);
        prog_in_logistics(&goal->reference);
    }
    if (spec->specials &&
        (status = fail_in(err, specials_parse(&goal->excluded, spec->specials, err),
                          "--specials")) != OK)
        return status;
    if ((status = goal_check(goal, err)) != OK) return status;
    return spec_check_domain(goal, err);
}

Status spec_fill(Goal *goal, const Prog *prog, Err *err)
{
    if (goal->reference.n == 0) {
        const char *names[PROG_INPUTS_MAX];
        for (int i = 0; i < goal->n_variables; i++) names[i] = prog->input_name[i];
        const Status status =
            infix_parse(&goal->reference, goal->expression, names, goal->n_variables, err);
        if (status != OK) return fail_in(err, status, "expression");
    }
    if (!goal->name[0]) snprintf(goal->name, sizeof goal->name, "f");
    if (!goal->expression[0]) {
        Text infix = {0};
        infix_print(&infix, &goal->reference);
        snprintf(goal->expression, sizeof goal->expression, "%s", text_get(&infix));
        text_release(&infix);
    }
    return OK;
}
