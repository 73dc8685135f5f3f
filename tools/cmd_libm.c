/* approxcc libm: a library that takes the place of functions of the C library. */
#include "tools/commands.h"
#include "tools/kept.h"
#include "tools/libm.h"
#include "tools/say.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    LibmWishes wishes;
    Words outputs;
    const char *target, *prefix, *beside_file, *check, *store_file;
    bool want_errno, want_verification, is_required, no_store;
    LibmChecking checking;
} LibmArguments;

static Status check_arguments(const LibmArguments *a, Err *err)
{
    if (a->check && a->outputs.n > 0)
        return fail(err, ERR_INPUT, "'--check' writes nothing: expected no '-o'");
    if (!a->check && a->outputs.n != 1)
        return fail(err, ERR_INPUT, "libm writes one folder: expected one '-o DIR'");
    if (a->checking.stride && !a->check && !a->want_verification)
        return fail(err, ERR_INPUT, "'--stride' is for '--verify' and '--check'");
    if (a->checking.threads > THREADS_MAX)
        return fail(err, ERR_INPUT, "'--threads %llu': at most %d threads can be used",
                    (unsigned long long)a->checking.threads, THREADS_MAX);
    return OK;
}

/* What the library has not, and what is not of the catalogue, on standard error. */
static void tell_missing(const LibmArguments *a, const Library *library, const LibmMissing *missing)
{
    Text lacking = {0}, stored = {0};
    if (library->store_fault.text[0]) say_warning("%s", library->store_fault.text);
    libm_print_stored(&stored, library);
    if (stored.length) fprintf(stderr, "approxcc: %s\n", text_get(&stored));
    text_release(&stored);
    if (missing->without.length)
        say_warning("%s program within %s for %s; left to the system's libm: %s",
                    libm_nobody_has(library),
                    a->wishes.overrides.n || a->wishes.names.n ? "the bound" : a->wishes.max_error,
                    library->target.name, text_get(&missing->without));
    libm_print_lacking(&lacking, library);
    for (char *line = lacking.data, *end; line && (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        say_warning("%s", line);
    }
    text_release(&lacking);
}

static Status check_missing(const LibmArguments *a, const Library *library,
                            const LibmMissing *missing, Err *err)
{
    const Text *wanted = a->is_required ? &missing->without : &missing->named;
    if (wanted->length)
        return fail(err, ERR_UNSUPPORTED, "%s program within the bound for %s: nothing is written",
                    libm_nobody_has(library), text_get(wanted));
    if (library->n > 0) return OK;
    return fail(err, ERR_UNSUPPORTED, "%s program within the bound for %s",
                libm_nobody_has(library), library->target.name);
}

static Status make(const LibmArguments *a, Library *library, Folder *files,
                   const LibmMissing *missing, Err *err)
{
    Beside beside = {0};
    const char *path = a->outputs.word[0];
    Status status =
        a->beside_file ? beside_load(&beside, a->beside_file, err) : beside_measured(&beside, err);
    if (status == OK) status = library_files(library, files, APPROX_VERSION, err);
    if (status == OK) libm_add_claims(files, library, missing, &beside);
    if (status == OK) status = folder_check(files, path, err);
    if (status == OK && a->want_verification)
        status = libm_verify(library, files, &a->checking, err);
    if (status == OK) status = folder_write(files, path, err);
    beside_release(&beside);
    return status;
}

static int run(const LibmArguments *a)
{
    Err err = {0};
    Library *library = NULL;
    Store *store = NULL;
    Folder files = {0};
    LibmMissing missing = {0};
    int code = EXIT_OK;
    Status status = library_new(&library, a->target, a->prefix, a->want_errno, &err);
    if (status == OK) {
        kept_open_known(&library->store, a->store_file, a->no_store);
        store = library->store;
        status = libm_select(library, &a->wishes, &missing, &err);
    }
    if (status != OK) {
        code = say_usage(&err, "libm");
        goto done;
    }
    if ((status = check_missing(a, library, &missing, &err)) != OK) {
        say_error(status, &err, NULL);
        code = EXIT_NOT_MET;
        goto done;
    }
    tell_missing(a, library, &missing);
    say_catch_signals();
    if ((status = make(a, library, &files, &missing, &err)) != OK)
        code = say_error(status, &err, NULL);
    else
        printf("%d function%s for %s in %s; CLAIMS.md says how near to the right values\n",
               library->n, library->n == 1 ? "" : "s", library->target.name, a->outputs.word[0]);
done:
    folder_release(&files);
    library_free(library);
    store_close(store);
    text_release(&missing.without);
    text_release(&missing.named);
    return code;
}

int cmd_libm(int argc, char **argv)
{
    LibmArguments a = {.wishes.max_error = "1ulp", .target = "native", .prefix = ""};
    bool want_help = false;
    const Option options[] = {
        {"-o", OPTION_TEXTS, &a.outputs, "DIR", "the folder: new, empty, or such a library"},
        {"--target", OPTION_TEXT, &a.target, "T",
         "native (default), a row of --print-targets, or x86-64-multi: chosen at run time"},
        {"--max-error", OPTION_TEXT, &a.wishes.max_error, "BOUND",
         "of every function (default 1ulp)"},
        {"--function", OPTION_TEXTS, &a.wishes.overrides, "NAME=BOUND", "another bound for one"},
        {"--prefix", OPTION_TEXT, &a.prefix, "P", "before every name (default: the names of C)"},
        {"--store", OPTION_TEXT, &a.store_file, "FILE",
         "programs of this store beside the catalogue's (default: the user's store)"},
        {"--no-store", OPTION_FLAG, &a.no_store, NULL,
         "only the catalogue: the same bytes wherever it is made"},
        {"--math-errno", OPTION_FLAG, &a.want_errno, NULL, "functions of one value set errno"},
        {"--require", OPTION_FLAG, &a.is_required, NULL,
         "a function of C that the catalogue lacks is an error"},
        {"--verify", OPTION_FLAG, &a.want_verification, NULL,
         "judge the compiled functions, in all forms, before anything is written: on every float; f64 and two arguments by samples"},
        {"--check", OPTION_TEXT, &a.check, "DIR",
         "judge a library that is there, in all forms that this machine runs, as --verify does"},
        {"--stride", OPTION_COUNT, &a.checking.stride, "N",
         "with --verify and --check: every Nth float only"},
        {"--beside", OPTION_TEXT, &a.beside_file, "FILE.json",
         "other libraries' times for CLAIMS.md, as approxcc bench --json writes them (default: as "
         "measured on a Zen 3)"},
        {"--threads", OPTION_COUNT, &a.checking.threads, "N",
         "worker threads (default: all processors)"},
        {"--progress", OPTION_TEXT, &a.checking.progress, "auto|none", "progress on a terminal"},
        {0},
    };
    Err err = {0};
    Status status = options_parse(options, argc, argv, &a.wishes.names, &want_help, &err);
    if (status == OK && want_help) {
        puts("usage: approxcc libm [NAME[=BOUND] ...] [options] -o DIR\n"
             "       approxcc libm --check DIR [NAME ...]\n\n"
             "Writes a library that takes the place of functions of libm and libmvec, from the\n"
             "catalogue and the user's store: lib/libapproxm.a and .so, include/approxm.h, and "
             "what is claimed of them.\n"
             "With names (expf, sin) only these. Exit code 3: a function that was named or\n"
             "required is not in the catalogue.\n");
        options_print(options);
        return EXIT_OK;
    }
    if (status == OK) status = check_arguments(&a, &err);
    if (status != OK) return say_usage(&err, "libm");
    if (!a.check) return run(&a);
    say_catch_signals();
    return libm_check(a.check, &a.wishes.names, &a.checking);
}
