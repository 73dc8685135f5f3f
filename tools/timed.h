/* What the clock said of an entry's program, put into the entry. */
#ifndef APPROX_TOOLS_TIMED_H
#define APPROX_TOOLS_TIMED_H

#include "runtime/catalogue/entry.h"
#include "runtime/emit/backend.h"
#include "runtime/measure/timing.h"

/* Times, processor and today's date; nothing where the clock is not sure. */
void timed_set(Entry *entry, const Timing *timing, const Backend *backend);

#endif
