#include "tools/cc_programs.h"

#include "frontend/driver_input.h"
#include "runtime/base/temporary.h"
#include "runtime/catalogue/policy.h"
#include "runtime/measure/verify.h"
#include "tools/cc_target.h"
#include "tools/commands.h"
#include "tools/load.h"
#include "tools/output.h"
#include "tools/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool has_extension(const char *file, const char *extension)
{
    const size_t n = strlen(file), m = strlen(extension);
    return n > m && strcmp(file + n - m, extension) == 0;
}

/* -- what clang's arguments ask for ------------------------------------------------------------ */

typedef struct {
    const char *output;    /* of -o, or NULL */
    const Target *target;
    const char *extension; /* of what is made: ".o" */
    int n_inputs, n_programs;
    char bound[32]; /* of --max-error; empty: as the file says, or 1 ulp */
} Request;

/* "-o" "a" and "-oa": the value, or NULL if the argument is another option. */
static const char *output_of(const char *argument, const char *next)
{
    if (strncmp(argument, "-o", 2) != 0) return NULL;
    return argument[2] ? argument + 2 : next;
}

static Request read_request(const DriverPlan *plan)
{
    Request r = {.extension = ".o"};
    bool is_text = false, is_ir = false;
    for (int i = 0; i < plan->n; i++) {
        const char *const a = plan->argument[i];
        const char *const next = i + 1 < plan->n ? plan->argument[i + 1] : NULL;
        const char *const output = output_of(a, next);
        if (output) r.output = output;
        is_text |= strcmp(a, "-S") == 0;
        is_ir |= strcmp(a, "-emit-llvm") == 0;
        if (driver_option_has_value(a)) {
            i++;
            continue;
        }
        if (a[0] == '-' && a[1]) continue;
        r.n_inputs++;
        r.n_programs += has_extension(a, ".fpcore") || has_extension(a, ".approx");
    }
    if (!plan->links) r.extension = is_text ? is_ir ? ".ll" : ".s" : is_ir ? ".bc" : ".o";
    Policy *const policy = xcalloc(1, sizeof *policy);
    Bound bound;
    if (policy_parse(policy, text_get(&plan->words), NULL) == OK) {
        const Wish wish = policy_wish(policy, "");
        if (wish_bound(&wish, TYPE_F32, &bound)) memcpy(r.bound, bound.text, sizeof r.bound);
    }
    free(policy);
    return r;
}

/* -- one input ------------------------------------------------------------------------------------ */

static int synthesise(const char *file, const char *output, const Request *r)
{
    const char *argument[16] = {"synth",      file,   "--target", r->target->name,
                                "--progress", "none", "-o",       output};
    int n = 8;
    if (r->bound[0]) {
        argument[n++] = "--max-error";
        argument[n++] = r->bound;
    }
    return cmd_synth(n, (char **)argument);
}

/* The file's target is as much of it as its operations; only where that cannot be, the command line's holds. */
static bool is_for_another_architecture(const Entry *entry, const Request *r)
{
    const Target *const target = target_find(entry->goal.target);
    return !target || strcmp(target->arch, r->target->arch) != 0;
}

/* A program is judged before it gets into anybody's: what its file claims is not enough. */
static int emit_judged(const char *file, const char *output, const Request *r)
{
    Err err = {0};
    Entry *entry = NULL;
    int n = 0;
    const SpecText override = {.max_error = r->bound[0] ? r->bound : NULL};
    Words paths = {0};
    Report *const report = xcalloc(1, sizeof *report);
    Status status = load_entries(&entry, &n, file, &override, &err);
    if (status == OK && n != 1)
        status =
            fail(&err, ERR_INPUT, "'%s' has %d programs; a file that is compiled has one", file, n);
    if (status == OK && is_for_another_architecture(entry, r))
        snprintf(entry->goal.target, sizeof entry->goal.target, "%s", r->target->name);
    if (status == OK) status = verify(report, &entry->prog, &entry->goal, NULL, &err);
    if (status == OK && !report_meets(report, &entry->goal))
        status =
            fail(&err, ERR_INPUT, "'%s': the program does not meet its bound of %s: %.4g at %a",
                 file, entry->goal.bound.text, report_error(report, entry->goal.bound.kind),
                 report->worst_input[0]);
    if (status == OK) {
        entry->report = *report;
        entry->has_report = true;
        paths.word[paths.n++] = output;
        status = output_write(&paths, entry, 1, NULL, &err);
    }
    free(report);
    free(entry);
    return status == OK ? EXIT_OK : say_error(status, &err, file);
}

