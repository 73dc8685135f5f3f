/* Are the claims true of the code that is to be delivered? */
#include "runtime/library/library.h"

#include "runtime/base/temporary.h"
#include "runtime/library/library_files.h"
#include "runtime/measure/verify.h"

#include <assert.h>
#include <dlfcn.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

bool library_is_runnable(const Library *library)
{
    for (int i = 0; i < library->target.n_levels; i++)
        if (target_is_runnable(library->target.level[i])) return true;
    return false;
}

static Status load(void **out, const char *path, Err *err)
{
    *out = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    return *out ? OK : fail(err, ERR_INPUT, "the library cannot be loaded: %s", dlerror());
}

Status library_open(void **out, const char *folder, Err *err)
{
    Text path = {0};
    text_add(&path, "%s/lib/lib" LIBRARY_NAME ".so." LIBRARY_ABI, folder);
    const Status status = load(out, text_get(&path), err);
    text_release(&path);
    return status;
}

Status library_load(void **out, const Folder *files, Err *err)
{
    *out = NULL;
    const Text *bytes = folder_find(files, "lib/lib" LIBRARY_NAME ".so." LIBRARY_ABI);
    Text path = {0};
    Status status = temporary_file(&path, err);
    if (status != OK) return status;
    status = text_write_file(path.data, text_get(bytes), bytes->length, err);
    if (status == OK) status = load(out, path.data, err);
    unlink(path.data);
    text_release(&path);
    return status;
}

void library_call_array(const void *address, int n_arguments, const void *const *x, void *y,
                        size_t n)
{
    void (*of_one)(const void *x, void *y, size_t n);
    void (*of_two)(const void *x0, const void *x1, void *y, size_t n);
    assert(n_arguments == 1 || n_arguments == 2);
    memcpy(&of_one, &address, sizeof of_one);
    memcpy(&of_two, &address, sizeof of_two);
    if (n_arguments == 1)
        of_one(x[0], y, n);
    else
        of_two(x[0], x[1], y, n);
}

typedef struct {
    const void *array;
    int n_arguments;
} Code;

static void run_code(void *context, int worker, const void *const *x, void *y, size_t n)
{
    const Code *code = context;
    library_call_array(code->array, code->n_arguments, x, y, n);
}

/* What the array form that is chosen here is compiled from; NULL: there is none. */
static const Entry *program_of_code(const LibraryFunction *function)
{
    const Entry *entry = NULL;
    for (int i = 0; i < function->n_forms; i++)
        if (function->form[i].lanes == 0 && target_is_runnable(function->form[i].level))
            entry = function->form[i].entry;
    return entry;
}

typedef struct {
    const LibraryJudging *how;
    const char *symbol;
} Progress;

static void show(void *context, double done)
{
    const Progress *p = context;
    if (p->how->progress) p->how->progress(p->how->progress_context, p->symbol, done);
}

static Status judge_program(const LibraryFunction *function, const Entry *entry, void *loaded,
                            VerifyKeep *keep, const LibraryJudging *how, Err *err)
{
    Progress progress = {how, function->symbol};
    VerifyOptions options = {.keep = keep,
                             .n_threads = how->n_threads,
                             .stride = how->stride,
                             .seed = entry->seed ? entry->seed : 1, /* as the claim was made */
                             .stop = how->stop,
                             .progress = show,
                             .progress_context = &progress};
    Code code = {.n_arguments = function->goal.n_variables};
    if (loaded && entry == program_of_code(function) && code.n_arguments <= 2)
        code.array = dlsym(loaded, function->array_symbol);
    if (code.array) {
        options.run = run_code;
        options.run_context = &code;
    }
    Report report;
    Goal goal = function->goal;
    memcpy(goal.target, entry->goal.target, sizeof goal.target);
    const Status status = verify(&report, &entry->prog, &goal, &options, err);
    if (status != OK) return status;
    if (report_meets(&report, &goal) &&
        report.max_ulp <= entry->report.max_ulp * (1 + 5e-4)) /* printed to four digits */
        return OK;
    Text at = {0};
    for (int v = 0; v < goal.n_variables; v++)
        text_add(&at, "%s%a", v ? ", " : "", report.worst_input[v]);
    fail(err, ERR_INPUT, "the claim for %s does not hold: %.4g ulp at %s, %.4g ulp are claimed",
         function->symbol, report.max_ulp, text_get(&at), entry->report.max_ulp);
    text_release(&at);
    return ERR_INPUT;
}

Status library_judge(const LibraryFunction *function, void *loaded, const LibraryJudging *how,
                     LibraryJudged *judged, Err *err)
{
    Status status = OK;
    VerifyKeep *keep = verify_keep_new();
    for (int i = 0; i < function->n_entries && status == OK; i++) {
        status = judge_program(function, function->entry[i], loaded, keep, how, err);
        if (status == OK) judged->n_programs++;
    }
    verify_keep_free(keep);
    if (status == OK) status = library_compare_forms(function, loaded, how, judged, err);
    return status;
}
