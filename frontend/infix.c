/* The parser: precedence climbing over the text, straight into nodes. Equal nodes are
   made once. Inputs appear wherever they are first named and are moved to the front
   at the end. After the first error every function returns NONE. */
#include "frontend/infix.h"
#include "frontend/functions.h"
#include "frontend/infix_parser.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Binding strength, weakest first; the same as in infix_print.c. */
enum { PREC_OR = 2, PREC_AND, PREC_COMPARE, PREC_SUM, PREC_PRODUCT };

/* -- operands --------------------------------------------------------------------- */

static Ref parse_expression(Parser *p);
static Ref parse_unary(Parser *p);

/* Checks that a node is a number (or a comparison, if `is_bool`). */
static bool has_type(Parser *p, Ref ref, bool is_bool, size_t at)
{
    if (p->status != OK) return false;
    if ((p->node[ref].type == TYPE_BOOL) == is_bool) return true;
    infix_wrong(p, ERR_INPUT, at,
                is_bool ? "expected a condition such as x < 1, found a number"
                        : "expected a number, found a condition; write condition ? a : b");
    return false;
}

static Ref parse_number(Parser *p)
{
    const size_t start = p->at;
    const char *end;
    Real value;
    if (!real_parse(p->text + start, &end, &value))
        return infix_wrong(p, ERR_INPUT, start, "this is no number");
    p->at = (size_t)(end - p->text);
    if (infix_is_word_start(*end))
        return infix_wrong(p, ERR_INPUT, p->at, "a product is written with '*', such as 2*x");
    if (*end == '.') return infix_wrong(p, ERR_INPUT, p->at, "a number has at most one point");
    return infix_add_real(p, value);
}

static bool is_order(const Parser *p, Ref ref)
{
    if (p->node[ref].op != OP_CONST) return false;
    const double order = real_to_double(p->node[ref].value);
    return order == floor(order) && fabs(order) <= ORDER_MAX;
}

/* The arguments of a call, behind its "(". */
static Ref parse_call(Parser *p, const char *name, size_t at)
{
    Op op;
    if (!function_from_infix(name, &op)) {
        const char *nearest = function_nearest(name);
        return nearest ? infix_wrong(p, ERR_INPUT, at, "unknown function '%s'; did you mean '%s'?",
                                     name, nearest)
                       : infix_wrong(p, ERR_INPUT, at, "unknown function '%s'", name);
    }
    const int arity = op_info(op)->arity;
    Ref arg[OP_ARITY_MAX] = {0};
    size_t arg_at = p->at;
    int n = 0;
    if (!infix_take(p, ")")) {
        do {
            infix_skip_space(p);
            arg_at = p->at;
            const Ref value = parse_expression(p);
            if (!has_type(p, value, false, arg_at)) return NONE;
            if (n < arity) arg[n] = value;
            if (++n == 1 && op == OP_JN && !is_order(p, value))
                return infix_wrong(p, ERR_INPUT, arg_at,
                                   "the first argument of jn is its order, an integer such as 2");
        } while (infix_take(p, ","));
        if (!infix_take(p, ")")) return infix_unexpected(p, "',' or ')'");
    }
    if (n != arity)
        return infix_wrong(p, ERR_INPUT, at, "'%s' has %d argument%s, here it gets %d", name, arity,
                           arity == 1 ? "" : "s", n);
    return infix_add_op(p, op, arg[0], arg[1], arg[2]);
}

/* The node of a word, NONE (and no error) if it means nothing yet. */
static Ref find_word(Parser *p, const char *name)
{
    for (int i = 0; i < p->n_locals; i++)
        if (strcmp(p->local[i].name, name) == 0) return p->local[i].ref;
    for (int i = 0; i < p->n_variables; i++)
        if (strcmp(p->variable[i].name, name) == 0) return p->variable[i].ref;
    if (strcmp(name, "pi") == 0) return infix_add_op(p, OP_PI, 0, 0, 0);
    if (strcmp(name, "e") == 0) return infix_add_op(p, OP_E, 0, 0, 0);
    if (strcmp(name, "ln2") == 0) return infix_add_op(p, OP_LN2, 0, 0, 0);
    if (strcmp(name, "inf") == 0) return infix_add_real(p, (Real){.class = REAL_INFINITY});
    if (strcmp(name, "nan") == 0) return infix_add_real(p, (Real){.class = REAL_NAN});
    const bool is_true = strcmp(name, "true") == 0;
    if (is_true || strcmp(name, "false") == 0)
        return infix_add_node(p, (Node){.op = OP_CONST, .type = TYPE_BOOL, .value.lo = is_true});
    return NONE;
}

