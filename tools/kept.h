/* The user's store as the commands use it: where it is, and the version of LLVM that its rows are for. */
#ifndef APPROX_TOOLS_KEPT_H
#define APPROX_TOOLS_KEPT_H

#include "runtime/catalogue/store.h"

/* Opens `file`, or (NULL) the store in the user's cache. *out is NULL where there is nothing to read, or no user's cache. */
Status kept_open(Store **out, const char *file, StoreAccess access, Err *err);

/* Opens it for reading what is known, unless `is_unwanted`. One that cannot be used is warned of, and *out is NULL. */
void kept_open_known(Store **out, const char *file, bool is_unwanted);

/* Puts the row under this LLVM, if it names none. */
Status kept_put(Store *store, StoreRow *row, StoreChange *change, Err *err);

#endif
