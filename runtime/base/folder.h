/* A folder of files to be written: it appears as a whole, with all its files, or not at all. */
#ifndef APPROX_BASE_FOLDER_H
#define APPROX_BASE_FOLDER_H

#include "runtime/base/text.h"

enum { FOLDER_FILES_MAX = 32, FOLDER_PATH_MAX = 100 };

typedef struct {
    char path
        [FOLDER_PATH_MAX]; /* within the folder: "lib/cmake/x/x.cmake"; folders on the way are made */
    Text content;          /* of a link: what it points to */
    bool is_link;
} FolderFile;

/* `{0}` is an empty one. */
typedef struct {
    FolderFile file[FOLDER_FILES_MAX];
    int n;
} Folder;

void folder_release(Folder *folder);

/* A new file, or link, which the caller fills. */
Text *folder_add(Folder *folder, const char *path);
Text *folder_add_link(Folder *folder, const char *path);
/* The file of that path; NULL if there is none. */
const Text *folder_find(const Folder *folder, const char *path);

/* Can it be written to `path`? That must be new, an empty folder, or one that holds nothing but files of these names, which are then
   replaced. For asking before the work is done; folder_write asks again. */
Status folder_check(const Folder *folder, const char *path, Err *err);

/* Writes it under a temporary name beside `path` and renames that. */
Status folder_write(const Folder *folder, const char *path, Err *err);

#endif
