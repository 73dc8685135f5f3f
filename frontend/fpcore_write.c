/* Progs to cores. A node that is used more than once gets a name in a let*; every other
   is written where it is used. Where a node's type is not the one around it, `!` says so. */
#include "frontend/fpcore.h"
#include "frontend/fpcore_tree.h"
#include "frontend/functions.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 60 }; /* a deeper node gets a name, too */

typedef struct {
    const Prog *prog;
    Text *out;
    char input[PROG_INPUTS_MAX][PROG_NAME_MAX];
    char local[PROG_MAX][PROG_NAME_MAX]; /* "" for nodes that are written in place */
    bool may_extend; /* functions that FPCore has not may be written by their own names */
    Status status;
    Err *err;
} Writer;

static void write_node(Writer *w, Ref ref, Type around);

static const char *precision_name(Type type)
{
    switch (type) {
    case TYPE_F16: return "binary16";
    case TYPE_BF16: return "(float 8 16)";
    case TYPE_F32: return "binary32";
    case TYPE_F64: return "binary64";
    default: return "real";
    }
}

static void write_double(Text *out, double value)
{
    if (isnan(value))
        text_add(out, "NAN");
    else if (isinf(value))
        text_add(out, value < 0 ? "(- INFINITY)" : "INFINITY");
    else if (value == rint(value) && fabs(value) < 1e6)
        text_add(out, signbit(value) && value == 0 ? "-0.0" : "%.0f", value);
    else
        text_add_hex(out, value);
}

static void write_real(Writer *w, Real value)
{
    if (value.class != REAL_FINITE) {
        write_double(w->out, real_to_double(value));
        return;
    }
    Text text = {0};
    real_print(&text, value);
    const char *digits = text_get(&text);
    if (strchr(digits, 'x') && strchr(digits, 'd') && value.exp10)
        w->status = fail(w->err, ERR_UNSUPPORTED,
                         "FPCore cannot write the constant %s, which has no short form", digits);
    text_add(w->out, "%s", digits);
    text_release(&text);
}

static void write_const(Writer *w, const Node *node)
{
    if (node->type == TYPE_BOOL)
        text_add(w->out, node->value.lo ? "TRUE" : "FALSE");
    else if (node->type == TYPE_REAL)
        write_real(w, node->value);
    else
        write_double(w->out, value_from_bits((Type)node->type, node->value.lo));
}

/* (name a b c), the operands in precision `type`. */
static void write_call(Writer *w, const char *name, const Node *node, Type type)
{
    text_add(w->out, "(%s", name);
    for (int k = 0; k < op_info((Op)node->op)->arity; k++) {
        text_add(w->out, " ");
        write_node(w, node->arg[k], type);
    }
    text_add(w->out, ")");
}

/* (if (< a b) a b), with > for max. The operands are written twice; they have names. */
static void write_extreme(Writer *w, const Node *node, Type type)
{
    text_add(w->out, node->op == OP_MIN ? "(if (<" : "(if (>");
    for (int time = 0; time < 2; time++) {
        for (int k = 0; k < 2; k++) {
            text_add(w->out, " ");
            write_node(w, node->arg[k], type);
        }
        text_add(w->out, ")");
    }
}

static void write_operator(Writer *w, const Node *node, Type type)
{
    const char *name = function_fpcore_name((Op)node->op);
    if (op_info((Op)node->op)->arity == 0 && name)
        text_add(w->out, "%s", name);
    else if (node->op == OP_MIN || node->op == OP_MAX)
        write_extreme(w, node, type);
    else if (node->op == OP_SELECT || node->op == OP_LIKELY)
        write_call(w, "if", node, type);
    else if (node->op == OP_CONVERT)
        write_call(w, "cast", node, type);
    else if (name)
        write_call(w, name, node, type);
    else if (w->may_extend)
        write_call(w, op_info((Op)node->op)->name, node, type);
    else if (w->status == OK)
        w->status = fail(w->err, ERR_UNSUPPORTED, "FPCore has no operator '%s'",
                         op_info((Op)node->op)->name);
}

