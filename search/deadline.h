/* When to stop in the middle of things: the caller's flag, or the end of the budget. Runs bounded by
   generations alone have no end of budget, so the clock never decides what they find. */
#ifndef APPROX_SEARCH_DEADLINE_H
#define APPROX_SEARCH_DEADLINE_H

#include <stdatomic.h>
#include <stdbool.h>

typedef struct {
    const atomic_int *stop; /* may be NULL */
    double at;              /* on clock_seconds' clock; 0: never */
} Deadline;

double clock_seconds(void);
bool deadline_is_over(const Deadline *deadline);

#endif
