/* The folder where approxcc keeps what it can make again for this user: $XDG_CACHE_HOME/approxcc, or ~/.cache/approxcc where
   that is not set. */
#ifndef APPROX_BASE_USER_CACHE_H
#define APPROX_BASE_USER_CACHE_H

#include "runtime/base/text.h"

/* Appends the path of a file there; nothing is made. ERR_SYSTEM where there is neither variable nor home. */
Status user_cache_path(Text *out, const char *file, Err *err);

/* Makes every folder on the way to the file that is missing. */
Status user_cache_make_folders(const char *path, Err *err);

#endif
