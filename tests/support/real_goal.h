/* Goals over the reals and their approximands, for tests; what cannot be made fails the test. */
#ifndef APPROX_TESTS_SUPPORT_REAL_GOAL_H
#define APPROX_TESTS_SUPPORT_REAL_GOAL_H

#include "search/reals/approximand.h"

/* `ops` and `max_error` may be NULL: the defaults; "20digits". Yours to free(). */
Goal *real_goal(const char *what, const char *domain, const char *ops, const char *max_error);
/* Yours to free with approximand_free. */
Approximand *real_approximand(const char *what, const char *domain, const char *max_error);

#endif
