/* Expressions without jumps to Progs. A value is a node; `if` becomes select. In an answer every
   expression has a precision around it (the core's, or what `!` says): operations compute in
   it, and narrower operands are converted up, which is exact. */
#include "frontend/fpcore_lower.h"
#include "runtime/oracle/oracle.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Ref lower_wrong(Lower *l, Status status, const FpExpr *where, const char *format, ...)
{
    if (l->status != OK) return NO_REF;
    char sentence[400];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    l->status = fail_at(l->err, status, l->core->file->text, l->core->file->length, where->offset,
                        "%s", sentence);
    return NO_REF;
}

/* -- nodes ---------------------------------------------------------------------------- */

Ref lower_node(Lower *l, const FpExpr *where, Node node)
{
    for (int i = l->prog->n_inputs; i < l->prog->n; i++) {
        const Node *have = &l->prog->node[i];
        if ((node.op == OP_CONST || l->use == FP_REFERENCE) && have->op == node.op &&
            have->type == node.type && memcmp(have->arg, node.arg, sizeof node.arg) == 0 &&
            real_is_equal(have->value, node.value))
            return (Ref)i;
    }
    if (!prog_has_room(l->prog, 1))
        return lower_wrong(l, ERR_LIMIT, where, "the core needs more than %d operations", PROG_MAX);
    l->prog->node[l->prog->n] = node;
    return l->prog->n++;
}

Type lower_type_of(const Lower *l, Ref ref) { return (Type)l->prog->node[ref].type; }

Ref lower_op(Lower *l, const FpExpr *where, Op op, Ref a, Ref b, Ref c)
{
    if (l->status != OK) return NO_REF;
    const OpInfo *info = op_info(op);
    if (l->use == FP_ANSWER && !(info->kind & KIND_MACHINE))
        return lower_wrong(l, ERR_UNSUPPORTED, where,
                           "'%s' is not an operation that an answer may contain", where->text);
    const Type type = info->signature == SIG_COMPARE || info->signature == SIG_BOOL ? TYPE_BOOL
                      : info->signature == SIG_SELECT ? lower_type_of(l, b)
                      : info->arity > 0               ? lower_type_of(l, a)
                                                      : TYPE_REAL;
    if (op == OP_FMA && (type == TYPE_F16 || type == TYPE_BF16))
        return lower_wrong(l, ERR_UNSUPPORTED, where, "%s has no fma", type_info(type)->name);
    return lower_node(l, where, (Node){.op = (uint8_t)op, .type = (uint8_t)type, .arg = {a, b, c}});
}

Ref lower_real(Lower *l, const FpExpr *where, Real value)
{
    return lower_node(l, where,
                      (Node){.op = OP_CONST, .type = TYPE_REAL, .value = real_normalize(value)});
}

/* A double that every type can hold: 0, 1, infinity, NaN. */
Ref lower_simple(Lower *l, const FpExpr *where, Type type, double value)
{
    if (type == TYPE_REAL) return lower_real(l, where, real_from_double(value));
    return lower_node(
        l, where,
        (Node){.op = OP_CONST, .type = (uint8_t)type, .value.lo = bits_from_value(type, value)});
}

Ref lower_truth(Lower *l, const FpExpr *where, bool value)
{
    return lower_node(l, where, (Node){.op = OP_CONST, .type = TYPE_BOOL, .value.lo = value});
}

/* -- types ---------------------------------------------------------------------------- */

static bool is_wider(Type a, Type b)
{
    return type_is_float(a) && type_is_float(b) &&
           type_info(a)->precision > type_info(b)->precision &&
           type_info(a)->emax >= type_info(b)->emax;
}

Ref lower_to_type(Lower *l, const FpExpr *where, Ref ref, Type type)
{
    if (l->status != OK) return NO_REF;
    const Type have = lower_type_of(l, ref);
    if (have == type) return ref;
    if (have == TYPE_BOOL)
        return lower_wrong(l, ERR_INPUT, where, "expected a number, found a condition");
    if (type == TYPE_BOOL)
        return lower_wrong(l, ERR_INPUT, where, "expected a condition, found a number");
    if (!is_wider(type, have))
        return lower_wrong(l, ERR_UNSUPPORTED, where,
                           "this %s value is used in %s: an operation that narrows its operands is "
                           "written (cast ...) here",
                           type_info(have)->name, type_info(type)->name);
    return lower_node(l, where, (Node){.op = OP_CONVERT, .type = (uint8_t)type, .arg = {ref}});
}

