#include "tools/cost_cache.h"

#include "runtime/emit/backend.h"
#include "runtime/emit/targets.h"
#include "runtime/measure/calibrate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COST_FILE_MAX = 65536 };

Status cost_cache_path(Text *out, const char *target, Err *err)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    const Backend *backend;
    const Status status = backend_load(&backend, err);
    if (status != OK) return status;
    /* A relative path there is to be ignored, says the XDG specification. */
    if (cache && cache[0] == '/')
        text_add(out, "%s", cache);
    else if (home && home[0])
        text_add(out, "%s/.cache", home);
    else
        return fail(err, ERR_SYSTEM,
                    "there is no place for a cache: neither XDG_CACHE_HOME nor HOME is set");
    text_add(out, "/approxcc/cost-%s-%s.txt", target, backend->host_cpu());
    return OK;
}

Status cost_cache_load(CostModel *out, const char *target_name, Err *err)
{
    const Target *target = target_find(target_name);
    Text path = {0}, text = {0};
    cost_model_init(out, target_name);
    if (!target || !target_is_runnable(target)) return OK;
    Status status = OK;
    if (cost_cache_path(&path, target_name, NULL) == OK && access(text_get(&path), F_OK) == 0) {
        status = text_read_file(&text, text_get(&path), COST_FILE_MAX, err);
        if (status == OK)
            status =
                fail_in(err, cost_model_parse(out, target_name, text_get(&text), text.length, err),
                        "calibration");
    }
    text_release(&path);
    text_release(&text);
    return status;
}

/* Every folder on the way to the file. */
static Status make_folders(const char *path, Err *err)
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

Status cost_cache_save(const CostModel *model, Err *err)
{
    Text path = {0}, text = {0};
    Status status = cost_cache_path(&path, model->target, err);
    if (status == OK) status = make_folders(text_get(&path), err);
    cost_model_print(&text, model);
    if (status == OK) status = text_write_file(text_get(&path), text_get(&text), text.length, err);
    text_release(&path);
    text_release(&text);
    return status;
}
