/* Writing what was found: one file per -o, its form by its extension. */
#ifndef APPROX_TOOLS_OUTPUT_H
#define APPROX_TOOLS_OUTPUT_H

#include "runtime/catalogue/entry.h"
#include "tools/options.h"

/* Refuses before any work is done what cannot work after it: an unknown extension, a directory, a
   form that the goal's type does not have. */
Status output_check(const Words *paths, Type type, bool want_front, Err *err);

/* The same for a page, whatever its extension. */
Status output_check_page(const char *path, Err *err);

/* Makes all the files' contents, then writes them. `symbol` NULL: approx_<name>. A front goes to .json
   (a line each) only; `n` is 1 otherwise. */
Status output_write(const Words *paths, const Entry *entries, int n, const char *symbol, Err *err);

/* The name of the emitted scalar function. */
void output_symbol(Text *out, const Entry *entry, const char *symbol);
/* Is this a C identifier? */
bool output_is_symbol(const char *symbol);

/* The claim and the command, as lines without comment marks. */
void output_comment(Text *out, const Entry *entry);

#endif
