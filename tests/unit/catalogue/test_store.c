/* The user's store: what is kept, by whom, and what comes of a kill, a full disk and damage. */
#include "runtime/catalogue/lookup.h"

#include "runtime/base/temporary.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Every test has a folder of its own, and a store in it. */
static Text folder, file;

static int begin(void **state)
{
    folder = file = (Text){0};
    if (temporary_folder(&folder, NULL) != OK) return -1;
    text_add(&file, "%s/a/store.db", text_get(&folder));
    return 0;
}

static int end(void **state)
{
    Text command = {0};
    text_add(&command, "rm -rf '%s'", text_get(&folder));
    const int result = system(text_get(&command));
    text_release(&command);
    text_release(&folder);
    text_release(&file);
    return result;
}

static StoreRow *row_new(const char *name)
{
    StoreRow *row = calloc(1, sizeof *row);
    assert_int_equal(catalogue_load(&row->entry, catalogue_index(name), NULL), OK);
    snprintf(row->llvm, sizeof row->llvm, "19.1.0");
    row->budget = INFINITY;
    row->is_judged = true;
    return row;
}

/* One of many rows that differ in what was asked. */
static StoreRow *row_number(int i)
{
    StoreRow *row = row_new("exp_f32_1ulp_x86-64-v3");
    row->entry.goal.bound.limit = 2 + i;
    snprintf(row->entry.goal.bound.text, sizeof row->entry.goal.bound.text, "%dulp", 2 + i);
    return row;
}

static Store *open_store(StoreAccess access)
{
    Err err = {0};
    Store *store;
    if (store_open(&store, text_get(&file), access, &err) != OK) fail_msg("%s", err.text);
    return store;
}

static Status put(Store *store, StoreRow *row, StoreChange *change, Err *err)
{
    return store_put(store, row, change, err);
}

static StoreChange must_put(Store *store, StoreRow *row)
{
    Err err = {0};
    StoreChange change;
    if (put(store, row, &change, &err) != OK) fail_msg("%s", err.text);
    return change;
}

/* The bounds of all rows as bits of `seen`; the number of rows. */
static int count(bool *seen, int n_seen)
{
    Store *store = open_store(STORE_READ);
    StoreRow *row = calloc(1, sizeof *row);
    Err err = {0};
    bool is_there = true;
    int n = 0;
    assert_int_equal(store_begin(store, NULL, &err), OK);
    while (true) {
        if (store_next(store, row, &is_there, &err) != OK) fail_msg("%s", err.text);
        if (!is_there) break;
        const int i = (int)row->entry.goal.bound.limit - 2;
        if (seen && i >= 0 && i < n_seen) seen[i] = true;
        n++;
    }
    free(row);
    store_close(store);
    return n;
}

static void what_is_put_is_there(void **state)
{
    Store *none;
    assert_int_equal(store_open(&none, text_get(&file), STORE_READ, NULL), OK);
    assert_null(none);
    Store *store = open_store(STORE_WRITE);
    StoreRow *row = row_number(0);
    assert_int_equal(must_put(store, row), STORE_ADDED);
    assert_int_equal(must_put(store, row), STORE_KEPT);
    store_close(store);
    assert_int_equal(count(NULL, 0), 1);

    Text printed = {0}, read = {0};
    StoreRow *again = calloc(1, sizeof *again);
    bool is_there;
    store = open_store(STORE_READ);
    assert_int_equal(store_begin(store, &row->entry.goal, NULL), OK);
    assert_int_equal(store_next(store, again, &is_there, NULL), OK);
    assert_true(is_there);
    entry_print(&printed, &row->entry);
    entry_print(&read, &again->entry);
    assert_string_equal(text_get(&printed), text_get(&read));
    assert_string_equal(row->id, again->id);
    assert_string_equal(again->llvm, "19.1.0");
    assert_true(isinf(again->budget) && again->is_judged);
    store_close(store);

    bool was_there;
    store = open_store(STORE_WRITE);
    assert_int_equal(store_remove(store, row->id, &was_there, NULL), OK);
    assert_true(was_there);
    assert_int_equal(store_remove(store, row->id, &was_there, NULL), OK);
    assert_false(was_there);
    store_close(store);
    assert_int_equal(count(NULL, 0), 0);
    text_release(&printed);
    text_release(&read);
    free(again);
    free(row);
}

