/* clang-19 as the compiler driver runs it. `argument` is a list as for execv, clang's name first, NULL behind the last; one that no command line
   can hold goes through a response file. Each returns the exit status; messages have been printed. */
#ifndef APPROX_TOOLS_RUN_CLANG_H
#define APPROX_TOOLS_RUN_CLANG_H

#include "runtime/base/text.h"

/* Becomes clang: returns only where it cannot. */
int clang_run(char **argument, bool is_cxx);
/* Runs it and waits, for what has to be tidied up afterwards. */
int clang_run_and_wait(char **argument, bool is_cxx);
/* The same, with `input` (some lines) as its standard input and what it prints added to `out`. */
int clang_read(Text *out, char **argument, bool is_cxx, const char *input);

#endif
