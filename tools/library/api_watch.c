#include "tools/library/api_objects.h"

#include "runtime/base/err.h"

#include <math.h>
#include <stdlib.h>

approx_stop *approx_stop_new(void)
{
    approx_stop *stop = xmalloc(sizeof *stop);
    atomic_init(&stop->is_asked, 0);
    return stop;
}

void approx_stop_free(approx_stop *stop) { free(stop); }

/* An atomic int is free of locks wherever we are built, so that a signal handler may set it. */
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "atomic_int needs locks here");
void approx_stop_now(approx_stop *stop) { atomic_store(&stop->is_asked, 1); }

const atomic_int *api_stop_flag(const approx_watch *watch)
{
    return watch && watch->stop ? &watch->stop->is_asked : NULL;
}

void api_tell(const approx_watch *watch, approx_work work, double done, uint64_t candidates)
{
    if (!watch || !watch->progress) return;
    const approx_progress progress = {
        .work = work, .done = fmin(fmax(done, 0), 1), .candidates = candidates};
    watch->progress(watch->context, &progress);
}
