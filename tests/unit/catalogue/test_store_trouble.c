/* The user's store that cannot be written, is full, or damaged, and what is no store. */
#include "tests/support/stored.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void expect_compiled_in(Store *store)
{
    StoreRow *row = row_number(0);
    Known *known = calloc(1, sizeof *known);
    const LookupOptions options = {.how = SERVES_AS_ASKED};
    bool is_found;
    lookup_find(known, &is_found, store, &row->entry.goal, &options, NULL);
    assert_true(is_found);
    assert_false(known->is_stored);
    free(known);
    free(row);
}

/* Checks the sentence that a store to be written or read ends in. */
static void expect_refusal(StoreAccess access, const char *part)
{
    Err err = {0};
    Store *store;
    Status status = store_open(&store, text_get(&file), access, &err);
    if (status == OK) {
        StoreRow *row = row_number(7);
        StoreChange change;
        bool is_there = true;
        if (access == STORE_WRITE) {
            status = put(store, row, &change, &err);
        } else {
            status = store_begin(store, NULL, &err);
            while (status == OK && is_there) status = store_next(store, row, &is_there, &err);
        }
        free(row);
    }
    if (status == OK) fail_msg("no refusal: '%s'", part);
    if (!strstr(err.text, part) || !strstr(err.text, text_get(&file)))
        fail_msg("'%s' does not say '%s'", err.text, part);
    expect_compiled_in(store);
    store_close(store);
}

static void refused_where_nothing_can_be_written(int unused)
{
    if (geteuid() == 0 && setuid(65534) != 0) _exit(1);
    Err err = {0};
    Store *store;
    StoreRow *row = row_number(1);
    StoreChange change;
    Status status = store_open(&store, text_get(&file), STORE_WRITE, &err);
    if (status == OK) status = put(store, row, &change, &err);
    if (status != ERR_SYSTEM || !strstr(err.text, "read-only")) _exit(2);
    store_close(store);
    bool is_there;
    if (store_open(&store, text_get(&file), STORE_READ, &err) != OK || !store) _exit(3);
    if (store_begin(store, NULL, &err) != OK) _exit(4);
    if (store_next(store, row, &is_there, &err) != OK || !is_there) _exit(5);
    store_close(store);
}

static void a_read_only_store_can_be_read(void **state)
{
    Store *store = open_store(STORE_WRITE);
    StoreRow *row = row_number(0);
    must_put(store, row);
    free(row);
    store_close(store);
    Text inner = {0};
    text_add(&inner, "%s/a", text_get(&folder));
    assert_int_equal(chmod(text_get(&folder), 0755), 0);
    /* The file alone; then the folder too. */
    assert_int_equal(chmod(text_get(&file), 0444), 0);
    assert_int_equal(chmod(text_get(&inner), 0777), 0);
    wait_for(start(refused_where_nothing_can_be_written, 0));
    assert_int_equal(chmod(text_get(&inner), 0555), 0);
    wait_for(start(refused_where_nothing_can_be_written, 0));
    assert_int_equal(chmod(text_get(&inner), 0755), 0);
    text_release(&inner);
}

static void put_until_it_is_full(int unused)
{
    const struct rlimit limit = {200000, 200000};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(1);
    Err err = {0};
    Store *store;
    Status status = store_open(&store, text_get(&file), STORE_WRITE, &err);
    for (int i = 0; i < 1000 && status == OK; i++) {
        StoreRow *row = row_number(i);
        StoreChange change;
        status = put(store, row, &change, &err);
        free(row);
    }
    if (status != ERR_SYSTEM || !strstr(err.text, "there is no room for it")) _exit(2);
    store_close(store);
}

static void a_full_disk_is_told_and_loses_nothing_else(void **state)
{
    wait_for(start(put_until_it_is_full, 0));
    const int n = count(NULL, 0);
    assert_true(n > 3);
    Store *store = open_store(STORE_WRITE);
    StoreRow *row = row_number(2000);
    assert_int_equal(must_put(store, row), STORE_ADDED);
    free(row);
    store_close(store);
    assert_int_equal(count(NULL, 0), n + 1);
}

