#define _GNU_SOURCE /* dladdr */
#include "runtime/emit/backend.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char MODULE_NAME[] = "libapprox-llvm.so";
static const char TABLE_SYMBOL[] = "approx_backend_table";

/* Where the module may be, relative to the folder of the program or library that
   this code is in: beside it, above it (tests), or where `make install` puts it. */
static const char *const PLACES[] = {".", "..", "../lib/approxcc"};

/* Loading happens at most once in a process and its outcome stays. */
static struct {
    pthread_once_t once;
    const Backend *backend;
    Status status;
    Err err;
} loaded = {.once = PTHREAD_ONCE_INIT};

/* Cuts the file name off; what has no folder is in the current one. */
static void cut_to_folder(char *path)
{
    char *const slash = strrchr(path, '/');
    if (slash)
        *slash = 0;
    else
        strcpy(path, ".");
}

static bool folder_of_program(char folder[PATH_MAX])
{
    const ssize_t n = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    if (n <= 0) return false;
    folder[n] = 0;
    cut_to_folder(folder);
    return true;
}

static bool folder_of_this_code(char folder[PATH_MAX])
{
    Dl_info info;
    if (!dladdr((const void *)PLACES, &info) || !info.dli_fname) return false;
    if (snprintf(folder, PATH_MAX, "%s", info.dli_fname) >= PATH_MAX) return false;
    cut_to_folder(folder);
    return true;
}

/* Opens the module under one of PLACES; NULL if it is in none. A module that is there but
   does not load (libLLVM missing) leaves its reason in `reason`. */
static void *open_near(const char *folder, char *reason, size_t reason_size)
{
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        char path[PATH_MAX + 64];
        snprintf(path, sizeof path, "%s/%s/%s", folder, PLACES[i], MODULE_NAME);
        if (access(path, R_OK) != 0) continue;
        void *const module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (module) return module;
        snprintf(reason, reason_size, "%s", dlerror());
    }
    return NULL;
}

static void load_once(void)
{
    char folder[PATH_MAX] = ".", reason[400] = "";
    void *module = NULL;
    if (folder_of_program(folder)) module = open_near(folder, reason, sizeof reason);
    if (!module && folder_of_this_code(folder)) module = open_near(folder, reason, sizeof reason);
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
