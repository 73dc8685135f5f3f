/* approxcc show: a program in another form, on standard output. */
#include "frontend/fpcore.h"
#include "runtime/emit/backend.h"
#include "runtime/emit/emit_c.h"
#include "tools/commands.h"
#include "tools/load.h"
#include "tools/options.h"
#include "tools/output.h"
#include "tools/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Status show_text(Text *out, const Entry *entry, Err *err)
{
    entry_print(out, entry);
    return OK;
}

static Status show_json(Text *out, const Entry *entry, Err *err)
{
    say_json(out, entry);
    return OK;
}

static Status show_fpcore(Text *out, const Entry *entry, Err *err)
{
    const Status status = fpcore_from_prog(out, &entry->prog, &entry->goal, err);
    if (status == OK) text_add(out, "\n");
    return status;
}

static Status show_c(Text *out, const Entry *entry, Err *err)
{
    Text symbol = {0}, comment = {0};
    output_symbol(&symbol, entry, NULL);
    output_comment(&comment, entry);
    const EmitC unit = {&entry->prog, symbol.data, text_get(&comment)};
    const Status status = emit_c(out, &unit, err);
    text_release(&symbol);
    text_release(&comment);
    return status;
}

static Status show_llvm(Text *out, const Entry *entry, Err *err)
{
    const Backend *backend;
    Text symbol = {0}, comment = {0};
    output_symbol(&symbol, entry, NULL);
    output_comment(&comment, entry);
    const EmitUnit unit = {.prog = &entry->prog,
                           .symbol = symbol.data,
                           .target = entry->goal.target[0] ? entry->goal.target : "native",
                           .comment = text_get(&comment),
                           .want_array = true,
                           .vectors = entry->vectors};
    Status status = backend_load(&backend, err);
    if (status == OK) status = backend->emit(out, &unit, 1, EMIT_LL, err);
    text_release(&symbol);
    text_release(&comment);
    return status;
}

static const struct {
    const char *name;
    Status (*show)(Text *out, const Entry *entry, Err *err);
    bool has_real;
} FORMS[] = {{"text", show_text, true},
             {"c", show_c, false},
             {"llvm", show_llvm, false},
             {"fpcore", show_fpcore, true},
             {"json", show_json, true}};
enum { N_FORMS = sizeof FORMS / sizeof *FORMS };

int cmd_show(int argc, char **argv)
{
    const char *as = "text";
    Words files = {0};
    bool want_help = false;
    const Option options[] = {
        {"--as", OPTION_TEXT, &as, "FORM", "text (default), c, llvm, fpcore or json"},
        {0},
    };
    Err err = {0};
    Status status = options_parse(options, argc, argv, &files, &want_help, &err);
    if (status == OK && want_help) {
        puts("usage: approxcc show FILE.approx | FILE.fpcore | FILE.json ... [--as FORM]\n");
        options_print(options);
        return EXIT_OK;
    }
    int form = 0;
    while (form < N_FORMS && strcmp(FORMS[form].name, as) != 0) form++;
    if (status == OK && form == N_FORMS)
        status = fail(&err, ERR_INPUT, "'--as %s': expected text, c, llvm, fpcore or json", as);
    if (status == OK && files.n == 0)
        status = fail(&err, ERR_INPUT, "show needs a .approx, .fpcore or .json file");
    if (status != OK) return say_usage(&err, "show");

    Text out = {0};
    for (int i = 0; i < files.n && status == OK; i++) {
        Entry *entries = NULL;
        int n = 0;
        status = load_entries(&entries, &n, files.word[i], NULL, &err);
        for (int k = 0; k < n && status == OK; k++) {
            if (entries[k].goal.type == TYPE_REAL && !FORMS[form].has_real)
                status = fail(&err, ERR_UNSUPPORTED,
                              "'%s' is a program over the reals: it has no form '%s'",
                              files.word[i], as);
            else
                status = FORMS[form].show(&out, &entries[k], &err);
        }
        free(entries);
        if (status != OK) say_error(status, &err, files.word[i]);
    }
    if (status == OK && text_write_file("-", text_get(&out), out.length, &err) != OK)
        status = ERR_SYSTEM, say_error(status, &err, NULL);
    text_release(&out);
    return status == OK ? EXIT_OK : status == ERR_INTERNAL ? EXIT_INTERNAL : EXIT_DIAGNOSED;
}