/* The node itself, even if it has a name, inside of precision `around`. */
static void write_in_place(Writer *w, Ref ref, Type around)
{
    const Node *node = &w->prog->node[ref];
    const Type type = node->type == TYPE_BOOL ? around : (Type)node->type;
    if (type_is_int(type) || node->op == OP_LOOKUP) {
        if (w->status == OK)
            w->status = fail(w->err, ERR_UNSUPPORTED,
                             "FPCore has no integers: '%s' of %s cannot be written",
                             op_info((Op)node->op)->name, type_info(type)->name);
        return;
    }
    const bool is_other = type != around;
    if (is_other) text_add(w->out, "(! :precision %s ", precision_name(type));
    if (node->op == OP_CONST)
        write_const(w, node);
    else
        write_operator(w, node, type);
    if (is_other) text_add(w->out, ")");
}

static void write_node(Writer *w, Ref ref, Type around)
{
    if (w->status != OK) return;
    const Node *node = &w->prog->node[ref];
    if (node->op == OP_INPUT)
        text_add(w->out, "%s", w->input[node->arg[0]]);
    else if (w->local[ref][0])
        text_add(w->out, "%s", w->local[ref]);
    else
        write_in_place(w, ref, around);
}

/* -- names ---------------------------------------------------------------------------- */

static bool is_input_name(const Writer *w, const char *name)
{
    for (int i = 0; i < w->prog->n_inputs; i++)
        if (strcmp(w->input[i], name) == 0) return true;
    return false;
}

static void name_inputs(Writer *w)
{
    for (int i = 0; i < w->prog->n_inputs; i++) {
        char name[PROG_NAME_MAX];
        snprintf(name, sizeof name, "%s", w->prog->input_name[i]);
        for (char *c = name; *c; c++)
            if (!isalnum((unsigned char)*c) && !strchr("_*", *c)) *c = '_';
        if (!isalpha((unsigned char)name[0]) || fp_is_constant(name) || is_input_name(w, name))
            snprintf(name, sizeof name, "x_%d", i);
        memcpy(w->input[i], name, sizeof name);
    }
}

/* How often each node is written if nothing had a name. */
static void count_uses(const Prog *prog, int uses[PROG_MAX])
{
    memset(uses, 0, PROG_MAX * sizeof *uses);
    for (int i = 0; i < prog->n; i++) {
        const Node *node = &prog->node[i];
        const int times = node->op == OP_MIN || node->op == OP_MAX ? 2 : 1;
        for (int k = 0; k < op_info((Op)node->op)->arity; k++) uses[node->arg[k]] += times;
    }
}

static void name_nodes(Writer *w)
{
    int uses[PROG_MAX], depth[PROG_MAX] = {0}, n_locals = 0;
    count_uses(w->prog, uses);
    for (int i = w->prog->n_inputs; i < w->prog->n - 1; i++) {
        const Node *node = &w->prog->node[i];
        const int arity = op_info((Op)node->op)->arity;
        for (int k = 0; k < arity; k++)
            if (depth[node->arg[k]] >= depth[i]) depth[i] = depth[node->arg[k]] + 1;
        if (arity == 0 || (uses[i] < 2 && depth[i] < DEPTH_MAX)) continue;
        do snprintf(w->local[i], PROG_NAME_MAX, "t%d", ++n_locals);
        while (is_input_name(w, w->local[i]));
        depth[i] = 0;
    }
}

/* -- the whole ------------------------------------------------------------------------ */

/* The expression of the Prog inside of precision `around`. */
static void write_body(Writer *w, Type around)
{
    const Ref result = prog_result(w->prog);
    bool has_locals = false;
    name_nodes(w);
    for (int i = 0; i < result; i++) {
        if (!w->local[i][0]) continue;
        text_add(w->out, has_locals ? "\n        [%s " : "(let* ([%s ", w->local[i]);
        write_in_place(w, (Ref)i, around);
        text_add(w->out, "]");
        has_locals = true;
    }
    if (has_locals) text_add(w->out, ")\n  ");
    write_node(w, result, around);
    if (has_locals) text_add(w->out, ")");
}

