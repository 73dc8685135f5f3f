/* The file of -fapprox-report: one JSON object per line. */
#ifndef APPROX_PASSES_REPORT_FILE_H
#define APPROX_PASSES_REPORT_FILE_H

#include "runtime/base/text.h"

/* Adds whole lines to the end of the file, in one write, so that compilations that run at the same time do not mix. */
Status report_file_add(const char *path, const Text *lines, Err *err);

#endif
