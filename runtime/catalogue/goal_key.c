#include "runtime/catalogue/goal_key.h"

#include "runtime/catalogue/entry.h"
#include "runtime/prog/prog_text.h"

#include <stdio.h>
#include <stdlib.h>

static void number_inputs(Prog *prog)
{
    for (int i = 0; i < prog->n_inputs; i++)
        snprintf(prog->input_name[i], sizeof prog->input_name[i], "x%d", i);
}

void goal_key_function(Text *out, const Prog *reference)
{
    Prog *prog = xmalloc(sizeof *prog);
    *prog = *reference;
    number_inputs(prog);
    prog_print(out, prog);
    free(prog);
}

static void write_bound(Bound *bound)
{
    static const char *const UNITS[] = {
        [BOUND_ULP] = "ulp", [BOUND_REL] = "rel", [BOUND_ABS] = "abs"};
    snprintf(bound->text, sizeof bound->text, "%a%s", bound->limit, UNITS[bound->kind]);
}

void goal_key(Text *out, const Goal *goal)
{
    Goal *same = xmalloc(sizeof *same);
    *same = *goal;
    snprintf(same->name, sizeof same->name, "f");
    same->expression[0] = 0;
    write_bound(&same->bound);
    number_inputs(&same->reference);
    /* The ends of a float domain are its first and last value; over the reals it matters whether they belong. */
    for (int i = 0; i < same->n_variables && goal->type != TYPE_REAL; i++)
        same->domain[i].lo_open = same->domain[i].hi_open = false;
    entry_print_goal(out, same);
    prog_print(out, &same->reference);
    free(same);
}
