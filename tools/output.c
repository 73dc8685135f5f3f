#include "tools/output.h"

#include "frontend/fpcore.h"
#include "runtime/emit/backend.h"
#include "runtime/emit/emit_c.h"
#include "runtime/emit/emit_library.h"
#include "tools/say.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What C and C++ keep for themselves. */
static const char *const KEYWORDS[] = {
    "alignas",   "alignof",  "and",      "asm",      "auto",     "bool",    "break",   "case",
    "catch",     "char",     "class",    "const",    "continue", "default", "delete",  "do",
    "double",    "else",     "enum",     "explicit", "export",   "extern",  "false",   "float",
    "for",       "friend",   "goto",     "if",       "inline",   "int",     "long",    "mutable",
    "namespace", "new",      "not",      "nullptr",  "operator", "or",      "private", "protected",
    "public",    "register", "restrict", "return",   "short",    "signed",  "sizeof",  "static",
    "struct",    "switch",   "template", "this",     "throw",    "true",    "try",     "typedef",
    "typeid",    "typename", "union",    "unsigned", "using",    "virtual", "void",    "volatile",
    "while",     "xor",
};

bool output_is_symbol(const char *symbol)
{
    enum { SYMBOL_MAX = 200 }; /* of the emitters, with their suffixes */
    if (strlen(symbol) > SYMBOL_MAX) return false;
    for (size_t i = 0; i < sizeof KEYWORDS / sizeof *KEYWORDS; i++)
        if (strcmp(symbol, KEYWORDS[i]) == 0) return false;
    if (!isalpha((unsigned char)*symbol) && *symbol != '_') return false;
    for (; *symbol; symbol++)
        if (!isalnum((unsigned char)*symbol) && *symbol != '_') return false;
    return true;
}

void output_symbol(Text *out, const Entry *entry, const char *symbol)
{
    if (symbol)
        text_add(out, "%s", symbol);
    else
        text_add(out, "approx_%s", entry->goal.name);
}

void output_comment(Text *out, const Entry *entry)
{
    const Goal *goal = &entry->goal;
    say_goal(out, goal);
    text_add(out, "\n");
    if (entry->has_report)
        say_report(out, goal, &entry->report);
    else
        text_add(out, "Not judged: nothing is claimed about its error");
    text_add(out, ".\n");
    if (goal->target[0]) text_add(out, "For %s.\n", goal->target);
    if (entry->command[0])
        text_add(out, "Made by approxcc %s, seed %llu:\n  %s\n", entry->version,
                 (unsigned long long)entry->seed, entry->command);
}

/* -- the forms ---------------------------------------------------------------- */

typedef struct {
    const Entry *entries;
    int n;
    const char *symbol, *path;
    Text comment;
} Output;

static Status make_approx(Text *out, const Output *o, Err *err)
{
    entry_print(out, o->entries);
    return OK;
}

static Status make_json(Text *out, const Output *o, Err *err)
{
    for (int i = 0; i < o->n; i++) say_json(out, &o->entries[i]);
    return OK;
}

static Status make_fpcore(Text *out, const Output *o, Err *err)
{
    const Status status = fpcore_from_prog(out, &o->entries->prog, &o->entries->goal, err);
    text_add(out, "\n");
    return status;
}

static Status make_c(Text *out, const Output *o, Err *err)
{
    const EmitC unit = {&o->entries->prog, o->symbol, text_get(&o->comment)};
    return emit_c(out, &unit, err);
}

static Status make_header(Text *out, const Output *o, Err *err)
{
    const EmitC unit = {&o->entries->prog, o->symbol, text_get(&o->comment)};
    return emit_header(out, &unit, err);
}

static Status make_by_llvm(Text *out, const Output *o, EmitForm form, Err *err)
{
    const Backend *backend;
    const EmitUnit unit = {.prog = &o->entries->prog,
                           .symbol = o->symbol,
                           .target = o->entries->goal.target,
                           .comment = text_get(&o->comment),
                           .want_array = true,
                           .vectors = o->entries->vectors};
    const Status status = backend_load(&backend, err);
    return status != OK ? status : backend->emit(out, &unit, 1, form, err);
}

static Status make_ll(Text *out, const Output *o, Err *err)
{
    return make_by_llvm(out, o, EMIT_LL, err);
}

static Status make_bc(Text *out, const Output *o, Err *err)
{
    return make_by_llvm(out, o, EMIT_BC, err);
}

static Status make_s(Text *out, const Output *o, Err *err)
{
    return make_by_llvm(out, o, EMIT_S, err);
}

