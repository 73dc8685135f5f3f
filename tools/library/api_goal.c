#include "tools/library/api_objects.h"

#include <stdlib.h>
#include <string.h>

static Status parse(Goal *goal, const char *what, const char *const *options, Err *err)
{
    SpecText spec = {.what = what};
    ApiTexts domains = {.n = 0}, exact = {.n = 0};
    const ApiOption table[] = {
        {"type", API_TEXT, &spec.type},         {"domain", API_TEXTS, &domains},
        {"max-error", API_TEXT, &spec.max_error}, {"minimize", API_TEXT, &spec.minimize},
        {"specials", API_TEXT, &spec.specials}, {"target", API_TEXT, &spec.target},
        {"ops", API_TEXT, &spec.ops},           {"op-cost", API_TEXT, &spec.op_cost},
        {"exact", API_TEXTS, &exact},           {"name", API_TEXT, &spec.name},
        {0},
    };
    if (!what) return fail(err, ERR_INPUT, "there is no function to find a program for");
    Status status = api_options(table, options, err);
    if (status == OK && exact.n > GOAL_EXACT_MAX)
        status = fail(err, ERR_LIMIT, "at most %d exact points can be given", GOAL_EXACT_MAX);
    if (status != OK) return status;
    spec.n_domains = domains.n;
    spec.n_exact = exact.n;
    memcpy(spec.domain, domains.text, sizeof spec.domain);
    for (int i = 0; i < exact.n; i++) spec.exact[i] = exact.text[i];
    status = spec_to_goal(goal, &spec, err);
    return status == OK ? spec_check_singular(goal, err) : status;
}

approx_status approx_goal_parse(approx_goal **out, const char *what, const char *const *options,
                                approx_error *error)
{
    Err err = {0};
    approx_goal *goal = xcalloc(1, sizeof *goal);
    const Status status = parse(&goal->goal, what, options, &err);
    if (status != OK) {
        approx_goal_free(goal);
        goal = NULL;
    }
    *out = goal;
    return api_result(status, &err, error);
}

void approx_goal_free(approx_goal *goal) { free(goal); }

const char *approx_goal_name(const approx_goal *goal) { return goal->goal.name; }
const char *approx_goal_type(const approx_goal *goal) { return type_info(goal->goal.type)->name; }
const char *approx_goal_target(const approx_goal *goal) { return goal->goal.target; }
