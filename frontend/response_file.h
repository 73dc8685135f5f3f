/* @FILE among arguments: a file with more of them. */
#ifndef APPROX_FRONTEND_RESPONSE_FILE_H
#define APPROX_FRONTEND_RESPONSE_FILE_H

#include "runtime/base/err.h"

#include <stdbool.h>

/* A list of arguments, NULL behind the last and with room for that many more (free it). A file in which is_wanted holds for an argument is
   replaced by what is in it, whose strings are never freed; others stay @FILE, so that very long lists stay in
   their file. */
Status response_files_expand(char ***out, int *n, char **argument, int n_arguments,
                             bool (*is_wanted)(const char *argument), Err *err);

#endif
