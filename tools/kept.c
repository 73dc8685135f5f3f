#include "tools/kept.h"

#include "runtime/emit/backend.h"
#include "tools/say.h"

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

void kept_open_known(Store **out, const char *file, bool is_unwanted)
{
    Err err = {0};
    *out = NULL;
    if (!is_unwanted && kept_open(out, file, STORE_READ, &err) != OK)
        say_warning("%s; going on with the compiled-in catalogue", err.text);
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
