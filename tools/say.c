#include "tools/say.h"

#include "frontend/fpcore.h"
#include "runtime/prog/op_list.h"
#include "runtime/prog/prog_text.h"
#include "runtime/prog/specials.h"

#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The mutable globals: a signal handler can reach nothing else. */
atomic_int say_stop;
static _Atomic long long first_signal; /* when, in milliseconds */

static long long milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* The first asks us to stop. Another ends the process, unless it comes at once: timeout and the like signal
   the process and its group, which is one wish and not two. */
static void on_signal(int number)
{
    enum { AT_ONCE = 300 };
    if (atomic_exchange(&say_stop, 1) == 0) {
        atomic_store(&first_signal, milliseconds());
    } else if (milliseconds() - atomic_load(&first_signal) > AT_ONCE) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

void say_catch_signals(void)
{
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
}

bool say_is_terminal(int descriptor)
{
    const char *term = getenv("TERM");
    return isatty(descriptor) && (!term || strcmp(term, "dumb") != 0);
}

static bool use_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    return say_is_terminal(STDERR_FILENO) && (!no_colour || !*no_colour);
}

static void print_diagnostic(const Err *err, const char *file)
{
    const bool colour = use_colour();
    const char *red = colour ? "\033[1;31m" : "", *off = colour ? "\033[0m" : "";
    if (err->line > 0 && (file || err->source[0]))
        fprintf(stderr, "%s%s%s:%d:%d: %serror:%s %s\n", file ? file : "",
                file && err->source[0] ? ":" : "", err->source, err->line, err->column, red, off,
                err->text);
    else
        fprintf(stderr, "approxcc: %serror:%s %s\n", red, off, err->text);
    if (err->line <= 0) return;
    fprintf(stderr, "  %s\n  %*s^\n", err->excerpt, err->caret, "");
}

int say_error(Status status, const Err *err, const char *file)
{
    if (status == ERR_INTERRUPTED) {
        fprintf(stderr, "approxcc: interrupted\n");
        return EXIT_INTERRUPTED;
    }
    print_diagnostic(err, file);
    return say_exit_code(status);
}

int say_exit_code(Status status)
{
    switch (status) {
    case OK: return EXIT_OK;
    case ERR_INTERRUPTED: return EXIT_INTERRUPTED;
    case ERR_INTERNAL: return EXIT_INTERNAL;
    default: return EXIT_DIAGNOSED;
    }
}

int say_usage(const Err *err, const char *subcommand)
{
    print_diagnostic(err, NULL);
    fprintf(stderr, "approxcc: 'approxcc %s --help' lists the options\n", subcommand);
    return EXIT_USAGE;
}