static Ref unknown_word(Parser *p, const char *name, size_t at)
{
    enum { CONSTANTS = 4 };
    const char *known[PROG_INPUTS_MAX + CONSTANTS + 1] = {"pi", "e", "ln2", "inf"};
    for (int i = 0; i < p->n_variables; i++) known[CONSTANTS + i] = p->variable[i].name;
    const char *nearest = text_nearest(name, known);
    return nearest ? infix_wrong(p, ERR_INPUT, at, "unknown variable '%s'; did you mean '%s'?",
                                 name, nearest)
                   : infix_wrong(p, ERR_INPUT, at, "unknown variable '%s'", name);
}

static Ref parse_word(Parser *p)
{
    const size_t at = p->at;
    char name[PROG_NAME_MAX];
    if (!infix_take_word(p, name)) return NONE;
    const Ref known = find_word(p, name);
    if (p->status != OK) return NONE;
    if (infix_take(p, "(")) {
        if (known != NONE && p->node[known].op == OP_INPUT)
            return infix_wrong(p, ERR_INPUT, at,
                               "'%s' is a variable; a product is written with '*'", name);
        return parse_call(p, name, at);
    }
    if (known != NONE) return known;
    Op op;
    if (function_from_infix(name, &op))
        return infix_wrong(p, ERR_INPUT, at, "'%s' is a function; write %s(...)", name, name);
    return p->has_free_variables ? infix_add_variable(p, name, at) : unknown_word(p, name, at);
}

static Ref parse_primary(Parser *p)
{
    infix_skip_space(p);
    const char c = p->text[p->at];
    if (isdigit((unsigned char)c) || c == '.') return parse_number(p);
    if (infix_is_word_start(c)) return parse_word(p);
    if (c != '(') return infix_unexpected(p, "a number, a variable, a function or '('");
    p->at++;
    const Ref inner = parse_expression(p);
    if (p->status != OK) return NONE;
    if (!infix_take(p, ")")) return infix_unexpected(p, "an operator or ')'");
    return inner;
}

/* -- operators -------------------------------------------------------------------- */

static bool is_integer_const(const Parser *p, Ref ref, double value)
{
    return p->node[ref].op == OP_CONST && real_to_double(p->node[ref].value) == value;
}

/* e^x, 2^x and 10^x are the functions of these names. */
static Ref add_power(Parser *p, Ref base, Ref exponent)
{
    if (p->node[base].op == OP_E) return infix_add_op(p, OP_EXP, exponent, 0, 0);
    if (is_integer_const(p, base, 2)) return infix_add_op(p, OP_EXP2, exponent, 0, 0);
    if (is_integer_const(p, base, 10)) return infix_add_op(p, OP_EXP10, exponent, 0, 0);
    return infix_add_op(p, OP_POW, base, exponent, 0);
}

static bool take_power(Parser *p) { return infix_take(p, "^") || infix_take(p, "**"); }

static Ref parse_power(Parser *p)
{
    infix_skip_space(p);
    const size_t at = p->at;
    const Ref base = parse_primary(p);
    if (p->status != OK || !take_power(p)) return base;
    if (!has_type(p, base, false, at)) return NONE;
    infix_skip_space(p);
    const size_t exponent_at = p->at;
    const Ref exponent = parse_unary(p);
    return has_type(p, exponent, false, exponent_at) ? add_power(p, base, exponent) : NONE;
}

