/* The functions of a library judged, one after the other. */
#include "tools/libm.h"

#include "tools/say.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void show_progress(void *context, const char *symbol, double done)
{
    fprintf(stderr, "\r%-16s %3.0f %% ", symbol, 100 * done);
}

static LibraryJudging judging_of(const LibmChecking *checking)
{
    const bool is_shown = say_is_terminal(STDERR_FILENO) &&
                          (!checking->progress || strcmp(checking->progress, "none") != 0);
    return (LibraryJudging){.n_threads = (int)checking->threads,
                            .stride = checking->stride,
                            .stop = &say_stop,
                            .progress = is_shown ? show_progress : NULL};
}

static Status judge(const LibraryFunction *function, void *loaded, const LibmChecking *checking,
                    LibraryJudged *judged, Err *err)
{
    const LibraryJudging how = judging_of(checking);
    const Status status = library_judge(function, loaded, &how, judged, err);
    if (how.progress) fprintf(stderr, "\r\033[K");
    return status;
}

Status libm_verify(const Library *library, const Folder *files, const LibmChecking *checking,
                   Err *err)
{
    void *loaded = NULL;
    LibraryJudged judged = {0};
    Status status = library_is_runnable(library) ? library_load(&loaded, files, err) : OK;
    for (int i = 0; i < library->n && status == OK; i++)
        status = judge(library->function[i], loaded, checking, &judged, err);
    if (loaded) dlclose(loaded);
    return status;
}

/* -- of a folder -------------------------------------------------------------------------------- */

static void print_count(int n, const char *what) { printf("%d %s%s", n, what, n == 1 ? "" : "s"); }

/* Of other functions there are too many inputs to look at each. */
static bool can_be_exhaustive(const Goal *goal)
{
    return goal->n_variables == 1 && goal->type != TYPE_F64;
}

static void tell(const LibraryFunction *function, const LibraryJudged *judged, uint64_t stride)
{
    printf("%s: ", function->symbol);
    print_count(judged->n_programs, "claim");
    printf(" held, ");
    print_count(judged->n_forms, "form");
    printf(" with the bits of %s", judged->n_forms == 1 ? "its program" : "their programs");
    if (judged->n_left) printf(", %d not for this machine", judged->n_left);
    if (!can_be_exhaustive(&function->goal))
        printf("; claim by samples, forms on %llu %s\n",
               (unsigned long long)(((uint64_t)1 << 32) / (stride ? stride : 1)),
               function->goal.n_variables > 1 ? "pairs" : "inputs");
    else if (stride > 1)
        printf("; one float in %llu\n", (unsigned long long)stride);
    else
        printf("; every float\n");
    fflush(stdout);
}

static const LibraryFunction *find(const Library *library, const char *symbol)
{
    for (int i = 0; i < library->n; i++)
        if (strcmp(library->function[i]->symbol, symbol) == 0) return library->function[i];
    return NULL;
}

/* All that are named, or all. Those that do not stand are told, and the next one is looked at. */
static Status check_functions(const Library *library, void *loaded, const Words *names,
                              const LibmChecking *checking, int *n_wrong, Err *err)
{
    const int n = names->n ? names->n : library->n;
    *n_wrong = 0;
    for (int i = 0; i < n; i++) {
        const LibraryFunction *function =
            names->n ? find(library, names->word[i]) : library->function[i];
        LibraryJudged judged = {0};
        Err said = {0};
        if (!function)
            return fail(err, ERR_INPUT, "the library has no function '%s'", names->word[i]);
        const Status status = judge(function, loaded, checking, &judged, &said);
        if (status == ERR_INTERRUPTED) return fail(err, status, "%s", said.text);
        if (status == OK) tell(function, &judged, checking->stride);
        if (status != OK) say_error(status, &said, NULL);
        *n_wrong += status != OK;
    }
    return OK;
}

int libm_check(const char *folder, const Words *names, const LibmChecking *checking)
{
    Library *library = NULL;
    void *loaded = NULL;
    Err err = {0};
    int n_wrong = 0;
    Status status = libm_read(&library, folder, &err);
    if (status == OK && !library_is_runnable(library))
        status = fail(&err, ERR_UNSUPPORTED, "this machine does not run code for %s",
                      library->target.name);
    if (status == OK) status = library_open(&loaded, folder, &err);
    if (status == OK) status = check_functions(library, loaded, names, checking, &n_wrong, &err);
    if (loaded) dlclose(loaded);
    library_free(library);
    if (status != OK) return say_error(status, &err, NULL);
    return n_wrong ? EXIT_DIAGNOSED : EXIT_OK;
}
