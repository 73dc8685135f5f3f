/* Shared libraries: the linker that is installed, run on objects in a folder for a moment. */
#define _GNU_SOURCE /* pipe2 */
#include "runtime/emit/emit_library.h"

#include "runtime/base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The linkers to try, in order. %s stands for the target's architecture. */
typedef struct {
    const char *program;
    bool links_all;   /* for every target, not only this machine's */
    bool is_compiler; /* takes linker options behind -Wl */
} Linker;
static const Linker LINKERS[] = {
    {"ld.lld-19", true, false}, {"ld.lld", true, false}, {"%s-linux-gnu-ld", true, false},
    {"ld", false, false},       {"cc", false, true},
};

/* Runs `argument` and waits; what it says on its error output is appended to `said`. False if it
   could not be started or failed; *was_found says which. */
static bool run(char *const *argument, Text *said, bool *was_found)
{
    int ends[2];
    *was_found = false;
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t child;
    const int problem = posix_spawnp(&child, argument[0], &actions, NULL, argument, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    int state = -1;
    if (problem == 0) {
        *was_found = true;
        char buffer[512];
        for (;;) {
            const ssize_t got = read(ends[0], buffer, sizeof buffer);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) break;
            text_add_bytes(said, buffer, (size_t)got);
        }
        while (waitpid(child, &state, 0) < 0 && errno == EINTR) {}
    }
    close(ends[0]);
    /* A child that could not execute the program ends with 127 on some systems. */
    if (WIFEXITED(state) && WEXITSTATUS(state) == 127) *was_found = false;
    return WIFEXITED(state) && WEXITSTATUS(state) == 0;
}

static bool is_native(const Target *target)
{
    const Target *native = target_native();
    return native && strcmp(native->arch, target->arch) == 0;
}

/* Where the pieces of a library and the library itself are while it is linked. */
typedef struct {
    char *folder, *result, *versions; /* versions NULL: there is no script */
    char **object;
    int n;
} Workshop;

enum { ARGUMENTS_MAX = 16, ARGUMENT_LENGTH = 400 }; /* beside the objects */

/* The arguments of one linker, in a list of their own memory. */
typedef struct {
    char text[ARGUMENTS_MAX][ARGUMENT_LENGTH];
    char **word;
    int n;
} Arguments;

static void add_argument(Arguments *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add_argument(Arguments *a, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(a->text[a->n], ARGUMENT_LENGTH, format, list);
    va_end(list);
    a->word[a->n] = a->text[a->n];
    a->n++;
}

static void fill_arguments(Arguments *a, const Linker *linker, const Workshop *shop,
                           const Target *target, const LibraryNames *names)
{
    const char *const behind = linker->is_compiler ? "-Wl," : "";
    a->n = 0;
    snprintf(a->text[0], ARGUMENT_LENGTH, linker->program, target->arch);
    a->word[a->n++] = a->text[0];
    add_argument(a, "-shared");
    if (linker->is_compiler) add_argument(a, "-nostdlib");
    add_argument(a, "%s--hash-style=gnu", behind);
    add_argument(a, "%s--build-id=none", behind);
    if (names->soname) add_argument(a, "%s-soname=%s", behind, names->soname);
    if (shop->versions) add_argument(a, "%s--version-script=%s", behind, shop->versions);
    add_argument(a, "-o");
    a->word[a->n++] = shop->result;
    for (int j = 0; j < shop->n; j++) a->word[a->n++] = shop->object[j];
    a->word[a->n] = NULL;
}

/* Runs the first linker there is. */
static Status link_objects(const Workshop *shop, const Target *target, const LibraryNames *names,
                           Err *err)
{
    Text said = {0};
    Status status = ERR_UNSUPPORTED;
    Arguments *a = xcalloc(1, sizeof *a);
    a->word = xcalloc((size_t)shop->n + ARGUMENTS_MAX, sizeof *a->word);
    for (size_t i = 0; i < sizeof LINKERS / sizeof LINKERS[0] && status == ERR_UNSUPPORTED; i++) {
        const Linker *linker = &LINKERS[i];
        if (!linker->links_all && !is_native(target)) continue;
        fill_arguments(a, linker, shop, target, names);
        bool was_found;
        if (run(a->word, &said, &was_found))
            status = OK;
        else if (was_found)
            status = fail(err, ERR_SYSTEM, "%s could not make the shared library: %.300s",
                          a->word[0], text_get(&said));
    }
    if (status == ERR_UNSUPPORTED)
        fail(err, status,
             "a shared library for %s needs a linker: install lld (ld.lld was not found, nor %s)",
             target->name, is_native(target) ? "ld or cc" : "one for that machine");
    free(a->word);
    free(a);
    text_release(&said);
    return status;
}

static char *path_in(const char *folder, const char *name)
{
    Text path = {0};
    text_add(&path, "%s/%s", folder, name);
    return path.data;
}

/* Writes what the linker reads. */
static Status shop_open(Workshop *shop, const LibraryObject *object, int n,
                        const LibraryNames *names, Err *err)
{
    Text folder = {0};
    Status status = temporary_folder(&folder, err);
    if (status != OK) return status;
    shop->folder = folder.data;
    shop->result = path_in(shop->folder, "library.so");
    shop->object = xcalloc((size_t)n, sizeof *shop->object);
    for (int i = 0; i < n && status == OK; i++) {
        char name[24];
        snprintf(name, sizeof name, "%d.o", i);
        shop->object[shop->n++] = path_in(shop->folder, name);
        status = text_write_file(shop->object[i], object[i].bytes, object[i].size, err);
    }
    if (!names->versions || status != OK) return status;
    shop->versions = path_in(shop->folder, "versions");
    return text_write_file(shop->versions, names->versions, strlen(names->versions), err);
}

static void shop_close(Workshop *shop)
{
    if (!shop->folder) return;
    unlink(shop->result);
    if (shop->versions) unlink(shop->versions);
    for (int i = 0; i < shop->n; i++) {
        unlink(shop->object[i]);
        free(shop->object[i]);
    }
    rmdir(shop->folder);
    free(shop->object);
    free(shop->versions);
    free(shop->result);
    free(shop->folder);
}

Status emit_shared_library(Text *out, const LibraryObject *object, int n, const Target *target,
                           const LibraryNames *names, Err *err)
{
    enum { LIBRARY_SIZE_MAX = 1 << 30 };
    Workshop shop = {0};
    Status status = shop_open(&shop, object, n, names, err);
    if (status == OK) status = link_objects(&shop, target, names, err);
    if (status == OK) status = text_read_file(out, shop.result, LIBRARY_SIZE_MAX, err);
    shop_close(&shop);
    return status;
}
