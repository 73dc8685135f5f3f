/* Operators and functions. */
#include "frontend/fpcore_lower.h"
#include "frontend/functions.h"

#include <math.h>
#include <string.h>

enum { ARGS_MAX = 64 }; /* of a comparison or a conjunction */

/* The operands, at least `least`, in their own types; their number, -1 after an error. */
static int lower_args(Lower *l, const FpExpr *expr, const Scope *scope, Type type, int least,
                      Ref arg[ARGS_MAX])
{
    if (expr->n_args < least || expr->n_args > ARGS_MAX) {
        lower_wrong(l, ERR_INPUT, expr, "'%s' takes %d operands, here are %d", expr->text, least,
                    expr->n_args);
        return -1;
    }
    int n = 0;
    for (const FpExpr *at = expr->arg; at && l->status == OK; at = at->next)
        arg[n++] = lower_expr(l, at, scope, type);
    return l->status == OK ? n : -1;
}

static Ref lower_logic(Lower *l, const FpExpr *expr, const Scope *scope, Type type, Op op)
{
    Ref arg[ARGS_MAX];
    const int n = lower_args(l, expr, scope, type, 1, arg);
    if (n < 0) return NO_REF;
    if (op == OP_NOT)
        return n == 1 ? lower_op(l, expr, op, lower_to_type(l, expr, arg[0], TYPE_BOOL), 0, 0)
                      : lower_wrong(l, ERR_INPUT, expr, "'not' takes one operand");
    Ref all = lower_to_type(l, expr, arg[0], TYPE_BOOL);
    for (int i = 1; i < n; i++)
        all = lower_op(l, expr, op, all, lower_to_type(l, expr, arg[i], TYPE_BOOL), 0);
    return all;
}

static Ref compare(Lower *l, const FpExpr *expr, Op op, bool is_swapped, Ref a, Ref b)
{
    lower_to_common(l, expr, &a, &b);
    if (l->status == OK && lower_type_of(l, a) == TYPE_BOOL)
        return lower_wrong(l, ERR_INPUT, expr, "'%s' compares numbers", expr->text);
    return is_swapped ? lower_op(l, expr, op, b, a, 0) : lower_op(l, expr, op, a, b, 0);
}

/* Each with the next; != every one with every other. */
static Ref lower_compare(Lower *l, const FpExpr *expr, const Scope *scope, Type type, Op op,
                         bool is_swapped)
{
    Ref arg[ARGS_MAX], all = NO_REF;
    const int n = lower_args(l, expr, scope, type, 1, arg);
    if (n < 0) return NO_REF;
    if (n == 1) return lower_truth(l, expr, true);
    for (int i = 0; i < n && l->status == OK; i++)
        for (int j = i + 1; j < n && (op == OP_NE || j == i + 1) && l->status == OK; j++) {
            const Ref one = compare(l, expr, op, is_swapped, arg[i], arg[j]);
            all = all == NO_REF ? one : lower_op(l, expr, OP_AND, all, one, 0);
        }
    return l->status == OK ? all : NO_REF;
}

/* isnan and the like, of one number. */
static Ref lower_test(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    Ref x;
    if (expr->n_args != 1)
        return lower_wrong(l, ERR_INPUT, expr, "'%s' takes one operand", expr->text);
    x = lower_expr(l, expr->arg, scope, type);
    if (l->status == OK && lower_type_of(l, x) == TYPE_BOOL) lower_to_type(l, expr, x, type);
    if (l->status != OK) return NO_REF;
    const Type own = lower_type_of(l, x);
    if (strcmp(expr->text, "isnan") == 0) return lower_op(l, expr, OP_NE, x, x, 0);
    if (strcmp(expr->text, "signbit") == 0) {
        const Ref one = lower_simple(l, expr, own, 1), zero = lower_simple(l, expr, own, 0);
        const Ref sign = lower_op(l, expr, OP_COPYSIGN, one, x, 0);
        return lower_op(l, expr, OP_LT, sign, zero, 0);
    }
    const Ref size = lower_op(l, expr, OP_ABS, x, 0, 0);
    const Ref inf = lower_simple(l, expr, own, INFINITY);
    if (strcmp(expr->text, "isinf") == 0) return lower_op(l, expr, OP_EQ, size, inf, 0);
    const Ref finite = lower_op(l, expr, OP_LT, size, inf, 0);
    if (strcmp(expr->text, "isfinite") == 0) return finite;
    /* isnormal; over the reals every number but 0 is. */
    if (own == TYPE_REAL) {
        const Ref zero = lower_simple(l, expr, own, 0);
        const Ref nonzero = lower_op(l, expr, OP_LT, zero, size, 0);
        return lower_op(l, expr, OP_AND, nonzero, finite, 0);
    }
    const Ref least = lower_simple(l, expr, own, ldexp(1, type_info(own)->emin));
    const Ref large = lower_op(l, expr, OP_LE, least, size, 0);
    return lower_op(l, expr, OP_AND, large, finite, 0);
}

