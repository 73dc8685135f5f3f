#include "tools/library/api_objects.h"

#include "runtime/emit/emit_c.h"
#include "runtime/measure/verify.h"

#include <stdlib.h>
#include <string.h>

_Static_assert((int)APPROX_ARGUMENTS_MAX == (int)PROG_INPUTS_MAX, "a report has a place for every argument");
_Static_assert((int)APPROX_SAMPLED == (int)METHOD_SAMPLED && (int)APPROX_EXHAUSTIVE == (int)METHOD_EXHAUSTIVE &&
                   (int)APPROX_PROVEN == (int)METHOD_PROVEN,
               "methods are counted alike");

approx_status approx_program_parse(approx_program **out, const char *text, size_t length,
                                   approx_error *error)
{
    Err err = {0};
    approx_program *program = xcalloc(1, sizeof *program);
    Entry *entry = &program->entry;
    Status status = length > ENTRY_FILE_MAX ? fail(&err, ERR_LIMIT, "the text is longer than %d bytes", ENTRY_FILE_MAX)
                                            : entry_parse(entry, text, length, &err);
    if (status == OK) status = spec_fill(&entry->goal, &entry->prog, &err);
    if (status == OK) status = goal_check(&entry->goal, &err);
    if (status != OK) {
        approx_program_free(program);
        program = NULL;
    }
    *out = program;
    return api_result(status, &err, error);
}

void approx_program_free(approx_program *program) { free(program); }

/* -- told ---------------------------------------------------------------------------------- */

static Status print_c(Text *out, const Entry *entry, Err *err)
{
    if (entry->goal.type == TYPE_REAL)
        return fail(err, ERR_UNSUPPORTED, "'%s' is a program over the reals: it has no form in C", entry->goal.name);
    Text symbol = {0};
    text_add(&symbol, "approx_%s", entry->goal.name);
    const EmitC unit = {&entry->prog, symbol.data, ""};
    const Status status = emit_c(out, &unit, err);
    text_release(&symbol);
    return status;
}

approx_status approx_program_print(char **out, const approx_program *program, const char *form,
                                   approx_error *error)
{
    Err err = {0};
    Text text = {0};
    Status status = OK;
    if (strcmp(form, "approx") == 0)
        entry_print(&text, &program->entry);
    else if (strcmp(form, "c") == 0)
        status = print_c(&text, &program->entry, &err);
    else
        status = fail(&err, ERR_INPUT, "the form '%.40s' is none: expected approx or c", form);
    if (status != OK) text_release(&text);
    *out = text.data;
    return api_result(status, &err, error);
}

void approx_text_free(char *text) { free(text); }

int approx_program_arguments(const approx_program *program) { return program->entry.prog.n_inputs; }
int approx_program_operations(const approx_program *program) { return prog_n_ops(&program->entry.prog); }

const char *approx_program_type(const approx_program *program)
{
    return type_info(program->entry.goal.type)->name;
}

int approx_program_report(const approx_program *program, approx_report *out)
{
    const Entry *entry = &program->entry;
    const Report *report = &entry->report;
    if (!entry->has_report) return 0;
    *out = (approx_report){.max_ulp = report->max_ulp,
                           .max_rel = report->max_rel,
                           .max_abs = report->max_abs,
                           .worst_got = report->worst_got,
                           .worst_want = report->worst_want,
                           .method = (approx_method)report->method,
                           .points = report->n_points,
                           .is_met = report_meets(report, &entry->goal)};
    memcpy(out->worst_input, report->worst_input, sizeof out->worst_input);
    return 1;
}

/* -- judged -------------------------------------------------------------------------------- */

static void tell(void *context, double done) { api_tell(context, APPROX_JUDGING, done, 0); }

static Status judge(Entry *entry, const char *const *options, const approx_watch *watch, Err *err)
{
    uint64_t threads = 0, points = 0, seed = entry->seed ? entry->seed : 1;
    const ApiOption table[] = {
        {"threads", API_COUNT, &threads}, {"points", API_COUNT, &points}, {"seed", API_COUNT, &seed}, {0}};
    Status status = api_options(table, options, err);
    if (status == OK && (threads > 1024 || points > 1000000000))
        status = fail(err, ERR_INPUT, "at most 1024 threads and 1000000000 points can be asked for");
    if (status != OK) return status;
    const VerifyOptions how = {.n_threads = (int)threads,
                               .n_points = points,
                               .seed = seed,
                               .stop = api_stop_flag(watch),
                               .progress = tell,
                               .progress_context = (void *)watch};
    Report *report = xcalloc(1, sizeof *report);
    status = verify(report, &entry->prog, &entry->goal, &how, err);
    if (status == OK) entry->report = *report, entry->has_report = true;
    free(report);
    return status;
}

approx_status approx_program_verify(approx_program *program, const char *const *options,
                                    approx_error *error)
{
    return approx_program_verify_watched(program, options, NULL, error);
}

approx_status approx_program_verify_watched(approx_program *program, const char *const *options,
                                            const approx_watch *watch, approx_error *error)
{
    Err err = {0};
    Entry *entry = &program->entry;
    const Status status = judge(entry, options, watch, &err);
    if (status != OK) return api_result(status, &err, error);
    if (report_meets(&entry->report, &entry->goal)) return APPROX_OK;
    fail(&err, ERR_INPUT, "'%s' does not meet its bound %s: largest error %.4g ulp, %.4g relative, %.4g absolute",
         entry->goal.name, entry->goal.bound.text, entry->report.max_ulp, entry->report.max_rel,
         entry->report.max_abs);
    api_result(ERR_INPUT, &err, error);
    return APPROX_NOT_MET;
}
