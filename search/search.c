/* Over the reals and in float types different things are hard, so there is an engine for each; and one that makes
   whole functions of two programs in a float type. */
#include "search/search.h"

#include "search/floats.h"
#include "search/reals/reals.h"
#include "search/whole.h"

#include <stdlib.h>

struct Search {
    Problem problem;
    Reals *reals; /* one of the three */
    Floats *floats;
    Whole *whole;
};

Status search_new(Search **out, const Goal *goal, const SearchOptions *options, Err *err)
{
    Search *search = xcalloc(1, sizeof *search);
    Status status = goal_check(goal, err);
    if (status == OK) status = problem_init(&search->problem, goal, options->seed, err);
    if (status == OK) status = problem_find_ties(&search->problem, options->n_threads, err);
    if (status == OK && options->cost_model) search->problem.cost_model = *options->cost_model;
    if (status == OK && goal->n_variables != 1)
        status = fail(err, ERR_UNSUPPORTED, "the search takes functions of one variable, not %d",
                      goal->n_variables);
    if (status == OK && goal->type == TYPE_REAL)
        status = reals_new(&search->reals, &search->problem, options, err);
    else if (status == OK)
        status = whole_new(&search->whole, &search->problem, options, err);
    if (status == OK && !search->reals && !search->whole)
        status = floats_new(&search->floats, &search->problem, options, err);
    if (status != OK) {
        search_free(search);
        return status;
    }
    *out = search;
    return OK;
}

void search_free(Search *search)
{
    if (search == NULL) return;
    reals_free(search->reals);
    floats_free(search->floats);
    whole_free(search->whole);
    problem_release(&search->problem);
    free(search);
}

Status search_run(Search *search, Err *err)
{
    if (search->reals) return reals_run(search->reals, err);
    return search->whole ? whole_run(search->whole, err) : floats_run(search->floats, err);
}

const SearchState *search_state(const Search *search)
{
    if (search->reals) return reals_state(search->reals);
    return search->whole ? whole_state(search->whole) : floats_state(search->floats);
}

bool search_again(Search *search)
{
    const SearchState *state = search_state(search);
    if (search->reals || !state->best) return false;
    return search->whole ? whole_again(search->whole)
                         : floats_again(search->floats, state->best->cost);
}

void search_refute(Search *search, const Prog *prog, double true_error, const double *inputs, int n)
{
    if (search->reals)
        reals_refute(search->reals, prog);
    else if (search->whole)
        whole_refute(search->whole, prog, true_error, inputs, n);
    else
        floats_refute(search->floats, prog, true_error, inputs, n);
}

void search_offer(Search *search, const Prog *prog)
{
    if (search->whole)
        whole_offer(search->whole, prog);
    else if (search->floats)
        floats_offer(search->floats, prog);
}

static Status fail_floats(Err *err)
{
    return fail(err, ERR_UNSUPPORTED, "checkpoints are for --type real so far");
}

Status search_save(const Search *search, Text *out, Err *err)
{
    if (!search->reals) return fail_floats(err);
    reals_save(search->reals, out);
    return OK;
}

Status search_restore(Search *search, const char *text, size_t length, Err *err)
{
    return search->reals ? reals_restore(search->reals, text, length, err) : fail_floats(err);
}
