#include "runtime/emit/emit_c_body.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *c_variable_type(Type type)
{
    switch (type) {
    case TYPE_F64: return "double";
    case TYPE_I16: return "int16_t";
    case TYPE_I32: return "int32_t";
    case TYPE_I64: return "int64_t";
    case TYPE_BOOL: return "_Bool";
    default: return "float";
    }
}

const char *c_interface_type(Type type)
{
    if (type == TYPE_F16) return "_Float16";
    if (type == TYPE_BF16) return "approx_bf16";
    return c_variable_type(type);
}

/* -- names ------------------------------------------------------------------------- */

/* What an input must not hide: keywords and functions that the code uses. */
static const char *const RESERVED[] = {
    "auto",     "break",  "case",   "char",     "const",    "continue",  "default",  "do",
    "double",   "else",   "enum",   "extern",   "float",    "for",       "goto",     "if",
    "inline",   "int",    "long",   "register", "restrict", "return",    "short",    "signed",
    "sizeof",   "static", "struct", "switch",   "typedef",  "union",     "unsigned", "void",
    "volatile", "while",  "asm",    "typeof",   "fma",      "fmaf",      "fabs",     "fabsf",
    "sqrt",     "sqrtf",  "rint",   "rintf",    "floor",    "floorf",    "ceil",     "ceilf",
    "trunc",    "truncf", "round",  "roundf",   "copysign", "copysignf", "memcpy",   "y",
    "n",        "i",      "k",      "v",        "class",    "this",      "new",      "delete",
    "template",
};

/* Underscores are for our own names (and C's), and so is a letter with a number behind it. */
static bool is_free_name(const char *name)
{
    if (!isalpha((unsigned char)name[0])) return false;
    if (isdigit((unsigned char)name[1])) return false;
    for (const char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c)) return false;
    for (size_t i = 0; i < sizeof RESERVED / sizeof RESERVED[0]; i++)
        if (strcmp(name, RESERVED[i]) == 0) return false;
    /* NAN, INFINITY and their like are capitals in C. */
    return name[1] == 0 ? strcmp(name, "I") != 0 : islower((unsigned char)name[0]);
}

void c_input_name(char name[PROG_NAME_MAX], const Prog *prog, int k)
{
    const char *const own = prog->input_name[k];
    bool is_taken = !is_free_name(own);
    for (int j = 0; j < k; j++) is_taken |= strcmp(own, prog->input_name[j]) == 0;
    if (is_taken)
        snprintf(name, PROG_NAME_MAX, "x%d", k);
    else
        snprintf(name, PROG_NAME_MAX, "%s", own);
}

/* -- literals ---------------------------------------------------------------------- */

static bool is_held_as_float(Type type) { return type == TYPE_F16 || type == TYPE_BF16; }

/* Sixteenths below a hundred are shorter in decimal, and as exact; the rest is hex. */
static void add_float_literal(Text *out, Type type, uint64_t bits)
{
    const double value = value_from_bits(type, bits);
    const char *const suffix = type == TYPE_F64 ? "" : "f";
    if (isnan(value))
        text_add(out, "NAN");
    else if (isinf(value))
        text_add(out, value < 0 ? "-INFINITY" : "INFINITY");
    else if (fabs(value) < 100 && value * 16 == floor(value * 16))
        text_add(out, value == floor(value) ? "%.1f%s" : "%g%s", value, suffix);
    else
        text_add(out, "%a%s", value, suffix);
}

static void add_int_literal(Text *out, Type type, uint64_t bits)
{
    enum { DECIMAL_LIMIT = 100000 };
    const int64_t value = type == TYPE_I16   ? (int16_t)bits
                          : type == TYPE_I32 ? (int32_t)bits
                                             : (int64_t)bits;
    if (value > -DECIMAL_LIMIT && value < DECIMAL_LIMIT)
        text_add(out, "%lld", (long long)value);
    else if (type == TYPE_I64)
        text_add(out, "(int64_t)0x%llx", (unsigned long long)value);
    else
        text_add(out, "(int32_t)0x%x", (unsigned)value);
}

static void add_literal(Text *out, Type type, uint64_t bits)
{
    if (type_is_float(type))
        add_float_literal(out, type, bits);
    else if (type == TYPE_BOOL)
        text_add(out, bits ? "1" : "0");
    else
        add_int_literal(out, type, bits);
}