static Ref add_negative(Parser *p, Ref operand)
{
    Real value = p->node[operand].value;
    if (p->node[operand].op != OP_CONST) return infix_add_op(p, OP_NEG, operand, 0, 0);
    value.negative = value.class != REAL_NAN && !value.negative;
    return infix_add_real(p, value);
}

static bool enter(Parser *p)
{
    if (++p->depth <= INFIX_DEPTH_MAX) return true;
    infix_wrong(p, ERR_LIMIT, p->at, "the expression is nested more deeply than %d levels",
                INFIX_DEPTH_MAX);
    return false;
}

static Ref parse_unary(Parser *p)
{
    if (!enter(p)) return NONE;
    infix_skip_space(p);
    const char sign = p->text[p->at];
    Ref result;
    if (sign == '-' || sign == '+' || (sign == '!' && p->text[p->at + 1] != '=')) {
        const size_t at = ++p->at;
        const Ref operand = parse_unary(p);
        if (!has_type(p, operand, sign == '!', at)) return NONE;
        result = sign == '-'   ? add_negative(p, operand)
                 : sign == '!' ? infix_add_op(p, OP_NOT, operand, 0, 0)
                               : operand;
    } else {
        result = parse_power(p);
    }
    p->depth--;
    return result;
}

/* The binary operators; longer spellings stand before their beginnings. */
typedef struct {
    const char *text;
    int precedence;
    Op op;
    bool is_swapped;
} Binary;
static const Binary BINARY[] = {
    {"||", PREC_OR, OP_OR, false},      {"&&", PREC_AND, OP_AND, false},
    {"<=", PREC_COMPARE, OP_LE, false}, {">=", PREC_COMPARE, OP_LE, true},
    {"==", PREC_COMPARE, OP_EQ, false}, {"!=", PREC_COMPARE, OP_NE, false},
    {"<", PREC_COMPARE, OP_LT, false},  {">", PREC_COMPARE, OP_LT, true},
    {"+", PREC_SUM, OP_ADD, false},     {"-", PREC_SUM, OP_SUB, false},
    {"*", PREC_PRODUCT, OP_MUL, false}, {"/", PREC_PRODUCT, OP_DIV, false},
};

static const Binary *peek_binary(Parser *p)
{
    infix_skip_space(p);
    for (size_t i = 0; i < sizeof BINARY / sizeof *BINARY; i++)
        if (strncmp(p->text + p->at, BINARY[i].text, strlen(BINARY[i].text)) == 0)
            return &BINARY[i];
    return NULL;
}

/* Operators of at least this precedence, from the left. */
static Ref parse_binary(Parser *p, int precedence)
{
    infix_skip_space(p);
    const size_t left_at = p->at;
    Ref left = parse_unary(p);
    const Binary *op;
    while (p->status == OK && (op = peek_binary(p)) && op->precedence >= precedence) {
        const bool is_logic = op->precedence <= PREC_AND;
        if (op->precedence == PREC_COMPARE && p->node[left].type == TYPE_BOOL)
            return infix_wrong(p, ERR_INPUT, p->at,
                               "comparisons are joined with &&: a < x && x < b");
        if (!has_type(p, left, is_logic, left_at)) return NONE;
        p->at += strlen(op->text);
        infix_skip_space(p);
        const size_t right_at = p->at;
        const Ref right = parse_binary(p, op->precedence + 1);
        if (!has_type(p, right, is_logic, right_at)) return NONE;
        left = op->is_swapped ? infix_add_op(p, op->op, right, left, 0)
                              : infix_add_op(p, op->op, left, right, 0);
    }
    return left;
}

static Ref parse_expression(Parser *p)
{
    if (!enter(p)) return NONE;
    infix_skip_space(p);
    const size_t at = p->at;
    Ref result = parse_binary(p, PREC_OR);
    if (p->status == OK && infix_take(p, "?")) {
        const Ref condition = result;
        if (!has_type(p, condition, true, at)) return NONE;
        const Ref yes = parse_expression(p);
        if (p->status != OK) return NONE;
        if (!infix_take(p, ":")) return infix_unexpected(p, "':' and what holds otherwise");
        infix_skip_space(p);
        const size_t no_at = p->at;
        const Ref no = parse_expression(p);
        if (p->status != OK || !has_type(p, no, p->node[yes].type == TYPE_BOOL, no_at)) return NONE;
        result = infix_add_op(p, OP_SELECT, condition, yes, no);
    }
    p->depth--;
    return result;
}

