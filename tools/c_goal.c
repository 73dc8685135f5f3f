#include "tools/c_goal.h"

#include "frontend/functions.h"
#include "frontend/spec.h"

#include <string.h>

Status c_goal_check_name(const char *name, Err *err)
{
    Op op;
    Type type;
    if (strlen(name) < C_GOAL_NAME_MAX && function_from_c(name, &op, &type)) return OK;
    const char *nearest = function_nearest(name);
    return fail(err, ERR_INPUT, "'%s' is no function that C programs call by a name%s%s%s", name,
                nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

Status c_goal(Goal *goal, const char *name, const char *bound, const char *target, Err *err)
{
    Op op;
    Type type;
    char stem[C_GOAL_NAME_MAX];
    function_from_c(name, &op, &type);
    strcpy(stem, name);
    if (type == TYPE_F32) stem[strlen(stem) - 1] = 0;
    const SpecText spec = {
        .what = stem, .type = type_info(type)->name, .max_error = bound, .target = target};
    return fail_in(err, spec_to_goal(goal, &spec, err), name);
}