static bool is_number_const(const Lower *l, Ref ref)
{
    const Node *node = &l->prog->node[ref];
    if (node->op != OP_CONST) return false;
    return node->type == TYPE_REAL ? node->value.class != REAL_NAN
                                   : !isnan(value_from_bits((Type)node->type, node->value.lo));
}

/* fmin and fmax return the number where one operand is NaN; MIN and MAX return the second operand. */
static Ref lower_extreme(Lower *l, const FpExpr *expr, const Scope *scope, Type type, Op op)
{
    Ref arg[ARGS_MAX];
    if (lower_args(l, expr, scope, type, 2, arg) < 0) return NO_REF;
    if (expr->n_args != 2)
        return lower_wrong(l, ERR_INPUT, expr, "'%s' takes two operands", expr->text);
    const Ref a = lower_to_type(l, expr, arg[0], type), b = lower_to_type(l, expr, arg[1], type);
    if (l->status != OK) return NO_REF;
    if (is_number_const(l, b)) return lower_op(l, expr, op, a, b, 0);
    if (is_number_const(l, a)) return lower_op(l, expr, op, b, a, 0);
    const Ref best = lower_op(l, expr, op, a, b, 0);
    const Ref is_nan = lower_op(l, expr, OP_NE, b, b, 0);
    return lower_op(l, expr, OP_SELECT, is_nan, a, best);
}

/* + and * of any number of operands, - of one or two. */
static Ref lower_arithmetic(Lower *l, const FpExpr *expr, const Scope *scope, Type type, Op op)
{
    /* (- 1) is a constant, too. */
    const FpExpr *first = expr->arg;
    if (op == OP_SUB && expr->n_args == 1 &&
        (first->kind == FP_NUMBER || first->kind == FP_CONSTANT)) {
        const Ref ref = lower_to_type(l, expr, lower_constant(l, first, type), type);
        if (l->status != OK) return NO_REF;
        Node node = l->prog->node[ref];
        if (node.op == OP_CONST && is_number_const(l, ref)) {
            if (type == TYPE_REAL)
                node.value.negative ^= 1;
            else
                node.value.lo ^= (uint64_t)1 << (8 * type_info(type)->size - 1);
            return lower_node(l, expr, node);
        }
        return lower_op(l, expr, OP_NEG, ref, 0, 0);
    }
    Ref arg[ARGS_MAX];
    const bool is_fold = op == OP_ADD || op == OP_MUL;
    const int n = lower_args(l, expr, scope, type, is_fold || op == OP_DIV ? 2 : 1, arg);
    if (n < 0) return NO_REF;
    for (int i = 0; i < n; i++) arg[i] = lower_to_type(l, expr, arg[i], type);
    if (n == 1) return lower_op(l, expr, OP_NEG, arg[0], 0, 0);
    if (n > 2 && !is_fold)
        return lower_wrong(l, ERR_INPUT, expr, "'%s' takes two operands, here are %d", expr->text,
                           n);
    Ref all = arg[0];
    for (int i = 1; i < n; i++) all = lower_op(l, expr, op, all, arg[i], 0);
    return all;
}

