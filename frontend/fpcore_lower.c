/* Expressions without jumps to Progs. A value is a node; `if` becomes select. In an answer every
   expression has a precision around it (the core's, or what `!` says): operations compute in
   it, and narrower operands are converted up, which is exact. */
#include "frontend/fpcore_tree.h"
#include "frontend/functions.h"
#include "frontend/infix.h"
#include "runtime/oracle/oracle.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NONE = 0xffff }; /* no Ref: there was an error */

/* Names in scope, innermost first; never changed, so that an outer scope stays what it is. */
typedef struct Scope {
    const char *name;
    Ref ref;
    const struct Scope *outer;
} Scope;

typedef struct {
    Prog *prog;
    const FpCore *core;
    FpUse use;
    bool is_real;  /* the whole computes over the reals */
    FpArena arena; /* of scopes */
    Status status;
    Err *err;
} Lower;

static Ref lower(Lower *l, const FpExpr *expr, const Scope *scope, Type type);

static Ref wrong(Lower *l, Status status, const FpExpr *where, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static Ref wrong(Lower *l, Status status, const FpExpr *where, const char *format, ...)
{
    if (l->status != OK) return NONE;
    char sentence[400];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    l->status = fail_at(l->err, status, l->core->file->text, l->core->file->length, where->offset,
                        "%s", sentence);
    return NONE;
}

/* -- nodes ---------------------------------------------------------------------------- */

/* Constants are made once; in a reference everything is. */
static Ref add_node(Lower *l, const FpExpr *where, Node node)
{
    for (int i = l->prog->n_inputs; i < l->prog->n; i++) {
        const Node *have = &l->prog->node[i];
        if ((node.op == OP_CONST || l->use == FP_REFERENCE) && have->op == node.op &&
            have->type == node.type && memcmp(have->arg, node.arg, sizeof node.arg) == 0 &&
            real_is_equal(have->value, node.value))
            return (Ref)i;
    }
    if (!prog_has_room(l->prog, 1))
        return wrong(l, ERR_LIMIT, where, "the core needs more than %d operations", PROG_MAX);
    l->prog->node[l->prog->n] = node;
    return l->prog->n++;
}

static Type type_of(const Lower *l, Ref ref) { return (Type)l->prog->node[ref].type; }

static Ref add_op(Lower *l, const FpExpr *where, Op op, Ref a, Ref b, Ref c)
{
    if (l->status != OK) return NONE;
    const OpInfo *info = op_info(op);
    if (l->use == FP_ANSWER && !(info->kind & KIND_MACHINE))
        return wrong(l, ERR_UNSUPPORTED, where,
                     "'%s' is not an operation that an answer may contain", where->text);
    const Type type = info->signature == SIG_COMPARE || info->signature == SIG_BOOL ? TYPE_BOOL
                      : info->signature == SIG_SELECT                               ? type_of(l, b)
                      : info->arity > 0                                             ? type_of(l, a)
                                                                                    : TYPE_REAL;
    if (op == OP_FMA && (type == TYPE_F16 || type == TYPE_BF16))
        return wrong(l, ERR_UNSUPPORTED, where, "%s has no fma", type_info(type)->name);
    return add_node(l, where, (Node){.op = (uint8_t)op, .type = (uint8_t)type, .arg = {a, b, c}});
}

static Ref add_real(Lower *l, const FpExpr *where, Real value)
{
    return add_node(l, where,
                    (Node){.op = OP_CONST, .type = TYPE_REAL, .value = real_normalize(value)});
}

/* A double that every type can hold: 0, 1, infinity, NaN. */
static Ref add_simple(Lower *l, const FpExpr *where, Type type, double value)
{
    if (type == TYPE_REAL) return add_real(l, where, real_from_double(value));
    return add_node(
        l, where,
        (Node){.op = OP_CONST, .type = (uint8_t)type, .value.lo = bits_from_value(type, value)});
}

static Ref add_truth(Lower *l, const FpExpr *where, bool value)
{
    return add_node(l, where, (Node){.op = OP_CONST, .type = TYPE_BOOL, .value.lo = value});
}

/* -- types ---------------------------------------------------------------------------- */

static bool is_wider(Type a, Type b)
{
    return type_is_float(a) && type_is_float(b) &&
           type_info(a)->precision > type_info(b)->precision &&
           type_info(a)->emax >= type_info(b)->emax;
}

/* The value in `type`, converted if that is exact. */
static Ref to_type(Lower *l, const FpExpr *where, Ref ref, Type type)
{
    if (l->status != OK) return NONE;
    const Type have = type_of(l, ref);
    if (have == type) return ref;
    if (have == TYPE_BOOL)
        return wrong(l, ERR_INPUT, where, "expected a number, found a condition");
    if (type == TYPE_BOOL)
        return wrong(l, ERR_INPUT, where, "expected a condition, found a number");
    if (!is_wider(type, have))
        return wrong(l, ERR_UNSUPPORTED, where,
                     "this %s value is used in %s: an operation that narrows its operands is "
                     "written (cast ...) here",
                     type_info(have)->name, type_info(type)->name);
    return add_node(l, where, (Node){.op = OP_CONVERT, .type = (uint8_t)type, .arg = {ref}});
}

/* Both values in the wider of their types. */
static void to_common(Lower *l, const FpExpr *where, Ref *a, Ref *b)
{
    if (l->status != OK) return;
    const Type type = is_wider(type_of(l, *a), type_of(l, *b)) ? type_of(l, *a) : type_of(l, *b);
    *a = to_type(l, where, *a, type);
    *b = to_type(l, where, *b, type);
}

/* -- constants ------------------------------------------------------------------------ */

/* FPCore's constants over the reals, in infix. */
static const struct {
    const char *name, *infix;
} CONSTANTS[] = {
    {"E", "e"},
    {"LOG2E", "1/ln2"},
    {"LOG10E", "1/log(10)"},
    {"LN2", "ln2"},
    {"LN10", "log(10)"},
    {"PI", "pi"},
    {"PI_2", "pi/2"},
    {"PI_4", "pi/4"},
    {"M_1_PI", "1/pi"},
    {"M_2_PI", "2/pi"},
    {"M_2_SQRTPI", "2/sqrt(pi)"},
    {"SQRT2", "sqrt(2)"},
    {"SQRT1_2", "sqrt(0.5)"},
    {"INFINITY", "inf"},
    {"NAN", "nan"},
};

/* n/d exactly, if d has no factor but 2 and 5. */
static bool exact_ratio(const char *text, Real *out)
{
    const char *slash, *end;
    Real bottom;
    if (!real_parse(text, &slash, out) || !real_parse(slash + 1, &end, &bottom)) return false;
    /* A normal integer is m * 2^k with k >= 0; m = 5^j is divided by through 10^-j * 2^j. */
    if (bottom.hi || bottom.exp10 || bottom.negative) return false;
    uint64_t m = bottom.lo;
    int32_t fives = 0;
    while (m % 5 == 0) m /= 5, fives++;
    if (m != 1) return false;
    out->exp2 += fives - bottom.exp2;
    out->exp10 -= fives;
    *out = real_normalize(*out);
    return true;
}

/* m * b^e exactly, for a base of 2 and 10. */
static bool exact_digits(Real *out, Real e, Real b)
{
    const double exponent = real_to_double(e), base = real_to_double(b);
    if (!(fabs(exponent) < 1e6) || (base != 2 && base != 10)) return false;
    if (base == 2)
        out->exp2 += (int32_t)exponent;
    else
        out->exp10 += (int32_t)exponent;
    *out = real_normalize(*out);
    return true;
}

static bool is_integer(const FpExpr *expr)
{
    const char *c = expr->text;
    if (expr->kind != FP_NUMBER) return false;
    if (*c == '-' || *c == '+') c++;
    return c[strspn(c, "0123456789")] == 0;
}

static Ref lower_ratio(Lower *l, const FpExpr *expr)
{
    const char *slash = strchr(expr->text, '/'), *end;
    Real top, bottom;
    real_parse(expr->text, &end, &top);
    real_parse(slash + 1, &end, &bottom);
    const Ref a = add_real(l, expr, top), b = add_real(l, expr, bottom);
    return add_op(l, expr, OP_DIV, a, b, 0);
}

static Ref lower_digits(Lower *l, const FpExpr *expr)
{
    const FpExpr *m = expr->arg, *e = m->next, *b = e->next;
    if (!is_integer(m) || !is_integer(e) || !is_integer(b) || atof(b->text) < 2)
        return wrong(l, ERR_INPUT, expr, "digits takes three integers, the base at least 2");
    Real part[3];
    const char *end;
    real_parse(m->text, &end, &part[0]);
    real_parse(e->text, &end, &part[1]);
    real_parse(b->text, &end, &part[2]);
    if (exact_digits(&part[0], part[1], part[2])) return add_real(l, expr, part[0]);
    const Ref base = add_real(l, expr, part[2]), exponent = add_real(l, expr, part[1]);
    const Ref power = add_op(l, expr, OP_POW, base, exponent, 0);
    return add_op(l, expr, OP_MUL, add_real(l, expr, part[0]), power, 0);
}

/* A constant over the reals: a node, or some for 1/3 and PI/2. */
static Ref lower_exact(Lower *l, const FpExpr *expr)
{
    if (expr->kind == FP_DIGITS) return lower_digits(l, expr);
    if (expr->kind == FP_NUMBER) {
        Real value;
        const char *end;
        if (strchr(expr->text, '/'))
            return exact_ratio(expr->text, &value) ? add_real(l, expr, value)
                                                   : lower_ratio(l, expr);
        if (!real_parse(expr->text, &end, &value) || *end)
            return wrong(l, ERR_INPUT, expr, "this is no number");
        return add_real(l, expr, value);
    }
    for (size_t i = 0; i < sizeof CONSTANTS / sizeof *CONSTANTS; i++) {
        if (strcmp(CONSTANTS[i].name, expr->text) != 0) continue;
        Prog part;
        const Status status = infix_parse(&part, CONSTANTS[i].infix, NULL, 0, NULL);
        if (status != OK || !prog_has_room(l->prog, part.n))
            return wrong(l, ERR_LIMIT, expr, "the core needs more than %d operations", PROG_MAX);
        return prog_append(l->prog, &part, NULL);
    }
    return add_truth(l, expr, strcmp(expr->text, "TRUE") == 0);
}

/* The constant rounded to `type`; for real to 38 digits where it is no node of its own. */
static Ref lower_rounded(Lower *l, const FpExpr *expr, Type type)
{
    Prog *exact = xmalloc(sizeof *exact);
    prog_init(exact);
    Lower part = {.prog = exact, .core = l->core, .use = FP_REFERENCE, .err = l->err};
    Node node = {.op = OP_CONST, .type = (uint8_t)type};
    Ref ref = NONE;
    const Ref value = lower_exact(&part, expr);
    l->status = part.status;
    if (l->status != OK) goto done;
    if (exact->node[value].op == OP_CONST &&
        (type == TYPE_REAL || exact->node[value].type == TYPE_BOOL)) {
        ref = add_node(l, expr, exact->node[value]);
        goto done;
    }
    Oracle *oracle = oracle_new(exact, NULL, 0);
    if (type != TYPE_REAL) {
        l->status = oracle_round(oracle, NULL, type, &node.value.lo, NULL, l->err);
    } else {
        Text digits = {0};
        const char *end;
        l->status = oracle_print(oracle, NULL, 38, &digits, l->err);
        if (l->status == OK) real_parse(text_get(&digits), &end, &node.value);
        text_release(&digits);
    }
    oracle_free(oracle);
    if (l->status == OK) ref = add_node(l, expr, node);
done:
    free(exact);
    return ref;
}

static Ref lower_constant(Lower *l, const FpExpr *expr, Type type)
{
    return l->use == FP_REFERENCE ? lower_exact(l, expr) : lower_rounded(l, expr, type);
}

/* -- calls ---------------------------------------------------------------------------- */

enum { ARGS_MAX = 64 }; /* of a comparison or a conjunction */

/* The operands, at least `least`, in their own types; their number, -1 after an error. */
static int lower_args(Lower *l, const FpExpr *expr, const Scope *scope, Type type, int least,
                      Ref arg[ARGS_MAX])
{
    if (expr->n_args < least || expr->n_args > ARGS_MAX) {
        wrong(l, ERR_INPUT, expr, "'%s' takes %d operands, here are %d", expr->text, least,
              expr->n_args);
        return -1;
    }
    int n = 0;
    for (const FpExpr *at = expr->arg; at && l->status == OK; at = at->next)
        arg[n++] = lower(l, at, scope, type);
    return l->status == OK ? n : -1;
}

static Ref lower_logic(Lower *l, const FpExpr *expr, const Scope *scope, Type type, Op op)
{
    Ref arg[ARGS_MAX];
    const int n = lower_args(l, expr, scope, type, 1, arg);
    if (n < 0) return NONE;
    if (op == OP_NOT)
        return n == 1 ? add_op(l, expr, op, to_type(l, expr, arg[0], TYPE_BOOL), 0, 0)
                      : wrong(l, ERR_INPUT, expr, "'not' takes one operand");
    Ref all = to_type(l, expr, arg[0], TYPE_BOOL);
    for (int i = 1; i < n; i++)
        all = add_op(l, expr, op, all, to_type(l, expr, arg[i], TYPE_BOOL), 0);
    return all;
}

static Ref compare(Lower *l, const FpExpr *expr, Op op, bool is_swapped, Ref a, Ref b)
{
    to_common(l, expr, &a, &b);
    if (l->status == OK && type_of(l, a) == TYPE_BOOL)
        return wrong(l, ERR_INPUT, expr, "'%s' compares numbers", expr->text);
    return is_swapped ? add_op(l, expr, op, b, a, 0) : add_op(l, expr, op, a, b, 0);
}

/* Each with the next; != every one with every other. */
static Ref lower_compare(Lower *l, const FpExpr *expr, const Scope *scope, Type type, Op op,
                         bool is_swapped)
{
    Ref arg[ARGS_MAX], all = NONE;
    const int n = lower_args(l, expr, scope, type, 1, arg);
    if (n < 0) return NONE;
    if (n == 1) return add_truth(l, expr, true);
    for (int i = 0; i < n && l->status == OK; i++)
        for (int j = i + 1; j < n && (op == OP_NE || j == i + 1) && l->status == OK; j++) {
            const Ref one = compare(l, expr, op, is_swapped, arg[i], arg[j]);
            all = all == NONE ? one : add_op(l, expr, OP_AND, all, one, 0);
        }
    return l->status == OK ? all : NONE;
}

/* isnan and the like, of one number. */
static Ref lower_test(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    Ref x;
    if (expr->n_args != 1) return wrong(l, ERR_INPUT, expr, "'%s' takes one operand", expr->text);
    x = lower(l, expr->arg, scope, type);
    if (l->status == OK && type_of(l, x) == TYPE_BOOL) to_type(l, expr, x, type);
    if (l->status != OK) return NONE;
    const Type own = type_of(l, x);
    if (strcmp(expr->text, "isnan") == 0) return add_op(l, expr, OP_NE, x, x, 0);
    if (strcmp(expr->text, "signbit") == 0) {
        const Ref one = add_simple(l, expr, own, 1), zero = add_simple(l, expr, own, 0);
        const Ref sign = add_op(l, expr, OP_COPYSIGN, one, x, 0);
        return add_op(l, expr, OP_LT, sign, zero, 0);
    }
    const Ref size = add_op(l, expr, OP_ABS, x, 0, 0);
    const Ref inf = add_simple(l, expr, own, INFINITY);
    if (strcmp(expr->text, "isinf") == 0) return add_op(l, expr, OP_EQ, size, inf, 0);
    const Ref finite = add_op(l, expr, OP_LT, size, inf, 0);
    if (strcmp(expr->text, "isfinite") == 0) return finite;
    /* isnormal; over the reals every number but 0 is. */
    if (own == TYPE_REAL) {
        const Ref zero = add_simple(l, expr, own, 0);
        const Ref nonzero = add_op(l, expr, OP_LT, zero, size, 0);
        return add_op(l, expr, OP_AND, nonzero, finite, 0);
    }
    const Ref least = add_simple(l, expr, own, ldexp(1, type_info(own)->emin));
    const Ref large = add_op(l, expr, OP_LE, least, size, 0);
    return add_op(l, expr, OP_AND, large, finite, 0);
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
    if (lower_args(l, expr, scope, type, 2, arg) < 0) return NONE;
    if (expr->n_args != 2) return wrong(l, ERR_INPUT, expr, "'%s' takes two operands", expr->text);
    const Ref a = to_type(l, expr, arg[0], type), b = to_type(l, expr, arg[1], type);
    if (l->status != OK) return NONE;
    if (is_number_const(l, b)) return add_op(l, expr, op, a, b, 0);
    if (is_number_const(l, a)) return add_op(l, expr, op, b, a, 0);
    const Ref best = add_op(l, expr, op, a, b, 0);
    const Ref is_nan = add_op(l, expr, OP_NE, b, b, 0);
    return add_op(l, expr, OP_SELECT, is_nan, a, best);
}

/* + and * of any number of operands, - of one or two. */
static Ref lower_arithmetic(Lower *l, const FpExpr *expr, const Scope *scope, Type type, Op op)
{
    /* (- 1) is a constant, too. */
    const FpExpr *first = expr->arg;
    if (op == OP_SUB && expr->n_args == 1 &&
        (first->kind == FP_NUMBER || first->kind == FP_CONSTANT)) {
        const Ref ref = to_type(l, expr, lower_constant(l, first, type), type);
        if (l->status != OK) return NONE;
        Node node = l->prog->node[ref];
        if (node.op == OP_CONST && is_number_const(l, ref)) {
            if (type == TYPE_REAL)
                node.value.negative ^= 1;
            else
                node.value.lo ^= (uint64_t)1 << (8 * type_info(type)->size - 1);
            return add_node(l, expr, node);
        }
        return add_op(l, expr, OP_NEG, ref, 0, 0);
    }
    Ref arg[ARGS_MAX];
    const bool is_fold = op == OP_ADD || op == OP_MUL;
    const int n = lower_args(l, expr, scope, type, is_fold || op == OP_DIV ? 2 : 1, arg);
    if (n < 0) return NONE;
    for (int i = 0; i < n; i++) arg[i] = to_type(l, expr, arg[i], type);
    if (n == 1) return add_op(l, expr, OP_NEG, arg[0], 0, 0);
    if (n > 2 && !is_fold)
        return wrong(l, ERR_INPUT, expr, "'%s' takes two operands, here are %d", expr->text, n);
    Ref all = arg[0];
    for (int i = 1; i < n; i++) all = add_op(l, expr, op, all, arg[i], 0);
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
    return nearest ? wrong(l, ERR_INPUT, expr, "unknown operator '%.80s'; did you mean '%s'?",
                           expr->text, nearest)
                   : wrong(l, ERR_INPUT, expr, "unknown operator '%.80s'", expr->text);
}

static Ref lower_function(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    Op op;
    if (!function_from_fpcore(expr->text, &op)) return unknown_call(l, expr);
    const int arity = op_info(op)->arity;
    Ref arg[ARGS_MAX] = {0};
    const int n = lower_args(l, expr, scope, type, arity, arg);
    if (n < 0) return NONE;
    if (n != arity)
        return wrong(l, ERR_INPUT, expr, "'%s' takes %d operand%s, here are %d", expr->text, arity,
                     arity == 1 ? "" : "s", n);
    for (int i = 0; i < n; i++) arg[i] = to_type(l, expr, arg[i], type);
    if (l->status == OK && op == OP_JN && !(is_number_const(l, arg[0]) && is_integer(expr->arg)))
        return wrong(l, ERR_INPUT, expr, "the first operand of jn is its order, an integer");
    return add_op(l, expr, op, arg[0], arg[1], arg[2]);
}

static Ref lower_call(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
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

/* -- forms ---------------------------------------------------------------------------- */

/* (if (< a b) a b) is min(a, b), (if (> a b) a b) is max(a, b). */
static Ref select_or_extreme(Lower *l, const FpExpr *expr, Ref condition, Ref yes, Ref no)
{
    const Node *node = &l->prog->node[condition];
    if (node->op == OP_LT && node->arg[0] == yes && node->arg[1] == no)
        return add_op(l, expr, OP_MIN, yes, no, 0);
    if (node->op == OP_LT && node->arg[0] == no && node->arg[1] == yes)
        return add_op(l, expr, OP_MAX, yes, no, 0);
    return add_op(l, expr, OP_SELECT, condition, yes, no);
}

static Ref lower_if(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    const FpExpr *yes_at = expr->arg->next, *no_at = yes_at->next;
    const Ref condition = to_type(l, expr->arg, lower(l, expr->arg, scope, type), TYPE_BOOL);
    Ref yes = lower(l, yes_at, scope, type), no = lower(l, no_at, scope, type);
    to_common(l, no_at, &yes, &no);
    return l->status == OK ? select_or_extreme(l, expr, condition, yes, no) : NONE;
}

static Ref lower_let(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    const Scope *inner = scope;
    for (const FpBinding *binding = expr->binding; binding; binding = binding->next) {
        const Ref ref = lower(l, binding->value, expr->kind == FP_LET_STAR ? inner : scope, type);
        if (l->status != OK) return NONE;
        Scope *entry = fp_alloc(&l->arena, sizeof *entry);
        *entry = (Scope){.name = binding->name, .ref = ref, .outer = inner};
        inner = entry;
    }
    return lower(l, expr->arg, inner, type);
}

static Ref lower_annotated(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    const FpProperty *precision = fp_property(expr->property, ":precision");
    if (l->use == FP_ANSWER && precision) {
        l->status = fp_precision(&type, l->core->file, precision->data, l->err);
        if (l->status == OK && (type == TYPE_REAL) != l->is_real)
            return wrong(l, ERR_UNSUPPORTED, expr,
                         "an answer computes in floats or in reals, not "
                         "in both");
        if (l->status != OK) return NONE;
    }
    return lower(l, expr->arg, scope, type);
}

static Ref lower_cast(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    const Ref ref = lower(l, expr->arg, scope, type);
    if (l->status != OK || type_of(l, ref) == type) return ref;
    if (type_of(l, ref) == TYPE_BOOL) return to_type(l, expr, ref, type);
    return add_node(l, expr, (Node){.op = OP_CONVERT, .type = (uint8_t)type, .arg = {ref}});
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
    return nearest ? wrong(l, ERR_INPUT, expr, "unknown variable '%.80s'; did you mean '%.80s'?",
                           expr->text, nearest)
                   : wrong(l, ERR_INPUT, expr, "unknown variable '%.80s'", expr->text);
}

/* The node of the expression's value, in its own type. */
static Ref lower(Lower *l, const FpExpr *expr, const Scope *scope, Type type)
{
    if (l->status != OK) return NONE;
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
        return wrong(l, ERR_UNSUPPORTED, expr,
                     "'%s' is a loop; only straight-line cores become programs", expr->text);
    case FP_TENSOR:
    case FP_TENSOR_STAR:
    case FP_ARRAY:
        return wrong(l, ERR_UNSUPPORTED, expr, "'%s' makes a tensor; programs compute with numbers",
                     expr->text);
    }
    return NONE;
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
        const Type type = type_of(l, result);
        const bool is_last = result == l->prog->n_inputs - 1;
        l->prog->n = l->prog->n_inputs;
        if (is_last) return;
        const Ref one = add_simple(l, expr, type, 1);
        add_op(l, expr, OP_MUL, result, one, 0);
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
    Ref result = lower(&l, expr, scope, type);
    if (l.status == OK) result = to_type(&l, expr, result, type);
    if (l.status == OK) finish(&l, expr, result);
    fp_release(&l.arena);
    return l.status;
}

Status fp_constant(const FpCore *core, const FpExpr *expr, double *down, double *up, Err *err)
{
    Prog *prog = xmalloc(sizeof *prog);
    prog_init(prog);
    Lower l = {.prog = prog, .core = core, .use = FP_REFERENCE, .err = err};
    Ref result = lower(&l, expr, NULL, TYPE_REAL);
    if (l.status == OK) result = to_type(&l, expr, result, TYPE_REAL);
    if (l.status == OK) finish(&l, expr, result);
    if (l.status == OK) l.status = oracle_constant(prog, down, up, err);
    fp_release(&l.arena);
    free(prog);
    return l.status;
}
