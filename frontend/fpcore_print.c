/* Cores to text, and the comparison of cores. */
#include "frontend/fpcore_tree.h"

#include <string.h>

/* Lists of bindings break the line; everything else stays on it. */
typedef struct {
    Text *out;
    int indent;
} Printer;

enum { INDENT_MAX = 60 };

static void print_expr(Printer *p, const FpExpr *expr);

static void new_line(Printer *p)
{
    text_add(p->out, "\n%*s", p->indent < INDENT_MAX ? p->indent : INDENT_MAX, "");
}

static void print_sexp(Printer *p, const Sexp *sexp)
{
    if (sexp->kind == SEXP_STRING)
        text_add(p->out, "\"%s\"", sexp->text);
    else if (sexp->kind != SEXP_LIST)
        text_add(p->out, "%s", sexp->text);
    else {
        text_add(p->out, "(");
        for (const Sexp *item = sexp->first; item; item = item->next) {
            if (item != sexp->first) text_add(p->out, " ");
            print_sexp(p, item);
        }
        text_add(p->out, ")");
    }
}

static void print_properties(Printer *p, const FpProperty *property)
{
    for (; property; property = property->next) {
        text_add(p->out, " %s ", property->name);
        print_sexp(p, property->data);
    }
}

static void print_bindings(Printer *p, const FpBinding *binding)
{
    p->indent += 2;
    text_add(p->out, " (");
    for (; binding; binding = binding->next) {
        text_add(p->out, "[%s ", binding->name);
        print_expr(p, binding->value);
        if (binding->update) {
            text_add(p->out, " ");
            print_expr(p, binding->update);
        }
        text_add(p->out, "]");
        if (binding->next) new_line(p);
    }
    text_add(p->out, ")");
    p->indent -= 2;
}

static bool has_bindings(FpKind kind) { return kind >= FP_LET && kind <= FP_TENSOR_STAR; }

static bool always_has_bindings(FpKind kind) { return kind >= FP_LET && kind <= FP_FOR_STAR; }

static void print_expr(Printer *p, const FpExpr *expr)
{
    if (expr->kind <= FP_VARIABLE) {
        text_add(p->out, "%s", expr->text);
        return;
    }
    text_add(p->out, "(%s", expr->text);
    print_properties(p, expr->property);
    const FpExpr *arg = expr->arg;
    if (expr->kind == FP_WHILE || expr->kind == FP_WHILE_STAR) {
        text_add(p->out, " ");
        print_expr(p, arg);
        arg = arg->next;
    }
    if (expr->kind >= FP_FOR && expr->kind <= FP_TENSOR_STAR) print_bindings(p, expr->dimension);
    if (always_has_bindings(expr->kind) || expr->binding) print_bindings(p, expr->binding);
    p->indent += 2;
    for (; arg; arg = arg->next) {
        if (has_bindings(expr->kind))
            new_line(p);
        else
            text_add(p->out, " ");
        print_expr(p, arg);
    }
    p->indent -= 2;
    text_add(p->out, ")");
}

static void print_argument(Printer *p, const FpArgument *argument)
{
    if (argument->property) {
        text_add(p->out, "(!");
        print_properties(p, argument->property);
        text_add(p->out, " ");
    }
    if (argument->dimension) {
        text_add(p->out, "(%s", argument->name);
        for (const Sexp *size = argument->dimension; size; size = size->next)
            text_add(p->out, " %s", size->text);
        text_add(p->out, ")");
    } else {
        text_add(p->out, "%s", argument->name);
    }
    if (argument->property) text_add(p->out, ")");
}

void fpcore_print(Text *out, const FpCore *core)
{
    Printer p = {.out = out, .indent = 1};
    text_add(out, "(FPCore ");
    if (core->identifier) text_add(out, "%s ", core->identifier);
    text_add(out, "(");
    for (const FpArgument *argument = core->argument; argument; argument = argument->next) {
        if (argument != core->argument) text_add(out, " ");
        print_argument(&p, argument);
    }
    text_add(out, ")");
    for (const FpProperty *property = core->property; property; property = property->next) {
        new_line(&p);
        text_add(out, "%s ", property->name);
        print_sexp(&p, property->data);
    }
    new_line(&p);
    print_expr(&p, core->body);
    text_add(out, ")\n");
}

/* -- equality ------------------------------------------------------------------------- */

static bool is_same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_same_sexp(const Sexp *a, const Sexp *b)
{
    if (a->kind != b->kind || !is_same_text(a->text, b->text)) return false;
    const Sexp *x = a->first, *y = b->first;
    for (; x && y; x = x->next, y = y->next)
        if (!is_same_sexp(x, y)) return false;
    return x == y;
}

static bool is_same_properties(const FpProperty *a, const FpProperty *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (!is_same_text(a->name, b->name) || !is_same_sexp(a->data, b->data)) return false;
    return a == b;
}

static bool is_same_expr(const FpExpr *a, const FpExpr *b);

static bool is_same_bindings(const FpBinding *a, const FpBinding *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (!is_same_text(a->name, b->name) || !is_same_expr(a->value, b->value) ||
            !is_same_expr(a->update, b->update))
            return false;
    return a == b;
}

static bool is_same_expr(const FpExpr *a, const FpExpr *b)
{
    if (!a || !b) return a == b;
    if (a->kind != b->kind || !is_same_text(a->text, b->text) || a->n_args != b->n_args ||
        !is_same_properties(a->property, b->property) ||
        !is_same_bindings(a->dimension, b->dimension) || !is_same_bindings(a->binding, b->binding))
        return false;
    const FpExpr *x = a->arg, *y = b->arg;
    for (; x && y; x = x->next, y = y->next)
        if (!is_same_expr(x, y)) return false;
    return x == y;
}

static bool is_same_arguments(const FpArgument *a, const FpArgument *b)
{
    for (; a && b; a = a->next, b = b->next) {
        if (!is_same_text(a->name, b->name) || !is_same_properties(a->property, b->property))
            return false;
        const Sexp *x = a->dimension, *y = b->dimension;
        for (; x && y; x = x->next, y = y->next)
            if (!is_same_sexp(x, y)) return false;
        if (x != y) return false;
    }
    return a == b;
}

bool fpcore_is_equal(const FpCore *a, const FpCore *b)
{
    return is_same_text(a->identifier, b->identifier) &&
           is_same_arguments(a->argument, b->argument) &&
           is_same_properties(a->property, b->property) && is_same_expr(a->body, b->body);
}
