/* A user's store of its own for every test, and rows to put into it. */
#ifndef APPROX_TESTS_STORED_H
#define APPROX_TESTS_STORED_H

#include "runtime/base/temporary.h"
#include "runtime/catalogue/lookup.h"
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Every test has a folder of its own, and a store in it. */
static Text folder, file;

static inline int begin(void **state)
{
    folder = file = (Text){0};
    if (temporary_folder(&folder, NULL) != OK) return -1;
    text_add(&file, "%s/a/store.db", text_get(&folder));
    return 0;
}

static inline int end(void **state)
{
    Text command = {0};
    text_add(&command, "rm -rf '%s'", text_get(&folder));
    const int result = system(text_get(&command));
    text_release(&command);
    text_release(&folder);
    text_release(&file);
    return result;
}

static inline StoreRow *row_new(const char *name)
{
    StoreRow *row = calloc(1, sizeof *row);
    assert_int_equal(catalogue_load(&row->entry, catalogue_index(name), NULL), OK);
    snprintf(row->llvm, sizeof row->llvm, "19.1.0");
    row->budget = INFINITY;
    row->is_judged = true;
    return row;
}

/* One of many rows that differ in what was asked. */
static inline StoreRow *row_number(int i)
{
    StoreRow *row = row_new("exp_f32_1ulp_x86-64-v3");
    row->entry.goal.bound.limit = 2 + i;
    snprintf(row->entry.goal.bound.text, sizeof row->entry.goal.bound.text, "%dulp", 2 + i);
    return row;
}

static inline Store *open_store(StoreAccess access)
{
    Err err = {0};
    Store *store;
    if (store_open(&store, text_get(&file), access, &err) != OK) fail_msg("%s", err.text);
    return store;
}

static inline Status put(Store *store, StoreRow *row, StoreChange *change, Err *err)
{
    return store_put(store, row, change, err);
}

static inline StoreChange must_put(Store *store, StoreRow *row)
{
    Err err = {0};
    StoreChange change;
    if (put(store, row, &change, &err) != OK) fail_msg("%s", err.text);
    return change;
}

/* The bounds of all rows as bits of `seen`; the number of rows. */
static inline int count(bool *seen, int n_seen)
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

/* Runs `work` in a process of its own. */
static inline pid_t start(void (*work)(int argument), int argument)
{
    const pid_t child = fork();
    if (child != 0) return child;
    work(argument);
    _exit(0);
}

static inline void wait_for(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#endif