static Ref unknown_call(Lower *l, const FpExpr *expr)
{
    static const char *const NAMES[] = {
        "fabs",      "fma",    "exp",     "exp2",  "expm1",  "log",    "log10",    "log2",
        "log1p",     "pow",    "sqrt",    "cbrt",  "hypot",  "sin",    "cos",      "tan",
        "asin",      "acos",   "atan",    "atan2", "sinh",   "cosh",   "tanh",     "asinh",
        "acosh",     "atanh",  "erf",     "erfc",  "tgamma", "lgamma", "ceil",     "floor",
        "fmod",      "fmax",   "fmin",    "fdim",  "round",  "trunc",  "copysign", "remainder",
        "nearbyint", "and",    "or",      "not",   "isinf",  "isnan",  "isfinite", "isnormal",
        "signbit",   "let",    "let*",    "while", "while*", "if",     "cast",     "digits",
        "array",     "tensor", "tensor*", "for",   "for*",   NULL};
    const char *nearest = text_nearest(expr->text, NAMES);
    return nearest ? lower_wrong(l, ERR_INPUT, expr, "unknown operator '%.80s'; did you mean '%s'?",
                                 expr->text, nearest)
                   : lower_wrong(l, ERR_INPUT, expr, "unknown operator '%.80s'", expr->text);
}

static Ref lower_function(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    Op op;
    if (!function_from_fpcore(expr->text, &op)) return unknown_call(l, expr);
    const int arity = op_info(op)->arity;
    Ref arg[ARGS_MAX] = {0};
    const int n = lower_args(l, expr, scope, type, arity, arg);
    if (n < 0) return NO_REF;
    if (n != arity)
        return lower_wrong(l, ERR_INPUT, expr, "'%s' takes %d operand%s, here are %d", expr->text,
                           arity, arity == 1 ? "" : "s", n);
    for (int i = 0; i < n; i++) arg[i] = lower_to_type(l, expr, arg[i], type);
    if (l->status == OK && op == OP_JN &&
        !(is_number_const(l, arg[0]) && lower_is_integer(expr->arg)))
        return lower_wrong(l, ERR_INPUT, expr, "the first operand of jn is its order, an integer");
    return lower_op(l, expr, op, arg[0], arg[1], arg[2]);
}

Ref lower_call(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    static const struct {
        const char *name;
        Ref (*lower)(Lower *, const FpExpr *, const Scope *, Type, Op);
        Op op;
    } CALLS[] = {
        {"+", lower_arithmetic, OP_ADD}, {"-", lower_arithmetic, OP_SUB},
        {"*", lower_arithmetic, OP_MUL}, {"/", lower_arithmetic, OP_DIV},
        {"and", lower_logic, OP_AND},    {"or", lower_logic, OP_OR},
        {"not", lower_logic, OP_NOT},    {"fmin", lower_extreme, OP_MIN},
        {"fmax", lower_extreme, OP_MAX},
    };
    static const struct {
        const char *name;
        Op op;
        bool is_swapped;
    } COMPARISONS[] = {
        {"<", OP_LT, false}, {"<=", OP_LE, false}, {">", OP_LT, true},
        {">=", OP_LE, true}, {"==", OP_EQ, false}, {"!=", OP_NE, false},
    };
    static const char *const TESTS[] = {"isnan", "isinf", "isfinite", "isnormal", "signbit"};
    for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++)
        if (strcmp(CALLS[i].name, expr->text) == 0)
            return CALLS[i].lower(l, expr, scope, type, CALLS[i].op);
    for (size_t i = 0; i < sizeof COMPARISONS / sizeof *COMPARISONS; i++)
        if (strcmp(COMPARISONS[i].name, expr->text) == 0)
            return lower_compare(l, expr, scope, type, COMPARISONS[i].op,
                                 COMPARISONS[i].is_swapped);
    for (size_t i = 0; i < sizeof TESTS / sizeof *TESTS; i++)
        if (strcmp(TESTS[i], expr->text) == 0) return lower_test(l, expr, scope, type);
    return lower_function(l, expr, scope, type);
}
