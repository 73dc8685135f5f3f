#include "runtime/emit/emit_c.h"

#include "runtime/emit/emit_c_body.h"

#include <ctype.h>
#include <string.h>

static Status check(const EmitC *unit, Err *err)
{
    if (!prog_is_valid(unit->prog, err)) return ERR_INPUT;
    for (int i = 0; i < unit->prog->n; i++) {
        const Node *node = &unit->prog->node[i];
        const OpInfo *info = op_info((Op)node->op);
        if (!(info->kind & KIND_MACHINE))
            return fail(err, ERR_UNSUPPORTED,
                        "'%s' is an operator of references; C needs a program without it",
                        info->name);
        if (node->type == TYPE_REAL || (node->op == OP_INPUT && node->type == TYPE_BOOL))
            return fail(err, ERR_UNSUPPORTED,
                        "the program uses %s in node %d; C needs f16, bf16, f32, f64 or integers",
                        type_info((Type)node->type)->name, i);
    }
    return OK;
}

/* The comment that opens a file; what would end it early is taken apart. */
static void print_comment(Text *out, const char *comment)
{
    if (!comment || !*comment) return;
    text_add(out, "/* ");
    for (const char *c = comment; *c; c++) {
        if (c[0] == '\n' && c[1] == 0) break;
        text_add(out, "%c", *c);
        if (c[0] == '\n') text_add(out, "   ");
        if ((c[0] == '*' && c[1] == '/') || (c[0] == '/' && c[1] == '*')) text_add(out, " ");
    }
    text_add(out, " */\n");
}

static bool has_type(const Prog *prog, Type type)
{
    for (int i = 0; i < prog->n; i++)
        if (prog->node[i].type == type) return true;
    return false;
}

static void print_bf16_type(Text *out, const Prog *prog)
{
    if (has_type(prog, TYPE_BF16))
        text_add(out, "typedef uint16_t approx_bf16; /* the upper half of a float */\n\n");
}

/* Static functions that the two of the interface can inline: everything; the common path. */
static const char VALUE[] = "_value", COMMON[] = "_common";

/* "(float x, float y)"; f16 and bf16 parameters are called x_bits where the body holds x as a float. */
static void print_scalar_signature(Text *out, const Prog *prog, const char *symbol,
                                   const char *suffix, bool is_body)
{
    text_add(out, "%s %s%s(", c_interface_type(prog_type(prog)), symbol, suffix);
    for (int k = 0; k < prog->n_inputs; k++) {
        const Type type = (Type)prog->node[k].type;
        char name[PROG_NAME_MAX];
        c_input_name(name, prog, k);
        const bool is_16_bits = type == TYPE_F16 || type == TYPE_BF16;
        text_add(out, "%s%s %s%s", k ? ", " : "", c_interface_type(type), name,
                 is_body && is_16_bits ? "_bits" : "");
    }
    if (is_body && strcmp(suffix, COMMON) == 0)
        text_add(out, "%s_Bool *is_common)", prog->n_inputs ? ", " : "");
    else
        text_add(out, prog->n_inputs ? ")" : "void)");
}

static void print_array_signature(Text *out, const Prog *prog, const char *symbol)
{
    text_add(out, "void %s_array(", symbol);
    for (int k = 0; k < prog->n_inputs; k++) {
        char name[PROG_NAME_MAX];
        c_input_name(name, prog, k);
        text_add(out, "const %s *%s, ", c_interface_type((Type)prog->node[k].type), name);
    }
    text_add(out, "%s *y, size_t n)", c_interface_type(prog_type(prog)));
}

static void print_arguments(Text *out, const Prog *prog, const char *subscript)
{
    for (int k = 0; k < prog->n_inputs; k++) {
        char name[PROG_NAME_MAX];
        c_input_name(name, prog, k);
        text_add(out, "%s%s%s", k ? ", " : "", name, subscript);
    }
}

/* Compilers may fuse a * b + c into an fma unless told otherwise; the program was judged
   without. */
static const char CONTRACTION[] = "#if defined(__clang__)\n"
                                  "#pragma STDC FP_CONTRACT OFF\n"
                                  "#elif defined(__GNUC__)\n"
                                  "#pragma GCC optimize(\"fp-contract=off\")\n"
                                  "#endif\n\n";

static void print_static(Text *out, const EmitC *unit, const char *suffix, const Text *body)
{
    text_add(out, "static inline ");
    print_scalar_signature(out, unit->prog, unit->symbol, suffix, true);
    text_add(out, "\n{\n%s}\n\n", text_get(body));
}

static void print_plain_functions(Text *out, const EmitC *unit)
{
    const Prog *prog = unit->prog;
    print_scalar_signature(out, prog, unit->symbol, "", false);
    text_add(out, "\n{\n    return %s%s(", unit->symbol, VALUE);
    print_arguments(out, prog, "");
    text_add(out, ");\n}\n\n");
    print_array_signature(out, prog, unit->symbol);
    text_add(out, "\n{\n    for (size_t i = 0; i < n; i++) y[i] = %s%s(", unit->symbol, VALUE);
    print_arguments(out, prog, "[i]");
    text_add(out, ");\n}\n");
}