void lower_to_common(Lower *l, const FpExpr *where, Ref *a, Ref *b)
{
    if (l->status != OK) return;
    const Type type = is_wider(lower_type_of(l, *a), lower_type_of(l, *b)) ? lower_type_of(l, *a)
                                                                           : lower_type_of(l, *b);
    *a = lower_to_type(l, where, *a, type);
    *b = lower_to_type(l, where, *b, type);
}

/* -- forms ---------------------------------------------------------------------------- */

/* (if (< a b) a b) is min(a, b), (if (> a b) a b) is max(a, b). */
static Ref select_or_extreme(Lower *l, const FpExpr *expr, Ref condition, Ref yes, Ref no)
{
    const Node *node = &l->prog->node[condition];
    if (node->op == OP_LT && node->arg[0] == yes && node->arg[1] == no)
        return lower_op(l, expr, OP_MIN, yes, no, 0);
    if (node->op == OP_LT && node->arg[0] == no && node->arg[1] == yes)
        return lower_op(l, expr, OP_MAX, yes, no, 0);
    return lower_op(l, expr, OP_SELECT, condition, yes, no);
}

static Ref lower_if(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    const FpExpr *yes_at = expr->arg->next, *no_at = yes_at->next;
    const Ref condition =
        lower_to_type(l, expr->arg, lower_expr(l, expr->arg, scope, type), TYPE_BOOL);
    Ref yes = lower_expr(l, yes_at, scope, type), no = lower_expr(l, no_at, scope, type);
    lower_to_common(l, no_at, &yes, &no);
    return l->status == OK ? select_or_extreme(l, expr, condition, yes, no) : NO_REF;
}

static Ref lower_let(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    const Scope *inner = scope;
    for (const FpBinding *binding = expr->binding; binding; binding = binding->next) {
        const Ref ref =
            lower_expr(l, binding->value, expr->kind == FP_LET_STAR ? inner : scope, type);
        if (l->status != OK) return NO_REF;
        Scope *entry = fp_alloc(&l->arena, sizeof *entry);
        *entry = (Scope){.name = binding->name, .ref = ref, .outer = inner};
        inner = entry;
    }
    return lower_expr(l, expr->arg, inner, type);
}

static Ref lower_annotated(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    const FpProperty *precision = fp_property(expr->property, ":precision");
    if (l->use == FP_ANSWER && precision) {
        l->status = fp_precision(&type, l->core->file, precision->data, l->err);
        if (l->status == OK && (type == TYPE_REAL) != l->is_real)
            return lower_wrong(l, ERR_UNSUPPORTED, expr,
                               "an answer computes in floats or in reals, not "
                               "in both");
        if (l->status != OK) return NO_REF;
    }
    return lower_expr(l, expr->arg, scope, type);
}

static Ref lower_cast(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    const Ref ref = lower_expr(l, expr->arg, scope, type);
    if (l->status != OK || lower_type_of(l, ref) == type) return ref;
    if (lower_type_of(l, ref) == TYPE_BOOL) return lower_to_type(l, expr, ref, type);
    return lower_node(l, expr, (Node){.op = OP_CONVERT, .type = (uint8_t)type, .arg = {ref}});
}

static Ref lower_variable(Lower *l, const FpExpr *expr, const Scope *scope)
{
    enum { NAMES_MAX = 200 };
    const char *names[NAMES_MAX + 1];
    int n = 0;
    for (; scope; scope = scope->outer) {
        if (strcmp(scope->name, expr->text) == 0) return scope->ref;
        if (n < NAMES_MAX) names[n++] = scope->name;
    }
    names[n] = NULL;
    const char *nearest = text_nearest(expr->text, names);
    return nearest
               ? lower_wrong(l, ERR_INPUT, expr, "unknown variable '%.80s'; did you mean '%.80s'?",
                             expr->text, nearest)
               : lower_wrong(l, ERR_INPUT, expr, "unknown variable '%.80s'", expr->text);
}