void c_tables_print(Text *out, const Prog *prog)
{
    for (int t = 0; t < prog->n_tables; t++) {
        const Table *table = &prog->table[t];
        const Type type = (Type)table->type;
        text_add(out, "static const %s T%d[%d] = {", c_variable_type(type), t, table->count);
        for (int i = 0; i < table->count; i++) {
            text_add(out, i % 4 == 0 ? "\n    " : " ");
            add_literal(out, type, prog->pool[table->first + i]);
            text_add(out, ",");
        }
        text_add(out, "\n};\n\n");
    }
}

/* -- expressions --------------------------------------------------------------------- */

/* expression[i] is what stands for node i in the nodes that use it: a name, a literal, or the
   node's own expression where only one node uses it. */
typedef struct {
    const Prog *prog;
    const CommonPath *path; /* the nodes to write, or NULL: all of them */
    CHelpers *helpers;
    Text *out;
    Text expression[PROG_MAX];
    int n_uses[PROG_MAX];   /* 16-bit inputs: without bit casts, which take the parameter */
    bool is_atom[PROG_MAX]; /* a name or a literal */
    Ref result;
} Writer;

/* The node whose expression stands for the value of `ref`. */
static Ref value_of(const Writer *w, Ref ref)
{
    return w->path ? common_path_value(w->prog, ref) : ref;
}

static const char *argument(const Writer *w, const Node *node, int k)
{
    return text_get(&w->expression[value_of(w, node->arg[k])]);
}

/* The same with parentheses if it is more than an atom or could join a sign before it. */
static void add_operand(Text *out, const Writer *w, const Node *node, int k)
{
    const char *const text = argument(w, node, k);
    const bool is_plain = w->is_atom[value_of(w, node->arg[k])] && text[0] != '-' && text[0] != '(';
    text_add(out, is_plain ? "%s" : "(%s)", text);
}

/* Expands the c column of ops.def: %s is the next argument, %1$s the first, @ the suffix of
   the math function for the type. */
static void add_by_template(Text *out, const Writer *w, const Node *node, const char *template)
{
    const bool is_call = strchr(template, '@') != NULL;
    int next = 0;
    for (const char *c = template; *c; c++) {
        int k = -1;
        if (*c == '@') {
            if (node->type != TYPE_F64) text_add(out, "f");
        } else if (c[0] == '%' && c[1] == 's') {
            k = next++;
            c += 1;
        } else if (c[0] == '%') { /* %N$s */
            k = c[1] - '1';
            c += 3;
        } else {
            text_add(out, "%c", *c);
        }
        if (k < 0) continue;
        if (is_call)
            text_add(out, "%s", argument(w, node, k));
        else
            add_operand(out, w, node, k);
    }
}

static void add_call(Text *out, Writer *w, const Node *node, const char *helper)
{
    text_add(out, "%s(%s", c_helper_use(w->helpers, helper), argument(w, node, 0));
    if (op_info((Op)node->op)->arity > 1) text_add(out, ", %s", argument(w, node, 1));
    text_add(out, ")");
}

/* Opens what rounds a float expression to f16 or bf16; the caller adds the ")" that closes it. */
static void open_rounding(Text *out, Writer *w, Type type)
{
    if (type == TYPE_F16)
        text_add(out, "(float)(_Float16)(");
    else
        text_add(out, "%s(", c_helper_use(w->helpers, "round_to_bf16"));
}

static void add_convert(Text *out, Writer *w, const Node *node)
{
    const Type from = (Type)w->prog->node[node->arg[0]].type, to = (Type)node->type;
    if (!is_held_as_float(to)) {
        text_add(out, "(%s)", c_variable_type(to));
        add_operand(out, w, node, 0);
        return;
    }
    open_rounding(out, w, to);
    if (from == TYPE_F64 && to == TYPE_BF16)
        add_call(out, w, node, "narrow_to_odd");
    else
        text_add(out, "%s", argument(w, node, 0));
    text_add(out, ")");
}

