/* What the tools print: diagnostics in one form, Reports as text and JSON, and the exit codes
   (a contract, see docs/approxcc.1). */
#ifndef APPROX_TOOLS_SAY_H
#define APPROX_TOOLS_SAY_H

#include "runtime/base/err.h"
#include "runtime/base/text.h"
#include "runtime/catalogue/entry.h"

#include <stdatomic.h>

enum {
    EXIT_OK = 0,
    EXIT_DIAGNOSED = 1,
    EXIT_USAGE = 2,
    EXIT_NOT_MET = 3, /* no program meets the bound within the budget */
    EXIT_INTERNAL = 70,
    EXIT_INTERRUPTED = 130,
};

/* Prints the error ("approxcc: error: ..." or "file:line:col: error: ..." with a caret) and returns the exit
   code that goes with its status. `file` (may be NULL) names the text input. */
int say_error(Status status, const Err *err, const char *file);
int say_exit_code(Status status);
/* The same for a wrong command line. */
int say_usage(const Err *err, const char *subcommand);
void say_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Is this stream a terminal that should get colour and progress lines? */
bool say_is_terminal(int descriptor);

/* "exp2(x) f32 on [0, 1]" */
void say_goal(Text *out, const Goal *goal);
/* "0.888 ulp (...) at ..., every float checked (n)" */
void say_report(Text *out, const Goal *goal, const Report *report);
/* The operations of the program as the goal weighs them. */
double say_weighted_ops(const Entry *entry);
/* -log10 of the largest error, of the absolute one where the bound is. */
double say_digits(const Goal *goal, const Report *report);
/* A domain as --domain takes it. */
void say_domain(Text *out, const Domain *domain, Type type);
/* One JSON object in one line, the keys of docs/formats.md. */
void say_json(Text *out, const Entry *entry);

/* Set by Ctrl-C (and SIGTERM) after say_catch_signals; a second one kills. */
extern atomic_int say_stop;
void say_catch_signals(void);

#endif
