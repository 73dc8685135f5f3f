#define _GNU_SOURCE
#include "tests/support/build.h"

#include "runtime/base/temporary.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

char *path_in(const char *folder, const char *name)
{
    Text path = {0};
    text_add(&path, "%s/%s", folder, name);
    return path.data;
}

char *folder_new(void)
{
    Text folder = {0};
    if (temporary_folder(&folder, NULL) != OK) abort();
    return folder.data;
}

void folder_remove(char *folder)
{
    DIR *list = opendir(folder);
    for (struct dirent *entry = list ? readdir(list) : NULL; entry; entry = readdir(list)) {
        char *path = path_in(folder, entry->d_name);
        unlink(path);
        free(path);
    }
    if (list) closedir(list);
    rmdir(folder);
    free(folder);
}

bool is_installed(const char *program)
{
    char *path = xstrdup(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin"), *rest = path;
    bool is_found = false;
    for (char *folder = strsep(&rest, ":"); folder && !is_found; folder = strsep(&rest, ":")) {
        char *candidate = path_in(folder, program);
        is_found = access(candidate, X_OK) == 0;
        free(candidate);
    }
    free(path);
    return is_found;
}

int run_program(const char *const *argument, const char *input, const char *output, Text *said)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, input ? input : "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    if (output)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    else
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    pid_t child;
    const int problem =
        posix_spawnp(&child, argument[0], &actions, NULL, (char *const *)argument, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    int state = 0;
    if (problem == 0) {
        char buffer[512];
        for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
            text_add_bytes(said, buffer, (size_t)got);
        waitpid(child, &state, 0);
    }
    close(ends[0]);
    return problem == 0 && WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

/* One signature of each type and number of arguments, called on bit patterns. */
#define CALL(C, FROM_BITS, TO_BITS)                                                                \
    do {                                                                                           \
        C a[3] = {0}, r;                                                                           \
        for (int k = 0; k < n_inputs; k++) a[k] = FROM_BITS;                                       \
        if (n_inputs == 1)                                                                         \
            r = ((C(*)(C))function)(a[0]);                                                         \
        else if (n_inputs == 2)                                                                    \
            r = ((C(*)(C, C))function)(a[0], a[1]);                                                \
        else                                                                                       \
            r = ((C(*)(C, C, C))function)(a[0], a[1], a[2]);                                       \
        return TO_BITS;                                                                            \
    } while (0)

static _Float16 half_of_bits(uint64_t bits)
{
    const uint16_t low = (uint16_t)bits;
    _Float16 h;
    memcpy(&h, &low, sizeof h);
    return h;
}

static uint64_t bits_of_half(_Float16 h)
{
    uint16_t bits;
    memcpy(&bits, &h, sizeof bits);
    return bits;
}

uint64_t call_scalar(void *function, Type type, int n_inputs, const uint64_t *x)
{
    assert(n_inputs >= 1 && n_inputs <= 3);
    switch (type) {
    case TYPE_F16: CALL(_Float16, half_of_bits(x[k]), bits_of_half(r));
    case TYPE_BF16: CALL(uint16_t, (uint16_t)x[k], r);
    case TYPE_F32: CALL(float, float_of_bits((uint32_t)x[k]), bits_of_float(r));
    case TYPE_F64: CALL(double, double_of_bits(x[k]), bits_of_double(r));
    case TYPE_I16: CALL(int16_t, (int16_t)x[k], (uint16_t)r);
    case TYPE_I32: CALL(int32_t, (int32_t)x[k], (uint32_t)r);
    case TYPE_I64: CALL(int64_t, (int64_t)x[k], (uint64_t)r);
    default: abort();
    }
}

void call_array(void *function, int n_inputs, const void *const *x, void *y, size_t n)
{
    typedef void One(const void *, void *, size_t);
    typedef void Two(const void *, const void *, void *, size_t);
    typedef void Three(const void *, const void *, const void *, void *, size_t);
    assert(n_inputs >= 1 && n_inputs <= 3);
    if (n_inputs == 1)
        ((One *)function)(x[0], y, n);
    else if (n_inputs == 2)
        ((Two *)function)(x[0], x[1], y, n);
    else
        ((Three *)function)(x[0], x[1], x[2], y, n);
}