static void write_limits(Writer *w, const Domain *domain, Type type, const char *name)
{
    const bool lo_open = domain->lo_open, hi_open = domain->hi_open;
    const char *const lo_sign = lo_open ? "<" : "<=";
    /* The ends of floats are values inside already, so they are closed. */
    if (type != TYPE_REAL || lo_open == hi_open) {
        text_add(w->out, "(%s ", type != TYPE_REAL ? "<=" : lo_sign);
        write_double(w->out, domain->lo);
        text_add(w->out, " %s ", name);
        write_double(w->out, domain->hi);
        text_add(w->out, ")");
        return;
    }
    text_add(w->out, "(%s ", lo_sign);
    write_double(w->out, domain->lo);
    text_add(w->out, " %s) (%s %s ", name, hi_open ? "<" : "<=", name);
    write_double(w->out, domain->hi);
    text_add(w->out, ")");
}

static void write_pre(Writer *w, const Goal *goal)
{
    bool has_limits = false;
    for (int i = 0; i < goal->n_variables; i++) has_limits |= !goal->domain[i].is_all;
    if (!has_limits) return;
    text_add(w->out, "\n :pre (and");
    for (int i = 0; i < goal->n_variables; i++) {
        if (goal->domain[i].is_all) continue;
        text_add(w->out, " ");
        write_limits(w, &goal->domain[i], goal->type, w->input[i]);
    }
    text_add(w->out, ")");
}

static void write_spec(Writer *w, const Goal *goal)
{
    Writer spec = {.prog = &goal->reference, .out = w->out, .may_extend = true, .err = w->err};
    memcpy(spec.input, w->input, sizeof spec.input);
    text_add(w->out, "\n :spec ");
    write_body(&spec, TYPE_REAL);
    w->status = spec.status;
}

static void write_own_properties(Writer *w, const Goal *goal)
{
    if (goal->bound.text[0]) text_add(w->out, "\n :approx-max-error \"%s\"", goal->bound.text);
    if (goal->n_exact == 0) return;
    text_add(w->out, "\n :approx-exact (");
    for (int i = 0; i < goal->n_exact; i++) {
        text_add(w->out, i > 0 ? " \"" : "\"");
        text_add_hex(w->out, goal->exact[i].x);
        text_add(w->out, ":");
        text_add_hex(w->out, goal->exact[i].y);
        text_add(w->out, "\"");
    }
    text_add(w->out, ")");
}

/* A string of FPCore: quotes and backslashes escaped. */
static void write_string(Text *out, const char *text)
{
    text_add(out, "\"");
    for (; *text; text++) text_add(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    text_add(out, "\"");
}

Status fpcore_from_prog(Text *out, const Prog *prog, const Goal *goal, Err *err)
{
    Text text = {0};
    Writer w = {.prog = prog, .out = &text, .err = err};
    const Type type = goal ? goal->type : prog_type(prog);
    name_inputs(&w);
    text_add(&text, "(FPCore ");
    if (goal && goal->name[0]) text_add(&text, "%s ", goal->name);
    text_add(&text, "(");
    for (int i = 0; i < prog->n_inputs; i++) text_add(&text, "%s%s", i > 0 ? " " : "", w.input[i]);
    text_add(&text, ")");
    if (goal) {
        text_add(&text, "\n :name ");
        write_string(&text, goal->expression);
    }
    text_add(&text, "\n :precision %s", precision_name(type));
    if (goal) {
        write_pre(&w, goal);
        write_spec(&w, goal);
        write_own_properties(&w, goal);
    }
    text_add(&text, "\n ");
    write_body(&w, type);
    text_add(&text, ")\n");
    if (w.status == OK) text_add_bytes(out, text_get(&text), text.length);
    text_release(&text);
    return w.status;
}