/* In a process of its own, which may print and end as a command does. */
static int compile_in_child(const char *file, const char *output, const Request *r)
{
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout))
            _exit(EXIT_INTERNAL); /* a compiler says nothing of success */
        const int code = has_extension(file, ".fpcore") ? synthesise(file, output, r)
                                                        : emit_judged(file, output, r);
        fflush(NULL);
        _exit(code);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return EXIT_INTERNAL;
    return WEXITSTATUS(status);
}

/* dir/exp.fpcore -> exp.o */
static void name_output(Text *out, const char *file, const char *extension)
{
    const char *const slash = strrchr(file, '/');
    const char *const name = slash ? slash + 1 : file;
    text_add(out, "%.*s%s", (int)(strrchr(name, '.') - name), name, extension);
}

static int compile_input(CcPrograms *out, char **argument, const DriverPlan *plan, const Request *r)
{
    Err err = {0};
    Text path = {0};
    if (!plan->links) {
        if (r->output)
            text_add(&path, "%s", r->output);
        else
            name_output(&path, *argument, r->extension);
        const int code = compile_in_child(*argument, text_get(&path), r);
        text_release(&path);
        return code;
    }
    Text *const temporary = &out->temporary[out->n];
    const Status status = temporary_file(&path, &err);
    if (status != OK) return say_error(status, &err, NULL);
    unlink(text_get(&path));
    text_add(temporary, "%s.o", text_get(&path));
    text_release(&path);
    out->n++;
    const int code = compile_in_child(*argument, text_get(temporary), r);
    *argument = temporary->data;
    return code;
}

/* -- all of them -------------------------------------------------------------------------------------- */

int cc_programs_compile(CcPrograms *out, DriverPlan *plan, bool is_cxx)
{
    *out = (CcPrograms){0};
    Request r = read_request(plan);
    if (r.n_programs == 0 || !plan->compiles) return EXIT_OK;
    const int problem = cc_target(&r.target, plan, is_cxx);
    if (problem != EXIT_OK) return problem;
    Err err = {0};
    if (!plan->links && r.output && r.n_inputs > 1)
        return say_error(
            fail(&err, ERR_INPUT, "cannot specify -o when generating multiple output files"), &err,
            NULL);
    out->temporary = xcalloc((size_t)r.n_programs, sizeof *out->temporary);
    int kept = 0, code = EXIT_OK;
    for (int i = 0; i < plan->n && code == EXIT_OK; i++) {
        char *const a = plan->argument[i];
        if (driver_option_has_value(a) && i + 1 < plan->n) {
            plan->argument[kept++] = a;
            plan->argument[kept++] = plan->argument[++i];
            continue;
        }
        plan->argument[kept] = a;
        if (a[0] != '-' && (has_extension(a, ".fpcore") || has_extension(a, ".approx"))) {
            code = compile_input(out, &plan->argument[kept], plan, &r);
            if (!plan->links) continue; /* clang has nothing to do with it */
        }
        kept++;
    }
    plan->n = kept;
    plan->argument[kept] = NULL;
    out->is_all_done = !plan->links && r.n_programs == r.n_inputs;
    driver_look_again(plan);
    return code;
}

void cc_programs_release(CcPrograms *programs)
{
    for (int i = 0; i < programs->n; i++) {
        unlink(text_get(&programs->temporary[i]));
        text_release(&programs->temporary[i]);
    }
    free(programs->temporary);
    *programs = (CcPrograms){0};
}