/* "TEXT symbol_suffix(x[i], z[i]EXTRA);" and a line end. */
static void print_call(Text *out, const EmitC *unit, const char *text, const char *suffix,
                       const char *subscript, const char *extra)
{
    text_add(out, "%s%s%s(", text, unit->symbol, suffix);
    print_arguments(out, unit->prog, subscript);
    text_add(out, "%s);\n", extra + (unit->prog->n_inputs == 0 && *extra ? 2 : 0));
}

/* The array goes in chunks, so that compilers can vectorise the common path: whether all of a
   chunk is common is asked once. */
static void print_likely_functions(Text *out, const EmitC *unit)
{
    const Prog *prog = unit->prog;
    const char *const type = c_interface_type(prog_type(prog));
    print_scalar_signature(out, prog, unit->symbol, "", false);
    text_add(out, "\n{\n    _Bool is_common;\n");
    text_add(out, "    const %s v", type);
    print_call(out, unit, " = ", COMMON, "", ", &is_common");
    text_add(out, "    if (is_common) return v;\n");
    print_call(out, unit, "    return ", VALUE, "", "");
    text_add(out, "}\n\n");
    print_array_signature(out, prog, unit->symbol);
    text_add(out, "\n{\n    enum { CHUNK = 32 };\n    size_t i = 0;\n"
                  "    for (; n - i >= CHUNK; i += CHUNK) {\n");
    text_add(out, "        %s v[CHUNK];\n        int n_rare = 0;\n", type);
    text_add(out, "        for (int k = 0; k < CHUNK; k++) {\n            _Bool is_common;\n");
    print_call(out, unit, "            v[k] = ", COMMON, "[i + (size_t)k]", ", &is_common");
    text_add(out, "            n_rare += !is_common;\n        }\n"
                  "        if (n_rare > 0)\n            for (int k = 0; k < CHUNK; k++)\n");
    print_call(out, unit, "                v[k] = ", VALUE, "[i + (size_t)k]", "");
    text_add(out, "        memcpy(y + i, v, sizeof v);\n    }\n");
    print_call(out, unit, "    for (; i < n; i++) y[i] = ", "", "[i]", "");
    text_add(out, "}\n");
}

Status emit_c(Text *out, const EmitC *unit, Err *err)
{
    const Status status = check(unit, err);
    if (status != OK) return status;
    const Prog *prog = unit->prog;
    CommonPath path;
    const bool has_path = common_path_find(&path, prog);
    CHelpers helpers = {0};
    Text body = {0}, common = {0};
    c_body_print(&body, prog, NULL, &helpers);
    if (has_path) c_body_print(&common, prog, &path, &helpers);

    print_comment(out, unit->comment);
    text_add(
        out,
        "#include <math.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <string.h>\n\n");
    text_add(out, "%s", CONTRACTION);
    print_bf16_type(out, prog);
    c_helpers_print(out, &helpers);
    c_tables_print(out, prog);
    print_static(out, unit, VALUE, &body);
    if (has_path) {
        print_static(out, unit, COMMON, &common);
        print_likely_functions(out, unit);
    } else {
        print_plain_functions(out, unit);
    }
    text_release(&body);
    text_release(&common);
    return OK;
}

/* _Float16 is no type of ISO C: `gcc -pedantic` takes it where it is marked. */
static void print_extension_mark(Text *out, const Prog *prog)
{
    bool has_f16 = prog_type(prog) == TYPE_F16;
    for (int k = 0; k < prog->n_inputs; k++) has_f16 |= prog->node[k].type == TYPE_F16;
    if (has_f16) text_add(out, "__extension__ ");
}

static void print_guard(Text *out, const char *symbol)
{
    for (const char *c = symbol; *c; c++)
        text_add(out, "%c", isalnum((unsigned char)*c) ? toupper((unsigned char)*c) : '_');
    text_add(out, "_H\n");
}

Status emit_header(Text *out, const EmitC *unit, Err *err)
{
    const Status status = check(unit, err);
    if (status != OK) return status;
    const Prog *prog = unit->prog;
    print_comment(out, unit->comment);
    text_add(out, "#ifndef ");
    print_guard(out, unit->symbol);
    text_add(out, "#define ");
    print_guard(out, unit->symbol);
    text_add(out, "\n#include <stddef.h>\n#include <stdint.h>\n\n"
                  "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    print_bf16_type(out, prog);
    print_extension_mark(out, prog);
    print_scalar_signature(out, prog, unit->symbol, "", false);
    text_add(out, ";\n\n/* y[i] = %s(", unit->symbol);
    print_arguments(out, prog, "[i]");
    text_add(out, ") for i < n. Any n and alignment; y may be %s. */\n",
             prog->n_inputs == 1 ? "the input array" : "one of the input arrays");
    print_extension_mark(out, prog);
    print_array_signature(out, prog, unit->symbol);
    text_add(out, ";\n\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    return OK;
}