void say_warning(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("approxcc: warning: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

/* Shortest decimal for people; hex where bits matter (--as json, .approx). */
static void add_end(Text *out, double value, Type type)
{
    char buffer[40];
    const bool is_wide = type == TYPE_F64 || type == TYPE_REAL;
    if (fabs(value) < 1e6 && value == rint(value))
        text_add(out, "%.0f", value);
    else if (is_wide || !isfinite(value))
        text_add_double(out, value);
    else {
        for (int digits = 1; digits <= 9; digits++) {
            snprintf(buffer, sizeof buffer, "%.*g", digits, value);
            if (value_from_bits(type, bits_from_value(type, strtod(buffer, NULL))) == value) break;
        }
        text_add(out, "%s", buffer);
    }
}

void say_domain(Text *out, const Domain *domain, Type type)
{
    if (domain->is_all) {
        text_add(out, "all");
        return;
    }
    /* Float ends are the values inside already, so their brackets are closed. */
    const bool is_real = type == TYPE_REAL;
    text_add(out, "%c", is_real && domain->lo_open ? '(' : '[');
    add_end(out, domain->lo, type);
    text_add(out, ", ");
    add_end(out, domain->hi, type);
    text_add(out, "%c", is_real && domain->hi_open ? ')' : ']');
}

void say_goal(Text *out, const Goal *goal)
{
    text_add(out, "%s (%s) on ", goal->expression, type_info(goal->type)->name);
    for (int i = 0; i < goal->n_variables; i++) {
        if (i) text_add(out, " x ");
        say_domain(out, &goal->domain[i], goal->type);
    }
}

double say_digits(const Goal *goal, const Report *report)
{
    return goal->bound.kind == BOUND_ABS ? -log10(report->max_abs) : report_digits(report);
}

void say_report(Text *out, const Goal *goal, const Report *report)
{
    if (goal->type != TYPE_REAL)
        text_add(out, "max error %.4g ulp, ", report->max_ulp);
    else
        text_add(out, "max error %.5g digits%s, ", say_digits(goal, report),
                 goal->bound.kind == BOUND_ABS ? " absolute" : "");
    text_add(out, "%.4g relative, %.4g absolute; worst at ", report->max_rel, report->max_abs);
    for (int i = 0; i < goal->n_variables; i++) {
        if (i) text_add(out, ", ");
        text_add_hex(out, report->worst_input[i]);
    }
    text_add(out, " (got ");
    text_add_hex(out, report->worst_got);
    text_add(out, ", right is ");
    text_add_hex(out, report->worst_want);
    text_add(out, "); %s, %llu inputs", method_name(report->method),
             (unsigned long long)report->n_points);
    if (report->n_wrong)
        text_add(out, ", %llu not correctly rounded", (unsigned long long)report->n_wrong);
    for (int i = 0; i < report->n_poles; i++)
        text_add(out, "; a removable pole at %.17g, where the limit counts", report->pole[i]);
    if (report->sliver[0]) text_add(out, "; out of reach: %s", report->sliver);
}

double say_weighted_ops(const Entry *entry)
{
    double weight[OP_COUNT];
    if (op_weights_parse(weight, entry->goal.op_cost, NULL) != OK) return NAN;
    return op_weights_sum(weight, &entry->prog);
}

/* -- JSON -------------------------------------------------------------------- */

static void key(Text *out, const char *name) { text_add(out, "\"%s\": ", name); }

static void json_number(Text *out, const char *name, double value, const char *behind)
{
    key(out, name);
    if (isfinite(value))
        text_add_double(out, value);
    else
        text_add(out, isnan(value) ? "null" : value > 0 ? "\"inf\"" : "\"-inf\"");
    text_add(out, "%s", behind);
}

static void json_hex(Text *out, double value)
{
    text_add(out, "\"");
    text_add_hex(out, value);
    text_add(out, "\"");
}

static void json_text(Text *out, const char *name, const char *value, const char *behind)
{
    key(out, name);
    text_add_json(out, value);
    text_add(out, "%s", behind);
}

static void json_domain(Text *out, const Domain *domain)
{
    Text text = {0};
    if (domain->is_all)
        text_add(&text, "all");
    else {
        text_add(&text, "%c", domain->lo_open ? '(' : '[');
        text_add_hex(&text, domain->lo);
        text_add(&text, ",");
        text_add_hex(&text, domain->hi);
        text_add(&text, "%c", domain->hi_open ? ')' : ']');
    }
    text_add_json(out, text_get(&text));
    text_release(&text);
}

static void json_domains(Text *out, const Goal *goal)
{
    key(out, "domain");
    if (goal->n_variables > 1) text_add(out, "[");
    for (int i = 0; i < goal->n_variables; i++) {
        if (i) text_add(out, ", ");
        json_domain(out, &goal->domain[i]);
    }
    text_add(out, goal->n_variables > 1 ? "], " : ", ");
}

static void json_error(Text *out, const Entry *entry)
{
    const Goal *goal = &entry->goal;
    const Report *report = &entry->report;
    key(out, "error");
    if (!entry->has_report) {
        text_add(out, "null, ");
        return;
    }
    text_add(out, "{");
    key(out, "max_ulp");
    if (goal->type == TYPE_REAL)
        text_add(out, "null");
    else if (isfinite(report->max_ulp))
        text_add_double(out, report->max_ulp);
    else
        text_add(out, "\"inf\"");
    text_add(out, ", ");
    json_number(out, "max_rel", report->max_rel, ", ");
    json_number(out, "max_abs", report->max_abs, ", ");
    json_number(out, "digits", report_digits(report), ", ");
    key(out, "worst_input");
    if (goal->n_variables > 1) text_add(out, "[");
    for (int i = 0; i < goal->n_variables; i++) {
        if (i) text_add(out, ", ");
        json_hex(out, report->worst_input[i]);
    }
    text_add(out, goal->n_variables > 1 ? "], " : ", ");
    json_text(out, "method", method_name(report->method), ", ");
    text_add(out, "\"points\": %llu, \"wrong\": %llu", (unsigned long long)report->n_points,
             (unsigned long long)report->n_wrong);
    if (report->n_poles > 0) {
        text_add(out, ", ");
        key(out, "poles");
        for (int i = 0; i < report->n_poles; i++) {
            text_add(out, i ? ", " : "[");
            json_hex(out, report->pole[i]);
        }
        text_add(out, "]");
    }
    if (report->sliver[0]) {
        text_add(out, ", ");
        json_text(out, "sliver", report->sliver, "");
    }
    text_add(out, "}, ");
}

static void json_specials(Text *out, const Entry *entry)
{
    key(out, "specials");
    text_add(out, "[");
    for (int i = 0; i < entry->report.n_specials; i++) {
        const Special *s = &entry->report.special[i];
        text_add(out, "%s{", i ? ", " : "");
        json_text(out, "input", s->what, ", ");
        const struct {
            const char *name;
            uint64_t bits;
        } VALUES[] = {{"x", s->x}, {"got", s->got}, {"want", s->want}};
        for (int k = 0; k < 3; k++) {
            key(out, VALUES[k].name);
            json_hex(out, value_from_bits(entry->goal.type, VALUES[k].bits));
            text_add(out, ", ");
        }
        text_add(out, "\"in_domain\": %s}", s->in_domain ? "true" : "false");
    }
    text_add(out, "], ");
}

static void json_program(Text *out, const Entry *entry)
{
    Text program = {0};
    if (fpcore_from_prog(&program, &entry->prog, &entry->goal, NULL) != OK) {
        text_release(&program);
        prog_print(&program, &entry->prog);
    }
    json_text(out, "program", text_get(&program), ", ");
    text_release(&program);
}

void say_json(Text *out, const Entry *entry)
{
    const Goal *goal = &entry->goal;
    text_add(out, "{");
    json_text(out, "name", goal->name, ", ");
    json_text(out, "expression", goal->expression, ", ");
    json_text(out, "type", type_info(goal->type)->name, ", ");
    json_domains(out, goal);
    json_text(out, "bound", goal->bound.text, ", ");
    if (goal->excluded) {
        Text words = {0};
        specials_print(&words, goal->excluded);
        json_text(out, "excluded", text_get(&words), ", ");
        text_release(&words);
    }
    text_add(out, "\"ops\": %d, \"cost\": {", prog_n_ops(&entry->prog));
    const double weighted = say_weighted_ops(entry);
    if (weighted == rint(weighted))
        text_add(out, "\"ops\": %.0f, ", weighted);
    else
        json_number(out, "ops", weighted, ", ");
    if (goal->op_cost[0]) json_text(out, "op_cost", goal->op_cost, ", ");
    json_number(out, "throughput_ns", entry->throughput_ns > 0 ? entry->throughput_ns : NAN, ", ");
    json_number(out, "latency_ns", entry->latency_ns > 0 ? entry->latency_ns : NAN, ", ");
    json_text(out, "method",
              entry->throughput_ns <= 0 ? "static"
              : entry->is_modelled      ? "modelled"
                                        : "measured",
              ", ");
    json_text(out, "target", goal->target, ", ");
    json_text(out, "cpu", entry->cpu, ", ");
    json_text(out, "date", entry->date, ", ");
    text_add(out, "\"lanes\": %d}, ", entry->lanes);
    json_error(out, entry);
    json_specials(out, entry);
    json_program(out, entry);
    text_add(out, "\"seed\": %llu, ", (unsigned long long)entry->seed);
    json_text(out, "version", entry->version, "}\n");
}
