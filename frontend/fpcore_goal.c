/* What a core states as a Goal: reference, domain, precision, bound. */
#include "frontend/fpcore.h"
#include "frontend/fpcore_tree.h"
#include "frontend/infix.h"
#include "runtime/catalogue/entry.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Status fpcore_to_prog(Prog *out, const FpCore *core, FpPart part, Err *err)
{
    if (part == FP_BODY) return fp_lower(out, core, core->body, FP_REFERENCE, TYPE_REAL, err);
    const FpProperty *spec = fp_property(core->property, ":spec");
    if (!spec)
        return fail_at(err, ERR_INPUT, core->file->text, core->file->length, core->offset,
                       "this core has no :spec");
    return fp_lower(out, core, spec->expr, FP_REFERENCE, TYPE_REAL, err);
}

/* -- :pre as a box -------------------------------------------------------------------- */

typedef struct {
    const FpCore *core;
    Goal *goal;
    bool is_bounded[PROG_INPUTS_MAX];
    Err *err;
} Box;

static Status unsupported(const Box *box, const FpExpr *where)
{
    return fail_at(box->err, ERR_UNSUPPORTED, box->core->file->text, box->core->file->length,
                   where->offset,
                   "this part of :pre is no interval of one variable, as (<= 0 x 1) is; state the "
                   "domain with --domain");
}

static int find_argument(const FpCore *core, const char *name)
{
    int i = 0;
    for (const FpArgument *argument = core->argument; argument; argument = argument->next, i++)
        if (strcmp(argument->name, name) == 0) return i;
    return -1;
}

/* The intersection of two sets of values of one variable. */
static Domain intersect(const Domain *a, const Domain *b)
{
    Domain both = *a;
    if (b->lo > a->lo || (b->lo == a->lo && b->lo_open)) both.lo = b->lo, both.lo_open = b->lo_open;
    if (b->hi < a->hi || (b->hi == a->hi && b->hi_open)) both.hi = b->hi, both.hi_open = b->hi_open;
    both.is_all = false;
    return both;
}

/* value < x, value <= x (is_lower), x < value or x <= value. */
static Status add_limit(Box *box, int variable, const FpExpr *value, bool is_lower, bool is_open)
{
    double down, up;
    Status status = fp_constant(box->core, value, &down, &up, box->err);
    if (status != OK) return status;
    if (isnan(down) || isnan(up)) return unsupported(box, value);
    Domain limit = {.lo = -INFINITY, .hi = INFINITY};
    const Type type = box->goal->type;
    if (is_lower) {
        limit.lo = spec_inner_end(type, down, up, is_open, 1);
        limit.lo_open = is_open && down == up;
    } else {
        limit.hi = spec_inner_end(type, down, up, is_open, -1);
        limit.hi_open = is_open && down == up;
    }
    Domain *domain = &box->goal->domain[variable];
    *domain = intersect(domain, &limit);
    box->is_bounded[variable] = true;
    if (domain->lo <= domain->hi) return OK;
    return fail_at(box->err, ERR_INPUT, box->core->file->text, box->core->file->length,
                   value->offset, "the domain is empty: no %s value of '%s' meets :pre",
                   type_info(type)->name, box->goal->reference.input_name[variable]);
}

/* A chain of comparisons with one variable in it and constants otherwise. */
static Status add_chain(Box *box, const FpExpr *chain, bool is_rising, bool is_open, bool is_equal)
{
    const FpExpr *variable_at = NULL;
    int variable = -1;
    for (const FpExpr *arg = chain->arg; arg; arg = arg->next) {
        if (arg->kind != FP_VARIABLE) continue;
        const int found = find_argument(box->core, arg->text);
        if (variable_at || found < 0) return unsupported(box, chain);
        variable_at = arg;
        variable = found;
    }
    if (!variable_at) return unsupported(box, chain);
    bool is_before = true;
    for (const FpExpr *arg = chain->arg; arg; arg = arg->next) {
        if (arg == variable_at) {
            is_before = false;
            continue;
        }
        Status status = OK;
        if (is_equal || is_before == is_rising)
            status = add_limit(box, variable, arg, true, is_open);
        if (status == OK && (is_equal || is_before != is_rising))
            status = add_limit(box, variable, arg, false, is_open);
        /* A limit that is no constant is an expression of other variables. */
        if (status == ERR_INPUT && arg->kind != FP_NUMBER && box->err &&
            strstr(box->err->text, "unknown variable"))
            return unsupported(box, arg);
        if (status != OK) return status;
    }
    return OK;
}

