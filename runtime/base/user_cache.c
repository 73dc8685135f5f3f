#include "runtime/base/user_cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

Status user_cache_path(Text *out, const char *file, Err *err)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    /* A relative path there is to be ignored, says the XDG specification. */
    if (cache && cache[0] == '/')
        text_add(out, "%s", cache);
    else if (home && home[0])
        text_add(out, "%s/.cache", home);
    else
        return fail(err, ERR_SYSTEM,
                    "there is no place for a cache: neither XDG_CACHE_HOME nor HOME is set");
    text_add(out, "/approxcc/%s", file);
    return OK;
}

Status user_cache_make_folders(const char *path, Err *err)
{
    char *folder = xstrdup(path);
    Status status = OK;
    for (char *slash = strchr(folder + 1, '/'); slash && status == OK;
         slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(folder, 0777) != 0 && errno != EEXIST)
            status =
                fail(err, ERR_SYSTEM, "cannot make the folder '%s': %s", folder, strerror(errno));
        *slash = '/';
    }
    free(folder);
    return status;
}
