/* Files and folders for a moment, in $TMPDIR or, without that, in /tmp, under a name that nobody else has. Whoever makes
   one removes it. */
#ifndef APPROX_BASE_TEMPORARY_H
#define APPROX_BASE_TEMPORARY_H

#include "runtime/base/text.h"

/* Sets `path`, which must be empty, to that of a new empty file or folder; untouched where none can be made. */
Status temporary_file(Text *path, Err *err);
Status temporary_folder(Text *path, Err *err);

#endif
