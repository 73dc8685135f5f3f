/* A search that has run, for tests of what it finds. In a header, since the support library knows nothing of search/. */
#ifndef TESTS_SUPPORT_SEARCHED_H
#define TESTS_SUPPORT_SEARCHED_H

#include "search/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Fails the test if it cannot be made or run. Two threads where the options say nothing. */
static inline Search *searched(const Goal *goal, SearchOptions options)
{
    Search *search;
    Err err = {0};
    if (options.n_threads == 0) options.n_threads = 2;
    if (search_new(&search, goal, &options, &err) != OK) fail_msg("%s", err.text);
    if (search_run(search, &err) != OK) fail_msg("%s", err.text);
    return search;
}

#endif