/* -- the whole -------------------------------------------------------------------- */

/* Does "name =" come next? Leaves the position. */
static bool is_definition(Parser *p)
{
    infix_skip_space(p);
    size_t at = p->at;
    if (!infix_is_word_start(p->text[at])) return false;
    while (infix_is_word(p->text[at])) at++;
    while (isspace((unsigned char)p->text[at])) at++;
    return p->text[at] == '=' && p->text[at + 1] != '=';
}

static bool parse_definition(Parser *p)
{
    const size_t at = p->at;
    Name local = {.ref = NONE};
    Op op;
    if (!infix_take_word(p, local.name)) return false;
    if (find_word(p, local.name) != NONE || function_from_infix(local.name, &op)) {
        infix_wrong(p, ERR_INPUT, at, "'%s' has a meaning already; take another name", local.name);
        return false;
    }
    if (p->n_locals == LOCALS_MAX) {
        infix_wrong(p, ERR_LIMIT, at, "more than %d definitions", LOCALS_MAX);
        return false;
    }
    infix_take(p, "=");
    local.ref = parse_expression(p);
    if (p->status != OK) return false;
    p->local[p->n_locals++] = local;
    if (infix_take(p, ";")) return true;
    infix_unexpected(p, "an operator or ';'");
    return false;
}

static Ref parse_all(Parser *p)
{
    while (p->status == OK && is_definition(p)) parse_definition(p);
    infix_skip_space(p);
    const size_t at = p->at;
    if (p->status == OK && p->text[at] == 0)
        return infix_wrong(p, ERR_INPUT, at, "expected an expression, found nothing");
    const Ref result = parse_expression(p);
    if (!has_type(p, result, false, at)) return NONE;
    infix_skip_space(p);
    const char c = p->text[p->at];
    if (c == 0) return result;
    if (infix_is_word(c) || c == '(' || c == '.')
        return infix_wrong(p, ERR_INPUT, p->at,
                           "expected an operator; a product is written with '*'");
    return infix_unexpected(p, "an operator or the end");
}

/* The nodes as a Prog: inputs to the front, the result to the end. */
static void build(Prog *out, const Parser *p, Ref result)
{
    Ref at[PROG_MAX];
    prog_init(out);
    for (int i = 0; i < p->n_variables; i++)
        at[p->variable[i].ref] = prog_add_input(out, TYPE_REAL, p->variable[i].name);
    for (int i = 0; i <= result; i++) {
        Node node = p->node[i];
        if (node.op == OP_INPUT) continue;
        for (int k = 0; k < op_info((Op)node.op)->arity; k++) node.arg[k] = at[node.arg[k]];
        at[i] = out->n;
        out->node[out->n++] = node;
    }
    /* The result is the last node; an input that is the result stands alone at the end of its kind
       only if it is the last input, so it is passed on through x*1 otherwise. */
    if (at[result] != out->n - 1) {
        const Ref one = prog_add_real(out, real_from_double(1));
        prog_add(out, OP_MUL, at[result], one, 0);
    }
    prog_prune(out);
}

Status infix_parse(Prog *out, const char *text, const char *const *variables, int n_variables,
                   Err *err)
{
    Parser *p = xcalloc(1, sizeof *p);
    p->text = text;
    p->length = strlen(text);
    p->has_free_variables = variables == NULL;
    p->err = err;
    for (int i = 0; variables && i < n_variables; i++) infix_add_variable(p, variables[i], 0);
    const Ref result = p->status == OK ? parse_all(p) : NONE;
    if (p->status == OK && p->n + 2 > PROG_MAX)
        infix_wrong(p, ERR_LIMIT, p->length, "the expression needs more than %d operations",
                    PROG_MAX - 2);
    if (p->status == OK) build(out, p, result);
    const Status status = p->status;
    free(p);
    return status;
}
