/* What is behind the opaque types of runtime/approx.h, and what its files share. */
#ifndef APPROX_TOOLS_LIBRARY_API_OBJECTS_H
#define APPROX_TOOLS_LIBRARY_API_OBJECTS_H

#include "frontend/spec.h"
#include "runtime/approx.h"
#include "runtime/catalogue/entry.h"

#include <stdatomic.h>

struct approx_goal {
    Goal goal;
};

struct approx_program {
    Entry entry;
};

struct approx_stop {
    atomic_int is_asked;
};

/* The flag that ends a watched call, as runtime and search take it; NULL: nothing does. */
const atomic_int *api_stop_flag(const approx_watch *watch);
/* Tells the watcher, if there is one; NaN counts as nothing done. */
void api_tell(const approx_watch *watch, approx_work work, double done, uint64_t candidates);

/* Passes a failure on: its status in the API's words, its sentence. */
approx_status api_result(Status status, const Err *err, approx_error *error);

/* -- options: NAME=VALUE, ... , NULL */

enum { API_OPTIONS_MAX = 64 };

typedef struct {
    const char *name;
    enum { API_TEXT, API_TEXTS, API_COUNT, API_SECONDS } kind;
    void *value; /* const char *, ApiTexts, uint64_t, double */
} ApiOption;

typedef struct {
    const char *text[PROG_INPUTS_MAX];
    int n;
} ApiTexts;

/* Reads the options by a table that ends in a row without name. Values are borrowed. ERR_INPUT names what is not in the table. */
Status api_options(const ApiOption *table, const char *const *options, Err *err);

#endif
