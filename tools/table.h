/* Float programs beside other libraries as a table in Markdown: function, accuracy, error, time, and the fastest library that is as
   accurate. */
#ifndef APPROX_TOOLS_TABLE_H
#define APPROX_TOOLS_TABLE_H

#include "runtime/catalogue/entry.h"
#include "tools/beside.h"

/* One line for each entry of a float type and one variable that was judged and timed. A time is that of the run that timed the libraries
   (a row of ours in `beside`), else the entry's own, which is marked. */
void table_make(Text *out, const Entry *const *entries, int n, const Beside *beside);

#endif
