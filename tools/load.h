/* Reading what verify, show and report take: .approx files, .fpcore files with :spec, .json files of ours,
   catalogue names. */
#ifndef APPROX_TOOLS_LOAD_H
#define APPROX_TOOLS_LOAD_H

#include "frontend/spec.h"
#include "runtime/catalogue/entry.h"

/* Entries of `what`, which the caller frees with free(*out). `override` (may be NULL) goes before what
   the file says of type, domain, bound and so on. Errors have been positioned in the file. */
Status load_entries(Entry **out, int *n, const char *what, const SpecText *override, Err *err);

/* The programs of the text of a .json file, as they stand there. */
Status load_json(Entry **out, int *n, const Text *file, Err *err);

#endif
