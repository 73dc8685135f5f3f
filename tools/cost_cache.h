/* The calibrated cost model in the user's cache: $XDG_CACHE_HOME/approxcc/cost-TARGET-CPU.txt, ~/.cache without the
   variable. */
#ifndef APPROX_TOOLS_COST_CACHE_H
#define APPROX_TOOLS_COST_CACHE_H

#include "runtime/base/text.h"
#include "runtime/measure/cost.h"

/* The file's name, appended. ERR_SYSTEM if there is no home for a cache. */
Status cost_cache_path(Text *out, const char *target, Err *err);

/* The model for a target: what the cache holds, where this machine runs the target, else the table. A damaged file is
   ERR_INPUT; one that is not there is no error. */
Status cost_cache_load(CostModel *out, const char *target, Err *err);

/* Writes it, folders included. */
Status cost_cache_save(const CostModel *model, Err *err);

#endif