static Status add_condition(Box *box, const FpExpr *pre)
{
    static const struct {
        const char *name;
        bool is_rising, is_open, is_equal;
    } CHAINS[] = {
        {"<", true, true, false},    {"<=", true, false, false}, {">", false, true, false},
        {">=", false, false, false}, {"==", true, false, true},
    };
    if (pre->kind == FP_CONSTANT && strcmp(pre->text, "TRUE") == 0) return OK;
    if (pre->kind != FP_CALL) return unsupported(box, pre);
    if (strcmp(pre->text, "and") == 0) {
        Status status = OK;
        for (const FpExpr *arg = pre->arg; arg && status == OK; arg = arg->next)
            status = add_condition(box, arg);
        return status;
    }
    for (size_t i = 0; i < sizeof CHAINS / sizeof *CHAINS; i++)
        if (strcmp(CHAINS[i].name, pre->text) == 0)
            return add_chain(box, pre, CHAINS[i].is_rising, CHAINS[i].is_open, CHAINS[i].is_equal);
    return unsupported(box, pre);
}

static Status set_box(Goal *goal, const FpCore *core, Err *err)
{
    Box box = {.core = core, .goal = goal, .err = err};
    for (int i = 0; i < goal->n_variables; i++)
        goal->domain[i] = (Domain){.lo = -INFINITY, .hi = INFINITY, .is_all = true};
    const FpProperty *pre = fp_property(core->property, ":pre");
    const Status status = pre ? add_condition(&box, pre->expr) : OK;
    if (status != OK || goal->type != TYPE_REAL) return status;
    for (int i = 0; i < goal->n_variables; i++)
        if (isinf(goal->domain[i].lo) || isinf(goal->domain[i].hi))
            return fail_at(err, ERR_INPUT, core->file->text, core->file->length,
                           pre ? pre->offset : core->offset,
                           "over the reals every variable has two finite ends; :pre leaves '%s' "
                           "without",
                           goal->reference.input_name[i]);
    return OK;
}

/* -- the goal ------------------------------------------------------------------------- */

/* A C identifier from the core's identifier or name. */
static void set_name(Goal *goal, const FpCore *core)
{
    size_t n = 0;
    for (const char *c = core->identifier ? core->identifier : fpcore_name(core);
         *c && n + 1 < sizeof goal->name; c++) {
        if (isalnum((unsigned char)*c) && (n > 0 || !isdigit((unsigned char)*c)))
            goal->name[n++] = *c;
        else if (n > 0 && goal->name[n - 1] != '_')
            goal->name[n++] = '_';
    }
    while (n > 0 && goal->name[n - 1] == '_') n--;
    goal->name[n] = 0;
    if (n == 0) strcpy(goal->name, "f");
}

static void set_expression(Goal *goal, const FpCore *core)
{
    Text text = {0};
    infix_print(&text, &goal->reference);
    /* What is too long to be read is told by its name. */
    const bool fits = text.length < sizeof goal->expression;
    snprintf(goal->expression, sizeof goal->expression, "%s",
             fits ? text_get(&text) : fpcore_name(core));
    for (char *c = goal->expression; *c; c++)
        if (isspace((unsigned char)*c)) *c = ' ';
    text_release(&text);
}

static const char *string_property(const FpCore *core, const char *name)
{
    const FpProperty *property = fp_property(core->property, name);
    return property && property->data->kind == SEXP_STRING ? property->data->text : NULL;
}

/* What fpcore_from_prog wrote down besides the standard properties, unless overridden. */
static void add_own_properties(SpecText *spec, const FpCore *core)
{
    if (!spec->max_error) spec->max_error = string_property(core, ":approx-max-error");
    const FpProperty *exact = fp_property(core->property, ":approx-exact");
    if (spec->n_exact > 0 || !exact || exact->data->kind != SEXP_LIST) return;
    for (const Sexp *item = exact->data->first; item && spec->n_exact < GOAL_EXACT_MAX;
         item = item->next)
        if (item->kind == SEXP_STRING) spec->exact[spec->n_exact++] = item->text;
}

Status fpcore_to_goal(Goal *out, Prog *answer, const FpCore *core, const SpecText *override,
                      Err *err)
{
    SpecText spec = override ? *override : (SpecText){0};
    Status status;
    memset(out, 0, sizeof *out);
    out->type = TYPE_F64;
    const FpProperty *precision = fp_property(core->property, ":precision");
    if (spec.type)
        status = spec_type(&out->type, spec.type, err);
    else
        status = precision ? fp_precision(&out->type, core->file, precision->data, err) : OK;
    if (status != OK) return status;
    status =
        fpcore_to_prog(&out->reference, core, fpcore_has(core, ":spec") ? FP_SPEC : FP_BODY, err);
    if (status != OK) return status;
    if (core->n_arguments == 0)
        return fail_at(err, ERR_INPUT, core->file->text, core->file->length, core->offset,
                       "this core has no argument; there is nothing to approximate");
    out->n_variables = core->n_arguments;
    set_name(out, core);
    set_expression(out, core);
    add_own_properties(&spec, core);
    if (spec.n_domains == 0 && (status = set_box(out, core, err)) != OK) return status;
    if (!spec.max_error)
        out->bound =
            (Bound){.kind = out->type == TYPE_REAL ? BOUND_REL : BOUND_ULP, .limit = DBL_MAX};
    if ((status = spec_options(out, &spec, true, err)) != OK) return status;
    return answer ? fp_lower(answer, core, core->body, FP_ANSWER, out->type, err) : OK;
}