static void add_bitcast(Text *out, Writer *w, const Node *node)
{
    const Ref a = value_of(w, node->arg[0]);
    const Type from = (Type)w->prog->node[a].type, to = (Type)node->type;
    const char *const x = argument(w, node, 0);
    char name[PROG_NAME_MAX];
    if (to == TYPE_I16 && a < w->prog->n_inputs) {
        c_input_name(name, w->prog, a);
        if (from == TYPE_BF16)
            text_add(out, "(int16_t)%s_bits", name);
        else
            text_add(out, "%s(%s_bits)", c_helper_use(w->helpers, "bits_of_f16"), name);
    } else if (from == TYPE_F16) {
        text_add(out, "%s((_Float16)", c_helper_use(w->helpers, "bits_of_f16"));
        add_operand(out, w, node, 0);
        text_add(out, ")");
    } else if (from == TYPE_BF16) {
        text_add(out, "(int16_t)%s(%s)", c_helper_use(w->helpers, "bf16_of_f32"), x);
    } else if (to == TYPE_F16) {
        text_add(out, "(float)%s(%s)", c_helper_use(w->helpers, "f16_of_bits"), x);
    } else if (to == TYPE_BF16) {
        text_add(out, "%s((approx_bf16)(%s))", c_helper_use(w->helpers, "f32_of_bf16"), x);
    } else {
        static const struct {
            Type from;
            const char *helper;
        } CASTS[] = {{TYPE_F32, "bits_of_f32"},
                     {TYPE_F64, "bits_of_f64"},
                     {TYPE_I32, "f32_of_bits"},
                     {TYPE_I64, "f64_of_bits"}};
        for (size_t i = 0; i < sizeof CASTS / sizeof CASTS[0]; i++)
            if (CASTS[i].from == from) add_call(out, w, node, CASTS[i].helper);
    }
}

static void add_custom(Text *out, Writer *w, const Node *node)
{
    const Type type = (Type)node->type, from = (Type)w->prog->node[node->arg[0]].type;
    char helper[32];
    switch ((Op)node->op) {
    case OP_ULT:
        text_add(out, "(u%s)", c_variable_type(from));
        add_operand(out, w, node, 0);
        text_add(out, " < (u%s)", c_variable_type(from));
        add_operand(out, w, node, 1);
        return;
    case OP_BITCAST: add_bitcast(out, w, node); return;
    case OP_CONVERT: add_convert(out, w, node); return;
    case OP_TOINT:
        snprintf(helper, sizeof helper, "to_%s_from_%s", type_info(type)->name,
                 from == TYPE_F64 ? "f64" : "f32");
        add_call(out, w, node, helper);
        return;
    case OP_ZEXT:
        text_add(out, "(%s)(u%s)", c_variable_type(type), c_variable_type(from));
        add_operand(out, w, node, 0);
        return;
    case OP_TOFLOAT:
    case OP_SEXT:
    case OP_ITRUNC:
        text_add(out, "(%s)", c_variable_type(type));
        add_operand(out, w, node, 0);
        return;
    case OP_LOOKUP:
        text_add(out, "T%d[", node->arg[1]);
        add_operand(out, w, node, 0);
        text_add(out, " & %d]", w->prog->table[node->arg[1]].count - 1);
        return;
    default: break;
    }
    const char *const name = op_info((Op)node->op)->name;
    const bool is_arithmetic = name[0] == 'i'; /* iadd -> add_i32; shl -> shl_i32 */
    snprintf(helper, sizeof helper, "%s_%s", name + is_arithmetic, type_info(type)->name);
    add_call(out, w, node, helper);
}

static bool rounds(const Node *node)
{
    if (!is_held_as_float((Type)node->type)) return false;
    return node->op == OP_ADD || node->op == OP_SUB || node->op == OP_MUL || node->op == OP_DIV ||
           node->op == OP_SQRT;
}

static void add_expression(Text *out, Writer *w, const Node *node)
{
    const char *const template = op_info((Op)node->op)->c;
    if (rounds(node)) open_rounding(out, w, (Type)node->type);
    if (template)
        add_by_template(out, w, node, template);
    else
        add_custom(out, w, node);
    if (rounds(node)) text_add(out, ")");
}

/* -- statements ---------------------------------------------------------------------- */

static bool is_written(const Writer *w, int i)
{
    return !w->path || (w->path->is_needed[i] && w->prog->node[i].op != OP_LIKELY);
}

static void count_uses(Writer *w)
{
    for (int i = 0; i < w->prog->n; i++) {
        const Node *node = &w->prog->node[i];
        if (!is_written(w, i)) continue;
        const bool is_of_parameter = node->op == OP_BITCAST && node->type == TYPE_I16 &&
                                     value_of(w, node->arg[0]) < w->prog->n_inputs;
        if (is_of_parameter) continue;
        for (int k = 0; k < op_info((Op)node->op)->arity; k++) {
            /* These name an argument twice; it should be a variable. */
            const bool is_twice = node->op == OP_MIN || node->op == OP_MAX;
            w->n_uses[value_of(w, node->arg[k])] += is_twice ? 2 : 1;
        }
    }
    if (!w->path) return;
    for (int i = 0; i < w->path->n_guards; i++) w->n_uses[w->path->guard[i]]++;
    w->n_uses[w->result]++;
}

