/* Running compilers and what they made, for tests of emitted code. */
#ifndef TESTS_SUPPORT_BUILD_H
#define TESTS_SUPPORT_BUILD_H

#include "runtime/prog/prog.h"

/* A new folder for temporary files (free the name), and its removal with the files in it. */
char *folder_new(void);
void folder_remove(char *folder);
/* "folder/name"; free it. */
char *path_in(const char *folder, const char *name);

bool is_installed(const char *program);

/* Runs `argument` (ending in NULL) with the standard input from and output to files (NULL: none, and to
   `said`). What it says is appended to `said`. Returns the exit status, -1 if it did not exit. */
int run_program(const char *const *argument, const char *input, const char *output, Text *said);

/* Calls a compiled scalar function of 1 to 3 inputs, all of one type, the result too. */
uint64_t call_scalar(void *function, Type type, int n_inputs, const uint64_t *x);
/* Calls a compiled array function of 1 to 3 inputs. */
void call_array(void *function, int n_inputs, const void *const *x, void *y, size_t n);

#endif
