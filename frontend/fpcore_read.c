/* Text to S-expressions, without recursion. */
#include "frontend/fpcore_tree.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    NODES_MAX = 2000000, /* of a file; each takes some 60 bytes */
    BLOCK_SIZE = 65536,
};

struct FpBlock {
    FpBlock *before;
    size_t used, size;
    _Alignas(16) char memory[];
};

void *fp_alloc(FpArena *arena, size_t size)
{
    size = (size + 15) & ~(size_t)15;
    FpBlock *block = arena->last;
    if (!block || block->size - block->used < size) {
        const size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = xcalloc(1, sizeof *block + room);
        block->before = arena->last;
        block->size = room;
        arena->last = block;
    }
    void *memory = block->memory + block->used;
    block->used += size;
    return memory;
}

void fp_release(FpArena *arena)
{
    while (arena->last) {
        FpBlock *before = arena->last->before;
        free(arena->last);
        arena->last = before;
    }
}

typedef struct {
    FpFile *file;
    size_t at;
    int n_nodes;
    Err *err;
} Reader;

static Status wrong(Reader *r, size_t at, const char *what)
{
    return fail_at(r->err, ERR_INPUT, r->file->text, r->file->length, at, "%s", what);
}

static bool is_symbol_char(char c)
{
    return isalnum((unsigned char)c) || (c != 0 && strchr("~!@$%^&*_-+=<>.?/:|", c) != NULL);
}

static void skip_space(Reader *r)
{
    const char *text = r->file->text;
    for (; r->at < r->file->length; r->at++) {
        if (text[r->at] == ';')
            while (r->at < r->file->length && text[r->at] != '\n') r->at++;
        else if (!isspace((unsigned char)text[r->at]))
            return;
    }
    if (r->at > r->file->length) r->at = r->file->length;
}

static Status new_node(Reader *r, SexpKind kind, size_t offset, Sexp **out)
{
    if (++r->n_nodes > NODES_MAX)
        return fail_at(r->err, ERR_LIMIT, r->file->text, r->file->length, offset,
                       "the file has more than %d words and parentheses", NODES_MAX);
    *out = fp_alloc(&r->file->arena, sizeof **out);
    (*out)->kind = kind;
    (*out)->offset = offset;
    return OK;
}

static const char *copy(Reader *r, size_t from, size_t to)
{
    char *text = fp_alloc(&r->file->arena, to - from + 1);
    memcpy(text, r->file->text + from, to - from);
    return text;
}

static const char *skip_digits(const char *c, int (*is_digit)(int))
{
    while (is_digit((unsigned char)*c)) c++;
    return c;
}

/* digits [. digits] | . digits; NULL if there is none. */
static const char *skip_mantissa(const char *c, int (*is_digit)(int))
{
    const char *start = c;
    c = skip_digits(c, is_digit);
    const bool has_whole = c > start;
    if (*c != '.') return has_whole ? c : NULL;
    start = ++c;
    c = skip_digits(c, is_digit);
    return has_whole || c > start ? c : NULL;
}

/* Is the word a decimal, a hex float or a rational? */
static bool is_number(const char *c)
{
    if (*c == '+' || *c == '-') c++;
    const bool is_hex = c[0] == '0' && c[1] == 'x';
    int (*const is_digit)(int) = is_hex ? isxdigit : isdigit;
    const char *behind = skip_mantissa(is_hex ? c + 2 : c, is_digit);
    if (!behind) return false;
    if (*behind == '/') { /* of two integers, the second not zero */
        const char *bottom = behind + 1;
        return !is_hex && skip_digits(c, isdigit) == behind && bottom[strspn(bottom, "0")] != 0 &&
               *skip_digits(bottom, isdigit) == 0;
    }
    if (*behind == (is_hex ? 'p' : 'e')) {
        behind++;
        if (*behind == '+' || *behind == '-') behind++;
        if (!isdigit((unsigned char)*behind)) return false;
        behind = skip_digits(behind, isdigit);
    }
    return *behind == 0;
}

