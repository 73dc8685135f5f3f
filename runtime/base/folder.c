#define _GNU_SOURCE /* renameat2 */
#include "runtime/base/folder.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void folder_release(Folder *folder)
{
    for (int i = 0; i < folder->n; i++) text_release(&folder->file[i].content);
    folder->n = 0;
}

static FolderFile *add(Folder *folder, const char *path)
{
    assert(folder->n < FOLDER_FILES_MAX && strlen(path) < FOLDER_PATH_MAX);
    FolderFile *file = &folder->file[folder->n++];
    *file = (FolderFile){0};
    snprintf(file->path, sizeof file->path, "%s", path);
    return file;
}

Text *folder_add(Folder *folder, const char *path) { return &add(folder, path)->content; }

Text *folder_add_link(Folder *folder, const char *path)
{
    FolderFile *file = add(folder, path);
    file->is_link = true;
    return &file->content;
}

const Text *folder_find(const Folder *folder, const char *path)
{
    for (int i = 0; i < folder->n; i++)
        if (strcmp(folder->file[i].path, path) == 0) return &folder->file[i].content;
    return NULL;
}

static Status fail_write(const char *path, Err *err)
{
    return fail(err, ERR_SYSTEM, "cannot write '%s': %s", path, strerror(errno));
}

static char *joined(const char *folder, const char *name)
{
    Text path = {0};
    text_add(&path, "%s/%s", folder, name);
    return path.data;
}

/* -- what is there --------------------------------------------------------------------------- */

/* Is `path` one of the files or on the way to one? */
static bool is_ours(const Folder *folder, const char *path, bool is_folder)
{
    const size_t n = strlen(path);
    for (int i = 0; i < folder->n; i++) {
        const char *own = folder->file[i].path;
        if (is_folder ? strncmp(own, path, n) == 0 && own[n] == '/' : strcmp(own, path) == 0)
            return true;
    }
    return false;
}

/* What is in the folder and none of ours, as a path within it; empty: nothing. */
static Status find_stranger(const Folder *folder, const char *path, char *stranger, size_t size,
                            Err *err)
{
    char *roots[] = {(char *)path, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    const size_t root = strlen(path) + 1;
    Status status = OK;
    *stranger = 0;
    if (!walk) return fail_write(path, err);
    for (FTSENT *at; !*stranger && status == OK && (at = fts_read(walk));) {
        errno = at->fts_errno;
        if (at->fts_info == FTS_DNR || at->fts_info == FTS_ERR || at->fts_info == FTS_NS)
            status = fail_write(at->fts_path, err);
        else if (at->fts_level > 0 && at->fts_info != FTS_DP &&
                 !is_ours(folder, at->fts_path + root, at->fts_info == FTS_D))
            snprintf(stranger, size, "%s", at->fts_path + root);
    }
    fts_close(walk);
    return status;
}

Status folder_check(const Folder *folder, const char *path, Err *err)
{
    struct stat about;
    char stranger[FOLDER_PATH_MAX];
    if (!*path) return fail(err, ERR_INPUT, "the name of the folder is empty");
    if (lstat(path, &about) != 0) return errno == ENOENT ? OK : fail_write(path, err);
    if (!S_ISDIR(about.st_mode))
        return fail(err, ERR_SYSTEM, "cannot write the folder '%s': it is there and no folder",
                    path);
    const Status status = find_stranger(folder, path, stranger, sizeof stranger, err);
    if (status != OK || !*stranger) return status;
    return fail(err, ERR_SYSTEM,
                "'%s' holds '%s', which is none of the files that would be replaced: name a new "
                "folder",
                path, stranger);
}

/* -- writing ----------------------------------------------------------------------------------- */

/* A folder that we made, or whose files folder_check knows. */
static void remove_all(const char *path)
{
    char *roots[] = {(char *)path, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (!walk) return;
    for (FTSENT *at; (at = fts_read(walk));)
        if (at->fts_info != FTS_D) remove(at->fts_path);
    fts_close(walk);
}

/* Makes the folders on the way to the file. */
static Status make_way(char *path, size_t root, Err *err)
{
    for (char *slash = strchr(path + root, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        const bool is_made = mkdir(path, 0777) == 0 || errno == EEXIST;
        if (!is_made) return fail_write(path, err);
        *slash = '/';
    }
    return OK;
}

static Status write_file(const FolderFile *file, const char *folder, Err *err)
{
    char *path = joined(folder, file->path);
    Status status = make_way(path, strlen(folder) + 1, err);
    if (status == OK && file->is_link) {
        if (symlink(text_get(&file->content), path) != 0) status = fail_write(path, err);
    } else if (status == OK)
        status = text_write_file(path, text_get(&file->content), file->content.length, err);
    free(path);
    return status;
}

/* Gives the finished folder its name. What was there goes. */
static Status put_in_place(const char *made, const char *path, Err *err)
{
    if (rename(made, path) == 0) return OK; /* there was nothing, or an empty folder */
    if (renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_EXCHANGE) != 0)
        return fail_write(path, err);
    remove_all(made);
    return OK;
}

/* A folder that nobody else has, beside where it is to be: a rename works only within a file system. */
static Status make_beside(Text *made, const char *path, Err *err)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/') n--;
    while (n > 0 && path[n - 1] != '/') n--;
    text_add(made, "%.*s.approxcc-XXXXXX", (int)n, path);
    if (!mkdtemp(made->data)) return fail_write(path, err);
    const mode_t mask = umask(0);
    umask(mask);
    chmod(made->data, 0777 & ~mask);
    return OK;
}

Status folder_write(const Folder *folder, const char *path, Err *err)
{
    Text made = {0};
    Status status = folder_check(folder, path, err);
    if (status == OK) status = make_beside(&made, path, err);
    for (int i = 0; i < folder->n && status == OK; i++)
        status = write_file(&folder->file[i], made.data, err);
    if (status == OK) status = put_in_place(made.data, path, err);
    if (status != OK && made.length) remove_all(made.data);
    text_release(&made);
    return status;
}
