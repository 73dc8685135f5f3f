/* Folders that appear whole or not at all. */
#include "runtime/base/folder.h"

#include "tests/support/build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void fill(Folder *folder, const char *words)
{
    text_add(folder_add(folder, "top"), "%s", words);
    text_add(folder_add(folder, "a/b/deep"), "%s %s", words, words);
    text_add(folder_add_link(folder, "a/link"), "b/deep");
}

static bool holds(const char *root, const char *file, const char *words)
{
    char path[600];
    Text text = {0};
    snprintf(path, sizeof path, "%s/%s", root, file);
    const bool is_so =
        text_read_file(&text, path, 1000, NULL) == OK && strcmp(text_get(&text), words) == 0;
    text_release(&text);
    return is_so;
}

static bool is_there(const char *root, const char *file)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", root, file);
    return access(path, F_OK) == 0;
}

static void clear(char *folder)
{
    Text said = {0};
    const char *const command[] = {"rm", "-rf", folder, NULL};
    run_program(command, NULL, NULL, &said);
    text_release(&said);
    free(folder);
}

static void a_folder_is_written_and_replaced(void **state)
{
    char *parent = folder_new(), *path = path_in(parent, "out");
    Err err = {0};
    for (int turn = 0; turn < 2; turn++) {
        Folder folder = {0};
        fill(&folder, turn ? "second" : "first");
        assert_int_equal(folder_write(&folder, path, &err), OK);
        assert_true(holds(path, "top", turn ? "second" : "first"));
        assert_true(holds(path, "a/link", turn ? "second second" : "first first"));
        assert_string_equal(text_get(folder_find(&folder, "a/link")), "b/deep");
        assert_null(folder_find(&folder, "a"));
        folder_release(&folder);
    }
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    const mode_t mask = umask(0);
    umask(mask);
    assert_int_equal(about.st_mode & 0777, 0777 & ~mask);
    clear(parent);
    free(path);
}

static void strangers_are_left_alone(void **state)
{
    char *parent = folder_new(), *path = path_in(parent, "out");
    Err err = {0};
    Folder folder = {0};
    fill(&folder, "mine");
    assert_int_equal(folder_write(&folder, path, &err), OK);
    char *stranger = path_in(path, "a/b/other");
    assert_int_equal(text_write_file(stranger, "x", 1, &err), OK);
    assert_int_equal(folder_write(&folder, path, &err), ERR_SYSTEM);
    assert_non_null(strstr(err.text, "a/b/other"));
    assert_true(holds(path, "a/b/other", "x"));
    assert_int_equal(folder_write(&folder, stranger, &err), ERR_SYSTEM);
    assert_true(holds(path, "a/b/other", "x"));
    folder_release(&folder);
    clear(parent);
    free(stranger);
    free(path);
}

/* A file in the way of a folder, found when half of the files are written. */
static void what_fails_leaves_nothing(void **state)
{
    char *parent = folder_new(), *path = path_in(parent, "out");
    Err err = {0};
    Folder folder = {0};
    fill(&folder, "mine");
    text_add(folder_add(&folder, "top/below"), "impossible");
    assert_int_equal(folder_write(&folder, path, &err), ERR_SYSTEM);
    assert_true(err.text[0] != 0);
    assert_false(is_there(parent, "out"));
    assert_int_equal(rmdir(parent), 0); /* nothing is left in it */
    assert_int_equal(folder_write(&folder, path, &err), ERR_SYSTEM);
    assert_int_equal(folder_write(&folder, "", &err), ERR_INPUT);
    folder_release(&folder);
    free(parent);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_written_and_replaced),
        cmocka_unit_test(strangers_are_left_alone),
        cmocka_unit_test(what_fails_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