/* Does a word of these letters have to be a number? */
static bool looks_like_number(const char *c)
{
    if (*c == '+' || *c == '-') c++;
    if (*c == '.') c++;
    return isdigit((unsigned char)*c) != 0;
}

static Status read_string(Reader *r, Sexp **out)
{
    const size_t start = r->at++;
    const char *text = r->file->text;
    while (r->at < r->file->length && text[r->at] != '"') {
        if (text[r->at] == 0) return wrong(r, r->at, "a NUL byte in a string");
        r->at += text[r->at] == '\\' ? 2 : 1;
    }
    if (r->at >= r->file->length) return wrong(r, start, "the string has no end");
    const Status status = new_node(r, SEXP_STRING, start, out);
    if (status == OK) (*out)->text = copy(r, start + 1, r->at);
    r->at++;
    return status;
}

static Status read_word(Reader *r, Sexp **out)
{
    const size_t start = r->at;
    while (r->at < r->file->length && is_symbol_char(r->file->text[r->at])) r->at++;
    if (r->at == start)
        return fail_at(r->err, ERR_INPUT, r->file->text, r->file->length, start,
                       isprint((unsigned char)r->file->text[start]) ? "unexpected '%c'"
                                                                    : "unexpected byte 0x%02x",
                       (unsigned char)r->file->text[start]);
    Status status = new_node(r, SEXP_SYMBOL, start, out);
    if (status != OK) return status;
    const char *text = copy(r, start, r->at);
    (*out)->text = text;
    if (is_number(text))
        (*out)->kind = SEXP_NUMBER;
    else if (looks_like_number(text))
        status = wrong(r, start, "this is no number: 1.5, 1e-3, 0x1.8p-1 or 3/4 are");
    return status;
}

Status fp_read(FpFile *file, Sexp **first, Err *err)
{
    Reader r = {.file = file, .err = err};
    /* Where the next S-expression goes, for every open list; [0] is the top level. */
    struct Level {
        Sexp *list, **end;
    } *level = xcalloc(FPCORE_DEPTH_MAX + 1, sizeof *level);
    int depth = 0;
    Status status = OK;
    *first = NULL;
    level[0].end = first;
    for (skip_space(&r); r.at < file->length && status == OK; skip_space(&r)) {
        const char c = file->text[r.at];
        Sexp *sexp = NULL;
        if (c == ')' || c == ']') {
            const Sexp *list = level[depth].list;
            if (!list)
                status = wrong(&r, r.at, "this parenthesis closes nothing");
            else if ((file->text[list->offset] == '(') != (c == ')'))
                status = wrong(&r, r.at,
                               c == ')' ? "expected ']', found ')'" : "expected ')', found ']'");
            depth -= status == OK;
            r.at++;
            continue;
        }
        if (c == '(' || c == '[')
            status = new_node(&r, SEXP_LIST, r.at++, &sexp);
        else
            status = c == '"' ? read_string(&r, &sexp) : read_word(&r, &sexp);
        if (status != OK) break;
        if (level[depth].list) level[depth].list->n++;
        *level[depth].end = sexp;
        level[depth].end = &sexp->next;
        if (sexp->kind != SEXP_LIST) continue;
        if (depth == FPCORE_DEPTH_MAX) {
            status = fail_at(err, ERR_LIMIT, file->text, file->length, sexp->offset,
                             "nested more deeply than %d levels", FPCORE_DEPTH_MAX);
            break;
        }
        depth++;
        level[depth] = (struct Level){.list = sexp, .end = &sexp->first};
    }
    if (status == OK && depth > 0)
        status = wrong(&r, level[depth].list->offset, "this parenthesis is never closed");
    free(level);
    return status;
}

bool fp_is_symbol(const Sexp *sexp, const char *text)
{
    return sexp && sexp->kind == SEXP_SYMBOL && strcmp(sexp->text, text) == 0;
}
