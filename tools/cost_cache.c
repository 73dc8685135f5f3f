#include "tools/cost_cache.h"

#include "runtime/base/user_cache.h"
#include "runtime/emit/backend.h"
#include "runtime/emit/targets.h"
#include "runtime/measure/calibrate.h"

#include <unistd.h>

enum { COST_FILE_MAX = 65536 };

Status cost_cache_path(Text *out, const char *target, Err *err)
{
    const Backend *backend;
    Status status = backend_load(&backend, err);
    if (status != OK) return status;
    Text file = {0};
    text_add(&file, "cost-%s-%s.txt", target, backend->host_cpu());
    status = user_cache_path(out, text_get(&file), err);
    text_release(&file);
    return status;
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

Status cost_cache_save(const CostModel *model, Err *err)
{
    Text path = {0}, text = {0};
    Status status = cost_cache_path(&path, model->target, err);
    if (status == OK) status = user_cache_make_folders(text_get(&path), err);
    cost_model_print(&text, model);
    if (status == OK) status = text_write_file(text_get(&path), text_get(&text), text.length, err);
    text_release(&path);
    text_release(&text);
    return status;
}