static void nothing_enters_without_a_report_that_meets_the_bound(void **state)
{
    Store *store = open_store(STORE_WRITE);
    Err err = {0};
    StoreChange change;
    StoreRow *row = row_number(0);
    row->entry.has_report = false;
    assert_int_equal(put(store, row, &change, &err), ERR_INPUT);
    assert_string_equal(err.text, "'exp' has no claim: only what was judged can be kept");
    row->entry.has_report = true;
    row->entry.report.max_ulp = 2.5;
    assert_int_equal(put(store, row, &change, &err), ERR_INPUT);
    assert_string_equal(err.text, "'exp' does not meet its bound 2ulp");
    row->entry.report.max_ulp = 0.9;
    snprintf(row->entry.goal.target, sizeof row->entry.goal.target, "pdp11");
    assert_int_equal(put(store, row, &change, &err), ERR_INPUT);
    free(row);
    store_close(store);
    assert_int_equal(count(NULL, 0), 0);
}

/* The key: the same goal, processor and LLVM is one row, anything else another. */
static void a_row_is_told_by_goal_processor_and_llvm(void **state)
{
    Store *store = open_store(STORE_WRITE);
    StoreRow *row = row_number(0);
    assert_int_equal(must_put(store, row), STORE_ADDED);
    snprintf(row->entry.goal.name, sizeof row->entry.goal.name, "other_name");
    snprintf(row->entry.goal.bound.text, sizeof row->entry.goal.bound.text, "2.0ulp");
    snprintf(row->entry.goal.reference.input_name[0], PROG_NAME_MAX, "t");
    row->entry.throughput_ns /= 2;
    assert_int_equal(must_put(store, row), STORE_REPLACED);
    snprintf(row->llvm, sizeof row->llvm, "20.1.0");
    assert_int_equal(must_put(store, row), STORE_ADDED);
    snprintf(row->entry.cpu, sizeof row->entry.cpu, "skylake");
    assert_int_equal(must_put(store, row), STORE_ADDED);
    snprintf(row->entry.goal.target, sizeof row->entry.goal.target, "x86-64-v4");
    assert_int_equal(must_put(store, row), STORE_ADDED);
    row->entry.goal.minimize = MINIMIZE_LATENCY;
    assert_int_equal(must_put(store, row), STORE_ADDED);
    free(row);
    store_close(store);
    assert_int_equal(count(NULL, 0), 5);
}

/* The cheaper of two programs stays, in whatever order they come; the longer search counts for both. */
static void the_better_row_stays_in_any_order(void **state)
{
    for (int order = 0; order < 2; order++) {
        Store *store = open_store(STORE_WRITE);
        StoreRow *pair[2] = {row_number(order), row_number(order)};
        StoreRow *cheap = pair[order], *dear = pair[1 - order];
        cheap->entry.throughput_ns = 0.25, dear->entry.throughput_ns = 0.5;
        cheap->budget = 10, dear->budget = 60;
        must_put(store, pair[0]);
        assert_int_equal(must_put(store, pair[1]), order ? STORE_REPLACED : STORE_KEPT);
        assert_true(pair[1]->entry.throughput_ns == 0.25);
        assert_true(pair[1]->budget == 60);
        /* What was judged here goes before what is only claimed. */
        StoreRow *claimed = row_number(order);
        claimed->entry.throughput_ns = 0.125, claimed->is_judged = false;
        assert_int_equal(must_put(store, claimed), STORE_KEPT);
        for (int i = 0; i < 2; i++) free(pair[i]);
        free(claimed);
        store_close(store);
    }
}

/* -- processes ----------------------------------------------------------------------------- */

/* Runs `work` in a process of its own. */
static pid_t start(void (*work)(int argument), int argument)
{
    const pid_t child = fork();
    if (child != 0) return child;
    work(argument);
    _exit(0);
}

