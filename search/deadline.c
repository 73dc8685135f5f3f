#include "search/deadline.h"

#include <stddef.h>
#include <time.h>

double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool deadline_is_over(const Deadline *deadline)
{
    if (deadline->stop != NULL && atomic_load(deadline->stop) != 0) return true;
    return deadline->at > 0 && clock_seconds() >= deadline->at;
}
