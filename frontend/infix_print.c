/* The printer. Every node is written where it is used, but those that are used more than
   once and are long get a name in front; so the text stays short however shared the DAG is. */
#include "frontend/infix.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Binding strength, weakest first; the same as in infix.c. */
enum {
    PREC_SELECT = 1,
    PREC_OR,
    PREC_AND,
    PREC_COMPARE,
    PREC_SUM,
    PREC_PRODUCT,
    PREC_UNARY,
    PREC_POWER,
    PREC_PRIMARY
};

enum {
    SHARED_SIZE_MAX = 4, /* operators and operands that are still written twice */
    DEPTH_MAX = 100,     /* deeper nodes get a name, too: they are unreadable and hard to parse */
};

typedef struct {
    const Prog *prog;
    Text *out;
    char local[PROG_MAX][PROG_NAME_MAX]; /* "" for nodes that are written in place */
    char input[PROG_INPUTS_MAX][PROG_NAME_MAX];
} Printer;

static void print_node(Printer *p, Ref ref, int precedence);

/* How an operator is written between its operands; the right operand binds one stronger. */
static const struct {
    Op op;
    const char *text;
    int precedence;
} BINARY[] = {
    {OP_ADD, " + ", PREC_SUM},     {OP_SUB, " - ", PREC_SUM},     {OP_MUL, "*", PREC_PRODUCT},
    {OP_DIV, "/", PREC_PRODUCT},   {OP_LT, " < ", PREC_COMPARE},  {OP_LE, " <= ", PREC_COMPARE},
    {OP_EQ, " == ", PREC_COMPARE}, {OP_NE, " != ", PREC_COMPARE}, {OP_AND, " && ", PREC_AND},
    {OP_OR, " || ", PREC_OR},
};

static void print_const(Printer *p, const Node *node, int precedence)
{
    if (node->type == TYPE_BOOL) {
        text_add(p->out, node->value.lo ? "true" : "false");
        return;
    }
    if (type_is_int((Type)node->type)) {
        text_add(p->out, "%lld", (long long)node->value.lo);
        return;
    }
    const Real value = node->type == TYPE_REAL
                           ? node->value
                           : real_from_double(value_from_bits((Type)node->type, node->value.lo));
    const bool has_parens = value.negative && precedence > PREC_UNARY;
    if (has_parens) text_add(p->out, "(");
    real_print(p->out, value);
    if (has_parens) text_add(p->out, ")");
}

static void print_call(Printer *p, const Node *node)
{
    const OpInfo *info = op_info((Op)node->op);
    if (node->op == OP_LOOKUP) {
        text_add(p->out, "T%d[", node->arg[1]);
        print_node(p, node->arg[0], PREC_SELECT);
        text_add(p->out, "]");
        return;
    }
    text_add(p->out, "%s(", info->name);
    for (int k = 0; k < info->arity; k++) {
        if (k > 0) text_add(p->out, ", ");
        print_node(p, node->arg[k], PREC_SELECT);
    }
    text_add(p->out, ")");
}

/* Opens a parenthesis if an operator of strength `own` stands where `wanted` is wanted. */
static bool open(Printer *p, int own, int wanted)
{
    if (own < wanted) text_add(p->out, "(");
    return own < wanted;
}

static void close(Printer *p, bool is_open)
{
    if (is_open) text_add(p->out, ")");
}

