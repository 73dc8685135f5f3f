#include "tests/support/real_goal.h"

#include "tests/support/parsed.h"

#include <stdio.h>
#include <stdlib.h>

Goal *real_goal(const char *what, const char *domain, const char *ops, const char *max_error)
{
    return parsed_spec((SpecText){.what = what,
                                  .type = "real",
                                  .domain = {domain},
                                  .ops = ops,
                                  .max_error = max_error ? max_error : "20digits"});
}

Approximand *real_approximand(const char *what, const char *domain, const char *max_error)
{
    Goal *goal = real_goal(what, domain, NULL, max_error);
    Approximand *approximand = NULL;
    Err err = {0};
    if (approximand_new(&approximand, goal, &err) != OK) {
        fprintf(stderr, "%s: %s\n", what, err.text);
        abort();
    }
    free(goal);
    return approximand;
}
