/* @FILE among arguments: a file with more of them. */
#ifndef APPROX_FRONTEND_RESPONSE_FILE_H
#define APPROX_FRONTEND_RESPONSE_FILE_H

#include "runtime/base/text.h"

#include <stdbool.h>

/* A list of arguments, NULL behind the last and with room for that many more (free it). A file in which is_wanted holds for an argument is
   replaced by what is in it, whose strings are never freed; others stay @FILE, so that very long lists stay in
   their file. */
void response_files_expand(char ***out, int *n, char **argument, int n_arguments,
                           bool (*is_wanted)(const char *argument));

/* Arguments, NULL behind the last, as a file that says the same: one a line. An @FILE among them stays one. */
void response_file_print(Text *out, char *const *argument);

#endif
