#include "tests/support/parsed.h"

#include "frontend/infix.h"
#include "runtime/prog/prog_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(Status status, const char *text, const Err *err)
{
    if (status == OK) return;
    fprintf(stderr, "%s: %s at line %d\n", text, err->text, err->line);
    abort();
}

Prog parsed_prog(const char *text)
{
    Prog prog;
    Err err = {0};
    need(prog_parse(&prog, text, strlen(text), 0, NULL, &err), text, &err);
    return prog;
}

Prog parsed_expression(const char *text, int n_variables)
{
    static const char *const VARIABLES[] = {"x", "y", "z"};
    Prog prog;
    Err err = {0};
    need(infix_parse(&prog, text, VARIABLES, n_variables, &err), text, &err);
    return prog;
}

Goal parsed_goal(const char *expression, int n_variables, Type type, Bound bound, double lo,
                 double hi)
{
    Goal goal = {.type = type, .n_variables = n_variables, .bound = bound};
    goal.reference = parsed_expression(expression, n_variables);
    for (int v = 0; v < n_variables; v++)
        goal.domain[v] = (Domain){.lo = lo, .hi = hi, .is_all = isnan(lo)};
    return goal;
}

Goal *parsed_spec(SpecText spec)
{
    Goal *goal = xcalloc(1, sizeof *goal);
    Err err = {0};
    if (spec.n_domains == 0 && spec.domain[0] != NULL) spec.n_domains = 1;
    if (spec.target == NULL) spec.target = "x86-64-v3";
    need(spec_to_goal(goal, &spec, &err), spec.what, &err);
    return goal;
}