static void wait_for(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

enum { EACH = 40, WRITERS = 3 };

static void put_many(int first)
{
    for (int i = 0; i < EACH; i++) {
        Store *store;
        StoreChange change;
        StoreRow *row = row_number(first + i);
        if (store_open(&store, text_get(&file), STORE_WRITE, NULL) != OK) _exit(1);
        if (put(store, row, &change, NULL) != OK || change != STORE_ADDED) _exit(2);
        store_close(store);
        free(row);
    }
}

/* They begin it at once, too. */
static void processes_that_write_at_once_lose_nothing(void **state)
{
    pid_t child[WRITERS];
    for (int i = 0; i < WRITERS; i++) child[i] = start(put_many, i * EACH);
    for (int i = 0; i < WRITERS; i++) wait_for(child[i]);
    assert_int_equal(count(NULL, 0), WRITERS * EACH);
}

/* Tells on a pipe what is done. */
static void put_and_tell(int out)
{
    Store *store;
    StoreChange change;
    if (store_open(&store, text_get(&file), STORE_WRITE, NULL) != OK) _exit(1);
    for (int i = 0;; i++) {
        StoreRow *row = row_number(i);
        if (put(store, row, &change, NULL) != OK) _exit(2);
        free(row);
        if (write(out, &i, sizeof i) != sizeof i) _exit(3);
    }
}

static void a_kill_leaves_it_sound(void **state)
{
    enum { ROUNDS = 12, ROWS = 4096 };
    bool *seen = calloc(ROWS, sizeof *seen);
    int last = -1;
    for (int round = 0; round < ROUNDS; round++) {
        int ends[2], i;
        assert_int_equal(pipe(ends), 0);
        const pid_t child = start(put_and_tell, ends[1]);
        close(ends[1]);
        /* Once it is at work, at another moment each round. */
        for (int k = 0; k <= round && read(ends[0], &i, sizeof i) == sizeof i; k++)
            if (i > last) last = i;
        usleep((useconds_t)(137 * round));
        kill(child, SIGKILL);
        while (read(ends[0], &i, sizeof i) == sizeof i)
            if (i > last) last = i;
        close(ends[0]);
        int status;
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        memset(seen, 0, ROWS * sizeof *seen);
        const int n = count(seen, ROWS);
        assert_true(last < ROWS && n > last && n <= last + 2);
        for (int k = 0; k <= last; k++) assert_true(seen[k]);
    }
    free(seen);
    Store *store = open_store(STORE_WRITE);
    StoreRow *row = row_number(ROWS);
    assert_int_equal(must_put(store, row), STORE_ADDED);
    free(row);
    store_close(store);
}

/* -- what the world does ------------------------------------------------------------------- */

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
    sql("update row set text = replace(text, '0x1.7154', '0x1.7155') where text like '%bound 3ulp%'");
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

/* -- looking up ---------------------------------------------------------------------------- */

static void the_cheapest_of_both_answers(void **state)
{
    Store *store = open_store(STORE_WRITE);
    StoreRow *row = row_number(0), *other = row_new("log_f32_1ulp_x86-64-v3");
    must_put(store, other);
    /* A program of one operation: cheaper than any, and by its claim right. */
    Prog *prog = &row->entry.prog;
    prog_init(prog);
    const Ref x = prog_add_input(prog, TYPE_F32, "x");
    prog_add(prog, OP_ADD, x, x, 0);
    row->budget = 5;
    must_put(store, row);
    Known *known = calloc(1, sizeof *known);
    LookupOptions options = {.how = SERVES_AS_ASKED, .budget = 5};
    bool is_found;
    assert_int_equal(lookup_find(known, &is_found, store, &row->entry.goal, &options, NULL), OK);
    assert_true(is_found && known->is_stored && known->is_judged);
    assert_string_equal(known->name, row->id);
    /* A search that had less is no answer for one that is to have more, but is something to begin with. */
    options.budget = 6;
    assert_int_equal(lookup_find(known, &is_found, store, &row->entry.goal, &options, NULL), OK);
    assert_true(is_found && !known->is_stored);
    options.how = SERVES;
    assert_int_equal(lookup_find(known, &is_found, store, &row->entry.goal, &options, NULL), OK);
    assert_true(is_found && known->is_stored);
    free(known);
    free(row);
    free(other);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(what_is_put_is_there),
        TEST(nothing_enters_without_a_report_that_meets_the_bound),
        TEST(a_row_is_told_by_goal_processor_and_llvm),
        TEST(the_better_row_stays_in_any_order),
        TEST(processes_that_write_at_once_lose_nothing),
        TEST(a_kill_leaves_it_sound),
        TEST(a_read_only_store_can_be_read),
        TEST(a_full_disk_is_told_and_loses_nothing_else),
        TEST(damage_is_told),
        TEST(other_files_are_left_alone),
        TEST(a_damaged_row_is_found),
        TEST(the_cheapest_of_both_answers),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
