/* The user's store: what is kept, by whom, what comes of a kill, and which of both answers. */
#include "tests/support/stored.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

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
        TEST(the_cheapest_of_both_answers),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
