/* Goals of functions as C programs call them: expf, exp. */
#ifndef APPROX_TOOLS_C_GOAL_H
#define APPROX_TOOLS_C_GOAL_H

#include "runtime/prog/goal.h"

enum { C_GOAL_NAME_MAX = 48 }; /* bytes of a name, with its NUL */

/* Is it a function that has such a name? ERR_INPUT with the nearest one. */
Status c_goal_check_name(const char *name, Err *err);

/* The mathematical function, in the type that the name tells, on all inputs. For names that pass the check. */
Status c_goal(Goal *goal, const char *name, const char *bound, const char *target, Err *err);

#endif
