/* approxcc report: a page about programs that are there already. */
#include "runtime/base/pool.h"
#include "tools/commands.h"
#include "tools/load.h"
#include "tools/options.h"
#include "tools/output.h"
#include "tools/page.h"
#include "tools/say.h"
#include "tools/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Status check_arguments(const Words *files, const Words *outputs, uint64_t threads, Err *err)
{
    if (files->n == 0) return fail(err, ERR_INPUT, "report needs a .approx, .fpcore or .json file");
    if (outputs->n != 1)
        return fail(err, ERR_INPUT,
                    "report writes one page or table: expected one '-o OUT.html' or '-o OUT.md'");
    if (threads > THREADS_MAX)
        return fail(err, ERR_INPUT, "'--threads %llu': at most %d threads can be used",
                    (unsigned long long)threads, THREADS_MAX);
    return OK;
}

static bool is_markdown(const char *path)
{
    const size_t n = strlen(path);
    return n > 3 && strcmp(path + n - 3, ".md") == 0;
}

static void make_table(Text *out, const PageSource *sources, int n, const Beside *beside)
{
    const Entry **entries = NULL;
    int n_entries = 0;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < sources[i].n; k++) {
            entries = xrealloc(entries, (size_t)(n_entries + 1) * sizeof *entries);
            entries[n_entries++] = &sources[i].entries[k];
        }
    table_make(out, entries, n_entries, beside);
    free(entries);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

int cmd_report(int argc, char **argv)
{
    Words files = {0}, outputs = {0};
    uint64_t threads = 0;
    bool want_help = false;
    const char *beside_file = NULL;
    Beside beside = {0};
    const Option options[] = {
        {"-o", OPTION_TEXTS, &outputs, "OUT.html|OUT.md",
         "the page, or a table of times and errors"},
        {"--beside", OPTION_TEXT, &beside_file, "FILE.json",
         "other libraries' times and errors, as approxcc bench --json writes them"},
        {"--threads", OPTION_COUNT, &threads, "N", "worker threads (default: all processors)"},
        {0},
    };
    Err err = {0};
    Status status = options_parse(options, argc, argv, &files, &want_help, &err);
    if (status == OK && want_help) {
        puts(
            "usage: approxcc report FILE.approx | FILE.json | FILE.fpcore ... -o OUT.html\n\n"
            "Draws the accuracy of programs against their operations, over the reals beside the\n"
            "classical forms, and of what was timed against time; and lists them with their error\n"
            "curves. With -o OUT.md: a table of what was timed beside other libraries.\n");
        options_print(options);
        return EXIT_OK;
    }
    if (status == OK) status = check_arguments(&files, &outputs, threads, &err);
    if (status != OK) return say_usage(&err, "report");
    if ((status = output_check_page(outputs.word[0], &err)) != OK)
        return say_error(status, &err, NULL);

    PageSource source[WORDS_MAX] = {0};
    Text page = {0};
    const char *file = NULL; /* at fault */
    for (int i = 0; i < files.n && status == OK; i++) {
        Entry *entries = NULL;
        source[i].label = base_name(files.word[i]);
        status = load_entries(&entries, &source[i].n, files.word[i], NULL, &err);
        source[i].entries = entries;
        if (status != OK) file = files.word[i];
    }
    if (status == OK && beside_file && (status = beside_load(&beside, beside_file, &err)) != OK)
        file = beside_file;
    const int n_threads = threads > 0 ? (int)threads : pool_processors();
    if (status == OK && is_markdown(outputs.word[0]))
        make_table(&page, source, files.n, &beside);
    else if (status == OK)
        status = page_make(&page, source, files.n, true, &beside, n_threads, &err);
    if (status == OK) status = text_write_file(outputs.word[0], text_get(&page), page.length, &err);
    for (int i = 0; i < files.n; i++) free((Entry *)source[i].entries);
    text_release(&page);
    beside_release(&beside);
    return status == OK ? EXIT_OK : say_error(status, &err, file);
}