/* May node i stand inside the one expression that uses it? Short ones of names and literals
   may; calls of fma and select read better on lines of their own. */
static bool can_nest(const Writer *w, int i, const Text *expression)
{
    enum { NESTED_LENGTH_MAX = 48 };
    const Node *node = &w->prog->node[i];
    if (w->n_uses[i] != 1) return false;
    if (node->op == OP_FMA || node->op == OP_SELECT || node->op == OP_LIKELY) return false;
    for (int k = 0; k < op_info((Op)node->op)->arity; k++)
        if (!w->is_atom[value_of(w, node->arg[k])]) return false;
    return expression->length <= NESTED_LENGTH_MAX;
}

static void write_input(Writer *w, int k)
{
    const Type type = (Type)w->prog->node[k].type;
    char name[PROG_NAME_MAX];
    c_input_name(name, w->prog, k);
    w->is_atom[k] = true;
    text_add(&w->expression[k], "%s", name);
    if (w->n_uses[k] == 0 && k != w->result) return;
    if (type == TYPE_F16) text_add(w->out, "    const float %s = (float)%s_bits;\n", name, name);
    if (type == TYPE_BF16)
        text_add(w->out, "    const float %s = %s(%s_bits);\n", name,
                 c_helper_use(w->helpers, "f32_of_bf16"), name);
}

/* A constant with several uses gets a name, others stand where they are used. */
static void write_constant(Writer *w, int i)
{
    const Node *node = &w->prog->node[i];
    const Type type = (Type)node->type;
    Text *expression = &w->expression[i];
    w->is_atom[i] = true;
    add_literal(expression, type, node->value.lo);
    const double value = type_is_float(type) ? value_from_bits(type, node->value.lo) : 0;
    if (w->n_uses[i] < 2 || expression->length < 8) return;
    text_add(w->out, "    const %s c%d = %s;", c_variable_type(type), i, text_get(expression));
    if (isfinite(value) && strchr(text_get(expression), 'p'))
        text_add(w->out, " /* %.9g */", value);
    text_add(w->out, "\n");
    text_release(expression);
    *expression = (Text){0};
    text_add(expression, "c%d", i);
}

static void write_operation(Writer *w, int i)
{
    Text expression = {0};
    add_expression(&expression, w, &w->prog->node[i]);
    if ((i == w->result && w->n_uses[i] <= (w->path != NULL)) || can_nest(w, i, &expression)) {
        w->expression[i] = expression;
        return;
    }
    text_add(w->out, "    const %s v%d = %s;\n", c_variable_type((Type)w->prog->node[i].type), i,
             text_get(&expression));
    text_release(&expression);
    text_add(&w->expression[i], "v%d", i);
    w->is_atom[i] = true;
}

static void write_return(const Writer *w)
{
    const char *const value = text_get(&w->expression[w->result]);
    switch (prog_type(w->prog)) {
    case TYPE_F16: text_add(w->out, "    return (_Float16)(%s);\n", value); return;
    case TYPE_BF16:
        text_add(w->out, "    return %s(%s);\n", c_helper_use(w->helpers, "bf16_of_f32"), value);
        return;
    default: text_add(w->out, "    return %s;\n", value); return;
    }
}

/* *is_common tells whether all guards hold. */
static void write_guards(const Writer *w)
{
    text_add(w->out, "    *is_common = ");
    for (int i = 0; i < w->path->n_guards; i++)
        text_add(w->out, "%s(%s)", i ? " && " : "", text_get(&w->expression[w->path->guard[i]]));
    text_add(w->out, ";\n");
}

void c_body_print(Text *out, const Prog *prog, const CommonPath *path, CHelpers *helpers)
{
    Writer *w = xcalloc(1, sizeof *w);
    w->prog = prog;
    w->path = path;
    w->helpers = helpers;
    w->out = out;
    w->result = value_of(w, prog_result(prog));
    count_uses(w);
    for (int i = 0; i < prog->n; i++) {
        if (!is_written(w, i)) continue;
        if (prog->node[i].op == OP_INPUT)
            write_input(w, i);
        else if (prog->node[i].op == OP_CONST)
            write_constant(w, i);
        else
            write_operation(w, i);
    }
    if (path) write_guards(w);
    write_return(w);
    for (int i = 0; i < prog->n; i++) text_release(&w->expression[i]);
    free(w);
}
