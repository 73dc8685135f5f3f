#include "tools/cc_target.h"

#include "frontend/driver_input.h"
#include "tools/commands.h"
#include "tools/run_clang.h"
#include "tools/say.h"

#include <stdlib.h>
#include <string.h>

/* -- what says it -------------------------------------------------------------------------------- */

static bool is_target_option(const char *argument)
{
    static const char *const PREFIXES[] = {"-m", "--target=", "--march=", "--mcpu="};
    if (strcmp(argument, "-mllvm") == 0) return false;
    if (strcmp(argument, "-target") == 0) return true; /* its value stands apart */
    for (size_t i = 0; i < sizeof PREFIXES / sizeof *PREFIXES; i++)
        if (strncmp(argument, PREFIXES[i], strlen(PREFIXES[i])) == 0) return true;
    return false;
}

/* Clang's command line for a function of no lines: how many options say something of the target. */
static int question(char **out, const DriverPlan *plan)
{
    static const char *const REST[] = {"-w", "-S", "-emit-llvm", "-x", "c", "-o", "-", "-"};
    int n = 1, n_options = 0;
    for (int i = 0; i < plan->n; i++) {
        char *const a = plan->argument[i];
        const bool has_value = driver_option_has_value(a) && i + 1 < plan->n;
        if (is_target_option(a)) {
            out[n++] = a;
            if (has_value) out[n++] = plan->argument[i + 1];
            n_options++;
        }
        i += has_value;
    }
    for (size_t i = 0; i < sizeof REST / sizeof *REST; i++) out[n++] = (char *)REST[i];
    out[n] = NULL;
    return n_options;
}

/* -- what it means --------------------------------------------------------------------------------- */

/* What stands behind `before`, up to the next quote: the module that clang prints has everything in quotes. */
static void quoted(Text *out, const Text *module, const char *before)
{
    const char *const at = strstr(text_get(module), before);
    if (at) text_add_bytes(out, at + strlen(before), strcspn(at + strlen(before), "\""));
}

/* Is "+avx2" in the list? */
static bool has_feature(const char *list, const char *feature, size_t length)
{
    for (; *list; list += strcspn(list, ","), list += *list == ',')
        if (strcspn(list, ",") == length && strncmp(list, feature, length) == 0) return true;
    return false;
}

static bool has_all(const char *list, const char *needs)
{
    for (; *needs; needs += strcspn(needs, ","), needs += *needs == ',')
        if (!has_feature(list, needs, strcspn(needs, ","))) return false;
    return true;
}

static bool has_arch(const char *triple, const char *arch)
{
    const size_t length = strlen(arch);
    return strncmp(triple, arch, length) == 0 && triple[length] == '-';
}

static const Target *most_able(const char *triple, const char *features)
{
    const Target *best = NULL; /* the rows of an architecture go from the least on */
    for (const Target *t = TARGETS; t->name; t++)
        if (has_arch(triple, t->arch) && has_all(features, t->needs)) best = t;
    return best;
}

/* -- all ----------------------------------------------------------------------------------------------- */

int cc_target(const Target **out, const DriverPlan *plan, bool is_cxx)
{
    enum { OWN = 10 };
    *out = TARGETS;
    Text module = {0}, triple = {0}, features = {0};
    char **const argument = xcalloc((size_t)plan->n + OWN, sizeof *argument);
    argument[0] = is_cxx ? "clang++-19" : "clang-19";
    int code = EXIT_OK;
    if (question(argument, plan) == 0) goto done;
    code = clang_read(&module, argument, is_cxx, "void f(void) {}\n");
    if (code != EXIT_OK) goto done;
    quoted(&triple, &module, "target triple = \"");
    quoted(&features, &module, "\"target-features\"=\"");
    *out = most_able(text_get(&triple), text_get(&features));
    if (!*out) {
        Err err = {0};
        code = say_error(fail(&err, ERR_INPUT, "no code is made for %s", text_get(&triple)), &err,
                         NULL);
    }
done:
    text_release(&module);
    text_release(&triple);
    text_release(&features);
    free(argument);
    return code;
}