static void fill_store(int n)
{
    Store *store = open_store(STORE_WRITE);
    for (int i = 0; i < n; i++) {
        StoreRow *row = row_number(i);
        must_put(store, row);
        free(row);
    }
    store_close(store);
}

static void overwrite(long from, long bytes)
{
    FILE *f = fopen(text_get(&file), "r+");
    assert_non_null(f);
    assert_int_equal(fseek(f, from, SEEK_SET), 0);
    for (long i = 0; i < bytes; i++) fputc('#', f);
    fclose(f);
}

static void damage_is_told(void **state)
{
    fill_store(20);
    overwrite(0, 60);
    expect_refusal(STORE_READ, "is damaged or no store");
    expect_refusal(STORE_WRITE, "is damaged or no store");
    unlink(text_get(&file));
    fill_store(20);
    overwrite(4096, 8192);
    expect_refusal(STORE_READ, "is damaged or no store");
    unlink(text_get(&file));
    fill_store(20);
    assert_int_equal(truncate(text_get(&file), 20000), 0);
    expect_refusal(STORE_READ, "is damaged or no store");
    unlink(text_get(&file));
    assert_int_equal(mkdir(text_get(&file), 0755), 0);
    expect_refusal(STORE_READ, "it is no file");
    expect_refusal(STORE_WRITE, "it is no file");
}

/* Runs SQL on the file, by SQLite's own shell. */
static void sql(const char *statement)
{
    Text command = {0};
    text_add(&command, "sqlite3 '%s' \"%s\" >/dev/null", text_get(&file), statement);
    assert_int_equal(system(text_get(&command)), 0);
    text_release(&command);
}

static void other_files_are_left_alone(void **state)
{
    fill_store(1);
    sql("pragma user_version = 2");
    expect_refusal(STORE_WRITE, "has layout 2, of another version of approxcc");
    unlink(text_get(&file));
    sql("create table t (a)");
    expect_refusal(STORE_READ, "is an SQLite file of something else");
    expect_refusal(STORE_WRITE, "is an SQLite file of something else");
    /* Nothing yet is a store that is empty. */
    sql("drop table t; vacuum");
    fill_store(1);
    assert_int_equal(count(NULL, 0), 1);
}

/* One changed digit in a program, as a disk may do; the other rows stay. */
static void a_damaged_row_is_found(void **state)
{
    fill_store(3);
    sql("update row set text = replace(text, '0x1.7154', '0x1.7155') where text like '%bound "
        "3ulp%'");
    Store *store = open_store(STORE_READ);
    StoreRow *row = calloc(1, sizeof *row);
    Err err = {0};
    bool is_there = true;
    int n = 0, n_damaged = 0;
    char id[STORE_ID_MAX] = "";
    assert_int_equal(store_begin(store, NULL, &err), OK);
    while (is_there) {
        const Status status = store_next(store, row, &is_there, &err);
        if (status != OK) {
            assert_int_equal(status, ERR_INPUT);
            assert_non_null(strstr(err.text, row->id));
            snprintf(id, sizeof id, "%s", row->id);
            n_damaged++;
        }
        n += is_there;
    }
    assert_int_equal(n, 3);
    assert_int_equal(n_damaged, 1);
    expect_compiled_in(store);
    store_close(store);
    /* What comes anew takes its place. */
    store = open_store(STORE_WRITE);
    free(row);
    row = row_number(1);
    assert_int_equal(must_put(store, row), STORE_ADDED);
    assert_string_equal(row->id, id);
    free(row);
    store_close(store);
    assert_int_equal(count(NULL, 0), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(a_read_only_store_can_be_read),
        TEST(a_full_disk_is_told_and_loses_nothing_else),
        TEST(damage_is_told),
        TEST(other_files_are_left_alone),
        TEST(a_damaged_row_is_found),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