Ref lower_expr(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    if (l->status != OK) return NO_REF;
    switch (expr->kind) {
    case FP_NUMBER:
    case FP_DIGITS:
    case FP_CONSTANT: return lower_constant(l, expr, type);
    case FP_VARIABLE: return lower_variable(l, expr, scope);
    case FP_CALL: return lower_call(l, expr, scope, type);
    case FP_IF: return lower_if(l, expr, scope, type);
    case FP_LET:
    case FP_LET_STAR: return lower_let(l, expr, scope, type);
    case FP_CAST: return lower_cast(l, expr, scope, type);
    case FP_ANNOTATE: return lower_annotated(l, expr, scope, type);
    case FP_WHILE:
    case FP_WHILE_STAR:
    case FP_FOR:
    case FP_FOR_STAR:
        return lower_wrong(l, ERR_UNSUPPORTED, expr,
                           "'%s' is a loop; only straight-line cores become programs", expr->text);
    case FP_TENSOR:
    case FP_TENSOR_STAR:
    case FP_ARRAY:
        return lower_wrong(l, ERR_UNSUPPORTED, expr,
                           "'%s' makes a tensor; programs compute with numbers", expr->text);
    }
    return NO_REF;
}

/* -- the whole ------------------------------------------------------------------------ */

static Status fail_argument(const FpCore *core, const FpArgument *argument, const char *what,
                            Err *err)
{
    return fail_at(err, ERR_UNSUPPORTED, core->file->text, core->file->length, argument->offset,
                   "the argument '%.80s' %s", argument->name, what);
}

/* The inputs, one for each argument. */
static Status add_inputs(Lower *l, Type type, const Scope **scope)
{
    for (const FpArgument *argument = l->core->argument; argument; argument = argument->next) {
        if (argument->dimension)
            return fail_argument(l->core, argument, "is a tensor; programs compute with numbers",
                                 l->err);
        if (l->prog->n_inputs == PROG_INPUTS_MAX)
            return fail_argument(l->core, argument, "is one more than a program can have", l->err);
        const FpProperty *precision = fp_property(argument->property, ":precision");
        if (l->use == FP_ANSWER && precision) {
            Type own;
            const Status status = fp_precision(&own, l->core->file, precision->data, l->err);
            if (status != OK) return status;
            if (own != type)
                return fail_argument(l->core, argument, "has another precision than the core",
                                     l->err);
        }
        if (strlen(argument->name) >= PROG_NAME_MAX)
            return fail_argument(l->core, argument, "has too long a name", l->err);
        Scope *entry = fp_alloc(&l->arena, sizeof *entry);
        entry->name = argument->name;
        entry->ref = prog_add_input(l->prog, type, argument->name);
        entry->outer = *scope;
        *scope = entry;
    }
    return OK;
}

/* The result has to be the last node. */
static void finish(Lower *l, const FpExpr *expr, Ref result)
{
    if (result < l->prog->n_inputs) {
        const Type type = lower_type_of(l, result);
        const bool is_last = result == l->prog->n_inputs - 1;
        l->prog->n = l->prog->n_inputs;
        if (is_last) return;
        const Ref one = lower_simple(l, expr, type, 1);
        lower_op(l, expr, OP_MUL, result, one, 0);
        return;
    }
    l->prog->n = (uint16_t)(result + 1); /* what comes behind does not matter to it */
    prog_prune(l->prog);
}

Status fp_lower(Prog *out, const FpCore *core, const FpExpr *expr, FpUse use, Type type, Err *err)
{
    Lower l = {.prog = out, .core = core, .use = use, .is_real = type == TYPE_REAL, .err = err};
    const Scope *scope = NULL;
    prog_init(out);
    l.status = add_inputs(&l, type, &scope);
    Ref result = lower_expr(&l, expr, scope, type);
    if (l.status == OK) result = lower_to_type(&l, expr, result, type);
    if (l.status == OK) finish(&l, expr, result);
    fp_release(&l.arena);
    return l.status;
}

Status fp_constant(const FpCore *core, const FpExpr *expr, double *down, double *up, Err *err)
{
    Prog *prog = xmalloc(sizeof *prog);
    prog_init(prog);
    Lower l = {.prog = prog, .core = core, .use = FP_REFERENCE, .err = err};
    Ref result = lower_expr(&l, expr, NULL, TYPE_REAL);
    if (l.status == OK) result = lower_to_type(&l, expr, result, TYPE_REAL);
    if (l.status == OK) finish(&l, expr, result);
    if (l.status == OK) l.status = oracle_constant(prog, down, up, err);
    fp_release(&l.arena);
    free(prog);
    return l.status;
}
