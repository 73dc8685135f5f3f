/* S-expressions to cores and expressions. */
#include "frontend/fpcore.h"
#include "frontend/fpcore_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    FpFile *file;
    Err *err;
    Status status;
} Builder;

static void wrong(Builder *b, const Sexp *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void wrong(Builder *b, const Sexp *where, const char *format, ...)
{
    if (b->status != OK) return;
    char sentence[300];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    b->status =
        fail_at(b->err, ERR_INPUT, b->file->text, b->file->length, where->offset, "%s", sentence);
}

static FpExpr *build_expr(Builder *b, const Sexp *sexp);

static const char *const CONSTANTS[] = {
    "E",      "LOG2E",      "LOG10E", "LN2",     "LN10",     "PI",  "PI_2", "PI_4",  "M_1_PI",
    "M_2_PI", "M_2_SQRTPI", "SQRT2",  "SQRT1_2", "INFINITY", "NAN", "TRUE", "FALSE",
};

bool fp_is_constant(const char *name)
{
    for (size_t i = 0; i < sizeof CONSTANTS / sizeof *CONSTANTS; i++)
        if (strcmp(CONSTANTS[i], name) == 0) return true;
    return false;
}

/* -- parts of forms ------------------------------------------------------------------- */

static bool is_property_name(const Sexp *sexp)
{
    return sexp && sexp->kind == SEXP_SYMBOL && sexp->text[0] == ':' && sexp->text[1];
}

/* Reads ":name data" pairs from *at on and moves it behind them. */
static FpProperty *build_properties(Builder *b, const Sexp **at)
{
    FpProperty *first = NULL, **end = &first;
    while (b->status == OK && is_property_name(*at)) {
        const Sexp *name = *at, *data = name->next;
        if (!data) {
            wrong(b, name, "the property %s has no value", name->text);
            break;
        }
        FpProperty *property = fp_alloc(&b->file->arena, sizeof *property);
        property->name = name->text;
        property->offset = name->offset;
        property->data = data;
        if (strcmp(name->text, ":pre") == 0 || strcmp(name->text, ":spec") == 0)
            property->expr = build_expr(b, data);
        *end = property;
        end = &property->next;
        *at = data->next;
    }
    return first;
}

/* Reads a list of [name value] or [name value update]. */
static FpBinding *build_bindings(Builder *b, const Sexp *list, bool has_update)
{
    FpBinding *first = NULL, **end = &first;
    if (list->kind != SEXP_LIST) {
        wrong(b, list, "expected a list of bindings");
        return NULL;
    }
    for (const Sexp *item = list->first; item && b->status == OK; item = item->next) {
        if (item->kind != SEXP_LIST || item->n != (has_update ? 3 : 2) ||
            item->first->kind != SEXP_SYMBOL) {
            wrong(b, item, has_update ? "expected [name start update]" : "expected [name value]");
            return NULL;
        }
        FpBinding *binding = fp_alloc(&b->file->arena, sizeof *binding);
        binding->name = item->first->text;
        binding->value = build_expr(b, item->first->next);
        if (has_update) binding->update = build_expr(b, item->first->next->next);
        *end = binding;
        end = &binding->next;
    }
    return first;
}

/* Appends the expressions of a list from `at` on as operands. */
static void build_args(Builder *b, FpExpr *expr, const Sexp *at)
{
    FpExpr **end = &expr->arg;
    while (*end) end = &(*end)->next;
    for (; at && b->status == OK; at = at->next) {
        FpExpr *arg = build_expr(b, at);
        if (!arg) return;
        *end = arg;
        end = &arg->next;
        expr->n_args++;
    }
}

/* -- forms ---------------------------------------------------------------------------- */

/* What stands behind the keyword, one letter each: d dimensions [name size], b bindings
   [name value], l loop bindings [name start update], L the same, may be absent, e an expression,
   * any number of expressions, p properties. */
static const struct {
    const char *keyword;
    FpKind kind;
    const char *shape;
} FORMS[] = {
    {"if", FP_IF, "eee"},
    {"let", FP_LET, "be"},
    {"let*", FP_LET_STAR, "be"},
    {"while", FP_WHILE, "ele"},
    {"while*", FP_WHILE_STAR, "ele"},
    {"for", FP_FOR, "dle"},
    {"for*", FP_FOR_STAR, "dle"},
    {"tensor", FP_TENSOR, "de"},
    {"tensor*", FP_TENSOR_STAR, "dLe"},
    {"array", FP_ARRAY, "*"},
    {"cast", FP_CAST, "e"},
    {"digits", FP_DIGITS, "eee"},
    {"!", FP_ANNOTATE, "pe"},
};

static void build_form(Builder *b, FpExpr *expr, const Sexp *list, const char *shape)
{
    const Sexp *at = list->first->next;
    for (const char *part = shape; *part && b->status == OK; part++) {
        if (*part == '*') {
            build_args(b, expr, at);
            return;
        }
        if (*part == 'p') {
            expr->property = build_properties(b, &at);
            continue;
        }
        if (*part == 'L' && at && !at->next) continue;
        if (!at) {
            wrong(b, list, "'%s' has too few parts", list->first->text);
            return;
        }
        if (*part == 'd')
            expr->dimension = build_bindings(b, at, false);
        else if (*part == 'b')
            expr->binding = build_bindings(b, at, false);
        else if (*part == 'l' || *part == 'L')
            expr->binding = build_bindings(b, at, true);
        else {
            FpExpr **end = &expr->arg;
            while (*end) end = &(*end)->next;
            *end = build_expr(b, at);
            expr->n_args++;
        }
        at = at->next;
    }
    if (at) wrong(b, at, "'%s' has too many parts", list->first->text);
}

static void build_list(Builder *b, FpExpr *expr, const Sexp *list)
{
    const Sexp *head = list->first;
    if (!head || head->kind != SEXP_SYMBOL) {
        wrong(b, list, "expected an operator behind the parenthesis");
        return;
    }
    expr->text = head->text;
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
        if (strcmp(FORMS[i].keyword, head->text) != 0) continue;
        expr->kind = FORMS[i].kind;
        build_form(b, expr, list, FORMS[i].shape);
        return;
    }
    expr->kind = FP_CALL;
    build_args(b, expr, head->next);
}