static Status make_o(Text *out, const Output *o, Err *err)
{
    return make_by_llvm(out, o, EMIT_O, err);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static Status make_library(Text *out, const Output *o, bool is_shared, Err *err)
{
    Text object = {0}, member = {0};
    text_add(&member, "%s.o", o->symbol);
    Status status = make_o(&object, o, err);
    const LibraryObject part = {member.data, text_get(&object), object.length};
    const Target *target = target_find(o->entries->goal.target);
    if (status == OK && is_shared)
        status = emit_shared_library(out, &part, 1, target, &(LibraryNames){base_name(o->path), NULL}, err);
    else if (status == OK)
        status = emit_archive(out, &part, 1, err);
    text_release(&object);
    text_release(&member);
    return status;
}

static Status make_archive(Text *out, const Output *o, Err *err)
{
    return make_library(out, o, false, err);
}

static Status make_shared(Text *out, const Output *o, Err *err)
{
    return make_library(out, o, true, err);
}

static const struct {
    const char *extension;
    Status (*make)(Text *out, const Output *output, Err *err);
    bool has_real, has_front; /* exists for the reals; for a whole front */
} FORMS[] = {
    {".approx", make_approx, true, false}, {".json", make_json, true, true},
    {".fpcore", make_fpcore, true, false}, {".c", make_c, false, false},
    {".h", make_header, false, false},     {".ll", make_ll, false, false},
    {".bc", make_bc, false, false},        {".s", make_s, false, false},
    {".o", make_o, false, false},          {".a", make_archive, false, false},
    {".so", make_shared, false, false},
};
enum { N_FORMS = sizeof FORMS / sizeof *FORMS };

/* The row of FORMS for a path, or -1. "/dev/stdout" and such have none and get .approx. */
static int form_of(const char *path)
{
    struct stat about;
    const size_t length = strlen(path);
    for (int i = 0; i < N_FORMS; i++) {
        const size_t n = strlen(FORMS[i].extension);
        if (length > n && strcmp(path + length - n, FORMS[i].extension) == 0) return i;
    }
    if (strcmp(path, "-") == 0) return 0;
    return stat(path, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode) ? 0 : -1;
}

/* Can a file be made in the folder of this path? */
static Status check_folder(const char *path, Err *err)
{
    Text folder = {0};
    const char *slash = strrchr(path, '/');
    text_add(&folder, "%.*s", slash ? (int)(slash + 1 - path) : 1, slash ? path : ".");
    const bool is_good = access(folder.data, W_OK | X_OK) == 0;
    text_release(&folder);
    return is_good ? OK : fail(err, ERR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
}

static Status refuse_folder(const char *path, Err *err)
{
    struct stat about;
    if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode)) return OK;
    return fail(err, ERR_SYSTEM, "cannot write '%s': it is a directory", path);
}

Status output_check_page(const char *path, Err *err)
{
    struct stat about;
    const Status status = refuse_folder(path, err);
    if (status != OK || strcmp(path, "-") == 0) return status;
    return stat(path, &about) == 0 && !S_ISREG(about.st_mode) ? OK : check_folder(path, err);
}

Status output_check(const Words *paths, Type type, bool want_front, Err *err)
{
    for (int i = 0; i < paths->n; i++) {
        const char *path = paths->word[i];
        Status status = refuse_folder(path, err);
        if (status != OK) return status;
        const int form = form_of(path);
        if (form < 0)
            return fail(err, ERR_INPUT,
                        "'-o %s': the extension says what to write; expected one of .approx .c .h "
                        ".ll .bc .s .o .a .so .json .fpcore",
                        path);
        if (type == TYPE_REAL && !FORMS[form].has_real)
            return fail(err, ERR_INPUT,
                        "'-o %s': a program over the reals has no machine form; expected .approx, "
                        ".json or .fpcore",
                        path);
        if (want_front && !FORMS[form].has_front)
            return fail(err, ERR_INPUT, "'-o %s': a whole front goes to a .json file", path);
        status = output_check_page(path, err);
        if (status != OK) return status;
    }
    return OK;
}

/* All of the files or none: every content is in its folder under a temporary name before the first gets its
   own; devices and standard output come in between, since they too can be full. */
static Status write_contents(const Words *paths, const Text *contents, Err *err)
{
    Text temporary[WORDS_MAX] = {0};
    Status status = OK;
    for (int i = 0; i < paths->n && status == OK; i++)
        status = text_stage_file(&temporary[i], paths->word[i], text_get(&contents[i]),
                                 contents[i].length, err);
    if (status == OK && atomic_load(&say_stop)) status = fail(err, ERR_INTERRUPTED, "interrupted");
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < paths->n && status == OK; i++)
            if ((temporary[i].length > 0) == (pass == 1))
                status = text_commit_file(&temporary[i], paths->word[i], text_get(&contents[i]),
                                          contents[i].length, err);
    for (int i = 0; i < paths->n; i++) text_discard_file(&temporary[i]);
    return status;
}

Status output_write(const Words *paths, const Entry *entries, int n, const char *symbol, Err *err)
{
    Text name = {0}, *contents = xcalloc((size_t)paths->n, sizeof *contents);
    Output output = {.entries = entries, .n = n};
    output_symbol(&name, entries, symbol);
    output_comment(&output.comment, entries);
    output.symbol = name.data;
    Status status = OK;
    for (int i = 0; i < paths->n && status == OK; i++) {
        output.path = paths->word[i];
        status = FORMS[form_of(output.path)].make(&contents[i], &output, err);
        /* Ctrl-C reaches the linker too, which then fails. */
        if (atomic_load(&say_stop)) status = fail(err, ERR_INTERRUPTED, "interrupted");
    }
    if (status == OK) status = write_contents(paths, contents, err);
    for (int i = 0; i < paths->n; i++) text_release(&contents[i]);
    free(contents);
    text_release(&name);
    text_release(&output.comment);
    return status;
}
