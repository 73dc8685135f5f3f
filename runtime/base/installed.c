#define _GNU_SOURCE /* dladdr */
#include "runtime/base/installed.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The last: from a library whose folder has another name than lib, as lib/x86_64-linux-gnu. */
static const char *const PLACES[] = {".", "..", "../lib/approxcc", "../approxcc"};
enum { N_PLACES = sizeof PLACES / sizeof PLACES[0] };

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

bool installed_find(char path[INSTALLED_PATH_MAX], const char *name, int nth)
{
    static bool (*const FOLDERS[])(char folder[PATH_MAX]) = {folder_of_program,
                                                             folder_of_this_code};
    for (int k = 0; k < 2; k++) {
        char folder[PATH_MAX];
        if (!FOLDERS[k](folder)) continue;
        for (int i = 0; i < N_PLACES; i++) {
            snprintf(path, INSTALLED_PATH_MAX, "%s%s%s/%s", folder, i ? "/" : "",
                     i ? PLACES[i] : "", name);
            if (access(path, R_OK) == 0 && nth-- == 0) return true;
        }
    }
    return false;
}
