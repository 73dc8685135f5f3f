#include "runtime/catalogue/sqlite_door.h"

#include <dlfcn.h>
#include <pthread.h>

static const char LIBRARY[] = "libsqlite3.so.0";

/* Loading happens at most once in a process and its outcome stays. */
static struct {
    pthread_once_t once;
    Sqlite functions;
    Status status;
    Err err;
} loaded = {.once = PTHREAD_ONCE_INIT};

static void load_once(void)
{
    static const struct {
        const char *name;
        size_t offset;
    } ROWS[] = {
#define ROW(name) {"sqlite3_" #name, offsetof(Sqlite, name)},
        SQLITE_FUNCTIONS(ROW)
#undef ROW
    };
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library && i < sizeof ROWS / sizeof *ROWS; i++) {
        void *function = dlsym(library, ROWS[i].name);
        if (!function) library = NULL;
        *(void **)((char *)&loaded.functions + ROWS[i].offset) = function;
    }
    if (!library)
        loaded.status = fail(&loaded.err, ERR_SYSTEM,
                             "the store needs SQLite, which cannot be loaded: %s", dlerror());
}

Status sqlite_load(const Sqlite **out, Err *err)
{
    pthread_once(&loaded.once, load_once);
    if (loaded.status != OK && err) *err = loaded.err;
    if (loaded.status == OK) *out = &loaded.functions;
    return loaded.status;
}
