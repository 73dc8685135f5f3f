#include "tests/support/real_goal.h"

#include "frontend/spec.h"

#include <stdio.h>
#include <stdlib.h>

static void give_up(const char *what, const Err *err)
{
    fprintf(stderr, "%s: %s\n", what, err->text);
    abort();
}

Goal *real_goal(const char *what, const char *domain, const char *ops, const char *max_error)
{
    const SpecText spec = {.what = what,
                           .type = "real",
                           .domain = {domain},
                           .n_domains = 1,
                           .ops = ops,
                           .max_error = max_error ? max_error : "20digits",
                           .target = "x86-64-v3"};
    Goal *goal = xcalloc(1, sizeof *goal);
    Err err = {0};
    if (spec_to_goal(goal, &spec, &err) != OK) give_up(what, &err);
    return goal;
}

Approximand *real_approximand(const char *what, const char *domain, const char *max_error)
{
    Goal *goal = real_goal(what, domain, NULL, max_error);
    Approximand *approximand = NULL;
    Err err = {0};
    if (approximand_new(&approximand, goal, &err) != OK) give_up(what, &err);
    free(goal);
    return approximand;
}