/* NULL (and an error) if it is no expression. Recursion is bounded by FPCORE_DEPTH_MAX. */
static FpExpr *build_expr(Builder *b, const Sexp *sexp)
{
    if (b->status != OK) return NULL;
    FpExpr *expr = fp_alloc(&b->file->arena, sizeof *expr);
    expr->offset = sexp->offset;
    expr->text = sexp->text;
    switch (sexp->kind) {
    case SEXP_NUMBER: expr->kind = FP_NUMBER; break;
    case SEXP_SYMBOL:
        expr->kind = fp_is_constant(sexp->text) ? FP_CONSTANT : FP_VARIABLE;
        if (is_property_name(sexp))
            wrong(b, sexp,
                  "the property %s stands here in place of an "
                  "expression",
                  sexp->text);
        break;
    case SEXP_STRING: wrong(b, sexp, "expected an expression, found a string"); break;
    case SEXP_LIST: build_list(b, expr, sexp); break;
    }
    return b->status == OK ? expr : NULL;
}

/* -- cores ---------------------------------------------------------------------------- */

/* name | (! properties argument) | (name dimension ...) */
static void build_argument(Builder *b, FpArgument *argument, const Sexp *sexp)
{
    argument->offset = sexp->offset;
    if (sexp->kind == SEXP_LIST && fp_is_symbol(sexp->first, "!")) {
        const Sexp *at = sexp->first->next;
        argument->property = build_properties(b, &at);
        if (b->status != OK) return;
        if (!at || at->next) {
            wrong(b, sexp, "an annotated argument is written (! :property value name)");
            return;
        }
        sexp = at;
    }
    const Sexp *name = sexp->kind == SEXP_LIST ? sexp->first : sexp;
    if (sexp->kind == SEXP_LIST && sexp->n > 1) argument->dimension = name->next;
    for (const Sexp *size = argument->dimension; size; size = size->next)
        if (size->kind != SEXP_SYMBOL && size->kind != SEXP_NUMBER)
            wrong(b, size, "expected a dimension, a number or a name");
    if (!name || name->kind != SEXP_SYMBOL || (sexp->kind == SEXP_LIST && !argument->dimension)) {
        wrong(b, sexp, "expected the name of an argument");
        return;
    }
    if (fp_is_constant(name->text))
        wrong(b, name, "'%s' is a constant and cannot be an argument", name->text);
    argument->name = name->text;
}

static void build_arguments(Builder *b, FpCore *core, const Sexp *list)
{
    FpArgument **end = &core->argument;
    for (const Sexp *item = list->first; item && b->status == OK; item = item->next) {
        FpArgument *argument = fp_alloc(&b->file->arena, sizeof *argument);
        build_argument(b, argument, item);
        for (const FpArgument *other = core->argument; b->status == OK && other;
             other = other->next)
            if (strcmp(other->name, argument->name) == 0)
                wrong(b, item, "the argument '%s' is there twice", argument->name);
        *end = argument;
        end = &argument->next;
        core->n_arguments++;
    }
}

