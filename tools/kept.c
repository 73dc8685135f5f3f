#include "tools/kept.h"

#include "runtime/emit/backend.h"

#include <stdio.h>

Status kept_open(Store **out, const char *file, StoreAccess access, Err *err)
{
    Text path = {0};
    *out = NULL;
    Status status = OK;
    if (file)
        status = store_open(out, file, access, err);
    else if (store_path(&path, NULL) == OK)
        status = store_open(out, text_get(&path), access, err);
    text_release(&path);
    return status;
}

Status kept_put(Store *store, StoreRow *row, StoreChange *change, Err *err)
{
    const Backend *backend;
    if (!row->llvm[0]) {
        const Status status = backend_load(&backend, err);
        if (status != OK) return status;
        snprintf(row->llvm, sizeof row->llvm, "%s", backend->llvm_version());
    }
    return store_put(store, row, change, err);
}
