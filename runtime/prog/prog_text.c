#include "runtime/prog/prog_text.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- printing ---------------------------------------------------------------- */

static void print_bits(Text *out, Type type, uint64_t bits)
{
    if (type == TYPE_BOOL)
        text_add(out, bits ? "true" : "false");
    else if (type == TYPE_I16)
        text_add(out, "%d", (int)(int16_t)bits);
    else if (type == TYPE_I32)
        text_add(out, "%d", (int)(int32_t)bits);
    else if (type == TYPE_I64)
        text_add(out, "%lld", (long long)bits);
    else
        text_add_hex(out, value_from_bits(type, bits));
}

static void print_ref(Text *out, const Prog *prog, Ref ref)
{
    if (ref < prog->n_inputs)
        text_add(out, " %s", prog->input_name[ref]);
    else
        text_add(out, " v%d", ref);
}

static void print_node(Text *out, const Prog *prog, int i)
{
    const Node *node = &prog->node[i];
    const OpInfo *info = op_info((Op)node->op);
    text_add(out, "%s v%d = %s", type_info((Type)node->type)->name, i, info->name);
    if (node->op == OP_CONST) {
        text_add(out, " ");
        if (node->type == TYPE_REAL)
            real_print(out, node->value);
        else
            print_bits(out, (Type)node->type, node->value.lo);
    }
    if (node->op == OP_LOOKUP) text_add(out, " T%d", node->arg[1]);
    for (int k = 0; k < info->arity; k++) print_ref(out, prog, node->arg[k]);
    text_add(out, "\n");
}

void prog_print(Text *out, const Prog *prog)
{
    for (int i = 0; i < prog->n_inputs; i++)
        text_add(out, "%s %s\n", type_info((Type)prog->node[i].type)->name, prog->input_name[i]);
    for (int t = 0; t < prog->n_tables; t++) {
        const Table *table = &prog->table[t];
        text_add(out, "%s T%d[%d] =", type_info((Type)table->type)->name, t, table->count);
        for (int i = 0; i < table->count; i++) {
            text_add(out, " ");
            print_bits(out, (Type)table->type, prog->pool[table->first + i]);
        }
        text_add(out, "\n");
    }
    for (int i = prog->n_inputs; i < prog->n; i++) print_node(out, prog, i);
    text_add(out, "return");
    print_ref(out, prog, prog_result(prog));
    text_add(out, "\n");
}

/* -- parsing ----------------------------------------------------------------- */

typedef struct {
    const char *text;
    size_t length, at; /* at: the next byte to read */
    size_t word_at;    /* where `word` began */
    char word[PROG_NAME_MAX];
    Prog *prog;
    char name[PROG_MAX][PROG_NAME_MAX]; /* of the nodes so far */
    Err *err;
} Reader;

static Status complain(const Reader *r, size_t where, const char *what)
{
    return fail_at(r->err, ERR_INPUT, r->text, r->length, where, "%s", what);
}

static char peek(const Reader *r) { return r->at < r->length ? r->text[r->at] : 0; }

static void skip_blanks(Reader *r)
{
    while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\r') r->at++;
    if (peek(r) == '#')
        while (r->at < r->length && peek(r) != '\n') r->at++;
}

static void skip_lines(Reader *r)
{
    for (;;) {
        skip_blanks(r);
        if (peek(r) != '\n') return;
        r->at++;
    }
}

static bool is_word_char(char c) { return isalnum((unsigned char)c) || c == '_' || c == '.'; }

/* Reads a word into r->word; false if there is none or it is too long. */
static bool read_word(Reader *r)
{
    skip_blanks(r);
    r->word_at = r->at;
    size_t n = 0;
    while (is_word_char(peek(r))) {
        if (n + 1 >= sizeof r->word) return false;
        r->word[n++] = r->text[r->at++];
    }
    r->word[n] = 0;
    return n > 0;
}

static Status read_type(Reader *r, Type *out)
{
    if (!read_word(r))
        return complain(r, r->word_at,
                        r->word_at >= r->length ? "the program ends before its 'return' line"
                                                : "expected a type or 'return'");
    if (type_from_name(r->word, out)) return OK;
    return fail_at(r->err, ERR_INPUT, r->text, r->length, r->word_at,
                   "'%s' is no type (real f16 bf16 f32 f64 i16 i32 i64 bool)", r->word);
}

