#define _GNU_SOURCE /* sched_getaffinity */
#include "runtime/base/pool.h"

#include "runtime/base/err.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct {
    void (*work)(void *context, int piece, int worker);
    void *context;
    int n_pieces;
    atomic_int next;
} Job;

typedef struct {
    Job *job;
    int worker;
} Worker;

static void *worker_main(void *argument)
{
    const Worker *self = argument;
    Job *job = self->job;
    for (;;) {
        const int piece = atomic_fetch_add(&job->next, 1);
        if (piece >= job->n_pieces) return NULL;
        job->work(job->context, piece, self->worker);
    }
}

void pool_run(int n_threads, int n_pieces, void (*work)(void *context, int piece, int worker),
              void *context)
{
    Job job = {.work = work, .context = context, .n_pieces = n_pieces};
    if (n_threads > n_pieces) n_threads = n_pieces;
    if (n_threads < 1) n_threads = 1;
    Worker *workers = xcalloc((size_t)n_threads, sizeof *workers);
    pthread_t *threads = xcalloc((size_t)n_threads, sizeof *threads);
    int n_started = 1; /* the caller is worker 0 */
    workers[0] = (Worker){.job = &job, .worker = 0};
    for (int i = 1; i < n_threads; i++) {
        workers[i] = (Worker){.job = &job, .worker = i};
        if (pthread_create(&threads[i], NULL, worker_main, &workers[i]) != 0) break;
        n_started++;
    }
    worker_main(&workers[0]);
    for (int i = 1; i < n_started; i++) pthread_join(threads[i], NULL);
    free(threads);
    free(workers);
}

int pool_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    const int n = CPU_COUNT(&set);
    return n > 0 ? n : 1;
}
