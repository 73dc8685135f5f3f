/* The compiler driver: what is no subcommand is clang's. Options of ours go to the plugin on the command line of the inner
   clang, so that caches and remote compilers see them; without any, clang compiles as it does alone. */
#include "frontend/driver.h"
#include "runtime/base/installed.h"
#include "runtime/catalogue/policy.h"
#include "runtime/catalogue/store.h"
#include "tools/cc_programs.h"
#include "tools/commands.h"
#include "tools/run_clang.h"
#include "tools/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char PLUGIN[] = "libApproxPasses.so";

typedef struct {
    char **item;
    int n;
} Arguments;

static void add(Arguments *a, const char *text) { a->item[a->n++] = xstrdup(text); }

static void add_with(Arguments *a, const char *prefix, const char *rest)
{
    Text text = {0};
    text_add(&text, "%s%s", prefix, rest);
    add(a, text_get(&text));
    text_release(&text);
}

/* What stands before the user's arguments: the plugin, and, where something is asked of it, that. An option of the plugin is known
   to clang only if the plugin is loaded in the other way, too. */
static Status add_plugin(Arguments *a, const DriverPlan *plan, Err *err)
{
    if (!plan->compiles && !plan->is_thin_lto_with_lld) return OK;
    char path[INSTALLED_PATH_MAX];
    if (!installed_find(path, PLUGIN, 0))
        return fail(err, ERR_SYSTEM,
                    "%s, the part of approxcc that works inside clang, is missing: it should be "
                    "beside the program or in ../lib/approxcc of it",
                    PLUGIN);
    const bool has_words = plan->compiles && plan->words.length;
    if (has_words) {
        /* What a response file has may be for the linker only. */
        add(a, "--start-no-unused-arguments");
        add(a, "-Xclang");
        add(a, "-load");
        add(a, "-Xclang");
        add(a, path);
        add(a, "-mllvm");
        add_with(a, "-approx=", text_get(&plan->words));
    }
    if (plan->compiles) add_with(a, "-fpass-plugin=", path);
    if (has_words) add(a, "--end-no-unused-arguments");
    if (plan->is_thin_lto_with_lld && policy_asks(text_get(&plan->words))) {
        add(a, "-Xlinker");
        add_with(a, "--load-pass-plugin=", path);
    }
    return OK;
}

/* What stands behind them: what checked programs call. */
static Status add_check_library(Arguments *a, const DriverPlan *plan, Err *err)
{
    static const char LIBRARY[] = "libapprox-check.a";
    char path[INSTALLED_PATH_MAX];
    if (!plan->checks || !plan->links) return OK;
    if (!installed_find(path, LIBRARY, 0))
        return fail(err, ERR_SYSTEM,
                    "%s, which programs under -fapprox-check need, is missing: it should be beside "
                    "the program or in ../lib/approxcc of it",
                    LIBRARY);
    add(a, "-Xlinker"); /* not a file for the compiler, whatever -x says */
    add(a, path);
    add(a, "-lm");
    return OK;
}

static void print_warnings(const DriverPlan *plan)
{
    char line[2048];
    for (size_t at = 0;
         text_take_line(line, sizeof line, text_get(&plan->warnings), plan->warnings.length, &at);)
        say_warning("%s", line);
}

/* The user's store, if there is one, and nothing is said of one: a path on the command line, so that nothing in clang depends on the
   environment. */
static void add_store(DriverPlan *plan)
{
    Text path = {0};
    if (plan->compiles && !plan->has_said_store && store_path(&path, NULL) == OK &&
        access(text_get(&path), F_OK) == 0)
        driver_add_store(plan, text_get(&path));
    text_release(&path);
}

/* The report is of this command: lines of earlier ones go. */
static Status begin_report(const DriverPlan *plan, Err *err)
{
    if (!plan->report || !plan->compiles) return OK;
    return text_write_file(plan->report, "", 0, err);
}

static bool is_for_cxx(const char *name)
{
    const size_t length = strlen(name);
    return length >= 2 && strcmp(name + length - 2, "++") == 0;
}

static Status clang_arguments(Arguments *a, const DriverPlan *plan, bool is_cxx, Err *err)
{
    enum { OWN_MAX = 16 }; /* arguments of ours */
    *a = (Arguments){.item = xcalloc((size_t)(plan->n + OWN_MAX + 2), sizeof *a->item)};
    add(a, is_cxx ? "clang++-19" : "clang-19");
    const Status status = add_plugin(a, plan, err);
    if (status != OK) return status;
    for (int i = 0; i < plan->n; i++) a->item[a->n++] = plan->argument[i];
    return add_check_library(a, plan, err);
}

int cmd_cc(int argc, char **argv)
{
    Err err = {0};
    DriverPlan plan;
    Arguments a;
    CcPrograms programs;
    const bool is_cxx = is_for_cxx(argv[0]);
    Status status = driver_plan(&plan, argc, argv, &err);
    if (status == OK) status = begin_report(&plan, &err);
    if (status != OK) return say_error(status, &err, NULL);
    print_warnings(&plan);
    add_store(&plan);
    int code = cc_programs_compile(&programs, &plan, is_cxx);
    if (code != EXIT_OK || programs.is_all_done) goto done;
    if ((status = clang_arguments(&a, &plan, is_cxx, &err)) != OK)
        code = say_error(status, &err, NULL);
    else if (programs.n > 0)
        code = clang_run_and_wait(a.item, is_cxx);
    else
        code = clang_run(a.item, is_cxx);
done:
    cc_programs_release(&programs);
    return code;
}
