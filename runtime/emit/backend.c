#include "runtime/emit/backend.h"

#include "runtime/base/installed.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static const char MODULE_NAME[] = "libapprox-llvm.so";
static const char TABLE_SYMBOL[] = "approx_backend_table";

/* Loading happens at most once in a process and its outcome stays. */
static struct {
    pthread_once_t once;
    const Backend *backend;
    Status status;
    Err err;
} loaded = {.once = PTHREAD_ONCE_INIT};

/* Opens the first module that loads; NULL if there is none. One that is there but does not load (libLLVM missing) leaves
   its reason in `reason`. */
static void *open_module(char *reason, size_t reason_size)
{
    char path[INSTALLED_PATH_MAX];
    for (int i = 0; installed_find(path, MODULE_NAME, i); i++) {
        void *const module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (module) return module;
        snprintf(reason, reason_size, "%s", dlerror());
    }
    return NULL;
}

static void load_once(void)
{
    char reason[400] = "";
    void *const module = open_module(reason, sizeof reason);
    if (!module) {
        loaded.status =
            reason[0]
                ? fail(&loaded.err, ERR_SYSTEM, "the LLVM part of approxcc cannot be loaded: %s",
                       reason)
                : fail(&loaded.err, ERR_SYSTEM,
                       "%s, the part of approxcc that uses LLVM, is missing: it should be beside "
                       "the program or in ../lib/approxcc of it",
                       MODULE_NAME);
        return;
    }
    const Backend *backend = dlsym(module, TABLE_SYMBOL);
    if (backend && backend->layout == BACKEND_LAYOUT)
        loaded.backend = backend;
    else
        loaded.status = fail(&loaded.err, ERR_SYSTEM,
                             "the %s that was found does not belong to this approxcc: it was built "
                             "with another version",
                             MODULE_NAME);
}

Status backend_load(const Backend **out, Err *err)
{
    pthread_once(&loaded.once, load_once);
    if (!loaded.backend) {
        if (err) *err = loaded.err;
        return loaded.status;
    }
    *out = loaded.backend;
    return OK;
}
