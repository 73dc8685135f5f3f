#include "passes/report_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

Status report_file_add(const char *path, const Text *lines, Err *err)
{
    const int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0)
        return fail(err, ERR_SYSTEM, "approx: cannot write the report '%s': %s", path,
                    strerror(errno));
    const ssize_t n = write(file, text_get(lines), lines->length);
    const int reason = n < 0 ? errno : ENOSPC;
    const bool is_whole = n == (ssize_t)lines->length;
    if (close(file) == 0 && is_whole) return OK;
    return fail(err, ERR_SYSTEM, "approx: cannot write the report '%s': %s", path,
                strerror(reason));
}