static Status read_ref(Reader *r, Ref *out)
{
    if (!read_word(r)) return complain(r, r->word_at, "expected the name of a value");
    for (int i = r->prog->n - 1; i >= 0; i--)
        if (strcmp(r->name[i], r->word) == 0) {
            *out = (Ref)i;
            return OK;
        }
    return fail_at(r->err, ERR_INPUT, r->text, r->length, r->word_at,
                   "'%s' is not defined above this line", r->word);
}

/* The characters up to the next blank, as a NUL-terminated number text. */
static bool read_number_text(Reader *r, char *buffer, size_t size)
{
    skip_blanks(r);
    r->word_at = r->at;
    size_t n = 0;
    while (is_word_char(peek(r)) || peek(r) == '-' || peek(r) == '+') {
        if (n + 1 >= size) return false;
        buffer[n++] = r->text[r->at++];
    }
    buffer[n] = 0;
    return n > 0;
}

static Status read_value(Reader *r, Type type, Real *out)
{
    char buffer[200];
    if (!read_number_text(r, buffer, sizeof buffer))
        return complain(r, r->word_at, "expected a constant");
    *out = (Real){0};
    if (type == TYPE_BOOL) {
        out->lo = strcmp(buffer, "true") == 0;
        if (out->lo || strcmp(buffer, "false") == 0) return OK;
        return complain(r, r->word_at, "a bool constant is true or false");
    }
    if (type_is_int(type)) {
        char *end;
        const long long value = strtoll(buffer, &end, 0);
        const int shift = 64 - 8 * type_info(type)->size;
        out->lo = (uint64_t)value << shift >> shift;
        if (*end == 0 && (int64_t)((uint64_t)value << shift) >> shift == value) return OK;
        return complain(r, r->word_at, "the integer does not fit the type");
    }
    const char *end;
    Real real;
    if (!real_parse(buffer, &end, &real) || *end)
        return complain(r, r->word_at, "expected a number (decimal, hex float, inf, nan)");
    if (type == TYPE_REAL) {
        *out = real;
        return OK;
    }
    const double value = real_to_double(real);
    out->lo = bits_from_value(type, value);
    const double rounded = value_from_bits(type, out->lo);
    const bool is_decimal = strncmp(buffer + (buffer[0] == '-'), "0x", 2) != 0;
    if (rounded == value || isnan(value) || is_decimal) return OK;
    return complain(r, r->word_at, "the hex constant is not exact in its type");
}

static Status end_line(Reader *r)
{
    skip_blanks(r);
    if (peek(r) == '\n')
        r->at++;
    else if (r->at < r->length)
        return complain(r, r->at, "unexpected text at the end of the line");
    return OK;
}

/* "f32 T0[4] = a b c d", behind the name. */
static Status read_table(Reader *r, Type type)
{
    Prog *prog = r->prog;
    char expected[16];
    Text name = {0};
    text_add(&name, "T%d", prog->n_tables);
    const bool is_next = strcmp(name.data, r->word) == 0;
    text_release(&name);
    if (!is_next) return complain(r, r->word_at, "tables are named T0, T1, ... in order");
    if (!type_is_float(type) && !type_is_int(type))
        return complain(r, r->word_at, "a table holds floats or integers");
    r->at++; /* [ */
    if (!read_number_text(r, expected, sizeof expected) || peek(r) != ']')
        return complain(r, r->at, "expected the size of the table and ']'");
    r->at++;
    const int count = atoi(expected);
    if (count < 1 || count > PROG_TABLE_MAX || (count & (count - 1)) != 0)
        return complain(r, r->word_at, "a table has a power of two of entries, at most 64");
    if (prog->n_tables == PROG_TABLES_MAX || prog->n_pool + count > PROG_POOL_MAX)
        return complain(r, r->word_at, "too many tables");
    skip_blanks(r);
    if (peek(r) != '=') return complain(r, r->at, "expected '='");
    r->at++;
    uint64_t bits[PROG_TABLE_MAX];
    for (int i = 0; i < count; i++) {
        Real value;
        const Status status = read_value(r, type, &value);
        if (status != OK) return status;
        bits[i] = value.lo;
    }
    prog_add_table(prog, type, count, bits);
    return end_line(r);
}

