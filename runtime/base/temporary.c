#include "runtime/base/temporary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *parent(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

static Status could_not(Text *path, const char *what, Err *err)
{
    const Status status = fail(err, ERR_SYSTEM, "cannot make a temporary %s in %s: %s", what,
                               parent(), strerror(errno));
    text_release(path);
    return status;
}

Status temporary_file(Text *path, Err *err)
{
    text_add(path, "%s/approxcc-XXXXXX", parent());
    const int file = mkstemp(path->data);
    if (file < 0) return could_not(path, "file", err);
    close(file);
    return OK;
}

Status temporary_folder(Text *path, Err *err)
{
    text_add(path, "%s/approxcc-XXXXXX", parent());
    return mkdtemp(path->data) ? OK : could_not(path, "folder", err);
}