/* (FPCore [identifier] (argument ...) property ... body) */
static FpCore *build_core(Builder *b, const Sexp *sexp)
{
    if (sexp->kind != SEXP_LIST || !fp_is_symbol(sexp->first, "FPCore")) {
        wrong(b, sexp, "expected (FPCore (arguments) body)");
        return NULL;
    }
    FpCore *core = fp_alloc(&b->file->arena, sizeof *core);
    core->file = b->file;
    core->offset = sexp->offset;
    const Sexp *at = sexp->first->next;
    if (at && at->kind == SEXP_SYMBOL) {
        core->identifier = at->text;
        at = at->next;
    }
    if (!at || at->kind != SEXP_LIST) {
        wrong(b, at ? at : sexp, "expected the list of arguments");
        return NULL;
    }
    build_arguments(b, core, at);
    at = at->next;
    core->property = build_properties(b, &at);
    if (b->status == OK && !at) wrong(b, sexp, "this core has no body");
    if (b->status != OK) return NULL;
    core->body = build_expr(b, at);
    if (at->next) wrong(b, at->next, "a core has one body, here is a second expression");
    return core;
}

Status fpcore_parse(FpFile **out, const char *text, size_t length, Err *err)
{
    if (length > FPCORE_BYTES_MAX)
        return fail(err, ERR_LIMIT, "an FPCore file has at most %d bytes", FPCORE_BYTES_MAX);
    FpFile *file = xcalloc(1, sizeof *file);
    file->text = xmalloc(length + 1);
    memcpy(file->text, text, length);
    file->text[length] = 0;
    file->length = length;
    Builder b = {.file = file, .err = err};
    Sexp *first;
    b.status = fp_read(file, &first, err);
    FpCore **end = &file->first;
    for (const Sexp *sexp = first; sexp && b.status == OK; sexp = sexp->next) {
        FpCore *core = build_core(&b, sexp);
        if (b.status != OK) break;
        *end = core;
        end = &core->next;
        file->n++;
    }
    if (b.status == OK && file->n == 0)
        b.status = fail_at(err, ERR_INPUT, file->text, length, 0,
                           "expected (FPCore (arguments) body), found nothing");
    if (b.status == OK)
        *out = file;
    else
        fpcore_free(file);
    return b.status;
}

void fpcore_free(FpFile *file)
{
    if (!file) return;
    fp_release(&file->arena);
    free(file->text);
    free(file);
}

/* -- reading -------------------------------------------------------------------------- */

int fpcore_count(const FpFile *file) { return file->n; }

const FpCore *fpcore_get(const FpFile *file, int index)
{
    const FpCore *core = file->first;
    while (index-- > 0) core = core->next;
    return core;
}

const FpProperty *fp_property(const FpProperty *list, const char *name)
{
    while (list && strcmp(list->name, name) != 0) list = list->next;
    return list;
}

const char *fpcore_name(const FpCore *core)
{
    const FpProperty *name = fp_property(core->property, ":name");
    if (name && name->data->kind == SEXP_STRING) return name->data->text;
    return core->identifier ? core->identifier : "";
}

bool fpcore_has(const FpCore *core, const char *property)
{
    return fp_property(core->property, property) != NULL;
}

int fpcore_line(const FpCore *core)
{
    int line = 1;
    for (size_t i = 0; i < core->offset; i++) line += core->file->text[i] == '\n';
    return line;
}

Status fp_precision(Type *out, const FpFile *file, const Sexp *data, Err *err)
{
    static const struct {
        const char *name;
        Type type;
    } NAMES[] = {{"real", TYPE_REAL},
                 {"binary16", TYPE_F16},
                 {"bfloat16", TYPE_BF16},
                 {"binary32", TYPE_F32},
                 {"binary64", TYPE_F64}};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (fp_is_symbol(data, NAMES[i].name)) {
            *out = NAMES[i].type;
            return OK;
        }
    /* (float exponent-bits bits) */
    if (data->kind == SEXP_LIST && data->n == 3 && fp_is_symbol(data->first, "float") &&
        data->first->next->kind == SEXP_NUMBER && data->first->next->next->kind == SEXP_NUMBER) {
        const int exponent = atoi(data->first->next->text);
        const int bits = atoi(data->first->next->next->text);
        for (Type type = TYPE_F16; type <= TYPE_F64; type++) {
            const TypeInfo *info = type_info(type);
            if (bits == 8 * info->size && exponent == bits - info->precision) {
                *out = type;
                return OK;
            }
        }
    }
    return fail_at(
        err, ERR_UNSUPPORTED, file->text, file->length, data->offset,
        "this precision is not among real, binary16, binary32, binary64 and (float 8 16)");
}