/* "op a b c" behind the "=". */
static Status read_operation(Reader *r, Type type, const char *name)
{
    Prog *prog = r->prog;
    Op op;
    Status status;
    if (!read_word(r)) return complain(r, r->word_at, "expected an operator");
    const size_t op_at = r->word_at;
    if (!op_from_name(r->word, &op) || op == OP_INPUT)
        return fail_at(r->err, ERR_INPUT, r->text, r->length, op_at, "'%s' is no operator",
                       r->word);
    Node node = {.op = (uint8_t)op, .type = (uint8_t)type};
    if (op == OP_CONST && (status = read_value(r, type, &node.value)) != OK) return status;
    if (op == OP_LOOKUP) {
        if (!read_word(r) || r->word[0] != 'T' || !isdigit((unsigned char)r->word[1]) ||
            atoi(r->word + 1) >= prog->n_tables)
            return complain(r, r->word_at, "expected the name of a table above");
        node.arg[1] = (Ref)atoi(r->word + 1);
    }
    for (int k = 0; k < op_info(op)->arity; k++)
        if ((status = read_ref(r, &node.arg[k])) != OK) return status;
    if (!prog_has_room(prog, 1))
        return fail_at(r->err, ERR_LIMIT, r->text, r->length, op_at,
                       "a program has at most %d nodes", PROG_MAX);
    snprintf(r->name[prog->n], PROG_NAME_MAX, "%s", name);
    prog->node[prog->n++] = node;
    Err why = {0};
    if (prog_node_is_valid(prog, prog->n - 1, &why)) return end_line(r);
    return complain(r, op_at, why.text);
}

/* An input, a table or a node; the type has been read. */
static Status read_line(Reader *r, Type type)
{
    if (!read_word(r)) return complain(r, r->word_at, "expected a name of at most 31 letters");
    if (peek(r) == '[') return read_table(r, type);
    for (int i = 0; i < r->prog->n; i++)
        if (strcmp(r->name[i], r->word) == 0)
            return complain(r, r->word_at, "this name is taken by a line above");
    char name[PROG_NAME_MAX];
    memcpy(name, r->word, sizeof name);
    skip_blanks(r);
    if (peek(r) == '=') {
        r->at++;
        return read_operation(r, type, name);
    }
    Prog *prog = r->prog;
    if (prog->n != prog->n_inputs)
        return complain(r, r->word_at, "inputs come before all other lines");
    if (prog->n_inputs == PROG_INPUTS_MAX)
        return complain(r, r->word_at, "a program has at most 24 inputs");
    if (type == TYPE_BOOL) return complain(r, r->word_at, "an input is a number");
    memcpy(r->name[prog->n], name, sizeof name);
    prog_add_input(prog, type, name);
    return end_line(r);
}

/* "return v": the result must be the last node. */
static Status read_return(Reader *r)
{
    Ref result;
    Status status = read_ref(r, &result);
    if (status != OK) return status;
    Prog *prog = r->prog;
    if (result != prog_result(prog)) {
        /* Only "return x" of a program without nodes behind x is in order; anything
           after the result would be dead. */
        return complain(r, r->word_at, "the result is the last line before 'return'");
    }
    Err why = {0};
    if (!prog_is_valid(prog, &why)) return complain(r, r->word_at, why.text);
    return end_line(r);
}

Status prog_parse(Prog *out, const char *text, size_t length, size_t start, size_t *stop, Err *err)
{
    Reader *r = xcalloc(1, sizeof *r);
    Prog *prog = xcalloc(1, sizeof *prog);
    *r = (Reader){.text = text, .length = length, .at = start, .prog = prog, .err = err};
    Status status;
    for (;;) {
        Type type;
        skip_lines(r);
        const size_t line_at = r->at;
        if (read_word(r) && strcmp(r->word, "return") == 0) {
            status = prog->n ? read_return(r) : complain(r, line_at, "the program is empty");
            break;
        }
        r->at = line_at;
        if ((status = read_type(r, &type)) != OK) break;
        if ((status = read_line(r, type)) != OK) break;
    }
    if (status == OK) {
        *out = *prog;
        if (stop) *stop = r->at;
    }
    free(prog);
    free(r);
    return status;
}
