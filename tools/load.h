/* Reading what verify, show and report take: .approx files, .fpcore files with :spec, .json files of ours,
   catalogue names. */
#ifndef APPROX_TOOLS_LOAD_H
#define APPROX_TOOLS_LOAD_H

#include "frontend/spec.h"
#include "runtime/catalogue/entry.h"
#include "tools/json.h"

/* Entries of `what`, which the caller frees with free(*out). `override` (may be NULL) goes before what
   the file says of type, domain, bound and so on. Errors have been positioned in the file. */
Status load_entries(Entry **out, int *n, const char *what, const SpecText *override, Err *err);

/* The programs of the text of a .json file, as they stand there. */
Status load_json(Entry **out, int *n, const Text *file, Err *err);
/* One of them, an object of what was read from the text. */
Status load_json_entry(Entry *out, const Json *json, int object, const Text *file, Err *err);

#endif
