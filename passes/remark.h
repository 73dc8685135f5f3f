/* What is said about a site: remarks, and lines of the report. */
#ifndef APPROX_PASSES_REMARK_H
#define APPROX_PASSES_REMARK_H

#include "passes/choose.h"
#include "passes/site.h"

/* A Text gets one JSON object per line for the report; NULL: no report is wanted. */
void remark_replaced(Text *report, const Site *site, const Wanted *wanted, const Choice *choice);
void remark_missed(Text *report, const Site *site, const char *why);

#endif
