/* Options of a subcommand as a table: --name VALUE, --name=VALUE, flags, -o FILE (any number), positional
   words; "--" ends the options. Everything read is borrowed from argv. */
#ifndef APPROX_TOOLS_OPTIONS_H
#define APPROX_TOOLS_OPTIONS_H

#include "runtime/base/err.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    OPTION_FLAG,    /* bool */
    OPTION_TEXT,    /* const char * */
    OPTION_TEXTS,   /* Words: may be given again and again */
    OPTION_COUNT,   /* uint64_t: a whole number */
    OPTION_SECONDS, /* double: 60s, 2m, 1h, 500ms, or a number of seconds */
} OptionKind;

enum { WORDS_MAX = 1024, THREADS_MAX = 1024 /* of --threads */ };
typedef struct {
    const char *word[WORDS_MAX];
    int n;
} Words;

typedef struct {
    const char *name; /* "--type", "-o" */
    OptionKind kind;
    void *value; /* of the kind's type */
    const char *metavar, *help;
} Option;

/* Reads argv[1..argc) (argv[0] is the subcommand). `options` ends in a row without name. ERR_INPUT with a
   sentence (and the nearest option) for what is not in the table. --help sets *want_help. */
Status options_parse(const Option *options, int argc, char **argv, Words *positional,
                     bool *want_help, Err *err);

/* The table as lines of help. */
void options_print(const Option *options);

#endif
