#include "frontend/infix_parser.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Ref infix_wrong(Parser *p, Status status, size_t at, const char *format, ...)
{
    if (p->status != OK) return NONE;
    char sentence[400];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    p->status = fail_at(p->err, status, p->text, p->length, at, "%s", sentence);
    return NONE;
}

/* -- nodes ------------------------------------------------------------------------ */

Ref infix_add_node(Parser *p, Node node)
{
    for (int i = 0; i < p->n; i++) {
        const Node *have = &p->node[i];
        if (have->op == node.op && have->type == node.type && have->arg[0] == node.arg[0] &&
            have->arg[1] == node.arg[1] && have->arg[2] == node.arg[2] &&
            real_is_equal(have->value, node.value))
            return (Ref)i;
    }
    if (p->n == PROG_MAX)
        return infix_wrong(p, ERR_LIMIT, p->at, "the expression needs more than %d operations",
                           PROG_MAX);
    p->node[p->n] = node;
    return (Ref)p->n++;
}

Ref infix_add_op(Parser *p, Op op, Ref a, Ref b, Ref c)
{
    if (p->status != OK) return NONE;
    const Signature signature = op_info(op)->signature;
    const Type type = signature == SIG_COMPARE || signature == SIG_BOOL ? TYPE_BOOL
                      : signature == SIG_SELECT                         ? (Type)p->node[b].type
                                                                        : TYPE_REAL;
    return infix_add_node(p, (Node){.op = (uint8_t)op, .type = (uint8_t)type, .arg = {a, b, c}});
}

Ref infix_add_real(Parser *p, Real value)
{
    return infix_add_node(
        p, (Node){.op = OP_CONST, .type = TYPE_REAL, .value = real_normalize(value)});
}

Ref infix_add_variable(Parser *p, const char *name, size_t at)
{
    if (p->n_variables == PROG_INPUTS_MAX)
        return infix_wrong(p, ERR_LIMIT, at, "more than %d variables", PROG_INPUTS_MAX);
    const Ref ref =
        infix_add_node(p, (Node){.op = OP_INPUT, .type = TYPE_REAL, .arg = {(Ref)p->n_variables}});
    if (p->status != OK) return NONE;
    Name *variable = &p->variable[p->n_variables++];
    snprintf(variable->name, sizeof variable->name, "%s", name);
    variable->ref = ref;
    return ref;
}

/* -- words ------------------------------------------------------------------------ */

void infix_skip_space(Parser *p)
{
    while (isspace((unsigned char)p->text[p->at])) p->at++;
}

bool infix_take(Parser *p, const char *word)
{
    infix_skip_space(p);
    const size_t n = strlen(word);
    if (strncmp(p->text + p->at, word, n) != 0) return false;
    p->at += n;
    return true;
}

bool infix_is_word_start(char c) { return isalpha((unsigned char)c) || c == '_'; }
bool infix_is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

bool infix_take_word(Parser *p, char name[PROG_NAME_MAX])
{
    const size_t start = p->at;
    while (infix_is_word(p->text[p->at])) p->at++;
    const size_t n = p->at - start;
    if (n >= PROG_NAME_MAX) {
        infix_wrong(p, ERR_INPUT, start, "a name has at most %d letters", PROG_NAME_MAX - 1);
        return false;
    }
    memcpy(name, p->text + start, n);
    name[n] = 0;
    return true;
}

/* What stands at `at`, for a message: a word, a character, or the end. */
static const char *describe(const Parser *p, size_t at, char *buffer, size_t size)
{
    const char *c = p->text + at;
    if (*c == 0) return "the end";
    size_t n = 1;
    if (infix_is_word_start(*c))
        while (n < 40 && infix_is_word(c[n])) n++;
    if (n == 1 && !isprint((unsigned char)*c))
        snprintf(buffer, size, "byte 0x%02x", (unsigned)(unsigned char)*c);
    else
        snprintf(buffer, size, "'%.*s'", (int)n, c);
    return buffer;
}

Ref infix_unexpected(Parser *p, const char *wanted)
{
    char buffer[64];
    infix_skip_space(p);
    return infix_wrong(p, ERR_INPUT, p->at, "expected %s, found %s", wanted,
                       describe(p, p->at, buffer, sizeof buffer));
}
