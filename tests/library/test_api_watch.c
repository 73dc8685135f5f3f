/* The C API: long calls are watched and stopped. */
#include "tests/library/api.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* Searched for until the budget ends, if nobody stops it; and in rounds of a few milliseconds. */
static const char *const LONG[] = {"lgamma(x)*exp(-x)", "type=f32", "domain=[1,40]"};
static const char *const SHORT[] = {"sin(x)", "type=f16", "domain=[0.25,0.5]"};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

typedef struct {
    approx_stop *stop;
    int n_calls, n_backwards;
    pthread_t caller;
    bool is_elsewhere;
    approx_progress last;
} Watcher;

static void watch_and_stop(void *context, const approx_progress *progress)
{
    Watcher *watcher = context;
    watcher->n_calls++;
    watcher->n_backwards += progress->work == watcher->last.work && progress->done < watcher->last.done;
    watcher->is_elsewhere |= !pthread_equal(watcher->caller, pthread_self());
    watcher->last = *progress;
    if (watcher->stop) approx_stop_now(watcher->stop);
}

static void assert_stops(const char *const *what, const approx_watch *watch)
{
    approx_goal *goal;
    approx_error error = {.text = ""};
    assert_int_equal(approx_goal_parse(&goal, what[0], OPTIONS(what[1], what[2], "target=x86-64-v3"), NULL), APPROX_OK);
    approx_program *program = (approx_program *)goal;
    const double from = seconds_now();
    assert_int_equal(approx_find_watched(&program, goal, OPTIONS("budget=100s", "fresh=yes", "threads=2"), watch, &error),
                     APPROX_STOPPED);
    assert_true(seconds_now() - from < 50);
    assert_null(program);
    assert_true(error.text[0] != 0);
    approx_goal_free(goal);
}

static void *stop_soon(void *stop)
{
    usleep(200000);
    approx_stop_now(stop);
    return NULL;
}

static void a_search_is_stopped_by_another_thread(void **state)
{
    pthread_t thread;
    approx_stop *stop = approx_stop_new();
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, stop), 0);
    assert_stops(LONG, &(approx_watch){.stop = stop});
    pthread_join(thread, NULL);
    assert_stops(LONG, &(approx_watch){.stop = stop}); /* asked for already */
    approx_stop_free(stop);
}

static approx_stop *stop_of_signal;
static void on_alarm(int number) { approx_stop_now(stop_of_signal); }

static void a_search_is_stopped_by_a_signal_handler(void **state)
{
    stop_of_signal = approx_stop_new();
    void (*before)(int) = signal(SIGALRM, on_alarm);
    alarm(1);
    assert_stops(LONG, &(approx_watch){.stop = stop_of_signal});
    alarm(0);
    signal(SIGALRM, before);
    approx_stop_free(stop_of_signal);
}

static void a_search_tells_how_far_it_is_and_is_stopped_by_who_is_told(void **state)
{
    Watcher watcher = {.stop = approx_stop_new(), .caller = pthread_self()};
    assert_stops(SHORT, &(approx_watch){watcher.stop, watch_and_stop, &watcher});
    assert_true(watcher.n_calls > 0 && watcher.last.candidates > 0);
    assert_int_equal(watcher.last.work, APPROX_SEARCHING);
    assert_true(watcher.last.done >= 0 && watcher.last.done <= 1);
    assert_false(watcher.is_elsewhere);
    approx_stop_free(watcher.stop);
}

static void judging_is_told_of_and_stopped(void **state)
{
    static const char SQUARE[] = "approx 1\nname square\nexpression x*x\ntype f32\ndomain x all\nbound 1ulp\n"
                                 "target x86-64-v3\nprogram\nf32 x\nf32 r = mul x x\nreturn r\n";
    approx_program *program = program_new(SQUARE);
    approx_report report;
    Watcher watcher = {.stop = approx_stop_new(), .caller = pthread_self()};
    const approx_watch watch = {watcher.stop, watch_and_stop, &watcher};
    assert_int_equal(approx_program_verify_watched(program, NULL, &watch, NULL), APPROX_STOPPED);
    assert_int_equal(approx_program_report(program, &report), 0);
    assert_true(watcher.n_calls > 0 && watcher.last.done < 1);
    approx_program_free(program);

    program = program_new(CUBIC);
    Watcher patient = {.caller = pthread_self()};
    assert_int_equal(approx_program_verify_watched(program, NULL, &(approx_watch){NULL, watch_and_stop, &patient}, NULL),
                     APPROX_OK);
    assert_true(patient.n_backwards == 0 && !patient.is_elsewhere);
    approx_program_free(program);
    approx_stop_free(watcher.stop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_search_is_stopped_by_another_thread),
        cmocka_unit_test(a_search_is_stopped_by_a_signal_handler),
        cmocka_unit_test(a_search_tells_how_far_it_is_and_is_stopped_by_who_is_told),
        cmocka_unit_test(judging_is_told_of_and_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