/* Writes the node itself, even if it has a name. */
static void print_in_place(Printer *p, Ref ref, int precedence)
{
    const Node *node = &p->prog->node[ref];
    for (size_t i = 0; i < sizeof BINARY / sizeof *BINARY; i++) {
        if (BINARY[i].op != node->op) continue;
        const int own = BINARY[i].precedence;
        const bool is_open = open(p, own, precedence);
        /* Comparisons do not chain. */
        print_node(p, node->arg[0], own == PREC_COMPARE ? own + 1 : own);
        text_add(p->out, "%s", BINARY[i].text);
        print_node(p, node->arg[1], own + 1);
        close(p, is_open);
        return;
    }
    bool is_open;
    switch ((Op)node->op) {
    case OP_INPUT: text_add(p->out, "%s", p->input[node->arg[0]]); return;
    case OP_CONST: print_const(p, node, precedence); return;
    case OP_PI:
    case OP_E:
    case OP_LN2: text_add(p->out, "%s", op_info((Op)node->op)->name); return;
    case OP_NEG:
    case OP_NOT:
        is_open = open(p, PREC_UNARY, precedence);
        text_add(p->out, node->op == OP_NEG ? "-" : "!");
        print_node(p, node->arg[0], PREC_UNARY);
        break;
    case OP_POW:
        is_open = open(p, PREC_POWER, precedence);
        print_node(p, node->arg[0], PREC_PRIMARY);
        text_add(p->out, "^");
        print_node(p, node->arg[1], PREC_UNARY);
        break;
    case OP_SELECT:
    case OP_LIKELY:
        is_open = open(p, PREC_SELECT, precedence);
        print_node(p, node->arg[0], PREC_OR);
        text_add(p->out, " ? ");
        print_node(p, node->arg[1], PREC_SELECT);
        text_add(p->out, " : ");
        print_node(p, node->arg[2], PREC_SELECT);
        break;
    default: print_call(p, node); return;
    }
    close(p, is_open);
}

static void print_node(Printer *p, Ref ref, int precedence)
{
    if (p->local[ref][0])
        text_add(p->out, "%s", p->local[ref]);
    else
        print_in_place(p, ref, precedence);
}

/* Names of inputs as infix can read them: other characters become _, and a name
   that another input has by then gets its number. */
static void name_inputs(Printer *p)
{
    for (int i = 0; i < p->prog->n_inputs; i++) {
        char *name = p->input[i];
        snprintf(name, PROG_NAME_MAX, "%s", p->prog->input_name[i]);
        for (char *c = name; *c; c++)
            if (!isalnum((unsigned char)*c)) *c = '_';
        bool is_good = !isdigit((unsigned char)name[0]) && name[0];
        for (int j = 0; j < i; j++) is_good &= strcmp(name, p->input[j]) != 0;
        if (!is_good) snprintf(name, PROG_NAME_MAX, "x_%d", i);
    }
}

static bool is_input_name(const Printer *p, const char *name)
{
    for (int i = 0; i < p->prog->n_inputs; i++)
        if (strcmp(p->input[i], name) == 0) return true;
    return false;
}

/* Decides which nodes get names, in order; `size` and `depth` count what is written in place. */
static void name_nodes(Printer *p)
{
    const Prog *prog = p->prog;
    int uses[PROG_MAX] = {0}, size[PROG_MAX], depth[PROG_MAX], n_locals = 0;
    for (int i = 0; i < prog->n; i++)
        for (int k = 0; k < op_info((Op)prog->node[i].op)->arity; k++) uses[prog->node[i].arg[k]]++;
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        const int arity = op_info((Op)node->op)->arity;
        size[i] = 1, depth[i] = 1;
        for (int k = 0; k < arity; k++) {
            size[i] += size[node->arg[k]];
            if (depth[node->arg[k]] >= depth[i]) depth[i] = depth[node->arg[k]] + 1;
        }
        const bool is_long = uses[i] > 1 && size[i] > SHARED_SIZE_MAX;
        if (i == prog->n - 1 || (!is_long && depth[i] < DEPTH_MAX)) continue;
        do snprintf(p->local[i], PROG_NAME_MAX, "t%d", ++n_locals);
        while (is_input_name(p, p->local[i]));
        size[i] = 1, depth[i] = 1;
    }
}

void infix_print(Text *out, const Prog *prog)
{
    Printer p = {.prog = prog, .out = out};
    name_inputs(&p);
    name_nodes(&p);
    for (int i = 0; i < prog->n; i++) {
        if (!p.local[i][0]) continue;
        text_add(out, "%s = ", p.local[i]);
        print_in_place(&p, (Ref)i, PREC_SELECT);
        text_add(out, "; ");
    }
    print_node(&p, prog_result(prog), PREC_SELECT);
}
